//! What guards the environments, for the page's section on it.

use serde::Serialize;

use crate::config::{self, Approval, Environment as Place, Window};
use crate::pipeline::Plan;

/// The environments that are guarded by more than a person, and what of it there is.
#[derive(Serialize)]
pub(super) struct Gates<'a> {
    environments: Vec<Guarded<'a>>,
    windows: bool,
    rollbacks: bool,
    migrations: bool,
}

#[derive(Serialize)]
struct Guarded<'a> {
    name: &'a str,
    window: Option<String>,
    approval: bool,
    timeout: Option<String>,
    alarms: Option<Watched<'a>>,
    rollback: bool,
}

#[derive(Serialize)]
struct Watched<'a> {
    names: &'a [String],
    bake: String,
}

impl<'a> Gates<'a> {
    /// `None` where there is nothing to say.
    pub(super) fn of(plan: &Plan<'a>) -> Option<Self> {
        let environments: Vec<Guarded> = plan.environments().filter_map(guarded).collect();
        if environments.is_empty() {
            return None;
        }
        let rolled_back = || plan.environments().filter(|place| place.rolls_back);
        Some(Gates {
            windows: environments.iter().any(|one| one.window.is_some()),
            rollbacks: rolled_back().next().is_some(),
            migrations: rolled_back().any(|place| super::needs::migrations(plan, place).next().is_some()),
            environments,
        })
    }
}

fn guarded(place: &Place) -> Option<Guarded<'_>> {
    let approval = place.approval.as_ref();
    let guarded = Guarded {
        name: &place.name,
        window: place.window.as_ref().map(Window::describe),
        approval: approval.is_some(),
        timeout: approval.and_then(Approval::own_timeout).map(config::length),
        alarms: place
            .alarms
            .as_ref()
            .map(|alarms| Watched { names: &alarms.names, bake: config::length(alarms.bake) }),
        rollback: place.rolls_back,
    };
    let is_guarded =
        guarded.window.is_some() || guarded.timeout.is_some() || guarded.alarms.is_some() || guarded.rollback;
    is_guarded.then_some(guarded)
}
