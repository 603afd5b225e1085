//! What is written down of a deploy, by the action behind it.

use branchline::pipeline::names;
use serde_json::{Value, json};

use crate::history::{Repository, real_git};
use crate::support::job::Job;
use crate::support::release;
use crate::support::runner::Outcome;
use crate::support::world::World;
use crate::verdict::{Verdict, holds, promises, says};
use crate::{jobs, keeping};

/// The date of a commit that is older than the one that is released.
pub const OLDER: &str = "2026-10-01T00:00:00Z";
/// And of a newer one.
pub const NEWER: &str = "2026-12-01T00:00:00Z";
/// Another commit.
pub const OTHER: &str = "0123456789abcdef0123456789abcdef01234567";
/// What AWS says when it has trouble of its own.
pub const TROUBLE: &str = "An error occurred (InternalError) when calling it: try again";

/// A variable of a job.
pub fn told<'j>(job: &'j Job, name: &str) -> &'j str {
    let last = job.env.iter().rev().find(|(known, _)| known == name);
    &last.unwrap_or_else(|| panic!("nothing sets {name}")).1
}

/// The place of an object among the fakes.
fn path(job: &Job, key: &str) -> String {
    format!("{}/{key}", told(job, "LOCK_BUCKET"))
}

fn deployed(job: &Job) -> String {
    path(job, &names::record(told(job, "RECORD")))
}

fn migrated(job: &Job) -> String {
    path(job, &names::migrated_object(told(job, "RECORD")))
}

fn with(mut world: World, path: String, body: &Value) -> World {
    world.0["locks"][path] = json!({ "body": body.to_string(), "etag": "\"e\"" });
    world
}

/// A world in which another release has deployed a commit of this date.
pub fn behind(job: &Job, date: &str, world: World) -> World {
    behind_commit(job, OTHER, date, world)
}

/// The same, of this commit.
pub fn behind_commit(job: &Job, commit: &str, date: &str, world: World) -> World {
    let body = json!({"pipeline": "shop-hotfix", "execution": "e-1", "commit": commit, "branch": "hotfix/7",
        "author_date": date, "time": "2026-11-01T00:00:00Z", "rollback": false, "images": {}});
    with(world, deployed(job), &body)
}

/// A world in which the execution itself has deployed.
pub fn behind_own(job: &Job, world: World) -> World {
    let body = json!({"pipeline": told(job, "PIPELINE"), "execution": told(job, "EXECUTION_ID"),
        "commit": release::COMMIT, "branch": "", "author_date": release::AUTHORED,
        "time": "2026-11-01T00:00:00Z", "rollback": false, "images": {}});
    with(world, deployed(job), &body)
}

/// A world in which a commit of this date has migrated.
pub fn behind_migration(job: &Job, date: &str, world: World) -> World {
    let body = json!({"pipeline": "shop-hotfix", "execution": "e-1", "commit": OTHER, "author_date": date,
        "time": "2026-11-01T00:00:00Z"});
    with(world, migrated(job), &body)
}

/// A world in which the execution is a rollback that somebody asked for, to a commit older than the one that is there and has migrated.
pub fn rolling_back(job: &Job, world: World) -> World {
    let mut world = behind_migration(job, NEWER, behind(job, NEWER, world));
    world.0["executions"][told(job, "EXECUTION_ID")] = json!({"status": "InProgress", "type": "ROLLBACK",
        "trigger": "ManualRollback"});
    world
}

/// A world in which the execution is a rollback for which this is the trigger, if one is said.
pub fn rolled_back_by(job: &Job, trigger: Option<&str>, mut world: World) -> World {
    let mut execution = json!({"status": "InProgress", "type": "ROLLBACK", "target": "e-target"});
    if let Some(trigger) = trigger {
        execution["trigger"] = json!(trigger);
    }
    world.0["executions"][told(job, "EXECUTION_ID")] = execution;
    world
}

/// A world in which this pipeline has deployed a commit in an execution that has a status since, and another commit before.
pub fn behind_own_release(job: &Job, status: &str, before: &str, world: World) -> World {
    let body = json!({"pipeline": told(job, "PIPELINE"), "execution": "e-failed", "commit": OTHER, "branch": "",
        "author_date": NEWER, "time": "2026-11-01T00:00:00Z", "rollback": false, "images": {},
        "before": {"pipeline": told(job, "PIPELINE"), "execution": "e-0", "commit": before}});
    let mut world = with(world, deployed(job), &body);
    world.0["executions"]["e-failed"] = json!({ "status": status });
    world
}

/// A world in which the execution has the lock.
pub fn ours(job: &Job, world: World) -> World {
    let body = json!({"pipeline": told(job, "PIPELINE"), "execution": told(job, "EXECUTION_ID"),
        "since": "2026-11-02T11:00:00Z", "nonce": "n"});
    let lock = path(job, &names::lock_object(told(job, "LOCK_ENVIRONMENT")));
    with(world, lock, &body)
}

