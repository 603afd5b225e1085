//! Branch patterns: exact names, `*` and `**`, with the meaning CodePipeline gives them in a trigger.
//!
//! From "Working with glob patterns in syntax" in the CodePipeline user guide: `*` is zero or more characters of one
//! part of the name, `**` is zero or more characters across `/`. Both may stand anywhere (`feature**`), and a
//! slash beside them is a slash of the name: `a/**/b` does not match `a/b`. `?`, `[ ]`, `{ }` and `\` mean
//! something there too; they are refused here until they are decided exactly.

use std::ops::Range;

use thiserror::Error;

use super::git_name::{Breach, Reading};

/// The longest pattern that a trigger's filter takes, in characters (CodePipeline API, `GitBranchNamePattern`).
const LONGEST: usize = 255;

/// A branch name or a pattern of branch names that at least one branch can match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    tokens: Vec<Token>,
}

/// One character of a name, or a run of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// The character itself.
    Literal(char),
    /// `*`: any characters but `/`, also none.
    Star,
    /// `**`: any characters, also none.
    DoubleStar,
}

impl Token {
    /// Whether the token can stand for the character, alone or among others.
    pub(super) fn takes(self, character: char) -> bool {
        match self {
            Token::Literal(literal) => literal == character,
            Token::Star => character != '/',
            Token::DoubleStar => true,
        }
    }

    /// Whether the token stands for a run of characters.
    pub(super) fn is_run(self) -> bool {
        !matches!(self, Token::Literal(_))
    }
}

/// A part of a pattern and the part of a name that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Characters that stand in both.
    Same(String),
    /// What a `*` stands for.
    Star(String),
    /// What a `**` stands for.
    DoubleStar(String),
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
    #[error("a branch pattern is empty")]
    Empty,
    /// It has more characters than a trigger takes.
    #[error("a branch pattern has {0} characters")]
    TooLong(usize),
    /// A character means something in CodePipeline's patterns that is not supported yet.
    #[error("`{0}` in a branch pattern is not supported yet")]
    Unsupported(char),
    /// No branch can match it.
    #[error("git allows {0}")]
    NoBranch(Breach),
}

