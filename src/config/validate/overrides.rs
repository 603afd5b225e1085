//! What an environment does differently with the migrations.

use indexmap::IndexSet;

use super::migrations::{MIGRATE_MARGIN, Written, command};
use super::sections::{self, Section};
use super::ways::Ways;
use super::{Judge, below, secret_of, slips};
use crate::config::raw::{Map, RawEnvironment, RawMigrateOverride, RawMigrateOverrides, RawSecret, RawVpc};
use crate::config::tree::Step;
use crate::config::{Config, Migrate, Run};
use crate::diagnostic::Finding;

/// Names that a finding lists.
const NAMED: usize = 8;

impl Judge<'_> {
    /// The migrations that run in an environment.
    pub(super) fn migrations_in(
        &mut self,
        name: &str,
        written: &RawEnvironment,
        all: &[Written],
    ) -> Vec<Migrate> {
        let overrides = sections::overrides(name, written);
        self.judge_overrides(&overrides, all);
        let mut here = Vec::new();
        if !matches!(written.migrate, Some(RawMigrateOverrides::None(_))) {
            for migration in all {
                let differs = overrides.iter().find(|differs| is_of(differs, migration, all));
                if differs.is_none_or(|differs| differs.raw.run.is_none()) {
                    here.push(self.merged(name, written, migration, differs));
                }
            }
        }
        here
    }

    /// Overrides that change nothing (codes `BL036`, `BL070`, `BL072`, `BL073`, `BL074`), and what is wrong inside them.
    fn judge_overrides(&mut self, overrides: &[Section<RawMigrateOverride>], all: &[Written]) {
        for (index, section) in overrides.iter().enumerate() {
            let Section { raw: differs, path, is_item, .. } = section;
            self.no_name_twice(differs.variables.as_ref(), differs.secrets.as_ref(), path);
            if let Some(command) = &differs.command {
                self.migrate_command(command, &below(path, &["command"]));
            }
            if all.is_empty() {
                let place = self.key(path);
                self.report(
                    Finding::error("BL036", place, "there is no migration that could differ here")
                        .because("the file has no `migrate` section")
                        .help("write a `migrate` section with its `command`; what stands here changes it"),
                );
            } else if let Some(name) = &differs.name {
                if !all.iter().any(|migration| migration.migrate.name.as_ref() == Some(name)) {
                    let place = self.place(&below(path, &["name"]));
                    self.no_such_migration(place, format!("there is no migration `{name}`"), all);
                } else if let Some(first) =
                    overrides[..index].iter().find(|other| other.raw.name == differs.name)
                {
                    let first = below(&first.path, &["name"]);
                    self.two_of_one_name(name, &below(path, &["name"]), &first);
                }
            } else if *is_item {
                self.nameless(path);
            } else if all.len() > 1 {
                let place = self.key(path);
                let message = "this does not say which migration it changes".to_owned();
                self.no_such_migration(place, message, all);
            }
            self.switched_off(section);
        }
    }

    fn no_such_migration(&mut self, place: crate::diagnostic::Span, message: String, all: &[Written]) {
        let names: IndexSet<&String> =
            all.iter().filter_map(|migration| migration.migrate.name.as_ref()).collect();
        let names: Vec<String> = names.into_iter().take(NAMED).map(|name| format!("`{name}`")).collect();
        let (reason, help) = if names.is_empty() {
            (
                "the only migration has none".to_owned(),
                "write a mapping without a name, such as `migrate: { timeout: 10m }`".to_owned(),
            )
        } else {
            (
                format!("the names of the migrations are {}", names.join(", ")),
                "write a list with an item for each that differs, and one of these as its `name`".to_owned(),
            )
        };
        self.report(Finding::error("BL074", place, message).because(reason).help(help));
    }

    /// A migration that is switched off and changed (code `BL073`).
    fn switched_off(&mut self, section: &Section<RawMigrateOverride>) {
        let Section { raw: differs, path, .. } = section;
        if differs.run.is_none() {
            return;
        }
        let keys = [
            ("command", differs.command.is_some()),
            ("timeout", differs.timeout.is_some()),
            ("variables", differs.variables.is_some()),
            ("secrets", differs.secrets.is_some()),
            ("vpc", differs.vpc.is_some()),
        ];
        for (key, _) in keys.into_iter().filter(|(_, is_written)| *is_written) {
            let place = self.key(&below(path, &[key]));
            self.report(
                Finding::error("BL073", place, format!("`{key}` of a migration that is switched off"))
                    .because("`run: none` says that it does not run here")
                    .help(format!("take `{key}` out, or `run: none`")),
            );
        }
    }

    fn merged(
        &mut self,
        name: &str,
        written: &RawEnvironment,
        migration: &Written,
        differs: Option<&Section<RawMigrateOverride>>,
    ) -> Migrate {
        let mut migrate = migration.migrate.clone();
        let environment = vec![Step::Key("environments"), Step::Key(name)];
        let mut network = below(&migration.section.path, &["vpc"]);
        let mut is_own = false;
        // What is nearer wins: the migration everywhere, the environment, the migration here.
        for layer in Layer::all(written, &environment, differs) {
            is_own |= layer.variables.is_some() || layer.secrets.is_some();
            layer.merge_into(&mut migrate);
            let values = layer.variables.into_iter().flatten();
            self.unfilled_variables(values, &below(layer.path, &["variables"]));
            if migrate.run != Run::EcsTask {
                let names = layer.variables.iter().flat_map(|variables| variables.keys());
                self.reserved_names(names, migrate.run, &below(layer.path, &["variables"]));
                let names = layer.secrets.iter().flat_map(|secrets| secrets.keys());
                self.reserved_names(names, migrate.run, &below(layer.path, &["secrets"]));
            }
            if let Some(vpc) = layer.vpc.filter(|_| layer.is_of_migration || migrate.run != Run::EcsTask) {
                migrate.machine.vpc = Some(vpc.into());
                network = below(layer.path, &["vpc"]);
            }
        }
        if let Some(Section { raw, path, .. }) = differs {
            if let Some(minutes) = self.migrate_minutes(raw.timeout.as_deref(), path) {
                migrate.timeout = minutes;
                migrate.machine.timeout = minutes + MIGRATE_MARGIN;
            }
            if let Some(written) = &raw.command {
                migrate.command = command(written);
                is_own = true;
            }
        }
        let network = self.key(&network);
        self.no_local_cache_in_a_network(&migrate.machine, &migration.section.path, network);
        if is_own {
            migrate.place = self.key(&environment);
        }
        migrate
    }

    /// Variables, secrets and network of an environment are its migrations': without one nothing would read them (codes
    /// `BL037`, `BL078`).
    pub(super) fn unread(&mut self, config: &Config) {
        let raw = self.raw;
        let ways = Ways::of(config);
        for place in config.environments.values() {
            let Some(written) = raw.environments.get(&place.name) else { continue };
            let none_runs = ways.readers(place).next().is_none();
            self.unread_in(&place.name, written, none_runs, slips::on_machine(ways.readers(place)));
        }
    }

    fn unread_in(&mut self, name: &str, written: &RawEnvironment, none_runs: bool, on_machine: bool) {
        let keys = [("variables", written.variables.is_some()), ("secrets", written.secrets.is_some())];
        for (key, _) in keys.into_iter().filter(|(_, is_written)| *is_written && none_runs) {
            let place = self.key(&["environments", name, key]);
            self.report(
                Finding::error("BL037", place, format!("nothing reads the `{key}` of `{name}`"))
                    .because("they are given to the migration, and none runs in this environment")
                    .help(format!("take `{key}` out, or give the environment a migration")),
            );
        }
        let is_verified_there = written.verify.as_ref().is_some_and(|verify| verify.vpc.is_none());
        let mut deploys = self.raw.services.iter().filter(|(_, service)| service.deploy.commands.is_some());
        let is_deployed_there = deploys.any(|(service, _)| {
            let differs = written.services.as_ref().and_then(|all| all.get(service)?.deploy.as_ref());
            differs.and_then(|deploy| deploy.commands.as_ref()?.vpc.as_ref()).is_none()
        });
        if written.vpc.is_some() && !on_machine && !is_verified_there && !is_deployed_there {
            let place = self.key(&["environments", name, "vpc"]);
            self.report(
                Finding::error("BL078", place, format!("nothing runs in the `vpc` of `{name}`"))
                    .because("it is for migrations with `run: codebuild`, for deploys by `commands` and for `verify`; a task of ECS runs in its service's network")
                    .help("take `vpc` out, or write `run: codebuild` under the migration"),
            );
        }
    }
}

