//! The JSON Schema for editors.

use serde_json::{Map, Value, json};

use super::{formats, shape};

/// The schema's own name. It is no address: the schema is part of the program, and `branchline schema` writes it.
const ID: &str = "urn:branchline:configuration:1";

/// The JSON Schema of `branchline.yml`, draft 2020-12: indented, ending in a newline.
///
/// It says what a schema can say: types, keys, words and patterns. `branchline check` says the rest.
pub fn schema_json() -> String {
    let mut schema = shape::schema();
    publish(&mut schema);
    if let Value::Object(object) = &mut schema {
        object.shift_insert(1, "$id".to_owned(), json!(ID));
    }
    // Made of text, numbers and lists alone: writing it cannot fail.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Fills in the patterns, and takes out what only branchline understands.
fn publish(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(publish),
        Value::Object(object) => {
            fill_in(object);
            for (keyword, value) in object.iter_mut() {
                match value {
                    Value::Object(inner) if keyword == "properties" || keyword == "$defs" => {
                        inner.values_mut().for_each(publish);
                    }
                    // A variable or a build argument may be empty.
                    _ if keyword == "additionalProperties" && value["format"].is_null() => {
                        let may_be_empty = value["type"] == "string";
                        publish(value);
                        if let (true, Value::Object(text)) = (may_be_empty, value) {
                            text.shift_remove("minLength");
                        }
                    }
                    _ => publish(value),
                }
            }
            if let Some(Value::Object(definitions)) = object.get_mut("$defs") {
                *definitions = std::mem::take(definitions)
                    .into_iter()
                    .map(|(name, definition)| (name.trim_start_matches("Raw").to_owned(), definition))
                    .collect();
            }
        }
        _ => {}
    }
}

fn fill_in(object: &mut Map<String, Value>) {
    let placeholders = object.shift_remove("x-placeholders");
    let format = object.shift_remove("format");
    object.shift_remove("x-anything");
    if let Some(Value::String(reference)) = object.get_mut("$ref") {
        *reference = reference.replace("/Raw", "/");
    }
    if let Some(format) = format.as_ref().and_then(Value::as_str).and_then(formats::find) {
        let names: Vec<&str> =
            placeholders.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect();
        object.insert("pattern".to_owned(), json!(format.pattern(&names)));
        if names.is_empty() {
            object.insert("maxLength".to_owned(), json!(format.longest));
        }
        object.insert("examples".to_owned(), json!([format.example]));
    }
    if object.get("type").is_some_and(|name| name == "string") && !object.contains_key("const") {
        object.insert("minLength".to_owned(), json!(1));
    }
    if let Some(format) =
        object.shift_remove("x-key-format").as_ref().and_then(Value::as_str).and_then(formats::find)
    {
        object.insert(
            "propertyNames".to_owned(),
            json!({ "pattern": format.pattern(&[]), "maxLength": format.longest }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_only_branchline_understands() {
        let schema = schema_json();
        for word in ["\"x-", "\"format\"", "\"null\"", "Raw", "|%"] {
            assert!(!schema.contains(word), "{word}");
        }
        assert!(schema.contains("\"$id\": \"urn:branchline") && schema.ends_with("}\n"));
        assert!(schema.contains("https://json-schema.org/draft/2020-12/schema"));
    }
}
