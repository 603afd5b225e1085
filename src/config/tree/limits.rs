//! How large a configuration may be. A person's file stays far below; a hostile one is refused before it costs time.

use crate::diagnostic::{Finding, Span};

/// The most bytes that are read: 256 KiB. A map of a thousand rules with a hundred environments has about half of it.
pub const MAX_BYTES: usize = 256 * 1024;

/// The most lists and mappings inside one another. A whole resource with its policy, as the value of an override,
/// stands eighteen deep.
pub(super) const MAX_DEPTH: usize = 24;

/// The most values and keys, counted after aliases are filled in.
pub(super) const MAX_NODES: usize = 20_000;

/// The most bytes of text, counted after aliases are filled in: a long text under an anchor, named a thousand times,
/// is small in the file and few in values.
pub(super) const MAX_EXPANDED_BYTES: usize = 4 * MAX_BYTES;

/// What is wrong with the bare text, before the parser sees any of it.
pub(super) fn judge(text: &str) -> Option<Finding> {
    if text.len() > MAX_BYTES {
        let end = text.floor_char_boundary(MAX_BYTES);
        return Some(too_large(
            Span { start: end, end },
            format!("the file has {} bytes; at most {MAX_BYTES} are read", text.len()),
            "is this the right file? A configuration of a thousand rules is smaller",
        ));
    }
    // The parser takes NUL for the end of the text: what follows it would be ignored in silence.
    if let Some((at, character)) = text.char_indices().find(|(_, character)| !is_printable(*character)) {
        let span = Span { start: at, end: at + character.len_utf8() };
        let message = format!("the file has a control character, U+{:04X}", character as u32);
        return Some(
            Finding::error("BL001", span, message).because("YAML allows no control characters").help(
                "delete it; in a text that needs it, write it as an escape in double quotes, such as \"\\e\"",
            ),
        );
    }
    None
}

/// The finding for a text that exceeds a limit.
pub(super) fn too_large(place: Span, message: String, help: &str) -> Finding {
    Finding::error("BL008", place, message).because("the limit is reached here").help(help)
}

/// The finding for brackets, or indentation, without end.
pub(super) fn too_deep(span: Span) -> Finding {
    too_large(
        span,
        format!("lists and mappings stand more than {MAX_DEPTH} deep inside one another"),
        "no setting is that deep: look for brackets that are not closed",
    )
}

/// YAML 1.2.2, production 1, `c-printable`, with the byte order mark, which the parser judges by its place.
fn is_printable(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
