//! The migration: the task that is started, how it is waited for, and what is said at the end.

use serde_json::{Value, json};

use crate::jobs;
use crate::support::job::Job;
use crate::support::release::{COMMIT, EXECUTION};
use crate::support::runner::Outcome;
use crate::support::world::{DIGEST, REGISTRY, World};
use crate::verdict::{Verdict, holds, promises, says};

const NOTHING_CHANGED: &str = "State: nothing was changed; the old version still runs.";
const HALF_CHANGED: &str = "State: the old version still runs; the schema may be half changed.";
const RETRY: &str = "aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-release \
                     --stage-name Migrate-dev --pipeline-execution-id c53dbd42-1111-4222-8333-0242ac120002 \
                     --retry-mode ALL_ACTIONS";

/// The service, and a migration task that differs from a good one in this.
#[allow(clippy::needless_pass_by_value, reason = "it is written where it is passed")]
pub fn world(task: Value) -> World {
    World::default().with_service(&task)
}

fn sent<'a>(outcome: &'a Outcome, operation: &str) -> &'a Value {
    outcome.calls.iter().find(|call| call.operation == operation).map_or(&Value::Null, |call| &call.params)
}

fn made(outcome: &Outcome, operation: &str) -> bool {
    outcome.calls.iter().any(|call| call.operation == operation)
}

/// It failed, this is the state, and this command is the next.
fn fails(outcome: &Outcome, reason: &str, state: &str) -> Verdict {
    holds(outcome, "it fails", !outcome.succeeded)?;
    let last = outcome.output.split("\n\n").last().unwrap_or_default();
    for text in ["FAILED: the migration of dev at commit 9fceb02d", reason, state, RETRY] {
        holds(outcome, &format!("the last paragraph says {text:?}"), last.contains(text))?;
    }
    Ok(())
}

pub fn a_migration_that_exits_with_0_succeeds(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({})));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let last = outcome.output.lines().last().unwrap_or_default();
    let expected = format!("Migration of dev at commit {COMMIT}: done, exit code 0, after ");
    holds(&outcome, "one clear line ends it", last.starts_with(&expected))?;
    let log: Vec<&str> = outcome.output.lines().filter(|line| line.starts_with("  | ")).collect();
    let expected = [
        "  | == 1 AddOrders: migrating",
        "  | -- create_table(:orders)",
        "  |    -> 0.01s",
        "  | == 1 AddOrders: migrated",
        "  | all done",
    ];
    holds(&outcome, "the whole log is shown, each line once, in order", log == expected)?;
    let count = |operation: &str| outcome.calls.iter().filter(|call| call.operation == operation).count();
    holds(&outcome, "one task is started", count("run-task") == 1)?;
    holds(&outcome, "it is not stopped", count("stop-task") == 0)?;
    let values = ["v4lu3", "secretsmanager"];
    holds(&outcome, "no value is echoed", !values.iter().any(|value| outcome.output.contains(value)))
}

pub fn the_task_definition_is_the_services_with_the_new_image_and_command(job: &Job) -> Verdict {
    // The service logs through a router, and without one ECS takes no such logs: neither may be left.
    let outcome = job.run(world(json!({})));
    holds(&outcome, "ECS takes it", outcome.succeeded)?;
    let sent = sent(&outcome, "register-task-definition");
    let mut expected = json!({
        "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "512", "memory": "1024",
        "taskRoleArn": "arn:aws:iam::123456789012:role/shop-dev-task",
        "executionRoleArn": "arn:aws:iam::123456789012:role/shop-dev-execution",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "placementConstraints": [], "volumes": [{"name": "shared", "host": {}}], "family": "shop-dev-migrate",
    });
    expected["containerDefinitions"] = json!([
        {
            "name": "app", "image": format!("{REGISTRY}/shop/api/release@{DIGEST}"), "cpu": 0, "essential": true,
            "entryPoint": ["sh", "-ec"], "command": ["bundle exec rails db:migrate"],
            "linuxParameters": {"initProcessEnabled": true},
            "environment": [{"name": "RAILS_ENV", "value": "production"},
                {"name": "TINI_KILL_PROCESS_GROUP", "value": "1"}, {"name": "WORKERS", "value": "v4lu3"},
                {"name": "WAS_SECRET", "value": "plain"}],
            "secrets": [{"name": "DATABASE_URL", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/db"},
                {"name": "WAS_PLAIN", "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf"}],
            "mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"}],
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": "/branchline/shop/dev/migrate", "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "migrate"}},
        },
    ]);
    holds(&outcome, &format!("it registers {expected:#}, not {sent:#}"), *sent == expected)
}

