//! What CloudFormation may do for an app in an account: what AWS's resource types ask for (their schemas' `handlers`), on what is
//! called like the app's, and no more.
//!
//! Left out on purpose: to empty or delete a bucket or a key, whose loss nothing brings back; to make a connection, which a person
//! completes; to attach a policy to a role, since the map's have theirs inside; to make or change a policy, since the boundary is one.

use super::super::Plan;
use super::super::iam::Statement;
use super::super::text::{Place, Text};
use super::{boundary, connections, everywhere, name, names_like};

/// Making a role, and what could widen it: only with the boundary on it (service authorization reference, IAM: these actions know
/// `iam:PermissionsBoundary`).
const BOUNDED: &[&str] =
    &["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"];

const ROLES: &[&str] = &[
    "iam:DeleteRole",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

const PROJECTS: &[&str] = &[
    "codebuild:BatchGetProjects",
    "codebuild:CreateProject",
    "codebuild:DeleteProject",
    "codebuild:UpdateProject",
];

const PIPELINES: &[&str] = &[
    "codepipeline:CreatePipeline",
    "codepipeline:DeletePipeline",
    "codepipeline:GetPipeline",
    "codepipeline:GetPipelineState",
    "codepipeline:ListTagsForResource",
    "codepipeline:TagResource",
    "codepipeline:UntagResource",
    "codepipeline:UpdatePipeline",
];

const LOGS: &[&str] = &[
    "logs:AssociateKmsKey",
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:DeleteRetentionPolicy",
    "logs:DisassociateKmsKey",
    "logs:GetDataProtectionPolicy",
    "logs:ListTagsForResource",
    "logs:PutRetentionPolicy",
    "logs:TagResource",
    "logs:UntagResource",
];

const REPOSITORIES: &[&str] = &[
    "ecr:CreateRepository",
    "ecr:DeleteLifecyclePolicy",
    "ecr:DeleteRepository",
    "ecr:DeleteRepositoryPolicy",
    "ecr:DescribeRepositories",
    "ecr:GetLifecyclePolicy",
    "ecr:GetRepositoryPolicy",
    "ecr:ListTagsForResource",
    "ecr:PutImageScanningConfiguration",
    "ecr:PutImageTagMutability",
    "ecr:PutLifecyclePolicy",
    "ecr:SetRepositoryPolicy",
    "ecr:TagResource",
    "ecr:UntagResource",
];

const BUCKETS: &[&str] = &[
    "s3:CreateBucket",
    "s3:GetAccelerateConfiguration",
    "s3:GetAnalyticsConfiguration",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLogging",
    "s3:GetBucketNotification",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:GetIntelligentTieringConfiguration",
    "s3:GetInventoryConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetMetricsConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketTagging",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
];

const KEYS: &[&str] = &[
    "kms:DescribeKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:UpdateKeyDescription",
];

const TOPICS: &[&str] = &[
    "sns:CreateTopic",
    "sns:DeleteTopic",
    "sns:GetDataProtectionPolicy",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
    "sns:ListTagsForResource",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
    "sns:TagResource",
    "sns:UntagResource",
];

const RULES: &[&str] = &[
    "events:DeleteRule",
    "events:DescribeRule",
    "events:ListTagsForResource",
    "events:ListTargetsByRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
    "events:TagResource",
    "events:UntagResource",
];

/// What is refused whatever else allows: to take a boundary off, and to touch what keeps the pipelines.
const POLICIES: &[&str] = &[
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:SetDefaultPolicyVersion",
];

const OWN: &[&str] = &["codebuild:*", "codepipeline:*", "events:*", "iam:*", "logs:*"];

/// The statements of the role that CloudFormation works with in an account; `bounds` are the policies that bound the app's roles
/// there, by ARN.
pub(super) fn statements(plan: &Plan, at: &Place, bounds: &[Text]) -> Vec<Statement> {
    let config = plan.config;
    let (stem, app) = (&config.stem, Text::from(config.app.as_str()));
    let like = names_like(plan);
    let role = |name: &str| at.role_arn(&format!("{}{name}", config.role_path));
    let named = |service: &str, kind: &str| -> Vec<Text> {
        like.iter().map(|name| everywhere(at, service, &format!("{kind}{name}"))).collect()
    };
    let roles: Vec<Text> = like.iter().map(|name| role(name)).collect();
    let existing = passed(plan, at);
    let of_app = |statement: Statement| statement.when("StringEquals", boundary::OF_APP, vec![app.clone()]);
    let asked = |statement: Statement| {
        statement.when("StringEquals", "aws:RequestTag/branchline:app", vec![app.clone()])
    };
    let mut statements = vec![
        Statement::allow("BoundedRoles", BOUNDED, roles.clone()).when(
            "ArnEquals",
            "iam:PermissionsBoundary",
            bounds.to_vec(),
        ),
        Statement::allow("Roles", ROLES, roles.clone()),
        Statement::allow("PassRoles", &["iam:PassRole"], roles.into_iter().chain(existing).collect()).when(
            "StringEquals",
            "iam:PassedToService",
            vec!["codebuild.amazonaws.com".into(), "codepipeline.amazonaws.com".into()],
        ),
        Statement::allow("Projects", PROJECTS, named("codebuild", "project/")),
        Statement::allow("Logs", LOGS, {
            let mut groups = named("logs", "log-group:/aws/codebuild/");
            groups.push(everywhere(at, "logs", &format!("log-group:/branchline/{stem}/*")));
            groups
        }),
        Statement::allow(
            "FindLogs",
            &["logs:DescribeLogGroups"],
            vec![everywhere(at, "logs", "log-group:*")],
        ),
        asked(Statement::allow("MakeKeys", &["kms:CreateKey"], vec![Text::from("*")])),
        asked(Statement::allow("TagNewKeys", &["kms:TagResource"], vec![everywhere(at, "kms", "key/*")])),
        of_app(Statement::allow("Keys", KEYS, vec![everywhere(at, "kms", "key/*")])),
        Statement::allow("FindAliases", &["kms:ListAliases"], vec![Text::from("*")]),
        // An alias has no tags, so the key alone is held to them.
        Statement::allow(
            "Aliases",
            &["kms:CreateAlias", "kms:UpdateAlias"],
            vec![everywhere(at, "kms", "key/*"), everywhere(at, "kms", &format!("alias/{stem}-*"))],
        )
        .when("StringEqualsIfExists", boundary::OF_APP, vec![app.clone()]),
    ];
    if at.account() == plan.home.account() {
        let mut repositories = named("ecr", "repository/");
        for service in
            config.services.values().filter(|service| service.builds() && !service.repository_exists)
        {
            let folder = everywhere(at, "ecr", &format!("repository/{}/*", service.repository));
            if !repositories.contains(&folder) {
                repositories.push(folder);
            }
        }
        let bucket = |kind: &str| {
            Text::bucket_arn(Text::literal(format!("{stem}-{kind}-")).then(at.account_text()).text("-*"))
        };
        statements.extend([
            Statement::allow("Pipelines", PIPELINES, named("codepipeline", "")),
            Statement::allow(
                "Connection",
                &["codeconnections:PassConnection", "codestar-connections:PassConnection"],
                connections(plan),
            ),
            Statement::allow("Repositories", REPOSITORIES, repositories),
            Statement::allow("Buckets", BUCKETS, vec![bucket("artifacts"), bucket("locks")]).when(
                "StringEquals",
                "aws:ResourceAccount",
                vec![at.account_text()],
            ),
            Statement::allow("Topics", TOPICS, vec![everywhere(at, "sns", &format!("{stem}-notify-*"))]),
            Statement::allow(
                "Rules",
                RULES,
                vec![everywhere(at, "events", &format!("rule/{stem}-notify-*"))],
            ),
        ]);
    }
    let keeper = name(stem);
    statements.push(Statement::deny(
        "KeepsItsBounds",
        POLICIES,
        vec![at.iam_arn("policy/*"), at.iam_arn("role/*")],
    ));
    statements.push(Statement::deny(
        "NotItself",
        OWN,
        vec![
            role(&format!("{keeper}-*")),
            everywhere(at, "codepipeline", &keeper),
            everywhere(at, "codebuild", &format!("project/{keeper}-*")),
            everywhere(at, "events", &format!("rule/{keeper}-*")),
            everywhere(at, "logs", &format!("log-group:/aws/codebuild/{keeper}-*")),
        ],
    ));
    statements
}

/// The roles that exist in an account and are given to pipelines and projects.
fn passed(plan: &Plan, at: &Place) -> Vec<Text> {
    let mut roles: Vec<Text> = Vec::new();
    let mut add = |role: &super::super::iam::Role| {
        if role.exists && !roles.contains(&role.arn) {
            roles.push(role.arn.clone());
        }
    };
    if at.account() == plan.home.account() {
        plan.base().projects.iter().for_each(|project| add(&project.role));
        for entry in &plan.map.entries {
            let pipeline = plan.pipeline(entry);
            add(&pipeline.role);
            pipeline.projects.iter().for_each(|project| add(&project.role));
        }
    }
    for place in plan.environments().filter(|place| place.account == at.account()) {
        plan.environment(place).projects.iter().for_each(|project| add(&project.role));
    }
    roles
}
