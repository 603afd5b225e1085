//! Values of a template: plain text, or what the stack fills in.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::pipeline::names;
use crate::pipeline::text::{Part, Text};

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

/// In which kind of stack a text stands, and so how it gets at what the base stack made.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// The base stack itself.
    Base,
    /// An environment's stack, which takes the key's ARN as a parameter: it may stand in another account.
    Environment,
    /// A pipeline's stack, which imports.
    Pipeline {
        /// The app.
        app: &'a str,
    },
}

/// The parameter of an environment's stack.
pub const KEY_PARAMETER: &str = "ArtifactKeyArn";

impl Scope<'_> {
    fn key(self) -> Value {
        match self {
            Scope::Base => Value::attribute("ArtifactKey", "Arn"),
            Scope::Environment => Value::reference(KEY_PARAMETER),
            Scope::Pipeline { app } => Value::Import(names::artifact_key_export(app)),
        }
    }

    fn connection(self) -> Value {
        match self {
            Scope::Pipeline { app } => Value::Import(names::connection_export(app)),
            Scope::Base | Scope::Environment => Value::attribute("Connection", "ConnectionArn"),
        }
    }

    fn connection_id(self) -> Value {
        match self {
            Scope::Pipeline { app } => Value::Import(names::connection_id_export(app)),
            Scope::Base | Scope::Environment => Value::BehindSlash(Box::new(self.connection())),
        }
    }

    fn part(self, part: &Part) -> Value {
        match part {
            Part::Literal(literal) => Value::Plain(literal.clone()),
            Part::Partition => Value::reference("AWS::Partition"),
            Part::Region => Value::reference("AWS::Region"),
            Part::Account => Value::reference("AWS::AccountId"),
            Part::UrlSuffix => Value::reference("AWS::URLSuffix"),
            Part::ArtifactKey => self.key(),
            Part::Connection => self.connection(),
            Part::ConnectionId => self.connection_id(),
        }
    }

    /// A text as a value of this stack.
    pub fn value(self, text: &Text) -> Value {
        match text.parts() {
            [Part::ArtifactKey] => return self.key(),
            [Part::Connection] => return self.connection(),
            [Part::Account] => return Value::reference("AWS::AccountId"),
            [Part::Literal(literal)] => return Value::Plain(literal.clone()),
            _ => {}
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
                Part::Partition => sub.push_str("${AWS::Partition}"),
                Part::Region => sub.push_str("${AWS::Region}"),
                Part::Account => sub.push_str("${AWS::AccountId}"),
                Part::UrlSuffix => sub.push_str("${AWS::URLSuffix}"),
                Part::ArtifactKey => {
                    sub.push_str("${Key}");
                    with = Some(("Key", self.key()));
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
            None => Value::Sub(sub),
        }
    }

    /// The artifact key as a value of this stack.
    pub fn artifact_key(self) -> Value {
        self.key()
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Value};
    use crate::pipeline::text::{Part, Text};

    #[test]
    fn shell_variables_survive_a_substitution() {
        let text = Text::literal("echo ${A:-${B}} in ").and(Part::Region);
        let parts = vec![Value::from("echo ${A:-${B}} in "), Value::reference("AWS::Region")];
        assert_eq!(Scope::Base.value(&text), Value::Join(parts));
    }

    #[test]
    fn known_text_is_not_substituted() {
        assert_eq!(Scope::Base.value(&Text::from("echo ${HOME}")), Value::Plain("echo ${HOME}".into()));
    }
}
