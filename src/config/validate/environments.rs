//! Environments: what each does differently, merged over what all do.

use indexmap::IndexMap;

use super::{Judge, secret_of};
use crate::config::placeholder::Names;
use crate::config::raw::{RawCommand, RawEcs, RawEnvironment, RawMigrate, RawMigrateOverride, RawOrNone};
use crate::config::{Approval, Command, Deploy, Ecs, Environment, Machine, Migrate, Service};
use crate::diagnostic::Finding;

/// Minutes until a deploy gives up when nothing is said. After ECS's circuit breaker has stopped a deployment the
/// action hangs until its time-out, and AWS's default is 60.
const DEPLOY_TIMEOUT: u32 = 20;

/// Minutes until a migration is given up when nothing is said.
const MIGRATE_TIMEOUT: u32 = 30;

/// Minutes the project of a migration has beyond the migration itself: to start, to stop the task, to say so.
const MIGRATE_MARGIN: u32 = 15;

impl Judge<'_> {
    /// A migration's command does something, and is one line: a shell that reads several goes on after one of them has
    /// failed inside a list, ends well, and the deploy would follow.
    fn migrate_command(&mut self, command: &RawCommand, path: &[&str]) {
        let RawCommand::Shell(text) = command else {
            if matches!(command, RawCommand::Words(words) if words.iter().any(|word| word.trim().is_empty()))
            {
                self.empty_command(path);
            }
            return;
        };
        if super::projects::does_nothing(text) {
            self.empty_command(path);
        } else if text.trim_end().contains('\n') {
            let place = self.place(path);
            self.report(
                Finding::error("BL052", place, "a migration's command is one line")
                    .because("of several lines, one may fail and the last one say that all went well")
                    .help("join them with `&&`, or put them into a script in the image and run that"),
            );
        }
    }

    pub(super) fn environments(
        &mut self,
        services: &IndexMap<String, Service>,
    ) -> IndexMap<String, Environment> {
        let raw = self.raw;
        let service = raw.migrate.as_ref().map(|migrate| {
            let section = self.key(&["migrate"]);
            self.one_service(migrate.service.as_ref(), services, section, "migrate")
        });
        if let Some(migrate) = &raw.migrate {
            self.no_name_twice(migrate.variables.as_ref(), migrate.secrets.as_ref(), &["migrate"]);
            self.migrate_command(&migrate.command, &["migrate", "command"]);
        }
        let mut environments = IndexMap::with_capacity(raw.environments.len());
        for (name, written) in &raw.environments {
            self.no_name_twice(written.variables.as_ref(), written.secrets.as_ref(), &["environments", name]);
            self.boundary(
                written.permission_boundary.as_ref(),
                &raw.pipelines.account,
                &["environments", name, "permission_boundary"],
            );
            let environment = Environment {
                name: name.clone(),
                approval: written
                    .approval
                    .as_ref()
                    .map(|approval| Approval { notify: approval.notify.clone() }),
                migrate: self.migrate(name, written, service.as_deref()),
                deploys: self.deploys(name, written),
                permission_boundary: written
                    .permission_boundary
                    .as_ref()
                    .or(raw.permission_boundary.as_ref())
                    .cloned(),
                place: self.key(&["environments", name]),
            };
            environments.insert(name.clone(), environment);
        }
        self.targets(&environments);
        environments
    }

    fn deploys(&mut self, name: &str, written: &RawEnvironment) -> IndexMap<String, Deploy> {
        let raw = self.raw;
        let mut deploys = IndexMap::with_capacity(raw.services.len());
        for (service, own) in &raw.services {
            let differs =
                written.services.as_ref().and_then(|all| all.get(service)).map(|service| &service.deploy.ecs);
            let mut ecs: RawEcs = own.deploy.ecs.clone();
            let mut timeout_path = vec!["services", service.as_str(), "deploy", "ecs", "timeout"];
            if let Some(differs) = differs {
                if differs.timeout.is_some() {
                    timeout_path =
                        vec!["environments", name, "services", service, "deploy", "ecs", "timeout"];
                }
                ecs.cluster = differs.cluster.clone().unwrap_or(ecs.cluster);
                ecs.service = differs.service.clone().or(ecs.service);
                ecs.roles = differs.roles.clone().unwrap_or(ecs.roles);
                ecs.timeout = differs.timeout.clone().or(ecs.timeout);
            }
            let names = Names { app: &raw.app, environment: Some(name), service: Some(service) };
            let timeout = self.minutes(ecs.timeout.as_deref(), &timeout_path, DEPLOY_TIMEOUT, 1..=60);
            let filled = Ecs {
                cluster: names.fill(&ecs.cluster),
                service: ecs.service.as_deref().map_or_else(|| service.clone(), |text| names.fill(text)),
                roles: ecs.roles.iter().map(|role| names.fill(&role.0)).collect(),
                timeout,
            };
            self.deploy_lengths(name, service, &filled);
            deploys.insert(service.clone(), Deploy::Ecs(filled));
        }
        deploys
    }

    fn migrate(&mut self, name: &str, written: &RawEnvironment, service: Option<&str>) -> Option<Migrate> {
        let raw = self.raw;
        let differs = match &written.migrate {
            Some(RawOrNone::None(_)) => return self.without_migration(name, written),
            Some(RawOrNone::Some(differs)) => Some(differs),
            None => None,
        };
        let (Some(migrate), Some(service)) = (&raw.migrate, service) else {
            if differs.is_some() {
                let place = self.key(&["environments", name, "migrate"]);
                self.report(
                    Finding::error("BL036", place, "there is no migration that could differ here")
                        .because("the file has no `migrate` section")
                        .help("write a `migrate` section with its `command`; what stands here changes it"),
                );
            }
            return self.without_migration(name, written);
        };
        Some(self.merged(name, written, migrate, differs, service))
    }

    fn merged(
        &mut self,
        name: &str,
        written: &RawEnvironment,
        migrate: &RawMigrate,
        differs: Option<&RawMigrateOverride>,
        service: &str,
    ) -> Migrate {
        let own_timeout = differs.and_then(|differs| differs.timeout.as_deref());
        let path = if own_timeout.is_some() {
            vec!["environments", name, "migrate", "timeout"]
        } else {
            vec!["migrate", "timeout"]
        };
        let timeout = self.minutes(
            own_timeout.or(migrate.timeout.as_deref()),
            &path,
            MIGRATE_TIMEOUT,
            1..=super::projects::PROJECT_TIMEOUT.end() - 60,
        );
        let is_own = differs.is_some_and(|differs| differs.command.is_some())
            || written.variables.is_some()
            || written.secrets.is_some();
        let place = if is_own { self.key(&["environments", name]) } else { self.key(&["migrate"]) };
        let own = differs.and_then(|differs| differs.command.as_ref());
        if let Some(own) = own {
            self.migrate_command(own, &["environments", name, "migrate", "command"]);
        }
        let command = own.unwrap_or(&migrate.command);
        let mut variables = migrate.variables.clone().unwrap_or_default();
        let mut secrets = Self::secrets(migrate.secrets.as_ref());
        for (key, value) in written.variables.iter().flatten() {
            secrets.shift_remove(key);
            variables.insert(key.clone(), value.clone());
        }
        for (key, secret) in written.secrets.iter().flatten() {
            if let Some(secret) = secret_of(secret) {
                variables.shift_remove(key);
                secrets.insert(key.clone(), secret);
            }
        }
        Migrate {
            service: service.to_owned(),
            command: match command {
                RawCommand::Shell(text) => Command::Shell(text.clone()),
                RawCommand::Words(words) => Command::Words(words.clone()),
            },
            timeout,
            variables,
            secrets,
            machine: Machine {
                compute: migrate.compute.unwrap_or(crate::config::raw::RawCompute::Small),
                image: migrate.image.clone(),
                timeout: timeout + MIGRATE_MARGIN,
            },
            place,
        }
    }

    /// Variables and secrets of an environment are its migration's: without one nothing would read them.
    fn without_migration(&mut self, name: &str, written: &RawEnvironment) -> Option<Migrate> {
        for (key, is_written) in
            [("variables", written.variables.is_some()), ("secrets", written.secrets.is_some())]
        {
            if is_written {
                let place = self.key(&["environments", name, key]);
                self.report(
                    Finding::error("BL037", place, format!("nothing reads the `{key}` of `{name}`"))
                        .because("they are given to the migration, and none runs in this environment")
                        .help(format!("take `{key}` out, or give the environment a migration")),
                );
            }
        }
        None
    }
}
