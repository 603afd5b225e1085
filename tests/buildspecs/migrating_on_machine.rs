//! The migration on a build machine: in the new image, and in the checkout.

use serde_json::{Value, json};

use crate::jobs;
use crate::support::job::{Job, SECRET};
use crate::support::release::{COMMIT, EXECUTION};
use crate::support::runner::Outcome;
use crate::support::world::{DIGEST, World};
use crate::verdict::{Verdict, holds, promises, says};

const NOTHING_CHANGED: &str = "State: nothing was changed; the old version still runs.";
/// By execution and build.
const CONTAINER: &str =
    "branchline-c53dbd42-1111-4222-8333-0242ac120002-6f1a2b3c-0000-4000-8000-000000000001";
const HALF_CHANGED: &str = "State: the old version still runs; the schema may be half changed.";

/// A world in which the image is there, and its container does this.
#[allow(clippy::needless_pass_by_value, reason = "it is written where it is passed")]
pub fn world(container: Value) -> World {
    let mut world = World::default()
        .with_repositories(&["shop/api/release"])
        .with_image("shop/api/release", json!({"digest": DIGEST, "tags": ["a"], "manifest": "{}"}));
    world.0["container"] = container;
    world
}

/// It failed, and the last paragraph says why, what is true now, and the command that is the next.
fn fails(outcome: &Outcome, name: &str, reason: &str, state: &str) -> Verdict {
    holds(outcome, "it fails", !outcome.succeeded)?;
    let last = outcome.output.split("\n\n").last().unwrap_or_default();
    let retry = format!(
        "aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-release --stage-name \
         Migrate-dev --pipeline-execution-id {EXECUTION} --retry-mode ALL_ACTIONS"
    );
    let failed = format!("FAILED: the migration {name} of dev at commit {COMMIT}: {reason}");
    for text in [&failed, state, &retry] {
        holds(outcome, &format!("the last paragraph says {text:?}"), last.contains(text))?;
    }
    Ok(())
}

/// The same job with another command in its COMMAND.
fn with_command(job: &Job, words: &[&str]) -> Job {
    let mut job = job.clone();
    for (name, value) in &mut job.env {
        if name == "COMMAND" {
            let mut command: Value = serde_json::from_str(value).expect("JSON");
            command["entryPoint"] = json!(words[..1]);
            command["command"] = json!(words[1..]);
            *value = command.to_string();
        }
    }
    job
}

/// On a machine that lacks a program.
pub fn without(job: &Job, tool: &str) -> Job {
    let first = "set -euo pipefail";
    job.with(job.buildspec.replacen(first, &format!("{first}; rm \"$(command -v {tool})\""), 1))
}

/// With a few seconds to run in.
fn hurried(job: &Job, seconds: u32) -> Job {
    let mut job = job.clone();
    job.env.push(("TIMEOUT_SECONDS".to_owned(), seconds.to_string()));
    job
}

pub fn it_runs_once_in_the_new_image_with_what_it_is_given(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({})));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    // The environment's variables go over the migration's, and what stands by the migration there over both.
    says(&outcome, &[&format!("{SECRET} of development 1, not listed\n")])?;
    let last = outcome.output.lines().last().unwrap_or_default();
    let expected =
        format!("the migration orders of dev at commit {COMMIT}: done, exit code 0, after 30 seconds.");
    holds(&outcome, "one clear line ends it", last == expected)?;
    let runs = outcome.lines("docker run");
    let expected = format!(
        "docker run --detach --init --env TINI_KILL_PROCESS_GROUP --name {CONTAINER} --env RAILS_ENV --env SHARD --env DATABASE_URL --entrypoint \
         sh {} -ec ",
        jobs::image()
    );
    holds(
        &outcome,
        &format!("it is started once, as {expected}"),
        runs.len() == 1 && runs[0].starts_with(&expected),
    )?;
    let shown = outcome.calls.iter().any(|call| call.line().contains(SECRET));
    holds(&outcome, "no value is on a command line", !shown)?;
    holds(&outcome, "it is not stopped", outcome.lines("docker stop").is_empty())
}

