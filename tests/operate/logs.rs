//! `branchline logs`.

use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{ACCOUNT, REGION, Stage, text};

fn ended(output: &Output, code: i32) -> (String, String) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    assert!(
        !out.contains("not-a-secret-of-anybody") && !err.contains("not-a-secret-of-anybody"),
        "{out}{err}"
    );
    (out, err)
}

/// shop-develop, whose Build has failed and wrote these lines.
fn failed(lines: &Value) -> Stage {
    let action =
        json!({ "stage": "Build", "action": "Build", "summary": "exit status 1", "times": 1, "log": lines });
    let world = Stage::new(&json!({ "scripts": { "actions": [action] } }));
    world.later(600);
    world
}

fn facts(world: &Stage, facts: &Value) {
    world.stub.state(&json!({ "accounts": { ACCOUNT: { "regions": { REGION: { "facts": facts } } } } }));
}

#[test]
fn the_log_of_what_failed_is_printed_without_what_steers_a_terminal() {
    let world = failed(&json!(["$ npm ci", "  \u{1b}[31mnot ok\u{1b}[0m \u{7}1\u{202e}", "two\r\nthree"]));
    let (out, err) = ended(&world.run(&["logs", "develop"]), 0);
    assert_eq!(out, "$ npm ci\n  not ok 1\ntwo\nthree\n");
    assert!(err.contains("shop-develop  Build, Build  execution "), "{err}");
    assert!(err.contains("failed 2 hours ago: exit status 1"), "{err}");
    world.stub.assert_unflagged();
    assert!(world.stub.writes().iter().all(|call| call.contains("CreatePipeline")));
}

#[test]
fn a_long_log_is_read_from_its_end_a_page_at_a_time() {
    let lines: Vec<String> = (1..=25).map(|number| format!("line {number}")).collect();
    let world = failed(&json!(lines));
    facts(&world, &json!({ "log page": 4 }));
    let last = |count: usize| lines[25 - count..].join("\n") + "\n";
    assert_eq!(ended(&world.run(&["logs", "shop-develop", "--lines", "3"]), 0).0, last(3));
    assert_eq!(ended(&world.run(&["logs", "shop-develop", "--lines", "9"]), 0).0, last(9));
    assert_eq!(ended(&world.run(&["logs", "shop-develop"]), 0).0, last(25));
    assert_eq!(ended(&world.run(&["logs", "shop-develop", "--lines", "all"]), 0).0, last(25));
    facts(&world, &json!({ "log page": 10_000 }));
    let before = world.stub.calls().len();
    ended(&world.run(&["logs", "shop-develop", "--lines", "3"]), 0);
    assert_eq!(
        world.stub.calls().len() - before,
        4,
        "whose credentials, which actions, which build, one page"
    );
    world.stub.assert_unflagged();
}

#[test]
fn for_scripts_action_and_lines_are_told() {
    let world = failed(&json!(["one", "two"]));
    let (out, _) = ended(&world.run(&["logs", "develop", "--json"]), 0);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["pipeline"], "shop-develop");
    assert_eq!(answer["status"], "failed");
    assert_eq!(answer["message"], "exit status 1");
    assert_eq!(answer["lines"][1]["text"], "two");
    assert!(answer["group"].as_str().unwrap().contains("shop-develop-build"), "{answer}");
    assert!(answer["build"].as_str().unwrap().ends_with(answer["stream"].as_str().unwrap()));
}

