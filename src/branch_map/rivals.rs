//! Rules that a branch or a tag could match together: which of them wins, and what the other has to leave out.
//!
//! Rules compete when they start on the same kind of change and build a service in common. Of two whose names are
//! one within the other's, the narrower wins, and the broader trigger excludes its patterns; any other overlap is an error
//! (codes BL106, BL111 to BL114).

use std::collections::BTreeSet;

use super::entry::{MOST_PATTERNS, share_services};
use super::neighbours;
use super::pattern::Pattern;
use super::search::{Language, Relation, Search, UsedUp};
use crate::config::{Event, Rule};
use crate::diagnostic::{Finding, Span};

/// The most overlaps that are told at once: a page of them is enough.
const OVERLAPS_TOLD: usize = 50;

/// How much is done to compare the patterns of a map: a fraction of a second, and thousands of times what the maps that
/// people write take.
const STEPS: usize = 3_000_000;

/// Excludes up to which it is worth looking for those that others cover.
const EXCLUDES_COMPARED: usize = 64;

/// A rule whose patterns have been read.
#[derive(Debug)]
pub(super) struct Rival<'a> {
    pub(super) rule: &'a Rule,
    pub(super) includes: Vec<Pattern>,
    /// What the rule itself excludes.
    pub(super) excludes: Vec<Pattern>,
}

impl Rival<'_> {
    fn language(&self) -> Language {
        Language::new(&self.includes, &self.excludes)
    }

    /// Where the pattern stands in the file; of several, the first.
    fn place(&self) -> Span {
        self.rule.names.includes.first().map_or(self.rule.place, |written| written.place)
    }

    /// The patterns in one text.
    pub(super) fn text(&self) -> String {
        self.includes.iter().map(Pattern::text).collect::<Vec<_>>().join(", ")
    }
}

/// What the rules leave to one another.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// For each rule the narrower ones.
    pub(super) narrower: Vec<Vec<usize>>,
    /// For each rule what its trigger excludes.
    pub(super) excludes: Vec<Vec<Pattern>>,
    pub(super) findings: Vec<Finding>,
    /// The steps that it took.
    #[cfg(test)]
    pub(super) steps: usize,
}

/// Compares all rules.
pub(super) fn standing(rules: &[Rival]) -> Standing {
    let mut search = Search::new(STEPS);
    let mut standing = Standing { narrower: vec![Vec::new(); rules.len()], ..Standing::default() };
    let compared = [Event::Push, Event::Tag, Event::PullRequest]
        .into_iter()
        .try_for_each(|event| compare(rules, event, &mut search, &mut standing));
    standing.narrower.iter_mut().for_each(|narrower| narrower.sort_unstable());
    if compared.is_ok() {
        for at in 0..rules.len() {
            let excludes = excludes(rules, at, &standing.narrower[at], &mut search, &mut standing.findings);
            standing.excludes.push(excludes);
        }
    } else {
        standing.excludes = rules.iter().map(|rule| rule.excludes.clone()).collect();
    }
    standing.findings.sort_by_key(|finding| finding.place);
    #[cfg(test)]
    {
        standing.steps = STEPS - search.steps_left();
    }
    standing
}

/// The comparison ends early: there are enough findings, or it would take too long.
struct Enough;

fn compare(
    rules: &[Rival],
    event: Event,
    search: &mut Search,
    standing: &mut Standing,
) -> Result<(), Enough> {
    let of_event = || rules.iter().enumerate().filter(|(_, rule)| rule.rule.event == event);
    let owners: Vec<usize> =
        of_event().flat_map(|(at, rule)| rule.includes.iter().map(move |_| at)).collect();
    let patterns: Vec<&Pattern> = of_event().flat_map(|(_, rule)| &rule.includes).collect();
    let is_list = of_event().any(|(_, rule)| rule.includes.len() > 1);
    let mut seen = BTreeSet::new();
    for (one, other) in neighbours::pairs(&patterns) {
        let (one, other) = (owners[one], owners[other]);
        if one == other || (is_list && !seen.insert((one, other))) {
            continue;
        }
        let (first, second) = (&rules[one], &rules[other]);
        if !share_services(&first.rule.services, &second.rule.services) {
            continue;
        }
        match relation(first, second, search) {
            Ok(Relation::Apart) => {}
            Ok(Relation::Narrower) => standing.narrower[other].push(one),
            Ok(Relation::Broader) => standing.narrower[one].push(other),
            Ok(Relation::Same) => standing.findings.push(same(first, second)),
            Ok(Relation::Crossing(name)) => standing.findings.push(crossing(first, second, &name)),
            Err(UsedUp) => {
                standing.findings.push(beyond_comparison(first, second));
                return Err(Enough);
            }
        }
        if standing.findings.len() >= OVERLAPS_TOLD {
            return Err(Enough);
        }
    }
    Ok(())
}

