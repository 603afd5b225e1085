//! The snapshot of a database before it is migrated.

use serde_json::{Value, json};

use crate::jobs;
use crate::support::job::Job;
use crate::support::release::{COMMIT, EXECUTION};
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::support::world::World;
use crate::verdict::{Verdict, holds, promises, says};

/// The snapshot that the build of the execution makes.
const NAME: &str = "shop-staging-c53dbd42-6f1a2b3c";
/// That of an earlier build of it.
const TRIED: &str = "shop-staging-c53dbd42-00000000";

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
        let name = format!("shop-staging-0000000{number}-00000000");
        let ago = i64::from(100 - number) * 86_400;
        world.with_snapshot(("instance", "shop-staging", &name), ago, &tags("staging", &number.to_string()))
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
        let name = format!("shop-{environment}-0000000{number}-00000000");
        let kind = database.kind();
        world.at(&there).with_snapshot(
            (kind, database.name(), &name),
            number,
            &tags(environment, &number.to_string()),
        )
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
    says(&outcome, &["shop-staging-c53dbd42-6f1a2b3c is available, after "])
}

pub fn a_second_try_makes_its_own_and_leaves_that_of_the_first(job: &Job) -> Verdict {
    for (days, age) in [(22, "available and 22 days old"), (0, "available and 0 hours old")] {
        // However many are kept, that of the first try is from before a migration that failed.
        let earlier = with_earlier(9).with_snapshot(
            ("instance", "shop-staging", TRIED),
            days * 86_400 + 9,
            &tags("staging", EXECUTION),
        );
        let outcome = job.run_with(earlier, &[("KEEP", "1")]);
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        let made =
            outcome.world["rds"]["snapshots"].as_array().into_iter().flatten().find(|it| it["name"] == NAME);
        holds(&outcome, "it makes one", made.is_some())?;
        holds(&outcome, "both are there, and no other", left(&outcome) == [TRIED, NAME])?;
        let told = format!(
            "an earlier try of this execution has made {TRIED}, which is {age}; it stays, and is not used"
        );
        says(&outcome, &[&told, "is available, after "])?;
    }
    Ok(())
}

pub fn a_second_try_waits_while_that_of_the_first_is_being_made(job: &Job) -> Verdict {
    let with_one_that_takes = |takes: i64| {
        let mut world =
            world().with_snapshot(("instance", "shop-staging", TRIED), 30, &tags("staging", EXECUTION));
        world.0["rds"]["snapshots"][0]["takes"] = json!(takes);
        world
    };
    let outcome = job.run(with_one_that_takes(80));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let created =
        outcome.calls.iter().find(|call| call.operation == "create-db-snapshot").map(|call| call.at);
    let waited = created.unwrap_or_default() - crate::support::world::EPOCH;
    holds(&outcome, &format!("it is asked for when the other one is there, {waited} seconds"), waited >= 50)?;
    let outcome = job.run(with_one_that_takes(999_999));
    fails(
        &outcome,
        "RDS is still making that of an earlier try after 3600 seconds, the timeout.",
        "no snapshot was made.",
    )?;
    holds(&outcome, "none is made", outcome.lines("aws rds create").is_empty())
}

pub fn those_of_one_execution_go_together_and_count_as_one(job: &Job) -> Verdict {
    let of = |name: &'static str| ("instance", "shop-staging", name);
    let day = 86_400;
    let world = world()
        .with_snapshot(of("shop-staging-aaaaaaaa-00000001"), 9 * day, &tags("staging", "a"))
        .with_snapshot(of("shop-staging-bbbbbbbb-00000001"), 8 * day, &tags("staging", "b"))
        .with_snapshot(of("shop-staging-bbbbbbbb-00000002"), 7 * day, &tags("staging", "b"))
        .with_snapshot(of("shop-staging-cccccccc-00000001"), 6 * day, &tags("staging", "c"));
    let two = job.run_with(world.clone(), &[("KEEP", "2")]);
    holds(&two, "it succeeds", two.succeeded)?;
    holds(&two, "c and its own stay", left(&two) == ["shop-staging-cccccccc-00000001", NAME])?;
    let three = job.run_with(world, &[("KEEP", "3")]);
    holds(&three, "both of b stay too", left(&three).len() == 4)?;
    holds(&three, "and a goes", !left(&three).contains(&"shop-staging-aaaaaaaa-00000001"))
}

