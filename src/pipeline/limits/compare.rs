//! What AWS would not take of the projects that compare commits: the one that says what a release would bring, and an
//! environment's guard and record.

use super::{Judge, SPLIT_RULE, VARIABLE};
use crate::config::{Environment as Place, Migrate};
use crate::diagnostic::Finding;
use crate::pipeline::text::Text;
use crate::pipeline::{compare, record};

impl Judge<'_> {
    /// The policy of the project before approvals, and the one variable of these projects that a configuration can make too
    /// long (code `BL205`, told once): the guard and the record of an environment have the paths of its migrations, the project
    /// before approvals those of all environments whose approvals are told.
    pub(super) fn compared(&mut self) {
        let plan = self.plan;
        let told: Vec<&Place> = plan.environments().filter(|place| compare::is_told(place)).collect();
        if let (Some(project), Some(place)) = (compare::project(plan), told.first()) {
            self.policy(&project.role, place.place, SPLIT_RULE);
        }
        let recorded = plan.environments().filter(|place| place.lock.is_some());
        let beyond = recorded
            .map(|place| vec![place])
            .chain([told])
            .map(|places| (self.size.text(&Text::from(record::migration_files(&places))), places))
            .find(|(letters, _)| *letters > VARIABLE);
        let Some((letters, places)) = beyond else { return };
        let of = |migrate: &&Migrate| migrate.files.iter().map(String::len).sum::<usize>();
        let longest = places.iter().flat_map(|place| &place.migrations).max_by_key(of);
        self.findings.push(
            Finding::error(
                "BL205",
                longest.map(|migrate| migrate.place),
                format!("the `files` of the migrations come to {letters} characters"),
            )
            .because(format!(
                "they reach the step that compares commits in one variable, and CodeBuild takes {VARIABLE}"
            ))
            .help("name a folder in place of the files in it"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::branch_map;
    use crate::pipeline::limits::limits;

    /// What is found of an environment with these settings, whose migration has 120 files of 40 letters.
    fn told(environment: &str) -> Vec<String> {
        let files: Vec<String> = (100..220).map(|number| format!("db/{}{number}", "x".repeat(34))).collect();
        let text = format!(
            "version: 1\napp: shop\nbranches: {{ main: [live] }}\nenvironments: {{ live: {environment} }}\n\
             pipelines: {{ account: '111122223333', region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
             services: {{ api: {{ deploy: {{ ecs: {{ cluster: c, roles: [r] }} }} }} }}\n\
             migrate: {{ command: x, files: [{}] }}\n",
            files.join(", ")
        );
        let reading = crate::config::read(&text);
        let config = reading.config.unwrap_or_else(|| panic!("{:?}", reading.findings));
        let (map, _) = branch_map::resolve(&config);
        let findings = limits(&config, &map);
        findings.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect()
    }

    #[test]
    fn files_of_migrations_that_no_variable_takes_are_told_with_an_approval_and_without() {
        let beyond = ["BL205 the `files` of the migrations come to 4919 characters"];
        assert_eq!(told("{ approval: {}, lock: true }"), beyond);
        assert_eq!(told("{ lock: true }"), beyond);
        assert_eq!(told("{ lock: false }"), [""; 0]);
    }
}
