//! The files of AWS Copilot, which say which services and environments there were.

use std::collections::BTreeSet;

use super::Seen;

/// What Copilot's folder names. Its files are seen and not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copilot {
    /// Its services and jobs: `copilot/<name>/manifest.yml`.
    pub workloads: BTreeSet<String>,
    /// Its environments: `copilot/environments/<name>/manifest.yml`.
    pub environments: BTreeSet<String>,
    /// Whether it had pipelines: `copilot/pipelines/`, and `copilot/pipeline.yml` before version 1.16.
    pub has_pipelines: bool,
}

/// The layout is that of Copilot's documentation ("Manifest", "Pipelines").
pub(super) fn find(seen: &Seen) -> Option<Copilot> {
    let mut copilot = Copilot::default();
    for path in &seen.files {
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["copilot", "environments", name, "manifest.yml"] => {
                copilot.environments.insert((*name).to_owned());
            }
            ["copilot", "pipelines", ..] | ["copilot", "pipeline.yml"] => copilot.has_pipelines = true,
            ["copilot", name, "manifest.yml"] => {
                copilot.workloads.insert((*name).to_owned());
            }
            _ => {}
        }
    }
    (copilot != Copilot::default()).then_some(copilot)
}

impl Copilot {
    /// What is there, in words.
    pub fn told(&self) -> String {
        let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        if !self.workloads.is_empty() {
            parts.push(format!("services {}", list(&self.workloads)));
        }
        if !self.environments.is_empty() {
            parts.push(format!("environments {}", list(&self.environments)));
        }
        if self.has_pipelines {
            parts.push("pipelines".to_owned());
        }
        parts.join("; ")
    }
}
