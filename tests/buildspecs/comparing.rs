//! What an approval is told: the step that compares a release with what is deployed, as it is generated.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::history::{Repository, real_git};
use crate::jobs;
use crate::support::iam::need;
use crate::support::job::Job;
use crate::support::policy::Role;
use crate::support::release;
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::support::world::World;

/// Two environments that ask, one with a lock and a record, and one without.
const TEXT: &str = r#"
version: 1
app: shop
branches: { "release/*": [dev, production] }
environments:
  dev: { approval: {}, lock: false }
  production: { approval: {} }
pipelines: { account: "123456789012", region: eu-west-1 }
source: { repository: acme/shop }
services:
  api: { deploy: { ecs: { cluster: "shop-{environment}", container: app, roles: ["shop-{environment}-task"] } } }
migrate: { command: bin/migrate, files: [db/migrate, db/seeds/] }
"#;

fn stacks() -> Stacks {
    Stacks::of(TEXT)
}

fn job() -> Job {
    jobs::job(&stacks(), "Approve-production/Compare")
}

/// Where the record is among the fakes.
const RECORD: &str = "shop-locks-123456789012-eu-west-1/records/production/deployed";

fn recorded(mut world: World, record: &Value) -> World {
    world.0["locks"][RECORD] = json!({ "body": record.to_string(), "etag": "\"e\"" });
    world
}

fn record(commit: &str) -> Value {
    json!({"pipeline": "shop-release", "execution": "1", "commit": commit, "branch": "release/1.0",
        "author_date": "2026-01-01T00:00:00Z", "time": "2026-01-01T10:00:00Z", "rollback": false, "images": {}})
}

/// A repository with a migration behind the first commit: the world of a machine that reads it, and the step's variables.
fn read(repository: &Repository, old: &str, new: &str) -> Outcome {
    let world = recorded(World::default(), &record(old)).with_programs(&["git"], &real_git());
    job().run_with(world, &[("HISTORY_URL", &repository.url()), ("COMMIT_ID", new)])
}

/// What is always so: the release goes on, and the approval has its two lines.
fn told(outcome: &Outcome) -> (&str, &str) {
    assert!(outcome.succeeded, "{}", outcome.output);
    let of = |name: &str| outcome.exported.get(name).map_or("", String::as_str);
    let (summary, link) = (of("SUMMARY"), of("LINK"));
    assert!(!summary.is_empty() && summary.chars().count() <= 600, "{}", outcome.output);
    assert!(!summary.contains('\n') && !link.contains('\n'), "{summary:?} {link:?}");
    assert!(link.starts_with("https://github.com/acme/shop/"), "{link}");
    (summary, link)
}

fn commit_page(commit: &str) -> String {
    format!("https://github.com/acme/shop/commit/{commit}")
}

#[test]
fn a_release_says_its_commits_its_authors_and_its_migrations() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    repository.commit("Bob", "Orders have a state", "db/migrate/1.rb");
    let new = repository.commit("Ada", "Say it better", "b");
    let outcome = read(&repository, &old, &new);
    let (summary, link) = told(&outcome);
    assert_eq!(
        summary,
        format!(
            "2 commits since the last deploy, by “Ada”, “Bob”. Migrations: 1 file new or changed: “db/migrate/1.rb”. \
             - “Say it better” - “Orders have a state” \
             Deployed now: {} of release/1.0, since 2026-01-01T10:00:00Z.",
            &old[..12]
        )
    );
    assert_eq!(link, format!("https://github.com/acme/shop/compare/{old}...{new}"));
}

#[test]
fn an_older_commit_begins_with_a_warning() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    let new = repository.commit("Bob", "Orders have a state", "db/migrate/1.rb");
    let outcome = read(&repository, &new, &old);
    let (summary, _) = told(&outcome);
    assert!(
        summary.starts_with(
            "WARNING: older than what is deployed. Migrations of what is deployed that are missing here: “db/migrate/1.rb”. \
             It takes back 1 deployed commit, by “Bob”:"
        ),
        "{summary}"
    );
}

#[test]
fn a_long_summary_leaves_room_for_what_is_deployed_now() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    let mut new = String::new();
    for number in 0..9 {
        new = repository.commit(
            &format!("{number} {}", "Grüße ".repeat(9)),
            &"日本 ".repeat(40),
            &format!("db/migrate/{number}"),
        );
    }
    let outcome = read(&repository, &old, &new);
    let (summary, _) = told(&outcome);
    assert!(summary.starts_with("9 commits since") && summary.contains("...” Deployed now: "), "{summary}");
    assert!(summary.ends_with("since 2026-01-01T10:00:00Z."), "{summary}");
}

