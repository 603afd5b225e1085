//! Recorded calls → the permissions that they need, after AWS's service authorization reference.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fakes::Call;
use super::world::Place;

/// One permission that a call needs. A policy must allow the action on the resource in the context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// `ecs:RunTask`.
    pub action: String,
    /// An ARN, or `*` for an action that knows no resource.
    pub resource: String,
    /// Condition keys that the request carries: `ecs:cluster`, `iam:PassedToService`.
    pub context: BTreeMap<String, String>,
}

/// What docker asks of ECR to push an image (Amazon ECR, "IAM permissions for pushing an image to an Amazon ECR private repository").
const PUSH: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
    "ecr:BatchGetImage",
];

/// What docker asks of ECR to pull an image (Amazon ECR, "Using Amazon ECR images with Amazon ECS").
const PULL: &[&str] = &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// The permissions that the calls need, each once, in order.
///
/// A call that is not known here is an error of the test: its permission would go unchecked.
pub fn needs(calls: &[Call], place: &Place) -> Vec<Need> {
    needs_of(calls.iter().filter(|call| call.role.is_none()), place)
}

/// The permissions that the calls need which a step made under a role that it assumed.
pub fn needs_under(role: &str, calls: &[Call], place: &Place) -> Vec<Need> {
    needs_of(calls.iter().filter(|call| call.role.as_deref() == Some(role)), place)
}

fn needs_of<'c>(calls: impl Iterator<Item = &'c Call>, place: &Place) -> Vec<Need> {
    let mut all = Vec::new();
    // Running a task passes the roles of its task definition, which an earlier call registered.
    let mut roles: Vec<String> = Vec::new();
    let mut started_with = BTreeMap::new();
    for call in calls {
        match call.tool.as_str() {
            "aws" if call.operation == "register-task-definition" => {
                roles = ["taskRoleArn", "executionRoleArn"]
                    .iter()
                    .filter_map(|key| call.params[*key].as_str())
                    .map(str::to_owned)
                    .collect();
                all.extend(of_aws(call, place));
                all.extend(pass(&roles));
            }
            "aws" => {
                let mut own = of_aws(call, place);
                match call.operation.as_str() {
                    "run-task" => {
                        own.extend(pass(&roles));
                        started_with = tags(call, "aws:ResourceTag");
                    }
                    // What is stopped is the task that was started, with the tags that it was given.
                    "stop-task" => own[0].context.extend(started_with.clone()),
                    _ => {}
                }
                all.extend(own);
            }
            "docker" => all.extend(of_docker(call)),
            "sleep" => {}
            other => panic!("no permissions are known for {other}"),
        }
    }
    all.sort();
    all.dedup();
    all
}

/// The tags of a call that starts a task, as condition keys of this prefix.
fn tags(call: &Call, prefix: &str) -> BTreeMap<String, String> {
    let given = call.params["tags"].as_array().into_iter().flatten();
    let text = |tag: &Value, key: &str| tag[key].as_str().expect("a tag has a key and a value").to_owned();
    given.map(|tag| (format!("{prefix}/{}", text(tag, "key")), text(tag, "value"))).collect()
}

