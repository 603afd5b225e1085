//! What the templates have beside projects and pipelines. None of it is made without stacks, and most of it has to be there.

use serde_json::{Value, json};

use crate::change::stack::Stand;
use crate::change::stack::drift::{PIPELINE, PROJECT};
use crate::document::stacks::Stack;
use crate::pipeline::text::Place;

/// A resource that is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its type in templates: `AWS::IAM::Role`.
    pub kind: String,
    /// Its name; where nobody chooses one, its name in the template.
    pub name: String,
    /// Its ARN, where that follows from the name.
    pub arn: Option<String>,
    /// The template that says what it has to be.
    pub template: String,
    /// Where it would stand.
    pub place: Place,
}

/// By type: what happens where it is not there, in at most 76 characters. In the order in which it is told.
pub const WITHOUT: [(&str, &str); 14] = [
    ("AWS::IAM::Role", "AWS refuses what names it, and a step that takes it on fails"),
    ("AWS::S3::Bucket", "apply refuses: no artifact could be kept, and no lock taken"),
    ("AWS::S3::BucketPolicy", "whoever may write to all buckets may write locks; no other account reads"),
    ("AWS::ECR::Repository", "the build fails: it has nowhere to push to"),
    ("AWS::Logs::LogGroup", "the step fails: its role may write there, and not make the group"),
    ("AWS::KMS::Key", "the log groups beside it in its template need another"),
    ("AWS::KMS::Alias", "nothing: it is a name for people"),
    ("AWS::CodeConnections::Connection", "no source is read: name one under `source.connection`"),
    ("AWS::Events::Rule", "nobody is told what the pipelines do"),
    ("AWS::SNS::Topic", "nobody is told what the pipelines do"),
    ("AWS::SNS::TopicPolicy", "nobody is told what the pipelines do"),
    ("AWS::Chatbot::SlackChannelConfiguration", "nothing is told in that channel"),
    ("AWS::Chatbot::MicrosoftTeamsChannelConfiguration", "nothing is told in that channel"),
    ("AWS::IAM::ManagedPolicy", "the roles that carry it may not do what it says"),
];

/// What a stack in which there is nothing has, so that CloudFormation takes it.
const NOTHING: &str = "AWS::CloudFormation::WaitConditionHandle";

/// Properties that name a thing, where `Ref` does not give the name.
const NAMES: [&str; 7] =
    ["Name", "TopicName", "AliasName", "ConnectionName", "ConfigurationName", "ManagedPolicyName", "Bucket"];

/// What of a template is not made.
pub(super) fn of(stack: &Stack, stand: &Stand) -> Vec<Need> {
    let others = stand
        .template
        .resources()
        .iter()
        .filter(|(_, one)| ![PROJECT, PIPELINE, NOTHING].contains(&one.kind()));
    let needs = others.map(|(logical, resource)| {
        let text = |value: &Value| stand.value(value).and_then(|value| value.as_str().map(str::to_owned));
        let property = |name: &&str| resource.value().get("Properties")?.get(name);
        let given = || NAMES.iter().find_map(property).and_then(text);
        let name = text(&json!({ "Ref": logical })).or_else(given).unwrap_or_else(|| logical.clone());
        let arn = text(&json!({ "Fn::GetAtt": [logical, "Arn"] }));
        let (template, place) = (stack.template.clone(), stack.place.clone());
        Need { kind: resource.kind().to_owned(), name, arn, template, place }
    });
    needs.collect()
}
