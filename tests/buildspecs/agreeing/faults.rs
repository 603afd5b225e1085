//! Stacks that do not fit together, each by one change of a sound example, are seen.

use super::{Made, missing};
use crate::jobs;
use crate::support::stacks::Stacks;

/// The stacks of an example, with one file changed.
fn changed(example: &str, path: &str, from: &str, to: &str) -> Stacks {
    let mut stacks = jobs::example(example);
    let text = stacks.files.get_mut(&format!("pipelines/{path}")).expect("the file");
    assert!(text.contains(from), "{path} does not say {from}");
    *text = text.replace(from, to);
    stacks
}

fn missing_when_changed(path: &str, from: &str, to: &str) -> String {
    let stacks = changed("three-accounts", path, from, to);
    missing(&stacks, &Made::by(&stacks).0).join("\n")
}

#[test]
fn a_role_of_another_name_is_seen_missing() {
    let found = missing_when_changed(
        "environments/production.yml",
        "RoleName: ledger-production-deploy",
        "RoleName: ledger-production-other",
    );
    let line =
        "ledger-release/pipeline.yml: nobody makes arn:aws:iam::333333333333:role/ledger-production-deploy";
    assert!(found.contains(line), "{found}");
    assert!(found.contains("ledger-release/pipeline.json: "), "{found}");
}

#[test]
fn a_project_in_another_account_is_seen_missing() {
    let found = missing_when_changed(
        "ledger-release/pipeline.json",
        "arn:aws:iam::333333333333:role/",
        "arn:aws:iam::222222222222:role/",
    );
    assert!(found.contains("arn:aws:iam::222222222222:role/ledger-production-deploy"), "{found}");
}

#[test]
#[should_panic(expected = "nothing exports")]
fn an_export_of_another_name_is_seen_missing() {
    let _ = missing_when_changed("base.yml", "Name: ledger-artifact-key", "Name: ledger-other-key");
}

#[test]
#[should_panic(expected = "refuses to be deployed there")]
fn credentials_of_another_account_are_seen() {
    let page = "With credentials of account 333333333333:";
    let _ = missing_when_changed("README.md", page, "With credentials of account 222222222222:");
}

#[test]
#[should_panic(expected = "the parameters of atlas-release/pipeline.yml")]
fn a_parameter_that_is_not_given_is_seen() {
    let given = "     --parameter-overrides \"ArtifactKeyArnUsEast1=$key_us_east_1\" \\\n";
    let _ = Made::by(&changed("cross-region", "README.md", given, ""));
}
