//! What CodeBuild would not take of a project: its policy, its variables, its network.

use std::collections::BTreeSet;

use super::{JOIN_SECRETS, Judge, SPLIT_SERVICES, VARIABLE};
use crate::config::{Deploy, Environment as Place, Machine, Migrate, Run};
use crate::diagnostic::{Finding, Span, shown};
use crate::pipeline::model::{Project, ProjectKind, Variable};
use crate::pipeline::text::Text;
use crate::pipeline::{keep, migrate, names, sidecars, snapshot, verify};

/// Subnets of a project at most (CodeBuild's API model, `VpcConfig`).
const SUBNETS: usize = 16;

/// Security groups of a project at most (CodeBuild's API model, `VpcConfig`).
const SECURITY_GROUPS: usize = 5;

impl Judge<'_> {
    /// A project of pipelines.
    pub(super) fn project(&mut self, project: &Project) {
        let config = self.plan.config;
        let tests = config.tests.iter().find(|test| test.service == project.part);
        let (place, help) = match (tests, project.kind) {
            (Some(test), ProjectKind::Test) => (test.section, JOIN_SECRETS),
            _ if config.build.secrets.len() > config.services.len() => (config.build.place, JOIN_SECRETS),
            _ => (config.build.place, SPLIT_SERVICES),
        };
        self.policy(&project.role, place, help);
        for (name, value) in &project.variables {
            // What the sidecars of an environment come to is told of the environment.
            if let Variable::Plain(value) = value
                && !name.starts_with(names::SIDECARS)
            {
                self.variable(name, value, project.kind.name(), place);
            }
        }
    }

    fn variable(&mut self, name: &str, value: &Text, section: &str, place: Span) {
        let letters = self.size.text(value);
        if letters > VARIABLE {
            self.findings.push(
                Finding::error(
                    "BL205",
                    place,
                    format!("the variable {} of `{section}` has {letters} characters", shown(name)),
                )
                .because(format!("CodeBuild takes at most {VARIABLE}"))
                .help("keep it in a file of the repository, or in a secret"),
            );
        }
    }

    /// Command, variables and secrets of a migration as a task reach its step in one variable; on a build machine the
    /// command does. What all environments have alike is told for the first.
    pub(super) fn migration(&mut self, place: &Place, migrate: &Migrate, told: &mut BTreeSet<Span>) {
        let (letters, what, help) = if migrate.run == Run::EcsTask {
            let help = "make a long command a script in the image, and put what the service needs too into its task \
                        definition: the migration has all that is in there";
            (
                self.size.text(&migrate::overrides(&self.plan.place_of(place), migrate)),
                "command, variables and secrets come",
                help,
            )
        } else {
            let help = "make a long command a script, and run that";
            (
                migrate::command(migrate).chars().count(),
                "the command and the names of its variables come",
                help,
            )
        };
        if letters > VARIABLE && told.insert(migrate.place) {
            self.findings.push(
                Finding::error(
                    "BL205",
                    migrate.place,
                    format!("the migration in `{}` says more than its step can be told", place.name),
                )
                .because(format!("{what} to {letters} characters, and CodeBuild takes {VARIABLE}"))
                .help(help),
            );
        }
        if migrate.run == Run::EcsTask {
            return;
        }
        for (name, value) in &migrate.variables {
            // Only a value that is too long is worth the allocation of being asked about.
            if value.chars().count() > VARIABLE && told.insert(migrate.place) {
                self.variable(name, &Text::from(value.as_str()), "migrate", migrate.place);
            }
        }
    }

    /// What the steps around a migration and a deploy are told of an environment: the tags of its snapshots, and what
    /// it is asked.
    pub(super) fn around(&mut self, place: &Place) {
        if let Some(snapshot) = &place.snapshot {
            let tags = Text::from(snapshot::tags(self.plan, place));
            self.variable("SNAPSHOT_TAGS", &tags, "snapshot", snapshot.place);
        }
        self.sidecars(place);
        self.ecs_services(place);
        let Some(verify) = &place.verify else { return };
        let commands = Text::from(verify::commands(verify));
        self.variable("VERIFY_COMMANDS", &commands, "verify", verify.place);
        let contains = verify.http.as_ref().and_then(|http| http.contains.as_ref());
        let own = contains.map(|text| ("VERIFY_CONTAINS", text)).into_iter();
        for (name, value) in own.chain(verify.variables.iter().map(|(name, value)| (name.as_str(), value))) {
            self.variable(name, &Text::from(value.as_str()), "verify", verify.place);
        }
    }

    /// What the step before a deploy is told of the ECS services of an environment.
    fn ecs_services(&mut self, place: &Place) {
        let letters = keep::ecs_services(self.plan, place).chars().count();
        let is_told = self.findings.iter().any(|finding| finding.message.contains("ECS services of"));
        if letters > VARIABLE && !is_told {
            self.findings.push(
                Finding::error(
                    "BL205",
                    place.place,
                    format!("the ECS services of `{}` say more than its step can be told", place.name),
                )
                .because(format!("their clusters, names and containers come to {letters} characters, and CodeBuild takes {VARIABLE}"))
                .help(SPLIT_SERVICES),
            );
        }
    }

    /// What the build is told of an environment's sidecars. Told for all services together: a pipeline has all of them
    /// unless its rule says less.
    fn sidecars(&mut self, place: &Place) {
        // The same is told `Keep`, but for public images, and with those of task families.
        let of_build = sidecars::of_services(self.plan, place, |_| true);
        let texts = [of_build, sidecars::looked_for(self.plan, place)];
        let letters = texts.iter().flatten().map(|text| self.size.text(text)).max().unwrap_or_default();
        let is_told = self.findings.iter().any(|finding| finding.message.contains("sidecars"));
        if letters > VARIABLE && !is_told {
            self.findings.push(
                Finding::error(
                    "BL205",
                    place.place,
                    format!("the sidecars in `{}` say more than a step can be told", place.name),
                )
                .because(format!("their names and images come to {letters} characters, and CodeBuild takes {VARIABLE}"))
                .help("keep images that are the same everywhere in the task definitions, where each deploy leaves them as they are"),
            );
        }
    }

    /// Networks with more parts than CodeBuild takes (code `BL218`), each place told once.
    pub(super) fn networks(&mut self) {
        let config = self.plan.config;
        let mut machines: Vec<(&Machine, Span)> = vec![(&config.build.machine, config.build.place)];
        machines.extend(config.tests.iter().map(|test| (&test.machine, test.section)));
        for place in self.plan.environments() {
            machines.extend(place.migrations.iter().map(|migrate| (&migrate.machine, migrate.place)));
            machines.extend(place.deploys.values().filter_map(|deploy| match deploy {
                Deploy::Commands(commands) => Some((&commands.machine, place.place)),
                Deploy::Ecs(_) | Deploy::EcsTask(_) => None,
            }));
            machines.extend(place.verify.iter().map(|verify| (&verify.machine, verify.place)));
        }
        let mut told = BTreeSet::new();
        for (machine, place) in machines {
            let Some(vpc) = &machine.vpc else { continue };
            let counts = [
                (vpc.subnets.len(), SUBNETS, "subnets"),
                (vpc.security_groups.len(), SECURITY_GROUPS, "security groups"),
            ];
            for (count, most, what) in counts.into_iter().filter(|(count, most, _)| count > most) {
                if told.insert((place, what)) {
                    self.findings.push(
                        Finding::error("BL218", place, format!("its `vpc` has {count} {what}"))
                            .because(format!("CodeBuild takes at most {most} for a project"))
                            .help("name fewer: one subnet in each of two or three zones is enough"),
                    );
                }
            }
        }
    }
}
