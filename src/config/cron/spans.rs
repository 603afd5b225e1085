//! For how long a window is open at a time, and what to write where it is a moment.

use super::{Cron, FIELDS, fields_of};

/// Hours that are proposed where a single one was written: a day's work.
const PROPOSED: u16 = 8;

impl Cron {
    /// The most minutes of a day that follow each other and are all named: for so long it is open at a time.
    pub(in crate::config) fn longest_opening(&self) -> usize {
        let day = (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute)));
        let open = day.map(|(hour, minute)| self.hours.contains(&hour) && self.minutes.contains(&minute));
        let runs = open.scan(0, |run, is_open| {
            *run = if is_open { *run + 1 } else { 0 };
            Some(*run)
        });
        runs.max().unwrap_or_default()
    }

    /// The bytes of the minutes' field.
    pub(in crate::config) fn minutes_at(&self) -> std::ops::Range<usize> {
        fields_of(&self.text).get(1).cloned().unwrap_or_default()
    }

    /// The same with whole hours, and with a range where a single hour is written.
    pub(in crate::config) fn in_whole_hours(&self) -> Option<Self> {
        let mut fields: Vec<&str> = self.text.split_ascii_whitespace().collect();
        let hours = range_from(fields.get(2)?);
        *fields.get_mut(1)? = "*";
        *fields.get_mut(2)? = &hours;
        Cron::read(&fields.join(" ")).ok()
    }
}

/// What five fields of a Unix's cron would be as a window; `None` where they cannot be told.
///
/// They name moments at which something starts, and a window is open as long as its fields hold. So their minutes become whole
/// hours. Their days of the week count from Sunday as 0, and here it is 1.
pub(super) fn of_unix(fields: &[&str]) -> Option<Cron> {
    let [minutes, hours, days, months, weekdays] = fields else { return None };
    let hours = if *minutes == "*" { (*hours).to_owned() } else { range_from(hours) };
    // Unix means every day by `*` in both; here the one that is not meant is `?`.
    let (days, weekdays) = match (*days, *weekdays) {
        ("*", "*") => ("*", "?".to_owned()),
        ("*", weekdays) => ("?", named(weekdays)?),
        (days, "*") => (days, "?".to_owned()),
        _ => return None,
    };
    Cron::read(&format!("* * {hours} {days} {months} {weekdays}")).ok()
}

/// Days of the week by their names, where they were written as numbers of a Unix's cron.
fn named(weekdays: &str) -> Option<String> {
    if weekdays.contains(['/', '#', 'L']) || !weekdays.contains(|letter: char| letter.is_ascii_digit()) {
        return Some(weekdays.to_owned());
    }
    let name = |number: char| {
        let at = number.to_digit(10).filter(|number| *number <= 7)? % 7;
        FIELDS[5].names.get(usize::try_from(at).ok()?).copied()
    };
    weekdays
        .chars()
        .map(
            |letter| {
                if letter.is_ascii_digit() { name(letter).map(str::to_owned) } else { Some(letter.into()) }
            },
        )
        .collect()
}

/// A single hour as the first of several; anything else as it is.
fn range_from(hours: &str) -> String {
    match hours.parse::<u16>() {
        Ok(first) if first < 23 => format!("{first}-{}", (first + PROPOSED - 1).min(23)),
        _ => hours.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_for_how_long_a_window_is_open_at_a_time() {
        for (text, minutes) in [
            ("* 0 9 ? * MON-FRI", 1),
            ("* 0/15 9,10 ? * MON-FRI", 1),
            ("* 0-29 9 ? * MON-FRI", 30),
            ("* * 9 ? * MON-FRI", 60),
            ("* * 9-16 ? * MON-FRI", 480),
            ("* 0-4,55-59 8-9 ? * MON", 10),
            ("* * * ? * MON", 1440),
        ] {
            assert_eq!(Cron::read(text).map(|cron| cron.longest_opening()), Ok(minutes), "{text}");
        }
    }

    #[test]
    fn a_unix_cron_becomes_a_window_of_hours_on_the_days_that_it_meant() {
        for (unix, window) in [
            ("0 9 * * MON-FRI", Some("* * 9-16 ? * MON-FRI")),
            ("0 9 * * 1-5", Some("* * 9-16 ? * MON-FRI")),
            ("30 22 * * 0,6", Some("* * 22-23 ? * SUN,SAT")),
            ("*/5 9-16 1 * *", Some("* * 9-16 1 * ?")),
            ("* 9-16 * * MON-THU", Some("* * 9-16 ? * MON-THU")),
            ("0 23 * * *", Some("* * 23 * * ?")),
            ("0 9 1 * MON", None),
            ("0 9 * * 5-7", None),
            ("0 x * * *", None),
        ] {
            let fields: Vec<&str> = unix.split(' ').collect();
            assert_eq!(of_unix(&fields).as_ref().map(Cron::text), window, "{unix}");
        }
    }
}
