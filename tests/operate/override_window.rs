//! `branchline override`.

use std::process::Output;

use serde_json::{Value, json};

use super::status::somebody;
use super::{Stage, golden, text};

const MAP: &str = "version: 1\napp: shop\nbranches:\n  develop: [dev]\n  release/*: [production]\n  hotfix/*: [production]\n\
    environments:\n  dev: {}\n  production:\n    approval: {}\n    window: { cron: \"* * 9-16 ? * MON-THU *\", timezone: Asia/Tokyo }\n\
    pipelines: { account: \"444444444444\", region: eu-west-1 }\nsource:\n  repository: acme/shop\n  \
    connection: arn:aws:codeconnections:eu-west-1:444444444444:connection/6b0f2c5e-1111-4222-8333-944444444444\n\
    services:\n  api:\n    deploy:\n      ecs: { cluster: \"shop-{environment}\", roles: [shop-task, shop-execution] }\n";
const COMMIT: &str = "9fce4c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7";
const LIFT: [&str; 5] = ["override", "production", "--reason", "the tills are down", "--yes"];

fn shop(windows: &Value) -> Stage {
    let commits = json!({ COMMIT: "Mend the tills" });
    let state = json!({ "scripts": { "windows": windows }, "commits": commits });
    let world = Stage::written(MAP, ("444444444444", "eu-west-1", "shop"), &state);
    world.later(600);
    world
}

fn start(world: &Stage, pipeline: &str) {
    let call = format!(
        "c.start_pipeline_execution(name='{pipeline}',sourceRevisions=[dict(actionName='Source',\
         revisionType='COMMIT_ID',revisionValue='{COMMIT}')])"
    );
    somebody(world, &call);
    world.later(120);
}

fn ended(output: &Output, code: i32) -> String {
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("not-a-secret-of-anybody"), "{said}");
    said
}

fn lifted(world: &Stage) -> Vec<Value> {
    let calls = world.stub.calls();
    let lifted = calls.iter().filter(|call| call["operation"] == "OverrideStageCondition");
    lifted.map(|call| call["params"].clone()).collect()
}

