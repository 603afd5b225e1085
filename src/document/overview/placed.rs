//! What has to be in an environment already: services, task families, logs of tasks, and where their images come from.

use std::collections::BTreeSet;

use serde::Serialize;

use super::needs;
use crate::config::{Deploy, Environment as Place, Run};
use crate::pipeline::{Plan, names};

/// The image repositories from which the tasks of an environment are started.
#[derive(Serialize)]
pub(super) struct Images<'a> {
    environment: &'a str,
    repositories: Vec<String>,
}

/// A migration that runs as an ECS task.
#[derive(Serialize)]
pub(super) struct Task<'a> {
    service: &'a str,
    log_group: String,
    secrets: bool,
}

#[derive(Serialize)]
pub(super) struct Service<'a> {
    service: &'a str,
    cluster: &'a str,
    container: &'a str,
    roles: String,
}

/// A task family that is deployed to, and what is moved on with it.
#[derive(Serialize)]
pub(super) struct TaskFamily<'a> {
    family: &'a str,
    container: &'a str,
    roles: String,
    targets: String,
}

/// The image repositories of an environment.
pub(super) fn images<'a>(plan: &Plan, place: &'a Place) -> Images<'a> {
    Images { environment: &place.name, repositories: plan.images_of(place) }
}

/// The migrations of an environment that run as ECS tasks.
pub(super) fn tasks<'a>(plan: &Plan, place: &'a Place) -> Vec<Task<'a>> {
    let tasks = needs::migrations(plan, place).filter(|migrate| migrate.run == Run::EcsTask);
    tasks
        .map(|migrate| Task {
            service: &migrate.service,
            log_group: names::migrate_log_group(&plan.config.stem, &place.name, migrate.name.as_deref()),
            secrets: !migrate.secrets.is_empty(),
        })
        .collect()
}

/// The images of sidecars that are in the pipelines' own registry, each once: somebody else builds them.
pub(super) fn sidecars<'a>(plan: &Plan, place: &'a Place) -> BTreeSet<&'a str> {
    let entering = plan.entering(place);
    let deploys = place.deploys.iter().filter(|(service, _)| entering.iter().any(|entry| entry.has(service)));
    let images = deploys.flat_map(|(_, deploy)| deploy.sidecars().map(|(_, image)| image));
    images.filter(|one| one.is_ours).map(|one| one.image.as_str()).collect()
}

/// The ECS services of an environment.
pub(super) fn services<'a>(plan: &Plan<'a>, place: &'a Place) -> Vec<Service<'a>> {
    place
        .deploys
        .iter()
        .filter_map(|(name, deploy)| {
            let ecs = deploy.ecs()?;
            let roles: Vec<String> = ecs.roles.iter().map(|role| format!("`{role}`")).collect();
            Some(Service {
                service: &ecs.service,
                cluster: &ecs.cluster,
                container: &plan.config.services.get(name)?.container,
                roles: roles.join(" and "),
            })
        })
        .collect()
}

/// The task families of an environment.
pub(super) fn task_families<'a>(plan: &Plan<'a>, place: &'a Place) -> Vec<TaskFamily<'a>> {
    let listed = |what: &str, names: Vec<String>| {
        names.into_iter().map(|name| format!("{what} `{name}`")).collect::<Vec<_>>()
    };
    let family = |(name, deploy): (&String, &'a Deploy)| {
        let Deploy::EcsTask(task) = deploy else { return None };
        let roles: Vec<String> = task.roles.iter().map(|role| format!("`{role}`")).collect();
        let targets = &task.targets;
        let schedules = targets.schedules.iter().map(|(group, name)| format!("{group}/{name}")).collect();
        let targets = [
            listed("the rule", targets.rules.clone()),
            listed("the schedule", schedules),
            listed("the state machine", targets.state_machines.clone()),
        ];
        Some(TaskFamily {
            family: &task.family,
            container: &plan.config.services.get(name)?.container,
            roles: roles.join(" and "),
            targets: targets.concat().join(", "),
        })
    };
    place.deploys.iter().filter_map(family).collect()
}
