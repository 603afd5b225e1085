//! Images of sidecars that follow the environment.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::mutations::caught;
use crate::support::job::Job;
use crate::support::release::{self, image_at};
use crate::support::runner::Outcome;
use crate::support::world::{Place, REGISTRY, World};
use crate::verdict::{Verdict, holds, promises, says};
use crate::{jobs, keeping};

const DEV: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/fluent-bit:dev";
const STABLE: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/fluent-bit:stable";
const DAEMON: &str = "public.ecr.aws/xray/aws-xray-daemon:3.x";
const AGENT: &str = "public.ecr.aws/datadog/agent:7";

/// The build of a pipeline.
fn build_of(pipeline: &str) -> Job {
    let stacks = jobs::sidecars();
    let mut actions = stacks.pipelines[pipeline].actions.iter();
    let action = actions.find(|action| action.name == "Build").expect("a build");
    let mut job = Job::new(stacks, action, &jobs::known(stacks, pipeline));
    job.files = files();
    job
}

/// The build of the pipeline that goes to both environments.
pub fn build() -> Job {
    build_of("shop-main")
}

/// The deploy of the nightly job to dev.
pub fn nightly() -> Job {
    jobs::job(jobs::sidecars(), "Deploy-dev/nightly")
}

/// The step before the deploys of this environment, behind the build of the pipeline that goes to both.
fn keep(environment: &str) -> Job {
    let stacks = jobs::sidecars();
    let mut job = jobs::job(stacks, &format!("Deploy-{environment}/Keep"));
    job.files = keeping::definitions(stacks, "shop-main").into_iter().collect();
    job
}

/// The same, before dev.
pub fn keep_of_dev() -> Job {
    keep("dev")
}

/// A world in which the images of the services and of their sidecars are there.
fn world() -> World {
    keeping::world_of(jobs::sidecars(), "shop-main")
}

/// The same world, whose repository of sidecars is empty.
pub fn without_images(mut world: World) -> World {
    world.0["repositories"]["shop/fluent-bit"]["images"] = json!([]);
    world
}

/// The calls that look for an image of a sidecar.
fn looked(outcome: &Outcome) -> usize {
    let calls = outcome.lines("aws ecr batch-get-image");
    calls.iter().filter(|line| line.contains("--repository-name shop/fluent-bit ")).count()
}

/// It has looked and stopped, and no image was marked.
fn stops(outcome: &Outcome, texts: &[&str]) -> Verdict {
    holds(outcome, "it fails", !outcome.succeeded)?;
    holds(outcome, "it looked once", looked(outcome) == 1)?;
    holds(outcome, "no image is marked", outcome.lines("aws ecr put-image").is_empty())?;
    says(outcome, &["Stopped before the deploy to dev", "the old version still runs"])?;
    says(outcome, texts)
}

/// It has marked the images, and said this.
fn goes_on(outcome: &Outcome, texts: &[&str]) -> Verdict {
    holds(outcome, "it succeeds", outcome.succeeded)?;
    holds(outcome, "images are marked", !outcome.lines("aws ecr put-image").is_empty())?;
    says(outcome, texts)
}

pub fn a_sidecars_image_that_is_not_there_stops_the_deploy_before_it_begins(job: &Job) -> Verdict {
    let missing = format!("There is no image {DEV} in ECR, which `sidecars` names. Push it");
    let then = "Then run this stage again.";
    stops(&job.run(without_images(world())), &[&missing, then])?;
    let mut nowhere = world();
    nowhere.0["repositories"].as_object_mut().expect("a mapping").remove("shop/fluent-bit");
    stops(&job.run(nowhere), &[&missing, then, "(RepositoryNotFoundException)"])?;
    let outcome = job.run(world());
    goes_on(&outcome, &[&format!("the sidecars' image {DEV} is there")])
}

pub fn a_refusal_to_look_is_told_and_not_taken_for_a_missing_image(job: &Job) -> Verdict {
    let no = "An error occurred (AccessDeniedException) when calling the BatchGetImage operation: no";
    let refused = world().failing("--repository-name shop/fluent-bit ", 254, no);
    let outcome = job.run(refused);
    goes_on(
        &outcome,
        &[
            no,
            &format!("Nobody knows whether the sidecars' image {DEV} is there: this role may not ask."),
            "The role needs ecr:BatchGetImage on the repository shop/fluent-bit",
        ],
    )?;
    holds(&outcome, "it is not called missing", !outcome.output.contains("There is no image"))
}

pub fn trouble_while_looking_is_not_taken_for_an_answer(job: &Job) -> Verdict {
    let no = "An error occurred (ServerException) when calling the BatchGetImage operation: later";
    let troubled = world().failing("--repository-name shop/fluent-bit ", 254, no);
    stops(&job.run(troubled), &[no, "ECR could not say whether the sidecars' image"])
}

