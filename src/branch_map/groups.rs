//! Which rules of an environment have to do with each other there: those with a service in common.

use indexmap::{IndexMap, IndexSet};

use crate::config::{Config, Rule};

/// Rules that deploy to one environment and share services, each with another one or through others. Of two groups none has a
/// service of the other.
#[derive(Debug)]
pub struct Group<'a> {
    /// In the order of the file; one at least.
    pub rules: Vec<&'a Rule>,
    /// All services that one of them deploys, the first rule's first.
    pub services: IndexSet<&'a str>,
}

/// The groups of each environment that a rule leads to. It depends on the rules alone, and not on which branches there are
/// of a rule with a pipeline for each.
pub fn groups(config: &Config) -> IndexMap<&str, Vec<Group<'_>>> {
    let mut rules: IndexMap<&str, Vec<&Rule>> = IndexMap::new();
    for rule in &config.rules {
        for environment in &rule.environments {
            rules.entry(environment).or_default().push(rule);
        }
    }
    rules.into_iter().map(|(environment, rules)| (environment, grouped(&rules))).collect()
}

/// The groups of these rules, in the order of the first of each.
pub(super) fn grouped<'a>(rules: &[&'a Rule]) -> Vec<Group<'a>> {
    let mut services = Services::default();
    for rule in rules {
        services.join(&rule.services);
    }
    // By the service that stands for the group. A rule without services has nothing to do with any other.
    let mut groups: IndexMap<Result<usize, &str>, Group> = IndexMap::new();
    for &rule in rules {
        let representative =
            rule.services.first().and_then(|service| services.group_of(service)).ok_or(rule.key.as_str());
        let group = groups
            .entry(representative)
            .or_insert_with(|| Group { rules: Vec::new(), services: IndexSet::new() });
        group.rules.push(rule);
        group.services.extend(rule.services.iter().map(String::as_str));
    }
    groups.into_values().collect()
}

/// Services of which some belong together: each points at one that was there before it, or at itself where it stands for its
/// group.
#[derive(Default)]
struct Services<'a>(IndexMap<&'a str, usize>);

impl<'a> Services<'a> {
    fn join(&mut self, services: &'a [String]) {
        let mut first = None;
        for service in services {
            let next = self.0.len();
            let position = *self.0.entry(service).or_insert(next);
            let own = self.root(position);
            let group = *first.get_or_insert(own);
            let (lower, higher) = (group.min(own), group.max(own));
            self.0[higher] = lower;
            first = Some(lower);
        }
    }

    fn group_of(&self, service: &str) -> Option<usize> {
        self.0.get(service).map(|position| self.root(*position))
    }

    fn root(&self, position: usize) -> usize {
        let mut position = position;
        while self.0[position] != position {
            position = self.0[position];
        }
        position
    }
}
