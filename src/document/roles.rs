//! `roles/<purpose>.json`: what a role that exists has to allow, and whom it has to trust, for whoever keeps it.

use serde::Serialize;

use super::cloudformation::existing;
use super::cloudformation::policy::PolicyDocument;
use super::codepipeline::filled;
use super::digest;
use crate::pipeline::Plan;
use crate::pipeline::existing::{Existing, roles};

/// One role. What only the base stacks know is marked as it is in `pipeline.json`.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    /// Its ARN.
    role: String,
    /// Its trust policy.
    trust: PolicyDocument,
    /// What its policies have to allow, at the least.
    policy: PolicyDocument,
    /// The file's own, not the role's.
    tags: [Tag; 1],
}

#[derive(Debug, Serialize)]
struct Tag {
    key: &'static str,
    value: &'static str,
}

/// The path of a role's document below the output folder.
pub(super) fn path(role: &Existing) -> String {
    format!("roles/{}.json", role.purpose)
}

/// A document for each role that exists, by its path.
pub(super) fn documents(plan: &Plan) -> Vec<(String, Document)> {
    let document = |one: Existing| {
        let (trust, policy) = existing::role_policies(&one.role, &one.at, &plan.home);
        let role = filled(&plan.home, &one.role.arn);
        (path(&one), Document { role, trust, policy, tags: [Tag { key: digest::TAG, value: "" }] })
    };
    roles(plan).into_iter().map(document).collect()
}