/// What an object says in the end; nothing where it is not there.
fn said(outcome: &Outcome, path: &str) -> Value {
    let body = outcome.world["locks"][path]["body"].as_str().unwrap_or("null");
    serde_json::from_str(body).expect("JSON")
}

/// What is deployed, as it is written down in the end.
pub fn record_of(outcome: &Outcome, job: &Job) -> Value {
    said(outcome, &deployed(job))
}

/// Which migration is noted in the end.
pub fn migration_of(outcome: &Outcome, job: &Job) -> Value {
    said(outcome, &migrated(job))
}

/// The action behind the deploy of two services, with what the build has made.
pub fn job() -> Job {
    let stacks = jobs::two_services();
    let mut job = jobs::job(stacks, "Deploy-dev/Record");
    job.files = keeping::definitions(stacks, "shop-release").into_iter().collect();
    job
}

fn world(job: &Job) -> World {
    ours(job, release::world(jobs::two_services()))
}

pub fn what_is_deployed_is_written_down_beside_the_lock(job: &Job) -> Verdict {
    let outcome = job.run(world(job));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let mut record = record_of(&outcome, job);
    let image = |service: &str| {
        let list: Value = serde_json::from_str(&job.files[&names::image_definitions(service)]).expect("JSON");
        list[0]["imageUri"].clone()
    };
    let services: Vec<&str> = told(job, "SERVICES").split(' ').collect();
    holds(&outcome, "there are two services", services.len() == 2)?;
    let images: serde_json::Map<String, Value> =
        services.iter().map(|service| ((*service).to_owned(), image(service))).collect();
    let time = record["time"].take();
    let expected = json!({"pipeline": "shop-release", "execution": release::EXECUTION, "commit": release::COMMIT,
        "branch": told(job, "BRANCH"), "author_date": release::AUTHORED, "time": null, "rollback": false,
        "images": images, "before": null});
    holds(&outcome, &format!("the record is {expected}"), record == expected)?;
    holds(
        &outcome,
        "its time is in UTC",
        time.as_str().is_some_and(|it| it.starts_with("2030-03-17T") && it.ends_with('Z')),
    )
}

pub fn who_listens_is_told_what_followed_what(job: &Job) -> Verdict {
    let outcome = job.run(behind(job, OLDER, world(job)));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let [event] = outcome.world["events"].as_array().map_or(&[][..], Vec::as_slice) else {
        return holds(&outcome, "there is one event", false);
    };
    let expected = json!({"Source": "branchline.shop", "DetailType": "Deployed", "Detail": {
        "app": "shop", "environment": "dev", "pipeline": "shop-release", "execution": release::EXECUTION,
        "branch": told(job, "BRANCH"), "commit": release::COMMIT, "previous": OTHER, "rollback": "no",
        "summary": event["Detail"]["summary"], "link": event["Detail"]["link"]}});
    holds(&outcome, &format!("it is {expected}"), *event == expected)
}

pub fn the_event_says_which_commits_came_and_where_they_are_read(job: &Job) -> Verdict {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    let new = repository.commit("Bob", "Orders have a state", "b");
    let world = behind_commit(job, &old, OLDER, world(job)).with_programs(&["git"], &real_git());
    let outcome = job.run_with(world, &[("HISTORY_URL", &repository.url()), ("COMMIT_ID", &new)]);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let detail = &outcome.world["events"][0]["Detail"];
    let summary = detail["summary"].as_str().unwrap_or_default();
    assert!(!summary.contains('\n'), "it stands in texts of one line: {summary}");
    holds(
        &outcome,
        "it names author and subject",
        summary.contains("Bob") && summary.contains("Orders have a state"),
    )?;
    let link = format!("https://github.com/acme/shop/compare/{old}...{new}");
    holds(&outcome, &format!("it leads to {link}"), detail["link"] == link)
}

pub fn a_rollback_is_written_down_as_one(job: &Job) -> Verdict {
    let outcome = job.run(rolling_back(job, world(job)));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let record = record_of(&outcome, job);
    holds(&outcome, "it is a rollback", record["rollback"] == true && record["commit"] == release::COMMIT)?;
    holds(&outcome, "so it is told", outcome.world["events"][0]["Detail"]["rollback"] == "yes")
}

pub fn who_has_lost_the_lock_writes_nothing_and_does_not_fail(job: &Job) -> Verdict {
    let mut other = job.clone();
    other.env.push(("EXECUTION_ID".to_owned(), "another".to_owned()));
    for world in [ours(&other, release::world(jobs::two_services())), release::world(jobs::two_services())] {
        let outcome = job.run(behind(job, NEWER, world));
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        says(&outcome, &["is no longer this execution's", "nothing is written down"])?;
        holds(&outcome, "the record stays", record_of(&outcome, job)["commit"] == OTHER)?;
        holds(&outcome, "nobody is told", outcome.world["events"].is_null())?;
    }
    Ok(())
}

