//! Which of an account's stacks is the one that is meant: by its name and by Copilot's tags, never by one of the two alone.

use std::collections::BTreeMap;

use super::Answers;
use crate::pipeline::text::Place;

/// Copilot's tags (`deploy/deploy.go`).
const APPLICATION: &str = "copilot-application";
const ENVIRONMENT: &str = "copilot-environment";
const WORKLOAD: &str = "copilot-service";
const PIPELINE: &str = "copilot-pipeline";
const TASK: &str = "copilot-task";

/// The most characters of a workload's stack; Copilot cuts the rest off (`NameForWorkload`).
const LONGEST: usize = 128;

/// A stack that stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What it puts out.
    pub outputs: BTreeMap<String, String>,
    /// Why nothing in it is to be counted on, where that is so: its status.
    pub going: Option<String>,
}

/// What a stack is known by.
pub(super) struct Mark<'a> {
    /// Its name, unless a person gave it another.
    pub name: String,
    app: &'a str,
    environment: &'a str,
    workload: Option<&'a str>,
}

/// Why none is taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lack<'s> {
    /// There is none.
    None,
    /// There is one of the name, and it is not Copilot's, or is of something else.
    Other,
    /// There is one, and it is on its way out: its name and its status.
    Going(&'s str, &'s str),
    /// Several carry the tags, and none has the name.
    Several(Vec<&'s str>),
}

/// A workload's stack in an environment.
pub(super) fn of_workload<'a>(app: &'a str, environment: &'a str, workload: &'a str) -> Mark<'a> {
    // ASCII, by `is_name`, so it can be cut anywhere.
    let mut name = format!("{app}-{environment}-{workload}");
    name.truncate(LONGEST);
    Mark { name, app, environment, workload: Some(workload) }
}

/// An environment's stack.
pub(super) fn of_environment<'a>(app: &'a str, environment: &'a str) -> Mark<'a> {
    Mark { name: format!("{app}-{environment}"), app, environment, workload: None }
}

/// The stack with these marks. One of another name is taken where it is the only one with the tags, as a pipeline's `stack_name`
/// makes it. None is taken that is on its way out.
pub(super) fn find<'s>(stacks: &'s [Stack], mark: &Mark) -> Result<&'s Stack, Lack<'s>> {
    let (going, tagged): (Vec<&Stack>, Vec<&Stack>) =
        stacks.iter().filter(|stack| has_tags(stack, mark)).partition(|stack| stack.going.is_some());
    if let Some(found) = tagged.iter().find(|stack| stack.name == mark.name) {
        return Ok(found);
    }
    // A nested stack carries the tags of its parent, and begins with the parent's name.
    let is_nested = |stack: &Stack| {
        tagged.iter().any(|other| {
            stack.name.strip_prefix(other.name.as_str()).is_some_and(|rest| rest.starts_with('-'))
        })
    };
    let own: Vec<&Stack> = tagged.iter().copied().filter(|stack| !is_nested(stack)).collect();
    match own.as_slice() {
        [only] => Ok(only),
        [] if !going.is_empty() => Err(leaving(&going)),
        [] if stacks.iter().any(|stack| stack.name == mark.name) => Err(Lack::Other),
        [] => Err(Lack::None),
        several => Err(Lack::Several(several.iter().map(|stack| stack.name.as_str()).collect())),
    }
}

/// That of these, all of them going, the first is.
fn leaving<'s>(going: &[&'s Stack]) -> Lack<'s> {
    let first = going.iter().find_map(|stack| Some((stack.name.as_str(), stack.going.as_deref()?)));
    first.map_or(Lack::None, |(name, status)| Lack::Going(name, status))
}

fn has_tags(stack: &Stack, mark: &Mark) -> bool {
    let tag = |key: &str| stack.tags.get(key).map(String::as_str);
    tag(APPLICATION) == Some(mark.app)
        && tag(ENVIRONMENT) == Some(mark.environment)
        && tag(WORKLOAD) == mark.workload
        // What `copilot task run` made is of the environment, too.
        && tag(TASK).is_none()
}

/// The stack of a pipeline: by its tag, or, of an older Copilot's, by its name. Of several with the tag the one that is called as
/// Copilot calls it.
pub(super) fn of_pipeline<'s>(stacks: &'s [Stack], app: &str, pipeline: &str) -> Result<&'s Stack, Lack<'s>> {
    let is_old = |stack: &Stack| {
        stack.name == pipeline
            && [PIPELINE, ENVIRONMENT, TASK].iter().all(|key| !stack.tags.contains_key(*key))
    };
    let of_app = stacks.iter().filter(|stack| stack.tags.get(APPLICATION).is_some_and(|own| own == app));
    let is_tagged = |stack: &Stack| stack.tags.get(PIPELINE).is_some_and(|own| own == pipeline);
    let own = of_app.filter(|stack| is_tagged(stack) || is_old(stack));
    let (going, own): (Vec<&Stack>, Vec<&Stack>) = own.partition(|stack| stack.going.is_some());
    let tagged: Vec<&Stack> = own.iter().copied().filter(|stack| is_tagged(stack)).collect();
    let name = format!("pipeline-{app}-{pipeline}");
    if let Some(own) = tagged.iter().find(|stack| stack.name == name) {
        return Ok(own);
    }
    match tagged.as_slice() {
        [only] => Ok(only),
        [] => own.first().copied().ok_or_else(|| leaving(&going)),
        several => Err(Lack::Several(several.iter().map(|stack| stack.name.as_str()).collect())),
    }
}

/// The names of the app's pipelines that carry the tag, whatever the manifests say.
pub(super) fn pipelines<'s>(answers: &'s Answers, home: &Place, app: &str) -> Vec<(&'s str, &'s str)> {
    let stacks = answers.stacks.get(home).map(Vec::as_slice).unwrap_or_default();
    let of_app = stacks.iter().filter(|stack| stack.tags.get(APPLICATION).is_some_and(|own| own == app));
    of_app
        .filter(|stack| stack.going.is_none())
        .filter_map(|stack| Some((stack.tags.get(PIPELINE)?.as_str(), stack.name.as_str())))
        .collect()
}
