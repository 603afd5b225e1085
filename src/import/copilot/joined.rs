//! Pipelines that one push started side by side and that deploy the same services: one rule, since two would build and release one commit
//! twice, and no map takes them (BL113).

use std::collections::{BTreeMap, BTreeSet};

use super::super::buildspecs::family::rank;
use super::super::draft::{Draft, Rule, Spot};
use super::super::remark::{Remark, Weight};
use super::rules::meets;

/// Makes one rule of those that start at the same and deploy the same services. What only overlaps is told, and stays.
pub fn join(draft: &mut Draft) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut rules: Vec<Rule> = Vec::new();
    let mut ways: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for rule in std::mem::take(&mut draft.rules) {
        let same =
            rules.iter_mut().find(|other| other.start == rule.start && services(other) == services(&rule));
        let Some(first) = same else {
            ways.insert(rule.key.clone(), vec![rule.environments.clone()]);
            rules.push(rule);
            continue;
        };
        remarks.push(Remark {
            weight: Weight::Changed,
            what: format!(
                "`{}` and `{}` started together at a push to `{}`, and are one rule now",
                first.pipeline, rule.pipeline, rule.start.branch
            ),
            help: "they built the same commit twice and deployed side by side; now one build goes to the environments of both, one after the other: see \
                   that their order is the one that is meant"
                .to_owned(),
            place: Some(rule.place.clone()),
        });
        if rule.pipeline != first.pipeline {
            draft.joined.insert(rule.pipeline);
        }
        let ways = ways.entry(first.key.clone()).or_default();
        ways.push(rule.environments);
        first.environments = in_order(ways, |name| is_approved(draft, name));
    }
    let alone =
        |rules: &[Rule], branch: &str| rules.iter().filter(|one| one.start.branch == branch).count() == 1;
    for at in 0..rules.len() {
        let Some(Rule { key, start, .. }) = rules.get(at).cloned() else { continue };
        let is_joined = ways.get(&key).is_some_and(|ways| ways.len() > 1);
        let is_free = alone(&rules, &start.branch) && !start.branch.is_empty();
        let Some(rule) = rules.get_mut(at).filter(|_| is_joined) else { continue };
        if is_free {
            rule.key = start.branch;
        }
        let note = "the order of these environments is assumed: several pipelines started together, each for some of them.";
        draft.notes.note(Spot::Rule(rule.key.clone()), note);
    }
    draft.rules = rules;
    remarks.extend(apart(&draft.rules));
    remarks
}

/// What a rule deploys, in any order; `None` for everything.
fn services(rule: &Rule) -> Option<BTreeSet<&String>> {
    rule.services.as_ref().map(|names| names.iter().collect())
}

fn is_approved(draft: &Draft, name: &str) -> bool {
    draft.environments.iter().any(|one| one.name == name && one.approval)
}

/// The environments of several pipelines in one order: what nobody approves comes first, and of these what comes early in a release by its name.
/// Where that would turn round the order of one of the pipelines, each pipeline's follow the other's.
fn in_order(ways: &[Vec<String>], is_approved: impl Fn(&str) -> bool) -> Vec<String> {
    let mut ways: Vec<&Vec<String>> = ways.iter().collect();
    let weight = |name: &String| (is_approved(name), rank(name));
    ways.sort_by_key(|way| way.iter().map(weight).max());
    let mut one_after_the_other: Vec<String> = Vec::new();
    for name in ways.iter().copied().flatten() {
        if !one_after_the_other.contains(name) {
            one_after_the_other.push(name.clone());
        }
    }
    let mut sorted = one_after_the_other.clone();
    sorted.sort_by_key(weight);
    let place = |name: &String| sorted.iter().position(|one| one == name);
    if ways.iter().all(|way| way.is_sorted_by_key(place)) { sorted } else { one_after_the_other }
}

