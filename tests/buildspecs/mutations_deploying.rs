//! The deploy of a task family, broken in one place: each time a scenario has to see it.

use crate::deploying;
use crate::jobs;
use crate::mutations::caught;

#[test]
fn a_state_machine_that_is_changed_in_the_wrong_place_or_not_at_all_is_caught() {
    let job = jobs::job(jobs::deploys(), "Deploy-dev/nightly");
    let all = deploying::everything_that_names_an_older_revision_is_moved_on_and_else_stays_as_it_was;
    let others = deploying::a_state_machine_of_another_account_or_in_other_words_alone_stops_it;
    let started = "def started: states | select";
    caught(&job, started, "def started: .. | objects | select", all);
    caught(&job, ", (.Branches | arrays | .[] | objects | states)", "", all);
    caught(&job, ", ((.ItemProcessor, .Iterator) | objects | states)", "", all);
    caught(&job, "(.Parameters, .Arguments)", "(.Parameters)", all);
    caught(&job, "(aws-sdk:)?", "", all);
    caught(&job, "(started | select(revisions)) |= $revision", ".", all);
    caught(
        &job,
        "numbered(env.FAMILY_ARN)",
        "test(\":task-definition/\" + env.FAMILY + \":[0-9]+$\")",
        others,
    );
    caught(&job, "select(.Resource | strings | test", "select(\"\" | true or test", others);
}

#[test]
fn a_change_that_is_lost_and_told_as_done_is_caught() {
    let job = jobs::job(jobs::deploys(), "Deploy-dev/nightly");
    let lost = deploying::a_state_machine_that_somebody_else_writes_at_the_same_time_is_changed_again;
    caught(&job, "if has_moved \"$machine\"", "if true", lost);
    caught(&job, "all(. == $revision)", "true", lost);
    let late = deploying::a_state_machine_that_is_shown_as_it_was_for_a_while_is_changed_once;
    caught(&job, "looks <= 10", "looks <= 1", late);
    caught(&job, "[ \"$attempt\" -lt 3 ]", "[ \"$attempt\" -lt 2 ]", lost);
}

#[test]
fn a_number_that_is_rounded_where_nobody_looks_is_caught() {
    let job = jobs::job(jobs::deploys(), "Deploy-dev/nightly");
    let rounded = deploying::a_number_that_jq_would_round_stops_it_before_anything_is_changed;
    let meanwhile = deploying::a_number_that_comes_in_meanwhile_is_not_rounded_either;
    let spelt = deploying::numbers_that_are_kept_or_spelt_otherwise_stop_nothing;
    caught(&job, "    keep_numbers \"the state machine ${machine##*:}\" \"$work/found.json\"\n", "", rounded);
    caught(
        &job,
        "keep_numbers \"the state machine ${machine##*:}\" \"$work/definition.json\"",
        "true",
        meanwhile,
    );
    caught(&job, "[ \"$value\" = \"$kept\" ]", "true", rounded);
    caught(&job, "[ \"$value\" = \"$kept\" ]", "[ \"$written\" = \"$as\" ]", spelt);
    caught(&job, "\"([^\"\\\\]|\\\\.)*\"|", "", spelt);
}
