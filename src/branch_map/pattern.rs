//! Branch patterns and how a name matches one, with the meaning CodePipeline gives them in a trigger (`glob.rs`).

use std::ops::Range;

use thiserror::Error;

use super::git_name::{Breach, Reading};
use super::glob::{self, Piece, Syntax, Token};
use super::search;

/// The longest pattern that a trigger's filter takes, in characters (CodePipeline API, `GitBranchNamePattern`,
/// `GitTagNamePattern`, `GitFilePathPattern`).
const LONGEST: usize = 255;

/// A name of a branch or a tag, or a pattern of such names that at least one name can match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    pieces: Vec<Piece>,
    exact: Option<String>,
    prefix: String,
    suffix: String,
}

/// A part of a pattern and the part of a name that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Characters that stand in both.
    Same(String),
    /// What stands in the pattern for something else.
    StandIn {
        /// As written: `*`, `[0-9]`, `{a,b}`.
        written: String,
        /// What it stands for; empty for nothing.
        run: String,
    },
}

/// Where a text is no pattern, in bytes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bytes at fault.
    pub at: Range<usize>,
    /// Why.
    pub kind: FaultKind,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FaultKind {
    /// It is empty.
    #[error("a pattern is empty")]
    Empty,
    /// It has more characters than a trigger takes.
    #[error("a pattern has {0} characters")]
    TooLong(usize),
    /// It is not written as CodePipeline's patterns are, or means what CodePipeline does not say.
    #[error("{0}")]
    Syntax(Syntax),
    /// git allows no name that matches, and this is what stands against it.
    #[error("git allows {0}")]
    NoName(Breach),
    /// git allows no name that matches, whichever characters are taken.
    #[error("git allows none of the names that match")]
    NoNameAtAll,
}

/// Reads what patterns of names and of paths have in common: 1 to 255 characters, in the syntax of a pattern.
fn read(text: &str) -> Result<Vec<Piece>, Fault> {
    let whole = 0..text.len();
    let length = text.chars().count();
    if length == 0 {
        return Err(Fault { at: whole, kind: FaultKind::Empty });
    }
    if length > LONGEST {
        return Err(Fault { at: whole, kind: FaultKind::TooLong(length) });
    }
    glob::read(text).map_err(|(at, syntax)| Fault { at, kind: FaultKind::Syntax(syntax) })
}

/// Whether a text is a pattern of paths: 1 to 255 characters in the syntax of a pattern.
pub fn check_path(text: &str) -> Result<(), Fault> {
    read(text).map(|_| ())
}

