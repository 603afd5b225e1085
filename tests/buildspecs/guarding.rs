//! An older commit does not silently replace a newer one: the action behind each lock.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::history::{Repository, git, real_git};
use crate::jobs;
use crate::recording::{
    NEWER, OLDER, OTHER, TROUBLE, behind, behind_commit, behind_migration, behind_own, behind_own_release,
    migration_of, record_of, rolled_back_by, rolling_back, told,
};
use crate::support::job::Job;
use crate::support::release;
use crate::support::runner::Outcome;
use crate::support::world::World;
use crate::verdict::{Verdict, holds, promises, says};

/// What a job says on a machine that reads this repository, where `new` would follow `old`. The dates say the contrary of
/// `is_newer`.
fn read(job: &Job, repository: &Repository, (old, new): (&str, &str), is_newer: bool) -> Outcome {
    let date = if is_newer { NEWER } else { OLDER };
    let world = behind_commit(job, old, date, world()).with_programs(&["git"], &real_git());
    job.run_with(world, &[("HISTORY_URL", &repository.url()), ("COMMIT_ID", new)])
}

fn checked_out(repository: &Repository, commit: &str) {
    let mut git = git();
    git.args(["checkout", "--quiet", "--detach", commit]).current_dir(repository.path());
    assert!(git.status().expect("git").success());
}

/// The guard before the migration.
fn job() -> Job {
    jobs::job(jobs::two_services(), "Migrate-dev/Guard")
}

/// The guard before the deploy, behind a migration.
fn behind_a_migration() -> Job {
    jobs::job(jobs::two_services(), "Deploy-dev/Guard")
}

fn world() -> World {
    release::world(jobs::two_services())
}

pub fn goes_on(outcome: &Outcome) -> Verdict {
    holds(outcome, "it goes on", outcome.succeeded)?;
    holds(outcome, "nothing is written", outcome.lines("aws s3api put-object").is_empty())
}

fn given(job: &Job, name: &str, value: &str) -> Job {
    let mut job = job.clone();
    job.env.push((name.to_owned(), value.to_owned()));
    job
}

pub fn what_is_first_or_newer_or_the_same_goes_on(job: &Job) -> Verdict {
    goes_on(&job.run(world()))?;
    goes_on(&job.run(behind(job, OLDER, world())))?;
    // The same commit, whatever its date says.
    goes_on(&job.run(behind_commit(job, release::COMMIT, NEWER, world())))
}

pub fn an_older_commit_is_stopped_before_anything_happened(job: &Job) -> Verdict {
    let outcome = job.run(behind(job, NEWER, world()));
    holds(&outcome, "it stops", !outcome.succeeded)?;
    holds(&outcome, "nothing is written", outcome.lines("aws s3api put-object").is_empty())?;
    says(
        &outcome,
        &[
            &format!(
                "FAILED: commit {} would replace a newer one in dev; nothing was changed here.",
                release::COMMIT
            ),
            &format!(
                "Deployed: commit {OTHER} of hotfix/7, by execution e-1 of shop-hotfix, since 2026-11-01T00:00:00Z."
            ),
            "Why: it is older. The dates of their authors alone were compared: the machine has no git.",
            "--variables name=DOWNGRADE,value=allow",
            "lifts the guard in every environment that it comes to",
            &format!("revisionType=COMMIT_ID,revisionValue={}", release::COMMIT),
            "`downgrade: allow`",
        ],
    )
}

