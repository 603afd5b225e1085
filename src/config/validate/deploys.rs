//! Deploys: what each environment does differently, merged over what all do. A type of deploy is a function here.

use indexmap::IndexMap;

use super::lengths::ECS;
use super::projects::{DEFAULT_TIMEOUT, PROJECT_TIMEOUT, Runs, Written, does_nothing};
use super::{Judge, below};
use crate::config::placeholder::Names;
use crate::config::raw::{
    RawDeployCommands, RawDeployCommandsOverride, RawDeployOverride, RawEcs, RawEcsOverride, RawEcsTask,
    RawEcsTaskOverride, RawEnvironment, RawRoleName, RawTargets, RawVpc,
};
use crate::config::tree::Step;
use crate::config::{Commands, Deploy, Ecs, EcsTask, Sidecars, Targets};
use crate::diagnostic::Finding;

/// Minutes until a deploy gives up when nothing is said. After ECS's circuit breaker has stopped a deployment the
/// action hangs until its time-out, and AWS's default is 60.
const DEPLOY_TIMEOUT: u32 = 20;

/// The group of a schedule that names none (EventBridge Scheduler's own).
const DEFAULT_GROUP: &str = "default";

/// A service in an environment, and what its names are filled with.
#[derive(Clone, Copy)]
struct At<'a> {
    environment: &'a str,
    service: &'a str,
    names: Names<'a>,
    /// The network of the environment.
    vpc: Option<&'a RawVpc>,
}

impl At<'_> {
    fn roles(&self, roles: &[RawRoleName]) -> Vec<String> {
        roles.iter().map(|role| self.names.fill(&role.0)).collect()
    }
}

