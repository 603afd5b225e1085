//! The small AWS that commands are tested against (`stub/`), itself held against botocore.
//!
//! What it promises is in `checks/`, a Python module for each test here: each check a function, in a world of its own.

#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

#[path = "../support/python.rs"]
mod python;
#[path = "../support/stub.rs"]
mod stub;

use std::path::Path;
use std::process::Command;

use serde_json::json;
use stub::Stub;

fn every_check_holds(module: &str) {
    let stub = Stub::start();
    let checks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/checks");
    let output = Command::new(python::program("python"))
        .arg(checks)
        .args([module, stub.url()])
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .output()
        .expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.stdout.is_empty(), "{module} has no checks");
}

#[test]
fn stacks_fail_go_back_and_are_refused_as_cloudformation_has_it() {
    every_check_holds("stacks");
}

#[test]
fn the_stacks_of_examples_are_made_changed_and_removed() {
    every_check_holds("examples");
}

#[test]
fn what_stacks_make_is_what_other_services_answer() {
    every_check_holds("resources");
}

#[test]
fn executions_move_wait_fail_and_go_back_as_codepipeline_has_it() {
    every_check_holds("executions");
}

#[test]
fn every_fault_shows_as_it_would_from_aws() {
    every_check_holds("faults");
}

#[test]
fn every_operation_answers_by_its_model() {
    every_check_holds("operations");
}

#[test]
fn what_is_asked_in_cbor_is_answered_in_cbor() {
    every_check_holds("by_cbor");
}

#[test]
fn the_harness_speaks_with_the_door() {
    let stub = Stub::start();
    stub.clock(&json!({"set": 1000}));
    assert_eq!(stub.clock(&json!({"advance": 5}))["now"], 1005.0);
    stub.state(&json!({"buckets": {"b": {"account": "111111111111", "region": "eu-west-1", "objects": {}}}}));
    assert_eq!(stub.end_state()["buckets"]["b"]["account"], "111111111111");
    stub.reset();
    assert_eq!(stub.end_state()["buckets"], json!({}));
    assert_eq!(stub.calls(), Vec::<serde_json::Value>::new());
    assert_eq!(stub.writes(), Vec::<String>::new());
    stub.assert_unflagged();
}

#[test]
fn an_unsigned_request_is_flagged() {
    let stub = Stub::start();
    let answer = Command::new(python::program("python"))
        .args(["-c", "import sys, urllib.request as u\ntry: u.urlopen(sys.argv[1])\nexcept u.HTTPError as e: print(e.code)"])
        .arg(stub.url())
        .output()
        .expect("Python runs");
    assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), "403");
    assert_ne!(stub.get("flags"), json!([]));
}
