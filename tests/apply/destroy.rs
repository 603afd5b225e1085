//! `branchline destroy`: what is deleted, in which order, and what is refused.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::bench::{ACCOUNT, Bench, REGION, SMALL, Said};

/// An app of two pipelines and two environments, each with a lock.
pub const TWO: &str = "version: 1\napp: hello\nbranches:\n  main: [live]\n  develop: [dev]\nenvironments:\n  live: {}\n  dev: {}\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nsource:\n  repository: acme/hello\n  connection: CONNECTION\n\
    services:\n  web:\n    migrate: { command: [bin/migrate] }\n    deploy:\n      \
    ecs: { cluster: \"hello-{environment}\", roles: [\"hello-{environment}-task\"] }\n";

/// What stands after an apply, by the configuration: applied once for all tests.
static APPLIED: Mutex<BTreeMap<&'static str, Value>> = Mutex::new(BTreeMap::new());

/// A bench on which a configuration was applied; whatever takes its time is over with the next request.
pub fn applied(text: &'static str) -> Bench {
    let bench = Bench::new();
    bench.write(text);
    bench.stub.clock(&json!({"auto": 600}));
    let mut known = APPLIED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(state) = known.get(text) {
        bench.stub.state(state);
    } else {
        bench.applied();
        known.insert(text, bench.stub.dump());
    }
    bench
}

/// The names of the stacks that were asked to be deleted, in order.
pub fn deleted(bench: &Bench) -> Vec<String> {
    let calls = bench.stub.calls().into_iter().filter(|call| call["operation"] == "DeleteStack");
    // arn:…:stack/NAME/ID
    let name =
        |call: Value| call["params"]["StackName"].as_str().unwrap().split('/').nth(1).unwrap().to_owned();
    calls.map(name).collect()
}

/// The names of the stacks that stand.
pub fn standing(bench: &Bench) -> Vec<String> {
    let end = bench.stub.end_state();
    end["places"][format!("{ACCOUNT} {REGION}")]["stacks"].as_object().unwrap().keys().cloned().collect()
}

fn well(said: Said) -> Said {
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    said
}

/// Runs it with `--yes`; it is refused with these words, all of them, and nothing was written.
fn refused(bench: &Bench, arguments: &[&str], words: &[&str]) {
    let written = bench.stub.writes().len();
    let said = bench.run(&[&["destroy", "--yes"], arguments].concat());
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for words in words {
        assert!(said.err.contains(words), "no {words:?} in {}", said.err);
    }
    assert_eq!(bench.stub.writes().len(), written, "something was written");
    bench.stub.assert_unflagged();
}

/// An execution of a pipeline, as it stands.
fn execution(bench: &Bench, pipeline: &str, status: &str) {
    const ID: &str = "0e1f2a3b-1111-4222-8333-944444444444";
    let run = json!({
        "id": ID, "version": 1, "status": status, "summary": null, "started": 1, "updated": 1,
        "trigger": {"triggerType": "Webhook", "triggerDetail": ""}, "mode": "QUEUED", "type": "STANDARD",
        "target": null, "revisions": [], "overrides": {}, "variables": [], "at": 0, "inside": false, "stages": {},
        "log": [], "rules": [], "overridden": [],
    });
    bench.state(&json!({"pipelines": {pipeline: {"runs": {ID: run}}}}));
}

/// Compares with the file of that name, or writes it where `BLESS` is set.
fn golden(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apply").join(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    snapbox::assert_data_eq!(text.to_owned(), snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn without_yes_all_that_stands_is_shown_and_nothing_is_written() {
    let bench = applied(TWO);
    let written = bench.stub.writes().len();
    let shown = bench.shown(&["destroy"]);
    // The key's id is the stub's.
    let key = shown.lines().find_map(|line| line.split("stays: the key ").nth(1)).unwrap().to_owned();
    golden("destroy.txt", &shown.replace(&key, "KEY"));
    for arguments in [&["destroy"][..], &["destroy", "--pipelines", "--environment", "live", "dev", "--base"]]
    {
        well(bench.run(arguments));
        well(bench.run(&[arguments, &["--json"]].concat()));
    }
    assert_eq!(bench.stub.writes().len(), written);
    let said = bench.run(&["destroy", "--yes"]);
    assert_eq!(said.code, Some(64), "{}", said.err);
    assert!(said.err.contains("nothing is named"), "{}", said.err);
    bench.stub.assert_unflagged();
}

