//! A repository in CodeCommit: how its commits reach the steps that compare them, as they are generated.

use std::collections::BTreeMap;

use crate::guarding::goes_on;
use crate::jobs;
use crate::recording::{OLDER, behind};
use crate::support::job::Job;
use crate::support::release;
use crate::support::stacks::Stacks;
use crate::support::world::World;

/// Locks, so that commits are compared; an approval that is told; an environment in another account.
const TEXT: &str = r#"
version: 1
app: shop
branches: { release: [dev, production] }
environments:
  dev: { approval: {} }
  production: { account: "222222222222" }
pipelines: { account: "123456789012", region: eu-west-1 }
source: { provider: codecommit, repository: Shop.web }
services:
  api: { deploy: { ecs: { cluster: "shop-{environment}", container: app, roles: ["shop-{environment}-task"] } } }
migrate: { command: bin/migrate, files: [db/migrate] }
"#;

const ENDPOINT: &str = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/Shop.web";

/// A `git` that has no commits and says from where it was to fetch them.
fn telling(world: World) -> World {
    let git = r#"case "$*" in
*" init "*) exit 0 ;;
*" fetch "*) for word in "$@"; do case $word in https:*) echo "fatal: asked $word" >&2 ;; esac; done ;;
esac
exit 128"#;
    world.with_programs(&["git"], git)
}

fn job(action: &str) -> Job {
    jobs::job(&Stacks::of(TEXT), action)
}

fn told<'j>(job: &'j Job, name: &str) -> Option<&'j str> {
    job.env.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[test]
fn the_commits_are_read_from_the_repository_itself_wherever_they_are_compared() {
    for action in
        ["Migrate-dev/Guard", "Deploy-dev/Record", "Migrate-production/Guard", "Approve-dev/Compare"]
    {
        let job = job(action);
        assert_eq!(told(&job, "HISTORY_URL"), Some(ENDPOINT), "{action}");
        assert_eq!(told(&job, "CONNECTION"), None, "{action}");
        let page = "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/Shop.web/commit/{new}?region=eu-west-1";
        assert_eq!(told(&job, "COMMIT_LINK"), Some(page), "{action}");
        assert_eq!(told(&job, "COMPARE_LINK"), Some(page), "{action}");
    }
}

#[test]
fn the_guard_asks_code_commit_and_goes_by_the_dates_where_it_does_not_answer() {
    let stacks = Stacks::of(TEXT);
    let job = jobs::job(&stacks, "Migrate-dev/Guard");
    let outcome = job.run(telling(behind(&job, OLDER, release::world(&stacks))));
    // What is told is harmless: no address is one any more.
    let asked = format!("asked {}", ENDPOINT.replace("://", ":"));
    assert!(outcome.output.contains(&asked), "{}", outcome.output);
    goes_on(&outcome).unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn only_who_holds_the_lock_or_compares_may_pull_and_only_this_repository() {
    let stacks = Stacks::of(TEXT);
    let arn = "arn:aws:codecommit:eu-west-1:123456789012:Shop.web";
    let mut pulling: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (name, role) in &stacks.roles {
        for statement in &role.statements {
            let asks = |action: &String| action.starts_with("codecommit:");
            if statement.action.iter().any(asks) {
                assert_eq!(statement.resource, [arn], "{name}");
            }
            if statement.action.iter().any(|action| action == "codecommit:GitPull") {
                pulling.entry(name).or_default().extend(&statement.action);
            }
        }
    }
    let names: Vec<&str> = pulling.into_keys().collect();
    assert_eq!(names, ["shop-compare", "shop-dev-lock-holder", "shop-production-lock-holder"]);
}
