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
        reuse: Vec::new(),
        name: None,
        per_branch: None,
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
fn rules_that_share_branches_and_only_some_services_are_refused() {
    let mut rules = rules(["**", "release/**", "release/x"]);
    for (rule, services) in rules.iter_mut().zip([&["a"][..], &["a", "b"], &["b"]]) {
        rule.services = services.iter().map(ToString::to_string).collect();
    }
    let told = compared(&rules).findings;
    let codes: Vec<&str> = told.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["BL117", "BL117"]);
    assert_eq!(
        told[0].message,
        "`**` and `release/**` share branches, such as `release/x`, and only some of their services"
    );
    assert_eq!(told[0].place, Some(rules[1].place));
    let places: Vec<Span> = told[0].related.iter().map(|label| label.span).collect();
    assert_eq!(places, [rules[0].place]);
    // The ways out: the same services, or none in common.
    rules[0].services = vec!["a".to_owned(), "b".to_owned()];
    rules[2].services = rules[0].services.clone();
    assert_eq!(compared(&rules).findings, []);
    rules[2].services = vec!["c".to_owned()];
    assert_eq!(compared(&rules).findings, []);
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

    /// The promise of the whole map: where nothing is wrong, each service of a rule that matches a branch is built there by
    /// exactly one pipeline, and by none where no rule with it matches.
    #[test]
    fn each_service_of_a_branch_that_a_rule_matches_is_built_by_exactly_one_pipeline(
        drawn in prop::collection::vec(
            (patterns(), prop::sample::select(vec!["a", "a", "b", "ab", "ac", "c"])),
            1..5,
        ),
        names in prop::collection::vec("[ab/x]{1,4}", 40),
    ) {
        let drawn: Vec<_> = drawn.into_iter().filter(|(text, _)| Pattern::parse(text).is_ok()).collect();
        let mut rules = rules(drawn.iter().map(|(text, _)| text));
        for (rule, (_, services)) in rules.iter_mut().zip(&drawn) {
            rule.services = services.chars().map(String::from).collect();
        }
        let standing = compared(&rules);
        prop_assume!(standing.findings.is_empty());
        let read: Vec<Pattern> = drawn.iter().map(|(text, _)| Pattern::parse(text).unwrap()).collect();
        for name in names.iter().filter(|name| crate::branch_map::git_name::check(name).is_ok()) {
            for service in ["a", "b", "c"] {
                let has = |at: &usize| rules[*at].services.iter().any(|own| own == service);
                let matches = |at: &usize| read[*at].matches(name);
                let starts = |at: &usize| !standing.excludes[*at].iter().any(|exclude| exclude.matches(name));
                let matching: Vec<usize> = (0..read.len()).filter(has).filter(matches).collect();
                let started = matching.iter().copied().filter(starts).count();
                prop_assert_eq!(started, usize::from(!matching.is_empty()), "{} of {} {:?}", service, name, drawn);
            }
        }
    }
}
