//! The Deploy stage: the images are kept, then each of the pipeline's services is deployed in the way of its type. A type
//! is a file here and a line in [`action`]; one with a project of its own has a line in [`project`], too.

mod commands;
mod ecs;
mod ecs_task;
mod order;

use super::iam::Statement;
use super::model::{Action, Gates, Project, ProjectKind, Stage};
use super::names::StageKind;
use super::start::Start;
use super::store::Store;
use super::text::{Place as At, Text};
use super::{Plan, build, images, keep, lock, names, record, roles, source};
use crate::branch_map::Entry;
use crate::config::{Deploy, Environment as Place};

pub(super) fn stage(plan: &Plan, entry: &Entry, place: &Place, role: &Text) -> Stage {
    let mut actions = vec![keep::action(plan, entry, place, role)];
    // Behind whatever comes first in the stage; services that wait for none are deployed side by side.
    let first = 1 + actions.iter().map(|action| action.run_order).max().unwrap_or_default();
    let steps = order::steps(plan.config, entry, place);
    let own = place.deploys.iter().filter(|(service, _)| entry.has(service));
    actions.extend(own.map(|(service, deploy)| {
        let order = first + steps.get(service.as_str()).copied().unwrap_or_default();
        let mut action = action(plan, entry, place, service, deploy, role);
        action.run_order = order;
        action
    }));
    // They stand as they run, for who reads them.
    actions.sort_by_key(|action| action.run_order);
    let mut stage = Stage { name: StageKind::Deploy.stage(&place.name), actions, gates: Gates::default() };
    record::last(plan, entry, place, role, &mut stage);
    lock::first(plan, entry, place, role, stage)
}

fn action(plan: &Plan, entry: &Entry, place: &Place, service: &str, deploy: &Deploy, role: &Text) -> Action {
    let input = match deploy {
        Deploy::Ecs(ecs) => {
            return ecs::action(service, &place.name, ecs, role, plan.region_of_action(place));
        }
        Deploy::EcsTask(_) => build::ARTIFACT,
        Deploy::Commands(_) => source::ARTIFACT,
    };
    let (image, stage) = (images::variable(plan, service), StageKind::Deploy.stage(&place.name));
    let variables = [
        ("IMAGE", image.as_str()),
        ("COMMIT_ID", "#{Source.CommitId}"),
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", entry.pipeline.as_str()),
        ("STAGE", stage.as_str()),
    ];
    let project = project_name(plan, place, service);
    Start { title: service, project: &project, input, variables: &variables }.action(plan, place, role)
}

/// The name of the project that deploys a service, where one does.
pub(super) fn project_name(plan: &Plan, place: &Place, service: &str) -> String {
    let kind = names::with_part(ProjectKind::Deploy.name(), Some(service));
    names::environment_project(&plan.config.stem, &place.name, &kind)
}

/// Where a service's project stands, and what it may read there.
struct Where<'a> {
    at: &'a At,
    store: &'a Store,
    /// The project's name.
    project: &'a str,
    role: roles::Known,
}

/// The project that deploys a service; none where CodePipeline does it itself. `store` has the artifacts of the pipelines
/// that deploy it here.
pub(super) fn project(
    plan: &Plan,
    place: &Place,
    (service, deploy): (&str, &Deploy),
    at: &At,
    store: &Store,
) -> Option<Project> {
    let name = project_name(plan, place, service);
    let role = roles::of_project(plan.config, at, &name, None);
    let own = Where { at, store, project: &name, role };
    let (variables, role, machine) = match deploy {
        Deploy::Ecs(_) => return None,
        Deploy::EcsTask(task) => ecs_task::variables_and_role(plan, place, service, task, own),
        Deploy::Commands(commands) => commands::variables_and_role(plan, place, service, commands, own),
    };
    Some(Project {
        kind: ProjectKind::Deploy,
        part: Some(service.to_owned()),
        role,
        compute: machine.compute,
        platform: plan.config.build.platform,
        image: machine.image,
        privileged: machine.privileged,
        vpc: machine.vpc,
        cache: machine.cache,
        // Two that deploy one thing at once would undo each other.
        alone: true,
        timeout: machine.timeout,
        variables,
        buildspec: plan.buildspecs.deploys.get(service).cloned().unwrap_or_default(),
        name,
    })
}

/// What the environment's deploy role needs for the deploys themselves.
pub(super) fn statements(plan: &Plan, place: &Place, at: &At) -> Vec<Statement> {
    let ecs: Vec<_> = plan.deploys(place).filter_map(|(_, deploy)| deploy.ecs()).collect();
    if ecs.is_empty() { Vec::new() } else { ecs::statements(at, &ecs) }
}
