//! Whole repositories as teams have them, in `cases/`: a folder for each branch, in the order of `branches.txt`, where each has the
//! files of those before it besides its own. Their `branchline.yml` and `report.md` are what the import proposes; the judges look
//! at what is generated from it. `BLESS=1` writes both anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::reading::{self, Branches, Stage, Ways};
use super::repository::Repository;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/cases")
}

/// The arguments of a case's import besides account and region.
fn arguments(case: &str) -> Vec<String> {
    let text = fs::read_to_string(folder().join(case).join("import.arguments")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The files below a folder, by their path from it.
fn files(folder: &Path, below: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{path}/"), found);
        } else {
            found.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The repository of a case, and what each of its branches has.
fn repository(case: &str) -> (Repository, Branches) {
    let folder = folder().join(case);
    let repository = Repository::new();
    let (mut has, mut branches) = (BTreeMap::new(), Branches::new());
    for branch in fs::read_to_string(folder.join("branches.txt")).unwrap().lines() {
        let mut own = BTreeMap::new();
        files(&folder.join(branch), "", &mut own);
        let texts: Vec<(&str, &str)> =
            own.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        repository.commit(branch, &texts);
        has.extend(own);
        branches.insert(branch.to_owned(), has.clone());
    }
    (repository, branches)
}

/// What the generated pipelines deploy, by their own files.
fn generated(repository: &Repository) -> Ways {
    let mut ways = Ways::new();
    for entry in fs::read_dir(repository.path().join("pipelines")).unwrap().flatten() {
        let Ok(text) = fs::read_to_string(entry.path().join("pipeline.json")) else { continue };
        let pipeline: Value = serde_json::from_str(&text).unwrap();
        let stages = pipeline["pipeline"]["stages"].as_array().unwrap();
        let branch = stages[0]["actions"][0]["configuration"]["BranchName"].as_str().unwrap();
        let (mut way, mut approved) = (Vec::new(), BTreeSet::new());
        for stage in stages {
            let name = stage["name"].as_str().unwrap();
            if let Some(environment) = name.strip_prefix("Approve-") {
                let is_asked = stage["actions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|action| action["actionTypeId"]["category"] == "Approval");
                assert!(is_asked, "{name} asks nobody");
                approved.insert(environment);
            }
            if let Some(environment) = name.strip_prefix("Deploy-") {
                let actions = stage["actions"].as_array().unwrap().iter();
                let names = actions.map(|action| action["name"].as_str().unwrap().to_owned());
                way.push(Stage {
                    environment: environment.to_owned(),
                    is_approved: approved.contains(environment),
                    workloads: names.filter(|name| !OURS.contains(&name.as_str())).collect(),
                });
            }
        }
        ways.entry(branch.to_owned()).or_default().insert(way);
    }
    ways
}

/// Actions of a Deploy stage that deploy nothing.
const OURS: [&str; 6] = ["Lock", "Guard", "Keep", "Record", "Snapshot", "Compare"];

/// What the import does otherwise than Copilot's template, and says so in its report: case, environment, and the words.
const OTHERWISE: [(&str, &str, &str); 2] = [
    // A misspelt `requires_approval`: nobody was asked, and now somebody is.
    ("rails", "production", "deployed to without an approval"),
    // An approval is of the environment, so that no branch goes round it.
    ("four-pipelines", "prod", "asked for an approval in one pipeline and for none in another"),
];

/// Workloads that stay out of the map, and the words of the report: case, workload, words.
const LEFT_OUT: [(&str, &str, &str); 3] = [
    ("kinds", "job2", "`job2` runs an image that is not built here"),
    ("kinds", "loc", "`loc` runs an image that is not built here"),
    ("kinds", "win", "`win` runs on Windows"),
];

/// Steps before and after a deploy that have become services: case, step, and the words.
const STEPS: [(&str, &str, &str); 2] = [
    ("steps", "announce", "`announce`, before the deploy to `test`, is the service `announce`"),
    ("steps", "smoke", "`smoke`, after the deploy to `test`, is the service `smoke`"),
];

fn check(case: &str) {
    let (repository, branches) = repository(case);
    let more = arguments(case);
    let mut arguments = vec!["import", "copilot", "--account", "444444444444", "--region", "ap-northeast-1"];
    arguments.extend(more.iter().map(String::as_str));
    let report = repository.branchline(&[&arguments[..], &["--markdown"]].concat());
    let written = repository.branchline(&[&arguments[..], &["--write"]].concat());
    assert_eq!(written.code, Some(0), "{case}: {}{}", written.out, written.err);
    same(&folder().join(case).join("report.md"), &report.out);
    same(&folder().join(case).join("branchline.yml"), &repository.read("branchline.yml"));

    let removed =
        report.out.lines().filter_map(|line| line.trim().strip_prefix("git rm -r --ignore-unmatch -- "));
    let removed: Vec<&str> =
        removed.flat_map(|words| words.split('\'').filter(|word| !word.trim().is_empty())).collect();
    assert!(!removed.is_empty(), "{case}");
    for path in removed {
        let has_it = |file: &String| {
            file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        assert!(branches.values().any(|files| files.keys().any(has_it)), "{case}: no branch has {path}");
    }

    let checked = repository.branchline(&["check"]);
    assert_eq!(checked.code, Some(0), "{case}: {}{}", checked.out, checked.err);
    let made = repository.branchline(&["generate"]);
    assert_eq!(made.code, Some(0), "{case}: {}", made.err);
    let mut wanted = reading::ways(&branches);
    for (_, environment, words) in OTHERWISE.iter().filter(|(of, _, _)| *of == case) {
        assert!(report.out.contains(words), "{case} does not say {words:?}: {}", report.out);
        wanted = changed(wanted, |stage| stage.is_approved |= stage.environment == *environment);
    }
    for (_, workload, words) in LEFT_OUT.iter().filter(|(of, _, _)| *of == case) {
        assert!(report.out.contains(words), "{case} does not say {words:?}: {}", report.out);
        wanted = changed(wanted, |stage| stage.workloads.retain(|name| name != workload));
    }
    for (_, step, words) in STEPS.iter().filter(|(of, _, _)| *of == case) {
        assert!(report.out.contains(words), "{case} does not say {words:?}: {}", report.out);
        wanted = changed(wanted, |stage| stage.workloads.extend([(*step).to_owned()]));
    }
    assert_eq!(generated(&repository), wanted, "{case}");
}

/// The ways with something changed in each stage.
fn changed(ways: Ways, change: impl Fn(&mut Stage)) -> Ways {
    let change_all = |mut way: Vec<Stage>| {
        way.iter_mut().for_each(&change);
        way
    };
    ways.into_iter().map(|(branch, of)| (branch, of.into_iter().map(change_all).collect())).collect()
}

/// Compares with a file that is kept, or writes it.
fn same(path: &Path, text: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, text).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == text,
        "{} differs; `BLESS=1 cargo test --test import` writes it anew:\n{text}",
        path.display()
    );
}

#[test]
fn each_deploys_the_same_branches_to_the_same_environments_with_the_same_approvals() {
    let mut cases: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    cases.sort();
    assert!(cases.len() >= 5, "{cases:?}");
    for case in &cases {
        check(case);
    }
}
