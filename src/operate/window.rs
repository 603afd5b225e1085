//! Windows: releases that wait for one, and those that were let in outside of it.

use serde::Serialize;

use super::{Moment, Seen, Stage, Status, freeze};

/// An execution that a condition of entry holds before the actions of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The pipeline.
    pub pipeline: String,
    /// The stage.
    pub stage: String,
    /// The execution.
    pub execution: String,
    /// Its commit, where it is known.
    pub commit: Option<String>,
    /// The first line of that commit's message.
    pub summary: Option<String>,
    /// Since when the rule that holds it runs.
    pub since: Option<Moment>,
    /// The rules that it waits for, by name.
    pub rules: Vec<String>,
}

/// Who is held before a stage of an environment in a pipeline, in the order of the stages.
pub fn held(pipeline: &str, environment: &str, seen: &Seen) -> Vec<Held> {
    let stages = seen.stages.iter().filter(|stage| freeze::is_of(&stage.name, environment));
    let held = stages.filter_map(|stage| {
        let execution = waiting(stage)?;
        let run = seen.runs.iter().find(|run| run.id == execution);
        let rules =
            stage.entry.iter().flat_map(|entry| &entry.rules).filter(|(_, status, _)| status.is_live());
        Some(Held {
            pipeline: pipeline.to_owned(),
            stage: stage.name.clone(),
            execution: execution.to_owned(),
            commit: run.and_then(|run| run.commit.clone()),
            summary: run.and_then(|run| run.summary.clone()),
            since: rules.clone().find_map(|(.., since)| *since),
            rules: rules.map(|(name, ..)| name.clone()).collect(),
        })
    });
    held.collect()
}

/// The execution that the condition of a stage's entry holds.
fn waiting(stage: &Stage) -> Option<&str> {
    let (id, status) = stage.latest.as_ref()?;
    let is_held = stage.entry.as_ref().is_some_and(|entry| entry.status == Status::InProgress);
    (is_held && *status == Status::InProgress).then_some(id.as_str())
}

/// Whether the condition that held an execution is lifted for it, as the pipeline stands now.
pub fn is_lifted(held: &Held, seen: &Seen) -> bool {
    let stage = seen.stages.iter().find(|stage| stage.name == held.stage);
    stage.is_some_and(|stage| {
        let is_it = stage.latest.as_ref().is_some_and(|(id, _)| *id == held.execution);
        is_it && stage.entry.as_ref().is_some_and(|entry| entry.is_overridden)
    })
}

/// Whether an execution is meant by what a person wrote: its id, or at least the first four digits of it.
pub fn is_meant(execution: &str, written: &str) -> bool {
    written.len() >= 4 && execution.starts_with(written)
}