#[test]
fn pipelines_go_before_environments_and_these_before_the_base_and_again_nothing_is_written() {
    let bench = applied(TWO);
    let all = ["destroy", "--base", "--environment", "dev", "live", "--pipelines", "--yes"];
    let said = well(bench.run(&all));
    let gone = deleted(&bench);
    let steps: Vec<&str> = gone.iter().map(|name| name.split('-').nth(1).unwrap()).collect();
    assert_eq!(steps, ["pipeline", "pipeline", "environment", "environment", "base"], "{gone:?}");
    assert_eq!(standing(&bench), Vec::<String>::new());
    assert!(said.err.contains("hello-base  ArtifactBucket (S3::Bucket)  DELETE_SKIPPED"), "{}", said.err);
    assert!(said.out.contains("--bucket hello-artifacts-111122223333-eu-west-1"), "{}", said.out);
    let end = bench.stub.end_state();
    assert!(end["buckets"]["hello-locks-111122223333-eu-west-1"].is_object(), "data stays");
    let resources = end["places"][format!("{ACCOUNT} {REGION}")]["resources"].to_string();
    assert!(resources.contains("AWS::ECR::Repository hello/web/main"), "{resources}");
    let written = bench.stub.writes().len();
    let said = well(bench.run(&all));
    assert!(said.out.contains("nothing of it stands"), "{}", said.out);
    assert_eq!(bench.stub.writes().len(), written);
    bench.stub.assert_unflagged();
}

#[test]
fn only_what_is_named_goes_by_whatever_name_it_is_known() {
    let bench = applied(SMALL);
    let begun = bench.stub.dump();
    for name in ["main", "hello-main", "hello-pipeline-main"] {
        bench.anew();
        bench.stub.state(&begun);
        bench.stub.clock(&json!({"auto": 600}));
        well(bench.run(&["destroy", "--yes", "--pipeline", name]));
        assert_eq!(deleted(&bench), ["hello-pipeline-main"], "{name}");
    }
    refused(&bench, &["--pipeline", "man"], &["there is no pipeline `man`"]);
    refused(&bench, &["--environment", "lives"], &["there is no environment `lives`"]);
    refused(&bench, &["--base=us-east-1"], &["there is no base stack in `us-east-1`"]);
}

#[test]
fn what_the_map_has_no_more_is_named_like_all_else() {
    let bench = applied(TWO);
    bench.write(&TWO.replace("  develop: [dev]\n", "").replace("  dev: {}\n", ""));
    let said = well(bench.run(&["destroy", "--pipeline", "develop", "--environment", "dev"]));
    assert!(said.out.contains("which the map asks for no more"), "{}", said.out);
    well(bench.run(&["destroy", "--pipeline", "develop", "--environment", "dev", "--yes"]));
    assert_eq!(deleted(&bench), ["hello-pipeline-develop", "hello-environment-dev"]);
}

#[test]
fn all_that_speaks_against_it_is_said_at_once() {
    let bench = applied(TWO);
    bench.change_stack("hello-base", &json!({"protected": true}));
    bench.change_stack("hello-pipeline-main", &json!({"status": "UPDATE_IN_PROGRESS"}));
    bench.change_stack("hello-environment-dev", &json!({"tags": {"branchline:app": "other"}}));
    execution(&bench, "hello-main", "InProgress");
    let words = [
        "`hello-environment-dev` (account 111122223333, region eu-west-1) is of the app `other`",
        "something is under way in `hello-pipeline-main` (account 111122223333, region eu-west-1): UPDATE_IN_PROGRESS",
        "is running (0e1f2a3b-1111-4222-8333-944444444444), in the middle of a migration perhaps",
        "`hello-base` (account 111122223333, region eu-west-1) has termination protection",
        "--no-enable-termination-protection --stack-name hello-base",
        "`hello-base` (account 111122223333, region eu-west-1) is needed by what stays: hello-pipeline-develop",
    ];
    refused(&bench, &["--pipeline", "main", "--environment", "live", "dev", "--base"], &words);
    // What would pass is not waited for where something else does not.
    refused(&bench, &["--pipeline", "main", "--environment", "live", "--base", "--wait"], &words[1..]);
}

