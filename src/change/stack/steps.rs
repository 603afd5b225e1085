//! What of a planning is done in which order, and what keeps it from being done at all.
//!
//! Everything that speaks against it is said at once, before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::plan::{Planned, Planning, Verdict};
use super::{Change, Verb, drift, lost};
use crate::document::stacks::Purpose;
use crate::pipeline::text::Place;

/// What a person has agreed to beyond what is harmless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is agreed to by itself")]
pub struct Consent {
    /// What carries data may be made anew or deleted.
    pub replace: bool,
    /// Executions that are under way may be stopped by an update of their pipeline.
    pub interrupt: bool,
    /// They are waited for, and so is what is under way in a stack.
    pub wait: bool,
    /// Stacks that are stuck may be deleted, where nothing of them is left, or led back to what they were.
    pub mend: bool,
}

/// Something that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stack.
    pub stack: String,
    /// Its account and region.
    pub place: Place,
    /// What it is.
    pub why: Why,
}

/// What can speak against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A stack of this name is not ours: whose it is, where a tag says so.
    Foreign(Option<String>),
    /// Nothing stands under this name but a change set that is not ours: its name.
    Claimed(String),
    /// Something is under way in the stack: its state.
    Busy(String),
    /// The stack takes no update: its state.
    Stuck(String),
    /// A resource that carries data would be lost: its name in the stack, its type, and what is lost.
    Losing(String, String, &'static str),
    /// The pipeline's declaration would change while these executions run.
    Running(Vec<String>),
}

/// How a stuck stack is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mend {
    /// It is deleted: its creation failed, and was undone.
    Delete,
    /// Its way back to what it was is gone on with.
    GoBack,
}

/// The beginning of the names of our change sets.
pub const CHANGE_SET: &str = "branchline-";

/// All that speaks against a planning. `waiting` are the names of the change sets of stacks that nothing stands of yet.
pub fn refusals(
    planning: &Planning,
    consent: Consent,
    waiting: &BTreeMap<(Place, String), Vec<String>>,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for planned in &planning.stacks {
        let key = (planned.stack.place.clone(), planned.stack.name.clone());
        let sets = waiting.get(&key).map_or(&[][..], Vec::as_slice);
        let refused = reasons(planned, consent, sets);
        refusals.extend(refused.into_iter().map(|why| Refusal {
            stack: planned.stack.name.clone(),
            place: planned.stack.place.clone(),
            why,
        }));
    }
    refusals
}

fn reasons(planned: &Planned, consent: Consent, waiting: &[String]) -> Vec<Why> {
    match &planned.verdict {
        Verdict::Unchanged => return Vec::new(),
        Verdict::Foreign(owner) => return vec![Why::Foreign(owner.clone())],
        Verdict::Busy(status) => return vec![Why::Busy(status.clone())],
        Verdict::Stuck(status) if consent.mend && mend(status).is_some() => return Vec::new(),
        Verdict::Stuck(status) => return vec![Why::Stuck(status.clone())],
        Verdict::Create | Verdict::Update => {}
    }
    let mut reasons = Vec::new();
    if let Some(other) = waiting.iter().find(|name| !name.starts_with(CHANGE_SET)) {
        reasons.push(Why::Claimed(other.clone()));
    }
    if !consent.replace {
        reasons.extend(planned.changes.iter().filter_map(losing));
    }
    if is_declared_anew(planned) && !planned.running.is_empty() && !consent.interrupt && !consent.wait {
        reasons.push(Why::Running(planned.running.clone()));
    }
    reasons
}

/// Types of which one that leaves its stack is no loss to be asked about: a stage that the map has no more takes the list
/// of its builds and their logs along.
pub(super) const PASSING: [&str; 2] = ["AWS::CodeBuild::Project", "AWS::Logs::LogGroup"];

fn losing(change: &Change) -> Option<Why> {
    let is_lost = match change.verb {
        Verb::Replace => true,
        Verb::Remove => !PASSING.contains(&change.kind.as_str()),
        Verb::Create | Verb::Update | Verb::Release => false,
    };
    let lost = lost(&change.kind).filter(|_| is_lost)?;
    Some(Why::Losing(change.logical.clone(), change.kind.clone(), lost))
}

/// Whether a pipeline that stands is told anew what it is: this stops its executions. A parameter is part of what it is told.
pub fn is_declared_anew(planned: &Planned) -> bool {
    let touched = planned.changes.iter().any(|one| one.kind == drift::PIPELINE && one.verb != Verb::Create);
    matches!(planned.stack.purpose, Purpose::Pipeline(_))
        && planned.verdict == Verdict::Update
        // Of a template that is not read nobody knows.
        && (touched || !planned.parameters.is_empty() || planned.is_unread)
}

fn mend(status: &str) -> Option<Mend> {
    match status {
        "ROLLBACK_COMPLETE" => Some(Mend::Delete),
        "UPDATE_ROLLBACK_FAILED" => Some(Mend::GoBack),
        _ => None,
    }
}

/// The stacks that are mended first, and how.
pub fn mending(planning: &Planning) -> Vec<(&Planned, Mend)> {
    let stuck = planning.stacks.iter().filter_map(|planned| match &planned.verdict {
        Verdict::Stuck(status) => Some((planned, mend(status)?)),
        _ => None,
    });
    stuck.collect()
}

