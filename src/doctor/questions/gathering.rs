//! From a plan to what is worth a look.

use std::collections::BTreeMap;

use super::{Deploying, Kind, Questions, Service, Target, Thing, Use};
use crate::config::raw::{RawCompute, RawPlatform};
use crate::config::{Config, Deploy, Environment, Machine, Recipient, Secret};
use crate::pipeline::model::{Project, ProjectKind};
use crate::pipeline::text::Place;
use crate::pipeline::{Plan, names, test_belongs};

impl Questions {
    /// What a plan makes worth a look.
    pub fn of(plan: &Plan) -> Self {
        let config = plan.config;
        let mut questions = Questions {
            stem: config.stem.clone(),
            connection: config.source.connection.clone(),
            connection_export: names::connection_export(&config.stem),
            ..Questions::default()
        };
        questions.place(&plan.home, "the pipelines");
        for place in plan.further_places() {
            questions.place(&place, "artifacts");
        }
        questions.of_pipelines(plan);
        for environment in plan.environments() {
            let place = plan.place_of(environment);
            questions.place(&place, &format!("the environment `{}`", environment.name));
            questions.environment(plan, environment, &place);
        }
        questions.projects(plan);
        questions
    }

    fn place(&mut self, place: &Place, what: &str) {
        match self.places.iter_mut().find(|(there, _)| there == place) {
            Some((_, all)) => {
                all.push_str(", ");
                all.push_str(what);
            }
            None => self.places.push((place.clone(), what.to_owned())),
        }
    }

