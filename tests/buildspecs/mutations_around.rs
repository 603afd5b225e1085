//! Steps around a migration and a deploy that are broken in one place: each time a scenario has to see it.

use crate::jobs;
use crate::mutations::caught;
use crate::{snapshots, verifying};

#[test]
fn a_snapshot_that_is_not_waited_for_or_made_twice_is_caught() {
    let job = jobs::snapshot();
    let waits = "while [ \"$status\" != available ]";
    caught(&job, waits, "while false", snapshots::a_snapshot_is_made_with_its_tags_and_waited_for);
    caught(&job, waits, "while false", snapshots::a_snapshot_that_fails_or_takes_too_long_stops_the_stage);
    let again = snapshots::a_second_try_makes_its_own_and_leaves_that_of_the_first;
    caught(&job, "-${BASH_REMATCH[1]}", "-00000000", again);
    caught(&job, "select(.tags[\"branchline:execution\"] != env.EXECUTION_ID)", ".", again);
    let first = snapshots::a_second_try_waits_while_that_of_the_first_is_being_made;
    caught(&job, "and .status == \"creating\"", "and false", first);
    let other = snapshots::a_snapshot_of_its_name_is_not_taken_for_its_own;
    caught(&job, "[ -z \"$(of_snapshot .status)\" ]", "true", other);
    let stops = snapshots::every_call_that_fails_stops_the_stage;
    caught(&job, "state=asked", "state=none", stops);
    caught(&job, "trap 'last_words $?' EXIT", "true", stops);
}

#[test]
fn a_snapshot_that_is_deleted_and_should_stay_is_caught() {
    let job = jobs::snapshot();
    let ours = snapshots::what_is_not_ours_is_never_deleted;
    caught(&job, "$tags[.Key] == .Value", "true", ours);
    caught(&job, ".tags[\"branchline:execution\"] and ", "", ours);
    caught(&job, " and (.name | length) == ($snapshot | length)", "", ours);
    caught(
        &job,
        "length + 1 - ($keep | tonumber)",
        "length - ($keep | tonumber)",
        snapshots::the_oldest_go_and_the_newest_stay,
    );
    caught(
        &job,
        "length + 1 - ($keep | tonumber)",
        "length + 2 - ($keep | tonumber)",
        snapshots::as_many_as_are_kept_stay,
    );
    let oldest = snapshots::the_oldest_go_and_the_newest_stay;
    caught(&job, "sort_by(map(.made) | max)", "sort_by(map(.made) | max) | reverse", oldest);
    let together = snapshots::those_of_one_execution_go_together_and_count_as_one;
    caught(&job, "group_by(.tags[\"branchline:execution\"])", "group_by(.name)", together);
    let copied = snapshots::an_old_snapshot_that_cannot_go_holds_no_release_up;
    caught(&job, "if aws rds \"$delete\"", "if false && aws rds \"$delete\"", copied);
    let evil = snapshots::what_is_no_number_or_names_no_owner_deletes_nothing;
    caught(&job, "($own | length) == 2", "true", evil);
    caught(&job, "[[ $KEEP =~ ^[1-9][0-9]*$ ]]", "true", evil);
}

#[test]
fn an_answer_that_is_wrong_and_passes_is_caught() {
    let job = jobs::verify();
    let status = "[ \"${verify_answer%% *}\" != \"$VERIFY_STATUS\" ]";
    caught(&job, status, "false", verifying::another_status_fails);
    caught(&job, "!= *\"$VERIFY_CONTAINS\"*", "!= *", verifying::another_status_fails);
    caught(&job, "[ \"$verify_code\" -ne 0 ]", "false", verifying::an_answer_that_is_no_http_fails);
    caught(&job, "sleep \"$VERIFY_EVERY\"", "true", verifying::a_service_that_comes_up_late_is_waited_for);
    caught(
        &job,
        "--max-time \"$VERIFY_ANSWER_SECONDS\"",
        "--max-time 9",
        verifying::a_service_that_hangs_fails,
    );
}

#[test]
fn a_command_that_fails_and_passes_is_caught() {
    let job = jobs::verify();
    let fails = verifying::commands_run_in_the_checkout_until_one_fails;
    caught(&job, "[ \"$verify_code\" -eq 0 ]", "true", fails);
    caught(&job, "bash -o pipefail -ec", "bash -o pipefail -c", fails);
    caught(&job, "-o pipefail -ec", "-ec", fails);
    let late = verifying::commands_that_outlive_the_timeout_are_stopped;
    caught(&job, "timeout --kill-after=10 \"$verify_left\" ", "", late);
}
