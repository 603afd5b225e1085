//! Text from outside, as it may stand in a message.

/// The most characters of a text that a message repeats.
const LONGEST: usize = 60;

/// A text from outside in backquotes: one line, shortened, with control characters and the marks that turn a line
/// around written as escapes, so that a file cannot paint on the reader's terminal.
pub fn shown(text: &str) -> String {
    let mut out = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if is_unsafe(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out.push('`');
    out
}

/// Control characters, and Unicode's invisible and bidirectional formatting marks.
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_control_character_never_reaches_the_terminal() {
        assert_eq!(shown("a\u{1b}[31m\nb\u{202e}"), "`a\\u{1b}[31m\\nb\\u{202e}`");
    }

    #[test]
    fn a_long_text_is_shortened_by_characters() {
        assert_eq!(shown(&"あ".repeat(61)), format!("`{}…`", "あ".repeat(60)));
    }
}
