//! A window's times, as the rule `DeploymentWindow` has them: six or seven fields, of which the first, the seconds, is
//! always `*` (AWS `CodePipeline`, "`DeploymentWindow`", configuration parameters).

mod calendar;
mod fields;
mod skipped;
mod spans;
mod words;

use std::collections::BTreeSet;
use std::ops::Range;

use calendar::Openings;
use fields::{FIELDS, Kind};
use jiff::civil::Date;

/// Times at which a window is open: it is open in each minute that they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    text: String,
    minutes: BTreeSet<u16>,
    hours: BTreeSet<u16>,
    /// Days of the month; `None` for `?`.
    days: Option<Days>,
    months: BTreeSet<u16>,
    /// Days of the week; `None` for `?`.
    weekdays: Option<Weekdays>,
    /// None where all years are meant.
    years: Option<BTreeSet<u16>>,
    /// The days to come; `None` where there are none.
    openings: Option<Openings>,
}

/// Days of the month: those that are named, and those that depend on the month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Days {
    /// 1 to 31.
    named: BTreeSet<u16>,
    /// `L`, and `L-3` for the third day before it.
    before_last: BTreeSet<u16>,
    /// `15W`: the day from Monday to Friday nearest to it.
    working_near: BTreeSet<u16>,
    /// `LW`: the last day from Monday to Friday.
    last_working: bool,
}

/// Days of the week, 1 to 7, Sunday first: of every week, and of some weeks of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Weekdays {
    /// Of every week.
    named: BTreeSet<u16>,
    /// `6L`: the last Friday of a month.
    last: BTreeSet<u16>,
    /// `6#3`: the third Friday of a month.
    nth: BTreeSet<(u16, u16)>,
}

/// What is wrong with such a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Fault {
    /// The bytes of the text.
    pub(in crate::config) at: Range<usize>,
    /// What is wrong.
    pub(in crate::config) message: String,
    /// What the field takes.
    pub(in crate::config) reason: String,
    /// What to write instead.
    pub(in crate::config) help: String,
}

impl Cron {
    /// Reads the text, or says everything that is wrong with it, field by field.
    pub(in crate::config) fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let written = fields_of(text);
        if !(6..=7).contains(&written.len()) {
            return Err(vec![count(text, written.len())]);
        }
        let mut faults = Vec::new();
        let mut read = Vec::new();
        for (kind, at) in FIELDS.iter().zip(&written) {
            match kind.read(&text[at.clone()]) {
                Ok(field) => read.push(field),
                Err(fault) => {
                    faults.push(Fault { at: at.start + fault.at.start..at.start + fault.at.end, ..fault });
                }
            }
        }
        // Which of the two may be `?` is told even where another field is wrong.
        let open = |at: usize| text[written[at].clone()] == *"?";
        if open(3) == open(5) {
            faults.push(both(open(3), written[3].start..written[5].end));
        }
        if !faults.is_empty() {
            faults.sort_by_key(|fault| fault.at.start);
            return Err(faults);
        }
        Ok(Cron::of(text, read))
    }

    fn of(text: &str, read: Vec<fields::Field>) -> Self {
        let mut cron = Cron {
            text: text.to_owned(),
            minutes: BTreeSet::new(),
            hours: BTreeSet::new(),
            days: None,
            months: BTreeSet::new(),
            weekdays: None,
            years: None,
            openings: None,
        };
        for (kind, field) in FIELDS.iter().zip(read) {
            match kind.kind {
                Kind::Seconds => {}
                Kind::Minutes => cron.minutes = field.values,
                Kind::Hours => cron.hours = field.values,
                Kind::Months => cron.months = field.values,
                Kind::Years => cron.years = (!field.is_all).then_some(field.values),
                Kind::Days => {
                    cron.days = (!field.is_open).then_some(Days {
                        named: field.values,
                        before_last: field.before_last,
                        working_near: field.working_near,
                        last_working: field.last_working,
                    });
                }
                Kind::Weekdays => {
                    cron.weekdays = (!field.is_open).then_some(Weekdays {
                        named: field.values,
                        last: field.last_of_month,
                        nth: field.nth_of_month,
                    });
                }
            }
        }
        let is_year = |year| cron.years.as_ref().is_none_or(|years| years.contains(&year));
        cron.openings = cron.openings(is_year, |_| true);
        cron
    }

    /// The days in such years, without those that are not there.
    fn openings(&self, is_year: impl Fn(u16) -> bool, is_there: impl Fn(Date) -> bool) -> Option<Openings> {
        Openings::of(
            is_year,
            |month| self.months.contains(&month),
            |day| match (&self.days, &self.weekdays) {
                (Some(days), _) => day.is_of(days),
                (None, Some(weekdays)) => day.is_of_week(weekdays),
                (None, None) => true,
            },
            is_there,
        )
    }

    /// The text as it was written, for AWS.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Days between two openings at the most, and before the first of them: what waits for the window waits no longer, unless
    /// it comes behind the last.
    pub fn longest_wait(&self) -> u32 {
        self.openings.map_or(0, |openings| openings.apart)
    }

    /// Whether there is no such day to come, as there is no 30th of February, and no 2020 any more; in a time zone
    /// ([`Cron::in_zone`]), or none with such a time.
    pub(in crate::config) fn is_never(&self) -> bool {
        self.openings.is_none()
    }

    /// Whether the years are what keeps it from opening: in others there are such days.
    pub(in crate::config) fn is_of_other_years(&self) -> bool {
        self.is_never() && self.openings(|_| true, |_| true).is_some()
    }

    /// The first year in which it is looked for: that of the release.
    pub(in crate::config) const FROM: u16 = calendar::FROM;
}

