//! Keeping what is deployed from the repository's expiry.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::building::repositories;
use crate::support::runner::{Build, Outcome};
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
    repositories().with_image("shop/api", json!({"digest": digest(), "tags": tags, "manifest": MANIFEST}))
}

/// Runs the step on an image.
pub fn run(spec: &str, world: World, image: &str) -> Outcome {
    let list = json!([{"name": "app", "imageUri": image}]).to_string();
    let files = vec![("imagedefinitions-api.json", list.as_str())];
    Build { buildspec: spec, env: vec![("ENVIRONMENT", "dev")], files, world }.run()
}

/// An image as the build hands it on.
pub fn image() -> String {
    format!("{REGISTRY}/shop/api@{}", digest())
}

/// A world in which the image is there, untagged but for its build's tag.
pub fn world() -> World {
    world_with(&["build"])
}

pub fn a_deployed_image_gets_a_tag_that_spares_it(spec: &str) -> Verdict {
    let outcome = run(spec, world(), &image());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let images = &outcome.world["repositories"]["shop/api"]["images"];
    let expected = json!([{"digest": digest(), "tags": ["build", tag()], "manifest": MANIFEST}]);
    holds(&outcome, "the same image has the tag, byte for byte", *images == expected)
}

pub fn an_image_that_is_kept_already_is_left_alone(spec: &str) -> Verdict {
    let outcome = run(spec, world_with(&["build", &tag()]), &image());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "nothing is written", outcome.lines("aws ecr put-image").is_empty())
}

pub fn an_image_that_is_gone_stops_the_deploy(spec: &str) -> Verdict {
    let outcome = run(spec, repositories(), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(
        &outcome,
        &[
            "shop/api no longer has the image sha256:",
            "start the pipeline anew",
            "the old version still runs",
        ],
    )
}

pub fn an_image_by_tag_is_not_deployed(spec: &str) -> Verdict {
    let outcome = run(spec, world(), &format!("{REGISTRY}/shop/api:latest"));
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["is not an image in ECR named by its digest", "the old version still runs"])
}

pub fn a_registry_that_refuses_stops_the_deploy(spec: &str) -> Verdict {
    let no = "An error occurred (AccessDeniedException) when calling it: no";
    let outcome = run(spec, world().failing("ecr put-image", 254, no), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["shop/api could not be given the tag deployed.dev.", no, "the old version still runs"])?;
    let outcome = run(spec, world().failing("ecr batch-get-image", 254, no), &image());
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["ECR could not say what the tag", no, "the old version still runs"])
}

pub fn an_artifact_without_images_stops_the_deploy(spec: &str) -> Verdict {
    let outcome =
        Build { buildspec: spec, env: vec![("ENVIRONMENT", "dev")], files: vec![], world: world() }.run();
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(&outcome, &["the artifact has no imagedefinitions-*.json"])
}

promises!(crate::specs::keep() =>
    a_deployed_image_gets_a_tag_that_spares_it,
    an_image_that_is_kept_already_is_left_alone,
    an_image_that_is_gone_stops_the_deploy,
    an_image_by_tag_is_not_deployed,
    a_registry_that_refuses_stops_the_deploy,
    an_artifact_without_images_stops_the_deploy,
);
