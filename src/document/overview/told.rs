//! What the command that deploys a template has to tell CloudFormation, read from the template's very text: overrides and
//! existing roles have had their say in it.

use std::collections::BTreeMap;

/// Bytes a template may have in a request; a larger one goes through a bucket (AWS CloudFormation quotas).
const REQUEST_BYTES: usize = 51_200;

/// A resource of IAM's, as a template is written: at this depth nothing stands but a resource's own members.
const IAM_RESOURCE: &str = "\n    Type: AWS::IAM::";

/// What each template's command has to tell, by the template's path.
pub type Told = BTreeMap<String, Needs>;

/// What CloudFormation wants to be told of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// It is too large for a request.
    pub bucket: bool,
    /// It makes roles, or another resource of IAM's, which CloudFormation makes for nobody who does not say so
    /// (`CreateStack`, "Capabilities"). All that branchline makes have names.
    pub capability: bool,
}

impl Needs {
    /// What a template needs, by its text.
    pub fn of(text: &str) -> Self {
        Needs { bucket: text.len() > REQUEST_BYTES, capability: text.contains(IAM_RESOURCE) }
    }

    /// The option that lets CloudFormation make roles; empty where there are none to make.
    pub(super) fn capability_option(self) -> &'static str {
        if self.capability { " --capabilities CAPABILITY_NAMED_IAM" } else { "" }
    }
}
