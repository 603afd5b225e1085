//! Templates that CloudFormation would refuse for their size (code `BL233`). What makes one large is the buildspecs that
//! it carries, one for each project: for each migration of an environment and each deploy without ECS's own action, for each
//! of a pipeline's tests. Nothing but a bound is worked out for those that cannot come near: most.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::cloudformation;
use super::cloudformation::template::Template;
use super::read_back::Blocks;
use super::yaml::write_yaml;
use crate::branch_map::Entry;
use crate::config::{Deploy, Environment, Secret};
use crate::diagnostic::{Finding, Span};
use crate::pipeline::{Plan, test_belongs};

/// Bytes of a template at most, through a bucket (AWS CloudFormation quotas).
pub(super) const BYTES: usize = 1_000_000;

/// Resources of a template at most (AWS CloudFormation quotas).
pub(super) const RESOURCES: usize = 500;

/// Bytes of a project, its role and its log at most, beside the buildspec and what is given as variables. Three times the
/// 10,240 characters that IAM takes of the role's policies: as YAML each of their words has a line of its own. The rest
/// is the project's; most have a tenth of all this.
const OF_PROJECT: usize = 45_000;

/// Projects of an environment beside those of migrations and deploys, one of each kind at most, and one more for what is no
/// project: two roles, a key, the logs of tasks. As much as what stands in a base stack once.
const AROUND: usize = 7;

/// Bytes of an action at most: few of its settings are long, and they have names of things, which are not.
const OF_ACTION: usize = 3_000;

/// Actions in an environment's stages beside migrations and deploys: lock, guard, record, approval and the like.
const ACTIONS_AROUND: usize = 12;

/// Bytes of a service's image repositories in a pipeline's stack, each with a policy of at most 10,240 characters.
const OF_REPOSITORIES: usize = 45_000;

/// Bytes of a role at most.
const OF_ROLE: usize = 45_000;

const SPLIT_SERVICES: &str = "split the services over two apps, each with a branchline.yml of its own; each has locks of its own, \
    so what one migrates the other must not need";

const SPLIT_ENVIRONMENTS: &str = "split the environments over two apps, each with a branchline.yml of its own; an environment is in one of them alone";

/// The stacks that would be too large, each environment and each kind of pipeline told once. `blocks` are the buildspecs of
/// the plan, as a stack has them.
pub fn too_large(plan: &Plan, blocks: &Blocks) -> Vec<Finding> {
    let buildspec = blocks.laid().texts().map(|(_, written)| written.len()).max().unwrap_or_default();
    let judge = Judge { plan, blocks, of_project: buildspec + OF_PROJECT };
    let mut findings: Vec<Finding> = judge.base().into_iter().collect();
    for place in plan.environments().filter(|place| judge.bound_of_environment(place) > BYTES) {
        findings.extend(judge.environment(place));
    }
    let mut measured = BTreeSet::new();
    let mut told: BTreeSet<&[String]> = BTreeSet::new();
    for entry in plan.map.entries.iter().filter(|entry| judge.bound_of_pipeline(entry) > BYTES) {
        if told.contains(&*entry.services) || !measured.insert((&entry.services, &entry.environments)) {
            continue;
        }
        let finding = judge.pipeline(entry);
        if finding.is_some() {
            told.insert(&entry.services);
        }
        findings.extend(finding);
    }
    findings
}

struct Judge<'a> {
    plan: &'a Plan<'a>,
    blocks: &'a Blocks,
    /// Bytes of a project at most, with the longest of all buildspecs.
    of_project: usize,
}

