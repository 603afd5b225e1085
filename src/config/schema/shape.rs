//! The shape of the file, as types: read once from the JSON Schema of [`Raw`].

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use indexmap::IndexMap;
use serde_json::Value;

use super::formats::{self, Format};
use crate::config::raw::Raw;

/// What a value may be.
#[derive(Debug)]
pub(super) enum Shape {
    /// A mapping with settings: fixed keys, each with a meaning of its own.
    Settings(Settings),
    /// A mapping whose keys are names that the person chose.
    Names(Names),
    List(List),
    Text(Text),
    /// One of these words.
    Word(Vec<String>),
    /// `true` or `false`.
    Switch,
    /// This whole number and no other.
    Exactly(String),
    /// A whole number of this range, in decimal digits.
    Number(RangeInclusive<u64>),
    /// Any value but nothing: it is not ours to read.
    Anything,
    /// The first of these that takes a value of the kind at hand.
    Choice(Vec<Shape>),
    /// The schema says something that is not understood here. A test promises that there is none.
    Unknown(String),
}

#[derive(Debug)]
pub(super) struct Settings {
    /// The type's name in `raw.rs`, without `Raw`; the tables go by it.
    pub(super) kind: String,
    pub(super) keys: IndexMap<String, Key>,
    /// Exactly one of the keys has to be there.
    pub(super) is_choice: bool,
}

#[derive(Debug)]
pub(super) struct Key {
    pub(super) shape: Shape,
    pub(super) is_required: bool,
    pub(super) description: String,
}

#[derive(Debug)]
pub(super) struct Names {
    pub(super) value: Box<Shape>,
    pub(super) key_format: Option<&'static Format>,
    pub(super) may_be_empty: bool,
}

#[derive(Debug)]
pub(super) struct List {
    pub(super) item: Box<Shape>,
    pub(super) may_be_empty: bool,
    pub(super) is_unique: bool,
}

#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) format: Option<&'static Format>,
    pub(super) placeholders: Vec<String>,
    pub(super) may_be_empty: bool,
}

/// The shape of the whole file.
pub(super) fn root() -> &'static Shape {
    static SHAPE: OnceLock<Shape> = OnceLock::new();
    SHAPE.get_or_init(|| {
        let schema = schema();
        Compiler { definitions: &schema["$defs"] }.shape(&schema, "")
    })
}

/// The JSON Schema of [`Raw`], but that no value may be null: `approval:` with nothing behind it reads like an
/// approval, and decoded it would be none.
pub(super) fn schema() -> Value {
    // Serialised, and not taken as it is, because schemars puts the keywords in their usual order as it writes them.
    let mut schema = serde_json::to_value(schemars::schema_for!(Raw)).unwrap_or_default();
    remove_null(&mut schema);
    schema
}

fn remove_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(remove_null),
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [one] = types.as_slice() {
                    object["type"] = one.clone();
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|choice| choice["type"] != "null");
                if let [Value::Object(one)] = choices.as_slice() {
                    let one = one.clone();
                    object.shift_remove("anyOf");
                    object.extend(one);
                }
            }
            object.values_mut().for_each(remove_null);
        }
        _ => {}
    }
}

struct Compiler<'a> {
    definitions: &'a Value,
}

