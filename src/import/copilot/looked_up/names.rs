//! From the resources of a workload's stack to the names that a deploy needs.
//!
//! Names in the templates are those of AWS Copilot's source (`templates/workloads/partials/cf`, `templates/environment/cf.yml`).

use super::super::super::draft::{Ecs, Task};
use super::{Resource, Stack};

/// What is not among the resources, in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lacking(pub &'static str);

/// The cluster of an environment, by what its stack puts out.
pub(super) fn cluster(environment: &Stack) -> Option<&str> {
    environment.outputs.get("ClusterId").map(String::as_str).filter(|name| is_name(name))
}

/// The ECS service of a workload. Its cluster is the one that its own ARN says; only an ARN of the old form says none.
pub(super) fn ecs(resources: &[Resource], cluster: Option<&str>, container: &str) -> Result<Ecs, Lacking> {
    let service = physical(resources, "Service", "AWS::ECS::Service").ok_or(Lacking("ECS service"))?;
    // arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME, or without CLUSTER/ (ECS developer guide, "Amazon Resource Names").
    let parts: Vec<&str> = service.rsplit(':').next().unwrap_or_default().split('/').collect();
    let (own, name) = match parts.as_slice() {
        ["service", cluster, name] => (Some(*cluster), *name),
        ["service", name] => (None, *name),
        _ => return Err(Lacking("ECS service")),
    };
    let cluster = own.or(cluster).filter(|name| is_name(name)).ok_or(Lacking("cluster"))?;
    if !is_name(name) {
        return Err(Lacking("ECS service"));
    }
    Ok(Ecs {
        cluster: cluster.to_owned(),
        service: name.to_owned(),
        container: container.to_owned(),
        roles: roles(resources)?,
    })
}

/// The family and the state machine of a job.
pub(super) fn task(resources: &[Resource], container: &str) -> Result<Task, Lacking> {
    let definition = physical(resources, "TaskDefinition", "AWS::ECS::TaskDefinition");
    // arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION
    let family = definition
        .and_then(|arn| arn.split_once(":task-definition/"))
        .and_then(|(_, family)| family.split_once(':'))
        .map(|(family, _)| family);
    let family = family.filter(|name| is_name(name)).ok_or(Lacking("task definition"))?;
    let machine = physical(resources, "StateMachine", "AWS::StepFunctions::StateMachine");
    // arn:aws:states:REGION:ACCOUNT:stateMachine:NAME
    let machine = machine.and_then(|arn| arn.split_once(":stateMachine:")).map(|(_, name)| name);
    let machine = machine.filter(|name| is_name(name)).ok_or(Lacking("state machine"))?;
    Ok(Task {
        family: family.to_owned(),
        container: container.to_owned(),
        roles: roles(resources)?,
        state_machines: vec![machine.to_owned()],
    })
}

/// The roles of the task definition, by name.
fn roles(resources: &[Resource]) -> Result<Vec<String>, Lacking> {
    let role = |logical: &str, what| {
        let name = physical(resources, logical, "AWS::IAM::Role").filter(|name| is_name(name));
        name.map(str::to_owned).ok_or(Lacking(what))
    };
    Ok(vec![role("TaskRole", "role of the task")?, role("ExecutionRole", "role that starts the task")?])
}

/// A pipeline in its stack.
pub(super) fn pipeline(resources: &[Resource]) -> Option<&str> {
    physical(resources, "Pipeline", "AWS::CodePipeline::Pipeline").filter(|name| is_name(name))
}

/// The connection that a pipeline's stack has made for itself.
pub(super) fn connection(resources: &[Resource]) -> Option<&str> {
    physical(resources, "SourceConnection", "AWS::CodeStarConnections::Connection")
}

fn physical<'r>(resources: &'r [Resource], logical: &str, kind: &str) -> Option<&'r str> {
    let found = resources.iter().find(|one| one.logical == logical && one.kind == kind);
    found.map(|one| one.physical.as_str()).filter(|name| !name.is_empty())
}

/// Whether AWS could have such a name; it goes into a file and a command.
fn is_name(text: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || "-_+=,.@".contains(letter);
    !text.is_empty() && text.len() <= 255 && text.chars().all(is_inside)
}
