//! A whole release of a configuration with snapshots before its migrations and questions after its deploys, over two accounts.
//! Before each action the pipeline is copied, and in the copy the action fails.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::jobs;
use crate::support::release::{self, Release, Run, image_of};
use crate::support::stacks::{Action, Stacks};
use crate::support::world::World;
use crate::verifying;

/// What the actions are, in order.
const ACTIONS: [&str; 19] = [
    "Source/Source",
    "Build/Build",
    "Migrate-dev/Lock",
    "Migrate-dev/Guard",
    "Migrate-dev/Migrate",
    "Deploy-dev/Lock",
    "Deploy-dev/Guard",
    "Deploy-dev/Keep",
    "Deploy-dev/api",
    "Deploy-dev/Record",
    "Verify-dev/Lock",
    "Verify-dev/Guard",
    "Verify-dev/Verify",
    "Migrate-staging/Lock",
    "Migrate-staging/Guard",
    "Migrate-staging/Snapshot",
    "Migrate-staging/Migrate",
    "Deploy-staging/Lock",
    "Deploy-staging/Guard",
];

/// And behind the guard of staging's deploy.
const LAST: [&str; 20] = [
    "Deploy-staging/Keep",
    "Deploy-staging/api",
    "Deploy-staging/Record",
    "Verify-staging/Lock",
    "Verify-staging/Guard",
    "Verify-staging/Verify",
    "Approve-production/Compare",
    "Approve-production/Approve",
    "Migrate-production/Lock",
    "Migrate-production/Guard",
    "Migrate-production/Snapshot",
    "Migrate-production/Migrate",
    "Deploy-production/Lock",
    "Deploy-production/Guard",
    "Deploy-production/Keep",
    "Deploy-production/api",
    "Deploy-production/Record",
    "Verify-production/Lock",
    "Verify-production/Guard",
    "Verify-production/Verify",
];

const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "production"];

/// What a service runs before its first release.
const OLD: &str = "old@sha256:00";

fn stacks() -> &'static Stacks {
    jobs::verified()
}

/// The commit's files: the checks call a program of the world's, so that they can fail.
fn files() -> BTreeMap<String, String> {
    [("Dockerfile", "FROM scratch\n"), ("bin/smoke", "smoke\n"), ("bin/orders", "smoke\n")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into()
}

fn place_of(action: &Action) -> String {
    format!("{}/{}", action.stage, action.name)
}

/// With the task that a migration starts, which ends with this code.
fn with_task(action: &Action, world: World, code: i32) -> World {
    if action.name == "Migrate" { world.with_task("app", &json!({ "exit_code": code })) } else { world }
}

/// The world in which an action fails; none for what is not ours to fail.
fn broken(action: &Action, world: World) -> Option<World> {
    let refused = "An error occurred (ServerException)";
    Some(match (action.stage.split('-').next().unwrap_or_default(), action.name.as_str()) {
        // What cannot be written down is a warning, and what a release brings is asked for nobody's failure.
        ("Source" | "Approve", _) | (_, "Record") => return None,
        ("Build", _) => world.failing("docker build", 1, "no space left on device"),
        (_, "Lock") => {
            let mut world = world.failing("s3api put-object", 254, refused);
            // The wait is over soon: an answer takes ten minutes.
            world.0["call_seconds"] = json!(600);
            world
        }
        (_, "Guard") => world.failing("/deployed", 254, refused),
        (_, "Snapshot") => world.failing("rds create-db-snapshot", 254, refused).failing(
            "rds create-db-cluster-snapshot",
            254,
            refused,
        ),
        (_, "Migrate") => with_task(action, world, 1),
        (_, "Keep") => world.failing("ecr put-image", 254, refused),
        (_, "Verify") => {
            world.with_programs(&["curl"], "printf '503 '").with_programs(&["smoke"], "echo down; exit 1")
        }
        (_, service) => {
            let mut world = world;
            world.0["clusters"][&action.configuration["ClusterName"]]["services"][service]["unstable"] =
                json!(true);
            world
        }
    })
}

/// The image that an environment runs.
fn running(world: &World, environment: &str) -> String {
    image_of(world, &format!("shop-{environment}"), "api", "app")
}

/// The names of the snapshots, wherever they are.
fn snapshots(world: &World) -> Vec<String> {
    let elsewhere = world.0["elsewhere"].as_object().into_iter().flat_map(|places| places.values());
    let all = std::iter::once(&world.0).chain(elsewhere);
    let listed = |place: &'_ Value| place["rds"]["snapshots"].as_array().cloned().unwrap_or_default();
    let names = all.flat_map(listed).filter_map(|one| one["name"].as_str().map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What has to be true where an action was the last one: each environment runs the new image from its own deploy on, and no
/// migration has begun without the snapshot that its environment asks for.
fn stands(release: &Release, place: &str) {
    let ran = |name: String| release.ran.contains(&name);
    for environment in ENVIRONMENTS {
        let image = running(&release.world, environment);
        if ran(format!("Deploy-{environment}/api")) {
            assert_eq!(image, release.known["Build.IMAGE_API"], "{place}: {environment}");
        } else {
            assert_eq!(image, OLD, "{place}: {environment}");
        }
        let migrated = ran(format!("Migrate-{environment}/Migrate"));
        if migrated && environment != "dev" {
            let name = format!("shop-{environment}-c53dbd42-6f1a2b3c");
            assert!(snapshots(&release.world).contains(&name), "{place}: no {name}");
        }
    }
}

#[test]
fn with_snapshots_and_checks_each_action_that_fails_is_the_last_and_nothing_behind_it_is_touched() {
    let files = files();
    let world = verifying::answering(release::world(stacks())).with_programs(&["smoke"], "echo fine");
    let mut run = Run::new(stacks(), "shop-release", &files, world);
    let mut failed = 0;
    while let Some(action) = run.next() {
        let place = place_of(action);
        if let Some(world) = broken(action, run.world()) {
            let mut failing = run.clone();
            failing.step(world);
            let release = &failing.release;
            assert_eq!(release.failed.as_ref(), Some(&place), "{:#?}", release.builds.get(&place));
            assert!(failing.next().is_none(), "{place}");
            stands(release, &place);
            if let Some(outcome) = release.builds.get(&place) {
                let state = match action.name.as_str() {
                    "Lock" => "and nothing was changed here.",
                    "Guard" if action.stage.starts_with("Verify-") => "nothing was verified",
                    "Guard" if action.stage.starts_with("Deploy-") => "nothing was deployed here",
                    "Guard" => "nothing was changed here",
                    // A build has nothing to say of an environment.
                    "Build" => "",
                    _ => "State: ",
                };
                assert!(outcome.output.contains(state), "{place}: {}", outcome.output);
            }
            failed += 1;
        }
        let world = with_task(action, run.world(), 0);
        run.step(world);
        assert_eq!(run.release.failed, None, "{:#?}", run.release.builds.get(&place));
    }
    stands(&run.release, "the end");
    assert_eq!(run.release.ran, [&ACTIONS[..], &LAST].concat());
    assert_eq!(
        failed,
        run.release.ran.len() - 6,
        "all but the source, the approval and what fails no release"
    );
    assert_eq!(
        snapshots(&run.release.world),
        ["shop-production-c53dbd42-6f1a2b3c", "shop-staging-c53dbd42-6f1a2b3c"]
    );
}
