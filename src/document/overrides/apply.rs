//! One operation on a value, and what is to be said where it does not fit.

use json_patch::jsonptr::PointerBuf;
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchErrorKind, PatchOperation, RemoveOperation,
    ReplaceOperation, TestOperation,
};
use serde_json::Value;

use crate::config::{Operation, OperationKind};
use crate::diagnostic::{Span, shown};

/// Keys that are listed where one is missing.
const LISTED: usize = 12;

/// Characters of a value that are shown.
const SHOWN: usize = 60;

/// An operation does not fit the document.
pub(super) struct Fault {
    /// Where it says what does not fit.
    pub(super) place: Span,
    /// What does not fit.
    pub(super) message: String,
    /// Why.
    pub(super) reason: String,
    /// What to do.
    pub(super) help: String,
}

/// Carries out one operation. After a fault the value may have lost what was to be moved.
pub(super) fn apply(value: &mut Value, operation: &Operation) -> Result<(), Fault> {
    let removed = match &operation.kind {
        OperationKind::Remove => Some(operation.path.as_str()),
        OperationKind::Move(from) => Some(from.as_str()),
        _ => None,
    };
    if let Some(pointer) = removed {
        to_the_end(value, pointer);
    }
    let patch = operation_of(operation).ok_or_else(|| invalid(operation))?;
    let result = json_patch::patch_unsafe(value, std::slice::from_ref(&patch));
    result.map_err(|error| match (error.kind, &operation.kind) {
        (PatchErrorKind::TestFailed, OperationKind::Test(expected)) => differs(value, operation, expected),
        (PatchErrorKind::InvalidFromPointer, OperationKind::Move(from) | OperationKind::Copy(from)) => {
            missing(value, from, operation.argument_place, false)
        }
        (PatchErrorKind::InvalidPointer, kind) => {
            let adds =
                matches!(kind, OperationKind::Add(_) | OperationKind::Move(_) | OperationKind::Copy(_));
            missing(value, &operation.path, operation.path_place, adds)
        }
        _ => invalid(operation),
    })
}

fn operation_of(operation: &Operation) -> Option<PatchOperation> {
    let pointer = |text: &str| PointerBuf::parse(text).ok();
    let path = pointer(&operation.path)?;
    Some(match &operation.kind {
        OperationKind::Add(value) => PatchOperation::Add(AddOperation { path, value: value.clone() }),
        OperationKind::Remove => PatchOperation::Remove(RemoveOperation { path }),
        OperationKind::Replace(value) => {
            PatchOperation::Replace(ReplaceOperation { path, value: value.clone() })
        }
        OperationKind::Move(from) => PatchOperation::Move(MoveOperation { from: pointer(from)?, path }),
        OperationKind::Copy(from) => PatchOperation::Copy(CopyOperation { from: pointer(from)?, path }),
        OperationKind::Test(value) => PatchOperation::Test(TestOperation { path, value: value.clone() }),
    })
}

/// Makes a key the last of its mapping. The library takes an entry out by putting the last one into its place, which
/// would change the order of the rest.
fn to_the_end(value: &mut Value, pointer: &str) {
    let Some((above, key)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(object)) = value.pointer_mut(above) {
        let key = unescaped(key);
        if let Some(found) = object.shift_remove(&key) {
            object.insert(key, found);
        }
    }
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn differs(value: &Value, operation: &Operation, expected: &Value) -> Fault {
    let there = value.pointer(&operation.path).map(brief).unwrap_or_default();
    Fault {
        place: operation.argument_place,
        message: format!("{} is not what the patch relies on", shown(&operation.path)),
        reason: format!("{there} is there, and not {}", brief(expected)),
        help: "look at the document without the patch, and change what has to move with it".to_owned(),
    }
}

fn invalid(operation: &Operation) -> Fault {
    Fault {
        place: operation.argument_place,
        message: format!("`{}` cannot be done here", operation.kind.word()),
        reason: "a value cannot be moved into itself".to_owned(),
        help: "write another `path`, or use `copy`".to_owned(),
    }
}

/// Where a pointer leaves the document. With `adds`, its last step need not be there.
fn missing(value: &Value, pointer: &str, place: Span, adds: bool) -> Fault {
    let mut here = value;
    let mut above = String::new();
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    let mut what = (String::from("it leads nowhere"), String::from("look at the generated document"));
    for (index, token) in tokens.iter().enumerate() {
        let next = here.pointer(&format!("/{token}"));
        let Some(next) = next.filter(|_| !(adds && index + 1 == tokens.len())) else {
            what = lacks(here, &above, &unescaped(token));
            break;
        };
        here = next;
        above = format!("{above}/{token}");
    }
    Fault { place, message: format!("there is no {}", shown(pointer)), reason: what.0, help: what.1 }
}

/// Why a step cannot be taken from a value, and what could be meant.
fn lacks(value: &Value, above: &str, token: &str) -> (String, String) {
    let whole = if above.is_empty() { "the document".to_owned() } else { shown(above) };
    match value {
        Value::Object(object) => {
            let near = object
                .keys()
                .map(|key| (strsim::jaro_winkler(token, key), key))
                .filter(|(likeness, _)| *likeness > 0.8)
                .max_by(|(one, _), (other, _)| one.total_cmp(other));
            let help = if let Some((_, key)) = near {
                format!("did you mean {}?", shown(key))
            } else {
                let some: Vec<String> = object.keys().take(LISTED).map(|key| shown(key)).collect();
                let more = if object.len() > LISTED { " and more" } else { "" };
                format!("it has {}{more}", some.join(", "))
            };
            (format!("{whole} has no {}", shown(token)), help)
        }
        Value::Array(items) => (
            format!("{whole} is a list of {}, and {} is no position in it", items.len(), shown(token)),
            "positions count from 0; `-` adds behind the last".to_owned(),
        ),
        _ => (format!("{whole} has nothing inside"), format!("it is {}", brief(value))),
    }
}

/// A value, shortened.
fn brief(value: &Value) -> String {
    let text = match value {
        Value::Object(_) => "a mapping".to_owned(),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > SHOWN {
        shown(&format!("{}…", text.chars().take(SHOWN).collect::<String>()))
    } else {
        shown(&text)
    }
}
