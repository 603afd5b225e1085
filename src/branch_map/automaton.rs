//! Patterns as an automaton, and the characters among which it does not tell apart.

use std::collections::BTreeSet;

use super::glob::{Class, Token};
use super::pattern::Pattern;

/// The states that an automaton may be in after the same characters: sorted, none twice. Empty: no name that begins
/// so can match.
pub(super) type Set = Vec<u16>;

/// A nondeterministic automaton that reads the names that one of some patterns matches. Its states are places in the
/// patterns, of which there are few thousand: 8 patterns of 255 characters.
#[derive(Debug, Clone, Default)]
pub(super) struct Automaton {
    states: Vec<State>,
    start: Set,
}

#[derive(Debug, Clone, Default)]
struct State {
    /// The states that are reached without a character, this one included.
    closure: Set,
    silent: Vec<u16>,
    edges: Vec<(Takes, u16)>,
    accepts: bool,
}

/// The characters along an edge.
#[derive(Debug, Clone)]
enum Takes {
    This(char),
    AnyButSlash,
    Any,
    Class(Class),
}

impl Takes {
    fn takes(&self, character: char) -> bool {
        match self {
            Takes::This(this) => *this == character,
            Takes::AnyButSlash => character != '/',
            Takes::Any => true,
            Takes::Class(class) => class.takes(character),
        }
    }
}

impl Automaton {
    /// The automaton of what matches one of these patterns.
    pub(super) fn of<'a>(patterns: impl IntoIterator<Item = &'a Pattern>) -> Self {
        let mut automaton = Automaton::default();
        let mut starts = Vec::new();
        for pattern in patterns {
            let start = automaton.add();
            starts.push(start);
            let end = pattern.tokens().fold(start, |from, token| automaton.token(from, token));
            automaton.states[usize::from(end)].accepts = true;
        }
        for state in 0..automaton.states.len() {
            automaton.states[state].closure = automaton.reached_silently(state);
        }
        automaton.start = automaton.closed(starts);
        automaton
    }

    fn add(&mut self) -> u16 {
        self.states.push(State::default());
        u16::try_from(self.states.len() - 1).unwrap_or(u16::MAX)
    }

    /// Adds what reads a token from a state on; the state behind it.
    fn token(&mut self, from: u16, token: &Token) -> u16 {
        if let Token::Group(alternatives) = token {
            let end = self.add();
            for alternative in alternatives {
                let begin = self.add();
                self.states[usize::from(from)].silent.push(begin);
                let last = alternative.iter().fold(begin, |from, token| self.token(from, token));
                self.states[usize::from(last)].silent.push(end);
            }
            return end;
        }
        let to = self.add();
        let (takes, is_run) = match token {
            Token::Literal(character) => (Takes::This(*character), false),
            Token::Class(class) => (Takes::Class(class.clone()), false),
            Token::One => (Takes::AnyButSlash, false),
            Token::Star => (Takes::AnyButSlash, true),
            Token::DoubleStar | Token::Group(_) => (Takes::Any, true),
        };
        if is_run {
            // A state of its own goes round, so that a run at a group's beginning does not spill into another.
            let round = self.add();
            self.states[usize::from(from)].silent.push(round);
            self.states[usize::from(round)].edges.push((takes, round));
            self.states[usize::from(round)].silent.push(to);
        } else {
            self.states[usize::from(from)].edges.push((takes, to));
        }
        to
    }

    fn reached_silently(&self, state: usize) -> Set {
        let mut reached = BTreeSet::new();
        let mut open = vec![u16::try_from(state).unwrap_or(u16::MAX)];
        while let Some(state) = open.pop() {
            if reached.insert(state) {
                open.extend(&self.states[usize::from(state)].silent);
            }
        }
        reached.into_iter().collect()
    }

    fn closed(&self, states: impl IntoIterator<Item = u16>) -> Set {
        let mut set: Set =
            states.into_iter().flat_map(|state| &self.states[usize::from(state)].closure).copied().collect();
        set.sort_unstable();
        set.dedup();
        set
    }

    /// The number of states.
    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    /// Where it is before the first character.
    pub(super) fn start(&self) -> Set {
        self.start.clone()
    }

    /// Where it is after one more character.
    pub(super) fn step(&self, set: &Set, character: char) -> Set {
        let edges = set.iter().flat_map(|state| &self.states[usize::from(*state)].edges);
        self.closed(edges.filter(|(takes, _)| takes.takes(character)).map(|(_, to)| *to))
    }

    /// Whether a name that ends here matches.
    pub(super) fn accepts(&self, set: &Set) -> bool {
        set.iter().any(|state| self.states[usize::from(*state)].accepts)
    }

    /// Adds the code points at which a run of characters begins that the next step does not tell apart.
    pub(super) fn borders(&self, set: &Set, borders: &mut BTreeSet<u32>) {
        let mut run = |from: char, to: char| borders.extend([u32::from(from), u32::from(to) + 1]);
        for (takes, _) in set.iter().flat_map(|state| &self.states[usize::from(*state)].edges) {
            match takes {
                Takes::This(character) => run(*character, *character),
                Takes::AnyButSlash => run('/', '/'),
                Takes::Class(class) => {
                    run('/', '/');
                    class.ranges.iter().for_each(|(from, to)| run(*from, *to));
                }
                Takes::Any => {}
            }
        }
    }
}
