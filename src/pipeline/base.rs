//! What all pipelines of an app share: bucket, key, and the connection if none is given.

use super::model::Base;
use super::share::Foreign;
use super::text::Place;
use super::{Plan, artifacts, compare, lock, notifications};
use crate::branch_map::Entry;
use crate::config::{Deploy, Environment};

/// Days artifacts are kept at the least. Retry and rollback need them.
const ARTIFACT_DAYS: u32 = 90;

/// Days artifacts are kept beyond the longest wait for approvals and windows.
const ARTIFACT_MARGIN: u32 = 30;

/// The base of one region, in the pipelines' account.
pub(super) fn base(plan: &Plan, at: &Place) -> Base {
    let config = plan.config;
    let foreign = Foreign::of(plan);
    let is_home = *at == plan.home;
    Base {
        place: at.clone(),
        is_home,
        bucket_exists: config.existing.bucket(at.region()).is_some(),
        existing_key: artifacts::existing_key(config, at),
        bucket_grants: foreign.of_bucket(at),
        key_grants: foreign.of_key(at),
        artifact_days: artifact_days(plan, &plan.map.entries),
        connection: config
            .source
            .host()
            .connection_type()
            .filter(|_| is_home && config.source.connection.is_none()),
        has_locks: is_home && lock::is_any(plan),
        notifications: if is_home { notifications::notices(plan) } else { Vec::new() },
        projects: if is_home { compare::project(plan).into_iter().collect() } else { Vec::new() },
        lock_writers: if is_home { lock::writers(plan) } else { Vec::new() },
        lock_commanded: if is_home { lock::commanded(plan) } else { Vec::new() },
        lock_holders: if is_home { lock::holders(plan) } else { Vec::new() },
    }
}

/// Days until what these pipelines made and did not deploy expires: longer than the longest way through one of them.
pub(super) fn artifact_days<'e>(plan: &Plan, entries: impl IntoIterator<Item = &'e Entry>) -> u32 {
    let environments = &plan.config.environments;
    let waits = |entry: &Entry| -> u32 {
        let places = || entry.environments.iter().filter_map(|name| environments.get(name));
        let works = places().map(works_at).fold(0, u32::saturating_add);
        places().map(waits_at).fold(works.div_ceil(DAY), u32::saturating_add)
    };
    let most = entries.into_iter().map(waits).max().unwrap_or(0);
    ARTIFACT_DAYS.max(most.saturating_add(ARTIFACT_MARGIN))
}

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// Minutes that an execution is on its way through an environment once it may enter, at the most: it waits for the lock before it
/// migrates, before it deploys and before it is verified, does everything one after the other, is watched and asked whether it works.
fn works_at(place: &Environment) -> u32 {
    let locked = 2 + u32::from(place.verify.is_some());
    let locks = place.lock.as_ref().map_or(0, |lock| lock.wait.saturating_mul(locked));
    let snapshot = place.snapshot.as_ref().map_or(0, |snapshot| snapshot.timeout);
    let migrations = place.migrations.iter().map(|migrate| migrate.machine.timeout);
    let deploys = place.deploys.values().map(Deploy::timeout);
    let watched = place.alarms.as_ref().map_or(0, |alarms| alarms.bake);
    let verify = place.verify.as_ref().map_or(0, |verify| verify.machine.timeout);
    [locks, snapshot, watched, verify]
        .into_iter()
        .chain(migrations)
        .chain(deploys)
        .fold(0, u32::saturating_add)
}

/// Days for which an execution waits at an environment, at the most: for the window, for a person, and for the window again.
fn waits_at(place: &Environment) -> u32 {
    let asked = place.approval.as_ref().map_or(0, |approval| approval.timeout.div_ceil(DAY));
    let window = place.window.as_ref().map_or(0, |window| window.cron.longest_wait());
    let windows = if place.approval.is_some() { 2 } else { 1 };
    asked.saturating_add(window.saturating_mul(windows))
}
