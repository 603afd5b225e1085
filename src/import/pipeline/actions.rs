//! What an action deploys, and to what.

use std::collections::BTreeMap;

use super::model::{Action, Project, Stage};
use super::names::{is_deploy, of_ecs, of_service};
use crate::import::buildspecs::secret::Safe;
use crate::import::text::UNKNOWN;

/// An action that deploys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deploy<'p> {
    /// The action.
    pub(super) action: &'p Action,
    /// What it deploys to.
    pub(super) target: Target,
}

/// What is deployed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An ECS service, by CodePipeline's own action.
    Ecs {
        cluster: String,
        service: String,
        /// The container, as the name of the file with the image says.
        container: Option<String>,
        /// How long the action waits, where it says so.
        minutes: Option<u32>,
    },
    /// Something that no deploy of branchline's knows by itself.
    Other {
        /// What it is, in words of ours.
        what: &'static str,
        /// Names of what is deployed to, in the words of the action.
        names: Vec<(&'static str, String)>,
    },
}

/// The providers of deploys that are no ECS service: category, provider, what it is, and the settings that say to what.
const OTHERS: [(&str, &str, &str, &[&str]); 14] = [
    ("Deploy", "CodeDeployToECS", "blue/green deploy to ECS", &["ApplicationName", "DeploymentGroupName"]),
    ("Deploy", "CodeDeploy", "deploy by CodeDeploy", &["ApplicationName", "DeploymentGroupName"]),
    ("Deploy", "CloudFormation", "CloudFormation stack", &["StackName", "TemplatePath"]),
    ("Deploy", "CloudFormationStackSet", "CloudFormation stack set", &["StackSetName", "TemplatePath"]),
    ("Deploy", "CloudFormationStackInstances", "CloudFormation stack set", &["StackSetName"]),
    ("Deploy", "S3", "deploy to S3", &["BucketName", "ObjectKey"]),
    ("Deploy", "ElasticBeanstalk", "Elastic Beanstalk environment", &["ApplicationName", "EnvironmentName"]),
    ("Deploy", "ServiceCatalog", "product of Service Catalog", &["ProductId"]),
    ("Deploy", "AppConfig", "deploy by AppConfig", &["Application", "Environment"]),
    ("Deploy", "Lambda", "deploy of a Lambda function", &["FunctionName", "FunctionAlias"]),
    ("Deploy", "EKS", "deploy to EKS", &["ClusterName"]),
    ("Deploy", "EC2", "deploy to EC2", &["InstanceTagKey", "InstanceTagValue"]),
    ("Deploy", "OpsWorks", "deploy by OpsWorks", &["Stack", "App"]),
    ("Deploy", "AlexaSkillsKit", "Alexa skill", &["SkillId"]),
];

/// What runs something of one's own, which deploys where its stage says so.
const RUNNERS: [(&str, &str, &[&str]); 4] = [
    ("CodeBuild", "deploy by a CodeBuild project", &["ProjectName"]),
    ("Commands", "deploy by commands", &[]),
    ("Lambda", "deploy by a Lambda function", &["FunctionName"]),
    ("StepFunctions", "deploy by a state machine", &["StateMachineArn"]),
];

/// What a buildspec has in it that deploys.
const DEPLOYING: [&str; 15] = [
    "cdk deploy",
    "copilot deploy",
    "copilot svc deploy",
    "sls deploy",
    "serverless deploy",
    "sam deploy",
    "terraform apply",
    "pulumi up",
    "kubectl apply",
    "helm upgrade",
    "eb deploy",
    "aws ecs update-service",
    "aws cloudformation deploy",
    "aws lambda update-function-code",
    "aws s3 sync",
];

/// The actions of a stage that deploy, in the order in which they run. A change set that is only made changes nothing, so it is none.
pub(super) fn deploys<'p>(stage: &'p Stage, projects: &BTreeMap<String, Project>) -> Vec<Deploy<'p>> {
    let own: Vec<Deploy> =
        stage.actions.iter().filter_map(|action| Some(Deploy { action, target: target(action)? })).collect();
    if !own.is_empty() {
        return own;
    }
    let runs = stage.actions.iter().filter_map(|action| {
        let (_, what, keys) = RUNNERS.iter().find(|(provider, ..)| *provider == action.provider)?;
        let project = action.setting("ProjectName").and_then(|name| projects.get(name));
        let spec = project.and_then(|project| project.buildspec.as_deref()).unwrap_or_default();
        let says = DEPLOYING.iter().any(|words| spec.contains(words));
        let is_test = action.category == "Test";
        (says || (is_deploy(&stage.name) && !is_test))
            .then(|| Deploy { action, target: Target::Other { what, names: named(action, keys) } })
    });
    runs.collect()
}

