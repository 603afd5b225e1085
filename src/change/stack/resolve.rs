//! What the functions of a template come to in a stack that stands.
//!
//! Enough of CloudFormation's functions for templates of ours and small changes to them. What is not known is `None`, and is then
//! not compared: nothing is told that is not so.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Standing, Template};
use crate::pipeline::text::Place;

/// A stack that stands, and what it may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Stand<'a> {
    /// Its template.
    pub template: &'a Template,
    /// What AWS says of it.
    pub standing: &'a Standing,
    /// Its account and region.
    pub place: &'a Place,
    /// What stacks of its region export.
    pub exports: &'a BTreeMap<String, String>,
}

impl Stand<'_> {
    /// A value of the template with its functions carried out; `None` for a function that is not known, or one that comes to
    /// nothing. Members that are `AWS::NoValue` are left out.
    pub fn value(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => match sole(members) {
                Some((function, argument)) if is_function(function) => self.call(function, argument),
                _ => {
                    let mut filled = Map::new();
                    for (key, value) in members.iter().filter(|(_, value)| !is_no_value(value)) {
                        filled.insert(key.clone(), self.value(value)?);
                    }
                    Some(Value::Object(filled))
                }
            },
            plain => Some(plain.clone()),
        }
    }

    fn text(&self, value: &Value) -> Option<String> {
        match self.value(value)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    fn call(&self, function: &str, argument: &Value) -> Option<Value> {
        match function {
            "Ref" => self.reference(argument.as_str()?).map(Value::String),
            "Fn::Sub" => self.substitute(argument).map(Value::String),
            "Fn::ImportValue" => self.exports.get(&self.text(argument)?).cloned().map(Value::String),
            "Fn::GetAtt" => {
                let [resource, attribute] = argument.as_array()?.as_slice() else { return None };
                self.attribute(resource.as_str()?, attribute.as_str()?).map(Value::String)
            }
            "Fn::Join" => {
                let [between, parts] = argument.as_array()?.as_slice() else { return None };
                let parts: Option<Vec<String>> =
                    parts.as_array()?.iter().map(|part| self.text(part)).collect();
                Some(Value::String(parts?.join(between.as_str()?)))
            }
            "Fn::Split" => {
                let [at, text] = argument.as_array()?.as_slice() else { return None };
                Some(Value::from(self.text(text)?.split(at.as_str()?).collect::<Vec<_>>()))
            }
            "Fn::Select" => {
                let [number, list] = argument.as_array()?.as_slice() else { return None };
                let number = number.as_u64().or_else(|| number.as_str()?.parse().ok())?;
                self.value(list)?.get(usize::try_from(number).ok()?).cloned()
            }
            _ => None,
        }
    }

    /// `Ref`, and `${NAME}` of `Fn::Sub`.
    fn reference(&self, name: &str) -> Option<String> {
        let partition = self.place.partition();
        match name {
            "AWS::AccountId" => Some(self.place.account().to_owned()),
            "AWS::Region" => Some(self.place.region().to_owned()),
            "AWS::Partition" => Some(partition.id().to_owned()),
            "AWS::URLSuffix" => Some(partition.url_suffix().to_owned()),
            _ => self.standing.parameters.get(name).cloned().or_else(|| self.name_of(name)),
        }
    }

    fn substitute(&self, argument: &Value) -> Option<String> {
        let (text, names) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(parts) => (parts.first()?.as_str()?, parts.get(1).and_then(Value::as_object)),
            _ => return None,
        };
        let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            filled.push_str(before);
            if let Some(literal) = name.strip_prefix('!') {
                filled.extend(["${", literal, "}"]);
            } else if let Some(value) = names.and_then(|names| names.get(name)) {
                filled.push_str(&self.text(value)?);
            } else if let Some((resource, attribute)) = name.split_once('.') {
                filled.push_str(&self.attribute(resource, attribute)?);
            } else {
                filled.push_str(&self.reference(name)?);
            }
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// What `Ref` gives of a resource that has a name of its own: the name, for the types that are referred to here.
    fn name_of(&self, logical: &str) -> Option<String> {
        let properties = self.template.resource(logical)?.value().get("Properties")?;
        let member = match self.template.resource(logical)?.kind() {
            "AWS::IAM::Role" => "RoleName",
            "AWS::CodeBuild::Project" | "AWS::CodePipeline::Pipeline" => "Name",
            "AWS::Logs::LogGroup" => "LogGroupName",
            "AWS::S3::Bucket" => "BucketName",
            "AWS::ECR::Repository" => "RepositoryName",
            _ => return None,
        };
        self.text(properties.get(member)?)
    }

    /// An attribute that follows from the name.
    fn attribute(&self, logical: &str, attribute: &str) -> Option<String> {
        let resource = self.template.resource(logical)?;
        if attribute != "Arn" {
            return None;
        }
        let (account, region) = (self.place.account(), self.place.region());
        let partition = self.place.partition();
        let partition = partition.id();
        let name = self.name_of(logical)?;
        Some(match resource.kind() {
            "AWS::IAM::Role" => {
                let path = resource
                    .value()
                    .pointer("/Properties/Path")
                    .map_or(Some("/".to_owned()), |path| self.text(path))?;
                format!("arn:{partition}:iam::{account}:role{path}{name}")
            }
            "AWS::CodeBuild::Project" => {
                format!("arn:{partition}:codebuild:{region}:{account}:project/{name}")
            }
            "AWS::S3::Bucket" => format!("arn:{partition}:s3:::{name}"),
            "AWS::ECR::Repository" => format!("arn:{partition}:ecr:{region}:{account}:repository/{name}"),
            _ => return None,
        })
    }
}

fn sole(members: &Map<String, Value>) -> Option<(&String, &Value)> {
    let mut entries = members.iter();
    entries.next().filter(|_| entries.next().is_none())
}

fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}

fn is_no_value(value: &Value) -> bool {
    value.get("Ref").and_then(Value::as_str) == Some("AWS::NoValue")
}
