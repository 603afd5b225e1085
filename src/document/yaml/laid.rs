//! Long texts that stand in many documents, laid out as blocks once.

use super::scalar;

/// Texts as they stand behind a key whose block is indented by so many columns. A document that is written with them
/// ([`super::write_yaml`]) copies their lines; it comes to the same bytes as one that is written without.
#[derive(Debug, Default)]
pub struct Laid {
    indent: usize,
    texts: Vec<Text>,
}

#[derive(Debug)]
struct Text {
    text: String,
    /// From the block's header to the end of its last line.
    written: String,
}

impl Laid {
    /// Lays the texts out, each once. `indent` is the number of spaces before each of their lines.
    pub fn out<'t>(indent: usize, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut laid = Laid { indent, texts: Vec::new() };
        for text in texts {
            if laid.find(text, indent).is_none() {
                let mut written = String::with_capacity(text.len() * 2);
                scalar::write_value(&mut written, text, indent);
                laid.texts.push(Text { text: text.to_owned(), written });
            }
        }
        laid
    }

    /// The texts, each with how it is written.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|laid| (laid.text.as_str(), laid.written.as_str()))
    }

    /// How a text is written at this indentation, if it was laid out for it. Texts are told apart by their length first,
    /// so it costs the many that are short next to nothing.
    pub(super) fn find(&self, text: &str, indent: usize) -> Option<&str> {
        let known = self.texts.iter().find(|laid| laid.text == text)?;
        (indent == self.indent).then_some(&known.written)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::yaml::{to_yaml, write_yaml};

    fn written(value: &serde_json::Value, laid: &Laid) -> String {
        let mut out = String::new();
        write_yaml(&mut out, value, laid).unwrap();
        out
    }

    const TEXTS: [&str; 5] = ["a: 1\nb:\n\n  - c\n", "a\nb", "a\n\n\n", "\ta\n", "on"];

    #[test]
    fn a_document_with_texts_that_were_laid_out_is_the_same_to_the_byte() {
        let value = json!({ "a": { "b": TEXTS, "c": TEXTS[0], "d": { "e": TEXTS[1], "f": "a: 1\nb:\n" } }, "g": TEXTS[2] });
        for indent in 0..8 {
            let laid = Laid::out(indent, TEXTS);
            assert_eq!(written(&value, &laid), to_yaml(&value).unwrap(), "{indent} columns");
        }
    }

    #[test]
    fn what_was_laid_out_is_copied_where_it_fits() {
        let mut laid = Laid::out(4, TEXTS);
        laid.texts[0].written = "|\n    another\n".to_owned();
        let value = json!({ "a": { "b": TEXTS[0] }, "c": TEXTS[0] });
        assert_eq!(written(&value, &laid), "a:\n  b: |\n    another\nc: |\n  a: 1\n  b:\n\n    - c\n");
    }
}
