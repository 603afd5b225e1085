//! The states of a holder that runs, or has ended.

use super::{
    End, a_retry_in_between, before_the_approval, deploying, failed, scene, stopped_with_its_build,
    stopped_with_its_task, verifying,
};
use crate::contender::SHELL;

const ON_ITS_WAY: &str = "execution a1, since 2026-09-21T14:13:20Z: it is on its way through staging.";

#[test]
fn a_holder_that_migrates_is_waited_for() {
    scene().waits(ON_ITS_WAY);
}

#[test]
fn a_holder_that_is_queued_before_its_deploy_is_waited_for() {
    let mut scene = scene();
    scene.world.enters("shop-a", "a1", "Migrate-staging", "Succeeded");
    scene.world.pipeline("shop-a").stage("Deploy-staging").inbound = vec!["a1".to_owned()];
    scene.waits(ON_ITS_WAY);
}

#[test]
fn a_holder_between_two_stages_is_seen_nowhere_and_waited_for() {
    let mut scene = scene();
    // The next execution of its pipeline migrates already: what is seen of the holder is gone.
    scene.world.begin("shop-a", "a2", false);
    scene.world.enters("shop-a", "a2", "Migrate-staging", "InProgress");
    scene.waits(ON_ITS_WAY);
}

#[test]
fn a_holder_that_deploys_is_waited_for() {
    deploying(SHELL).waits(ON_ITS_WAY);
}

#[test]
fn a_holder_that_is_verified_is_waited_for_until_it_has_been() {
    verifying(SHELL).waits(ON_ITS_WAY);
    // Deployed, and on its way to the next stage, where it is seen nowhere.
    let mut scene = deploying(SHELL);
    scene.world.enters("shop-a", "a1", "Deploy-staging", "Succeeded");
    scene.waits(ON_ITS_WAY);
    // The next execution of its own pipeline waits like any other.
    let mut scene = verifying(SHELL);
    scene.world.begin("shop-a", "a2", false);
    scene.world.enters("shop-a", "a2", "Migrate-staging", "InProgress");
    let mut next = scene.contender("shop-a", "a2");
    assert_eq!(scene.run(&mut next), End::GaveUp, "{}", next.log());
    let mut scene = verifying(SHELL);
    scene.world.enters("shop-a", "a1", "Verify-staging", "Succeeded");
    scene.takes_after(0..=0);
}

#[test]
fn a_verification_that_is_tried_again_lets_the_release_behind_it_go_on() {
    // `a0` is verified again, and the holder waits before that stage: it would wait for it, and it for the holder.
    let mut scene = deploying(SHELL);
    scene.world.enters("shop-a", "a1", "Deploy-staging", "Succeeded");
    scene.world.begin("shop-a", "a0", false);
    scene.world.enters("shop-a", "a0", "Verify-staging", "InProgress");
    scene.world.pipeline("shop-a").stage("Verify-staging").inbound = vec!["a1".to_owned()];
    let mut again = scene.contender_in("shop-a", "a0", "Verify-staging");
    assert_eq!(scene.run(&mut again), End::GaveUp);
    assert!(again.log().contains("waits before Verify-staging for this one to end"), "{}", again.log());
}

#[test]
fn a_holder_that_waits_for_the_approval_of_another_environment_has_left() {
    before_the_approval(SHELL).takes_after(0..=0);
    // Also where the next execution deploys behind it, and it is seen in the later stage alone.
    let mut scene = before_the_approval(SHELL);
    scene.world.begin("shop-a", "a2", false);
    scene.world.enters("shop-a", "a2", "Deploy-staging", "Failed");
    scene.world.becomes("shop-a", "a2", "Failed");
    scene.takes_after(0..=0);
}

#[test]
fn a_holder_that_was_superseded_while_it_was_queued_is_gone() {
    let mut scene = scene();
    scene.world.enters("shop-a", "a1", "Migrate-staging", "Succeeded");
    scene.world.becomes("shop-a", "a1", "Superseded");
    scene.takes_after(0..=0);
}

#[test]
fn a_stopped_holder_is_waited_for_as_long_as_its_task_runs() {
    let mut scene = stopped_with_its_task(SHELL);
    scene.waits("its migration still runs in the cluster shop-staging: arn:task.");
    let mut scene = stopped_with_its_task(SHELL);
    let ends = scene.world.now + 100;
    let mut contender = scene.contender("shop-b", "b1");
    let end = scene.run_with(&mut contender, |world| {
        if world.now >= ends {
            world.tasks.clear();
        }
    });
    // A task that is told to stop may go on for two minutes, and ECS does not list it.
    assert!(matches!(end, End::Took(250..=330)), "{end:?}\n{}", contender.log());
}

#[test]
fn a_stopped_holder_is_waited_for_as_long_as_its_build_deploys() {
    stopped_with_its_build(SHELL).waits("its build still runs: shop-deploy:a1.");
    let mut scene = stopped_with_its_build(SHELL);
    let ends = scene.world.now + 100;
    let mut contender = scene.contender("shop-b", "b1");
    let end = scene.run_with(&mut contender, |world| {
        if world.now >= ends {
            world.builds.clear();
        }
    });
    assert!(matches!(end, End::Took(100..=130)), "{end:?}\n{}", contender.log());
    // Builds of others hold nothing up, and those of a release that goes on are no more than it is.
    let mut scene = stopped_with_its_build(SHELL);
    scene.world.builds = ["a0".to_owned(), "b1".to_owned()].into();
    scene.takes_after(0..=0);
}

#[test]
fn a_build_that_was_abandoned_has_five_minutes_to_start_its_task() {
    let mut scene = scene();
    scene.world.becomes("shop-a", "a1", "Stopped");
    scene.takes_after(300..=330);
}

#[test]
fn a_holder_whose_pipeline_or_execution_is_deleted_is_gone() {
    let mut scene = scene();
    scene.world.pipelines.remove("shop-a");
    scene.takes_after(0..=0);
    let mut scene = self::scene();
    scene.world.pipeline("shop-a").executions.clear();
    scene.takes_after(0..=0);
}

#[test]
fn a_holder_that_is_stopping_or_in_a_state_that_nobody_knows_is_waited_for() {
    for (status, why) in [("Stopping", "on its way through staging."), ("Resting", "it is Resting.")] {
        let mut scene = scene();
        scene.world.becomes("shop-a", "a1", status);
        scene.waits(why);
    }
    // Told to stop while it waits for an approval, it may be so for days, and has left.
    let mut scene = before_the_approval(SHELL);
    scene.world.becomes("shop-a", "a1", "Stopping");
    scene.takes_after(0..=0);
}

#[test]
fn of_a_retry_and_who_judged_before_it_exactly_one_holds() {
    assert_eq!(a_retry_in_between(failed(SHELL, 600)), (End::Took(0), End::GaveUp));
    // The other way round: the write comes first, and the retry waits.
    let mut scene = failed(SHELL, 600);
    let mut other = scene.contender_before("shop-b", "b1", "put-object");
    scene.world.becomes("shop-a", "a1", "InProgress");
    let mut retry = scene.contender_before("shop-a", "a1", "put-object");
    assert_eq!(scene.run(&mut other), End::Took(0));
    assert_eq!(scene.run(&mut retry), End::GaveUp);
}
