//! The syntax of CodePipeline's patterns: a text, read as tokens.
//!
//! From "Working with glob patterns in syntax" in the CodePipeline user guide: `*` is zero or more characters of one
//! part of a name, `**` also crosses `/`, `?` is one character of a part, `[ ]` one character out of a set, in which `*`,
//! `?` and `\` stand for themselves, `-` at the beginning too, and `!` negates; `{ , }` is a group of which one must
//! match, and groups cannot be nested; `\` takes its meaning from the character behind it. Whatever that page leaves
//! open is refused here, so that a pattern never means more in AWS than it does here.

use std::ops::Range;

use thiserror::Error;

/// What stands for one character of a name, or for a run of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// The character itself.
    Literal(char),
    /// `?`: any character but `/`.
    One,
    /// `[…]`.
    Class(Class),
    /// `*`: any characters but `/`, also none.
    Star,
    /// `**`: any characters, also none.
    DoubleStar,
    /// `{…}`: one of these. None of them holds a group.
    Group(Vec<Vec<Token>>),
}

/// A set of characters. `/` is in none: it is no character of a part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) is_negated: bool,
    /// From and to, both included.
    pub(super) ranges: Vec<(char, char)>,
}

impl Class {
    pub(super) fn takes(&self, character: char) -> bool {
        let is_listed = self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&character));
        character != '/' && is_listed != self.is_negated
    }
}

/// A token and the bytes it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) token: Token,
    pub(super) at: Range<usize>,
}

/// Why a text is no pattern, or one whose meaning AWS does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Syntax {
    /// `!` at the beginning of the pattern.
    #[error("CodePipeline does not say what a pattern that begins with `!` means")]
    Bang,
    /// `[` or `{` that is never closed.
    #[error("this `{0}` is not closed")]
    Unclosed(char),
    /// `]` or `}` that closes nothing.
    #[error("this `{0}` closes nothing")]
    Unopened(char),
    /// A set without characters.
    #[error("this set of characters is empty")]
    EmptyClass,
    /// `^` at the beginning of a set.
    #[error("in CodePipeline's patterns `!` negates a set, and what `^` does is not said")]
    Caret,
    /// A character in a set that may mean something there.
    #[error("CodePipeline does not say what `{0}` means inside of `[ ]`")]
    InClass(char),
    /// `-` that is neither first nor between two characters.
    #[error("this `-` is neither the first in its set nor between two characters")]
    Dash,
    /// `z-a`.
    #[error("this range ends before it begins")]
    Backward,
    /// A group in a group.
    #[error("CodePipeline takes no group inside of a group")]
    Nested,
    /// `{a,}`.
    #[error("CodePipeline does not say that an alternative may be empty")]
    EmptyAlternative,
    /// `\` before a character that needs none, or at the end.
    #[error("`\\` stands before a character that means something else without it")]
    Escape,
}

impl Syntax {
    /// What to write instead.
    pub fn help(self) -> &'static str {
        match self {
            Syntax::Bang => "write the branches that are meant; for a name that begins with `!`, write `\\!`",
            Syntax::Unclosed('[') => "close it with `]`, or write `\\[` for the character itself",
            Syntax::Unclosed(_) => "close it with `}`, or write `\\{` for the character itself",
            Syntax::Unopened(']') => "write `\\]` for the character itself",
            Syntax::Unopened(_) => "write `\\}` for the character itself",
            Syntax::EmptyClass => "write the characters between the brackets, such as `[0-9]`",
            Syntax::Caret => "write `[!…]`",
            Syntax::InClass('/') => "a set is one character of a part of a name: write `/` outside of it",
            Syntax::InClass(_) => {
                "write it outside of the brackets, with `\\` before it, in a group: `{a,\\,}`"
            }
            Syntax::Dash => "write it first: `[-a]`, or behind the `!`: `[!-a]`",
            Syntax::Backward => "write the smaller character first: `[a-z]`, `[0-9]`",
            Syntax::Nested => "write the alternatives in one group: `{a,b-c,b-d}`",
            Syntax::EmptyAlternative => "write a rule for each, or an alternative that is there: `{-a,-b}`",
            Syntax::Escape => {
                "write the character alone; `\\` goes before `*`, `?`, `[`, `]`, `{`, `}`, `,`, `!` and `\\`"
            }
        }
    }
}

