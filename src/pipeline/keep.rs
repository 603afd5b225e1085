//! The Keep action: whether what is deployed to is there, is looked at before it is touched; and images that are about to
//! be deployed get a tag that their repository's lifecycle spares, so that what runs in production is not expired by the
//! builds of its own pipeline that stop before it.

use indexmap::IndexMap;
use serde_json::json;

use super::caller::Caller;
use super::iam::Statement;
use super::model::{Action, Project, ProjectKind, Variable};
use super::start::{Start, project_name};
use super::store::Store;
use super::text::{Place as At, Text};
use super::{Plan, build, images, names, roles, sidecars};
use crate::branch_map::Entry;
use crate::config::{Deploy, Environment as Place};

/// Minutes the action may take: a few calls for each image.
const TIMEOUT: u32 = 15;

pub(super) fn action(plan: &Plan, entry: &Entry, place: &Place, role: &Text) -> Action {
    let variables = [
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        // What is true when it fails depends on whether the stage before it has migrated.
        ("MIGRATES", if entry.migrates(place) { "yes" } else { "no" }),
    ];
    let project = project_name(plan, place, ProjectKind::Keep);
    let start = Start { title: "Keep", project: &project, input: build::ARTIFACT, variables: &variables };
    start.action(plan, place, role)
}

pub(super) fn project(plan: &Plan, place: &Place, entering: &[&Entry], at: &At, store: &Store) -> Project {
    let config = plan.config;
    let name = project_name(plan, place, ProjectKind::Keep);
    let repositories = images::of_all(plan, entering);
    let mut own = vec![Statement::allow("Images", &["ecr:BatchGetImage", "ecr:PutImage"], repositories)];
    let services: Vec<Text> = plan
        .deploys(place)
        .filter_map(|(_, deploy)| deploy.ecs())
        .map(|ecs| at.arn("ecs", format!("service/{}/{}", ecs.cluster, ecs.service)))
        .collect();
    if !services.is_empty() {
        own.push(Statement::allow("Services", &["ecs:DescribeServices"], services));
        own.push(Statement::allow("TaskDefinition", &["ecs:DescribeTaskDefinition"], vec![Text::from("*")]));
    }
    let text = |text: &str| Variable::Plain(Text::from(text));
    let mut variables = IndexMap::from([
        ("ENVIRONMENT".to_owned(), text(&place.name)),
        ("ECS_SERVICES".to_owned(), text(&ecs_services(plan, place))),
    ]);
    if let Some(images) = sidecars::looked_for(plan, place) {
        variables.insert(names::SIDECAR_IMAGES.to_owned(), Variable::Plain(images));
        own.push(Statement::allow("Sidecars", &["ecr:BatchGetImage"], sidecars::repositories(plan, place)));
        // It knows no resource (service authorization reference of Amazon ECR).
        own.push(Statement::allow(
            "PullThroughCaches",
            &["ecr:DescribePullThroughCacheRules"],
            vec![Text::from("*")],
        ));
    }
    let known = roles::of_project(config, at, &name, place.roles.keep.as_ref());
    let caller = Caller {
        kind: ProjectKind::Keep,
        name,
        role: known,
        own,
        timeout: TIMEOUT,
        variables,
        buildspec: plan.buildspecs.keep.clone(),
    };
    caller.project(plan, at, store)
}

/// What pipelines deploy to in ECS in an environment, as JSON text: `{"api":["shop-dev","api","app","log_router"]}`, by our services'
/// names the cluster, the service's name in ECS, and the containers whose images are set.
pub(super) fn ecs_services(plan: &Plan, place: &Place) -> String {
    let described = |(service, deploy): (&String, &Deploy)| {
        let ecs = deploy.ecs()?;
        let own = plan.config.services.get(service).map(|service| &service.container);
        let texts = [&ecs.cluster, &ecs.service].into_iter().chain(own).chain(ecs.sidecars.keys());
        Some((service.clone(), json!(texts.collect::<Vec<_>>())))
    };
    let all: serde_json::Map<_, _> = plan.deploys(place).filter_map(described).collect();
    json!(all).to_string()
}