pub fn a_container_that_is_linked_to_others_migrates_without_them(job: &Job) -> Verdict {
    let mut linked = world(json!({}));
    let service = &mut linked.0["clusters"]["shop-dev"]["services"]["api"];
    service["launchType"] = json!("EC2");
    for key in ["networkConfiguration", "platformVersion"] {
        service.as_object_mut().expect("a service").remove(key);
    }
    let current = service["taskDefinition"].as_str().expect("an ARN").to_owned();
    let definition = &mut linked.0["task_definitions"][current];
    definition["networkMode"] = json!("bridge");
    definition["requiresCompatibilities"] = json!(["EC2"]);
    definition["containerDefinitions"][0]["links"] = json!(["envoy:proxy"]);
    let outcome = job.run(linked);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let containers = &sent(&outcome, "register-task-definition")["containerDefinitions"];
    let alone = containers.as_array().is_some_and(|all| all.len() == 1) && containers[0]["links"].is_null();
    holds(&outcome, "one container, linked to nothing", alone)
}

pub fn the_task_starts_where_the_services_tasks_start(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({})));
    let network = json!({"awsvpcConfiguration": {
        "subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}});
    let expected = json!({
        "cluster": "shop-dev", "count": 1, "launchType": "FARGATE", "platformVersion": "LATEST",
        "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-dev-migrate:1",
        "clientToken": "6f1a2b3c-0000-4000-8000-000000000001", "startedBy": format!("branchline-{EXECUTION}"),
        "tags": [{ "key": "branchline:migration", "value": "shop-dev-migrate" }],
        "networkConfiguration": network,
    });
    let run_task = sent(&outcome, "run-task");
    holds(&outcome, &format!("it runs {expected:#}, not {run_task:#}"), *run_task == expected)
}

pub fn a_capacity_provider_strategy_takes_the_place_of_a_launch_type(job: &Job) -> Verdict {
    let mut on_instances = world(json!({}));
    let strategy = json!([{"capacityProvider": "instances", "weight": 1, "base": 0}]);
    let service = &mut on_instances.0["clusters"]["shop-dev"]["services"]["api"];
    service["capacityProviderStrategy"] = strategy.clone();
    for key in ["launchType", "platformVersion"] {
        service.as_object_mut().expect("a service").remove(key);
    }
    let outcome = job.run(on_instances);
    let run_task = sent(&outcome, "run-task");
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "the strategy is the service's", run_task["capacityProviderStrategy"] == strategy)?;
    holds(
        &outcome,
        "nothing else says where",
        run_task["launchType"].is_null() && run_task["platformVersion"].is_null(),
    )?;

    let mut on_spot = world(json!({}));
    let service = &mut on_spot.0["clusters"]["shop-dev"]["services"]["api"];
    service["capacityProviderStrategy"] =
        json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]);
    service.as_object_mut().expect("a service").remove("launchType");
    let outcome = job.run(on_spot);
    let run_task = sent(&outcome, "run-task");
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let not_on_spot = run_task["launchType"] == "FARGATE" && run_task["capacityProviderStrategy"].is_null();
    holds(&outcome, "a migration is never interrupted by Spot", not_on_spot)
}

pub fn a_migration_that_exits_with_1_fails(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({"exit_code": 1})));
    fails(
        &outcome,
        "it exited with code 1. EssentialContainerExited: Essential container in task exited",
        HALF_CHANGED,
    )?;
    says(&outcome, &["  | all done\n"])
}