/// The ids of executions, which differ each time, as letters.
fn without_ids(shown: &str) -> String {
    let lines = shown.lines().map(|line| match line.split_once("execution ") {
        Some((before, id)) if id.len() == 36 => format!("{before}execution ID\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn a_release_is_let_in_where_it_waits_and_the_window_stays_for_the_next_stage() {
    let world = shop(&json!([{ "open": false }]));
    start(&world, "shop-hotfix");
    let shown = without_ids(&world.shown(&LIFT));
    // Behind what is to be said of the map, which names the folder.
    let told = shown.split_once("branchline.yml\nA release").map(|(_, told)| format!("A release{told}"));
    golden("override.txt", &told.expect(&shown));
    let calls = lifted(&world);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["stageName"], "Approve-production");
    assert_eq!(calls[0]["pipelineName"], "shop-hotfix");
    assert_eq!(calls[0]["conditionType"], "BEFORE_ENTRY");
    world.later(60);
    let answer: Value = serde_json::from_slice(&world.run(&["status", "--json"]).stdout).unwrap();
    let hotfix = &answer["pipelines"][2];
    assert_eq!(hotfix["overridden"][0]["stage"], "Approve-production");
    assert_eq!(hotfix["waits"][0]["for"], "approval");
    let shown = text(&world.run(&["status"]).stdout);
    assert!(shown.contains("9fce4c9d was let into Approve-production outside of its window"), "{shown}");
    let said = ended(&world.run(&LIFT), 1);
    assert!(said.contains("no release waits for the window of `production`"), "{said}");
    world.stub.assert_unflagged();
}

#[test]
fn for_scripts_it_says_whom_it_let_in_where_and_why() {
    let world = shop(&json!([{ "open": false }]));
    start(&world, "shop-release");
    let output = world.run(&[&LIFT[..], &["--json"]].concat());
    ended(&output, 0);
    let beside = text(&output.stderr);
    assert!(beside.contains("A release is to be let into production outside of its window"), "{beside}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["pipeline"], "shop-release");
    assert_eq!(answer["commit"], COMMIT);
    assert_eq!(answer["window"], "Mon-Thu 9:00-16:59 Asia/Tokyo");
    assert_eq!(answer["reason"], "the tills are down");
    assert_eq!(answer["rules"], json!(["Window"]));
    assert_eq!(answer["next"], "Deploy-production");
    assert_eq!(answer["execution"], lifted(&world)[0]["pipelineExecutionId"]);
}

#[test]
fn of_several_that_wait_none_is_let_in_until_one_is_named() {
    let world = shop(&json!([{ "open": false }]));
    start(&world, "shop-release");
    start(&world, "shop-hotfix");
    let said = ended(&world.run(&LIFT), 64);
    assert!(said.contains("2 releases wait for the window of `production`"), "{said}");
    assert!(said.contains("shop-release  Approve-production  9fce4c9d Mend the tills"), "{said}");
    let said = ended(&world.run(&[&LIFT[..], &["--pipeline", "develop"]].concat()), 64);
    assert!(said.contains("no pipeline that is called `develop` leads to `production`"), "{said}");
    assert!(lifted(&world).is_empty());
    ended(&world.run(&[&LIFT[..], &["--pipeline", "hotfix/*"]].concat()), 0);
    assert_eq!(lifted(&world)[0]["pipelineName"], "shop-hotfix");
    let dump = world.stub.dump();
    let runs = &dump["accounts"][world.account]["regions"][world.region]["pipelines"]["shop-release"]["runs"];
    let newest = runs.as_object().unwrap().keys().next_back().unwrap().clone();
    ended(&world.run(&[&LIFT[..], &["--execution", &newest[..6]]].concat()), 0);
    assert_eq!(lifted(&world)[1]["pipelineExecutionId"], newest);
    world.stub.assert_unflagged();
}

/// One that a person started has the rule's pattern where its branch is to be.
#[test]
fn of_a_named_branch_only_its_own_release_is_let_in() {
    let world = shop(&json!([{ "open": false }]));
    start(&world, "shop-hotfix");
    let said = ended(&world.run(&[&LIFT[..], &["--pipeline", "hotfix/2"]].concat()), 1);
    assert!(said.contains("CodePipeline does not say whether it is of `hotfix/2`"), "{said}");
    assert!(lifted(&world).is_empty());
    world.stub.faults(&json!([{ "what": "denied", "operation": "ListActionExecutions" }]));
    ended(&world.run(&[&LIFT[..], &["--pipeline", "hotfix/2"]].concat()), 5);
    world.stub.faults(&json!([]));
    ended(&world.run(&[&LIFT[..], &["--pipeline", "shop-hotfix"]].concat()), 0);
    assert_eq!(lifted(&world).len(), 1);
    world.stub.assert_unflagged();
}

#[test]
fn a_lift_whose_answer_was_lost_is_told_as_done() {
    for attempts in ["1", "3"] {
        let world = shop(&json!([{ "open": false }]));
        start(&world, "shop-hotfix");
        let lost = json!({ "what": "cut", "operation": "OverrideStageCondition", "after": true, "nth": 1 });
        world.stub.faults(&json!([lost]));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(LIFT).env("AWS_MAX_ATTEMPTS", attempts);
        let said = ended(&world.at_its_folder(&mut command).output().unwrap(), 0);
        assert!(said.contains("9fce4c9d is let into Approve-production"), "{attempts}: {said}");
        world.stub.assert_unflagged();
    }
}

/// The release that waited was stopped between the look and the lifting, and a newer one waits in its place.
#[test]
fn one_that_waits_no_more_is_told_and_is_not_taken_for_let_in() {
    let world = shop(&json!([{ "open": false }]));
    start(&world, "shop-hotfix");
    let dump = world.stub.dump();
    let runs = &dump["accounts"][world.account]["regions"][world.region]["pipelines"]["shop-hotfix"]["runs"];
    let id = runs.as_object().unwrap().keys().next_back().unwrap();
    let stop = json!({ "pipelineName": "shop-hotfix", "pipelineExecutionId": id, "abandon": true });
    let revision = json!({ "actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": COMMIT });
    let newer = json!({ "name": "shop-hotfix", "sourceRevisions": [revision] });
    let others = json!([
        { "operation": "StopPipelineExecution", "params": stop },
        { "operation": "StartPipelineExecution", "params": newer, "advance": 120 }
    ]);
    let fault =
        json!([{ "what": "meanwhile", "operation": "OverrideStageCondition", "nth": 1, "do": others }]);
    world.stub.faults(&fault);
    let said = ended(&world.run(&LIFT), 1);
    assert!(said.contains("waits before Approve-production no more"), "{said}");
}

#[test]
fn a_freeze_is_no_window_and_an_open_window_needs_nothing() {
    let world = shop(&json!([]));
    ended(&world.run(&["freeze", "production", "--reason", "audit", "--yes"]), 0);
    start(&world, "shop-hotfix");
    let said = ended(&world.run(&LIFT), 1);
    assert!(said.contains("`branchline unfreeze production` opens it"), "{said}");
    let said = ended(&world.run(&["override", "dev", "--reason", "x", "--yes"]), 1);
    assert!(said.contains("`dev` has no window in branchline.yml"), "{said}");
    for arguments in [
        &["override", "production", "--reason", "x"][..],
        &["override", "production", "--reason", " ", "--yes"],
    ] {
        ended(&world.run(arguments), 64);
    }
    assert!(lifted(&world).is_empty());
}

#[test]
fn a_pipeline_of_another_app_is_not_let_in() {
    let world = shop(&json!([{ "open": false }]));
    start(&world, "shop-hotfix");
    let arn = "arn:aws:codepipeline:eu-west-1:444444444444:shop-hotfix";
    somebody(&world, &format!("c.untag_resource(resourceArn='{arn}',tagKeys=['branchline:app'])"));
    let said = ended(&world.run(&LIFT), 1);
    assert!(said.contains("carries no tag of this app"), "{said}");
    assert!(lifted(&world).is_empty());
}

#[test]
fn a_call_that_fails_ends_with_five_and_lifts_nothing() {
    let world = shop(&json!([{ "open": false }]));
    start(&world, "shop-hotfix");
    for what in ["denied", "expired", "throttle", "500", "503", "cut"] {
        for operation in
            ["GetPipelineState", "ListPipelineExecutions", "ListTagsForResource", "OverrideStageCondition"]
        {
            world.stub.faults(&json!([{ "what": what, "operation": operation }]));
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_branchline"));
            command.args(LIFT).env("AWS_MAX_ATTEMPTS", "1");
            let said = ended(&world.at_its_folder(&mut command).output().unwrap(), 5);
            assert!(said.contains(operation), "{what} {operation}: {said}");
        }
    }
    world.stub.faults(&json!([]));
    ended(&world.run(&LIFT), 0);
    world.stub.assert_unflagged();
}
