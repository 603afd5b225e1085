//! Shell steps that are not branchline's, as the overview tells of them.

use serde::Serialize;

use crate::document::steps;
use crate::pipeline::Plan;

/// A step of which a changed copy stands in the original's place.
#[derive(Serialize)]
pub(super) struct Copy<'a> {
    name: &'a str,
    /// What the original does.
    purpose: &'static str,
}

impl<'a> Copy<'a> {
    /// All of them, in order.
    pub(super) fn all(plan: &Plan<'a>) -> Vec<Self> {
        let purpose =
            |name: &str| steps::listed().find(|(known, _)| *known == name).map_or("", |(_, what)| what);
        plan.config.copies.iter().map(|name| Copy { name, purpose: purpose(name) }).collect()
    }
}
