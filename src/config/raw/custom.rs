//! What a person adds to, or changes of, everything that is made.

use schemars::JsonSchema;
use serde::Deserialize;

/// A tag's value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "tag-value"))]
pub struct RawTagValue(pub String);

/// Where the projects of a pipeline, its build and its tests, find their buildspecs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawBuildspecs {
    /// In the stack: what was reviewed and deployed runs, whatever is pushed.
    Inline,
    /// In the commit: the generated files are read from the repository, so a push changes what the build and the
    /// tests do. What runs with an environment's role stays in the stack.
    Repository,
}

/// Changes to one generated document.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawOverride {
    /// The document, by its path below the output folder: `base.yml`, `environments/production.yml`,
    /// `shop-release/pipeline.yml` or `shop-release/pipeline.json`.
    pub document: String,
    /// The operations of a JSON Patch (RFC 6902), in order; each sees what those before it have made.
    #[schemars(extend("minItems" = 1))]
    pub patch: Vec<RawOperation>,
}

/// One operation of a JSON Patch.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawOperation {
    /// What is done.
    pub op: RawOperator,
    /// Where: a JSON Pointer (RFC 6901), such as `/Resources/BuildProject/Properties/TimeoutInMinutes`.
    #[schemars(extend("format" = "json-pointer"))]
    pub path: String,
    /// Where the value of `move` and `copy` comes from: a JSON Pointer.
    #[schemars(extend("format" = "json-pointer"))]
    pub from: Option<String>,
    /// The value of `add`, `replace` and `test`. CloudFormation's functions stand in their long form:
    /// `Fn::Sub: "${AWS::Region}"`.
    pub value: Option<RawAnything>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawOperator {
    /// Sets a key, or puts an item into a list before the one at this place; `-` stands for the list's end.
    Add,
    /// Takes out what is there.
    Remove,
    /// Puts another value in the place of the one that is there.
    Replace,
    /// Takes out what is at `from` and puts it here.
    Move,
    /// Puts here what is at `from`.
    Copy,
    /// Fails where something else is there: what the operations behind it rely on.
    Test,
}

/// A value of any kind.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-anything" = true))]
pub struct RawAnything(#[schemars(with = "Anything")] pub serde_json::Value);

/// The schema of a value of any kind, which says nothing of it.
struct Anything;

impl JsonSchema for Anything {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Anything".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({})
    }
}
