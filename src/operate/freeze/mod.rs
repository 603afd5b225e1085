//! Freezes: environments that no release enters.
//!
//! CodePipeline knows no environments. A freeze closes, in each pipeline that leads to one, the transition into the first
//! of its stages there, with a reason that begins with [`MARK`]: by that alone it is told from what somebody else has closed.

mod reason;
pub mod told;

use serde::Serialize;

pub use reason::{MARK, MOST, Unwritable, reason, words_of};

use super::{Closed, Moment, Seen, Stage};
use crate::pipeline::names::StageKind;

/// How the way into an environment stands in a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A release may enter.
    Open,
    /// It is frozen.
    Frozen,
    /// Somebody else has closed it.
    Closed,
    /// AWS has no pipeline of this name.
    Absent,
    /// The pipeline in AWS has no stage of the environment.
    Elsewhere,
    /// The pipeline of this name is not this app's.
    Foreign,
}

/// An execution, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guest {
    /// Its id.
    pub execution: String,
    /// Its commit, where it is known.
    pub commit: Option<String>,
    /// The stage that it is in, or waits before.
    pub stage: String,
}

/// The way into an environment, in one pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Door {
    /// The pipeline.
    pub pipeline: String,
    /// The first stage of the environment, as AWS has it.
    pub stage: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// The stages of the environment that a freeze has closed: the first, and such as were the first once.
    pub frozen: Vec<String>,
    /// Those that somebody has closed in another way.
    pub closed: Vec<String>,
    /// Why it is closed: the words of who froze it, or AWS's reason.
    pub reason: Option<String>,
    /// By whom: an ARN.
    pub by: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
    /// Who waits before it.
    pub waiting: Vec<Guest>,
    /// Who is behind it already, which no freeze holds back.
    pub inside: Vec<Guest>,
}

impl Door {
    /// Whether it stands as it did at an earlier look: the same stage, opened or closed by the same hand. Releases may have come and gone.
    pub fn stands_as(&self, earlier: &Door) -> bool {
        let how = |door: &Door| {
            let Door { pipeline, stage, standing, frozen, closed, reason, by, since, .. } = door.clone();
            (pipeline, stage, standing, (frozen, closed), (reason, by, since))
        };
        how(self) == how(earlier)
    }
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nobody is to enter; the reason as AWS keeps it, without its mark.
    Freeze(String),
    /// A freeze is to end; `all`: and whatever else has closed the way.
    Unfreeze {
        /// Whether what somebody else has closed is opened, too.
        all: bool,
    },
}

impl Wish {
    /// The stages of a pipeline whose transitions are to be turned: the first is closed; every one that a freeze has closed is opened,
    /// since the first may have been another when it was.
    pub fn turns<'d>(&self, door: &'d Door) -> Vec<&'d str> {
        match self {
            Wish::Freeze(_) if door.standing == Standing::Open => door.stage.as_deref().into_iter().collect(),
            Wish::Freeze(_) => Vec::new(),
            Wish::Unfreeze { all } => {
                let others = door.closed.iter().filter(|_| *all);
                door.frozen.iter().chain(others).map(String::as_str).collect()
            }
        }
    }

    /// Whether something is to be done about a door.
    pub fn changes(&self, door: &Door) -> bool {
        !self.turns(door).is_empty()
    }

    /// Whether nobody is held: a freeze that found no pipeline to close, and none that was closed before.
    pub fn holds_nobody(&self, doors: &[Door]) -> bool {
        let is_shut = |door: &Door| matches!(door.standing, Standing::Frozen | Standing::Closed);
        matches!(self, Wish::Freeze(_)) && !doors.iter().any(is_shut)
    }

    /// Whether a door that was to be turned is as it was wanted.
    pub fn is_met(&self, door: &Door) -> bool {
        match self {
            Wish::Freeze(_) => door.standing == Standing::Frozen,
            Wish::Unfreeze { .. } => !self.changes(door),
        }
    }
}

/// The way into an environment of a pipeline, by what was seen of it; `is_ours` is what its tags say.
pub fn door(pipeline: &str, environment: &str, seen: Option<&Seen>, is_ours: bool) -> Door {
    let mut door = Door {
        pipeline: pipeline.to_owned(),
        stage: None,
        standing: Standing::Absent,
        frozen: Vec::new(),
        closed: Vec::new(),
        reason: None,
        by: None,
        since: None,
        waiting: Vec::new(),
        inside: Vec::new(),
    };
    let Some(seen) = seen else { return door };
    if !is_ours {
        door.standing = Standing::Foreign;
        return door;
    }
    let Some(first) = entrance(&seen.stages, environment) else {
        door.standing = Standing::Elsewhere;
        return door;
    };
    door.stage = Some(first.name.clone());
    door.standing = standing(first.closed.as_ref());
    if let Some(closed) = &first.closed {
        let reason = words_of(&closed.reason).unwrap_or(&closed.reason);
        door.reason = Some(reason.to_owned());
        door.by.clone_from(&closed.by);
        door.since = closed.since;
    }
    let guest = |execution: &String, stage: &Stage| Guest {
        execution: execution.clone(),
        commit: seen.runs.iter().find(|run| run.id == *execution).and_then(|run| run.commit.clone()),
        stage: stage.name.clone(),
    };
    door.waiting = first.inbound.iter().map(|id| guest(id, first)).collect();
    for stage in seen.stages.iter().filter(|stage| is_of(&stage.name, environment)) {
        match standing(stage.closed.as_ref()) {
            Standing::Frozen => door.frozen.push(stage.name.clone()),
            Standing::Closed => door.closed.push(stage.name.clone()),
            _ => {}
        }
        let here = stage.latest.iter().filter(|(_, status)| status.is_live()).map(|(id, _)| id);
        let before = stage.inbound.iter().filter(|_| stage.name != first.name);
        door.inside.extend(here.chain(before).map(|id| guest(id, stage)));
    }
    door
}

/// The first stage of an environment, in the order in which AWS has them.
///
/// Not in that of the plan: what is closed has to be what stands there now, whether it was applied or not.
pub fn entrance<'s>(stages: &'s [Stage], environment: &str) -> Option<&'s Stage> {
    stages.iter().find(|stage| is_of(&stage.name, environment))
}

/// Whether no release has been in any stage of an environment yet: CodePipeline names the last one of each.
pub fn is_untrodden(stages: &[Stage], environment: &str) -> bool {
    stages.iter().filter(|stage| is_of(&stage.name, environment)).all(|stage| stage.latest.is_none())
}

/// Whether a stage is of an environment.
pub fn is_of(stage: &str, environment: &str) -> bool {
    StageKind::of(stage).is_some_and(|kind| kind.stage(environment) == stage)
}

/// How a transition stands.
pub fn standing(closed: Option<&Closed>) -> Standing {
    match closed {
        None => Standing::Open,
        Some(closed) if words_of(&closed.reason).is_some() => Standing::Frozen,
        Some(_) => Standing::Closed,
    }
}

/// Days after which CodePipeline lets nobody in any more who waits before a closed transition (CodePipeline user guide, "Working
/// with stage transitions").
const KEPT: i64 = 30;

/// Whether a door was closed for so long that who waits before it is not let in when it opens.
fn is_stale(door: &Door, now: Moment) -> bool {
    door.since.is_some_and(|since| now.0 - since.0 > KEPT * 86_400)
}
