//! How services are deployed, and what environments do differently with that.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Map, RawCache, RawCompute, RawSecret, RawVpc};

/// How a service is deployed: exactly one of these.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct RawDeploy {
    /// To an ECS service that exists, by CodePipeline's own action.
    pub ecs: Option<RawEcs>,
    /// To a family of task definitions that exists: scheduled jobs, and tasks that others start.
    pub ecs_task: Option<RawEcsTask>,
    /// By commands of one's own, on a build machine, with a role of the statements that are written here.
    pub commands: Option<RawDeployCommands>,
}

/// An ECS service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEcs {
    /// The cluster's name, such as `shop-{environment}`.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "environment", "service"]))]
    pub cluster: String,
    /// The ECS service's name. The service's name here if nothing is said.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "environment", "service"]))]
    pub service: Option<String>,
    /// The container in the task definition that gets the image. The service's name here if nothing is said.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "service"]))]
    pub container: Option<String>,
    /// The roles of the task definition (task and execution role), by name: what `iam:PassRole` is for.
    #[schemars(extend("minItems" = 1))]
    pub roles: Vec<RawRoleName>,
    /// How long the deploy may take until the service is steady. 20m if nothing is said, at most 60m.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
}

/// A family of task definitions, of which each deploy registers a new revision.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEcsTask {
    /// The family's name, such as `shop-nightly-{environment}`. It exists, with a revision of one's own making.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "environment", "service"]))]
    pub family: String,
    /// The container in the task definition that gets the image. The service's name here if nothing is said.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "service"]))]
    pub container: Option<String>,
    /// The roles of the task definition (task and execution role), by name: what `iam:PassRole` is for.
    #[schemars(extend("minItems" = 1))]
    pub roles: Vec<RawRoleName>,
    /// What starts the family's tasks by a revision's number, and has to be moved on to the new one. What names the
    /// family without a number needs nothing.
    pub targets: Option<RawTargets>,
}

/// What starts tasks of a family by a revision's number.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTargets {
    /// Rules of EventBridge's default event bus, by name.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub rules: Option<Vec<RawEventRule>>,
    /// Schedules of EventBridge Scheduler, by name, with `group/` before it where it is in a group of one's own.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub schedules: Option<Vec<RawSchedule>>,
    /// State machines of Step Functions, by name.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub state_machines: Option<Vec<RawStateMachine>>,
    /// The roles with which the rules and schedules start the task, by name: AWS wants `iam:PassRole` for them as well.
    #[schemars(extend("minItems" = 1))]
    pub roles: Option<Vec<RawRoleName>>,
}

/// The name of a rule of EventBridge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "event-rule", "x-placeholders" = ["app", "environment", "service"]))]
pub struct RawEventRule(pub String);

/// The name of a schedule, with its group before it if it has one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "schedule", "x-placeholders" = ["app", "environment", "service"]))]
pub struct RawSchedule(pub String);

/// The name of a state machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "state-machine", "x-placeholders" = ["app", "environment", "service"]))]
pub struct RawStateMachine(pub String);

/// Commands that deploy, in the files of the commit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDeployCommands {
    /// Shell commands, run in order until one fails. `$IMAGE` is the new image by its digest, `$ENVIRONMENT` the environment.
    #[schemars(extend("minItems" = 1))]
    pub run: Vec<String>,
    /// What the commands may do in AWS, and nothing else. Nothing at all if nothing is said.
    #[schemars(extend("minItems" = 1))]
    pub statements: Option<Vec<RawStatement>>,
    /// Variables in the commands' environment.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets in the commands' environment.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// How long the commands may take. 60m if nothing is said.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
    /// The size of the build machine. `small` if nothing is said.
    pub compute: Option<RawCompute>,
    /// The image the machine runs in. AWS's Amazon Linux image if nothing is said.
    #[schemars(extend("format" = "build-image"))]
    pub image: Option<String>,
    /// Whether Docker runs on the machine.
    pub privileged: Option<bool>,
    /// The network the machine runs in. The environment's if nothing is said.
    pub vpc: Option<RawVpc>,
    /// What is kept for the machine's next run.
    pub cache: Option<RawCache>,
}

/// What a role may do: one statement of its policy, which allows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStatement {
    /// Actions, such as `s3:PutObject`.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub actions: Vec<RawPolicyAction>,
    /// The ARNs of what they are done to.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub resources: Vec<RawPolicyResource>,
    /// Why it has to be so wide, where an action has a wildcard or the resource is everything.
    pub reason: Option<String>,
}

/// An action of IAM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "policy-action"))]
pub struct RawPolicyAction(pub String);

/// The ARN of what an action is done to, or `*`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "policy-resource", "x-placeholders" = ["app", "environment", "service"]))]
pub struct RawPolicyResource(pub String);

/// An IAM role's name, with its path if it has one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "role-name", "x-placeholders" = ["app", "environment", "service"]))]
pub struct RawRoleName(pub String);

/// The deploy settings that differ, of the type that the service is deployed by.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct RawDeployOverride {
    /// An ECS service.
    pub ecs: Option<RawEcsOverride>,
    /// A family of task definitions.
    pub ecs_task: Option<RawEcsTaskOverride>,
    /// Commands of one's own.
    pub commands: Option<RawDeployCommandsOverride>,
}

/// The ECS settings that differ in an environment. A container is the same everywhere.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEcsOverride {
    /// The cluster's name.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "environment", "service"]))]
    pub cluster: Option<String>,
    /// The ECS service's name.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "environment", "service"]))]
    pub service: Option<String>,
    /// The roles of the task definition (task and execution role), by name: what `iam:PassRole` is for.
    #[schemars(extend("minItems" = 1))]
    pub roles: Option<Vec<RawRoleName>>,
    /// How long the deploy may take until the service is steady, at most 60m.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
}

/// What a family does differently in an environment. A container is the same everywhere.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEcsTaskOverride {
    /// The family's name.
    #[schemars(extend("format" = "ecs-name", "x-placeholders" = ["app", "environment", "service"]))]
    pub family: Option<String>,
    /// The roles of the task definition (task and execution role), by name.
    #[schemars(extend("minItems" = 1))]
    pub roles: Option<Vec<RawRoleName>>,
    /// What starts the family's tasks by a revision's number, in place of what the service says; `{}` is nothing.
    pub targets: Option<RawTargets>,
}

/// What the commands do differently in an environment. What runs is the same everywhere.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDeployCommandsOverride {
    /// What the commands may do in AWS, in place of what the service says.
    #[schemars(extend("minItems" = 1))]
    pub statements: Option<Vec<RawStatement>>,
    /// Variables over those of the service.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets over those of the service.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// The network the commands run in here.
    pub vpc: Option<RawVpc>,
}
