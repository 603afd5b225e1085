//! Which execution is to be stopped, and what goes on all the same.

use std::collections::BTreeSet;

use super::super::{Moment, Run, Seen, Status, short};
use super::{OWN, Sheet, commit_of, environment_of, lasting, live, whereabouts};
use crate::branch_map::Entry;
use crate::pipeline::names::StageKind;

/// Characters of a reason at most (CodePipeline API, `StopPipelineExecutionReason`).
pub const LONGEST: usize = 200;

/// Which execution is meant.
#[derive(Debug, PartialEq, Eq)]
pub enum Choice<'s> {
    /// This one.
    One(&'s str),
    /// One of these has to be named.
    Several(Vec<&'s str>),
    /// Nothing runs, or none that is called so.
    None,
}

/// The execution under way of this id, or of an id that begins so; without one the only one there is.
pub fn choice<'s>(seen: &'s Seen, named: Option<&str>) -> Choice<'s> {
    let begins = |run: &&Run| named.is_none_or(|named| run.id.starts_with(named));
    let found: Vec<&str> = live(seen).into_iter().filter(begins).map(|run| run.id.as_str()).collect();
    match found.as_slice() {
        [] => Choice::None,
        [one] => Choice::One(one),
        _ => Choice::Several(found),
    }
}

/// A line about an execution, of which one is to be named.
pub fn told(seen: &Seen, id: &str) -> String {
    format!("{id}  {}  {}", whereabouts(seen, id), commit_of(seen, id))
}

/// The actions of an execution that are under way, each with its stage.
pub fn under_way<'s>(seen: &'s Seen, id: &str) -> Vec<(&'s str, &'s super::super::Action)> {
    let here = seen
        .stages
        .iter()
        .filter(|stage| stage.latest.as_ref().is_some_and(|(held, status)| held == id && status.is_live()));
    let of_stage = here.flat_map(|stage| stage.actions.iter().map(|action| (stage.name.as_str(), action)));
    of_stage.filter(|(_, action)| action.status.is_some_and(Status::is_live)).collect()
}

/// What is shown before it is stopped.
pub fn sheet(entry: &Entry, seen: &Seen, id: &str, abandon: bool, reason: &str, now: Moment) -> Sheet {
    let how = if abandon {
        "at once, and leave to itself what it has begun"
    } else {
        "when what is under way has ended"
    };
    let mut sheet = Sheet::new(format!("stop in {}: {how}", entry.pipeline))
        .fact("commit", commit_of(seen, id))
        .fact("execution", id)
        .fact("is", whereabouts(seen, id));
    let actions = under_way(seen, id);
    for (stage, action) in &actions {
        let what = match (action.token.is_some(), abandon) {
            (true, _) => "waits for an approval, which ends",
            (false, true) => "goes on by itself, and nobody follows it",
            (false, false) => "is waited for",
        };
        let label = if action.token.is_some() { "waits" } else { "under way" };
        sheet =
            sheet.fact(label, format!("{} in {stage}{}: {what}", action.name, lasting(action.since, now)));
    }
    if actions.is_empty() {
        sheet = sheet.fact("under way", "nothing: it ends at once");
    }
    sheet = sheet.fact("reason", reason);
    let works =
        actions.iter().filter(|(_, action)| action.token.is_none() && !OWN.contains(&action.name.as_str()));
    let works: BTreeSet<&str> = works.map(|(stage, _)| *stage).collect();
    for stage in &works {
        let Some(environment) = environment_of(entry, stage) else { continue };
        sheet = match (StageKind::of(stage), abandon) {
            (Some(StageKind::Migrate), true) => sheet.warn(format!(
                "the migration of {environment} is not stopped: its build and its ECS task go on until they end by themselves. The lock \
                 of {environment} is held until the task is gone, and for five minutes at least"
            )),
            (Some(StageKind::Deploy), true) => sheet.warn(format!(
                "the deploy to {environment} is not stopped: ECS goes on with it, and nothing tells how it ends. After five minutes the \
                 lock of {environment} is free for the next one, also beside a deploy that goes on"
            )),
            (Some(StageKind::Migrate), false) => sheet.warn(format!(
                "{environment} will be migrated then and not deployed to: `branchline retry`, or the next release, goes on from there"
            )),
            _ => sheet,
        };
    }
    sheet
}

/// What to do about a refusal.
pub fn help(code: &str) -> &'static str {
    match code {
        "PipelineExecutionNotStoppableException" => "it has come to its end already: see `branchline status`",
        "ConflictException" => "CodePipeline is busy with this pipeline: try again in a minute",
        _ => "see `branchline status`",
    }
}

/// The execution's id as people name it, for the end of a sentence.
pub fn name(id: &str) -> String {
    format!("execution {}", short(id))
}
