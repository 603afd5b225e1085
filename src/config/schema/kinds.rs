//! A value of another kind than is expected.

use super::judge::Subject;
use super::shape::{Shape, Text};
use super::words;
use crate::config::account::is_account;
use crate::config::tree::{Node, Value};
use crate::diagnostic::{Finding, shown};

/// Whether a value is of the kind that the shape wants, whatever is inside it.
pub(super) fn takes(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Settings(_) | Shape::Names(_) => matches!(value, Value::Mapping(_)),
        Shape::List(_) => matches!(value, Value::List(_)),
        Shape::Text(_) | Shape::Word(_) => matches!(value, Value::Text(_)),
        Shape::Switch => matches!(value, Value::Bool(_)),
        Shape::Exactly(_) | Shape::Number(_) => matches!(value, Value::Integer(_)),
        Shape::Anything => *value != Value::Null,
        Shape::Choice(shapes) => shapes.iter().any(|shape| takes(shape, value)),
        Shape::Unknown(_) => false,
    }
}

/// The finding for a value of a kind that the shape does not take.
pub(super) fn wrong(node: &Node, shape: &Shape, subject: &Subject) -> Finding {
    if node.value == Value::Null {
        return nothing(node, shape, subject);
    }
    if let (Value::Integer(digits), Shape::Text(Text { format: Some(format), .. })) = (&node.value, shape)
        && format.name == "account-id"
    {
        return account(node, digits, subject);
    }
    let expected = words::expected(shape, &subject.key);
    Finding::error("BL013", node.span, format!("{} has to be {expected}", subject.words))
        .because(format!("this is {}", found(&node.value, shape)))
        .help(instead(node, shape, subject))
}

/// What a value is. Where text is wanted, a number is one only for want of quotes.
fn found(value: &Value, shape: &Shape) -> &'static str {
    let wants_text = matches!(shape, Shape::Text(_));
    match value {
        Value::Null => "nothing",
        Value::Bool(_) if wants_text => "a truth value, as it has no quotes",
        Value::Bool(_) => "a truth value",
        Value::Integer(_) | Value::Float(_) if wants_text => "a number, as it has no quotes",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Mapping(_) => "a mapping",
    }
}

/// An account id without quotes.
fn account(node: &Node, digits: &str, subject: &Subject) -> Finding {
    let finding =
        Finding::error("BL021", node.span, format!("the account id in {} is not in quotes", subject.words));
    if is_account(digits) {
        finding
            .because("YAML reads a number here, and drops zeros at its beginning or takes it as octal")
            .help(format!("write it in quotes: `{}: \"{digits}\"`", subject.key))
    } else {
        finding.because("YAML reads a number here, and it is not twelve digits long").help(format!(
            "write all twelve digits in quotes, zeros included: `{}: \"012345678901\"`",
            subject.key
        ))
    }
}

/// A key with nothing behind its colon, or an item with nothing behind its dash.
fn nothing(node: &Node, shape: &Shape, subject: &Subject) -> Finding {
    let place = subject.key_span.unwrap_or(node.span);
    let where_it_is = if subject.key_span.is_some() { "colon" } else { "dash" };
    let finding = Finding::error("BL014", place, format!("{} has no value", subject.words))
        .because(format!("there is nothing behind the {where_it_is}"));
    match (shape, words::example(&subject.key, &subject.kind)) {
        (Shape::Settings(settings), _)
            if settings.keys.values().all(|key| !key.is_required) && !settings.is_choice =>
        {
            finding.help(format!(
                "write `{}: {{}}` to have it with its defaults, or delete the key",
                subject.key
            ))
        }
        (_, Some(example)) if subject.key_span.is_some() => {
            finding.help(format!("write what belongs here, such as `{example}`"))
        }
        _ => finding.help(format!("write {}, or delete it", words::expected(shape, &subject.key))),
    }
}

