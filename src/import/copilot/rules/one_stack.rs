//! Pipelines that Copilot cannot have side by side.

use super::super::super::remark::Weight;
use super::super::pick::Picked;
use super::Drawing;

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
}
