//! A whole release of a configuration with several tests and migrations, on build machines and as tasks.

use std::collections::BTreeMap;

use serde_json::json;

use crate::jobs;
use crate::support::release::{self, Release, image_of};
use crate::support::stacks::Action;
use crate::support::world::World;

/// A release whose migration in the checkout is this script.
fn release(script: &str) -> Release {
    let files: BTreeMap<String, String> = [("migrate.sh", script), ("Dockerfile", "FROM scratch\n")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into();
    // Each build has a machine of its own, on which no container has run.
    let before = |action: &Action, mut world: World| {
        world.0["containers"] = json!({});
        let (container, task) = ("worker", json!({}));
        if action.name == "Migrate-mail-worker" { world.with_task(container, &task) } else { world }
    };
    release::run(jobs::projects(), "shop-release", &files, release::world(jobs::projects()), before)
}

#[test]
fn every_test_and_every_migration_runs_once_before_what_it_is_for() {
    let release = release("echo \"reports on $RAILS_ENV\"\n");
    assert_eq!(release.failed, None, "{:#?}", release.builds);
    assert_eq!(
        release.ran,
        [
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Test/Test-api",
            "Test/Test-mail-worker",
            "Migrate-dev/Lock",
            "Migrate-dev/Guard",
            "Migrate-dev/Migrate-orders",
            "Migrate-dev/Migrate-reports",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/api",
            "Deploy-dev/mail-worker",
            "Deploy-dev/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate-orders",
            "Migrate-production/Migrate-reports",
            "Migrate-production/Migrate-mail-worker",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/api",
            "Deploy-production/mail-worker",
            "Deploy-production/Record",
        ]
    );
    // The image that was built is the one that migrates, in both environments.
    let image = &release.known["Build.IMAGE_API"];
    for environment in ["dev", "production"] {
        let outcome = &release.builds[&format!("Migrate-{environment}/Migrate-orders")];
        let runs = outcome.lines("docker run");
        assert!(runs.len() == 1 && runs[0].contains(image.as_str()), "{runs:?}");
    }
    let reports =
        |environment: &str| &release.builds[&format!("Migrate-{environment}/Migrate-reports")].output;
    assert!(reports("dev").contains("reports on development\n"), "{}", reports("dev"));
    assert!(reports("production").contains("reports on production\n"), "{}", reports("production"));
}

#[test]
fn a_failed_migration_on_a_machine_stops_those_behind_it_and_the_deploy() {
    let release = release("exit 1\n");
    assert_eq!(release.failed.as_deref(), Some("Migrate-dev/Migrate-reports"));
    assert_eq!(release.ran.last().map(String::as_str), Some("Migrate-dev/Migrate-reports"));
    assert_eq!(image_of(&release.world, "shop-dev", "api", "app"), "old@sha256:00");
}
