//! `--engine api`: projects and pipelines without stacks, in an AWS in which all else is there already.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use serde_json::{Value, json};

use super::bench::{ACCOUNT, Bench, REGION, Said, said};
use super::interrupted::killed_after;
use super::python;

const APPLY: [&str; 4] = ["apply", "--yes", "--engine", "api"];
const PLAN: [&str; 3] = ["plan", "--engine", "api"];

/// The small app with a migration, in a network of its own, so that it has projects of all kinds; its key and its connection are there.
const APP: &str = "version: 1\napp: hello\nbranches:\n  main: [live]\nenvironments:\n  live:\n    vpc: { id: vpc-0123456789abcdef0, \
    subnets: [subnet-0123456789abcdef0], security_groups: [sg-0123456789abcdef0] }\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nartifacts:\n  key: { existing: KEY }\n\
    source:\n  repository: acme/hello\n  connection: CONNECTION\nservices:\n  web:\n    \
    migrate: { run: codebuild, command: [bin/migrate], timeout: 45m }\n    deploy:\n      \
    ecs: { cluster: hello, roles: [hello-task, hello-execution] }\n";
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000001";

/// What the app needs beside its projects and pipelines, as a plan lists it.
fn needs(bench: &Bench) -> &'static Value {
    // Asked first by `bench`, whose app is the whole one.
    static NEEDS: OnceLock<Value> = OnceLock::new();
    NEEDS.get_or_init(|| {
        let said = bench.run(&["plan", "--engine", "api", "--json"]);
        let plan: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
        plan["needs"].clone()
    })
}

/// An AWS in which all of that is there, and nothing else; it refuses pipelines whose roles are not.
fn ground(bench: &Bench) {
    bench.anew();
    let of_kind =
        |kind: &'static str| needs(bench).as_array().unwrap().iter().filter(move |need| need["type"] == kind);
    let mut roles = serde_json::Map::new();
    for role in of_kind("AWS::IAM::Role") {
        roles.insert(role["arn"].as_str().unwrap().to_owned(), json!({"assumable": false}));
    }
    assert!(roles.len() >= 8, "{roles:?}");
    let mut buckets = serde_json::Map::new();
    for bucket in of_kind("AWS::S3::Bucket") {
        let name = bucket["name"].as_str().unwrap().to_owned();
        buckets.insert(name, json!({"account": ACCOUNT, "region": REGION, "objects": {}}));
    }
    assert_eq!(buckets.len(), 2, "{buckets:?}");
    bench
        .stub
        .state(&json!({"roles_checked": true, "buckets": buckets, "accounts": {ACCOUNT: {"roles": roles}}}));
}

fn write(bench: &Bench, text: &str) {
    bench.write(&text.replace("KEY", KEY));
}

fn bench() -> Bench {
    let bench = Bench::new();
    write(&bench, APP);
    ground(&bench);
    bench
}

fn applied(bench: &Bench) -> Said {
    let said = bench.run(&APPLY);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    said
}

