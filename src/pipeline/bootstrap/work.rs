//! What the two roles that run branchline may do: what `plan` reads (docs/aws.md), and what `apply` asks of CloudFormation. Neither
//! makes anything by itself: whatever is made, CloudFormation makes with the role that may do no more than the app's stacks need.

use super::super::iam::Statement;
use super::super::text::{Place, Text};
use super::super::{Plan, artifacts, roles};
use super::{apply_role, boundary, connections, entrances, everywhere, names_like, plan_role, service_role};

/// Looking at stacks. All of a region are listed, whoever's they are.
const LIST: &[&str] = &["cloudformation:DescribeStacks"];

const STACKS: &[&str] = &["cloudformation:GetTemplate"];

const CHANGES: &[&str] = &[
    "cloudformation:DeleteChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:ListChangeSets",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
];

/// What `plan` does in an account.
pub(super) fn looking(plan: &Plan, at: &Place) -> Vec<Statement> {
    reading(plan, at, &plan_role(&plan.config.stem))
}

fn reading(plan: &Plan, at: &Place, elsewhere: &str) -> Vec<Statement> {
    let like = names_like(plan);
    let named = |service: &str, kind: &str| -> Vec<Text> {
        like.iter().map(|name| everywhere(at, service, &format!("{kind}{name}"))).collect()
    };
    let mut statements = vec![
        Statement::allow("Stacks", LIST, vec![everywhere(at, "cloudformation", "stack/*")]),
        Statement::allow("Templates", STACKS, stacks(plan, at)),
        Statement::allow("Built", &["codebuild:BatchGetProjects"], named("codebuild", "project/")),
    ];
    if at.account() == plan.home.account() {
        statements.push(Statement::allow(
            "Pipelines",
            &[
                "codepipeline:GetPipeline",
                "codepipeline:ListPipelineExecutions",
                "codepipeline:ListTagsForResource",
            ],
            named("codepipeline", ""),
        ));
        let others = entrances(plan);
        if !others.is_empty() {
            let arn = |(_, place): (&str, Place)| roles::known(plan.config, &place, elsewhere, None).arn;
            statements.push(Statement::allow(
                "Accounts",
                &["sts:AssumeRole"],
                others.into_iter().map(arn).collect(),
            ));
        }
    }
    statements
}

/// What `apply` does in an account.
pub(super) fn changing(plan: &Plan, at: &Place) -> Vec<Statement> {
    let config = plan.config;
    let stem = &config.stem;
    let service = roles::known(config, at, service_role(stem), None).arn;
    let mut statements = reading(plan, at, &apply_role(stem));
    statements.extend([
        Statement::allow("MakeChanges", &["cloudformation:CreateChangeSet"], stacks(plan, at))
            .when("ArnEquals", "cloudformation:RoleArn", vec![service.clone()])
            .when("StringEquals", "aws:RequestTag/branchline:app", vec![config.app.as_str().into()]),
        // Importing would put into a stack of the app's, and so into its templates' hands, what is not the app's.
        Statement::deny("ImportNothing", &["cloudformation:CreateChangeSet"], vec!["*".into()]).when(
            "ForAnyValue:StringLike",
            "cloudformation:ImportResourceTypes",
            vec!["*".into()],
        ),
        Statement::allow("Changes", CHANGES, stacks(plan, at)),
        Statement::allow("PassRole", &["iam:PassRole"], vec![service]).when(
            "StringEquals",
            "iam:PassedToService",
            vec!["cloudformation.amazonaws.com".into()],
        ),
    ]);
    if at.account() == plan.home.account() {
        statements.push(Statement::allow(
            "RemovePipelines",
            &["cloudformation:DeleteStack", "cloudformation:ListStackResources"],
            vec![everywhere(at, "cloudformation", &format!("stack/{stem}-pipeline-*"))],
        ));
        // What is made or changed before a frozen environment is closed there, too (docs/freeze.md).
        let stages = names_like(plan).iter().map(|name| everywhere(at, "codepipeline", name)).collect();
        statements.push(Statement::allow(
            "Freezes",
            &["codepipeline:DisableStageTransition", "codepipeline:GetPipelineState"],
            stages,
        ));
        statements.push(Statement::allow(
            "Connections",
            &["codeconnections:GetConnection", "codestar-connections:GetConnection"],
            connections(plan),
        ));
        let regions = std::iter::once(plan.home.clone()).chain(plan.further_places());
        let templates =
            regions.map(|place| artifacts::bucket_arn(config, &place).text("/templates/*")).collect();
        statements.push(
            Statement::allow("LongTemplates", &["s3:GetObject", "s3:PutObject"], templates).when(
                "StringEquals",
                "aws:ResourceAccount",
                vec![at.account_text()],
            ),
        );
        // The keys are made with the base stacks, after this role.
        statements.push(
            Statement::allow(
                "TemplatesKey",
                &["kms:Decrypt", "kms:GenerateDataKey"],
                vec![everywhere(at, "kms", "key/*")],
            )
            .when("StringEquals", boundary::OF_APP, vec![config.app.as_str().into()]),
        );
    }
    statements
}

/// The app's stacks: base, environments and pipelines, and none of what keeps them.
fn stacks(plan: &Plan, at: &Place) -> Vec<Text> {
    let stem = &plan.config.stem;
    let base = (at.account() == plan.home.account()).then(|| format!("stack/{stem}-base/*"));
    let pipelines = base.is_some().then(|| format!("stack/{stem}-pipeline-*"));
    base.into_iter()
        .chain([format!("stack/{stem}-environment-*")])
        .chain(pipelines)
        .map(|stack| everywhere(at, "cloudformation", &stack))
        .collect()
}
