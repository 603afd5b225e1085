//! What ADF's targets are called as environments.

use std::collections::BTreeMap;

use super::super::names::{LONGEST, free, name};
use super::target::Goal;

/// What makes two targets the same environment: where they lead, by which step's name, and the how manieth time a pipeline goes there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) goal: Goal,
    pub(super) region: Option<String>,
    pub(super) step: Option<String>,
    pub(super) time: usize,
}

/// The names that were given.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<Key, String>);

impl Names {
    /// The name of an environment: its step's, else that of where it leads; with `is_one_of_many` of both, and with the region
    /// behind it where there are several.
    pub(super) fn environment(&mut self, key: &Key, is_one_of_many: bool, has_regions: bool) -> String {
        if let Some(known) = self.0.get(key) {
            return known.clone();
        }
        let goal = match &key.goal {
            Goal::Account(id) => format!("account-{id}"),
            Goal::Deployment => "deployment".to_owned(),
            Goal::Unit(path) | Goal::Tags(path) | Goal::Other(path) => path.clone(),
        };
        let whole = match &key.step {
            Some(step) if is_one_of_many => format!("{step}-{goal}"),
            Some(step) => step.clone(),
            None => goal,
        };
        let region = key.region.as_ref().filter(|_| has_regions).map(|region| name(region, 15, "region"));
        let made = match region {
            Some(region) => format!("{}-{region}", name(&whole, LONGEST - 1 - region.len(), "target")),
            None => name(&whole, LONGEST, "target"),
        };
        let made = free(made, LONGEST, |name| self.0.values().any(|taken| taken == name));
        self.0.insert(key.clone(), made.clone());
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(goal: Goal, region: Option<&str>, step: Option<&str>, time: usize) -> Key {
        Key { goal, region: region.map(str::to_owned), step: step.map(str::to_owned), time }
    }

    #[test]
    fn targets_are_called_after_their_step_or_after_where_they_lead_and_never_alike() {
        let mut names = Names::default();
        let unit = |path: &str| Goal::Unit(path.to_owned());
        let account = Goal::Account("012345678901".to_owned());
        for (key, is_one_of_many, has_regions, made) in [
            (key(unit("/banking/production"), None, None, 0), false, false, "banking-production"),
            (key(unit("/banking/production"), None, None, 0), false, false, "banking-production"),
            (key(unit("/banking/production"), None, None, 1), false, false, "banking-production-2"),
            (key(unit("/banking/production/**/*"), None, None, 0), false, false, "banking-production-3"),
            (key(account.clone(), None, None, 0), false, false, "account-012345678901"),
            (key(account.clone(), Some("eu-west-1"), None, 0), false, true, "account-012345678901-eu-west-1"),
            (key(account, None, Some("Live"), 0), false, false, "live"),
            (key(unit("/a"), None, Some("Live"), 0), true, false, "live-a"),
        ] {
            assert_eq!(names.environment(&key, is_one_of_many, has_regions), made);
        }
    }
}