fn relation(one: &Rival, other: &Rival, search: &mut Search) -> Result<Relation, UsedUp> {
    // Most pairs are one name and a pattern that does not match it.
    let name = |rule: &Rival| match rule.includes.as_slice() {
        [pattern] => pattern.exact().map(str::to_owned),
        _ => None,
    };
    let misses = |name: Option<String>, rule: &Rival| {
        name.is_some_and(|name| !rule.includes.iter().any(|pattern| pattern.matches(&name)))
    };
    if misses(name(one), other) || misses(name(other), one) {
        return Ok(Relation::Apart);
    }
    search.relation(&one.language(), &other.language())
}

/// What a rule's trigger excludes: what the rule itself does, and the patterns of narrower rules, without those that
/// another covers.
fn excludes(
    rules: &[Rival],
    at: usize,
    narrower: &[usize],
    search: &mut Search,
    findings: &mut Vec<Finding>,
) -> Vec<Pattern> {
    let rule = &rules[at];
    if narrower.is_empty() {
        return rule.excludes.clone();
    }
    for one in narrower.iter().map(|one| &rules[*one]).filter(|one| !one.excludes.is_empty()) {
        let whole = Language::new(&one.includes, []);
        let others: Vec<Language> = narrower.iter().map(|other| rules[*other].language()).collect();
        match search.find(&[&rule.language(), &whole], &others.iter().collect::<Vec<_>>()) {
            Ok(None) => {}
            Ok(Some(name)) => findings.push(gap(rule, one, &name)),
            Err(UsedUp) => findings.push(beyond_comparison(rule, one)),
        }
    }
    let mut all: Vec<&Pattern> = rule.excludes.iter().collect();
    for pattern in narrower.iter().flat_map(|one| &rules[*one].includes) {
        if !all.iter().any(|other| other.text() == pattern.text()) {
            all.push(pattern);
        }
    }
    let needed = needed(&all, search);
    if needed.len() > MOST_PATTERNS {
        findings.push(too_many_excludes(rule, needed.len(), narrower.iter().map(|one| &rules[*one])));
    }
    needed.into_iter().cloned().collect()
}

/// Those patterns that no other covers.
fn needed<'a>(patterns: &[&'a Pattern], search: &mut Search) -> Vec<&'a Pattern> {
    let mut needed: Vec<&Pattern> = Vec::new();
    // Broader patterns are shorter, by and large: so most are left out at once.
    let mut sorted = patterns.to_vec();
    sorted.sort_by_key(|pattern| (pattern.is_exact(), pattern.prefix().len()));
    let mut covers = |broad: &Pattern, narrow: &Pattern| match narrow.exact() {
        Some(name) => broad.matches(name),
        None if broad.is_exact() => false,
        None => {
            let (narrow, broad) = (Language::new([narrow], []), Language::new([broad], []));
            search.find(&[&narrow], &[&broad]) == Ok(None)
        }
    };
    for pattern in sorted {
        if needed.len() > EXCLUDES_COMPARED || !needed.iter().any(|broad| covers(broad, pattern)) {
            if needed.len() <= EXCLUDES_COMPARED {
                needed.retain(|narrow| !covers(pattern, narrow));
            }
            needed.push(pattern);
        }
    }
    // In the order of the file.
    patterns.iter().copied().filter(|pattern| needed.iter().any(|one| std::ptr::eq(*one, *pattern))).collect()
}

/// `branches`, `tags`, or what pull requests lead to.
fn kind(rule: &Rival) -> &'static str {
    if rule.rule.event == Event::Tag { "tags" } else { "branches" }
}

