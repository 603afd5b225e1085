//! The Deploy stage: the images are kept, then each of the pipeline's services is deployed in the way of its type. A type is a file here
//! and a line in [`action`] and [`statements`].

mod ecs;

use super::iam::Statement;
use super::model::{Action, Gates, Stage};
use super::text::{Place as At, Text};
use super::{Plan, keep, lock};
use crate::branch_map::Entry;
use crate::config::{Deploy, Environment as Place};

/// The order in the stage: images are kept first, then all services are deployed side by side.
const ORDER: u32 = 2;

/// The stage of an environment.
pub(super) fn stage_name(environment: &str) -> String {
    format!("Deploy-{environment}")
}

pub(super) fn stage(plan: &Plan, entry: &Entry, place: &Place, role: &Text) -> Stage {
    let region = plan.region_of_action(place);
    let mut actions = vec![keep::action(plan, entry, place, role)];
    let own = place.deploys.iter().filter(|(service, _)| entry.has(service));
    actions.extend(own.map(|(service, deploy)| action(service, deploy, role, region.clone())));
    let stage = Stage { name: stage_name(&place.name), actions, gates: Gates::default() };
    lock::first(plan, entry, place, role, stage)
}

fn action(service: &str, deploy: &Deploy, role: &Text, region: Option<String>) -> Action {
    match deploy {
        Deploy::Ecs(ecs) => ecs::action(service, ecs, role, region),
    }
}

/// What the environment's deploy role needs for the deploys themselves.
pub(super) fn statements(place: &Place, at: &At) -> Vec<Statement> {
    let ecs: Vec<_> = place
        .deploys
        .values()
        .map(|deploy| match deploy {
            Deploy::Ecs(ecs) => ecs,
        })
        .collect();
    if ecs.is_empty() { Vec::new() } else { ecs::statements(at, &ecs) }
}
