//! What guards an environment: approval, window, alarms, rollback.

use super::Judge;
use super::ways::Ways;
use crate::config::cron::Cron;
use crate::config::placeholder::Names;
use crate::config::raw::RawEnvironment;
use crate::config::timezone;
use crate::config::tree::Step;
use crate::config::{Alarms, Approval, Config, Environment, Window};
use crate::diagnostic::{Finding, Span, shown};

/// Minutes that an approval may wait (CodePipeline's service model, `ActionTimeout`).
const APPROVALS: std::ops::RangeInclusive<u32> = 5..=86_400;

/// Minutes for which alarms are watched when nothing is said.
const BAKE: u32 = 10;

/// Minutes for which they may be watched. The stage holds back the pipeline's next execution as long.
const BAKES: std::ops::RangeInclusive<u32> = 1..=24 * 60;

/// Minutes below which a window is open for a moment: an approval, and a stage before it, take longer than that.
const MOMENT: usize = 15;

/// Alarms at most: a condition has at most five rules (CodePipeline's service model, `RuleDeclarationList`).
const ALARMS: usize = 5;

/// Characters of an alarm's name (CloudWatch's service model, `AlarmName`).
const ALARM: std::ops::RangeInclusive<usize> = 1..=255;

impl Judge<'_> {
    pub(super) fn approval(&mut self, name: &str, written: &RawEnvironment) -> Option<Approval> {
        let approval = written.approval.as_ref()?;
        let path = ["environments", name, "approval", "timeout"];
        let timeout = self.minutes(approval.timeout.as_deref(), &path, Approval::TIMEOUT, APPROVALS);
        Some(Approval { notify: approval.notify.clone(), timeout })
    }

    /// The window. Its times are judged field by field (code `BL057`), its time zone by name (`BL058`); one that never
    /// opens is an error (`BL236`).
    pub(super) fn window(&mut self, name: &str, written: &RawEnvironment) -> Option<Window> {
        let window = written.window.as_ref()?;
        let place = self.place(&["environments", name, "window", "cron"]);
        let cron = match Cron::read(&window.cron) {
            Ok(cron) => Some(cron),
            Err(faults) => {
                for fault in faults {
                    // Where there is nothing to point at, the whole is pointed at.
                    let at = if fault.at.is_empty() { place } else { place.within(&window.cron, &fault.at) };
                    self.report(
                        Finding::error("BL057", at, fault.message).because(fault.reason).help(fault.help),
                    );
                }
                None
            }
        };
        let timezone = window.timezone.as_deref().unwrap_or(timezone::UTC);
        let has_days = cron.as_ref().is_some_and(|cron| !cron.is_never());
        let cron = cron.map(|cron| cron.in_zone(timezone));
        if let Some(never) = cron.as_ref().filter(|cron| cron.is_never()) {
            self.never_opens(never, has_days.then_some(timezone), place);
        }
        if let Some(cron) = cron.as_ref().filter(|cron| cron.longest_opening() < MOMENT) {
            self.moment(cron, place);
        }
        if !timezone::is_known(timezone) {
            let place = self.place(&["environments", name, "window", "timezone"]);
            self.unknown_zone(timezone, place);
        }
        Some(Window { cron: cron?, timezone: timezone.to_owned() })
    }

    /// A window that never opens (code `BL236`): there are no such days, or the clocks of this time zone pass over its times on
    /// each of them. `place` is that of its times.
    fn never_opens(&mut self, never: &Cron, zone: Option<&str>, place: Span) {
        let (reason, help) = if let Some(zone) = zone {
            (
                format!("on each of its days to come the clocks of {zone} are put forward over these times"),
                "write an hour that these days have, or a wider range of hours",
            )
        } else if never.is_of_other_years() {
            (
                format!("no year of it, from {} on, has such a day", Cron::FROM),
                "take the years out, or write such as are to come and have the day",
            )
        } else {
            (
                "none of its months has such a day".to_owned(),
                "write a day that each of the months has, or `L` for the last of each",
            )
        };
        self.report(
            Finding::error("BL236", place, "this window never opens")
                .because(format!("{reason}, and every pipeline that comes here would wait for it"))
                .help(help),
        );
    }

    /// A window that is hardly ever open (code `BL272`). `place` is that of its times.
    fn moment(&mut self, cron: &Cron, place: Span) {
        let minutes = cron.longest_opening();
        let word = if minutes == 1 { "minute" } else { "minutes" };
        let help = match cron.in_whole_hours() {
            Some(whole) => format!("write the hours and `*` for the minutes: `{}` is {whole}", whole.text()),
            None => "write a range of hours, and `*` for the minutes".to_owned(),
        };
        self.report(
            Finding::warning(
                "BL272",
                place.within(cron.text(), &cron.minutes_at()),
                format!("this window is open for {minutes} {word} at a time"),
            )
            .because("its fields do not name when it opens, but every minute in which it is open; what comes later waits for the next time")
            .help(help),
        );
    }

    fn unknown_zone(&mut self, timezone: &str, place: Span) {
        let help = match timezone::nearest(timezone) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write one such as `Asia/Tokyo`, or `UTC`".to_owned(),
        };
        self.report(
            Finding::error("BL058", place, format!("{} is no time zone", shown(timezone)))
                .because("CodePipeline takes a region and a city of the IANA's database, or `UTC`")
                .help(help),
        );
    }

    /// The alarms: not too many (code `BL237`), and none missing where a time to watch is said (`BL055`).
    pub(super) fn alarms(&mut self, name: &str, written: &RawEnvironment) -> Option<Alarms> {
        let path = ["environments", name, "bake"];
        let bake = self.minutes(written.bake.as_deref(), &path, BAKE, BAKES);
        let Some(alarms) = &written.alarms else {
            if written.bake.is_some() {
                let place = self.key(&path);
                self.report(
                    Finding::error("BL055", place, "nothing is watched in this time")
                        .because("`bake` is how long `alarms` are watched after a deploy, and there are none")
                        .help(
                            "name the alarms, `alarms: [\"shop-{environment}-errors\"]`, or take `bake` out",
                        ),
                );
            }
            return None;
        };
        if alarms.len() > ALARMS {
            let place = self.place(&["environments", name, "alarms"]);
            self.report(
                Finding::error("BL237", place, format!("{} alarms are watched at once", alarms.len()))
                    .because(format!("CodePipeline takes at most {ALARMS} for a stage"))
                    .help("make a composite alarm of several, and name that"),
            );
        }
        let names = Names { app: &self.raw.app, environment: Some(name), service: None };
        let names: Vec<String> = alarms.iter().map(|alarm| names.fill(&alarm.0)).collect();
        let place = |judge: &Self, index| {
            judge.place(&[Step::Key("environments"), Step::Key(name), Step::Key("alarms"), Step::Item(index)])
        };
        for (index, alarm) in names.iter().enumerate() {
            let here = place(self, index);
            self.alarm_name(here, &alarms[index].0, alarm);
            if let Some(first) = names[..index].iter().position(|before| before == alarm) {
                let before = place(self, first);
                self.report(
                    Finding::error("BL274", here, format!("the alarm {} is named twice", shown(alarm)))
                        .because(
                            "filled in, the two are one, and another one that was meant would not be watched",
                        )
                        .help("write the name of the other alarm, or take one of the two out")
                        .related(before, "the same"),
                );
            }
        }
        Some(Alarms { names, bake })
    }

    /// A name that no alarm has: an ARN, or blanks around it (code `BL273`), or too many letters once filled in. `written` is
    /// the name as it stands in the file.
    fn alarm_name(&mut self, place: Span, written: &str, alarm: &str) {
        if !ALARM.contains(&alarm.chars().count()) {
            self.wrong_length(place, alarm, "an alarm's name", &ALARM);
        }
        let trimmed = written.trim();
        let (reason, name) = if let Some(arn) = trimmed.strip_prefix("arn:") {
            // arn:partition:cloudwatch:region:account:alarm:name
            let name = arn.splitn(6, ':').nth(5).unwrap_or_default();
            ("CodePipeline looks for it by its name, in the environment's own account and region", name)
        } else if trimmed.len() < written.len() {
            ("the blanks would be a part of it", trimmed)
        } else {
            return;
        };
        let help = match name {
            "" => "write the alarm's name, such as `shop-{environment}-errors`".to_owned(),
            name => format!("write `{name}`"),
        };
        self.report(
            Finding::error("BL273", place, format!("{} is no alarm's name", shown(written)))
                .because(reason)
                .help(help),
        );
    }

    /// A rollback beside a migration, which it does not take back: a note (code `BL235`), told once, at the first of them.
    pub(super) fn rollbacks(&mut self, config: &Config) {
        let ways = Ways::of(config);
        let migrates = |place: &&Environment| {
            place.rolls_back && place.migrations.iter().any(|migrate| ways.run(place, migrate))
        };
        let Some(first) = config.environments.values().find(migrates) else { return };
        let place = self.key(&["environments", &first.name, "rollback"]);
        self.report(
            Finding::note("BL235", place, "a rollback does not take back the migration")
                .because("the old images then run on the database as the new migration left it")
                .help("let each migration leave a database that the version before it can use: add first, remove a release later"),
        );
    }
}
