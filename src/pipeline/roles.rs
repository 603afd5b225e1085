//! How roles are known: those that are made, by a name of branchline's and the file's path, and those that exist.

use super::text::{Part, Place as At, Text};
use super::{Plan, names};
use crate::branch_map::Entry;
use crate::config::{Config, Environment as Place, Written};

/// A role by name and ARN, before it is known what it may do.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its path: `/`, or `/ci/`.
    pub path: String,
    /// Its ARN.
    pub arn: Text,
    /// Whether it exists and is not made.
    pub exists: bool,
}

/// A role: the one that exists, or else the one that is made at a place under this name. Nothing else makes the ARN of
/// a role of branchline's.
pub fn known(config: &Config, at: &At, name: impl Into<String>, existing: Option<&Written>) -> Known {
    // arn:partition:iam::account:role/path/name
    let given = existing.and_then(|arn| arn.text.split_once(":role").map(|(_, whole)| whole));
    let (path, name) = match given.and_then(|whole| whole.rsplit_once('/')) {
        Some((path, name)) => (format!("{path}/"), name.to_owned()),
        None => (config.role_path.clone(), name.into()),
    };
    Known { arn: at.role_arn(&format!("{path}{name}")), exists: existing.is_some(), name, path }
}

/// The role of a CodeBuild project that is at a place: the one that exists, or else one that is called like the project.
pub(super) fn of_project(config: &Config, at: &At, project: &str, existing: Option<&Written>) -> Known {
    known(config, at, names::project_role(project), existing)
}

/// A pipeline's role.
pub(super) fn of_pipeline(plan: &Plan, entry: &Entry) -> Known {
    let existing = plan.config.existing.roles.pipeline.as_ref();
    known(plan.config, &plan.home, name_of_pipelines(entry), existing)
}

/// The name of a pipeline's role, where it is made.
pub(super) fn name_of_pipelines(entry: &Entry) -> String {
    let name = if entry.of_branch.is_some() { names::branch_role } else { names::pipeline_role };
    name(&entry.pipeline)
}

/// The role under which actions work in an environment.
pub(super) fn of_deploys(plan: &Plan, place: &Place) -> Known {
    let name = names::deploy_role(&plan.config.stem, &place.name);
    known(plan.config, &plan.place_of(place), name, place.roles.deploy.as_ref())
}

/// The ARN of a managed policy, given by name or ARN, in the stack's own partition. A name is looked for in
/// the stack's account; a policy of AWS's own says `aws` in the account's place.
pub fn policy_arn(policy: &str, at: &At) -> Text {
    // arn:partition:iam::account:policy/path/name
    let parts = policy.strip_prefix("arn:").map(|arn| arn.splitn(5, ':').skip(3).collect::<Vec<_>>());
    match parts.as_deref() {
        Some(["aws", resource]) => {
            Text::literal("arn:").and(Part::Partition).text(":iam::aws:").text(resource)
        }
        Some([account, resource]) => At::new(account, at.region()).iam_arn(*resource),
        _ => at.iam_arn(format!("policy/{policy}")),
    }
}