pub fn what_the_commits_say_counts_more_than_dates(job: &Job) -> Verdict {
    let repository = Repository::new();
    let first = repository.commit("Ada", "Begin", "a");
    let second = repository.commit("Bob", "Go on", "b");
    let outcome = read(job, &repository, (&first, &second), true);
    goes_on(&outcome)?;
    says(&outcome, &["It is built on what is there."])?;
    let outcome = read(job, &repository, (&second, &first), false);
    holds(&outcome, "it stops", !outcome.succeeded)?;
    says(&outcome, &["it is older. What is there is built on it.", "name=DOWNGRADE,value=allow"])?;
    // A hotfix beside them, committed later.
    checked_out(&repository, &first);
    let beside = repository.commit("Cy", "Mend it", "c");
    let outcome = read(job, &repository, (&second, &beside), true);
    goes_on(&outcome)?;
    says(&outcome, &["Neither is built on the other, and it was committed later."])?;
    let outcome = read(job, &repository, (&beside, &second), false);
    holds(&outcome, "it stops", !outcome.succeeded)?;
    says(&outcome, &["Neither is built on the other, and it was committed earlier."])?;
    // A commit that the repository does not have: dates are left, and that is said.
    let gone = "1".repeat(40);
    let outcome = read(job, &repository, (&gone, &second), true);
    holds(&outcome, "it stops", !outcome.succeeded)?;
    says(
        &outcome,
        &["The dates of their authors alone were compared: the repository no longer has both commits."],
    )
}

pub fn who_says_that_it_is_meant_goes_on(job: &Job) -> Verdict {
    let outcome = given(job, "DOWNGRADE", "allow").run(behind(job, NEWER, world()));
    goes_on(&outcome)?;
    // Only this word means it.
    let outcome = given(job, "DOWNGRADE", "Allow").run(behind(job, NEWER, world()));
    holds(&outcome, "it stops", !outcome.succeeded)
}

pub fn a_rollback_goes_on_and_says_what_the_database_keeps(job: &Job) -> Verdict {
    let outcome = job.run(rolling_back(job, world()));
    goes_on(&outcome)?;
    says(&outcome, &["WARNING: this rollback goes back to commit", "behind a migration", OTHER])?;
    // One that was migrated before its own target needs no word.
    let outcome = job.run(behind_migration(job, OLDER, rolling_back(job, world())));
    goes_on(&outcome)?;
    holds(&outcome, "nothing is warned of", !outcome.output.contains("WARNING"))?;
    // Not knowing holds no rollback back.
    let outcome = job.run(rolling_back(job, world()).failing("/migrated", 254, TROUBLE));
    goes_on(&outcome)?;
    says(&outcome, &["WARNING: whether dev was migrated since", TROUBLE])
}

pub fn what_cannot_be_read_stops_and_may_be_retried(job: &Job) -> Verdict {
    for call in ["sts assume-role", "/deployed", "get-pipeline-execution"] {
        let outcome = job.run(behind(job, OLDER, world()).failing(call, 254, TROUBLE));
        holds(&outcome, "it stops", !outcome.succeeded)?;
        let retry = format!("--stage-name {} --pipeline-execution-id", told(job, "STAGE"));
        says(&outcome, &["could not be compared", TROUBLE, &retry, "--retry-mode ALL_ACTIONS"])?;
        let passing = behind(job, OLDER, world()).failing_between(call, 254, TROUBLE, 0, 9);
        goes_on(&job.run(passing))?;
    }
    Ok(())
}

pub fn what_is_not_understood_stops(job: &Job) -> Verdict {
    let mut world_of = behind(job, OLDER, world());
    let bodies = world_of.0["locks"].as_object_mut().expect("objects");
    bodies.values_mut().for_each(|object| object["body"] = json!("{\"commit\":7}"));
    let outcome = job.run(world_of);
    holds(&outcome, "it stops", !outcome.succeeded)?;
    says(&outcome, &["could not understand s3://", "Once it is deleted, the next deploy is the first"])?;
    for date in ["", "yesterday", "2026-10-01"] {
        let outcome = job.run(behind(job, date, world()));
        holds(&outcome, "it stops", !outcome.succeeded)?;
        says(&outcome, &["whether it is newer cannot be told", "name=DOWNGRADE,value=allow"])?;
    }
    Ok(())
}

