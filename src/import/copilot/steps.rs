//! What a stage does beside deploying workloads side by side: steps before and after (`pre_deployments`, `post_deployments`), stacks of
//! templates of one's own, and who waits for whom.
//!
//! By Copilot's documentation ("Pipeline manifest") and its sources (`internal/pkg/deploy/pipeline.go`), version 1.33: behind the
//! approval come the steps before, then the deployments, then the steps after, each in the order of its `depends_on`. A step becomes a
//! service with `deploy.commands`; what it cannot say stands as a command that fails, so that no release passes it over in silence.

mod buildspec;
mod carry;
mod edges;
mod migrating;
mod order;
mod seen;

use std::collections::BTreeSet;

use super::super::copies::Branch;
use super::super::draft::Draft;
use super::super::remark::{Place, Remark, Weight};
use super::pick::{self, Picked};
use super::pipeline::{self, Stage};

/// The buildspecs that steps name, on any branch: paths from the root of the repository.
pub fn named(branches: &[Branch]) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for copy in super::super::copies::copies(branches, pick::is_manifest) {
        let manifest = pipeline::read(&copy.text).manifest;
        for stage in manifest.iter().flat_map(|manifest| &manifest.stages) {
            for step in stage.before.iter().chain(&stage.after) {
                named.extend(step.buildspec.as_ref().map(|path| plain(&path.value)));
            }
        }
    }
    named
}

/// Brings the steps of all pipelines into the draft, whose rules and workloads are there already. `app` is its name.
pub fn steps(
    app: &str,
    branches: &[Branch],
    pipelines: &[Picked],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) {
    let workloads: BTreeSet<String> = draft.services.iter().map(|service| service.name.clone()).collect();
    let ways = ways(pipelines, draft, &workloads);
    let edges = edges::edges(&ways, remarks);
    let seen = seen::seen(&ways, pipelines, branches, remarks);
    let seen = migrating::migrating(seen, &ways, draft, remarks);
    let groups = carry::carry(app, &seen, &ways, draft, remarks);
    edges::wire(&edges, &seen, &groups, &ways, draft, remarks);
    rules(&ways, &groups, &workloads, draft);
}

/// A pipeline with the rule that it became.
struct Way<'p> {
    picked: &'p Picked,
    /// The rule's place in the draft.
    rule: usize,
    /// Its environments.
    environments: BTreeSet<String>,
    /// The workloads that it deploys.
    workloads: BTreeSet<String>,
}

impl<'p> Way<'p> {
    /// Its stages that are still gone to.
    fn stages(&self) -> impl Iterator<Item = &'p Stage> + use<'_, 'p> {
        self.picked.manifest.stages.iter().filter(|stage| self.environments.contains(&stage.name.value))
    }

    /// The workloads that it deployed to one environment.
    fn deployed(&self, stage: &Stage) -> BTreeSet<String> {
        match stage.workloads() {
            None => self.workloads.clone(),
            Some(names) => {
                self.workloads.iter().filter(|name| names.contains(name.as_str())).cloned().collect()
            }
        }
    }

    fn remark(&self, weight: Weight, span: crate::diagnostic::Span, what: String, help: &str) -> Remark {
        Remark { weight, what, help: help.to_owned(), place: Some(self.place(span)) }
    }

    fn place(&self, span: crate::diagnostic::Span) -> Place {
        self.picked.place(span)
    }
}

fn ways<'p>(pipelines: &'p [Picked], draft: &Draft, workloads: &BTreeSet<String>) -> Vec<Way<'p>> {
    let of = |picked: &'p Picked| {
        let manifest = &picked.manifest;
        let rule = draft.rules.iter().position(|rule| {
            rule.pipeline == manifest.name.value && rule.start.branch == manifest.source.branch.value
        })?;
        let own = &draft.rules[rule];
        let workloads = match &own.services {
            None => workloads.clone(),
            Some(names) => names.iter().cloned().collect(),
        };
        Some(Way { picked, rule, environments: own.environments.iter().cloned().collect(), workloads })
    };
    pipelines.iter().filter_map(of).collect()
}

/// Each rule names the steps that its pipeline had, and no other's.
fn rules(ways: &[Way], groups: &[carry::Group], workloads: &BTreeSet<String>, draft: &mut Draft) {
    for way in ways {
        let (own, others): (Vec<&carry::Group>, Vec<_>) =
            groups.iter().partition(|group| group.rules.contains(&way.rule));
        let rule = &mut draft.rules[way.rule];
        let own = own.iter().map(|group| group.service.clone());
        match &mut rule.services {
            Some(services) => services.extend(own),
            None if others.is_empty() => {}
            none => *none = Some(workloads.iter().cloned().chain(own).collect()),
        }
    }
}

/// A path without what is before it for nothing: `./ci/test.yml` is `ci/test.yml`.
fn plain(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}
