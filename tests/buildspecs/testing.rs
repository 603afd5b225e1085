//! Running the user's tests.

use serde_json::json;

use crate::building::repositories;
use crate::jobs::{self, image};
use crate::support::job::{Job, SECRET};
use crate::support::release::COMMIT;
use crate::support::world::{DIGEST, World};
use crate::verdict::{Verdict, holds, promises, says};

/// A world in which the built image is there.
pub fn world() -> World {
    repositories().with_image("shop/api/release", json!({"digest": DIGEST, "tags": ["a"], "manifest": "{}"}))
}

pub fn the_tests_see_the_image_that_is_deployed(job: &Job) -> Verdict {
    let outcome = job.run_with(world(), &[("UNLISTED", "x")]);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    says(&outcome, &["env=test 'quoted' key=given other=none\n", "second\n"])?;
    let run = outcome.lines("docker run").first().cloned().unwrap_or_default();
    let expected = format!("docker run --rm --env RAILS_ENV --env API_KEY --entrypoint sh {} -ec ", image());
    holds(&outcome, &format!("it begins {expected}"), run.starts_with(&expected))?;
    let shown = outcome.calls.iter().any(|call| call.line().contains("s3cr3t"));
    holds(&outcome, "no value is on a command line", !shown)
}

pub fn tests_of_a_tag_are_refused(job: &Job) -> Verdict {
    let outcome = job.run_with(world(), &[("IMAGE", "shop/api:latest")]);
    holds(&outcome, "it fails", !outcome.succeeded)?;
    holds(&outcome, "nothing is run", outcome.lines("docker run").is_empty())?;
    says(&outcome, &["names no digest"])
}

promises!(crate::jobs::test() =>
    the_tests_see_the_image_that_is_deployed,
    tests_of_a_tag_are_refused,
);

pub fn a_stage_for_tests_is_built_and_never_pushed(job: &Job) -> Verdict {
    let outcome = job.run(repositories());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    // A variable or a secret of the tests is theirs; the image is built as the deployed one is.
    says(&outcome, &["tested with node the test's, \n"])?;
    let arguments = &outcome.world["build_args"][0];
    let expected = json!({"CI_NAME": "it's branchline", "NODE": "24", "LICENCE": "free", "RUBY": "3.4", "NOTE": "it's $HOME"});
    holds(&outcome, &format!("it is built with {expected:#}, not {arguments:#}"), *arguments == expected)?;
    let build = outcome.lines("docker build").concat();
    let is_the_stage = build.contains("--target test ")
        && build.contains("--secret id=BUNDLE_TOKEN,env=BUNDLE_TOKEN ")
        && build.ends_with("--tag branchline-test .");
    holds(&outcome, "the stage for tests is built, with the Dockerfile's secret", is_the_stage)?;
    // There is no registry that it could reach, and no right to.
    let tools: Vec<&str> = outcome.calls.iter().map(|call| call.argv[0].as_str()).collect();
    holds(&outcome, "it is built and run, and nothing else", tools == ["build", "run"])
}

#[test]
fn a_stage_for_tests_needs_no_registry() {
    let job = jobs::job(jobs::test_in_stage(), "Test/Test");
    a_stage_for_tests_is_built_and_never_pushed(&job).unwrap_or_else(|seen| panic!("{seen}"));
}

#[test]
fn a_list_that_fails_in_its_first_part_ends_the_tests() {
    for place in ["in: image, service: api, ", ""] {
        let job = jobs::test_with(&format!(
            "test: {{ {place}commands: [\"false && echo tested\", \"echo lint ok\"] }}\n"
        ));
        let outcome = job.run(world());
        assert!(!outcome.succeeded, "{}", outcome.output);
        assert!(!outcome.output.contains("lint ok"), "{}", outcome.output);
    }
}

#[test]
fn the_first_failing_test_command_ends_the_tests() {
    let commands = "commands: [\"echo first\", \"false\", \"echo third\"]";
    for place in ["in: checkout", "in: image, service: api", "in: image, service: api, target: test"] {
        let job = jobs::test_with(&format!("test: {{ {place}, {commands} }}\n"));
        let outcome = job.run(world());
        assert!(!outcome.succeeded && outcome.output.contains("first\n"), "{place}: {}", outcome.output);
        assert!(!outcome.output.contains("third\n"), "{place}: {}", outcome.output);
    }
}

#[test]
fn a_failing_line_of_a_command_of_many_lines_ends_the_tests() {
    let commands = "commands:\n    - |\n      echo first\n      false\n      echo third\n    - echo fourth\n";
    for place in ["in: checkout", "in: image\n  service: api"] {
        let job = jobs::test_with(&format!("test:\n  {place}\n  {commands}"));
        let outcome = job.run(world());
        assert!(!outcome.succeeded && outcome.output.ends_with("first\n"), "{place}: {}", outcome.output);
    }
}

#[test]
fn commands_in_the_checkout_run_as_they_were_written() {
    let job = jobs::test_with(
        r#"
test:
  commands:
    - mkdir sub
    - "  cd sub  # comment"
    - "X=$(pwd); echo \"${X##*/}: {{sh}} & 'q'\""
    - |
      for i in 1 2; do
        echo $i
      done
"#,
    );
    let outcome = job.run(world());
    assert!(outcome.succeeded, "{}", outcome.output);
    assert_eq!(outcome.output, "sub: {{sh}} & 'q'\n1\n2\n");
}

#[test]
fn tests_in_the_checkout_see_the_commits_files_variables_and_secrets() {
    let mut job = jobs::test_with(
        r#"
test:
  commands: ["echo \"$RAILS_ENV $API_KEY $NPM_TOKEN $COMMIT_ID\"", "cat spec/a.rb"]
  variables: { RAILS_ENV: "it's a test" }
  secrets:
    API_KEY: { parameter_store: /shop/key }
    NPM_TOKEN: { secrets_manager: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/npm-AbCdEf:token" }
"#,
    );
    job.files = [("spec/a.rb".to_owned(), "a spec\n".to_owned())].into();
    let outcome = job.run(world());
    assert!(outcome.succeeded, "{}", outcome.output);
    assert_eq!(outcome.output, format!("it's a test {SECRET} {SECRET} {COMMIT}\na spec\n"));
    assert!(outcome.calls.is_empty(), "{:?}", outcome.calls);
}
