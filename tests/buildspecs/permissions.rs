//! The calls that the steps make: the real AWS CLI takes each of them, and each has its permission.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::support::fakes::Call;
use crate::support::runner::Outcome;
use crate::support::{iam, python};
use crate::{building, keeping, migrating, specs, testing};

fn build() -> Outcome {
    building::run(&specs::build(), building::repositories())
}

fn migrations() -> Vec<Outcome> {
    let spec = specs::migrate();
    let mut on_instances = migrating::world(json!({}));
    let service = &mut on_instances.0["clusters"]["shop-dev"]["services"]["api"];
    service["capacityProviderStrategy"] = json!([{"capacityProvider": "instances", "weight": 1, "base": 0}]);
    let forever = migrating::world(json!({"stops": 999_999}));
    vec![
        migrating::run(&spec, migrating::world(json!({}))),
        migrating::run(&spec, on_instances),
        migrating::run_with(&spec, forever, &[("TIMEOUT_SECONDS", "40")]),
    ]
}

fn keep() -> Outcome {
    keeping::run(&specs::keep(), keeping::world(), &keeping::image())
}

/// The lines of needed permissions, without the account's part of the ARNs.
fn needed(calls: &[Call]) -> Vec<String> {
    let short = |text: &str| text.rsplitn(2, "123456789012:").next().unwrap_or_default().to_owned();
    let line = |need: &iam::Need| {
        let context: Vec<String> =
            need.context.iter().map(|(key, value)| format!(" {key}={}", short(value))).collect();
        format!("{} {}{}", need.action, short(&need.resource), context.concat())
    };
    iam::needs(calls).iter().map(line).collect()
}

#[test]
fn the_real_aws_cli_takes_every_call() {
    let mut outcomes = migrations();
    outcomes.extend([build(), keep()]);
    let calls = outcomes.iter().flat_map(|outcome| &outcome.calls).filter(|call| call.tool == "aws");
    let distinct: BTreeSet<Vec<String>> = calls.map(|call| call.argv.clone()).collect();
    let operations: BTreeSet<&str> = distinct.iter().map(|argv| argv[1].as_str()).collect();
    assert_eq!(operations.len(), 12, "{operations:?}");

    let (refused, told) = validate(&serde_json::to_string(&distinct).expect("JSON"));
    assert!(refused.is_empty(), "{refused}");
    assert!(told.contains(&format!("{} calls", distinct.len())), "{told}");
}

#[test]
fn a_build_needs_these_permissions() {
    let mut expected = vec!["ecr:GetAuthorizationToken *".to_owned()];
    for (name, actions) in [
        ("shop/api", ["DescribeImages"].as_slice()),
        ("shop/api-cache", ["BatchGetImage", "GetDownloadUrlForLayer"].as_slice()),
        ("shop/mail-worker", ["DescribeImages"].as_slice()),
    ] {
        let push = [
            "BatchCheckLayerAvailability",
            "InitiateLayerUpload",
            "UploadLayerPart",
            "CompleteLayerUpload",
            "PutImage",
        ];
        expected.extend(push.iter().chain(actions).map(|action| format!("ecr:{action} repository/{name}")));
    }
    expected.sort();
    assert_eq!(needed(&build().calls), expected);
}

#[test]
fn a_migration_needs_these_permissions() {
    let calls: Vec<Call> = migrations().into_iter().flat_map(|outcome| outcome.calls).collect();
    let cluster = "ecs:cluster=cluster/shop-dev";
    let task = "task/shop-dev/0123456789abcdef0123456789abcdef";
    let log =
        "log-group:/branchline/shop-dev-migrate:log-stream:migrate/app/0123456789abcdef0123456789abcdef";
    assert_eq!(
        needed(&calls),
        [
            "ecs:DescribeServices service/shop-dev/api ".to_owned() + cluster,
            "ecs:DescribeTaskDefinition *".to_owned(),
            format!("ecs:DescribeTasks {task} {cluster}"),
            format!("ecs:ListTasks container-instance/shop-dev/* {cluster}"),
            "ecs:RegisterTaskDefinition task-definition/shop-dev-migrate:*".to_owned(),
            format!("ecs:RunTask task-definition/shop-dev-migrate:1 {cluster}"),
            format!("ecs:StopTask {task} {cluster}"),
            "iam:PassRole role/shop-dev-execution iam:PassedToService=ecs-tasks.amazonaws.com".to_owned(),
            "iam:PassRole role/shop-dev-task iam:PassedToService=ecs-tasks.amazonaws.com".to_owned(),
            format!("logs:GetLogEvents {log}"),
        ]
    );
}

#[test]
fn keeping_and_testing_need_these_permissions() {
    assert_eq!(
        needed(&keep().calls),
        ["ecr:BatchGetImage repository/shop/api", "ecr:PutImage repository/shop/api"]
    );
    let spec = specs::test_in_image(&["true"], &[], None);
    assert_eq!(
        needed(&testing::run_in_image(&spec, testing::world(), &testing::image()).calls),
        [
            "ecr:BatchGetImage repository/shop/api",
            "ecr:GetAuthorizationToken *",
            "ecr:GetDownloadUrlForLayer repository/shop/api"
        ]
    );
}

#[test]
fn a_call_that_the_aws_cli_does_not_know_is_refused() {
    let wrong = json!([
        ["ecs", "run-task", "--cli-input-json", "{\"taskDefinition\": \"x\", \"launchTypes\": \"FARGATE\"}"],
        ["ecs", "describe-services", "--clusters", "x", "--services", "y"],
        ["ecs", "describe-service", "--cluster", "x"],
    ]);
    let refused = validate(&wrong.to_string()).0;
    assert_eq!(refused.lines().count(), 3, "{refused}");
}

/// What the real CLI refuses, and how many calls it was given.
fn validate(calls: &str) -> (String, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/validate_calls.py");
    let mut child = Command::new(python::program("python"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python");
    child.stdin.take().expect("its input").write_all(calls.as_bytes()).expect("to write");
    let output = child.wait_with_output().expect("its output");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}
