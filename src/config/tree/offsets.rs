//! From the parser's places, which count characters, to bytes of the text.

use crate::diagnostic::Span;

/// The byte at which each character starts.
pub(super) struct Offsets {
    /// `None` where every character is one byte.
    starts: Option<Vec<usize>>,
    /// The length of the text without its byte order mark.
    length: usize,
    /// The length of the byte order mark that the parser does not get to see.
    skipped: usize,
}

impl Offsets {
    /// The offsets of a text whose first `skipped` bytes the parser does not see.
    pub(super) fn new(text: &str, skipped: usize) -> Self {
        let text = &text[skipped..];
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Offsets { starts, length: text.len(), skipped }
    }

    /// The byte of the character with this number; the text's end for one beyond it.
    pub(super) fn byte(&self, character: usize) -> usize {
        let byte = match &self.starts {
            None => character.min(self.length),
            Some(starts) => starts.get(character).copied().unwrap_or(self.length),
        };
        self.skipped + byte
    }

    /// The bytes of a range of characters.
    pub(super) fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.byte(span.start.index());
        Span { start, end: self.byte(span.end.index()).max(start) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_several_bytes_are_counted_once() {
        let offsets = Offsets::new("é: あx", 0);
        assert_eq!((offsets.byte(1), offsets.byte(3), offsets.byte(4), offsets.byte(99)), (2, 4, 7, 8));
    }

    #[test]
    fn a_byte_order_mark_moves_every_place() {
        assert_eq!(Offsets::new("\u{feff}a: b", 3).byte(0), 3);
    }
}
