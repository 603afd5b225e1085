//! Keys: that of the artifacts, and that of an environment's logs where it stands in another account.

use indexmap::IndexMap;

use super::policy::{PolicyDocument, Principal, Statement};
use super::properties::{Key, Properties};
use super::template::Resource;
use super::value::{Scope, Value};
use crate::config::Config;
use crate::pipeline::KEY_READ_WRITE;
use crate::pipeline::text::{Part, Text};

/// What a parameter for the ARN of a region's artifact key takes.
pub(super) fn arn_pattern(config: &Config, region: &str) -> &'static str {
    // A key of several regions is never one of ours.
    if config.existing.key(region).is_some_and(|key| key.contains(":key/mrk-")) {
        return "arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/mrk-[0-9a-f]+";
    }
    "arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]+"
}

/// What is said where it is given something else.
pub(super) const ARN_WANTED: &str =
    "This must be the ARN of a key, not an alias: the base stack's output ArtifactKeyArn.";

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

/// The key of a region's artifacts, and of the logs in it; `more` is what other accounts may do with it.
pub(super) fn of_artifacts(config: &Config, scope: Scope, more: Vec<Statement>) -> Resource {
    let app = &config.app;
    key(format!("Artifacts and logs of the pipelines of {app}"), &log_groups(config), scope, more).kept()
}

/// The key of an environment's logs. It goes with its stack, as the logs do.
pub(super) fn of_logs(config: &Config, environment: &str, scope: Scope) -> Resource {
    let Config { app, stem, .. } = config;
    let groups =
        [format!("/aws/codebuild/{stem}-{environment}-*"), format!("/branchline/{stem}/{environment}/*")];
    let description = format!("Logs of what is done in {environment} of {app}");
    key(description, &groups, scope, Vec::new()).deleted()
}

/// The key of the topics by which people are told. EventBridge encrypts what it publishes, and does not say for which rule
/// (Amazon SNS developer guide, "Enable compatibility between event sources from AWS services and encrypted topics").
pub(super) fn of_notifications(config: &Config, scope: Scope) -> Resource {
    let events = Statement {
        sid: "Events".into(),
        effect: "Allow",
        principal: Some(Principal::Service { service: Value::from("events.amazonaws.com") }),
        action: vec!["kms:Decrypt", "kms:GenerateDataKey"],
        resource: vec![Value::from("*")],
        condition: IndexMap::new(),
    };
    let description = format!("What people are told of the pipelines of {}", config.app);
    let key_policy = PolicyDocument::new(vec![account(scope), events]);
    Resource::new(Properties::Key(Key { description, enable_key_rotation: true, key_policy })).deleted()
}

/// The log groups of an app in a region.
fn log_groups(config: &Config) -> [String; 2] {
    let stem = &config.stem;
    [format!("/aws/codebuild/{stem}-*"), format!("/branchline/{stem}/*")]
}

fn key(description: String, log_groups: &[String; 2], scope: Scope, more: Vec<Statement>) -> Resource {
    let mut statements = vec![account(scope), logs(log_groups, scope)];
    statements.extend(more);
    let key_policy = PolicyDocument::new(statements);
    Resource::new(Properties::Key(Key { description, enable_key_rotation: true, key_policy }))
}

/// The account's administrators, and our roles by their own policies.
fn account(scope: Scope) -> Statement {
    Statement {
        sid: "Account".into(),
        effect: "Allow",
        principal: Some(Principal::own_account(scope)),
        action: KEY_ACTIONS.to_vec(),
        resource: vec![Value::from("*")],
        condition: IndexMap::new(),
    }
}

/// What an existing artifact key has to allow beside what roles of other accounts do with it: the account's own roles by
/// their policies, as far as they use it, and CloudWatch Logs.
pub(super) fn of_existing(config: &Config, scope: Scope) -> Vec<Statement> {
    let account = Statement {
        sid: "Account".into(),
        effect: "Allow",
        principal: Some(Principal::own_account(scope)),
        // What our roles of the account do with it, by policies of their own.
        action: KEY_READ_WRITE.to_vec(),
        resource: vec![Value::from("*")],
        condition: IndexMap::new(),
    };
    vec![account, logs(&log_groups(config), scope)]
}

/// CloudWatch Logs of the scope's region, for these log groups.
fn logs(log_groups: &[String; 2], scope: Scope) -> Statement {
    let encrypted = log_groups
        .iter()
        .map(|group| scope.value(&scope.at.arn("logs", format!("log-group:{group}"))))
        .collect();
    let logs = Text::literal("logs.").then(scope.at.region_text()).text(".").and(Part::UrlSuffix);
    Statement {
        sid: "Logs".into(),
        effect: "Allow",
        principal: Some(Principal::Service { service: scope.value(&logs) }),
        action: LOG_ACTIONS.to_vec(),
        resource: vec![Value::from("*")],
        condition: IndexMap::from([(
            "ArnLike",
            IndexMap::from([("kms:EncryptionContext:aws:logs:arn", encrypted)]),
        )]),
    }
}
