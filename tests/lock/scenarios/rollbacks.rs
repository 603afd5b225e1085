//! Rollbacks: of the holder, of others, and those that wait behind a stage.

use super::{End, Scene, failed};
use crate::contender::{Call, Contender, SHELL, variables};

#[test]
fn a_rollback_that_runs_is_waited_for() {
    let mut scene = failed(SHELL, 600);
    scene.world.begin("shop-a", "r1", true);
    scene.world.enters("shop-a", "r1", "Deploy-staging", "InProgress");
    scene.waits("a rollback is under way: execution r1 of shop-a.");
}

#[test]
fn a_rollback_that_is_seen_in_no_stage_yet_is_waited_for() {
    let mut scene = failed(SHELL, 600);
    scene.world.begin("shop-a", "r1", true);
    scene.waits("a rollback is under way: execution r1 of shop-a.");
}

#[test]
fn a_rollback_of_another_environment_is_not_waited_for() {
    let mut scene = failed(SHELL, 600);
    scene.world.begin("shop-a", "r1", true);
    scene.world.enters("shop-a", "r1", "Deploy-production", "InProgress");
    scene.takes_after(0..=0);
}

#[test]
fn after_a_failure_five_minutes_are_left_for_a_rollback_and_for_a_build_that_was_abandoned() {
    failed(SHELL, 20).takes_after(300..=330);
    failed(SHELL, 290).takes_after(300..=330);
    failed(SHELL, 301).takes_after(0..=0);
}

#[test]
fn the_rollback_itself_takes_the_lock_of_what_it_rolls_back_at_once() {
    let mut scene = failed(SHELL, 20);
    scene.world.begin("shop-a", "r1", true);
    scene.world.enters("shop-a", "r1", "Deploy-staging", "InProgress");
    let mut rollback = scene.contender("shop-a", "r1");
    assert_eq!(scene.run(&mut rollback), End::Took(0), "{}", rollback.log());
}

#[test]
fn two_rollbacks_do_not_wait_for_each_other() {
    let mut scene = failed(SHELL, 20);
    for (pipeline, id) in [("shop-a", "ra"), ("shop-b", "rb")] {
        scene.world.begin(pipeline, id, true);
        scene.world.enters(pipeline, id, "Deploy-staging", "InProgress");
    }
    let mut other = scene.contender_before("shop-b", "rb", "list-pipeline-executions");
    let mut its_own = scene.contender("shop-a", "ra");
    assert_eq!(scene.run(&mut its_own), End::Took(0), "{}", its_own.log());
    scene.world.enters("shop-a", "ra", "Deploy-staging", "Succeeded");
    scene.world.becomes("shop-a", "ra", "Succeeded");
    assert!(matches!(scene.run(&mut other), End::Took(_)), "{}", other.log());
}

/// Who asks in the stage `Deploy-staging` of `shop-b`.
fn in_the_deploy(scene: &Scene, id: &str) -> Contender {
    let mut env = variables("shop-b", id);
    env.insert("STAGE".to_owned(), "Deploy-staging".to_owned());
    Contender::start(&scene.shell, env)
}

#[test]
fn a_rollback_lets_the_holder_go_on_that_waits_before_its_stage() {
    // `b1` has migrated and cannot deploy: somebody has begun a rollback meanwhile.
    let mut scene = failed(SHELL, 600);
    let mut holder = scene.contender("shop-b", "b1");
    assert_eq!(scene.run(&mut holder), End::Took(0));
    scene.world.enters("shop-b", "b1", "Migrate-staging", "Succeeded");
    scene.world.begin("shop-b", "r1", true);
    scene.world.enters("shop-b", "r1", "Deploy-staging", "InProgress");
    let mut rollback = in_the_deploy(&scene, "r1");
    // As long as it only migrates, it is waited for.
    while rollback.at != Call::Sleep(15) {
        scene.step(&mut rollback);
    }
    scene.world.pipeline("shop-b").stage("Deploy-staging").inbound = vec!["b1".to_owned()];
    assert_eq!(scene.run(&mut rollback), End::GaveUp);
    let text = "execution b1 has it, and waits before Deploy-staging for this one to end. It goes on now: try again when it is through.";
    assert!(rollback.log().contains(text), "{}", rollback.log());
}

#[test]
fn a_release_lets_a_rollback_go_first_that_waits_before_its_stage() {
    // `b0` failed, and `b1` was in the stage before the rollback was.
    let mut scene = failed(SHELL, 600);
    scene.world.begin("shop-b", "r1", true);
    scene.world.enters("shop-b", "b1", "Deploy-staging", "InProgress");
    scene.world.pipeline("shop-b").stage("Deploy-staging").inbound = vec!["r1".to_owned()];
    let mut release = in_the_deploy(&scene, "b1");
    assert_eq!(scene.run(&mut release), End::GaveUp);
    let text = "a rollback, execution r1, waits before Deploy-staging for this one to end. It goes on now: try again when it is through.";
    assert!(release.log().contains(text), "{}", release.log());
    // Who asks elsewhere waits for that rollback.
    scene.world.begin("shop-a", "a2", false);
    let mut other = scene.contender("shop-a", "a2");
    assert_eq!(scene.run(&mut other), End::GaveUp);
    assert!(other.log().contains("a rollback is under way: execution r1 of shop-b"), "{}", other.log());
}

#[test]
fn of_two_rollbacks_of_a_stage_the_one_in_it_goes_first() {
    // One began by itself and one by hand, after `b1` had failed.
    let mut scene = failed(SHELL, 600);
    let mut holder = scene.contender("shop-b", "b1");
    assert_eq!(scene.run(&mut holder), End::Took(0));
    scene.world.enters("shop-b", "b1", "Deploy-staging", "Failed");
    scene.world.becomes("shop-b", "b1", "Failed");
    for id in ["r1", "r2"] {
        scene.world.begin("shop-b", id, true);
    }
    scene.world.enters("shop-b", "r1", "Deploy-staging", "InProgress");
    scene.world.pipeline("shop-b").stage("Deploy-staging").inbound = vec!["r2".to_owned()];
    let mut first = in_the_deploy(&scene, "r1");
    assert_eq!(scene.run(&mut first), End::Took(0), "{}", first.log());
}
