//! AWS says no, says nothing, or is somebody else's.

use serde_json::json;

use crate::counted::counted;
use crate::world::World;

/// Every call that a plan makes.
const CALLS: [(&str, &str); 6] = [
    ("sts", "GetCallerIdentity"),
    ("cloudformation", "DescribeStacks"),
    ("cloudformation", "GetTemplate"),
    ("codepipeline", "GetPipeline"),
    ("codepipeline", "ListPipelineExecutions"),
    ("codebuild", "BatchGetProjects"),
];

#[test]
fn credentials_of_another_account_are_refused_before_anything_else_is_asked() {
    let world = World::standing("rails-ecs");
    let since = world.stub.calls().len();
    let ended = world.run_as("999999999999", &["plan"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (5, ""));
    assert!(ended.stderr.contains("account 444444444444 is wanted"), "{}", ended.stderr);
    assert!(ended.stderr.contains("--profile"), "{}", ended.stderr);
    assert_eq!(world.counted(since).into_keys().collect::<Vec<_>>(), ["sts:GetCallerIdentity"]);
}

#[test]
fn whatever_goes_wrong_with_a_call_for_good_is_told_with_the_call_and_ends_with_5() {
    let world = World::standing("rails-ecs");
    // A pipeline that would be updated: of others nobody asks what runs.
    world.rewrite("develop: [dev]", "develop: { environments: [dev], mode: superseded }");
    let written = world.stub.writes();
    let mut cases = 0;
    for (service, operation) in CALLS {
        for what in ["throttle", "500", "503", "cut", "expired", "denied"] {
            world.stub.faults(&json!([{ "what": what, "service": service, "operation": operation }]));
            let ended = world.run(&["plan"]);
            let told = format!("{service}:{operation}");
            assert_eq!((ended.code, ended.stdout.as_str()), (5, ""), "{what} at {told}: {}", ended.stderr);
            assert!(ended.stderr.contains(&told), "{what} at {told}: {}", ended.stderr);
            assert!(ended.stderr.contains("help: "), "{what} at {told}: {}", ended.stderr);
            cases += 1;
        }
    }
    assert_eq!(world.stub.writes(), written);
    counted("`plan`", "a call fails for good: throttled, 500, 503, cut, expired, denied", cases);
}

#[test]
fn what_goes_wrong_once_is_asked_again() {
    let world = World::standing("rails-ecs");
    world.rewrite("develop: [dev]", "develop: { environments: [dev], mode: superseded }");
    let mut cases = 0;
    for (service, operation) in CALLS {
        for what in ["throttle", "500", "503", "cut"] {
            world
                .stub
                .faults(&json!([{ "what": what, "service": service, "operation": operation, "nth": 1 }]));
            let ended = world.run(&["plan", "--exit-code"]);
            assert_eq!(ended.code, 2, "{what} once at {service}:{operation}: {}", ended.stderr);
            cases += 1;
        }
    }
    counted("`plan`", "a call fails once: throttled, 500, 503, cut", cases);
}

#[test]
fn without_credentials_it_is_said_where_they_come_from() {
    let world = World::of("rails-ecs");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_branchline"));
    command.args(["plan", "-C"]).arg(world.path("."));
    world.stub.prepare(&mut command, "444444444444", "ap-northeast-1");
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env("HOME", "/nonexistent");
    let output = command.output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.contains("aws sso login"), "{stderr}");
}

#[test]
fn options_that_fit_no_environment_are_wrong_usage() {
    let world = World::of("rails-ecs");
    for (options, said) in [
        (["--profile", "nowhere=ci"], "there is no environment `nowhere`"),
        (["--role", "arn:aws:iam::444444444444:role/ci"], "needs an environment"),
        (["--role", "dev=arn:aws:iam::999999999999:role/ci"], "is no role of account 444444444444"),
    ] {
        let ended = world.run(&[&["plan"], &options[..]].concat());
        assert_eq!(ended.code, 64, "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
    assert_eq!(world.stub.calls().len(), 0);
}
