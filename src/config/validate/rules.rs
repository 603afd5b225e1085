//! The rules of the branch map: their environments exist, and every environment is reached.

use std::collections::BTreeSet;

use super::Judge;
use crate::config::Rule;
use crate::config::raw::RawRule;
use crate::diagnostic::{Finding, Severity};

impl Judge<'_> {
    pub(super) fn rules(&mut self) -> Vec<Rule> {
        let raw = self.raw;
        let mut reached = BTreeSet::new();
        let mut rules = Vec::with_capacity(raw.branches.len());
        for (pattern, written) in &raw.branches {
            let (environments, name, path) = match written {
                RawRule::List(list) => (list, None, vec!["branches", pattern.as_str()]),
                RawRule::Mapping(rule) => (
                    &rule.environments,
                    rule.name.clone(),
                    vec!["branches", pattern.as_str(), "environments"],
                ),
            };
            for (index, environment) in environments.iter().enumerate() {
                reached.insert(environment.as_str());
                if !raw.environments.contains_key(environment) {
                    let place = self.item(&path, index);
                    self.unknown("environment", environment, raw.environments.keys(), place, "environments");
                }
            }
            let place = self.key(&["branches", pattern]);
            rules.push(Rule { pattern: pattern.clone(), environments: environments.clone(), name, place });
        }
        for environment in raw.environments.keys().filter(|name| !reached.contains(name.as_str())) {
            let place = self.key(&["environments", environment]);
            let mut finding = Finding::error(
                "BL031",
                place,
                format!("no branch deploys to the environment `{environment}`"),
            )
            .because("it stands in no list under `branches`")
            .help("add it to the list of a branch, or take it out");
            finding.severity = Severity::Warning;
            self.report(finding);
        }
        rules
    }

    /// A name that is defined nowhere, with the nearest one that is.
    pub(super) fn unknown<'n>(
        &mut self,
        kind: &str,
        name: &str,
        known: impl Iterator<Item = &'n String>,
        place: crate::diagnostic::Span,
        section: &str,
    ) {
        let known: Vec<&String> = known.collect();
        let nearest = known.iter().max_by(|a, b| {
            strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)).then_with(|| b.cmp(a))
        });
        let help = match nearest {
            Some(near) if strsim::jaro_winkler(name, near) > 0.75 => format!("did you mean `{near}`?"),
            _ => {
                let names: Vec<String> = known.iter().take(8).map(|name| format!("`{name}`")).collect();
                format!("define it under `{section}`, or use one that is there: {}", names.join(", "))
            }
        };
        self.report(
            Finding::error("BL030", place, format!("there is no {kind} `{name}`"))
                .because(format!("it is not defined under `{section}`"))
                .help(help),
        );
    }
}
