//! Which pairs of many patterns are worth comparing.

use super::glob::Token;
use super::pattern::Pattern;

/// The pairs of patterns that could share a branch as far as their fixed parts tell, each once, the smaller index
/// first. Patterns that are not among them share none.
///
/// Of two patterns that share a branch, one's fixed beginning begins with the other's; the same holds for their
/// endings, read backwards, and for the beginning of each part between slashes. Sorted by one of these, the partners
/// of a pattern stand side by side: `team-7/*` tell themselves apart at the beginning, `*-team-7` at the end,
/// `*/team-7/*` in the second part. The first key that leaves few pairs is used, or else the one that leaves fewest.
pub(super) fn pairs(patterns: &[&Pattern]) -> impl Iterator<Item = (usize, usize)> {
    let mut best: Option<Neighbours> = None;
    for key in KEYS {
        let neighbours = Neighbours::new(patterns, key);
        if best.as_ref().is_none_or(|best| neighbours.count() < best.count()) {
            best = Some(neighbours);
        }
        if best.as_ref().is_some_and(|best| best.count() <= patterns.len()) {
            break;
        }
    }
    best.into_iter().flat_map(Neighbours::into_pairs)
}

/// What tells patterns apart: two that share a branch have keys of which one begins with the other.
const KEYS: [fn(&Pattern) -> String; 5] =
    [beginning, ending, |pattern| part(pattern, 1), |pattern| part(pattern, 2), |pattern| part(pattern, 3)];

/// Stands behind a key after which nothing can follow; no name that git allows holds it.
const END: char = '\0';

fn beginning(pattern: &Pattern) -> String {
    let fixed = pattern.prefix().chars();
    fixed.chain(pattern.is_exact().then_some(END)).collect()
}

fn ending(pattern: &Pattern) -> String {
    let fixed = pattern.suffix().chars().rev();
    fixed.chain(pattern.is_exact().then_some(END)).collect()
}

/// How the part of the name behind so many slashes begins; empty, so that everything is a partner, where something
/// could stand for a slash before it, or there is no such part.
fn part(pattern: &Pattern, slashes: usize) -> String {
    let mut left = slashes;
    let mut fixed = String::new();
    for token in pattern.tokens() {
        match token {
            Token::Literal('/') if left == 0 => {
                fixed.push(END);
                return fixed;
            }
            Token::Literal('/') => left -= 1,
            Token::Literal(character) if left == 0 => fixed.push(*character),
            Token::Literal(_) => {}
            _ if left == 0 => return fixed,
            token if may_hold_slash(token) => return String::new(),
            Token::Group(_) | Token::DoubleStar | Token::One | Token::Star | Token::Class(_) => {}
        }
    }
    if left == 0 {
        fixed.push(END);
    } else {
        fixed.clear();
    }
    fixed
}

fn may_hold_slash(token: &Token) -> bool {
    match token {
        Token::DoubleStar | Token::Literal('/') => true,
        Token::Group(alternatives) => alternatives.iter().flatten().any(may_hold_slash),
        Token::Literal(_) | Token::One | Token::Star | Token::Class(_) => false,
    }
}

/// Patterns sorted by a key, and for each the end of those behind it whose key begins with its own.
struct Neighbours {
    sorted: Vec<(String, usize)>,
    ends: Vec<usize>,
}

impl Neighbours {
    fn new(patterns: &[&Pattern], key: impl Fn(&Pattern) -> String) -> Self {
        let mut sorted: Vec<(String, usize)> =
            patterns.iter().enumerate().map(|(index, pattern)| (key(pattern), index)).collect();
        sorted.sort_unstable();
        let end = |(at, (key, _)): (usize, &(String, usize))| {
            at + sorted[at..].partition_point(|(other, _)| other.starts_with(key.as_str()))
        };
        let ends = sorted.iter().enumerate().map(end).collect();
        Neighbours { sorted, ends }
    }

    /// How many pairs there are, counted without making them.
    fn count(&self) -> usize {
        self.ends.iter().enumerate().map(|(at, end)| end - at - 1).sum()
    }

    fn into_pairs(self) -> impl Iterator<Item = (usize, usize)> {
        let indices: Vec<usize> = self.sorted.into_iter().map(|(_, index)| index).collect();
        let ends = self.ends.into_iter().enumerate();
        let places = ends.flat_map(|(at, end)| (at + 1..end).map(move |partner| (at, partner)));
        places.map(move |(at, partner)| {
            let (one, other) = (indices[at], indices[partner]);
            (one.min(other), one.max(other))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::tests::patterns as texts;
    use super::super::search::{Language, Search};
    use super::{KEYS, Neighbours, Pattern, pairs};
    use proptest::prelude::*;

    fn patterns(texts: impl IntoIterator<Item = String>) -> Vec<Pattern> {
        texts.into_iter().map(|text| Pattern::parse(&text).unwrap()).collect()
    }

    /// How many comparisons a way of naming so many branches takes.
    fn comparisons(rules: usize, name: fn(usize) -> String) -> usize {
        pairs(&patterns((0..rules).map(name)).iter().collect::<Vec<_>>()).count()
    }

    #[test]
    fn twice_the_rules_are_about_twice_the_comparisons() {
        let ways: [fn(usize) -> String; 8] = [
            |n| format!("team-{n}/release/*"),
            |n| format!("*/service-{n}"),
            |n| format!("develop-{n}"),
            |n| if n % 2 == 0 { format!("release-{n}") } else { format!("release-{n}/**") },
            |n| format!("team-{n}*"),
            |n| format!("*/team-{n}/*"),
            |n| format!("release/*/team-{n}/**"),
            |n| format!("[ab]/team-{n}/{{x,y}}"),
        ];
        for way in ways {
            let (half, whole) = (comparisons(1_000, way), comparisons(2_000, way));
            assert!(whole <= 2 * half + 2_000 && whole <= 8_000, "{}: {half}, then {whole}", way(7));
        }
    }

    fn share(one: &Pattern, other: &Pattern) -> bool {
        let (one, other) = (Language::new([one], []), Language::new([other], []));
        Search::new(usize::MAX).find(&[&one, &other], &[]).unwrap().is_some()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn by_whichever_key_no_sharing_pair_is_left_out(
            texts in prop_oneof![
                proptest::collection::vec("[ab/*]{1,3}(/[ab*]{1,3}){0,3}", 1..12),
                proptest::collection::vec(texts(), 1..12),
            ],
        ) {
            let patterns: Vec<Pattern> = texts.iter().filter_map(|text| Pattern::parse(text).ok()).collect();
            let all: Vec<&Pattern> = patterns.iter().collect();
            for key in KEYS {
                let mut listed: Vec<_> = Neighbours::new(&all, key).into_pairs().collect();
                let count = listed.len();
                listed.sort_unstable();
                listed.dedup();
                prop_assert_eq!(listed.len(), count, "each pair once");
                for later in 0..patterns.len() {
                    for earlier in 0..later {
                        if share(&patterns[earlier], &patterns[later]) {
                            prop_assert!(listed.contains(&(earlier, later)), "{:?}", texts);
                        }
                    }
                }
            }
        }
    }
}