pub fn a_missing_exit_code_is_a_failure(job: &Job) -> Verdict {
    let outcome = job.run(world(
        json!({"exit_code": null, "stop_code": "InfrastructureHealth", "stopped_reason": "Host is gone",
            "container_reason": "OutOfMemoryError: killed"}),
    ));
    let reason = "left no exit code. InfrastructureHealth: Host is gone (app: OutOfMemoryError: killed)";
    fails(&outcome, reason, HALF_CHANGED)
}

pub fn a_migration_of_40_minutes_is_waited_for(job: &Job) -> Verdict {
    // Every answer takes half a minute: the clock tells the time, not the number of questions.
    let mut slow = world(json!({"stops": 2400}));
    slow.0["call_seconds"] = json!(30);
    let outcome = job.run_with(slow, &[("TIMEOUT_SECONDS", "3600")]);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "it is not stopped", !made(&outcome, "stop-task"))?;
    says(&outcome, &["done, exit code 0, after 24"])
}

pub fn a_migration_that_outlives_its_timeout_is_stopped(job: &Job) -> Verdict {
    let outcome = job.run_with(world(json!({"stops": 999_999})), &[("TIMEOUT_SECONDS", "120")]);
    fails(&outcome, "it did not end within 120 seconds and was stopped.", HALF_CHANGED)?;
    let started = outcome.calls.iter().find(|call| call.operation == "run-task").map_or(0, |call| call.at);
    let stopped = outcome.calls.iter().find(|call| call.operation == "stop-task").map_or(0, |call| call.at);
    holds(&outcome, "it had its time, and no more", (120..=140).contains(&(stopped - started)))?;
    let asked_after =
        outcome.calls.iter().any(|call| call.operation == "describe-tasks" && call.at > stopped + 20);
    holds(&outcome, "its end is waited for", asked_after)
}

pub fn a_task_that_does_not_stop_is_said_to_be_running(job: &Job) -> Verdict {
    let outcome =
        job.run_with(world(json!({"stops": 999_999, "stop_takes": 9999})), &[("TIMEOUT_SECONDS", "60")]);
    let state = "the migration may still be running, and the schema may be half changed.";
    fails(&outcome, "and its task has not stopped since.", state)?;
    says(
        &outcome,
        &["aws ecs list-tasks --region eu-west-1 --cluster shop-dev --started-by branchline-c53dbd42"],
    )?;
    let last = outcome.calls.last().map_or(0, |call| call.at);
    holds(&outcome, "the wait is bounded", last < crate::support::world::EPOCH + 400)
}

pub fn a_task_that_ecs_cannot_place_changes_nothing(job: &Job) -> Verdict {
    let failures = json!([{"arn": "arn:aws:ecs:x", "reason": "RESOURCE:MEMORY", "detail": "too little"}]);
    let outcome = job.run(world(json!({"failures": failures})));
    fails(&outcome, "ECS did not start the task: RESOURCE:MEMORY, too little", NOTHING_CHANGED)?;
    holds(&outcome, "nothing is waited for", !made(&outcome, "describe-tasks"))
}

pub fn a_task_that_never_starts_changes_nothing(job: &Job) -> Verdict {
    let outcome = job.run(world(
        json!({"starts": 999_999, "stops": 90, "exit_code": null, "stop_code": "TaskFailedToStart", "log": [],
            "stopped_reason": "CannotPullContainerError: pull access denied"}),
    ));
    let reason = "its task never started. TaskFailedToStart: CannotPullContainerError: pull access denied";
    fails(&outcome, reason, NOTHING_CHANGED)?;
    says(&outcome, &["The task left no log in /branchline/shop/dev/migrate"])
}

pub fn throttling_is_waited_out(job: &Job) -> Verdict {
    let throttled =
        "An error occurred (ThrottlingException) when calling the DescribeTasks operation: Rate exceeded";
    let outcome = job.run(world(json!({})).failing_between("ecs describe-tasks", 254, throttled, 0, 300));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let told = outcome.output.matches("ECS does not answer; still waiting").count();
    holds(&outcome, "it is said once", told == 1)
}

