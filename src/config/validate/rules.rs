//! The rules of the branch map, and whether every environment is reached.

use std::collections::BTreeSet;

use super::Judge;
use crate::config::Rule;
use crate::config::raw::RawRule;
use crate::diagnostic::Finding;

impl Judge<'_> {
    pub(super) fn rules(&mut self) -> Vec<Rule> {
        let raw = self.raw;
        let mut reached = BTreeSet::new();
        let mut rules = Vec::with_capacity(raw.branches.len());
        for (pattern, written) in &raw.branches {
            let (environments, name) = match written {
                RawRule::List(list) => (list, None),
                RawRule::Mapping(rule) => (&rule.environments, rule.name.clone()),
            };
            reached.extend(environments.iter().map(String::as_str));
            let place = self.key(&["branches", pattern]);
            rules.push(Rule { pattern: pattern.clone(), environments: environments.clone(), name, place });
        }
        for environment in raw.environments.keys().filter(|name| !reached.contains(name.as_str())) {
            let place = self.key(&["environments", environment]);
            let finding = Finding::warning(
                "BL031",
                place,
                format!("no branch deploys to the environment `{environment}`"),
            )
            .because("it stands in no list under `branches`")
            .help("add it to the list of a branch, or take it out");
            self.report(finding);
        }
        rules
    }
}
