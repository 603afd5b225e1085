//! Images that a pipeline takes from another one, which built the same files and deployed them.

use std::collections::BTreeMap;

use serde_json::json;

use crate::jobs;
use crate::support::job::Job;
use crate::support::release::{self, COMMIT, EXECUTION, Release, image_of};
use crate::support::runner::Outcome;
use crate::support::stacks::{Action, Stacks};
use crate::support::world::{DIGEST, REGISTRY, World};
use crate::verdict::{Verdict, holds, promises, says};

fn stacks() -> &'static Stacks {
    static STACKS: std::sync::OnceLock<Stacks> = std::sync::OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(jobs::REUSE))
}

/// The files of a commit.
pub fn files() -> BTreeMap<String, String> {
    [
        ("docker/api/Dockerfile", "FROM scratch\nCOPY . .\n"),
        ("docker/web/Dockerfile", "FROM scratch\n"),
        ("web/a name\nof two lines", "x"),
        ("bin/test", "true\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into()
}

/// A pipeline's whole way with these files.
fn shipped(pipeline: &str, files: &BTreeMap<String, String>, world: World) -> Release {
    let before = |action: &Action, world: World| match action.name.as_str() {
        "Migrate" => world.with_task("api", &json!({})),
        _ => world,
    };
    release::run(stacks(), pipeline, files, world, before)
}

/// The world after a pipeline has shipped these files.
pub fn after(stacks: &Stacks, pipeline: &str) -> World {
    let before = |action: &Action, world: World| match action.name.as_str() {
        "Migrate" => world.with_task("api", &json!({})),
        _ => world,
    };
    let release = release::run(stacks, pipeline, &files(), release::world(stacks), before);
    assert_eq!(release.failed, None, "{:#?}", release.builds);
    release.world
}

/// The pipelines that a pipeline's rule takes images from.
pub fn sources(stacks: &Stacks, pipeline: &str) -> Vec<String> {
    let (map, _) = branchline::branch_map::resolve(&stacks.config);
    let rule = |name: &str| map.entries.iter().find(|entry| entry.pipeline == name).map(|entry| &entry.rule);
    let named = stacks.config.rules.iter().find(|it| Some(&it.key) == rule(pipeline)).map(|it| &it.reuse);
    let is_named = |key: &String| named.is_some_and(|named| named.contains(key));
    let sources = map.entries.iter().filter(|entry| is_named(&entry.rule));
    sources.map(|entry| entry.pipeline.clone()).collect()
}

/// The build of `main`, and of any other pipeline, for these files.
fn build_of(pipeline: &str, files: BTreeMap<String, String>) -> Job {
    let action = stacks().pipelines[pipeline].actions.iter().find(|action| action.name == "Build");
    let mut job = Job::new(stacks(), action.expect("a build"), &release::known());
    job.files = files;
    job
}

pub fn job() -> Job {
    build_of("shop-main", files())
}

/// What the release has built, pushed and deployed.
fn released() -> World {
    static WORLD: std::sync::OnceLock<World> = std::sync::OnceLock::new();
    WORLD.get_or_init(|| after(stacks(), "shop-release")).clone()
}

fn image(outcome: &Outcome, repository: &str, tag: &str) -> Option<String> {
    let images = outcome.world["repositories"][repository]["images"].as_array().expect("a repository");
    let has = |image: &&serde_json::Value| {
        image["tags"].as_array().is_some_and(|tags| tags.iter().any(|it| it.as_str() == Some(tag)))
    };
    images.iter().find(has).and_then(|image| image["digest"].as_str()).map(str::to_owned)
}

/// The digest that the release has deployed.
fn digest_of_release(world: &World, service: &str) -> String {
    let images =
        world.0["repositories"][format!("shop/{service}/release")]["images"].as_array().expect("images");
    images[0]["digest"].as_str().expect("a digest").to_owned()
}

fn built(outcome: &Outcome) -> usize {
    outcome.lines("docker build ").len()
}

pub fn the_same_files_are_not_built_again(job: &Job) -> Verdict {
    let world = released();
    let outcome = job.run(world.clone());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "nothing is built", built(&outcome) == 0 && outcome.lines("docker push").is_empty())?;
    for (service, variable) in [("api", "IMAGE_API"), ("web-app", "IMAGE_WEB_APP")] {
        let digest = digest_of_release(&world, service);
        let handed_on = format!("{REGISTRY}/shop/{service}/main@{digest}");
        holds(&outcome, "its own copy is handed on", outcome.exported.get(variable) == Some(&handed_on))?;
        let list =
            outcome.artifacts.get(&format!("imagedefinitions-{service}.json")).cloned().unwrap_or_default();
        holds(&outcome, "the deploy reads it", list.contains(&handed_on))?;
        let tag = format!("{COMMIT}-{EXECUTION}");
        let own = image(&outcome, &format!("shop/{service}/main"), &tag);
        holds(&outcome, "the copy is the image, byte for byte", own == Some(digest))?;
    }
    says(
        &outcome,
        &["api: shop/api/release has built these files and begun to deploy them; taken as sha256:"],
    )
}

pub fn other_files_are_built(job: &Job) -> Verdict {
    for (path, text) in [
        ("docker/api/Dockerfile", Some("FROM other\n")),
        ("docker/api/Dockerfile.dockerignore", Some("web\n")),
        ("bin/test", Some("false\n")),
        ("bin/test", None),
        ("bin/more", Some("")),
        ("bin/ test", Some("true\n")),
    ] {
        let mut job = job.clone();
        match text {
            Some(text) => _ = job.files.insert(path.to_owned(), text.to_owned()),
            None => _ = job.files.remove(path),
        }
        let outcome = job.run(released());
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        let api = outcome.lines("docker build --file docker/api/Dockerfile").len() == 1;
        // Whose files are the same is not built again.
        holds(&outcome, &format!("api alone is built for another {path}"), api && built(&outcome) == 1)?;
        let release = digest_of_release(&released(), "api");
        holds(
            &outcome,
            "the release's image is not shipped",
            !outcome.exported["IMAGE_API"].contains(&release),
        )?;
    }
    Ok(())
}

pub fn another_dockerfile_outside_of_the_context_is_another_image(job: &Job) -> Verdict {
    let mut job = job.clone();
    job.files.insert("docker/web/Dockerfile".to_owned(), "FROM other\n".to_owned());
    let outcome = job.run(released());
    // It stands in the context of api, and beside that of web-app.
    holds(&outcome, "both are built", outcome.succeeded && built(&outcome) == 2)
}

pub fn another_value_of_a_variable_is_another_image(job: &Job) -> Verdict {
    let outcome = job.run_with(released(), &[("NODE", "26")]);
    holds(&outcome, "both are built", outcome.succeeded && built(&outcome) == 2)
}

pub fn an_image_that_was_not_deployed_is_not_taken(job: &Job) -> Verdict {
    let mut world = released();
    for (_, repository) in world.0["repositories"].as_object_mut().expect("repositories") {
        for image in repository["images"].as_array_mut().expect("images") {
            let tags = image["tags"].as_array_mut().expect("tags");
            tags.retain(|tag| !tag.as_str().is_some_and(|tag| tag.starts_with("deployed.")));
        }
    }
    let outcome = job.run(world);
    holds(&outcome, "both are built", outcome.succeeded && built(&outcome) == 2)?;
    says(&outcome, &["api: shop/api/release has no image of these files of which a deploy has begun"])
}

pub fn the_latest_of_several_is_taken(job: &Job) -> Verdict {
    let mut world = released();
    let images = world.0["repositories"]["shop/api/release"]["images"].as_array_mut().expect("images");
    let mut older = images[0].clone();
    images[0]["pushed_at"] = json!("2026-11-09T08:00:00+00:00");
    older["digest"] = json!(DIGEST);
    older["pushed_at"] = json!("2026-11-08T09:00:00+00:00");
    images.push(older);
    let outcome = job.run(world.clone());
    let latest = digest_of_release(&world, "api");
    holds(
        &outcome,
        "the latest is taken",
        outcome.succeeded && outcome.exported["IMAGE_API"].ends_with(&latest),
    )
}

pub fn what_cannot_be_looked_for_or_copied_is_built(job: &Job) -> Verdict {
    for (call, message) in [
        (
            "--repository-name shop/api/release",
            "Warning: ECR could not say whether shop/api/release has an image",
        ),
        ("docker buildx imagetools", "could not be copied."),
    ] {
        let outcome = job.run(released().failing(call, 254, "no such luck"));
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        let api = outcome.lines("docker build --file docker/api/Dockerfile").len() == 1;
        holds(&outcome, "api is built", api)?;
        let release = digest_of_release(&released(), "api");
        holds(&outcome, "its own is shipped", !outcome.exported["IMAGE_API"].contains(&release))?;
        says(&outcome, &["no such luck", message])?;
    }
    Ok(())
}

pub fn a_copy_that_is_another_image_stops_the_build(job: &Job) -> Verdict {
    let mut world = released();
    world.0["copied_as"] = json!("another manifest");
    let outcome = job.run(world);
    holds(&outcome, "it fails", !outcome.succeeded)?;
    let handed_on = !outcome.exported.is_empty() || !outcome.artifacts.is_empty();
    holds(&outcome, "nothing is handed on", !handed_on && built(&outcome) == 0)?;
    says(&outcome, &["Build stopped:", "of shop/api/main was to be sha256:", "Nothing is handed on."])
}

pub fn trouble_behind_the_copy_stops_the_build(job: &Job) -> Verdict {
    // The tag of the execution is asked for by its name alone.
    let outcome = job.run(released().failing("--repository-name shop/api/main", 254, "ThrottlingException"));
    holds(&outcome, "it fails", !outcome.succeeded && outcome.artifacts.is_empty())?;
    says(&outcome, &["ThrottlingException", "Build stopped: ECR could not say"])
}

pub fn a_retried_build_takes_what_it_copied(job: &Job) -> Verdict {
    let first = job.run(released());
    let second = job.run(World(first.world.clone()));
    holds(
        &second,
        "nothing is built or copied",
        built(&second) == 0 && second.lines("docker buildx").is_empty(),
    )?;
    holds(&second, "it is the same", second.succeeded && second.exported == first.exported)
}

promises!(crate::reusing::job() =>
    the_same_files_are_not_built_again,
    other_files_are_built,
    another_dockerfile_outside_of_the_context_is_another_image,
    another_value_of_a_variable_is_another_image,
    an_image_that_was_not_deployed_is_not_taken,
    the_latest_of_several_is_taken,
    what_cannot_be_looked_for_or_copied_is_built,
    a_copy_that_is_another_image_stops_the_build,
    trouble_behind_the_copy_stops_the_build,
    a_retried_build_takes_what_it_copied,
);

#[test]
fn a_merge_into_main_ships_what_staging_tested() {
    let world = released();
    let main = shipped("shop-main", &files(), world.clone());
    assert_eq!(main.failed, None, "{:#?}", main.builds);
    assert_eq!(main.builds["Build/Build"].lines("docker build "), [""; 0]);
    for service in ["api", "web-app"] {
        let digest = digest_of_release(&world, service);
        let runs = image_of(&main.world, "shop-production", service, service);
        assert_eq!(runs, format!("{REGISTRY}/shop/{service}/main@{digest}"));
        // A tag of main's ships it once more.
        let versions = shipped("shop-versions", &files(), main.world.clone());
        assert_eq!(versions.failed, None, "{:#?}", versions.builds);
        assert_eq!(versions.builds["Build/Build"].lines("docker build "), [""; 0]);
        let runs = image_of(&versions.world, "shop-demo", service, service);
        assert_eq!(runs, format!("{REGISTRY}/shop/{service}/versions@{digest}"));
    }
}

#[test]
fn a_pipeline_that_is_not_named_gives_nothing() {
    // Develop has built and deployed the very same files.
    let world = after(stacks(), "shop-develop");
    let outcome = job().run(world);
    assert!(outcome.succeeded, "{}", outcome.output);
    assert_eq!(built(&outcome), 2);
    assert!(!outcome.output.contains("develop"), "{}", outcome.output);
    assert_eq!(
        outcome.lines("aws ecr describe-images").iter().filter(|line| line.contains("develop")).count(),
        0
    );
}

#[test]
fn who_takes_nothing_builds_although_others_have_the_image() {
    let outcome = build_of("shop-release", files()).run(released());
    // Its own execution's image is there; another execution has to build.
    assert!(outcome.succeeded && built(&outcome) == 0, "{}", outcome.output);
    let other = ("EXECUTION_ID", "00000000-1111-4222-8333-0242ac120002");
    let outcome = build_of("shop-release", files()).run_with(released(), &[other]);
    assert_eq!(built(&outcome), 2, "{}", outcome.output);
    assert_eq!(outcome.lines("docker buildx").len(), 0);
}

#[test]
fn a_name_for_others_that_cannot_be_pushed_is_a_warning() {
    let world = release::world(stacks()).failing(":tree-", 1, "denied");
    let outcome = build_of("shop-release", files()).run(world);
    assert!(outcome.succeeded && outcome.artifacts.len() == 2, "{}", outcome.output);
    assert!(outcome.output.contains("could not be pushed; other pipelines will build these files again."));
}

#[test]
fn files_that_cannot_be_read_are_built_and_not_looked_for() {
    let mut files = files();
    files.remove("docker/api/Dockerfile");
    let outcome = build_of("shop-main", files).run(released());
    assert!(outcome.output.contains("Warning: what api is built from could not be read as a whole"));
    assert_eq!(outcome.lines("docker build --file docker/api/Dockerfile").len(), 1, "{}", outcome.output);
}
