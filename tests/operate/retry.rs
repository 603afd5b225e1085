//! `branchline retry`.

use serde_json::json;

use super::counted::counted;
use super::deeds::{NEWER, OLDER, script};
use super::{Stage, golden};

const CALLS: &[&str] = &[
    "GetCallerIdentity",
    "ListTagsForResource",
    "GetPipelineState",
    "ListPipelineExecutions",
    "GetPipelineExecution",
    "GetPipeline",
    "RetryStageExecution",
];

const RETRY: &[&str] = &["retry", "shop-release", "--yes"];

/// A release whose deploy to staging fails once.
fn failed() -> Stage {
    let failing = json!([{ "stage": "Deploy-staging", "action": "api", "summary": "tasks \u{1b}[2Jfailed to start", "times": 1 }]);
    let world = Stage::new(&script(&failing));
    world.later(60);
    world.release(OLDER, 1_200);
    world
}

#[test]
fn a_failed_stage_runs_again_from_its_lock_on() {
    let world = failed();
    let cases = world.fails_well(RETRY, CALLS);
    counted("`retry`", "a call denied; the one that acts failing in each way", cases);
    golden("retry.txt", &world.shown(RETRY));
    let calls = world.stub.calls();
    let call = calls.iter().rfind(|call| call["operation"] == "RetryStageExecution").unwrap();
    assert_eq!(call["params"]["retryMode"], "ALL_ACTIONS", "the failed ones alone would pass by the lock");
    let run = world.runs("shop-release").pop().unwrap();
    assert_eq!(
        run["stages"]["Deploy-staging"]["actions"].as_object().unwrap().len(),
        1,
        "the lock comes first"
    );
    world.later(900);
    let run = world.runs("shop-release").pop().unwrap();
    assert_eq!(run["stages"]["Deploy-staging"]["status"], "Succeeded");
    let said = world.say(RETRY);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("nothing in shop-release has failed that could run again"), "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn a_retry_whose_answer_is_lost_runs_the_stage_once_more_and_not_twice() {
    let world = failed();
    let said = world.survives(
        &["retry", "shop-release", "--environment", "staging", "--yes", "--json"],
        "RetryStageExecution",
    );
    assert_eq!(said.json()["outcome"], "already");
    assert_eq!(said.json()["stage"], "Deploy-staging");
    let run = world.runs("shop-release").pop().unwrap();
    assert_eq!(run["stages"]["Deploy-staging"]["retries"], 1);
    world.stub.assert_unflagged();
}

#[test]
fn why_a_stage_cannot_run_again_is_told_with_what_to_do_instead() {
    let world = failed();
    // The pipeline gets a new version, as by an apply.
    let declaration = {
        let dump = world.stub.dump();
        let region = &dump["accounts"][super::ACCOUNT]["regions"][super::REGION];
        region["pipelines"]["shop-release"]["declaration"].clone()
    };
    let changed = json!({ "operation": "UpdatePipeline", "params": { "pipeline": declaration } });
    world
        .stub
        .faults(&json!([{ "what": "meanwhile", "operation": "GetPipeline", "nth": 1, "do": [changed] }]));
    let said = world.say(RETRY);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("it failed under version 1 and is version 2 now"), "{}", said.out);
    assert!(said.err.contains("CodePipeline does not retry Deploy-staging"), "{}", said.err);
    assert!(said.err.contains(&format!("branchline start shop-release --commit {OLDER}")), "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn a_newer_execution_in_the_stage_takes_the_place_of_the_failed_one() {
    let world = failed();
    let start = json!({ "name": "shop-release", "sourceRevisions":
        [{ "actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": NEWER }] });
    let newer = json!([{ "operation": "StartPipelineExecution", "params": start, "advance": 1_200 }]);
    world
        .stub
        .faults(&json!([{ "what": "meanwhile", "operation": "RetryStageExecution", "nth": 1, "do": newer }]));
    let said = world.say(&["retry", "shop-release", "--stage", "Deploy-staging", "--yes", "--json"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert_eq!(said.json()["outcome"], "refused");
    assert!(said.err.contains("a newer execution has been in Deploy-staging since"), "{}", said.err);
    let said = world.say(&["retry", "shop-release", "--stage", "Build", "--yes"]);
    assert!(said.code == Some(1) && said.err.contains("nothing of Build"), "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn the_first_run_of_a_pattern_is_not_tried_again_and_of_several_stages_one_is_named() {
    let failing = json!([
        { "stage": "Deploy-staging", "action": "api", "times": 1 },
        { "stage": "Build", "action": "Build", "pipeline": "shop-release", "times": 0, "used": 0, "status": "Succeeded" },
    ]);
    let world = Stage::new(&script(&failing));
    world.later(60);
    let said = world.say(RETRY);
    assert_eq!(
        (said.code, said.err.contains("nothing in shop-release has failed")),
        (Some(1), true),
        "{}",
        said.err
    );
    world.release(OLDER, 1_200);
    world.stub.state(&script(&json!([{ "stage": "Build", "action": "Build", "times": 1 }])));
    world.release(NEWER, 1_200);
    let said = world.say(RETRY);
    assert_eq!(said.code, Some(64), "{}{}", said.out, said.err);
    assert!(
        said.err.contains("several stages of shop-release have failed: Build, Deploy-staging"),
        "{}",
        said.err
    );
    let said = world.done(&["retry", "shop-release", "--stage", "Build", "--yes"]);
    assert!(said.out.contains("Build runs again"), "{}", said.out);
}
