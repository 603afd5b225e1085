//! What everything in a stack carries: tags, and on roles the permission boundary.
//!
//! A template hands it to each resource as it is added, so a new kind of resource has it without knowing.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::value::{Scope, Value};
use crate::config::Config;
use crate::pipeline::roles::policy_arn;

/// The tag that says which app a resource belongs to.
pub const APP_TAG: &str = "branchline:app";

/// The tag that says whose pipelines a resource keeps: what `bootstrap` makes.
pub const KEEPER_TAG: &str = "branchline:keeps";

/// The tag that says which environment it belongs to, where it belongs to one.
pub const ENVIRONMENT_TAG: &str = "branchline:environment";

/// The tag that says which pipeline it belongs to, where it belongs to one. Not the rule: IAM takes no `*` in a tag.
pub const PIPELINE_TAG: &str = "branchline:pipeline";

/// Types without tags, by the schemas of AWS's resource types: their property `Tags` is not there, or is none of ours.
const UNTAGGED: &[&str] = &[
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::ECR::RegistryPolicy",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::KMS::Alias",
    "AWS::Logs::ResourcePolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
];

/// One tag, as every type of ours wants it: an item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    key: String,
    value: String,
}

/// The tags of a stack's resources, which share them.
#[derive(Clone, Debug, Default)]
pub struct Tags(Arc<[Tag]>);

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

/// What a stack's resources have in common.
#[derive(Clone, Debug, Default)]
pub struct Common {
    tags: Tags,
    boundary: Option<Value>,
}

/// For whom a stack is.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'a> {
    /// All pipelines of the app.
    App,
    /// What keeps the app's stacks as its map asks for. It does not carry [`APP_TAG`]: it belongs to no stack of the map, and nothing
    /// that removes what the map asks for no more may find it.
    Keeper,
    /// One environment.
    Environment(&'a str),
    /// One pipeline, by its name in AWS.
    Pipeline(&'a str),
}

impl Common {
    /// What the resources of a stack have in common. `boundary` is the managed policy of its roles, by name or ARN.
    pub fn new(config: &Config, owner: Owner, boundary: Option<&str>, scope: Scope) -> Self {
        let boundary = boundary.map(|policy| scope.value(&policy_arn(policy, scope.at)));
        let tags =
            tags(config, owner).map(|(key, value)| Tag { key: key.to_owned(), value: value.to_owned() });
        Common { tags: Tags(tags.collect()), boundary }
    }

    /// The tags of a resource of this type; `None` where it takes none.
    pub(super) fn tags_of(&self, type_name: &str) -> Option<Tags> {
        let takes = !self.tags.0.is_empty() && !UNTAGGED.contains(&type_name);
        takes.then(|| self.tags.clone())
    }

    /// The permission boundary of a role.
    pub(super) fn boundary(&self) -> Option<Value> {
        self.boundary.clone()
    }
}

/// The tags of what belongs to an owner: branchline's own, by which it finds what it has made, then the person's.
pub fn tags<'a>(config: &'a Config, owner: Owner<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let own = match owner {
        Owner::App | Owner::Keeper => None,
        Owner::Environment(name) => Some((ENVIRONMENT_TAG, name)),
        Owner::Pipeline(name) => Some((PIPELINE_TAG, name)),
    };
    let persons = config.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let first = if matches!(owner, Owner::Keeper) { KEEPER_TAG } else { APP_TAG };
    std::iter::once((first, config.app.as_str())).chain(own).chain(persons)
}

#[cfg(test)]
mod tests {
    use super::policy_arn;
    use crate::pipeline::text::{Part, Place};

    #[test]
    fn a_boundary_is_an_arn_of_the_stacks_own_partition_and_account() {
        let here = Place::new("111122223333", "eu-west-1");
        let known = |part: &Part| match part {
            Part::Account(account) => account.to_string(),
            _ => "P".to_owned(),
        };
        for (policy, arn) in [
            ("limit", "arn:P:iam::111122223333:policy/limit"),
            ("arn:aws:iam::111122223333:policy/teams/limit", "arn:P:iam::111122223333:policy/teams/limit"),
            ("arn:aws:iam::aws:policy/job-function/Limit", "arn:P:iam::aws:policy/job-function/Limit"),
        ] {
            assert_eq!(policy_arn(policy, &here).resolve(known), arn);
        }
    }
}
