//! Whether two patterns share a branch, decided exactly, and which pairs of many are worth asking about.

use std::collections::{BTreeMap, VecDeque};

use super::git_name::Reading;
use super::pattern::{Pattern, Token};

/// How far two patterns and git's rules have come with one and the same name.
type State = (usize, usize, Reading);

/// The shortest branch name, legal by git's rules, that matches both patterns; `None` when no branch ever can.
///
/// Both patterns and git's rules read a name in step, and all that they can read is searched, shortest first. Where
/// both stand at a star, any character would do, so one plain letter is tried for all of them (it breaks no rule of
/// git's that another would keep), and the slash. So the search ends after at most a few steps for each pair of
/// positions.
pub fn shared_name(one: &Pattern, other: &Pattern) -> Option<String> {
    let (one, other) = (one.tokens(), other.tokens());
    let start: State = (0, 0, Reading::default());
    let mut came: BTreeMap<State, (State, Option<char>)> = BTreeMap::new();
    let mut queue = VecDeque::from([(start, (start, None))]);
    while let Some((state, from)) = queue.pop_front() {
        if came.contains_key(&state) {
            continue;
        }
        came.insert(state, from);
        let (at_one, at_other, reading) = state;
        let (token, counterpart) = (one.get(at_one).copied(), other.get(at_other).copied());
        if token.is_none() && counterpart.is_none() && reading.end().is_ok() {
            return Some(spell(&came, state));
        }
        // A run may end without taking a character; such steps make the name no longer, so they come first.
        if token.is_some_and(Token::is_run) {
            queue.push_front(((at_one + 1, at_other, reading), (state, None)));
        }
        if counterpart.is_some_and(Token::is_run) {
            queue.push_front(((at_one, at_other + 1, reading), (state, None)));
        }
        let (Some(token), Some(counterpart)) = (token, counterpart) else { continue };
        for character in candidates(token, counterpart) {
            if let Ok(reading) = reading.step(character) {
                let next = (
                    at_one + usize::from(!token.is_run()),
                    at_other + usize::from(!counterpart.is_run()),
                    reading,
                );
                queue.push_back((next, (state, Some(character))));
            }
        }
    }
    None
}

/// The characters worth trying where the two tokens read the same one.
fn candidates(token: Token, counterpart: Token) -> impl Iterator<Item = char> {
    let characters = match (token, counterpart) {
        (Token::Literal(literal), _) | (_, Token::Literal(literal)) => [Some(literal), None],
        _ => [Some('x'), Some('/')],
    };
    characters
        .into_iter()
        .flatten()
        .filter(move |character| token.takes(*character) && counterpart.takes(*character))
}

/// The name that led to a state.
fn spell(came: &BTreeMap<State, (State, Option<char>)>, end: State) -> String {
    let mut name: Vec<char> = Vec::new();
    let mut state = end;
    while let Some((from, character)) = came.get(&state).filter(|(from, _)| *from != state) {
        name.extend(character);
        state = *from;
    }
    name.iter().rev().collect()
}

/// The pairs of patterns that could share a branch as far as their fixed beginnings (or endings) tell, each once,
/// the smaller index first, in order. Exact names are paired with patterns and with their equals alone.
///
/// Patterns that share a branch have fixed beginnings of which one begins with the other, and likewise fixed
/// endings. Sorted by either, the partners of a pattern stand side by side. Whichever of the two leaves fewer pairs
/// is used: `team-7/*` tell themselves apart at the beginning, `*-team-7` at the end.
pub fn pairs(patterns: &[Pattern]) -> Vec<(usize, usize)> {
    let beginnings = Neighbours::new(patterns, |pattern| pattern.prefix().chars().collect());
    let endings = Neighbours::new(patterns, |pattern| pattern.suffix().chars().rev().collect());
    let fewer = if beginnings.count() <= endings.count() { beginnings } else { endings };
    let mut pairs = fewer.pairs();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Patterns sorted by a key, and for each the range of those whose key begins with its own.
struct Neighbours {
    sorted: Vec<(String, usize)>,
    ranges: Vec<std::ops::Range<usize>>,
}

impl Neighbours {
    fn new(patterns: &[Pattern], key: impl Fn(&Pattern) -> String) -> Self {
        let mut sorted: Vec<(String, usize)> =
            patterns.iter().enumerate().map(|(index, pattern)| (key(pattern), index)).collect();
        sorted.sort_unstable();
        let range = |(at, (key, index)): (usize, &(String, usize))| {
            let exact = patterns[*index].is_exact();
            let from = sorted[..at].partition_point(|(other, _)| other < key);
            let to = sorted[at..].partition_point(|(other, _)| {
                if exact { other == key } else { other.starts_with(key.as_str()) }
            });
            from..at + to
        };
        let ranges = sorted.iter().enumerate().map(range).collect();
        Neighbours { sorted, ranges }
    }

    /// How many pairs there are, counted without making them.
    fn count(&self) -> usize {
        self.ranges.iter().map(ExactSizeIterator::len).sum()
    }

    fn pairs(&self) -> Vec<(usize, usize)> {
        let partners = |(at, range): (usize, &std::ops::Range<usize>)| {
            let index = self.sorted[at].1;
            self.sorted[range.clone()]
                .iter()
                .map(|(_, other)| *other)
                .filter(move |other| *other != index)
                .map(move |other| (index.min(other), index.max(other)))
                .collect::<Vec<_>>()
        };
        self.ranges.iter().enumerate().flat_map(partners).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::git_name;
    use super::{Pattern, pairs, shared_name};
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
        pairs(&patterns((0..rules).map(name))).len()
    }

    #[test]
    fn twice_the_rules_are_about_twice_the_comparisons() {
        let ways: [fn(usize) -> String; 5] = [
            |n| format!("team-{n}/release/*"),
            |n| format!("*/service-{n}"),
            |n| format!("develop-{n}"),
            |n| if n % 2 == 0 { format!("release-{n}") } else { format!("release-{n}/**") },
            |n| format!("team-{n}*"),
        ];
        for way in ways {
            let (half, whole) = (comparisons(1_000, way), comparisons(2_000, way));
            assert!(whole <= 2 * half + 2_000 && whole <= 8_000, "{}: {half}, then {whole}", way(7));
        }
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
        fn no_sharing_pair_is_left_out(texts in proptest::collection::vec("[ab/*]{1,4}", 1..12)) {
            let patterns: Vec<Pattern> = texts.iter().filter_map(|text| Pattern::parse(text).ok()).collect();
            let listed = pairs(&patterns);
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
