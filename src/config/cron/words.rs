//! A window's times in words: `Mon-Thu 9:00-16:59`.

use std::collections::BTreeSet;
use std::fmt;

use super::{Cron, Days, Weekdays};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Monday first, as weeks are spoken of.
const WEEK: [(u16, &str); 7] =
    [(2, "Mon"), (3, "Tue"), (4, "Wed"), (5, "Thu"), (6, "Fri"), (7, "Sat"), (1, "Sun")];

impl fmt::Display for Cron {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = vec![self.on(), self.at()];
        if self.months.len() < 12 {
            let months = runs(&self.months, |month| MONTHS[usize::from(month - 1) % 12].to_owned());
            parts.push(format!("in {months}"));
        }
        if let Some(years) = &self.years {
            parts.push(format!("of {}", runs(years, |year| year.to_string())));
        }
        formatter.write_str(&parts.join(" "))
    }
}

impl Cron {
    fn on(&self) -> String {
        match (&self.weekdays, &self.days) {
            (Some(weekdays), _) => weekdays.words(),
            (None, Some(days)) => days.words(),
            (None, None) => "every day".to_owned(),
        }
    }

    /// The times of a day. Hours that follow each other are one span where all their minutes are meant.
    fn at(&self) -> String {
        let (all_minutes, all_hours) = (self.minutes.len() == 60, self.hours.len() == 24);
        if all_minutes && all_hours {
            return "all day".to_owned();
        }
        if all_minutes {
            let spans = spans(&self.hours).into_iter().map(|(from, to)| format!("{from}:00-{to}:59"));
            return spans.collect::<Vec<_>>().join(", ");
        }
        if let (false, [minutes]) = (all_hours, spans(&self.minutes).as_slice())
            && self.hours.len() == 1
        {
            let hour = self.hours.first().copied().unwrap_or_default();
            let (from, to) = *minutes;
            return if from == to {
                format!("{hour}:{from:02}")
            } else {
                format!("{hour}:{from:02}-{hour}:{to:02}")
            };
        }
        let minutes = runs(&self.minutes, |minute| format!(":{minute:02}"));
        if all_hours {
            return format!("{minutes} of every hour");
        }
        format!("{minutes} of the hours {}", runs(&self.hours, |hour| hour.to_string()))
    }
}

impl Days {
    fn words(&self) -> String {
        if self.named.len() == 31 {
            return "every day".to_owned();
        }
        let mut parts = Vec::new();
        if !self.named.is_empty() {
            let word = if self.named.len() == 1 { "day" } else { "days" };
            parts.push(format!("{word} {} of the month", runs(&self.named, |day| day.to_string())));
        }
        parts.extend(self.before_last.iter().map(|before| match before {
            0 => "the last day of the month".to_owned(),
            1 => "the day before the last of the month".to_owned(),
            before => format!("{before} days before the last of the month"),
        }));
        parts.extend(self.working_near.iter().map(|day| format!("the working day nearest to day {day}")));
        if self.last_working {
            parts.push("the last working day of the month".to_owned());
        }
        parts.join(", ")
    }
}

impl Weekdays {
    fn words(&self) -> String {
        if self.named.len() == 7 {
            return "every day".to_owned();
        }
        let name = |day: u16| WEEK.iter().find(|(number, _)| *number == day).map_or("", |(_, name)| name);
        let places: BTreeSet<u16> =
            (0..7).filter(|place| self.named.contains(&WEEK[usize::from(*place)].0)).collect();
        let mut parts = Vec::new();
        if !places.is_empty() {
            parts.push(runs(&places, |place| WEEK[usize::from(place)].1.to_owned()));
        }
        parts.extend(self.nth.iter().map(|(day, nth)| {
            let nth = ["first", "second", "third", "fourth", "fifth"][usize::from(nth - 1) % 5];
            format!("the {nth} {} of the month", name(*day))
        }));
        parts.extend(self.last.iter().map(|day| format!("the last {} of the month", name(*day))));
        parts.join(", ")
    }
}

/// Numbers that follow each other, as first and last.
fn spans(values: &BTreeSet<u16>) -> Vec<(u16, u16)> {
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for value in values {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *value => *last = *value,
            _ => spans.push((*value, *value)),
        }
    }
    spans
}

/// `Mon-Thu, Sat`: two that follow each other stay two.
fn runs(values: &BTreeSet<u16>, name: impl Fn(u16) -> String) -> String {
    let words = spans(values).into_iter().map(|(from, to)| match to - from {
        0 => name(from),
        1 => format!("{}, {}", name(from), name(to)),
        _ => format!("{}-{}", name(from), name(to)),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::Cron;

    #[test]
    fn times_are_said_as_people_say_them() {
        for (text, words) in [
            ("* * 9-16 ? * MON-THU *", "Mon-Thu 9:00-16:59"),
            ("* * 9-11,14-16 ? * 2,4,6", "Mon, Wed, Fri 9:00-11:59, 14:00-16:59"),
            ("* 30 9 ? * SUN,SAT *", "Sat, Sun 9:30"),
            ("* 0-29 9 * * ? *", "every day 9:00-9:29"),
            ("* 0/15 9,10 ? * 2-6 *", "Mon-Fri :00, :15, :30, :45 of the hours 9, 10"),
            ("* 0-9 * ? * MON *", "Mon :00-:09 of every hour"),
            ("* * * ? * * *", "every day all day"),
            (
                "* * */6 1-7,L DEC ? 2026-2028",
                "days 1-7 of the month, the last day of the month 0:00-0:59, 6:00-6:59, 12:00-12:59, 18:00-18:59 in Dec of 2026-2028",
            ),
            (
                "* * 9 ? JAN-MAR,OCT 2#1,6L *",
                "the first Mon of the month, the last Fri of the month 9:00-9:59 in Jan-Mar, Oct",
            ),
            (
                "* * 9 15W,L-1,LW * ? *",
                "the day before the last of the month, the working day nearest to day 15, the last working day of the month 9:00-9:59",
            ),
            ("* * 9 ? * L *", "Sat 9:00-9:59"),
        ] {
            let cron = Cron::read(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
            assert_eq!(cron.to_string(), words, "{text}");
        }
    }
}
