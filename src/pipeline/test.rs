//! The Test stage: tests in the checkout, or in an image that was built; the top level's and those of services, side by
//! side.

use std::sync::Arc;

use indexmap::IndexMap;

use super::iam::Statement;
use super::model::{Action, Gates, Project, ProjectKind, Provider, Stage, Variable};
use super::store::{Artifacts, Store};
use super::text::Text;
use super::{Plan, action_variables, build_action, images, names, project, roles, source, test_belongs};
use crate::branch_map::Entry;
use crate::config::{Test, TestPlace};

/// The stage; none where there are no tests.
pub(super) fn stage(plan: &Plan, entry: &Entry) -> Option<Stage> {
    let actions: Vec<Action> = plan
        .config
        .tests
        .iter()
        .filter(|test| test_belongs(test, entry))
        .map(|test| action(plan, test, entry))
        .collect();
    (!actions.is_empty()).then(|| Stage { name: "Test".to_owned(), actions, gates: Gates::default() })
}

/// The projects, one for each of the tests.
pub(super) fn projects(plan: &Plan, entry: &Entry) -> Vec<Project> {
    let tests = plan.config.tests.iter().enumerate().filter(|(_, test)| test_belongs(test, entry));
    tests.map(|(index, test)| project(plan, test, plan.buildspecs.tests.get(index), entry)).collect()
}

fn name(test: &Test, entry: &Entry) -> String {
    names::pipeline_project(&entry.pipeline, &names::with_part("test", test.service.as_deref()))
}

fn action(plan: &Plan, test: &Test, entry: &Entry) -> Action {
    let title = names::with_part("Test", test.service.as_deref());
    let mut action = build_action(&title, Provider::Test, &name(test, entry));
    action.inputs = vec![source::ARTIFACT];
    let image;
    let mut variables = vec![("COMMIT_ID", "#{Source.CommitId}")];
    if let TestPlace::Image { service, target: None } = &test.place {
        image = images::variable(plan, service);
        variables.push(("IMAGE", image.as_str()));
    }
    action.configuration.push(("EnvironmentVariables", action_variables(&variables)));
    action
}

fn project(plan: &Plan, test: &Test, buildspec: Option<&Arc<str>>, entry: &Entry) -> Project {
    let config = plan.config;
    let home = &plan.home;
    let store = Store::new(plan, home, [entry.pipeline.as_str()]);
    let name = name(test, entry);
    let mut variables = IndexMap::new();
    let mut own = Vec::new();
    let mut values = test.variables.clone();
    let mut secrets = test.secrets.clone();
    if let TestPlace::Image { service, target } = &test.place {
        let service = config.services.get(service);
        if target.is_none() {
            variables.insert("REGISTRY".to_owned(), Variable::Plain(home.registry()));
            own.push(Statement::allow("SignIn", project::ECR_SIGN_IN, vec![Text::from("*")]));
            let own_image = service.map(|service| images::of_service(plan, &[entry], service));
            own.push(Statement::allow("Image", project::ECR_PULL, own_image.unwrap_or_default()));
        } else {
            // The tests' stage is built here, so the Dockerfile gets here what it gets in the build: arguments, secrets.
            for (name, value) in &config.build.variables {
                if !test.secrets.contains_key(name) {
                    values.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            for name in service.iter().flat_map(|service| &service.secrets) {
                if let Some(secret) = config.build.secrets.get(name)
                    && !test.variables.contains_key(name)
                {
                    secrets.entry(name.clone()).or_insert_with(|| secret.clone());
                }
            }
        }
    }
    own.extend(project::secret_statements(home, &secrets));
    project::variables(&mut variables, &values, &secrets);
    let known = roles::of_project(config, home, &name, config.existing.roles.test.as_ref());
    Project {
        kind: ProjectKind::Test,
        part: test.service.clone(),
        role: project::role(home, &store, (&name, known), Artifacts::Read, own, &test.machine),
        compute: test.machine.compute,
        platform: config.build.platform,
        image: test.machine.image.clone(),
        privileged: test.place != TestPlace::Checkout || test.machine.privileged,
        vpc: test.machine.vpc.clone(),
        cache: test.machine.cache.clone(),
        alone: false,
        timeout: test.machine.timeout,
        variables,
        buildspec: buildspec.cloned().unwrap_or_default(),
        name,
    }
}
