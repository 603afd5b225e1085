//! The reason of a freeze, as CodePipeline takes it.

use std::fmt;

/// What the reason of a freeze begins with in AWS.
///
/// CodePipeline keeps a reason with a closed transition and nothing else; so this says whose it is.
pub const MARK: &str = "branchline freeze - ";

/// Characters of a reason, its mark among them (CodePipeline API reference, `DisableStageTransition`).
pub const MOST: usize = 300;

/// Why a reason cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// Nothing is left of it.
    Empty,
    /// CodePipeline takes no such character, and no other says the same.
    Letter(char),
    /// So many characters are too many.
    Long(usize),
}

impl Unwritable {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        match self {
            Unwritable::Empty => {
                "say why, for whoever finds the environment frozen: `--reason \"audit until Friday\"`"
            }
            Unwritable::Letter(_) => {
                "CodePipeline keeps reasons in the letters A to Z, digits, spaces and ! @ ( ) . * ? - alone: write it with those"
            }
            Unwritable::Long(_) => "say it shorter, and where more is to be read",
        }
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unwritable::Empty => write!(f, "the reason says nothing"),
            Unwritable::Letter(letter) => {
                write!(f, "CodePipeline takes no reason with `{}` in it", letter.escape_debug())
            }
            Unwritable::Long(count) => {
                write!(f, "the reason has {count} characters, and {} are kept", MOST - MARK.len())
            }
        }
    }
}

/// A person's reason as CodePipeline takes it, without the mark: `[a-zA-Z0-9!@ ().*?-]+` (CodePipeline API reference,
/// `DisableStageTransition`). Punctuation that it does not take becomes what is nearest; a letter that it does not take is refused,
/// since a reason with holes would say something else.
pub fn reason(text: &str) -> Result<String, Unwritable> {
    let mut kept = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '!' | '@' | '(' | ')' | '.' | '*' | '?' | '-' => {
                kept.push(letter);
            }
            letter if letter.is_whitespace() => kept.push(' '),
            ',' | ';' | ':' => kept.push_str(" -"),
            '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '„' | '«' | '»' => {}
            '[' | '{' | '<' => kept.push('('),
            ']' | '}' | '>' => kept.push(')'),
            '–' | '—' => kept.push('-'),
            letter if letter.is_ascii_punctuation() => kept.push('-'),
            letter => return Err(Unwritable::Letter(letter)),
        }
    }
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    if !kept.contains(|letter: char| letter.is_ascii_alphanumeric()) {
        return Err(Unwritable::Empty);
    }
    if kept.len() > MOST - MARK.len() {
        return Err(Unwritable::Long(kept.len()));
    }
    Ok(kept)
}

/// The person's words in a reason of AWS, if it is that of a freeze.
pub fn words_of(reason: &str) -> Option<&str> {
    reason.strip_prefix(MARK)
}

#[cfg(test)]
mod tests {
    use super::{MARK, MOST, Unwritable, reason, words_of};

    #[test]
    fn a_reason_is_kept_in_the_characters_that_codepipeline_takes() {
        let kept = |text| reason(text).expect("it is kept");
        assert_eq!(kept("audit"), "audit");
        assert_eq!(kept("Black  Friday\n(until Tue.)"), "Black Friday (until Tue.)");
        assert_eq!(kept("OPS-7: don't ship, ask @anna"), "OPS-7 - dont ship - ask @anna");
        assert_eq!(kept("a/b_c #4 [x]"), "a-b-c -4 (x)");
        let taken = |letter: char| letter.is_ascii_alphanumeric() || "!@ ().*?-".contains(letter);
        let all: String = (' '..='~').collect();
        assert!(kept(&all).chars().all(taken));
    }

    #[test]
    fn a_reason_with_letters_that_would_be_lost_is_refused() {
        assert_eq!(reason("Prüfung"), Err(Unwritable::Letter('ü')));
        assert_eq!(reason("監査"), Err(Unwritable::Letter('監')));
        assert_eq!(reason("a\u{1b}[31m"), Err(Unwritable::Letter('\u{1b}')));
        for nothing in ["", "  \n", "\"'", "-"] {
            assert_eq!(reason(nothing), Err(Unwritable::Empty), "{nothing:?}");
        }
    }

    #[test]
    fn with_its_mark_a_reason_has_no_more_than_codepipeline_keeps() {
        let most = MOST - MARK.len();
        assert_eq!(reason(&"a".repeat(most)).map(|kept| MARK.len() + kept.len()), Ok(MOST));
        assert_eq!(reason(&"a".repeat(most + 1)), Err(Unwritable::Long(most + 1)));
    }

    #[test]
    fn a_freeze_is_told_from_what_somebody_else_closed() {
        assert_eq!(words_of(&format!("{MARK}audit")), Some("audit"));
        for other in ["audit", "Branchline freeze - audit", "branchline", ""] {
            assert_eq!(words_of(other), None, "{other}");
        }
    }
}
