//! What a YAML 1.2 reader makes of every YAML text of a tree, for the judge that compares it with a YAML 1.1 reader's.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

/// A reading for each YAML file by its path, and for each buildspec inside a template by `path#LogicalId`.
pub(crate) fn of(root: &Path, files: &[String]) -> Map<String, Value> {
    let mut readings = Map::new();
    for path in files.iter().filter(|path| Path::new(path).extension().is_some_and(|kind| kind == "yml")) {
        let text = fs::read_to_string(root.join(path)).expect("a generated file is text");
        let reading = read(&text);
        for (name, buildspec) in inline_buildspecs(&reading) {
            // One in the repository is a file of the tree, whose path ends the one that the project names.
            let named = files.iter().find(|file| buildspec.ends_with(&format!("/{file}")));
            let beside =
                named.map(|file| fs::read_to_string(root.join(file)).expect("a generated file is text"));
            let buildspec = beside.as_deref().unwrap_or(buildspec);
            readings.insert(format!("{path}#{name}"), read(buildspec));
        }
        readings.insert(path.clone(), reading);
    }
    readings
}

fn read(text: &str) -> Value {
    match serde_yaml::from_str::<Value>(text) {
        Ok(document) => json!({ "document": document }),
        Err(error) => json!({ "refused": error.to_string() }),
    }
}

fn inline_buildspecs(reading: &Value) -> Vec<(&str, &str)> {
    let resources = reading.pointer("/document/Resources").and_then(Value::as_object);
    resources
        .into_iter()
        .flatten()
        .filter_map(|(name, resource)| {
            Some((name.as_str(), resource.pointer("/Properties/Source/BuildSpec")?.as_str()?))
        })
        .collect()
}
