//! What pipelines have to do with each other, as the overview of the generated folder tells of it.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use assert_cmd::Command;

const RULES: &str =
    "  release/*: [staging, production]\n  hotfix/*: { environments: [production], reuse: [release/*] }\n";

const REST: &str = "environments: { staging: {}, production: {} }\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\n\
    source: { repository: acme/shop, connection: \"arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000001\" }\n\
    services: { web: { deploy: { ecs: { cluster: \"c-{environment}\", roles: [task] } } } }\n";

/// The overview that is generated for these rules.
fn overview(rules: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let text = format!("version: 1\napp: shop\nbranches:\n{rules}{REST}");
    std::fs::write(home.path().join("branchline.yml"), text).unwrap();
    let mut command = Command::cargo_bin("branchline").unwrap();
    command.env_clear().current_dir(home.path()).arg("generate").assert().success();
    std::fs::read_to_string(home.path().join("pipelines/README.md")).unwrap()
}

#[test]
fn the_overview_tells_who_waits_for_whom_and_who_takes_whose_images() {
    let page = overview(RULES);
    let taken = "\n`hotfix/*` takes the images of `release/*` where they were built there from the same files and have been deployed.\n";
    assert!(page.contains(taken), "{page}");
    assert!(
        page.contains("\nIn `production` the releases of `release/*` and `hotfix/*` wait for each other.\n"),
        "{page}"
    );
    assert!(!page.contains("In `staging`"), "one rule alone goes there: {page}");
}

#[test]
fn the_overview_says_nothing_of_rules_that_have_nothing_to_do_with_each_other() {
    let page = overview("  release/*: [staging]\n  main: [production]\n");
    assert!(!page.contains("wait for each other") && !page.contains("takes the images"), "{page}");
}
