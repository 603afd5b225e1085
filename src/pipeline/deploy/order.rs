//! The order of the deploys of one stage: what a service waits for comes before it, what changes one state machine comes
//! one behind the other, and all else side by side.

use std::collections::BTreeMap;

use crate::branch_map::Entry;
use crate::config::{Config, Deploy, Environment};

/// For each service of a pipeline how many deploys to an environment have to be over before its own may begin, one after
/// the other: 0 for one that waits for nothing. A service that the pipeline does not deploy is not waited for.
pub(super) fn steps<'a>(
    config: &'a Config,
    entry: &'a Entry,
    place: &'a Environment,
) -> BTreeMap<&'a str, u32> {
    let declared = declared(config, entry);
    // Whoever is waited for has a smaller step, so it stands before whoever waits; else the order is the file's.
    let mut order: Vec<&str> = entry.services.iter().map(String::as_str).collect();
    order.sort_by_key(|name| declared.get(name));
    let mut steps: BTreeMap<&str, u32> = BTreeMap::new();
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    for name in order {
        let before = config.services.get(name).into_iter().flat_map(|service| &service.depends_on);
        let waits = before.filter_map(|other| steps.get(other.as_str()));
        // The definition of a state machine is replaced as a whole (Step Functions, `UpdateStateMachine`): of two deploys
        // that had read the same one, the second would take back what the first has written.
        let machines = state_machines(place, name);
        let shared = machines.iter().filter_map(|machine| last.get(machine.as_str()));
        let own = waits.chain(shared).max().map_or(0, |last| last + 1);
        steps.insert(name, own);
        last.extend(machines.iter().map(|machine| (machine.as_str(), own)));
    }
    steps
}

fn state_machines<'a>(place: &'a Environment, service: &str) -> &'a [String] {
    match place.deploys.get(service) {
        Some(Deploy::EcsTask(task)) => &task.targets.state_machines,
        Some(Deploy::Ecs(_) | Deploy::Commands(_)) | None => &[],
    }
}

/// The same by what the services say alone.
fn declared<'a>(config: &'a Config, entry: &'a Entry) -> BTreeMap<&'a str, u32> {
    let mut steps: BTreeMap<&str, u32> = entry.services.iter().map(|name| (name.as_str(), 0)).collect();
    // Circles were refused, so the longest chain has as many steps as there are services, and so has this loop at most.
    for _ in 0..entry.services.len() {
        let mut is_settled = true;
        for name in &entry.services {
            let before = config.services.get(name).into_iter().flat_map(|service| &service.depends_on);
            let last = before.filter_map(|other| steps.get(other.as_str())).max();
            let own = last.map_or(0, |last| last + 1);
            if steps.get(name.as_str()).is_some_and(|step| *step < own) {
                steps.insert(name, own);
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
    steps
}
