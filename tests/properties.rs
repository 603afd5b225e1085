//! What holds for every configuration.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

#[path = "properties/branches.rs"]
mod branches;
#[path = "properties/guards.rs"]
mod guards;
#[path = "properties/sections.rs"]
mod sections;
#[path = "properties/wide.rs"]
mod wide;

use branchline::branch_map;
use branchline::config;
use branchline::document::read_back::Blocks;
use branchline::document::{specs, tree};
use branchline::pipeline::Plan;
use proptest::collection::vec;
use proptest::prelude::*;

/// A rule: what its branch is called, how many environments it has, whether the last is approved.
type Rule = (String, usize, bool);

fn text(rules: &[Rule], migrates: bool) -> String {
    let mut branches = String::new();
    let mut environments = String::new();
    for (branch, count, approval) in rules {
        let slug: String = branch.chars().filter(char::is_ascii_alphanumeric).collect();
        let names: Vec<String> = (0..*count).map(|step| format!("e-{slug}-{step}")).collect();
        writeln!(branches, "  {branch}: [{}]", names.join(", ")).unwrap();
        for (step, name) in names.iter().enumerate() {
            let gate = if *approval && step + 1 == *count { "{ approval: {} }" } else { "{}" };
            writeln!(environments, "  {name}: {gate}").unwrap();
        }
    }
    let migrate = if migrates { "migrate: { command: bin/migrate }\n" } else { "" };
    format!(
        "version: 1\napp: shop\nbranches:\n{branches}environments:\n{environments}\
         pipelines: {{ account: \"111122223333\", region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
         services:\n  api: {{ deploy: {{ ecs: {{ cluster: \"c-{{environment}}\", roles: [task] }} }} }}\n{migrate}"
    )
}

fn generate(text: &str) -> BTreeMap<String, String> {
    generate_for(text, Vec::new())
}

/// The generated files where these branches exist.
fn generate_for(text: &str, branches: Vec<String>) -> BTreeMap<String, String> {
    let reading = config::read(text);
    let mut config = reading.config.unwrap_or_else(|| panic!("{:#?}\n{text}", reading.findings));
    config.branches = branches;
    let (map, findings) = branch_map::resolve(&config);
    assert!(findings.is_empty(), "{findings:#?}");
    let specs = specs::specs(&config).unwrap();
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let files: Vec<_> = tree::files(&plan, &specs).map(|file| file.unwrap()).collect();
    let count = files.len();
    let files: BTreeMap<_, _> = files.into_iter().map(|file| (file.path, file.text)).collect();
    assert_eq!(files.len(), count, "no path is generated twice");
    files
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    vec(("[a-z]{2,8}(/[a-z]{1,4})?", 1..4usize, any::<bool>()), 2..6).prop_map(|mut rules| {
        let mut seen = BTreeSet::new();
        rules.retain(|(branch, ..)| {
            let slug: String = branch.chars().filter(char::is_ascii_alphanumeric).collect();
            seen.insert(slug)
        });
        // `on`, `no` and the like need quotes; they are tested elsewhere.
        rules.retain(|(branch, ..)| {
            !["on", "no", "off", "yes", "true", "false", "null"].contains(&branch.as_str())
        });
        rules
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn generating_twice_gives_the_same_bytes(rules in rules(), migrates: bool) {
        prop_assume!(!rules.is_empty());
        let text = text(&rules, migrates);
        prop_assert_eq!(generate(&text), generate(&text));
    }

    #[test]
    fn adding_a_rule_changes_nothing_but_what_is_shared(rules in rules(), migrates: bool) {
        prop_assume!(rules.len() > 1);
        let (added, before) = rules.split_last().unwrap();
        let one = generate(&text(before, migrates));
        let other = generate(&text(&rules, migrates));
        for (path, text) in &one {
            // The overview lists every rule, and the longest of them decides how long the base keeps artifacts.
            if path == "README.md" || path == "base.yml" {
                continue;
            }
            prop_assert_eq!(Some(text), other.get(path), "{} changed", path);
        }
        // Base, overview, one template an environment; a pipeline's stack, JSON and buildspec.
        prop_assert_eq!(other.len() - one.len(), added.1 + 3);
    }

    #[test]
    fn every_generated_file_reads_back(rules in rules(), migrates: bool) {
        prop_assume!(!rules.is_empty());
        let text = text(&rules, migrates);
        let config = config::read(&text).config.unwrap();
        let (map, _) = branch_map::resolve(&config);
        let specs = specs::specs(&config).unwrap();
        let plan = Plan::new(&config, &map, specs.texts.clone());
        for file in tree::files(&plan, &specs) {
            let file = file.unwrap();
            prop_assert!(file.read_back(&specs.blocks).is_ok(), "{}", file.path);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_file_says_generating_twice_gives_the_same_bytes(wide in wide::files()) {
        let (text, branches) = (wide.text(), wide.branches());
        prop_assert_eq!(generate_for(&text, branches.clone()), generate_for(&text, branches));
    }

    #[test]
    fn whatever_a_file_says_adding_a_rule_renames_and_changes_nothing_of_the_others(wide in wide::files()) {
        prop_assume!(wide.rules.len() > 1);
        let added = wide.rules.last().unwrap();
        let one = generate_for(&wide.without_the_last().text(), wide.branches());
        let other = generate_for(&wide.text(), wide.branches());
        for (path, text) in &one {
            // What is shared lists every environment and every pipeline.
            if path != "README.md" && !path.starts_with("base") {
                prop_assert_eq!(Some(text), other.get(path), "{} changed\n{}", path, wide.text());
            }
        }
        let own: BTreeSet<String> =
            wide::Wide::environments(added).map(|name| format!("environments/{name}.yml")).collect();
        let news: Vec<&String> = other.keys().filter(|path| !one.contains_key(*path)).collect();
        for path in &news {
            let expected = wide::Wide::is_of(added, path) || own.contains(*path) || path.starts_with("base-");
            prop_assert!(expected, "{} is new\n{}", path, wide.text());
        }
        prop_assert!(own.iter().all(|path| news.contains(&path)), "{:?}", news);
    }

    #[test]
    fn whatever_a_file_says_each_generated_file_reads_back(wide in wide::files()) {
        let mut config = config::read(&wide.text()).config.unwrap();
        config.branches = wide.branches();
        let (map, _) = branch_map::resolve(&config);
        let specs = specs::specs(&config).unwrap();
        let plan = Plan::new(&config, &map, specs.texts.clone());
        for file in tree::files(&plan, &specs) {
            let file = file.unwrap();
            prop_assert!(file.read_back(&specs.blocks).is_ok(), "{}", file.path);
            prop_assert!(file.read_back(&Blocks::default()).is_ok(), "{}", file.path);
        }
    }
}

#[test]
fn a_rule_that_enters_an_environment_changes_that_environment_alone() {
    let base = |more: &str| {
        format!(
            "version: 1\napp: shop\nbranches:\n  develop: [dev]\n  main: [live]\n{more}environments: {{ dev: {{}}, live: {{ lock: true }} }}\n\
             pipelines: {{ account: \"111122223333\", region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
             services:\n  api: {{ deploy: {{ ecs: {{ cluster: 'c-{{environment}}', roles: [task] }} }} }}\n"
        )
    };
    let generate = |text: &str| {
        let config = config::read(text).config.unwrap();
        let (map, _) = branch_map::resolve(&config);
        let specs = specs::specs(&config).unwrap();
        let plan = Plan::new(&config, &map, specs.texts.clone());
        tree::files(&plan, &specs)
            .map(|file| file.unwrap())
            .map(|file| (file.path, file.text))
            .collect::<BTreeMap<_, _>>()
    };
    let one = generate(&base(""));
    let other = generate(&base("  hotfix/*: [live]\n"));
    let changed: Vec<&str> = one
        .iter()
        .filter(|(path, text)| other.get(*path) != Some(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(changed, ["README.md", "environments/live.yml"]);
}

#[test]
fn every_key_of_the_release_path_is_tried() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut missing = vec![
        "lock: true",
        "lock: false",
        "wait: ",
        "window: ",
        "alarms: ",
        "bake: ",
        "rollback: ",
        "http: ",
        "verify: { commands",
        "snapshot: { instance",
        "snapshot: { cluster",
        "reuse: ",
        "per_branch: ",
        "limit: ",
        "ecs_task: ",
        "targets: ",
        "commands: { run",
        "statements: ",
        "depends_on: ",
        "image_of: ",
        "approval: { timeout",
    ];
    for _ in 0..200 {
        let text = wide::files().new_tree(&mut runner).unwrap().current().text();
        missing.retain(|key| !text.contains(key));
    }
    assert_eq!(missing, [""; 0]);
}
