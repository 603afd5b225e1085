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
    /// Pipelines with one folder that lead to different environments, or of which one runs what a pull request brings or
    /// belongs to one branch alone (code `BL501`): a role's policy names folders, and CodePipeline cuts their names short. Those that lead to the same
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
            let is_of_branch = |entry: &Entry| entry.of_branch.is_some();
            let is_odd = |other: &&&Entry| {
                leads_to(other) != leads_to(first)
                    || is_request(other)
                    || is_of_branch(other)
                    || is_of_branch(first)
            };
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
            .help(match [first, *other].into_iter().find_map(|entry| entry.of_branch.as_deref()) {
                Some(branch) => format!("rename the branch {}: its digits, or those of the other one, change with it", shown(branch)),
                None => "give one of the two rules a `name` that differs sooner, or shorten `app`".to_owned(),
            });
            let pointed_at = entries.iter().filter(|entry| entry.pipeline != other.pipeline).take(POINTED_AT);
            let finding = pointed_at.filter_map(|entry| place(entry)).fold(finding, |finding, place| {
                finding.related(place, format!("keeps its artifacts in `{folder}` too"))
            });
            self.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::branch_map;
    use crate::diagnostic::Finding;
    use crate::pipeline::limits::limits;

    /// What is found of these rules of the app, with these branches.
    fn found(app: &str, rules: &str, branches: &[&str]) -> Vec<Finding> {
        let text = format!(
            "version: 1\napp: {app}\nbranches: {{ {rules} }}\nenvironments: {{ preview: {{}}, live: {{}} }}\n\
             pipelines: {{ account: '111122223333', region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
             services: {{ api: {{ deploy: {{ ecs: {{ cluster: 'c-{{environment}}', roles: ['r-{{environment}}'] }} }} }} }}\n"
        );
        let reading = crate::config::read(&text);
        let mut config = reading.config.unwrap_or_else(|| panic!("{:?}", reading.findings));
        config.branches = branches.iter().map(|&branch| branch.to_owned()).collect();
        let (map, _) = branch_map::resolve(&config);
        limits(&config, &map)
    }

    const FAMILY: &str = "feature/*: { environments: [preview], per_branch: true }";

    /// Two of which the first two digits are the same, and one that begins like the word `develop`: all that an app's name of 17
    /// letters would leave of them in a folder.
    #[test]
    fn branches_of_an_app_with_a_long_name_share_no_folder() {
        let rules = format!("develop: [live], {FAMILY}");
        let findings = found("cust-portal-core1", &rules, &["feature/x37", "feature/x42", "feature/x735"]);
        assert!(findings.iter().all(|finding| finding.code != "BL501"), "{findings:?}");
    }

    #[test]
    fn a_rule_that_is_called_like_a_branch_shares_no_folder_with_it_and_the_help_works() {
        let own = branch_map::is_of_one_branch;
        let taken = "9d921fe420-feature";
        assert!(own(&format!("shop-{taken}")));
        let rules = format!("{FAMILY}, main: {{ environments: [preview], name: {taken} }}");
        let findings = found("shop", &rules, &["feature/dark-mode"]);
        let told: Vec<&Finding> = findings.iter().filter(|finding| finding.code == "BL501").collect();
        assert_eq!(told.len(), 1, "{findings:?}");
        assert!(told[0].help.contains("rename the branch `feature/dark-mode`"), "{:?}", told[0]);
        assert!(found("shop", &rules, &["feature/dark-modes"]).iter().all(|finding| finding.code != "BL501"));
    }
}
