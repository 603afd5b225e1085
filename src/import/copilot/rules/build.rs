//! What a pipeline's build had, and has no more.

use super::super::super::remark::Weight;
use super::super::pick::Picked;
use super::Drawing;

impl Drawing {
    /// A build that had git's history: here it has the files of the commit.
    pub(super) fn history(&mut self, picked: &Picked) {
        let source = &picked.manifest.source;
        let (true, Some(span)) = (source.is_full_clone, source.format_at) else { return };
        let what = format!(
            "the build of `{}` had a clone with git's history (`output_artifact_format`), and has the commit's files alone now",
            picked.manifest.name.value
        );
        self.say(
            Weight::Changed,
            picked,
            span,
            what,
            "a command that asks git fails: the commit's id is in `$COMMIT_ID`, and what tests compare has to be in the checkout",
        );
    }

    /// What the build may do besides: a build here has no place for it, so each statement is named.
    pub(super) fn rights(&mut self, picked: &Picked) {
        let name = &picked.manifest.name.value;
        let Some(policy) = &picked.manifest.build.policy else { return };
        let rights = super::super::rights::rights(&policy.value);
        let rights =
            if rights.is_empty() { "nothing that can be read".to_owned() } else { rights.join("; ") };
        self.say(
            Weight::Lost,
            picked,
            policy.span,
            format!("the build of `{name}` may do more in AWS (`build.additional_policy`): {rights}"),
            "a build of branchline's has no rights but its own. See what needs them: secrets stand under `build.secrets`, \
             and what a deploy does in AWS under a `deploy.commands` with its `statements`",
        );
    }
}
