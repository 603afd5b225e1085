//! What stands at the environments of a pipeline, as `map` tells it: to people below its table, to scripts by pipeline.

use std::fmt::Write;

use serde_json::{Value, json};

use super::words::some_of;
use crate::branch_map::Entry;
use crate::config::{Config, Environment, Window};
use crate::pipeline::compare::is_told;
use crate::pipeline::record::is_guarded;

/// What follows from the locks of an app, in lines of their own: that deploys are written down, where an older commit is
/// stopped, and whose approvals say what they let through. Empty where there is no lock.
pub(super) fn behind_locks(config: &Config) -> String {
    let locked: Vec<&Environment> =
        config.environments.values().filter(|place| place.lock.is_some()).collect();
    if locked.is_empty() {
        return String::new();
    }
    let named = |places: &[&Environment]| {
        some_of(&places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>())
    };
    let (guarded, open): (Vec<&Environment>, Vec<&Environment>) =
        locked.iter().copied().partition(|place| is_guarded(place));
    let older = match (guarded.as_slice(), open.as_slice()) {
        (_, []) => "and a commit older than it is stopped.".to_owned(),
        ([], _) => "and a commit older than it is let in.".to_owned(),
        (_, open) => format!("and a commit older than it is stopped,\nbut let in by {}.", named(open)),
    };
    let mut text = format!("Each deploy there is written down, {older}\n");
    let told: Vec<&Environment> = locked.into_iter().filter(|place| is_told(place)).collect();
    if !told.is_empty() {
        let approval = if told.len() == 1 { "The approval of" } else { "The approvals of" };
        let say = if told.len() == 1 { "says" } else { "say" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{approval} {} {say} what the release brings.", named(&told));
    }
    text
}

/// What stands at each environment of a pipeline, in the order of its promotion.
///
/// Each has `environment`; `window`, in words or null; and whether there are `approval`, `comparison` (the approval says what
/// the release brings), `lock`, `guard` (a commit older than what is deployed is stopped), `snapshot`, `alarms`, `rollback`,
/// `verify` and `record` (a deploy is written down). `migrations` is how many this pipeline runs there; where it runs none, it
/// makes no snapshot either.
pub(super) fn json(config: &Config, entry: &Entry) -> Value {
    let places = entry.environments.iter().filter_map(|name| config.environments.get(name));
    let of = |place: &Environment| {
        let migrations = place.migrations.iter().filter(|migrate| entry.has(&migrate.service)).count();
        json!({
            "environment": place.name,
            "window": place.window.as_ref().map(Window::describe),
            "approval": place.approval.is_some(),
            "comparison": is_told(place),
            "lock": place.lock.is_some(),
            "guard": is_guarded(place),
            "snapshot": place.snapshot.is_some() && migrations > 0,
            "migrations": migrations,
            "alarms": place.alarms.is_some(),
            "rollback": place.rolls_back,
            "verify": place.verify.is_some(),
            "record": place.lock.is_some(),
        })
    };
    places.map(of).collect()
}
