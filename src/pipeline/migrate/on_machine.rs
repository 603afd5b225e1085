//! A migration on a build machine: in the image that was just built, or in the files of the commit.

use indexmap::IndexMap;
use serde_json::json;

use super::{Where, words};
use crate::config::{Environment as Place, Migrate, Run};
use crate::pipeline::iam::{Role, Statement};
use crate::pipeline::model::Variable;
use crate::pipeline::store::Artifacts;
use crate::pipeline::text::Text;
use crate::pipeline::{Plan, project};

pub(super) fn variables_and_role(
    plan: &Plan,
    place: &Place,
    migrate: &Migrate,
    own_place: &Where,
) -> Option<(IndexMap<String, Variable>, Role)> {
    let Where { at, store, project } = *own_place;
    let open = |text: &str| Variable::Plain(Text::from(text));
    let called = migrate.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let mut variables = IndexMap::from([
        ("ENVIRONMENT".to_owned(), open(&place.name)),
        ("MIGRATION".to_owned(), open(&format!("the migration{called}"))),
        ("PIPELINE_REGION".to_owned(), Variable::Plain(plan.home.region_text())),
        ("TIMEOUT_SECONDS".to_owned(), open(&(migrate.timeout * 60).to_string())),
        ("COMMAND".to_owned(), open(&command(migrate))),
    ]);
    project::variables(&mut variables, &migrate.variables, &migrate.secrets);
    let mut own = Vec::new();
    if migrate.run == Run::Image {
        let repository = &plan.config.services.get(&migrate.service)?.repository;
        own.push(Statement::allow("SignIn", project::ECR_SIGN_IN, vec![Text::from("*")]));
        own.push(Statement::allow(
            "Image",
            project::ECR_PULL,
            vec![project::repository_arn(&plan.home, repository)],
        ));
    }
    own.extend(project::secret_statements(at, &migrate.secrets));
    let known = super::role_of(plan, place, own_place);
    let role = project::role(at, store, (project, known), Artifacts::Read, own, &migrate.machine);
    Some((variables, role))
}

/// What runs, as JSON text for the step. Variables and secrets are named; their values are the project's own.
pub(in crate::pipeline) fn command(migrate: &Migrate) -> String {
    let (entry_point, command) = words(&migrate.command);
    let variables: Vec<&String> = migrate.variables.keys().chain(migrate.secrets.keys()).collect();
    json!({ "entryPoint": entry_point, "command": command, "variables": variables }).to_string()
}
