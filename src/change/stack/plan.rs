//! Everything that AWS has of an app × everything that its map asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::drift::{self, Declared};
use super::{Change, Difference, Stand, Standing, Template, changes, view};
use crate::document::cloudformation::common::APP_TAG;
use crate::document::stacks::{KEY_OUTPUT, Purpose, Stack};
use crate::pipeline::text::Place;

/// What AWS has, as far as it was asked.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// All stacks of each place, by name.
    pub stacks: BTreeMap<Place, BTreeMap<String, Standing>>,
    /// The templates of those that are asked for, by place and name.
    pub templates: BTreeMap<(Place, String), Template>,
    /// What AWS says of pipelines and projects, by place, type and name. One that was asked for and is not there is missing here.
    pub declarations: BTreeMap<(Place, &'static str, String), Value>,
    /// The executions under way, by pipeline.
    pub running: BTreeMap<String, Vec<String>>,
}

/// What would be done with a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not there yet.
    Create,
    /// It is there and says something else.
    Update,
    /// It is as it should be.
    Unchanged,
    /// It is in a state in which AWS takes no update: the state.
    Stuck(String),
    /// Something is under way in it: the state.
    Busy(String),
    /// A stack of this name is there and is not of this app: whose it is, where a tag says so.
    Foreign(Option<String>),
}

/// A stack, and what would be done with it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The stack.
    pub stack: Stack,
    /// What would be done with it.
    pub verdict: Verdict,
    /// What would be done with its resources.
    pub changes: Vec<Change>,
    /// Parameters whose values change: name, what it is, what it would be. `None` is not known before another stack stands.
    pub parameters: Vec<(String, Option<String>, Option<String>)>,
    /// What was changed in AWS behind the stack's back: the resource's name in AWS, and what of it.
    pub drift: Vec<(String, Vec<Difference>)>,
    /// Executions of its pipeline that are under way. An update stops them.
    pub running: Vec<String>,
    /// Whether it stands with a template that is not read here, so that nobody knows what would change.
    pub is_unread: bool,
}

/// Everything that would be done, in the order in which it would be.
#[derive(Clone, Debug)]
pub struct Planning {
    /// The stacks of the map.
    pub stacks: Vec<Planned>,
    /// Stacks of this app that the map asks for no more.
    pub left: Vec<(Place, String)>,
}

/// Statuses of a stack that can be updated (CloudFormation user guide, "Understand CloudFormation stack creation events and status codes").
const SETTLED: [&str; 5] = [
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
];

/// Holds what is wanted against what was found. `templates` are those of the stacks, by path.
pub fn planning(
    app: &str,
    wanted: &[Stack],
    templates: &BTreeMap<String, Template>,
    found: &Found,
) -> Planning {
    let stacks = wanted.iter().filter_map(|stack| {
        let template = templates.get(&stack.template)?;
        Some(planned(app, stack, template, (wanted, found)))
    });
    let asked: BTreeSet<(&Place, &str)> =
        wanted.iter().map(|stack| (&stack.place, stack.name.as_str())).collect();
    let all = found.stacks.iter().flat_map(|(place, stacks)| stacks.iter().map(move |one| (place, one)));
    let left = all.filter(|(place, (name, standing))| {
        let here = || wanted.iter().filter(|stack| &stack.place == *place).map(|stack| stack.name.as_str());
        owner(standing) == Some(app)
            && !asked.contains(&(*place, name.as_str()))
            && !view::is_look(name, standing, &here().collect::<Vec<_>>())
    });
    Planning {
        stacks: stacks.collect(),
        left: left.map(|(place, (name, _))| (place.clone(), name.clone())).collect(),
    }
}

fn owner(standing: &Standing) -> Option<&str> {
    standing.tags.get(APP_TAG).map(String::as_str)
}

