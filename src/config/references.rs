//! Names that must be defined elsewhere in the file: environments, services and rules.
//!
//! Judged on the tree, whatever else is wrong with it, so that a misspelt environment is told together with a misspelt
//! key and not after it.

use std::collections::BTreeSet;

use super::tree::{Node, Value};
use crate::diagnostic::{Finding, Span, shown};

/// Names up to which the nearest one is looked for: among more it says little.
const COMPARED: usize = 300;

/// The longest name, in bytes, that is compared with others, which costs time in proportion to both lengths.
const LONGEST: usize = 64;

/// Unknown names for which the nearest known one is looked for; no more are drawn.
const SUGGESTED: usize = 100;

/// Every name that is defined nowhere (code `BL030`).
pub(super) fn judge(tree: &Node) -> Vec<Finding> {
    let environments = Names::of(tree, "environment", "environments");
    let services = Names::of(tree, "service", "services");
    // Unlike the other two, this section may be absent, and then it defines nothing.
    let secrets = tree.get("build").and_then(|build| build.get("secrets"));
    let secrets = Names::new(secrets, secrets.is_none(), "build secret", "build.secrets");
    let rules = Names::of(tree, "rule", "branches");
    let mut uses: Vec<(&Names, &str, Span)> = Vec::new();
    for (_, _, rule) in entries(tree.get("branches")) {
        let list = rule.get("environments").unwrap_or(rule);
        uses.extend(texts(list).map(|(name, span)| (&environments, name, span)));
        let named = rule.get("services").into_iter().flat_map(texts);
        uses.extend(named.map(|(name, span)| (&services, name, span)));
        let reused = rule.get("reuse").into_iter().flat_map(texts);
        uses.extend(reused.map(|(name, span)| (&rules, name, span)));
    }
    for (_, _, notification) in entries(tree.get("notifications")) {
        let named = notification.get("rules").into_iter().flat_map(texts);
        uses.extend(named.map(|(name, span)| (&rules, name, span)));
    }
    for (_, _, environment) in entries(tree.get("environments")) {
        uses.extend(entries(environment.get("services")).map(|(name, span, _)| (&services, name, span)));
    }
    let under_services = entries(tree.get("services")).map(|(_, _, service)| service);
    for holder in std::iter::once(tree).chain(under_services) {
        let sections = ["migrate", "test"].into_iter().filter_map(|section| holder.get(section));
        for section in sections.flat_map(items_or_itself) {
            let named = section.get("service").and_then(text);
            uses.extend(named.map(|(name, span)| (&services, name, span)));
        }
    }
    for (_, _, service) in entries(tree.get("services")) {
        let before = service.get("depends_on").into_iter().flat_map(texts);
        let image = service.get("image_of").and_then(text);
        uses.extend(before.chain(image).map(|(name, span)| (&services, name, span)));
        let list = service.get("build").and_then(|build| build.get("secrets"));
        uses.extend(list.into_iter().flat_map(texts).map(|(name, span)| (&secrets, name, span)));
    }
    let unknown = uses.into_iter().filter(|(names, name, _)| {
        // An empty name is told as one by the judge of the shape.
        names.readable && !name.is_empty() && !names.known.contains(name)
    });
    unknown
        .enumerate()
        .map(|(told, (names, name, place))| {
            let nearest = if told < SUGGESTED { names.nearest(name) } else { None };
            names.unknown(name, place, nearest)
        })
        .collect()
}

/// The names that a section defines.
struct Names<'a> {
    kind: &'static str,
    section: &'static str,
    known: BTreeSet<&'a str>,
    /// Whether the section can be read at all: where it cannot, that is the fault, and not each name.
    readable: bool,
}

impl<'a> Names<'a> {
    fn of(tree: &'a Node, kind: &'static str, section: &'static str) -> Self {
        Names::new(tree.get(section), false, kind, section)
    }

    fn new(node: Option<&'a Node>, readable: bool, kind: &'static str, section: &'static str) -> Self {
        let known = entries(node).map(|(name, ..)| name).collect();
        let readable = readable || node.is_some_and(|node| matches!(node.value, Value::Mapping(_)));
        Names { kind, section, known, readable }
    }

    /// The known name that was probably meant.
    fn nearest(&self, name: &str) -> Option<&'a str> {
        if self.known.len() > COMPARED || name.len() > LONGEST {
            return None;
        }
        let near = self.known.iter().filter(|known| known.len() <= LONGEST);
        near.map(|known| (strsim::jaro_winkler(name, known), *known))
            .filter(|(likeness, _)| *likeness > 0.75)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, known)| known)
    }

    fn unknown(&self, name: &str, place: Span, nearest: Option<&str>) -> Finding {
        let help = if let Some(near) = nearest {
            format!("did you mean {}?", shown(near))
        } else if self.known.is_empty() {
            format!("define it under `{}`", self.section)
        } else {
            let some: Vec<String> = self.known.iter().take(8).map(|name| shown(name)).collect();
            format!("define it under `{}`, or use one that is there: {}", self.section, some.join(", "))
        };
        Finding::error("BL030", place, format!("there is no {} {}", self.kind, shown(name)))
            .because(format!("it is not defined under `{}`", self.section))
            .help(help)
    }
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = (&str, Span, &Node)> {
    let entries = match node.map(|node| &node.value) {
        Some(Value::Mapping(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|entry| (entry.key.as_str(), entry.key_span, &entry.node))
}

/// The items of a list; of anything else, itself.
fn items_or_itself(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    }
}

fn texts(node: &Node) -> impl Iterator<Item = (&str, Span)> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(text)
}

fn text(node: &Node) -> Option<(&str, Span)> {
    match &node.value {
        Value::Text(text) => Some((text, node.span)),
        _ => None,
    }
}