impl Judge<'_> {
    fn base(&self) -> Option<Finding> {
        let base = self.plan.base();
        // Notifications have rules by the length of what they name; with some it is measured, since there is one base.
        let bound = (base.lock_holders.len() + AROUND) * OF_ROLE + base.projects.len() * self.of_project;
        if base.notifications.is_empty() && bound <= BYTES {
            return None;
        }
        let template = cloudformation::base(self.plan.config, &base);
        let afar =
            base.lock_holders.last().and_then(|one| self.plan.config.environments.get(&one.environment));
        self.judged(&template, "the base stack", afar.map(|place| place.place), || {
            ("each environment elsewhere brings the role that writes its lock", SPLIT_ENVIRONMENTS)
        })
    }

    /// Surely no less than the bytes of an environment's stack.
    fn bound_of_environment(&self, place: &Environment) -> usize {
        let deploys = place.deploys.values().filter(|deploy| deploy.ecs().is_none()).count();
        let of_migrations = place.migrations.iter().map(|one| given(&one.variables, &one.secrets));
        let of_deploys = place.deploys.values().map(|deploy| match deploy {
            Deploy::Commands(commands) => given(&commands.variables, &commands.secrets),
            Deploy::Ecs(_) | Deploy::EcsTask(_) => 0,
        });
        let of_verify = place.verify.iter().map(|verify| given(&verify.variables, &verify.secrets));
        let given: usize = of_migrations.chain(of_deploys).chain(of_verify).sum();
        (place.migrations.len() + deploys + AROUND) * self.of_project + given
    }

    fn environment(&self, place: &Environment) -> Option<Finding> {
        let template = cloudformation::environment(self.plan.config, &self.plan.environment(place));
        let what = format!("the stack of the environment `{}`", place.name);
        let deploys = place.deploys.values().filter(|deploy| deploy.ecs().is_none()).count();
        self.judged(&template, &what, Some(place.place), || {
            if deploys > place.migrations.len() {
                ("each deploy to a task family or by commands brings its whole buildspec", SPLIT_SERVICES)
            } else {
                (
                    "each migration brings its whole buildspec",
                    "let one migration run several of them in order: a script of the image, say, or `a && b`",
                )
            }
        })
    }

    /// Surely no less than the bytes of a pipeline's stack.
    fn bound_of_pipeline(&self, entry: &Entry) -> usize {
        let config = self.plan.config;
        let build = given(&config.build.variables, &config.build.secrets);
        let tests = config.tests.iter().filter(|test| test_belongs(test, entry));
        // A test is given what the build is.
        let of_tests =
            tests.map(|test| self.of_project + build + given(&test.variables, &test.secrets)).sum::<usize>();
        let places = entry.environments.iter().filter_map(|name| config.environments.get(name));
        let actions: usize =
            places.map(|place| place.migrations.len() + place.deploys.len() + ACTIONS_AROUND).sum();
        let once = OF_ROLE + self.of_project + build;
        once + of_tests + actions * OF_ACTION + entry.services.len() * OF_REPOSITORIES
    }

    fn pipeline(&self, entry: &Entry) -> Option<Finding> {
        let config = self.plan.config;
        let template = cloudformation::pipeline(config, &self.plan.pipeline(entry));
        let what = format!("the stack of the pipeline `{}`", entry.pipeline);
        let place = config.rules.iter().find(|rule| rule.key == entry.rule).map(|rule| rule.place);
        let tests = config.tests.iter().filter(|test| test_belongs(test, entry)).count();
        self.judged(&template, &what, place, || {
            if tests * 2 > entry.services.len() {
                (
                    "each test brings its whole buildspec",
                    "let the tests of several services run together, under `test` at the top level",
                )
            } else {
                ("each service brings image repositories, and an action for each environment", SPLIT_SERVICES)
            }
        })
    }

    /// `why` is what makes it large, and what helps.
    fn judged(
        &self,
        template: &Template,
        what: &str,
        place: Option<Span>,
        why: impl FnOnce() -> (&'static str, &'static str),
    ) -> Option<Finding> {
        let mut text = String::with_capacity(BYTES);
        // What cannot be written is told when it is.
        write_yaml(&mut text, template, self.blocks.laid()).ok()?;
        let counted = [(text.len(), BYTES, "bytes"), (template.len(), RESOURCES, "resources")];
        let (found, most, unit) = counted.into_iter().find(|(found, most, _)| found > most)?;
        let (reason, help) = why();
        Some(
            Finding::error("BL233", place, format!("{what} would have {found} {unit}"))
                .because(format!("CloudFormation takes at most {most}, and {reason}"))
                .help(help),
        )
    }
}

/// Bytes at most of what a person gives to a project: a letter comes to six where it is escaped, and each value has lines of its
/// own.
fn given(variables: &IndexMap<String, String>, secrets: &IndexMap<String, Secret>) -> usize {
    let of_secret = |secret: &Secret| match secret {
        Secret::SecretsManager { arn, key } => arn.len() + key.as_ref().map_or(0, String::len),
        Secret::ParameterStore(name) => name.len(),
    };
    let variables = variables.iter().map(|(name, value)| name.len() + value.len());
    let secrets = secrets.iter().map(|(name, secret)| name.len() + of_secret(secret));
    variables.chain(secrets).map(|letters| letters * 6 + 100).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::specs;
    use crate::{branch_map, config};

    /// Each template's bytes are fewer than what is worked out for it, by a wide margin.
    #[test]
    fn no_template_is_larger_than_its_bound() {
        for text in [
            include_str!("../../tests/configuration/sound/branchline.yml"),
            include_str!("../../tests/configuration/stack-of-deploys-too-large/branchline.yml"),
            include_str!("../../tests/configuration/stack-too-large/branchline.yml"),
            include_str!("../../tests/judges/configurations/deploys/branchline.yml"),
            include_str!("../../examples/jobs/branchline.yml"),
            include_str!("../../examples/three-accounts/branchline.yml"),
        ] {
            let reading = config::read(text);
            let config = reading.config.unwrap_or_else(|| panic!("{:?}", reading.findings));
            let (map, _) = branch_map::resolve(&config);
            let specs = specs::specs(&config).unwrap_or_else(|error| panic!("{error}"));
            let plan = Plan::new(&config, &map, specs.texts.clone());
            let written = specs.blocks.laid().texts().map(|(_, written)| written.len()).max();
            let judge = Judge {
                plan: &plan,
                blocks: &specs.blocks,
                of_project: written.unwrap_or_default() + OF_PROJECT,
            };
            let bytes = |template: &Template| {
                let mut text = String::new();
                write_yaml(&mut text, template, specs.blocks.laid()).map(|()| text.len())
            };
            for place in plan.environments() {
                let template = cloudformation::environment(&config, &plan.environment(place));
                let (found, bound) = (bytes(&template), judge.bound_of_environment(place));
                assert!(found.as_ref().is_ok_and(|found| found * 3 < bound * 2), "{found:?}, {bound}");
            }
            for entry in &map.entries {
                let template = cloudformation::pipeline(&config, &plan.pipeline(entry));
                let (found, bound) = (bytes(&template), judge.bound_of_pipeline(entry));
                assert!(found.as_ref().is_ok_and(|found| found * 3 < bound * 2), "{found:?}, {bound}");
            }
        }
    }
}
