//! Workloads that not every branch has, and manifests whose name is not that of their folder.
//!
//! Copilot deployed the workloads that stand on the branch that was pushed to; one map is the same on every branch. So a rule names its
//! services where its branch has not all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::copies::Branch;
use super::super::draft::Rule;
use super::super::remark::{Remark, Weight};
use super::pick::list;
use super::services::Picked;

/// The workloads that a branch has which is deployed, each name once.
pub fn kept(
    branches: &[Branch],
    rules: &[Rule],
    workloads: Vec<Picked>,
    remarks: &mut Vec<Remark>,
) -> Vec<Picked> {
    let deployed: Vec<Option<&Branch>> = rules.iter().map(|rule| tip(branches, &rule.start.branch)).collect();
    // Where a branch is not known, or has nothing, nobody can say what it deploys.
    let are_known = deployed.iter().all(|branch| {
        branch.is_some_and(|branch| workloads.iter().any(|one| branch.files.contains_key(&one.copy.path)))
    });
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut kept = Vec::new();
    for one in workloads {
        let name = &one.manifest.name;
        let folder = one.copy.path.split('/').nth(1).unwrap_or_default();
        let mut say = |weight, what: String, help: String| {
            remarks.push(Remark { weight, what, help, place: Some(one.place(name.span)) });
        };
        if let Some(first) = names.get(&name.value) {
            let what = format!("`{}` is the name of a workload in `{first}` already", name.value);
            say(
                Weight::Mistake,
                what,
                "this one is left out: give it a name of its own, and import again".to_owned(),
            );
            continue;
        }
        let is_deployed = deployed.iter().flatten().any(|branch| branch.files.contains_key(&one.copy.path));
        if are_known && !is_deployed && !rules.is_empty() {
            let what = format!("the workload `{}` is on no branch that a pipeline deploys", name.value);
            let help = format!(
                "it is on {}, and is left out: add it to `services` when it gets to such a branch",
                list(&one.copy.branches)
            );
            say(Weight::Lost, what, help);
            continue;
        }
        if folder != name.value {
            let what = format!("the folder of the workload `{}` is called `{folder}`", name.value);
            let help = format!(
                "Copilot's pipelines name its stack after the folder, `copilot svc deploy` after the manifest: see which stack runs, and \
                 correct the names here, which are made of `{}`; a pipeline's `deployments` go by the folder, and find no `{folder}`",
                name.value
            );
            say(Weight::Mistake, what, help);
        }
        names.insert(name.value.clone(), one.copy.path.clone());
        kept.push(one);
    }
    kept
}

/// Rules whose branch has not every workload name those that it has.
pub fn rules(branches: &[Branch], workloads: &[Picked], rules: &mut [Rule], remarks: &mut Vec<Remark>) {
    for rule in rules {
        let Some(tip) = tip(branches, &rule.start.branch) else { continue };
        let (has, lacks): (Vec<&Picked>, Vec<_>) =
            workloads.iter().partition(|one| tip.files.contains_key(&one.copy.path));
        let asked: BTreeSet<&str> = lacks
            .iter()
            .map(|one| one.manifest.name.value.as_str())
            .filter(|name| rule.services.as_ref().is_none_or(|asked| asked.iter().any(|one| one == name)))
            .collect();
        if asked.is_empty() {
            continue;
        }
        let shown: Vec<String> = asked.iter().map(|name| format!("`{name}`")).collect();
        let shown = shown.join(", ");
        let (weight, what, help) = if rule.services.is_some() {
            (
                Weight::Mistake,
                format!("`{}` deploys {shown}, and `{}` has no manifest of it", rule.pipeline, rule.start.branch),
                "the branch does not build it, so Copilot's pipeline fails there; it stands in the rule all the same".to_owned(),
            )
        } else if has.is_empty() {
            (
                Weight::Mistake,
                format!("`{}` has no workload that the pipeline `{}` could deploy", rule.start.branch, rule.pipeline),
                "the rule deploys all services, as other branches have them: see whether the branch is what is meant".to_owned(),
            )
        } else {
            rule.services = Some(has.iter().map(|one| one.manifest.name.value.clone()).collect());
            (
                Weight::Changed,
                format!("`{}` has no manifest of {shown}, so its rule names the services that it has", rule.start.branch),
                "Copilot deployed what stood on the branch, and the map is the same on all: take `services` out of the rule when the branch \
                 has everything"
                    .to_owned(),
            )
        };
        remarks.push(Remark { weight, what, help, place: Some(rule.place.clone()) });
    }
}

/// The branch as a push left it: the remote's copy where it is another one.
pub(super) fn tip<'b>(branches: &'b [Branch], name: &str) -> Option<&'b Branch> {
    let mut own = branches.iter().filter(|branch| branch.name == name).collect::<Vec<_>>();
    own.sort_by_key(|branch| !branch.is_remote);
    own.first().copied()
}
