//! What AWS would not take (codes `BL2xx`), and what one pipeline could do to another (`BL5xx`): checked on the model, so
//! that it is said before anything is made.
//!
//! Of two thousand rules most differ in nothing that counts. What is measured is the largest of those that are alike,
//! so the time taken is a small part of what making them takes.

mod compare;
mod existing;
mod families;
mod folders;
mod locks;
mod names;
mod notifications;
mod projects;
mod repositories;
mod roles;
mod shared;
mod size;

use std::collections::{BTreeMap, BTreeSet};

use super::iam::Role;
use super::model::{Pipeline, ProjectKind};
use super::names::StageKind;
use super::{Buildspecs, Plan, images};
use crate::branch_map::{BranchMap, Entry};
use crate::config::{Config, Rule};
use crate::diagnostic::{Finding, Span, shown};
use size::Size;

/// Stages of a pipeline at most (AWS CodePipeline quotas).
pub const STAGES: usize = 50;

/// Actions of a stage at most (AWS CodePipeline quotas).
pub const ACTIONS: usize = 50;

/// Characters that a role's inline policies may have together, white space not counted (IAM quotas).
pub const POLICY: usize = 10_240;

/// Characters that a role's trust policy may have (IAM quotas; the default, which AWS raises when asked).
const TRUST: usize = 2_048;

/// Characters of an environment variable's value, as `StartBuild` has it: "should be at most 4096 characters".
pub const VARIABLE: usize = 4_096;

const SPLIT_SERVICES: &str = "split the services over two apps, each with a branchline.yml of its own";
const SPLIT_RULE: &str = "split the environments over two rules, each with a branch of its own";
const JOIN_SECRETS: &str =
    "keep several values in one secret of Secrets Manager, as keys of its JSON: the policy names it once";

const JOIN_RULES: &str = "let one rule with a pattern stand for several of the branches";

const FEWER_STATEMENTS: &str =
    "name what the commands use by a prefix that it has in common, such as `shop-site/*`, in one statement";

const JOIN_COMMANDS: &str = "let one command do the work of several of them";

const FEWER_ROLES: &str =
    "name no role under `roles` that the task definition has not, and let services share theirs";

/// What AWS would not take of this configuration. Takes time in proportion to its rules and environments.
pub fn limits(config: &Config, map: &BranchMap) -> Vec<Finding> {
    let plan = Plan::new(config, map, Buildspecs::default());
    let mut judge = Judge { plan: &plan, size: Size::new(&config.region), findings: Vec::new() };
    for (entry, rule) in largest(config, map) {
        let pipeline = plan.pipeline(entry);
        judge.pipeline(&pipeline, rule);
    }
    // Of a pipeline's projects only the name differs from rule to rule of the same services.
    let mut longest: BTreeMap<&[String], &Entry> = BTreeMap::new();
    for entry in &map.entries {
        let best = longest.entry(&entry.services).or_insert(entry);
        if entry.pipeline.len() > best.pipeline.len() {
            *best = entry;
        }
    }
    for entry in longest.into_values() {
        for project in &plan.pipeline(entry).projects {
            judge.project(project);
        }
    }
    judge.environments();
    judge.compared();
    judge.trusts();
    judge.resources();
    judge.names();
    judge.families();
    judge.repositories();
    judge.networks();
    judge.shared_policies();
    judge.folders();
    judge.shared_roles();
    judge.locks();
    judge.notifications();
    judge.task_roles();
    judge.findings
}