#[test]
fn an_environment_goes_only_when_no_pipeline_uses_it() {
    let bench = applied(TWO);
    refused(
        &bench,
        &["--environment", "live"],
        &["is used by what stays: hello-main", "--pipeline hello-main"],
    );
    // Also where the stages are called otherwise, and only a role is left.
    let (arn, stack) = bench.stack("hello-pipeline-main");
    let renamed = stack["template"].as_str().unwrap().replace("-live\n", "-gone\n");
    bench.state(&json!({"stacks": {&arn: {"template": renamed}}}));
    refused(&bench, &["--environment", "live"], &["is used by what stays: hello-main"]);
    // And where nobody can tell.
    bench.state(&json!({"stacks": {&arn: {"template": "Resources: ["}}}));
    refused(&bench, &["--environment", "live"], &["is used by what stays: hello-main"]);
    refused(&bench, &["--pipeline", "main"], &["is none of the stacks that branchline makes"]);
}

#[test]
fn what_others_import_stays() {
    let bench = applied(SMALL);
    let (_, base) = bench.stack("hello-base");
    let mut other = base.clone();
    let arn =
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/other/11111111-1111-4222-8333-944444444444";
    for (key, value) in
        [("id", json!(arn)), ("name", json!("other")), ("tags", json!({})), ("outputs", json!({}))]
    {
        other[key] = value;
    }
    other["imports"] = json!(["hello-artifact-key"]);
    bench.state(&json!({"stacks": {arn: other}}));
    let all = ["--pipelines", "--environment", "live", "--base"];
    refused(&bench, &all, &["what `hello-base`", "exports as `hello-artifact-key` is imported by other"]);
}

#[test]
fn an_environment_whose_lock_is_held_stays_until_it_is_free() {
    // {"pipeline":"hello-develop","execution":"0e1f2a3b-1111-4222-8333-944444444444"}
    const HELD: &str = "eyJwaXBlbGluZSI6ImhlbGxvLWRldmVsb3AiLCJleGVjdXRpb24iOiIwZTFmMmEzYi0xMTExLTQyMjItODMzMy05NDQ0NDQ0NDQ0NDQifQ==";
    let bench = applied(TWO);
    execution(&bench, "hello-develop", "InProgress");
    let object = json!({"body": HELD, "etag": "\"e\"", "at": 1, "size": 1});
    let bucket = "hello-locks-111122223333-eu-west-1";
    bench.stub.state(&json!({"buckets": {bucket: {"objects": {"locks/live": object}}}}));
    let live = ["--pipeline", "main", "--environment", "live"];
    refused(
        &bench,
        &[&live[..], &["--interrupt"]].concat(),
        &["the lock of `live`", "`hello-develop`, which is not over"],
    );
    let child = bench.begin(&[&["destroy", "--yes", "--wait"], &live[..]].concat());
    let looked =
        || bench.stub.calls().iter().filter(|call| call["operation"] == "GetPipelineExecution").count();
    let before = looked();
    while looked() < before + 2 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(deleted(&bench), Vec::<String>::new());
    execution(&bench, "hello-develop", "Failed");
    let said = well(super::bench::said(child.wait_with_output().unwrap()));
    assert!(said.err.contains("waiting: the lock of `live`"), "{}", said.err);
    assert_eq!(deleted(&bench), ["hello-pipeline-main", "hello-environment-live"]);
    bench.stub.assert_unflagged();
}

#[test]
fn a_pipeline_that_runs_is_deleted_by_who_says_so() {
    let bench = applied(SMALL);
    execution(&bench, "hello-main", "InProgress");
    refused(&bench, &["--pipelines"], &["`--wait`", "`--interrupt`"]);
    let said = well(bench.run(&["destroy", "--pipelines", "--wait"]));
    assert!(said.err.contains("would be waited for: the pipeline of `hello-pipeline-main`"), "{}", said.err);
    well(bench.run(&["destroy", "--pipelines", "--interrupt", "--yes"]));
    assert_eq!(deleted(&bench), ["hello-pipeline-main"]);
}

