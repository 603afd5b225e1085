//! What the generated page says, held against what is generated with it.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use branchline::document::{specs, tree};
use branchline::pipeline::Plan;
use branchline::{branch_map, config};
use serde_json::Value;

/// Every file that is generated, by its path.
fn files(text: &str) -> BTreeMap<String, String> {
    let reading = config::read(text);
    let config = reading.config.unwrap_or_else(|| panic!("{:#?}", reading.findings));
    let (map, _) = branch_map::resolve(&config);
    let specs = specs::specs(&config).unwrap();
    let plan = Plan::new(&config, &map, specs.texts.clone());
    tree::files(&plan, &specs).map(Result::unwrap).map(|file| (file.path, file.text)).collect()
}

/// The configurations of the examples and those that the judges read.
fn configurations() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["examples", "tests/judges/configurations"];
    let all = folders.iter().flat_map(|folder| fs::read_dir(root.join(folder)).unwrap());
    all.map(|entry| entry.unwrap().path().join("branchline.yml")).filter(|path| path.is_file()).collect()
}

/// The templates that the page's commands deploy, and whether each is told of roles.
fn commands(page: &str) -> BTreeMap<String, bool> {
    let joined = page.replace("\\\n", " ");
    let commands = joined.lines().filter_map(|line| {
        let (_, behind) = line.split_once("--template-file ")?;
        let path = behind.split_whitespace().next()?;
        Some((path.to_owned(), behind.contains("--capabilities CAPABILITY_NAMED_IAM")))
    });
    commands.collect()
}

fn makes_roles(template: &str) -> bool {
    let template: Value = serde_yaml::from_str(template).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    resources.values().any(|resource| resource["Type"].as_str().unwrap().starts_with("AWS::IAM::"))
}

/// What a configuration's page says of its templates, held against them.
fn assert_told(text: &str, name: &str) -> BTreeMap<String, bool> {
    let files = files(text);
    let told = commands(&files["README.md"]);
    for (path, is_told) in &told {
        assert_eq!(*is_told, makes_roles(&files[path]), "{path} of {name}");
    }
    told
}

/// Without it the command is refused; where there are no roles it would be a right that nobody needs.
#[test]
fn a_command_says_that_its_template_makes_roles_if_and_only_if_it_does() {
    let configurations = configurations();
    assert!(configurations.len() > 15, "{configurations:?}");
    let mut seen: BTreeSet<(bool, bool)> = BTreeSet::new();
    for path in configurations {
        let told = assert_told(&fs::read_to_string(&path).unwrap(), &path.display().to_string());
        seen.extend(told.iter().map(|(path, is_told)| (path.starts_with("base"), *is_told)));
    }
    assert!(seen.contains(&(true, true)) && seen.contains(&(true, false)), "bases of both kinds: {seen:?}");
}

#[test]
fn a_policy_that_an_override_adds_is_told_as_a_role_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/single-account/branchline.yml");
    let text = fs::read_to_string(path).unwrap();
    assert!(!assert_told(&text, "as it is")["base.yml"]);
    let text = format!(
        "{text}\noverrides:\n  - document: base.yml\n    patch:\n      - op: add\n        path: /Resources/Extra\n        \
         value: {{ Type: 'AWS::IAM::ManagedPolicy', Properties: {{ Description: one more }} }}\n"
    );
    assert!(assert_told(&text, "with a policy")["base.yml"]);
}

/// The page of one of the judges' configurations.
fn page_of(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/configurations").join(name);
    files(&fs::read_to_string(path.join("branchline.yml")).unwrap()).remove("README.md").unwrap()
}

#[test]
fn images_of_sidecars_in_our_own_registry_are_named_among_what_must_be_there_and_no_others() {
    let page = page_of("sidecars");
    let needed = &page[page.find("## What must be there already").unwrap()..];
    let line = |image: &str| {
        format!("  - the sidecars' image `{image}` in ECR, where the pipelines are, and the right")
    };
    assert_eq!(needed.matches(&line("shop/fluent-bit:dev")).count(), 1, "{needed}");
    assert_eq!(needed.matches(&line("shop/fluent-bit:stable")).count(), 1, "{needed}");
    assert!(!needed.contains("public.ecr.aws"), "{needed}");
}

#[test]
fn who_is_told_of_deploys_reads_of_those_that_they_will_not_hear_of() {
    let text = include_str!("judges/configurations/notifications/branchline.yml");
    let page = files(text).remove("README.md").unwrap();
    assert!(page.contains("  - of what was deployed to `dev`, `staging`, `production`\n"), "{page}");
    let text = text.replacen("  dev: {}\n", "  dev: { lock: false }\n", 1);
    let page = files(&text).remove("README.md").unwrap();
    let told = "  - of what was deployed to `staging`, `production`; not of deploys to `dev`, without a lock and so without a record\n";
    assert!(page.contains(told), "{page}");
}

#[test]
fn the_page_says_where_an_older_commit_stops_and_only_there() {
    let text = include_str!("judges/configurations/notifications/branchline.yml");
    let stops = |names: &str| {
        format!(
            "older than what is deployed stops at the action Guard of {names}, before anything changes.\n"
        )
    };
    let page = files(text).remove("README.md").unwrap();
    assert!(page.contains(&stops("`dev`, `staging` and `production`")), "{page}");
    let text = text.replacen("  dev: {}\n", "  dev: { downgrade: allow }\n", 1);
    let files = files(&text);
    assert!(files["README.md"].contains(&stops("`staging` and `production`")), "{}", files["README.md"]);
    for (pipeline, is_stopped) in [("shop-develop", false), ("shop-release", true)] {
        let declared = &files[&format!("{pipeline}/pipeline.json")];
        assert_eq!(declared.contains("#{variables.DOWNGRADE}"), is_stopped, "{pipeline}");
    }
}
