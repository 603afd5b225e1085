//! Rules that share some of their services in one environment: what one of them deploys, the others see.
//!
//! `main` deploys the api and the window, `hotfix/*` the api alone. Each scenario runs `Record` of the one behind its deploy,
//! and what follows it in the pipeline of the other.

use branchline::pipeline::names;
use serde_json::json;

use crate::guarding::goes_on;
use crate::keeping;
use crate::parts::job;
use crate::recording::{NEWER, OLDER, OTHER, ours, record_of, rolled_back_by, told};
use crate::support::job::Job;
use crate::support::release;
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::support::world::World;

const MAIN: &str = "shop-main";
const HOTFIX: &str = "shop-hotfix";

const RULES: &str = r#"
version: 1
app: shop
branches:
  main: { environments: [production], services: [api, web] }
  hotfix/*: { environments: [production], services: [api] }
  ops: { environments: [tools], services: [ops] }
environments:
  production: { approval: {}, rollback: on_failure, verify: { http: { url: "https://shop.example.com" } } }
  tools: { lock: true }
pipelines: { account: "123456789012", region: eu-west-1 }
source: { repository: acme/shop }
services:
  web: { build: { context: web }, deploy: { ecs: { cluster: "c-{environment}", roles: ["r-{environment}"] } } }
  api: { build: { context: api }, migrate: { command: bin/migrate }, deploy: { ecs: { cluster: "c-{environment}", roles: ["r-{environment}"] } } }
  ops: { build: { context: ops }, deploy: { ecs: { cluster: "o-{environment}", roles: ["o-{environment}"] } } }
"#;

/// An action of a pipeline that is about a commit of this date.
fn about(stacks: &Stacks, pipeline: &str, place: &str, (commit, date): (&str, &str)) -> Job {
    let mut job = job(stacks, pipeline, place);
    job.env
        .extend([("COMMIT_ID".to_owned(), commit.to_owned()), ("AUTHOR_DATE".to_owned(), date.to_owned())]);
    job
}

/// A world behind the deploy of a commit by a pipeline, as its own `Record` has written it down.
fn behind_deploy(stacks: &Stacks, pipeline: &str, commit: (&str, &str), world: World) -> World {
    let mut record = about(stacks, pipeline, "Deploy-production/Record", commit);
    record.env.push(("EXECUTION_ID".to_owned(), format!("deploy-of-{pipeline}")));
    record.files = keeping::definitions(stacks, pipeline).into_iter().collect();
    let mut world = ours(&record, world);
    world.0["executions"][told(&record, "EXECUTION_ID")] = json!({ "status": "InProgress" });
    let outcome = record.run(world);
    assert!(outcome.succeeded && !outcome.output.contains("WARNING"), "{}", outcome.output);
    assert_eq!(record_of(&outcome, &record)["commit"], commit.0, "{}", outcome.output);
    World(outcome.world)
}

fn stops(outcome: &Outcome, why: &str) {
    assert!(!outcome.succeeded && outcome.output.contains(why), "{}", outcome.output);
    assert!(outcome.lines("aws s3api put-object").is_empty(), "{}", outcome.output);
}

#[test]
fn a_rollback_that_nobody_asked_for_does_not_undo_the_hotfix_of_a_rule_with_fewer_services() {
    let stacks = Stacks::of(RULES);
    let first = (OTHER, OLDER);
    let of_main = behind_deploy(&stacks, MAIN, first, release::world(&stacks));
    let guard = about(&stacks, MAIN, "Deploy-production/Guard", first);
    let rolls_back = |world| guard.run(rolled_back_by(&guard, Some("AutomatedRollback"), world));
    goes_on(&rolls_back(of_main.clone())).unwrap_or_else(|seen| panic!("{seen}"));
    let hotfix = behind_deploy(&stacks, HOTFIX, (release::COMMIT, release::AUTHORED), of_main);
    stops(&rolls_back(hotfix), "this rollback has changed nothing");
}

#[test]
fn an_older_commit_neither_migrates_nor_deploys_behind_a_rule_that_shares_a_service() {
    let stacks = Stacks::of(RULES);
    let (newer, older) = ((OTHER, NEWER), (release::COMMIT, release::AUTHORED));
    for (one, other) in [(MAIN, HOTFIX), (HOTFIX, MAIN)] {
        let world = behind_deploy(&stacks, one, newer, release::world(&stacks));
        let outcome = about(&stacks, other, "Migrate-production/Guard", older).run(world);
        stops(&outcome, "would replace a newer one in production; nothing was changed here.");
        // What is newer follows it.
        let world = behind_deploy(&stacks, one, older, release::world(&stacks));
        let outcome = about(&stacks, other, "Migrate-production/Guard", newer).run(world);
        goes_on(&outcome).unwrap_or_else(|seen| panic!("{seen}"));
    }
}

#[test]
fn what_a_rule_with_fewer_services_has_deployed_since_is_not_verified_as_ones_own() {
    let stacks = Stacks::of(RULES);
    let commit = (release::COMMIT, release::AUTHORED);
    let mut verify = about(&stacks, MAIN, "Verify-production/Guard", commit);
    verify.env.push(("EXECUTION_ID".to_owned(), format!("deploy-of-{MAIN}")));
    let own = behind_deploy(&stacks, MAIN, commit, release::world(&stacks));
    goes_on(&verify.run(own.clone())).unwrap_or_else(|seen| panic!("{seen}"));
    stops(&verify.run(behind_deploy(&stacks, HOTFIX, (OTHER, NEWER), own)), "nothing was verified");
}

#[test]
fn an_approval_counts_from_the_last_deploy_of_any_rule_that_shares_a_service() {
    let stacks = Stacks::of(RULES);
    let world = behind_deploy(&stacks, HOTFIX, (OTHER, NEWER), release::world(&stacks));
    let compare =
        about(&stacks, MAIN, "Approve-production/Compare", (release::COMMIT, release::AUTHORED)).run(world);
    let said = &compare.exported["SUMMARY"];
    assert!(said.starts_with("WARNING: written before what is deployed."), "{said}");
    assert!(said.contains(&format!("Deployed now: {}", &OTHER[..12])), "{said}");
}

#[test]
fn what_another_rule_had_deployed_is_the_one_before_and_the_images_are_those_of_the_last_deploy() {
    let stacks = Stacks::of(RULES);
    let world = behind_deploy(&stacks, MAIN, (OTHER, OLDER), release::world(&stacks));
    let world = behind_deploy(&stacks, HOTFIX, (release::COMMIT, release::AUTHORED), world);
    let record = job(&stacks, HOTFIX, "Deploy-production/Record");
    let key = format!("{}/{}", told(&record, "LOCK_BUCKET"), names::record("records/production"));
    let body = world.0["locks"][key]["body"].as_str().expect("the record");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((&body["before"]["pipeline"], &body["before"]["commit"]), (&json!(MAIN), &json!(OTHER)));
    let images: Vec<&String> = body["images"].as_object().expect("images").keys().collect();
    assert_eq!(images, ["api"]);
}

#[test]
fn a_service_of_another_environments_rule_neither_moves_a_record_nor_stands_in_a_role() {
    let stacks = Stacks::of(RULES);
    for pipeline in [MAIN, HOTFIX] {
        for place in ["Approve-production/Compare", "Migrate-production/Guard", "Deploy-production/Record"] {
            assert_eq!(
                told(&job(&stacks, pipeline, place), "RECORD"),
                "records/production",
                "{pipeline}: {place}"
            );
        }
    }
    let keep = job(&stacks, MAIN, "Deploy-production/Keep");
    assert!(!told(&keep, "ECS_SERVICES").contains("ops"), "{}", told(&keep, "ECS_SERVICES"));
    for (environment, own, others) in [
        ("production", ["/c-production", "/r-production"], ["/o-production", "/o-production"]),
        ("tools", ["/o-tools", "/o-tools"], ["/c-tools", "/r-tools"]),
    ] {
        let roles = stacks.roles.values();
        let roles = roles.filter(|role| role.name.starts_with(&format!("shop-{environment}-")));
        let resources: Vec<&String> =
            roles.flat_map(|role| &role.statements).flat_map(|statement| &statement.resource).collect();
        let names = |part: &str| resources.iter().any(|resource| resource.contains(part));
        assert!(own.iter().all(|part| names(part)), "{environment}: {resources:#?}");
        assert!(!others.iter().any(|part| names(part)), "{environment}: {resources:#?}");
    }
}
