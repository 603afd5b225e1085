//! Which workloads go together: pipelines that one push starts, and images that one build makes for several.

use std::collections::BTreeMap;

use super::super::draft::Rule;
use super::super::remark::{Remark, Weight};

/// Whether every rule that deploys the one deploys the other.
pub(super) fn goes_with(rules: &[Rule], one: &str, other: &str) -> bool {
    rules.iter().filter_map(|rule| rule.services.as_ref()).all(|names| {
        let has = |name: &str| names.iter().any(|named| named == name);
        !has(one) || has(other)
    })
}

/// Branches of which a push starts several pipelines.
pub fn started(rules: &[Rule]) -> Vec<Remark> {
    let mut of_branch: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        of_branch.entry(&rule.start.branch).or_default().push(rule);
    }
    let remarks = of_branch.into_iter().filter(|(_, rules)| rules.len() > 1).map(|(branch, rules)| {
        let names: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.pipeline)).collect();
        Remark {
            weight: Weight::Kept,
            what: format!("a push to `{branch}` starts the pipelines {}", names.join(", ")),
            help: "each of them starts, whatever the push changed; `paths` of a rule, or of its services, let only their own files start it"
                .to_owned(),
            place: rules.first().map(|rule| rule.place.clone()),
        }
    });
    remarks.collect()
}