pub fn times_of_any_zone_are_compared_as_moments(job: &Job) -> Verdict {
    // The commit's is 2026-11-02T10:00:00Z.
    for (date, is_older) in [
        ("2026-11-02T18:59:59+09:00", true),
        ("2026-11-02T19:00:01+09:00", false),
        ("2026-11-02T05:59:59-0400", true),
        ("2026-11-02T06:00:01-0400", false),
        ("2026-11-02T09:59:59.999Z", true),
        ("1793613599", true),
        ("1793613601", false),
    ] {
        let outcome = job.run(behind(job, date, world()));
        holds(&outcome, &format!("{date} is older: {is_older}"), outcome.succeeded == is_older)?;
    }
    Ok(())
}

pub fn the_migration_is_noted_before_its_deploy(job: &Job) -> Verdict {
    let outcome = job.run(behind_migration(job, OLDER, behind(job, OLDER, world())));
    holds(&outcome, "it goes on", outcome.succeeded)?;
    let mut noted = migration_of(&outcome, job);
    let time = noted["time"].take();
    let expected = json!({"pipeline": "shop-release", "execution": release::EXECUTION, "commit": release::COMMIT,
        "author_date": release::AUTHORED, "time": null});
    holds(&outcome, &format!("the note is {expected}"), noted == expected && time.is_string())?;
    holds(&outcome, "what is deployed stays", record_of(&outcome, job)["commit"] == OTHER)?;
    let outcome = job.run(behind(job, OLDER, world()).failing("s3api put-object", 254, TROUBLE));
    holds(&outcome, "it goes on", outcome.succeeded)?;
    says(&outcome, &["WARNING: that commit", "has migrated dev is not written down", TROUBLE])
}

pub fn what_an_older_commit_migrates_does_not_hide_the_newer_migration(job: &Job) -> Verdict {
    let meant = given(job, "DOWNGRADE", "allow");
    let outcome = meant.run(behind_migration(job, NEWER, behind(job, NEWER, world())));
    holds(&outcome, "it goes on", outcome.succeeded)?;
    holds(&outcome, "the note stays", migration_of(&outcome, job)["commit"] == OTHER)?;
    let outcome = job.run(rolling_back(job, world()));
    holds(&outcome, "a rollback migrates nothing", migration_of(&outcome, job)["commit"] == OTHER)
}

promises!(crate::guarding::job() =>
    what_is_first_or_newer_or_the_same_goes_on,
    what_the_commits_say_counts_more_than_dates,
    an_older_commit_is_stopped_before_anything_happened,
    who_says_that_it_is_meant_goes_on,
    a_rollback_goes_on_and_says_what_the_database_keeps,
    what_cannot_be_read_stops_and_may_be_retried,
    what_is_not_understood_stops,
    times_of_any_zone_are_compared_as_moments,
);

#[test]
fn a_rollback_names_the_migrations_behind_which_it_goes() {
    let text = jobs::example_text("rails-ecs");
    assert!(text.contains("files: [db/migrate]"), "{text}");
    let stacks = crate::support::stacks::Stacks::of(&text);
    let job = jobs::job(&stacks, "Deploy-staging/Guard");
    let repository = Repository::new();
    let target = repository.commit("Ada", "Begin", "a");
    let migration = repository.commit("Bob", "Orders", "db/migrate/1_orders.rb");
    let mut world = rolling_back(&job, release::world(&stacks)).with_programs(&["git"], &real_git());
    for object in world.0["locks"].as_object_mut().expect("objects").values_mut() {
        object["body"] = json!(object["body"].as_str().expect("a text").replace(OTHER, &migration));
    }
    let outcome = job.run_with(world, &[("HISTORY_URL", &repository.url()), ("COMMIT_ID", &target)]);
    assert!(outcome.succeeded, "{}", outcome.output);
    assert!(
        outcome.output.contains(&format!("keeps the structure of commit {migration}")),
        "{}",
        outcome.output
    );
    assert!(
        outcome.output.contains("Files of migrations that differ: “db/migrate/1_orders.rb”."),
        "{}",
        outcome.output
    );
}

