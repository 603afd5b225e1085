//! The stacks: base, environments, pipelines.

mod base;
pub mod common;
mod environment;
mod key;
mod pipeline;
pub mod policy;
mod project;
pub mod properties;
mod repository;
pub mod template;
pub mod value;

pub use base::base;
pub use environment::environment;
pub use pipeline::pipeline;

use crate::pipeline::iam::Role as ModelRole;
use policy::PolicyDocument;
use properties::{InlinePolicy, Properties, Role};
use template::Resource;
use value::Scope;

fn role(role: &ModelRole, description: String, scope: Scope) -> Resource {
    Resource::new(Properties::Role(Role {
        role_name: role.name.clone(),
        description,
        permissions_boundary: None,
        assume_role_policy_document: PolicyDocument::trust(&role.trust, scope),
        policies: [InlinePolicy {
            policy_name: "branchline",
            policy_document: PolicyDocument::identity(role, scope),
        }],
    }))
}
