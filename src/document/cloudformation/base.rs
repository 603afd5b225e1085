//! The base stack: key, bucket, image repositories, and the connection if none is given.

use indexmap::IndexMap;
use serde_json::json;

use super::common::{Common, Owner};
use super::policy::{PolicyDocument, Principal, Statement};
use super::properties::{
    AbortUpload, Alias, Bucket, BucketEncryption, BucketPolicy, Connection, EncryptionDefault,
    EncryptionRule, Key, Lifecycle, LifecyclePolicy, LifecycleRule, NoncurrentExpiration, OwnershipControls,
    OwnershipRule, Properties, PublicAccessBlock, Repository, RepositoryEncryption, Scanning, Versioning,
};
use super::template::{Resource, Template};
use super::value::{Scope, Value};
use crate::config::Config;
use crate::pipeline::model::{Base, Repository as Model, RepositoryKind};
use crate::pipeline::names;
use crate::pipeline::text::{Part, Text};

/// What the account's administrators, and through the account's identity policies our roles, may do with the key.
/// The list stands in place of `kms:*`, which it comes to but for what a key of ours never needs: imported material,
/// replicas, custom stores, signatures.
const KEY_ACTIONS: &[&str] = &[
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
];

/// What CloudWatch Logs does with the key (its user guide, "Encrypt log data"), its wildcards spelled out.
const LOG_ACTIONS: &[&str] = &[
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

/// Images deployed to one environment that are kept: the one that runs, and those a rollback may want.
const KEPT_IMAGES: u32 = 50;

/// Environments with a lifecycle rule of their own. ECR takes 50 rules; one is for the rest, one for the age.
const ENVIRONMENT_RULES: usize = 48;

/// Images kept for all further environments together.
const KEPT_IMAGES_OF_THE_REST: u32 = 5000;

/// Days after which a layer in the cache goes.
const CACHE_DAYS: u32 = 30;

/// The base stack.
pub fn base(config: &Config, base: &Base) -> Template {
    let app = &config.app;
    let mut template = Template::new(
        format!("branchline: what the pipelines of {app} share"),
        &config.account,
        &config.region,
    )
    .carrying(Common::new(config, Owner::App, config.permission_boundary.as_deref()));
    template.resource("ArtifactKey", key(app));
    template.resource(
        "ArtifactKeyAlias",
        Resource::new(Properties::Alias(Alias {
            alias_name: format!("alias/{app}-artifacts"),
            target_key_id: Value::reference("ArtifactKey"),
        })),
    );
    template.resource("ArtifactBucket", bucket(app, base.artifact_days));
    template.resource("ArtifactBucketPolicy", bucket_policy());
    for one in &base.repositories {
        template.resource(one.stem.clone(), repository(one, base.artifact_days));
    }
    template.output(
        "ArtifactKeyArn",
        "The key of artifacts and logs: a parameter of each environment's stack.",
        Scope::Base.artifact_key(),
        Some(names::artifact_key_export(app)),
    );
    template.output("ArtifactBucketName", "The artifact bucket.", Value::reference("ArtifactBucket"), None);
    if let Some(provider) = base.connection {
        connection(&mut template, app, provider);
    }
    template
}

fn connection(template: &mut Template, app: &str, provider: &'static str) {
    let connection = Connection { connection_name: app.to_owned(), provider_type: provider };
    // A connection that is made anew waits for a person again, so it is kept.
    template.resource("Connection", Resource::new(Properties::Connection(connection)).kept());
    let arn = || Value::attribute("Connection", "ConnectionArn");
    template.output(
        "ConnectionArn",
        "The connection to the repository's host. It is PENDING until a person completes it in the console.",
        arn(),
        Some(names::connection_export(app)),
    );
    template.output(
        "ConnectionId",
        "The connection's id, for policies that name it under both names of its service.",
        Value::BehindSlash(Box::new(arn())),
        Some(names::connection_id_export(app)),
    );
}

fn key(app: &str) -> Resource {
    let log_groups = [format!("log-group:/aws/codebuild/{app}-*"), format!("log-group:/branchline/{app}/*")];
    let encrypted =
        log_groups.into_iter().map(|group| Scope::Base.value(&Text::arn("logs", group))).collect();
    let policy = PolicyDocument::new(vec![
        Statement {
            sid: "Account",
            effect: "Allow",
            principal: Some(Principal::own_account()),
            action: KEY_ACTIONS.to_vec(),
            resource: vec![Value::from("*")],
            condition: IndexMap::new(),
        },
        Statement {
            sid: "Logs",
            effect: "Allow",
            principal: Some(Principal::Service {
                service: Scope::Base
                    .value(&Text::literal("logs.").and(Part::Region).text(".").and(Part::UrlSuffix)),
            }),
            action: LOG_ACTIONS.to_vec(),
            resource: vec![Value::from("*")],
            condition: IndexMap::from([(
                "ArnLike",
                IndexMap::from([("kms:EncryptionContext:aws:logs:arn", encrypted)]),
            )]),
        },
    ]);
    Resource::new(Properties::Key(Key {
        description: format!("Artifacts and logs of the pipelines of {app}"),
        enable_key_rotation: true,
        key_policy: policy,
    }))
    .kept()
}

fn bucket(app: &str, days: u32) -> Resource {
    Resource::new(Properties::Bucket(Box::new(Bucket {
        bucket_name: Scope::Base.value(&names::artifact_bucket(app)),
        bucket_encryption: BucketEncryption {
            server_side_encryption_configuration: [EncryptionRule {
                bucket_key_enabled: true,
                server_side_encryption_by_default: EncryptionDefault {
                    algorithm: "aws:kms",
                    key: Scope::Base.artifact_key(),
                },
            }],
        },
        ownership_controls: OwnershipControls { rules: [OwnershipRule { object_ownership: "BucketOwnerEnforced" }] },
        public_access_block_configuration: PublicAccessBlock {
            block_public_acls: true,
            block_public_policy: true,
            ignore_public_acls: true,
            restrict_public_buckets: true,
        },
        versioning_configuration: Versioning { status: "Enabled" },
        lifecycle_configuration: Lifecycle {
            rules: [LifecycleRule {
                id: "expire",
                status: "Enabled",
                expiration_in_days: days,
                noncurrent_version_expiration: NoncurrentExpiration { noncurrent_days: 30 },
                abort_incomplete_multipart_upload: AbortUpload { days_after_initiation: 7 },
            }],
        },
    })))
    .kept()
    .unchecked(
        "CKV_AWS_18",
        "Only the pipelines' own roles read and write artifacts; a log bucket would need the same of its own.",
    )
}

fn bucket_policy() -> Resource {
    let arn = Value::attribute("ArtifactBucket", "Arn");
    Resource::new(Properties::BucketPolicy(BucketPolicy {
        bucket: Value::reference("ArtifactBucket"),
        policy_document: PolicyDocument::new(vec![Statement {
            sid: "TlsOnly",
            effect: "Deny",
            principal: Some(Principal::Everyone("*")),
            action: vec!["s3:*"],
            resource: vec![arn, Value::Sub("${ArtifactBucket.Arn}/*".to_owned())],
            condition: IndexMap::from([(
                "Bool",
                IndexMap::from([("aws:SecureTransport", vec![Value::from("false")])]),
            )]),
        }]),
    }))
}

fn repository(repository: &Model, artifact_days: u32) -> Resource {
    let (mutability, rules) = match &repository.kind {
        RepositoryKind::Images { environments } => ("IMMUTABLE", image_rules(environments, artifact_days)),
        RepositoryKind::Cache => ("MUTABLE", vec![expire_by_age(1, "Layers of the cache", CACHE_DAYS)]),
    };
    let resource = Resource::new(Properties::Repository(Repository {
        repository_name: repository.name.clone(),
        image_tag_mutability: mutability,
        image_scanning_configuration: Scanning { scan_on_push: true },
        encryption_configuration: RepositoryEncryption { encryption_type: "KMS" },
        lifecycle_policy: LifecyclePolicy {
            lifecycle_policy_text: format!("{:#}\n", json!({ "rules": rules })),
        },
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
fn image_rules(environments: &[String], days: u32) -> Vec<serde_json::Value> {
    let mut rules: Vec<serde_json::Value> = environments
        .iter()
        .take(ENVIRONMENT_RULES)
        .zip(1..)
        .map(|(environment, priority)| {
            let what = format!("Images deployed to {environment}");
            keep_newest(priority, &what, &format!("deployed.{environment}."), KEPT_IMAGES)
        })
        .collect();
    if environments.len() > ENVIRONMENT_RULES {
        rules.push(keep_newest(
            rules.len() + 1,
            "Images deployed elsewhere",
            "deployed.",
            KEPT_IMAGES_OF_THE_REST,
        ));
    }
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
