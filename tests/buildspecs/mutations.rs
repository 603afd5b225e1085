//! Each mutation breaks a buildspec in one place; the scenario that guards the place must see it.

use crate::support::job::Job;
use crate::verdict::Verdict;
use crate::{building, jobs, keeping, migrating, migrating_on_machine as machine, reusing};

/// The scenario must fail on the text in which `from` is replaced by `to`, and hold on the text as it is.
pub fn caught(job: &Job, from: &str, to: &str, scenario: fn(&Job) -> Verdict) {
    assert!(job.buildspec.contains(from), "the mutation changes nothing: {from}");
    let mutant = job.with(job.buildspec.replace(from, to));
    assert!(scenario(&mutant).is_err(), "nobody saw that {from:?} became {to:?}");
}

#[test]
fn a_build_without_set_e_is_caught() {
    caught(&jobs::build(), "set -euo pipefail", "true", building::a_failed_push_stops_before_artifacts);
    caught(&jobs::build(), "set -euo pipefail", "true", building::a_failed_build_stops_before_any_push);
}

#[test]
fn an_image_handed_on_by_tag_is_caught() {
    let job = jobs::build();
    caught(
        &job,
        "$REGISTRY/$repository@$digest",
        "$REGISTRY/$repository:$tag",
        building::two_services_are_handed_on_by_digest,
    );
    caught(&job, "^sha256:[0-9a-f]{64}$", "", building::a_digest_that_is_none_stops_the_build);
}

#[test]
fn a_post_build_that_does_not_look_at_the_build_is_caught() {
    caught(
        &jobs::build(),
        "[ \"$CODEBUILD_BUILD_SUCCEEDING\" != 1 ]",
        "false",
        building::a_failed_build_stops_before_any_push,
    );
}

#[test]
fn a_registry_error_taken_for_a_missing_image_is_caught() {
    caught(
        &jobs::build(),
        "*\"(ImageNotFoundException)\"*",
        "*",
        building::trouble_in_the_registry_is_not_taken_for_a_missing_image,
    );
}

#[test]
fn a_retry_that_builds_again_is_caught() {
    caught(
        &jobs::build(),
        "if already_pushed",
        "if false && already_pushed",
        building::a_retried_build_reuses_what_was_pushed,
    );
}

#[test]
fn a_migration_whose_exit_code_is_not_read_is_caught() {
    let job = jobs::migrate();
    caught(&job, "[ \"$exit_code\" -ne 0 ]", "false", migrating::a_migration_that_exits_with_1_fails);
    caught(
        &job,
        ".name == $container)][0][$field]",
        "true)][0][$field]",
        migrating::a_migration_that_exits_with_1_fails,
    );
}

#[test]
fn a_missing_exit_code_taken_for_success_is_caught() {
    let job = jobs::migrate();
    caught(
        &job,
        "exit_code=$(of_container exitCode)",
        "exit_code=0",
        migrating::a_missing_exit_code_is_a_failure,
    );
    caught(&job, "[ -z \"$exit_code\" ]", "false", migrating::a_missing_exit_code_is_a_failure);
}

#[test]
fn last_words_that_are_not_said_are_caught() {
    caught(
        &jobs::migrate(),
        "trap 'last_words $?' EXIT",
        "true",
        migrating::a_migration_that_exits_with_1_fails,
    );
    caught(&jobs::migrate(), "state=ran\n", "true\n", migrating::a_migration_that_exits_with_1_fails);
}

#[test]
fn a_migration_in_the_old_image_is_caught() {
    let scenario = migrating::the_task_definition_is_the_services_with_the_new_image_and_command;
    let job = jobs::migrate();
    caught(&job, ".image = $image\n", ".\n", scenario);
    caught(&job, ", .restartPolicy, .repositoryCredentials)", ")", scenario);
    caught(&job, "| .entryPoint = $overrides.entryPoint", "| .", scenario);
}

#[test]
fn a_migration_beside_the_services_other_containers_is_caught() {
    let scenario = migrating::the_task_definition_is_the_services_with_the_new_image_and_command;
    let job = jobs::migrate();
    for more in [".firelensConfiguration", ".name == \"envoy\""] {
        let kept = format!("select(.name == $container or {more})\n");
        caught(&job, "select(.name == $container)\n", &kept, scenario);
    }
    for left in [".dependsOn, ", ".volumesFrom, "] {
        caught(&job, left, "", scenario);
    }
    caught(&job, ".links, ", "", migrating::a_container_that_is_linked_to_others_migrates_without_them);
}

#[test]
fn a_migration_that_is_not_stopped_in_time_is_caught() {
    let job = jobs::migrate();
    caught(
        &job,
        "aws ecs stop-task",
        "true aws ecs stop-task",
        migrating::a_migration_that_outlives_its_timeout_is_stopped,
    );
    caught(
        &job,
        "[ \"$timed_out\" = yes ]",
        "false",
        migrating::a_migration_that_outlives_its_timeout_is_stopped,
    );
}

#[test]
fn a_migration_beside_another_is_caught() {
    let scenario = migrating::a_second_migration_does_not_start_beside_the_first;
    let job = jobs::migrate();
    caught(&job, "[ -n \"$others\" ]", "false", scenario);
    caught(&job, "for desired in RUNNING STOPPED", "for desired in RUNNING", scenario);
    caught(&job, "for desired in RUNNING STOPPED", "for desired in STOPPED", scenario);
    caught(&job, ".failures[]?.arn", "empty", scenario);
}

