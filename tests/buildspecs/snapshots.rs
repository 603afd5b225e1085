//! The snapshot of a database before it is migrated.

use serde_json::{Value, json};

use crate::jobs;
use crate::support::job::Job;
use crate::support::release::{COMMIT, EXECUTION};
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::support::world::World;
use crate::verdict::{Verdict, holds, promises, says};

/// The snapshot that the execution makes.
const NAME: &str = "shop-staging-c53dbd42";

/// The tags of a snapshot that an execution made.
fn tags(environment: &str, execution: &str) -> Value {
    json!({"branchline:app": "shop", "branchline:environment": environment, "branchline:execution": execution, "team": "checkout"})
}

fn world() -> World {
    World::default()
}

/// The instance's snapshots of earlier executions, the oldest first: this many.
fn with_earlier(count: u32) -> World {
    (1..=count).fold(world(), |world, number| {
        let name = format!("shop-staging-0000000{number}");
        let ago = i64::from(100 - number) * 86_400;
        world.with_snapshot(("instance", "shop-staging", &name), ago, &tags("staging", "earlier"))
    })
}

/// A world in which more snapshots of an environment are there than it keeps.
pub fn world_of(stacks: &Stacks, stage: &str) -> World {
    let environment = stage.trim_start_matches("Migrate-");
    let snapshot = stacks.config.environments[environment].snapshot.as_ref().expect("a snapshot");
    let database = &snapshot.database;
    (1..=9).fold(crate::support::release::world(stacks), |world, number| {
        let place = &stacks.config.environments[environment];
        let there =
            crate::support::world::Place { account: place.account.clone(), region: place.region.clone() };
        let name = format!("shop-{environment}-0000000{number}");
        let kind = database.kind();
        world.at(&there).with_snapshot((kind, database.name(), &name), number, &tags(environment, "earlier"))
    })
}

/// A run before an environment's migration that makes every call which it can make.
pub fn run_of(environment: &str) -> Outcome {
    let stage = format!("Migrate-{environment}");
    jobs::job(jobs::verified(), &format!("{stage}/Snapshot")).run(world_of(jobs::verified(), &stage))
}

/// The names of the snapshots that are there in the end.
fn left(outcome: &Outcome) -> Vec<&str> {
    let snapshots = outcome.world["rds"]["snapshots"].as_array();
    snapshots.into_iter().flatten().filter_map(|snapshot| snapshot["name"].as_str()).collect()
}

/// It failed, and the last paragraph says why, that nothing was migrated, and the command that is the next.
fn fails(outcome: &Outcome, reason: &str, state: &str) -> Verdict {
    holds(outcome, "it fails", !outcome.succeeded)?;
    let last = outcome.output.split("\n\n").last().unwrap_or_default();
    let retry = format!(
        "aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-release --stage-name \
         Migrate-staging --pipeline-execution-id {EXECUTION} --retry-mode ALL_ACTIONS"
    );
    let failed = format!("FAILED: the snapshot before the migration of staging at commit {COMMIT}: {reason}");
    let state = format!("State: nothing was migrated, and the old version still runs; {state}");
    for text in [&failed, &state, &retry] {
        holds(outcome, &format!("the last paragraph says {text:?}"), last.contains(text.as_str()))?;
    }
    Ok(())
}

pub fn a_snapshot_is_made_with_its_tags_and_waited_for(job: &Job) -> Verdict {
    let mut slow = world();
    slow.0["rds"] = json!({"takes": 200, "unlisted": 40});
    let outcome = job.run(slow);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let [made] = outcome.world["rds"]["snapshots"].as_array().expect("snapshots").as_slice() else {
        return Err(format!("one snapshot is made: {:?}", left(&outcome)));
    };
    holds(
        &outcome,
        "it is of the instance",
        made["database"] == "shop-staging" && made["kind"] == "instance",
    )?;
    holds(&outcome, "it has its name", made["name"] == NAME)?;
    holds(&outcome, "it has the tags", made["tags"] == tags("staging", EXECUTION))?;
    let last = outcome.calls.last().map_or(0, |call| call.at) - crate::support::world::EPOCH;
    holds(&outcome, &format!("it is waited for, {last} seconds"), (200..230).contains(&last))?;
    says(&outcome, &["shop-staging-c53dbd42 is available, after "])
}

pub fn a_second_try_makes_no_second_snapshot(job: &Job) -> Verdict {
    // Still being made, and there.
    for takes in [80, 0] {
        let mut earlier =
            world().with_snapshot(("instance", "shop-staging", NAME), 30, &tags("staging", EXECUTION));
        earlier.0["rds"]["snapshots"][0]["takes"] = json!(takes);
        let outcome = job.run(earlier);
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        holds(&outcome, "none is made", outcome.lines("aws rds create").is_empty())?;
        holds(&outcome, "it is there", left(&outcome) == [NAME])?;
        says(&outcome, &["exists since this execution was tried before", "is available, after "])?;
    }
    Ok(())
}