pub fn an_image_that_a_pull_through_cache_brings_stops_nothing(job: &Job) -> Verdict {
    for (prefix, brings) in [("shop", true), ("ROOT", true), ("sho", false), ("docker-hub", false)] {
        let mut cached = without_images(world());
        cached.0["pull_through_caches"] = json!([prefix]);
        let outcome = job.run(cached);
        if brings {
            goes_on(&outcome, &[&format!("{DEV} is not in ECR yet; a pull through cache brings it")])?;
        } else {
            stops(&outcome, &["There is no image"])?;
        }
    }
    // What cannot be asked is no cache.
    let no = "An error occurred (AccessDeniedException) when calling it: no";
    let mut untold = without_images(world()).failing("describe-pull-through-cache-rules", 254, no);
    untold.0["pull_through_caches"] = json!(["shop"]);
    stops(&job.run(untold), &["There is no image"])
}

#[test]
fn an_image_by_digest_is_looked_for_by_its_digest_and_a_public_one_not_at_all() {
    let digest = format!("sha256:{}", "d".repeat(64));
    let image = json!({"digest": digest, "tags": ["stable"], "manifest": "{}"});
    let other = format!(r#"{{"api":{{"log_router":"{REGISTRY}/shop/fluent-bit:gone@{digest}"}}}}"#);
    let world = world().with_image("shop/fluent-bit", image);
    let outcome = keep_of_dev().run_with(world, &[("SIDECAR_IMAGES", &other)]);
    goes_on(&outcome, &["is there"]).unwrap_or_else(|seen| panic!("{seen}"));
    // The daemon's and the agent's are public.
    let told = |environment: &str| {
        let env = keep(environment).env.into_iter().find(|(name, _)| name == "SIDECAR_IMAGES");
        env.and_then(|(_, text)| serde_json::from_str::<Value>(&text).ok())
    };
    assert_eq!(told("dev"), Some(json!({"api": {"log_router": DEV}})));
    assert_eq!(told("production"), Some(json!({"api": {"log_router": STABLE}})));
}

#[test]
fn a_look_that_is_broken_is_caught() {
    let job = keep_of_dev();
    let refused = a_refusal_to_look_is_told_and_not_taken_for_a_missing_image;
    caught(&job, "*\"(AccessDeniedException)\"*)", "*\"(NoException)\"*)", refused);
    let missing = a_sidecars_image_that_is_not_there_stops_the_deploy_before_it_begins;
    caught(&job, "RepositoryNotFound | ImageNotFound)", "RepositoryNotFound)", missing);
    caught(&job, "then look_for \"$image\"", "then true \"$image\"", missing);
    let trouble = trouble_while_looking_is_not_taken_for_an_answer;
    caught(&job, "*\"(RepositoryNotFoundException)\"*)", "*)", trouble);
    let cache = an_image_that_a_pull_through_cache_brings_stops_nothing;
    caught(&job, "startswith($prefix + \"/\")", "startswith($prefix)", cache);
    caught(&job, "$prefix == \"ROOT\" or", "", cache);
}

fn files() -> BTreeMap<String, String> {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    [
        file("Dockerfile", "FROM scratch\n"),
        file("site/Dockerfile", "FROM scratch\n"),
        file("site/deploy.sh", "echo deployed\n"),
    ]
    .into()
}

fn definitions(outcome: &Outcome, file: &str) -> Value {
    let text = outcome.artifacts.get(file).map(String::as_str).unwrap_or_default();
    serde_json::from_str(text).unwrap_or_default()
}

pub fn each_environment_has_its_own_sidecars_beside_the_one_image(job: &Job) -> Verdict {
    let outcome = job.run(release::world(jobs::sidecars()));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let image = outcome.exported.get("IMAGE_API").cloned().unwrap_or_default();
    holds(&outcome, "the image has a digest", image.contains("@sha256:"))?;
    let own = json!({"name": "app", "imageUri": image});
    let sidecar = |name: &str, image: &str| json!({"name": name, "imageUri": image});
    for (file, expected) in [
        ("imagedefinitions-api.json", json!([own])),
        ("imagedefinitions-api.dev.json", json!([own, sidecar("log_router", DEV)])),
        (
            "imagedefinitions-api.production.json",
            json!([own, sidecar("log_router", STABLE), sidecar("xray-daemon", DAEMON)]),
        ),
        ("imagedefinitions-web.json", json!([own])),
        ("imagedefinitions-nightly.json", json!([{"name": "job", "imageUri": image}])),
    ] {
        let seen = definitions(&outcome, file);
        holds(&outcome, &format!("{file} is {expected}, not {seen}"), seen == expected)?;
    }
    holds(&outcome, "there are no other files", outcome.artifacts.len() == 6)?;
    says(&outcome, &[&format!("imagedefinitions-api.dev.json: log_router runs {DEV}")])
}

pub fn a_task_family_gets_the_images_of_its_sidecars_in_the_same_revision(job: &Job) -> Verdict {
    let outcome = job.run(release::world(jobs::sidecars()));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let made = &outcome.world["task_definitions"]["arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-nightly-dev:8"]
        ["containerDefinitions"];
    let image = |name: &str| {
        let containers = made.as_array().into_iter().flatten();
        containers.filter(|it| it["name"] == name).map(|it| it["image"].clone()).next().unwrap_or_default()
    };
    holds(&outcome, "the job has the new image", image("job") == json!(jobs_image()))?;
    holds(&outcome, "the agent has its own", image("agent") == AGENT)?;
    // Once more: all images are there, and nothing is registered twice.
    let again = job.run(crate::support::world::World(outcome.world.clone()));
    holds(&again, "it succeeds again", again.succeeded)?;
    holds(&again, "nothing is registered", again.lines("aws ecs register-task-definition").is_empty())
}

pub fn a_sidecar_whose_image_alone_has_changed_is_a_new_revision(job: &Job) -> Verdict {
    let first = job.run(release::world(jobs::sidecars()));
    let other = [("SIDECARS", r#"{"agent":"public.ecr.aws/datadog/agent:8"}"#)];
    let outcome = job.run_with(crate::support::world::World(first.world), &other);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let registered = outcome.lines("aws ecs register-task-definition");
    holds(&outcome, "a revision is registered", registered.len() == 1)
}

pub fn a_sidecar_that_the_task_family_has_not_stops_its_deploy(job: &Job) -> Verdict {
    let other = [("SIDECARS", r#"{"log_router":"x:1"}"#)];
    let outcome = job.run_with(release::world(jobs::sidecars()), &other);
    holds(&outcome, "it fails", !outcome.succeeded)?;
    says(
        &outcome,
        &[
            "has no container \"log_router\", of which `sidecars` names the image; it has: ",
            "State: nothing was changed",
        ],
    )
}

fn jobs_image() -> String {
    format!("{REGISTRY}/shop/api/main@{}", crate::support::world::DIGEST)
}

#[test]
fn a_release_leaves_each_environment_with_its_own_sidecars() {
    let stacks = jobs::sidecars();
    let files = files();
    let run = release::run(
        stacks,
        "shop-main",
        &files,
        release::world(stacks).with_task("app", &json!({})),
        |_, world| world,
    );
    let last = run.builds.values().last().map(|outcome| outcome.output.as_str());
    assert_eq!(run.failed, None, "{last:?}");
    let place = |account: &str| Place { account: account.to_owned(), region: "eu-west-1".to_owned() };
    let (dev, production) = (place("123456789012"), place("222222222222"));
    let image =
        |at: &Place, cluster: &str, container: &str| image_at(&run.world, at, cluster, "api", container);
    assert_eq!(image(&dev, "shop-dev", "log_router"), DEV);
    assert_eq!(image(&production, "shop-production", "log_router"), STABLE);
    assert_eq!(image(&production, "shop-production", "xray-daemon"), DAEMON);
    assert_eq!(image(&production, "shop-production", "app"), image(&dev, "shop-dev", "app"));
    assert_eq!(image(&production, "shop-production", "envoy"), "envoy", "what is not named stays");
}

#[test]
fn a_build_is_told_of_the_environments_and_services_of_its_own_pipeline_alone() {
    let told = |pipeline: &str| -> Vec<String> {
        let env = build_of(pipeline).env;
        env.into_iter().map(|(name, _)| name).filter(|name| name.starts_with("SIDECARS_")).collect()
    };
    assert_eq!(told("shop-main"), ["SIDECARS_DEV", "SIDECARS_PRODUCTION"]);
    assert_eq!(told("shop-hotfix"), ["SIDECARS_PRODUCTION"]);
}

#[test]
fn each_environment_has_its_own_sidecars() {
    each_environment_has_its_own_sidecars_beside_the_one_image(&build())
        .unwrap_or_else(|seen| panic!("{seen}"));
}

mod looking {
    use super::*;
    promises!(super::keep_of_dev() =>
        a_sidecars_image_that_is_not_there_stops_the_deploy_before_it_begins,
        a_refusal_to_look_is_told_and_not_taken_for_a_missing_image,
        trouble_while_looking_is_not_taken_for_an_answer,
        an_image_that_a_pull_through_cache_brings_stops_nothing,
    );
}

promises!(super::nightly() =>
    a_task_family_gets_the_images_of_its_sidecars_in_the_same_revision,
    a_sidecar_whose_image_alone_has_changed_is_a_new_revision,
    a_sidecar_that_the_task_family_has_not_stops_its_deploy,
);