#[test]
fn a_first_deploy_says_so() {
    let outcome = job().run(World::default());
    let (summary, link) = told(&outcome);
    assert_eq!(summary, "First deploy: there is no record of an earlier one to production.");
    assert_eq!(link, commit_page(release::COMMIT));
}

#[test]
fn a_commit_that_is_deployed_already_is_not_looked_up() {
    let world =
        recorded(World::default(), &record(release::COMMIT)).with_programs(&["git"], "echo called; exit 1");
    let outcome = job().run(world);
    let (summary, link) = told(&outcome);
    assert!(
        summary.starts_with("This commit is deployed already; nothing is new. Deployed now: "),
        "{summary}"
    );
    assert!(link == commit_page(release::COMMIT) && !outcome.output.contains("called"), "{}", outcome.output);
}

#[test]
fn a_host_that_does_not_answer_fails_no_release_and_the_dates_still_warn() {
    let old = "1".repeat(40);
    let git = "case \"$*\" in *fetch*) echo 'fatal: unable to access the host' >&2; exit 128 ;; esac";
    let at = |date: &str| {
        let mut record = record(&old);
        record["author_date"] = json!(date);
        let outcome = job().run(recorded(World::default(), &record).with_programs(&["git"], git));
        let (summary, link) = told(&outcome);
        assert_eq!(link, commit_page(release::COMMIT));
        summary.to_owned()
    };
    let said = "Which commits are new could not be read: git could not fetch the commits (fatal: unable to access the \
                host). Deployed now: 111111111111 of release/1.0, since 2026-01-01T10:00:00Z.";
    assert!("2026-01-01T00:00:00Z" < release::AUTHORED && release::AUTHORED < "2027-03-01T00:00:00Z");
    assert_eq!(at("2026-01-01T00:00:00Z"), said);
    assert_eq!(at("2027-03-01T00:00:00Z"), format!("WARNING: written before what is deployed. {said}"));
    assert_eq!(at("some day"), said);
}

#[test]
fn a_record_that_cannot_be_read_is_said_and_fails_no_release() {
    let refused = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied";
    let outcome = job().run(World::default().failing("s3api get-object", 254, refused));
    let (summary, link) = told(&outcome);
    assert!(
        summary.starts_with("What is deployed to production could not be read (AccessDenied)"),
        "{summary}"
    );
    assert_eq!(link, commit_page(release::COMMIT));
    for record in
        [json!({}), json!([]), json!({"commit": "--upload-pack=x"}), json!({"commit": 7}), json!("x")]
    {
        let outcome = job().run(recorded(World::default(), &record));
        let (summary, link) = told(&outcome);
        assert!(
            summary.starts_with("The record of what is deployed to production is not understood"),
            "{summary}"
        );
        assert_eq!(link, commit_page(release::COMMIT));
    }
}

#[test]
fn the_approval_is_told_also_where_the_machine_exports_only_what_it_is_asked_to() {
    let job = job();
    let buildspec = job.buildspec.replacen("set -euo pipefail", "set -euo pipefail +a", 1);
    assert_ne!(buildspec, job.buildspec);
    told(&job.with(buildspec).run(World::default()));
}

#[test]
fn what_a_record_says_is_harmless() {
    let mut record = record(release::COMMIT);
    record["branch"] = json!("<!channel>`$(touch owned)`#{Source.CommitId}\n\"x\"@here");
    record["time"] = json!("$(touch owned)");
    let outcome = job().run(recorded(World::default(), &record));
    let (summary, _) = told(&outcome);
    assert!(!summary.contains(['<', '`', '$', '{', '"', '@', '\n']), "{summary}");
    assert!(!outcome.files.contains(&"owned".to_owned()));
}

#[test]
fn whatever_command_fails_the_release_goes_on_to_its_approval() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    let new = repository.commit("Bob", "Orders", "db/migrate/1.rb");
    let variables = [("HISTORY_URL", repository.url()), ("COMMIT_ID", new.clone())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let git = real_git();
    for command in [
        "init",
        "fetch",
        "cat-file",
        "merge-base",
        "log --format",
        "log --no-merges",
        "--diff-filter=d",
        "--diff-filter=D",
    ] {
        let fails = format!("case \"$*\" in *\"{command}\"*) echo 'fatal: no' >&2; exit 128 ;; esac\n{git}");
        let world = recorded(World::default(), &record(&old)).with_programs(&["git"], &fails);
        let outcome = job().run_with(world, &variables);
        let (summary, link) = told(&outcome);
        assert!(summary.contains("could not be read"), "{command}: {summary}");
        assert_eq!(link, commit_page(&new), "{command}");
    }
    for (program, script) in
        [("jq", "exit 5"), ("mktemp", "exit 1"), ("timeout", "exit 124"), ("aws", "exit 255")]
    {
        let world = recorded(World::default(), &record(&old)).with_programs(&["git"], &git);
        let outcome =
            job().with(job().buildspec).run_with(world.with_programs(&[program], script), &variables);
        let (_, link) = told(&outcome);
        assert_eq!(link, commit_page(&new), "{program}");
    }
}

