//! `apply --closed`: pipelines that are made deploy nothing until a person says so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bench::{ACCOUNT, Bench, REGION, SMALL, Said};
use super::counted::counted;
use super::engine::small;
use super::interrupted::killed_after;

const CLOSED: [&str; 4] = ["apply", "--yes", "--closed", "switch-over: ask anna"];
/// One of a person who also waits for stacks that are under way.
const AGAIN: [&str; 5] = ["apply", "--yes", "--wait", "--closed", "switch-over: ask anna"];
const REASON: &str = "branchline freeze - switch-over - ask anna";

/// An AWS in which each action of a pipeline takes five minutes, as a build does; else the bench's clock, which moves by half a minute with each
/// request, has the first release deployed before anybody can look.
fn slow() -> Bench {
    let bench = Bench::new();
    slowly(&bench);
    bench
}

fn slowly(bench: &Bench) {
    bench.stub.state(&json!({"pace": {"action": 300}}));
}

fn pipeline(bench: &Bench, name: &str) -> Value {
    let dump = bench.stub.dump();
    dump["accounts"][ACCOUNT]["regions"][REGION]["pipelines"][name].clone()
}

fn reason(bench: &Bench, name: &str, stage: &str) -> Value {
    pipeline(bench, name)["transitions"][stage]["reason"].clone()
}

fn closed(bench: &Bench) -> Said {
    let said = bench.run(&CLOSED);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    said
}

/// Whether a pipeline has deployed, as `status` has it.
fn deployed(bench: &Bench, name: &str) -> bool {
    let status = bench.run(&["status", "--json"]);
    let answer: Value = serde_json::from_str(&status.out).unwrap_or_else(|_| panic!("{}", status.err));
    let all = answer["pipelines"].as_array().unwrap();
    let it = all.iter().find(|one| one["pipeline"] == name).unwrap_or_else(|| panic!("{answer:#}"));
    it["stages"].as_array().unwrap().iter().any(|stage| {
        stage["name"].as_str().is_some_and(|name| name.starts_with("Deploy-")) && stage["mark"] == "succeeded"
    })
}

#[test]
fn what_is_made_closed_builds_and_deploys_nothing_until_it_is_unfrozen() {
    let bench = slow();
    let said = closed(&bench);
    assert!(said.err.contains("hello-main will be made closed before live"), "{}", said.err);
    assert!(said.err.contains("hello-main  Deploy-live is closed"), "{}", said.err);
    bench.later();
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON);
    assert!(!deployed(&bench, "hello-main"));
    let told = bench.run(&["status"]).out;
    assert!(told.contains("waits before Deploy-live, which is frozen"), "{told}");
    let said = bench.run(&["unfreeze", "live", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    bench.later();
    assert!(deployed(&bench, "hello-main"));
    bench.stub.assert_unflagged();
}

/// The same of a plain apply: so the test above sees what closing does.
#[test]
fn without_it_a_new_pipeline_deploys_by_itself() {
    let bench = slow();
    bench.applied();
    bench.later();
    assert!(deployed(&bench, "hello-main"));
}

#[test]
fn a_second_apply_closes_nothing_anew_and_writes_nothing() {
    let bench = slow();
    closed(&bench);
    let before = bench.stub.writes().len();
    let said = closed(&bench);
    assert!(said.out.contains("3 as they should be"), "{}", said.out);
    assert_eq!(bench.stub.writes().len(), before);
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON);
}

#[test]
fn an_environment_that_a_standing_pipeline_gets_is_closed_with_the_change_that_adds_it() {
    let bench = slow();
    bench.applied();
    bench.later();
    assert!(deployed(&bench, "hello-main"));
    let more = SMALL.replace("  main: [live]\n", "  main: [live, later]\n");
    bench.write(&more.replace(
        "  live: {}\n",
        "  live: {}\n  later: { services: { web: { deploy: { ecs: { cluster: later } } } } }\n",
    ));
    let said = bench.run(&CLOSED);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(
        said.err.contains("hello-main is to lead to later, and will be closed before it"),
        "{}",
        said.err
    );
    assert!(said.err.contains("hello-main  Deploy-later is closed"), "{}", said.err);
    assert_eq!(reason(&bench, "hello-main", "Deploy-later"), REASON);
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), Value::Null);
    bench.stub.assert_unflagged();
}

