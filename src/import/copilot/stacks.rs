//! Stacks of workloads that have another name than Copilot's (`deployments.<name>.stack_name`).
//!
//! CloudFormation makes up the names of a service and of its roles from the stack's; the family of a job and its state machine are
//! named by Copilot itself (`templates/workloads`), whatever the stack is called.

use super::super::draft::{Deploy, Draft, Ecs, Names, Task};
use super::super::remark::{Remark, Weight};
use super::pick::Picked;

/// Names in AWS as those stacks have them.
pub fn stacks(app: &str, pipelines: &[Picked], draft: &mut Draft, remarks: &mut Vec<Remark>) {
    for picked in pipelines {
        for stage in &picked.manifest.stages {
            let environment = &stage.name.value;
            for deployment in &stage.deployments {
                let name = &deployment.name.value;
                let (Some(stack), Some(service)) =
                    (&deployment.stack, draft.services.iter_mut().find(|service| service.name == *name))
                else {
                    continue;
                };
                let usual = format!("{app}-{environment}-{name}");
                if stack.value == usual {
                    continue;
                }
                let own = |pattern: &str| {
                    let pattern = pattern.replace("{environment}", environment);
                    match pattern.strip_prefix(&usual) {
                        Some(end) => format!("{}{end}", stack.value),
                        None => pattern,
                    }
                };
                let other = match &mut service.deploy {
                    Deploy::Ecs(Names { pattern, known }) => {
                        let ecs = Ecs {
                            cluster: pattern.cluster.replace("{environment}", environment),
                            service: own(&pattern.service),
                            container: pattern.container.clone(),
                            roles: pattern.roles.iter().map(|role| own(role)).collect(),
                        };
                        let other = known.get(environment).is_some_and(|there| *there != ecs);
                        known.entry(environment.clone()).or_insert(ecs);
                        other
                    }
                    Deploy::Task(Names { pattern, known }) => {
                        let plain = |text: &String| text.replace("{environment}", environment);
                        let task = Task {
                            family: plain(&pattern.family),
                            container: pattern.container.clone(),
                            roles: pattern.roles.iter().map(|role| own(role)).collect(),
                            state_machines: pattern.state_machines.iter().map(plain).collect(),
                        };
                        let other = known.get(environment).is_some_and(|there| *there != task);
                        known.entry(environment.clone()).or_insert(task);
                        other
                    }
                    Deploy::Commands(_) | Deploy::Step(_) => false,
                };
                let (weight, help) = if other {
                    (
                        Weight::Lost,
                        "another pipeline deploys it to another stack there, whose names are taken: one service is deployed to one",
                    )
                } else {
                    (Weight::Kept, "its names in AWS are made of that stack's")
                };
                remarks.push(Remark {
                    weight,
                    what: format!("the stack of `{name}` in `{environment}` is called `{}`", stack.value),
                    help: help.to_owned(),
                    place: Some(picked.place(stack.span)),
                });
            }
        }
    }
}