impl Judge<'_> {
    pub(super) fn deploys(&mut self, name: &str, written: &RawEnvironment) -> IndexMap<String, Deploy> {
        let raw = self.raw;
        let mut deploys = IndexMap::with_capacity(raw.services.len());
        for (service, own) in &raw.services {
            let names = Names { app: &raw.app, environment: Some(name), service: Some(service) };
            let at = At { environment: name, service, names, vpc: written.vpc.as_ref() };
            let differs = written.services.as_ref().and_then(|all| all.get(service));
            if differs.is_some_and(|differs| differs.deploy.is_none() && differs.sidecars.is_none()) {
                let place = self.key(&["environments", name, "services", service]);
                self.report(
                    Finding::error("BL014", place, format!("`{service}` is empty"))
                        .because("nothing would be different here")
                        .help("write what differs under `deploy` or `sidecars`, or delete it"),
                );
            }
            let sidecars = self.sidecars(&names, own, differs);
            let differs = differs.and_then(|service| service.deploy.as_ref());
            let deploy = &own.deploy;
            self.same_type(at, differs);
            // The schema has seen to it that there is one of them.
            let filled = if let Some(ecs) = &deploy.ecs {
                Some(Deploy::Ecs(self.ecs(at, ecs, differs.and_then(|it| it.ecs.as_ref()), sidecars)))
            } else if let Some(task) = &deploy.ecs_task {
                let differs = differs.and_then(|it| it.ecs_task.as_ref());
                Some(Deploy::EcsTask(self.ecs_task(at, task, differs, sidecars)))
            } else if let Some(commands) = &deploy.commands {
                let differs = differs.and_then(|it| it.commands.as_ref());
                Some(Deploy::Commands(self.commands(at, commands, differs)))
            } else {
                None
            };
            deploys.extend(filled.map(|deploy| (service.clone(), deploy)));
        }
        deploys
    }

    /// An environment changes settings of the service's own type of deploy (code `BL245`).
    fn same_type(&mut self, at: At, differs: Option<&RawDeployOverride>) {
        let Some(differs) = differs else { return };
        let deploy = &self.raw.services[at.service].deploy;
        let types = [
            ("ecs", deploy.ecs.is_some(), differs.ecs.is_some()),
            ("ecs_task", deploy.ecs_task.is_some(), differs.ecs_task.is_some()),
            ("commands", deploy.commands.is_some(), differs.commands.is_some()),
        ];
        let own = types.iter().find(|(_, is_own, _)| *is_own).map_or("ecs", |(name, ..)| *name);
        let Some((other, ..)) = types.iter().find(|(_, is_own, is_here)| *is_here && !is_own) else { return };
        let place = self.key(&["environments", at.environment, "services", at.service, "deploy", other]);
        let related = self.key(&["services", at.service, "deploy", own]);
        self.report(
            Finding::error("BL245", place, format!("`{}` is not deployed by `{other}`", at.service))
                .because(format!(
                    "an environment changes settings of the service's own type, which is `{own}`"
                ))
                .help(format!("write what differs under `{own}`, or make a service of its own of it"))
                .related(related, "its type"),
        );
    }

    fn ecs(&mut self, at: At, own: &RawEcs, differs: Option<&RawEcsOverride>, sidecars: Sidecars) -> Ecs {
        let mut ecs: RawEcs = own.clone();
        let mut timeout_path = vec!["services", at.service, "deploy", "ecs", "timeout"];
        if let Some(differs) = differs {
            if differs.timeout.is_some() {
                timeout_path =
                    vec!["environments", at.environment, "services", at.service, "deploy", "ecs", "timeout"];
            }
            ecs.cluster = differs.cluster.clone().unwrap_or(ecs.cluster);
            ecs.service = differs.service.clone().or(ecs.service);
            ecs.roles = differs.roles.clone().unwrap_or(ecs.roles);
            ecs.timeout = differs.timeout.clone().or(ecs.timeout);
        }
        let timeout = self.minutes(ecs.timeout.as_deref(), &timeout_path, DEPLOY_TIMEOUT, 1..=60);
        let service = ecs.service.as_deref();
        let filled = Ecs {
            cluster: at.names.fill(&ecs.cluster),
            service: service.map_or_else(|| at.service.to_owned(), |text| at.names.fill(text)),
            roles: at.roles(&ecs.roles),
            sidecars,
            timeout,
        };
        self.deploy_lengths(at.environment, at.service, &filled);
        filled
    }

    fn ecs_task(
        &mut self,
        at: At,
        own: &RawEcsTask,
        differs: Option<&RawEcsTaskOverride>,
        sidecars: Sidecars,
    ) -> EcsTask {
        let nothing = RawEcsTaskOverride::default();
        let differs = differs.unwrap_or(&nothing);
        let family = at.names.fill(differs.family.as_ref().unwrap_or(&own.family));
        self.deploy_length(
            at.environment,
            at.service,
            ("ecs_task", "family"),
            &family,
            "a name in ECS",
            &ECS,
        );
        let roles = at.roles(differs.roles.as_ref().unwrap_or(&own.roles));
        self.role_lengths(at.environment, at.service, ("ecs_task", "roles"), &roles);
        let targets = differs.targets.as_ref().or(own.targets.as_ref());
        let targets = targets.map(|it| self.move_on(at, it)).unwrap_or_default();
        let place = self.deploy_place(at.environment, at.service, ("ecs_task", "family"));
        EcsTask { family, roles, sidecars, targets, place }
    }

    /// What is moved on, and with which roles that starts the tasks (code `BL068`).
    fn move_on(&mut self, at: At, written: &RawTargets) -> Targets {
        let fill = |text: &String| at.names.fill(text);
        let schedule = |text: &String| match fill(text).split_once('/') {
            Some((group, name)) => (group.to_owned(), name.to_owned()),
            None => (DEFAULT_GROUP.to_owned(), fill(text)),
        };
        let targets = Targets {
            rules: written.rules.iter().flatten().map(|rule| fill(&rule.0)).collect(),
            schedules: written.schedules.iter().flatten().map(|it| schedule(&it.0)).collect(),
            state_machines: written.state_machines.iter().flatten().map(|it| fill(&it.0)).collect(),
            roles: at.roles(written.roles.as_deref().unwrap_or_default()),
        };
        let place = ("ecs_task", "targets");
        let groups = targets.schedules.iter().flat_map(|(group, name)| [group, name]);
        for name in targets.rules.iter().chain(groups) {
            self.deploy_length(at.environment, at.service, place, name, "a rule or a schedule", &(1..=64));
        }
        for name in &targets.state_machines {
            self.deploy_length(at.environment, at.service, place, name, "a state machine", &(1..=80));
        }
        self.role_lengths(at.environment, at.service, place, &targets.roles);
        let has_starters = !(targets.rules.is_empty() && targets.schedules.is_empty());
        if has_starters == targets.roles.is_empty() {
            let place = self.deploy_place(at.environment, at.service, place);
            let finding = if has_starters {
                Finding::error("BL068", place, "`targets` does not say with which roles the task is started")
                    .because(
                        "whoever changes a target of a rule or of a schedule has to be allowed to pass its role on",
                    )
                    .help("add `roles`, with the name of the role of each rule and schedule: `roles: [shop-scheduler]`")
            } else {
                Finding::error("BL068", place, "the `roles` of these `targets` are for nothing")
                    .because(
                        "only rules and schedules start a task with a role of their own that is passed on",
                    )
                    .help("take `roles` out, or name the rules and schedules")
            };
            if !self.findings.contains(&finding) {
                self.report(finding);
            }
        }
        targets
    }

    fn commands(
        &mut self,
        at: At,
        own: &RawDeployCommands,
        differs: Option<&RawDeployCommandsOverride>,
    ) -> Commands {
        let path = below(&["services", at.service], &["deploy", "commands"]);
        let here = below(&["environments", at.environment], &["services", at.service, "deploy", "commands"]);
        for (index, command) in own.run.iter().enumerate() {
            let mut path = below(&path, &["run"]);
            path.push(Step::Item(index));
            let place = self.place(&path);
            let is_told = self.findings.iter().any(|it| it.code == "BL051" && it.place == Some(place));
            if does_nothing(command) && !is_told {
                self.empty_command(&path);
            }
        }
        let nothing = RawDeployCommandsOverride::default();
        let differs = differs.unwrap_or(&nothing);
        self.names_once(own.variables.as_ref(), own.secrets.as_ref(), &path);
        self.names_once(differs.variables.as_ref(), differs.secrets.as_ref(), &here);
        let statements = match (&differs.statements, &own.statements) {
            (Some(written), _) => self.statements(written, &below(&here, &["statements"]), &at.names),
            (None, Some(written)) => self.statements(written, &below(&path, &["statements"]), &at.names),
            (None, None) => Vec::new(),
        };
        let mut variables = own.variables.clone().unwrap_or_default();
        let mut secrets = Self::secrets(own.secrets.as_ref());
        // Later entries win. A name is a variable or a secret, never both.
        for (name, value) in differs.variables.iter().flatten() {
            secrets.shift_remove(name);
            variables.insert(name.clone(), value.clone());
        }
        for (name, secret) in Self::secrets(differs.secrets.as_ref()) {
            variables.shift_remove(&name);
            secrets.insert(name, secret);
        }
        let timeout = self.minutes(
            own.timeout.as_deref(),
            &below(&path, &["timeout"]),
            DEFAULT_TIMEOUT,
            PROJECT_TIMEOUT,
        );
        let machine = Written {
            compute: own.compute,
            image: own.image.as_ref(),
            privileged: own.privileged,
            vpc: differs.vpc.as_ref().or(at.vpc).or(own.vpc.as_ref()),
            cache: own.cache.as_ref(),
        };
        let machine = self.machine(machine, Runs::Checkout, timeout, &path);
        let network = match (&differs.vpc, at.vpc) {
            (Some(_), _) => self.key(&below(&here, &["vpc"])),
            (None, Some(_)) => self.key(&["environments", at.environment, "vpc"]),
            (None, None) => self.key(&below(&path, &["vpc"])),
        };
        self.no_local_cache_in_a_network(&machine, &path, network);
        Commands { run: own.run.clone(), statements, variables, secrets, machine }
    }

    /// [`Judge::no_name_twice`] for what is read anew for each environment, and told once.
    fn names_once<'p>(
        &mut self,
        variables: Option<&'p IndexMap<String, String>>,
        secrets: Option<&'p IndexMap<String, crate::config::raw::RawSecret>>,
        above: &[Step<'p>],
    ) {
        self.no_name_twice(variables, secrets, above);
        let mut seen = Vec::new();
        self.findings.retain(|finding| {
            let is_new = finding.code != "BL038" || !seen.contains(&finding.place);
            seen.push(finding.place);
            is_new
        });
    }
}
