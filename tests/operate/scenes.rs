//! What `branchline status` says of what can happen to a release.

use serde_json::{Value, json};

use super::status::somebody;
use super::{Stage, golden, text};

/// One environment with all that holds a release back: a window, a lock, a rollback.
const MAP: &str = "version: 1\napp: shop\nbranches:\n  main: [live]\n  hotfix/*: [live]\n\
    environments:\n  live:\n    rollback: on_failure\n    window: { cron: \"* * 9-16 ? * MON-THU *\", timezone: Asia/Tokyo }\n\
    pipelines: { account: \"444444444444\", region: eu-west-1 }\nsource:\n  repository: acme/shop\n  \
    connection: arn:aws:codeconnections:eu-west-1:444444444444:connection/6b0f2c5e-1111-4222-8333-944444444444\n\
    services:\n  api:\n    deploy:\n      ecs: { cluster: shop, roles: [shop-task, shop-execution] }\n\
    migrate: { command: bin/migrate }\n";
const FIRST: &str = "9fce4c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7";
const SECOND: &str = "b7d50000e1f2a3b4c5d6e7f8091a2b3c4d5e6f70";

fn shop(map: &str, scripts: &Value) -> Stage {
    let commits = json!({ FIRST: "Ship the basket", SECOND: "Mend the basket" });
    let state = json!({ "scripts": scripts, "commits": commits });
    let world = Stage::written(map, ("444444444444", "eu-west-1", "shop"), &state);
    world.later(300);
    world
}

fn start(world: &Stage, commit: &str, seconds: u32) {
    let call = format!(
        "c.start_pipeline_execution(name='shop-main',sourceRevisions=[dict(actionName='Source',\
         revisionType='COMMIT_ID',revisionValue='{commit}')])"
    );
    somebody(world, &call);
    world.later(seconds);
}

/// The board of `main`, with the digits of executions, which differ each time, as letters.
fn board(world: &Stage, file: &str) -> Value {
    let answer: Value = serde_json::from_slice(&world.run(&["status", "main", "--json"]).stdout).unwrap();
    let mut shown = world.shown(&["status", "main"]);
    shown = shown
        .split_once("branchline.yml\nshop-main")
        .map_or(shown.clone(), |(_, board)| format!("shop-main{board}"));
    let dump = world.stub.dump();
    let pipelines = &dump["accounts"]["444444444444"]["regions"]["eu-west-1"]["pipelines"];
    for id in pipelines["shop-main"]["runs"].as_object().unwrap().keys() {
        shown = shown.replace(&id[..8], "EXECUTE1");
    }
    golden(file, &shown);
    world.stub.assert_unflagged();
    answer["pipelines"][0].clone()
}

#[test]
fn a_window_that_holds_a_release_is_named() {
    let world = shop(MAP, &json!({ "windows": [{ "open": false }] }));
    start(&world, FIRST, 600);
    let line = board(&world, "scene-window.txt");
    assert_eq!(line["state"], "waiting");
    assert_eq!(line["waits"][0]["for"], "condition");
    assert_eq!(line["waits"][0]["detail"], "Window");
    assert_eq!(world.run(&["status", "main"]).status.code(), Some(0));
}

#[test]
fn who_has_the_lock_is_named() {
    let lock = json!({ "stage": "Migrate-live", "action": "Lock", "status": "InProgress", "times": 0 });
    let world = shop(MAP, &json!({ "actions": [lock] }));
    let bucket = "shop-locks-444444444444-eu-west-1";
    let place = json!({ "account": "444444444444", "region": "eu-west-1", "objects": {} });
    world.stub.state(&json!({ "buckets": { bucket: place } }));
    let body = json!({ "pipeline": "shop-hotfix", "execution": "c53d0000-1111-4222-8333-944444444444" });
    somebody(
        &world,
        &format!(
            "boto3.client('s3',endpoint_url=sys.argv[1],region_name='eu-west-1',aws_access_key_id='AKIA444444444444TEST',\
             aws_secret_access_key='none').put_object(Bucket='{bucket}',Key='locks/live',Body='{body}')"
        ),
    );
    start(&world, FIRST, 600);
    let line = board(&world, "scene-lock.txt");
    assert_eq!(line["waits"][0]["for"], "lock");
    assert_eq!(line["waits"][0]["detail"], "shop-hotfix, execution c53d0000");
}

#[test]
fn a_release_that_was_rolled_back_has_failed_though_its_stage_went_well() {
    // What the pipeline's making has started went through; the release after it fails, its rollback does not.
    let world = shop(MAP, &json!({}));
    let fails = json!({ "pipeline": "shop-main", "stage": "Deploy-live", "summary": "tasks do not stay", "times": 1 });
    world.stub.state(&json!({ "scripts": { "actions": [fails] } }));
    start(&world, SECOND, 900);
    let line = board(&world, "scene-rolled-back.txt");
    assert_eq!(line["state"], "failed");
    assert!(line["failures"][0]["rolled_back_by"].is_string(), "{line}");
    assert_eq!(world.run(&["status", "main"]).status.code(), Some(6));
}

#[test]
fn what_somebody_stopped_and_what_an_update_ended_are_no_failures() {
    let world = shop(MAP, &json!({}));
    start(&world, FIRST, 8);
    let newest = "c.list_pipeline_executions(pipelineName='shop-main')['pipelineExecutionSummaries'][0]['pipelineExecutionId']";
    somebody(
        &world,
        &format!(
            "c.stop_pipeline_execution(pipelineName='shop-main',pipelineExecutionId={newest},abandon=True)"
        ),
    );
    world.later(600);
    let line = board(&world, "scene-stopped.txt");
    assert_eq!(line["state"], "stopped");
    assert_eq!(world.run(&["status", "main"]).status.code(), Some(0));
    start(&world, SECOND, 8);
    somebody(&world, "c.update_pipeline(pipeline=c.get_pipeline(name='shop-main')['pipeline'])");
    world.later(600);
    let line = board(&world, "scene-cancelled.txt");
    assert_eq!(line["state"], "stopped");
    assert!(text(&world.run(&["status", "main"]).stdout).contains("b7d50000"));
}

#[test]
fn of_releases_that_supersede_each_other_the_newest_waits() {
    let map = MAP.replace("main: [live]", "main: { environments: [live], mode: superseded }");
    let world = shop(&map, &json!({ "windows": [{ "open": false }] }));
    start(&world, FIRST, 600);
    start(&world, SECOND, 600);
    start(&world, FIRST, 600);
    let line = board(&world, "scene-superseded.txt");
    assert_eq!(line["queued"].as_array().unwrap().len(), 1, "{line}");
    assert_eq!(line["state"], "waiting");
}

#[test]
fn a_family_of_many_branches_is_shown_with_two_calls_for_each() {
    let world = Stage::of(("per-branch", "444455556666", "eu-north-1", "board"), &json!({}));
    world.later(600);
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/per-branch/branches.txt");
    golden("scene-family.txt", &world.shown(&["status", "--branches", list]));
    let output = world.run(&["status", "feature/dark-mode", "--branches", list]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("board-9d921fe420-feature-dark-mode"));
}
