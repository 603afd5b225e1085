//! The migrations as they are written, before any environment changes them.

use indexmap::IndexMap;

use super::projects::{PROJECT_TIMEOUT, Runs, Written as Machine, does_nothing};
use super::sections::{self, Section};
use super::{Judge, below};
use crate::config::raw::{RawCommand, RawMigrate, RawMigrateRun, RawMigrationFiles, RawTestIn};
use crate::config::schema;
use crate::config::tree::Step;
use crate::config::{self, Migrate, Run, Service};
use crate::diagnostic::Finding;

/// Minutes until a migration is given up when nothing is said.
const MIGRATE_TIMEOUT: u32 = 30;

/// Minutes the project of a migration has beyond the migration itself: to start, to stop it, to say so.
pub(super) const MIGRATE_MARGIN: u32 = 15;

/// A migration, with where it is written.
#[derive(Debug, Clone)]
pub(super) struct Written<'a> {
    /// What is written.
    pub section: Section<'a, RawMigrate>,
    /// What it comes to where no environment changes it.
    pub migrate: Migrate,
}

impl<'a> Judge<'a> {
    /// All migrations, in the order in which they run (codes `BL070` to `BL073`).
    pub(super) fn migrations(&mut self, services: &IndexMap<String, Service>) -> Vec<Written<'a>> {
        let mut all: Vec<Written> = Vec::new();
        for section in sections::migrations(self.raw) {
            let migrate = self.written(&section, services);
            if let (Some(name), Some(first)) =
                (&migrate.name, all.iter().find(|other| other.migrate.name == migrate.name))
            {
                let related = first.section.name_path();
                self.two_of_one_name(name, &section.name_path(), &related);
            }
            all.push(Written { section, migrate });
        }
        all
    }

    fn written(
        &mut self,
        section: &Section<'a, RawMigrate>,
        services: &IndexMap<String, Service>,
    ) -> Migrate {
        let Section { raw: written, path, owner, is_item } = section;
        if *is_item && written.name.is_none() {
            self.nameless(path);
        }
        self.no_name_twice(written.variables.as_ref(), written.secrets.as_ref(), path);
        self.migrate_command(&written.command, &below(path, &["command"]));
        self.no_service_of_its_own(written.service.as_ref(), section);
        let place = self.key(path);
        let service = match owner {
            Some(owner) => (*owner).to_owned(),
            None => self.one_service(written.service.as_ref(), services, place, "migrate"),
        };
        let run = self.run(written, path);
        self.unfilled_variables(written.variables.iter().flatten(), &below(path, &["variables"]));
        if run != Run::EcsTask {
            let variables = written.variables.iter().flat_map(|names| names.keys());
            self.reserved_names(variables, run, &below(path, &["variables"]));
            let secrets = written.secrets.iter().flat_map(|names| names.keys());
            self.reserved_names(secrets, run, &below(path, &["secrets"]));
        }
        let timeout = self.migrate_minutes(written.timeout.as_deref(), path).unwrap_or(MIGRATE_TIMEOUT);
        let machine = Machine {
            compute: written.compute,
            image: written.image.as_ref(),
            vpc: written.vpc.as_ref(),
            // Told already, where it means nothing.
            cache: written.cache.as_ref().filter(|_| run != Run::EcsTask),
            privileged: written.privileged.filter(|_| run != Run::EcsTask),
        };
        let runs = if run == Run::Image { Runs::Image } else { Runs::Checkout };
        Migrate {
            name: written.name.clone().or_else(|| owner.map(str::to_owned)),
            service,
            run,
            command: command(&written.command),
            files: Self::migration_files(written.files.as_deref().unwrap_or_default()),
            timeout,
            variables: written.variables.clone().unwrap_or_default(),
            secrets: Self::secrets(written.secrets.as_ref()),
            machine: self.machine(machine, runs, timeout + MIGRATE_MARGIN, path),
            place,
        }
    }

    /// The paths of its files, without the slash with which a folder may end.
    fn migration_files(files: &[RawMigrationFiles]) -> Vec<String> {
        files.iter().map(|path| path.0.trim_end_matches('/').to_owned()).collect()
    }

    fn run(&mut self, written: &RawMigrate, path: &[Step]) -> Run {
        match (written.run.unwrap_or(RawMigrateRun::EcsTask), written.place) {
            (RawMigrateRun::CodeBuild, Some(RawTestIn::Checkout)) => Run::Checkout,
            (RawMigrateRun::CodeBuild, _) => Run::Image,
            (RawMigrateRun::EcsTask, _) => {
                let keys = [
                    ("in", written.place.is_some()),
                    ("cache", written.cache.is_some()),
                    ("privileged", written.privileged.is_some()),
                ];
                for (key, _) in keys.into_iter().filter(|(_, is_written)| *is_written) {
                    let place = self.key(&below(path, &[key]));
                    self.report(
                        Finding::error("BL073", place, format!("`{key}` needs `run: codebuild`"))
                            .because(
                                "this migration runs as an ECS task, and the build machine only waits for it",
                            )
                            .help(format!("add `run: codebuild`, or take `{key}` out")),
                    );
                }
                Run::EcsTask
            }
        }
    }

    /// The minutes that are written, if any are.
    pub(super) fn migrate_minutes(&mut self, timeout: Option<&str>, path: &[Step]) -> Option<u32> {
        timeout?;
        Some(self.minutes(
            timeout,
            &below(path, &["timeout"]),
            MIGRATE_TIMEOUT,
            1..=PROJECT_TIMEOUT.end() - 60,
        ))
    }

    /// A migration's command does something, and is one line: a shell that reads several goes on after one of them has
    /// failed inside a list, ends well, and the deploy would follow.
    pub(super) fn migrate_command(&mut self, command: &RawCommand, path: &[Step]) {
        self.slips_of_command(command, path);
        let RawCommand::Shell(text) = command else {
            if matches!(command, RawCommand::Words(words) if words.iter().any(|word| word.trim().is_empty()))
            {
                self.empty_command(path);
            }
            return;
        };
        if does_nothing(text) {
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

    /// On a build machine the names of a project's variables are the step's own, too.
    pub(super) fn reserved_names<'p>(
        &mut self,
        names: impl Iterator<Item = &'p String>,
        run: Run,
        path: &[Step<'p>],
    ) {
        for name in names {
            let steers = || schema::steers_a_step(name, run == Run::Image);
            let Some((reason, help)) = schema::reserved_variable(name).or_else(steers) else { continue };
            let place = self.key(&below(path, &[name]));
            if self.findings.iter().any(|finding| finding.code == "BL019" && finding.place == Some(place)) {
                continue;
            }
            self.report(
                Finding::error(
                    "BL019",
                    place,
                    format!("`{name}` cannot be a variable of a migration on a build machine"),
                )
                .because(reason)
                .help(help),
            );
        }
    }

    /// An item of a list without a name (code `BL070`).
    pub(super) fn nameless(&mut self, path: &[Step]) {
        let place = self.place(path);
        self.report(
            Finding::error("BL070", place, "this migration has no name")
                .because("among several, each is told from the others by its `name`")
                .help("add a name such as `name: orders`"),
        );
    }

    /// Two migrations of one name (code `BL072`).
    pub(super) fn two_of_one_name(&mut self, name: &str, path: &[Step], first: &[Step]) {
        let (place, related) = (self.place(path), self.place(first));
        self.report(
            Finding::error("BL072", place, format!("two migrations have the name `{name}`"))
                .because("their projects, tasks and logs are named after them")
                .help("give one of them another `name`")
                .related(related, "the first one"),
        );
    }
}

impl<'a> Section<'a, RawMigrate> {
    /// Where its name stands; the service's, where it is named after that.
    fn name_path(&self) -> Vec<Step<'a>> {
        if self.raw.name.is_some() { below(&self.path, &["name"]) } else { self.path.clone() }
    }
}

pub(super) fn command(written: &RawCommand) -> config::Command {
    match written {
        RawCommand::Shell(text) => config::Command::Shell(text.clone()),
        RawCommand::Words(words) => config::Command::Words(words.clone()),
    }
}