/// Of the rules whose pipelines have the same stages, the one whose pipeline has the longest names.
fn largest<'a>(config: &'a Config, map: &'a BranchMap) -> impl Iterator<Item = (&'a Entry, &'a Rule)> {
    let mut largest: BTreeMap<_, (usize, (&Entry, &Rule))> = BTreeMap::new();
    for (entry, rule) in map.with_rules(config) {
        let places = || entry.environments.iter().filter_map(|name| config.environments.get(name));
        let topics: BTreeSet<&str> =
            places().filter_map(|place| place.approval.as_ref()?.notify.as_deref()).collect();
        let stages = (
            entry.environments.len(),
            places().filter(|place| place.approval.is_some()).count(),
            places().filter(|place| place.lock.is_some()).count(),
            places().flat_map(|place| entry.migrations(place)).count(),
            (
                places().filter(|place| place.snapshot.is_some()).count(),
                places().filter(|place| place.verify.is_some()).count(),
                places().filter(|place| super::compare::is_told(place)).count(),
            ),
            topics.len(),
            places().map(|place| place.region.as_str()).collect::<BTreeSet<_>>().len(),
            &entry.services,
        );
        let letters = entry.environments.iter().map(String::len).sum::<usize>()
            + topics.iter().map(|topic| topic.len()).sum::<usize>()
            + entry.pipeline.len() * (1 + config.tests.len());
        let best = largest.entry(stages).or_insert((letters, (entry, rule)));
        if letters > best.0 {
            *best = (letters, (entry, rule));
        }
    }
    largest.into_values().map(|(_, found)| found)
}

