//! From bytes of a text to lines and columns.

use super::Span;

/// A place as people count: from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1. A byte order mark at the start of the file is not counted.
    pub column: usize,
}

/// Where the lines of a text begin; made once, asked for many places.
#[derive(Debug)]
pub struct Lines<'text> {
    text: &'text str,
    starts: Vec<usize>,
    /// How many characters come before each block of [`BLOCK`] bytes, so that a place on a line of 200 KB costs no
    /// more than one on a short line.
    counts: Vec<usize>,
}

/// Bytes between two counts of characters.
const BLOCK: usize = 128;

impl<'text> Lines<'text> {
    /// The lines of a text. A line ends with LF, CR LF or a lone CR, as in YAML.
    pub fn new(text: &'text str) -> Self {
        let bytes = text.as_bytes();
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut starts = vec![first];
        starts.extend(
            bytes
                .iter()
                .enumerate()
                .filter(|(at, byte)| {
                    **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
                })
                .map(|(at, _)| at + 1),
        );
        let mut counts = vec![0];
        for block in bytes.chunks(BLOCK) {
            counts.push(counts[counts.len() - 1] + count(block));
        }
        Lines { text, starts, counts }
    }

    /// The place of a byte; of the text's end for a byte beyond it.
    pub fn place(&self, byte: usize) -> Place {
        let byte = self.boundary(byte).max(self.starts[0]);
        let line = self.starts.partition_point(|start| *start <= byte);
        let column = self.characters_before(byte) - self.characters_before(self.starts[line - 1]) + 1;
        Place { line, column }
    }

    fn characters_before(&self, byte: usize) -> usize {
        let block = byte / BLOCK;
        self.counts[block] + count(&self.text.as_bytes()[block * BLOCK..byte])
    }

    /// The bytes from the start of the line with this number, from 1, to the end of another, without its line end.
    pub fn range(&self, first: usize, last: usize) -> Span {
        let last = last.clamp(1, self.starts.len());
        let start = self.starts[first.clamp(1, last) - 1];
        let end = self.starts.get(last).copied().unwrap_or(self.text.len());
        let end = start + self.text[start..end].trim_end_matches(['\n', '\r']).len();
        Span { start, end }
    }

    /// The text of a range of bytes.
    pub fn text(&self, span: Span) -> &'text str {
        let (start, end) = (self.boundary(span.start), self.boundary(span.end));
        &self.text[start..end.max(start)]
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The byte itself, or the first byte of the character it is a part of, within the text.
    fn boundary(&self, byte: usize) -> usize {
        self.text.floor_char_boundary(byte)
    }
}

/// How many characters begin in these bytes of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, byte: usize) -> (usize, usize) {
        let place = Lines::new(text).place(byte);
        (place.line, place.column)
    }

    #[test]
    fn columns_count_characters_from_one() {
        assert_eq!(place("あb: c\nd", 3), (1, 2));
        assert_eq!(place("あb: c\nd", 8), (2, 1));
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        assert_eq!(place("a\r\nb\rc\nd", 7), (4, 1));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(place("\u{feff}ab", 4), (1, 2));
        assert_eq!(place("\u{feff}ab", 0), (1, 1));
    }

    #[test]
    fn a_column_far_out_on_a_line_counts_every_character() {
        let text = format!("x\n{}", "aあé".repeat(500));
        for (number, (byte, _)) in text.char_indices().skip(2).enumerate() {
            assert_eq!(place(&text, byte), (2, number + 1));
        }
        assert_eq!(place(&text, text.len()), (2, 1501));
    }

    #[test]
    fn a_byte_beyond_the_text_is_its_end() {
        assert_eq!(place("ab\n", 99), (2, 1));
        assert_eq!(place("", 0), (1, 1));
    }
}
