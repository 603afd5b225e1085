//! In which order environments are opened.

use super::super::super::draft::Draft;

/// The environments, so that none is opened while an earlier one of the same rule is closed: what waits there would go on at once. Of
/// those that may come next the least important first: without an approval, and early in a rule.
pub(super) fn order(draft: &Draft) -> Vec<String> {
    let depth = |name: &String| {
        let places =
            draft.rules.iter().filter_map(|rule| rule.environments.iter().position(|one| one == name));
        places.max().unwrap_or_default()
    };
    let mut left: Vec<_> =
        draft.environments.iter().map(|one| (one.approval, depth(&one.name), one.name.clone())).collect();
    // Stable: what is left is the order in which the pipelines come to them.
    left.sort_by_key(|(approval, depth, _)| (*approval, *depth));
    let mut left: Vec<String> = left.into_iter().map(|(.., name)| name).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let is_free = |name: &String| {
            draft.rules.iter().all(|rule| {
                let before = rule.environments.iter().take_while(|one| *one != name);
                !rule.environments.contains(name) || before.into_iter().all(|one| !left.contains(one))
            })
        };
        // Where rules go round in a circle none is free, and the step says so.
        let next = left.iter().position(is_free).unwrap_or_default();
        order.push(left.remove(next));
    }
    order
}

/// The environments behind this one in a rule that are open before it, where rules contradict each other.
pub(super) fn open_behind<'d>(draft: &'d Draft, order: &[String], environment: &str) -> Vec<&'d str> {
    let place = |name: &str| order.iter().position(|one| one == name);
    let behind = draft.rules.iter().flat_map(|rule| {
        let from = rule.environments.iter().position(|one| one == environment);
        rule.environments.iter().skip(from.map_or(rule.environments.len(), |at| at + 1))
    });
    let mut open: Vec<&str> =
        behind.map(String::as_str).filter(|one| place(one) < place(environment)).collect();
    open.sort_unstable();
    open.dedup();
    open
}