/// What to write instead.
fn instead(node: &Node, shape: &Shape, subject: &Subject) -> String {
    let key = &subject.key;
    let is_item = subject.key_span.is_none();
    let line = |value: String| if is_item { format!("- {value}") } else { format!("{key}: {value}") };
    match (&node.value, shape) {
        (Value::Integer(digits), Shape::Text(Text { format: Some(format), .. }))
            if format.name == "short-duration" =>
        {
            format!("say the unit: `{key}: {digits}s` is seconds, `{key}: {digits}m` is minutes")
        }
        (Value::Integer(digits), Shape::Text(Text { format: Some(format), .. }))
            if format.name == "duration" =>
        {
            format!("say the unit: `{key}: {digits}m` is minutes, `{key}: {digits}h` is hours")
        }
        (Value::Text(text), Shape::Settings(settings)) if settings.keys.contains_key("existing") => {
            format!("write `{key}: {{ existing: \"{text}\" }}`, or leave it out to have one made")
        }
        // In quotes it would still be refused.
        (Value::Integer(text) | Value::Float(text), Shape::Text(Text { format: Some(format), .. }))
            if !format.matches(text) =>
        {
            format!("write one such as `{}`", line(format.example.to_owned()))
        }
        (Value::Integer(text) | Value::Float(text), Shape::Text(_)) => {
            format!("write it in quotes: `{}`", line(format!("\"{text}\"")))
        }
        (Value::Bool(value), Shape::Text(_)) => {
            format!("write it in quotes: `{}`", line(format!("\"{value}\"")))
        }
        (Value::Mapping(_), Shape::Text(Text { format: None, .. })) => {
            "write it in quotes: a `: ` in text, or a `{` at its beginning, makes a mapping of it".to_owned()
        }
        (Value::Mapping(_), Shape::Text(_)) => {
            "write text; a value that begins with `{` has to be in quotes".to_owned()
        }
        (Value::Text(text), Shape::Switch) => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" | "enabled" | "true" => format!("write `{key}: true`"),
            "no" | "off" | "n" | "disabled" | "false" => format!("write `{key}: false`"),
            _ => format!("write `{key}: true` or `{key}: false`"),
        },
        (Value::Text(text), Shape::Exactly(number)) if text == number => {
            format!("write `{key}: {number}` without quotes")
        }
        (Value::Text(text), Shape::Number(range))
            if text.parse().is_ok_and(|number| range.contains(&number)) =>
        {
            format!("write `{key}: {text}` without quotes")
        }
        (_, Shape::Exactly(number)) => format!("write `{key}: {number}`"),
        (Value::Text(text), shape) if takes(shape, &Value::List(Vec::new())) => {
            format!("write `{key}: [{}]`", shown(text).trim_matches('`'))
        }
        (Value::Bool(false), Shape::Choice(shapes))
            if shapes.iter().any(|shape| matches!(shape, Shape::Word(_))) =>
        {
            format!("write `{key}: none` to switch it off")
        }
        (Value::Bool(true), Shape::Settings(settings))
            if settings.keys.values().all(|key| !key.is_required) =>
        {
            format!("write `{key}: {{}}`")
        }
        (Value::Bool(false), Shape::Settings(_)) => format!("delete `{key}`: what is not there is off"),
        (Value::List(_), Shape::Names(names)) if matches!(*names.value, Shape::Text(_)) => {
            "write each item as a key, with its value behind the colon: `NAME: value`".to_owned()
        }
        (Value::List(_), Shape::Names(_)) => {
            "write each item as a key, with its settings behind the colon: `name: {}`".to_owned()
        }
        (Value::Mapping(_), Shape::List(_)) => {
            "write the items in brackets, `[one, two]`, or each on its line after `- `".to_owned()
        }
        _ => match words::example(key, "") {
            Some(example) if !is_item => format!("write one such as `{example}`"),
            _ if takes(shape, &Value::List(Vec::new())) => {
                format!("write one such as `{key}: [staging, production]`")
            }
            _ => format!("write {}", words::expected(shape, key)),
        },
    }
}
