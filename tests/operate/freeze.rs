//! `branchline freeze` and `branchline unfreeze`.

use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use serde_json::{Value, json};

use super::status::somebody;
use super::{Stage, golden, text};

const HOTFIX: (&str, &str, &str, &str) = ("hotfix", "999999999999", "eu-central-1", "clinic");
const COMMIT: &str = "9fce4c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7";
const FREEZE: [&str; 5] = ["freeze", "production", "--reason", "audit: until Friday", "--yes"];
const UNFREEZE: [&str; 3] = ["unfreeze", "production", "--yes"];

fn clinic() -> Stage {
    let world = Stage::of(HOTFIX, &json!({}));
    world.later(600);
    world
}

fn transitions(world: &Stage, pipeline: &str) -> Value {
    let dump = world.stub.dump();
    dump["accounts"][world.account]["regions"][world.region]["pipelines"][pipeline]["transitions"].clone()
}

fn ended(output: &Output, code: i32) -> String {
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("not-a-secret-of-anybody"), "{said}");
    said
}

fn start(pipeline: &str) -> String {
    format!(
        "c.start_pipeline_execution(name='{pipeline}',sourceRevisions=[dict(actionName='Source',\
         revisionType='COMMIT_ID',revisionValue='{COMMIT}')])"
    )
}

fn writes(world: &Stage) -> Vec<String> {
    world.stub.writes().into_iter().filter(|call| call.contains("StageTransition")).collect()
}

#[test]
fn a_freeze_closes_the_first_stage_in_every_pipeline_that_leads_there_and_unfreeze_opens_them() {
    let world = clinic();
    somebody(&world, &start("clinic-hotfix"));
    world.later(60);
    ended(&world.run(&FREEZE), 0);
    for pipeline in ["clinic-release", "clinic-hotfix"] {
        let closed = transitions(&world, pipeline);
        assert_eq!(closed["Approve-production"]["reason"], "branchline freeze - audit - until Friday");
        assert_eq!(closed.as_object().unwrap().len(), 1);
    }
    assert_eq!(transitions(&world, "clinic-develop"), json!({}));
    somebody(&world, &start("clinic-release"));
    world.later(600);
    golden("freeze-again.txt", &world.shown(&FREEZE));
    assert_eq!(writes(&world).len(), 2, "a second freeze closes nothing anew");
    golden("freeze-status.txt", &world.shown(&["status"]));
    golden("unfreeze.txt", &world.shown(&UNFREEZE));
    for pipeline in ["clinic-release", "clinic-hotfix"] {
        assert_eq!(transitions(&world, pipeline), json!({}));
    }
    let said = ended(&world.run(&UNFREEZE), 0);
    assert!(said.contains("Nothing is to be done."), "{said}");
    assert_eq!(writes(&world).len(), 4);
    world.later(60);
    let answer: Value = serde_json::from_slice(&world.run(&["status", "--json"]).stdout).unwrap();
    assert_eq!(answer["pipelines"][1]["waits"][0]["for"], "approval", "who waited went in");
    world.stub.assert_unflagged();
}

