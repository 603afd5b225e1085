//! The names git allows a branch, read one character at a time.
//!
//! The rules are those of `git check-ref-format --branch` (its manual numbers them; the numbers stand below). As a
//! machine they serve three purposes: to judge a name, to judge a pattern, and to find a name that two patterns
//! share.

use std::ops::Range;

use thiserror::Error;

/// The rule of git's that a name breaks, in words that follow "git allows".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Breach {
    /// Nothing at all.
    #[error("no empty name")]
    Empty,
    /// Rules 4, 5 and 10: control characters, space and `~^:?*[\`.
    #[error("no {} in a branch's name", spoken(*.0))]
    Character(char),
    /// Rule 1: a part between slashes that begins with a dot.
    #[error("no dot at the beginning of a name or after a `/`")]
    LeadingDot,
    /// Rule 3.
    #[error("no two dots in a row")]
    TwoDots,
    /// Rule 7.
    #[error("no dot at the end of a name")]
    FinalDot,
    /// Rule 6: at the beginning.
    #[error("no `/` at the beginning of a name")]
    LeadingSlash,
    /// Rule 6: one after the other.
    #[error("no two slashes in a row")]
    TwoSlashes,
    /// Rule 6: at the end.
    #[error("no `/` at the end of a name")]
    FinalSlash,
    /// Rule 1: a part between slashes that ends in `.lock`.
    #[error("no `.lock` at the end of a name or before a `/`")]
    Lock,
    /// Rule 8.
    #[error("no `@{{` in a name")]
    AtBrace,
    /// Rule 9: `@` alone is short for `HEAD`.
    #[error("no branch called `@`, which means `HEAD`")]
    OnlyAt,
    /// The stricter rule of `--branch`.
    #[error("no `-` at the beginning of a branch's name")]
    LeadingDash,
    /// The stricter rule of `--branch`.
    #[error("no branch called `HEAD`")]
    Head,
}

fn spoken(character: char) -> String {
    match character {
        ' ' => "space".to_owned(),
        character if character.is_ascii_control() => {
            format!("control character (U+{:04X})", u32::from(character))
        }
        character => format!("`{character}`"),
    }
}

/// Where in a text a rule is broken, in bytes, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bytes that break it.
    pub at: Range<usize>,
    /// The rule.
    pub breach: Breach,
}

/// Judges a name, without `refs/heads/`.
pub fn check(name: &str) -> Result<(), Fault> {
    let mut reading = Reading::default();
    for (at, character) in name.char_indices() {
        reading =
            reading.step(character).map_err(|breach| Fault { at: at..at + character.len_utf8(), breach })?;
    }
    reading.end().map_err(|breach| Fault { at: 0..name.len(), breach })
}

/// What has to be remembered of the beginning of a name to judge what follows it. Two beginnings with the same
/// memory may be continued in the same ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reading {
    whole: Whole,
    last: Last,
    /// How many characters of `.lock` the name ends in.
    lock: u8,
}

/// The name as a whole, as far as whole names are forbidden.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Whole {
    #[default]
    Empty,
    /// The first characters of `HEAD`, so many.
    Head(u8),
    At,
    Other,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Last {
    /// Nothing, or a slash: a part of the name begins.
    #[default]
    Boundary,
    Dot,
    At,
    Other,
}

const LOCK: [char; 5] = ['.', 'l', 'o', 'c', 'k'];
const HEAD: [char; 4] = ['H', 'E', 'A', 'D'];

impl Reading {
    /// The memory with one more character.
    pub(super) fn step(self, character: char) -> Result<Self, Breach> {
        let begins = self.whole == Whole::Empty;
        match (self.last, character) {
            (_, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\') => return Err(Breach::Character(character)),
            (_, character) if character.is_ascii_control() => return Err(Breach::Character(character)),
            (_, '-') if begins => return Err(Breach::LeadingDash),
            (_, '/') if begins => return Err(Breach::LeadingSlash),
            (_, '/') if self.lock == 5 => return Err(Breach::Lock),
            (Last::Boundary, '/') => return Err(Breach::TwoSlashes),
            (Last::Boundary, '.') => return Err(Breach::LeadingDot),
            (Last::Dot, '.') => return Err(Breach::TwoDots),
            (Last::At, '{') => return Err(Breach::AtBrace),
            _ => {}
        }
        let whole = match (self.whole, character) {
            (Whole::Empty, '@') => Whole::At,
            (Whole::Empty, 'H') => Whole::Head(1),
            (Whole::Head(read), character) if HEAD.get(usize::from(read)) == Some(&character) => {
                Whole::Head(read + 1)
            }
            _ => Whole::Other,
        };
        let last = match character {
            '/' => Last::Boundary,
            '.' => Last::Dot,
            '@' => Last::At,
            _ => Last::Other,
        };
        let lock = match character {
            '.' => 1,
            character if self.lock > 0 && LOCK.get(usize::from(self.lock)) == Some(&character) => {
                self.lock + 1
            }
            _ => 0,
        };
        Ok(Reading { whole, last, lock })
    }

    /// Whether the name may end here.
    pub(super) fn end(self) -> Result<(), Breach> {
        match self {
            Reading { whole: Whole::Empty, .. } => Err(Breach::Empty),
            Reading { whole: Whole::At, .. } => Err(Breach::OnlyAt),
            Reading { whole: Whole::Head(4), .. } => Err(Breach::Head),
            Reading { last: Last::Boundary, .. } => Err(Breach::FinalSlash),
            Reading { last: Last::Dot, .. } => Err(Breach::FinalDot),
            Reading { lock: 5, .. } => Err(Breach::Lock),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breach, check};

    #[test]
    fn names_that_git_makes_are_allowed() {
        for name in [
            "develop",
            "release/1.4",
            "a./b",
            "a/-b",
            "x@",
            "@/b",
            "{a}",
            "HEADS",
            "HEA",
            "H",
            "fünf",
            "x.loc",
        ] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn each_rule_of_gits_is_told_apart() {
        for (name, breach) in [
            ("", Breach::Empty),
            ("a b", Breach::Character(' ')),
            ("a\u{7f}", Breach::Character('\u{7f}')),
            ("a/.b", Breach::LeadingDot),
            ("a..b", Breach::TwoDots),
            ("a.", Breach::FinalDot),
            ("/a", Breach::LeadingSlash),
            ("a//b", Breach::TwoSlashes),
            ("a/", Breach::FinalSlash),
            ("a.lock", Breach::Lock),
            ("a.lock/b", Breach::Lock),
            ("a@{b", Breach::AtBrace),
            ("@", Breach::OnlyAt),
            ("-a", Breach::LeadingDash),
            ("HEAD", Breach::Head),
        ] {
            assert_eq!(check(name).map_err(|fault| fault.breach), Err(breach), "{name}");
        }
    }

    #[test]
    fn the_fault_points_at_the_character() {
        assert_eq!(check("fünf gut").unwrap_err().at, 5..6);
    }

    #[test]
    fn breaches_read_aloud() {
        assert_eq!(Breach::Character(' ').to_string(), "no space in a branch's name");
        assert_eq!(
            Breach::Character('\u{7}').to_string(),
            "no control character (U+0007) in a branch's name"
        );
        assert_eq!(Breach::AtBrace.to_string(), "no `@{` in a name");
    }
}
