//! What AWS would not take (codes BL2xx): checked on the model, so that it is said before anything is made.

use std::collections::BTreeMap;

use super::iam::Role;
use super::model::Project;
use super::text::Part;
use super::{Buildspecs, Plan, names};
use crate::branch_map::BranchMap;
use crate::config::{Config, Rule, Service};
use crate::diagnostic::{Finding, Span};

/// Stages of a pipeline at most (AWS CodePipeline quotas).
const STAGES: usize = 50;

/// Actions of a stage at most (AWS CodePipeline quotas).
const ACTIONS: usize = 50;

/// Characters that a role's inline policies may have together, white space not counted (IAM quotas).
const POLICY: usize = 10_240;

/// Characters that a role's trust policy may have (IAM quotas; the default, which AWS raises when asked).
const TRUST: usize = 2_048;

/// Environments of a rule, and services, up to which its pipeline stays within every limit: an ARN of a topic or a role
/// for each makes no policy too long.
const FEW: usize = 8;

/// What AWS would not take of this configuration, whose map has no errors.
pub fn limits(config: &Config, map: &BranchMap) -> Vec<Finding> {
    let plan = Plan::new(config, map, Buildspecs::default());
    let mut findings = Vec::new();
    for (index, (entry, rule)) in map.entries.iter().zip(&config.rules).enumerate() {
        let is_first = index == 0;
        if !is_first && entry.environments.len() <= FEW && config.services.len() <= FEW {
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
        // Build and test do the same for every rule.
        let projects = if is_first { pipeline.projects.as_slice() } else { &[] };
        findings.extend(policies(&pipeline.role, projects, rule.place));
    }
    for place in plan.environments() {
        let environment = plan.environment(place);
        let rule = first_rule(config, &place.name);
        findings.extend(policies(&environment.deploy_role, &environment.projects, rule));
    }
    findings.extend(trusts(&plan));
    findings.extend(repositories(config));
    findings
}

/// Repositories of the base stack that would have one name in ECR.
fn repositories(config: &Config) -> Vec<Finding> {
    let names: BTreeMap<&str, &Service> =
        config.services.values().map(|service| (service.repository.as_str(), service)).collect();
    let mut findings = Vec::new();
    for service in config.services.values() {
        let cache = names::cache_repository(&service.repository);
        if let Some(other) = names.get(cache.as_str()).filter(|_| service.cache) {
            findings.push(
                Finding::error(
                    "BL205",
                    other.place,
                    format!("two image repositories would be called `{cache}`"),
                )
                .because(format!("that is where the layers of `{}` are kept", service.name))
                .help("give this service another name, or a `repository` of another name")
                .related(service.place, "its cache"),
            );
        }
    }
    findings
}

/// The place of the first rule that deploys to an environment.
fn first_rule(config: &Config, environment: &str) -> Option<Span> {
    let goes_there = |rule: &&Rule| rule.environments.iter().any(|name| name == environment);
    config.rules.iter().find(goes_there).map(|rule| rule.place)
}

/// The roles whose policies are too long: that of a pipeline or an environment, and those of its projects.
fn policies(role: &Role, projects: &[Project], place: impl Into<Option<Span>>) -> Vec<Finding> {
    let place = place.into();
    let roles = std::iter::once(role).chain(projects.iter().map(|project| &project.role));
    roles.filter_map(|role| policy(role, place)).collect()
}

fn policy(role: &Role, place: Option<Span>) -> Option<Finding> {
    let size = size(role);
    (size > POLICY).then(|| {
        Finding::error(
            "BL203",
            place,
            format!("the policy of the role `{}` would have {size} characters", role.name),
        )
        .because(format!("IAM takes at most {POLICY} for all inline policies of a role"))
        .help("give it fewer secrets or roles, or split the services over two apps, each with a branchline.yml of its own")
    })
}

/// An environment's deploy role trusts every pipeline that comes there, by name.
fn trusts(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (environment, pipelines) in &plan.entering {
        // What a role's ARN comes to, beside 200 characters of the policy's own.
        let size: usize = pipelines.iter().map(|pipeline| pipeline.len() + 45).sum::<usize>() + 200;
        if size > TRUST {
            findings.push(
                Finding::error(
                    "BL204",
                    first_rule(plan.config, environment),
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

#[cfg(test)]
mod tests {
    use super::limits;
    use crate::{branch_map, config};

    /// The codes of what AWS would not take of a map, with more at the end of the file.
    fn codes(branches: &str, environments: &str, more: &str) -> Vec<&'static str> {
        let text = format!(
            "version: 1\napp: shop\nbranches: {{ {branches} }}\nenvironments: {{ {environments} }}\n\
             pipelines: {{ account: \"111122223333\", region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n{more}\n"
        );
        let reading = config::read(&text);
        let config = reading.config.unwrap_or_else(|| panic!("{:#?}", reading.findings));
        let (map, _) = branch_map::resolve(&config);
        limits(&config, &map).into_iter().map(|finding| finding.code).collect()
    }

    fn list(count: usize, item: impl Fn(usize) -> String) -> String {
        (1..=count).map(item).collect::<Vec<_>>().join(", ")
    }

    fn services(count: usize, roles: &str) -> String {
        let service =
            |number| format!("s{number}: {{ deploy: {{ ecs: {{ cluster: c, roles: [{roles}] }} }} }}");
        format!("services: {{ {} }}", list(count, service))
    }

    #[test]
    fn stages_and_actions_are_counted() {
        let names = |count| list(count, |number| format!("e{number}"));
        let environments = |count| list(count, |number| format!("e{number}: {{}}"));
        for (count, found) in [(48, vec![]), (49, vec!["BL201"])] {
            let branches = format!("main: [{}]", names(count));
            assert_eq!(codes(&branches, &environments(count), &services(1, "task")), found, "{count}");
        }
        assert!(codes("main: [e]", "e: {}", &services(50, "task")).contains(&"BL202"));
    }

    #[test]
    fn every_role_is_measured_however_few_the_environments_and_services_are() {
        let secret = |number| {
            format!(
                "S{number}: {{ secrets_manager: \"arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/{number}-AbCdEf\" }}"
            )
        };
        let build = format!("{}\nbuild: {{ secrets: {{ {} }} }}", services(1, "task"), list(200, secret));
        assert_eq!(codes("main: [live]", "live: {}", &build), ["BL203"]);
        let roles = list(200, |number| format!("a-role-with-a-long-name-{number}"));
        assert_eq!(codes("main: [live]", "live: {}", &services(1, &roles)), ["BL203"]);
        // Only the second environment is at fault.
        let differs = format!("{{ services: {{ s1: {{ deploy: {{ ecs: {{ roles: [{roles}] }} }} }} }} }}");
        let environments = format!("dev: {{}}, live: {differs}");
        assert_eq!(codes("develop: [dev], main: [live]", &environments, &services(1, "task")), ["BL203"]);
    }

    #[test]
    fn no_two_repositories_have_one_name() {
        let services = |one: &str, other: &str, build: &str| {
            let deploy = "deploy: { ecs: { cluster: c, roles: [task] } }";
            format!("services: {{ {one}: {{ {build}{deploy} }}, {other}: {{ {deploy} }} }}")
        };
        for (one, other, build, found) in [
            ("api", "api-cache", "", vec![]),
            ("api", "api-cache", "build: { cache: true }, ", vec!["BL205"]),
        ] {
            assert_eq!(
                codes("main: [live]", "live: {}", &services(one, other, build)),
                found,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn an_environment_cannot_trust_any_number_of_pipelines() {
        let branches = |count| list(count, |number| format!("team-{number}: [live]"));
        assert_eq!(codes(&branches(20), "live: {}", &services(1, "task")), Vec::<&str>::new());
        assert_eq!(codes(&branches(60), "live: {}", &services(1, "task")), ["BL204"]);
    }
}
