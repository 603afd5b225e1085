//! Applies that go well.

use serde_json::Value;

use super::bench::{Bench, SMALL};

#[test]
fn a_second_apply_writes_nothing() {
    let bench = Bench::new();
    let said = bench.applied();
    assert!(said.out.contains("hello-pipeline-main  made"), "{}", said.out);
    assert!(said.err.contains("hello-base  ArtifactBucket (S3::Bucket)  CREATE_COMPLETE"), "{}", said.err);
    let made = ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"].repeat(3);
    assert_eq!(
        bench.stub.writes(),
        made,
        "a change set for each stack, one after the other, and nothing else"
    );
    bench.applied();
    assert_eq!(bench.stub.writes().len(), made.len());
    assert_eq!(bench.run(&["plan", "--exit-code"]).code, Some(0), "what stands is what is wanted");
    bench.stub.assert_unflagged();
}

#[test]
fn only_what_differs_is_touched() {
    let bench = Bench::new();
    bench.applied();
    let before = bench.stub.calls().len();
    bench.write(&SMALL.replace("repository: acme/hello", "repository: acme/other"));
    let said = bench.applied();
    let calls = bench.stub.calls().split_off(before);
    let written = calls.iter().filter(|call| call["is_write"] == true);
    let stacks: Vec<&Value> = written.map(|call| &call["params"]["StackName"]).collect();
    assert_eq!(stacks, ["hello-pipeline-main", "hello-pipeline-main"], "{}", said.out);
    bench.stub.assert_unflagged();
}

#[test]
fn stacks_carry_the_tags_by_which_they_are_known() {
    let bench = Bench::new();
    bench.write(&format!("{SMALL}tags: {{ team: core }}\n"));
    bench.applied();
    let (_, stack) = bench.stack("hello-environment-live");
    assert_eq!(stack["tags"]["branchline:app"], "hello");
    assert_eq!(stack["tags"]["branchline:environment"], "live");
    assert_eq!(stack["tags"]["team"], "core");
}

#[test]
fn a_connection_that_was_made_just_now_stops_before_pipelines_that_would_fail() {
    let bench = Bench::new();
    bench.write(&SMALL.replace("  connection: CONNECTION\n", ""));
    let said = bench.run(&["apply", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("waits for a person"), "{}", said.err);
    assert!(said.err.contains("/codesuite/settings/connections?region=eu-west-1"), "{}", said.err);
    let end = bench.stub.end_state();
    let place = &end["places"]["111122223333 eu-west-1"];
    assert_eq!(place["pipelines"], serde_json::json!({}));
    // A second one is held back by the same, before it writes anything.
    let written = bench.stub.writes().len();
    assert_eq!(bench.run(&["apply", "--yes"]).code, Some(1));
    assert_eq!(bench.stub.writes().len(), written);
    let connections = place["connections"].as_object().unwrap();
    let (arn, _) = connections.iter().find(|(_, status)| *status == "PENDING").unwrap();
    bench.state(&serde_json::json!({"connections": {arn: {"status": "AVAILABLE"}}}));
    bench.applied();
    bench.stub.assert_unflagged();
}

#[test]
fn a_long_template_goes_through_the_artifact_bucket() {
    let bench = Bench::new();
    // A migration: its environment's stack has a lock and buildspecs of many lines.
    let long = SMALL.replace("    deploy:\n", "    migrate: { command: [bin/migrate] }\n    deploy:\n");
    bench.write(&long);
    let said = bench.applied();
    let end = bench.stub.end_state();
    let objects = end["buckets"]["hello-artifacts-111122223333-eu-west-1"]["objects"].as_array().unwrap();
    assert!(!objects.is_empty(), "{}", said.out);
    assert!(objects.iter().all(|key| key.as_str().unwrap().starts_with("templates/")), "{objects:?}");
    let owned = bench.stub.calls().into_iter().filter(|call| call["operation"] == "PutObject");
    assert!(owned.clone().count() > 0);
    for call in owned {
        assert_eq!(call["params"]["ExpectedBucketOwner"], "111122223333");
    }
    bench.stub.assert_unflagged();
}

#[test]
fn scripts_are_told_what_became_of_each_stack() {
    let bench = Bench::new();
    let said = bench.run(&["apply", "--yes", "--json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let names: Vec<&Value> = told.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["hello-base", "hello-environment-live", "hello-pipeline-main"]);
    assert!(told.as_array().unwrap().iter().all(|one| one["outcome"] == "done"), "{told:#}");
}
