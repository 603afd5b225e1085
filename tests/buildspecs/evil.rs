//! Values that look like shell: none is run, whichever way it comes in.

use branchline::document::buildspec::{Recipe, build_images};

use serde_json::json;

use crate::building::{EXECUTION, repositories};
use crate::support::runner::{Build, Outcome};
use crate::support::world::REGISTRY;
use crate::{keeping, migrating, specs, testing};

/// As a branch name, a commit message, a value: each would leave the file `pwned` if a shell read it.
const EVIL: &[&str] = &[
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    "\"; touch pwned; \"",
    "a\ntouch pwned\nb",
    "${IFS}$(touch${IFS}pwned)",
    "| touch pwned #",
    "{{sh touch}} $((`touch pwned`))",
    "a[$(touch pwned)]",
];

fn unharmed(outcome: &Outcome, value: &str) {
    assert!(!outcome.files.iter().any(|file| file.contains("pwned")), "{value} was run:\n{}", outcome.output);
}

#[test]
fn a_file_that_is_touched_would_be_seen() {
    let spec = specs::test_in_checkout(&["touch pwned"]);
    let outcome = Build { buildspec: &spec, ..Build::default() }.run();
    assert_eq!(outcome.files, ["pwned"]);
}

#[test]
fn nothing_in_a_builds_variables_is_run() {
    let spec = specs::build();
    for value in EVIL {
        let env = vec![
            ("REGISTRY", REGISTRY),
            ("COMMIT_ID", *value),
            ("EXECUTION_ID", EXECUTION),
            ("CACHE_TAG", *value),
            ("BRANCH_NAME", *value),
            ("COMMIT_MESSAGE", *value),
        ];
        unharmed(&Build { buildspec: &spec, env, files: vec![], world: repositories() }.run(), value);
    }
}

#[test]
fn build_arguments_and_paths_reach_docker_unchanged() {
    for value in EVIL {
        let mut image = specs::api();
        image.recipe = Recipe {
            dockerfile: (*value).into(),
            context: (*value).into(),
            target: Some((*value).into()),
            args: [("ARG".to_owned(), (*value).to_owned())].into_iter().collect(),
            ..image.recipe
        };
        let spec = specs::text(&build_images(&specs::steps(), &[image]).expect("a buildspec"));
        let env = vec![
            ("REGISTRY", REGISTRY),
            ("COMMIT_ID", "abc"),
            ("EXECUTION_ID", EXECUTION),
            ("CACHE_TAG", "x"),
        ];
        let outcome = Build { buildspec: &spec, env, files: vec![], world: repositories() }.run();
        unharmed(&outcome, value);
        let build = outcome.calls.iter().find(|call| call.argv[0] == "build").expect("a build");
        let argument = format!("ARG={value}");
        for expected in [*value, argument.as_str()] {
            assert!(
                build.argv.iter().any(|word| word == expected),
                "{expected:?} is not in {:?}",
                build.argv
            );
        }
        assert_eq!(build.argv.last().map(String::as_str), Some(*value), "the context");
    }
}

#[test]
fn nothing_in_a_migrations_variables_is_run() {
    let spec = specs::migrate();
    // These stop it where they are looked at; the others go all the way to the last words.
    let alone = ["CLUSTER", "CONTAINER", "TIMEOUT_SECONDS", "OVERRIDES", "IMAGE"];
    let together = ["ENVIRONMENT", "STAGE", "PIPELINE", "COMMIT_ID", "EXECUTION_ID", "CODEBUILD_BUILD_ID"];
    for value in EVIL {
        for name in alone {
            unharmed(&migrating::run_with(&spec, migrating::world(json!({})), &[(name, *value)]), value);
        }
        let failing = json!({"starts": 0, "stops": 0, "exit_code": 1, "log": [[0, value]]});
        let all = together.map(|name| (name, *value));
        unharmed(&migrating::run_with(&spec, migrating::world(failing), &all), value);
    }
}

#[test]
fn nothing_in_an_image_definition_is_run() {
    let spec = specs::keep();
    for value in EVIL {
        unharmed(&keeping::run(&spec, keeping::world(), value), value);
    }
}

#[test]
fn test_commands_are_run_by_the_container_alone() {
    for value in EVIL {
        let command = format!("printf '%s' {}", branchline::document::steps::quote(value));
        let spec = specs::test_in_image(&[&command], &["COMMIT_MESSAGE"], None);
        let outcome = testing::run_in_image(&spec, testing::world(), &testing::image());
        unharmed(&outcome, value);
        let run = outcome.calls.iter().find(|call| call.argv[0] == "run").expect("a run");
        assert_eq!(run.argv.last(), Some(&command));
        assert!(outcome.output.contains(value), "{}", outcome.output);
    }
}
