//! What a role needs although no shell calls it: CodeBuild's, CodePipeline's and its ECS action's own requests.

mod resources;

use std::collections::BTreeSet;

use crate::support::iam::{Need, need};
use crate::support::stacks::{Action, Pipeline, Project, Stacks};
use crate::support::world::Place;
use resources::on;

/// Whose role it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Any `CodeBuild` project.
    Project,
    /// A project with an output artifact.
    ProjectWithOutput,
    /// A project whose machine is an image in ECR.
    ProjectOnImage,
    /// A project in a VPC.
    ProjectInNetwork,
    /// A project that keeps files in the bucket.
    ProjectThatKeeps,
    /// The project that says what a release would bring.
    ProjectThatCompares,
    /// The role that writes the lock which a project takes.
    Holder,
    /// A pipeline.
    Pipeline,
    /// An environment's role, under which a pipeline's actions work in it.
    Environment,
}

/// On what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// No resource is known for the action.
    Everything,
    /// A stream in the project's log group.
    Log,
    /// The artifact bucket.
    Bucket,
    /// An artifact.
    Artifact,
    /// The artifact key.
    Key,
    /// The bucket of locks.
    LockBucket,
    /// The repository of the project's machine.
    MachineImage,
    /// An output, in the pipeline's folder.
    Output,
    /// A file in the project's folder of the bucket.
    Kept,
    /// The network interface, the subnets and the groups.
    NetworkParts,
    /// A network interface in each subnet, as its removal has it.
    Interface,
    /// The same, for whom it is.
    UsedInterface,
    /// The connection, under the name of the action's own service.
    Connection,
    /// The projects that are started under the role.
    Projects,
    /// The roles of the pipeline's actions.
    ActionRoles,
    /// The topics of the pipeline's approvals.
    Topics,
    /// The services that are deployed to.
    Services,
    /// A task in the services' clusters.
    Tasks,
    /// The clusters, as `ListTasks` has it.
    Clusters,
    /// Some family: the service's, which nothing of ours says.
    Family,
    /// The roles of the services' tasks.
    TaskRoles,
    /// Alarms, as they are described together.
    Alarms,
}

/// One need: whose, what for, and the page of AWS's that says so.
#[derive(Debug)]
pub struct Row(pub Who, pub What, pub &'static [&'static str], pub &'static str);