pub fn a_snapshot_of_another_execution_is_not_taken_for_this_ones(job: &Job) -> Verdict {
    let other =
        world().with_snapshot(("instance", "shop-staging", NAME), 9, &tags("staging", "c53dbd42-other"));
    fails(
        &job.run(other),
        "there is a snapshot shop-staging-c53dbd42 already, and it is not this execution's but that of c53dbd42-other.",
        "no snapshot was made.",
    )?;
    let by_hand = world().with_snapshot(("instance", "shop-staging", NAME), 9, &json!({}));
    fails(
        &job.run(by_hand),
        "there is a snapshot shop-staging-c53dbd42 already, and it is not this execution's.",
        "no snapshot was made.",
    )?;
    // Of another database, it is not even listed.
    let elsewhere = world().with_snapshot(("instance", "other", NAME), 9, &tags("staging", EXECUTION));
    fails(&job.run(elsewhere), "RDS did not make it:", "no snapshot was made.")
}

pub fn the_oldest_go_and_the_newest_stay(job: &Job) -> Verdict {
    let outcome = job.run(with_earlier(9));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let mut stay: Vec<String> = (4..=9).map(|number| format!("shop-staging-0000000{number}")).collect();
    stay.push(NAME.to_owned());
    holds(&outcome, &format!("seven are left: {:?}", left(&outcome)), left(&outcome) == stay)?;
    let deleted: Vec<String> = outcome.lines("aws rds delete-db-snapshot");
    holds(&outcome, "the oldest goes first", deleted[0].contains("shop-staging-00000001"))?;
    // None goes before the new one can be restored from.
    let created = outcome.calls.iter().position(|call| call.operation == "create-db-snapshot");
    let first = outcome.calls.iter().position(|call| call.operation == "delete-db-snapshot");
    holds(&outcome, "the new one is there first", created < first)?;
    says(&outcome, &["deleted shop-staging-00000001, since 7 are kept"])
}

pub fn as_many_as_are_kept_stay(job: &Job) -> Verdict {
    for count in [0, 1, 6] {
        let outcome = job.run(with_earlier(count));
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        holds(&outcome, "none is deleted", outcome.lines("aws rds delete").is_empty())?;
    }
    Ok(())
}

pub fn what_is_not_ours_is_never_deleted(job: &Job) -> Verdict {
    let of = |name: &'static str| ("instance", "shop-staging", name);
    let mut without_execution = tags("staging", "");
    without_execution.as_object_mut().expect("tags").remove("branchline:execution");
    let world = with_earlier(9)
        .with_snapshot(of("by-hand-of-somebody"), 999_999_999, &json!({}))
        .with_snapshot(of("shop-staging-11111111"), 999_999_999, &tags("production", "x"))
        .with_snapshot(of("shop-staging-22222222"), 999_999_999, &without_execution)
        .with_snapshot(of("shop-staging-eu-33333333"), 999_999_999, &tags("staging", "x"))
        .with_snapshot(("instance", "other", "shop-staging-44444444"), 999_999_999, &tags("staging", "x"));
    let outcome = job.run(world);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    for name in [
        "by-hand-of-somebody",
        "shop-staging-11111111",
        "shop-staging-22222222",
        "shop-staging-eu-33333333",
        "shop-staging-44444444",
    ] {
        holds(&outcome, &format!("{name} is left"), left(&outcome).contains(&name))?;
    }
    Ok(())
}

pub fn every_call_that_fails_stops_the_stage(job: &Job) -> Verdict {
    let no = "An error occurred (AccessDenied) when calling it: no";
    let outcome = job.run(with_earlier(9).failing("rds describe-db-snapshots", 254, no));
    fails(
        &outcome,
        &format!("RDS could not list the snapshots of the instance shop-staging: {no}"),
        "no snapshot was made.",
    )?;
    let outcome = job.run(with_earlier(9).failing("rds create-db-snapshot", 254, no));
    fails(&outcome, &format!("RDS did not make it: {no}"), "no snapshot was made.")?;
    for silent in
        ["Could not connect to the endpoint URL", "An error occurred (InternalFailure) when calling it"]
    {
        let outcome = job.run(with_earlier(9).failing("rds create-db-snapshot", 255, silent));
        fails(
            &outcome,
            &format!("RDS did not make it: {silent}"),
            "whether RDS makes the snapshot shop-staging-c53dbd42 is not known.",
        )?;
    }
    let outcome =
        job.run(with_earlier(9).failing_between("rds describe-db-snapshots", 254, no, 10, i64::MAX));
    says(&outcome, &["RDS does not answer; still waiting: An error occurred (AccessDenied)"])?;
    fails(
        &outcome,
        "it is creating, and not available, after 3600 seconds, its timeout.",
        "RDS may still be making the snapshot shop-staging-c53dbd42.",
    )?;
    holds(&outcome, "none is deleted", outcome.lines("aws rds delete").is_empty())?;
    let outcome = job.run(with_earlier(9).failing("rds delete-db-snapshot", 254, no));
    fails(
        &outcome,
        &format!("the old snapshot shop-staging-00000001 could not be deleted: {no}"),
        "the snapshot shop-staging-c53dbd42 is there.",
    )
}

