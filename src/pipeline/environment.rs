//! What is done in an environment, and by which role.

use indexmap::IndexSet;

use super::iam::{Role, Statement, Trust};
use super::model::{Environment, Project};
use super::store::{Artifacts, Store};
use super::text::{Place as At, Text};
use super::{Plan, deploy, keep, migrate, project, roles};
use crate::config::Environment as Place;

pub(super) fn environment(plan: &Plan, place: &Place, pipelines: &[&str]) -> Environment {
    let at = plan.place_of(place);
    let store = Store::new(plan, &at, pipelines.iter().copied());
    let migrations = place.migrations.iter();
    let mut projects: Vec<Project> =
        migrations.filter_map(|migration| migrate::project(plan, place, migration, &at, &store)).collect();
    projects.push(keep::project(plan, place, &at, &store));
    // One that exists is that of all pipelines.
    let callers: IndexSet<Text> =
        pipelines.iter().map(|pipeline| roles::of_pipeline(plan, pipeline).arn).collect();
    let trust = Trust::Roles { at: plan.home.clone(), roles: callers.into_iter().collect() };
    Environment {
        name: place.name.clone(),
        deploy_role: Role::new(
            roles::of_deploys(plan, place),
            trust,
            deploy_statements(place, &projects, &at, &store),
        ),
        projects,
        task_logs: migrate::task_logs(&plan.config.stem, place),
        is_foreign: !at.shares_account_with(&plan.home),
        place: at,
    }
}

/// What CodePipeline's actions do here: reading artifacts, starting the projects, the deploys.
fn deploy_statements(place: &Place, projects: &[Project], at: &At, store: &Store) -> Vec<Statement> {
    let mut statements = vec![store.objects(Artifacts::Read), store.key(Artifacts::Read)];
    statements.extend(deploy::statements(place, at));
    statements.push(Statement::allow(
        "Projects",
        project::RUN_BUILDS,
        projects.iter().map(|project| at.arn("codebuild", format!("project/{}", project.name))).collect(),
    ));
    statements
}
