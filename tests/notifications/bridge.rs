//! EventBridge, as far as the generated rules need it: whether an event fits a pattern, and what a target is sent.
//!
//! From Amazon EventBridge's user guide: "Event patterns" (every key of the pattern has to be in the event, one of the values
//! has to match) and "Amazon EventBridge input transformation" (a variable whose path is not in the event leaves nothing; what
//! an event says is not escaped). What is not known here panics.

use serde_json::Value;

/// Whether an event fits a pattern.
pub(crate) fn fits(pattern: &Value, event: &Value) -> bool {
    let pattern = pattern.as_object().expect("a pattern is a mapping");
    pattern.iter().all(|(key, wanted)| match (wanted, event.get(key)) {
        (_, None) => false,
        (Value::Object(_), Some(inner)) => fits(wanted, inner),
        (Value::Array(wanted), Some(found)) => wanted.iter().any(|one| is(one, found)),
        (other, _) => panic!("a pattern says {other} of `{key}`"),
    })
}

fn is(wanted: &Value, found: &Value) -> bool {
    match wanted {
        Value::String(_) => wanted == found,
        other => panic!("a pattern wants {other}"),
    }
}

/// What a target is sent.
pub(crate) fn told(transformer: &Value, event: &Value) -> String {
    let paths = transformer["InputPathsMap"].as_object().expect("paths");
    let mut rest = transformer["InputTemplate"].as_str().expect("a template");
    let mut text = String::new();
    while let Some((before, behind)) = rest.split_once('<') {
        let (name, behind) = behind.split_once('>').expect("a variable ends");
        let path = paths.get(name).unwrap_or_else(|| panic!("no path for <{name}>"));
        text.push_str(before);
        text.push_str(at(path.as_str().expect("a path"), event));
        rest = behind;
    }
    text + rest
}

fn at<'e>(path: &str, event: &'e Value) -> &'e str {
    let mut keys = path.strip_prefix("$.").expect("a path from the event's root").split('.');
    let found = keys.try_fold(event, |value, key| value.get(key));
    found.map_or("", |value| value.as_str().unwrap_or_else(|| panic!("{path} is no text")))
}
