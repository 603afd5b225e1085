//! Networks that migrations inherit, where they could not be.

use indexmap::IndexMap;

use super::migrations::Written;
use super::overrides::is_of;
use super::{Judge, below, sections};
use crate::config::raw::RawMigrateOverrides;
use crate::config::{Environment, Run};
use crate::diagnostic::Finding;

impl Judge<'_> {
    /// A migration's network is in one account and one region, so environments in different ones cannot share it (code
    /// `BL080`); those that have a network of their own do not.
    pub(super) fn inherited_networks(
        &mut self,
        environments: &IndexMap<String, Environment>,
        migrations: &[Written],
    ) {
        for migration in migrations.iter().filter(|migration| migration.section.raw.vpc.is_some()) {
            let mut first: Option<&Environment> = None;
            for (name, environment) in environments {
                if !self.inherits(name, migration, migrations) {
                    continue;
                }
                let Some(first) = first else {
                    first = Some(environment);
                    continue;
                };
                let at = |place: &Environment| format!("`{}` in `{}`", place.region, place.account);
                if at(first) != at(environment) {
                    self.two_places(first, environment, migration);
                    break;
                }
            }
        }
    }

    /// Whether a migration runs in an environment, in the network that is written at the migration itself.
    fn inherits(&self, name: &str, migration: &Written, migrations: &[Written]) -> bool {
        let Some(written) = self.raw.environments.get(name) else { return false };
        if matches!(written.migrate, Some(RawMigrateOverrides::None(_))) {
            return false;
        }
        let overrides = sections::overrides(name, written);
        let differs = overrides.iter().find(|differs| is_of(differs, migration, migrations));
        let is_own = differs.is_some_and(|differs| differs.raw.run.is_some() || differs.raw.vpc.is_some());
        // An environment's network is for what runs on a build machine.
        let is_environments = written.vpc.is_some() && migration.migrate.run != Run::EcsTask;
        !is_own && !is_environments
    }

    fn two_places(&mut self, first: &Environment, other: &Environment, migration: &Written) {
        let place = self.key(&below(&migration.section.path, &["vpc"]));
        let example = if migration.migrate.run == Run::EcsTask {
            format!("write `vpc` under `environments.{}.migrate`", other.name)
        } else {
            format!("write `vpc` under `environments.{}`", other.name)
        };
        let words = |environment: &Environment| {
            format!(
                "`{}` is in the account `{}` and the region `{}`",
                environment.name, environment.account, environment.region
            )
        };
        self.report(
            Finding::error(
                "BL080",
                place,
                format!("`{}` and `{}` cannot have one network", first.name, other.name),
            )
            .because("a VPC is in one region of one account, and the migration runs where its environment is")
            .help(format!("{example}, and so for each environment that is elsewhere"))
            .related(first.place, words(first))
            .related(other.place, words(other)),
        );
    }
}
