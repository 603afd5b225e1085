//! What is refused before anything is written.

use serde_json::{Value, json};

use super::bench::{ACCOUNT, Bench, REGION, SMALL};

/// Applies; it is refused with these words, and nothing was written.
fn refused(bench: &Bench, arguments: &[&str], words: &[&str]) {
    let written = bench.stub.writes().len();
    let said = bench.run(&[&["apply", "--yes"], arguments].concat());
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for words in words {
        assert!(said.err.contains(words), "no {words:?} in {}", said.err);
    }
    assert_eq!(bench.stub.writes().len(), written, "something was written");
    bench.stub.assert_unflagged();
}

fn change(bench: &Bench) {
    bench.write(&SMALL.replace("acme/hello", "acme/other"));
}

#[test]
fn without_a_terminal_it_wants_to_be_told() {
    let bench = Bench::new();
    let said = bench.run(&["apply"]);
    assert_eq!(said.code, Some(64), "{}", said.err);
    assert!(said.err.contains("`--yes`"), "{}", said.err);
    assert_eq!(bench.stub.calls(), Vec::<Value>::new());
}

#[test]
fn stacks_that_are_not_ours_are_left_alone_and_all_is_said_at_once() {
    let bench = Bench::new();
    bench.applied();
    change(&bench);
    bench.change_stack("hello-base", &json!({"tags": {"branchline:app": "other"}}));
    bench.change_stack("hello-pipeline-main", &json!({"status": "UPDATE_IN_PROGRESS"}));
    let words = [
        "is of the app `other`",
        "`hello-pipeline-main` (account 111122223333, region eu-west-1): UPDATE_IN_PROGRESS",
    ];
    refused(&bench, &["--replace", "--interrupt", "--mend"], &words);
}

#[test]
fn stuck_stacks_are_explained() {
    let bench = Bench::new();
    bench.applied();
    for (status, words) in [
        ("CREATE_FAILED", "what was made still stands"),
        ("DELETE_FAILED", "somebody deleted it"),
        ("ROLLBACK_FAILED", "not all of it could be deleted"),
        ("ROLLBACK_COMPLETE", "`--mend` deletes it"),
    ] {
        bench.change_stack("hello-base", &json!({"status": status}));
        refused(&bench, &[], &[status, words]);
    }
}

#[test]
fn anothers_change_set_under_a_name_of_ours_is_left_alone() {
    let bench = Bench::new();
    // What a first apply leaves that is killed before it carries anything out.
    bench.stub.faults(&json!([{"what": "denied", "operation": "ExecuteChangeSet"}]));
    assert_eq!(bench.run(&["apply", "--yes"]).code, Some(5));
    bench.stub.faults(&json!([]));
    let dump = bench.stub.dump();
    let sets = &dump["accounts"]["111122223333"]["regions"]["eu-west-1"]["change_sets"];
    let id = sets.as_object().unwrap().keys().next().unwrap();
    let ours = sets[id]["name"].clone();
    bench.state(&json!({"change_sets": {id: {"name": "mine"}}}));
    refused(&bench, &[], &["a change set that is not branchline's: `mine`"]);
    bench.state(&json!({"change_sets": {id: {"name": ours}}}));
    bench.applied();
}

#[test]
fn a_connection_that_is_not_complete_is_told_before_anything_is_made() {
    let bench = Bench::new();
    let connection = |status: &str| json!({"connections": {super::bench::CONNECTION: {"status": status}}});
    bench.state(&connection("PENDING"));
    refused(&bench, &[], &["waits for a person", "complete it at https://"]);
    bench.state(&connection("ERROR"));
    refused(&bench, &[], &["is ERROR"]);
}

/// Lets an execution run in the pipeline, or be over.
pub fn execution(bench: &Bench, status: &str) {
    let run = json!({
        "id": "0e1f2a3b-1111-4222-8333-944444444444", "version": 1, "status": status, "summary": null, "started": 1,
        "updated": 1, "trigger": {"triggerType": "Webhook", "triggerDetail": ""}, "mode": "QUEUED", "type": "STANDARD",
        "target": null, "revisions": [], "overrides": {}, "variables": [], "at": 0, "inside": false, "stages": {},
        "log": [], "rules": [], "overridden": [],
    });
    bench.state(
        &json!({"pipelines": {"hello-main": {"runs": {"0e1f2a3b-1111-4222-8333-944444444444": run}}}}),
    );
}

