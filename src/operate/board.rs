//! The board: every pipeline of the map, and how it stands.

use std::collections::BTreeSet;

use serde::Serialize;

use super::freeze::is_of;
use super::reading;
use super::{Moment, Seen};
use crate::branch_map::Entry;

/// All pipelines, in the order of the map.
#[derive(Debug, Serialize)]
pub struct Board {
    /// The app.
    pub app: String,
    /// The pipelines.
    pub pipelines: Vec<Line>,
}

/// How a pipeline stands, by what a person has to know first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// AWS has no pipeline of this name.
    Absent,
    /// Nothing was released yet.
    New,
    /// The last execution went through.
    Succeeded,
    /// Somebody stopped it, or an update of the pipeline ended it.
    Stopped,
    /// Something is under way.
    Running,
    /// It waits for somebody or something.
    Waiting,
    /// Something has failed.
    Failed,
}

/// A pipeline.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Its name.
    pub pipeline: String,
    /// The rule's key.
    pub rule: String,
    /// What starts it, in words.
    pub starts: String,
    /// How it stands.
    pub state: State,
    /// Why it is new: what is to be known of its first execution, which AWS starts by itself.
    pub note: Option<String>,
    /// The newest execution, unless that is only the one that its making started.
    pub newest: Option<Newest>,
    /// The stages in order.
    pub stages: Vec<Cell>,
    /// The environments in order.
    pub environments: Vec<Place>,
    /// What is waited for.
    pub waits: Vec<Wait>,
    /// What runs.
    pub running: Vec<Doing>,
    /// What has failed.
    pub failures: Vec<Broken>,
    /// Executions that wait for those in front of them.
    pub queued: Vec<Queued>,
    /// Stages that nobody may enter.
    pub closed: Vec<Shut>,
    /// Releases that were let into a stage outside of its window.
    pub overridden: Vec<LetIn>,
    /// Environments that are frozen in other pipelines, and open in this one.
    pub unfrozen: Vec<String>,
}

/// An execution.
#[derive(Debug, Serialize)]
pub struct Newest {
    /// Its id.
    pub execution: String,
    /// The commit.
    pub commit: Option<String>,
    /// The first line of its message.
    pub summary: Option<String>,
    /// What started it, as AWS calls it.
    pub trigger: String,
    /// When.
    pub started: Option<Moment>,
}

/// How a stage is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The newest execution was not here yet.
    Ahead,
    /// It went through.
    Succeeded,
    /// Something runs here.
    Running,
    /// An execution waits in it.
    Waiting,
    /// It failed here.
    Failed,
    /// It was stopped here.
    Stopped,
    /// Nobody may enter.
    Closed,
}

/// A stage.
#[derive(Debug, Serialize)]
pub struct Cell {
    /// Its name.
    pub name: String,
    /// The environment that it is of.
    pub environment: Option<String>,
    /// Its mark.
    pub mark: Mark,
    /// The execution that was in it last.
    pub execution: Option<String>,
}

/// What an environment has.
#[derive(Debug, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// The commit; null where nothing is known to be deployed.
    pub commit: Option<String>,
    /// The pipeline that brought it.
    pub pipeline: Option<String>,
    /// Its execution.
    pub execution: Option<String>,
    /// When.
    pub since: Option<Moment>,
    /// `record`, or `executions` where there is none to be read: then another pipeline may have deployed since.
    pub known_by: Option<&'static str>,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum For {
    /// A person's yes.
    Approval,
    /// The lock of the environment.
    Lock,
    /// The window of the environment, or another condition of entry.
    Condition,
    /// Somebody who closed the stage.
    Transition,
}

/// Something that is waited for.
#[derive(Debug, Serialize)]
pub struct Wait {
    /// The stage in or before which.
    pub stage: String,
    /// For what.
    #[serde(rename = "for")]
    pub what: For,
    /// What more is known: who holds the lock, which rule holds the door, why the stage is closed.
    pub detail: Option<String>,
    /// The execution that waits.
    pub execution: Option<String>,
    /// Its commit.
    pub commit: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
}

/// An action under way.
#[derive(Debug, Serialize)]
pub struct Doing {
    /// The stage.
    pub stage: String,
    /// The action.
    pub action: String,
    /// The execution.
    pub execution: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
    /// Its log.
    pub link: Option<String>,
}

/// Something that has failed.
#[derive(Debug, Serialize)]
pub struct Broken {
    /// The stage.
    pub stage: String,
    /// The action; null where a condition failed.
    pub action: Option<String>,
    /// The execution.
    pub execution: Option<String>,
    /// Its commit.
    pub commit: Option<String>,
    /// Why, as AWS says it.
    pub reason: Option<String>,
    /// Its log.
    pub link: Option<String>,
    /// The rollback that followed it.
    pub rolled_back_by: Option<String>,
}

/// An execution behind another.
#[derive(Debug, Serialize)]
pub struct Queued {
    /// The stage before which.
    pub before: String,
    /// Its id.
    pub execution: String,
    /// Its commit.
    pub commit: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
}

/// A release for which a condition of entry was lifted.
#[derive(Debug, Serialize)]
pub struct LetIn {
    /// The stage.
    pub stage: String,
    /// The execution.
    pub execution: String,
    /// Its commit.
    pub commit: Option<String>,
}

/// A closed stage.
#[derive(Debug, Serialize)]
pub struct Shut {
    /// The stage.
    pub stage: String,
    /// Whether that is a freeze (`operate::freeze`), or somebody has closed it in another way.
    pub is_freeze: bool,
    /// Why: the words of who froze it, or what AWS keeps.
    pub reason: String,
    /// By whom: an ARN.
    pub by: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
}

impl Board {
    /// The board of entries of a map, each with what AWS has of it; `None` where it has no such pipeline.
    pub fn new<'a>(app: &str, entries: impl IntoIterator<Item = (&'a Entry, Option<&'a Seen>)>) -> Self {
        let mut pipelines: Vec<Line> =
            entries.into_iter().map(|(entry, seen)| reading::line(entry, seen)).collect();
        half_frozen(&mut pipelines);
        Board { app: app.to_owned(), pipelines }
    }

    /// The board of one pipeline.
    pub fn of_one(app: &str, entry: &Entry, seen: &Seen) -> Self {
        Board { app: app.to_owned(), pipelines: vec![reading::line(entry, Some(seen))] }
    }

    /// Whether something has failed.
    pub fn has_failed(&self) -> bool {
        self.pipelines.iter().any(|line| line.state == State::Failed)
    }
}

/// A freeze is one of all pipelines that lead to an environment. Where one of them is open, since it was made later or its freeze
/// was not carried through, that is to be seen.
fn half_frozen(pipelines: &mut [Line]) {
    let environment = |shut: &Shut| {
        let (_, name) = shut.stage.split_once('-')?;
        shut.is_freeze.then(|| name.to_owned())
    };
    let frozen: BTreeSet<String> =
        pipelines.iter().flat_map(|line| &line.closed).filter_map(environment).collect();
    for line in pipelines.iter_mut().filter(|line| line.state != State::Absent) {
        let is_open = |name: &&String| {
            // As AWS has them: a stage that the map has no more lets releases in until that is applied.
            let first = line.stages.iter().find(|cell| is_of(&cell.name, name));
            first.is_some_and(|first| line.closed.iter().all(|shut| shut.stage != first.name))
        };
        line.unfrozen = frozen.iter().filter(is_open).cloned().collect();
    }
}
