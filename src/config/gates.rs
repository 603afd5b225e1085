//! What stands between a commit and an environment, beside a person's approval, and what follows a deploy.

use super::cron::Cron;

/// When an environment may be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The times at which it is open.
    pub cron: Cron,
    /// The time zone of those times, a name of the IANA's database.
    pub timezone: String,
}

impl Window {
    /// In words: `Mon-Thu 9:00-16:59 Asia/Tokyo`.
    pub fn describe(&self) -> String {
        format!("{} {}", self.cron, self.timezone)
    }
}

/// Alarms that are watched after a deploy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    /// Their names in `CloudWatch`, in the environment's account and region; 1 to 5.
    pub names: Vec<String>,
    /// Minutes for which they are watched.
    pub bake: u32,
}

impl Alarms {
    /// In words: `the alarms a, b for 10m`.
    pub fn describe(&self) -> String {
        let word = if self.names.len() == 1 { "alarm" } else { "alarms" };
        format!("the {word} {} for {}", self.names.join(", "), length(self.bake))
    }
}

/// A length of time as the file would have it: `30m`, `2h`, `1h30m`, `3d`.
pub fn length(minutes: u32) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (hours, 0) if hours >= 48 && hours.is_multiple_of(24) => format!("{}d", hours / 24),
        (0, rest) => format!("{rest}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, rest) => format!("{hours}h{rest}m"),
    }
}
