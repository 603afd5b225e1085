//! Environments that only lack a branch: a rule with a pipeline for each branch leads to them, and there is none just now.

use super::plan::Planning;
use crate::pipeline::{Plan, names};

impl Planning {
    /// The same without the stacks of environments that wait for a branch ([`Plan::waiting_environments`]): the map has them, so they
    /// are not left over.
    #[must_use]
    pub fn without_waiting(mut self, plan: &Plan) -> Self {
        let stem = &plan.config.stem;
        self.left.retain(|(place, name)| {
            !plan.waiting_environments().any(|environment| {
                *name == names::environment_stack(stem, &environment.name)
                    && *place == plan.place_of(environment)
            })
        });
        self
    }
}
