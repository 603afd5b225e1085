//! Which stacks of a place are the app's.

use std::collections::BTreeMap;

use super::super::Standing;
use super::Key;
use crate::branch_map::{is_of_one_branch, stem_of_branches};
use crate::document::cloudformation::common::{APP_TAG, ENVIRONMENT_TAG, PIPELINE_TAG};
use crate::document::stacks::{Purpose, Stack};
use crate::pipeline::names;
use crate::pipeline::text::Place;

/// A stack of the app that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// What it is for.
    pub purpose: Purpose,
    /// Its name.
    pub name: String,
    /// Its account and region.
    pub place: Place,
    /// What CloudFormation tells of it.
    pub standing: Standing,
    /// Whether the map asks for it no more.
    pub is_left: bool,
}

impl Ours {
    /// By what it is found.
    pub fn key(&self) -> Key {
        (self.place.clone(), self.name.clone())
    }
}

/// A stack that nobody deletes here, and that a person may want to know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Its name.
    pub name: String,
    /// Its account and region.
    pub place: Place,
    /// What it is for, where it stands under a name that the map asks for.
    pub purpose: Option<Purpose>,
    /// Why it is left alone.
    pub why: OtherWhy,
}

/// Why a stack is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherWhy {
    /// It stands under a name of ours and does not carry the app's tag: whose it is, where a tag says so.
    Foreign(Option<String>),
    /// It carries the app's tag and is called otherwise than anything that branchline makes.
    Unknown,
    /// Nothing stands but a change set that would make it.
    Unmade,
}

/// The stacks of the app, and those beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// Those of the app, in the order in which they would be deleted: pipelines, environments, bases.
    pub ours: Vec<Ours>,
    /// Those that are left alone.
    pub others: Vec<Other>,
}

/// What a stack of this name and these tags is for; `None` where branchline gives no stack such a name, or a tag says something
/// else. `stem` is what the app's names begin with.
pub fn shape(stem: &str, name: &str, tags: &BTreeMap<String, String>) -> Option<Purpose> {
    let (environment, pipeline) = (tags.get(ENVIRONMENT_TAG), tags.get(PIPELINE_TAG));
    if name == names::base_stack(stem) {
        return (environment.is_none() && pipeline.is_none()).then_some(Purpose::Base);
    }
    if let Some(of) = name.strip_prefix(&names::environment_stack(stem, "")).filter(|of| !of.is_empty()) {
        let agrees = environment.is_none_or(|tag| tag == of) && pipeline.is_none();
        return agrees.then(|| Purpose::Environment(of.to_owned()));
    }
    let slug = name.strip_prefix(&names::pipeline_stack(stem, "")).filter(|slug| !slug.is_empty())?;
    let ends = format!("-{slug}");
    let agrees = pipeline.is_none_or(|tag| tag.ends_with(&ends)) && environment.is_none();
    // A stack that was made by hand has no tag of its pipeline; the two beginnings are all that there are.
    let begins = if is_of_one_branch(&ends) { stem_of_branches(stem) } else { stem };
    agrees.then(|| Purpose::Pipeline(pipeline.cloned().unwrap_or_else(|| format!("{begins}{ends}"))))
}

/// Sorts out the stacks of all places. `asked` are those that the map asks for.
pub fn roll(
    (app, stem): (&str, &str),
    asked: &[Stack],
    found: &BTreeMap<Place, BTreeMap<String, Standing>>,
) -> Roll {
    let mut roll = Roll::default();
    for (place, stacks) in found {
        for (name, standing) in stacks {
            let wanted = asked.iter().find(|one| &one.place == place && &one.name == name);
            let owner = standing.tags.get(APP_TAG);
            let other = |why| Other {
                name: name.clone(),
                place: place.clone(),
                purpose: wanted.map(|one| one.purpose.clone()),
                why,
            };
            let is_ours = owner.is_some_and(|owner| owner == app);
            match (is_ours, wanted) {
                // Of all the others nobody wants to hear.
                (false, None) => {}
                (_, _) if standing.is_nothing_yet() => roll.others.push(other(OtherWhy::Unmade)),
                (false, Some(_)) => roll.others.push(other(OtherWhy::Foreign(owner.cloned()))),
                (true, _) => match shape(stem, name, &standing.tags) {
                    None => roll.others.push(other(OtherWhy::Unknown)),
                    Some(purpose) => roll.ours.push(Ours {
                        purpose: wanted.map_or(purpose, |one| one.purpose.clone()),
                        name: name.clone(),
                        place: place.clone(),
                        standing: standing.clone(),
                        is_left: wanted.is_none(),
                    }),
                },
            }
        }
    }
    // The reverse of the order in which they are made; those of one step by their names.
    roll.ours.sort_by(|one, other| {
        let turn = |ours: &Ours| match ours.purpose {
            Purpose::Pipeline(_) => 0,
            Purpose::Environment(_) => 1,
            Purpose::Base => 2,
        };
        (turn(one), &one.name, &one.place).cmp(&(turn(other), &other.name, &other.place))
    });
    roll
}
