//! The Deploy stage: the images are kept, then each service gets its own.

use super::model::{Action, Provider, Stage};
use super::text::Text;
use super::{Plan, build, keep, names};
use crate::config::Environment as Place;

pub(super) fn stage(plan: &Plan, place: &Place, role: &Text) -> Stage {
    let mut actions = vec![keep::action(plan, place, role)];
    actions.extend(place.deploys.iter().map(|(service, ecs)| Action {
        name: service.clone(),
        provider: Provider::Ecs,
        namespace: None,
        configuration: vec![
            ("ClusterName", Text::from(ecs.cluster.as_str())),
            ("ServiceName", Text::from(ecs.service.as_str())),
            ("FileName", Text::from(names::image_definitions(service))),
            ("DeploymentTimeout", Text::from(ecs.timeout.to_string())),
        ],
        inputs: vec![build::ARTIFACT],
        outputs: Vec::new(),
        run_order: 2,
        role: Some(role.clone()),
    }));
    Stage { name: format!("Deploy-{}", place.name), actions }
}
