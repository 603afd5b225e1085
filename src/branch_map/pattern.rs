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

impl Pattern {
    /// Reads a pattern of names: 1 to 255 characters in the syntax of a pattern, which a name that git allows must be
    /// able to match.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let pattern = Pattern::of_pieces(text, read(text)?);
        pattern.possible()?;
        Ok(pattern)
    }

    fn of_pieces(text: &str, pieces: Vec<Piece>) -> Self {
        let literals = |pieces: &mut dyn Iterator<Item = &Piece>| -> String {
            pieces.map_while(|piece| literal(&piece.token)).collect()
        };
        let prefix = literals(&mut pieces.iter());
        let suffix = literals(&mut pieces.iter().rev()).chars().rev().collect();
        let is_exact = pieces.iter().all(|piece| literal(&piece.token).is_some());
        let exact = is_exact.then(|| prefix.clone());
        Pattern { text: text.to_owned(), pieces, exact, prefix, suffix }
    }

    /// Reads a pattern of paths: 1 to 255 characters in the syntax of a pattern, whether or not a file can have such a path.
    pub(super) fn of_paths(text: &str) -> Result<Self, Fault> {
        Ok(Pattern::of_pieces(text, read(text)?))
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

    /// The pattern with an `x` for each part that stands for others: often what matches it.
    pub(super) fn without_stars(&self) -> String {
        self.pieces.iter().map(|piece| literal(&piece.token).unwrap_or('x')).collect()
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
            let longest = name[from..].iter().take_while(|character| takes(**character)).count();
            (from..=from + longest).collect()
        }
        _ => name.get(from).filter(|character| takes(**character)).map(|_| from + 1).into_iter().collect(),
    }
}

#[cfg(test)]
pub(super) mod tests;
