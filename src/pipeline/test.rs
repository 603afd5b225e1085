//! The Test stage: the checkout's tests, or tests in the image that was built.

use indexmap::IndexMap;

use super::iam::Statement;
use super::model::{Project, ProjectKind, Provider, Stage, Variable};
use super::store::{Artifacts, Store};
use super::text::Text;
use super::{Plan, action_variables, build_action, names, project, source};
use crate::branch_map::Entry;
use crate::config::{Test, TestPlace};

pub(super) fn stage(test: &Test, entry: &Entry) -> Stage {
    let mut action = build_action("Test", Provider::Test, &names::pipeline_project(&entry.pipeline, "test"));
    action.inputs = vec![source::ARTIFACT];
    let image;
    let mut variables = vec![("COMMIT_ID", "#{Source.CommitId}")];
    if let TestPlace::Image { service, target: None } = &test.place {
        image = format!("#{{Build.{}}}", names::image_variable(service));
        variables.push(("IMAGE", image.as_str()));
    }
    action.configuration.push(("EnvironmentVariables", action_variables(&variables)));
    Stage { name: "Test".to_owned(), actions: vec![action] }
}

pub(super) fn project(plan: &Plan, test: &Test, entry: &Entry) -> Project {
    let config = plan.config;
    let home = &plan.home;
    let store = Store::new(plan, home, [entry.pipeline.as_str()]);
    let name = names::pipeline_project(&entry.pipeline, "test");
    let mut variables = IndexMap::new();
    let mut own = Vec::new();
    let mut values = test.variables.clone();
    let mut secrets = test.secrets.clone();
    if let TestPlace::Image { service, target } = &test.place {
        let service = config.services.get(service);
        if target.is_none() {
            variables.insert("REGISTRY".to_owned(), Variable::Plain(home.registry()));
            own.push(Statement::allow("SignIn", project::ECR_SIGN_IN, vec![Text::from("*")]));
            let repositories = service.map(|service| project::repository_arn(home, &service.repository));
            own.push(Statement::allow("Image", project::ECR_PULL, repositories.into_iter().collect()));
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
    Project {
        kind: ProjectKind::Test,
        role: project::role(home, &store, &name, Artifacts::Read, own, test.machine.image.as_deref()),
        compute: test.machine.compute,
        platform: config.build.platform,
        image: test.machine.image.clone(),
        privileged: test.place != TestPlace::Checkout,
        timeout: test.machine.timeout,
        variables,
        buildspec: plan.buildspecs.test.clone().unwrap_or_default(),
        name,
    }
}