/// The app without its migration and its network.
fn bare() -> String {
    let (before, after) = (APP.find("  live:\n    vpc").unwrap(), APP.find("pipelines: {").unwrap());
    let text = format!("{}  live: {{}}\n{}", &APP[..before], &APP[after..]);
    let lines = text.lines().filter(|line| !line.contains("migrate:"));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// In an AWS that has all that the whole app needs, with few requests: for what is done at each of them.
pub fn small() -> Bench {
    let bench = bench();
    write(&bench, &bare());
    bench
}

/// Starts a pipeline, as a person does.
fn start(bench: &Bench, name: &str) {
    const CODE: &str = "import boto3, sys\nclient = boto3.client('codepipeline', endpoint_url=sys.argv[1], region_name=sys.argv[2],\n\
        aws_access_key_id=f'AKIA{sys.argv[3]}TEST', aws_secret_access_key='none')\nclient.start_pipeline_execution(name=sys.argv[4])";
    let mut python = Command::new(python::program("python"));
    python
        .args(["-c", CODE, bench.stub.url(), REGION, ACCOUNT, name])
        .env("AWS_EC2_METADATA_DISABLED", "true");
    assert!(python.status().unwrap().success());
}

/// The pipelines and projects of the app's place.
fn made(bench: &Bench) -> Value {
    let place = &bench.stub.end_state()["places"][format!("{ACCOUNT} {REGION}")];
    json!({"pipelines": place["pipelines"], "projects": place["projects"]})
}

fn project(bench: &Bench, name: &str) -> Value {
    let projects = made(bench);
    projects["projects"][name].clone()
}

#[test]
fn what_is_made_without_stacks_is_what_stacks_make() {
    let bench = bench();
    applied(&bench);
    let direct = made(&bench);
    assert!(
        direct["projects"].as_object().unwrap().len() >= 6 && direct["pipelines"]["hello-main"].is_object()
    );
    bench.anew();
    bench.applied();
    assert_eq!(direct, made(&bench));
    bench.stub.assert_unflagged();
}

#[test]
fn a_plan_reads_as_it_was_read_aloud_and_fits_80_columns() {
    let bench = bench();
    let mut told = bench.run(&PLAN).out;
    applied(&bench);
    bench.later();
    write(&bench, &APP.replace("acme/hello", "acme/other"));
    told.push_str("────\n");
    told.push_str(&bench.run(&PLAN).out);
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apply/engine_plan.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, &told).unwrap();
    }
    snapbox::assert_data_eq!(told, snapbox::Data::read_from(&golden, None).raw());
}

#[test]
fn projects_come_before_pipelines_and_a_second_apply_writes_nothing() {
    let bench = bench();
    let said = applied(&bench);
    assert!(said.out.contains("! AWS starts it as soon as it is made"), "{}", said.out);
    assert!(said.out.contains("AWS has started hello-main"), "{}", said.out);
    let mut writes = bench.stub.writes();
    assert_eq!(writes.pop().as_deref(), Some("codepipeline:CreatePipeline"));
    assert!(writes.len() >= 6 && writes.iter().all(|call| call == "codebuild:CreateProject"), "{writes:?}");
    let written = bench.stub.writes().len();
    let said = applied(&bench);
    assert!(said.out.contains("Nothing is to be done."), "{}", said.out);
    assert_eq!(bench.stub.writes().len(), written);
    assert_eq!(bench.run(&[&PLAN[..], &["--exit-code"]].concat()).code, Some(0));
    bench.stub.assert_unflagged();
}

#[test]
fn only_what_differs_is_written() {
    let bench = bench();
    applied(&bench);
    bench.later();
    let before = bench.stub.writes().len();
    write(&bench, &APP.replace("acme/hello", "acme/other"));
    let said = bench.run(&PLAN);
    assert!(said.out.contains("pipeline hello-main is updated"), "{}", said.out);
    assert!(said.out.contains("configuration › FullRepositoryId"), "{}", said.out);
    applied(&bench);
    assert_eq!(
        bench.stub.writes()[before..],
        ["codebuild:UpdateProject", "codebuild:UpdateProject", "codepipeline:UpdatePipeline"]
    );
    let written = bench.stub.calls().into_iter().filter(|call| call["is_write"] == true).skip(before);
    let names: Vec<Value> = written.map(|call| call["params"]["name"].clone()).collect();
    assert_eq!(names[..2], ["hello-live-guard", "hello-live-record"], "those that are told the repository");
    bench.stub.assert_unflagged();
}