#[test]
fn a_rollback_behind_which_no_migration_lies_warns_of_nothing_where_all_their_files_are_known() {
    let text = jobs::example_text("rails-ecs");
    let unknown = text.replacen("files: [db/migrate]", "", 1);
    for (text, all, is_calm) in [(&text, "yes", true), (&text, "no", false), (&unknown, "yes", false)] {
        let stacks = crate::support::stacks::Stacks::of(text);
        let job = jobs::job(&stacks, "Deploy-staging/Guard");
        let has_files = if text.contains("files: [db/migrate]") { "yes" } else { "no" };
        assert_eq!(told(&job, "MIGRATIONS_HAVE_FILES"), has_files);
        let repository = Repository::new();
        let target = repository.commit("Ada", "Begin", "a");
        let later = repository.commit("Bob", "Say it better", "b");
        let mut world = rolling_back(&job, release::world(&stacks)).with_programs(&["git"], &real_git());
        for object in world.0["locks"].as_object_mut().expect("objects").values_mut() {
            object["body"] = json!(object["body"].as_str().expect("a text").replace(OTHER, &later));
        }
        let outcome = job.run_with(
            world,
            &[("HISTORY_URL", &repository.url()), ("COMMIT_ID", &target), ("MIGRATIONS_HAVE_FILES", all)],
        );
        assert!(outcome.succeeded, "{}", outcome.output);
        assert_eq!(outcome.output.contains("no file of a migration differs"), is_calm, "{}", outcome.output);
        assert_eq!(!outcome.output.contains("WARNING"), is_calm, "{}", outcome.output);
    }
}

#[test]
fn a_migration_that_went_well_is_noted() {
    let job = behind_a_migration();
    the_migration_is_noted_before_its_deploy(&job).unwrap_or_else(|seen| panic!("{seen}"));
    what_an_older_commit_migrates_does_not_hide_the_newer_migration(&job)
        .unwrap_or_else(|seen| panic!("{seen}"));
    let outcome = job.run(behind(&job, NEWER, world()));
    let state = "nothing was deployed here, and the migration before it has been applied";
    assert!(!outcome.succeeded && outcome.output.contains(state), "{}", outcome.output);
    // What is stopped here has migrated all the same.
    assert_eq!(migration_of(&outcome, &job)["commit"], release::COMMIT, "{}", outcome.output);
    let outcome = job.run(behind(&job, NEWER, world()).failing("/deployed", 254, TROUBLE));
    assert!(!outcome.succeeded, "{}", outcome.output);
    assert_eq!(migration_of(&outcome, &job)["commit"], release::COMMIT, "{}", outcome.output);
}

#[test]
fn a_guard_that_lets_through_is_caught() {
    use crate::mutations::caught;
    let job = job();
    let older = an_older_commit_is_stopped_before_anything_happened;
    caught(&job, "[[ $here < $there ]]", "false", older);
    caught(&job, "[[ $here < $there ]]", "[[ $there < $here ]]", what_is_first_or_newer_or_the_same_goes_on);
    caught(&job, "if [ \"$relation\" = older ]; then refuse", "if false; then refuse", older);
    caught(&job, "[ \"${DOWNGRADE:-refuse}\" = allow ]", "false", who_says_that_it_is_meant_goes_on);
    caught(&job, "[ \"${DOWNGRADE:-refuse}\" = allow ]", "true", older);
    caught(&job, "[ \"$kind\" = ROLLBACK ]", "false", a_rollback_goes_on_and_says_what_the_database_keeps);
    caught(&job, "if [ \"$1\" = \"$COMMIT_ID\" ]", "if false", what_is_first_or_newer_or_the_same_goes_on);
    let commits = what_the_commits_say_counts_more_than_dates;
    caught(&job, "if reads \"$1\"", "if false", commits);
    caught(&job, "older_beside) relation=older", "older_beside) relation=beside", commits);
    let stops = what_cannot_be_read_stops_and_may_be_retried;
    caught(&job, "then stop \"this step $why\"; fi\n", "then status=1; fi\n", stops);
    caught(&job, "($zone | offset) * ", "0 * ", times_of_any_zone_are_compared_as_moments);
    let noted = behind_a_migration();
    caught(
        &noted,
        "[ \"$kind\" != ROLLBACK ]; then note_migration",
        "false; then note_migration",
        the_migration_is_noted_before_its_deploy,
    );
    let hidden = what_an_older_commit_migrates_does_not_hide_the_newer_migration;
    caught(&noted, " older)", " never)", hidden);
}

