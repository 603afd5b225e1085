//! Running the user's tests.

use serde_json::json;

use crate::building::repositories;
use crate::specs;
use crate::support::runner::{Build, Outcome};
use crate::support::world::{DIGEST, REGISTRY, World};
use crate::verdict::{Verdict, holds, promises, says};

/// Runs tests inside an image.
pub fn run_in_image(spec: &str, world: World, image: &str) -> Outcome {
    let env = vec![
        ("REGISTRY", REGISTRY),
        ("CACHE_TAG", "release"),
        ("IMAGE", image),
        ("RAILS_ENV", "test 'quoted'"),
        ("API_KEY", "s3cr3t"),
        ("UNLISTED", "x"),
    ];
    Build { buildspec: spec, env, files: Vec::new(), world }.run()
}

/// A world in which the built image is there.
pub fn world() -> World {
    repositories().with_image("shop/api", json!({"digest": DIGEST, "tags": ["a"], "manifest": "{}"}))
}

/// The built image.
pub fn image() -> String {
    format!("{REGISTRY}/shop/api@{DIGEST}")
}

const COMMANDS: &[&str] =
    &["echo \"env=$RAILS_ENV key=${API_KEY:+given} other=${UNLISTED-none}\"", "echo 'second'"];

pub fn the_tests_see_the_image_that_is_deployed(spec: &str) -> Verdict {
    let outcome = run_in_image(spec, world(), &image());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    says(&outcome, &["env=test 'quoted' key=given other=none\n", "second\n"])?;
    let run = outcome.lines("docker run").first().cloned().unwrap_or_default();
    let expected = format!("docker run --rm --env RAILS_ENV --env API_KEY --entrypoint sh {} -ec ", image());
    holds(&outcome, &format!("it begins {expected}"), run.starts_with(&expected))?;
    let shown = outcome.calls.iter().any(|call| call.line().contains("s3cr3t"));
    holds(&outcome, "no value is on a command line", !shown)
}

pub fn tests_of_a_tag_are_refused(spec: &str) -> Verdict {
    let outcome = run_in_image(spec, world(), "shop/api:latest");
    holds(&outcome, "it fails", !outcome.succeeded)?;
    holds(&outcome, "nothing is run", outcome.lines("docker run").is_empty())?;
    says(&outcome, &["names no digest"])
}

promises!(crate::specs::test_in_image(super::COMMANDS, &["RAILS_ENV", "API_KEY"], None) =>
    the_tests_see_the_image_that_is_deployed,
    tests_of_a_tag_are_refused,
);

#[test]
fn a_stage_for_tests_is_built_and_never_pushed() {
    let recipe = specs::recipe();
    let spec = specs::test_in_image(&["echo tested"], &[], Some(&recipe));
    let outcome = run_in_image(&spec, repositories(), "");
    assert!(outcome.succeeded && outcome.output.contains("tested\n"), "{}", outcome.output);
    let build = outcome.lines("docker build").concat();
    assert!(build.contains("--target production") && build.ends_with("--tag branchline-test ."), "{build}");
    assert!(outcome.lines("docker push").is_empty() && outcome.lines("docker pull").is_empty());
}

#[test]
fn the_first_failing_test_command_ends_the_tests() {
    let recipe = specs::recipe();
    for (recipe, image) in [(None, image()), (Some(&recipe), String::new())] {
        let spec = specs::test_in_image(&["echo first", "false", "echo third"], &[], recipe);
        let outcome = run_in_image(&spec, world(), &image);
        assert!(!outcome.succeeded && outcome.output.contains("first\n"), "{}", outcome.output);
        assert!(!outcome.output.contains("third\n"), "{}", outcome.output);
    }
    let spec = specs::test_in_checkout(&["echo first", "false", "echo third"]);
    let outcome = Build { buildspec: &spec, ..Build::default() }.run();
    assert!(!outcome.succeeded && outcome.output == "first\n", "{}", outcome.output);
}

#[test]
fn commands_in_the_checkout_run_as_they_were_written() {
    let commands = [
        "  cd sub  # comment",
        "X=$(pwd); echo \"${X##*/}: {{sh}} & 'q'\"",
        "for i in 1 2; do\n  echo $i\ndone",
    ];
    let spec = specs::test_in_checkout(&[&["mkdir sub"], commands.as_slice()].concat());
    let outcome = Build { buildspec: &spec, ..Build::default() }.run();
    assert!(outcome.succeeded, "{}", outcome.output);
    assert_eq!(outcome.output, "sub: {{sh}} & 'q'\n1\n2\n");
}