pub fn an_rds_that_does_not_answer_for_a_while_is_waited_for(job: &Job) -> Verdict {
    let outcome =
        job.run(world().failing_between("rds describe-db-snapshots", 255, "Could not connect", 10, 120));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let told = outcome.output.matches("RDS does not answer; still waiting: Could not connect").count();
    holds(&outcome, "it is told once", told == 1)
}

pub fn a_snapshot_that_fails_or_takes_too_long_stops_the_stage(job: &Job) -> Verdict {
    let mut failing = with_earlier(9);
    failing.0["rds"]["fails"] = json!(true);
    let outcome = job.run(failing);
    fails(
        &outcome,
        "RDS says that making it has failed. Delete it, so that another one can be made: aws rds delete-db-snapshot --region eu-west-1 --db-snapshot-identifier shop-staging-c53dbd42",
        "RDS may still be making",
    )?;
    holds(&outcome, "none is deleted", outcome.lines("aws rds delete").is_empty())?;
    let mut slow = with_earlier(9);
    slow.0["rds"]["takes"] = json!(999_999);
    let outcome = job.run(slow);
    fails(
        &outcome,
        "it is creating, and not available, after 3600 seconds, its timeout.",
        "RDS may still be making",
    )?;
    holds(&outcome, "none is deleted", outcome.lines("aws rds delete").is_empty())
}

pub fn what_is_no_number_or_names_no_owner_deletes_nothing(job: &Job) -> Verdict {
    for (name, evil) in [
        ("KEEP", "0"),
        ("KEEP", "x[$(touch evil)]"),
        ("TIMEOUT_SECONDS", "1m"),
        ("EXECUTION_ID", "$(touch evil)"),
        ("DATABASE_KIND", "x"),
        ("SNAPSHOT_TAGS", "[]"),
        ("SNAPSHOT_TAGS", "no"),
    ] {
        let outcome = job.run_with(with_earlier(9), &[(name, evil)]);
        holds(&outcome, "it fails", !outcome.succeeded)?;
        holds(&outcome, "none is deleted", outcome.lines("aws rds delete").is_empty())?;
        holds(&outcome, "nothing was touched", !outcome.files.contains(&"evil".to_owned()))?;
        says(&outcome, &["FAILED: the snapshot before the migration of staging"])?;
    }
    Ok(())
}

promises!(crate::jobs::snapshot() =>
    a_snapshot_is_made_with_its_tags_and_waited_for,
    a_second_try_makes_no_second_snapshot,
    a_snapshot_of_another_execution_is_not_taken_for_this_ones,
    the_oldest_go_and_the_newest_stay,
    as_many_as_are_kept_stay,
    what_is_not_ours_is_never_deleted,
    every_call_that_fails_stops_the_stage,
    an_rds_that_does_not_answer_for_a_while_is_waited_for,
    a_snapshot_that_fails_or_takes_too_long_stops_the_stage,
    what_is_no_number_or_names_no_owner_deletes_nothing,
);

#[test]
fn a_clusters_snapshots_are_made_and_removed_by_the_calls_of_clusters() {
    let outcome = run_of("production");
    assert!(outcome.succeeded, "{}", outcome.output);
    let operations: std::collections::BTreeSet<&str> =
        outcome.calls.iter().map(|call| call.operation.as_str()).filter(|it| !it.is_empty()).collect();
    let expected =
        ["create-db-cluster-snapshot", "delete-db-cluster-snapshot", "describe-db-cluster-snapshots"];
    assert_eq!(operations.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(left(&outcome).len(), 3, "{:?}", left(&outcome));
    assert!(left(&outcome).contains(&"shop-production-c53dbd42"));
}

#[test]
fn a_snapshot_comes_before_the_first_migration_and_only_where_one_runs() {
    let stacks = jobs::verified();
    let order: Vec<(String, String)> = stacks.pipelines["shop-release"]
        .actions
        .iter()
        .filter(|action| action.stage.starts_with("Migrate"))
        .map(|action| {
            (format!("{}/{}", action.stage, action.name), action.configuration["ProjectName"].clone())
        })
        .collect();
    let order: Vec<(&str, &str)> =
        order.iter().map(|(at, project)| (at.as_str(), project.as_str())).collect();
    assert_eq!(
        order,
        [
            ("Migrate-dev/Lock", "shop-dev-lock"),
            ("Migrate-dev/Guard", "shop-dev-guard"),
            ("Migrate-dev/Migrate", "shop-dev-migrate"),
            ("Migrate-staging/Lock", "shop-staging-lock"),
            ("Migrate-staging/Guard", "shop-staging-guard"),
            ("Migrate-staging/Snapshot", "shop-staging-snapshot"),
            ("Migrate-staging/Migrate", "shop-staging-migrate"),
            ("Migrate-production/Lock", "shop-production-lock"),
            ("Migrate-production/Guard", "shop-production-guard"),
            ("Migrate-production/Snapshot", "shop-production-snapshot"),
            ("Migrate-production/Migrate", "shop-production-migrate"),
        ]
    );
}
