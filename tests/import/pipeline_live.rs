//! `branchline import pipeline --name`, against the small AWS: what it asks, and what it says when AWS says no.

use serde_json::{Value, json};

use super::pipeline::{action, answer, ecs, stage};
use super::repository::Repository;
use super::stub::Stub;

const HOME: [&str; 4] = ["--account", "111122223333", "--region", "eu-west-1"];

struct World {
    repository: Repository,
    stub: Stub,
}

struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl World {
    /// An AWS with one pipeline, made as any client makes one, and the project that it builds with.
    fn new() -> Self {
        let world = World { repository: Repository::new(), stub: Stub::start() };
        let mut pipeline = answer(
            "shop-old",
            "main",
            &[
                stage(
                    "Build",
                    &[action("Build", "Build", "CodeBuild", 1, json!({ "ProjectName": "old-build" }))],
                ),
                stage("Ask", &[action("Ask", "Approval", "Manual", 1, json!({}))]),
                stage("DeployToProd", &[ecs("api", 1, "shop-prod", "api")]),
            ],
        )["pipeline"]
            .take();
        pipeline["version"] = json!(1);
        let project = json!({ "name": "old-build", "arn": "arn:aws:codebuild:eu-west-1:111122223333:project/old-build", "source": { "type": "CODEPIPELINE", "buildspec": "phases: { build: { commands: [docker build --target production .] } }" },
            "created": 1_700_000_000, "lastModified": 1_700_000_000, "serviceRole": "arn:aws:iam::111122223333:role/b", "artifacts": { "type": "CODEPIPELINE" }, "environment": { "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_MEDIUM",
            "environmentVariables": [{ "name": "NPM_TOKEN", "value": "marked-value", "type": "PLAINTEXT" }] },
            "vpcConfig": { "vpcId": "vpc-0a1b2c3d", "subnets": ["subnet-0a1b2c3d"], "securityGroupIds": ["sg-0a1b2c3d"] } });
        world.stub.state(&json!({ "accounts": { "111122223333": { "regions": { "eu-west-1": {
            "pipelines": { "shop-old": stored(&pipeline) },
            "projects": { "old-build": project },
        } } } } }));
        world
    }

    fn run(&self, account: &str, arguments: &[&str]) -> Ended {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(["import", "pipeline"]).args(arguments).arg("-C").arg(self.repository.path());
        command.env("AWS_MAX_ATTEMPTS", "2").env("NO_COLOR", "1").env_remove("COLUMNS");
        let output = self.stub.prepare(&mut command, account, "eu-west-1").output().unwrap();
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn import(&self, more: &[&str]) -> Ended {
        self.run("111122223333", &[&["--name", "shop-old"], &HOME[..], more].concat())
    }
}

/// As the small AWS keeps a pipeline that was made there.
fn stored(pipeline: &Value) -> Value {
    json!({ "arn": "arn:aws:codepipeline:eu-west-1:111122223333:shop-old", "account": "111122223333", "region": "eu-west-1",
        "declaration": pipeline, "tags": {}, "created": 1_700_000_000, "updated": 1_700_000_000, "transitions": {}, "runs": {}, "stages": {},
        "requests": {} })
}

#[test]
fn a_live_pipeline_becomes_a_map_that_generates_and_nothing_is_written_in_aws() {
    let world = World::new();
    let ended = world.import(&["--json", "--write"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["rules"][0]["environments"], json!(["prod"]));
    assert_eq!(report["rules"][0]["place"]["file"], json!("shop-old in AWS"));
    assert_eq!(report["environments"][0]["approval"], json!(true));
    let file = report["branchline_yml"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "compute: medium image: aws/codebuild/standard:7.0 vpc: id: vpc-0a1b2c3d",
        "target: production",
        "cluster: shop-prod service: api",
    ] {
        assert!(file.contains(part), "{part}: {file}");
    }
    assert!(file.contains("Was the pipeline shop-old (shop-old in AWS)."), "{file}");
    assert!(
        ended.out.contains("the variable `NPM_TOKEN`") && !ended.out.contains("marked-value"),
        "{}",
        ended.out
    );
    assert_eq!(world.stub.writes(), [""; 0]);
    let calls: Vec<String> = world
        .stub
        .calls()
        .iter()
        .map(|call| call["operation"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(calls, ["GetCallerIdentity", "GetPipeline", "BatchGetProjects"]);
    world.stub.assert_unflagged();
    assert_eq!(world.repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn whatever_goes_wrong_with_a_call_is_told_with_the_call_and_ends_with_5() {
    let calls =
        [("sts", "GetCallerIdentity"), ("codepipeline", "GetPipeline"), ("codebuild", "BatchGetProjects")];
    // Each in an AWS of its own: most of the time is spent in waiting before the second try.
    std::thread::scope(|threads| {
        for (service, operation) in calls {
            threads.spawn(move || fails(service, operation));
        }
    });
}

fn fails(service: &str, operation: &str) {
    let world = World::new();
    for what in ["throttle", "500", "503", "cut", "expired", "denied"] {
        world.stub.faults(&json!([{ "what": what, "service": service, "operation": operation }]));
        let ended = world.import(&["--write"]);
        let told = format!("{service}:{operation}");
        assert_eq!((ended.code, ended.out.as_str()), (Some(5), ""), "{what} at {told}: {}", ended.err);
        assert!(ended.err.contains(&told) && ended.err.contains("help: "), "{what} at {told}: {}", ended.err);
    }
    world.stub.faults(&json!([{ "what": "503", "service": service, "operation": operation, "nth": 1 }]));
    assert_eq!(world.import(&[]).code, Some(0), "once at {operation}");
    assert!(!world.repository.path().join("branchline.yml").exists());
}

#[test]
fn another_account_a_missing_pipeline_and_a_missing_place_are_told() {
    let world = World::new();
    let other = world.run("999999999999", &[&["--name", "shop-old"], &HOME[..]].concat());
    assert_eq!(other.code, Some(5));
    assert!(other.err.contains("account 111122223333 is wanted"), "{}", other.err);
    let gone = world.run("111122223333", &[&["--name", "nobody"], &HOME[..]].concat());
    assert_eq!(gone.code, Some(1));
    assert!(
        gone.err.contains("there is no pipeline `nobody` in account 111122223333, region eu-west-1"),
        "{}",
        gone.err
    );
    let since = world.stub.calls().len();
    let nowhere = world.run("111122223333", &["--name", "shop-old", "--region", "eu-west-1"]);
    assert_eq!(nowhere.code, Some(64));
    assert!(nowhere.err.contains("--account ID"), "{}", nowhere.err);
    let role = world.import(&["--role", "arn:aws:iam::999999999999:role/x"]);
    assert_eq!(role.code, Some(64), "{}", role.err);
    assert_eq!(world.stub.calls().len(), since);
}