struct Judge<'a> {
    plan: &'a Plan<'a>,
    size: Size,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn pipeline(&mut self, pipeline: &Pipeline, rule: &Rule) {
        let what = format!("the pipeline of {}", shown(&pipeline.pattern));
        let stages = pipeline.stages.len();
        if stages > STAGES {
            self.findings.push(
                Finding::error("BL201", rule.place, format!("{what} would have {stages} stages"))
                    .because(format!("CodePipeline takes at most {STAGES}"))
                    .help(SPLIT_RULE),
            );
        }
        let is_told = self.findings.iter().any(|finding| finding.code == "BL202");
        let long = pipeline.stages.iter().find(|stage| stage.actions.len() > ACTIONS);
        if let Some(stage) = long.filter(|_| !is_told) {
            let config = self.plan.config;
            let (reason, help) = match stage.name.as_str() {
                "Test" => (format!("it runs {} tests side by side", config.tests.len()), JOIN_COMMANDS),
                name if StageKind::of(name) == Some(StageKind::Migrate) => {
                    (format!("it runs {} migrations", stage.actions.len()), JOIN_COMMANDS)
                }
                _ => (format!("it deploys {} services at once", config.services.len()), SPLIT_SERVICES),
            };
            self.findings.push(
                Finding::error(
                    "BL202",
                    rule.place,
                    format!("a stage of {what} would have more than {ACTIONS} actions"),
                )
                .because(reason)
                .help(help),
            );
        }
        self.policy(&pipeline.role, rule.place, SPLIT_RULE);
    }

    /// The names of the repositories' resources in a pipeline's stack, where one would hide another.
    fn resources(&mut self) {
        let mut stems = BTreeSet::new();
        for service in self.plan.config.services.values().filter(|service| service.builds()) {
            let stem = images::stem(&service.name);
            if !stems.insert(stem.clone()) {
                self.findings.push(
                    Finding::error(
                        "BL206",
                        service.place,
                        format!("the resource `{stem}` stands for two services"),
                    )
                    .because("their names differ, and what is made of them for CloudFormation does not")
                    .help("rename one of the services"),
                );
            }
        }
    }

    fn environments(&mut self) {
        let mut measured = BTreeSet::new();
        let mut told = BTreeSet::new();
        let plan = self.plan;
        for place in plan.environments() {
            if measured.insert((
                size::of_environment(plan, place, plan.entering(place)),
                plan.config.existing.bucket(&place.region),
            )) {
                let environment = plan.environment(place);
                self.policy(&environment.deploy_role, place.place, FEWER_ROLES);
                for project in &environment.projects {
                    let help =
                        if project.kind == ProjectKind::Migrate { FEWER_ROLES } else { SPLIT_SERVICES };
                    self.policy(&project.role, place.place, help);
                }
            }
            for migrate in &place.migrations {
                self.migration(place, migrate, &mut told);
            }
            self.around(place);
        }
    }

    fn policy(&mut self, role: &Role, place: Span, help: &str) {
        let letters = self.size.policy(role);
        if letters > POLICY {
            self.findings.push(
                Finding::error(
                    "BL203",
                    place,
                    format!("the policy of the role `{}` would have {letters} characters", role.name),
                )
                .because(format!("IAM takes at most {POLICY} for all inline policies of a role"))
                .help(self.shorten(role).unwrap_or(help)),
            );
        }
    }

    /// How a policy gets shorter, by what most of it is; `None` where that says nothing.
    fn shorten(&self, role: &Role) -> Option<&'static str> {
        let longest = role.statements.iter().max_by_key(|statement| self.size.statement(statement))?;
        let of_longest = self.size.statement(longest);
        if role.declared.iter().map(size::of_declared).sum::<usize>() > of_longest {
            return Some(FEWER_STATEMENTS);
        }
        match longest.sid {
            "PassRoles" | "PassStarters" => Some(FEWER_ROLES),
            "Secrets" | "Parameters" => Some(JOIN_SECRETS),
            "Services" => Some(SPLIT_SERVICES),
            "Artifacts" => Some(JOIN_RULES),
            _ => None,
        }
    }

    /// An environment's deploy role trusts every pipeline that comes there, by name.
    fn trusts(&mut self) {
        if self.plan.config.existing.roles.pipeline.is_some() {
            return;
        }
        for (environment, entering) in &self.plan.entering {
            let letters = size::of_trust(self.plan.config, entering);
            if letters > TRUST {
                let mut rules = self.plan.config.rules.iter();
                let rule = rules.find(|rule| rule.environments.iter().any(|name| name == environment));
                self.findings.push(
                    Finding::error(
                        "BL204",
                        rule.map(|rule| rule.place),
                        format!("{} pipelines would deploy to `{environment}`", entering.len()),
                    )
                    .because(format!(
                        "the trust policy that names them would have {letters} characters, and IAM takes {TRUST}"
                    ))
                    .help(if entering.iter().any(|entry| entry.of_branch.is_some()) {
                        "write a smaller `limit` and delete the branches that are done with, or let one pipeline stand for all of \
                         them: take `per_branch` out"
                    } else {
                        JOIN_RULES
                    }),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::branch_map;

    /// CodePipeline's API model: a value of an action's configuration has 1 to 1,000 characters.
    const VALUE: usize = 1_000;

    #[test]
    fn the_longest_names_there_are_fit_into_every_action() {
        let (app, environment, service) = ("a".repeat(20), "e".repeat(30), "s".repeat(30));
        let (branch, name, ecs) = ("b".repeat(255), "n".repeat(32), "c".repeat(255));
        let (owner, topic) = (format!("{}/{}", "o".repeat(127), "r".repeat(127)), "t".repeat(256));
        let text = format!(
            "version: 1\napp: {app}\nbranches: {{ ? {branch} : {{ environments: [{environment}], name: {name} }} }}\n\
             environments: {{ {environment}: {{ approval: {{ notify: 'arn:aws:sns:ap-northeast-1:111122223333:{topic}' }} }} }}\n\
             pipelines: {{ account: '111122223333', region: ap-northeast-1 }}\n\
             source: {{ repository: {owner}, provider: bitbucket }}\n\
             services: {{ {service}: {{ deploy: {{ ecs: {{ cluster: {ecs}, service: {ecs}, container: {ecs}, roles: [r] }} }} }} }}\n\
             test: {{ commands: [x], in: image }}\nmigrate: {{ command: x, name: {service}, run: codebuild }}\n"
        );
        let reading = crate::config::read(&text);
        let config = reading.config.unwrap_or_else(|| panic!("{:?}", reading.findings));
        let (map, _) = branch_map::resolve(&config);
        let plan = Plan::new(&config, &map, Buildspecs::default());
        let mut values = 0;
        for stage in plan.pipeline(&map.entries[0]).stages {
            for (key, value) in stage.actions.iter().flat_map(|action| &action.configuration) {
                let letters = Size::new("ap-northeast-1").text(value);
                assert!((1..=VALUE).contains(&letters), "{key} of {}: {letters}", stage.name);
                values += 1;
            }
        }
        assert!(values > 15, "only {values} values");
    }

    /// What is found of an app with so many branches of long names.
    fn with_branches(app: &str, region: &str, number: usize) -> Vec<Finding> {
        let text = format!(
            "version: 1\napp: {app}\nbranches: {{ feature/*: {{ environments: [preview], per_branch: true, limit: 25 }} }}\n\
             pipelines: {{ account: '111122223333', region: {region} }}\nenvironments: {{ preview: {{}} }}\n\
             source: {{ repository: acme/shop, connection: 'arn:aws-us-gov:codestar-connections:us-gov-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000006' }}\n\
             services: {{ api: {{ deploy: {{ ecs: {{ cluster: c, roles: [r] }} }} }} }}\nmigrate: {{ command: x }}\n"
        );
        let reading = crate::config::read(&text);
        let mut config = reading.config.unwrap_or_else(|| panic!("{:?}", reading.findings));
        let name = |at: usize| format!("feature/CUSTOMER-{at}-a-name-as-a-tracker-of-tickets-makes-it");
        config.branches = (0..number).map(name).collect();
        let (map, mut findings) = branch_map::resolve(&config);
        findings.extend(limits(&config, &map));
        findings
    }

    #[test]
    fn as_many_branches_as_a_limit_may_say_have_a_pipeline_whatever_the_app_is_called() {
        let most = usize::from(crate::config::PerBranch::MOST);
        for app in ["a", "customer-portal", "cust-portal-core1", "abcdefghijklmnopqrst"] {
            assert_eq!(with_branches(app, "us-gov-west-1", most), [], "{app}");
        }
        let beyond = with_branches("a", "us-gov-west-1", most + 1);
        assert_eq!(beyond.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["BL120"]);
    }

    #[test]
    fn an_environment_that_alone_is_beyond_a_limit_is_found_among_others_that_look_alike() {
        let roles = |letters: usize| {
            let role = |number: usize| format!("r{number}{}", "x".repeat(letters));
            (100..240).map(role).collect::<Vec<_>>().join(", ")
        };
        let text = |own: usize| {
            format!(
                "version: 1\napp: shop\nbranches: {{ a: [one], b: [two] }}\n\
                 environments: {{ one: {{}}, two: {{ services: {{ api: {{ deploy: {{ ecs: {{ roles: [{}] }} }} }} }} }} }}\n\
                 pipelines: {{ account: '111122223333', region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
                 services: {{ api: {{ deploy: {{ ecs: {{ cluster: 'c-{{environment}}', roles: [{}] }} }} }} }}\n",
                roles(own),
                roles(1)
            )
        };
        // That the tasks of both share roles is told elsewhere.
        let told = |text: &str| -> Vec<String> {
            let reading = crate::config::read(text);
            let config = reading.config.unwrap_or_else(|| panic!("{:?}", reading.findings));
            let (map, _) = branch_map::resolve(&config);
            limits(&config, &map)
                .into_iter()
                .filter(|finding| finding.code != "BL079")
                .map(|finding| format!("{} {}", finding.code, finding.message))
                .collect()
        };
        assert_eq!(told(&text(1)), [""; 0]);
        let beyond = told(&text(40));
        assert!(
            beyond.len() == 1 && beyond[0].starts_with("BL203 the policy of the role `shop-two-deploy`"),
            "{beyond:?}"
        );
    }

    #[test]
    fn a_policy_that_is_long_by_its_services_is_not_said_to_be_long_by_its_roles() {
        let services: Vec<String> = (100..240)
            .map(|number| format!("  s{number}: {{ deploy: {{ ecs: {{ cluster: c, service: \"s{number}{}\", roles: [r] }} }} }}\n", "x".repeat(40)))
            .collect();
        let text = format!(
            "version: 1\napp: shop\nbranches: {{ a: [one] }}\nenvironments: {{ one: {{}} }}\n\
             pipelines: {{ account: '111122223333', region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\nservices:\n{}",
            services.concat()
        );
        let reading = crate::config::read(&text);
        let config = reading.config.unwrap_or_else(|| panic!("{:?}", reading.findings));
        let (map, _) = branch_map::resolve(&config);
        let findings = limits(&config, &map);
        let role = |name: &str| {
            let start = format!("the policy of the role `{name}`");
            let found = findings.iter().find(|it| it.code == "BL203" && it.message.starts_with(&start));
            found.map_or_else(|| panic!("{name}: {findings:?}"), |finding| finding.help.clone())
        };
        assert_eq!(role("shop-one-deploy"), SPLIT_SERVICES);
        assert_eq!(role("shop-one-keep"), SPLIT_SERVICES);
    }
}
