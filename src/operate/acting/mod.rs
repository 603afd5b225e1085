//! What acts on pipelines: which execution, stage or approval is meant, what is to be known before it is done, and what AWS's
//! refusals mean. Pure; what was read is in [`Seen`], what is asked of AWS stands in `edge::aws`.

pub mod approval;
pub mod meant;
pub mod retry;
pub mod rollback;
pub mod sheet;
pub mod start;
pub mod stop;

pub use sheet::Sheet;

use super::{Moment, Run, Seen, Status, short};
use crate::branch_map::Entry;
use crate::pipeline::names::StageKind;

/// Actions of branchline's own in an environment's stages: where one of these is under way, what the stage is for has not begun, or is
/// over.
const OWN: [&str; 5] = ["Lock", "Guard", "Keep", "Snapshot", "Record"];

/// What AWS made of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was taken; the execution that it is about, where AWS says so.
    Yes(Option<String>),
    /// It was refused for how things stand in AWS: AWS's code, and its words.
    No(Refused),
}

/// Why AWS took no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// AWS's code, such as `StageNotRetryableException`.
    pub code: String,
    /// AWS's words, made harmless.
    pub message: String,
}

/// The environment of a stage, among those of a pipeline.
pub fn environment_of<'e>(entry: &'e Entry, stage: &str) -> Option<&'e str> {
    let kind = StageKind::of(stage)?;
    entry.environments.iter().map(String::as_str).find(|name| kind.stage(name) == stage)
}

/// An execution among those that were read.
pub fn run<'s>(seen: &'s Seen, id: &str) -> Option<&'s Run> {
    seen.runs.iter().find(|run| run.id == id)
}

/// A commit with its message, as far as they are known: `9fce4c9d Ship the basket`.
pub fn commit_of(seen: &Seen, execution: &str) -> String {
    let Some(run) = run(seen, execution) else { return "not among the newest executions".to_owned() };
    let commit = run.commit.as_deref().map_or_else(|| "not known yet".to_owned(), short);
    run.summary.as_ref().map_or_else(|| commit.clone(), |summary| format!("{commit} {summary}"))
}

/// Since when something is so, behind a comma; nothing where that is not known.
pub fn lasting(since: Option<Moment>, now: Moment) -> String {
    since.map(|since| format!(", {}", since.lasting(now))).unwrap_or_default()
}

/// What an environment has, in words: `77e00000 by shop-hotfix, 3 days ago`.
pub fn has(seen: &Seen, environment: &str, now: Moment) -> String {
    let Some(has) = seen.deployed.get(environment) else { return "nothing that is known".to_owned() };
    let ago = has.since.map(|since| format!(", {}", since.ago(now))).unwrap_or_default();
    let doubt = if has.is_recorded { "" } else { ", if no other pipeline has deployed since" };
    format!("{} by {}{ago}{doubt}", short(&has.commit), has.pipeline)
}

/// Where an execution under way is: in a stage, before one, or before the first.
pub fn whereabouts(seen: &Seen, execution: &str) -> String {
    for stage in &seen.stages {
        if stage.latest.as_ref().is_some_and(|(id, status)| id == execution && status.is_live()) {
            return format!("in {}", stage.name);
        }
        if stage.inbound.iter().any(|id| id == execution) {
            return format!("before {}", stage.name);
        }
    }
    "before the first stage".to_owned()
}

/// The executions that wait before a stage, each by its commit.
pub fn behind(seen: &Seen, stage: &str) -> Vec<String> {
    let stage = seen.stages.iter().find(|one| one.name == stage);
    stage.into_iter().flat_map(|stage| &stage.inbound).map(|id| commit_of(seen, id)).collect()
}

/// The executions under way, the newest first.
pub fn live(seen: &Seen) -> Vec<&Run> {
    seen.runs.iter().filter(|run| matches!(run.status, Status::InProgress | Status::Stopping)).collect()
}
