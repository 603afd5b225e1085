//! Which stacks a person means.

use std::collections::BTreeSet;

use super::{Other, Ours, Roll};
use crate::document::stacks::{Purpose, Stack};
use crate::pipeline::names;

/// Base stacks that are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Bases {
    /// None.
    #[default]
    None,
    /// Those of all regions.
    All,
    /// That of one region.
    In(String),
}

/// What a person named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// All that there is.
    pub everything: bool,
    /// Pipelines: by their names in AWS, the names behind the app's, or their stacks' names.
    pub pipelines: Vec<String>,
    /// All pipelines of the app.
    pub all_pipelines: bool,
    /// The pipelines that the map asks for no more.
    pub left_pipelines: bool,
    /// Environments, by their names.
    pub environments: Vec<String>,
    /// Base stacks.
    pub bases: Bases,
}

/// What was named, found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The stacks that are meant, in the order in which they are deleted.
    pub stacks: Vec<Ours>,
    /// Stacks of somebody else under names that were meant.
    pub others: Vec<Other>,
    /// Names of the map of which nothing stands.
    pub gone: Vec<String>,
    /// Names that neither the map nor AWS has: what was named (`pipeline`, `environment`, `base stack in`), and the name.
    pub unknown: Vec<(&'static str, String)>,
}

impl Wish {
    /// Whether nothing was named.
    pub fn is_empty(&self) -> bool {
        *self == Wish::default()
    }
}

/// A stack that could be meant, whether it stands or the map asks for it.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    purpose: &'a Purpose,
    name: &'a str,
    region: &'a str,
    is_left: bool,
}

impl<'a> Candidate<'a> {
    fn ours(one: &'a Ours) -> Self {
        let Ours { purpose, name, place, is_left, .. } = one;
        Candidate { purpose, name, region: place.region(), is_left: *is_left }
    }

    fn of_map(one: &'a Stack) -> Self {
        let Stack { purpose, name, place, .. } = one;
        Candidate { purpose, name, region: place.region(), is_left: false }
    }
}

/// Whether a pipeline of this name, with this stack, is meant.
type Way<'w> = &'w dyn Fn(&str, &str) -> bool;

/// The stacks of the pipeline that is called so: by its own name, or else by its stack's, or else by what stands behind the app's
/// name in both. The first that there is counts, so that no name means two.
fn called<'a>(named: &str, stem: &str, candidates: &[Candidate<'a>]) -> Vec<&'a str> {
    let stack = names::pipeline_stack(stem, named);
    let ways: [Way; 3] =
        [&|pipeline, _| pipeline == named, &|_, name| name == named, &|_, name| name == stack];
    for way in ways {
        let found = candidates.iter().filter(|one| match one.purpose {
            Purpose::Pipeline(pipeline) => way(pipeline, one.name),
            Purpose::Base | Purpose::Environment(_) => false,
        });
        let found: Vec<&str> = found.map(|one| one.name).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Finds what was named. `stem` is what the app's names begin with, `asked` are the stacks that the map asks for.
pub fn choose(wish: &Wish, stem: &str, roll: &Roll, asked: &[Stack]) -> Choice {
    let candidates: Vec<Candidate> =
        roll.ours.iter().map(Candidate::ours).chain(asked.iter().map(Candidate::of_map)).collect();
    let mut choice = Choice::default();
    let mut pipelines = BTreeSet::new();
    for named in &wish.pipelines {
        let found = called(named, stem, &candidates);
        if found.is_empty() {
            choice.unknown.push(("pipeline", named.clone()));
        }
        pipelines.extend(found);
    }
    let is_met = |one: Candidate| {
        wish.everything
            || match one.purpose {
                Purpose::Pipeline(_) => {
                    wish.all_pipelines || (wish.left_pipelines && one.is_left) || pipelines.contains(one.name)
                }
                Purpose::Environment(name) => wish.environments.contains(name),
                Purpose::Base => match &wish.bases {
                    Bases::None => false,
                    Bases::All => true,
                    Bases::In(region) => region == one.region,
                },
            }
    };
    let has = |is: &dyn Fn(&Candidate) -> bool| candidates.iter().any(is);
    for named in &wish.environments {
        if !has(&|one| matches!(one.purpose, Purpose::Environment(name) if name == named)) {
            choice.unknown.push(("environment", named.clone()));
        }
    }
    if let Bases::In(region) = &wish.bases
        && !has(&|one| *one.purpose == Purpose::Base && one.region == region)
    {
        choice.unknown.push(("base stack in", region.clone()));
    }
    choice.stacks = roll.ours.iter().filter(|one| is_met(Candidate::ours(one))).cloned().collect();
    let meant = |other: &&Other| {
        asked
            .iter()
            .any(|one| one.name == other.name && one.place == other.place && is_met(Candidate::of_map(one)))
    };
    choice.others = roll.others.iter().filter(meant).cloned().collect();
    let stands = |one: &Stack| {
        choice.stacks.iter().any(|there| there.name == one.name && there.place == one.place)
            || choice.others.iter().any(|there| there.name == one.name && there.place == one.place)
    };
    let gone = asked.iter().filter(|one| is_met(Candidate::of_map(one)) && !stands(one));
    choice.gone = gone.map(|one| one.name.clone()).collect();
    choice
}
