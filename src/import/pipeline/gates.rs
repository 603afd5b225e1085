//! Conditions of stages, to the guards of an environment.

use super::model::{Rule, Stage};
use crate::import::draft::live::EnvironmentSettings;
use crate::import::remark::{Remark, Weight};
use crate::import::text::UNKNOWN;

/// What has to hold before an environment is entered.
pub(super) fn before(
    rules: &[&Rule],
    settings: &mut EnvironmentSettings,
    whose: &str,
    remarks: &mut Vec<Remark>,
) {
    for rule in rules {
        let cron = rule.configuration.get("Cron").filter(|cron| !cron.contains(UNKNOWN));
        match (rule.provider.as_str(), cron) {
            ("DeploymentWindow", Some(cron)) => {
                let window = (cron.clone(), rule.configuration.get("TimeZone").cloned());
                match &settings.window {
                    Some(first) if *first != window => lost(
                        rule,
                        &format!("`{whose}` is entered at other times by another stage or pipeline"),
                        "an environment has one window: see which is meant",
                        remarks,
                    ),
                    _ => settings.window = Some(window),
                }
                if rule.result.as_deref() == Some("SKIP") {
                    remarks.push(Remark {
                        weight: Weight::Changed,
                        what: format!("outside of its window, `{whose}` was passed over"),
                        help: "a release waits there for the window now".to_owned(),
                        place: Some(rule.place.clone()),
                    });
                }
            }
            _ => unknown(rule, whose, remarks),
        }
    }
}

/// What has to hold behind a deploy, and what follows where it fails.
pub(super) fn after(
    stage: &Stage,
    settings: &mut EnvironmentSettings,
    whose: &str,
    remarks: &mut Vec<Remark>,
) {
    for rule in &stage.on_success {
        let alarm = rule.configuration.get("AlarmName").filter(|name| is_alarm(name));
        match (rule.provider.as_str(), alarm) {
            ("CloudWatchAlarm", Some(alarm)) => {
                if !settings.alarms.contains(alarm) {
                    settings.alarms.push(alarm.clone());
                }
                let wait = rule.configuration.get("WaitTime").and_then(|wait| wait.parse::<u32>().ok());
                // The map takes a minute to a day.
                settings.bake = wait.filter(|wait| (1..=1440).contains(wait)).map(|wait| format!("{wait}m"));
                settings.rolls_back |= rule.result.as_deref() == Some("ROLLBACK");
            }
            _ => unknown(rule, whose, remarks),
        }
    }
    stage.after_failure.iter().for_each(|rule| unknown(rule, whose, remarks));
    match stage.on_failure.as_deref() {
        Some("ROLLBACK") => settings.rolls_back = true,
        Some("RETRY" | "SKIP") => remarks.push(Remark {
            weight: Weight::Lost,
            what: format!("the stage `{}` is retried or passed over when it fails", stage.name),
            help: "a stage that has failed stays so, and `branchline retry` runs it again".to_owned(),
            place: Some(stage.place.clone()),
        }),
        _ => {}
    }
}

/// Conditions of a stage behind which nothing is deployed.
pub(super) fn of_no_environment(stage: &Stage, remarks: &mut Vec<Remark>) {
    let rules = stage.on_success.iter().chain(&stage.after_failure);
    rules.for_each(|rule| unknown(rule, &stage.name, remarks));
    if matches!(stage.on_failure.as_deref(), Some("ROLLBACK" | "RETRY" | "SKIP")) {
        remarks.push(Remark {
            weight: Weight::Lost,
            what: format!("the stage `{}` is rolled back, retried or passed over when it fails", stage.name),
            help: "nothing is deployed in it: it fails, and `branchline retry` runs it again".to_owned(),
            place: Some(stage.place.clone()),
        });
    }
}

pub(super) fn unknown(rule: &Rule, whose: &str, remarks: &mut Vec<Remark>) {
    let what = format!("a condition of `{whose}` asks `{}`", rule.provider);
    let help = "the map has windows before an environment and alarms behind a deploy; a check of one's own can stand under `verify`";
    lost(rule, &what, help, remarks);
}

fn lost(rule: &Rule, what: &str, help: &str, remarks: &mut Vec<Remark>) {
    remarks.push(Remark {
        weight: Weight::Lost,
        what: what.to_owned(),
        help: help.to_owned(),
        place: Some(rule.place.clone()),
    });
}

fn is_alarm(name: &str) -> bool {
    (1..=255).contains(&name.chars().count())
        && !name.contains(['#', '{', '}'])
        && !name.contains(char::is_control)
        && !name.contains(UNKNOWN)
}