fn of_aws(call: &Call, place: &Place) -> Vec<Need> {
    let ecs = |rest: &str| place.arn("ecs", rest);
    let params = &call.params;
    let text =
        |key: &str| params[key].as_str().unwrap_or_else(|| panic!("{} has no {key}", call.line())).to_owned();
    let first = |key: &str| {
        params[key][0].as_str().unwrap_or_else(|| panic!("{} has no {key}", call.line())).to_owned()
    };
    let cluster =
        || BTreeMap::from([("ecs:cluster".to_owned(), ecs(&format!("cluster/{}", text("cluster"))))]);
    let plain = BTreeMap::new;
    let need = match (call.service.as_str(), call.operation.as_str()) {
        ("ecr", "get-login-password") => need("ecr:GetAuthorizationToken", "*", plain()),
        ("ecr", "describe-images") => need("ecr:DescribeImages", &repository(call, place), plain()),
        ("ecr", "batch-get-image") => need("ecr:BatchGetImage", &repository(call, place), plain()),
        ("ecr", "describe-pull-through-cache-rules") => {
            need("ecr:DescribePullThroughCacheRules", "*", plain())
        }
        ("ecr", "put-image") => need("ecr:PutImage", &repository(call, place), plain()),
        ("ecs", "describe-services") => {
            let service = ecs(&format!("service/{}/{}", text("cluster"), first("services")));
            need("ecs:DescribeServices", &service, cluster())
        }
        ("ecs", "describe-task-definition") => need("ecs:DescribeTaskDefinition", "*", plain()),
        ("ecs", "list-tasks") => {
            need("ecs:ListTasks", &ecs(&format!("container-instance/{}/*", text("cluster"))), cluster())
        }
        ("codebuild", "list-builds-for-project") => {
            let project = place.arn("codebuild", &format!("project/{}", text("projectName")));
            need("codebuild:ListBuildsForProject", &project, plain())
        }
        // CodeBuild asks for the projects of the builds.
        ("codebuild", "batch-get-builds") => {
            let build = first("ids");
            let project = build.split(':').next().expect("a project");
            let project = place.arn("codebuild", &format!("project/{project}"));
            need("codebuild:BatchGetBuilds", &project, plain())
        }
        // On the whole family: the revision's number is not known before it is registered.
        ("ecs", "register-task-definition") => {
            let family = ecs(&format!("task-definition/{}:*", text("family")));
            let register = need("ecs:RegisterTaskDefinition", &family, plain());
            let context =
                BTreeMap::from([("ecs:CreateAction".to_owned(), "RegisterTaskDefinition".to_owned())]);
            let tag = need("ecs:TagResource", &family, context);
            return if params["tags"].is_array() { vec![register, tag] } else { vec![register] };
        }
        ("ecs", "run-task") => {
            let run = need("ecs:RunTask", &text("taskDefinition"), cluster());
            let mut context = cluster();
            context.insert("ecs:CreateAction".to_owned(), "RunTask".to_owned());
            context.extend(tags(call, "aws:RequestTag"));
            // Asked for only where tags are given. The task's id is not known before it is started.
            let mark = need("ecs:TagResource", &ecs(&format!("task/{}/*", text("cluster"))), context);
            return if tags(call, "aws:RequestTag").is_empty() { vec![run] } else { vec![run, mark] };
        }
        ("ecs", "describe-tasks") => {
            let tasks = params["tasks"].as_array().into_iter().flatten().filter_map(Value::as_str);
            return tasks.map(|task| need("ecs:DescribeTasks", task, cluster())).collect();
        }
        ("ecs", "stop-task") => need("ecs:StopTask", &text("task"), cluster()),
        ("events", operation @ ("list-targets-by-rule" | "put-targets")) => {
            let action = if operation == "put-targets" { "PutTargets" } else { "ListTargetsByRule" };
            let rule = need(
                &format!("events:{action}"),
                &place.arn("events", &format!("rule/{}", text("Rule"))),
                plain(),
            );
            let starters =
                params["Targets"].as_array().into_iter().flatten().map(|target| &target["RoleArn"]);
            return std::iter::once(rule).chain(pass_to("events.amazonaws.com", starters)).collect();
        }
        ("events", "put-events") => {
            // To the default bus of the account of the role that the step has assumed.
            let account = call.role.as_ref().and_then(|role| role.split(':').nth(4)).expect("a role's ARN");
            let there = Place { account: account.to_owned(), region: call.region.clone().expect("a region") };
            let source = params["Entries"][0]["Source"].as_str().expect("a source").to_owned();
            let context = BTreeMap::from([("events:source".to_owned(), source)]);
            need("events:PutEvents", &there.arn("events", "event-bus/default"), context)
        }
        ("scheduler", operation @ ("get-schedule" | "update-schedule")) => {
            let action = if operation == "get-schedule" { "GetSchedule" } else { "UpdateSchedule" };
            let name = format!("schedule/{}/{}", text("GroupName"), text("Name"));
            let schedule = need(&format!("scheduler:{action}"), &place.arn("scheduler", &name), plain());
            let starter = std::iter::once(&params["Target"]["RoleArn"]);
            return std::iter::once(schedule).chain(pass_to("scheduler.amazonaws.com", starter)).collect();
        }
        ("stepfunctions", "describe-state-machine") => {
            need("states:DescribeStateMachine", &text("stateMachineArn"), plain())
        }
        ("stepfunctions", "update-state-machine") => {
            need("states:UpdateStateMachine", &text("stateMachineArn"), plain())
        }
        ("logs", "get-log-events") => {
            let stream = format!("log-group:{}:log-stream:{}", text("logGroupName"), text("logStreamName"));
            need("logs:GetLogEvents", &place.arn("logs", &stream), plain())
        }
        ("rds", _) => return of_rds(call, place),
        ("sts", "assume-role") => need("sts:AssumeRole", &text("roleArn"), plain()),
        ("s3api", "get-object") => need("s3:GetObject", &object(call, place), of_owner(call)),
        ("s3api", "put-object") => {
            let mut context = of_owner(call);
            for (param, key) in [("ifMatch", "s3:if-match"), ("ifNoneMatch", "s3:if-none-match")] {
                context.extend(params[param].as_str().map(|value| (key.to_owned(), value.to_owned())));
            }
            need("s3:PutObject", &object(call, place), context)
        }
        ("codepipeline", operation) => {
            let (action, name) = match operation {
                "get-pipeline-execution" => ("GetPipelineExecution", text("pipelineName")),
                "get-pipeline-state" => ("GetPipelineState", text("name")),
                "list-pipeline-executions" => ("ListPipelineExecutions", text("pipelineName")),
                other => panic!("no permission is known for aws codepipeline {other}"),
            };
            // Under a role of the pipelines' own account.
            let account = call.role.as_ref().and_then(|role| role.split(':').nth(4)).expect("a role's ARN");
            let region = call.region.clone().expect("a region");
            let there = Place { account: account.to_owned(), region };
            need(&format!("codepipeline:{action}"), &there.arn("codepipeline", &name), plain())
        }
        (service, operation) => panic!("no permission is known for aws {service} {operation}"),
    };
    vec![need]
}

