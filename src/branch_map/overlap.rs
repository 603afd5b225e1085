//! Whether two patterns share a branch, decided exactly, and which pairs of many are worth asking about.

use std::collections::{BTreeMap, VecDeque};

use thiserror::Error;

use super::git_name::Reading;
use super::pattern::{Pattern, Token};

/// How far two patterns and git's rules have come with one and the same name.
type State = (usize, usize, Reading);

/// How each state was come to first: from which, and with which character of the name, if with one.
type Steps = BTreeMap<State, (State, Option<char>)>;

/// The shortest branch name, legal by git's rules, that matches both patterns; `None` when no branch ever can.
pub fn shared_name(one: &Pattern, other: &Pattern) -> Option<String> {
    Search::new(usize::MAX).shared_name(one, other).unwrap_or_default()
}

/// The steps of a search are used up: what is left is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the patterns are too many and too alike to be compared")]
pub struct UsedUp;

/// A search for shared names with a bound on all that it does together.
#[derive(Debug)]
pub struct Search {
    steps_left: usize,
}

impl Search {
    /// A search of at most so many steps. Two patterns as people write them take a few dozen.
    pub fn new(steps: usize) -> Self {
        Search { steps_left: steps }
    }

    /// The shortest branch name, legal by git's rules, that matches both patterns; `None` when no branch ever can.
    ///
    /// Both patterns and git's rules read a name in step, and all that they can read is searched, shortest first.
    /// Where both stand at a star, one plain letter is tried for all characters: in a name that both match, it can
    /// stand there in place of whatever does, a slash too, and break no rule of git's that was kept before.
    pub fn shared_name(&mut self, one: &Pattern, other: &Pattern) -> Result<Option<String>, UsedUp> {
        let (one, other) = (one.tokens(), other.tokens());
        let start: State = (0, 0, Reading::default());
        let mut came: Steps = BTreeMap::new();
        let mut queue = VecDeque::from([(start, (start, None))]);
        while let Some((state, from)) = queue.pop_front() {
            self.steps_left = self.steps_left.checked_sub(1).ok_or(UsedUp)?;
            if came.contains_key(&state) {
                continue;
            }
            came.insert(state, from);
            let (at_one, at_other, reading) = state;
            let (token, counterpart) = (one.get(at_one).copied(), other.get(at_other).copied());
            if token.is_none() && counterpart.is_none() && reading.end().is_ok() {
                return Ok(Some(spell(&came, state)));
            }
            // A run may end without taking a character; such steps make the name no longer, so they come first.
            if token.is_some_and(Token::is_run) {
                queue.push_front(((at_one + 1, at_other, reading), (state, None)));
            }
            if counterpart.is_some_and(Token::is_run) {
                queue.push_front(((at_one, at_other + 1, reading), (state, None)));
            }
            let (Some(token), Some(counterpart)) = (token, counterpart) else { continue };
            let character = character_for_both(token, counterpart);
            if let Some((character, reading)) =
                character.and_then(|next| Some((next, reading.step(next).ok()?)))
            {
                let next_one = at_one + usize::from(!token.is_run());
                let next_other = at_other + usize::from(!counterpart.is_run());
                queue.push_back(((next_one, next_other, reading), (state, Some(character))));
            }
        }
        Ok(None)
    }
}

/// The character worth trying where both tokens read the same one.
fn character_for_both(token: Token, counterpart: Token) -> Option<char> {
    let character = match (token, counterpart) {
        (Token::Literal(literal), _) | (_, Token::Literal(literal)) => literal,
        _ => 'x',
    };
    Some(character).filter(|character| token.takes(*character) && counterpart.takes(*character))
}

/// The name that led to a state.
fn spell(came: &Steps, end: State) -> String {
    let mut name: Vec<char> = Vec::new();
    let mut state = end;
    while let Some((from, character)) = came.get(&state).filter(|(from, _)| *from != state) {
        name.extend(character);
        state = *from;
    }
    name.iter().rev().collect()
}

