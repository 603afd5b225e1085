//! The base stacks, one a region: key and bucket; in the pipelines' own region the connection too, if none is given.

use indexmap::IndexMap;

use super::common::{Common, Owner};
use super::policy::{PolicyDocument, Principal, Statement, granted};
use super::properties::{
    AbortUpload, Alias, Bucket, BucketEncryption, BucketPolicy, Connection, EncryptionDefault,
    EncryptionRule, Lifecycle, LifecycleRule, NoncurrentExpiration, OwnershipControls, OwnershipRule,
    Properties, PublicAccessBlock, Versioning,
};
use super::template::{Resource, Template};
use super::value::{Kind, Scope, Value};
use crate::config::Config;
use crate::pipeline::model::Base;
use crate::pipeline::names;

/// The base stack of one region.
pub fn base(config: &Config, base: &Base) -> Template {
    let app = &config.app;
    let scope = Scope { at: &base.place, kind: Kind::Base };
    let where_to = if base.is_home { String::new() } else { format!(" in {}", base.place.region()) };
    let mut template =
        Template::new(format!("branchline: what the pipelines of {app} share{where_to}"), &base.place)
            .carrying(Common::new(config, Owner::App, config.permission_boundary.as_deref(), scope));
    let readers = granted("Environments", &base.key_grants, Some("*"), scope);
    template.resource("ArtifactKey", super::key::of_artifacts(app, scope, readers));
    template.resource(
        "ArtifactKeyAlias",
        Resource::new(Properties::Alias(Alias {
            alias_name: format!("alias/{app}-artifacts"),
            target_key_id: Value::reference("ArtifactKey"),
        })),
    );
    template.resource("ArtifactBucket", bucket(app, base.artifact_days, scope));
    template.resource("ArtifactBucketPolicy", bucket_policy(base, scope));
    template.output(
        "ArtifactKeyArn",
        "The key of artifacts and logs: a parameter of each environment's stack.",
        scope.artifact_key(),
        base.is_home.then(|| names::artifact_key_export(app)),
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

fn bucket(app: &str, days: u32, scope: Scope) -> Resource {
    Resource::new(Properties::Bucket(Box::new(Bucket {
        bucket_name: scope.value(&names::artifact_bucket(app, scope.at)),
        bucket_encryption: BucketEncryption {
            server_side_encryption_configuration: [EncryptionRule {
                bucket_key_enabled: true,
                server_side_encryption_by_default: EncryptionDefault {
                    algorithm: "aws:kms",
                    key: scope.artifact_key(),
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

fn bucket_policy(base: &Base, scope: Scope) -> Resource {
    let arn = Value::attribute("ArtifactBucket", "Arn");
    let tls_only = Statement {
        sid: "TlsOnly".into(),
        effect: "Deny",
        principal: Some(Principal::Everyone("*")),
        action: vec!["s3:*"],
        resource: vec![arn, Value::Sub("${ArtifactBucket.Arn}/*".to_owned())],
        condition: IndexMap::from([(
            "Bool",
            IndexMap::from([("aws:SecureTransport", vec![Value::from("false")])]),
        )]),
    };
    let readers = granted("Environments", &base.bucket_grants, None, scope);
    Resource::new(Properties::BucketPolicy(BucketPolicy {
        bucket: Value::reference("ArtifactBucket"),
        policy_document: PolicyDocument::new(std::iter::once(tls_only).chain(readers).collect()),
    }))
}
