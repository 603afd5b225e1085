//! The days on which a window opens, found by walking the calendar.

use jiff::civil::Date;

use super::{Days, Weekdays};

/// The year of this version's release. Days before it are past: what a file says is judged without a clock, and the same
/// file is judged the same every day.
pub(super) const FROM: u16 = 2026;

/// The last year that CodePipeline takes (AWS `CodePipeline`, "`DeploymentWindow`").
pub(super) const TO: u16 = 2199;

/// The days of a window, of all that may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Openings {
    /// Days between two that follow each other at the most, and from the year of the release to the first.
    pub(super) apart: u32,
}

impl Openings {
    /// Walks the months that are meant, in the years that are meant; `None` where there is no such day, or none of them
    /// `is_there`.
    pub(super) fn of(
        is_year: impl Fn(u16) -> bool,
        is_month: impl Fn(u16) -> bool,
        is_day: impl Fn(Day) -> bool,
        is_there: impl Fn(Date) -> bool,
    ) -> Option<Self> {
        let is_day = Looks::at(is_day);
        let (mut today, mut last, mut apart, mut any) = (0u32, 0u32, 0u32, false);
        for year in FROM..=TO {
            for month in 1..=12u16 {
                let Some(first) = first_of(year, month) else { continue };
                let length = first.days_in_month().unsigned_abs();
                if is_year(year) && is_month(month) {
                    let weekday = first.weekday().to_sunday_one_offset().unsigned_abs();
                    let dated = |day: &u8| first.with().day(day.cast_signed()).build().is_ok_and(&is_there);
                    for day in is_day.days(weekday, length).filter(dated) {
                        let this = today + u32::from(day - 1);
                        apart = apart.max(this - last);
                        (last, any) = (this, true);
                    }
                }
                today += u32::from(length);
            }
        }
        any.then_some(Openings { apart })
    }
}

fn first_of(year: u16, month: u16) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()
}

/// A day of some month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    /// 1 to 31.
    day: u8,
    /// 1 to 7, Sunday first.
    weekday: u8,
    /// The days of the month.
    length: u8,
}

impl Day {
    /// What the field of days says of it.
    pub(super) fn is_of(self, days: &Days) -> bool {
        let before_last = self.length - self.day;
        let is_near = |wanted: &u16| self.is_working_near(*wanted);
        days.named.contains(&u16::from(self.day))
            || days.before_last.contains(&u16::from(before_last))
            || days.working_near.iter().any(is_near)
            || days.last_working && self.is_last_working()
    }

    /// What the field of days of the week says of it.
    pub(super) fn is_of_week(self, weekdays: &Weekdays) -> bool {
        let weekday = u16::from(self.weekday);
        weekdays.named.contains(&weekday)
            || weekdays.nth.contains(&(weekday, u16::from((self.day - 1) / 7 + 1)))
            || weekdays.last.contains(&weekday) && self.day + 7 > self.length
    }

    /// From Monday to Friday.
    fn is_working(self) -> bool {
        (2..=6).contains(&self.weekday)
    }

    fn is_last_working(self) -> bool {
        let behind = self.length - self.day;
        // Behind the last working day are at most a Saturday and a Sunday.
        self.is_working() && (behind == 0 || self.weekday == 6 && behind <= 2)
    }

    /// Whether it is the working day nearest to another of its month. That one leads into no other month.
    fn is_working_near(self, wanted: u16) -> bool {
        let (day, length) = (u16::from(self.day), u16::from(self.length));
        if !self.is_working() || wanted > length {
            return false;
        }
        let is_monday = self.weekday == 2;
        let is_friday = self.weekday == 6;
        day == wanted
            // The Saturday behind a Friday; the Sunday before a Monday.
            || is_friday && wanted == day + 1
            || is_monday && wanted + 1 == day
            // A month that begins with a Saturday, and one that ends with a Sunday.
            || is_monday && wanted == 1 && day == 3
            || is_friday && wanted == length && day + 2 == length
    }
}

