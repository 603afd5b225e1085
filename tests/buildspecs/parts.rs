//! Rules that deploy a part of an environment's services each: no deploy of one is compared with that of another.

use std::collections::BTreeSet;

use crate::guarding::goes_on;
use crate::jobs;
use crate::recording::{NEWER, OTHER, behind, ours, record_of, told};
use crate::support::job::Job;
use crate::support::release;
use crate::support::stacks::Stacks;
use crate::support::world::World;

/// A service on its own, and another one.
const RULES: &str = r#"
version: 1
app: market
branches:
  web: { branch: main, services: [web], environments: [production] }
  api: { branch: main, services: [api], environments: [production] }
  next: { services: [web, api], environments: [next] }
environments:
  production: { approval: {} }
  next: { approval: {}, lock: true }
pipelines: { account: "123456789012", region: eu-west-1 }
source: { repository: acme/market }
services:
  web: { paths: ["web/**"], build: { context: web }, deploy: { ecs: { cluster: "market-{environment}", roles: [task] } } }
  api: { paths: ["api/**"], build: { context: api }, deploy: { ecs: { cluster: "market-{environment}", roles: [task] } } }
"#;

pub fn job(stacks: &Stacks, pipeline: &str, place: &str) -> Job {
    let actions = &stacks.pipelines[pipeline].actions;
    let action = actions.iter().find(|action| format!("{}/{}", action.stage, action.name) == place);
    Job::new(stacks, action.expect("the action"), &jobs::known(stacks, pipeline))
}

#[test]
fn rules_without_a_service_in_common_have_records_of_their_own_and_a_rule_alone_has_that_of_the_environment()
{
    let stacks = Stacks::of(RULES);
    for (pipeline, environment, folder) in [
        ("market-web", "production", "records/production/web"),
        ("market-api", "production", "records/production/api"),
        ("market-next", "next", "records/next"),
    ] {
        for place in ["Approve-{}/Compare", "Deploy-{}/Guard", "Deploy-{}/Record"] {
            let place = place.replace("{}", environment);
            assert_eq!(told(&job(&stacks, pipeline, &place), "RECORD"), folder, "{pipeline}: {place}");
        }
    }
}

#[test]
fn a_deploy_of_one_service_neither_stops_nor_lets_through_another_service() {
    let stacks = Stacks::of(RULES);
    let world = || release::world(&stacks);
    let [web, api] = ["market-web", "market-api"].map(|name| job(&stacks, name, "Deploy-production/Guard"));
    // A newer commit of the api is there, and an older one of the window comes.
    goes_on(&web.run(behind(&api, NEWER, world()))).unwrap_or_else(|seen| panic!("{seen}"));
    // The window was rolled back since; the api's own record still stops an older commit.
    let mut rolled_back = behind(&api, NEWER, world());
    let windows = behind(&web, crate::recording::OLDER, World::default());
    let objects = rolled_back.0["locks"].as_object_mut().expect("objects");
    objects.extend(windows.0["locks"].as_object().expect("objects").clone());
    let outcome = api.run(rolled_back);
    assert!(!outcome.succeeded && outcome.output.contains("would replace a newer one"), "{}", outcome.output);
}

#[test]
fn a_deploy_of_one_service_leaves_the_records_of_others() {
    let stacks = Stacks::of(RULES);
    let [web, api] = ["market-web", "market-api"].map(|name| {
        let mut job = job(&stacks, name, "Deploy-production/Record");
        job.files = crate::keeping::definitions(&stacks, name).into_iter().collect();
        job
    });
    let outcome = web.run(behind(&api, NEWER, ours(&web, release::world(&stacks))));
    assert!(outcome.succeeded && !outcome.output.contains("WARNING"), "{}", outcome.output);
    assert_eq!(record_of(&outcome, &web)["commit"], release::COMMIT);
    assert_eq!(record_of(&outcome, &api)["commit"], OTHER);
}

#[test]
fn the_approval_of_one_service_counts_from_its_own_deploy() {
    let stacks = Stacks::of(RULES);
    let [web, api] =
        ["market-web", "market-api"].map(|name| job(&stacks, name, "Approve-production/Compare"));
    let outcome = web.run(in_the_bucket(&api));
    assert_eq!(
        outcome.exported["SUMMARY"],
        "First deploy: there is no record of an earlier one to production."
    );
    let outcome = api.run(in_the_bucket(&api));
    assert!(outcome.exported["SUMMARY"].contains("Deployed now: "), "{}", outcome.output);
}

/// A world with a record that this comparison reads.
fn in_the_bucket(job: &Job) -> World {
    let mut job = job.clone();
    let bucket = told(&job, "RECORD_BUCKET").to_owned();
    job.env.push(("LOCK_BUCKET".to_owned(), bucket));
    behind(&job, NEWER, World::default())
}

#[test]
fn no_two_shipped_rules_with_different_services_share_a_record() {
    let stacks = jobs::example("monorepo");
    let folders: BTreeSet<String> = stacks
        .pipelines
        .keys()
        .map(|name| told(&job(&stacks, name, "Deploy-production/Record"), "RECORD").to_owned())
        .collect();
    let expected = ["api", "reports", "web"].map(|service| format!("records/production/{service}"));
    assert_eq!(folders, BTreeSet::from(expected));
}
