//! `branchline approve` and `branchline reject`.

use serde_json::{Value, json};

use super::counted::counted;
use super::deeds::{NEWER, OLDER, Said, script};
use super::{Stage, golden};

const CALLS: &[&str] = &[
    "GetCallerIdentity",
    "ListTagsForResource",
    "GetPipelineState",
    "ListPipelineExecutions",
    "ListActionExecutions",
    "PutApprovalResult",
];

const APPROVE: &[&str] = &["approve", "shop-release", "--comment", "read \u{1b}[31mit", "--yes"];

/// A release that waits before production; what its approval says, and the branch of its source.
fn waiting(summary: &str) -> Stage {
    let variables = json!({ "SUMMARY": summary, "LINK": "https://github.com/acme/shop/compare/a...b" });
    let mut state = script(&json!([
        { "action": "Compare", "status": "Succeeded", "variables": variables, "times": 0 },
        { "action": "Source", "pipeline": "shop-release", "status": "Succeeded", "variables": { "BranchName": "release/1.4" }, "times": 0 },
    ]));
    state["commits"] = json!({ OLDER: "Ship the \u{202e}basket\n\nat length" });
    let world = Stage::new(&state);
    world.later(60);
    world.release(OLDER, 3_600);
    world
}

/// What was said to the newest execution.
fn answer(world: &Stage) -> Value {
    let run = world.runs("shop-release").pop().unwrap();
    let held = &run["stages"]["Approve-production"]["actions"]["Approve"];
    json!([held["status"], held["summary"]])
}

fn refused(said: &Said, words: &str) {
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains(words), "{}", said.err);
}

#[test]
fn what_is_approved_is_shown_before_it_is_and_then_it_goes_on() {
    let world = waiting("WARNING: older than what is deployed. 2 commits: “Mend \u{1b}[2Jit” by “A”");
    world.release(NEWER, 600);
    // Nobody could be asked: it is shown, and nothing is done.
    let said = world.say(&["approve", "release/*", "--comment", "read"]);
    assert_eq!(said.code, Some(64), "{}", said.err);
    assert!(
        said.out.contains("9fce4c9d Ship the basket") && said.err.contains("say `--yes`"),
        "{}",
        said.out
    );
    assert_eq!(answer_of_first(&world), json!(["InProgress", null]));
    golden("approve.txt", &world.shown(&["approve", "release/1.4", "--comment", "read", "--yes"]));
    assert_eq!(answer_of_first(&world), json!(["Succeeded", "read"]));
    world.later(600);
    // The one behind it waits now, and an answer to the first is none to it.
    assert_eq!(answer(&world), json!(["InProgress", null]));
    world.stub.assert_unflagged();
}

fn answer_of_first(world: &Stage) -> Value {
    let runs = world.runs("shop-release");
    let run = runs.iter().find(|run| run["stages"].get("Approve-production").is_some()).unwrap();
    let held = &run["stages"]["Approve-production"]["actions"]["Approve"];
    json!([held["status"], held["summary"]])
}

