//! Applies into environments that are frozen.

use serde_json::{Value, json};

use super::bench::{ACCOUNT, Bench, REGION, SMALL};

const FREEZE: [&str; 5] = ["freeze", "live", "--reason", "audit", "--yes"];

fn transitions(bench: &Bench, pipeline: &str) -> Value {
    let dump = bench.stub.dump();
    dump["accounts"][ACCOUNT]["regions"][REGION]["pipelines"][pipeline]["transitions"].clone()
}

fn frozen() -> Bench {
    let bench = Bench::new();
    bench.applied();
    let said = bench.run(&FREEZE);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    bench
}

fn second() -> String {
    SMALL.replace("  main: [live]\n", "  main: [live]\n  hotfix/*: [live]\n")
}

#[test]
fn a_pipeline_that_is_made_later_is_frozen_too() {
    let bench = frozen();
    bench.write(&second());
    let said = bench.applied();
    assert!(said.err.contains("live is frozen (“audit”)"), "{}", said.err);
    assert!(
        said.err.contains("hello-hotfix  Deploy-live is frozen, as it is in the other pipelines"),
        "{}",
        said.err
    );
    let reason = "branchline freeze - audit";
    assert_eq!(transitions(&bench, "hello-hotfix")["Deploy-live"]["reason"], reason);
    bench.stub.assert_unflagged();
}

#[test]
fn a_pipeline_that_is_made_where_nothing_is_frozen_stays_open() {
    let bench = Bench::new();
    bench.applied();
    bench.write(&second());
    let said = bench.applied();
    assert!(!said.err.contains("frozen"), "{}", said.err);
    assert_eq!(transitions(&bench, "hello-hotfix"), json!({}));
}

/// An apply knows of a freeze by the pipelines that stand: where none does, there is none to keep to, and freeze says so.
#[test]
fn a_freeze_that_found_no_pipeline_is_none_and_says_so() {
    let bench = Bench::new();
    let said = bench.run(&FREEZE);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("nothing is held, and an apply that makes it leaves it open"), "{}", said.out);
    assert!(said.err.contains("nothing is held before `live`"), "{}", said.err);
    bench.applied();
    assert_eq!(transitions(&bench, "hello-main"), json!({}), "as was said");
    let said = bench.run(&FREEZE);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

#[test]
fn a_stage_that_comes_before_the_closed_one_is_closed_and_unfreeze_opens_both() {
    let bench = frozen();
    bench.write(&SMALL.replace("live: {}", "live: { approval: {} }"));
    let said = bench.applied();
    assert!(said.err.contains("hello-main  Approve-live is frozen"), "{}", said.err);
    let closed = transitions(&bench, "hello-main");
    assert_eq!(
        closed.as_object().map(|all| all.keys().cloned().collect::<Vec<_>>().join(" ")).unwrap(),
        "Deploy-live Approve-live"
    );
    let said = bench.run(&["unfreeze", "live", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(transitions(&bench, "hello-main"), json!({}));
    bench.stub.assert_unflagged();
}

#[test]
fn where_it_cannot_be_closed_apply_ends_with_five_and_says_what_is_open() {
    let bench = frozen();
    bench.write(&second());
    bench.stub.faults(&json!([{ "what": "denied", "operation": "DisableStageTransition" }]));
    let said = bench.run(&["apply", "--yes"]);
    assert_eq!(said.code, Some(5), "{}{}", said.out, said.err);
    assert!(
        said.err.contains("live is frozen, and a pipeline that was made or changed is not closed before it"),
        "{}",
        said.err
    );
    bench.stub.faults(&json!([{ "what": "denied", "operation": "GetPipelineState" }]));
    bench.write(&SMALL.replace("live: {}", "live: { approval: {} }"));
    let before = bench.stub.writes().len();
    let said = bench.run(&["apply", "--yes"]);
    assert_eq!(said.code, Some(5), "what is frozen is not known, so nothing is begun: {}", said.err);
    assert_eq!(bench.stub.writes().len(), before);
}
