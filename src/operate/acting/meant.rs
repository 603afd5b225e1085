//! What a name that a person typed means, and which name they may have meant.

use crate::branch_map::{BranchMap, Entry};

/// How alike a name has to be to be proposed, from 0 to 1 (Jaro and Winkler's measure).
const ALIKE: f64 = 0.8;

/// The branch that is meant, where a name is one of the many that start a pipeline; `None` where it names the pipeline itself, and
/// where the pipeline has one branch.
pub fn branch<'n>(entry: &Entry, name: &'n str) -> Option<&'n str> {
    let is_itself =
        [&entry.pipeline, &entry.slug, &entry.pattern, &entry.rule].into_iter().any(|own| own == name);
    let has_one = entry.trigger.includes.first().is_some_and(|pattern| pattern.exact().is_some());
    (!is_itself && !has_one && entry.matches(name)).then_some(name)
}

/// Why what was found is not the branch's that was named. `known` is the branch of the execution, where CodePipeline says it: one
/// that a person started has the rule's pattern there.
pub fn other_branch(named: &str, known: Option<&str>, entry: &Entry) -> Option<String> {
    match known {
        Some(known) if known == named => None,
        Some(known) if known != entry.branch_name() => {
            Some(format!("it is of `{known}`, and not of `{named}`"))
        }
        _ => Some(format!("CodePipeline does not say whether it is of `{named}`")),
    }
}

/// The name that somebody may have meant.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let near = candidates.map(|one| (strsim::jaro_winkler(&lower, &one.to_lowercase()), one));
    let best = near.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, one)| one)
}

/// What to write in place of a name that no pipeline has.
pub fn instead(map: &BranchMap, name: &str) -> String {
    let names = map
        .entries
        .iter()
        .flat_map(|entry| [entry.pipeline.as_str(), entry.slug.as_str(), entry.pattern.as_str()]);
    if let Some(near) = nearest(name, names) {
        return format!("is `{near}` meant? `branchline map` shows all");
    }
    let all: Vec<&str> = map.entries.iter().map(|entry| entry.pipeline.as_str()).take(8).collect();
    let more = if map.entries.len() > all.len() { ", …" } else { "" };
    format!("the pipelines are {}{more}; a rule's pattern or a branch will do, too", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_is_proposed_only_where_it_is_like() {
        let names = ["shop-release", "shop-develop"];
        assert_eq!(nearest("shop-relaese", names.into_iter()), Some("shop-release"));
        assert_eq!(nearest("production", names.into_iter()), None);
    }
}
