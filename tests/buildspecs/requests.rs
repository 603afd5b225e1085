//! The requests that the steps make: the real AWS CLI takes each of them.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::support::python;
use crate::{building, jobs, keeping, migrating, snapshots};

#[test]
fn the_real_aws_cli_takes_every_call() {
    let mut on_instances = migrating::world(json!({}));
    let service = &mut on_instances.0["clusters"]["shop-dev"]["services"]["api"];
    service["capacityProviderStrategy"] = json!([{"capacityProvider": "instances", "weight": 1, "base": 0}]);
    let mut forever = migrating::world(json!({"stops": 999_999}));
    forever.0["call_seconds"] = json!(600);
    let others = ("STOPPED", "STOPPING");
    let beside_others = migrating::world(json!({})).with_other_tasks("shop-dev-migrate", others, 2);
    let outcomes = [
        jobs::build().run(building::repositories()),
        jobs::migrate().run(migrating::world(json!({}))),
        jobs::migrate().run(on_instances),
        jobs::migrate().run(beside_others),
        jobs::migrate().run(forever),
        keeping::run(&jobs::keep(), keeping::world(), &keeping::image()),
        snapshots::run_of("staging"),
        snapshots::run_of("production"),
    ];
    let calls = outcomes.iter().flat_map(|outcome| &outcome.calls).filter(|call| call.tool == "aws");
    let distinct: BTreeSet<Vec<String>> = calls.map(|call| call.argv.clone()).collect();
    let operations: BTreeSet<&str> = distinct.iter().map(|argv| argv[1].as_str()).collect();
    assert_eq!(operations.len(), 18, "{operations:?}");

    let (refused, told) = validate(&serde_json::to_string(&distinct).expect("JSON"));
    assert!(refused.is_empty(), "{refused}");
    assert!(told.contains(&format!("{} calls", distinct.len())), "{told}");
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
