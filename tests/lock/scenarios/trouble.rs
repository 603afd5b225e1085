//! Answers that do not come, clocks that jump, and what is said when a wait ends.

use super::{End, deploying, failed, scene};
use crate::contender::SHELL;
use crate::world::Failure;

#[test]
fn nobody_takes_over_while_aws_does_not_answer() {
    let operations = [
        "assume-role",
        "get-pipeline-execution",
        "get-pipeline-state",
        "list-pipeline-executions",
        "list-tasks",
        "list-builds-for-project",
        "batch-get-builds",
        "get-object",
        "put-object",
    ];
    for operation in operations {
        for failure in
            [Failure::Refused("InternalError"), Failure::Refused("AccessDeniedException"), Failure::Lost]
        {
            if operation == "put-object" && matches!(failure, Failure::Lost) {
                continue; // It is done, and found out: see the next test.
            }
            let mut scene = failed(SHELL, 600);
            scene.world.builds.insert("b0".to_owned());
            let says = match failure {
                Failure::Refused(code) => code,
                Failure::Lost => "Read timeout",
            };
            scene.world.fault = Box::new(move |asked| (asked == operation).then(|| failure.clone()));
            let (end, log) = scene.ends("15");
            assert_eq!(end, End::GaveUp, "{operation}:\n{log}");
            let last = log.split("\n\n").last().expect("a last paragraph");
            assert!(last.contains("could not ") && last.contains(says), "{operation}:\n{log}");
            let (_, body) = scene.world.store.get("locks/staging").expect("the lock");
            assert!(body.contains("a1"), "{operation} took it: {body}");
        }
    }
}

#[test]
fn a_write_whose_answer_is_lost_is_found_out() {
    let mut scene = failed(SHELL, 600);
    scene.world.fault = Box::new(|asked| (asked == "put-object").then_some(Failure::Lost));
    scene.takes_after(0..=30);
}

#[test]
fn an_execution_that_was_stopped_does_not_take_the_lock_any_more() {
    let mut scene = failed(SHELL, 600);
    let mut abandoned = scene.contender_before("shop-b", "b1", "put-object");
    scene.world.becomes("shop-b", "b1", "Stopped");
    assert_eq!(scene.run(&mut abandoned), End::GaveUp);
    let log = abandoned.log();
    assert!(log.contains("this execution is Stopped, no longer InProgress"), "{log}");
}

#[test]
fn what_the_lock_needs_does_not_reach_the_rest_of_the_step() {
    let mut scene = failed(SHELL, 600);
    let mut contender = scene.contender("shop-b", "b1");
    assert_eq!(scene.run(&mut contender), End::Took(0));
    let (after, log) = (contender.after(), contender.log());
    assert!(after.contains("LOCK_BUCKET=shop-locks"), "the variables were written:\n{after}");
    for secret in ["LOCKKEY", "l0cks3cret", "l0ckt0ken"] {
        assert!(!after.contains(secret) && !log.contains(secret), "{secret}:\n{after}\n{log}");
    }
}

#[test]
fn at_the_limit_it_says_who_holds_and_what_to_do() {
    let mut scene = deploying(SHELL);
    let begun = scene.world.now;
    // The limit that holds where none is given.
    let (end, log) = scene.ends("");
    assert_eq!((end, scene.world.now - begun), (End::GaveUp, 3000), "{log}");
    for text in [
        "FAILED: the lock of staging was not free within 3000 seconds, and nothing was changed here.",
        "Holder: pipeline shop-a, execution a1, since 2026-09-21T14:13:20Z: it is on its way through staging.",
        "See: aws codepipeline get-pipeline-execution --region eu-west-1 --pipeline-name shop-a --pipeline-execution-id a1",
        "  aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-b --stage-name Migrate-staging \
         --pipeline-execution-id b1 --retry-mode ALL_ACTIONS",
    ] {
        assert!(log.contains(text), "{text}\n{log}");
    }
}

#[test]
fn a_clock_that_jumps_makes_nobody_take_the_lock() {
    let mut scene = failed(SHELL, 20);
    let mut contender = scene.contender_before("shop-b", "b1", "get-object");
    contender.clock = 100_000;
    assert_eq!(scene.run(&mut contender), End::GaveUp, "{}", contender.log());
    // One that goes back makes nobody wait for ever.
    let mut scene = deploying(SHELL);
    let mut contender = scene.contender_before("shop-b", "b1", "get-object");
    contender.clock = -100_000;
    let begun = scene.world.now;
    assert_eq!(scene.run(&mut contender), End::GaveUp);
    assert_eq!(scene.world.now - begun, 450);
}

#[test]
fn an_object_that_is_no_lock_is_left_alone() {
    let mut scene = scene();
    let (etag, _) = scene.world.store.get("locks/staging").expect("the lock");
    scene.world.store.put("locks/staging", "{}", &crate::store::Condition::Match(etag)).expect("to write");
    scene.waits("could not understand s3://shop-locks/locks/staging: jq: error");
}