#[test]
fn a_container_whose_exit_code_is_not_read_is_caught() {
    let job = jobs::migrate_in_image();
    caught(
        &job,
        "migration_code=$(of_state ExitCode)",
        "migration_code=0",
        machine::a_migration_that_exits_with_3_fails,
    );
    caught(&job, "[ \"$migration_code\" -ne 0 ]", "false", machine::a_migration_that_exits_with_3_fails);
    caught(&job, "[ \"$migration_status\" -eq 0 ]", "true", machine::a_migration_that_exits_with_3_fails);
    caught(&job, "trap 'last_words $?' EXIT", "true", machine::a_migration_that_exits_with_3_fails);
}

#[test]
fn dockers_failure_taken_for_the_migrations_is_caught() {
    let job = jobs::migrate_in_image();
    let scenario = machine::dockers_own_failure_is_told_from_the_migrations;
    caught(&job, "== 0001-*", "== 0002-*", scenario);
    caught(&job, "\"No such\"", "\"Nothing\"", scenario);
    let silent = machine::a_start_that_docker_is_silent_about_may_have_changed_something;
    caught(&job, "migration_state=unknown", "migration_state=unchanged", silent);
}

#[test]
fn a_container_of_another_image_or_with_values_on_the_command_line_is_caught() {
    let job = jobs::migrate_in_image();
    caught(&job, "+@sha256:[0-9a-f]{64}$ ]]", " ]]", machine::an_image_by_its_tag_is_refused);
    let scenario = machine::it_runs_once_in_the_new_image_with_what_it_is_given;
    caught(&job, "+=(--env \"$migration_name\")", "+=(--env HOME)", scenario);
    caught(
        &job,
        "docker pull --quiet \"$IMAGE\" || fail",
        "true || fail",
        machine::an_image_that_is_gone_changes_nothing,
    );
}

#[test]
fn a_container_that_is_not_stopped_is_caught() {
    let job = jobs::migrate_in_image();
    let late = machine::a_container_that_outlives_its_timeout_is_stopped;
    caught(&job, "docker stop --time 60", "true", late);
    caught(&job, "docker stop --time 60", "docker stop --time 1", late);
    let told = machine::an_order_to_stop_reaches_the_container;
    caught(&job, "trap interrupt TERM", "true", told);
    let behind = machine::an_order_to_stop_reaches_the_migration_behind_its_shell;
    caught(&job, "--init ", "", behind);
    caught(&job, "--env TINI_KILL_PROCESS_GROUP ", "", behind);
    caught(&job, "then wait \"$migration_log\"", "then true", behind);
    let left = machine::nothing_of_it_is_left_on_the_machine;
    caught(&job, "docker rm \"$migration_container\"", "true", left);
    caught(
        &job,
        "-${CODEBUILD_BUILD_ID##*:}",
        "",
        machine::it_runs_once_in_the_new_image_with_what_it_is_given,
    );
    caught(&job, "needs aws docker jq mktemp", "true", machine::a_machine_without_a_tool_names_it);
}

#[test]
fn words_that_a_shell_would_take_apart_are_caught() {
    let job = jobs::migrate_in_image();
    caught(
        &job,
        "mapfile -d '' -t migration_words",
        "read -ra migration_words",
        machine::words_arrive_as_they_were_written,
    );
    caught(
        &job,
        "[[ $TIMEOUT_SECONDS =~ ^[0-9]+$ ]]",
        "[ x ]",
        machine::a_timeout_that_is_no_number_runs_nothing,
    );
}

#[test]
fn a_checkout_whose_migration_is_not_waited_for_or_not_stopped_is_caught() {
    use machine::in_the_checkout::{
        an_order_to_stop_at_its_very_start_reaches_it_too, an_order_to_stop_reaches_it,
        its_exit_code_decides, one_that_outlives_its_timeout_is_stopped,
    };
    let job = jobs::migrate_in_checkout("true\n");
    caught(&job, "|| migration_code=$?", "|| true", its_exit_code_decides);
    caught(
        &job,
        "if [ $((SECONDS - migration_started)) -ge \"$TIMEOUT_SECONDS\" ]",
        "if true",
        its_exit_code_decides,
    );
    caught(
        &job,
        "timeout --kill-after=60 \"$TIMEOUT_SECONDS\" ",
        "",
        one_that_outlives_its_timeout_is_stopped,
    );
    caught(&job, "kill -TERM \"$!\"", "true", an_order_to_stop_reaches_it);
    let early = an_order_to_stop_at_its_very_start_reaches_it_too;
    caught(&job, "= \"$migration_nobody\"", "!= x", early);
}

#[test]
fn a_kept_image_of_other_bytes_is_caught() {
    let job = jobs::keep();
    caught(&job, "jq --join-output", "jq --raw-output", keeping::a_deployed_image_gets_a_tag_that_spares_it);
    caught(&job, "[ \"$found\" = None ]", "true", keeping::an_image_that_is_kept_already_is_left_alone);
}

#[test]
fn an_image_taken_without_looking_is_caught() {
    let job = reusing::job();
    caught(&job, "[ \"$now\" = \"$found\" ]", "true", reusing::a_copy_that_is_another_image_stops_the_build);
    caught(
        &job,
        " && imageTags[?starts_with(@, 'deployed.')]",
        "",
        reusing::an_image_that_was_not_deployed_is_not_taken,
    );
    caught(&job, "&imagePushedAt)[-1]", "&imagePushedAt)[0]", reusing::the_latest_of_several_is_taken);
    caught(&job, "starts_with(@, 'tree-$3.')", "starts_with(@, 'tree-')", reusing::other_files_are_built);
    caught(&job, "elif [ -n", "elif false && [ -n", reusing::the_same_files_are_not_built_again);
}