#[test]
fn what_is_inside_is_told_and_goes_on() {
    let world = clinic();
    somebody(&world, &start("clinic-hotfix"));
    world.later(60);
    golden("freeze.txt", &world.shown(&FREEZE));
    let output = world.run(&["freeze", "production", "--reason", "x", "--yes", "--json"]);
    let beside = text(&output.stderr);
    assert!(beside.contains("production is to be frozen: “x”"), "who is asked sees what: {beside}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let hotfix = &answer["pipelines"][1];
    assert_eq!(hotfix["standing"], "frozen");
    assert_eq!(hotfix["changed"], false);
    assert_eq!(hotfix["inside"][0]["stage"], "Approve-production");
    assert_eq!(answer["account"], world.account);
}

#[test]
fn what_somebody_else_closed_is_neither_taken_over_nor_opened_unless_told() {
    let world = clinic();
    let close = |pipeline: &str| {
        format!(
            "c.disable_stage_transition(pipelineName='{pipeline}',stageName='Approve-production',transitionType='Inbound',reason='mine')"
        )
    };
    somebody(&world, &close("clinic-hotfix"));
    let said = ended(&world.run(&FREEZE), 0);
    assert!(said.contains("who closed it may open it"), "{said}");
    assert_eq!(transitions(&world, "clinic-hotfix")["Approve-production"]["reason"], "mine");
    let said = ended(&world.run(&UNFREEZE), 0);
    assert!(said.contains("`--all` opens it, too"), "{said}");
    assert_eq!(transitions(&world, "clinic-hotfix")["Approve-production"]["reason"], "mine");
    assert_eq!(transitions(&world, "clinic-release"), json!({}));
    ended(&world.run(&["unfreeze", "production", "--all", "--yes"]), 0);
    assert_eq!(transitions(&world, "clinic-hotfix"), json!({}));
    world.stub.assert_unflagged();
}

#[test]
fn a_freeze_that_was_not_carried_through_is_told_and_the_next_completes_it() {
    let world = clinic();
    world.stub.faults(&json!([{ "what": "denied", "operation": "DisableStageTransition", "nth": 2 }]));
    let said = ended(&world.run(&FREEZE), 5);
    assert!(said.contains("is NOT frozen: codepipeline:DisableStageTransition failed"), "{said}");
    assert!(said.contains("the same command completes it"), "{said}");
    let frozen = ["clinic-release", "clinic-hotfix"].map(|name| transitions(&world, name) != json!({}));
    assert_eq!(frozen.iter().filter(|frozen| **frozen).count(), 1);
    // The board says so of the one that is open.
    let shown = text(&world.run(&["status"]).stdout);
    assert!(shown.contains("production is frozen in other pipelines, and open here"), "{shown}");
    world.stub.faults(&json!([]));
    ended(&world.run(&FREEZE), 0);
    let shown = text(&world.run(&["status"]).stdout);
    assert!(!shown.contains("open here"), "{shown}");
    world.stub.assert_unflagged();
}

#[test]
fn a_pipeline_that_is_not_there_is_told_and_one_of_another_app_is_left_alone() {
    let world = clinic();
    somebody(&world, "c.delete_pipeline(name='clinic-hotfix')");
    let said = ended(&world.run(&FREEZE), 0);
    assert!(said.contains("clinic-hotfix   is not in AWS"), "{said}");
    ended(&world.run(&UNFREEZE), 0);
    let arn = "arn:aws:codepipeline:eu-central-1:999999999999:clinic-release";
    somebody(
        &world,
        &format!("c.tag_resource(resourceArn='{arn}',tags=[dict(key='branchline:app',value='clinic-2')])"),
    );
    let before = writes(&world).len();
    let said = ended(&world.run(&FREEZE), 1);
    assert!(said.contains("carries no tag of this app"), "{said}");
    assert_eq!(writes(&world).len(), before);
    world.stub.assert_unflagged();
}

#[test]
fn nothing_is_written_where_nobody_was_asked_or_the_reason_cannot_be_kept() {
    let world = clinic();
    for (arguments, word) in [
        (&["freeze", "production", "--reason", "audit"][..], "say `--yes`"),
        (&["freeze", "productoin", "--reason", "audit", "--yes"], "dev, staging, production"),
        (&["freeze", "production", "--reason", "Prüfung", "--yes"], "takes no reason with `ü` in it"),
        (&["freeze", "production", "--reason", " ", "--yes"], "the reason says nothing"),
        (&["unfreeze", "production"], "say `--yes`"),
    ] {
        let said = ended(&world.run(arguments), 64);
        assert!(said.contains(word), "{said}");
    }
    assert!(writes(&world).is_empty());
}

#[test]
fn the_pipelines_of_a_family_are_all_frozen() {
    let of = ("per-branch", "444455556666", "eu-north-1", "board");
    let world = Stage::of(of, &json!({}));
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/per-branch/branches.txt");
    let arguments = ["freeze", "preview", "--reason", "rebuilt", "--yes", "--branches", list];
    ended(&world.run(&arguments), 0);
    assert_eq!(writes(&world).len(), 3);
    assert_eq!(transitions(&world, "board-main"), json!({}));
    world.stub.assert_unflagged();
}

/// Each call in each way; those that do not need each other side by side.
#[test]
fn a_call_that_fails_ends_with_five_and_says_which() {
    let mut cases = Vec::new();
    for (what, after) in [
        ("denied", false),
        ("expired", false),
        ("throttle", false),
        ("500", false),
        ("503", false),
        ("cut", false),
        ("cut", true),
    ] {
        for operation in ["GetPipelineState", "ListTagsForResource", "DisableStageTransition"] {
            cases.push((what, after, operation));
        }
    }
    thread::scope(|scope| {
        for some in cases.chunks(cases.len().div_ceil(4)) {
            scope.spawn(move || {
                let world = clinic();
                for (what, after, operation) in some {
                    world.stub.faults(&json!([{ "what": what, "operation": operation, "after": after }]));
                    let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
                    command.args(FREEZE).env("AWS_MAX_ATTEMPTS", "1");
                    let output = world.at_its_folder(&mut command).output().unwrap();
                    // Carried out, though the answer was lost: the second look shows it.
                    let is_done = *after && *operation == "DisableStageTransition";
                    let said = ended(&output, if is_done { 0 } else { 5 });
                    assert!(is_done || said.contains(operation), "{what} {operation}: {said}");
                    world.stub.faults(&json!([]));
                    ended(&world.run(&UNFREEZE), 0);
                }
                world.stub.assert_unflagged();
            });
        }
    });
}

/// In a terminal where the question is answered with yes.
fn agreed(world: &Stage, arguments: &[&str], code: i32) -> String {
    let mut command = Command::new(super::python::program("python"));
    let terminal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/init/answering.py");
    let answers = json!([["Is this to be done in AWS?", "yes\n"]]).to_string();
    command.arg(terminal).args([&answers, env!("CARGO_BIN_EXE_branchline")]).args(arguments);
    ended(&world.at_its_folder(command.env("NO_COLOR", "1")).output().unwrap(), code)
}

/// The first look asks for the state of three pipelines; behind the question somebody else has closed one of them.
#[test]
fn what_somebody_closed_while_the_question_stood_is_not_overwritten() {
    let world = clinic();
    let close = json!({
        "pipelineName": "clinic-hotfix", "stageName": "Approve-production", "transitionType": "Inbound", "reason": "mine"
    });
    let others = json!([{ "operation": "DisableStageTransition", "params": close }]);
    world
        .stub
        .faults(&json!([{ "what": "meanwhile", "operation": "GetPipelineState", "nth": 4, "do": others }]));
    let said = agreed(&world, &["freeze", "production", "--reason", "audit"], 1);
    assert!(said.contains("(clinic-hotfix): nothing was done"), "{said}");
    assert_eq!(transitions(&world, "clinic-hotfix")["Approve-production"]["reason"], "mine");
    assert_eq!(transitions(&world, "clinic-release"), json!({}));
    agreed(&world, &["freeze", "production", "--reason", "audit"], 0);
    world.stub.faults(&json!([{ "what": "meanwhile", "operation": "GetPipelineState", "nth": 4, "do": [
        { "operation": "DisableStageTransition", "params": {
            "pipelineName": "clinic-release", "stageName": "Approve-production", "transitionType": "Inbound", "reason": "mine" } }
    ] }]));
    agreed(&world, &["unfreeze", "production"], 1);
    assert_eq!(transitions(&world, "clinic-release")["Approve-production"]["reason"], "mine");
    world.stub.assert_unflagged();
}

/// A rule of which production was taken, in a configuration that is not applied yet.
#[test]
fn a_pipeline_that_leads_there_in_aws_alone_is_frozen_too() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = std::fs::read_to_string(root.join("examples/hotfix/branchline.yml")).unwrap();
    let world = Stage::written(&map, (HOTFIX.1, HOTFIX.2, HOTFIX.3), &json!({}));
    let less = map.replace("release/*: [staging, production]", "release/*: [staging]");
    assert_ne!(less, map);
    std::fs::write(world.folder.join("branchline.yml"), less).unwrap();
    world.stub.faults(&json!([{ "what": "denied", "operation": "DisableStageTransition", "nth": 1 }]));
    ended(&world.run(&FREEZE), 5);
    world.stub.faults(&json!([]));
    let shown = text(&world.run(&["status"]).stdout);
    assert!(shown.contains("production is frozen in other pipelines, and open here"), "{shown}");
    let said = ended(&world.run(&FREEZE), 0);
    assert!(said.contains("clinic-release  Approve-production"), "{said}");
    for pipeline in ["clinic-release", "clinic-hotfix"] {
        assert_ne!(transitions(&world, pipeline), json!({}), "{pipeline}");
    }
    assert_eq!(transitions(&world, "clinic-develop"), json!({}));
    ended(&world.run(&UNFREEZE), 0);
    assert_eq!(transitions(&world, "clinic-release"), json!({}));
    world.stub.assert_unflagged();
}
