//! `branchline status`.

use std::process::Command;

use serde_json::{Value, json};

use super::{ACCOUNT, REGION, Stage, golden, python, text};

const COMMIT: &str = "9fce4c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7";

fn script(actions: &Value) -> Value {
    json!({ "scripts": { "actions": actions } })
}

/// The bucket of locks, with nothing in it.
fn bucket() -> Value {
    let bucket = json!({ "account": ACCOUNT, "region": REGION, "objects": {} });
    json!({ "buckets": { format!("shop-locks-{ACCOUNT}-{REGION}"): bucket } })
}

#[test]
fn what_went_through_and_the_first_run_of_a_pattern_are_no_failures() {
    let world = Stage::new(&json!({}));
    world.later(600);
    let output = world.run(&["status"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    golden("quiet.txt", &world.shown(&["status"]));
    world.stub.assert_unflagged();
    assert_eq!(world.stub.writes().iter().filter(|call| !call.contains("CreatePipeline")).count(), 0);
}

#[test]
fn a_failure_is_told_with_its_reason_and_its_log_and_ends_with_six() {
    let failing =
        json!([{ "stage": "Build", "action": "Build", "summary": "exit\u{1b}[31m status 1", "times": 1 }]);
    let world = Stage::new(&script(&failing));
    world.later(600);
    let output = world.run(&["status"]);
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(shown.contains("failed in Build, Build: exit [31m status 1"), "{shown}");
    assert!(shown.contains("https://console.aws.amazon.com/codebuild"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    let output = world.run(&["status", "--json"]);
    assert_eq!(output.status.code(), Some(6));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["pipelines"][0]["state"], "failed");
    assert_eq!(answer["pipelines"][0]["failures"][0]["action"], "Build");
    assert_eq!(answer["pipelines"][1]["state"], "new");
    world.stub.assert_unflagged();
}

/// Calls one operation of CodePipeline, as somebody else would.
pub(super) fn somebody(world: &Stage, call: &str) {
    let Stage { account, region, .. } = world;
    let code = format!(
        "import sys,boto3; c=boto3.client('codepipeline',endpoint_url=sys.argv[1],region_name='{region}',\
         aws_access_key_id='AKIA{account}TEST',aws_secret_access_key='none'); {call}"
    );
    let mut python = Command::new(python::program("python"));
    assert!(python.args(["-c", &code, world.stub.url()]).status().unwrap().success(), "{call}");
}

fn start() -> String {
    format!(
        "c.start_pipeline_execution(name='shop-release',sourceRevisions=[dict(actionName='Source',\
         revisionType='COMMIT_ID',revisionValue='{COMMIT}')])"
    )
}

#[test]
fn what_waits_for_a_person_and_behind_it_is_told_with_what_is_deployed() {
    let body = json!({
        "pipeline": "shop-hotfix", "execution": "c53d0000", "commit": "77e0000000000000000000000000000000000000",
        "time": "2020-01-01T00:00:00Z", "branch": "hotfix/1",
    });
    let mut state = bucket();
    state["commits"] = json!({ COMMIT: "Ship the \u{202e}basket\n\nat length" });
    let world = Stage::new(&state);
    let put = format!(
        "boto3.client('s3',endpoint_url=sys.argv[1],region_name='{REGION}',\
         aws_access_key_id='AKIA{ACCOUNT}TEST',aws_secret_access_key='none').put_object(\
         Bucket='shop-locks-{ACCOUNT}-{REGION}',Key='records/production/deployed',Body='{body}')"
    );
    somebody(&world, &put);
    world.later(60);
    somebody(&world, &start());
    world.later(3_600);
    somebody(&world, &start());
    world.later(60);
    somebody(
        &world,
        "c.disable_stage_transition(pipelineName='shop-release',stageName='Deploy-staging',transitionType='Inbound',\
         reason='frozen for the audit')",
    );
    let output = world.run(&["status"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = world.shown(&["status"]);
    // How old the record is, is the machine's own time.
    let aged = shown.lines().map(|line| match line.split_once("by shop-hotfix") {
        Some((before, _)) => format!("{before}by shop-hotfix, AGE\n"),
        None => format!("{line}\n"),
    });
    golden("waits.txt", &aged.collect::<String>());
    let answer: Value = serde_json::from_slice(&world.run(&["status", "--json"]).stdout).unwrap();
    let release = &answer["pipelines"][1];
    assert_eq!(release["state"], "waiting");
    assert_eq!(release["waits"][0]["for"], "approval");
    assert_eq!(release["environments"][1]["known_by"], "record");
    assert_eq!(release["closed"][0]["reason"], "frozen for the audit");
    world.stub.assert_unflagged();
}

#[test]
fn two_calls_are_made_for_a_pipeline_and_two_at_most_for_each_of_its_environments() {
    let world = Stage::new(&json!({}));
    world.later(600);
    let before = world.stub.calls().len();
    world.run(&["status"]);
    let calls = world.stub.calls().split_off(before);
    assert!(calls.len() <= 1 + 2 * 2 + 2 * 3, "{}", calls.len());
    assert!(calls.iter().all(|call| call["is_write"] == false));
}

#[test]
fn a_pipeline_that_is_not_there_is_said_to_be_missing() {
    let world = Stage::new(&json!({}));
    somebody(&world, "c.delete_pipeline(name='shop-develop')");
    world.later(600);
    let output = world.run(&["status", "--json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["pipelines"][0]["state"], "absent");
}

#[test]
fn a_fault_that_passes_is_not_seen() {
    let world = Stage::new(&json!({}));
    world.later(600);
    for what in ["throttle", "500", "503", "cut"] {
        world.stub.faults(&json!([{ "what": what, "service": "codepipeline", "nth": 1 }]));
        let output = world.run(&["status"]);
        assert_eq!(output.status.code(), Some(0), "{what}: {}", text(&output.stderr));
    }
}

#[test]
fn a_fault_that_stays_ends_with_five_and_tells_no_secret() {
    let world = Stage::new(&json!({}));
    world.later(600);
    for (what, operation) in [
        ("denied", "GetPipelineState"),
        ("denied", "ListPipelineExecutions"),
        ("expired", "GetPipelineState"),
        ("expired", "GetCallerIdentity"),
        ("throttle", "GetPipelineState"),
        ("500", "ListPipelineExecutions"),
    ] {
        world.stub.faults(&json!([{ "what": what, "operation": operation }]));
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.arg("status").env("AWS_MAX_ATTEMPTS", "2");
        let output = world.at_its_folder(&mut command).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{what} {operation}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{what} {operation}");
        let said = text(&output.stderr);
        assert!(said.contains(operation), "{said}");
        assert!(!said.contains("not-a-secret-of-anybody"), "{said}");
    }
}

#[test]
fn a_record_that_may_not_be_read_leaves_what_executions_tell() {
    let world = Stage::new(&bucket());
    world.later(60);
    world.stub.faults(&json!([{ "what": "denied", "service": "s3" }]));
    let output = world.run(&["status"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn watching_without_a_terminal_is_wrong_usage() {
    let world = Stage::new(&json!({}));
    let output = world.run(&["status", "--watch"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("needs a terminal"));
}
