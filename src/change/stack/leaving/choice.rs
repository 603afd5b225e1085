//! Which stacks a person means.

use std::collections::BTreeSet;

use super::{Other, Ours, Roll};
use crate::document::stacks::{Purpose, Stack};

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

    fn is_met_by(&self, purpose: &Purpose, stack: &str, region: &str, is_left: bool) -> bool {
        if self.everything {
            return true;
        }
        match purpose {
            Purpose::Pipeline(name) => {
                self.all_pipelines
                    || (self.left_pipelines && is_left)
                    || self.pipelines.iter().any(|named| is_called(named, name, stack))
            }
            Purpose::Environment(name) => self.environments.contains(name),
            Purpose::Base => match &self.bases {
                Bases::None => false,
                Bases::All => true,
                Bases::In(named) => named == region,
            },
        }
    }
}

/// Whether a pipeline is called so: by its own name, its stack's, or what stands behind the app's name in both.
fn is_called(named: &str, pipeline: &str, stack: &str) -> bool {
    let ends = format!("-{named}");
    named == pipeline
        || named == stack
        || (stack.ends_with(&format!("-pipeline{ends}")) && pipeline.ends_with(&ends))
}

/// Finds what was named. `asked` are the stacks that the map asks for.
pub fn choose(wish: &Wish, roll: &Roll, asked: &[Stack]) -> Choice {
    let met = |purpose: &Purpose, stack: &str, region: &str| wish.is_met_by(purpose, stack, region, false);
    let stacks: Vec<Ours> = roll
        .ours
        .iter()
        .filter(|one| wish.is_met_by(&one.purpose, &one.name, one.place.region(), one.is_left))
        .cloned()
        .collect();
    let others = roll.others.iter().filter(|one| {
        one.purpose.as_ref().is_some_and(|purpose| met(purpose, &one.name, one.place.region()))
    });
    let others: Vec<Other> = others.cloned().collect();
    let there: BTreeSet<&str> = stacks
        .iter()
        .map(|one| one.name.as_str())
        .chain(others.iter().map(|one| one.name.as_str()))
        .collect();
    let meant = asked.iter().filter(|one| met(&one.purpose, &one.name, one.place.region()));
    let gone = meant.filter(|one| !there.contains(one.name.as_str())).map(|one| one.name.clone()).collect();
    let unknown = unknown(wish, &stacks, asked);
    Choice { stacks, others, gone, unknown }
}

fn unknown(wish: &Wish, stacks: &[Ours], asked: &[Stack]) -> Vec<(&'static str, String)> {
    let known = || {
        let standing = stacks.iter().map(|one| (&one.purpose, one.name.as_str(), one.place.region()));
        standing.chain(asked.iter().map(|one| (&one.purpose, one.name.as_str(), one.place.region())))
    };
    let lacks =
        |one: &Wish| !known().any(|(purpose, name, region)| one.is_met_by(purpose, name, region, false));
    let pipelines = wish
        .pipelines
        .iter()
        .map(|name| ("pipeline", name, Wish { pipelines: vec![name.clone()], ..Wish::default() }));
    let environments = wish
        .environments
        .iter()
        .map(|name| ("environment", name, Wish { environments: vec![name.clone()], ..Wish::default() }));
    let base = match &wish.bases {
        Bases::In(region) => {
            Some(("base stack in", region, Wish { bases: wish.bases.clone(), ..Wish::default() }))
        }
        Bases::None | Bases::All => None,
    };
    let all = pipelines.chain(environments).chain(base);
    all.filter(|(_, _, alone)| lacks(alone)).map(|(what, name, _)| (what, name.clone())).collect()
}
