//! What AWS would not take (codes BL2xx): checked on the model, so that it is said before anything is made.

use std::collections::BTreeSet;

use super::iam::Role;
use super::text::Part;
use super::{Buildspecs, Plan};
use crate::branch_map::BranchMap;
use crate::config::Config;
use crate::diagnostic::{Finding, Span};

/// Stages of a pipeline at most (AWS CodePipeline quotas).
const STAGES: usize = 50;

/// Actions of a stage at most (AWS CodePipeline quotas).
const ACTIONS: usize = 50;

/// Characters that a role's inline policies may have together, white space not counted (IAM quotas).
const POLICY: usize = 10_240;

/// Characters that a role's trust policy may have (IAM quotas; the default, which AWS raises when asked).
const TRUST: usize = 2_048;

/// What AWS would not take of this configuration.
pub fn limits(config: &Config, map: &BranchMap) -> Vec<Finding> {
    let plan = Plan::new(config, map, Buildspecs::default());
    let mut findings = Vec::new();
    // One rule of each length is as good as all: nothing else that counts differs between them.
    let mut lengths = BTreeSet::new();
    for (entry, rule) in map.entries.iter().zip(&config.rules) {
        let many = entry.environments.len() > 8 || config.services.len() > 8;
        if !many || !lengths.insert(entry.environments.len()) {
            continue;
        }
        let pipeline = plan.pipeline(entry);
        let what = format!("the pipeline of `{}`", entry.pattern);
        if pipeline.stages.len() > STAGES {
            findings.push(
                Finding::error(
                    "BL201",
                    rule.place,
                    format!("{what} would have {} stages", pipeline.stages.len()),
                )
                .because(format!("CodePipeline takes at most {STAGES}"))
                .help("split the environments over two rules, each with a branch of its own"),
            );
        }
        if pipeline.stages.iter().any(|stage| stage.actions.len() > ACTIONS) {
            findings.push(
                Finding::error(
                    "BL202",
                    rule.place,
                    format!("a stage of {what} would have more than {ACTIONS} actions"),
                )
                .because(format!("it deploys {} services at once", config.services.len()))
                .help("split the services over two apps, each with a branchline.yml of its own"),
            );
        }
        findings.extend(policy(&pipeline.role, rule.place));
        for project in &pipeline.projects {
            findings.extend(policy(&project.role, rule.place));
        }
        for name in &entry.environments {
            if let Some(place) = config.environments.get(name) {
                let environment = plan.environment(place);
                findings.extend(policy(&environment.deploy_role, rule.place));
                for project in &environment.projects {
                    findings.extend(policy(&project.role, rule.place));
                }
            }
        }
    }
    findings.extend(trusts(&plan));
    findings.dedup_by(|a, b| a.message == b.message);
    findings
}

fn policy(role: &Role, place: Span) -> Option<Finding> {
    let size = size(role);
    (size > POLICY).then(|| {
        Finding::error(
            "BL203",
            place,
            format!("the policy of the role `{}` would have {size} characters", role.name),
        )
        .because(format!("IAM takes at most {POLICY} for all inline policies of a role"))
        .help("split the services over two apps, each with a branchline.yml of its own")
    })
}

/// An environment's deploy role trusts every pipeline that comes there, by name.
fn trusts(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (environment, pipelines) in &plan.entering {
        // What a role's ARN comes to, beside 200 characters of the policy's own.
        let size: usize = pipelines.iter().map(|pipeline| pipeline.len() + 45).sum::<usize>() + 200;
        if size > TRUST {
            let rule = plan
                .config
                .rules
                .iter()
                .find(|rule| rule.environments.iter().any(|name| name == environment));
            findings.push(
                Finding::error(
                    "BL204",
                    rule.map(|rule| rule.place),
                    format!("{} pipelines would deploy to `{environment}`", pipelines.len()),
                )
                .because(format!(
                    "the trust policy that names them would have {size} characters, and IAM takes {TRUST}"
                ))
                .help("let one rule with a pattern stand for several of the branches"),
            );
        }
    }
    findings
}

/// How long a role's policy is as IAM counts it, within a few characters.
fn size(role: &Role) -> usize {
    let text = |text: &super::text::Text| {
        text.resolve(|part| match part {
            Part::Account => "111111111111".to_owned(),
            Part::Region => "ap-northeast-1".to_owned(),
            Part::Partition => "aws".to_owned(),
            _ => "a".repeat(75),
        })
        .len()
            + 3
    };
    role.statements
        .iter()
        .map(|statement| {
            let actions: usize = statement.actions.iter().map(|action| action.len() + 3).sum();
            let resources: usize = statement.resources.iter().map(text).sum();
            let conditions: usize = statement
                .conditions
                .iter()
                .map(|condition| {
                    let values: usize = condition.values.iter().map(text).sum();
                    condition.operator.len() + condition.key.len() + values + 30
                })
                .sum();
            statement.sid.len() + actions + resources + conditions + 60
        })
        .sum::<usize>()
        + 40
}
