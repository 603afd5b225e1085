//! What the names of two rules have in common and what not, decided exactly.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use thiserror::Error;

use super::automaton::{Automaton, Set};
use super::git_name::Reading;
use super::pattern::Pattern;

/// The names that match one of some patterns and none of others, ready to be compared.
#[derive(Debug, Clone)]
pub(super) struct Language {
    includes: Automaton,
    excludes: Automaton,
}

impl Language {
    pub(super) fn new<'a>(
        includes: impl IntoIterator<Item = &'a Pattern>,
        excludes: impl IntoIterator<Item = &'a Pattern>,
    ) -> Self {
        Language { includes: Automaton::of(includes), excludes: Automaton::of(excludes) }
    }
}

/// How the names of one rule stand to those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Relation {
    /// They share none.
    Apart,
    /// They are the same.
    Same,
    /// All of the first's are the second's, and the second has more.
    Narrower,
    /// The first has all of the second's, and more.
    Broader,
    /// They share some, this one among them, and each has others.
    Crossing(String),
}

/// The steps of a search are used up: what is left is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the patterns are too many and too alike to be compared")]
pub(super) struct UsedUp;

/// A search with a bound on all that it does together. A step is a state of an automaton that is looked at.
#[derive(Debug)]
pub(super) struct Search {
    steps_left: usize,
    of: Names,
}

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Names of branches and tags, which git's rules judge.
    Refs,
    /// Any text: paths, whose rules are languages of their own.
    Any,
}

/// A shortest name, legal by git's rules, that matches a pattern; `None` when there is none.
pub(super) fn name(pattern: &Pattern) -> Option<String> {
    Search::new(usize::MAX).find(&[&Language::new([pattern], [])], &[]).unwrap_or_default()
}

/// How far the languages and git's rules have come with one and the same name: for each language the states of its
/// includes and of its excludes.
type State = (Reading, Vec<Set>);

impl Search {
    /// A search of at most so many steps. Two patterns as people write them take a few hundred.
    pub(super) fn new(steps: usize) -> Self {
        Search { steps_left: steps, of: Names::Refs }
    }

    /// The same for texts that are no names of git's, such as paths.
    pub(super) fn of_any_text(steps: usize) -> Self {
        Search { steps_left: steps, of: Names::Any }
    }

    /// The steps that are left.
    #[cfg(test)]
    pub(super) fn steps_left(&self) -> usize {
        self.steps_left
    }

    /// How the names of one language stand to those of another.
    pub(super) fn relation(&mut self, one: &Language, other: &Language) -> Result<Relation, UsedUp> {
        let Some(shared) = self.find(&[one, other], &[])? else { return Ok(Relation::Apart) };
        let has_more = self.find(&[one], &[other])?.is_some();
        let other_has_more = self.find(&[other], &[one])?.is_some();
        Ok(match (has_more, other_has_more) {
            (false, false) => Relation::Same,
            (false, true) => Relation::Narrower,
            (true, false) => Relation::Broader,
            (true, true) => Relation::Crossing(shared),
        })
    }

    /// A shortest name, legal by git's rules, that is in all of `inside` and in none of `outside`; `None` when there
    /// is none.
    ///
    /// All languages and git's rules read a name in step, and all that they can read is searched, shortest first. Of
    /// characters after which every language is in the same states, one is tried for all ([`representatives`]).
    pub(super) fn find(
        &mut self,
        inside: &[&Language],
        outside: &[&Language],
    ) -> Result<Option<String>, UsedUp> {
        let automata: Vec<&Automaton> = inside
            .iter()
            .chain(outside)
            .flat_map(|language| [&language.includes, &language.excludes])
            .collect();
        self.pay(automata.iter().map(|automaton| automaton.len()).sum())?;
        let start: State = (Reading::default(), automata.iter().map(|automaton| automaton.start()).collect());
        // How each state was come to first: from which, and with which character.
        let mut came: Vec<(usize, char)> = vec![(0, '\0')];
        let mut seen = BTreeSet::from([start.clone()]);
        let mut queue = VecDeque::from([(start, 0)]);
        while let Some(((reading, sets), here)) = queue.pop_front() {
            let holds = |language: usize| {
                let (includes, excludes) = (2 * language, 2 * language + 1);
                automata[includes].accepts(&sets[includes]) && !automata[excludes].accepts(&sets[excludes])
            };
            if (self.of == Names::Any || reading.end().is_ok())
                && (0..inside.len()).all(holds)
                && !(inside.len()..inside.len() + outside.len()).any(holds)
            {
                return Ok(Some(spell(&came, here)));
            }
            for (character, next) in self.next(&automata, &sets)? {
                let is_alive = (0..inside.len()).all(|language| !next[2 * language].is_empty());
                let read = match self.of {
                    Names::Refs => reading.step(character).ok(),
                    Names::Any => Some(reading),
                };
                let Some(reading) = read.filter(|_| is_alive) else { continue };
                let state = (reading, next);
                if seen.insert(state.clone()) {
                    came.push((here, character));
                    queue.push_back((state, came.len() - 1));
                }
            }
        }
        Ok(None)
    }

