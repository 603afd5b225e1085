//! Values of a template: plain text, or what the stack fills in.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::document::codepipeline;
use crate::pipeline::names;
use crate::pipeline::text::{Part, Place, Text};

/// A string in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// As it stands.
    Plain(String),
    /// `Fn::Sub` over pseudo parameters.
    Sub(String),
    /// `Fn::Sub` with one name that is an import.
    SubWith {
        /// The text, with `${name}` in it.
        text: String,
        /// The name.
        name: &'static str,
        /// What it stands for.
        value: Box<Value>,
    },
    /// `Ref`.
    Ref(Cow<'static, str>),
    /// `Fn::GetAtt`.
    GetAtt(Cow<'static, str>, &'static str),
    /// `Fn::ImportValue`.
    Import(String),
    /// The part of a value behind its `/`.
    BehindSlash(Box<Value>),
    /// `Fn::Join` without a separator.
    Join(Vec<Value>),
}

impl Value {
    /// `Ref` to a parameter or resource.
    pub fn reference(name: impl Into<Cow<'static, str>>) -> Self {
        Value::Ref(name.into())
    }

    /// An attribute of a resource.
    pub fn attribute(resource: impl Into<Cow<'static, str>>, attribute: &'static str) -> Self {
        Value::GetAtt(resource.into(), attribute)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Plain(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Plain(text)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn one<S: Serializer, T: Serialize>(
            serializer: S,
            function: &str,
            argument: T,
        ) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(function, &argument)?;
            map.end()
        }
        match self {
            Value::Plain(text) => serializer.serialize_str(text),
            Value::Sub(text) => one(serializer, "Fn::Sub", text),
            Value::SubWith { text, name, value } => {
                let names = std::collections::BTreeMap::from([(*name, value.as_ref())]);
                one(serializer, "Fn::Sub", (text, names))
            }
            Value::Ref(name) => one(serializer, "Ref", name),
            Value::GetAtt(resource, attribute) => {
                one(serializer, "Fn::GetAtt", [resource.as_ref(), attribute])
            }
            Value::Import(name) => one(serializer, "Fn::ImportValue", name),
            Value::Join(parts) => one(serializer, "Fn::Join", ("", parts)),
            Value::BehindSlash(value) => {
                let split = std::collections::BTreeMap::from([("Fn::Split", ("/", value.as_ref()))]);
                one(serializer, "Fn::Select", (1, split))
            }
        }
    }
}

/// The stack that a text stands in: where it is, and how it gets at what the base stacks made.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Where the stack is. Its own account and region are pseudo parameters; any other is written as it is.
    pub at: &'a Place,
    /// What kind of stack it is.
    pub kind: Kind<'a>,
}

/// A kind of stack.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// A base stack itself.
    Base {
        /// The ARN of the artifact key, where that exists and is not made here.
        key: Option<&'a Text>,
    },
    /// An environment's stack, which takes the ARN of its region's artifact key as a parameter: it may stand in another
    /// account than the key.
    Environment {
        /// What the names of the exports of its region's base begin with, which it imports where it stands in the account
        /// and region of the pipelines.
        stem: &'a str,
        /// Whether it has a key of its own for its logs.
        has_log_key: bool,
    },
    /// A pipeline's stack, which imports what its own region's base exports, and takes the keys of other regions as
    /// parameters: an export is known in its region alone.
    Pipeline {
        /// What the exports' names begin with.
        stem: &'a str,
    },
    /// No stack: a document for people, or for AWS's command line, in which nothing is filled in. What only the base
    /// stacks know is marked in it.
    Document {
        /// Where the pipelines are.
        home: &'a Place,
    },
}

/// The key of an environment's stack that encrypts its logs, where the artifact key is in another account.
pub const LOG_KEY: &str = "LogKey";

/// The parameter of an environment's stack.
pub const KEY_PARAMETER: &str = "ArtifactKeyArn";

