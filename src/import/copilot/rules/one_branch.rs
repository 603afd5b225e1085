//! Pipelines that Copilot, or a map, cannot have side by side.

use super::super::super::remark::{Remark, Weight};
use super::super::pick::Picked;
use super::{Drawing, meets};

impl Drawing {
    /// Pipelines of one name on several branches: Copilot has one stack for each name, and what was deployed last is in it.
    pub(super) fn one_stack(&mut self, pipelines: &[Picked]) {
        for (at, picked) in pipelines.iter().enumerate() {
            let name = &picked.manifest.name;
            let earlier = pipelines[..at].iter().find(|other| other.manifest.name.value == name.value);
            let Some(other) = earlier else { continue };
            let what = format!(
                "the pipeline `{}` is written for `{}` and for `{}`, and Copilot has one stack of that name: only the one deployed \
                 last runs",
                name.value, other.manifest.source.branch.value, picked.manifest.source.branch.value
            );
            let help = "`aws codepipeline list-pipelines` has its name in AWS, and `aws codepipeline get-pipeline --name NAME` its branch; \
                        each has a rule here: take out what is not to be deployed";
            self.say(Weight::Mistake, picked, name.span, what, help);
        }
    }

    /// Rules of one branch with a service in common: a map with both is refused.
    pub(super) fn one_branch(&mut self) {
        let mut told = Vec::new();
        for (at, rule) in self.draft.rules.iter().enumerate() {
            let earlier = self.draft.rules[..at]
                .iter()
                .find(|other| other.start.branch == rule.start.branch && meets(rule, other));
            let Some(other) = earlier else { continue };
            told.push(Remark {
                weight: Weight::Mistake,
                what: format!(
                    "`{}` and `{}` are both of the branch `{}` and deploy the same services, which no map takes (BL113, BL117)",
                    other.pipeline, rule.pipeline, rule.start.branch
                ),
                help: "make one rule of the two, with the environments of both in order; or name in each the `services` that are its alone"
                    .to_owned(),
                place: Some(rule.place.clone()),
            });
        }
        self.remarks.append(&mut told);
    }
}