impl Compiler<'_> {
    /// The shape of a schema; `kind` is the name of the definition it was reached by.
    fn shape(&self, schema: &Value, kind: &str) -> Shape {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.trim_start_matches("#/$defs/");
            return self.shape(&self.definitions[name], name.trim_start_matches("Raw"));
        }
        if schema["x-anything"] == Value::Bool(true) {
            return Shape::Anything;
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            return Shape::Choice(choices.iter().map(|choice| self.shape(choice, kind)).collect());
        }
        if let Some(words) = schema["oneOf"].as_array().or_else(|| schema["enum"].as_array()) {
            let word = |word: &Value| word.as_str().or_else(|| word["const"].as_str()).map(str::to_owned);
            return words
                .iter()
                .map(word)
                .collect::<Option<_>>()
                .map_or_else(|| unknown(schema), Shape::Word);
        }
        match schema["type"].as_str() {
            Some("object") => match schema.get("properties") {
                Some(Value::Object(properties)) if schema["additionalProperties"] == Value::Bool(false) => {
                    Shape::Settings(self.settings(schema, properties, kind))
                }
                _ => self.names(schema),
            },
            Some("array") => Shape::List(List {
                item: Box::new(self.shape(&schema["items"], "")),
                may_be_empty: schema.get("minItems").is_none(),
                is_unique: schema["uniqueItems"] == Value::Bool(true),
            }),
            Some("string") => text(schema),
            Some("boolean") => Shape::Switch,
            Some("integer") if schema["const"].is_u64() => Shape::Exactly(schema["const"].to_string()),
            Some("integer") => match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
                (Some(least), Some(most)) => Shape::Number(least..=most),
                _ => unknown(schema),
            },
            _ => unknown(schema),
        }
    }

    fn settings(&self, schema: &Value, properties: &serde_json::Map<String, Value>, kind: &str) -> Settings {
        let required = schema["required"].as_array();
        let key = |(name, property): (&String, &Value)| {
            let key = Key {
                shape: self.shape(property, ""),
                is_required: required.is_some_and(|required| required.iter().any(|key| key == name)),
                description: property["description"].as_str().unwrap_or_default().to_owned(),
            };
            (name.clone(), key)
        };
        Settings {
            kind: kind.to_owned(),
            keys: properties.iter().map(key).collect(),
            is_choice: schema["maxProperties"] == 1,
        }
    }

    fn names(&self, schema: &Value) -> Shape {
        let key_format = match schema["x-key-format"].as_str() {
            None => None,
            Some(name) => match formats::find(name) {
                None => return unknown(schema),
                found => found,
            },
        };
        let mut value = self.shape(&schema["additionalProperties"], "");
        if let Shape::Text(text) = &mut value {
            // A variable or a build argument may be empty.
            text.may_be_empty = text.format.is_none();
        }
        Shape::Names(Names {
            value: Box::new(value),
            key_format,
            may_be_empty: schema.get("minProperties").is_none(),
        })
    }
}

fn text(schema: &Value) -> Shape {
    if let Some(word) = schema["const"].as_str() {
        return Shape::Word(vec![word.to_owned()]);
    }
    let format = match schema["format"].as_str() {
        None => None,
        Some(name) => match formats::find(name) {
            None => return unknown(schema),
            found => found,
        },
    };
    let placeholders = schema["x-placeholders"].as_array().map_or_else(Vec::new, |names| {
        names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
    });
    Shape::Text(Text { format, placeholders, may_be_empty: false })
}

fn unknown(schema: &Value) -> Shape {
    Shape::Unknown(schema.to_string())
}

impl Shape {
    /// Calls `visit` for this shape and every one inside it.
    pub(super) fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Shape)) {
        visit(self);
        match self {
            Shape::Settings(settings) => settings.keys.values().for_each(|key| key.shape.each(visit)),
            Shape::Names(names) => names.value.each(visit),
            Shape::List(list) => list.item.each(visit),
            Shape::Choice(shapes) => shapes.iter().for_each(|shape| shape.each(visit)),
            Shape::Text(_)
            | Shape::Word(_)
            | Shape::Switch
            | Shape::Exactly(_)
            | Shape::Number(_)
            | Shape::Anything
            | Shape::Unknown(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everything_the_schema_demands_is_understood() {
        let mut count = 0;
        root().each(&mut |shape| {
            count += 1;
            assert!(!matches!(shape, Shape::Unknown(_)), "{shape:?}");
        });
        assert!(count > 100, "only {count} shapes: the schema has shrunk");
    }

    #[test]
    fn no_keyword_of_the_schema_goes_unheard() {
        let heard = [
            "$defs",
            "$ref",
            "$schema",
            "additionalProperties",
            "anyOf",
            "const",
            "description",
            "enum",
            "format",
            "items",
            "maxProperties",
            "maximum",
            "minItems",
            "minProperties",
            "minimum",
            "oneOf",
            "properties",
            "required",
            "title",
            "type",
            "uniqueItems",
            "x-anything",
            "x-key-format",
            "x-placeholders",
        ];
        let mut keywords = BTreeSet::new();
        collect(&schema(), &mut keywords);
        for keyword in keywords {
            assert!(
                heard.contains(&keyword.as_str()),
                "`{keyword}` is demanded in raw.rs and judged nowhere"
            );
        }
    }

    fn collect(schema: &Value, keywords: &mut BTreeSet<String>) {
        match schema {
            Value::Object(object) => {
                for (keyword, value) in object {
                    keywords.insert(keyword.clone());
                    match value {
                        Value::Object(inner) if keyword == "properties" || keyword == "$defs" => {
                            inner.values().for_each(|schema| collect(schema, keywords));
                        }
                        _ => collect(value, keywords),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, keywords)),
            _ => {}
        }
    }
}
