//! What speaks against deleting stacks. All of it is said at once, before anything is written.

use std::fmt;

use serde_json::Value;

use super::super::Template;
use super::super::drift::PIPELINE;
use super::{Choice, Inside, Other, OtherWhy, Ours, Sight, is_busy};
use crate::document::stacks::{KEY_OUTPUT, Purpose};
use crate::pipeline::names::StageKind;
use crate::pipeline::text::Place;

/// What a person has agreed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Executions and what is under way in stacks are waited for.
    pub wait: bool,
    /// Pipelines may be deleted while executions run.
    pub interrupt: bool,
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
    /// It carries the app's tag and has not the shape of what it is called.
    Shape,
    /// AWS refuses to delete it: somebody has said so.
    Protected,
    /// Something is under way in it: its state.
    Busy(String),
    /// These executions of its pipeline run.
    Running(Vec<String>),
    /// The environment is used by these pipelines, which stay.
    Used(String, Vec<String>),
    /// What it exports under this name is imported by these stacks, which stay.
    Imported(String, Vec<String>),
    /// The environment's lock is held by an execution that is not over: environment, pipeline, execution.
    Locked(String, String, String),
    /// These stacks of the app need the base stack, and stay.
    Needed(Vec<String>),
}

/// All that speaks against deleting what was chosen.
pub fn refusals(sight: &Sight, choice: &Choice, consent: Consent) -> Vec<Refusal> {
    let foreign = choice.others.iter().filter_map(|Other { name, place, why, .. }| match why {
        OtherWhy::Foreign(owner) => {
            Some(Refusal { stack: name.clone(), place: place.clone(), why: Why::Foreign(owner.clone()) })
        }
        OtherWhy::Unknown => Some(Refusal { stack: name.clone(), place: place.clone(), why: Why::Shape }),
        OtherWhy::Unmade => None,
    });
    let own = sight.chosen.iter().flat_map(|ours| {
        reasons(sight, ours, consent).into_iter().map(|why| Refusal {
            stack: ours.name.clone(),
            place: ours.place.clone(),
            why,
        })
    });
    foreign.chain(own).collect()
}

fn reasons(sight: &Sight, ours: &Ours, consent: Consent) -> Vec<Why> {
    let mut reasons = Vec::new();
    let inside = sight.inside(ours);
    if !inside.is_some_and(|inside| has_shape(ours, inside)) {
        reasons.push(Why::Shape);
    }
    if ours.standing.is_protected {
        reasons.push(Why::Protected);
    }
    // One that is being deleted already is followed to its end.
    if is_busy(&ours.standing) && ours.standing.status != "DELETE_IN_PROGRESS" {
        reasons.push(Why::Busy(ours.standing.status.clone()));
    }
    let hindrances = &sight.hindrances;
    let running = sight.pipeline_of(ours).and_then(|name| hindrances.running.get(name));
    if let Some(running) = running.filter(|running| !running.is_empty() && !consent.interrupt) {
        reasons.push(Why::Running(running.clone()));
    }
    for (export, importers) in hindrances.imports.get(&ours.key()).into_iter().flatten() {
        let stay: Vec<String> = importers
            .iter()
            .filter(|name| !sight.is_chosen(&(ours.place.clone(), (*name).clone())))
            .cloned()
            .collect();
        if !stay.is_empty() {
            reasons.push(Why::Imported(export.clone(), stay));
        }
    }
    match &ours.purpose {
        Purpose::Pipeline(_) => {}
        Purpose::Environment(name) => {
            let users = users(sight, name, inside);
            if !users.is_empty() {
                reasons.push(Why::Used(name.clone(), users));
            }
            if let Some((pipeline, execution)) = hindrances.holders.get(name) {
                reasons.push(Why::Locked(name.clone(), pipeline.clone(), execution.clone()));
            }
        }
        Purpose::Base => {
            let need: Vec<String> =
                sight.staying().filter(|one| needs(one, ours)).map(|one| one.name.clone()).collect();
            if !need.is_empty() {
                reasons.push(Why::Needed(need));
            }
        }
    }
    reasons
}

/// Whether a stack's template is of the kind that its name says: a pipeline's has a pipeline, the others' have none.
fn has_shape(ours: &Ours, inside: &Inside) -> bool {
    let Some(template) = &inside.template else { return false };
    let has_pipeline = template.resources().values().any(|resource| resource.kind() == PIPELINE);
    has_pipeline == matches!(ours.purpose, Purpose::Pipeline(_))
}

/// Whether a stack takes from a base: it stands beside it, or is given that base's key.
fn needs(one: &Ours, base: &Ours) -> bool {
    let key = base.standing.outputs.get(KEY_OUTPUT);
    let is_given = key.is_some_and(|key| one.standing.parameters.values().any(|value| value == key));
    one.purpose != Purpose::Base && (one.place == base.place || is_given)
}

