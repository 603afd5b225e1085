//! A clean tree → the raw types.

use serde_json::{Map, Number, Value as Json};

use super::raw::Raw;
use super::tree::{Node, Value};

/// Decodes a tree that [`super::schema::judge`] found nothing wrong with.
///
/// The error is serde's, without a place: it shows only when the schema lets through what the types do not take,
/// which is a fault of ours and is reported as one.
pub(super) fn decode(tree: &Node) -> Result<Raw, serde_json::Error> {
    serde_json::from_value(json(tree))
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Integer(text) => text.parse::<i64>().map_or_else(|_| Json::String(text.clone()), Json::from),
        Value::Float(text) => text
            .parse::<f64>()
            .ok()
            .and_then(Number::from_f64)
            .map_or_else(|| Json::String(text.clone()), Json::Number),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Mapping(entries) => Json::Object(
            entries.iter().map(|entry| (entry.key.clone(), json(&entry.node))).collect::<Map<_, _>>(),
        ),
    }
}
