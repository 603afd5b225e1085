//! Which rule wins, and what the other leaves out.

use proptest::prelude::*;

use super::*;
use crate::branch_map::pattern::tests::patterns;
use crate::config::raw::RawMode;
use crate::config::{Filter, Written};

fn rule(pattern: &str, at: usize) -> Rule {
    let place = Span { start: at, end: at + 1 };
    Rule {
        key: pattern.to_owned(),
        event: Event::Push,
        names: Filter { includes: vec![Written { text: pattern.to_owned(), place }], excludes: Vec::new() },
        paths: None,
        environments: Vec::new(),
        services: vec!["api".to_owned()],
        mode: RawMode::Queued,
        name: None,
        place,
    }
}

fn rules(patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<Rule> {
    patterns.into_iter().enumerate().map(|(at, pattern)| rule(pattern.as_ref(), at)).collect()
}

fn compared(rules: &[Rule]) -> Standing {
    let read = |rule| -> Option<Rival> {
        let rule: &Rule = rule;
        let includes = vec![Pattern::parse(&rule.names.includes[0].text).ok()?];
        Some(Rival { rule, includes, excludes: Vec::new() })
    };
    standing(&rules.iter().map(|rule| read(rule).unwrap()).collect::<Vec<_>>())
}

fn excluded(standing: &Standing) -> Vec<Vec<&str>> {
    standing.excludes.iter().map(|list| list.iter().map(Pattern::text).collect()).collect()
}

#[test]
fn the_broader_trigger_leaves_out_what_narrower_rules_take_and_nothing_twice() {
    let rules = rules(["**", "release/**", "release/*", "develop", "release/1", "hotfix/*"]);
    let standing = compared(&rules);
    assert_eq!(standing.findings, []);
    assert_eq!(
        excluded(&standing),
        [
            vec!["release/**", "develop", "hotfix/*"],
            vec!["release/*"],
            vec!["release/1"],
            vec![],
            vec![],
            vec![]
        ]
    );
}

#[test]
fn eight_narrower_rules_fit_into_a_filter_and_nine_do_not() {
    let map = |narrower: usize| {
        let names = (0..narrower).map(|n| format!("team/{n}")).chain(["team/*".to_owned()]);
        compared(&rules(names)).findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(map(8), [""; 0]);
    assert_eq!(map(9), ["BL112"]);
}

#[test]
fn rules_of_services_that_differ_do_not_compete() {
    let mut both = rules(["develop", "develop", "*"]);
    assert_eq!(compared(&both[..2]).findings[0].code, "BL113");
    both[1].services = vec!["web".to_owned()];
    let standing = compared(&both);
    assert_eq!(standing.findings, []);
    assert_eq!(excluded(&standing), [vec![], vec![], vec!["develop"]]);
    both[2].services = vec!["worker".to_owned()];
    assert_eq!(excluded(&compared(&both)), [const { Vec::<&str>::new() }; 3]);
}

#[test]
fn what_a_narrower_rule_excludes_must_start_something() {
    let mut tags = rules(["**", "v*", "v*-rc*"]);
    for rule in &mut tags {
        rule.event = Event::Tag;
    }
    let read = |text: &str| vec![Pattern::parse(text).unwrap()];
    let rivals = |tags| -> Vec<Rival> {
        let tags: &[Rule] = tags;
        let own = ["**", "v*", "v*-rc*"].into_iter().zip(tags);
        own.map(|(text, rule)| Rival { rule, includes: read(text), excludes: Vec::new() }).collect()
    };
    let mut all = rivals(&tags);
    all[1].excludes = read("v*-rc*");
    let standing = standing(&all);
    assert_eq!(standing.findings, [], "the third rule takes what the second excludes");
    assert_eq!(excluded(&standing), [vec!["v*"], vec!["v*-rc*"], vec![]]);
    all.pop();
    let gap = super::standing(&all).findings;
    assert_eq!(gap.len(), 1);
    assert_eq!((gap[0].code, gap[0].message.as_str()), ("BL114", "`v-rc` would start neither `**` nor `v*`"));
}

#[test]
fn five_hundred_rules_take_few_steps_and_twice_as_many_about_twice() {
    let ways: [fn(usize) -> String; 5] = [
        |n| format!("team-{n}/release/*"),
        |n| if n % 2 == 0 { format!("release-{n}/*") } else { format!("release-{}/[0-9]*", n - 1) },
        |n| format!("{{feature,fix}}/team-{n}/*"),
        |n| format!("*/service-{n}"),
        |n| format!("develop-{n}"),
    ];
    for way in ways {
        let steps = |count: usize| {
            let standing = compared(&rules((0..count).map(way)));
            assert_eq!(standing.findings, []);
            standing.steps
        };
        let (half, whole) = (steps(500), steps(1_000));
        assert!(half <= 500_000, "{}: {half}", way(7));
        assert!(whole <= half * 5 / 2, "{}: {half}, then {whole}", way(7));
    }
}

#[test]
fn two_thousand_rules_whose_fixed_letters_differ_take_hardly_a_step() {
    let way = |n: usize| {
        if n.is_multiple_of(2) { format!("team-{n}/release/*") } else { format!("team-{n}-develop") }
    };
    let standing = compared(&rules((0..2_000).map(way)));
    assert_eq!(standing.findings, []);
    assert!(standing.steps <= 2_000, "{}", standing.steps);
}

#[test]
fn patterns_made_to_be_hard_use_up_the_steps_of_a_map_and_are_told_once() {
    // None share a branch, and no fixed part at a known place tells them apart.
    let standing = compared(&rules((0..1_500).map(|n| format!("*/*/*/*/*a*a*a*a/{n}/*"))));
    let told: Vec<&str> = standing.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(told, ["BL111"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// The promise of the whole map: where nothing is wrong, a branch that a rule matches starts one pipeline, and
    /// the same branch none beside it.
    #[test]
    fn a_branch_that_any_rule_matches_starts_exactly_one(
        texts in prop::collection::vec(patterns(), 1..5),
        names in prop::collection::vec("[ab/x]{1,4}", 40),
    ) {
        let texts: Vec<String> = texts.into_iter().filter(|text| Pattern::parse(text).is_ok()).collect();
        let rules = rules(&texts);
        let standing = compared(&rules);
        prop_assume!(standing.findings.is_empty());
        let read: Vec<Pattern> = texts.iter().map(|text| Pattern::parse(text).unwrap()).collect();
        for name in names.iter().filter(|name| crate::branch_map::git_name::check(name).is_ok()) {
            let matched = read.iter().any(|pattern| pattern.matches(name));
            let started = read.iter().zip(&standing.excludes).filter(|(pattern, excludes)| {
                pattern.matches(name) && !excludes.iter().any(|exclude| exclude.matches(name))
            });
            prop_assert_eq!(started.count(), usize::from(matched), "{} {:?}", name, texts);
        }
    }
}
