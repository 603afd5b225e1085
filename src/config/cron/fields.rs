//! The fields: what each takes, and what is read from it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Fault;

/// Which field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Seconds,
    Minutes,
    Hours,
    Days,
    Months,
    Weekdays,
    Years,
}

/// A field's rules, from the table of AWS's page.
#[derive(Debug)]
pub(super) struct About {
    pub(super) kind: Kind,
    /// In words.
    name: &'static str,
    /// The least and the greatest number.
    range: (u16, u16),
    /// Names of the numbers, the least first.
    pub(super) names: &'static [&'static str],
    /// What it takes, as the end of "it takes …".
    takes: &'static str,
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// All fields, in order.
pub(super) static FIELDS: [About; 7] = [
    About { kind: Kind::Seconds, name: "seconds", range: (0, 59), names: &[], takes: "`*` alone" },
    About {
        kind: Kind::Minutes,
        name: "minutes",
        range: (0, 59),
        names: &[],
        takes: "0 to 59, ranges with `-`, steps with `/`, several with `,`, or `*`",
    },
    About {
        kind: Kind::Hours,
        name: "hours",
        range: (0, 23),
        names: &[],
        takes: "0 to 23, ranges with `-`, steps with `/`, several with `,`, or `*`",
    },
    About {
        kind: Kind::Days,
        name: "day of the month",
        range: (1, 31),
        names: &[],
        takes: "1 to 31, ranges with `-`, steps with `/`, several with `,`, `L` for the last, `15W` for the working day nearest to one, `*`, or `?`",
    },
    About {
        kind: Kind::Months,
        name: "month",
        range: (1, 12),
        names: MONTHS,
        takes: "1 to 12 or JAN to DEC, ranges with `-`, steps with `/`, several with `,`, or `*`",
    },
    About {
        kind: Kind::Weekdays,
        name: "day of the week",
        range: (1, 7),
        names: WEEKDAYS,
        takes: "1 to 7 or SUN to SAT, ranges with `-`, steps with `/`, several with `,`, `6L` for the last Friday of a month, `6#3` for the third, `*`, or `?`",
    },
    About {
        kind: Kind::Years,
        name: "year",
        range: (1970, 2199),
        names: &[],
        takes: "1970 to 2199, ranges with `-`, steps with `/`, several with `,`, or `*`",
    },
];

/// What a field says.
#[derive(Debug, Default)]
pub(super) struct Field {
    pub(super) values: BTreeSet<u16>,
    /// It is `*`.
    pub(super) is_all: bool,
    /// It is `?`.
    pub(super) is_open: bool,
    pub(super) before_last: BTreeSet<u16>,
    pub(super) working_near: BTreeSet<u16>,
    pub(super) last_working: bool,
    pub(super) last_of_month: BTreeSet<u16>,
    pub(super) nth_of_month: BTreeSet<(u16, u16)>,
}

impl About {
    /// Reads one field; the fault's place is within it.
    pub(super) fn read(&self, text: &str) -> Result<Field, Fault> {
        let is_day = matches!(self.kind, Kind::Days | Kind::Weekdays);
        match text {
            "*" => {
                let (least, most) = self.range;
                return Ok(Field { values: (least..=most).collect(), is_all: true, ..Field::default() });
            }
            "?" if is_day => return Ok(Field { is_open: true, ..Field::default() }),
            _ if self.kind == Kind::Seconds => {
                return Err(self.fault(0..text.len(), text, "write `*`: a window is open for whole minutes"));
            }
            _ => {}
        }
        let mut field = Field::default();
        let mut start = 0;
        for part in text.split(',') {
            let at = start..start + part.len();
            start = at.end + 1;
            self.part(part, &mut field)
                .map_err(|wrong| Fault { at: at.start + wrong.at.start..at.start + wrong.at.end, ..wrong })?;
        }
        Ok(field)
    }

