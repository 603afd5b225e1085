//! What starts a pipeline: each filter of its triggers, or the branch of its source.

use super::model::{Declared, Filter, Patterns};
use super::source;
use crate::import::draft;
use crate::import::remark::{Place, Remark, Weight};

/// One way to start a pipeline: a rule of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The branch, or the pattern.
    pub(super) branch: Option<String>,
    /// Patterns of branches that the pattern takes and the pipeline does not.
    pub(super) excludes: Vec<String>,
    /// Tags.
    pub(super) tags: Option<draft::Filter>,
    /// Files.
    pub(super) paths: Option<draft::Filter>,
    /// Where it is declared.
    pub(super) place: Place,
}

/// The ways in which a pipeline is started.
pub(super) fn ways(
    pipeline: &Declared,
    source: &source::Found,
    has_deploys: bool,
    remarks: &mut Vec<Remark>,
) -> Vec<Way> {
    let mut say = |weight, place: &Place, what: String, help: &str| {
        remarks.push(Remark { weight, what, help: help.to_owned(), place: Some(place.clone()) });
    };
    let name = &pipeline.name;
    let mut ways = Vec::new();
    for trigger in &pipeline.triggers {
        for filter in &trigger.push {
            push(filter, source, &mut ways);
        }
        for filter in &trigger.pull {
            let branches = filter.branches.clone().unwrap_or_default().includes;
            let to = if branches.is_empty() { "any branch".to_owned() } else { branches.join(", ") };
            let deploys = if has_deploys { ", and it deploys what they bring" } else { "" };
            say(
                Weight::Lost,
                &filter.place,
                format!("pull requests to {to} start `{name}`{deploys}"),
                "branchline tests what is only proposed and never deploys it: write `test.commands`, and a rule with `pull_requests: [...]`",
            );
        }
        if trigger.push.is_empty() && trigger.pull.is_empty() {
            let branch = source.branch.as_deref().map(literal);
            ways.extend(branch.map(|branch| Way { branch: Some(branch), ..none(&trigger.place) }));
        }
    }
    if pipeline.triggers.is_empty()
        && let Some(branch) = &source.branch
    {
        if source.is_unsaid {
            say(
                Weight::Lost,
                &pipeline.place,
                format!(
                    "whether a push starts `{name}` is not known: its source is not polled, and a rule of EventBridge's, a schedule or a person does"
                ),
                "`aws events list-rule-names-by-target` with the pipeline's ARN tells; a push to the branch starts the rule, so take it out where that is not meant",
            );
        }
        if !source.is_watched {
            say(
                Weight::Changed,
                &pipeline.place,
                format!("no push starts `{name}` by itself: a person, an event or a webhook does"),
                "a push to the branch starts the rule; a `branchline freeze` holds what comes where that is not wanted",
            );
        }
        ways.push(Way { branch: Some(literal(branch)), ..none(&pipeline.place) });
    }
    ways
}

fn push(filter: &Filter, source: &source::Found, ways: &mut Vec<Way>) {
    let way = Way { paths: paths(filter), ..none(&filter.place) };
    if let Some(tags) = &filter.tags {
        let includes = if tags.includes.is_empty() { vec!["**".to_owned()] } else { tags.includes.clone() };
        let tags = draft::Filter { includes, excludes: tags.excludes.clone() };
        ways.push(Way { tags: Some(tags), ..way.clone() });
    }
    match &filter.branches {
        Some(branches) => {
            let excludes = &branches.excludes;
            let all = patterns(branches);
            ways.extend(all.into_iter().map(|branch| Way {
                branch: Some(branch),
                excludes: excludes.clone(),
                ..way.clone()
            }));
        }
        // Of files alone: of the source's own branch.
        None if filter.tags.is_none() => {
            let branch = source.branch.as_deref().map(literal);
            ways.extend(branch.map(|branch| Way { branch: Some(branch), ..way }));
        }
        None => {}
    }
}

/// The patterns of branches, as one where that is possible: groups cannot stand in one another.
fn patterns(branches: &Patterns) -> Vec<String> {
    match branches.includes.as_slice() {
        [] => vec!["**".to_owned()],
        [one] => vec![one.clone()],
        all if all.iter().any(|one| one.contains(['{', '}', ',', '\\'])) => all.to_vec(),
        all => vec![format!("{{{}}}", all.join(","))],
    }
}

/// A branch's name as a pattern that only it matches: a source without a trigger takes it for what it says.
fn literal(branch: &str) -> String {
    let mut out = String::with_capacity(branch.len());
    for (at, letter) in branch.chars().enumerate() {
        if matches!(letter, '*' | '?' | '[' | ']' | '{' | '}' | '\\') || (letter == '!' && at == 0) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn paths(filter: &Filter) -> Option<draft::Filter> {
    let paths = filter.paths.as_ref()?;
    let includes = if paths.includes.is_empty() { vec!["**".to_owned()] } else { paths.includes.clone() };
    Some(draft::Filter { includes, excludes: paths.excludes.clone() })
}

fn none(place: &Place) -> Way {
    Way { branch: None, excludes: Vec::new(), tags: None, paths: None, place: place.clone() }
}