    fn thing(&mut self, kind: Kind, place: &Place, name: &str, by: Use) {
        // What is named by its ARN is asked in the region of that, with the credentials of who needs it.
        let region = name.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2));
        let place = match region.filter(|region| !region.is_empty()) {
            Some(region) => Place::new(place.account(), region),
            None => place.clone(),
        };
        let uses = self.things.entry(Thing { kind, place, name: name.to_owned() }).or_default();
        if !uses.contains(&by) {
            uses.push(by);
        }
    }

    fn secrets<'s>(&mut self, place: &Place, secrets: impl IntoIterator<Item = &'s Secret>, by: &Use) {
        for secret in secrets {
            let (kind, name) = match secret {
                Secret::SecretsManager { arn, .. } => (Kind::Secret, arn),
                Secret::ParameterStore(name) => (Kind::Parameter, name),
            };
            self.thing(kind, place, name, by.clone());
        }
    }

    fn network(&mut self, place: &Place, machine: &Machine, environment: Option<&str>) {
        let Some(vpc) = &machine.vpc else { return };
        let network = self.networks.entry((place.clone(), vpc.id.clone())).or_default();
        network.subnets.extend(vpc.subnets.iter().cloned());
        network.groups.extend(vpc.security_groups.iter().cloned());
        network.environment = network.environment.take().or_else(|| environment.map(str::to_owned));
    }

    /// What the pipelines themselves need.
    fn of_pipelines(&mut self, plan: &Plan) {
        let (config, home) = (plan.config, &plan.home);
        let by = |by: &str, near| Use { by: by.to_owned(), environment: None, near };
        self.secrets(home, config.build.secrets.values(), &by("the builds", Some(config.build.place)));
        self.network(home, &config.build.machine, None);
        let run = |test: &&_| plan.map.entries.iter().any(|entry| test_belongs(test, entry));
        for test in config.tests.iter().filter(run) {
            self.secrets(home, test.secrets.values(), &by("the tests", Some(test.section)));
            self.network(home, &test.machine, None);
        }
        for service in
            config.services.values().filter(|service| service.repository_exists && service.builds())
        {
            let by = by(&format!("the builds of `{}`", service.name), Some(service.place));
            self.thing(Kind::Repository, home, &service.repository, by);
        }
        let roles = &config.existing.roles;
        for role in [&roles.pipeline, &roles.build, &roles.test, &roles.compare].into_iter().flatten() {
            self.thing(Kind::Role, home, &role.text, by("the pipelines", Some(role.place)));
        }
        for told in config.notifications.values() {
            if let Recipient::Topic(arn) = &told.to {
                let by = by(&format!("the notification `{}`", told.name), Some(told.place));
                self.thing(Kind::Topic, home, arn, by);
            }
        }
    }

    /// What an environment needs.
    fn environment(&mut self, plan: &Plan, environment: &Environment, place: &Place) {
        let name = environment.name.as_str();
        let by = |what: &str, near| Use {
            by: format!("the {what} of `{name}`"),
            environment: Some(name.to_owned()),
            near: Some(near),
        };
        if let Some(topic) = environment.approval.as_ref().and_then(|approval| approval.notify.as_ref()) {
            self.thing(Kind::Topic, &plan.home, topic, by("approval", environment.place));
        }
        for role in environment.roles.all() {
            let home = environment.roles.lock_holder.as_ref() == Some(role);
            let place = if home { &plan.home } else { place };
            self.thing(Kind::Role, place, &role.text, by("projects and actions", role.place));
        }
        let is_used = |service: &str| plan.entering(environment).iter().any(|entry| entry.has(service));
        for migrate in environment.migrations.iter().filter(|migrate| is_used(&migrate.service)) {
            self.secrets(place, migrate.secrets.values(), &by("migration", migrate.place));
            self.network(place, &migrate.machine, Some(name));
        }
        if let Some(verify) = &environment.verify {
            self.secrets(place, verify.secrets.values(), &by("verification", verify.place));
            self.network(place, &verify.machine, Some(name));
        }
        for (service, deploy) in environment.deploys.iter().filter(|(service, _)| is_used(service)) {
            self.deploy(plan.config, environment, place, (service, deploy));
        }
    }

    fn deploy(
        &mut self,
        config: &Config,
        environment: &Environment,
        place: &Place,
        (service, deploy): (&str, &Deploy),
    ) {
        let near = config.services.get(service).map_or(environment.place, |service| service.place);
        let target = match deploy {
            Deploy::Ecs(ecs) => Target::Service(Service {
                place: place.clone(),
                cluster: ecs.cluster.clone(),
                name: ecs.service.clone(),
            }),
            Deploy::EcsTask(task) => Target::Family(place.clone(), task.family.clone()),
            Deploy::Commands(commands) => {
                let by = Use {
                    by: format!("the deploy of `{service}` to `{}`", environment.name),
                    environment: Some(environment.name.clone()),
                    near: Some(near),
                };
                self.secrets(place, commands.secrets.values(), &by);
                return self.network(place, &commands.machine, Some(&environment.name));
            }
        };
        let own = config.services.get(service).map(|service| service.container.clone());
        self.deploys.push(Deploying {
            environment: environment.name.clone(),
            service: service.to_owned(),
            target,
            containers: own.into_iter().chain(deploy.sidecars().map(|(name, _)| name.clone())).collect(),
            roles: deploy.task_roles().to_vec(),
            near,
        });
    }

    /// The log groups of all projects, and how many of them run side by side.
    fn projects(&mut self, plan: &Plan) {
        let base = plan.base();
        self.log_groups(&plan.home, &base.projects);
        for entry in &plan.map.entries {
            let pipeline = plan.pipeline(entry);
            self.log_groups(&plan.home, &pipeline.projects);
            self.together(&plan.home, &pipeline.projects);
        }
        for environment in plan.environments() {
            let (place, made) = (plan.place_of(environment), plan.environment(environment));
            self.log_groups(&place, &made.projects);
            self.logs.entry(place.clone()).or_default().extend(made.task_logs.values().cloned());
            for project in &made.projects {
                self.together(&place, std::slice::from_ref(project));
            }
        }
    }

    fn log_groups(&mut self, place: &Place, projects: &[Project]) {
        let groups = self.logs.entry(place.clone()).or_default();
        groups.extend(projects.iter().map(Project::log_group));
    }

    /// The tests of a pipeline run side by side, and nothing else of it does.
    fn together(&mut self, place: &Place, projects: &[Project]) {
        let mut now: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for project in projects {
            let (tests, others) = now.entry(machine(project)).or_default();
            if project.kind == ProjectKind::Test {
                *tests += 1;
            } else {
                *others = 1;
            }
        }
        for (kind, (tests, others)) in now {
            let most = self.side_by_side.entry((place.clone(), kind)).or_default();
            *most = (*most).max(tests).max(others);
        }
    }
}

/// The kind of machine, as the names of CodeBuild's quotas have it (CodeBuild user guide, "Quotas": "Concurrently running builds for
/// Linux/Small environment").
fn machine(project: &Project) -> String {
    let family = match project.platform {
        RawPlatform::Amd64 => "Linux",
        RawPlatform::Arm64 => "ARM",
    };
    let size = match project.compute {
        RawCompute::Small => "Small",
        RawCompute::Medium => "Medium",
        RawCompute::Large => "Large",
        RawCompute::Xlarge => "XLarge",
        RawCompute::TwoXlarge => "2XLarge",
    };
    format!("{family}/{size}")
}
