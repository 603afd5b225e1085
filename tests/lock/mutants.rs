//! The lock's shell with one thought taken out: the tests must notice.

use crate::contender::SHELL;
use crate::scenarios::{
    End, Scene, a_retry_in_between, before_the_approval, failed, stopped_with_its_build,
    stopped_with_its_task,
};

fn without(thought: &str, instead: &str) -> String {
    assert_eq!(SHELL.matches(thought).count(), 1, "the shell has {thought:?} once");
    SHELL.replace(thought, instead)
}

fn ends(mut scene: Scene) -> End {
    let mut contender = scene.contender("shop-b", "b1");
    scene.run(&mut contender)
}

#[test]
fn a_lock_that_asks_for_the_status_alone_is_noticed() {
    let blind = without("InProgress | Stopping) has_left || return ;;", "InProgress) return 1 ;;");
    assert_eq!(ends(before_the_approval(&blind)), End::GaveUp, "it holds through the approval");
    let hasty = without("[ \"$rests\" = no ] || has_rested", "true");
    assert_eq!(ends(failed(&hasty, 20)), End::Took(0), "it does not wait for the rollback");
    let careless = without("no_rollback && no_task && no_build || return", "true");
    assert!(
        matches!(ends(stopped_with_its_task(&careless)), End::Took(_)),
        "it takes what a task still uses"
    );
}

#[test]
fn a_lock_that_is_entered_again_without_a_write_is_noticed() {
    let shell = without("    write \"$since\" --if-match \"$etag\"\n    return\n", "    return 0\n");
    assert_eq!(a_retry_in_between(failed(&shell, 600)), (End::Took(0), End::Took(0)), "both hold");
}

#[test]
fn a_lock_without_a_nonce_is_noticed() {
    let shell = without("read -r written < /proc/sys/kernel/random/uuid", "written=$EXECUTION_ID");
    // The same bytes: the write that was judged before is let through.
    assert_eq!(a_retry_in_between(failed(&shell, 600)).1, End::Took(0), "the other one holds as well");
}

#[test]
fn a_lock_that_asks_for_no_builds_is_noticed() {
    let careless = without(" && no_build || return", " || return");
    assert!(
        matches!(ends(stopped_with_its_build(&careless)), End::Took(_)),
        "it takes what a build still deploys to"
    );
}