#[test]
fn tags_are_put_on_what_stands_and_those_of_others_stay() {
    let bench = bench();
    applied(&bench);
    bench.later();
    let by_hand = json!([{"key": "branchline:app", "value": "hello"}, {"key": "cost", "value": "7"}]);
    bench.state(&json!({"projects": {"hello-live-keep": {"tags": by_hand}}}));
    let before = bench.stub.writes().len();
    write(&bench, &format!("{APP}tags: {{ team: core }}\n"));
    applied(&bench);
    let writes = bench.stub.writes().split_off(before);
    assert!(writes.contains(&"codepipeline:TagResource".to_owned()), "{writes:?}");
    assert!(
        !writes.contains(&"codepipeline:UpdatePipeline".to_owned()),
        "a tag stops no execution: {writes:?}"
    );
    let tags = project(&bench, "hello-live-keep")["tags"].to_string();
    assert!(tags.contains("\"cost\"") && tags.contains("\"team\""), "{tags}");
    assert_eq!(bench.run(&[&PLAN[..], &["--exit-code"]].concat()).code, Some(0));
    bench.stub.assert_unflagged();
}

#[test]
fn what_was_changed_by_hand_is_told_and_put_right() {
    let bench = bench();
    applied(&bench);
    bench.later();
    let right = made(&bench);
    let hand = json!({
        "vpcConfig": {"vpcId": "vpc-9", "subnets": ["subnet-9"], "securityGroupIds": ["sg-9"]},
        "timeoutInMinutes": 9,
        "concurrentBuildLimit": 3,
        "cache": {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]},
        "secondarySources": [{"type": "S3", "location": "b/k", "sourceIdentifier": "more"}],
        "environment": {"environmentVariables": [{"name": "EXTRA", "value": "1", "type": "PLAINTEXT"}]},
        "logsConfig": {"s3Logs": {"status": "ENABLED", "location": "b/logs", "encryptionDisabled": false}},
    });
    bench.state(&json!({"projects": {"hello-main-build": hand}}));
    let said = bench.run(&[&PLAN[..], &["--exit-code"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.err);
    for path in [
        "vpcConfig",
        "timeoutInMinutes: 9 → 60",
        "concurrentBuildLimit: 3 → nothing",
        "EXTRA",
        "secondarySources",
    ] {
        assert!(said.out.contains(path), "{path}: {}", said.out);
    }
    applied(&bench);
    let now = made(&bench);
    // An empty list says what no list says.
    let mut build = now["projects"]["hello-main-build"].clone();
    assert_eq!(build.as_object_mut().unwrap().remove("secondarySources"), Some(json!([])));
    assert_eq!(build, right["projects"]["hello-main-build"]);
    assert_eq!(bench.run(&[&PLAN[..], &["--exit-code"]].concat()).code, Some(0));
    bench.stub.assert_unflagged();
}

#[test]
fn a_network_a_variable_and_a_time_out_that_the_map_has_no_more_are_gone() {
    let bench = bench();
    applied(&bench);
    bench.later();
    let migrate = project(&bench, "hello-live-migrate-web");
    assert_eq!(migrate["vpcConfig"]["vpcId"], "vpc-0123456789abcdef0");
    let minutes = migrate["timeoutInMinutes"].clone();
    let (before, after) = (APP.find("  live:\n    vpc").unwrap(), APP.find("pipelines: {").unwrap());
    let bare = format!("{}  live: {{}}\n{}", &APP[..before], &APP[after..]).replace(", timeout: 45m", "");
    write(&bench, &bare);
    applied(&bench);
    let migrate = project(&bench, "hello-live-migrate-web");
    assert_eq!(migrate.get("vpcConfig"), None, "{migrate}");
    assert_ne!(migrate["timeoutInMinutes"], minutes);
    let updated = made(&bench);
    ground(&bench);
    applied(&bench);
    assert_eq!(updated, made(&bench), "an update comes to what a first apply makes");
    bench.stub.assert_unflagged();
}

/// Runs, refused before anything is written.
fn refused(bench: &Bench, options: &[&str], says: &[&str]) {
    let before = bench.stub.writes().len();
    let said = bench.run(&[&APPLY[..], options].concat());
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for words in says {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert_eq!(bench.stub.writes().len(), before, "nothing is written");
    bench.stub.assert_unflagged();
}

#[test]
fn what_is_not_ours_is_refused_whoever_it_is_of() {
    let bench = bench();
    applied(&bench);
    bench.later();
    let project = |tags: Value| bench.state(&json!({"projects": {"hello-live-lock": {"tags": tags}}}));
    let pipeline = |tags: Value| bench.state(&json!({"pipelines": {"hello-main": {"tags": tags}}}));
    project(json!([]));
    pipeline(json!([{"key": "branchline:app", "value": "other"}]));
    refused(
        &bench,
        &[],
        &[
            "the project `hello-live-lock` (account 111122223333, region eu-west-1) is there, and branchline has not made it",
            "the pipeline `hello-main` (account 111122223333, region eu-west-1) is there, and is of the app `other`",
        ],
    );
    let stacked = json!([
        {"key": "branchline:app", "value": "hello"},
        {"key": "aws:cloudformation:stack-name", "value": "hello-pipeline-main"},
    ]);
    pipeline(stacked);
    refused(
        &bench,
        &[],
        &["belongs to the CloudFormation stack `hello-pipeline-main`", "without `--engine api`"],
    );
    for option in ["--interrupt", "--wait"] {
        refused(&bench, &[option], &["hello-live-lock"]);
    }
}

#[test]
fn a_pipeline_that_runs_is_not_touched_unless_its_end_is_waited_for_or_it_is_stopped() {
    let bench = bench();
    applied(&bench);
    write(&bench, &APP.replace("acme/hello", "acme/other"));
    bench.stub.clock(&json!({"auto": 0}));
    refused(&bench, &[], &["is running", "in the middle of a migration perhaps", "--wait", "--interrupt"]);
    let said = bench.run(&PLAN);
    assert!(said.out.contains("! an update stops what runs in it"), "{}", said.out);
    bench.stub.clock(&json!({"auto": 30}));
    let said = bench.run(&[&APPLY[..], &["--wait"]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let dump = bench.stub.dump();
    let runs = &dump["accounts"][ACCOUNT]["regions"][REGION]["pipelines"]["hello-main"]["runs"];
    assert!(!runs.to_string().contains("Cancelled"), "nothing was stopped: {runs}");
}

#[test]
fn an_execution_that_begins_behind_the_plan_keeps_its_pipeline_and_its_projects_as_they_are() {
    let bench = bench();
    applied(&bench);
    bench.later();
    bench.stub.clock(&json!({"auto": 0}));
    write(
        &bench,
        &APP.replace("acme/hello", "acme/other")
            .replace("app: hello\n", "app: hello\nbuild: { timeout: 50m }\n"),
    );
    let line = |now: &Value| (now["pipelines"].clone(), now["projects"]["hello-main-build"].clone());
    let before = line(&made(&bench));
    // The first look sees what was before the execution began.
    bench.stub.faults(&json!([
        {"what": "stale", "seconds": 100_000, "service": "codepipeline", "operation": "ListPipelineExecutions", "nth": 1},
    ]));
    start(&bench, "hello-main");
    let said = bench.run(&APPLY);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("its pipeline runs") && said.err.contains("since just now"), "{}", said.err);
    assert!(line(&made(&bench)) == before);
    bench.stub.assert_unflagged();
}

#[test]
fn a_bucket_that_is_not_there_or_is_somebody_elses_is_refused_before_a_lock_could_fail() {
    let bench = bench();
    let locks = "hello-locks-111122223333-eu-west-1";
    bench.stub.state(&json!({"buckets": {locks: {"account": "999999999999"}}}));
    refused(
        &bench,
        &[],
        &[&format!("there is no bucket `{locks}`"), "base.yml of the generated folder", "s3:ListBucket"],
    );
    bench.anew();
    refused(&bench, &[], &["there is no bucket `hello-artifacts-", "there is no bucket `hello-locks-"]);
}

#[test]
fn a_role_that_is_not_there_is_told_by_aws_and_the_next_apply_goes_on() {
    let bench = bench();
    applied(&bench);
    let end = made(&bench);
    for role in needs(&bench).as_array().unwrap().iter().filter(|need| need["type"] == "AWS::IAM::Role") {
        ground(&bench);
        let (arn, name) = (role["arn"].as_str().unwrap(), role["name"].as_str().unwrap());
        // Those of projects are CodeBuild's to refuse, and the lock holder's is taken on by the lock's project.
        if !(name.ends_with("-pipeline") || name.ends_with("-deploy")) {
            continue;
        }
        let mut dump = bench.stub.dump();
        dump["accounts"][ACCOUNT]["roles"].as_object_mut().unwrap().remove(arn).unwrap();
        bench.anew();
        bench.stub.state(&dump);
        let said = bench.run(&APPLY);
        assert_eq!(said.code, Some(5), "{arn}: {}{}", said.out, said.err);
        assert!(said.err.contains(arn) && said.err.contains("AssumeRole"), "{}", said.err);
        bench.stub.state(&json!({"accounts": {ACCOUNT: {"roles": {arn: {"assumable": false}}}}}));
        applied(&bench);
        assert_eq!(made(&bench), end);
    }
}

#[test]
fn a_connection_that_waits_for_a_person_is_refused_with_its_link() {
    let bench = bench();
    bench.state(&json!({"connections": {super::bench::CONNECTION: {"status": "PENDING"}}}));
    refused(&bench, &[], &["waits for a person", "/codesuite/settings/connections?region=eu-west-1"]);
}

#[test]
fn what_only_a_stack_would_know_is_refused_all_at_once_before_aws_is_asked() {
    let bench = bench();
    write(
        &bench,
        &APP.replace("artifacts:\n  key: { existing: KEY }\n", "").replace("  connection: CONNECTION\n", ""),
    );
    for command in [&APPLY[..], &PLAN[..]] {
        let said = bench.run(command);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
        assert!(said.err.contains("the key of the artifacts in eu-west-1"), "{}", said.err);
        assert!(said.err.contains("artifacts: { key: { existing: ARN } }"), "{}", said.err);
        assert!(said.err.contains("source: { connection: ARN }"), "{}", said.err);
    }
    assert_eq!(bench.stub.calls(), Vec::<Value>::new());
}

#[test]
fn options_about_stacks_are_wrong_usage() {
    let bench = bench();
    for option in [&["--mend"][..], &["--replace"], &["--template-bucket", "b"]] {
        let said = bench.run(&[&APPLY[..], option].concat());
        assert_eq!(said.code, Some(64), "{}", said.err);
        assert!(said.err.contains("is about stacks"), "{}", said.err);
    }
}

#[test]
fn a_pipeline_that_the_map_has_no_more_is_told_and_stays() {
    let bench = bench();
    write(&bench, &APP.replace("  main: [live]\n", "  main: [live]\n  trial: [live]\n"));
    bench.stub.state(&json!({"roles_checked": false}));
    applied(&bench);
    write(&bench, APP);
    bench.later();
    let said = bench.run(&[&PLAN[..], &["--exit-code"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.out.contains("pipeline hello-trial") && said.out.contains("still starts by itself"),
        "{}",
        said.out
    );
    let said = applied(&bench);
    assert!(said.err.contains("delete-pipeline --name hello-trial"), "{}", said.err);
    assert!(made(&bench)["pipelines"]["hello-trial"].is_object());
}

#[test]
fn scripts_are_told_what_became_of_each() {
    let bench = bench();
    let said = bench.run(&[&APPLY[..], &["--json"]].concat());
    let told: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err));
    let told = told.as_array().unwrap();
    assert!(told.len() >= 7 && told.iter().all(|one| one["outcome"] == "made"), "{told:?}");
    let again = bench.run(&[&APPLY[..], &["--json"]].concat());
    assert_eq!(again.out.trim(), "[]");
}

#[test]
fn an_apply_that_is_killed_anywhere_is_gone_on_with() {
    let bench = small();
    applied(&bench);
    let end = bench.stub.end_state();
    let mut n = 1;
    loop {
        ground(&bench);
        if !killed_after(&bench, n, &APPLY) {
            break;
        }
        bench.later();
        applied(&bench);
        assert_eq!(bench.stub.end_state(), end, "killed after request {n}");
        bench.stub.assert_unflagged();
        n += 1;
    }
    assert!(n > 8, "{n}");
}

#[test]
fn an_update_that_is_killed_anywhere_is_gone_on_with() {
    let bench = small();
    applied(&bench);
    bench.later();
    let begun = bench.stub.dump();
    write(&bench, &format!("{}tags: {{ team: core }}\n", bare().replace("acme/hello", "acme/other")));
    applied(&bench);
    let end = made(&bench);
    let mut n = 1;
    loop {
        bench.anew();
        bench.stub.state(&begun);
        if !killed_after(&bench, n, &APPLY) {
            break;
        }
        bench.later();
        applied(&bench);
        assert_eq!(made(&bench), end, "killed after request {n}");
        n += 1;
    }
    assert!(n > 8, "{n}");
}

#[test]
fn a_call_that_is_denied_or_expired_ends_it_and_the_next_apply_goes_on() {
    thread::scope(|scope| {
        for (fault, says) in [("denied", "not authorized to perform"), ("expired", "expired")] {
            scope.spawn(move || {
                let bench = small();
                applied(&bench);
                let (end, requests) = (bench.stub.end_state(), bench.stub.calls().len());
                for n in 1..=requests {
                    ground(&bench);
                    bench.stub.faults(&json!([{"what": fault, "nth": n, "times": 0}]));
                    let said = bench.run(&APPLY);
                    // A bucket that may not be looked at is told like one that is not there.
                    let is_bucket = fault == "denied" && said.err.contains("or it may not be looked at");
                    assert!(
                        said.code == Some(5) || is_bucket && said.code == Some(1),
                        "request {n}: {}",
                        said.err
                    );
                    assert!(said.err.contains(says) || is_bucket, "request {n}: {}", said.err);
                    assert!(said.err.contains("help:"), "request {n}: {}", said.err);
                    bench.later();
                    applied(&bench);
                    assert_eq!(bench.stub.end_state(), end, "request {n}");
                    bench.stub.assert_unflagged();
                }
            });
        }
    });
}

#[test]
fn a_call_that_fails_once_is_tried_again_and_carried_out_once() {
    thread::scope(|scope| {
        for fault in [
            json!({"what": "throttle"}),
            json!({"what": "500"}),
            json!({"what": "503"}),
            json!({"what": "cut"}),
            json!({"what": "cut", "after": true}),
        ] {
            scope.spawn(move || {
                let bench = bench();
                applied(&bench);
                let end = bench.stub.end_state();
                ground(&bench);
                let calls = [
                    "BatchGetProjects",
                    "GetPipeline",
                    "ListPipelines",
                    "ListObjectsV2",
                    "GetConnection",
                    "CreateProject",
                    "CreatePipeline",
                ];
                let rules = calls.map(|operation| {
                    let mut rule = fault.clone();
                    (rule["operation"], rule["nth"]) = (json!(operation), json!(1));
                    rule
                });
                bench.stub.faults(&json!(rules));
                // One more try has a short pause; six have long ones.
                let mut command = bench.command(&APPLY);
                let said = said(command.env("AWS_MAX_ATTEMPTS", "2").output().unwrap());
                assert_eq!(said.code, Some(0), "{fault}: {}{}", said.out, said.err);
                let failed = bench.stub.calls().iter().filter(|call| call["answer"] != "ok").count();
                assert!(failed >= calls.len(), "{fault}: {failed}");
                assert_eq!(bench.stub.end_state(), end, "{fault}");
                bench.stub.assert_unflagged();
            });
        }
    });
}
