//! The stacks: base, environments, pipelines.

mod base;
pub mod common;
mod environment;
pub mod existing;
pub mod keeper;
mod key;
mod lock;
pub mod notifications;
mod pipeline;
pub mod policy;
mod project;
pub mod properties;
mod repository;
pub mod starter;
pub mod template;
pub mod value;

pub use base::base;
pub use environment::environment;
pub use pipeline::pipeline;

use crate::pipeline::iam::Role as ModelRole;
use policy::PolicyDocument;
use properties::{InlinePolicy, Properties, Role};
use template::{Resource, Template};
use value::{Scope, Value};

/// Adds a role, unless it exists; its ARN, as the stack has it.
fn add_role(
    template: &mut Template,
    resource: String,
    role: &ModelRole,
    description: String,
    scope: Scope,
) -> Value {
    if role.exists {
        return scope.value(&role.arn);
    }
    template.resource(resource.clone(), made(role, description, scope));
    Value::attribute(resource, "Arn")
}

fn made(role: &ModelRole, description: String, scope: Scope) -> Resource {
    Resource::new(Properties::Role(Role {
        role_name: role.name.clone(),
        path: (role.path != "/").then(|| role.path.clone()),
        description,
        permissions_boundary: None,
        assume_role_policy_document: PolicyDocument::trust(&role.trust, scope),
        policies: [InlinePolicy {
            policy_name: "branchline",
            policy_document: PolicyDocument::identity(role, scope),
        }],
    }))
}
