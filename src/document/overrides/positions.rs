//! Operations that reach an item of a list by its position. Another environment in a rule, another variable, and the
//! position holds something else: a `test` before the operation makes sure that it does not.

use serde_json::Value;

use crate::config::{Operation, OperationKind};
use crate::diagnostic::{Finding, Span, shown};

/// The keys by which the items of AWS's lists are told apart.
const LABELS: &[&str] = &["Name", "name", "Sid", "Key", "key"];

/// A warning where the operation goes through a position whose item has a name, and no `test` before it looked at that.
pub(super) fn judge(value: &Value, operation: &Operation, tested: &[&str]) -> Option<Finding> {
    let of = |pointer, place| pointer_at(value, pointer, place, tested);
    let from = match &operation.kind {
        OperationKind::Test(_) => return None,
        OperationKind::Move(from) | OperationKind::Copy(from) => of(from, operation.argument_place),
        OperationKind::Add(_) | OperationKind::Remove | OperationKind::Replace(_) => None,
    };
    from.or_else(|| of(&operation.path, operation.path_place))
}

fn pointer_at(value: &Value, pointer: &str, place: Span, tested: &[&str]) -> Option<Finding> {
    let mut here = value;
    let mut above = String::new();
    for token in pointer.split('/').skip(1) {
        let next = here.pointer(&format!("/{token}"))?;
        let is_item = here.is_array();
        above = format!("{above}/{token}");
        here = next;
        if !is_item {
            continue;
        }
        let Some((label, name)) = LABELS.iter().find_map(|key| Some((*key, next.get(key)?.as_str()?))) else {
            continue;
        };
        let test = format!("{above}/{label}");
        if !tested.iter().any(|path| *path == test || *path == above) {
            return Some(
                Finding::warning("BL229", place, format!("{} is found by its position alone", shown(name)))
                    .because("when another item comes before it, the patch changes that one")
                    .help(format!("put this before it: `- {{ op: test, path: {test}, value: {name} }}`")),
            );
        }
    }
    None
}
