//! Whether the branches that rules name are in the repository.

use std::collections::BTreeSet;

use super::Examined;
use crate::diagnostic::{Finding, Span};

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let branches = match &examined.facts.branches {
        None => return Vec::new(),
        Some(Err(reason)) => {
            return vec![
                Finding::note("BL902", None, "whether the branches of the map exist was not looked at")
                    .because(reason.clone())
                    .help("run it in a clone of the repository, or with `--remote`"),
            ];
        }
        Some(Ok(branches)) => branches,
    };
    let is_of_branches = |event| event != crate::config::Event::Tag;
    let rules = examined.plan.config.rules.iter();
    let rules = rules.filter(|rule| is_of_branches(rule.event) && rule.per_branch.is_none());
    let mut told: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut findings = Vec::new();
    for rule in rules {
        let entry = examined.plan.map.entries.iter().find(|entry| entry.rule == rule.key);
        let exact = entry.into_iter().flat_map(|entry| &entry.trigger.includes);
        for name in exact.filter_map(|pattern| pattern.exact()).filter(|name| !branches.contains(*name)) {
            let written = rule.names.includes.iter().find(|written| written.text == name);
            let place: Span = written.map_or(rule.place, |written| written.place);
            if told.insert((place.start, name.to_owned())) {
                findings.push(
                    Finding::warning("BL905", place, format!("there is no branch `{name}`"))
                        .because("its pipeline fails in its first stage until there is one")
                        .help(format!("push it (`git push -u origin {name}`), or correct the name; after `git fetch`, or with `--remote`, what is looked at is new")),
                );
            }
        }
    }
    findings
}
