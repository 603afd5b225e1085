//! Who waits for whom: an order that never becomes a circle.

use std::collections::{BTreeMap, BTreeSet};

/// Names, and for each those that come first.
#[derive(Clone, Debug, Default)]
pub(super) struct Order(BTreeMap<String, BTreeSet<String>>);

impl Order {
    /// Says that one comes before another: whether that can be, which it cannot where the other comes first already.
    pub(super) fn add(&mut self, before: &str, after: &str) -> bool {
        if before == after || self.comes_before(after, before) {
            return false;
        }
        self.0.entry(after.to_owned()).or_default().insert(before.to_owned());
        true
    }

    /// Whether one comes before another, directly or through others.
    pub(super) fn comes_before(&self, before: &str, after: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = vec![after];
        while let Some(name) = open.pop() {
            for first in self.0.get(name).into_iter().flatten() {
                if first == before {
                    return true;
                }
                if seen.insert(first.as_str()) {
                    open.push(first);
                }
            }
        }
        false
    }

    /// Those that a name waits for directly.
    pub(super) fn before(&self, name: &str) -> Vec<String> {
        self.0.get(name).into_iter().flatten().cloned().collect()
    }

    /// Each pair: who comes first, and who waits.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(after, all)| all.iter().map(|before| (before.as_str(), after.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn an_order_never_becomes_a_circle() {
        let mut order = Order::default();
        assert!(order.add("a", "b") && order.add("b", "c"));
        assert!(order.comes_before("a", "c") && !order.comes_before("c", "a"));
        assert!(!order.add("c", "a") && !order.add("a", "a"));
        assert_eq!(order.before("c"), ["b"]);
    }
}