/// Rules of one branch that have some services in common, and not all: no map takes them.
fn apart(rules: &[Rule]) -> Vec<Remark> {
    let mut told = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let earlier =
            rules[..at].iter().find(|other| other.start.branch == rule.start.branch && meets(rule, other));
        let Some(other) = earlier else { continue };
        told.push(Remark {
            weight: Weight::Mistake,
            what: format!(
                "`{}` and `{}` are both of the branch `{}` and deploy the same services, which no map takes (BL113, BL117)",
                other.pipeline, rule.pipeline, rule.start.branch
            ),
            help: "make one rule of the two, with the environments of both in order; or name in each the `services` that are its alone"
                .to_owned(),
            place: Some(rule.place.clone()),
        });
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::{Environment, Start};
    use crate::import::remark::Place;

    fn place() -> Place {
        Place { file: "m.yml".to_owned(), branches: Vec::new(), line: 1, column: 1 }
    }

    fn rule(pipeline: &str, environments: &[&str], services: Option<&[&str]>) -> Rule {
        let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        Rule {
            key: pipeline.to_owned(),
            start: Start::of("main"),
            environments: texts(environments),
            services: services.map(texts),
            pipeline: pipeline.to_owned(),
            place: place(),
        }
    }

    fn joined(rules: Vec<Rule>, approved: &[&str]) -> (Draft, Vec<Remark>) {
        let environment = |name: &&str| Environment {
            name: (*name).to_owned(),
            approval: true,
            verify: Vec::new(),
            place: place(),
        };
        let environments = approved.iter().map(environment).collect();
        let mut draft = Draft { rules, environments, ..Draft::default() };
        let remarks = join(&mut draft);
        (draft, remarks)
    }

    #[test]
    fn pipelines_that_start_together_and_deploy_the_same_are_one_rule() {
        let rules = vec![rule("shop-prod", &["prod"], None), rule("shop-staging", &["staging"], None)];
        let (draft, remarks) = joined(rules, &[]);
        assert_eq!((draft.rules.len(), draft.rules[0].key.as_str()), (1, "main"));
        assert_eq!(draft.rules[0].environments, ["staging", "prod"], "production is never first");
        assert!(
            draft.takes_over("shop-prod") && draft.takes_over("shop-staging") && !draft.takes_over("other")
        );
        assert_eq!((remarks.len(), remarks[0].weight), (1, Weight::Changed));
        assert_eq!(draft.notes.at(&Spot::Rule("main".to_owned())).len(), 1);
    }

    #[test]
    fn what_is_approved_comes_last_and_no_pipelines_own_order_is_turned_round() {
        let order =
            |rules: Vec<Rule>, approved: &[&str]| joined(rules, approved).0.rules[0].environments.join(" ");
        let blue = || vec![rule("a", &["blue"], None), rule("b", &["green"], None)];
        assert_eq!(order(blue(), &["blue"]), "green blue");
        let mixed = vec![rule("a", &["dev", "prod"], None), rule("b", &["staging"], None)];
        assert_eq!(order(mixed, &[]), "dev staging prod");
        let turned = vec![rule("a", &["prod", "dev"], None), rule("b", &["staging"], None)];
        assert_eq!(order(turned, &[]), "staging prod dev");
    }

    #[test]
    fn what_deploys_only_some_of_the_same_stays_apart_and_is_told() {
        let (all, some) = (rule("all", &["dev"], None), rule("some", &["prod"], Some(&["api"])));
        let (draft, remarks) = joined(vec![all, some], &[]);
        assert_eq!(draft.rules.len(), 2);
        assert_eq!((remarks.len(), remarks[0].weight), (1, Weight::Mistake));
        let (api, web) = (rule("api", &["dev"], Some(&["api"])), rule("web", &["dev"], Some(&["web"])));
        let (draft, remarks) = joined(vec![api, web], &[]);
        assert_eq!((draft.rules.len(), remarks.len()), (2, 0));
    }
}
