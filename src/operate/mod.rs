//! What runs, waits and has failed: from AWS's answers and the branch map to a [`board::Board`].
//!
//! Pure, beside `change`: what was read is in the types here, which know no SDK; `edge::aws::states` fills them.

pub mod acting;
pub mod board;
pub mod freeze;
pub mod logs;
mod moment;
mod plain;
mod reading;
pub mod which;
pub mod window;
pub mod words;

use std::collections::BTreeMap;

pub use moment::Moment;
pub use plain::{message, plain, plain_line};

/// All that was read of one pipeline.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Its stages in order (`GetPipelineState`).
    pub stages: Vec<Stage>,
    /// Its newest executions, the newest first (`ListPipelineExecutions`).
    pub runs: Vec<Run>,
    /// What each environment has, as far as that is known.
    pub deployed: BTreeMap<String, Deployed>,
    /// Who holds the lock of an environment, where this pipeline waits for it: pipeline and execution.
    pub holders: BTreeMap<String, (String, String)>,
}

/// How something stands. Those of stages, actions, executions and conditions in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Under way.
    InProgress,
    /// Went well.
    Succeeded,
    /// Did not.
    Failed,
    /// Stopped by somebody.
    Stopped,
    /// About to be.
    Stopping,
    /// Ended by an update of the pipeline.
    Cancelled,
    /// Anything else: superseded, skipped, overridden, abandoned.
    Other,
}

impl Status {
    /// What AWS calls so (CodePipeline API reference: `StageExecution`, `ActionExecution`, `PipelineExecution`).
    pub fn of(word: &str) -> Self {
        match word {
            "InProgress" => Status::InProgress,
            "Succeeded" => Status::Succeeded,
            "Failed" | "Errored" => Status::Failed,
            "Stopped" => Status::Stopped,
            "Stopping" => Status::Stopping,
            "Cancelled" => Status::Cancelled,
            _ => Status::Other,
        }
    }

    /// Whether it has not come to its end.
    pub fn is_live(self) -> bool {
        matches!(self, Status::InProgress | Status::Stopping)
    }
}

/// A stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// The execution that was in it last, and how that stands there.
    pub latest: Option<(String, Status)>,
    /// Executions that wait before it.
    pub inbound: Vec<String>,
    /// That nobody may enter it, if somebody has said so.
    pub closed: Option<Closed>,
    /// The condition of its entry, as that stood last.
    pub entry: Option<Condition>,
    /// Its actions.
    pub actions: Vec<Action>,
}

/// A transition that is disabled.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The reason that was given.
    pub reason: String,
    /// By whom: an ARN.
    pub by: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
}

/// A condition that guards a stage.
#[derive(Clone, Debug)]
pub struct Condition {
    /// How it stands.
    pub status: Status,
    /// Whether somebody let an execution in that it held.
    pub is_overridden: bool,
    /// Its rules: name, status, since when.
    pub rules: Vec<(String, Status, Option<Moment>)>,
}

/// An action, as it stood last.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// How it stands; `None` where it never began.
    pub status: Option<Status>,
    /// Since when.
    pub since: Option<Moment>,
    /// What answers it, where it is an approval that waits.
    pub token: Option<String>,
    /// What it says: why it failed, or what was answered.
    pub message: Option<String>,
    /// Where its log is.
    pub link: Option<String>,
    /// Who changed it last: an ARN.
    pub by: Option<String>,
}

/// An execution.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// How it stands.
    pub status: Status,
    /// When it began.
    pub started: Option<Moment>,
    /// When it changed last.
    pub updated: Option<Moment>,
    /// The commit that it releases.
    pub commit: Option<String>,
    /// The first line of that commit's message.
    pub summary: Option<String>,
    /// What started it, as AWS calls it: `WebhookV2`, `StartPipelineExecution`.
    pub trigger: String,
    /// Whether it rolls a stage back.
    pub is_rollback: bool,
    /// The execution that a rollback brings back.
    pub target: Option<String>,
}

/// What is deployed to an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The commit.
    pub commit: String,
    /// The pipeline that brought it.
    pub pipeline: String,
    /// The execution of it.
    pub execution: String,
    /// When.
    pub since: Option<Moment>,
    /// Whether that is from the record beside the environment's lock (docs/record.md); else it is the last execution of this
    /// pipeline that went through the stage, and another pipeline may have deployed since.
    pub is_recorded: bool,
    /// What was there before it, by the record: pipeline and commit.
    pub before: Option<(String, String)>,
}

impl Deployed {
    /// What a record says, the object `records/<environment>/deployed`; `None` where that is no record.
    pub fn of_record(text: &[u8]) -> Option<Self> {
        let record: serde_json::Value = serde_json::from_slice(text).ok()?;
        let some = |value: &serde_json::Value| value.as_str().filter(|text| !text.is_empty()).map(plain);
        let text = |key: &str| some(&record[key]);
        Some(Deployed {
            commit: text("commit")?,
            pipeline: text("pipeline")?,
            execution: text("execution")?,
            since: text("time").and_then(|time| Moment::read(&time)),
            is_recorded: true,
            before: some(&record["before"]["pipeline"]).zip(some(&record["before"]["commit"])),
        })
    }
}

/// Who holds a lock, by the object `locks/<environment>` (docs/lock.md): pipeline and execution. `None` where nobody does.
pub fn holder(text: &[u8]) -> Option<(String, String)> {
    let lock: serde_json::Value = serde_json::from_slice(text).ok()?;
    Some((plain(lock["pipeline"].as_str()?), plain(lock["execution"].as_str()?)))
}

/// The first eight digits of a commit or an execution, by which people name it.
pub fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
