//! Where pipelines have to do with each other, as the overview tells of it: locks that several rules come to, and images
//! that one takes of another.

use serde::Serialize;

use crate::branch_map;
use crate::pipeline::Plan;

/// An environment with a lock to which the releases of several rules come.
#[derive(Serialize)]
pub(super) struct Shared<'a> {
    environment: &'a str,
    rules: Vec<&'a str>,
}

/// A rule that takes images of others.
#[derive(Serialize)]
pub(super) struct Reused<'a> {
    rule: &'a str,
    others: &'a [String],
}

/// The environments in which releases of more than one rule wait for each other.
pub(super) fn shared<'a>(plan: &Plan<'a>) -> Vec<Shared<'a>> {
    let locked = plan.map.locked(plan.config).into_iter();
    let shared = locked.filter(|(_, rules)| rules.len() > 1);
    shared.map(|(environment, rules)| Shared { environment, rules: rules.into_iter().collect() }).collect()
}

/// The environments with a lock in which some rules have no service in common with others, so that the one's deploys are none
/// that the other is compared with.
pub(super) fn apart<'a>(plan: &Plan<'a>) -> Vec<&'a str> {
    let groups = branch_map::groups(plan.config);
    let several = |environment: &&str| groups.get(environment).is_some_and(|groups| groups.len() > 1);
    plan.map.locked(plan.config).into_keys().filter(several).collect()
}

/// The rules that take images of others.
pub(super) fn reused<'a>(plan: &Plan<'a>) -> Vec<Reused<'a>> {
    let rules = plan.config.rules.iter().filter(|rule| !rule.reuse.is_empty());
    rules.map(|rule| Reused { rule: &rule.key, others: &rule.reuse }).collect()
}
