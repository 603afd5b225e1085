//! `branchline stop`.

use serde_json::json;

use super::counted::counted;
use super::deeds::{NEWER, OLDER, script};
use super::{Stage, golden};

const CALLS: &[&str] = &[
    "GetCallerIdentity",
    "ListTagsForResource",
    "GetPipelineState",
    "ListPipelineExecutions",
    "StopPipelineExecution",
];

/// A release whose migration of staging does not end.
fn migrating() -> Stage {
    let world = Stage::new(&script(
        &json!([{ "stage": "Migrate-staging", "action": "Migrate", "status": "InProgress", "times": 0 }]),
    ));
    world.later(60);
    world.release(OLDER, 3_600);
    world
}

fn status(world: &Stage) -> String {
    world.runs("shop-release").pop().unwrap()["status"].as_str().unwrap().to_owned()
}

#[test]
fn a_stop_waits_for_what_is_under_way_and_an_abandoned_one_tells_what_goes_on() {
    let world = migrating();
    let stop = &["stop", "shop-release", "--reason", "wrong day", "--yes"];
    let cases = world.fails_well(stop, CALLS);
    counted("`stop`", "a call denied; the one that acts failing in each way", cases);
    let said = world.survives(
        &["stop", "shop-release", "--reason", "wrong day", "--yes", "--json"],
        "StopPipelineExecution",
    );
    assert_eq!(said.json()["outcome"], "already", "the first try got through");
    assert!(said.err.contains("staging will be migrated then and not deployed to"), "{}", said.err);
    assert_eq!(status(&world), "Stopping");
    let before = world.stub.writes().len();
    let said = world.done(stop);
    assert!(said.out.contains("waits for the end of Migrate in Migrate-staging"), "{}", said.out);
    assert!(world.writes_since(before).is_empty(), "AWS takes no second request");
    golden(
        "stop.txt",
        &world.shown(&["stop", "shop-release", "--reason", "wrong day", "--abandon", "--yes"]),
    );
    assert_eq!(status(&world), "Stopped");
    let said = world.say(stop);
    assert_eq!(
        (said.code, said.err.contains("nothing is under way in shop-release")),
        (Some(1), true),
        "{}",
        said.err
    );
    world.stub.assert_unflagged();
}

#[test]
fn of_several_executions_one_is_to_be_named() {
    let world = migrating();
    world.release(NEWER, 600);
    let stop = |id: &[&str]| {
        let mut arguments = vec!["stop", "shop-release", "--reason", "wrong", "--yes"];
        arguments.extend_from_slice(id);
        world.say(&arguments)
    };
    let said = stop(&[]);
    assert_eq!(said.code, Some(64), "{}", said.err);
    let runs = world.runs("shop-release");
    let id = |at: usize| runs[at]["id"].as_str().unwrap();
    for words in ["in Migrate-staging  9fce4c9d", "before Migrate-staging  77e0aa11", id(1), id(2)] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert_eq!(stop(&["--execution", "ffff"]).code, Some(1));
    let said = stop(&["--execution", &id(2)[..8]]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let statuses: Vec<_> = world.runs("shop-release").iter().map(|run| run["status"].clone()).collect();
    assert_eq!(statuses[1..], [json!("InProgress"), json!("Stopped")]);
    let said = world.say(&["stop", "shop-release", "--reason", &"x".repeat(201), "--yes"]);
    assert_eq!((said.code, said.err.contains("CodePipeline takes 200")), (Some(64), true), "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn one_that_has_ended_meanwhile_is_told_so() {
    let world = Stage::new(&json!({}));
    world.later(60);
    world.release(OLDER, 60);
    let id = world.runs("shop-release").pop().unwrap()["id"].clone();
    let own = json!({ "pipelineName": "shop-release", "pipelineExecutionId": id, "abandon": true, "reason": "theirs" });
    let meanwhile = json!([{ "operation": "StopPipelineExecution", "params": own }]);
    world.stub.faults(
        &json!([{ "what": "meanwhile", "operation": "StopPipelineExecution", "nth": 1, "do": meanwhile }]),
    );
    let said = world.done(&["stop", "shop-release", "--reason", "ours", "--yes", "--json"]);
    assert_eq!(said.json()["outcome"], "already");
    world.stub.assert_unflagged();
}

#[test]
fn a_release_that_waits_behind_fifty_newer_ones_can_be_stopped() {
    let world = Stage::new(&json!({}));
    world.later(60);
    world.release(OLDER, 1_200);
    world.stub.state(&script(&json!([{ "stage": "Build", "action": "Build", "times": 0 }])));
    let start = json!({ "name": "shop-release", "sourceRevisions": [
        { "actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": NEWER },
    ] });
    let starts = vec![json!({ "operation": "StartPipelineExecution", "params": start, "advance": 600 }); 51];
    world.stub.faults(
        &json!([{ "what": "meanwhile", "operation": "ListTagsForResource", "nth": 1, "do": starts }]),
    );
    world.say(&["stop", "shop-release", "--reason", "old", "--execution", "none", "--yes"]);
    let runs = world.runs("shop-release");
    assert_eq!((runs.len(), &runs[1]["status"]), (53, &json!("InProgress")));
    let said = world.done(&["stop", "shop-release", "--reason", "old", "--yes", "--json"]);
    assert_eq!((&said.json()["execution"], &said.json()["commit"]), (&runs[1]["id"], &json!(OLDER)));
    world.stub.assert_unflagged();
}