/// The pairs of patterns that could share a branch as far as their fixed parts tell, each once, the smaller index
/// first. Patterns that are not among them share none.
///
/// Of two patterns that share a branch, one's fixed beginning begins with the other's; the same holds for their
/// endings, read backwards, and for the beginning of each part between slashes. Sorted by one of these, the partners
/// of a pattern stand side by side: `team-7/*` tell themselves apart at the beginning, `*-team-7` at the end,
/// `*/team-7/*` in the second part. The first key that leaves few pairs is used, or else the one that leaves fewest.
pub fn pairs(patterns: &[Pattern]) -> impl Iterator<Item = (usize, usize)> {
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

/// How the part of the name behind so many slashes begins; empty, so that everything is a partner, where a `**`
/// could stand for a slash before it, or there is no such part.
fn part(pattern: &Pattern, slashes: usize) -> String {
    let parts: Vec<&str> = pattern.text().split('/').take(slashes + 1).collect();
    match parts.get(slashes) {
        Some(part) if !parts.iter().any(|part| part.contains("**")) => match part.split_once('*') {
            Some((fixed, _)) => fixed.to_owned(),
            None => format!("{part}{END}"),
        },
        _ => String::new(),
    }
}

/// Patterns sorted by a key, and for each the end of those behind it whose key begins with its own.
struct Neighbours {
    sorted: Vec<(String, usize)>,
    ends: Vec<usize>,
}

impl Neighbours {
    fn new(patterns: &[Pattern], key: impl Fn(&Pattern) -> String) -> Self {
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
    use super::super::git_name;
    use super::{KEYS, Neighbours, Pattern, Search, UsedUp, pairs, shared_name};
    use proptest::prelude::*;

    fn shared(one: &str, other: &str) -> Option<String> {
        shared_name(&Pattern::parse(one).unwrap(), &Pattern::parse(other).unwrap())
    }

    #[test]
    fn the_shortest_legal_name_is_the_witness() {
        for (one, other, name) in [
            ("release/*", "*/hotfix", Some("release/hotfix")),
            ("release/*", "release/**", Some("release/x")),
            ("**", "develop", Some("develop")),
            ("*", "**", Some("x")),
            ("a*", "*b", Some("ab")),
            ("release/*", "release", None),
            ("release/*", "release/*/*", None),
            ("*-a", "*-b", None),
            ("a/**/b", "a/b", None),
        ] {
            assert_eq!(shared(one, other).as_deref(), name, "{one} {other}");
        }
    }

    #[test]
    fn names_that_git_forbids_are_not_shared() {
        assert_eq!(shared("a*k", "a.*k").as_deref(), Some("a.k"));
        assert_eq!(shared("a.loc*", "*.*k").as_deref(), Some("a.loc.k"), "`a.lock` is no branch");
        assert_eq!(shared("HEA*", "*D").as_deref(), Some("HEAxD"), "`HEAD` is no branch");
        assert_eq!(shared("a/*", "a*/*").as_deref(), Some("a/x"), "`a/` is no branch");
    }

    fn patterns(texts: impl IntoIterator<Item = String>) -> Vec<Pattern> {
        texts.into_iter().map(|text| Pattern::parse(&text).unwrap()).collect()
    }

    /// How many comparisons a way of naming so many branches takes.
    fn comparisons(rules: usize, name: fn(usize) -> String) -> usize {
        pairs(&patterns((0..rules).map(name))).count()
    }

    #[test]
    fn twice_the_rules_are_about_twice_the_comparisons() {
        let ways: [fn(usize) -> String; 7] = [
            |n| format!("team-{n}/release/*"),
            |n| format!("*/service-{n}"),
            |n| format!("develop-{n}"),
            |n| if n % 2 == 0 { format!("release-{n}") } else { format!("release-{n}/**") },
            |n| format!("team-{n}*"),
            |n| format!("*/team-{n}/*"),
            |n| format!("release/*/team-{n}/**"),
        ];
        for way in ways {
            let (half, whole) = (comparisons(1_000, way), comparisons(2_000, way));
            assert!(whole <= 2 * half + 2_000 && whole <= 8_000, "{}: {half}, then {whole}", way(7));
        }
    }

    #[test]
    fn a_search_ends_when_its_steps_are_used_up() {
        let (one, other) = (Pattern::parse("*a/**/b*").unwrap(), Pattern::parse("a*/*/b").unwrap());
        assert_eq!(Search::new(3).shared_name(&one, &other), Err(UsedUp));
        assert_eq!(Search::new(1_000).shared_name(&one, &other), Ok(Some("a/x/b".to_owned())));
    }

    /// Every text of the alphabet that is a branch name and has at most so many characters, shortest first.
    fn legal_names(alphabet: [char; 3], longest: usize) -> Vec<String> {
        let mut names = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let to = names.len();
            for index in from..to {
                names.extend(alphabet.map(|character| format!("{}{character}", names[index])));
            }
            from = to;
        }
        names.retain(|name| git_name::check(name).is_ok());
        names
    }

    /// Compares the search with trying every name of the alphabet. The letter that the search tries for a star is
    /// not of the alphabet, but a name of it stands beside the one found, just as long.
    fn compare(one: &str, other: &str, alphabet: [char; 3]) -> Result<(), TestCaseError> {
        const LONGEST: usize = 6;
        let (Ok(one), Ok(other)) = (Pattern::parse(one), Pattern::parse(other)) else { return Ok(()) };
        let both = |name: &String| one.matches(name) && other.matches(name);
        let found = shared_name(&one, &other);
        if let Some(name) = &found {
            prop_assert!(git_name::check(name).is_ok() && both(name), "{}", name);
        }
        let shortest = legal_names(alphabet, LONGEST).into_iter().find(both).map(|name| name.len());
        let length = found.map(|name| name.len()).filter(|length| *length <= LONGEST);
        prop_assert_eq!(length, shortest);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn sharing_is_what_trying_every_name_says(one in "[ab/*]{1,5}", other in "[ab/*]{1,5}") {
            compare(&one, &other, ['a', 'b', '/'])?;
        }

        #[test]
        fn sharing_keeps_to_gits_rules(one in "[a./*]{1,5}", other in "[a./*]{1,5}") {
            compare(&one, &other, ['a', '.', '/'])?;
        }

        #[test]
        fn by_whichever_key_no_sharing_pair_is_left_out(
            texts in proptest::collection::vec("[ab/*]{1,3}(/[ab*]{1,3}){0,3}", 1..12),
        ) {
            let patterns: Vec<Pattern> = texts.iter().filter_map(|text| Pattern::parse(text).ok()).collect();
            for key in KEYS {
                let mut listed: Vec<_> = Neighbours::new(&patterns, key).into_pairs().collect();
                let all = listed.len();
                listed.sort_unstable();
                listed.dedup();
                prop_assert_eq!(listed.len(), all, "each pair once");
                for later in 0..patterns.len() {
                    for earlier in 0..later {
                        if shared_name(&patterns[earlier], &patterns[later]).is_some() {
                            prop_assert!(listed.contains(&(earlier, later)), "{:?}", texts);
                        }
                    }
                }
            }
        }
    }
}
