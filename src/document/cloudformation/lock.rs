//! The locks of environments: in the base stack a bucket of their own, and for each lock the role that alone writes it, here
//! or in the environment's stack.
//!
//! Never the artifact bucket: what lies there expires, and a lock that is gone is a lock that anybody takes.

use indexmap::IndexMap;

use super::base::{bucket, tls_only};
use super::policy::{PolicyDocument, Principal, Statement};
use super::properties::{AbortUpload, BucketPolicy, LifecycleRule, NoncurrentExpiration, Properties};
use super::template::{Resource, Template};
use super::value::{Scope, Value};
use crate::config::Config;
use crate::pipeline::model::{Base, Environment, LockHolder};
use crate::pipeline::names;

/// Days for which who held a lock before can be looked up. The lock itself never expires.
const FORMER_DAYS: u32 = 90;

/// What changes who may write locks, how long they stay, or that there is a bucket (IAM, "Actions, resources, and condition keys
/// for Amazon S3").
const OF_BUCKET: &[&str] = &[
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
];

/// Adds the bucket and the roles, where an environment has a lock.
pub(super) fn add(template: &mut Template, config: &Config, base: &Base, scope: Scope) {
    if !base.has_locks {
        return;
    }
    let name = scope.value(&names::lock_bucket(&config.stem, &base.place));
    template.resource(
        "LockBucket",
        bucket(name, former_only(), scope).unchecked(
            "CKV_AWS_18",
            "Every version names who wrote it; a log bucket would need the same of its own.",
        ),
    );
    template.resource(
        "LockBucketPolicy",
        Resource::new(Properties::BucketPolicy(BucketPolicy {
            bucket: Value::reference("LockBucket"),
            policy_document: PolicyDocument::new(statements(config, base, scope)),
        })),
    );
    for LockHolder { environment, role } in &base.lock_holders {
        let resource = format!("LockHolder{}", names::camel(environment));
        super::add_role(template, resource, role, describe(config, environment), scope);
    }
}

/// Adds the role of an environment's own stack.
pub(super) fn add_holder(template: &mut Template, config: &Config, environment: &Environment, scope: Scope) {
    if let Some(role) = &environment.lock_holder {
        let whom = describe(config, &environment.name);
        super::add_role(template, "LockHolder".to_owned(), role, whom, scope);
    }
}

/// What the role is for.
fn describe(config: &Config, environment: &str) -> String {
    format!("The project that takes the lock of {environment} of {}: writes that lock", config.app)
}

/// What expires is what a lock said before.
fn former_only() -> LifecycleRule {
    LifecycleRule {
        id: "former",
        status: "Enabled",
        expiration_in_days: None,
        noncurrent_version_expiration: NoncurrentExpiration { noncurrent_days: FORMER_DAYS },
        abort_incomplete_multipart_upload: AbortUpload { days_after_initiation: 7 },
    }
}

/// A lock is written by somebody who says what it was before, or that there was none, and by nobody else (Amazon S3,
/// "Enforce conditional writes on Amazon S3 buckets"). Uploads in parts and copies know no such header and are refused,
/// too.
///
/// Nobody but the locks' holders writes at all, whatever the policies of other roles say: the statements that a file declares
/// for commands may name any bucket (IAM, "`aws:PrincipalArn`": of a session it is the ARN of its role, with the role's path).
/// A lock may be deleted by a person who frees it by hand, and by no role that is called like the app's.
///
/// Whoever may do all with all buckets could take these statements away, or have locks expire. So the roles that do what a
/// file declares may not change the bucket. They are named, not matched by the app's name: a role of somebody's own that deploys
/// the stacks may be called like it, and would be shut out of its own policy.
fn statements(config: &Config, base: &Base, scope: Scope) -> Vec<Statement> {
    let all = || Value::Sub("${LockBucket.Arn}/*".to_owned());
    let absent = |key| (key, vec![Value::from("true")]);
    let deny = |sid: &'static str, action, condition| Statement {
        sid: sid.into(),
        effect: "Deny",
        principal: Some(Principal::Everyone("*")),
        action,
        resource: vec![all()],
        condition,
    };
    let caller = |operator, arns| IndexMap::from([(operator, IndexMap::from([("aws:PrincipalArn", arns)]))]);
    let writers = base.lock_writers.iter().map(|arn| scope.value(arn)).collect();
    let of_the_app = base.place.role_arn(&format!("{}{}-*", config.role_path, config.stem));
    let mut statements = vec![
        tls_only([Value::attribute("LockBucket", "Arn"), all()]),
        deny(
            "ConditionalWritesOnly",
            vec!["s3:PutObject"],
            IndexMap::from([("Null", IndexMap::from([absent("s3:if-none-match"), absent("s3:if-match")]))]),
        ),
        // A replication writes by an action of its own.
        deny(
            "HoldersOnly",
            vec!["s3:PutObject", "s3:ReplicateObject", "s3:ReplicateDelete"],
            caller("ArnNotLike", writers),
        ),
        deny(
            "NoRoleDeletes",
            vec!["s3:DeleteObject", "s3:DeleteObjectVersion"],
            caller("ArnLike", vec![scope.value(&of_the_app)]),
        ),
    ];
    if !base.lock_commanded.is_empty() {
        let commanded = base.lock_commanded.iter().map(|arn| scope.value(arn)).collect();
        statements.push(Statement {
            resource: vec![Value::attribute("LockBucket", "Arn")],
            ..deny("NoCommandChangesIt", OF_BUCKET.to_vec(), caller("ArnLike", commanded))
        });
    }
    statements
}
