//! Calls that go wrong, in each of the forms in which AWS is asked.

use std::thread;

use serde_json::{Value, json};

use crate::bench::{Bench, text};

/// One in JSON, one each in the two kinds of forms. The SDK's own have their tests with the commands that ask little else.
const CALLS: [(&str, &str); 3] =
    [("ecs", "DescribeServices"), ("ec2", "DescribeSubnets"), ("iam", "GetAccountSummary")];

fn rule(what: &str, (service, operation): (&str, &str)) -> Value {
    json!({ "what": what, "service": service, "operation": operation })
}

#[test]
fn a_fault_that_passes_is_not_seen() {
    thread::scope(|scope| {
        for call in CALLS {
            scope.spawn(move || {
                let bench = Bench::new();
                for what in ["throttle", "500", "503", "cut"] {
                    let mut rule = rule(what, call);
                    rule["nth"] = 1.into();
                    bench.stub.faults(&json!([rule]));
                    let output = bench.run(&["--json", crate::bench::ROLE]);
                    assert_eq!(output.status.code(), Some(0), "{what} {call:?}: {}", text(&output.stderr));
                    assert_eq!(text(&output.stdout), "[]\n", "{what} {call:?}");
                }
                bench.stub.assert_unflagged();
            });
        }
    });
}

#[test]
fn a_fault_that_stays_ends_with_five_and_tells_no_secret() {
    thread::scope(|scope| {
        for call in CALLS {
            scope.spawn(move || {
                let bench = Bench::new();
                for what in ["throttle", "500", "503", "cut", "expired"] {
                    bench.stub.faults(&json!([rule(what, call)]));
                    let output = bench.run(&[crate::bench::ROLE]);
                    let said = text(&output.stderr);
                    assert_eq!(output.status.code(), Some(5), "{what} {call:?}: {said}");
                    assert!(output.stdout.is_empty(), "{what} {call:?}");
                    assert!(said.contains(call.1), "{what} {call:?}: {said}");
                }
            });
        }
    });
}

#[test]
fn credentials_that_expire_at_any_call_end_with_five() {
    let bench = Bench::new();
    bench.codes(&[]);
    let calls = bench.stub.calls();
    let mut calls: Vec<(&str, &str)> = calls
        .iter()
        .map(|call| (call["service"].as_str().unwrap(), call["operation"].as_str().unwrap()))
        .collect();
    calls.sort_unstable();
    calls.dedup();
    assert!(calls.len() >= 20, "{calls:?}");
    for call in calls.into_iter().filter(|(service, _)| *service != "sts") {
        bench.stub.faults(&json!([rule("expired", call)]));
        let output = bench.run(&[crate::bench::ROLE]);
        assert_eq!(output.status.code(), Some(5), "{call:?}: {}", text(&output.stdout));
        assert!(text(&output.stderr).contains("sign in again"), "{call:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_service_is_asked_at_the_address_that_is_set_for_it_alone() {
    let bench = Bench::new();
    let nowhere = bench.run_with(&[crate::bench::ROLE], &[("AWS_ENDPOINT_URL_ECS", "http://127.0.0.1:1")]);
    assert_eq!(nowhere.status.code(), Some(5), "{}", text(&nowhere.stdout));
    assert!(text(&nowhere.stderr).contains("ecs:DescribeServices"), "{}", text(&nowhere.stderr));
}
