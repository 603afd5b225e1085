//! Pipelines whose artifacts lie in one folder of the bucket.

use std::collections::{BTreeMap, BTreeSet};

use super::Judge;
use crate::branch_map::Entry;
use crate::config::Event;
use crate::diagnostic::{Finding, shown};
use crate::pipeline::names;

/// The most other pipelines that a finding points at.
const POINTED_AT: usize = 5;

impl Judge<'_> {
    /// Pipelines with one folder that lead to different environments, or of which one runs what a pull request brings
    /// (code `BL501`): a role's policy names folders, and CodePipeline cuts their names short. Those that lead to the same
    /// environments could deploy there anyway.
    pub(super) fn folders(&mut self) {
        let mut folders: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.plan.map.entries {
            folders.entry(names::artifact_folder(&entry.pipeline)).or_default().push(entry);
        }
        for (folder, entries) in folders {
            let leads_to =
                |entry: &&Entry| -> BTreeSet<String> { entry.environments.iter().cloned().collect() };
            let (first, others) = (&entries[0], &entries[1..]);
            let is_request = |entry: &&Entry| entry.trigger.event == Event::PullRequest;
            let is_odd = |other: &&&Entry| leads_to(other) != leads_to(first) || is_request(other);
            let Some(other) = others.iter().find(is_odd) else { continue };
            let rules = &self.plan.config.rules;
            let place =
                |entry: &Entry| rules.iter().find(|rule| rule.key == entry.rule).map(|rule| rule.place);
            let finding = Finding::error(
                "BL501",
                place(other),
                format!(
                    "the pipelines of {} and {} keep their artifacts in one folder",
                    shown(&first.pattern),
                    shown(&other.pattern)
                ),
            )
            .because(format!(
                "CodePipeline cuts a pipeline's name to `{folder}` there, so a build of one can replace what the other deploys"
            ))
            .help("give one of the two rules a `name` that differs sooner, or shorten `app`");
            let pointed_at = entries.iter().filter(|entry| entry.pipeline != other.pipeline).take(POINTED_AT);
            let finding = pointed_at.filter_map(|entry| place(entry)).fold(finding, |finding, place| {
                finding.related(place, format!("keeps its artifacts in `{folder}` too"))
            });
            self.findings.push(finding);
        }
    }
}