/// A fault and the bytes it stands at.
pub(super) type Fault = (Range<usize>, Syntax);

/// Reads a pattern.
pub(super) fn read(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut reader = Reader { text, characters: text.char_indices().collect(), next: 0 };
    if text.starts_with('!') {
        return Err((0..1, Syntax::Bang));
    }
    let mut pieces: Vec<Piece> = Vec::new();
    while let Some((at, character)) = reader.take() {
        let token = match character {
            '{' => reader.group(at)?,
            character => reader.token(at, character)?,
        };
        push(&mut pieces, token, at..reader.at());
    }
    Ok(pieces)
}

/// The pattern that a name matches and no other does: `\` before each character that means something else without it.
pub(super) fn escaped(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for (at, character) in name.char_indices() {
        let has_meaning =
            matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | '\\') || (at == 0 && character == '!');
        if has_meaning {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// Two stars or more in a row are one `**`.
fn push(pieces: &mut Vec<Piece>, token: Token, at: Range<usize>) {
    if let (Token::Star, Some(Piece { token: last @ (Token::Star | Token::DoubleStar), at: before })) =
        (&token, pieces.last_mut())
    {
        *last = Token::DoubleStar;
        before.end = at.end;
    } else {
        pieces.push(Piece { token, at });
    }
}

struct Reader<'a> {
    text: &'a str,
    characters: Vec<(usize, char)>,
    next: usize,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<(usize, char)> {
        let taken = self.characters.get(self.next).copied();
        self.next += usize::from(taken.is_some());
        taken
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.next).map(|(_, character)| *character)
    }

    /// The byte where the next character begins.
    fn at(&self) -> usize {
        self.characters.get(self.next).map_or(self.text.len(), |(at, _)| *at)
    }

    /// A token that is no group; its first character has been taken.
    fn token(&mut self, at: usize, character: char) -> Result<Token, Fault> {
        match character {
            '*' => Ok(Token::Star),
            '?' => Ok(Token::One),
            '[' => self.class(at),
            ']' | '}' => Err((at..at + 1, Syntax::Unopened(character))),
            '\\' => match self.take() {
                Some((_, next @ ('*' | '?' | '[' | ']' | '{' | '}' | ',' | '!' | '\\'))) => {
                    Ok(Token::Literal(next))
                }
                _ => Err((at..self.at(), Syntax::Escape)),
            },
            character => Ok(Token::Literal(character)),
        }
    }

    fn class(&mut self, open: usize) -> Result<Token, Fault> {
        let is_negated = self.peek() == Some('!');
        self.next += usize::from(is_negated);
        let first = self.next;
        let mut ranges: Vec<(char, char)> = Vec::new();
        // Whether the last range is one character, which a `-` may lead on from.
        let mut may_go_on = false;
        while let Some((at, character)) = self.take() {
            let here = at..at + character.len_utf8();
            match character {
                ']' if ranges.is_empty() => return Err((open..here.end, Syntax::EmptyClass)),
                ']' => return Ok(Token::Class(Class { is_negated, ranges })),
                '^' if self.next == first + 1 => return Err((here, Syntax::Caret)),
                '/' | '[' | '{' | '}' | ',' => return Err((here, Syntax::InClass(character))),
                '-' if self.next > first + 1 => {
                    let last = ranges.last_mut().filter(|_| may_go_on);
                    let to = self.characters.get(self.next).map(|(_, to)| *to);
                    let (Some(last), Some(to)) = (last, to) else { return Err((here, Syntax::Dash)) };
                    match to {
                        '-' | ']' => return Err((here, Syntax::Dash)),
                        '/' | '[' | '{' | '}' | ',' => {
                            return Err((here.end..here.end + 1, Syntax::InClass(to)));
                        }
                        to if to < last.0 => return Err((at..here.end + to.len_utf8(), Syntax::Backward)),
                        to => last.1 = to,
                    }
                    self.next += 1;
                    may_go_on = false;
                }
                character => {
                    ranges.push((character, character));
                    may_go_on = character != '-';
                }
            }
        }
        Err((open..open + 1, Syntax::Unclosed('[')))
    }

    fn group(&mut self, open: usize) -> Result<Token, Fault> {
        let mut alternatives: Vec<Vec<Token>> = Vec::new();
        let mut pieces: Vec<Piece> = Vec::new();
        while let Some((at, character)) = self.take() {
            match character {
                '{' => return Err((at..at + 1, Syntax::Nested)),
                ',' | '}' => {
                    if pieces.is_empty() {
                        return Err((at..at + 1, Syntax::EmptyAlternative));
                    }
                    alternatives.push(pieces.drain(..).map(|piece| piece.token).collect());
                    if character == '}' {
                        return Ok(Token::Group(alternatives));
                    }
                }
                character => {
                    let token = self.token(at, character)?;
                    push(&mut pieces, token, at..self.at());
                }
            }
        }
        Err((open..open + 1, Syntax::Unclosed('{')))
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Piece, Syntax, Token, read};

    fn tokens(text: &str) -> Vec<Token> {
        read(text).unwrap().into_iter().map(|piece| piece.token).collect()
    }

    #[test]
    fn each_kind_of_token_is_read_with_its_place() {
        let pieces = read("ü?**[!-a-c]\\{{b*,c}").unwrap();
        let places: Vec<_> = pieces.iter().map(|piece| piece.at.clone()).collect();
        assert_eq!(places, [0..2, 2..3, 3..5, 5..12, 12..14, 14..20]);
        let class = Class { is_negated: true, ranges: vec![('-', '-'), ('a', 'c')] };
        assert_eq!(pieces[3], Piece { token: Token::Class(class), at: 5..12 });
        assert_eq!(pieces[4].token, Token::Literal('{'));
        let group = vec![vec![Token::Literal('b'), Token::Star], vec![Token::Literal('c')]];
        assert_eq!(pieces[5].token, Token::Group(group));
    }

    #[test]
    fn stars_in_a_row_are_one_run_and_a_set_takes_them_as_they_are() {
        assert_eq!(tokens("***"), [Token::DoubleStar]);
        let class = Class { is_negated: false, ranges: vec![('*', '*'), ('?', '?'), ('\\', '\\')] };
        assert_eq!(tokens("[*?\\]"), [Token::Class(class)]);
        assert_eq!(tokens("a,b").len(), 3, "a comma outside of a group is a comma");
    }

    #[test]
    fn what_the_guide_leaves_open_is_refused_where_it_stands() {
        for (text, at, fault) in [
            ("!a", 0..1, Syntax::Bang),
            ("a[b", 1..2, Syntax::Unclosed('[')),
            ("a{b,c", 1..2, Syntax::Unclosed('{')),
            ("a]", 1..2, Syntax::Unopened(']')),
            ("{a,b]}", 4..5, Syntax::Unopened(']')),
            ("a}", 1..2, Syntax::Unopened('}')),
            ("a[]b", 1..3, Syntax::EmptyClass),
            ("[!]", 0..3, Syntax::EmptyClass),
            ("[^a]", 1..2, Syntax::Caret),
            ("[a/]", 2..3, Syntax::InClass('/')),
            ("[a-/]", 3..4, Syntax::InClass('/')),
            ("[a,b]", 2..3, Syntax::InClass(',')),
            ("[[a]", 1..2, Syntax::InClass('[')),
            ("[a-]", 2..3, Syntax::Dash),
            ("[a-c-e]", 4..5, Syntax::Dash),
            ("[--a]", 2..3, Syntax::Dash),
            ("[c-a]", 2..4, Syntax::Backward),
            ("{a,{b}}", 3..4, Syntax::Nested),
            ("{a,}", 3..4, Syntax::EmptyAlternative),
            ("{}", 1..2, Syntax::EmptyAlternative),
            ("\\a", 0..2, Syntax::Escape),
            ("a\\", 1..2, Syntax::Escape),
        ] {
            assert_eq!(read(text).unwrap_err(), (at, fault), "{text}");
        }
    }

    #[test]
    fn a_set_never_takes_a_slash() {
        for text in ["[!a]", "[+-9]"] {
            let [Token::Class(class)] = &tokens(text)[..] else { panic!("{text}") };
            assert!(class.takes('5') && !class.takes('/'), "{text}");
        }
    }
}