impl Pattern {
    /// Reads a pattern of names: 1 to 255 characters in the syntax of a pattern, which a name that git allows must be
    /// able to match.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let pieces = read(text)?;
        let literals = |pieces: &mut dyn Iterator<Item = &Piece>| -> String {
            pieces.map_while(|piece| literal(&piece.token)).collect()
        };
        let prefix = literals(&mut pieces.iter());
        let suffix = literals(&mut pieces.iter().rev()).chars().rev().collect();
        let is_exact = pieces.iter().all(|piece| literal(&piece.token).is_some());
        let exact = is_exact.then(|| prefix.clone());
        let pattern = Pattern { text: text.to_owned(), pieces, exact, prefix, suffix };
        pattern.possible()?;
        Ok(pattern)
    }

    /// Whether git allows a name that matches.
    fn possible(&self) -> Result<(), Fault> {
        let whole = || 0..self.text.len();
        let is_choice = |piece: &Piece| matches!(piece.token, Token::Class(_) | Token::Group(_));
        if self.pieces.iter().any(is_choice) {
            let fault = Fault { at: whole(), kind: FaultKind::NoNameAtAll };
            return search::name(self).map(|_| ()).ok_or(fault);
        }
        // Without sets and groups, a pattern can match a name exactly when it does so with `x` for each star and `?`: an
        // `x` in place of whatever these stand for breaks none of git's rules that was not broken before.
        let mut example = Reading::default();
        for piece in &self.pieces {
            example = example
                .step(literal(&piece.token).unwrap_or('x'))
                .map_err(|breach| Fault { at: piece.at.clone(), kind: FaultKind::NoName(breach) })?;
        }
        example.end().map_err(|breach| Fault { at: whole(), kind: FaultKind::NoName(breach) })
    }

    /// The pattern as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The one name that it is; `None` for a pattern with characters that stand for others.
    pub fn exact(&self) -> Option<&str> {
        self.exact.as_deref()
    }

    /// Whether it is one name.
    pub fn is_exact(&self) -> bool {
        self.exact.is_some()
    }

    /// What every name that matches begins with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What every name that matches ends with.
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.pieces.iter().map(|piece| &piece.token)
    }

    /// Whether a name matches.
    pub fn matches(&self, name: &str) -> bool {
        if let Some(exact) = &self.exact {
            return exact == name;
        }
        name.starts_with(&self.prefix) && name.ends_with(&self.suffix) && self.parts(name).is_some()
    }

    /// How a name matches, part by part; `None` when it does not. Where there is a choice, what comes earlier stands for
    /// less.
    pub fn parts(&self, name: &str) -> Option<Vec<Part>> {
        let name: Vec<char> = name.chars().collect();
        // `rest[i][j]`: the pieces from `i` match the name from `j`.
        let mut rest = vec![vec![false; name.len() + 1]; self.pieces.len() + 1];
        rest[self.pieces.len()][name.len()] = true;
        for (index, piece) in self.pieces.iter().enumerate().rev() {
            for at in 0..=name.len() {
                rest[index][at] = ends(&piece.token, &name, at).iter().any(|end| rest[index + 1][*end]);
            }
        }
        if !rest[0][0] {
            return None;
        }
        let mut parts: Vec<Part> = Vec::new();
        let mut at = 0;
        for (index, piece) in self.pieces.iter().enumerate() {
            let end = ends(&piece.token, &name, at).into_iter().find(|end| rest[index + 1][*end])?;
            let run: String = name[at..end].iter().collect();
            at = end;
            match (literal(&piece.token), parts.last_mut()) {
                (Some(_), Some(Part::Same(same))) => same.push_str(&run),
                (Some(_), _) => parts.push(Part::Same(run)),
                (None, _) => {
                    parts.push(Part::StandIn { written: self.text[piece.at.clone()].to_owned(), run });
                }
            }
        }
        Some(parts)
    }
}

/// Where a name stops to match a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// The part of the pattern that cannot be read on, as written.
    pub written: String,
    /// Whether it is a character of the name itself.
    pub is_literal: bool,
    /// The character of the name that stands there; `None` at its end.
    pub character: Option<char>,
}

impl Pattern {
    /// The first part of the pattern that nothing in a name can stand for; `None` when each finds something.
    pub fn stuck(&self, name: &str) -> Option<Stuck> {
        let name: Vec<char> = name.chars().collect();
        let mut places = vec![0];
        for piece in &self.pieces {
            let mut next: Vec<usize> =
                places.iter().flat_map(|place| ends(&piece.token, &name, *place)).collect();
            next.sort_unstable();
            next.dedup();
            if next.is_empty() {
                return Some(Stuck {
                    written: self.text[piece.at.clone()].to_owned(),
                    is_literal: literal(&piece.token).is_some(),
                    character: places.last().and_then(|place| name.get(*place)).copied(),
                });
            }
            places = next;
        }
        None
    }
}

fn literal(token: &Token) -> Option<char> {
    match token {
        Token::Literal(character) => Some(*character),
        _ => None,
    }
}