fn planned(app: &str, stack: &Stack, wanted: &Template, (all, found): (&[Stack], &Found)) -> Planned {
    let standing = found.stacks.get(&stack.place).and_then(|stacks| stacks.get(&stack.name));
    let standing = standing.filter(|standing| !standing.is_nothing_yet());
    let mut planned = Planned {
        stack: stack.clone(),
        verdict: Verdict::Create,
        changes: Vec::new(),
        parameters: Vec::new(),
        drift: Vec::new(),
        running: Vec::new(),
        is_unread: false,
    };
    let Some(standing) = standing else {
        planned.changes = changes(&Template::empty(), wanted);
        return planned;
    };
    if let Purpose::Pipeline(name) = &stack.purpose {
        planned.running = found.running.get(name).cloned().unwrap_or_default();
    }
    if owner(standing) != Some(app) {
        planned.verdict = Verdict::Foreign(owner(standing).map(str::to_owned));
        return planned;
    }
    planned.parameters = parameters(stack, wanted, standing, (all, found));
    planned.verdict = Verdict::Update;
    planned.is_unread = true;
    if let Some(now) = found.templates.get(&(stack.place.clone(), stack.name.clone())) {
        planned.is_unread = false;
        planned.changes = changes(now, wanted);
        planned.drift = drifted(stack, now, standing, found);
        let is_same = now.says_the_same_as(wanted) && planned.parameters.is_empty();
        planned.verdict = if is_same { Verdict::Unchanged } else { Verdict::Update };
    }
    if !SETTLED.contains(&standing.status.as_str()) {
        let status = standing.status.clone();
        let is_busy = status.ends_with("_IN_PROGRESS");
        planned.verdict = if is_busy { Verdict::Busy(status) } else { Verdict::Stuck(status) };
    }
    planned
}

/// The parameters whose values are others than they should be.
fn parameters(
    stack: &Stack,
    wanted: &Template,
    standing: &Standing,
    (all, found): (&[Stack], &Found),
) -> Vec<(String, Option<String>, Option<String>)> {
    let takes = stack.keys.iter().filter(|(name, _)| wanted.parameters().contains(name));
    let values = takes.filter_map(|(name, region)| {
        let now = standing.parameters.get(name).cloned();
        let should = key_of(region, all, found);
        (should.is_some() && now != should).then(|| (name.clone(), now, should))
    });
    values.collect()
}

/// The ARN of the artifact key of a region, as that region's base stack puts it out: ours among those of `wanted`, since other apps
/// have keys in the same place.
pub fn key_of(region: &str, wanted: &[Stack], found: &Found) -> Option<String> {
    let base =
        wanted.iter().find(|stack| stack.purpose == Purpose::Base && stack.place.region() == region)?;
    found.stacks.get(&base.place)?.get(&base.name)?.outputs.get(KEY_OUTPUT).cloned()
}

fn drifted(
    stack: &Stack,
    now: &Template,
    standing: &Standing,
    found: &Found,
) -> Vec<(String, Vec<Difference>)> {
    let exports = found.stacks.get(&stack.place).map(exports).unwrap_or_default();
    let stand = Stand { template: now, standing, place: &stack.place, exports: &exports };
    let mut drifted = Vec::new();
    for kind in [drift::PIPELINE, drift::PROJECT] {
        for declared in drift::declared(&stand, kind) {
            let what = match found.declarations.get(&(stack.place.clone(), kind, declared.name.clone())) {
                Some(actual) => drift::drift(kind, &declared, actual),
                None => vec![gone(&declared)],
            };
            if !what.is_empty() {
                drifted.push((declared.name, what));
            }
        }
    }
    drifted
}

fn gone(declared: &Declared) -> Difference {
    Difference { path: String::new(), before: Some(declared.says.clone()), after: None }
}

/// What the stacks of a place export, by name.
fn exports(stacks: &BTreeMap<String, Standing>) -> BTreeMap<String, String> {
    stacks.values().flat_map(|standing| standing.exports.clone()).collect()
}

impl Planning {
    /// Whether AWS is not as the map asks: something would be done, was changed by hand, or is left over.
    pub fn differs(&self) -> bool {
        !self.left.is_empty()
            || self.stacks.iter().any(|one| one.verdict != Verdict::Unchanged || !one.drift.is_empty())
    }
}
