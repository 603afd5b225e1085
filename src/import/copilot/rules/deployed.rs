//! What a pipeline deploys, and where: as a rule can say it.

use std::collections::BTreeSet;

use super::super::pick::Picked;
use super::super::pipeline::Stage;
use super::{Drawing, Weight, words};

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

    /// The workloads that are deployed by name: the same in each stage, or all of any.
    pub(super) fn services(&mut self, picked: &Picked) -> Option<Vec<String>> {
        let named = picked.manifest.stages.iter().map(|stage| {
            let names: Option<BTreeSet<String>> =
                stage.workloads().map(|names| names.into_iter().map(str::to_owned).collect());
            (stage, names)
        });
        // Where only templates go, no rule goes.
        let named: Vec<(&Stage, Option<BTreeSet<String>>)> =
            named.filter(|(_, names)| names.as_ref().is_none_or(|names| !names.is_empty())).collect();
        let all: BTreeSet<String> = named.iter().filter_map(|(_, names)| names.clone()).flatten().collect();
        if all.is_empty() {
            return None;
        }
        for (stage, names) in &named {
            if names.as_ref() != Some(&all) {
                let what = format!(
                    "`{}` got {}, and other stages of `{}` more or others",
                    stage.name.value,
                    names.as_ref().map_or_else(|| "every workload".to_owned(), words),
                    picked.manifest.name.value
                );
                self.say(
                    Weight::Changed,
                    picked,
                    stage.name.span,
                    what,
                    "a rule deploys the same services to each of its environments: make two rules if that is wrong",
                );
            }
        }
        Some(all.into_iter().collect())
    }
}