    fn part(&self, part: &str, field: &mut Field) -> Result<(), Fault> {
        let whole = 0..part.len();
        let special = match self.kind {
            Kind::Days => special_day(part, field),
            Kind::Weekdays => self.special_weekday(part, field),
            _ => None,
        };
        match special {
            Some(true) => return Ok(()),
            Some(false) => return Err(self.fault(whole, part, "write a day that a month has")),
            None => {}
        }
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(step)),
            None => (part, None),
        };
        let (least, most) = self.range;
        let (from, to) = match span.split_once('-') {
            _ if span == "*" && step.is_some() => (least, most),
            Some((from, to)) => {
                let ends = (self.value(from, 0)?, self.value(to, from.len() + 1)?);
                if ends.0 > ends.1 {
                    return Err(self.backwards(from, to));
                }
                ends
            }
            None => {
                let first = self.value(span, 0)?;
                (first, if step.is_some() { most } else { first })
            }
        };
        let by = step.map_or(Some(1), |step| number(step).filter(|by| (1..=most).contains(by)));
        let Some(by) = by else {
            let at = span.len() + 1..part.len();
            let help = "write how many to go on by behind the `/`, such as `0/15`";
            return Err(self.fault(at.clone(), &part[at], help));
        };
        field.values.extend((from..=to).step_by(usize::from(by)));
        Ok(())
    }

    fn value(&self, text: &str, at: usize) -> Result<u16, Fault> {
        let (least, most) = self.range;
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let value = match named {
            Some(index) => u16::try_from(index).ok().map(|index| index + least),
            None => number(text).filter(|value| (least..=most).contains(value)),
        };
        value.ok_or_else(|| {
            let near = self.names.iter().find(|name| {
                let letters = text.get(..3);
                letters.is_some_and(|letters| letters.eq_ignore_ascii_case(name))
            });
            let help = match near {
                Some(name) => format!("write `{name}`"),
                None => format!(
                    "write one such as `{}`",
                    self.names.first().map_or(least.to_string(), |name| (*name).to_owned())
                ),
            };
            self.fault(at..at + text.len(), text, &help)
        })
    }

    /// `6L`, `L` and `6#3`: whether it is right, `None` where it is none of them.
    fn special_weekday(&self, part: &str, field: &mut Field) -> Option<bool> {
        if part.eq_ignore_ascii_case("L") {
            // Alone it is the last day of a week.
            field.values.insert(self.range.1);
            return Some(true);
        }
        if let Some(day) = part.strip_suffix(['L', 'l']).filter(|day| !day.contains(['-', '/'])) {
            let day = self.value(day, 0).ok();
            return Some(day.map(|day| field.last_of_month.insert(day)).is_some());
        }
        let (day, nth) = part.split_once('#')?;
        let (day, nth) = (self.value(day, 0).ok(), number(nth).filter(|nth| (1..=5).contains(nth)));
        Some(day.zip(nth).map(|both| field.nth_of_month.insert(both)).is_some())
    }

    fn backwards(&self, from: &str, to: &str) -> Fault {
        let (least, most) = self.range;
        let name = |value: u16| match self.names.get(usize::from(value - least)) {
            Some(name) if number(from).is_none() => (*name).to_owned(),
            _ => value.to_string(),
        };
        let ends = |one: &str, other: String| {
            if one.eq_ignore_ascii_case(&other) { other } else { format!("{one}-{other}") }
        };
        let (before, after) = (ends(from, name(most)), {
            let first = name(least);
            if first.eq_ignore_ascii_case(to) { first } else { format!("{first}-{to}") }
        });
        let text = format!("{from}-{to}");
        self.fault(
            0..text.len(),
            &text,
            &format!("a range does not go past its end: write `{before},{after}`"),
        )
    }

    fn fault(&self, at: Range<usize>, found: &str, help: &str) -> Fault {
        let found = crate::diagnostic::shown(found);
        Fault {
            at,
            message: format!("{found} cannot be the {} of a window", self.name),
            reason: format!("it takes {}", self.takes),
            help: help.to_owned(),
        }
    }
}

/// `L`, `L-3`, `LW` and `15W`: whether it is right, `None` where it is none of them.
fn special_day(part: &str, field: &mut Field) -> Option<bool> {
    let part = part.to_ascii_uppercase();
    if part == "LW" {
        field.last_working = true;
        return Some(true);
    }
    if let Some(rest) = part.strip_prefix('L') {
        let before = if rest.is_empty() { Some(0) } else { rest.strip_prefix('-').and_then(number) };
        let before = before.filter(|before| *before <= 30);
        return Some(before.map(|before| field.before_last.insert(before)).is_some());
    }
    let day = number(part.strip_suffix('W')?).filter(|day| (1..=31).contains(day));
    Some(day.map(|day| field.working_near.insert(day)).is_some())
}

/// Digits alone, without a sign.
fn number(text: &str) -> Option<u16> {
    let is_number = matches!(text.len(), 1..=4) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