/// The table. A row that no generated statement has is a fault, and so is a statement that no row and no call needs.
pub static TABLE: &[Row] = &[
    Row(Who::Project, What::Log, &["logs:CreateLogStream", "logs:PutLogEvents"], SERVICE_ROLE),
    Row(Who::Project, What::Bucket, &["s3:GetBucketAcl", "s3:GetBucketLocation"], SERVICE_ROLE),
    Row(Who::Project, What::Artifact, &["s3:GetObject", "s3:GetObjectVersion"], SERVICE_ROLE),
    Row(Who::Project, What::Key, &["kms:Decrypt", "kms:DescribeKey"], PROJECT_KEY),
    Row(Who::ProjectWithOutput, What::Output, &["s3:PutObject"], SERVICE_ROLE),
    Row(Who::ProjectWithOutput, What::Key, WRITE_WITH_KEY, PROJECT_KEY),
    Row(Who::ProjectOnImage, What::Everything, &["ecr:GetAuthorizationToken"], ECR_SAMPLE),
    Row(
        Who::ProjectOnImage,
        What::MachineImage,
        &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        ECR_SAMPLE,
    ),
    Row(Who::ProjectThatKeeps, What::Kept, &["s3:GetObject", "s3:PutObject"], CACHE),
    Row(Who::ProjectThatKeeps, What::Key, WRITE_WITH_KEY, PROJECT_KEY),
    Row(
        Who::ProjectInNetwork,
        What::Everything,
        &[
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        NETWORK,
    ),
    Row(Who::ProjectInNetwork, What::NetworkParts, &["ec2:CreateNetworkInterface"], NETWORK),
    Row(Who::ProjectInNetwork, What::Interface, &["ec2:DeleteNetworkInterface"], NETWORK),
    Row(Who::ProjectInNetwork, What::UsedInterface, &["ec2:CreateNetworkInterfacePermission"], NETWORK),
    Row(
        Who::ProjectThatCompares,
        What::LockBucket,
        &["s3:ListBucket"],
        "Amazon S3 API, \"GetObject\": without it the answer about an object that is not there is 403, not 404",
    ),
    Row(
        Who::ProjectThatCompares,
        What::Connection,
        &["codeconnections:UseConnection", "codestar-connections:UseConnection"],
        "Amazon EKS, \"Configure repository access\": what Argo CD needs to read through a connection",
    ),
    Row(
        Who::Holder,
        What::LockBucket,
        &["s3:ListBucket"],
        "Amazon S3 API, \"GetObject\": without it the answer about an object that is not there is 403, not 404",
    ),
    Row(
        Who::Holder,
        What::Key,
        &["kms:Decrypt", "kms:GenerateDataKey"],
        "Amazon S3, \"Using server-side encryption with AWS KMS keys\": permissions of whoever reads and writes",
    ),
    Row(
        Who::Holder,
        What::Connection,
        &["codeconnections:UseConnection", "codestar-connections:UseConnection"],
        "Amazon EKS, \"Configure repository access\": what Argo CD needs to read through a connection",
    ),
    Row(
        Who::Pipeline,
        What::Bucket,
        &["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
        PIPELINE_ROLE,
    ),
    Row(
        Who::Pipeline,
        What::Artifact,
        &["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        PIPELINE_ROLE,
    ),
    Row(Who::Pipeline, What::Key, &["kms:Decrypt", "kms:DescribeKey"], KEY),
    Row(Who::Pipeline, What::Key, WRITE_WITH_KEY, KEY),
    Row(
        Who::Pipeline,
        What::Connection,
        &["codeconnections:UseConnection", "codestar-connections:UseConnection"],
        "CodePipeline, \"CodeStarSourceConnection action reference\"; Developer Tools console, \"Connections rename\": \
         AWS asks for both names",
    ),
    Row(Who::Pipeline, What::Projects, RUN_BUILDS, BUILD_ACTION),
    Row(
        Who::Pipeline,
        What::ActionRoles,
        &["sts:AssumeRole"],
        "CodePipeline, \"Action structure\": roleArn is assumed by the pipeline's role",
    ),
    Row(Who::Pipeline, What::Topics, &["sns:Publish"], "CodePipeline, \"Grant approval permissions\": SNS"),
    Row(Who::Environment, What::Artifact, &["s3:GetObject", "s3:GetObjectVersion"], PIPELINE_ROLE),
    Row(Who::Environment, What::Key, &["kms:Decrypt", "kms:DescribeKey"], KEY),
    Row(Who::Environment, What::Projects, RUN_BUILDS, BUILD_ACTION),
    Row(Who::Environment, What::Services, &["ecs:DescribeServices", "ecs:UpdateService"], ECS_ACTION),
    Row(Who::Environment, What::Tasks, &["ecs:DescribeTasks"], ECS_ACTION),
    Row(Who::Environment, What::Clusters, &["ecs:ListTasks"], ECS_ACTION),
    Row(Who::Environment, What::Everything, &["ecs:DescribeTaskDefinition"], ECS_ACTION),
    Row(Who::Environment, What::Family, &["ecs:RegisterTaskDefinition", "ecs:TagResource"], ECS_ACTION),
    Row(Who::Environment, What::TaskRoles, &["iam:PassRole"], ECS_ACTION),
    Row(
        Who::Environment,
        What::Alarms,
        &["cloudwatch:DescribeAlarms"],
        "CodePipeline, \"CloudWatchAlarm\"; service authorization reference of CloudWatch: on `alarm`",
    ),
];

const SERVICE_ROLE: &str =
    "CodeBuild, \"Allow CodeBuild to interact with other AWS services\"; the log group is the stack's";
const ECR_SAMPLE: &str = "CodeBuild, \"Private registry and Amazon ECR sample\"";
const CACHE: &str = "CodeBuild, \"Amazon S3 caching\"; the service role's own statements for the bucket";
const NETWORK: &str =
    "CodeBuild, \"Allow CodeBuild access to AWS services required to create a VPC network interface\"";
const PIPELINE_ROLE: &str = "CodePipeline, \"Manage the CodePipeline service role\"";
const BUILD_ACTION: &str = "CodePipeline, \"AWS CodeBuild action reference\": service role permissions";
const ECS_ACTION: &str = "CodePipeline, \"Amazon ECS deploy action reference\": service role permissions";
const KEY: &str =
    "CodePipeline, \"Configure server-side encryption\": what users of a customer managed key may do";
const PROJECT_KEY: &str = "CodeBuild, \"Encrypt build outputs using a customer managed key\"";
const RUN_BUILDS: &[&str] = &["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"];
const WRITE_WITH_KEY: &[&str] =
    &["kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

/// A role of the stacks, with what it is for.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A project's.
    Project(&'a Project),
    /// That of the role which writes the lock that a project takes.
    Holder(&'a Project),
    /// A pipeline's.
    Pipeline(&'a Pipeline),
    /// An environment's, by the role's name.
    Environment(&'a str),
}

/// Whether it is the project that says what a release would bring.
fn compares(project: &Project) -> bool {
    project.variables.iter().any(|variable| variable.name == "HISTORY_URL")
}

impl Subject<'_> {
    fn is(self, who: Who, stacks: &Stacks) -> bool {
        match (self, who) {
            (Subject::Project(_), Who::Project)
            | (Subject::Holder(_), Who::Holder)
            | (Subject::Pipeline(_), Who::Pipeline)
            | (Subject::Environment(_), Who::Environment) => true,
            (Subject::Project(project), Who::ProjectWithOutput) => {
                stacks.runs_of(&project.name).any(|(_, action)| !action.outputs.is_empty())
            }
            (Subject::Project(project), Who::ProjectOnImage) => project.image.contains(".dkr.ecr."),
            (Subject::Project(project), Who::ProjectInNetwork) => project.network.is_some(),
            (Subject::Project(project), Who::ProjectThatKeeps) => project.kept.is_some(),
            (Subject::Project(project), Who::ProjectThatCompares) => compares(project),
            _ => false,
        }
    }

    /// The actions that work under the role.
    fn actions<'b>(&'b self, stacks: &'b Stacks) -> impl Iterator<Item = &'b Action> {
        stacks
            .pipelines
            .values()
            .flat_map(|pipeline| pipeline.actions.iter().map(move |action| (pipeline, action)))
            .filter(|(pipeline, action)| match self {
                Subject::Project(_) | Subject::Holder(_) => false,
                Subject::Pipeline(own) => own.name == pipeline.name && action.role.is_none(),
                Subject::Environment(role) => action.role.as_deref() == Some(role),
            })
            .map(|(_, action)| action)
    }
}

/// The rows that speak of a role, by their place in the table, each with the needs that follow from it.
pub fn needs(subject: Subject, stacks: &Stacks) -> Vec<(usize, Vec<Need>)> {
    let rows = TABLE.iter().enumerate().filter(|(_, row)| subject.is(row.0, stacks));
    rows.map(|(index, row)| {
        let on = on(row.1, subject, stacks);
        let needs = row.2.iter().flat_map(|action| {
            // A connection's ARN begins with the name of the service that is asked.
            let of_service = |resource: &str| {
                row.1 != What::Connection
                    || resource.contains(&format!(":{}:", action.split(':').next().unwrap_or_default()))
            };
            on.iter()
                .filter(move |(resource, _)| of_service(resource))
                .map(|(resource, context)| need(action, resource, context.clone()))
                .collect::<Vec<_>>()
        });
        (index, needs.collect())
    })
    .collect()
}

impl<'a> Subject<'a> {
    /// Where what it does happens.
    fn place(self, stacks: &'a Stacks) -> &'a Place {
        match self {
            Subject::Project(project) => &project.place,
            // The locks are where the pipelines are.
            Subject::Pipeline(_) | Subject::Holder(_) => &stacks.place,
            Subject::Environment(role) => &stacks.roles[role].place,
        }
    }

    /// The regions whose artifact buckets it uses: a pipeline copies what an action in another region reads into the bucket
    /// there, and everything else uses the one of its own region.
    fn regions(self, stacks: &'a Stacks) -> BTreeSet<String> {
        let mut regions = BTreeSet::from([self.place(stacks).region.clone()]);
        if let Subject::Pipeline(pipeline) = self {
            regions.extend(pipeline.actions.iter().filter_map(|action| action.region.clone()));
        }
        regions
    }

    /// The pipelines whose artifacts it uses.
    fn pipelines(self, stacks: &'a Stacks) -> BTreeSet<&'a str> {
        let runs_under = |role: &str, pipeline: &Pipeline| {
            pipeline.actions.iter().any(|action| action.role.as_deref() == Some(role))
        };
        match self {
            Subject::Pipeline(pipeline) => [pipeline.name.as_str()].into(),
            Subject::Project(project) | Subject::Holder(project) => {
                stacks.runs_of(&project.name).map(|(pipeline, _)| pipeline.name.as_str()).collect()
            }
            Subject::Environment(role) => stacks
                .pipelines
                .values()
                .filter(|pipeline| runs_under(role, pipeline))
                .map(|pipeline| pipeline.name.as_str())
                .collect(),
        }
    }
}
