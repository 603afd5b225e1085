//! The base stacks, one a region: key and bucket; in the pipelines' own region the connection too, if none is given.

use indexmap::IndexMap;

use super::common::{Common, Owner};
use super::policy::{PolicyDocument, Principal, Statement, granted};
use super::properties::{
    AbortUpload, Alias, Bucket, BucketEncryption, BucketPolicy, Connection, EncryptionDefault,
    EncryptionRule, Lifecycle, LifecycleRule, NoncurrentExpiration, Nothing, OwnershipControls,
    OwnershipRule, Properties, PublicAccessBlock, Versioning,
};
use super::template::{Resource, Template};
use super::value::{Kind, Scope, Value};
use crate::config::Config;
use crate::pipeline::model::Base;
use crate::pipeline::{artifacts, names};

/// The base stack of one region.
pub fn base(config: &Config, base: &Base) -> Template {
    let app = &config.app;
    let stem = &config.stem;
    let scope = Scope { at: &base.place, kind: Kind::Base { key: base.existing_key.as_ref() } };
    let where_to = if base.is_home { String::new() } else { format!(" in {}", base.place.region()) };
    let mut template =
        Template::new(format!("branchline: what the pipelines of {app} share{where_to}"), &base.place)
            .carrying(Common::new(config, Owner::App, config.permission_boundary.as_deref(), scope));
    if base.existing_key.is_none() {
        let readers = granted("Environments", &base.key_grants, Some("*"), scope);
        template.resource("ArtifactKey", super::key::of_artifacts(config, scope, readers));
        template.resource(
            "ArtifactKeyAlias",
            Resource::new(Properties::Alias(Alias {
                alias_name: format!("alias/{stem}-artifacts"),
                target_key_id: Value::reference("ArtifactKey"),
            })),
        );
    }
    let mut bucket_name = scope.value(&artifacts::bucket(config, &base.place));
    if !base.bucket_exists {
        template.resource("ArtifactBucket", bucket(bucket_name, expiring(base.artifact_days), scope).unchecked(
            "CKV_AWS_18",
            "Only the pipelines' own roles read and write artifacts; a log bucket would need the same of its own.",
        ));
        template.resource("ArtifactBucketPolicy", bucket_policy(base, scope));
        bucket_name = Value::reference("ArtifactBucket");
    }
    template.output(
        "ArtifactKeyArn",
        "The key of artifacts and logs: a parameter of each environment's stack.",
        scope.artifact_key(),
        base.is_home.then(|| names::artifact_key_export(stem)),
    );
    template.output("ArtifactBucketName", "The artifact bucket.", bucket_name, None);
    if let Some(provider) = base.connection {
        connection(&mut template, stem, provider);
    }
    super::lock::add(&mut template, config, base, scope);
    for project in &base.projects {
        super::project::add(&mut template, config, project, app, scope);
    }
    if template.is_empty() {
        template.resource("Nothing", Resource::new(Properties::Nothing(Nothing {})));
    }
    template
}

fn connection(template: &mut Template, stem: &str, provider: &'static str) {
    let connection = Connection { connection_name: stem.to_owned(), provider_type: provider };
    // A connection that is made anew waits for a person again, so it is kept.
    template.resource("Connection", Resource::new(Properties::Connection(connection)).kept());
    let arn = || Value::attribute("Connection", "ConnectionArn");
    template.output(
        "ConnectionArn",
        "The connection to the repository's host. It is PENDING until a person completes it in the console.",
        arn(),
        Some(names::connection_export(stem)),
    );
    template.output(
        "ConnectionId",
        "The connection's id, for policies that name it under both names of its service.",
        Value::BehindSlash(Box::new(arn())),
        Some(names::connection_id_export(stem)),
    );
}

fn expiring(days: u32) -> LifecycleRule {
    LifecycleRule {
        id: "expire",
        status: "Enabled",
        expiration_in_days: Some(days),
        noncurrent_version_expiration: NoncurrentExpiration { noncurrent_days: 30 },
        abort_incomplete_multipart_upload: AbortUpload { days_after_initiation: 7 },
    }
}

/// A bucket that is kept when its stack goes.
pub(super) fn bucket(bucket_name: Value, rule: LifecycleRule, scope: Scope) -> Resource {
    Resource::new(Properties::Bucket(Box::new(Bucket {
        bucket_name,
        bucket_encryption: BucketEncryption {
            server_side_encryption_configuration: [EncryptionRule {
                bucket_key_enabled: true,
                server_side_encryption_by_default: EncryptionDefault {
                    algorithm: "aws:kms",
                    key: scope.artifact_key(),
                },
            }],
        },
        ownership_controls: OwnershipControls {
            rules: [OwnershipRule { object_ownership: "BucketOwnerEnforced" }],
        },
        public_access_block_configuration: PublicAccessBlock {
            block_public_acls: true,
            block_public_policy: true,
            ignore_public_acls: true,
            restrict_public_buckets: true,
        },
        versioning_configuration: Versioning { status: "Enabled" },
        lifecycle_configuration: Lifecycle { rules: [rule] },
    })))
    .kept()
}

fn bucket_policy(base: &Base, scope: Scope) -> Resource {
    let arn = Value::attribute("ArtifactBucket", "Arn");
    let statements = bucket_statements(base, [arn, Value::Sub("${ArtifactBucket.Arn}/*".to_owned())], scope);
    Resource::new(Properties::BucketPolicy(BucketPolicy {
        bucket: Value::reference("ArtifactBucket"),
        policy_document: PolicyDocument::new(statements),
    }))
}

/// What the policy of an artifact bucket says; `all` is the bucket and what is in it.
pub(super) fn bucket_statements(base: &Base, all: [Value; 2], scope: Scope) -> Vec<Statement> {
    let readers = granted("Environments", &base.bucket_grants, None, scope);
    std::iter::once(tls_only(all)).chain(readers).collect()
}

/// Nobody reaches a bucket, or what is in it, in the open.
pub(super) fn tls_only(all: [Value; 2]) -> Statement {
    Statement {
        sid: "TlsOnly".into(),
        effect: "Deny",
        principal: Some(Principal::Everyone("*")),
        action: vec!["s3:*"],
        resource: all.into(),
        condition: IndexMap::from([(
            "Bool",
            IndexMap::from([("aws:SecureTransport", vec![Value::from("false")])]),
        )]),
    }
}
