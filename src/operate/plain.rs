//! Text of other people, made harmless for a terminal: messages of commits, reasons, what builds say.

/// The text without what a terminal would obey or be misled by: control characters become spaces, characters that turn the
/// direction of writing or cannot be seen are left out, spaces in a row become one.
pub fn plain(text: &str) -> String {
    let seen = text.chars().filter(|letter| !is_unseen(*letter));
    let spaced: String = seen.map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One line as it stands, its spaces and tabs too: letters that turn the direction of writing, or steer a terminal, stand as U+FFFD.
pub fn plain_line(text: &str) -> String {
    let shown = |letter: char| (letter == '\t' || !letter.is_control()) && !is_unseen(letter);
    text.chars().map(|letter| if shown(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Format characters (Unicode, "Cf") that reorder text or have no width.
pub(super) fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first line of a revision's summary. A connection's has JSON with the message in it: `{"ProviderType": "GitHub",
/// "CommitMessage": "…"}` (CodePipeline user guide, "View pipelines and details"); other sources' has the message itself.
pub fn message(summary: &str) -> Option<String> {
    let object = serde_json::from_str::<serde_json::Value>(summary).ok();
    let inner = object.as_ref().and_then(|object| object["CommitMessage"].as_str());
    let line = plain(inner.unwrap_or(summary).trim_start().lines().next().unwrap_or_default());
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::{message, plain};

    #[test]
    fn a_terminal_is_told_nothing_by_the_text_of_others() {
        assert_eq!(plain("a\u{1b}[31mred\u{7}\r\nb\u{202e}c"), "a [31mred bc");
    }

    #[test]
    fn a_commit_is_told_by_the_first_line_of_its_message() {
        let told = |summary| message(summary).unwrap_or_default();
        assert_eq!(told("Mend it\n\nat length"), "Mend it");
        assert_eq!(told(r#"{"ProviderType":"GitHub","CommitMessage":"Mend it\nat length"}"#), "Mend it");
        assert_eq!(told("17"), "17");
        assert_eq!(message("\n"), None);
    }
}