#[test]
fn a_guard_stands_behind_every_lock_and_a_record_at_the_end_of_every_deploy() {
    let mut stages = 0;
    for (name, stacks) in jobs::all() {
        for pipeline in stacks.all("AWS::CodePipeline::Pipeline") {
            let asks = pipeline["Stages"].to_string().contains("#{variables.DOWNGRADE}");
            let variables = pipeline["Variables"].as_array().map_or(&[][..], Vec::as_slice);
            let says =
                matches!(variables, [one] if one["Name"] == "DOWNGRADE" && one["DefaultValue"] == "refuse");
            assert!(asks == says && (says || variables.is_empty()), "{name}: {variables:?}");
            for stage in pipeline["Stages"].as_array().expect("stages") {
                let title = stage["Name"].as_str().expect("a name");
                let actions = stage["Actions"].as_array().expect("actions");
                let enters =
                    ["Migrate-", "Deploy-", "Verify-"].iter().find_map(|kind| title.strip_prefix(kind));
                let Some(environment) = enters.map(|name| &stacks.config.environments[name]) else {
                    continue;
                };
                let at = |order: u64| -> Vec<&str> {
                    let there = actions.iter().filter(|action| action["RunOrder"] == order);
                    there.filter_map(|action| action["Name"].as_str()).collect()
                };
                let last = actions.iter().filter_map(|action| action["RunOrder"].as_u64()).max();
                let last = at(last.expect("an action"));
                let is_locked = environment.lock.is_some();
                let is_compared = is_locked && !environment.allows_downgrade;
                assert_eq!(at(2) == ["Guard"], is_compared, "{name}: {title}: {:?}", at(2));
                assert_eq!(last == ["Record"], is_locked && title.starts_with("Deploy-"), "{name}: {title}");
                stages += usize::from(is_locked);
            }
        }
    }
    assert!(stages > 30, "{stages} stages");
}

#[test]
fn where_older_commits_are_always_meant_nothing_is_asked_and_migrations_are_noted() {
    let text = jobs::example_text("rails-ecs");
    let allowed = text.replacen("  staging: {}\n", "  staging: { downgrade: allow }\n", 1);
    assert_ne!(text, allowed);
    let stacks = crate::support::stacks::Stacks::of(&allowed);
    let pipeline = &stacks.pipelines["shop-release"];
    let guards: BTreeSet<&str> = pipeline
        .actions
        .iter()
        .filter(|action| action.name == "Guard")
        .map(|action| action.stage.as_str())
        .collect();
    assert_eq!(guards, BTreeSet::from(["Deploy-staging", "Migrate-production", "Deploy-production"]));
    let job = jobs::job(&stacks, "Deploy-staging/Guard");
    let outcome = job.run(behind(&job, NEWER, release::world(&stacks)));
    assert!(outcome.succeeded, "{}", outcome.output);
    assert_eq!(migration_of(&outcome, &job)["commit"], Value::from(release::COMMIT));
}

/// The guard behind a deploy, before it is verified.
fn before_verifying() -> Job {
    jobs::job(jobs::verified(), "Verify-staging/Guard")
}

pub fn what_another_execution_deployed_is_not_verified(job: &Job) -> Verdict {
    let world = || release::world(jobs::verified());
    goes_on(&job.run(behind_own(job, world())))?;
    // Another pipeline's, a newer one of this pipeline, and none at all: the commit may be the same, and is no evidence.
    let own_commit = behind_commit(job, release::COMMIT, OLDER, world());
    for (other, seen) in
        [(own_commit, "by execution e-1 of shop-hotfix"), (world(), "nothing is written down")]
    {
        let outcome = given(job, "DOWNGRADE", "allow").run(other);
        holds(&outcome, "it stops", !outcome.succeeded)?;
        let start = format!(
            "start-pipeline-execution --region eu-west-1 --name shop-release --source-revisions actionName=Source,\
             revisionType=COMMIT_ID,revisionValue={}",
            release::COMMIT
        );
        says(
            &outcome,
            &["is not written down as the deploy of this execution; nothing was verified", seen, &start],
        )?;
    }
    Ok(())
}

