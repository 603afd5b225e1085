//! What is wanted × what was found.

use std::collections::BTreeMap;

use serde_json::Value;

use super::wanted::{Kind, Thing, Wanted};
use crate::change::stack::{Difference, drift};
use crate::document::cloudformation::common::APP_TAG;
use crate::pipeline::text::Place;

/// Where a thing is, what it is, and its name.
pub type Key = (Place, Kind, String);

/// What AWS has, as far as it was asked.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What AWS says of projects and pipelines. What was asked for and is not there is missing here.
    pub declarations: BTreeMap<Key, Value>,
    /// Their tags.
    pub tags: BTreeMap<Key, BTreeMap<String, String>>,
    /// The executions under way, by pipeline, of those that would be changed.
    pub running: BTreeMap<String, Vec<String>>,
    /// Pipelines of this app that the map asks for no more.
    pub left: Vec<String>,
}

/// What would be done with a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not there yet.
    Create,
    /// It is there and says something else.
    Update,
    /// It is as it should be.
    Unchanged,
    /// It is there and is not of this app: whose it is, where a tag says so.
    Foreign(Option<String>),
    /// It belongs to this CloudFormation stack, which would lose sight of what it is.
    OfStack(String),
}

/// A thing, and what would be done with it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The thing.
    pub thing: Thing,
    /// What would be done with it.
    pub verdict: Verdict,
    /// What differs, in the form of AWS's API.
    pub what: Vec<Difference>,
    /// Executions of the pipeline that are under way. An update stops them.
    pub running: Vec<String>,
}

/// Everything that would be done, in its order.
#[derive(Clone, Debug)]
pub struct Planning {
    /// The things of the map.
    pub things: Vec<Planned>,
    /// Pipelines of this app that the map asks for no more, and where they are.
    pub left: Vec<(Place, String)>,
}

/// The tag that CloudFormation puts on what a stack makes, with the stack's name (CloudFormation user guide, "Resource tags").
const STACK_TAG: &str = "aws:cloudformation:stack-name";

/// Whether tags are those of a thing of the app.
pub fn is_of_app(app: &str, tags: &BTreeMap<String, String>) -> bool {
    tags.get(APP_TAG).is_some_and(|of| of == app)
}

/// Holds what is wanted against what was found. `home` is where pipelines are.
pub fn planning(app: &str, wanted: &Wanted, found: &Found, home: &Place) -> Planning {
    let things = wanted.things.iter().map(|thing| planned(app, thing, found));
    Planning {
        things: things.collect(),
        left: found.left.iter().map(|name| (home.clone(), name.clone())).collect(),
    }
}

fn planned(app: &str, thing: &Thing, found: &Found) -> Planned {
    let nothing = BTreeMap::new();
    let mut planned =
        Planned { thing: thing.clone(), verdict: Verdict::Create, what: Vec::new(), running: Vec::new() };
    let Some(actual) = found.declarations.get(&thing.key()) else { return planned };
    let tags = found.tags.get(&thing.key()).unwrap_or(&nothing);
    if thing.kind == Kind::Pipeline {
        planned.running = found.running.get(&thing.declared.name).cloned().unwrap_or_default();
    }
    if let Some(stack) = tags.get(STACK_TAG) {
        planned.verdict = Verdict::OfStack(stack.clone());
    } else if !is_of_app(app, tags) {
        planned.verdict = Verdict::Foreign(tags.get(APP_TAG).cloned());
    } else {
        planned.what = differing(thing, actual, tags);
        planned.verdict = if planned.what.is_empty() { Verdict::Unchanged } else { Verdict::Update };
    }
    planned
}

/// What differs between what AWS says and what is wanted.
fn differing(thing: &Thing, actual: &Value, tags: &BTreeMap<String, String>) -> Vec<Difference> {
    let mut what = kept(thing, actual);
    // Tags that are wanted no more are no concern of the thing's: others may have given them.
    let other = thing.tags.iter().filter(|(name, value)| tags.get(*name) != Some(*value));
    what.extend(other.map(|(name, value)| Difference {
        path: format!("tags › {name}"),
        before: tags.get(name).cloned().map(Value::from),
        after: Some(Value::from(value.as_str())),
    }));
    what
}

/// What AWS says of a thing that is not as it is wanted, tags aside: before it is written, and of AWS's answer to what was.
pub fn kept(thing: &Thing, actual: &Value) -> Vec<Difference> {
    let mut actual = actual.clone();
    // A badge is switched on and off by a name that AWS does not tell it by (CodeBuild API reference, `Project`).
    if thing.declared.says.get("badgeEnabled").is_some()
        && let Some(members) = actual.as_object_mut()
        && let Some(mut badge) = members.shift_remove("badge")
    {
        members.insert("badgeEnabled".to_owned(), badge["badgeEnabled"].take());
    }
    let differences = drift::drift(thing.kind.template_type(), &thing.declared, &actual).into_iter();
    // Drift is told from what should be to what is.
    differences.map(|one| Difference { path: one.path, before: one.after, after: one.before }).collect()
}

impl Thing {
    /// Where it is, what it is, and its name.
    pub fn key(&self) -> Key {
        (self.stack.place.clone(), self.kind, self.declared.name.clone())
    }
}

impl Planned {
    /// Whether something is to be written.
    pub fn is_work(&self) -> bool {
        matches!(self.verdict, Verdict::Create | Verdict::Update)
    }

    /// Whether a pipeline that stands is declared anew, which stops what runs in it. A tag alone is none of its declaration.
    pub fn is_declared_anew(&self) -> bool {
        self.thing.kind == Kind::Pipeline
            && self.verdict == Verdict::Update
            && self.what.iter().any(|one| one.first() != "tags")
    }
}

impl Planning {
    /// Whether AWS is not as the map asks.
    pub fn differs(&self) -> bool {
        !self.left.is_empty() || self.things.iter().any(|one| one.verdict != Verdict::Unchanged)
    }
}
