//! Everything that the branches have of Copilot, brought together into one draft.

use std::collections::BTreeSet;

use super::super::copies::{Branch, Copy, copies};
use super::super::draft::Draft;
use super::super::remark::{Remark, Weight};
use super::pick::{self, list, place};
use super::services::{self, Picked};
use super::{
    absent, addons, buildspec, environment, hidden, overrides, pasted, platform, rules, stacks, steps,
    switch, workload, workspace,
};
use crate::branch_map::remote::Remote;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The app's name, by `copilot/.workspace`, or as somebody said it.
    pub app: Option<String>,
    /// Copilot's own name of it, which its names in AWS are made of: another one may have been said for what is new.
    pub application: Option<String>,
    /// The map.
    pub draft: Draft,
    /// What is to be known.
    pub remarks: Vec<Remark>,
    /// What the steps are made of, which say more when AWS was asked.
    pub before: switch::Before,
}

/// Whether a file is read at all.
pub fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_copilots = (path.starts_with("copilot/") || path.contains("/copilot/"))
        && (matches!(name, ".workspace" | "manifest.yml" | "pipeline.yml")
            || overrides::is_override(path)
            || (path.contains("/addons/") && addons::is_template(name)));
    is_copilots
        || buildspec::is_buildspec(path)
        || super::super::attributes::is_attributes(path)
        || hidden::starts_containers(name)
}

/// Whether a folder is looked into. What package managers put there is nobody's own.
pub fn is_entered(path: &str) -> bool {
    !matches!(path.rsplit('/').next(), Some("node_modules" | "vendor" | "target" | ".git" | "dist"))
}

/// [`gather_of`] where git's remote is not known.
pub fn gather(branches: &[Branch], current: Option<&str>, app: Option<&str>) -> Gathered {
    gather_of(branches, current, app, None)
}

/// Reads all branches. `current` is the one that is checked out; `app` is its name where somebody said it; `origin` is git's remote.
pub fn gather_of(
    branches: &[Branch],
    current: Option<&str>,
    app: Option<&str>,
    origin: Option<&Remote>,
) -> Gathered {
    let pick::Pipelines { mut all, mut remarks } = pick::pipelines(branches, current);
    let overridden = overrides::read(branches, &mut all, &mut remarks);
    let named = workspace(branches, &mut remarks);
    let mut known = environments(branches);
    let (mut draft, told) = rules::draft(&all, &known, origin);
    remarks.extend(told);
    let asked: Vec<String> = draft.environments.iter().map(|one| one.name.clone()).collect();
    for name in &asked {
        known.remove(name);
    }
    for name in known {
        remarks.push(Remark {
            weight: Weight::Kept,
            what: format!("no pipeline deploys to the environment `{name}`"),
            help: "it stays out of the map; name it in a rule if a branch is to go there".to_owned(),
            place: None,
        });
    }
    let deployed = rules::furthest(&draft);
    let order: Vec<&str> = deployed.iter().map(String::as_str).chain(current).collect();
    let workloads = workloads(branches, &order, &mut remarks);
    let application = application(branches, app, named.as_deref());
    let written: BTreeSet<String> = workloads.iter().map(|one| one.manifest.name.value.clone()).collect();
    let workloads = absent::kept(branches, &draft.rules, workloads, &mut remarks);
    remarks.extend(addons::addons(branches));
    let app = app.map(str::to_owned).or(named);
    let named = application.as_deref().unwrap_or("app");
    absent::rules(branches, &workloads, &mut draft.rules, &mut remarks);
    rules::narrow(branches, &all, &workloads, &mut draft.rules, &mut remarks);
    // What a person approves is what is released.
    let approved = |name: &String| draft.environments.iter().any(|one| one.name == *name && one.approval);
    let mut asked = asked;
    asked.sort_by_key(approved);
    let (services, told) = services::services(named, &workloads, &asked, &draft.rules);
    draft.services = services;
    remarks.extend(told);
    unknown_services(branches, &all, &mut draft, &mut remarks);
    stacks::stacks(named, &all, &mut draft, &mut remarks);
    steps::steps(named, branches, &all, &mut draft, &mut remarks);
    overrides::settle(&all, &overridden, &mut draft, &mut remarks);
    buildspec::settle(branches, &all, &overridden, &mut draft, &mut remarks);
    overrides::untested(&mut draft, &mut remarks);
    pasted::judge(&all, &mut remarks);
    overrides::elsewhere(branches, &draft, &mut remarks);
    platform::agree(&mut draft, &mut remarks);
    hidden::migrations(branches, &order, &workloads, &mut draft, &mut remarks);
    let before = switch::Before {
        app: named.to_owned(),
        pipelines: all,
        workloads: written,
        ..switch::Before::default()
    };
    Gathered { app, application, draft, remarks, before }
}