pub fn an_unclear_answer_to_the_start_is_not_taken_for_nothing(job: &Job) -> Verdict {
    let world_of = |answer: &str| world(json!({})).failing("ecs run-task", 255, answer);
    let outcome = job.run(world_of("Could not connect to the endpoint URL"));
    let state = "whether the migration was started is not known.";
    fails(&outcome, "ECS did not start the task; its answer is above.", state)?;
    let refusal = "An error occurred (AccessDeniedException) when calling the RunTask operation: no";
    fails(&job.run(world_of(refusal)), "ECS did not start the task; its answer is above.", NOTHING_CHANGED)
}

pub fn a_second_migration_does_not_start_beside_the_first(job: &Job) -> Verdict {
    let other = "arn:aws:ecs:eu-west-1:123456789012:task/shop-dev/";
    // A task that is to stop has up to two minutes to do so, and is no longer among those that are to run.
    for (desired, last) in [
        ("RUNNING", "PROVISIONING"),
        ("RUNNING", "RUNNING"),
        ("RUNNING", "MISSING"),
        ("STOPPED", "RUNNING"),
        ("STOPPED", "STOPPING"),
        ("STOPPED", "DEPROVISIONING"),
    ] {
        let ended = world(json!({})).with_other_tasks("shop-dev-migrate", ("STOPPED", "STOPPED"), 3);
        let outcome = job.run(ended.with_other_tasks("shop-dev-migrate", (desired, last), 1));
        let reason = format!(
            "another migration has not ended here, and this one was not started. To wait until its task has stopped: \
             aws ecs wait tasks-stopped --region eu-west-1 --cluster shop-dev --tasks {other}{}-0\n",
            last.to_lowercase()
        );
        fails(&outcome, &reason, NOTHING_CHANGED)?;
        holds(&outcome, "nothing is started", !made(&outcome, "register-task-definition"))?;
        holds(&outcome, "nobody waits in the dark", !outcome.calls.iter().any(|call| call.tool == "sleep"))?;
    }
    Ok(())
}

pub fn a_migration_that_has_ended_is_in_nobodys_way(job: &Job) -> Verdict {
    let ended = world(json!({}))
        .with_other_tasks("shop-dev-migrate", ("STOPPED", "STOPPED"), 3)
        .with_other_tasks("shop-dev-migrate", ("STOPPED", "DELETED"), 1)
        .with_other_tasks("shop-dev-api", ("RUNNING", "RUNNING"), 2);
    let outcome = job.run(ended);
    holds(&outcome, "it succeeds", outcome.succeeded)
}

pub fn what_ecs_does_not_tell_of_other_migrations_is_no_permission(job: &Job) -> Verdict {
    let trouble = "An error occurred (ServerException) when calling the operation: Service Unavailable";
    for call in ["--desired-status RUNNING", "--desired-status STOPPED", "ecs describe-tasks"] {
        let others = world(json!({})).with_other_tasks("shop-dev-migrate", ("STOPPED", "STOPPED"), 1);
        let outcome = job.run(others.failing(call, 254, trouble));
        let reason = "ECS could not say whether another migration is still running in the cluster shop-dev.";
        fails(&outcome, reason, NOTHING_CHANGED)?;
        holds(&outcome, "nothing is started", !made(&outcome, "register-task-definition"))?;
    }
    // More than ECS describes at once.
    let many = world(json!({})).with_other_tasks("shop-dev-migrate", ("STOPPED", "STOPPED"), 101);
    let outcome = job.run(many);
    fails(&outcome, "101 migrations ran here within the last hour or so", NOTHING_CHANGED)?;
    holds(&outcome, "nothing is started", !made(&outcome, "register-task-definition"))
}