pub fn an_automatic_rollback_brings_back_only_what_was_there(job: &Job) -> Verdict {
    let of = |trigger| rolled_back_by(job, trigger, world());
    for trigger in [Some("AutomatedRollback"), Some("SomethingNew"), None] {
        // Another pipeline's hotfix is there, nothing is known, or what this pipeline deployed went well.
        for (there, seen) in [
            (behind(job, NEWER, of(trigger)), "by execution e-1 of shop-hotfix"),
            (of(trigger), "nothing is written down"),
            (behind_own_release(job, "Succeeded", release::COMMIT, of(trigger)), "by execution e-failed of"),
            (behind_own_release(job, "Failed", &"2".repeat(40), of(trigger)), "before that, commit 2222"),
        ] {
            let outcome = given(job, "DOWNGRADE", "allow").run(there);
            holds(&outcome, "it stops", !outcome.succeeded)?;
            holds(&outcome, "nothing is written", outcome.lines("aws s3api put-object").is_empty())?;
            let refused = format!(
                "this rollback would put back commit {}, which is not what dev had before the release that failed",
                release::COMMIT
            );
            let by_hand = "--stage-name Deploy-dev --target-pipeline-execution-id e-target";
            says(&outcome, &[&refused, seen, by_hand])?;
        }
        // The release never deployed, or an alarm went off behind its record.
        goes_on(&job.run(behind_commit(job, release::COMMIT, OLDER, of(trigger))))?;
        goes_on(&job.run(behind_own_release(job, "Failed", release::COMMIT, of(trigger))))?;
    }
    let gone = behind_own_release(job, "Failed", release::COMMIT, of(Some("AutomatedRollback")));
    let outcome = job.run(gone.failing("e-failed", 254, TROUBLE));
    holds(&outcome, "what cannot be asked stops it", !outcome.succeeded)?;
    says(&outcome, &["could not ask CodePipeline for the release that is deployed", TROUBLE])
}

#[test]
fn a_rollback_that_nobody_asked_for_never_puts_back_something_else() {
    let job = behind_a_migration();
    let promise = an_automatic_rollback_brings_back_only_what_was_there;
    promise(&job).unwrap_or_else(|seen| panic!("{seen}"));
    let caught = crate::mutations::caught;
    caught(&job, "[ \"$trigger\" = ManualRollback ]", "true", promise);
    caught(&job, "[ \"$trigger\" = ManualRollback ]", "[ \"$trigger\" != AutomatedRollback ]", promise);
    caught(&job, ".status == \"Failed\"", ".status != null", promise);
    caught(&job, "if [ \"$before\" = \"$COMMIT_ID\" ]", "if true", promise);
    caught(&job, "if [ \"$before\" = \"$COMMIT_ID\" ]", "if false", promise);
}

#[test]
fn a_release_is_verified_by_what_it_deployed_alone() {
    let job = before_verifying();
    what_another_execution_deployed_is_not_verified(&job).unwrap_or_else(|seen| panic!("{seen}"));
    let other = what_another_execution_deployed_is_not_verified;
    let caught = crate::mutations::caught;
    let own = "$(text pipeline deployed.json) $(text execution deployed.json)";
    caught(&job, own, "$PIPELINE $EXECUTION_ID", other);
    caught(&job, "if [ -n \"$there\" ] && ", "if [ -z \"$there\" ] || ", other);
    // What cannot be read is not taken for this execution's.
    let outcome = job.run(release::world(jobs::verified()).failing("/deployed", 254, TROUBLE));
    assert!(
        !outcome.succeeded && outcome.output.contains("--stage-name Verify-staging"),
        "{}",
        outcome.output
    );
}
