//! Values that look like shell: none is run, whichever way it comes in.

use branchline::document::buildspec::{Definition, Image, Recipe, build_images, to_yaml};
use branchline::document::steps::Steps;
use serde_json::json;

use crate::building::repositories;
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::{jobs, keeping, migrating, testing};

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
    let outcome = jobs::test_with("test: { commands: [touch pwned] }\n").run(repositories());
    assert_eq!(outcome.files, ["pwned"]);
}

#[test]
fn nothing_in_a_builds_variables_is_run() {
    let job = jobs::build();
    let names = ["COMMIT_ID", "CACHE_FOLDER", "BRANCH_NAME", "COMMIT_MESSAGE", "BUNDLE_TOKEN"];
    for value in EVIL {
        unharmed(&job.run_with(repositories(), &names.map(|name| (name, *value))), value);
    }
}

#[test]
fn build_arguments_reach_docker_unchanged() {
    let text = jobs::text_with_test("");
    for value in EVIL {
        let written = text.replace("\"it's $HOME\"", &json!(value).to_string());
        assert!(written != text);
        let job = jobs::job(&Stacks::of(&written), "Build/Build");
        let outcome = job.run(repositories());
        unharmed(&outcome, value);
        let build = outcome.calls.iter().find(|call| call.argv[0] == "build").expect("a build");
        assert!(build.argv.contains(&format!("NOTE={value}")), "{value:?} is not in {:?}", build.argv);
    }
}

#[test]
fn variables_of_a_build_reach_docker_unchanged() {
    for place in ["Build/Build", "Test/Test"] {
        for value in EVIL {
            // The tests have a NODE of their own, so that the build's stands in the test's buildspec.
            let text = jobs::text_with_test(jobs::TEST_IN_STAGE)
                .replace("\"it's branchline\"", &json!(value).to_string())
                .replace("\"24\"", &json!(value).to_string());
            let outcome = jobs::job(&Stacks::of(&text), place).run(repositories());
            unharmed(&outcome, value);
            let arguments = &outcome.world["build_args"][0];
            let arrived = [&arguments["CI_NAME"], &arguments["NODE"]];
            assert_eq!(arrived, [&json!(value); 2], "{place}: {}", outcome.output);
        }
    }
}

/// A configuration refuses such paths; the step would be safe with them all the same.
#[test]
fn paths_reach_docker_unchanged() {
    for value in EVIL {
        let recipe = Recipe {
            dockerfile: (*value).into(),
            context: (*value).into(),
            target: Some((*value).into()),
            platform: "linux/amd64".into(),
            ..Recipe::default()
        };
        let image = Image {
            name: "api".into(),
            image_variable: "IMAGE_API".into(),
            repository: "shop/api".into(),
            shared: false,
            definitions: vec![Definition { service: "api".into(), container: "app".into(), sidecars: true }],
            recipe,
            reusable: true,
        };
        let spec = build_images(&Steps::new().expect("the templates"), &[image]).expect("a buildspec");
        let job = jobs::build().with(to_yaml(&spec).expect("YAML"));
        let outcome = job.run_with(repositories(), &[("REUSED_FROM_IMAGE_API", "develop")]);
        unharmed(&outcome, value);
        let build = outcome.calls.iter().find(|call| call.argv[0] == "build").expect("a build");
        let times = build.argv.iter().filter(|word| word == value).count();
        assert_eq!(times, 3, "{value:?} in {:?}", build.argv);
    }
}

#[test]
fn nothing_in_a_migrations_variables_is_run() {
    let job = jobs::migrate();
    // These stop it where they are looked at; the others go all the way to the last words.
    let alone = ["CLUSTER", "CONTAINER", "TIMEOUT_SECONDS", "OVERRIDES", "IMAGE"];
    let together = ["ENVIRONMENT", "STAGE", "PIPELINE", "COMMIT_ID", "EXECUTION_ID", "CODEBUILD_BUILD_ID"];
    for value in EVIL {
        for name in alone {
            unharmed(&job.run_with(migrating::world(json!({})), &[(name, *value)]), value);
        }
        let failing = json!({"starts": 0, "stops": 0, "exit_code": 1, "log": [[0, value]]});
        let all = together.map(|name| (name, *value));
        unharmed(&job.run_with(migrating::world(failing), &all), value);
    }
}

#[test]
fn nothing_in_an_image_definition_is_run() {
    let job = jobs::keep();
    for value in EVIL {
        unharmed(&keeping::run(&job, keeping::world(), value), value);
    }
}

#[test]
fn test_commands_are_run_by_the_container_alone() {
    for value in EVIL {
        let command = format!("printf '%s' {}", branchline::document::steps::quote(value));
        let test = format!("test: {{ in: image, service: api, commands: [{}] }}\n", json!(command));
        let outcome = jobs::test_with(&test).run(testing::world());
        unharmed(&outcome, value);
        let run = outcome.calls.iter().find(|call| call.argv[0] == "run").expect("a run");
        assert_eq!(run.argv.last(), Some(&command));
        assert!(outcome.output.contains(value), "{}", outcome.output);
    }
}
