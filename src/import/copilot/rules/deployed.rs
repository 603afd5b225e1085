//! What a pipeline deploys, and where: as a rule can say it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::super::draft::{Draft, Rule};
use super::super::pick::Picked;
use super::super::pipeline::Stage;
use super::{Drawing, Weight};

impl Drawing {
    /// The environments that get a workload. A rule without `services` deploys all of them, so an environment that got only templates
    /// is no part of one.
    pub(super) fn reached(&mut self, picked: &Picked) -> Vec<String> {
        let mut reached = Vec::new();
        for stage in &picked.manifest.stages {
            if stage.workloads().is_some_and(|names| names.is_empty()) {
                let what = format!(
                    "`{}` deploys no workload to `{}`, only templates of its own",
                    picked.manifest.name.value, stage.name.value
                );
                self.say(
                    Weight::Lost,
                    picked,
                    stage.name.span,
                    what,
                    "no rule goes there for it: one would deploy the workloads, which it did not",
                );
            } else {
                reached.push(stage.name.value.clone());
            }
        }
        reached
    }

    /// The workloads that any stage deploys by name; [`super::narrow`] takes out what not all of them got.
    pub(super) fn services(picked: &Picked) -> Option<Vec<String>> {
        let named = picked.manifest.stages.iter().filter_map(Stage::workloads).flatten();
        let all: BTreeSet<String> = named.map(str::to_owned).collect();
        (!all.is_empty()).then(|| all.into_iter().collect())
    }
}

/// The branches of the rules, those first that go furthest: to an approval, then to most environments.
pub fn furthest(draft: &Draft) -> Vec<String> {
    let mut rules: Vec<&Rule> = draft.rules.iter().collect();
    let is_approved = |name: &String| draft.environments.iter().any(|one| one.name == *name && one.approval);
    rules.sort_by_key(|rule| (!rule.environments.iter().any(is_approved), Reverse(rule.environments.len())));
    rules.into_iter().map(|rule| rule.start.branch.clone()).collect()
}
