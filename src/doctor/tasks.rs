//! Whether the task definitions have the containers, the roles and the processor that a deploy takes them to have.

use super::Examined;
use super::facts::{Answer, Task};
use super::made_up::is_marked;
use super::questions::{Deploying, Target};
use super::services::spot;
use crate::config::raw::RawPlatform;
use crate::diagnostic::Finding;
use crate::operate::plain;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    examined.questions.deploys.iter().flat_map(|deploying| judge(examined, deploying)).collect()
}

fn judge(examined: &Examined, deploying: &Deploying) -> Vec<Finding> {
    let facts = examined.facts;
    let task = match &deploying.target {
        Target::Service(service) => {
            let standing = facts.services.get(service).and_then(Answer::there);
            standing.and_then(|standing| facts.tasks.get(&(service.place.clone(), standing.task.clone())))
        }
        Target::Family(place, family) => {
            let answer = facts.tasks.get(&(place.clone(), family.clone()));
            if answer.is_some_and(Answer::is_missing) && !is_marked(family) {
                let spot = spot(examined, deploying, &["ecs_task", "family"], family);
                return vec![
                    Finding::error("BL913", spot, format!("there is no family of task definitions `{family}`"))
                        .because(format!("`{}` makes a new revision of it, in {place}", deploying.environment))
                        .help("register its first revision, or correct the name: `aws ecs list-task-definition-families` lists those that are there"),
                ];
            }
            answer
        }
    };
    let Some(task) = task.and_then(Answer::there) else { return Vec::new() };
    let mut findings = containers(examined, deploying, task);
    findings.extend(architecture(examined, deploying, task));
    findings.extend(roles(examined, deploying, task));
    findings
}

fn containers(examined: &Examined, deploying: &Deploying, task: &Task) -> Vec<Finding> {
    let absent = deploying.containers.iter().filter(|name| !task.containers.contains(name));
    let there: Vec<String> = task.containers.iter().map(|name| format!("`{}`", plain(name))).collect();
    let finding = |name: &String| {
        let spot = spot(examined, deploying, &["container"], name);
        Finding::error("BL914", spot, format!("`{}` has no container `{name}`", plain(&task.name)))
            .because(format!(
                "the deploy of `{}` to `{}` gives it an image",
                deploying.service, deploying.environment
            ))
            .help(format!("name one that it has: {}", there.join(", ")))
    };
    absent.map(finding).collect()
}

/// Of a task on EC2 that says nothing the machines decide, which are not looked at; on Fargate it is `X86_64` then (ECS API
/// reference, `RuntimePlatform`; developer guide, "Amazon ECS task definition parameters for Fargate").
fn architecture(examined: &Examined, deploying: &Deploying, task: &Task) -> Option<Finding> {
    let default = task.is_fargate.then_some("X86_64");
    let runs = task.architecture.as_deref().or(default)?;
    let platform = examined.plan.config.build.platform;
    let (built, wanted, other) = match platform {
        RawPlatform::Amd64 => ("linux/amd64", "X86_64", "linux/arm64"),
        RawPlatform::Arm64 => ("linux/arm64", "ARM64", "linux/amd64"),
    };
    if runs == wanted {
        return None;
    }
    let near = examined.spots.find(&["build", "platform"], built, super::spot::Filled::default());
    Some(
        Finding::error(
            "BL915",
            near.unwrap_or(deploying.near),
            format!("`{}` runs on {}, and its image is built for {built}", plain(&task.name), plain(runs)),
        )
        .because(format!(
            "`{}` of `{}` would not start: \"exec format error\"",
            deploying.service, deploying.environment
        ))
        .help(format!("set `build.platform: {other}`, or `runtimePlatform.cpuArchitecture` of the task definition to {wanted}")),
    )
}

fn roles(examined: &Examined, deploying: &Deploying, task: &Task) -> Vec<Finding> {
    let name_of = |arn: &str| arn.split_once(":role/").map(|(_, name)| name.to_owned());
    let is_named = |role: &str| deploying.roles.iter().any(|own| own.trim_start_matches('/') == role);
    let unnamed = task.roles.iter().filter_map(|arn: &String| name_of(arn)).filter(|role| !is_named(role));
    let finding = |role: String| {
        let first = deploying.roles.first();
        let spot = first.map_or(deploying.near, |first| spot(examined, deploying, &["roles"], first));
        let role = plain(&role);
        Finding::error(
            "BL916",
            spot,
            format!("`{}` has the role `{role}`, which `roles` does not name", plain(&task.name)),
        )
        .because(format!(
            "the deploy to `{}` may not hand it to a task: iam:PassRole is denied",
            deploying.environment
        ))
        .help(format!("add `{role}` to the `roles` of the deploy, then apply"))
    };
    unnamed.map(finding).collect()
}