#[test]
fn only_an_environment_with_a_lock_is_compared_and_its_approval_waits_for_that() {
    let stacks = stacks();
    let actions = &stacks.pipelines["shop-release"].actions;
    let of = |stage: &str| actions.iter().filter(|action| action.stage == stage).collect::<Vec<_>>();
    let [alone] = of("Approve-dev")[..] else { panic!("one action") };
    assert!(alone.configuration["CustomData"].ends_with("A migration runs first."), "{alone:?}");
    assert_eq!(alone.configuration["ExternalEntityLink"], commit_page("#{Source.CommitId}"));
    let [compare, approve] = of("Approve-production")[..] else { panic!("two actions") };
    assert!((compare.run_order, approve.run_order) == (1, 2) && compare.name == "Compare");
    let namespace = compare.namespace.as_deref().expect("a name for its variables");
    assert!(
        approve.configuration["CustomData"].ends_with(&format!(" #{{{namespace}.SUMMARY}}")),
        "{approve:?}"
    );
    assert_eq!(approve.configuration["ExternalEntityLink"], format!("#{{{namespace}.LINK}}"));
}

#[test]
fn the_longest_approval_still_fits() {
    for (name, stacks) in jobs::all() {
        for action in stacks.pipelines.values().flat_map(|pipeline| &pipeline.actions) {
            let Some(text) = action.configuration.get("CustomData") else { continue };
            let filled = text
                .replace("#{Source.CommitId}", &"c".repeat(40))
                .replace("#{Source.BranchName}", &"b".repeat(255));
            // What is left of the longest names: an app's 20 characters, an environment's 30.
            let environment = action.stage.trim_start_matches("Approve-").len();
            let most = filled.len() - 2 * stacks.config.app.len().min(1) + 20 + 30 - environment;
            let summary = text.rfind("#{Compare-").map_or(0, |at| 600 - text[at..].len());
            assert!(most + summary <= 1_000, "{name}: {text} has up to {}", most + summary);
        }
    }
}

fn may_use(role: &Role, repository: &str) -> bool {
    let arn = |service: &str| format!("arn:aws:{service}:eu-west-1:123456789012:connection/ConnectionId");
    let statement =
        role.statements.iter().find(|statement| statement.sid == "Connection").expect("its statement");
    ["codeconnections", "codestar-connections"].iter().any(|service| {
        let context = BTreeMap::from([(format!("{service}:FullRepositoryId"), repository.to_owned())]);
        let wanted = need(&format!("{service}:UseConnection"), &arn(service), context);
        let mut statement = statement.clone();
        statement.resource = vec![arn(service)];
        !statement.allows(&wanted).is_empty()
    })
}

#[test]
fn the_connection_is_used_for_this_repository_and_no_other() {
    let job = job();
    assert!(may_use(&job.role, "acme/shop"));
    assert!(!may_use(&job.role, "acme/payroll"));
    let actions: Vec<&String> = job.role.statements.iter().flat_map(|statement| &statement.action).collect();
    assert!(!actions.iter().any(|action| action.contains("Put") && action.starts_with("s3:")), "{actions:?}");
}

#[test]
fn each_host_has_its_own_page_of_what_lies_between() {
    let told = |source: &str, name: &str| {
        let text = TEXT.replace(
            "source: { repository: acme/shop }",
            &format!("source: {{ repository: acme/shop, {source} }}"),
        );
        let stacks = Stacks::of(&text);
        let variables = &stacks.projects["shop-compare"].variables;
        variables.iter().find(|variable| variable.name == name).expect("a variable").value.clone()
    };
    for (source, page) in [
        ("provider: github", "https://github.com/acme/shop/compare/{old}...{new}"),
        ("provider: gitlab", "https://gitlab.com/acme/shop/-/compare/{old}...{new}"),
        ("provider: bitbucket", "https://bitbucket.org/acme/shop/branches/compare/{new}%0D{old}"),
    ] {
        assert_eq!(told(source, "COMPARE_LINK"), page);
    }
    let arn =
        "arn:aws:codestar-connections:us-east-1:123456789012:connection/0a1b2c3d-0000-4000-8000-000000000000";
    assert_eq!(
        told(&format!("connection: \"{arn}\""), "HISTORY_URL"),
        "https://codestar-connections.us-east-1.amazonaws.com/git-http/123456789012/us-east-1/0a1b2c3d-0000-4000-8000-000000000000/acme/shop.git"
    );
}