/// The bytes of each field.
fn fields_of(text: &str) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let mut rest = 0;
    for word in text.split_ascii_whitespace() {
        // Each stands behind the one before it.
        let start = rest + text[rest..].find(word).unwrap_or_default();
        rest = start + word.len();
        fields.push(start..rest);
    }
    fields
}

fn count(text: &str, number: usize) -> Fault {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let help = match spans::of_unix(&fields) {
        Some(window) => {
            format!(
                "the cron of Unix has no seconds, and starts what a window lets through: write `{}`, which is {window}",
                window.text()
            )
        }
        None => "write one such as `* * 9-16 ? * MON-THU *`".to_owned(),
    };
    Fault {
        at: 0..text.len(),
        message: format!("the window's times have {number} fields"),
        reason: "they are seconds, minutes, hours, day of the month, month, day of the week, and a year if one is meant"
            .to_owned(),
        help,
    }
}

fn both(open: bool, at: Range<usize>) -> Fault {
    let message = if open { "no days are said" } else { "the days are said twice" };
    Fault {
        at,
        message: message.to_owned(),
        reason: "one of the two, day of the month and day of the week, is `?`, and the other says the days"
            .to_owned(),
        help: if open {
            "write `* * ?` for every day of the month, or `? * MON-THU` for days of the week".to_owned()
        } else {
            "write `?` for the one that is not meant: `? * MON-THU` for days of the week, `1-7 * ?` for days of the month"
                .to_owned()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Cron {
        Cron::read(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
    }

    /// The part of the text that each fault points at.
    fn pointed(text: &str) -> Vec<&str> {
        let faults = Cron::read(text).expect_err(text);
        faults.iter().map(|fault| &text[fault.at.clone()]).collect()
    }

    #[test]
    fn what_aws_describes_is_read() {
        for text in [
            "* * 9-16 ? * MON-THU *",
            "* * 9-17 ? * MON-FRI",
            "* 0-29 9,14 ? JAN-NOV 2-5 2026-2027",
            "* */15 0/6 1-7,15W,L * ? *",
            "* * * LW * ? *",
            "* * * L-3 * ? *",
            "* * * ? * 6#3,2L *",
            "* * * ? * L *",
        ] {
            assert_eq!(read(text).text(), text);
        }
    }

    #[test]
    fn each_fault_is_shown_at_its_own_place() {
        assert_eq!(
            pointed("0 60 9-24 ? JANUARY MON-SUN 1969"),
            ["0", "60", "24", "JANUARY", "MON-SUN", "1969"]
        );
        assert_eq!(pointed("* * 16-9 ? * MON *"), ["16-9"]);
        assert_eq!(pointed("* * 9,,10 ? * MON *"), [""]);
        assert_eq!(pointed("* * 9 ? * MON,HON *"), ["HON"]);
        assert_eq!(pointed("* * 9/0 ? * MON *"), ["0"]);
        assert_eq!(pointed("* * ? ? * MON *"), ["?"]);
        assert_eq!(pointed("* L 9 ? * MON *"), ["L"]);
        assert_eq!(pointed("* * 9 ? * 2#6 *"), ["2#6"]);
        assert_eq!(pointed("* * 9 32W * ? *"), ["32W"]);
        assert_eq!(pointed("*  *  9x  ?  *  MON"), ["9x"]);
    }

    #[test]
    fn one_of_the_two_days_is_a_question_mark() {
        assert_eq!(pointed("* * 9 * * MON *"), ["* * MON"]);
        assert_eq!(pointed("* * 9 ? * ? *"), ["? * ?"]);
    }

    #[test]
    fn another_number_of_fields_is_told_as_a_whole() {
        assert_eq!(pointed("* 9-16 * * MON-THU"), ["* 9-16 * * MON-THU"]);
        assert_eq!(pointed(" "), [" "]);
    }
}
