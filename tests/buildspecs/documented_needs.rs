//! What a role needs although no shell calls it: CodeBuild's, CodePipeline's and its ECS action's own requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::iam::{Need, need};
use crate::support::intrinsics::key;
use crate::support::stacks::{Action, Pipeline, Project, Stacks, role_name};
use crate::support::world::Place;

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

/// The artifact bucket of a region: it is called after its account and its region.
fn bucket_in(stacks: &Stacks, region: &str) -> String {
    let partition = stacks.place.partition();
    if let Some(name) = stacks.config.existing.bucket(region) {
        return format!("arn:{partition}:s3:::{name}");
    }
    let end = format!("-{}-{region}", stacks.place.account);
    let mut names = stacks.all("AWS::S3::Bucket").iter().filter_map(|bucket| bucket["BucketName"].as_str());
    let name = names
        .find(|name| name.ends_with(&format!("-artifacts{end}")))
        .unwrap_or_else(|| panic!("no bucket is in {region}"));
    format!("arn:{partition}:s3:::{name}")
}

/// The connection, which all pipelines of an app share, under each name of its service.
fn connection(place: &Place, stacks: &Stacks) -> Vec<(String, BTreeMap<String, String>)> {
    let mut actions = stacks.pipelines.values().flat_map(|pipeline| &pipeline.actions);
    let source = actions.find_map(|action| action.configuration.get("ConnectionArn"));
    let rest = source.and_then(|arn| arn.splitn(4, ':').nth(3)).expect("an ARN");
    let repository = stacks.config.source.repository.clone().expect("a repository");
    let with = |service: &str| {
        let arn = format!("arn:{}:{service}:{rest}", place.partition());
        (arn, BTreeMap::from([(format!("{service}:FullRepositoryId"), repository.clone())]))
    };
    ["codeconnections", "codestar-connections"].map(with).into()
}