    /// The states after one more character, for each character worth trying; plain letters first.
    fn next(&mut self, automata: &[&Automaton], sets: &[Set]) -> Result<Vec<(char, Vec<Set>)>, UsedUp> {
        let mut borders = BTreeSet::new();
        for (automaton, set) in automata.iter().zip(sets) {
            automaton.borders(set, &mut borders);
        }
        let mut runs: BTreeMap<Vec<Set>, Vec<(u32, u32)>> = BTreeMap::new();
        let mut from = 0;
        for to in borders.into_iter().chain([u32::from(char::MAX) + 1]) {
            // What begins among the surrogates, which are no characters, is empty or goes on behind them.
            let first = (from..to).find_map(char::from_u32);
            if let Some(first) = first {
                self.pay(1 + sets.iter().map(Vec::len).sum::<usize>())?;
                let step = |(automaton, set): (&&Automaton, &Set)| automaton.step(set, first);
                runs.entry(automata.iter().zip(sets).map(step).collect()).or_default().push((from, to));
            }
            from = to;
        }
        let mut next: Vec<(char, Vec<Set>)> = Vec::new();
        for (sets, runs) in runs {
            next.extend(representatives(&runs).into_iter().map(|character| (character, sets.clone())));
        }
        next.sort_by_key(|(character, _)| (!PLAIN.contains(*character), PLAIN.find(*character), *character));
        Ok(next)
    }

    fn pay(&mut self, steps: usize) -> Result<(), UsedUp> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or(UsedUp)?;
        Ok(())
    }
}

/// Characters of which git's rules say nothing: none begins `HEAD` or `.lock`, or is a part of them.
const PLAIN: &str = "xyzwvutsrqpnmjihgfedba0123456789BCFGIJKLMNOPQRSTUVWXYZ";

/// Of the characters in some runs of code points, which the languages do not tell apart, those that git's rules may.
///
/// A plain one, if there is any, can stand for all: after it a name may go on in every way in which it may go on after
/// another. Otherwise each that git has a rule for is tried, and one of those beyond ASCII, which are plain too.
fn representatives(runs: &[(u32, u32)]) -> Vec<char> {
    let holds = |character: char| {
        let point = u32::from(character);
        runs.iter().any(|(from, to)| (*from..*to).contains(&point))
    };
    if let Some(plain) = PLAIN.chars().find(|character| holds(*character)) {
        return vec![plain];
    }
    let beyond = runs.iter().find_map(|(from, to)| ((*from).max(0x80)..*to).find_map(char::from_u32));
    (' '..='~').filter(|character| holds(*character)).chain(beyond).collect()
}