pub fn what_is_not_there_is_named(job: &Job) -> Verdict {
    let outcome = job.run_with(world(json!({})), &[("CONTAINER", "web")]);
    fails(&outcome, "shop-dev-api:7 has no container \"web\"; it has: app, envoy, router.", NOTHING_CHANGED)?;
    let outcome = job.run_with(world(json!({})), &[("SERVICE", "apo")]);
    fails(&outcome, "there is no service apo in the cluster shop-dev.", NOTHING_CHANGED)?;
    let outcome = job.run_with(world(json!({})), &[("CLUSTER", "shop-prod")]);
    fails(&outcome, "there is no cluster shop-prod in eu-west-1.", NOTHING_CHANGED)?;
    let mut inactive = world(json!({}));
    inactive.0["clusters"]["shop-dev"]["services"]["api"]["status"] = json!("INACTIVE");
    fails(
        &job.run(inactive),
        "the service api in the cluster shop-dev is INACTIVE, not ACTIVE.",
        NOTHING_CHANGED,
    )
}

pub fn an_image_by_tag_is_refused(job: &Job) -> Verdict {
    let outcome = job.run_with(world(json!({})), &[("IMAGE", "shop/api:latest")]);
    fails(&outcome, "IMAGE is \"shop/api:latest\", which names no digest", NOTHING_CHANGED)?;
    holds(&outcome, "nothing is called", outcome.calls.is_empty())
}

pub fn a_refused_task_definition_changes_nothing(job: &Job) -> Verdict {
    let refusal = "An error occurred (ClientException) when calling the RegisterTaskDefinition operation: no";
    let outcome = job.run(world(json!({})).failing("ecs register-task-definition", 254, refusal));
    fails(&outcome, "ECS refused the migration's task definition.", NOTHING_CHANGED)?;
    holds(&outcome, "nothing is started", !made(&outcome, "run-task"))
}

pub fn without_an_entrypoint_the_images_own_would_run_so_it_is_refused(job: &Job) -> Verdict {
    let outcome = job.run_with(world(json!({})), &[("OVERRIDES", r#"{"entryPoint":[],"command":["x"]}"#)]);
    fails(&outcome, "OVERRIDES has no entryPoint", NOTHING_CHANGED)?;
    holds(&outcome, "nothing is called", outcome.calls.is_empty())
}

promises!(crate::jobs::migrate() =>
    a_migration_that_exits_with_0_succeeds,
    the_task_definition_is_the_services_with_the_new_image_and_command,
    a_container_that_is_linked_to_others_migrates_without_them,
    the_task_starts_where_the_services_tasks_start,
    a_capacity_provider_strategy_takes_the_place_of_a_launch_type,
    a_migration_that_exits_with_1_fails,
    a_missing_exit_code_is_a_failure,
    a_migration_of_40_minutes_is_waited_for,
    a_migration_that_outlives_its_timeout_is_stopped,
    a_task_that_does_not_stop_is_said_to_be_running,
    a_task_that_ecs_cannot_place_changes_nothing,
    a_task_that_never_starts_changes_nothing,
    throttling_is_waited_out,
    an_unclear_answer_to_the_start_is_not_taken_for_nothing,
    a_second_migration_does_not_start_beside_the_first,
    a_migration_that_has_ended_is_in_nobodys_way,
    what_ecs_does_not_tell_of_other_migrations_is_no_permission,
    what_is_not_there_is_named,
    an_image_by_tag_is_refused,
    a_refused_task_definition_changes_nothing,
    without_an_entrypoint_the_images_own_would_run_so_it_is_refused,
);

#[test]
fn a_list_of_words_is_run_without_a_shell() {
    let outcome = jobs::job(jobs::other_way_round(), "Migrate-dev/Migrate").run(world(json!({})));
    assert!(outcome.succeeded, "{}", outcome.output);
    let app = &sent(&outcome, "register-task-definition")["containerDefinitions"][0];
    assert_eq!(json!([app["entryPoint"], app["command"]]), json!([["bin/migrate"], ["--all"]]));
    let owner = json!({"name": "DATABASE_URL", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/shop.dev.owner"});
    let secrets = app["secrets"].as_array().expect("secrets");
    assert!(secrets.contains(&owner), "{secrets:?}");
    assert_eq!(secrets.iter().filter(|secret| secret["name"] == "DATABASE_URL").count(), 1, "{secrets:?}");
}