#[test]
fn the_action_that_is_named_is_shown_however_it_ended() {
    let world = Stage::new(
        &json!({ "scripts": { "actions": [{ "stage": "Test", "status": "Succeeded", "log": ["all is well"] }] } }),
    );
    world.later(600);
    let (out, err) = ended(&world.run(&["logs", "develop", "--stage", "Test"]), 0);
    assert_eq!(out, "all is well\n");
    assert!(err.contains("Test, ") && err.contains("succeeded"), "{err}");
    for (arguments, code, word) in [
        (&["logs", "develop", "--action", "Nothing"][..], 1, "has run and has a log"),
        (&["logs", "develop", "--environment", "staging"], 1, "has run and has a log"),
        (&["logs", "develop", "--environment", "stagin"], 64, "there is no environment"),
        (&["logs", "nothing"], 64, "no pipeline is called `nothing`"),
        (&["logs", "develop", "--lines", "0"], 64, "a number from 1 on"),
        (&["logs", "develop", "--execution", "00000000-0000-4000-8000-000000000000"], 1, "does not exist"),
    ] {
        let (out, err) = ended(&world.run(arguments), code);
        assert!(out.is_empty() && err.contains(word), "{arguments:?}: {out}{err}");
    }
    world.stub.assert_unflagged();
}

#[test]
fn a_deploy_of_ecs_has_no_log_and_its_events_are_pointed_at() {
    let world = Stage::new(
        &json!({ "scripts": { "actions": [{ "stage": "Deploy-dev", "action": "api", "summary": "tasks failed to start" }] } }),
    );
    world.later(600);
    let dump = world.stub.dump();
    let stages =
        &dump["accounts"][ACCOUNT]["regions"][REGION]["pipelines"]["shop-develop"]["declaration"]["stages"];
    let actions = stages.as_array().unwrap().iter().flat_map(|stage| stage["actions"].as_array().unwrap());
    let ecs = actions.into_iter().find(|action| action["actionTypeId"]["provider"] == "ECS").unwrap();
    let (name, settings) = (ecs["name"].as_str().unwrap(), &ecs["configuration"]);
    let (out, _) = ended(&world.run(&["logs", "develop", "--action", name]), 0);
    let (cluster, service) =
        (settings["ClusterName"].as_str().unwrap(), settings["ServiceName"].as_str().unwrap());
    assert!(out.contains(&format!("clusters/{cluster}/services/{service}/events?region={REGION}")), "{out}");
    assert!(out.contains("aws ecs describe-services"), "{out}");
}

#[test]
fn a_log_that_is_followed_ends_with_the_action_and_says_whether_it_failed() {
    for (code, how) in [(6, "Failed"), (0, "Succeeded")] {
        let action = json!({ "stage": "Build", "action": "Build", "status": how, "summary": "exit status 1", "log": ["the end"] });
        let world = Stage::new(&json!({ "scripts": { "actions": [action] } }));
        world.later(6);
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(["logs", "develop", "--follow"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = world.at_its_folder(&mut command).spawn().unwrap();
        thread::sleep(Duration::from_secs(1));
        world.later(600);
        let (out, err) = ended(&child.wait_with_output().unwrap(), code);
        assert_eq!(out, "the end\n", "{err}");
        assert!(err.contains("runs"), "{err}");
        world.stub.assert_unflagged();
    }
}

#[test]
fn a_log_that_is_gone_is_told() {
    let world = failed(&json!([]));
    let (out, err) = ended(&world.run(&["logs", "develop"]), 0);
    assert!(out.is_empty() && err.contains("nothing was written yet"), "{out}{err}");
}

#[test]
fn a_call_that_fails_ends_with_five_and_says_which() {
    let world = failed(&json!(["one"]));
    for what in ["denied", "expired", "throttle", "500", "503", "cut"] {
        for operation in ["ListActionExecutions", "BatchGetBuilds", "GetLogEvents"] {
            world.stub.faults(&json!([{ "what": what, "operation": operation }]));
            let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
            command.args(["logs", "develop"]).env("AWS_MAX_ATTEMPTS", "1");
            let (out, err) = ended(&world.at_its_folder(&mut command).output().unwrap(), 5);
            assert!(out.is_empty() && err.contains(operation), "{what} {operation}: {out}{err}");
        }
    }
    world.stub.faults(&json!([{ "what": "throttle", "operation": "GetLogEvents", "nth": 1 }]));
    assert_eq!(ended(&world.run(&["logs", "develop"]), 0).0, "one\n");
    world.stub.assert_unflagged();
}
