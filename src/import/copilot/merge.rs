//! What an environment does differently, laid over a workload's manifest as Copilot does it.
//!
//! By Copilot's documentation ("Manifest", `environments`) and its transformers (`internal/pkg/manifest/transform.go`): mappings
//! merge by key, lists and scalars replace, a choice between two forms is made anew, and nothing (`key:`) changes nothing.

use crate::config::tree::{Entry, Node, Value};

/// Mappings whose values are replaced whole, also by nothing: Go's maps of plain structures and texts, in which a merge does not
/// go down. Everything else is a structure, or a map of pointers (`sidecars`, `volumes`), in which it does.
const OF_WHOLE_VALUES: [&str; 9] = [
    "variables",
    "secrets",
    "secretOptions",
    "labels",
    "args",
    "depends_on",
    "destination",
    "from_tags",
    "tags",
];

/// Keys of which a mapping has one: the one that is written last.
const EITHER: [(&str, &str); 1] = [("build", "location")];

/// The one laid over the other. The mapping's own place stays; what it holds has the place of where it was written.
pub(super) fn overlaid(base: &Node, over: &Node) -> Node {
    laid(base, over, false)
}

fn laid(base: &Node, over: &Node, is_of_whole_values: bool) -> Node {
    match (&base.value, &over.value) {
        (_, Value::Null) => base.clone(),
        (Value::Mapping(below), Value::Mapping(above)) => {
            let mut entries: Vec<Entry> = below.clone();
            for entry in above {
                if entry.node.value != Value::Null {
                    for (one, other) in EITHER {
                        let gone = if entry.key == one { other } else { one };
                        if entry.key == one || entry.key == other {
                            entries.retain(|there| there.key != gone);
                        }
                    }
                }
                match entries.iter_mut().find(|there| there.key == entry.key) {
                    Some(there) if is_of_whole_values => *there = entry.clone(),
                    Some(there) => {
                        let is_of_whole_values = OF_WHOLE_VALUES.contains(&entry.key.as_str());
                        let node = laid(&there.node, &entry.node, is_of_whole_values);
                        if node != there.node {
                            there.key_span = entry.key_span;
                        }
                        there.node = node;
                    }
                    None => entries.push(entry.clone()),
                }
            }
            Node { span: base.span, value: Value::Mapping(entries) }
        }
        _ => over.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tree;

    fn node(text: &str) -> Node {
        tree::read(text).0.expect("it is YAML")
    }

    /// A value without its places.
    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Null => "~".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(text) | Value::Float(text) | Value::Text(text) => text.clone(),
            Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Value::Mapping(entries) => {
                let all = entries.iter().map(|entry| format!("{}: {}", entry.key, shown(&entry.node)));
                format!("{{{}}}", all.collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn what_is_laid_over_is_merged_as_copilot_merges_it() {
        for (base, over, expected) in [
            ("{variables: {A: 1, B: 2}}", "{variables: {B: 3, C: 4}}", "{variables: {A: 1, B: 3, C: 4}}"),
            ("{variables: {A: 1}}", "{variables: {A: {from_cfn: x}}}", "{variables: {A: {from_cfn: x}}}"),
            // Emptied, and still there.
            ("{variables: {A: 1}}", "{variables: {A: }}", "{variables: {A: ~}}"),
            (
                "{secrets: {A: {secretsmanager: a}}}",
                "{secrets: {A: {from_cfn: b}}}",
                "{secrets: {A: {from_cfn: b}}}",
            ),
            ("{command: [a, b]}", "{command: [c]}", "{command: [c]}"),
            ("{command: [a, b]}", "{command: []}", "{command: []}"),
            ("{command: [a, b]}", "{command: c d}", "{command: c d}"),
            ("{exec: true}", "{exec: }", "{exec: true}"),
            ("{image: {build: a, port: 1}}", "{image: {location: b}}", "{image: {port: 1, location: b}}"),
            ("{image: {location: b}}", "{image: {build: {context: c}}}", "{image: {build: {context: c}}}"),
            ("{image: {build: a}}", "{image: {location: }}", "{image: {build: a, location: ~}}"),
            (
                "{image: {build: {target: a, context: b}}}",
                "{image: {build: {target: c}}}",
                "{image: {build: {target: c, context: b}}}",
            ),
            ("{image: {build: {target: a}}}", "{image: {build: c}}", "{image: {build: c}}"),
            (
                "{sidecars: {n: {port: 1, image: a}}}",
                "{sidecars: {n: {image: b}, m: {port: 2}}}",
                "{sidecars: {n: {port: 1, image: b}, m: {port: 2}}}",
            ),
            ("{sidecars: {n: {port: 1}}}", "{sidecars: {n: }}", "{sidecars: {n: {port: 1}}}"),
            (
                "{platform: linux/arm64}",
                "{platform: {osfamily: linux, architecture: x86_64}}",
                "{platform: {osfamily: linux, architecture: x86_64}}",
            ),
            (
                "{network: {vpc: {placement: private}}}",
                "{network: {vpc: {placement: {subnets: [a]}}}}",
                "{network: {vpc: {placement: {subnets: [a]}}}}",
            ),
        ] {
            assert_eq!(shown(&overlaid(&node(base), &node(over))), expected, "{base} under {over}");
        }
    }

    #[test]
    fn what_was_laid_over_has_the_place_where_it_is_written() {
        let both = node("a: {variables: {A: 1, B: 2}}\nb: {variables: {B: 3}}\n");
        let merged = overlaid(both.get("a").expect("a"), both.get("b").expect("b"));
        let Value::Mapping(entries) = &merged.get("variables").expect("they are there").value else {
            panic!()
        };
        assert!(entries[0].key_span.start < 29 && entries[1].key_span.start > 29, "{entries:?}");
    }
}
