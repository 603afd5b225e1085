//! What is done in an environment, and by which role.

use indexmap::IndexSet;

use super::iam::{Role, Statement, Trust};
use super::model::{Environment, Project};
use super::store::{Artifacts, Store};
use super::text::{Place as At, Text};
use super::{Plan, deploy, gates, keep, lock, migrate, project, record, roles, snapshot, verify};
use crate::branch_map::Entry;
use crate::config::Environment as Place;

pub(super) fn environment(plan: &Plan, place: &Place, entering: &[&Entry]) -> Environment {
    let at = plan.place_of(place);
    let store =
        |entries: &[&Entry]| Store::new(plan, &at, entries.iter().map(|entry| entry.pipeline.as_str()));
    let mut projects = Vec::new();
    for migration in &place.migrations {
        let running: Vec<&Entry> =
            entering.iter().copied().filter(|entry| entry.has(&migration.service)).collect();
        // One that no rule runs here is not made: it would have nothing to read.
        if !running.is_empty() {
            projects.extend(migrate::project(plan, place, migration, &running, &at, &store(&running)));
        }
    }
    let migrating: Vec<&Entry> = entering.iter().copied().filter(|entry| entry.migrates(place)).collect();
    if !migrating.is_empty() {
        projects.extend(snapshot::project(plan, place, &at, &store(&migrating)));
    }
    for (service, deploy) in &place.deploys {
        let running: Vec<&Entry> = entering.iter().copied().filter(|entry| entry.has(service)).collect();
        if !running.is_empty() {
            projects.extend(deploy::project(plan, place, (service, deploy), &at, &store(&running)));
        }
    }
    let store = store(entering);
    projects.push(keep::project(plan, place, entering, &at, &store));
    projects.extend(lock::project(plan, place, entering, &at, &store));
    projects.extend(record::projects(plan, place, &at, &store));
    projects.extend(verify::project(plan, place, &at, &store));
    // One that exists is that of all pipelines.
    let callers: IndexSet<Text> = entering.iter().map(|entry| roles::of_pipeline(plan, entry).arn).collect();
    let trust = Trust::Roles { at: plan.home.clone(), roles: callers.into_iter().collect() };
    Environment {
        name: place.name.clone(),
        deploy_role: Role::new(
            roles::of_deploys(plan, place),
            trust,
            deploy_statements(plan, place, &projects, &at, &store),
        ),
        lock_holder: lock::holder(plan, place).filter(|_| !lock::is_held_from_afar(plan, place)),
        projects,
        task_logs: migrate::task_logs(&plan.config.stem, place, entering),
        is_foreign: !at.shares_account_with(&plan.home),
        place: at,
    }
}

/// What CodePipeline's actions do here: reading artifacts, starting the projects, the deploys.
fn deploy_statements(
    plan: &Plan,
    place: &Place,
    projects: &[Project],
    at: &At,
    store: &Store,
) -> Vec<Statement> {
    let mut statements = vec![store.objects(Artifacts::Read), store.key(Artifacts::Read)];
    statements.extend(deploy::statements(plan, place, at));
    statements.extend(gates::statements(place, at));
    statements.push(Statement::allow(
        "Projects",
        project::RUN_BUILDS,
        projects.iter().map(|project| at.arn("codebuild", format!("project/{}", project.name))).collect(),
    ));
    statements
}
