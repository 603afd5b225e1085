//! What goes wrong while stacks are deleted: between the program and AWS, at each request in turn; inside of AWS, at each resource.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::bench::{Bench, SMALL};
use super::counted::counted;
use super::destroy::{applied, standing};
use super::interrupted::killed_after;

const SOME: [&str; 5] = ["destroy", "--pipelines", "--environment", "live", "--yes"];
const ALL: [&str; 6] = ["destroy", "--pipelines", "--environment", "live", "--yes", "--base"];

/// A bench on which all stands, and the way back to that.
struct Ground {
    arguments: &'static [&'static str],
    bench: Bench,
    begun: Value,
    end: Value,
    requests: usize,
}

impl Ground {
    fn new(arguments: &'static [&'static str]) -> Self {
        let bench = applied(SMALL);
        let begun = bench.stub.dump();
        let before = bench.stub.calls().len();
        destroyed(&bench, arguments);
        let (end, requests) = (bench.stub.end_state(), bench.stub.calls().len() - before);
        Ground { arguments, bench, begun, end, requests }
    }

    fn anew(&self) -> &Bench {
        self.bench.anew();
        self.bench.stub.state(&self.begun);
        self.bench.stub.clock(&json!({"auto": 600}));
        &self.bench
    }
}

fn destroyed(bench: &Bench, arguments: &[&str]) {
    let said = bench.run(arguments);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

/// Does it for every request by its number, on two benches side by side; how many these are.
fn at_each_request(check: impl Fn(&Ground, usize) + Sync) -> usize {
    let cases = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for first in [1, 2] {
            let (check, cases) = (&check, &cases);
            scope.spawn(move || {
                let ground = Ground::new(&SOME);
                assert!(ground.requests > 20, "{}", ground.requests);
                for n in (first..=ground.requests).step_by(2) {
                    check(&ground, n);
                    cases.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    cases.into_inner()
}

#[test]
fn one_that_is_killed_anywhere_is_gone_on_with() {
    let cases = at_each_request(|ground, n| {
        let bench = ground.anew();
        assert!(killed_after(bench, n, ground.arguments), "there is a request {n}");
        bench.stub.faults(&json!([]));
        destroyed(bench, ground.arguments);
        assert_eq!(bench.stub.end_state(), ground.end, "killed after request {n}");
        bench.stub.assert_unflagged();
    });
    counted("`destroy`", "killed after a request", cases);
}

#[test]
fn a_call_that_is_denied_or_comes_too_late_ends_it_and_the_next_one_goes_on() {
    let cases = at_each_request(|ground, n| {
        // One of both at each request.
        let (fault, says) =
            if n % 4 < 2 { ("denied", "not authorized to perform") } else { ("expired", "expired") };
        let bench = ground.anew();
        bench.stub.faults(&json!([{"what": fault, "nth": n, "times": 0}]));
        let said = bench.run(ground.arguments);
        assert_eq!(said.code, Some(5), "request {n}: {}{}", said.out, said.err);
        assert!(said.err.contains(says) && said.err.contains("help:"), "request {n}: {}", said.err);
        // What was begun goes on, and one that was killed is gone on with everywhere: here some are enough.
        if n % 8 < 2 {
            bench.stub.faults(&json!([]));
            destroyed(bench, ground.arguments);
            assert_eq!(bench.stub.end_state(), ground.end, "request {n}");
        }
        bench.stub.assert_unflagged();
    });
    counted("`destroy`", "denied, or the credentials expire", cases);
}

#[test]
fn what_passes_by_itself_is_tried_again() {
    let faults = [
        json!({"what": "throttle"}),
        json!({"what": "500"}),
        json!({"what": "503"}),
        json!({"what": "cut"}),
        json!({"what": "cut", "after": true}),
    ];
    // Each is a wait, not work: side by side.
    std::thread::scope(|scope| {
        for fault in faults {
            scope.spawn(move || {
                let ground = Ground::new(&ALL);
                let bench = ground.anew();
                let rules: Vec<Value> = (1..60)
                    .step_by(12)
                    .map(|n| {
                        let mut rule = fault.clone();
                        rule["nth"] = json!(n);
                        rule
                    })
                    .collect();
                bench.stub.faults(&json!(rules));
                destroyed(bench, ground.arguments);
                assert_eq!(bench.stub.end_state(), ground.end, "{fault}");
                bench.stub.assert_unflagged();
            });
        }
    });
}

#[test]
fn a_resource_that_cannot_be_deleted_is_told_with_its_reason_and_the_next_one_goes_on() {
    let ground = Ground::new(&ALL);
    let stacks =
        ground.anew().stub.dump()["accounts"]["111122223333"]["regions"]["eu-west-1"]["stacks"].clone();
    let mut kinds = BTreeSet::new();
    for stack in stacks.as_object().unwrap().values() {
        let name = stack["name"].as_str().unwrap();
        for (logical, resource) in stack["resources"].as_object().unwrap() {
            let kept = resource["attributes"]["DeletionPolicy"]
                .as_str()
                .is_some_and(|policy| policy.starts_with("Retain"));
            // One of each type.
            if kept || !kinds.insert(resource["type"].clone().to_string()) {
                continue;
            }
            let bench = ground.anew();
            let script =
                json!({"stack": name, "logical": logical, "at": "delete", "reason": "it is \u{9b}2Jin use"});
            bench.stub.state(&json!({"scripts": {"resources": [script]}}));
            let said = bench.run(ground.arguments);
            assert_eq!(said.code, Some(1), "{logical}: {}{}", said.out, said.err);
            assert!(
                said.err
                    .contains(&format!("`{name}` could not be deleted: it is DELETE_FAILED; {logical} (")),
                "{}",
                said.err
            );
            assert!(said.err.contains("it is 2Jin use") && !said.err.contains('\u{9b}'), "{}", said.err);
            assert!(standing(bench).contains(&name.to_owned()), "{logical}");
            if name == "hello-base" {
                let told = bench.run(&["destroy", "--base"]).out;
                assert!(
                    told.contains("it is tried again") && told.contains(&format!("{logical} (")),
                    "{told}"
                );
            }
            destroyed(bench, ground.arguments);
            assert_eq!(bench.stub.end_state(), ground.end, "{logical}");
            bench.stub.assert_unflagged();
        }
    }
    assert!(kinds.len() >= 5, "{kinds:?}");
    counted("`destroy`", "a resource cannot be deleted", kinds.len());
}

#[test]
fn one_that_is_under_way_already_is_followed_to_its_end() {
    let ground = Ground::new(&ALL);
    let bench = ground.anew();
    bench.stub.clock(&json!({"auto": 1}));
    bench.stub.state(&json!({"pace": {"resource": 3.0}}));
    bench.stub.faults(&json!([{"what": "denied", "operation": "DescribeStackEvents", "nth": 2}]));
    assert_eq!(bench.run(&["destroy", "--pipelines", "--yes"]).code, Some(5));
    let asked = bench.stub.writes().len();
    assert_eq!(bench.stack("hello-pipeline-main").1["status"], "DELETE_IN_PROGRESS");
    let said = bench.run(&["destroy", "--pipelines", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("it is being deleted already"), "{}", said.out);
    assert_eq!(bench.stub.writes().len(), asked, "it was asked for once");
}
