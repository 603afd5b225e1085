//! Which pipelines go where.

use std::collections::BTreeMap;

use crate::config::{Config, Environment, Migrate, Rule};

/// The rules by the environments that their pipelines go through: made once, since looking through all rules for each of as many
/// environments took a tenth of the time of `check`.
pub(super) struct Ways<'c>(BTreeMap<&'c str, Vec<&'c Rule>>);

impl<'c> Ways<'c> {
    /// Of all rules, in the order of the file.
    pub(super) fn of(config: &'c Config) -> Self {
        let mut ways: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
        for rule in &config.rules {
            for environment in &rule.environments {
                ways.entry(environment).or_default().push(rule);
            }
        }
        Ways(ways)
    }

    /// The rules whose pipelines go through an environment.
    pub(super) fn to(&self, place: &Environment) -> &[&'c Rule] {
        self.0.get(place.name.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Whether some pipeline runs the migration in the environment.
    pub(super) fn run(&self, place: &Environment, migrate: &Migrate) -> bool {
        self.to(place).iter().any(|rule| rule.services.contains(&migrate.service))
    }

    /// The migrations that count as readers of an environment's values: those that some pipeline runs there, or all where
    /// none goes there yet.
    pub(super) fn readers<'p>(&self, place: &'p Environment) -> impl Iterator<Item = &'p Migrate> {
        let is_used = !self.to(place).is_empty();
        place.migrations.iter().filter(move |migrate| !is_used || self.run(place, migrate))
    }
}