/// The pipelines that stay and use an environment: by a stage of it, or by the name of a role or project of its stack. A pipeline
/// of which this cannot be told counts as one.
fn users(sight: &Sight, environment: &str, inside: Option<&Inside>) -> Vec<String> {
    let resources = inside.map_or(&[][..], |inside| inside.resources.as_slice());
    let named = resources.iter().filter(|one| {
        one.stands() && matches!(one.kind.as_str(), "AWS::IAM::Role" | "AWS::CodeBuild::Project")
    });
    let named: Vec<&str> = named.filter_map(|one| one.physical.as_deref()).collect();
    let pipelines = sight.staying().filter(|one| matches!(one.purpose, Purpose::Pipeline(_)));
    let users = pipelines.filter(|one| {
        let template = sight.inside(one).and_then(|inside| inside.template.as_ref());
        template
            .is_none_or(|template| has_stage_of(template, environment) || mentions(template.whole(), &named))
    });
    users.map(|one| sight.pipeline_of(one).unwrap_or(&one.name).to_owned()).collect()
}

fn has_stage_of(template: &Template, environment: &str) -> bool {
    let pipelines = template.resources().values().filter(|resource| resource.kind() == PIPELINE);
    let mut stages = pipelines
        .filter_map(|pipeline| pipeline.value().pointer("/Properties/Stages")?.as_array())
        .flatten()
        .filter_map(|stage| stage.get("Name")?.as_str());
    stages.any(|name| {
        StageKind::of(name).is_some() && name.split_once('-').is_some_and(|(_, of)| of == environment)
    })
}

/// Whether one of these names stands anywhere in a value, as a whole.
fn mentions(value: &Value, names: &[&str]) -> bool {
    match value {
        Value::String(text) => names.iter().any(|name| has_word(text, name)),
        Value::Array(items) => items.iter().any(|item| mentions(item, names)),
        Value::Object(members) => members.values().any(|value| mentions(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a name stands in a text with nothing beside it that could be a part of a longer name.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '+' | '=' | ',' | '.' | '@')
    };
    text.match_indices(name).any(|(at, _)| {
        let (before, after) =
            (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

impl Refusal {
    /// Whether it is over by itself in a while.
    pub fn passes(&self) -> bool {
        matches!(self.why, Why::Busy(_) | Why::Running(_) | Why::Locked(..))
    }

    /// What to do.
    pub fn help(&self) -> String {
        let Refusal { stack, place, .. } = self;
        match &self.why {
            Why::Foreign(_) => "it is left alone, whatever is asked for: whoever made it deletes it".to_owned(),
            Why::Shape => format!(
                "branchline deletes only what it knows; if it is to go, look at it and use \
                 `aws cloudformation delete-stack --region {} --stack-name {stack}`",
                place.region()
            ),
            Why::Protected => format!(
                "if that is meant no more: `aws cloudformation update-termination-protection --region {} \
                 --no-enable-termination-protection --stack-name {stack}`",
                place.region()
            ),
            Why::Busy(_) => "wait until it is over, or let `--wait` do so".to_owned(),
            Why::Running(_) => {
                "wait for its end with `--wait`, or delete it all the same with `--interrupt`: a build that has begun goes on, and \
                 so does a migration"
                    .to_owned()
            }
            Why::Used(_, pipelines) => format!(
                "name the pipelines, too (`--pipeline {}`), or take the environment out of their rules and apply first",
                pipelines.join(" ")
            ),
            Why::Imported(..) => "delete those first, or apply without what they take from it".to_owned(),
            Why::Locked(..) => "wait for its end, or let `--wait` do so; docs/lock.md says when a lock is free".to_owned(),
            Why::Needed(_) => "name them, too; the base stack goes last".to_owned(),
        }
    }

    /// What it is, in one word, for scripts.
    pub fn word(&self) -> &'static str {
        match self.why {
            Why::Foreign(_) => "foreign",
            Why::Shape => "unknown",
            Why::Protected => "protected",
            Why::Busy(_) => "busy",
            Why::Running(_) => "running",
            Why::Used(..) => "used",
            Why::Imported(..) => "imported",
            Why::Locked(..) => "locked",
            Why::Needed(_) => "needed",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { stack, place, why } = self;
        match why {
            Why::Foreign(None) => write!(f, "the stack `{stack}` ({place}) is not branchline's"),
            Why::Foreign(Some(app)) => write!(f, "the stack `{stack}` ({place}) is of the app `{app}`"),
            Why::Shape => write!(
                f,
                "`{stack}` ({place}) carries the app's tag, and is none of the stacks that branchline makes"
            ),
            Why::Protected => {
                write!(f, "`{stack}` ({place}) has termination protection: somebody wants to keep it")
            }
            Why::Busy(status) => write!(f, "something is under way in `{stack}` ({place}): {status}"),
            Why::Running(executions) => write!(
                f,
                "the pipeline of `{stack}` ({place}) is running ({}), in the middle of a migration perhaps",
                executions.join(", ")
            ),
            Why::Used(environment, pipelines) => write!(
                f,
                "the environment `{environment}` (`{stack}`, {place}) is used by what stays: {}",
                pipelines.join(", ")
            ),
            Why::Imported(export, stacks) => write!(
                f,
                "what `{stack}` ({place}) exports as `{export}` is imported by {}",
                stacks.join(", ")
            ),
            Why::Locked(environment, pipeline, execution) => write!(
                f,
                "the lock of `{environment}` (`{stack}`, {place}) is held by execution {execution} of `{pipeline}`, which is \
                 not over"
            ),
            Why::Needed(stacks) => {
                write!(f, "the base stack `{stack}` ({place}) is needed by what stays: {}", stacks.join(", "))
            }
        }
    }
}