/// The service authorization reference of Amazon RDS: a snapshot is created on the database and on the snapshot, and what
/// is created with tags is tagged. To list those of a database asks for it and for any snapshot (docs/verified.md).
fn of_rds(call: &Call, place: &Place) -> Vec<Need> {
    let (database, snapshot, word) = if call.operation.contains("-cluster-") {
        ("cluster", "cluster-snapshot", "DBCluster")
    } else {
        ("db", "snapshot", "DB")
    };
    let of_database = || {
        let key = if word == "DB" { "DBInstanceIdentifier" } else { "DBClusterIdentifier" };
        place.arn("rds", &format!("{database}:{}", call.params[key].as_str().expect("a database")))
    };
    let of_snapshot = || {
        let name = call.params[format!("{word}SnapshotIdentifier")].as_str().expect("a snapshot");
        place.arn("rds", &format!("{snapshot}:{name}"))
    };
    let on = |action: &str, resource: String| need(&format!("rds:{action}"), &resource, BTreeMap::new());
    match call.operation.split('-').next() {
        Some("create") => {
            let create = format!("Create{word}Snapshot");
            vec![
                on(&create, of_database()),
                on(&create, of_snapshot()),
                on("AddTagsToResource", of_snapshot()),
            ]
        }
        Some("describe") => {
            let list = format!("Describe{word}Snapshots");
            vec![on(&list, of_database()), on(&list, place.arn("rds", &format!("{snapshot}:*")))]
        }
        Some("delete") => {
            let tags = call.tags.iter().map(|(key, value)| (format!("aws:ResourceTag/{key}"), value.clone()));
            vec![need(&format!("rds:Delete{word}Snapshot"), &of_snapshot(), tags.collect())]
        }
        _ => panic!("no permission is known for {}", call.line()),
    }
}

