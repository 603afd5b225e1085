//! Networks that migrations and deploys inherit, where they could not be.

use indexmap::IndexMap;

use super::migrations::Written;
use super::overrides::is_of;
use super::{Judge, below, sections};
use crate::config::raw::{RawDeployCommands, RawMigrateOverrides};
use crate::config::{Environment, Run};
use crate::diagnostic::{Finding, Span};

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

    /// The same for deploys by commands.
    pub(super) fn inherited_deploy_networks(&mut self, environments: &IndexMap<String, Environment>) {
        let raw = self.raw;
        let in_network = |commands: &RawDeployCommands| commands.vpc.is_some();
        let own = raw.services.iter().filter(|(_, it)| it.deploy.commands.as_ref().is_some_and(in_network));
        for (service, _) in own {
            let inherits = |name: &String| {
                raw.environments.get(name).is_some_and(|written| {
                    let differs = written.services.as_ref().and_then(|all| all.get(service)?.deploy.as_ref());
                    let vpc = differs.and_then(|deploy| deploy.commands.as_ref()?.vpc.as_ref());
                    vpc.is_none() && written.vpc.is_none()
                })
            };
            let at = |place: &Environment| (place.account.clone(), place.region.clone());
            let mut inheriting =
                environments.iter().filter(|(name, _)| inherits(name)).map(|(_, place)| place);
            let Some(first) = inheriting.next() else { continue };
            if let Some(other) = inheriting.find(|place| at(place) != at(first)) {
                let place = self.key(&["services", service, "deploy", "commands", "vpc"]);
                let example = format!("write `vpc` under `environments.{}`", other.name);
                self.report(two_places(first, other, place, "the deploy", &example));
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
        self.report(two_places(first, other, place, "the migration", &example));
    }
}

/// One network for two environments that are not in one place. `what` runs in it.
fn two_places(first: &Environment, other: &Environment, place: Span, what: &str, example: &str) -> Finding {
    let words = |environment: &Environment| {
        format!(
            "`{}` is in the account `{}` and the region `{}`",
            environment.name, environment.account, environment.region
        )
    };
    Finding::error("BL080", place, format!("`{}` and `{}` cannot have one network", first.name, other.name))
        .because(format!("a VPC is in one region of one account, and {what} runs where its environment is"))
        .help(format!("{example}, and so for each environment that is elsewhere"))
        .related(first.place, words(first))
        .related(other.place, words(other))
}
