//! Several accounts and regions, run: artifacts, images and migrations where they belong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::accounts::stacks;
use crate::support::intrinsics::key;
use crate::support::job::Job;
use crate::support::release::{self, image_of};
use crate::support::stacks::{Action, Stacks};
use crate::support::world::{Place, World};
use crate::{jobs, keeping};

#[test]
fn every_region_of_an_action_has_a_store_and_no_other_has() {
    let stacks = stacks();
    for properties in stacks.all("AWS::CodePipeline::Pipeline") {
        let name = properties["Name"].as_str().expect("a name");
        let actions = &stacks.pipelines[name].actions;
        let mut regions: BTreeSet<String> =
            actions.iter().filter_map(|action| action.region.clone()).collect();
        if regions.is_empty() {
            assert!(
                properties["ArtifactStores"].is_null() && properties["ArtifactStore"].is_object(),
                "{name}"
            );
            continue;
        }
        assert!(properties["ArtifactStore"].is_null(), "{name}");
        regions.insert("eu-west-1".to_owned());
        let stores: BTreeMap<String, &Value> = properties["ArtifactStores"]
            .as_array()
            .expect("stores")
            .iter()
            .map(|store| (store["Region"].as_str().expect("a region").to_owned(), &store["ArtifactStore"]))
            .collect();
        assert_eq!(stores.keys().cloned().collect::<BTreeSet<_>>(), regions, "{name}");
        for (region, store) in stores {
            assert_eq!(store["Location"], format!("shop-artifacts-444444444444-{region}"));
            let place = Place { account: "444444444444".to_owned(), region };
            assert_eq!(store["EncryptionKey"]["Id"], key(&place, "ArtifactKey"));
        }
    }
}

#[test]
fn a_release_goes_through_its_accounts_and_regions_with_one_image() {
    let stacks = stacks();
    let files = [("Dockerfile".to_owned(), "FROM scratch\n".to_owned())].into();
    let mut world = release::world(stacks);
    world.0["commands"] = json!(["run-tests"]);
    let before = |action: &Action, world: World| {
        if action.name == "Migrate" { world.with_task("app", &json!({})) } else { world }
    };
    let release = release::run(stacks, "shop-release", &files, world, before);
    assert_eq!(release.failed, None, "{:#?}", release.builds);
    let image = &release.known["Build.IMAGE_API"];
    assert!(
        image.starts_with("444444444444.dkr.ecr.eu-west-1.amazonaws.com/shop/api/release@sha256:"),
        "{image}"
    );
    for environment in ["staging", "production"] {
        assert_eq!(image_of(&release.world, &format!("shop-{environment}"), "api", "app"), *image);
    }
    let migration = &release.builds["Migrate-production/Migrate"];
    let run = migration.calls.iter().find(|call| call.operation == "run-task").expect("a task is started");
    assert_eq!(run.region.as_deref(), Some("us-east-1"), "it runs where the environment is");
    let kept = &release.builds["Deploy-production/Keep"];
    let put = kept.calls.iter().find(|call| call.operation == "put-image").expect("a tag is set");
    assert_eq!(put.region.as_deref(), Some("eu-west-1"), "the image is where it was pushed");
    assert_eq!(put.params["registryId"], "444444444444");
}

/// The keeping of production's images, changed.
fn keep(from: &str, to: &str) {
    let stacks = stacks();
    let (pipeline, action) = stacks.runs_of("shop-production-keep").next().expect("an action");
    let mut job = Job::new(stacks, action, &jobs::known(stacks, &pipeline.name));
    assert!(job.buildspec.contains(from));
    job = job.with(job.buildspec.replace(from, to));
    job.files = keeping::definitions(stacks, &pipeline.name).into_iter().collect();
    let outcome = job.run(keeping::world_of(stacks, &pipeline.name));
    assert!(outcome.succeeded, "{}", outcome.output);
}

#[test]
fn images_are_kept_from_another_account_and_region() {
    keep("set -euo pipefail", "set -euo pipefail");
}

#[test]
#[should_panic(expected = "has no such repository")]
fn a_registry_that_is_guessed_is_refused() {
    keep("--registry-id \"$registry\" ", "");
}

#[test]
#[should_panic(expected = "is not where anything is")]
fn a_region_that_is_guessed_is_refused() {
    keep("--region \"$region\"", "--region \"$AWS_REGION\"");
}

#[test]
fn a_failed_migration_says_where_its_pipeline_is() {
    let stacks = stacks();
    let (pipeline, action) = stacks.runs_of("shop-production-migrate").next().expect("an action");
    let job = Job::new(stacks, action, &jobs::known(stacks, &pipeline.name));
    let outcome = job.run(release::world(stacks).with_task("app", &json!({"exit_code": 1})));
    assert!(!outcome.succeeded);
    let retry = "aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-release";
    assert!(outcome.output.contains(retry), "{}", outcome.output);
}

#[test]
fn a_failed_migration_on_a_machine_says_where_its_pipeline_is_too() {
    for way in ["run: codebuild", "run: codebuild, in: checkout"] {
        let text = crate::accounts::TEXT
            .replace("command: bin/migrate }", &format!("command: bin/migrate, {way} }}"));
        let stacks = Stacks::of(&text);
        let (pipeline, action) = stacks.runs_of("shop-production-migrate").next().expect("an action");
        let mut job = Job::new(&stacks, action, &jobs::known(&stacks, &pipeline.name));
        // The image is not there, and neither is the script: it fails whatever it may do.
        job.judged = false;
        let outcome = job.run(release::world(&stacks));
        assert!(!outcome.succeeded);
        let retry = "aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-release";
        assert!(outcome.output.contains(retry), "{way}: {}", outcome.output);
    }
}
