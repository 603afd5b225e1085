//! Which rules of an environment belong together.

use std::collections::BTreeSet;

use branchline::branch_map::groups;
use branchline::config::Config;
use proptest::prelude::*;

use crate::sample;

const SERVICES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// A configuration with a rule for each set of services, all in one environment.
fn config(sets: &[BTreeSet<usize>]) -> Config {
    let patterns: Vec<String> = (0..sets.len()).map(|number| format!("branch-{number}")).collect();
    let rules: Vec<(&str, &[&str])> =
        patterns.iter().map(|pattern| (pattern.as_str(), &["live"][..])).collect();
    let mut config = sample::config(&rules);
    for (rule, set) in config.rules.iter_mut().zip(sets) {
        rule.services = set.iter().map(|service| SERVICES[*service].to_owned()).collect();
    }
    config
}

/// Whether one leads to the other over sets that have something in common, as counted by hand.
fn connected(sets: &[BTreeSet<usize>], one: usize, other: usize) -> bool {
    let mut reached = BTreeSet::from([one]);
    loop {
        let near = |to: &usize| reached.iter().any(|from| !sets[*from].is_disjoint(&sets[*to]));
        let next: BTreeSet<usize> = (0..sets.len()).filter(|to| reached.contains(to) || near(to)).collect();
        if next == reached {
            return reached.contains(&other);
        }
        reached = next;
    }
}

proptest! {
    #[test]
    fn two_rules_are_of_one_group_exactly_where_services_lead_from_one_to_the_other(
        sets in prop::collection::vec(prop::collection::btree_set(0..SERVICES.len(), 1..4), 1..7)
    ) {
        let config = config(&sets);
        let groups = &groups(&config)["live"];
        let group_of = |rule: usize| {
            let holds = |group: &&branchline::branch_map::Group| {
                group.rules.iter().any(|other| other.key == config.rules[rule].key)
            };
            let found: Vec<_> = groups.iter().enumerate().filter(|(_, group)| holds(group)).collect();
            assert_eq!(found.len(), 1, "each rule is in one group");
            found[0].0
        };
        for one in 0..sets.len() {
            for other in 0..sets.len() {
                prop_assert_eq!(group_of(one) == group_of(other), connected(&sets, one, other), "{:?}", (one, other));
            }
        }
        for group in groups {
            let services: BTreeSet<&str> =
                group.rules.iter().flat_map(|rule| &rule.services).map(String::as_str).collect();
            prop_assert_eq!(group.services.iter().copied().collect::<BTreeSet<_>>(), services);
        }
    }
}
