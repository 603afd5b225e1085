//! The runner itself does what CodeBuild does; a scenario is worth no more than that.

use crate::support::runner::{Build, Outcome};

fn run(phases: &str) -> Outcome {
    let text = format!("version: 0.2\nenv: {{shell: bash, exported-variables: [OUT]}}\nphases:\n{phases}");
    Build { buildspec: &text, ..Build::default() }.run()
}

#[test]
fn post_build_runs_after_a_failed_build_and_can_see_it() {
    let outcome = run("  build: {commands: ['false', echo skipped]}\n  \
                       post_build: {commands: ['echo post $CODEBUILD_BUILD_SUCCEEDING']}\n");
    assert!(!outcome.succeeded);
    assert_eq!(outcome.output, "post 0\n");
}

#[test]
fn a_failed_pre_build_ends_the_build() {
    let outcome = run("  pre_build: {commands: ['false']}\n  build: {commands: [echo build]}\n  \
                       post_build: {commands: [echo post]}\n");
    assert!(!outcome.succeeded);
    assert_eq!(outcome.output, "");
}

#[test]
fn finally_runs_whatever_happened() {
    let outcome = run("  build:\n    commands: ['false']\n    finally: [echo at last]\n");
    assert!(!outcome.succeeded);
    assert_eq!(outcome.output, "at last\n");
}

#[test]
fn the_last_status_of_a_command_of_many_lines_counts() {
    assert!(run("  build:\n    commands:\n      - |\n        false\n        true\n").succeeded);
    assert!(
        !run("  build:\n    commands:\n      - |\n        set -e\n        false\n        true\n").succeeded
    );
}

#[test]
fn folder_and_exports_are_carried_on_unless_a_command_exits() {
    let outcome =
        run("  build: {commands: [mkdir sub, cd sub, export OUT=1]}\n  post_build: {commands: [pwd]}\n");
    assert!(outcome.output.trim_end().ends_with("/src/sub"), "{}", outcome.output);
    assert_eq!(outcome.exported.get("OUT").map(String::as_str), Some("1"));
    let outcome = run("  build: {commands: ['export OUT=1; exit 0']}\n");
    assert!(outcome.succeeded && outcome.exported.is_empty());
}

#[test]
fn an_artifact_that_is_missing_fails_the_build() {
    let outcome = run("  build: {commands: ['true']}\nartifacts: {files: [there-is-none.json]}\n");
    assert!(!outcome.succeeded && outcome.output.contains("no matching artifact"), "{}", outcome.output);
}

#[test]
#[should_panic(expected = "FAKE REFUSES")]
fn a_call_that_no_fake_knows_is_no_success() {
    run("  build: {commands: ['aws s3 ls || true']}\n");
}

#[test]
fn a_fake_in_the_place_of_a_link_leaves_the_machines_own_program_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (own, link) = (folder.path().join("own"), folder.path().join("link"));
    std::fs::write(&own, "the machine's").expect("a file");
    std::os::unix::fs::symlink(&own, &link).expect("a link");
    crate::support::fakes::program(&link, "a fake");
    assert_eq!(std::fs::read_to_string(&own).expect("a file"), "the machine's");
    assert_eq!(std::fs::read_to_string(&link).expect("a file"), "a fake");
}
