//! Rules that a branch or a tag could match together: which of them wins, and what the other has to leave out.
//!
//! Rules compete when they start on the same kind of change and build a service in common. Of two with the same services
//! whose names are one within the other's, the narrower wins, and the broader trigger excludes its patterns; any other
//! overlap is an error (codes BL106, BL111 to BL114), and so is one of rules that have only some of their services in common
//! (BL117). So for each name the rules that match fall into classes, each with its services and one winner.

mod words;

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
            // Whichever of the two won, it would leave services of the other to nobody.
            Ok(shared) if first.rule.services != second.rule.services => {
                let name = match shared {
                    Relation::Crossing(name) => Ok(Some(name)),
                    _ => search.find(&[&first.language(), &second.language()], &[]),
                };
                standing.findings.push(words::some_services(first, second, name.ok().flatten().as_deref()));
            }
            Ok(Relation::Narrower) => standing.narrower[other].push(one),
            Ok(Relation::Broader) => standing.narrower[one].push(other),
            Ok(Relation::Same) => standing.findings.push(words::same(first, second)),
            Ok(Relation::Crossing(name)) => standing.findings.push(words::crossing(first, second, &name)),
            Err(UsedUp) => {
                standing.findings.push(words::beyond_comparison(first, second));
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
            Ok(Some(name)) => findings.push(words::gap(rule, one, &name)),
            Err(UsedUp) => findings.push(words::beyond_comparison(rule, one)),
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
        findings.push(words::too_many_excludes(rule, needed.len(), narrower.iter().map(|one| &rules[*one])));
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

#[cfg(test)]
mod tests;
