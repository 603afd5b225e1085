//! What exists already, as the overview tells of it: what its policies have to say.

use serde::Serialize;

use crate::document::cloudformation::existing;
use crate::document::cloudformation::policy::PolicyDocument;
use crate::document::codepipeline::filled;
use crate::document::roles;
use crate::pipeline::existing::{is_any, roles as existing_roles};
use crate::pipeline::model::Base;
use crate::pipeline::{Plan, artifacts};

/// What exists, and what is asked of it.
#[derive(Serialize)]
pub(super) struct Existing {
    stores: Vec<Store>,
    repositories: Vec<Repository>,
    roles: Vec<Role>,
}

/// The bucket or the key of a region.
#[derive(Serialize)]
struct Store {
    bucket: Option<String>,
    key: Option<String>,
    region: String,
    days: u32,
    bucket_policy: String,
    key_policy: String,
}

#[derive(Serialize)]
struct Repository {
    name: String,
    policy: Option<String>,
}

#[derive(Serialize)]
struct Role {
    words: String,
    arn: String,
    path: String,
}

/// What a plan uses that exists; `None` where everything is made.
pub(super) fn existing(plan: &Plan) -> Option<Existing> {
    let config = plan.config;
    let has_roles = is_any(plan);
    if !has_roles
        && config.existing.artifacts.is_empty()
        && !config.services.values().any(|it| it.repository_exists)
    {
        return None;
    }
    let home = plan.base();
    let further = plan.further_places().iter().map(|at| plan.further_base(at)).collect::<Vec<_>>();
    let stores =
        std::iter::once(&home).chain(&further).filter_map(|base| store(plan, base)).collect::<Vec<_>>();
    let repositories = home.repositories.iter().filter(|one| one.exists).map(|one| Repository {
        name: one.name.clone(),
        policy: existing::repository_policy(one, &plan.home).map(|policy| pretty(&policy)),
    });
    let repositories = repositories.collect::<Vec<_>>();
    let all = if has_roles { existing_roles(plan) } else { Vec::new() };
    let roles = all.into_iter().map(|one| Role {
        arn: filled(&plan.home, &one.role.arn),
        path: roles::path(&one),
        words: one.words,
    });
    let roles = roles.collect::<Vec<_>>();
    let is_any = !(stores.is_empty() && repositories.is_empty() && roles.is_empty());
    is_any.then_some(Existing { stores, repositories, roles })
}

fn store(plan: &Plan, base: &Base) -> Option<Store> {
    if !base.bucket_exists && base.existing_key.is_none() {
        return None;
    }
    let bucket = filled(&plan.home, &artifacts::bucket(plan.config, &base.place));
    Some(Store {
        bucket: base.bucket_exists.then_some(bucket),
        key: base.existing_key.as_ref().map(|key| filled(&plan.home, key)),
        region: base.place.region().to_owned(),
        days: base.artifact_days,
        bucket_policy: pretty(&existing::bucket_policy(plan.config, base, &plan.home)),
        key_policy: pretty(&existing::key_policy(plan.config, base, &plan.home)),
    })
}

/// As JSON. A policy is made of texts alone, which can always be written.
fn pretty(policy: &PolicyDocument) -> String {
    serde_json::to_string_pretty(policy).unwrap_or_default()
}
