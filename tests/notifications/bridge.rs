//! EventBridge, as far as the generated rules need it: whether an event fits a pattern, and what a target is sent.
//!
//! From Amazon EventBridge's user guide: "Event patterns" (every key of the pattern has to be in the event, one of the values
//! has to match), "Comparison operators" (`anything-but` with a list of `wildcard`s, in which `\*` is an asterisk, `\\` a backslash and
//! any other escape or `**` an error) and "Amazon EventBridge input transformation" (a variable whose path is not in the event
//! leaves nothing; what an event says is not escaped). What is not known here panics.

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
        Value::Object(matcher) => {
            let [(name, Value::Object(inner))] = &matcher.iter().collect::<Vec<_>>()[..] else {
                panic!("a pattern wants {wanted}")
            };
            let [(kind, Value::Array(wildcards))] = &inner.iter().collect::<Vec<_>>()[..] else {
                panic!("a pattern wants {wanted}")
            };
            assert_eq!((name.as_str(), kind.as_str()), ("anything-but", "wildcard"), "{wanted}");
            let found = found.as_str().expect("a wildcard is for texts");
            let wildcards = wildcards.iter().map(|one| parsed(one.as_str().expect("a text")));
            !wildcards.into_iter().any(|pieces| is_like(&pieces, found))
        }
        other => panic!("a pattern wants {other}"),
    }
}

/// The texts between the asterisks of a wildcard.
fn parsed(wildcard: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut letters = wildcard.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => {
                assert_ne!(letters.peek(), Some(&'*'), "two wildcards in a row: {wildcard}");
                pieces.push(String::new());
            }
            '\\' => match letters.next() {
                Some(escaped @ ('*' | '\\')) => pieces.last_mut().expect("a piece").push(escaped),
                other => panic!("no escape: {other:?} in {wildcard}"),
            },
            other => pieces.last_mut().expect("a piece").push(other),
        }
    }
    pieces
}

fn is_like(pieces: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else { return pieces[0] == text };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        let Some(at) = rest.find(piece.as_str()) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last.as_str())
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