/// The app's name. Branches that disagree are of two apps.
fn workspace(branches: &[Branch], remarks: &mut Vec<Remark>) -> Option<String> {
    let mut found: Option<String> = None;
    for copy in copies(branches, |path| path == "copilot/.workspace") {
        let Some(name) = workspace::read(&copy.text).application else { continue };
        match &found {
            Some(first) if *first != name.value => remarks.push(Remark {
                weight: Weight::Mistake,
                what: format!("the app is called `{}` here, and `{first}` on other branches", name.value),
                help: format!("`{first}` is taken; say `--app` if it is the other one"),
                place: Some(place(&copy, name.span)),
            }),
            Some(_) => {}
            None => found = Some(name.value),
        }
    }
    found
}

/// Copilot's name of the app: the one that was said, where a branch has it so, else that of the first branch that has one.
fn application(branches: &[Branch], said: Option<&str>, named: Option<&str>) -> Option<String> {
    let all = copies(branches, |path| path == "copilot/.workspace");
    let is_there = |name: &str| {
        all.iter().filter_map(|copy| workspace::read(&copy.text).application).any(|found| found.value == name)
    };
    said.filter(|said| is_there(said)).or(named).or(said).map(str::to_owned)
}

fn environments(branches: &[Branch]) -> BTreeSet<String> {
    let folder = |path: &str| {
        path.strip_prefix("copilot/environments/")?.strip_suffix("/manifest.yml").map(str::to_owned)
    };
    let all = copies(branches, |path| folder(path).is_some());
    let names = all.iter().filter_map(|copy| {
        let folder = folder(&copy.path)?;
        let name = environment::read(&copy.text, &folder).manifest.map(|manifest| manifest.name.value);
        Some(name.unwrap_or(folder))
    });
    names.collect()
}

fn is_workload(path: &str) -> bool {
    matches!(path.split('/').collect::<Vec<_>>().as_slice(), ["copilot", _, "manifest.yml"])
}

/// The workloads by name: of the copies of one that of the first branch in this order is taken.
fn workloads(branches: &[Branch], order: &[&str], remarks: &mut Vec<Remark>) -> Vec<Picked> {
    let mut all = copies(branches, is_workload);
    let mut picked = Vec::new();
    while !all.is_empty() {
        let path = all[0].path.clone();
        let of_path: Vec<Copy> = all.extract_if(.., |copy| copy.path == path).collect();
        let at = first_in(order, &of_path);
        let others: Vec<String> = of_path
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, copy)| list(&copy.branches))
            .collect();
        let Some(copy) = of_path.into_iter().nth(at) else { continue };
        let workload::Reading { manifest, raised, findings } = workload::read(&copy.text);
        for finding in findings {
            remarks.push(Remark {
                weight: Weight::Lost,
                what: finding.message,
                help: finding.help,
                place: Some(place(&copy, finding.place.unwrap_or_default())),
            });
        }
        remarks.extend(raised.into_iter().map(|raised| pick::remark(&copy, raised)));
        let Some(manifest) = manifest else { continue };
        if !others.is_empty() {
            remarks.push(Remark {
                weight: Weight::Changed,
                what: format!(
                    "the workload `{}` is written in {} ways",
                    manifest.name.value,
                    others.len() + 1
                ),
                help: format!("this one is taken; others are on {}", others.join("; ")),
                place: Some(place(&copy, manifest.name.span)),
            });
        }
        picked.push(Picked { manifest, copy });
    }
    picked.sort_by(|one, other| one.manifest.name.value.cmp(&other.manifest.name.value));
    // Those that are built come before jobs, which may share their images.
    picked.sort_by_key(|one| one.manifest.kind == workload::Kind::ScheduledJob);
    picked
}