/// Where in a name the token may end that begins at a place, nearest first.
fn ends(token: &Token, name: &[char], from: usize) -> Vec<usize> {
    let takes = |character: char| match token {
        Token::Literal(literal) => *literal == character,
        Token::One | Token::Star => character != '/',
        Token::DoubleStar => true,
        Token::Class(class) => class.takes(character),
        Token::Group(_) => false,
    };
    match token {
        Token::Group(alternatives) => {
            let mut all: Vec<usize> = alternatives
                .iter()
                .flat_map(|alternative| {
                    alternative.iter().fold(vec![from], |places, token| {
                        let mut next: Vec<usize> =
                            places.into_iter().flat_map(|place| ends(token, name, place)).collect();
                        next.sort_unstable();
                        next.dedup();
                        next
                    })
                })
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        Token::Star | Token::DoubleStar => {
            let taken = name[from..].iter().take_while(|character| takes(**character)).count();
            (from..=from + taken).collect()
        }
        _ => name.get(from).filter(|character| takes(**character)).map(|_| from + 1).into_iter().collect(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::git_name;
    use super::{Breach, FaultKind, Part, Pattern, Syntax};
    use proptest::prelude::*;

    fn fault(text: &str) -> (std::ops::Range<usize>, FaultKind) {
        let fault = Pattern::parse(text).unwrap_err();
        (fault.at, fault.kind)
    }

    fn stands(written: &str, run: &str) -> Part {
        Part::StandIn { written: written.into(), run: run.into() }
    }

    #[test]
    fn each_character_matches_what_codepipeline_says() {
        for (pattern, name, matches) in [
            ("release/*", "release/1.4", true),
            ("release/*", "release/1/4", false),
            ("release/*", "release", false),
            ("release/**", "release/1/4", true),
            ("feature**", "feature/a/b", true),
            ("a/**/b", "a/b", false),
            ("a/**/b", "a/x/y/b", true),
            ("v*.*", "v1.2.3", true),
            ("develop", "develop", true),
            ("develop", "Develop", false),
            ("v?", "v1", true),
            ("v?", "v", false),
            ("v?x", "v/x", false),
            ("v[0-9]", "v7", true),
            ("v[!0-9]", "v7", false),
            ("v[!0-9]", "vx", true),
            ("{main,release/*}-eu", "release/1-eu", true),
            ("{main,release/*}-eu", "main", false),
            ("a\\{b\\,c\\}", "a{b,c}", true),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(name), matches, "{pattern} {name}");
        }
    }

    #[test]
    fn what_each_character_stands_for_is_told() {
        let parts = Pattern::parse("v*/**-{x,y*}[ab]?\\!").unwrap().parts("v1/a/b-y2bc!").unwrap();
        let expected = [
            Part::Same("v".into()),
            stands("*", "1"),
            Part::Same("/".into()),
            stands("**", "a/b"),
            Part::Same("-".into()),
            stands("{x,y*}", "y2"),
            stands("[ab]", "b"),
            stands("?", "c"),
            Part::Same("!".into()),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn what_is_no_pattern_is_refused_where_it_stands() {
        assert_eq!(fault("!main"), (0..1, FaultKind::Syntax(Syntax::Bang)));
        assert_eq!(fault("{a,{b}}"), (3..4, FaultKind::Syntax(Syntax::Nested)));
        assert!(Pattern::parse("a!b").is_ok(), "`!` means something at the beginning only");
        assert_eq!(Pattern::parse("\\!main").unwrap().exact(), Some("!main"));
    }

    #[test]
    fn a_pattern_that_no_branch_can_match_is_refused_with_gits_reason() {
        assert_eq!(fault("a..*"), (2..3, FaultKind::NoName(Breach::TwoDots)));
        assert_eq!(fault("/**"), (0..1, FaultKind::NoName(Breach::LeadingSlash)));
        assert_eq!(fault("release/**/"), (0..11, FaultKind::NoName(Breach::FinalSlash)));
        assert_eq!(fault("*.lock"), (0..6, FaultKind::NoName(Breach::Lock)));
        assert_eq!(fault("HEAD"), (0..4, FaultKind::NoName(Breach::Head)));
        assert_eq!(fault("a\\*"), (1..3, FaultKind::NoName(Breach::Character('*'))));
        assert_eq!(fault("v[*?]"), (0..5, FaultKind::NoNameAtAll));
        assert_eq!(fault("{a,b}.{lock,}").0, 12..13, "an empty alternative comes first");
        assert_eq!(fault("a.{loc[k]}"), (0..10, FaultKind::NoNameAtAll));
        assert!(Pattern::parse("a.{loc[k],x}").is_ok());
    }

    #[test]
    fn a_pattern_has_1_to_255_characters() {
        assert_eq!(fault(""), (0..0, FaultKind::Empty));
        assert!(Pattern::parse(&"ü".repeat(255)).is_ok());
        assert_eq!(fault(&"ü".repeat(256)).1, FaultKind::TooLong(256));
    }

    /// Decides a match by trying everything, on the text and not on what was read of it.
    pub(in super::super) fn brute(pattern: &[char], name: &[char]) -> bool {
        let Some((first, rest)) = pattern.split_first() else { return name.is_empty() };
        match first {
            '*' => {
                let crosses = rest.first() == Some(&'*');
                let rest = if crosses { &rest[1..] } else { rest };
                (0..=name.len())
                    .take_while(|end| crosses || *end == 0 || name[end - 1] != '/')
                    .any(|end| brute(rest, &name[end..]))
            }
            '{' => {
                let end = rest.iter().position(|character| *character == '}').unwrap();
                rest[..end].split(|character| *character == ',').any(|alternative| {
                    // Between them stands what is no character, lest two stars that meet be taken for `**`.
                    let chosen: Vec<char> =
                        alternative.iter().chain(&['\0']).chain(&rest[end + 1..]).copied().collect();
                    brute(&chosen, name)
                })
            }
            '[' => {
                let end = rest.iter().position(|character| *character == ']').unwrap();
                let is_negated = rest[0] == '!';
                let set = &rest[usize::from(is_negated)..end];
                name.split_first().is_some_and(|(character, name)| {
                    let is_listed = match set {
                        [from, '-', to] => (from..=to).contains(&character),
                        set => set.contains(character),
                    };
                    *character != '/' && is_listed != is_negated && brute(&rest[end + 1..], name)
                })
            }
            '\0' => brute(rest, name),
            '?' => name.split_first().is_some_and(|(next, name)| *next != '/' && brute(rest, name)),
            first => name.split_first().is_some_and(|(next, name)| next == first && brute(rest, name)),
        }
    }

    /// Patterns of all tokens, over letters of which there are few.
    pub(in super::super) fn patterns() -> impl Strategy<Value = String> {
        let plain =
            || prop::sample::select(vec!["a", "b", "/", "*", "**", "?", "[ab]", "[!a]", "[a-b]", "."]);
        let group = prop::collection::vec(prop::collection::vec(plain(), 1..3), 1..3).prop_map(|group| {
            let alternatives: Vec<String> = group.iter().map(|tokens| tokens.concat()).collect();
            format!("{{{}}}", alternatives.join(","))
        });
        let token = prop_oneof![4 => plain().prop_map(str::to_owned), 1 => group];
        prop::collection::vec(token, 1..6).prop_map(|tokens| tokens.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn matching_is_what_trying_everything_says(text in patterns(), name in "[ab/x]{0,7}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                let characters: Vec<char> = text.chars().collect();
                let expected = brute(&characters, &name.chars().collect::<Vec<_>>());
                prop_assert_eq!(pattern.matches(&name), expected, "{} {}", text, name);
                prop_assert_eq!(pattern.parts(&name).is_some(), expected);
            }
        }

        #[test]
        fn parts_put_together_are_the_name(text in patterns(), name in "[ab/]{1,7}") {
            if let Some(parts) = Pattern::parse(&text).ok().and_then(|pattern| pattern.parts(&name)) {
                let together: String = parts
                    .iter()
                    .map(|(Part::Same(run) | Part::StandIn { run, .. })| run.as_str())
                    .collect();
                prop_assert_eq!(together, name);
            }
        }

        /// The claim behind the `x` in [`Pattern::possible`].
        #[test]
        fn a_pattern_that_matches_a_legal_name_is_never_refused(name in "[.a@/Hk-]{1,6}", from in 0..6usize, to in 0..6usize) {
            if git_name::check(&name).is_ok() {
                let (from, to) = (from.min(name.len()), to.min(name.len()));
                let (before, behind) = (&name[..from.min(to)], &name[from.max(to)..]);
                for text in [format!("{before}**{behind}"), format!("{before}{{q,**}}{behind}")] {
                    prop_assert!(Pattern::parse(&text).is_ok(), "{} matches {}", text, name);
                }
            }
        }
    }
}
