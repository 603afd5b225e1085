//! `cfn.patches.yml`: a list of operations on the template that Copilot makes of a pipeline.
//!
//! Copilot takes `add`, `remove` and `replace`, applies them in order, and deploys nothing where one is wrong
//! (`internal/pkg/override/patch.go`, version 1.33).

use crate::config::tree::{self, Node, Value};
use crate::diagnostic::{Finding, Span};

use super::super::super::reader::{Mapping, Raises, wrong};
use super::super::super::remark::Weight;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// Something is set, or put into a list before what stands there.
    Add,
    /// Something is put in the place of another.
    Replace,
    /// Something is taken out.
    Remove,
}

/// One operation.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    /// What is done.
    pub(super) operation: Operation,
    /// Where, as it is written.
    pub(super) path: String,
    /// The same in its parts: `Resources`, `BuildProject`, …
    pub(super) parts: Vec<String>,
    /// What is set; `None` where something is taken out, or where CloudFormation makes the value (`!Sub`, `!Ref`).
    pub(super) value: Option<Node>,
    /// The same, where CloudFormation makes it, too: without the tags of its functions.
    pub(super) written: Option<Node>,
    /// Where those tags stand.
    pub(super) tags: Vec<Span>,
    /// Where the operation stands.
    pub(super) span: Span,
}

/// Reads the file. What is wrong with it as YAML comes back beside its operations, without the tags of CloudFormation's functions:
/// a value that has one is no value that could be taken over.
pub(super) fn read(text: &str, raises: &Raises) -> (Vec<Patch>, Vec<Finding>) {
    let (node, findings) = tree::read_of_others(text);
    let (tags, faults): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.code == TAG);
    let tags: Vec<Span> = tags.into_iter().filter_map(|finding| finding.place).collect();
    let Some(node) = node else { return (Vec::new(), faults) };
    let Value::List(items) = &node.value else {
        if node.value != Value::Null {
            wrong(raises, &node, "", "a list of patches");
        }
        return (Vec::new(), faults);
    };
    let read = items.iter().enumerate().filter_map(|(at, item)| patch(item, at, &tags, raises));
    (read.collect(), faults)
}

/// The finding of a tag.
const TAG: &str = "BL005";

fn patch(node: &Node, at: usize, tags: &[Span], raises: &Raises) -> Option<Patch> {
    let entry = Mapping::of(node, &format!("[{at}]"), raises)?;
    let (operation, path, value) = (entry.text("op"), entry.text("path"), entry.take("value"));
    let (Some(written), Some(path)) = (operation, path) else {
        raises.raise(
            Weight::Mistake,
            node.span,
            "this patch has no `op` and `path` that can be read",
            "Copilot would not deploy the pipeline with it: see whether the file is in use at all",
        );
        return None;
    };
    let operation = match written.value.as_str() {
        "add" => Operation::Add,
        "replace" => Operation::Replace,
        "remove" => Operation::Remove,
        other => {
            raises.raise(
                Weight::Mistake,
                written.span,
                format!("`{other}` is no operation that Copilot takes"),
                "it takes `add`, `remove` and `replace`, and would not deploy the pipeline with this one: see whether the file is in \
                 use at all",
            );
            return None;
        }
    };
    let parts = path.value.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    let value = value.filter(|_| operation != Operation::Remove);
    Some(Patch {
        operation,
        parts: parts.collect(),
        value: value.filter(|value| !is_made(value, tags)).cloned(),
        written: value.cloned(),
        tags: tags.to_vec(),
        span: written.span,
        path: path.value,
    })
}

/// Whether CloudFormation makes a value, or something in it.
pub(super) fn is_made(value: &Node, tags: &[Span]) -> bool {
    tags.iter().any(|tag| tag.start >= value.span.start.saturating_sub(1) && tag.start <= value.span.end)
}

/// A node as JSON, as YAML's core schema has it.
pub(super) fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Integer(text) | Value::Float(text) => {
            serde_json::from_str(text).unwrap_or_else(|_| text.clone().into())
        }
        Value::Text(text) => text.clone().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), json(&entry.node)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_read_in_order_and_a_value_that_cloudformation_makes_is_none() {
        let raises = Raises::default();
        let text = "- { op: add, path: /Resources/A~1b/Properties, value: { X: 1 } }\n- op: replace\n  path: /Resources/C\n  value: !Sub 'x-${AWS::Region}'\n\
                    - op: add\n  path: /Resources/D\n  value:\n    Topic: !Ref Topic\n- { op: remove, path: /Resources/E }\n- { op: move, path: /Resources/F }\n";
        let (patches, findings) = read(text, &raises);
        assert_eq!(findings, []);
        let shown: Vec<_> = patches.iter().map(|one| (one.parts.join(" "), one.value.is_some())).collect();
        let wanted = [("Resources A/b Properties", true), ("Resources C", false), ("Resources D", false)];
        let wanted: Vec<_> = wanted.iter().map(|(path, is)| ((*path).to_owned(), *is)).collect();
        assert_eq!(shown[..3], wanted[..]);
        assert_eq!(patches[3].operation, Operation::Remove);
        let told = raises.into_all();
        assert!(told.len() == 1 && told[0].what == "`move` is no operation that Copilot takes", "{told:?}");
    }
}