impl Scope<'_> {
    fn key(self, region: &str) -> Value {
        match self.kind {
            Kind::Base { key: Some(key) } => self.value(key),
            Kind::Base { key: None } => Value::attribute("ArtifactKey", "Arn"),
            Kind::Document { home } => Value::Plain(codepipeline::key_placeholder(home, region)),
            Kind::Environment { .. } => Value::reference(KEY_PARAMETER),
            Kind::Pipeline { stem } if region == self.at.region() => {
                Value::Import(names::artifact_key_export(stem))
            }
            Kind::Pipeline { .. } => Value::reference(names::artifact_key_parameter(region)),
        }
    }

    fn connection(self) -> Value {
        match self.kind {
            Kind::Pipeline { stem } | Kind::Environment { stem, .. } => {
                Value::Import(names::connection_export(stem))
            }
            Kind::Document { .. } => Value::from(codepipeline::CONNECTION_PLACEHOLDER),
            Kind::Base { .. } => Value::attribute("Connection", "ConnectionArn"),
        }
    }

    fn connection_id(self) -> Value {
        match self.kind {
            Kind::Pipeline { stem } | Kind::Environment { stem, .. } => {
                Value::Import(names::connection_id_export(stem))
            }
            Kind::Document { .. } => Value::from(codepipeline::CONNECTION_ID_PLACEHOLDER),
            Kind::Base { .. } => Value::BehindSlash(Box::new(self.connection())),
        }
    }

    /// The pseudo parameter for a part that is the stack's own account or region.
    fn own(self, part: &Part) -> Option<&'static str> {
        match part {
            Part::Partition => Some("AWS::Partition"),
            Part::UrlSuffix => Some("AWS::URLSuffix"),
            Part::Region(region) if **region == *self.at.region() => Some("AWS::Region"),
            Part::Account(account) if **account == *self.at.account() => Some("AWS::AccountId"),
            _ => None,
        }
    }

    fn part(self, part: &Part) -> Value {
        match part {
            Part::Literal(literal) => Value::Plain(literal.clone()),
            Part::ArtifactKey(region) => self.key(region),
            Part::Connection => self.connection(),
            Part::ConnectionId => self.connection_id(),
            Part::Partition | Part::UrlSuffix | Part::Region(_) | Part::Account(_) => {
                self.own(part).map_or_else(|| Value::Plain(written(part)), Value::reference)
            }
        }
    }

    /// A text as a value of this stack.
    pub fn value(self, text: &Text) -> Value {
        if let Kind::Document { home } = self.kind {
            return Value::Plain(codepipeline::filled(home, text));
        }
        if let [part] = text.parts() {
            return self.part(part);
        }
        // `Fn::Sub` has a form for a `${` that is not its own, and none is documented for one inside another.
        if text.parts().iter().any(|part| matches!(part, Part::Literal(literal) if literal.contains("${"))) {
            return Value::Join(text.parts().iter().map(|part| self.part(part)).collect());
        }
        let mut with = None;
        let mut sub = String::new();
        for part in text.parts() {
            match part {
                Part::Literal(literal) => sub.push_str(literal),
                Part::Partition | Part::UrlSuffix | Part::Region(_) | Part::Account(_) => {
                    match self.own(part) {
                        Some(pseudo) => sub.extend(["${", pseudo, "}"]),
                        None => sub.push_str(&written(part)),
                    }
                }
                Part::ArtifactKey(region) => {
                    sub.push_str("${Key}");
                    with = Some(("Key", self.key(region)));
                }
                Part::Connection => {
                    sub.push_str("${Connection}");
                    with = Some(("Connection", self.connection()));
                }
                Part::ConnectionId => {
                    sub.push_str("${ConnectionId}");
                    with = Some(("ConnectionId", self.connection_id()));
                }
            }
        }
        match with {
            Some((name, value)) => Value::SubWith { text: sub, name, value: Box::new(value) },
            None if !sub.contains("${") => Value::Plain(sub),
            None => Value::Sub(sub),
        }
    }

    /// The artifact key of the stack's own region.
    pub fn artifact_key(self) -> Value {
        self.key(self.at.region())
    }

    /// The key that encrypts the stack's logs: one of its own account, which CloudWatch Logs may use there.
    pub fn log_key(self) -> Value {
        match self.kind {
            Kind::Environment { has_log_key: true, .. } => Value::attribute(LOG_KEY, "Arn"),
            _ => self.artifact_key(),
        }
    }
}

/// An account or a region as it is.
fn written(part: &Part) -> String {
    match part {
        Part::Region(text) | Part::Account(text) => text.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Scope, Value};
    use crate::pipeline::text::{Place, Text};

    #[test]
    fn shell_variables_survive_a_substitution() {
        let at = Place::new("111111111111", "eu-west-1");
        let text = Text::literal("echo ${A:-${B}} in ").then(at.region_text());
        let parts = vec![Value::from("echo ${A:-${B}} in "), Value::reference("AWS::Region")];
        assert_eq!(Scope { at: &at, kind: Kind::Base { key: None } }.value(&text), Value::Join(parts));
    }

    #[test]
    fn known_text_is_not_substituted() {
        let at = Place::new("111111111111", "eu-west-1");
        let scope = Scope { at: &at, kind: Kind::Base { key: None } };
        assert_eq!(scope.value(&Text::from("echo ${HOME}")), Value::Plain("echo ${HOME}".into()));
    }

    #[test]
    fn an_arn_of_another_account_or_region_is_never_written_as_the_stacks_own() {
        let at = Place::new("111111111111", "eu-west-1");
        let scope = Scope { at: &at, kind: Kind::Environment { stem: "shop", has_log_key: true } };
        for (place, written) in [
            (at.clone(), "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:cluster/shop"),
            (
                Place::new("222222222222", "eu-west-1"),
                "arn:${AWS::Partition}:ecs:${AWS::Region}:222222222222:cluster/shop",
            ),
            (
                Place::new("111111111111", "us-east-1"),
                "arn:${AWS::Partition}:ecs:us-east-1:${AWS::AccountId}:cluster/shop",
            ),
        ] {
            assert_eq!(scope.value(&place.arn("ecs", "cluster/shop")), Value::Sub(written.to_owned()));
        }
    }
}
