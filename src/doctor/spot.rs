//! Where in branchline.yml a name stands that was looked for in AWS.

use crate::config::tree::{Node, Value};
use crate::diagnostic::Span;

/// The texts of the file, each with its keys and its place.
pub(super) struct Spots<'a> {
    texts: Vec<Spot<'a>>,
}

struct Spot<'a> {
    /// The keys down to it, without the numbers of items.
    keys: Vec<&'a str>,
    text: &'a str,
    span: Span,
}

/// What placeholders stand for at the place that is looked for.
#[derive(Clone, Copy, Default)]
pub(super) struct Filled<'a> {
    /// `{app}`.
    pub app: &'a str,
    /// `{environment}`, and the environment whose own settings come first.
    pub environment: Option<&'a str>,
    /// `{service}`, and the service whose settings are meant.
    pub service: Option<&'a str>,
}

impl<'a> Spots<'a> {
    pub(super) fn of(tree: Option<&'a Node>) -> Self {
        let mut spots = Spots { texts: Vec::new() };
        if let Some(tree) = tree {
            spots.add(tree, &mut Vec::new());
        }
        spots
    }

    fn add(&mut self, node: &'a Node, keys: &mut Vec<&'a str>) {
        match &node.value {
            Value::Text(text) => self.texts.push(Spot { keys: keys.clone(), text, span: node.span }),
            Value::List(items) => items.iter().for_each(|item| self.add(item, keys)),
            Value::Mapping(entries) => {
                for entry in entries {
                    keys.push(&entry.key);
                    self.add(&entry.node, keys);
                    keys.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {}
        }
    }

    /// Where a value stands below keys that end so (`["ecs", "cluster"]`; none is anywhere), as it is when its placeholders are filled
    /// in. Of several the environment's own comes first, then the service's, then the first in the file.
    pub(super) fn find(&self, keys: &[&str], value: &str, filled: Filled) -> Option<Span> {
        let is_value = |text: &str| {
            // Behind a secret's ARN one key of its JSON may stand.
            let behind = text.strip_prefix(value);
            behind.is_some_and(|rest| rest.is_empty() || (value.starts_with("arn:") && rest.starts_with(':')))
        };
        let is_it = |spot: &&Spot| spot.keys.ends_with(keys) && is_value(&fill(spot.text, filled));
        let rank = |spot: &&Spot| {
            let has = |section: &str, name: Option<&str>| {
                name.is_some_and(|name| spot.keys.windows(2).any(|pair| pair == [section, name]))
            };
            let own = has("environments", filled.environment);
            let others = spot.keys.first() == Some(&"environments") && !own && filled.environment.is_some();
            (others, !own, !has("services", filled.service))
        };
        self.texts.iter().filter(is_it).min_by_key(rank).map(|spot| spot.span)
    }
}

fn fill(text: &str, filled: Filled) -> String {
    let mut text = text.replace("{app}", filled.app);
    for (placeholder, value) in [("{environment}", filled.environment), ("{service}", filled.service)] {
        if let Some(value) = value {
            text = text.replace(placeholder, value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tree;

    const FILE: &str = "\
services:
  api: { deploy: { ecs: { cluster: \"shop-{environment}\" } } }
environments:
  qa: { services: { api: { deploy: { ecs: { cluster: shop-dev } } } } }
  dev: {}
";

    #[test]
    fn a_value_is_found_where_it_is_filled_in_for_its_environment() {
        let (tree, _) = tree::read(FILE);
        let spots = Spots::of(tree.as_ref());
        let at = |environment, value| {
            let filled = Filled { app: "shop", environment: Some(environment), service: Some("api") };
            spots.find(&["ecs", "cluster"], value, filled).map(|span| FILE[span.start..span.end].trim_end())
        };
        assert_eq!(at("dev", "shop-dev"), Some("\"shop-{environment}\""));
        assert_eq!(at("qa", "shop-dev"), Some("shop-dev"));
        assert_eq!(at("dev", "shop-prod"), None);
    }
}