#[test]
fn a_pipeline_that_has_released_already_is_left_open_and_told() {
    let bench = slow();
    bench.applied();
    bench.later();
    bench.write(&SMALL.replace("  main: [live]\n", "  main: [live]\n  hotfix/*: [live]\n"));
    let said = closed(&bench);
    assert!(said.err.contains("hello-main stays open before live"), "{}", said.err);
    assert_eq!(pipeline(&bench, "hello-main")["transitions"], json!({}));
    assert_eq!(reason(&bench, "hello-hotfix", "Deploy-live"), REASON);
    bench.stub.assert_unflagged();
}

#[test]
fn the_first_stage_of_each_environment_is_closed() {
    let bench = slow();
    let two = SMALL.replace("[live]", "[dev, live]").replace(
        "live: {}",
        "dev: {}
  live: { approval: {} }",
    );
    bench.write(&two.replace("cluster: hello,", "cluster: \"hello-{environment}\","));
    closed(&bench);
    let transitions = pipeline(&bench, "hello-main")["transitions"].clone();
    // They are closed side by side.
    let stages: BTreeSet<&str> = transitions.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(stages, BTreeSet::from(["Approve-live", "Deploy-dev"]));
    bench.run(&["unfreeze", "dev", "--yes"]);
    bench.later();
    let transitions = pipeline(&bench, "hello-main")["transitions"].clone();
    assert_eq!(transitions.as_object().unwrap().len(), 1, "one environment after the other: {transitions}");
}

#[test]
fn one_that_is_killed_anywhere_is_gone_on_with_and_nothing_stays_open() {
    let bench = slow();
    // Before the pipeline's stack is carried out nothing of it is open; `interrupted` kills there.
    closed(&bench);
    let calls = bench.stub.calls();
    let carried = calls.iter().rposition(|call| call["operation"] == "ExecuteChangeSet").unwrap();
    let first = carried + 1;
    let mut n = first;
    loop {
        bench.anew();
        slowly(&bench);
        if !killed_after(&bench, n, &CLOSED) {
            break;
        }
        bench.stub.faults(&json!([]));
        bench.stub.clock(&json!({"auto": 2}));
        // What CloudFormation was told goes on; the pipeline's first build takes longer than that.
        let said = bench.run(&AGAIN);
        assert_eq!(said.code, Some(0), "killed after request {n}: {}{}", said.out, said.err);
        assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON, "killed after request {n}");
        bench.stub.assert_unflagged();
        n += 1;
    }
    counted(
        "`apply --closed`, from nothing",
        "killed after a request, from that on which makes the pipeline",
        n - first,
    );
}

#[test]
fn where_the_way_cannot_be_closed_it_says_what_is_open_and_the_next_one_closes_it() {
    let bench = slow();
    for fault in ["denied", "expired", "500"] {
        bench.anew();
        slowly(&bench);
        bench.stub.faults(&json!([{ "what": fault, "operation": "DisableStageTransition" }]));
        let said = bench.run(&CLOSED);
        assert_eq!(said.code, Some(5), "{fault}: {}{}", said.out, said.err);
        assert!(said.out.contains("  made, and NOT closed"), "{fault}: {}", said.out);
        assert!(said.err.contains("is not closed before all of its environments"), "{fault}: {}", said.err);
        assert_eq!(pipeline(&bench, "hello-main")["transitions"], json!({}), "{fault}");
        bench.stub.faults(&json!([]));
        let said = closed(&bench);
        assert!(
            said.err.contains("hello-main stands, and no release has gone into Deploy-live yet"),
            "{}",
            said.err
        );
        assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON, "{fault}");
    }
    bench.anew();
    slowly(&bench);
    let lost = json!([{ "what": "cut", "after": true, "operation": "DisableStageTransition", "nth": 1 }]);
    bench.stub.faults(&lost);
    closed(&bench);
    assert_eq!(
        reason(&bench, "hello-main", "Deploy-live"),
        REASON,
        "an answer that is lost is asked for again"
    );
}