/// What one place says of a migration's values and network.
struct Layer<'a> {
    variables: Option<&'a Map<String>>,
    secrets: Option<&'a Map<RawSecret>>,
    vpc: Option<&'a RawVpc>,
    /// Whether it speaks of this migration, and not of all in the environment.
    is_of_migration: bool,
    path: &'a [Step<'a>],
}

impl<'a> Layer<'a> {
    /// The layers over the migration itself, the nearest last.
    fn all(
        written: &'a RawEnvironment,
        path: &'a [Step<'a>],
        differs: Option<&'a Section<'a, RawMigrateOverride>>,
    ) -> impl Iterator<Item = Layer<'a>> {
        let environment = Layer {
            variables: written.variables.as_ref(),
            secrets: written.secrets.as_ref(),
            vpc: written.vpc.as_ref(),
            is_of_migration: false,
            path,
        };
        let own = differs.map(|Section { raw, path, .. }| Layer {
            variables: raw.variables.as_ref(),
            secrets: raw.secrets.as_ref(),
            vpc: raw.vpc.as_ref(),
            is_of_migration: true,
            path,
        });
        std::iter::once(environment).chain(own)
    }

    /// A name is a variable or a secret, never both.
    fn merge_into(&self, migrate: &mut Migrate) {
        for (key, value) in self.variables.into_iter().flatten() {
            migrate.secrets.shift_remove(key);
            migrate.variables.insert(key.clone(), value.clone());
        }
        for (key, secret) in self.secrets.into_iter().flatten() {
            if let Some(secret) = secret_of(secret) {
                migrate.variables.shift_remove(key);
                migrate.secrets.insert(key.clone(), secret);
            }
        }
    }
}

/// Whether an override speaks of a migration.
pub(super) fn is_of(differs: &Section<RawMigrateOverride>, migration: &Written, all: &[Written]) -> bool {
    match &differs.raw.name {
        Some(name) => migration.migrate.name.as_ref() == Some(name),
        None => !differs.is_item && all.len() == 1,
    }
}