pub fn nothing_of_it_is_left_on_the_machine(job: &Job) -> Verdict {
    // Docker kept its containers, one of a build that was ended before it could remove its own among them.
    let mut kept = world(json!({}));
    kept.0["containers"] = json!({"branchline-migration": {"started": 1, "stops": 2, "code": 0, "log": "old\n", "hears": "all"}});
    let outcome = with_command(job, &["sh", "-ec", "echo new; exit 3"]).run(kept);
    says(&outcome, &["new\n"])?;
    fails(&outcome, "orders", "it exited with code 3.", HALF_CHANGED)?;
    let left: Vec<&String> = outcome.world["containers"].as_object().expect("containers").keys().collect();
    holds(&outcome, &format!("only the other is left: {left:?}"), left == ["branchline-migration"])
}

pub fn an_order_to_stop_reaches_the_migration_behind_its_shell(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({"stops": 300, "interrupted": 20, "farewell": "rolled back\n"})));
    fails(&outcome, "orders", "the build was stopped, and it with it.", HALF_CHANGED)?;
    let (before, _) = outcome.output.split_once("FAILED: ").unwrap_or_default();
    holds(&outcome, "its last line stands before ours", before.contains("rolled back\n"))
}

pub fn a_machine_without_a_tool_names_it(job: &Job) -> Verdict {
    for tool in ["aws", "docker", "jq", "mktemp"] {
        let outcome = without(job, tool).run(world(json!({})));
        fails(&outcome, "orders", &format!("the machine's `image` has no {tool},"), NOTHING_CHANGED)?;
        holds(&outcome, "nothing is run", outcome.lines("docker run").is_empty())?;
    }
    Ok(())
}

pub fn a_migration_that_exits_with_3_fails(job: &Job) -> Verdict {
    let job = with_command(job, &["sh", "-ec", "echo half; exit 3"]);
    let outcome = job.run(world(json!({})));
    says(&outcome, &["half\n"])?;
    fails(&outcome, "orders", "it exited with code 3.", HALF_CHANGED)
}

pub fn dockers_own_failure_is_told_from_the_migrations(job: &Job) -> Verdict {
    let refused = "exec: \"sh\": executable file not found in $PATH";
    let outcome = job.run(world(json!({ "refused": refused })));
    says(&outcome, &[refused])?;
    fails(&outcome, "orders", "Docker did not start the container", NOTHING_CHANGED)?;
    let outcome = job.run(world(json!({ "refused": "no space left on device", "unmade": true })));
    fails(&outcome, "orders", "Docker did not start the container", NOTHING_CHANGED)?;
    // The same exit code as docker's own, and yet the migration's.
    let outcome = with_command(job, &["sh", "-ec", "exit 125"]).run(world(json!({})));
    fails(&outcome, "orders", "it exited with code 125.", HALF_CHANGED)
}

pub fn a_start_that_docker_is_silent_about_may_have_changed_something(job: &Job) -> Verdict {
    let silent = "Cannot connect to the Docker daemon";
    let outcome =
        job.run(world(json!({})).failing("docker run", 125, silent).failing("docker inspect", 1, silent));
    fails(
        &outcome,
        "orders",
        "Docker did not start the container",
        "whether the migration was started is not known",
    )
}

pub fn an_image_that_is_gone_changes_nothing(job: &Job) -> Verdict {
    let outcome = job.run(World::default().with_repositories(&["shop/api/release"]));
    fails(&outcome, "orders", "the image could not be pulled", NOTHING_CHANGED)?;
    holds(&outcome, "nothing is run", outcome.lines("docker run").is_empty())?;
    let outcome = job.run(world(json!({})).failing("docker login", 1, "400 Bad Request"));
    fails(&outcome, "orders", "Docker could not sign in", NOTHING_CHANGED)?;
    let outcome = job.run(world(json!({})).failing("get-login-password", 254, "AccessDenied"));
    fails(&outcome, "orders", "Docker could not sign in", NOTHING_CHANGED)
}