#[test]
fn scripts_are_told_what_goes_what_stays_and_what_became_of_it() {
    let bench = applied(SMALL);
    let told = |arguments: &[&str]| -> Value { serde_json::from_str(&bench.run(arguments).out).unwrap() };
    let dry = told(&["destroy", "--pipelines", "--base", "--json"]);
    assert_eq!((&dry["dry_run"], &dry["refusals"][0]["what"]), (&json!(true), &json!("needed")), "{dry:#}");
    let done = told(&["destroy", "--pipelines", "--json", "--yes"]);
    let stack = &done["stacks"][0];
    assert_eq!(stack["name"], "hello-pipeline-main");
    assert_eq!((&stack["kind"], &stack["of"]), (&json!("pipeline"), &json!("hello-main")));
    assert_eq!(stack["result"]["outcome"], "deleted");
    assert_eq!(stack["keeps"][0]["name"], "hello/web/main");
    let command = "aws ecr delete-repository --region eu-west-1 --repository-name hello/web/main --force";
    assert_eq!(stack["keeps"][0]["commands"], json!([command]));
    assert_eq!(told(&["destroy", "--pipelines", "--json", "--yes"])["gone"], json!(["hello-pipeline-main"]));
}

/// A stack like another, with other members.
fn like(bench: &Bench, name: &str, called: &str, tags: &Value) {
    let (_, mut stack) = bench.stack(name);
    let arn = format!(
        "arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{called}/22222222-1111-4222-8333-944444444444"
    );
    stack["id"] = json!(arn);
    stack["name"] = json!(called);
    stack["outputs"] = json!({});
    stack["imports"] = json!([]);
    stack["tags"] = tags.clone();
    bench.state(&json!({"stacks": {arn: stack}}));
}

#[test]
fn whatever_is_asked_for_nothing_without_the_apps_tag_and_shape_is_ever_deleted() {
    let bench = applied(TWO);
    let foreign = json!({"branchline:app": "other"});
    like(&bench, "hello-pipeline-main", "hello-pipeline-extra", &foreign);
    like(&bench, "hello-environment-live", "hello-environment-extra", &foreign);
    // Ours by its tag, and called otherwise than anything that is made here: a bootstrap's, say.
    like(&bench, "hello-pipeline-main", "hello-bootstrap", &json!({"branchline:app": "hello"}));
    // Called like a pipeline's, and none.
    like(&bench, "hello-environment-dev", "hello-pipeline-none", &json!({"branchline:app": "hello"}));
    bench.change_stack("hello-environment-dev", &json!({"tags": {"branchline:app": "other"}}));
    bench.change_stack("hello-pipeline-develop", &json!({"tags": {"branchline:app": "hello2"}}));
    let begun = bench.stub.dump();
    let theirs = [
        "hello-pipeline-extra",
        "hello-environment-extra",
        "hello-bootstrap",
        "hello-pipeline-none",
        "hello-environment-dev",
        "hello-pipeline-develop",
    ];
    let pipelines: [&[&str]; 3] =
        [&["--pipelines"], &["--pipeline", "main", "extra"], &["--pipeline", "main"]];
    let environments: [&[&str]; 3] =
        [&[], &["--environment", "live", "dev", "extra"], &["--environment", "live"]];
    let mut gone = std::collections::BTreeSet::new();
    for pipelines in pipelines {
        for environments in environments {
            for more in [&["--yes", "--interrupt"][..], &["--yes", "--interrupt", "--base"]] {
                bench.anew();
                bench.stub.state(&begun);
                bench.stub.clock(&json!({"auto": 600}));
                bench.run(&[&["destroy"], pipelines, environments, more].concat());
                let deleted = deleted(&bench);
                assert!(theirs.iter().all(|name| !deleted.contains(&(*name).to_owned())), "{deleted:?}");
                gone.extend(deleted);
            }
        }
    }
    let gone: Vec<String> = gone.into_iter().collect();
    assert_eq!(gone, ["hello-environment-live", "hello-pipeline-main"], "what is ours does go");
    bench.stub.assert_unflagged();
}