/// The resources, each with what the request carries.
fn on(what: What, subject: Subject, stacks: &Stacks) -> Vec<(String, BTreeMap<String, String>)> {
    let place = subject.place(stacks);
    let ecs = |rest: &str| place.arn("ecs", rest);
    let setting = |name: &str| -> Vec<String> {
        subject.actions(stacks).filter_map(|action| action.configuration.get(name).cloned()).collect()
    };
    let buckets = || {
        let regions = subject.regions(stacks);
        regions.iter().map(|region| bucket_in(stacks, region)).collect::<Vec<_>>()
    };
    let in_clusters = |rest: fn(&str) -> String| -> Vec<(String, BTreeMap<String, String>)> {
        let with = |cluster: &String| {
            let context = BTreeMap::from([("ecs:cluster".to_owned(), ecs(&format!("cluster/{cluster}")))]);
            (ecs(&rest(cluster)), context)
        };
        setting("ClusterName").iter().map(with).collect()
    };
    let resources = match what {
        What::Everything => vec!["*".to_owned()],
        What::Bucket => buckets(),
        What::Artifact | What::Output => {
            // CodePipeline cuts the pipeline's name at 20 characters, and the artifact's at 10 (see docs/verified.md).
            let folders: Vec<String> = subject
                .pipelines(stacks)
                .iter()
                .map(|pipeline| pipeline.chars().take(20).collect::<String>() + "/Images/a1B2c3D")
                .collect();
            let context = BTreeMap::from([("aws:ResourceAccount".to_owned(), stacks.place.account.clone())]);
            let object = |bucket: &String| -> Vec<(String, BTreeMap<String, String>)> {
                folders.iter().map(|folder| (format!("{bucket}/{folder}"), context.clone())).collect()
            };
            return buckets().iter().flat_map(object).collect();
        }
        What::LockBucket => {
            let (Subject::Holder(project) | Subject::Project(project)) = subject else {
                unreachable!("a row of who uses locks or records")
            };
            let names = ["LOCK_BUCKET", "RECORD_BUCKET"];
            let name = project.variables.iter().find(|variable| names.contains(&variable.name.as_str()));
            let name = name.expect("its bucket");
            let context = BTreeMap::from([("aws:ResourceAccount".to_owned(), stacks.place.account.clone())]);
            return vec![(format!("arn:{}:s3:::{}", place.partition(), name.value), context)];
        }
        What::Kept => {
            let Subject::Project(project) = subject else { unreachable!("a project's row") };
            let location = project.kept.as_ref().expect("a place");
            let context = BTreeMap::from([("aws:ResourceAccount".to_owned(), stacks.place.account.clone())]);
            return vec![(format!("arn:{}:s3:::{location}/0a1b2c3d", place.partition()), context)];
        }
        What::NetworkParts | What::Interface | What::UsedInterface => {
            let Subject::Project(project) = subject else { unreachable!("a project's row") };
            return in_network(what, project, place);
        }
        What::Key => subject
            .regions(stacks)
            .into_iter()
            .map(|region| match stacks.config.existing.key(&region) {
                Some(existing) => existing.to_owned(),
                None => key(&Place { region, ..stacks.place.clone() }, "ArtifactKey"),
            })
            .collect(),
        What::Log | What::MachineImage => {
            let Subject::Project(project) = subject else { unreachable!("a project's row") };
            let image = project.image.split_once('/').map_or("", |(_, path)| path);
            let repository = image.split(['@', ':']).next().unwrap_or_default();
            vec![match what {
                What::Log => {
                    place.arn("logs", &format!("log-group:{}:log-stream:6f1a2b3c", project.log_group))
                }
                _ => place.arn("ecr", &format!("repository/{repository}")),
            }]
        }
        What::Connection => return connection(place, stacks),
        What::Projects => setting("ProjectName")
            .iter()
            .map(|name| place.arn("codebuild", &format!("project/{name}")))
            .collect(),
        What::ActionRoles => {
            let Subject::Pipeline(pipeline) = subject else { unreachable!("a pipeline's row") };
            pipeline.actions.iter().filter_map(|action| action.role_arn.clone()).collect()
        }
        What::Topics => setting("NotificationArn"),
        What::Services => {
            let action = |action: &Action| {
                Some(ecs(&format!(
                    "service/{}/{}",
                    action.configuration.get("ClusterName")?,
                    action.configuration["ServiceName"]
                )))
            };
            subject.actions(stacks).filter_map(action).collect()
        }
        What::Tasks => {
            return in_clusters(|cluster| format!("task/{cluster}/0123456789abcdef0123456789abcdef"));
        }
        What::Clusters => return in_clusters(|cluster| format!("container-instance/{cluster}/*")),
        What::Family => {
            // Tags are given as the revision is registered, and ECS says so in the tagging's context.
            let context =
                BTreeMap::from([("ecs:CreateAction".to_owned(), "RegisterTaskDefinition".to_owned())]);
            return vec![(ecs("task-definition/of-the-service:8"), context)];
        }
        What::Alarms => {
            // A rule of a stage looks, and not an action.
            let Subject::Environment(role) = subject else { unreachable!("an environment's row") };
            let asks = crate::gates::rules(stacks).any(|rule| rule.role.as_deref() == Some(role));
            asks.then(|| place.arn("cloudwatch", "alarm:*")).into_iter().collect()
        }
        What::TaskRoles => {
            let Subject::Environment(role) = subject else { unreachable!("an environment's row") };
            let context =
                BTreeMap::from([("iam:PassedToService".to_owned(), "ecs-tasks.amazonaws.com".to_owned())]);
            let own = |(name, environment): &(&String, &branchline::config::Environment)| {
                let made = || branchline::pipeline::names::deploy_role(&stacks.config.stem, name);
                let existing = environment.roles.deploy.as_ref().map(|arn| role_name(&arn.text));
                existing.unwrap_or_else(made) == *role
            };
            let environments = stacks.config.environments.iter().filter(own);
            return environments
                .flat_map(|(_, environment)| {
                    let ecs = environment.deploys.values().filter_map(branchline::config::Deploy::ecs);
                    ecs.flat_map(|ecs| &ecs.roles)
                })
                .map(|name| {
                    (format!("arn:{}:iam::{}:role/{name}", place.partition(), place.account), context.clone())
                })
                .collect();
        }
    };
    resources.into_iter().map(|resource| (resource, BTreeMap::new())).collect()
}

/// The parts of a project's network, as the requests of EC2 name them.
fn in_network(what: What, project: &Project, place: &Place) -> Vec<(String, BTreeMap<String, String>)> {
    let network = project.network.as_ref().expect("a network");
    let ids = |key: &str| -> Vec<String> {
        let ids = network[key].as_array().expect("a list");
        ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
    };
    let ec2 = |resource: String| place.arn("ec2", &resource);
    let interface = || ec2("network-interface/eni-0a1b2c3d4e5f60718".to_owned());
    let subnets = ids("Subnets").into_iter().map(|id| ec2(format!("subnet/{id}")));
    if what == What::NetworkParts {
        let groups = ids("SecurityGroupIds").into_iter().map(|id| ec2(format!("security-group/{id}")));
        return subnets.chain(groups).chain([interface()]).map(|it| (it, BTreeMap::new())).collect();
    }
    let context = |subnet| {
        let mut context = BTreeMap::from([("ec2:Subnet".to_owned(), subnet)]);
        if what == What::UsedInterface {
            context.insert("ec2:AuthorizedService".to_owned(), "codebuild.amazonaws.com".to_owned());
        }
        context
    };
    subnets.map(|subnet| (interface(), context(subnet))).collect()
}
