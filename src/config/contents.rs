//! What no text in the file may hold, wherever it stands.
//!
//! Judged on the tree, whatever else is wrong with it.

use super::tree::{Node, Value};
use crate::diagnostic::{Finding, Span};

/// Texts that somebody on the way would take for something else (`BL049`), or not take at all (`BL050`).
pub(super) fn judge(tree: &Node) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut nodes = vec![tree];
    while let Some(node) = nodes.pop() {
        match &node.value {
            Value::Text(text) => findings.extend(judge_text(text, node.span)),
            Value::List(items) => nodes.extend(items),
            Value::Mapping(entries) => nodes.extend(entries.iter().map(|entry| &entry.node)),
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {}
        }
    }
    findings
}

fn judge_text(text: &str, place: Span) -> Option<Finding> {
    if text.contains("{{resolve:") {
        return Some(
            Finding::error("BL049", place, "`{{resolve:…}}` is CloudFormation's own")
                .because("CloudFormation would put the secret's value into the stack, for everyone to read who may see it")
                .help("name where the secret is kept under `secrets:`, with `secrets_manager` or `parameter_store`"),
        );
    }
    let control = text.chars().find(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'))?;
    Some(
        Finding::error(
            "BL050",
            place,
            format!("there is a control character in it: {}", control.escape_unicode()),
        )
        .because("a shell or AWS would drop it, or refuse it")
        .help("write the text without it"),
    )
}
