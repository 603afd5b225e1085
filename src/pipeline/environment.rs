//! What is done in an environment, and by which role.

use super::iam::{Role, Statement, Trust};
use super::model::{Environment, Project};
use super::text::{Part, Text};
use super::{Plan, keep, migrate, names, project};
use crate::config::Environment as Place;

pub(super) fn environment(plan: &Plan, place: &Place, pipelines: &[&str]) -> Environment {
    let app = &plan.config.app;
    let mut projects = Vec::new();
    if let Some(migration) = &place.migrate {
        projects.extend(migrate::project(plan, place, migration));
    }
    projects.push(keep::project(plan, place));
    Environment {
        name: place.name.clone(),
        deploy_role: deploy_role(app, place, &projects, pipelines),
        projects,
        migrate_log_group: place.migrate.as_ref().map(|_| names::migrate_log_group(app, &place.name)),
    }
}

/// The statements are those of AWS's page on the ECS deploy action, narrowed to this environment's services.
fn deploy_role(app: &str, place: &Place, projects: &[Project], pipelines: &[&str]) -> Role {
    let clusters = unique(place.deploys.values().map(|ecs| ecs.cluster.as_str()));
    let roles: Vec<String> =
        unique(place.deploys.values().flat_map(|ecs| ecs.roles.iter().map(String::as_str)))
            .map(str::to_owned)
            .collect();
    let services = place
        .deploys
        .values()
        .map(|ecs| Text::arn("ecs", format!("service/{}/{}", ecs.cluster, ecs.service)))
        .collect();
    let in_clusters = |kind: &str, rest: &str| -> Vec<Text> {
        clusters.clone().map(|cluster| Text::arn("ecs", format!("{kind}/{cluster}{rest}"))).collect()
    };
    let any_revision = Text::arn("ecs", "task-definition/*:*");
    let statements = vec![
        Statement::allow(
            "Artifacts",
            &["s3:GetObject", "s3:GetObjectVersion"],
            vec![project::bucket_arn(app).text("/*")],
        )
        .when("StringEquals", "aws:ResourceAccount", vec![Text::part(Part::Account)]),
        Statement::allow("Key", project::KEY_READ, vec![Text::part(Part::ArtifactKey)]),
        Statement::allow("Services", &["ecs:DescribeServices", "ecs:UpdateService"], services),
        Statement::allow("Tasks", &["ecs:DescribeTasks"], in_clusters("task", "/*")),
        Statement::allow("ListTasks", &["ecs:ListTasks"], in_clusters("container-instance", "/*")).when(
            "ArnEquals",
            "ecs:cluster",
            in_clusters("cluster", ""),
        ),
        Statement::allow("TaskDefinition", &["ecs:DescribeTaskDefinition"], vec![Text::from("*")]),
        // The family is the one that the service's own task definition has, which this file does not say.
        Statement::allow("Revision", &["ecs:RegisterTaskDefinition"], vec![any_revision.clone()]),
        Statement::allow("TagRevision", &["ecs:TagResource"], vec![any_revision]).when(
            "StringEquals",
            "ecs:CreateAction",
            vec![Text::from("RegisterTaskDefinition")],
        ),
        migrate::pass_roles(&roles),
        Statement::allow(
            "Projects",
            project::RUN_BUILDS,
            projects
                .iter()
                .map(|project| Text::arn("codebuild", format!("project/{}", project.name)))
                .collect(),
        ),
    ];
    Role {
        name: names::deploy_role(app, &place.name),
        trust: Trust::Roles(pipelines.iter().map(|pipeline| names::pipeline_role(pipeline)).collect()),
        statements,
    }
}

/// The items without repetition, in the order in which they come first.
fn unique<'a>(items: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> + Clone {
    let set: indexmap::IndexSet<&str> = items.collect();
    set.into_iter()
}
