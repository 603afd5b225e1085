//! Keeping what is deployed from the repository's expiry.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::building;
use crate::jobs;
use crate::support::job::Job;
use crate::support::release;
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::support::world::{REGISTRY, World};
use crate::verdict::{Verdict, holds, promises, says};

/// A manifest whose bytes would not survive a shell variable: it ends in a newline.
const MANIFEST: &str = "{\n  \"schemaVersion\": 2\n}\n";

/// The repositories, and the service that is deployed to.
fn repositories() -> World {
    building::repositories().with_service_of("shop-dev", "api", "app")
}

fn digest() -> String {
    let hash = Sha256::digest(MANIFEST.as_bytes());
    hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// The tag that the image gets.
fn tag() -> String {
    format!("deployed.dev.{}", &digest()[7..19])
}

fn world_with(tags: &[&str]) -> World {
    repositories()
        .with_image("shop/api/release", json!({"digest": digest(), "tags": tags, "manifest": MANIFEST}))
}

/// Runs the step on an image.
pub fn run(job: &Job, world: World, image: &str) -> Outcome {
    let list = json!([{"name": "app", "imageUri": image}]).to_string();
    let mut job = job.clone();
    job.files = [("imagedefinitions-api.json".to_owned(), list)].into();
    job.run(world)
}

/// The output of a pipeline's build.
pub fn definitions(stacks: &Stacks, pipeline: &str) -> Vec<(String, String)> {
    let built = stacks.repositories(pipeline);
    // One without a build of its own is deployed with another's image.
    let all = stacks.config.services.values().filter_map(|service| {
        let image_of = service.image_of.as_ref().unwrap_or(&service.name);
        let (_, repository) = built.iter().find(|(builder, _)| builder.name == *image_of)?;
        let uri = format!("{}/{repository}@{}", stacks.place.registry(), digest());
        let list = json!([{"name": service.container, "imageUri": uri}]).to_string();
        Some((format!("imagedefinitions-{}.json", service.name), list))
    });
    all.collect()
}

/// A world in which those images are there.
pub fn world_of(stacks: &Stacks, pipeline: &str) -> World {
    let image = json!({"digest": digest(), "tags": ["x"], "manifest": MANIFEST});
    let images = stacks.repositories(pipeline).into_iter();
    images.fold(release::world(stacks), |world, (_, name)| world.with_image(&name, image.clone()))
}

/// An image as the build hands it on.
pub fn image() -> String {
    format!("{REGISTRY}/shop/api/release@{}", digest())
}

/// A world in which the image is there, untagged but for its build's tag.
pub fn world() -> World {
    world_with(&["build"])
}

pub fn a_deployed_image_gets_a_tag_that_spares_it(job: &Job) -> Verdict {
    let outcome = run(job, world(), &image());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let images = &outcome.world["repositories"]["shop/api/release"]["images"];
    let expected = json!([{"digest": digest(), "tags": ["build", tag()], "manifest": MANIFEST}]);
    holds(&outcome, "the same image has the tag, byte for byte", *images == expected)
}

pub fn an_image_that_is_kept_already_is_left_alone(job: &Job) -> Verdict {
    let outcome = run(job, world_with(&["build", &tag()]), &image());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "nothing is written", outcome.lines("aws ecr put-image").is_empty())
}

pub fn an_image_that_is_gone_stops_the_deploy(job: &Job) -> Verdict {
    let outcome = run(job, repositories(), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(
        &outcome,
        &[
            "shop/api/release no longer has the image sha256:",
            "start the pipeline anew",
            "the old version still runs",
        ],
    )
}

pub fn an_image_by_tag_is_not_deployed(job: &Job) -> Verdict {
    let outcome = run(job, world(), &format!("{REGISTRY}/shop/api/release:latest"));
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["is not an image in ECR named by its digest", "the old version still runs"])
}

pub fn a_registry_that_refuses_stops_the_deploy(job: &Job) -> Verdict {
    let no = "An error occurred (AccessDeniedException) when calling it: no";
    let outcome = run(job, world().failing("ecr put-image", 254, no), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(
        &outcome,
        &["shop/api/release could not be given the tag deployed.dev.", no, "the old version still runs"],
    )?;
    let outcome = run(job, world().failing("ecr batch-get-image", 254, no), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["ECR did not give the image sha256:", no, "the old version still runs"])?;
    // Only what the tag names cannot be said.
    let untold = "--image-ids imageTag=";
    let call = format!(
        "ecr batch-get-image --region eu-west-1 --registry-id 123456789012 --repository-name shop/api/release {untold}"
    );
    let outcome = run(job, world().failing(&call, 254, no), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["ECR could not say what the tag", no, "the old version still runs"])
}

pub fn an_artifact_without_images_stops_the_deploy(job: &Job) -> Verdict {
    let outcome = job.run(world());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["the artifact has no imagedefinitions-*.json"])
}

/// A world in which another image has these tags.
fn taken(tags: &[String]) -> World {
    let other = format!("sha256:{}", "e".repeat(64));
    world().with_image("shop/api/release", json!({"digest": other, "tags": tags, "manifest": "{}"}))
}

/// The tags that are tried, one after the other.
fn tags() -> [String; 3] {
    [tag(), format!("deployed.dev.{}", &digest()[7..]), format!("{}.{}", tag(), release::EXECUTION)]
}

pub fn a_tag_that_another_image_has_gives_way_to_a_longer_one(job: &Job) -> Verdict {
    for count in 1..3 {
        let outcome = run(job, taken(&tags()[..count]), &image());
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        let kept = &outcome.world["repositories"]["shop/api/release"]["images"][0];
        let expected = json!({"digest": digest(), "tags": ["build", tags()[count]], "manifest": MANIFEST});
        holds(&outcome, &format!("the image is {expected}"), *kept == expected)?;
    }
    let outcome = run(job, taken(&tags()), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["have every tag that would keep sha256:", &tags()[2]])
}

pub fn the_last_words_say_whether_a_migration_was_applied(job: &Job) -> Verdict {
    let migrates = |word: &str| {
        let mut job = job.clone();
        job.env.push(("MIGRATES".to_owned(), word.to_owned()));
        run(&job, repositories(), &image())
    };
    says(
        &migrates("yes"),
        &["State: the old version still runs; the migration before this deploy has been applied."],
    )?;
    says(&migrates("no"), &["State: the old version still runs; nothing was changed."])
}

#[test]
fn a_pipeline_tells_whether_it_migrates_before_it_keeps() {
    let said = |stacks: &Stacks, place: &str| {
        let job = jobs::job(stacks, place);
        job.env.into_iter().find(|(name, _)| name == "MIGRATES").map(|(_, value)| value)
    };
    assert_eq!(said(jobs::two_services(), "Deploy-dev/Keep").as_deref(), Some("yes"));
    assert_eq!(said(jobs::plain(), "Deploy-dev/Keep").as_deref(), Some("no"));
}

promises!(crate::jobs::keep() =>
    a_deployed_image_gets_a_tag_that_spares_it,
    an_image_that_is_kept_already_is_left_alone,
    an_image_that_is_gone_stops_the_deploy,
    an_image_by_tag_is_not_deployed,
    a_registry_that_refuses_stops_the_deploy,
    an_artifact_without_images_stops_the_deploy,
    a_tag_that_another_image_has_gives_way_to_a_longer_one,
    the_last_words_say_whether_a_migration_was_applied,
);