#[test]
fn an_approval_that_fails_changes_nothing_and_one_whose_answer_is_lost_counts_once() {
    let world = waiting("1 commit");
    let cases = world.fails_well(APPROVE, CALLS);
    counted("`approve`", "a call denied; the one that acts failing in each way", cases);
    let mut arguments = APPROVE.to_vec();
    arguments.push("--json");
    let said = world.survives(&arguments, "PutApprovalResult").json();
    assert_eq!(said["outcome"], "done");
    assert_eq!(said["environment"], "production");
    assert_eq!(said["commit"], OLDER);
    assert_eq!(answer(&world), json!(["Succeeded", "read \u{1b}[31mit"]));
    let said = world.say(APPROVE);
    refused(&said, "nothing of shop-release waits for an approval");
    assert!(said.err.contains("takes the lock in Migrate-production"), "how it stands: {}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn a_release_that_was_answered_meanwhile_is_told_by_whom_and_not_answered_again() {
    let world = waiting("1 commit");
    let result = json!({ "result": { "status": "Rejected", "summary": "no \u{1b}[2Jtime" } });
    let meanwhile = json!([{ "operation": "PutApprovalResult", "params": result }]);
    world.stub.faults(
        &json!([{ "what": "meanwhile", "operation": "PutApprovalResult", "nth": 1, "do": meanwhile }]),
    );
    let said = world.say(APPROVE);
    refused(&said, "somebody-else has rejected it: “no [2Jtime”");
    assert_eq!(answer(&world)[0], "Failed");
    world.stub.assert_unflagged();
}

#[test]
fn a_newer_release_than_the_one_that_was_shown_is_never_approved_in_its_place() {
    let world = waiting("1 commit");
    world.release(NEWER, 600);
    let shown = world.runs("shop-release").remove(1)["id"].as_str().unwrap().to_owned();
    let stop = json!({ "pipelineName": "shop-release", "pipelineExecutionId": shown, "reason": "old" });
    let meanwhile = json!([{ "operation": "StopPipelineExecution", "params": stop, "advance": 600 }]);
    world.stub.faults(
        &json!([{ "what": "meanwhile", "operation": "PutApprovalResult", "nth": 1, "do": meanwhile }]),
    );
    let mut arguments = APPROVE.to_vec();
    arguments.push("--json");
    let said = world.say(&arguments);
    refused(&said, "another request waits in Approve-production now");
    assert_eq!(said.json()["outcome"], "refused");
    assert_eq!(said.json()["execution"], shown.as_str());
    assert_eq!(answer(&world), json!(["InProgress", null]), "the newer one still waits");
    world.stub.assert_unflagged();
}

#[test]
fn what_is_of_another_branch_or_not_this_apps_is_not_approved() {
    let world = waiting("1 commit");
    let of = |what| world.say(&["approve", what, "--comment", "read", "--yes"]);
    refused(&of("release/1.5"), "it is of `release/1.4`, and not of `release/1.5`");
    let said = of("shop-relaese");
    assert_eq!((said.code, said.err.contains("is `shop-release` meant?")), (Some(64), true), "{}", said.err);
    let said = world.say(&["approve", "shop-release", "--comment", "", "--yes"]);
    assert_eq!((said.code, said.err.contains("`--comment` is empty")), (Some(64), true), "{}", said.err);
    let said = world.say(&["approve", "shop-release", "--comment", &"x".repeat(513), "--yes"]);
    assert_eq!((said.code, said.err.contains("CodePipeline takes 512")), (Some(64), true), "{}", said.err);
    let said = world.say(&["approve", "develop", "--comment", "x", "--environment", "production", "--yes"]);
    assert_eq!((said.code, said.err.contains("it goes to dev")), (Some(64), true), "{}", said.err);
    for tags in [json!([]), json!([{ "key": "branchline:app", "value": "other\u{1b}" }])] {
        let pipelines = json!({ "pipelines": { "shop-release": { "tags": tags } } });
        let region = json!({ "regions": { super::REGION: pipelines } });
        world.stub.state(&json!({ "accounts": { super::ACCOUNT: region } }));
        refused(&of("shop-release"), "the pipeline shop-release");
    }
    assert_eq!(answer(&world), json!(["InProgress", null]));
}

#[test]
fn a_rejection_is_asked_for_and_ends_the_release_before_the_environment() {
    let world = waiting("1 commit");
    let reject = &["reject", "shop-release", "--environment", "production", "--comment", "not \"today\""];
    let (code, shown) = world.answered(reject, &[["Reject it?", "nope\r"], ["in full", "no\r"]]);
    assert!(code == Some(1) && shown.contains("nothing was done"), "{code:?} {shown}");
    assert_eq!(answer(&world), json!(["InProgress", null]));
    let (code, shown) = world.answered(reject, &[["Reject it?", "yes\r"]]);
    assert!(code == Some(0) && shown.contains("keep it out of production"), "{code:?} {shown}");
    assert_eq!(answer(&world), json!(["Failed", "not \"today\""]));
    assert_eq!(world.runs("shop-release").pop().unwrap()["status"], "Failed");
    // Asked anew by a retry of the stage.
    world.done(&["retry", "release/*", "--environment", "production", "--yes"]);
    world.later(600);
    assert_eq!(answer(&world), json!(["InProgress", null]));
    world.stub.assert_unflagged();
}
