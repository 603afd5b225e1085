//! On which resources of the stacks a need is, with what the requests carry.

use std::collections::BTreeMap;

use super::{Subject, What};
use crate::support::intrinsics::key;
use crate::support::stacks::{Action, Project, Stacks, role_name};
use crate::support::world::Place;

/// The artifact bucket of a region: it is called after its account and its region.
pub(super) fn bucket_in(stacks: &Stacks, region: &str) -> String {
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
pub(super) fn on(what: What, subject: Subject, stacks: &Stacks) -> Vec<(String, BTreeMap<String, String>)> {
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
