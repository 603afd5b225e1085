//! What may not be looked at, and what is never looked at.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::bench::{Bench, HOME, REGION, here, text};
use crate::healthy::healthy;

/// Two things are wrong that are found by different calls.
fn broken() -> Value {
    let mut state = healthy();
    let facts = &mut state["accounts"][HOME]["regions"][REGION]["facts"];
    facts["topics"] = json!([]);
    facts["ssm parameters"] = json!([]);
    state
}

#[test]
fn a_right_that_is_missing_is_named_and_the_rest_is_told() {
    let bench = Bench::new();
    bench.state(&broken());
    assert_eq!(bench.codes(&[]).0, BTreeSet::from(["BL932".to_owned(), "BL935".to_owned()]));
    let calls: BTreeSet<String> =
        bench.called().into_iter().filter(|call| !call.starts_with("sts:")).collect();
    assert!(calls.len() >= 18, "{calls:?}");
    for call in &calls {
        let (service, operation) = call.split_once(':').unwrap();
        let service = if service == "servicequotas" { "service-quotas" } else { service };
        bench.stub.faults(&json!([{ "what": "denied", "service": service, "operation": operation }]));
        let (found, code) = bench.findings(&[]);
        assert_eq!(code, 4, "{call}");
        let hidden = found.iter().filter(|one| one["code"] == "BL902").collect::<Vec<_>>();
        assert!(!hidden.is_empty(), "{call}: {found:?}");
        for one in hidden {
            assert_eq!(one["severity"], "note", "{call}");
            assert!(one["help"].as_str().unwrap().contains(&format!("`{call}`")), "{call}: {one}");
            assert!(!one["message"].as_str().unwrap().starts_with("something"), "{call}: {one}");
        }
        let codes: BTreeSet<&str> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
        let others = [("BL932", "ssm:DescribeParameters"), ("BL935", "sns:GetTopicAttributes")];
        let expected = others.iter().filter(|(_, by)| by != call).map(|(code, _)| *code);
        let expected: BTreeSet<&str> = expected.chain(["BL902"]).collect();
        assert_eq!(codes, expected, "{call}");
    }
    bench.stub.assert_unflagged();
}

#[test]
fn who_may_look_at_nothing_ends_with_five() {
    let bench = Bench::new();
    let services = [
        "cloudformation",
        "codeconnections",
        "codepipeline",
        "ec2",
        "ecr",
        "ecs",
        "iam",
        "logs",
        "secretsmanager",
        "service-quotas",
        "sns",
        "ssm",
    ];
    let denied: Vec<Value> = services.iter().map(|one| json!({ "what": "denied", "service": one })).collect();
    bench.stub.faults(&json!(denied));
    let output = bench.run(&[]);
    assert_eq!(output.status.code(), Some(5), "{}", text(&output.stdout));
    assert!(
        output.stdout.is_empty() && text(&output.stderr).contains("AccessDenied"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn nothing_is_written_and_no_value_is_asked_for_and_every_call_stands_in_the_page() {
    let bench = Bench::new();
    assert_eq!(bench.codes(&[]).1, 0);
    assert_eq!(bench.stub.writes(), Vec::<String>::new());
    let page = std::fs::read_to_string(here("../../docs/doctor.md")).unwrap();
    for call in bench.called() {
        let gives_values = ["GetSecretValue", "GetParameter", "GetLogEvents", "GetObject"];
        assert!(!gives_values.iter().any(|name| call.contains(name)), "{call}");
        assert!(page.contains(&format!("`{call}`")), "docs/doctor.md does not list {call}");
    }
}

#[test]
fn no_call_is_made_for_each_of_many_things_that_one_call_takes() {
    let bench = Bench::new();
    bench.codes(&[]);
    let count = |name: &str| bench.stub.calls().iter().filter(|call| call["operation"] == name).count();
    // One for each account, or each of its clusters.
    assert_eq!((count("DescribeServices"), count("DescribeStacks"), count("GetCallerIdentity")), (2, 2, 2));
    // One for those of the file, and one for Copilot's in each place.
    assert_eq!(count("DescribeParameters"), 3);
    assert_eq!((count("DescribeSubnets"), count("DescribeRouteTables")), (1, 1));
    assert!(bench.stub.calls().len() <= 36, "{}", bench.stub.calls().len());
}