/// The name that led to a state.
fn spell(came: &[(usize, char)], mut state: usize) -> String {
    let mut name = Vec::new();
    while state != 0 {
        let (from, character) = came[state];
        name.push(character);
        state = from;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::super::git_name;
    use super::super::pattern::tests::{brute, patterns};
    use super::{Language, Pattern, Relation, Search, UsedUp};
    use proptest::prelude::*;

    fn language(includes: &[&str], excludes: &[&str]) -> Language {
        let read = |texts: &[&str]| -> Vec<Pattern> {
            texts.iter().map(|text| Pattern::parse(text).unwrap()).collect()
        };
        Language::new(&read(includes), &read(excludes))
    }

    fn shared(one: &str, other: &str) -> Option<String> {
        Search::new(usize::MAX).find(&[&language(&[one], &[]), &language(&[other], &[])], &[]).unwrap()
    }

    fn relation(one: &str, other: &str) -> Relation {
        Search::new(usize::MAX).relation(&language(&[one], &[]), &language(&[other], &[])).unwrap()
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
            ("[a-f]*", "[e-z]*", Some("f")),
            ("v?", "v[!0-9]", Some("vx")),
            ("v?", "v??", None),
            ("{main,release/*}", "r*/1", Some("release/1")),
            ("[!x]", "?", Some("y")),
        ] {
            assert_eq!(shared(one, other).as_deref(), name, "{one} {other}");
        }
    }

    #[test]
    fn names_that_git_forbids_are_not_shared() {
        assert_eq!(shared("a*k", "a.*k").as_deref(), Some("a.k"));
        assert_eq!(shared("a.loc*", "*.*k").as_deref(), Some("a.locxk"), "`a.lock` is no branch");
        assert_eq!(shared("HEA*", "*D").as_deref(), Some("HEAxD"), "`HEAD` is no branch");
        assert_eq!(shared("a/*", "a*/*").as_deref(), Some("a/x"), "`a/` is no branch");
        assert_eq!(shared("a.loc[a-z]", "*k"), None, "`a.lock` is no branch");
    }

    #[test]
    fn containment_counts_only_names_that_git_allows() {
        for (one, other, expected) in [
            ("release/*", "release/**", Relation::Narrower),
            ("**", "*", Relation::Broader),
            ("a?", "a[!b]", Relation::Broader),
            ("{a,b}", "[ab]", Relation::Same),
            ("a*", "a**", Relation::Narrower),
            ("release/*", "release/{*,*.lock}", Relation::Same),
            ("a/?*", "a/*", Relation::Same),
            ("release/[0-9]*", "release/*", Relation::Narrower),
            ("release/*", "*/1", Relation::Crossing("release/1".into())),
            ("release/*", "hotfix/*", Relation::Apart),
            ("v[0-4]", "v[5-9]", Relation::Apart),
        ] {
            assert_eq!(relation(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn what_is_excluded_is_not_shared_and_lists_are_one_language() {
        let mut search = Search::new(usize::MAX);
        let releases = language(&["v*"], &["v*-rc*"]);
        assert_eq!(search.relation(&releases, &language(&["v*-rc*"], &[])), Ok(Relation::Apart));
        assert_eq!(search.relation(&releases, &language(&["v*"], &[])), Ok(Relation::Narrower));
        let both = language(&["v*-rc*", "v1*"], &[]);
        assert_eq!(search.relation(&language(&["v*"], &[]), &both), Ok(Relation::Broader));
        let halves = language(&["v[0-4]", "v[5-9]"], &[]);
        assert_eq!(search.relation(&language(&["v[0-9]"], &[]), &halves), Ok(Relation::Same));
    }

    #[test]
    fn a_search_ends_when_its_steps_are_used_up() {
        let (one, other) = (language(&["*a/**/b*"], &[]), language(&["a*/*/b"], &[]));
        assert_eq!(Search::new(100).find(&[&one, &other], &[]), Err(UsedUp));
        assert_eq!(Search::new(10_000).find(&[&one, &other], &[]), Ok(Some("a/x/b".to_owned())));
    }

    /// Every text of the alphabet that is a branch name and has at most so many characters, shortest first.
    fn legal_names(alphabet: &[char], longest: usize) -> Vec<String> {
        let mut names = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let to = names.len();
            for index in from..to {
                let name = names[index].clone();
                names.extend(alphabet.iter().map(|character| format!("{name}{character}")));
            }
            from = to;
        }
        names.retain(|name| git_name::check(name).is_ok());
        names
    }

    /// Names up to this length are tried. Patterns that differ do so in a shorter one, as few and short as they are.
    const LONGEST: usize = 5;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn sharing_and_containing_are_what_trying_every_name_says(one in patterns(), other in patterns()) {
            let (Ok(_), Ok(_)) = (Pattern::parse(&one), Pattern::parse(&other)) else { return Ok(()) };
            let matches = |text: &str, name: &str| {
                brute(&text.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
            };
            let names = legal_names(&['a', 'b', '/', '.', 'x'], LONGEST);
            let shortest = |in_one: bool, in_other: bool| {
                names.iter().find(|name| matches(&one, name) == in_one && matches(&other, name) == in_other)
            };
            let (first, second) = (language(&[&one], &[]), language(&[&other], &[]));
            let mut search = Search::new(usize::MAX);
            for (found, tried, in_one, in_other) in [
                (search.find(&[&first, &second], &[]).unwrap(), shortest(true, true), true, true),
                (search.find(&[&first], &[&second]).unwrap(), shortest(true, false), true, false),
                (search.find(&[&second], &[&first]).unwrap(), shortest(false, true), false, true),
            ] {
                if let Some(name) = &found {
                    prop_assert!(git_name::check(name).is_ok(), "{}", name);
                    prop_assert_eq!(matches(&one, name), in_one, "{} {} {}", one, other, name);
                    prop_assert_eq!(matches(&other, name), in_other, "{} {} {}", one, other, name);
                }
                // The letter found need not be of the alphabet, but a name of it stands beside, just as long.
                let length = found.map(|name| name.chars().count()).filter(|length| *length <= LONGEST);
                prop_assert_eq!(length, tried.map(String::len), "{} {}", one, other);
            }
        }
    }
}
