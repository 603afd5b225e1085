//! Points in time, and how long ago they are.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// Seconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// An RFC 3339 time, `2026-11-02T11:12:13Z`.
    pub fn read(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|time| Moment(time.as_second()))
    }

    /// How long ago it is in words, with one unit: `3 minutes ago`. What lies ahead, as clocks differ, is `just now`.
    pub fn ago(self, now: Moment) -> String {
        self.age(now).map_or_else(|| "just now".to_owned(), |age| format!("{age} ago"))
    }

    /// Since how long something is so: `for 3 minutes`.
    pub fn lasting(self, now: Moment) -> String {
        self.age(now).map_or_else(|| "since just now".to_owned(), |age| format!("for {age}"))
    }

    fn age(self, now: Moment) -> Option<String> {
        let seconds = now.0.saturating_sub(self.0);
        let (count, unit) = match seconds {
            ..60 => return None,
            60..3_600 => (seconds / 60, "minute"),
            3_600..172_800 => (seconds / 3_600, "hour"),
            _ => (seconds / 86_400, "day"),
        };
        Some(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Timestamp::from_second(self.0) {
            Ok(time) => serializer.collect_str(&time),
            Err(_) => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn an_age_has_one_unit_and_never_lies_ahead() {
        let now = Moment(1_000_000);
        let ages = [(-300, "just now"), (59, "just now"), (60, "1 minute ago"), (3_599, "59 minutes ago")];
        let more = [(3_600, "1 hour ago"), (172_799, "47 hours ago"), (172_800, "2 days ago")];
        for (age, told) in ages.into_iter().chain(more) {
            assert_eq!(Moment(now.0 - age).ago(now), told);
        }
        assert_eq!(Moment(now.0 - 120).lasting(now), "for 2 minutes");
    }

    #[test]
    fn a_time_is_read_and_written_as_rfc_3339_has_it() {
        let moment = Moment::read("2026-11-02T11:12:13Z").expect("a time");
        assert_eq!(serde_json::to_string(&moment).expect("JSON"), "\"2026-11-02T11:12:13Z\"");
        assert_eq!(Moment::read("yesterday"), None);
    }
}
