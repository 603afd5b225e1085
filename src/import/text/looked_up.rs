//! What the file says because it was looked up in AWS.

use super::super::draft::Draft;

/// Above a pattern that no environment uses.
pub(super) const OWN_NAMES: &str = "Each environment has names of its own, made up by CloudFormation and looked up in AWS: they stand \
    under `environments.<name>.services`, where a new environment needs its own. No environment uses what stands here.";

/// The connection's ARN.
pub(super) fn connection(draft: &Draft) -> Option<&String> {
    draft.looked_up.as_ref()?.connection.as_ref()
}