pub fn an_image_by_its_tag_is_refused(job: &Job) -> Verdict {
    let tag = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:latest";
    let outcome = job.run_with(world(json!({})), &[("IMAGE", tag)]);
    fails(&outcome, "orders", &format!("IMAGE is \"{tag}\""), NOTHING_CHANGED)?;
    holds(&outcome, "nothing is pulled", outcome.lines("docker pull").is_empty())
}

pub fn a_container_that_outlives_its_timeout_is_stopped(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({"stops": 999_999})));
    says(&outcome, &["The migration has run for 600 seconds, its timeout: stopping it."])?;
    fails(&outcome, "orders", "it did not end within 600 seconds and was stopped.", HALF_CHANGED)?;
    let stops = outcome.lines("docker stop");
    holds(&outcome, "TERM comes first", stops == [format!("docker stop --time 60 {CONTAINER}")])?;
    let stopped = outcome.calls.iter().find(|call| call.argv[0] == "stop").map_or(0, |call| call.at);
    let after = stopped - crate::support::world::EPOCH;
    holds(&outcome, &format!("it is stopped in time, after {after} seconds"), (600..620).contains(&after))
}

pub fn a_container_that_cannot_be_stopped_is_said_to_run(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({"stops": 999_999, "unstoppable": true})));
    fails(
        &outcome,
        "orders",
        "it did not end within 600 seconds, and its container has not ended since.",
        "ends with this machine",
    )
}

pub fn an_order_to_stop_reaches_the_container(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({"stops": 300, "interrupted": 20})));
    fails(&outcome, "orders", "the build was stopped, and it with it.", HALF_CHANGED)?;
    let stops = outcome.lines("docker stop");
    holds(&outcome, "TERM comes first", stops == [format!("docker stop --time 60 {CONTAINER}")])
}

pub fn a_docker_that_does_not_answer_for_a_while_is_waited_for(job: &Job) -> Verdict {
    let world = world(json!({"stops": 100})).failing_between("docker inspect", 1, "Cannot connect", 10, 60);
    let outcome = job.run(world);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let told = outcome.output.matches("Docker does not answer; still waiting: Cannot connect").count();
    holds(&outcome, "it is told once", told == 1)
}

pub fn a_migration_without_memory_is_told_what_it_lacks(job: &Job) -> Verdict {
    let outcome = job.run(world(json!({"oom": true})));
    fails(&outcome, "orders", "it needed more memory than this machine has (exit code 137)", HALF_CHANGED)
}

pub fn words_arrive_as_they_were_written(job: &Job) -> Verdict {
    let words = ["sh", "-c", "printf '%s|' \"$@\"", "it's", "a\nb", "", "$(touch x) `x` *", "é\u{1f600}"];
    let outcome = with_command(job, &words).run(world(json!({})));
    says(&outcome, &["a\nb||$(touch x) `x` *|é\u{1f600}|"])
}

pub fn a_timeout_that_is_no_number_runs_nothing(job: &Job) -> Verdict {
    for evil in ["x[$(touch evil)]", "", "-1", "1m"] {
        let outcome = job.run_with(world(json!({})), &[("TIMEOUT_SECONDS", evil)]);
        holds(&outcome, "it fails", !outcome.succeeded)?;
        says(&outcome, &["which is no number of seconds", NOTHING_CHANGED])?;
        holds(&outcome, "nothing is run", outcome.lines("docker run").is_empty())?;
        holds(&outcome, "nothing was touched", !outcome.files.contains(&"evil".to_owned()))?;
    }
    Ok(())
}

