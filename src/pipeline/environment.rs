//! What is done in an environment, and by which role.

use super::iam::{Role, Statement, Trust};
use super::model::{Environment, Project};
use super::text::{Part, Text};
use super::{Plan, deploy, keep, migrate, names, project};
use crate::config::Environment as Place;

pub(super) fn environment(plan: &Plan, place: &Place, pipelines: &[&str]) -> Environment {
    let app = &plan.config.app;
    let migrations = place.migrations.iter();
    let mut projects: Vec<Project> =
        migrations.filter_map(|migration| migrate::project(plan, place, migration)).collect();
    projects.push(keep::project(plan, place));
    Environment {
        name: place.name.clone(),
        deploy_role: deploy_role(app, place, &projects, pipelines),
        projects,
        task_logs: migrate::task_logs(app, place),
    }
}

/// The role under which CodePipeline's actions work here: reading artifacts, starting the projects, the deploys.
fn deploy_role(app: &str, place: &Place, projects: &[Project], pipelines: &[&str]) -> Role {
    let mut statements = vec![
        Statement::allow(
            "Artifacts",
            &["s3:GetObject", "s3:GetObjectVersion"],
            vec![project::bucket_arn(app).text("/*")],
        )
        .when("StringEquals", "aws:ResourceAccount", vec![Text::part(Part::Account)]),
        Statement::allow("Key", project::KEY_READ, vec![Text::part(Part::ArtifactKey)]),
    ];
    statements.extend(deploy::statements(place));
    statements.push(Statement::allow(
        "Projects",
        project::RUN_BUILDS,
        projects.iter().map(|project| Text::arn("codebuild", format!("project/{}", project.name))).collect(),
    ));
    Role {
        name: names::deploy_role(app, &place.name),
        trust: Trust::Roles(pipelines.iter().map(|pipeline| names::pipeline_role(pipeline)).collect()),
        statements,
    }
}
