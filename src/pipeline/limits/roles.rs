//! Roles of task definitions that environments share.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{Judge, Plan};
use crate::config::Environment;
use crate::diagnostic::Finding;

/// The roles that a finding names; the others are counted.
const NAMED: usize = 3;

/// The sets of rules of which, for one role, each is compared with each: more would make a long file slow, and tell nothing
/// more.
const COMPARED: usize = 50;

/// The rules that lead to an environment, by their positions.
type Rules = BTreeSet<usize>;

impl Judge<'_> {
    /// Environments in one account whose tasks have one role, where a rule leads to the one and not to the other (code
    /// `BL079`): whoever may deploy to the first may run an image with the rights of the second. Told once for two
    /// environments.
    pub(super) fn task_roles(&mut self) {
        let plan = self.plan;
        let rules = rules_by_environment(plan);
        let mut pairs: IndexMap<(&str, &str), Vec<&str>> = IndexMap::new();
        for ((_, role), environments) in users(plan) {
            if let Some(pair) = at_odds(plan, &environments, &rules) {
                pairs.entry(pair).or_default().push(role);
            }
        }
        for ((lower, upper), roles) in pairs {
            self.told(lower, upper, &roles);
        }
    }

    fn told(&mut self, lower: &str, upper: &str, roles: &[&str]) {
        let place = |name: &str| self.plan.config.environments.get(name).map(|environment| environment.place);
        let mut named: Vec<String> = roles.iter().take(NAMED).map(|role| format!("`{role}`")).collect();
        if roles.len() > NAMED {
            named.push(format!("{} more", roles.len() - NAMED));
        }
        let named = match named.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            few => few.concat(),
        };
        let (word, rights) =
            if roles.len() == 1 { ("the role", "it has") } else { ("the roles", "they have") };
        let finding = Finding::warning(
            "BL079",
            place(lower),
            format!("`{lower}` and `{upper}` give {word} {named} to their tasks"),
        )
        .because(format!(
            "an image that comes to `{lower}` and not to `{upper}` runs with all rights that {rights} there"
        ))
        .help("write `{environment}` into `roles`, such as `roles: [\"shop-{environment}-task\"]`, and make a role for each");
        let finding = match place(upper) {
            Some(span) => finding.related(span, "its tasks have the same"),
            None => finding,
        };
        self.findings.push(finding);
    }
}

/// The environments by account and role, in the order of the file.
fn users<'a>(plan: &'a Plan<'a>) -> IndexMap<(&'a str, &'a str), Vec<&'a Environment>> {
    let mut users: IndexMap<(&str, &str), Vec<&Environment>> = IndexMap::new();
    for place in plan.environments() {
        for deploy in place.deploys.values() {
            for role in deploy.task_roles() {
                let of_role = users.entry((&place.account, role)).or_default();
                if of_role.last().is_none_or(|last| last.name != place.name) {
                    of_role.push(place);
                }
            }
        }
    }
    users.retain(|_, environments| environments.len() > 1);
    users
}

fn rules_by_environment<'a>(plan: &'a Plan<'a>) -> BTreeMap<&'a str, Rules> {
    let mut rules: BTreeMap<&str, Rules> = BTreeMap::new();
    for (at, entry) in plan.map.entries.iter().enumerate() {
        for environment in &entry.environments {
            rules.entry(environment).or_default().insert(at);
        }
    }
    rules
}

/// Two of some environments of which a rule leads to the first and not to the second, and none through the second to the
/// first: what comes to the first has not passed the second. Of several, the one that stands last in the file is the second.
fn at_odds<'a>(
    plan: &Plan,
    environments: &[&'a Environment],
    rules: &BTreeMap<&str, Rules>,
) -> Option<(&'a str, &'a str)> {
    // Those that the same rules lead to are promoted to together; one that no rule leads to has no image.
    let mut different: Vec<(&Rules, &str)> = Vec::new();
    let mut seen: BTreeSet<&Rules> = BTreeSet::new();
    for environment in environments {
        let Some(own) = rules.get(environment.name.as_str()) else { continue };
        if different.len() < COMPARED && seen.insert(own) {
            different.push((own, &environment.name));
        }
    }
    let comes_before = |one: &str, other: &str, own: &Rules| {
        own.iter().filter_map(|at| plan.map.entries.get(*at)).any(|entry| {
            let at = |name: &str| entry.environments.iter().position(|environment| environment == name);
            at(one).zip(at(other)).is_some_and(|(one, other)| one < other)
        })
    };
    let pairs = different.iter().flat_map(|one| different.iter().rev().map(move |other| (one, other)));
    pairs
        .into_iter()
        .find(|((own, lower), (others, upper))| !own.is_subset(others) && !comes_before(upper, lower, own))
        .map(|((_, lower), (_, upper))| (*lower, *upper))
}
