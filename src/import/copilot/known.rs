//! The keys that Copilot knows, in every mapping of a manifest. It drops all others without a word, so they are mistakes.
//!
//! By the structures of Copilot's `internal/pkg/manifest`, version 1.33, and its documentation ("Manifest").

mod tables;

use super::super::reader::Raises;
use super::super::remark::Weight;
use super::workload::Kind;
use crate::config::tree::{Node, Value};
use crate::diagnostic::Span;

pub(super) use tables::ENVIRONMENT;

/// What may stand somewhere.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// Whatever it is, it is taken as it stands.
    Anything,
    /// These keys, where it is a mapping.
    Keys(&'static [&'static [(&'static str, Known)]]),
    /// Names of a person's own, where it is a mapping.
    Names(&'static Known),
    /// The same for each item, where it is a list; and for itself, where it is none.
    Items(&'static Known),
}

/// Raises every key of a workload's manifest that Copilot drops, its environments' too.
pub(super) fn judge_workload(tree: &Node, kind: Kind, raises: &Raises) {
    judge(tree, &Known::Keys(tables::of_workload(kind)), "", raises);
    let Some(Value::Mapping(environments)) = tree.get("environments").map(|node| &node.value) else { return };
    for environment in environments {
        let way = format!("environments.{}", environment.key);
        judge(&environment.node, &Known::Keys(tables::of_override(kind)), &way, raises);
    }
}

/// Raises every key below a value that Copilot drops.
pub(super) fn judge(node: &Node, known: &Known, way: &str, raises: &Raises) {
    match (known, &node.value) {
        (Known::Keys(groups), Value::Mapping(entries)) => {
            let names = || groups.iter().copied().flatten();
            for entry in entries {
                let way = if way.is_empty() { entry.key.clone() } else { format!("{way}.{}", entry.key) };
                match names().find(|(name, _)| *name == entry.key) {
                    Some((_, below)) => judge(&entry.node, below, &way, raises),
                    None => {
                        unknown(&way, &entry.key, entry.key_span, names().map(|(name, _)| *name), raises);
                    }
                }
            }
        }
        (Known::Names(below), Value::Mapping(entries)) => {
            for entry in entries {
                judge(&entry.node, below, &format!("{way}.{}", entry.key), raises);
            }
        }
        (Known::Items(below), Value::List(items)) => {
            for (at, item) in items.iter().enumerate() {
                judge(item, below, &format!("{way}[{at}]"), raises);
            }
        }
        (Known::Items(below), _) => judge(node, below, way, raises),
        (Known::Anything | Known::Keys(_) | Known::Names(_), _) => {}
    }
}

/// Raises that Copilot drops a key, with the one that was meant where one is near.
pub(super) fn unknown<'k>(
    way: &str,
    key: &str,
    span: Span,
    known: impl Iterator<Item = &'k str>,
    raises: &Raises,
) {
    let near = known
        .map(|name| (strsim::damerau_levenshtein(key, name), name))
        .filter(|(distance, name)| *distance * 3 <= name.len())
        .min();
    let meant = near.map(|(_, name)| format!("; `{name}` was meant, perhaps")).unwrap_or_default();
    raises.raise(
        Weight::Mistake,
        span,
        format!("`{way}` is no key of Copilot's, which dropped it without a word"),
        format!("it did nothing, and is not carried over{meant}"),
    );
}