#[test]
fn an_open_way_that_cannot_be_closed_holds_up_everything_else() {
    let bench = Bench::new();
    bench.stub.state(&json!({"pace": {"action": 3000}}));
    bench.stub.faults(&json!([{ "what": "denied", "operation": "DisableStageTransition" }]));
    bench.run(&CLOSED);
    bench.write(&SMALL.replace("  main: [live]\n", "  main: [live]\n  next: [live]\n"));
    let before = bench.stub.writes().len();
    let said = bench.run(&AGAIN);
    assert_eq!(said.code, Some(5), "{}{}", said.out, said.err);
    assert!(said.err.contains("hello-main is not known to be closed before Deploy-live"), "{}", said.err);
    assert!(pipeline(&bench, "hello-next").is_null(), "nothing else is made");
    let writes = bench.stub.writes().split_off(before);
    assert!(writes.iter().all(|call| call == "codepipeline:DisableStageTransition"), "{writes:?}");
}

#[test]
fn a_release_that_goes_in_while_a_person_is_asked_is_told_and_nothing_else_is_done() {
    let bench = slow();
    bench.stub.faults(&json!([{ "what": "denied", "operation": "DisableStageTransition" }]));
    bench.run(&CLOSED);
    let later = json!({ "operation": "ListPipelines", "params": {}, "advance": 3600 });
    bench
        .stub
        .faults(&json!([{ "what": "meanwhile", "operation": "GetPipelineState", "nth": 2, "do": [later] }]));
    let said = bench.run(&CLOSED);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(
        said.err.contains("a release of hello-main went into Deploy-live before that was closed"),
        "{}",
        said.err
    );
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON, "what comes next waits");
}

/// Killed behind the pipeline, then the map is changed: the pipeline runs, so apply refuses to touch it, or waits.
#[test]
fn what_is_open_is_closed_before_apply_refuses_anything() {
    let bench = slow();
    bench.stub.faults(&json!([{ "what": "denied", "operation": "DisableStageTransition" }]));
    bench.run(&CLOSED);
    bench.stub.faults(&json!([]));
    bench.write(&SMALL.replace("acme/hello", "acme/other"));
    let said = bench.run(&CLOSED);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("is running"), "{}", said.err);
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON);
}

#[test]
fn a_reason_that_aws_would_not_keep_is_wrong_usage_and_nothing_is_asked() {
    let bench = slow();
    for engine in ["stacks", "api"] {
        let said = bench.run(&["apply", "--yes", "--engine", engine, "--closed", "切替"]);
        assert_eq!(said.code, Some(64), "{}{}", said.out, said.err);
        assert!(said.err.contains("CodePipeline takes no reason with"), "{}", said.err);
    }
    assert!(bench.stub.calls().is_empty());
}

#[test]
fn a_release_that_was_sooner_is_told_and_ends_with_one() {
    let bench = Bench::new();
    bench.stub.state(&json!({"pace": {"action": 0}}));
    let said = bench.run(&CLOSED);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("made, and NOT closed in time"), "{}", said.out);
    assert!(said.err.contains("went into Deploy-live before that was closed"), "{}", said.err);
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON, "what comes next waits");
}

const API: [&str; 6] = ["apply", "--yes", "--engine", "api", "--closed", "switch-over: ask anna"];

#[test]
fn what_is_made_without_stacks_is_closed_too() {
    let bench = small();
    slowly(&bench);
    let said = bench.run(&API);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.err.contains("hello-main  Deploy-live is closed"), "{}", said.err);
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON);
    let before = bench.stub.writes().len();
    let said = bench.run(&API);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(bench.stub.writes().len(), before, "a second one writes nothing");
    bench.stub.assert_unflagged();
}

#[test]
fn one_without_stacks_that_could_not_close_says_so_and_the_next_one_closes() {
    let bench = small();
    slowly(&bench);
    bench.stub.faults(&json!([{ "what": "denied", "operation": "DisableStageTransition" }]));
    let said = bench.run(&API);
    assert_eq!(said.code, Some(5), "{}{}", said.out, said.err);
    assert!(said.err.contains("hello-main is not known to be closed before Deploy-live"), "{}", said.err);
    bench.stub.faults(&json!([]));
    let said = bench.run(&API);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(reason(&bench, "hello-main", "Deploy-live"), REASON);
}
