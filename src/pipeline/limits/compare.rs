//! What AWS would not take of the project that says what a release would bring.

use super::{Judge, SPLIT_RULE, VARIABLE};
use crate::diagnostic::Finding;
use crate::pipeline::compare;
use crate::pipeline::model::Variable;

impl Judge<'_> {
    /// Its policy, and the one of its variables that a configuration can make too long (code `BL205`).
    pub(super) fn compared(&mut self) {
        let Some(project) = compare::project(self.plan) else { return };
        let told = self.plan.environments().find(|place| compare::is_told(place));
        if let Some(place) = told {
            self.policy(&project.role, place.place, SPLIT_RULE);
        }
        let Some(Variable::Plain(files)) = project.variables.get(compare::FILES) else { return };
        let letters = self.size.text(files);
        let migrations = self.plan.config.environments.values().flat_map(|place| &place.migrations);
        let longest = migrations.max_by_key(|migrate| migrate.files.iter().map(String::len).sum::<usize>());
        if let (true, Some(longest)) = (letters > VARIABLE, longest) {
            self.findings.push(
                Finding::error(
                    "BL205",
                    longest.place,
                    format!("the `files` of the migrations come to {letters} characters"),
                )
                .because(format!("they reach the step that compares commits in one variable, and CodeBuild takes {VARIABLE}"))
                .help("name a folder in place of the files in it"),
            );
        }
    }
}