/// The three steps: bases, environments, pipelines. Each needs those before it, and those of one step need nothing of each
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// What the pipelines share.
    Bases,
    /// The environments.
    Environments,
    /// The pipelines.
    Pipelines,
}

impl Step {
    /// All, in their order.
    pub const ALL: [Step; 3] = [Step::Bases, Step::Environments, Step::Pipelines];

    /// Whether what is for this purpose is made in it.
    pub fn has(self, purpose: &Purpose) -> bool {
        match purpose {
            Purpose::Base => self == Step::Bases,
            Purpose::Environment(_) => self == Step::Environments,
            Purpose::Pipeline(_) => self == Step::Pipelines,
        }
    }
}

/// What is to be done in a step.
pub fn work(planning: &Planning, step: Step) -> Vec<&Planned> {
    let asked = planning.stacks.iter().filter(|one| step.has(&one.stack.purpose));
    asked.filter(|one| matches!(one.verdict, Verdict::Create | Verdict::Update)).collect()
}

/// The pipelines, by their names in AWS, whose stacks would be updated: of these it matters what runs.
pub fn changing(planning: &Planning) -> BTreeSet<String> {
    let updated = planning.stacks.iter().filter(|planned| planned.verdict == Verdict::Update);
    let names = updated.filter_map(|planned| match &planned.stack.purpose {
        Purpose::Pipeline(name) => Some(name.clone()),
        Purpose::Base | Purpose::Environment(_) => None,
    });
    names.collect()
}

/// Whether it is over by itself in a while.
pub fn passes(refusal: &Refusal) -> bool {
    matches!(refusal.why, Why::Busy(_) | Why::Running(_))
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { stack, place, why } = self;
        match why {
            Why::Foreign(None) => {
                write!(f, "the stack `{stack}` ({place}) is there, and branchline has not made it")
            }
            Why::Foreign(Some(app)) => {
                write!(f, "the stack `{stack}` ({place}) is there, and is of the app `{app}`")
            }
            Why::Claimed(name) => write!(
                f,
                "under the name `{stack}` ({place}) waits a change set that is not branchline's: `{name}`"
            ),
            Why::Busy(status) => write!(f, "something is under way in `{stack}` ({place}): {status}"),
            Why::Stuck(status) => {
                write!(f, "`{stack}` ({place}) takes no update: {status}, {}", meant(status))
            }
            Why::Losing(logical, kind, lost) => {
                write!(f, "`{logical}` ({kind}) of `{stack}` ({place}) would be deleted, and with it {lost}")
            }
            Why::Running(executions) => write!(
                f,
                "the pipeline of `{stack}` ({place}) is running ({}), and an update would stop it where it is, in the \
                 middle of a migration perhaps",
                executions.join(", ")
            ),
        }
    }
}

impl Refusal {
    /// What to do.
    pub fn help(&self) -> String {
        match &self.why {
            Why::Foreign(_) => {
                "give the app another name in branchline.yml, or delete that stack if it is not needed"
                    .to_owned()
            }
            Why::Claimed(name) => format!(
                "ask whose it is; `aws cloudformation delete-change-set --stack-name {} --change-set-name {name}` removes it",
                self.stack
            ),
            Why::Busy(_) => {
                "another apply may be under way: wait until it is over, or let `--wait` do so".to_owned()
            }
            Why::Stuck(status) => way_out(status, &self.stack),
            Why::Losing(..) => "if that is meant, say so with `--replace`".to_owned(),
            Why::Running(_) => {
                "wait for its end with `--wait`, or stop it knowingly with `--interrupt`".to_owned()
            }
        }
    }
}

/// What a state means (CloudFormation user guide, "Understand CloudFormation stack creation events and status codes").
fn meant(status: &str) -> &'static str {
    match status {
        "ROLLBACK_COMPLETE" => "which means that its creation failed and was undone: nothing of it is in use",
        "UPDATE_ROLLBACK_FAILED" => "which means that an update failed, and so did the way back from it",
        "CREATE_FAILED" => "which means that its creation failed, and that what was made still stands",
        "ROLLBACK_FAILED" => "which means that its creation failed, and that not all of it could be deleted",
        "DELETE_FAILED" => "which means that somebody deleted it, and that not all of it could be",
        "UPDATE_FAILED" => "which means that an update failed and was not undone",
        _ => "which is none of the states in which CloudFormation takes one",
    }
}

fn way_out(status: &str, stack: &str) -> String {
    match status {
        "ROLLBACK_COMPLETE" => {
            "look at its events for the cause; then `--mend` deletes it, as AWS asks for, and makes it anew".to_owned()
        }
        "UPDATE_ROLLBACK_FAILED" => {
            "look at its events for what could not be restored, and put that right; then `--mend` goes on with the way back".to_owned()
        }
        "UPDATE_FAILED" => format!("`aws cloudformation rollback-stack --stack-name {stack}` undoes it; then apply again"),
        "CREATE_FAILED" | "ROLLBACK_FAILED" | "DELETE_FAILED" => format!(
            "look at its events for what could not be made or deleted, and put that right; then \
             `aws cloudformation delete-stack --stack-name {stack}`, and apply again. What holds data is kept by its policy: \
             a bucket that stays has to be emptied and deleted, or named under `existing`"
        ),
        _ => "look at it in the console".to_owned(),
    }
}

#[cfg(test)]
mod tests;