#[test]
fn a_pipeline_that_runs_is_not_changed_unless_that_is_said() {
    let bench = Bench::new();
    bench.applied();
    execution(&bench, "InProgress");
    bench.applied();
    change(&bench);
    refused(&bench, &[], &["0e1f2a3b", "in the middle of a migration", "`--wait`", "`--interrupt`"]);
    let said = bench.run(&["apply", "--yes", "--interrupt"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    bench.stub.assert_unflagged();
}

#[test]
fn a_pipeline_that_runs_is_waited_for() {
    let bench = Bench::new();
    bench.applied();
    execution(&bench, "InProgress");
    change(&bench);
    let written = bench.stub.writes().len();
    let child = bench.begin(&["apply", "--yes", "--wait"]);
    // It is looked at the pipeline, again and again, before anything is written: another stack that changes may hold what runs.
    let looked =
        || bench.stub.calls().iter().filter(|call| call["operation"] == "ListPipelineExecutions").count();
    let before = looked();
    while looked() < before + 3 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(bench.stub.writes().split_off(written), Vec::<String>::new());
    execution(&bench, "Succeeded");
    let said = super::bench::said(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(
        said.err.contains("waiting: the pipeline of `hello-pipeline-main`") && said.err.contains("0e1f2a3b"),
        "{}",
        said.err
    );
}

#[test]
fn an_execution_that_begins_meanwhile_keeps_its_pipeline_as_it_is() {
    let bench = Bench::new();
    bench.applied();
    change(&bench);
    // The change set is waited for when an execution begins.
    bench.stub.faults(&json!([{"what": "hold", "operation": "DescribeChangeSet", "nth": 1}]));
    let child = bench.begin(&["apply", "--yes"]);
    bench.stub.wait_until_held();
    execution(&bench, "InProgress");
    bench.stub.release();
    let said = super::bench::said(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("since just now"), "{}", said.err);
    assert!(!bench.stub.writes().ends_with(&["cloudformation:ExecuteChangeSet".to_owned()]));
    let end = bench.stub.end_state();
    assert_eq!(end["places"]["111122223333 eu-west-1"]["change sets"], json!([]), "nothing is left behind");
}

#[test]
fn what_carries_data_is_not_made_anew_unless_that_is_said() {
    let bench = Bench::new();
    bench.applied();
    // As if the repository of images had had another name before.
    let (arn, stack) = bench.stack("hello-pipeline-main");
    let text = stack["template"].as_str().unwrap();
    let other = text.replacen("RepositoryName: ", "RepositoryName: old-", 1);
    assert_ne!(text, other);
    bench.state(&json!({"stacks": {arn: {"template": other}}}));
    refused(&bench, &[], &["(AWS::ECR::Repository)", "its images", "`--replace`"]);
}

#[test]
fn scripts_are_told_what_speaks_against_it() {
    let bench = Bench::new();
    bench.applied();
    change(&bench);
    execution(&bench, "InProgress");
    bench.change_stack("hello-base", &json!({"tags": {"branchline:app": "other"}}));
    let connection = json!({"connections": {super::bench::CONNECTION: {"status": "ERROR"}}});
    bench.state(&connection);
    let said = bench.run(&["apply", "--yes", "--json"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let refused = told["refused"].as_array().unwrap();
    let whys: Vec<&Value> = refused.iter().map(|one| &one["why"]).collect();
    assert_eq!(whys, ["foreign", "running", "connection"], "{told:#}");
    assert_eq!(refused[0]["stack"], "hello-base");
    assert_eq!(
        (&refused[0]["account"], &refused[0]["region"]),
        (&json!("111122223333"), &json!("eu-west-1"))
    );
    assert_eq!(refused[2]["stack"], Value::Null);
    for one in refused {
        let message = one["message"].as_str().unwrap();
        assert!(said.err.contains(message) && !one["help"].as_str().unwrap().is_empty(), "{}", said.err);
    }
}

#[test]
fn a_stack_that_is_busy_is_waited_for() {
    let bench = Bench::new();
    bench.applied();
    change(&bench);
    bench.change_stack("hello-pipeline-main", &json!({"status": "UPDATE_IN_PROGRESS"}));
    let written = bench.stub.writes().len();
    let child = bench.begin(&["apply", "--yes", "--wait"]);
    let looked = || bench.stub.calls().iter().filter(|call| call["operation"] == "DescribeStacks").count();
    let before = looked();
    while looked() < before + 2 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(bench.stub.writes().len(), written);
    bench.change_stack("hello-pipeline-main", &json!({"status": "UPDATE_COMPLETE"}));
    let said = super::bench::said(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.err.contains("waiting: something is under way in `hello-pipeline-main`"), "{}", said.err);
}

#[test]
fn what_cloudformation_would_lose_and_the_plan_did_not_show_is_not_carried_out() {
    let bench = Bench::new();
    bench.applied();
    bench.later();
    // A template that is not read here, in which the bucket of artifacts had another name.
    let (_, stack) = bench.stack("hello-base");
    let mut resources = stack["resources"].clone();
    let bucket = resources["ArtifactBucket"]["properties"]["BucketName"].take();
    assert!(bucket.is_string(), "{resources}");
    resources["ArtifactBucket"]["properties"]["BucketName"] = json!("another-name");
    bench.change_stack("hello-base", &json!({ "template": "Resources: [", "resources": resources }));
    let before = bench.stub.end_state();
    let said = bench.run(&["apply", "--yes"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("did not show: ArtifactBucket (AWS::S3::Bucket)"), "{}", said.err);
    assert!(said.out.contains("hello-base  not changed: data would be lost"), "{}", said.out);
    assert_eq!(bench.stub.end_state(), before);
    // Who agrees to it gets it tried; here the bucket that is to be made has never gone.
    let said = bench.run(&["apply", "--yes", "--replace"]);
    assert!(said.err.contains("ArtifactBucket (S3::Bucket) is UPDATE_FAILED"), "{}", said.err);
}

#[test]
fn a_change_set_that_says_something_else_under_our_name_is_not_carried_out() {
    let bench = Bench::new();
    let end = bench.usual_end();
    bench.anew();
    bench.stub.faults(&json!([{"what": "denied", "operation": "ExecuteChangeSet", "times": 0}]));
    let said = bench.run(&["apply", "--yes"]);
    assert_eq!(said.code, Some(5), "{}{}", said.out, said.err);
    bench.later();
    // Somebody who may make change sets and not carry them out puts a role of theirs into it.
    let dump = bench.stub.dump();
    let sets = dump["accounts"][ACCOUNT]["regions"][REGION]["change_sets"].as_object().unwrap().clone();
    assert!(!sets.is_empty());
    for (id, set) in sets {
        let planted = format!("{}  # planted\n", set["template"].as_str().unwrap());
        bench.state(&json!({ "change_sets": { id: { "template": planted } } }));
    }
    bench.applied();
    bench.assert_end(&end, "after somebody's change set");
    assert!(!bench.stub.dump().to_string().contains("# planted"));
}

#[test]
fn what_an_override_adds_is_data_until_somebody_says_otherwise() {
    let bench = Bench::new();
    let table = "{ Type: AWS::DynamoDB::Table, Properties: { BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: id, \
                 AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }] } }";
    let overridden = format!(
        "{SMALL}overrides:\n  - document: environments/live.yml\n    patch:\n      - {{ op: add, path: /Resources/Orders, value: {table} }}\n"
    );
    bench.write(&overridden);
    bench.applied();
    bench.later();
    bench.write(SMALL);
    refused(&bench, &[], &["`Orders` (AWS::DynamoDB::Table)", "whatever it holds", "`--replace`"]);
}
