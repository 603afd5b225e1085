//! Rules with a pipeline for each branch: whatever the branches are called, and whichever others there are.

use std::collections::{BTreeMap, BTreeSet};

use branchline::branch_map::{self, git_name};
use branchline::config;
use branchline::document::{specs, tree};
use branchline::pipeline::Plan;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

const TEXT: &str = "version: 1\napp: shop\nbranches:\n  main: [live]\n  team/**: { environments: [preview], per_branch: true, limit: 25 }\n  \
    team/{x,y}/*: [staging]\n  \"**\": { environments: [dev] }\nenvironments: { live: {}, preview: {}, staging: {}, dev: {} }\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nsource: { repository: acme/shop }\n\
    services: { web: { deploy: { ecs: { cluster: \"c-{environment}\", roles: [\"t-{environment}\"] } } } }\n\
    test: { commands: [make test] }\n";

/// The names of pipelines in AWS, by the branch that they are for.
type Pipelines = BTreeMap<String, String>;

/// The generated files with these branches, and the pipelines of the branches.
fn generate(branches: &[String]) -> (BTreeMap<String, String>, Pipelines) {
    let mut config = config::read(TEXT).config.unwrap();
    config.branches = branches.to_vec();
    let (map, findings) = branch_map::resolve(&config);
    assert!(!branchline::diagnostic::has_errors(&findings), "{findings:#?}");
    let specs = specs::specs(&config).unwrap();
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let files =
        tree::files(&plan, &specs).map(|file| file.unwrap()).map(|file| (file.path, file.text)).collect();
    let entries = map.entries.iter();
    let pipelines =
        entries.filter_map(|entry| Some((entry.of_branch.clone()?, entry.pipeline.clone()))).collect();
    (files, pipelines)
}

fn names() -> impl Strategy<Value = Vec<String>> {
    let part = "([a-zA-Z0-9]{1,5}|[]{}!,$()'\"`;&|<>%@=+_-]{1,5}|\\$\\(x\\)|\\{\\{x\\}\\}|#y|[äß漢🦀]{1,2}|[a-z]{70})";
    vec(vec(part, 1..4).prop_map(|parts| format!("team/{}", parts.join("/"))), 1..8).prop_map(|mut names| {
        names.retain(|name| git_name::check(name).is_ok() && !name.contains("#{"));
        names
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_branch_s_name_stands_in_its_trigger_and_its_source_and_in_no_script(branches in names()) {
        let (files, pipelines) = generate(&branches);
        let scripts: BTreeSet<&str> = files
            .iter()
            .filter(|(path, _)| path.ends_with("/buildspec-build.yml"))
            .map(|(_, text)| text.as_str())
            .collect();
        prop_assert!(scripts.len() == 1, "what runs is the same for every branch");
        for (branch, pipeline) in &pipelines {
            let input: Value = serde_json::from_str(&files[&format!("{pipeline}/pipeline.json")]).unwrap();
            let stages = input["pipeline"]["stages"].as_array().unwrap();
            prop_assert_eq!(&stages[0]["actions"][0]["configuration"]["BranchName"], branch.as_str());
            for stage in &stages[1..] {
                prop_assert!(!stage.to_string().contains(&serde_json::to_string(branch).unwrap()));
            }
            let push = &input["pipeline"]["triggers"][0]["gitConfiguration"]["push"][0]["branches"];
            let includes: Vec<&str> =
                push["includes"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
            prop_assert_eq!(includes.len(), 1);
            prop_assert_eq!(includes[0].replace('\\', ""), branch.as_str());
            prop_assert!(push.get("excludes").is_none(), "one name excludes nothing");
        }
    }

    #[test]
    fn another_branch_changes_no_pipeline_of_one_that_stays(branches in names(), more in names()) {
        let (before, pipelines) = generate(&branches);
        let (after, _) = generate(&[branches, more].concat());
        for (path, text) in before {
            let folder = path.split('/').next().unwrap_or_default();
            if pipelines.values().any(|pipeline| pipeline == folder) || folder == "shop-main" {
                prop_assert!(after.get(&path) == Some(&text), "{}", path);
            }
        }
    }

    #[test]
    fn a_branch_starts_the_narrowest_rule_alone(branches in names(), asked in names()) {
        let mut config = config::read(TEXT).config.unwrap();
        config.branches.clone_from(&branches);
        let (map, _) = branch_map::resolve(&config);
        for name in branches.iter().chain(&asked) {
            let started: Vec<&str> = map.entries_for(name).map(|entry| entry.rule.as_str()).collect();
            let is_narrower = name.starts_with("team/x/") || name.starts_with("team/y/");
            let is_there = branches.contains(name) && name.chars().count() < 200;
            match (is_narrower && name.matches('/').count() == 2, is_there) {
                (true, _) => prop_assert_eq!(started, ["team/{x,y}/*"]),
                (false, true) => prop_assert_eq!(started, ["team/**"]),
                // Nothing else takes a branch that has no pipeline yet.
                (false, false) => {
                    prop_assert!(started.is_empty() || started == ["team/**"], "{}: {:?}", name, started);
                    prop_assert_eq!(map.family_without(name).is_some(), started.is_empty());
                }
            }
        }
    }
}