pub fn what_was_deployed_before_is_written_down(job: &Job) -> Verdict {
    let before = |world| {
        let outcome = job.run(world);
        record_of(&outcome, job)["before"].clone()
    };
    let hotfix = json!({"pipeline": "shop-hotfix", "execution": "e-1", "commit": OTHER});
    let outcome = job.run(behind(job, OLDER, world(job)));
    let record = record_of(&outcome, job);
    holds(&outcome, "it names the hotfix", record["before"] == hotfix)?;
    // A stage that is run again finds its own record, and keeps what was before.
    let again = before(ours(job, World(outcome.world.clone())));
    holds(&outcome, "it stays the hotfix", again == hotfix)?;
    // What is no record keeps nobody from writing one.
    let mut broken = behind(job, OLDER, world(job));
    broken.0["locks"][deployed(job)]["body"] = json!("no JSON");
    let outcome = job.run(broken);
    let record = record_of(&outcome, job);
    holds(&outcome, "it is written", record["commit"] == release::COMMIT && record["before"].is_null())
}

pub fn no_call_that_fails_takes_back_a_deploy_that_went_well(job: &Job) -> Verdict {
    let calls = [
        "sts assume-role",
        "get-pipeline-execution",
        "--key locks/",
        "get-object --bucket",
        "s3api put-object",
    ];
    for call in calls {
        let outcome = job.run(behind(job, OLDER, world(job)).failing(call, 254, TROUBLE));
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        says(&outcome, &["WARNING: it is NOT written down", TROUBLE, "the deploy itself went well"])?;
        holds(&outcome, "the record stays", record_of(&outcome, job)["commit"] == OTHER)?;
        holds(&outcome, "nobody is told", outcome.world["events"].is_null())?;
    }
    let mut other = job.clone();
    for text in ["[]", "no JSON"] {
        other.files.values_mut().for_each(|file| text.clone_into(file));
        let outcome = other.run(world(job));
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        says(&outcome, &["WARNING: it is NOT written down", "could not read which images were deployed"])?;
    }
    Ok(())
}

pub fn trouble_that_passes_is_waited_out(job: &Job) -> Verdict {
    for call in ["sts assume-role", "get-pipeline-execution", "--key locks/", "/deployed", "s3api put-object"]
    {
        let outcome = job.run(world(job).failing_between(call, 254, TROUBLE, 0, 9));
        holds(&outcome, "it succeeds", outcome.succeeded && !outcome.output.contains("WARNING"))?;
        holds(&outcome, "it is written", record_of(&outcome, job)["commit"] == release::COMMIT)?;
    }
    Ok(())
}

pub fn an_event_that_is_not_taken_is_a_line_in_the_log(job: &Job) -> Verdict {
    let refused = |mut world: World| {
        world.0["events_refused"] = json!(1);
        world
    };
    for world in [world(job).failing("events put-events", 254, TROUBLE), refused(world(job))] {
        let outcome = job.run(world);
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        holds(&outcome, "it is written", record_of(&outcome, job)["commit"] == release::COMMIT)?;
        says(&outcome, &["The event bus was not told of it"])?;
        holds(&outcome, "it is no warning", !outcome.output.contains("WARNING"))?;
    }
    Ok(())
}

promises!(crate::recording::job() =>
    what_is_deployed_is_written_down_beside_the_lock,
    who_listens_is_told_what_followed_what,
    the_event_says_which_commits_came_and_where_they_are_read,
    a_rollback_is_written_down_as_one,
    what_was_deployed_before_is_written_down,
    who_has_lost_the_lock_writes_nothing_and_does_not_fail,
    no_call_that_fails_takes_back_a_deploy_that_went_well,
    trouble_that_passes_is_waited_out,
    an_event_that_is_not_taken_is_a_line_in_the_log,
);

#[test]
fn a_record_that_breaks_is_caught() {
    use crate::mutations::caught;
    let job = job();
    let stays = no_call_that_fails_takes_back_a_deploy_that_went_well;
    caught(&job, "  ( record || {", "  true; ( record && {", stays);
    caught(
        &job,
        "[ \"$holder\" != \"$PIPELINE $EXECUTION_ID\" ]",
        "false",
        who_has_lost_the_lock_writes_nothing_and_does_not_fail,
    );
    caught(&job, "($rollback == \"ROLLBACK\")", "false", a_rollback_is_written_down_as_one);
    let before = what_was_deployed_before_is_written_down;
    caught(&job, "then $there.before", "then null", before);
    caught(
        &job,
        "/with_before.json\" \"$work/body.json\"",
        "/with_before.json\" \"$work/gone.json\"",
        before,
    );
    caught(&job, "for try in 1 2 3 4 5", "for try in 5", trouble_that_passes_is_waited_out);
    caught(&job, ".FailedEntryCount == 0", "true", an_event_that_is_not_taken_is_a_line_in_the_log);
    caught(&job, "previous=$(text commit", "previous=$(text branch", who_listens_is_told_what_followed_what);
    let summary = the_event_says_which_commits_came_and_where_they_are_read;
    caught(&job, "summary=$(history_summary", "true $(history_summary", summary);
    caught(&job, "if [ -n \"$etag\" ]", "if false", who_listens_is_told_what_followed_what);
}
