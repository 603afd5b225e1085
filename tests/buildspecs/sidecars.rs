//! Images of sidecars that follow the environment.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::jobs;
use crate::support::job::Job;
use crate::support::release::{self, image_at};
use crate::support::runner::Outcome;
use crate::support::world::{Place, REGISTRY};
use crate::verdict::{Verdict, holds, promises, says};

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

promises!(super::nightly() =>
    a_task_family_gets_the_images_of_its_sidecars_in_the_same_revision,
    a_sidecar_whose_image_alone_has_changed_is_a_new_revision,
    a_sidecar_that_the_task_family_has_not_stops_its_deploy,
);
