//! What goes wrong between the program and AWS, at each request in turn; and inside of AWS, at each resource.

use serde_json::{Value, json};

use super::bench::{ACCOUNT, Bench, REGION, SMALL};
use super::counted::counted;

/// The requests of a whole apply.
fn requests(bench: &Bench) -> usize {
    bench.anew();
    bench.applied();
    bench.stub.calls().len()
}

/// What passes by itself: one in so many requests fails, the first among them, and each is tried again.
fn passes_by_itself(fault: &Value, one_in: usize) -> usize {
    let bench = Bench::new();
    let end = bench.usual_end();
    bench.anew();
    let rules: Vec<Value> = (1..200)
        .step_by(one_in)
        .map(|n| {
            let mut rule = fault.clone();
            rule["nth"] = json!(n);
            rule
        })
        .collect();
    bench.stub.faults(&json!(rules));
    let said = bench.run(&["apply", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    bench.assert_end(&end, "at the end");
    let failed = bench.stub.calls().iter().filter(|call| call["answer"] != "ok").count();
    assert!(failed >= 5, "{failed}");
    bench.stub.assert_unflagged();
    failed
}

/// What does not: it ends with 5, says so, and the next apply goes on.
fn ends_it(fault: &str, says: &str, one_in: usize) -> usize {
    let bench = Bench::new();
    let end = bench.usual_end();
    let requests = requests(&bench);
    let numbers: Vec<usize> = (1..=requests).step_by(one_in).collect();
    let cases = numbers.len();
    for n in numbers {
        bench.anew();
        bench.stub.faults(&json!([{"what": fault, "nth": n, "times": 0}]));
        let said = bench.run(&["apply", "--yes"]);
        assert_eq!(said.code, Some(5), "request {n}: {}{}", said.out, said.err);
        assert!(said.err.contains(says) && said.err.contains("help:"), "request {n}: {}", said.err);
        bench.later();
        bench.applied();
        bench.assert_end(&end, &format!("request {n}"));
        bench.stub.assert_unflagged();
    }
    cases
}

#[test]
fn a_call_that_is_throttled_is_tried_again() {
    let cases = passes_by_itself(&json!({"what": "throttle"}), 6);
    counted("`apply`, from nothing", "throttled, once", cases);
}

#[test]
fn a_call_that_fails_inside_of_aws_is_tried_again() {
    let cases = passes_by_itself(&json!({"what": "500"}), 4);
    counted("`apply`, from nothing", "500, once", cases);
}

#[test]
fn a_service_that_is_away_for_a_moment_is_asked_again() {
    let cases = passes_by_itself(&json!({"what": "503"}), 4);
    counted("`apply`, from nothing", "503, once", cases);
}

#[test]
fn a_call_that_was_cut_before_it_was_carried_out_is_tried_again() {
    let cases = passes_by_itself(&json!({"what": "cut"}), 4);
    counted("`apply`, from nothing", "the connection is cut before the call is carried out", cases);
}

#[test]
fn a_call_whose_answer_was_cut_is_carried_out_once() {
    let cases = passes_by_itself(&json!({"what": "cut", "after": true}), 4);
    counted("`apply`, from nothing", "the connection is cut in the middle of the answer", cases);
}

#[test]
fn credentials_that_expire_anywhere_end_it_and_the_next_apply_goes_on() {
    let cases = ends_it("expired", "expired", 2);
    counted("`apply`, from nothing", "the credentials expire", cases);
}

#[test]
fn a_call_that_is_denied_ends_it_and_the_next_apply_goes_on() {
    let cases = ends_it("denied", "not authorized to perform", 1);
    counted("`apply`, from nothing", "denied", cases);
}

fn resources(bench: &Bench) -> Vec<(String, String)> {
    let dump = bench.stub.dump();
    let stacks = dump["accounts"][ACCOUNT]["regions"][REGION]["stacks"].as_object().unwrap().clone();
    let of = |stack: &Value| {
        let name = stack["name"].as_str().unwrap().to_owned();
        let resources = stack["resources"].as_object().unwrap().clone();
        resources.into_iter().map(move |(logical, _)| (name.clone(), logical)).collect::<Vec<_>>()
    };
    stacks.values().flat_map(of).collect()
}

#[test]
fn a_resource_that_cannot_be_made_is_told_with_its_reason_and_mended_when_the_cause_is_gone() {
    let bench = Bench::new();
    let end = bench.usual_end();
    let all = resources(&bench);
    let cases = all.len();
    for (stack, logical) in all {
        bench.anew();
        let script =
            json!({"stack": stack, "logical": logical, "at": "create", "reason": "the quota is used up"});
        bench.stub.state(&json!({"scripts": {"resources": [script]}}));
        let said = bench.run(&["apply", "--yes"]);
        assert_eq!(said.code, Some(1), "{stack} {logical}: {}{}", said.out, said.err);
        assert!(said.err.contains(&format!("`{stack}` is ROLLBACK_COMPLETE: {logical} (")), "{}", said.err);
        assert!(said.err.contains("the quota is used up") && said.err.contains("--mend"), "{}", said.err);
        let written = bench.stub.writes().len();
        let said = bench.run(&["apply", "--yes"]);
        assert_eq!((said.code, bench.stub.writes().len()), (Some(1), written), "{}", said.err);
        let said = bench.run(&["apply", "--yes", "--mend"]);
        assert_eq!(said.code, Some(0), "{stack} {logical}: {}{}", said.out, said.err);
        bench.assert_end(&end, &format!("{stack} {logical}"));
        bench.stub.assert_unflagged();
    }
    counted("`apply`, from nothing", "a resource cannot be made", cases);
}

#[test]
fn a_resource_that_cannot_be_changed_leaves_all_as_it_was() {
    let bench = Bench::new();
    bench.applied();
    let begun = bench.stub.dump();
    let all = resources(&bench);
    bench.write(&format!("{SMALL}tags: {{ team: core }}\n"));
    bench.applied();
    let end = bench.stub.end_state();
    let mut failed = 0;
    for (stack, logical) in all {
        bench.anew();
        bench.stub.state(&begun);
        let script = json!({"stack": stack, "logical": logical, "at": "update", "reason": "not today"});
        bench.stub.state(&json!({"scripts": {"resources": [script]}}));
        let said = bench.run(&["apply", "--yes"]);
        if said.code == Some(0) {
            // It has no tags, so nothing of it changes.
            continue;
        }
        failed += 1;
        assert_eq!(said.code, Some(1), "{stack} {logical}: {}{}", said.out, said.err);
        assert!(
            said.err.contains("UPDATE_ROLLBACK_COMPLETE") && said.err.contains("not today"),
            "{}",
            said.err
        );
        bench.applied();
        bench.assert_end(&end, &format!("{stack} {logical}"));
    }
    counted("`apply`, of a change", "a resource cannot be changed", failed);
}

#[test]
fn a_rollback_that_failed_is_gone_on_with_by_who_says_so() {
    let bench = Bench::new();
    bench.applied();
    bench.write(&format!("{SMALL}tags: {{ team: core }}\n"));
    let scripts = json!([
        {"stack": "hello-pipeline-main", "logical": "Pipeline", "at": "update", "reason": "not today"},
        {"stack": "hello-pipeline-main", "at": "rollback", "reason": "nor back"},
    ]);
    bench.stub.state(&json!({"scripts": {"resources": scripts}}));
    let said = bench.run(&["apply", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("UPDATE_ROLLBACK_FAILED"), "{}", said.err);
    let said = bench.run(&["apply", "--yes"]);
    assert!(said.code == Some(1) && said.err.contains("so did the way back"), "{}", said.err);
    let said = bench.run(&["apply", "--yes", "--mend"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(bench.stack("hello-pipeline-main").1["status"], "UPDATE_COMPLETE");
}
