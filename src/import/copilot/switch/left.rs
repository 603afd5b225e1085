//! What stays with Copilot.

use std::collections::BTreeSet;

use super::{Before, Draft, Errand};

/// What no rule takes over.
pub(super) struct Left<'b> {
    app: &'b str,
    /// Pipelines.
    pub pipelines: Vec<&'b str>,
    /// Workloads, whatever deployed them.
    workloads: Vec<&'b str>,
    /// Environments that a pipeline went to, and no rule goes to.
    environments: Vec<&'b str>,
}

impl<'b> Left<'b> {
    pub(super) fn of(before: &'b Before, draft: &Draft) -> Self {
        let names = |all: BTreeSet<&'b str>| all.into_iter().collect::<Vec<_>>();
        let is_deployed = |name: &str| {
            draft.services.iter().any(|one| one.name == name)
                && draft.rules.iter().any(|rule| {
                    rule.services.as_ref().is_none_or(|services| services.iter().any(|one| one == name))
                })
        };
        let pipelines = before.pipelines.iter().map(|picked| picked.manifest.name.value.as_str());
        let workloads = before.workloads.iter().map(String::as_str);
        let stages = before.pipelines.iter().flat_map(|picked| &picked.manifest.stages);
        let stages = stages.map(|stage| stage.name.value.as_str());
        let is_gone_to = |name: &str| draft.environments.iter().any(|one| one.name == name);
        Self {
            app: &before.app,
            pipelines: names(pipelines.filter(|name| !draft.takes_over(name)).collect()),
            workloads: names(workloads.filter(|name| !is_deployed(name)).collect()),
            environments: names(stages.filter(|name| !is_gone_to(name)).collect()),
        }
    }

    /// All of it, in words; `None` where nothing stays with Copilot.
    pub(super) fn told(&self) -> Option<String> {
        let parts = [
            ("pipelines", &self.pipelines),
            ("workloads", &self.workloads),
            ("environments", &self.environments),
        ];
        let parts = parts.iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<String> = parts.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    pub(super) fn steps(&self) -> Vec<Errand> {
        let step =
            |what: String, why: String| Errand { what, account: String::new(), commands: Vec::new(), why };
        let mut steps = Vec::new();
        if !self.pipelines.is_empty() {
            steps.push(step(
                format!("leave alone what no rule takes over: {}", self.pipelines.join(", ")),
                "the new map does nothing of what these pipelines do".to_owned(),
            ));
        }
        if !self.workloads.is_empty() {
            steps.push(step(
                format!("deploy by hand what no rule deploys: {}", self.workloads.join(", ")),
                format!(
                    "where its pipeline was stopped, no push deploys it any more. By hand: `copilot svc deploy --app {} --name NAME --env \
                     ENVIRONMENT`, and `copilot job deploy` for a job, with a `--tag` that is new",
                    self.app
                ),
            ));
        }
        steps
    }
}
