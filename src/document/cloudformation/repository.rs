//! Image repositories: those of one pipeline, in its stack.

use serde_json::json;

use super::policy::{PolicyDocument, granted};
use super::properties::{LifecyclePolicy, Properties, Repository, RepositoryEncryption, Scanning};
use super::template::Resource;
use super::value::Scope;
use crate::pipeline::model::{Repository as Model, RepositoryKind};

/// Images deployed to one environment that are kept: the one that runs, and those a rollback may want.
const KEPT_IMAGES: u32 = 50;

/// Days after which a layer in the cache goes.
const CACHE_DAYS: u32 = 30;

/// A repository.
pub(super) fn resource(repository: &Model, scope: Scope) -> Resource {
    let (mutability, rules) = match &repository.kind {
        RepositoryKind::Images { environments, days } => ("IMMUTABLE", image_rules(environments, *days)),
        RepositoryKind::Cache => ("MUTABLE", vec![expire_by_age(1, "Layers of the cache", CACHE_DAYS)]),
    };
    let users = granted("Environments", &repository.grants, None, scope);
    let resource = Resource::new(Properties::Repository(Repository {
        repository_name: repository.name.clone(),
        image_tag_mutability: mutability,
        image_scanning_configuration: Scanning { scan_on_push: true },
        encryption_configuration: RepositoryEncryption { encryption_type: "KMS" },
        lifecycle_policy: LifecyclePolicy {
            lifecycle_policy_text: format!("{:#}\n", json!({ "rules": rules })),
        },
        repository_policy_text: (!users.is_empty()).then(|| PolicyDocument::new(users)),
        // A repository that still holds images cannot be deleted otherwise, and the stack with it.
        empty_on_delete: matches!(repository.kind, RepositoryKind::Cache).then_some(true),
    }));
    match repository.kind {
        RepositoryKind::Images { .. } => resource.kept(),
        RepositoryKind::Cache => resource.deleted().unchecked(
            "CKV_AWS_51",
            "Each build moves the tag of the cache; nothing is deployed from this repository.",
        ),
    }
}

/// Lifecycle rules, by ECR's user guide: an image that matches the tags of a rule cannot be expired by a later one, so
/// what is deployed is safe from the last rule, and what runs in the environment named first is safe from all others.
///
/// ECR takes 50 rules. A pipeline has a stage at least for each environment beside Source and Build, and 50 stages at most.
fn image_rules(environments: &[String], days: u32) -> Vec<serde_json::Value> {
    let mut rules: Vec<serde_json::Value> = environments
        .iter()
        .zip(1..)
        .map(|(environment, priority)| {
            let what = format!("Images deployed to {environment}");
            keep_newest(priority, &what, &format!("deployed.{environment}."), KEPT_IMAGES)
        })
        .collect();
    rules.push(expire_by_age(rules.len() + 1, "Images that were not deployed", days));
    rules
}

fn keep_newest(priority: usize, description: &str, prefix: &str, count: u32) -> serde_json::Value {
    json!({
        "rulePriority": priority,
        "description": description,
        "selection": {
            "tagStatus": "tagged",
            "tagPrefixList": [prefix],
            "countType": "imageCountMoreThan",
            "countNumber": count
        },
        "action": { "type": "expire" }
    })
}

fn expire_by_age(priority: usize, description: &str, days: u32) -> serde_json::Value {
    json!({
        "rulePriority": priority,
        "description": description,
        "selection": { "tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days },
        "action": { "type": "expire" }
    })
}