promises!(crate::jobs::migrate_in_image() =>
    it_runs_once_in_the_new_image_with_what_it_is_given,
    nothing_of_it_is_left_on_the_machine,
    an_order_to_stop_reaches_the_migration_behind_its_shell,
    a_machine_without_a_tool_names_it,
    a_migration_that_exits_with_3_fails,
    dockers_own_failure_is_told_from_the_migrations,
    a_start_that_docker_is_silent_about_may_have_changed_something,
    an_image_that_is_gone_changes_nothing,
    an_image_by_its_tag_is_refused,
    a_container_that_outlives_its_timeout_is_stopped,
    a_container_that_cannot_be_stopped_is_said_to_run,
    an_order_to_stop_reaches_the_container,
    a_docker_that_does_not_answer_for_a_while_is_waited_for,
    a_migration_without_memory_is_told_what_it_lacks,
    words_arrive_as_they_were_written,
    a_timeout_that_is_no_number_runs_nothing,
);

/// Here the clock is the machine's own: these take seconds.
pub mod in_the_checkout {
    use super::*;

    fn run(job: &Job, script: &str) -> Outcome {
        let mut job = job.clone();
        job.files = [("migrate.sh".to_owned(), script.to_owned())].into();
        job.run(World::default())
    }

    pub fn it_runs_with_its_words_and_variables(job: &Job) -> Verdict {
        let outcome = run(job, "echo \"$1|$2 in $RAILS_ENV\"\n");
        holds(&outcome, "it succeeds", outcome.succeeded)?;
        says(&outcome, &["it's $HOME|a  b in development\n", "done, exit code 0, after "])?;
        holds(&outcome, "nothing else is called", outcome.calls.is_empty())
    }

    pub fn its_exit_code_decides(job: &Job) -> Verdict {
        fails(&run(job, "exit 4\n"), "reports", "it exited with code 4.", HALF_CHANGED)?;
        // What `timeout` says of itself, the migration may say too.
        fails(&run(job, "exit 124\n"), "reports", "it exited with code 124.", HALF_CHANGED)?;
        let missing = with_command(job, &["no-such-program"]).run(World::default());
        fails(
            &missing,
            "reports",
            "it exited with code 127: no-such-program is no program here",
            HALF_CHANGED,
        )?;
        for tool in ["jq", "mktemp", "timeout"] {
            let missing = without(job, tool).run(World::default());
            let reason = format!("the machine's `image` has no {tool},");
            fails(&missing, "reports", &reason, NOTHING_CHANGED)?;
        }
        Ok(())
    }

    pub fn one_that_outlives_its_timeout_is_stopped(job: &Job) -> Verdict {
        let script =
            "trap 'echo told; exit 9' TERM\necho begun\nfor i in 1 2 3 4; do /bin/sleep 1; done\necho late\n";
        let outcome = run(&hurried(job, 1), script);
        says(&outcome, &["begun\n", "told\n"])?;
        holds(&outcome, "it is not let go on", !outcome.output.contains("late"))?;
        fails(&outcome, "reports", "it did not end within 1 seconds and was stopped.", HALF_CHANGED)
    }

    pub fn an_order_to_stop_reaches_it(job: &Job) -> Verdict {
        // Its callers are `timeout`, the step's subshell, and the shell that CodeBuild knows.
        let script = "trap 'echo told; exit 0' TERM\nup() { sed 's/.*) . \\([0-9]*\\) .*/\\1/' /proc/$1/stat; }\n\
                      kill -TERM $(up $(up $PPID))\nfor i in 1 2 3; do /bin/sleep 1; done\necho late\n";
        let outcome = run(job, script);
        says(&outcome, &["told\n"])?;
        holds(&outcome, "it is not let go on", !outcome.output.contains("late"))?;
        fails(&outcome, "reports", "the build was stopped, and it with it.", HALF_CHANGED)
    }

