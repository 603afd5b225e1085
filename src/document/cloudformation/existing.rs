//! The policies that existing resources need: made of the same statements as those of the resources that are made, and
//! written for people, since what exists is not ours to change.

use super::base::bucket_statements;
use super::key::of_existing;
use super::policy::{PolicyDocument, granted};
use super::value::{Kind, Scope};
use crate::config::Config;
use crate::pipeline::artifacts;
use crate::pipeline::iam::Role;
use crate::pipeline::model::{Base, Repository};
use crate::pipeline::text::Place;

/// Outside of any stack; `home` is where the pipelines are.
fn scope<'a>(at: &'a Place, home: &'a Place) -> Scope<'a> {
    Scope { at, kind: Kind::Document { home } }
}

/// What the policy of an existing bucket has to say.
pub fn bucket_policy(config: &Config, base: &Base, home: &Place) -> PolicyDocument {
    let scope = scope(&base.place, home);
    let arn = artifacts::bucket_arn(config, &base.place);
    let all = [scope.value(&arn), scope.value(&arn.text("/*"))];
    PolicyDocument::new(bucket_statements(base, all, scope))
}

/// What the policy of an existing key has to say.
pub fn key_policy(config: &Config, base: &Base, home: &Place) -> PolicyDocument {
    let scope = scope(&base.place, home);
    let mut statements = of_existing(config, scope);
    statements.extend(granted("Environments", &base.key_grants, Some("*"), scope));
    PolicyDocument::new(statements)
}

/// What the policy of an existing image repository has to say; `None` where nothing: in one account the roles' own
/// policies are enough.
pub fn repository_policy(repository: &Repository, home: &Place) -> Option<PolicyDocument> {
    let statements = granted("Environments", &repository.grants, None, scope(home, home));
    (!statements.is_empty()).then(|| PolicyDocument::new(statements))
}

/// Trust and policy of an existing role.
pub fn role_policies(role: &Role, at: &Place, home: &Place) -> (PolicyDocument, PolicyDocument) {
    let scope = scope(at, home);
    (PolicyDocument::trust(&role.trust, scope), PolicyDocument::identity(role, scope))
}