/// The object of a call.
fn object(call: &Call, place: &Place) -> String {
    let text = |key: &str| call.params[key].as_str().expect("a text").to_owned();
    format!("arn:{}:s3:::{}/{}", place.partition(), text("bucket"), text("key"))
}

/// Whose the bucket is: a bucket of locks is called after its account and region.
fn of_owner(call: &Call) -> BTreeMap<String, String> {
    let bucket = call.params["bucket"].as_str().expect("a bucket");
    let account =
        bucket.split('-').find(|part| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit()));
    BTreeMap::from([("aws:ResourceAccount".to_owned(), account.expect("an account").to_owned())])
}

fn of_docker(call: &Call) -> Vec<Need> {
    let words: Vec<&str> = call.argv.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["push", image] => on_repository(PUSH, image),
        ["buildx", "imagetools", "create", options @ .., image] => options
            .windows(2)
            .filter(|pair| pair[0] == "--tag")
            .flat_map(|pair| on_repository(PUSH, pair[1]))
            .chain(on_repository(PULL, image))
            .collect(),
        ["pull", .., image] => on_repository(PULL, image),
        ["build", options @ ..] => options
            .windows(2)
            .filter(|pair| pair[0] == "--cache-from")
            .flat_map(|pair| on_repository(PULL, pair[1]))
            .collect(),
        ["login" | "tag" | "run" | "inspect" | "logs" | "stop" | "rm", ..] => Vec::new(),
        _ => panic!("no permission is known for {}", call.line()),
    }
}

fn on_repository(actions: &[&str], image: &str) -> Vec<Need> {
    // ACCOUNT.dkr.ecr.REGION.SUFFIX/NAME: the registry may be in another account and region than the caller.
    let (host, path) = image.split_once('/').expect("an image in a registry");
    let mut words = host.split('.');
    let account = words.next().expect("an account").to_owned();
    let region = words.nth(2).expect("a region").to_owned();
    let there = Place { account, region };
    assert_eq!(there.registry(), host, "an image in a registry of its region's partition");
    let name = path.split_once('@').or_else(|| path.rsplit_once(':')).expect("a digest or a tag").0;
    let resource = there.arn("ecr", &format!("repository/{name}"));
    actions.iter().map(|action| need(action, &resource, BTreeMap::new())).collect()
}

/// The repository of a call: in the account and the region that it names, or else the caller's own.
fn repository(call: &Call, place: &Place) -> String {
    let account = call.params["registryId"].as_str().unwrap_or(&place.account).to_owned();
    let region = call.region.as_ref().unwrap_or(&place.region).clone();
    let name = call.params["repositoryName"].as_str().expect("a repository");
    Place { account, region }.arn("ecr", &format!("repository/{name}"))
}

/// Passing roles on to a service, where there are any.
fn pass_to<'a>(
    service: &'a str,
    roles: impl Iterator<Item = &'a Value> + 'a,
) -> impl Iterator<Item = Need> + 'a {
    let context = BTreeMap::from([("iam:PassedToService".to_owned(), service.to_owned())]);
    roles.filter_map(Value::as_str).map(move |role| need("iam:PassRole", role, context.clone()))
}

fn pass(roles: &[String]) -> Vec<Need> {
    let context = BTreeMap::from([("iam:PassedToService".to_owned(), "ecs-tasks.amazonaws.com".to_owned())]);
    roles.iter().map(|role| need("iam:PassRole", role, context.clone())).collect()
}

/// A need.
pub fn need(action: &str, resource: &str, context: BTreeMap<String, String>) -> Need {
    Need { action: action.to_owned(), resource: resource.to_owned(), context }
}
