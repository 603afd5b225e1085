//! A rule deploys the same services to each of its environments, so it has only those that each of them got.

use std::collections::BTreeSet;

use super::super::super::copies::Branch;
use super::super::super::draft::Rule;
use super::super::super::remark::{Remark, Weight};
use super::super::absent::tip;
use super::super::pick::Picked;
use super::super::pipeline::Stage;
use super::super::services::Picked as Workload;
use super::super::workload::{self, Image};
use super::words;

/// Takes out of each rule what not every one of its environments got, and environments that got nothing; each is told by name.
pub fn narrow(
    branches: &[Branch],
    pipelines: &[Picked],
    workloads: &[Workload],
    rules: &mut Vec<Rule>,
    remarks: &mut Vec<Remark>,
) {
    let can_be_built = |one: &&Workload| !is_foreign(one);
    let workloads: Vec<&Workload> = workloads.iter().filter(can_be_built).collect();
    rules.retain_mut(|rule| {
        let picked = pipelines.iter().find(|one| {
            one.manifest.name.value == rule.pipeline && one.manifest.source.branch.value == rule.start.branch
        });
        let Some(picked) = picked else { return true };
        Narrowing { picked, tip: tip(branches, &rule.start.branch), workloads: &workloads, remarks }
            .rule(rule)
    });
}

/// Whether its image is made elsewhere in every environment: [`super::super::services`] tells it.
fn is_foreign(one: &Workload) -> bool {
    let base = &one.manifest.base;
    let is_windows = base.platform.as_ref().is_some_and(|one| one.value.starts_with("windows"));
    is_windows || matches!(base.image, Some(Image::Location(_)))
}

struct Narrowing<'n> {
    picked: &'n Picked,
    tip: Option<&'n Branch>,
    workloads: &'n [&'n Workload],
    remarks: &'n mut Vec<Remark>,
}

impl Narrowing<'_> {
    fn lost(&mut self, stage: &Stage, what: String, help: &str) {
        let place = Some(self.picked.place(stage.name.span));
        self.remarks.push(Remark { weight: Weight::Lost, what, help: help.to_owned(), place });
    }

    /// What a stage deploys that deploys all: what stands on its branch.
    fn on_branch(&self) -> BTreeSet<String> {
        let all = || self.workloads.iter().map(|one| one.manifest.name.value.clone());
        let Some(tip) = self.tip else { return all().collect() };
        let there = self.workloads.iter().filter(|one| tip.files.contains_key(&one.copy.path));
        let there: BTreeSet<String> = there.map(|one| one.manifest.name.value.clone()).collect();
        if there.is_empty() { all().collect() } else { there }
    }

    /// Those whose image is built in this environment, as the pipeline's own branch has it; the others are told.
    fn built(&mut self, stage: &Stage, own: &BTreeSet<String>) -> BTreeSet<String> {
        let environment = &stage.name.value;
        let mut built = own.clone();
        for one in self.workloads {
            let there = self.tip.and_then(|tip| workload::read(tip.text(&one.copy.path)?).manifest);
            let name = &one.manifest.name.value;
            let there = there.as_ref().unwrap_or(&one.manifest).in_environment(environment);
            let Some(Image::Location(location)) = there.image else { continue };
            if built.remove(name) {
                let what = format!(
                    "`{environment}` gets `{name}` no more: it runs an image there that is not built here (`{}`)",
                    location.value
                );
                let help = "a rule would deploy a new build in its place, so none deploys it there: keep deploying it as today";
                self.lost(stage, what, help);
            }
        }
        built
    }

    /// Whether the rule is left.
    fn rule(&mut self, rule: &mut Rule) -> bool {
        let all: BTreeSet<String> =
            self.workloads.iter().map(|one| one.manifest.name.value.clone()).collect();
        let on_branch = self.on_branch();
        let mut got: Vec<(&Stage, BTreeSet<String>)> = Vec::new();
        for stage in &self.picked.manifest.stages {
            if !rule.environments.contains(&stage.name.value) {
                continue;
            }
            let own = stage.workloads().map(|names| names.into_iter().map(str::to_owned).collect());
            let own: BTreeSet<String> = own.unwrap_or_else(|| on_branch.clone());
            let own: BTreeSet<String> = own.intersection(&all).cloned().collect();
            let built = self.built(stage, &own);
            if built.is_empty() && !own.is_empty() {
                rule.environments.retain(|name| *name != stage.name.value);
            }
            got.push((stage, built));
        }
        // Of nothing that is known nothing is left: what comes after this tells it by name.
        let left: Vec<_> = got.iter().filter(|(_, names)| !names.is_empty()).collect();
        let Some((_, first)) = left.first() else { return !rule.environments.is_empty() };
        let common = left.iter().fold(first.clone(), |common, (_, names)| &common & names);
        let unknown: Vec<String> =
            rule.services.iter().flatten().filter(|name| !all.contains(*name)).cloned().collect();
        let pipeline = &rule.pipeline;
        for (stage, names) in &left {
            let missing = names - &common;
            if common.is_empty() {
                let what = format!(
                    "`{pipeline}` deploys {} to `{}`, and its environments have no workload in common",
                    words(names),
                    stage.name.value
                );
                let help = "no rule is written for it: one would deploy the same to each. Write a rule for each set of services if that is meant";
                self.lost(stage, what, help);
            } else if !missing.is_empty() {
                let what = format!(
                    "`{}` gets {} no more from `{pipeline}`: not all of its environments got that",
                    stage.name.value,
                    words(&missing)
                );
                let help = "a rule deploys the same services to each of its environments, so it has what all of them got. Write a rule of \
                            its own, with these `services`, for what is left out";
                self.lost(stage, what, help);
            }
        }
        if common.is_empty() {
            return false;
        }
        if rule.services.is_some() || common != all {
            rule.services = Some(common.into_iter().chain(unknown).collect());
        }
        true
    }
}