/// The days that are meant, of each of the months that there are: 28 to 31 days long, and beginning on any day of the week.
struct Looks(Vec<Vec<u8>>);

impl Looks {
    fn at(is_day: impl Fn(Day) -> bool) -> Self {
        let of = |first: u8, length: u8| {
            let day = |day: u8| Day { day, weekday: (first - 1 + (day - 1)) % 7 + 1, length };
            (1..=length).filter(|number| is_day(day(*number))).collect()
        };
        Looks(
            (28..=31)
                .flat_map(|length| (1..=7).map(move |first| (first, length)))
                .map(|(first, length)| of(first, length))
                .collect(),
        )
    }

    fn days(&self, first: u8, length: u8) -> impl Iterator<Item = u8> {
        let at = usize::from(length.saturating_sub(28)) * 7 + usize::from(first.saturating_sub(1));
        self.0.get(at).into_iter().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cron;

    fn apart(days: &str) -> Option<u32> {
        let cron = Cron::read(&format!("* * 9 {days}")).unwrap_or_else(|faults| panic!("{days}: {faults:?}"));
        (!cron.is_never()).then(|| cron.longest_wait())
    }

    #[test]
    fn days_that_follow_each_other_are_as_far_apart_as_the_calendar_has_them() {
        for (days, most) in [
            ("* * ?", 1),
            ("? * MON", 7),
            ("? * MON-FRI", 3),
            ("1 * ?", 31),
            ("31 * ?", 61),
            ("L * ?", 31),
            // 2027-01-31 to 2027-05-30.
            ("? * SUN#5", 119),
            // There is no 29th of February in 2100.
            ("29 FEB ?", 8 * 365 + 1),
            ("? JAN MON#1", 371),
            // 2026 to 2030; 2030 to the first of the year.
            ("1 JAN ? 2030", 4 * 365 + 1),
            // The end of 2027 to the beginning of 2077.
            ("* * ? 2027-2199/50", 49 * 365 + 13 + 1),
        ] {
            assert_eq!(apart(days), Some(most), "{days}");
        }
    }

    #[test]
    fn what_no_year_to_come_has_is_never() {
        for never in [
            "30,31 FEB ?",
            "31 4,6 ?",
            "29 FEB ? 2027",
            "29 FEB ? 2100",
            "L-30 FEB ?",
            "30W FEB ?",
            "* * ? 2020",
            "? * MON 2019-2025",
            "? FEB MON#5 2027",
        ] {
            assert_eq!(apart(never), None, "{never}");
        }
        for ever in
            ["29 FEB ? 2028", "30,L FEB ?", "31 * ?", "? FEB MON", "? FEB TUE#5", "L-27 FEB ?", "* * ? 2026"]
        {
            assert!(apart(ever).is_some(), "{ever}");
        }
    }

    #[test]
    fn working_days_are_those_of_the_month() {
        // August 2026 begins with a Saturday and ends with a Monday; February 2026 with a Sunday, and ends with a Saturday.
        for (days, day) in [
            ("1W AUG ?", "3 AUG ?"),
            ("15W AUG ?", "14 AUG ?"),
            ("16W AUG ?", "17 AUG ?"),
            ("LW AUG ?", "31 AUG ?"),
            ("1W FEB ?", "2 FEB ?"),
            ("LW FEB ?", "27 FEB ?"),
            // The 31st of May is a Sunday.
            ("31W MAY ?", "29 MAY ?"),
            ("? AUG 6L", "28 AUG ?"),
            ("? AUG 2#5", "31 AUG ?"),
            ("L-1 AUG ?", "30 AUG ?"),
        ] {
            // One day of one year: how far it is from the beginning of the year says which.
            assert_eq!(apart(&format!("{days} 2026")), apart(&format!("{day} 2026")), "{days}");
        }
    }
}
