//! Keeping what is deployed from the repository's expiry.

use branchline::config::Service;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::building::repositories;
use crate::support::job::Job;
use crate::support::release;
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::support::world::{REGISTRY, World};
use crate::verdict::{Verdict, holds, promises, says};

/// A manifest whose bytes would not survive a shell variable: it ends in a newline.
const MANIFEST: &str = "{\n  \"schemaVersion\": 2\n}\n";

fn digest() -> String {
    let hash = Sha256::digest(MANIFEST.as_bytes());
    hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// The tag that the image gets.
fn tag() -> String {
    format!("deployed.dev.{}", &digest()[7..19])
}

fn world_with(tags: &[&str]) -> World {
    repositories().with_image("shop/api/release", json!({"digest": digest(), "tags": tags, "manifest": MANIFEST}))
}

/// Runs the step on an image.
pub fn run(job: &Job, world: World, image: &str) -> Outcome {
    let list = json!([{"name": "app", "imageUri": image}]).to_string();
    let mut job = job.clone();
    job.files = [("imagedefinitions-api.json".to_owned(), list)].into();
    job.run(world)
}

/// The build's output for every service of the stacks.
pub fn definitions(stacks: &Stacks) -> Vec<(String, String)> {
    let definition = |service: &Service| {
        let uri = format!("{}/{}@{}", stacks.place.registry(), service.repository, digest());
        let list = json!([{"name": service.container, "imageUri": uri}]).to_string();
        (format!("imagedefinitions-{}.json", service.name), list)
    };
    stacks.config.services.values().map(definition).collect()
}

/// A world in which those images are there.
pub fn world_of(stacks: &Stacks) -> World {
    stacks.config.services.values().fold(release::world(stacks), |world, service| {
        world
            .with_image(&service.repository, json!({"digest": digest(), "tags": ["x"], "manifest": MANIFEST}))
    })
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
    says(&outcome, &["shop/api/release could not be given the tag deployed.dev.", no, "the old version still runs"])?;
    let outcome = run(job, world().failing("ecr batch-get-image", 254, no), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["ECR could not say what the tag", no, "the old version still runs"])
}

pub fn an_artifact_without_images_stops_the_deploy(job: &Job) -> Verdict {
    let outcome = job.run(world());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["the artifact has no imagedefinitions-*.json"])
}

promises!(crate::jobs::keep() =>
    a_deployed_image_gets_a_tag_that_spares_it,
    an_image_that_is_kept_already_is_left_alone,
    an_image_that_is_gone_stops_the_deploy,
    an_image_by_tag_is_not_deployed,
    a_registry_that_refuses_stops_the_deploy,
    an_artifact_without_images_stops_the_deploy,
);
