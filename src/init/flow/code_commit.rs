//! The rules of a repository in CodeCommit, whose pipelines each take one branch, and neither tags nor pull requests.

use super::{Rule, Start};

/// The same way of branching as far as it goes there: each branch of a pattern has a pipeline, what a tag released goes on from
/// the main branch behind its approval, and pull requests have no rule.
pub fn rules(rules: Vec<Rule>) -> Vec<Rule> {
    let mut kept: Vec<Rule> = Vec::with_capacity(rules.len());
    for rule in rules {
        match (&rule.start, kept.last_mut()) {
            (Start::PullRequest(_), _) | (Start::Tag(_), None) => {}
            (Start::Tag(_), Some(main)) => main.environments.extend(rule.environments),
            (Start::Push, _) if rule.key.contains('*') => {
                kept.push(Rule { start: Start::EachBranch, ..rule });
            }
            (Start::Push | Start::EachBranch, _) => kept.push(rule),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::{Flow, Start, rules as usual};
    use super::rules;
    use crate::init::Seen;

    #[test]
    fn every_way_of_branching_reaches_all_of_its_environments_by_branches_alone() {
        for flow in Flow::ALL {
            let rules = rules(usual(flow, &Seen::default(), true));
            let is_of_branches = |start: &Start| matches!(start, Start::Push | Start::EachBranch);
            assert!(rules.iter().all(|rule| is_of_branches(&rule.start)), "{rules:?}");
            let reached: Vec<&str> = rules.iter().flat_map(|rule| rule.environments.clone()).collect();
            assert!(flow.environments().iter().all(|name| reached.contains(name)), "{flow:?}: {reached:?}");
            let is_exact = |start: &Start, key: &str| *start == Start::EachBranch || !key.contains('*');
            assert!(rules.iter().all(|rule| is_exact(&rule.start, &rule.key)), "{rules:?}");
        }
    }
}