/// Which of the copies stands on the first of these branches; the remote's before the local one.
pub(super) fn first_in(order: &[&str], copies: &[Copy]) -> usize {
    let has = |name: &str| copies.iter().position(|copy| copy.branches.iter().any(|one| one == name));
    let found = order.iter().find_map(|name| has(&format!("origin/{name}")).or_else(|| has(name)));
    found.unwrap_or_else(|| (0..copies.len()).max_by_key(|at| copies[*at].branches.len()).unwrap_or_default())
}

/// Rules may name what has no manifest: a stack of its own, or a workload that is gone. An environment that got nothing else
/// leaves its rule, and a rule that deployed nothing else goes: without `services` it would deploy everything.
fn unknown_services(
    branches: &[Branch],
    pipelines: &[pick::Picked],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) {
    let known: BTreeSet<String> = draft.services.iter().map(|service| service.name.clone()).collect();
    draft.rules.retain_mut(|rule| {
        let Some(services) = &mut rule.services else { return true };
        for gone in services.extract_if(.., |name| !known.contains(name)) {
            let file = format!("copilot/{gone}/manifest.yml");
            let (why, help) = if branches.iter().any(|branch| branch.files.contains_key(&file)) {
                (
                    "it is left out of the map",
                    "what is said of its manifest has the reason: keep deploying it as today",
                )
            } else {
                ("no branch has a manifest of it", "it is left out")
            };
            remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("`{}` deploys `{gone}`, and {why}", rule.pipeline),
                help: help.to_owned(),
                place: Some(rule.place.clone()),
            });
        }
        let picked = pipelines.iter().find(|one| {
            one.manifest.name.value == rule.pipeline && one.manifest.source.branch.value == rule.start.branch
        });
        for stage in picked.into_iter().flat_map(|picked| &picked.manifest.stages) {
            let is_gone =
                stage.workloads().is_some_and(|names| !names.iter().any(|name| known.contains(*name)));
            if is_gone && rule.environments.contains(&stage.name.value) {
                rule.environments.retain(|name| *name != stage.name.value);
                remarks.push(Remark {
                    weight: Weight::Lost,
                    what: format!(
                        "`{}` goes no more to `{}`: nothing is left of what it deployed there",
                        rule.pipeline, stage.name.value
                    ),
                    help: "a rule would deploy other services there, which it did not".to_owned(),
                    place: picked.map(|picked| picked.place(stage.name.span)),
                });
            }
        }
        if services.is_empty() && !rule.environments.is_empty() {
            remarks.push(Remark {
                weight: Weight::Lost,
                what: format!(
                    "`{}` has no rule: nothing is left of what all of its environments got",
                    rule.pipeline
                ),
                help: "without `services` a rule would deploy everything".to_owned(),
                place: Some(rule.place.clone()),
            });
        }
        !(services.is_empty() || rule.environments.is_empty())
    });
    let reached: BTreeSet<&String> = draft.rules.iter().flat_map(|rule| &rule.environments).collect();
    draft.environments.retain(|one| reached.contains(&one.name));
}

#[cfg(test)]
mod tests;
