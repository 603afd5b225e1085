//! The first deploy into an empty place: what is missing is said, at once, and nothing is changed.

use serde_json::{Value, json};

use crate::building;
use crate::jobs;
use crate::keeping;
use crate::support::job::Job;
use crate::support::runner::Outcome;
use crate::support::world::World;
use crate::verdict::{Verdict, holds, promises, says};

const OLD: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-dev-api:7";

/// A world with the image and the service, changed.
fn with(change: impl FnOnce(&mut Value)) -> World {
    let mut world = keeping::world();
    change(&mut world.0);
    world
}

fn service(world: &mut Value) -> &mut Value {
    &mut world["clusters"]["shop-dev"]["services"]["api"]
}

/// It stops, says this and what to do then, and has given no image a tag.
fn stops(outcome: &Outcome, texts: &[&str]) -> Verdict {
    holds(outcome, "it fails", !outcome.succeeded)?;
    holds(outcome, "no image is tagged", outcome.lines("aws ecr put-image").is_empty())?;
    holds(outcome, "it does not wait", outcome.lines("sleep").is_empty())?;
    says(
        outcome,
        &[
            "Stopped before the deploy to dev: not all that is deployed to is there.",
            "Then run this stage again.",
        ],
    )?;
    says(outcome, texts)
}

pub fn a_cluster_that_is_not_there_stops_the_deploy_before_it_begins(job: &Job) -> Verdict {
    let empty = with(|world| world["clusters"] = json!({}));
    stops(
        &keeping::run(job, empty, &keeping::image()),
        &["There is no ECS cluster shop-dev in eu-west-1. Create it, and the service api in it."],
    )
}

pub fn a_service_that_is_not_there_stops_the_deploy_before_it_begins(job: &Job) -> Verdict {
    let empty = with(|world| world["clusters"]["shop-dev"]["services"] = json!({}));
    let deleted = with(|world| service(world)["status"] = json!("INACTIVE"));
    for world in [empty, deleted] {
        stops(
            &keeping::run(job, world, &keeping::image()),
            &[
                "There is no ECS service api in the cluster shop-dev. Create it, with any image and a desired count of 0",
            ],
        )?;
    }
    let draining = with(|world| service(world)["status"] = json!("DRAINING"));
    stops(
        &keeping::run(job, draining, &keeping::image()),
        &["The ECS service api in the cluster shop-dev is DRAINING, not ACTIVE."],
    )
}

pub fn a_service_that_the_action_cannot_deploy_to_is_told_by_its_controller(job: &Job) -> Verdict {
    let other = with(|world| service(world)["deploymentController"] = json!({"type": "CODE_DEPLOY"}));
    stops(
        &keeping::run(job, other, &keeping::image()),
        &["The ECS service api in the cluster shop-dev has the deployment controller CODE_DEPLOY."],
    )?;
    let own = with(|world| service(world)["deploymentController"] = json!({"type": "ECS"}));
    let outcome = keeping::run(job, own, &keeping::image());
    holds(&outcome, "ECS's own is right", outcome.succeeded)
}

pub fn a_container_that_the_task_definition_lacks_is_named(job: &Job) -> Verdict {
    let other =
        with(|world| world["task_definitions"][OLD]["containerDefinitions"][0]["name"] = json!("web"));
    stops(
        &keeping::run(job, other, &keeping::image()),
        &["of the ECS service api lacks: app. Its containers are: web, envoy, router."],
    )
}

pub fn a_desired_count_of_nothing_is_said_and_stops_nothing(job: &Job) -> Verdict {
    let none = with(|world| service(world)["desiredCount"] = json!(0));
    let outcome = keeping::run(job, none, &keeping::image());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    says(
        &outcome,
        &["api: the ECS service api has a desired count of 0, so the deploy starts no task of it."],
    )
}

pub fn a_service_that_ecs_does_not_describe_stops_the_deploy(job: &Job) -> Verdict {
    let no = "An error occurred (AccessDeniedException) when calling it: no";
    for (call, text) in [
        ("ecs describe-services", "ECS could not describe the service api in the cluster shop-dev."),
        ("ecs describe-task-definition", "ECS could not describe arn:aws:ecs:"),
    ] {
        let outcome = keeping::run(job, keeping::world().failing(call, 254, no), &keeping::image());
        holds(&outcome, "it fails", !outcome.succeeded)?;
        holds(&outcome, "no image is tagged", outcome.lines("aws ecr ").is_empty())?;
        says(&outcome, &[no, text, "the old version still runs"])?;
    }
    Ok(())
}

#[test]
fn all_that_is_missing_is_said_at_once_and_sidecars_count() {
    let mut job = jobs::job(jobs::sidecars(), "Deploy-dev/Keep");
    let list = |container: &str| json!([{"name": container, "imageUri": keeping::image()}]).to_string();
    job.files = ["api", "web", "nightly"]
        .map(|service| (format!("imagedefinitions-{service}.json"), list("app")))
        .into();
    let world = building::repositories().with_service_of("shop-dev", "api", "app");
    let outcome = job.run(world);
    stops(
        &outcome,
        &[
            "of the ECS service api lacks: log_router. Its containers are: app, envoy, router.",
            "There is no ECS service web in the cluster shop-dev.",
            "There is no image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/fluent-bit:dev in ECR, which `sidecars` names.",
        ],
    )
    .unwrap_or_else(|seen| panic!("{seen}"));
    assert!(!outcome.output.contains("nightly"), "a task family is its own deploy's: {}", outcome.output);
}

#[test]
fn the_first_migration_says_what_is_missing_and_starts_nothing() {
    let empty = |world: World| {
        (world, "there is no cluster shop-dev in eu-west-1. Create it, and the service api in it")
    };
    let without_service = with(|world| world["clusters"]["shop-dev"]["services"] = json!({}));
    let without_definition =
        with(|world| _ = service(world).as_object_mut().expect("a service").remove("taskDefinition"));
    for (world, text) in [
        empty(building::repositories()),
        (without_service, "there is no service api in the cluster shop-dev. Create it first, with any image"),
        (without_definition, "the service api has no task definition of its own"),
    ] {
        let outcome = jobs::migrate().run(world);
        assert!(!outcome.succeeded);
        assert!(outcome.lines("aws ecs run-task").is_empty());
        for text in [text, "State: nothing was changed; the old version still runs."] {
            assert!(outcome.output.contains(text), "{text}: {}", outcome.output);
        }
    }
}

promises!(crate::jobs::keep() =>
    a_cluster_that_is_not_there_stops_the_deploy_before_it_begins,
    a_service_that_is_not_there_stops_the_deploy_before_it_begins,
    a_service_that_the_action_cannot_deploy_to_is_told_by_its_controller,
    a_container_that_the_task_definition_lacks_is_named,
    a_desired_count_of_nothing_is_said_and_stops_nothing,
    a_service_that_ecs_does_not_describe_stops_the_deploy,
);
