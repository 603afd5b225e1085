//! What Copilot's own template would deploy, read from the manifests a second time: by `serde_yaml`, as plain values, with nothing of
//! the reader that is tested.
//!
//! Copilot's template makes a stage of each entry of `stages`, in their order, with an approval where `requires_approval` is true,
//! and one deploy action for each of `deployments`, or for each workload of the repository where there are none
//! (docs "Pipeline manifest"). The branch is that of `source.properties.branch`. Which copy of a manifest was deployed is nobody's to
//! know but AWS's; it is taken to be that of the branch it names, where that branch has one.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

/// The files of each branch, by path.
pub(crate) type Branches = BTreeMap<String, BTreeMap<String, String>>;

/// A stage that deploys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stage {
    /// The environment.
    pub(crate) environment: String,
    /// Whether a person approves before it.
    pub(crate) is_approved: bool,
    /// What is deployed.
    pub(crate) workloads: BTreeSet<String>,
}

/// By branch: the ways of its pipelines.
pub(crate) type Ways = BTreeMap<String, BTreeSet<Vec<Stage>>>;

/// What Copilot would deploy.
pub(crate) fn ways(branches: &Branches) -> Ways {
    // The copies by the pipeline and the branch that they name.
    let mut copies: BTreeMap<(String, String), Vec<(&String, Value)>> = BTreeMap::new();
    for (branch, files) in branches {
        for (path, text) in files.iter().filter(|(path, _)| is_pipeline(path)) {
            let mut manifest: Value = serde_yaml::from_str(text).unwrap();
            manifest.apply_merge().unwrap();
            let named = manifest["source"]["properties"]["branch"].as_str().unwrap_or("main").to_owned();
            let name = manifest["name"].as_str().unwrap_or(path).to_owned();
            copies.entry((name, named)).or_default().push((branch, manifest));
        }
    }
    let mut ways = Ways::new();
    for ((_, named), copies) in copies {
        let own = copies.iter().find(|(branch, _)| **branch == named);
        let (branch, manifest) = own.unwrap_or(&copies[0]);
        let all = workloads(&branches[*branch]);
        let stages = manifest["stages"].as_sequence().unwrap().iter().map(|stage| stage_of(stage, &all));
        ways.entry(named).or_default().insert(stages.collect());
    }
    ways
}

fn stage_of(stage: &Value, all: &BTreeSet<String>) -> Stage {
    let named = stage["deployments"].as_mapping();
    let named = named.map(|entries| entries.keys().filter_map(Value::as_str).map(str::to_owned).collect());
    Stage {
        environment: stage["name"].as_str().unwrap().to_owned(),
        is_approved: stage["requires_approval"].as_bool().unwrap_or(false),
        workloads: named.unwrap_or_else(|| all.clone()),
    }
}

fn is_pipeline(path: &str) -> bool {
    let below = path.split_once("copilot/").filter(|(before, _)| before.is_empty() || before.ends_with('/'));
    below.is_some_and(|(_, path)| {
        path == "pipeline.yml" || (path.starts_with("pipelines/") && path.ends_with("/manifest.yml"))
    })
}

/// The workloads of a branch: `copilot/<name>/manifest.yml`.
fn workloads(files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let manifests = files.iter().filter(|(path, _)| {
        let parts: Vec<&str> = path.rsplit('/').take(3).collect();
        parts.len() == 3 && parts[0] == "manifest.yml" && parts[2] == "copilot"
    });
    let read = manifests.map(|(_, text)| {
        let manifest: Value = serde_yaml::from_str(text).unwrap();
        manifest["name"].as_str().unwrap().to_owned()
    });
    read.collect()
}