impl Pattern {
    /// Reads a pattern. It must have 1 to 255 characters, none of ``?[]{}\`` and no leading `!`, and a branch that
    /// git allows must be able to match it.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let whole = 0..text.len();
        let length = text.chars().count();
        if length == 0 {
            return Err(Fault { at: whole, kind: FaultKind::Empty });
        }
        if length > LONGEST {
            return Err(Fault { at: whole, kind: FaultKind::TooLong(length) });
        }
        // A pattern can match a branch exactly when it does so with `x` for each of its stars: an `x` in place of
        // whatever a star stands for breaks none of git's rules that was not broken before.
        let mut tokens = Vec::new();
        let mut example = Reading::default();
        for (at, character) in text.char_indices() {
            let here = at..at + character.len_utf8();
            let (token, stand_in) = match character {
                '?' | '[' | ']' | '{' | '}' | '\\' => {
                    return Err(Fault { at: here, kind: FaultKind::Unsupported(character) });
                }
                '!' if at == 0 => return Err(Fault { at: here, kind: FaultKind::Unsupported(character) }),
                '*' => match tokens.last_mut() {
                    Some(run @ (Token::Star | Token::DoubleStar)) => {
                        *run = Token::DoubleStar;
                        continue;
                    }
                    _ => (Token::Star, 'x'),
                },
                _ => (Token::Literal(character), character),
            };
            tokens.push(token);
            example = example
                .step(stand_in)
                .map_err(|breach| Fault { at: here, kind: FaultKind::NoBranch(breach) })?;
        }
        example.end().map_err(|breach| Fault { at: whole, kind: FaultKind::NoBranch(breach) })?;
        Ok(Pattern { text: text.to_owned(), tokens })
    }

    /// The pattern as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is the name of one branch.
    pub fn is_exact(&self) -> bool {
        !self.text.contains('*')
    }

    /// What every branch that matches begins with: the text before the first star.
    pub fn prefix(&self) -> &str {
        self.text.split('*').next().unwrap_or_default()
    }

    /// What every branch that matches ends with: the text behind the last star.
    pub fn suffix(&self) -> &str {
        self.text.rsplit('*').next().unwrap_or_default()
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Whether a branch matches.
    pub fn matches(&self, name: &str) -> bool {
        if self.is_exact() {
            return self.text == name;
        }
        name.starts_with(self.prefix()) && name.ends_with(self.suffix()) && self.parts(name).is_some()
    }

    /// How a branch matches, part by part; `None` when it does not. Where there is a choice, the earlier star
    /// stands for less.
    pub fn parts(&self, name: &str) -> Option<Vec<Part>> {
        let name: Vec<char> = name.chars().collect();
        let fits = self.fits(&name);
        if !fits[0][0] {
            return None;
        }
        let mut parts = Vec::new();
        let mut same = String::new();
        let mut at = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            if let Token::Literal(literal) = token {
                same.push(*literal);
                at += 1;
                continue;
            }
            if !same.is_empty() {
                parts.push(Part::Same(std::mem::take(&mut same)));
            }
            let from = at;
            while !fits[index + 1][at] {
                at += 1;
            }
            let run = name[from..at].iter().collect();
            parts.push(if *token == Token::Star { Part::Star(run) } else { Part::DoubleStar(run) });
        }
        if !same.is_empty() {
            parts.push(Part::Same(same));
        }
        Some(parts)
    }

    /// `fits[i][j]`: the tokens from `i` match the name from `j`.
    fn fits(&self, name: &[char]) -> Vec<Vec<bool>> {
        let mut fits = vec![vec![false; name.len() + 1]; self.tokens.len() + 1];
        fits[self.tokens.len()][name.len()] = true;
        for (index, token) in self.tokens.iter().enumerate().rev() {
            for at in (0..=name.len()).rev() {
                let taken = at < name.len() && token.takes(name[at]);
                fits[index][at] = if token.is_run() {
                    fits[index + 1][at] || (taken && fits[index][at + 1])
                } else {
                    taken && fits[index + 1][at + 1]
                };
            }
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::super::git_name;
    use super::{Breach, FaultKind, Part, Pattern};
    use proptest::prelude::*;

    fn fault(text: &str) -> (std::ops::Range<usize>, FaultKind) {
        let fault = Pattern::parse(text).unwrap_err();
        (fault.at, fault.kind)
    }

    #[test]
    fn a_star_stops_at_a_slash_and_two_do_not() {
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
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(name), matches, "{pattern} {name}");
        }
    }

    #[test]
    fn what_each_star_stands_for_is_told() {
        let parts = Pattern::parse("v*/**-x").unwrap().parts("v1/a/b-x").unwrap();
        let expected = [
            Part::Same("v".into()),
            Part::Star("1".into()),
            Part::Same("/".into()),
            Part::DoubleStar("a/b".into()),
            Part::Same("-x".into()),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn characters_with_another_meaning_are_refused_where_they_stand() {
        for (text, at, character) in [
            ("release/?", 8..9, '?'),
            ("v[0-9]", 1..2, '['),
            ("v]", 1..2, ']'),
            ("{a,b}", 0..1, '{'),
            ("a}", 1..2, '}'),
            ("a\\*", 1..2, '\\'),
            ("!main", 0..1, '!'),
        ] {
            assert_eq!(fault(text), (at, FaultKind::Unsupported(character)), "{text}");
        }
        assert!(Pattern::parse("a!b").is_ok(), "`!` means something at the beginning only");
    }

    #[test]
    fn a_pattern_that_no_branch_can_match_is_refused_with_gits_reason() {
        assert_eq!(fault("a..*"), (2..3, FaultKind::NoBranch(Breach::TwoDots)));
        assert_eq!(fault("/**"), (0..1, FaultKind::NoBranch(Breach::LeadingSlash)));
        assert_eq!(fault("release/**/"), (0..11, FaultKind::NoBranch(Breach::FinalSlash)));
        assert_eq!(fault("*.lock"), (0..6, FaultKind::NoBranch(Breach::Lock)));
        assert_eq!(fault("HEAD"), (0..4, FaultKind::NoBranch(Breach::Head)));
    }

    #[test]
    fn a_pattern_has_1_to_255_characters() {
        assert_eq!(fault(""), (0..0, FaultKind::Empty));
        assert!(Pattern::parse(&"ü".repeat(255)).is_ok());
        assert_eq!(fault(&"ü".repeat(256)).1, FaultKind::TooLong(256));
    }

    /// Decides a match by trying everything a star could stand for.
    fn brute(pattern: &[char], name: &[char]) -> bool {
        let Some((first, rest)) = pattern.split_first() else { return name.is_empty() };
        if *first != '*' {
            return name.first() == Some(first) && brute(rest, &name[1..]);
        }
        let crosses = rest.first() == Some(&'*');
        let rest = if crosses { &rest[1..] } else { rest };
        (0..=name.len())
            .take_while(|end| crosses || *end == 0 || name[end - 1] != '/')
            .any(|end| brute(rest, &name[end..]))
    }

    proptest! {
        #[test]
        fn matching_is_what_trying_everything_says(text in "[ab/*]{1,7}", name in "[ab/]{0,7}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                let characters: Vec<char> = text.chars().collect();
                let expected = brute(&characters, &name.chars().collect::<Vec<_>>());
                prop_assert_eq!(pattern.matches(&name), expected);
                prop_assert_eq!(pattern.parts(&name).is_some(), expected);
            }
        }

        #[test]
        fn parts_put_together_are_the_name(text in "[ab/*]{1,7}", name in "[ab/]{1,7}") {
            if let Some(parts) = Pattern::parse(&text).ok().and_then(|pattern| pattern.parts(&name)) {
                let together: String = parts
                    .iter()
                    .map(|(Part::Same(run) | Part::Star(run) | Part::DoubleStar(run))| run.as_str())
                    .collect();
                prop_assert_eq!(together, name);
            }
        }

        /// The claim behind the `x` in [`Pattern::parse`].
        #[test]
        fn a_pattern_that_matches_a_legal_name_is_never_refused(name in "[.a@/Hk-]{1,6}", from in 0..6usize, to in 0..6usize) {
            if git_name::check(&name).is_ok() {
                let (from, to) = (from.min(name.len()), to.min(name.len()));
                let text = format!("{}**{}", &name[..from.min(to)], &name[from.max(to)..]);
                prop_assert!(Pattern::parse(&text).is_ok(), "{} matches {}", text, name);
            }
        }
    }
}
