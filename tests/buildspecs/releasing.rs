//! Whole pipelines of generated stacks, from the commit to the last environment.

use std::collections::BTreeMap;

use serde_json::json;

use crate::jobs;
use crate::support::release::{self, COMMIT, Release, image_of};
use crate::support::stacks::{Action, Stacks};
use crate::support::world::World;

fn files() -> BTreeMap<String, String> {
    [("docker/rails/Dockerfile", "FROM scratch\n"), ("Dockerfile", "FROM scratch\n"), ("Gemfile", "\n")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into()
}

/// A release of the `rails-ecs` example; the migrations end with these exit codes.
fn release(stacks: &Stacks, codes: &BTreeMap<&str, i32>) -> Release {
    release_of(stacks, codes, &files())
}

fn release_of(stacks: &Stacks, codes: &BTreeMap<&str, i32>, files: &BTreeMap<String, String>) -> Release {
    let before = |action: &Action, world: World| match codes.get(action.stage.as_str()) {
        Some(code) if action.name == "Migrate" => world.with_task("app", &json!({"exit_code": code})),
        _ => world,
    };
    // The image has no Ruby; what the tests call has to be there.
    let mut world = release::world(stacks);
    world.0["commands"] = json!(["bundle"]);
    release::run(stacks, "shop-release", files, world, before)
}

#[test]
fn one_image_goes_through_both_environments_each_migrated_first() {
    let stacks = jobs::example("rails-ecs");
    let release = release(&stacks, &[("Migrate-staging", 0), ("Migrate-production", 0)].into());
    assert_eq!(release.failed, None, "{:#?}", release.builds);
    assert_eq!(
        release.ran,
        [
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-staging/Lock",
            "Migrate-staging/Guard",
            "Migrate-staging/Migrate",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/api",
            "Deploy-staging/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/api",
            "Deploy-production/Record",
        ]
    );
    let image = release.known["Build.IMAGE_API"].clone();
    let images = release.world.0["repositories"]["shop/api/release"]["images"].as_array().expect("images");
    let [only] = images.as_slice() else { panic!("one image is built: {images:#?}") };
    let digest = only["digest"].as_str().expect("a digest");
    assert_eq!(image, format!("444444444444.dkr.ecr.ap-northeast-1.amazonaws.com/shop/api/release@{digest}"));
    let twelve = &digest[7..19];
    let tags = [
        format!("{COMMIT}-{}", release::EXECUTION),
        format!("deployed.staging.{twelve}"),
        format!("deployed.production.{twelve}"),
    ];
    assert_eq!(only["tags"], json!(tags), "its build's tag, and one for each environment that runs it");
    for environment in ["staging", "production"] {
        assert_eq!(image_of(&release.world, &format!("shop-{environment}"), "api", "app"), image);
        let migration = &release.builds[&format!("Migrate-{environment}/Migrate")];
        let started: Vec<_> = migration.calls.iter().filter(|call| call.operation == "run-task").collect();
        let [run] = started.as_slice() else { panic!("one migration is started: {started:#?}") };
        assert_eq!(run.params["cluster"], format!("shop-{environment}"));
        let registered = migration.calls.iter().find(|call| call.operation == "register-task-definition");
        let containers = &registered.expect("a revision").params["containerDefinitions"];
        assert_eq!(containers[0]["image"], image, "the migration runs in the image that is deployed");
        let command = json!([["sh", "-ec"], ["bundle exec rails db:migrate"]]);
        assert_eq!(json!([containers[0]["entryPoint"], containers[0]["command"]]), command);
        let secrets = containers[0]["secrets"].to_string();
        let owner = secrets.contains("secret:shop/production/owner-AbCdEf:url::");
        assert_eq!(owner, environment == "production", "the schema's owner migrates production: {secrets}");
    }
}

#[test]
fn a_migration_that_fails_stops_the_release_where_it_is() {
    let stacks = jobs::example("rails-ecs");
    for (environment, runs) in [("staging", 6), ("production", 16)] {
        let migrate = format!("Migrate-{environment}");
        let codes =
            [("Migrate-staging", 0), ("Migrate-production", 0)].into_iter().chain([(migrate.as_str(), 1)]);
        let release = release(&stacks, &codes.collect());
        assert_eq!(release.failed, Some(format!("{migrate}/Migrate")));
        assert_eq!(release.ran.len(), runs, "{:?}", release.ran);
        let runs_there = image_of(&release.world, &format!("shop-{environment}"), "api", "app");
        assert_eq!(runs_there, "old@sha256:00", "the old version still runs");
        let last = release.builds[&format!("{migrate}/Migrate")].output.clone();
        assert!(last.contains(&format!("--pipeline-name shop-release --stage-name {migrate} ")), "{last}");
    }
}

#[test]
fn the_smallest_file_deploys() {
    let stacks = jobs::example("single-account");
    let release = release::run(&stacks, "hello-main", &files(), release::world(&stacks), |_, world| world);
    assert_eq!(release.failed, None, "{:#?}", release.builds);
    assert_eq!(image_of(&release.world, "hello", "web", "web"), release.known["Build.IMAGE_WEB"]);
}

#[test]
fn buildspecs_in_the_commit_are_run_from_it_and_those_with_an_environments_role_are_not() {
    let text = jobs::example_text("rails-ecs") + "buildspecs: repository\n";
    let stacks = Stacks::of(&text);
    let build = &stacks.projects["shop-release-build"].buildspec;
    assert_eq!(build, "pipelines/shop-release/buildspec-build.yml");
    let (mut checkout, mut broken) = (files(), files());
    for (path, text) in &stacks.files {
        checkout.insert(path.clone(), text.clone());
        broken.insert(path.clone(), text.replace("commands:", "commands:\n    - exit 1"));
    }
    let codes = [("Migrate-staging", 0), ("Migrate-production", 0)].into();
    let whole = release_of(&stacks, &codes, &checkout);
    assert_eq!(whole.failed, None, "{:#?}", whole.builds);
    assert_eq!(release_of(&stacks, &codes, &broken).failed.as_deref(), Some("Build/Build"));
    for project in ["shop-production-migrate", "shop-production-keep"] {
        assert!(stacks.projects[project].buildspec.starts_with("version: 0.2\n"), "{project}");
    }
}
