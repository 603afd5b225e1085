//! A CloudFormation template as a value.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::Serialize;

use super::common::{Common, Tags};
use super::properties::Properties;
use super::value::Value;
use crate::pipeline::text::Place;

/// A whole template.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    version: &'static str,
    description: String,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    parameters: IndexMap<Cow<'static, str>, Parameter>,
    rules: IndexMap<&'static str, Rule>,
    resources: IndexMap<String, Resource>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    outputs: IndexMap<&'static str, Output>,
    #[serde(skip)]
    common: Common,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    r#type: &'static str,
    description: &'static str,
    allowed_pattern: &'static str,
    constraint_description: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    assertions: Vec<Assertion>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Assertion {
    assert: IndexMap<&'static str, (Value, String)>,
    assert_description: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    description: &'static str,
    value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    export: Option<Export>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Export {
    name: String,
}

/// A resource.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_replace_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    properties: Tagged,
}

/// The properties of a resource, with its tags among them.
#[derive(Debug, Serialize)]
struct Tagged {
    #[serde(flatten)]
    properties: Properties,
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    tags: Option<Tags>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    checkov: Skips,
}

#[derive(Debug, Serialize)]
struct Skips {
    skip: Vec<Skip>,
}

#[derive(Debug, Serialize)]
struct Skip {
    id: &'static str,
    comment: &'static str,
}

impl Resource {
    /// A resource that goes with its stack.
    pub fn new(properties: Properties) -> Self {
        Resource {
            r#type: properties.type_name(),
            deletion_policy: None,
            update_replace_policy: None,
            metadata: None,
            properties: Tagged { properties, tags: None },
        }
    }

    /// Kept when the stack is deleted, or when it is replaced: it holds what cannot be made again. Not kept when the
    /// stack's very creation fails: it is empty then, and would be in the way of the next attempt.
    #[must_use]
    pub fn kept(mut self) -> Self {
        self.deletion_policy = Some("RetainExceptOnCreate");
        self.update_replace_policy = Some("Retain");
        self
    }

    /// Deleted with its stack, which is said because its kind holds data.
    #[must_use]
    pub fn deleted(mut self) -> Self {
        self.deletion_policy = Some("Delete");
        self.update_replace_policy = Some("Delete");
        self
    }

    /// Left out of one check of checkov's; argued again in `docs/suppressions.md`.
    #[must_use]
    pub fn unchecked(mut self, id: &'static str, comment: &'static str) -> Self {
        self.metadata = Some(Metadata { checkov: Skips { skip: vec![Skip { id, comment }] } });
        self
    }
}

impl Template {
    /// A template without resources, that refuses to be deployed anywhere but in this account and region.
    pub fn new(description: String, at: &Place) -> Self {
        let must_be = |parameter: &'static str, what: &str, value: &str| Assertion {
            assert: IndexMap::from([("Fn::Equals", (Value::reference(parameter), value.to_owned()))]),
            assert_description: format!("This stack belongs in {what} {value}."),
        };
        let rule = Rule {
            assertions: vec![
                must_be("AWS::AccountId", "the account", at.account()),
                must_be("AWS::Region", "the region", at.region()),
            ],
        };
        Template {
            version: "2010-09-09",
            description,
            parameters: IndexMap::new(),
            rules: IndexMap::from([("RightPlace", rule)]),
            resources: IndexMap::new(),
            outputs: IndexMap::new(),
            common: Common::default(),
        }
    }

    /// The same, whose resources carry what they have in common. Said before the first of them is added.
    #[must_use]
    pub fn carrying(mut self, common: Common) -> Self {
        self.common = common;
        self
    }

    /// Whether it has no resource yet.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// How many resources it has.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Adds a parameter of type String.
    pub fn parameter(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        description: &'static str,
        allowed_pattern: &'static str,
        constraint_description: &'static str,
    ) {
        let parameter = Parameter { r#type: "String", description, allowed_pattern, constraint_description };
        self.parameters.insert(name.into(), parameter);
    }

    /// Adds a resource under its logical id, with what all of them carry.
    pub fn resource(&mut self, id: impl Into<String>, mut resource: Resource) {
        resource.properties.tags = self.common.tags_of(resource.r#type);
        if let Properties::Role(role) = &mut resource.properties.properties {
            role.permissions_boundary = self.common.boundary();
        }
        self.resources.insert(id.into(), resource);
    }

    /// Adds an output, exported when a name is given.
    pub fn output(
        &mut self,
        name: &'static str,
        description: &'static str,
        value: Value,
        export: Option<String>,
    ) {
        let export = export.map(|name| Export { name });
        self.outputs.insert(name, Output { description, value, export });
    }
}
