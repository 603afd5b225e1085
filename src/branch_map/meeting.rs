//! Where the pipelines of a map have to do with each other: in environments with a lock, and by images that one takes of
//! another.

use indexmap::{IndexMap, IndexSet};

use super::{BranchMap, Entry};
use crate::config::{Config, Rule};

impl BranchMap {
    /// The environments with a lock, in the order of the file, each with the rules of the pipelines that deploy there, in
    /// the same order: one release of all of these goes through it at a time. A rule with a pipeline for each branch stands
    /// once, whether it has a branch or not.
    pub fn locked<'a>(&'a self, config: &'a Config) -> IndexMap<&'a str, IndexSet<&'a str>> {
        let has_lock = |name: &&str| config.environments.get(*name).is_some_and(|place| place.lock.is_some());
        let names = config.environments.keys().map(String::as_str).filter(has_lock);
        let mut locked: IndexMap<&str, IndexSet<&str>> = names.map(|name| (name, IndexSet::new())).collect();
        for rule in &config.rules {
            for environment in &rule.environments {
                if let Some(rules) = locked.get_mut(environment.as_str()) {
                    rules.insert(rule.key.as_str());
                }
            }
        }
        locked.retain(|_, rules| !rules.is_empty());
        locked
    }

    /// The pipelines that may hold the lock of an environment when this one comes to it; its own is not among them.
    pub fn beside<'a>(&'a self, entry: &'a Entry, environment: &'a str) -> impl Iterator<Item = &'a str> {
        let others = self.entries.iter().filter(move |other| other.pipeline != entry.pipeline);
        let enters = move |other: &&Entry| other.environments.iter().any(|name| name == environment);
        others.filter(enters).map(|other| other.pipeline.as_str())
    }
}

impl Entry {
    /// Its environments that have a lock, in promotion order.
    pub fn locked<'a>(&'a self, config: &'a Config) -> impl Iterator<Item = &'a str> {
        let has_lock =
            move |name: &&str| config.environments.get(*name).is_some_and(|place| place.lock.is_some());
        self.environments.iter().map(String::as_str).filter(has_lock)
    }

    /// The rules whose images it takes, by their keys, where they were built from the same files. Often none.
    pub fn reuses<'a>(&self, config: &'a Config) -> &'a [String] {
        let rule: Option<&Rule> = config.rules.iter().find(|rule| rule.key == self.rule);
        rule.map_or(&[], |rule| rule.reuse.as_slice())
    }
}