/// What would start two pipelines.
fn change(rule: &Rival, name: &str) -> String {
    match rule.rule.event {
        Event::Push => format!("a push to `{name}`"),
        Event::Tag => format!("the tag `{name}`"),
        Event::PullRequest => format!("a pull request to `{name}`"),
    }
}

fn crossing(one: &Rival, other: &Rival, name: &str) -> Finding {
    let (first, second) = in_order(one, other);
    let message = format!("`{}` and `{}` share {}, such as `{name}`", first.text(), second.text(), kind(one));
    Finding::error("BL106", second.place(), message)
        .because(format!("{} would start both pipelines, and neither rule is the narrower one", change(one, name)))
        .help("narrow one of the two until they share none, or until all that it matches is matched by the other: then it wins")
        .related(first.place(), "the other rule")
}

fn same(one: &Rival, other: &Rival) -> Finding {
    let (first, second) = in_order(one, other);
    let message = if first.text() == second.text() {
        format!("two rules are for the {} `{}`", kind(one), first.text())
    } else {
        format!("`{}` and `{}` match the same {}", first.text(), second.text(), kind(one))
    };
    Finding::error("BL113", second.place(), message)
        .because("every change would start both pipelines, which build the same services")
        .help("make one rule of them, or give them `services` that have nothing in common")
        .related(first.place(), "the other rule")
}

fn gap(rule: &Rival, narrower: &Rival, name: &str) -> Finding {
    let message = format!("`{name}` would start neither `{}` nor `{}`", rule.text(), narrower.text());
    Finding::error("BL114", narrower.place(), message)
        .because(
            "this rule excludes it, and the broader one leaves all that matches this rule's includes to it",
        )
        .help(format!(
            "write a rule of its own for what is excluded, or exclude it in `{}` too",
            rule.rule.key
        ))
        .related(rule.place(), "the broader rule")
}

fn too_many_excludes<'a>(
    rule: &Rival,
    count: usize,
    narrower: impl Iterator<Item = &'a Rival<'a>>,
) -> Finding {
    let message = format!("`{}` would have to leave out {count} patterns of narrower rules", rule.text());
    let finding = Finding::error("BL112", rule.place(), message)
        .because(format!("a trigger's filter takes at most {MOST_PATTERNS}"))
        .help("narrow this rule, or let one pattern stand for several of the narrower rules: `team/{a,b,c}`");
    narrower.take(3).fold(finding, |finding, one| finding.related(one.place(), "one of the narrower rules"))
}

fn beyond_comparison(one: &Rival, other: &Rival) -> Finding {
    let (first, second) = in_order(one, other);
    let message = format!(
        "there are too many patterns like `{}` and `{}` to compare them all",
        first.text(),
        second.text()
    );
    Finding::error("BL111", second.place(), message)
        .because("it is not certain that no branch starts two pipelines")
        .help("let each pattern begin with a text of its own, such as `team-1/*`")
        .related(first.place(), "one of the others")
}

/// Two rules as they follow each other in the file.
fn in_order<'a, 'b>(one: &'a Rival<'b>, other: &'a Rival<'b>) -> (&'a Rival<'b>, &'a Rival<'b>) {
    if one.rule.place <= other.rule.place { (one, other) } else { (other, one) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pattern::tests::patterns;
    use super::*;
    use crate::config::raw::RawMode;
    use crate::config::{Filter, Written};

    fn rule(pattern: &str, at: usize) -> Rule {
        let place = Span { start: at, end: at + 1 };
        Rule {
            key: pattern.to_owned(),
            event: Event::Push,
            names: Filter {
                includes: vec![Written { text: pattern.to_owned(), place }],
                excludes: Vec::new(),
            },
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
        tags.iter_mut().for_each(|rule| rule.event = Event::Tag);
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
        assert_eq!(
            (gap[0].code, gap[0].message.as_str()),
            ("BL114", "`v-rc` would start neither `**` nor `v*`")
        );
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
            for name in names.iter().filter(|name| super::super::git_name::check(name).is_ok()) {
                let matched = read.iter().any(|pattern| pattern.matches(name));
                let started = read.iter().zip(&standing.excludes).filter(|(pattern, excludes)| {
                    pattern.matches(name) && !excludes.iter().any(|exclude| exclude.matches(name))
                });
                prop_assert_eq!(started.count(), usize::from(matched), "{} {:?}", name, texts);
            }
        }
    }
}
