//! What is told of actions that nothing in the map stands for, and of what is elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Action, Declared, Project};
use super::super::project::{is_secret, variables};
use super::super::stages::{Other, Visits};
use super::Gathering;
use crate::config::tree;
use crate::import::buildspecs::secret::Safe;
use crate::import::draft::Rule;
use crate::import::draft::{Machine, Vpc};
use crate::import::remark::{Remark, Weight};
use crate::import::text::UNKNOWN;

/// CodeBuild's sizes, and the map's (CodeBuild user guide, "Build environment compute modes and types").
const SIZES: [(&str, &str); 5] = [
    ("BUILD_GENERAL1_SMALL", "small"),
    ("BUILD_GENERAL1_MEDIUM", "medium"),
    ("BUILD_GENERAL1_LARGE", "large"),
    ("BUILD_GENERAL1_XLARGE", "xlarge"),
    ("BUILD_GENERAL1_2XLARGE", "2xlarge"),
];

/// Settings whose secrets are told in words of their own.
const TOLD: [&str; 2] = ["OAuthToken", "EnvironmentVariables"];

impl Gathering {
    /// Buildspecs of all projects that are known.
    pub(super) fn specs(&self) -> BTreeSet<String> {
        self.projects.values().filter_map(|project| project.buildspec.clone()).collect()
    }

    /// A pipeline that is in another account or region than the others.
    pub(super) fn elsewhere(&mut self, pipeline: &Declared) {
        let differs =
            |own: &Option<String>, home: &Option<String>| own.is_some() && home.is_some() && own != home;
        if differs(&pipeline.home.account, &self.home.account)
            || differs(&pipeline.home.region, &self.home.region)
        {
            let what = format!("`{}` is in another account or region than the first pipeline", pipeline.name);
            self.say(
                Weight::Changed,
                &pipeline.place,
                what,
                "all pipelines of a map are in one account and region",
            );
        }
        if pipeline.mode.as_deref().is_none_or(|mode| mode == "SUPERSEDED") {
            self.superseded.insert(pipeline.name.clone());
        }
        for name in &pipeline.variables {
            let what = format!("the variable `{name}` of `{}`", pipeline.name);
            self.say(Weight::Lost, &pipeline.place, what, "a pipeline of branchline's has none of one's own: what is set at a start can be a rule of its own");
        }
    }

    /// Everything that runs in a pipeline and neither deploys nor asks.
    pub(super) fn others(&mut self, pipeline: &Declared, found: &Visits) {
        let all = pipeline.stages.iter().flat_map(|stage| &stage.actions);
        all.for_each(|action| self.secrets(pipeline, action));
        let mut has_built = false;
        for other in &found.others {
            let action = other.action;
            let is_build = action.category == "Build" && action.provider == "CodeBuild" && other.visits == 0;
            if is_build && !has_built {
                has_built = true;
                self.built(pipeline, other);
                continue;
            }
            let (name, stage) = (&action.name, &other.stage.name);
            let runs = action.setting("ProjectName").filter(|project| !project.contains(UNKNOWN));
            let what = match runs {
                Some(project) => format!(
                    "`{name}` in the stage `{stage}` of `{}` runs the project `{project}`",
                    pipeline.name
                ),
                None => format!(
                    "`{name}` in the stage `{stage}` of `{}` (`{} {}`)",
                    pipeline.name, action.category, action.provider
                ),
            };
            let help = if other.may_deploy {
                "it is not carried over: where it deploys, it has to become `deploy.commands` of a service, in an environment of its own that has \
                 the approval; nothing that changes anything belongs under `verify`"
            } else if other.visits > 0 {
                "what it checks behind a deploy belongs under `verify.commands` of the environment before it, a migration under `migrate`"
            } else if action.category == "Test" {
                "its commands belong under `test.commands`, which run between the build and the first environment"
            } else if name == "SelfMutate" {
                "with it CDK changes its own pipeline: `branchline bootstrap` keeps pipelines in its place"
            } else {
                "tests belong under `test.commands`, what changes a database under `migrate`, what deploys into a service's `deploy.commands`"
            };
            self.say(Weight::Lost, &action.place, what, help);
        }
    }

    /// The project that builds the images.
    fn built(&mut self, pipeline: &Declared, other: &Other) {
        let action = other.action;
        let name = action.setting("ProjectName").unwrap_or(&action.name).to_owned();
        let what = format!(
            "`{}` of `{}` is replaced by branchline's build of the services' images",
            action.name, pipeline.name
        );
        let help = "whatever else its buildspec does is not carried over: tests belong under `test.commands`, build arguments under `build.args`, \
                    secrets under `build.secrets`";
        self.say(Weight::Changed, &action.place, what, help);
        let Some(project) = self.projects.get(&name) else { return };
        let settings = settings(project);
        let build = &mut self.draft.settings.build;
        if *build == Machine::default() {
            if settings != Machine::default() {
                *build = settings;
                self.draft.settings.build_was = Some("What the builds ran in until now.");
            }
        } else if *build != settings {
            let what = format!("the project `{name}` has another image, size or network than the first one");
            self.say(
                Weight::Changed,
                &action.place,
                what,
                "one project's settings serve for all builds: those of the first were taken",
            );
        }
    }