pub fn a_snapshot_of_its_name_is_not_taken_for_its_own(job: &Job) -> Verdict {
    for tags in [tags("staging", EXECUTION), tags("staging", "other"), json!({})] {
        let there = world().with_snapshot(("instance", "shop-staging", NAME), 9, &tags);
        let refused = format!("there is a snapshot {NAME} already, which this build did not make.");
        fails(&job.run(there), &refused, "no snapshot was made.")?;
    }
    // Of another database, it is not even listed.
    let elsewhere = world().with_snapshot(("instance", "other", NAME), 9, &tags("staging", EXECUTION));
    fails(&job.run(elsewhere), "RDS did not make it:", "no snapshot was made.")
}

pub fn the_oldest_go_and_the_newest_stay(job: &Job) -> Verdict {
    let outcome = job.run(with_earlier(9));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let mut stay: Vec<String> =
        (4..=9).map(|number| format!("shop-staging-0000000{number}-00000000")).collect();
    stay.push(NAME.to_owned());
    holds(&outcome, &format!("seven are left: {:?}", left(&outcome)), left(&outcome) == stay)?;
    let deleted: Vec<String> = outcome.lines("aws rds delete-db-snapshot");
    holds(&outcome, "the oldest goes first", deleted[0].contains("shop-staging-00000001-00000000"))?;
    // None goes before the new one can be restored from.
    let created = outcome.calls.iter().position(|call| call.operation == "create-db-snapshot");
    let first = outcome.calls.iter().position(|call| call.operation == "delete-db-snapshot");
    holds(&outcome, "the new one is there first", created < first)?;
    says(&outcome, &["deleted shop-staging-00000001-00000000, since those of 7 executions are kept"])
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
        .with_snapshot(of("shop-staging-11111111-00000000"), 999_999_999, &tags("production", "x"))
        .with_snapshot(of("shop-staging-22222222-00000000"), 999_999_999, &without_execution)
        .with_snapshot(of("shop-staging-eu-33333333-00000000"), 999_999_999, &tags("staging", "x"))
        .with_snapshot(
            ("instance", "other", "shop-staging-44444444-00000000"),
            999_999_999,
            &tags("staging", "x"),
        );
    let outcome = job.run(world);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    for name in [
        "by-hand-of-somebody",
        "shop-staging-11111111-00000000",
        "shop-staging-22222222-00000000",
        "shop-staging-eu-33333333-00000000",
        "shop-staging-44444444-00000000",
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
            "whether RDS makes the snapshot shop-staging-c53dbd42-6f1a2b3c is not known.",
        )?;
    }
    let outcome =
        job.run(with_earlier(9).failing_between("rds describe-db-snapshots", 254, no, 10, i64::MAX));
    says(&outcome, &["RDS does not answer; still waiting: An error occurred (AccessDenied)"])?;
    fails(
        &outcome,
        "it is creating, and not available, after 3600 seconds, its timeout.",
        "RDS may still be making the snapshot shop-staging-c53dbd42-6f1a2b3c.",
    )?;
    holds(&outcome, "none is deleted", outcome.lines("aws rds delete").is_empty())?;
    Ok(())
}

pub fn an_old_snapshot_that_cannot_go_holds_no_release_up(job: &Job) -> Verdict {
    let copied = "An error occurred (InvalidDBSnapshotState) when calling it: it is currently being copied";
    let outcome = job.run(with_earlier(9).failing(
        "rds delete-db-snapshot --region eu-west-1 --db-snapshot-identifier shop-staging-00000002",
        254,
        copied,
    ));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    says(
        &outcome,
        &[&format!(
            "WARNING: the old snapshot shop-staging-00000002-00000000 stays, and the next release tries to delete it again: {copied}"
        )],
    )?;
    for number in [1, 3] {
        let name = format!("shop-staging-0000000{number}-00000000");
        holds(&outcome, &format!("{name} goes all the same"), !left(&outcome).contains(&name.as_str()))?;
    }
    Ok(())
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
        "RDS says that making it has failed. It stays until you delete it: aws rds delete-db-snapshot --region eu-west-1 --db-snapshot-identifier shop-staging-c53dbd42-6f1a2b3c",
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
        ("CODEBUILD_BUILD_ID", "$(touch evil)"),
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
    a_second_try_makes_its_own_and_leaves_that_of_the_first,
    a_second_try_waits_while_that_of_the_first_is_being_made,
    those_of_one_execution_go_together_and_count_as_one,
    a_snapshot_of_its_name_is_not_taken_for_its_own,
    the_oldest_go_and_the_newest_stay,
    as_many_as_are_kept_stay,
    what_is_not_ours_is_never_deleted,
    every_call_that_fails_stops_the_stage,
    an_old_snapshot_that_cannot_go_holds_no_release_up,
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
    assert!(left(&outcome).contains(&"shop-production-c53dbd42-6f1a2b3c"));
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
