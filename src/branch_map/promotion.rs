//! The way of a pipeline through its environments, in a line.

use super::Entry;
use crate::config::{Config, Environment, Event, Window};

impl Entry {
    /// `staging (migration) → production (Mon-Thu 9:00-16:59 Asia/Tokyo, approval, snapshot, migration, alarms, rollback,
    /// verified)`: each environment with what stands there, in the order in which it does. What belongs to a migration, and the
    /// migration, are named only where this pipeline runs one.
    pub fn promotion(&self, config: &Config) -> String {
        if self.trigger.event == Event::PullRequest {
            return "none: it ends at its tests".to_owned();
        }
        let marked = |name: &String| match config.environments.get(name).map(|place| self.marks(place)) {
            Some(marks) if !marks.is_empty() => format!("{name} ({})", marks.join(", ")),
            _ => name.clone(),
        };
        self.environments.iter().map(marked).collect::<Vec<_>>().join(" → ")
    }

    fn marks(&self, place: &Environment) -> Vec<String> {
        let migrations = match self.migrations(place).count() {
            0 => None,
            1 => Some("migration".to_owned()),
            several => Some(format!("{several} migrations")),
        };
        let word = |is_there: bool, word: &str| is_there.then(|| word.to_owned());
        let marks = [
            place.window.as_ref().map(Window::describe),
            word(place.approval.is_some(), "approval"),
            word(place.snapshot.is_some() && migrations.is_some(), "snapshot"),
            migrations,
            word(place.alarms.is_some(), "alarms"),
            word(place.rolls_back, "rollback"),
            word(place.verify.is_some(), "verified"),
        ];
        marks.into_iter().flatten().collect()
    }
}
