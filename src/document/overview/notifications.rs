//! Who is told what, for the page's section on it.

use indexmap::IndexSet;
use serde::Serialize;

use crate::config::raw::RawTold;
use crate::config::{Notification, Recipient};
use crate::document::cloudformation::notifications::of_existing_topic;
use crate::pipeline::Plan;

#[derive(Serialize)]
pub(super) struct Notifications<'a> {
    notices: Vec<Notice<'a>>,
    email: bool,
    slack: bool,
    teams: bool,
    /// What the policy of each topic that exists has to say, as JSON; each topic once.
    topics: Vec<String>,
}

#[derive(Serialize)]
struct Notice<'a> {
    name: &'a str,
    to: String,
    /// None where all rules are meant.
    rules: Vec<&'a str>,
    told: Vec<String>,
}

impl<'a> Notifications<'a> {
    /// `None` where nobody is told.
    pub(super) fn of(plan: &Plan<'a>) -> Option<Self> {
        let all = &plan.config.notifications;
        if all.is_empty() {
            return None;
        }
        let any = |is_it: fn(&Recipient) -> bool| all.values().any(|one| is_it(&one.to));
        let mut topics = Vec::new();
        for one in all.values() {
            let Recipient::Topic(arn) = &one.to else { continue };
            let statement = serde_json::to_string_pretty(&of_existing_topic(arn)).unwrap_or_default();
            if !topics.contains(&statement) {
                topics.push(statement);
            }
        }
        Some(Notifications {
            notices: all.values().map(|one| notice(plan, one)).collect(),
            email: any(|to| matches!(to, Recipient::Email(_))),
            slack: any(|to| matches!(to, Recipient::Slack(_))),
            teams: any(|to| matches!(to, Recipient::Teams(_))),
            topics,
        })
    }
}

fn notice<'a>(plan: &Plan<'a>, one: &'a Notification) -> Notice<'a> {
    let is_all = one.rules.len() == plan.config.rules.len();
    let told = one.events.iter().map(|told| match told {
        RawTold::Failed => {
            "of each action that fails, and of each stage with alarms or a window that fails".to_owned()
        }
        RawTold::Approval => "of each approval that waits for a person".to_owned(),
        RawTold::Deployed => deployed(plan, one),
    });
    Notice {
        name: &one.name,
        to: one.to.describe(),
        rules: if is_all { Vec::new() } else { one.rules.iter().map(String::as_str).collect() },
        told: told.collect(),
    }
}

/// Of which deploys, and of which not: what has no lock has no record, and tells nothing.
fn deployed(plan: &Plan, one: &Notification) -> String {
    let entries = plan.map.entries.iter().filter(|entry| one.rules.contains(&entry.rule));
    let places: IndexSet<&str> = entries.flat_map(|entry| &entry.environments).map(String::as_str).collect();
    let (told, left): (Vec<&str>, Vec<&str>) = places
        .into_iter()
        .partition(|name| plan.config.environments.get(*name).is_some_and(|place| place.lock.is_some()));
    let listed = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (told.as_slice(), left.as_slice()) {
        ([], _) => "of no deploy: none of these environments has a lock, and so no record".to_owned(),
        (told, []) => format!("of what was deployed to {}", listed(told)),
        (told, left) => format!(
            "of what was deployed to {}; not of deploys to {}, without a lock and so without a record",
            listed(told),
            listed(left)
        ),
    }
}