    pub fn an_order_to_stop_at_its_very_start_reaches_it_too(job: &Job) -> Verdict {
        let script = "trap 'echo told; exit 0' TERM\necho begun\nfor i in 1 2 3 4 5 6; do /bin/sleep 1; done\necho late\n";
        // The step has started it, and has not noted whom. The migration gets a moment to say what it does on TERM.
        let started = "\"${migration_words[@]}\" &";
        let told = format!("{started} /bin/sleep 1; kill -TERM $BASHPID");
        if !job.buildspec.contains(started) {
            return Err("the migration is not started in the background".to_owned());
        }
        let outcome = run(&job.with(job.buildspec.replace(started, &told)), script);
        says(&outcome, &["begun\n", "told\n"])?;
        holds(&outcome, "it is not let go on", !outcome.output.contains("late"))?;
        fails(&outcome, "reports", "the build was stopped, and it with it.", HALF_CHANGED)?;
        // Nothing was started yet.
        let asked = "migration_state=unknown";
        let early = job.buildspec.replacen(asked, &format!("{asked}; kill -TERM $BASHPID"), 1);
        let outcome = run(&job.with(early), script);
        holds(&outcome, "it is not started", !outcome.output.contains("begun"))?;
        fails(&outcome, "reports", "the build was stopped before it was started.", NOTHING_CHANGED)
    }

    promises!(crate::jobs::migrate_in_checkout("true\n") =>
        it_runs_with_its_words_and_variables,
        its_exit_code_decides,
        one_that_outlives_its_timeout_is_stopped,
        an_order_to_stop_reaches_it,
        an_order_to_stop_at_its_very_start_reaches_it_too,
    );
}

#[test]
fn a_migration_in_the_checkout_runs_on_the_files_of_the_commit() {
    let stacks = jobs::projects();
    let actions: Vec<_> = stacks.pipelines["shop-release"].actions.iter().collect();
    let action = |name: &str| actions.iter().find(|action| action.name == name).expect("the action");
    assert_eq!(action("Migrate-reports").inputs, ["Source"]);
    assert!(!action("Migrate-reports").configuration["EnvironmentVariables"].contains("IMAGE"));
    assert_eq!(action("Migrate-orders").inputs, ["Images"]);
}

#[test]
fn migrations_run_one_after_the_other_each_by_a_project_of_its_own_and_alone() {
    let stacks = jobs::projects();
    let places: Vec<String> = stacks.pipelines["shop-release"]
        .actions
        .iter()
        .filter(|action| {
            action.stage.starts_with("Migrate") && !["Lock", "Guard"].contains(&action.name.as_str())
        })
        .map(|action| format!("{}/{} {}", action.stage, action.name, action.configuration["ProjectName"]))
        .collect();
    assert_eq!(
        places,
        [
            "Migrate-dev/Migrate-orders shop-dev-migrate-orders",
            "Migrate-dev/Migrate-reports shop-dev-migrate-reports",
            "Migrate-production/Migrate-orders shop-production-migrate-orders",
            "Migrate-production/Migrate-reports shop-production-migrate-reports",
            "Migrate-production/Migrate-mail-worker shop-production-migrate-mail-worker",
        ]
    );
    let limit = |name: &str| stacks.projects[name].limit;
    assert_eq!(limit("shop-dev-migrate-orders"), Some(1));
    assert_eq!(limit("shop-dev-migrate-reports"), Some(1));
    assert_eq!(limit("shop-production-migrate-mail-worker"), Some(1));
}

#[test]
fn each_project_runs_in_its_own_network() {
    let stacks = jobs::projects();
    let network = |name: &str| {
        let network = stacks.projects[name].network.as_ref()?;
        Some((network["VpcId"].as_str()?.to_owned(), network["Subnets"].as_array()?.len()))
    };
    let here = |id: &str, subnets: usize| Some((id.to_owned(), subnets));
    assert_eq!(network("shop-release-build"), here("vpc-0a1b2c3d4e5f60718", 1));
    assert_eq!(network("shop-release-test"), None);
    assert_eq!(network("shop-release-test-mail-worker"), here("vpc-0a1b2c3d4e5f60718", 1));
    // An environment's network is its migrations', unless the migration has one there; a task has its service's.
    assert_eq!(network("shop-dev-migrate-orders"), None);
    assert_eq!(network("shop-dev-migrate-reports"), here("vpc-0a1b2c3d", 1));
    assert_eq!(network("shop-production-migrate-reports"), here("vpc-0a1b2c3d4e5f60718", 2));
    assert_eq!(network("shop-production-migrate-mail-worker"), None);
    assert_eq!(network("shop-production-keep"), None);
}