/// Whether an action only makes a change set, for one behind it that carries it out.
pub(super) fn prepares(action: &Action) -> bool {
    action.provider == "CloudFormation" && action.setting("ActionMode") == Some("CHANGE_SET_REPLACE")
}

fn target(action: &Action) -> Option<Target> {
    if action.category != "Deploy" || prepares(action) || action.setting("ActionMode") == Some("DELETE_ONLY")
    {
        return None;
    }
    if action.provider == "ECS" && action.owner == "AWS" {
        let name = |key| action.setting(key).map_or_else(|| UNKNOWN.to_owned(), of_ecs);
        let file = action.setting("FileName").unwrap_or("imagedefinitions.json");
        let container = file.strip_prefix("imagedefinitions-").and_then(|rest| rest.strip_suffix(".json"));
        return Some(Target::Ecs {
            cluster: name("ClusterName"),
            service: name("ServiceName"),
            container: container.map(of_ecs).filter(|name| name != UNKNOWN),
            minutes: action.setting("DeploymentTimeout").and_then(|minutes| minutes.parse().ok()),
        });
    }
    let known = OTHERS.iter().find(|(category, provider, ..)| {
        *category == action.category && *provider == action.provider && action.owner != "Custom"
    });
    let (what, names) = match known {
        Some((_, _, what, keys)) => (*what, named(action, keys)),
        None => ("deploy by a provider that is not known here", vec![("provider", action.provider.clone())]),
    };
    Some(Target::Other { what, names })
}

/// These settings alone: others may hold what nobody should see. One that looks like a secret is not known here.
fn named(action: &Action, keys: &[&'static str]) -> Vec<(&'static str, String)> {
    let safe = |key, text: &str| if Safe::of(Some(key), text).is_whole() { text } else { UNKNOWN }.to_owned();
    keys.iter().filter_map(|key| Some((*key, safe(key, action.setting(key)?)))).collect()
}

impl Target {
    /// What it is, as a line of the proposed file names it behind "Was a".
    pub(super) fn what(&self) -> &'static str {
        match self {
            Target::Ecs { .. } => "deploy to an ECS service",
            Target::Other { what, .. } => what,
        }
    }

    /// Where it is, so that two deploys to one place are known as such; `None` where part of it is not known.
    pub(super) fn key(&self, action: &Action) -> Option<String> {
        let place = format!(
            "{}/{}",
            action.home.account.as_deref().unwrap_or_default(),
            action.home.region.as_deref().unwrap_or_default()
        );
        let key = match self {
            Target::Ecs { cluster, service, .. } => format!("ecs {cluster}/{service}"),
            // What a runner deploys is its own affair: one project may serve many environments.
            Target::Other { what, .. } if RUNNERS.iter().any(|(_, runner, _)| runner == what) => return None,
            Target::Other { what, names } => {
                // A template is what is deployed, not where.
                let names = names.iter().filter(|(key, _)| *key != "TemplatePath");
                let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
                format!("{what} {}", names.join("/"))
            }
        };
        (!key.contains(UNKNOWN)).then(|| format!("{key} {place}"))
    }

    /// The names in it, in which an environment's may be.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Target::Ecs { cluster, service, .. } => vec![cluster, service],
            Target::Other { names, .. } => names.iter().map(|(_, name)| name.as_str()).collect(),
        }
    }

    /// What the service is called in the map.
    pub(super) fn service(&self, action: &Action, environment: &str, pipeline: &str) -> String {
        let own = match self {
            Target::Ecs { container: Some(container), .. } => of_service(container, environment),
            Target::Ecs { service, .. } => of_service(service, environment),
            Target::Other { names, .. } if names.iter().any(|(key, _)| *key == "StackName") => {
                names.first().and_then(|(_, stack)| of_service(stack, environment))
            }
            Target::Other { .. } => None,
        };
        own.or_else(|| of_service(&action.name, environment))
            .or_else(|| of_service(pipeline, environment))
            .unwrap_or_else(|| "app".to_owned())
    }
}
