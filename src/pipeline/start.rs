//! How a stage starts a project of an environment.

use super::model::{Action, ProjectKind, Provider};
use super::text::Text;
use super::{Plan, action_variables, build_action, names};
use crate::config::Environment as Place;

/// What differs from one such action to another.
pub(super) struct Start<'a> {
    /// The action's name, unique in its stage.
    pub(super) title: &'a str,
    /// The project's name in AWS.
    pub(super) project: &'a str,
    /// The artifact that it reads. CodeBuild wants one of every action, also where nothing of it is read.
    pub(super) input: &'static str,
    /// What the build is told beside the project's own variables; see [`action_variables`].
    pub(super) variables: &'a [(&'a str, &'a str)],
}

impl Start<'_> {
    /// The action: it works under the environment's deploy role, which is `role`, and in the environment's region.
    pub(super) fn action(self, plan: &Plan, place: &Place, role: &Text) -> Action {
        let mut action = build_action(self.title, Provider::Build, self.project);
        action.inputs = vec![self.input];
        action.role = Some(role.clone());
        action.region = plan.region_of_action(place);
        action.configuration.push(("EnvironmentVariables", action_variables(self.variables)));
        action
    }
}

/// The name of the project of an environment of a kind of which it has one.
pub(super) fn project_name(plan: &Plan, place: &Place, kind: ProjectKind) -> String {
    names::environment_project(&plan.config.stem, &place.name, kind.name())
}