    /// Variables in plain text whose names say that they are secrets, and variables that a project has. No value is told.
    fn secrets(&mut self, pipeline: &Declared, action: &Action) {
        let own = action.setting("EnvironmentVariables").and_then(|text| tree::read_of_others(text).0);
        let own = own.map(|node| variables(&node)).unwrap_or_default();
        let project = action.setting("ProjectName").and_then(|name| self.projects.get(name));
        let of_project = project.map(|project| project.variables.clone()).unwrap_or_default();
        for (key, text) in action.configuration.iter().filter(|(key, _)| !TOLD.contains(&key.as_str())) {
            if !Safe::of(Some(key), text).is_whole() {
                let what = format!(
                    "the setting `{key}` of `{}` in `{}` is a secret in plain text",
                    action.name, pipeline.name
                );
                let help = "whoever may look at the pipeline reads it: change it, and keep it in Secrets Manager or Parameter Store";
                self.say(Weight::Mistake, &action.place, what, help);
            }
        }
        let mut lost = BTreeSet::new();
        let all = own.into_iter().chain(of_project).chain(action.variables.iter().cloned());
        for (name, is_plain) in all {
            if is_plain && is_secret(&name) {
                let what = format!(
                    "the variable `{name}` of `{}` in `{}` is a secret in plain text",
                    action.name, pipeline.name
                );
                let help = "whoever may look at the pipeline reads it: change it, keep it in Secrets Manager or Parameter Store, and name it \
                            under `secrets`";
                self.say(Weight::Mistake, &action.place, what, help);
            }
            lost.insert(name);
        }
        if !lost.is_empty() {
            let names: Vec<String> = lost.into_iter().collect();
            let what = format!("variables of `{}` in `{}`: {}", action.name, pipeline.name, names.join(", "));
            self.say(
                Weight::Lost,
                &action.place,
                what,
                "those that are still needed belong under `variables` or `secrets` of what runs",
            );
        }
    }
}

/// A build argument of a buildspec whose value is a secret. The value is neither told nor taken.
pub(super) fn argument(name: &str) -> Remark {
    Remark {
        weight: Weight::Mistake,
        what: format!("the build argument `{name}` of a buildspec is a secret in plain text"),
        help: "it is not carried over: whoever has the image or the buildspec reads it. Change it, keep it in Secrets Manager, and name it \
               under `build.secrets`"
            .to_owned(),
        place: None,
    }
}

/// What of a project's machine the map has a key for.
fn settings(project: &Project) -> Machine {
    let image = project.image.clone().filter(|image| is_image(image));
    let compute = SIZES.iter().find(|(size, _)| Some(*size) == project.compute.as_deref());
    let vpc = project.vpc.clone().filter(|vpc| {
        let is_id = |id: &String, begin: &str| {
            id.strip_prefix(begin).is_some_and(|end| {
                [8, 17].contains(&end.len())
                    && end.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            })
        };
        is_id(&vpc.id, "vpc-")
            && !vpc.subnets.is_empty()
            && !vpc.security_groups.is_empty()
            && vpc.subnets.iter().all(|id| is_id(id, "subnet-"))
            && vpc.security_groups.iter().all(|id| is_id(id, "sg-"))
    });
    Machine {
        image,
        compute: compute.map(|(_, ours)| *ours),
        vpc: vpc.map(|vpc| Vpc { id: vpc.id, subnets: vpc.subnets, security_groups: vpc.security_groups }),
        ..Machine::default()
    }
}

fn is_image(image: &str) -> bool {
    image.starts_with(|first: char| first.is_ascii_alphanumeric())
        && image.chars().all(|one| one.is_ascii_alphanumeric() || "._/:@-".contains(one))
        && !image.contains(UNKNOWN)
}

/// A service that a pipeline did not deploy to all of its environments, and a rule does.
pub(super) fn gaps(rule: &Rule, of_services: &BTreeMap<String, BTreeSet<String>>, remarks: &mut Vec<Remark>) {
    for (service, environments) in of_services {
        let lacking: Vec<&str> = rule
            .environments
            .iter()
            .filter(|name| !environments.contains(*name))
            .map(String::as_str)
            .collect();
        if !lacking.is_empty() {
            remarks.push(Remark {
                weight: Weight::Changed,
                what: format!("`{}` did not deploy `{service}` to {}", rule.pipeline, lacking.join(", ")),
                help: "a rule deploys its services to all of its environments: give it a rule of its own where that is not meant. Its ECS names there are CHECK until they are written".to_owned(),
                place: Some(rule.place.clone()),
            });
        }
    }
}
