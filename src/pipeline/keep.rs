//! The Keep action: images that are about to be deployed get a tag that their repository's lifecycle spares, so that
//! what runs in production is not expired by the builds of its own pipeline that stop before it.

use indexmap::IndexMap;

use super::caller::Caller;
use super::iam::Statement;
use super::model::{Action, Project, ProjectKind, Provider, Variable};
use super::store::Store;
use super::text::{Place as At, Text};
use super::{Plan, action_variables, build, build_action, images, names, roles};
use crate::branch_map::Entry;
use crate::config::Environment as Place;

/// Minutes the action may take: a few calls for each image.
const TIMEOUT: u32 = 15;

pub(super) fn action(plan: &Plan, entry: &Entry, place: &Place, role: &Text) -> Action {
    let project = names::environment_project(&plan.config.stem, &place.name, "keep");
    let mut action = build_action("Keep", Provider::Build, &project);
    action.inputs = vec![build::ARTIFACT];
    action.role = Some(role.clone());
    action.region = plan.region_of_action(place);
    // What is true when it fails depends on whether the stage before it has migrated.
    let migrates = place.migrations.iter().any(|migrate| entry.has(&migrate.service));
    action.configuration.push((
        "EnvironmentVariables",
        action_variables(&[
            ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
            ("MIGRATES", if migrates { "yes" } else { "no" }),
        ]),
    ));
    action
}

pub(super) fn project(plan: &Plan, place: &Place, entering: &[&Entry], at: &At, store: &Store) -> Project {
    let config = plan.config;
    let name = names::environment_project(&config.stem, &place.name, "keep");
    let repositories = images::of_all(plan, entering);
    let own = vec![Statement::allow("Images", &["ecr:BatchGetImage", "ecr:PutImage"], repositories)];
    let known = roles::known(config, at, names::project_role(&name), place.roles.keep.as_ref());
    let environment = Variable::Plain(Text::from(place.name.as_str()));
    let caller = Caller {
        kind: ProjectKind::Keep,
        name,
        role: known,
        own,
        timeout: TIMEOUT,
        variables: IndexMap::from([("ENVIRONMENT".to_owned(), environment)]),
        buildspec: plan.buildspecs.keep.clone(),
    };
    caller.project(plan, at, store)
}
