//! Who is told what: the rules by which EventBridge picks the events of this app's pipelines, and no others, out of those
//! of an account and region.
//!
//! Pipelines are named one by one: a prefix `shop-` would tell of the pipelines of an app `shop-web`, too.
//!
//! An action that fails raises an event of its own, then one of its stage and one of its pipeline; the action's is told, since
//! it alone says which action, why, and where its log is. A stage with a condition can fail without any of its actions (an
//! alarm went off, a window could not be waited for), and nothing in the stage's event says which it was, so of such stages the
//! stage's event is told as well.
//!
//! A chat is told the reason of a failure by a rule of its own, beside the one that tells of the failure: a rule for the reasons that
//! a chat can be told and one for all others would be simpler to read, but EventBridge has no room for the second
//! (`document::harmless`). So the failure is told whatever the reason is.

use std::collections::BTreeMap;

use super::Plan;
use crate::branch_map::Entry;
use crate::config::raw::RawTold;
use crate::config::{Notification, Recipient};

/// Characters of an event pattern (Amazon EventBridge quotas, "Event pattern size").
pub const PATTERN: usize = 2_048;

/// Of which a pattern takes this many at the most beside the names of pipelines and stages.
const FRAME: usize = 320;

/// And this many more for what a reason may not hold.
const REASON: usize = 160;

/// What one notification comes to.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its name in the file.
    pub name: String,
    /// Who is told.
    pub to: Recipient,
    /// Which events, at least one rule where the notification means a pipeline.
    pub rules: Vec<EventRule>,
}

/// A rule of EventBridge's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRule {
    /// Which events it picks.
    pub what: What,
    /// Its number among those of the notification that pick the same, from 1.
    pub number: usize,
    /// The pipelines, by name.
    pub pipelines: Vec<String>,
    /// The stages, by name; empty for all of them.
    pub stages: Vec<String>,
}

/// Which events a rule picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// An action failed.
    ActionFailed,
    /// An action failed for a reason that a chat can be told.
    Reason,
    /// A stage with a condition failed.
    StageFailed,
    /// An approval waits.
    Approval,
    /// Something was deployed.
    Deployed,
}

impl What {
    /// What a rule's name in AWS has for it.
    pub fn id(self) -> &'static str {
        match self {
            What::ActionFailed => "failed",
            What::Reason => "reason",
            What::StageFailed => "stages",
            What::Approval => "approval",
            What::Deployed => "deployed",
        }
    }

    /// What its resource's name has for it.
    pub fn stem(self) -> &'static str {
        match self {
            What::ActionFailed => "Failed",
            What::Reason => "Reason",
            What::StageFailed => "Stages",
            What::Approval => "Approval",
            What::Deployed => "Deployed",
        }
    }

    /// The most characters of its pattern beside the names.
    fn frame(self) -> usize {
        if self == What::Reason { FRAME + REASON } else { FRAME }
    }
}

/// All notifications, in the order of the file.
pub(super) fn notices(plan: &Plan) -> Vec<Notice> {
    plan.config.notifications.values().map(|one| notice(plan, one)).collect()
}

/// What one notification comes to.
pub(super) fn notice(plan: &Plan, notification: &Notification) -> Notice {
    let entries: Vec<&Entry> =
        plan.map.entries.iter().filter(|entry| notification.rules.contains(&entry.rule)).collect();
    let mut rules = Vec::new();
    for told in &notification.events {
        match told {
            RawTold::Failed => {
                failures(plan, &entries, &mut rules);
                if notification.to.is_chat() {
                    add(What::Reason, &[], entries.iter().copied(), &mut rules);
                }
            }
            RawTold::Approval => {
                let asking =
                    entries.iter().filter(|entry| plan.places(entry).any(|place| place.approval.is_some()));
                add(What::Approval, &[], asking.copied(), &mut rules);
            }
            RawTold::Deployed => {
                let recorded =
                    entries.iter().filter(|entry| plan.places(entry).any(|place| place.lock.is_some()));
                add(What::Deployed, &[], recorded.copied(), &mut rules);
            }
        }
    }
    let mut numbers: BTreeMap<What, usize> = BTreeMap::new();
    for rule in &mut rules {
        let number = numbers.entry(rule.what).or_default();
        *number += 1;
        rule.number = *number;
    }
    Notice { name: notification.name.clone(), to: notification.to.clone(), rules }
}

/// Each action's failures, and those of the stages that have a condition. Pipelines whose stages with conditions are the same
/// share a rule: a stage may have one in this pipeline and none in that.
fn failures(plan: &Plan, entries: &[&Entry], rules: &mut Vec<EventRule>) {
    add(What::ActionFailed, &[], entries.iter().copied(), rules);
    let mut groups: BTreeMap<Vec<String>, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        groups.entry(guarded(plan, entry)).or_default().push(entry);
    }
    for (stages, entries) in groups.iter().filter(|(stages, _)| !stages.is_empty()) {
        add(What::StageFailed, stages, entries.iter().copied(), rules);
    }
}

/// The stages of a pipeline that have a condition, in order.
fn guarded(plan: &Plan, entry: &Entry) -> Vec<String> {
    if !plan.places(entry).any(|place| place.window.is_some() || place.alarms.is_some()) {
        return Vec::new();
    }
    let stages = plan.pipeline(entry).stages.into_iter();
    let guarded =
        stages.filter(|stage| stage.gates.before_entry.is_some() || stage.gates.on_success.is_some());
    guarded.map(|stage| stage.name).collect()
}

/// Rules for these pipelines, as many as their names need.
fn add<'e>(
    what: What,
    stages: &[String],
    entries: impl Iterator<Item = &'e Entry>,
    rules: &mut Vec<EventRule>,
) {
    let room = PATTERN.saturating_sub(what.frame() + letters(stages));
    let mut some: Vec<String> = Vec::new();
    let rule = |pipelines| EventRule { what, number: 0, pipelines, stages: stages.to_vec() };
    for entry in entries {
        if !some.is_empty() && letters(&some) + entry.pipeline.len() + 3 > room {
            rules.push(rule(std::mem::take(&mut some)));
        }
        some.push(entry.pipeline.clone());
    }
    if !some.is_empty() {
        rules.push(rule(some));
    }
}

/// Characters that names take in a pattern, with their quotes and commas.
fn letters(names: &[String]) -> usize {
    names.iter().map(|name| name.len() + 3).sum()
}

impl EventRule {
    /// The most characters that its pattern may come to.
    pub fn size(&self) -> usize {
        self.what.frame() + letters(&self.stages) + letters(&self.pipelines)
    }
}
