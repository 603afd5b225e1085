//! A page of YAML with comments, written a line at a time.

use serde::Serialize;
use std::fmt::Write as _;

use super::yaml::{YamlError, to_yaml};

/// Columns that comments fill.
const WIDTH: usize = 100;

/// The page, and how deep it is indented.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
    depth: usize,
}

impl Page {
    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// One line.
    pub(crate) fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A comment in one line.
    pub(crate) fn comment_line(&mut self, text: &str) {
        self.line(format!("# {text}").trim_end());
    }

    /// A comment, broken where the width ends.
    pub(crate) fn comment(&mut self, text: &str) {
        let room = WIDTH - 2 - 2 * self.depth;
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                self.comment_line(&std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.comment_line(&line);
    }

    /// A key and its text.
    pub(crate) fn field(&mut self, key: &str, value: &str) -> Result<(), YamlError> {
        let value = scalar(value)?;
        self.line(&format!("{key}: {value}"));
        Ok(())
    }

    /// An item of a list. A text of many lines is a block.
    pub(crate) fn item(&mut self, value: &str) -> Result<(), YamlError> {
        self.block(&[value])
    }

    /// A list or a mapping, at this depth.
    pub(crate) fn block(&mut self, value: &impl Serialize) -> Result<(), YamlError> {
        for line in to_yaml(value)?.lines() {
            if line.is_empty() { self.gap() } else { self.line(line) }
        }
        Ok(())
    }

    /// What stands one level deeper.
    pub(crate) fn indented<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let written = write(self);
        self.depth -= 1;
        written
    }

    /// All that was written.
    pub(crate) fn text(self) -> String {
        self.text
    }
}

/// A text as any reader of YAML takes it for that text, in one line: line breaks stand as escapes.
pub(crate) fn scalar(text: &str) -> Result<String, YamlError> {
    if text.contains('\n') {
        return Ok(escaped(text));
    }
    Ok(to_yaml(&text)?.trim_end_matches('\n').to_owned())
}

/// A text in double quotes (YAML 1.2, "Escaped Characters").
fn escaped(text: &str) -> String {
    let mut out = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(letter),
            other => {
                let _ = write!(out, "\\U{:08X}", u32::from(other));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn text_of_many_lines_is_one_scalar_in_one_line() {
        let text = "for x in \"$a\" 'b'; do\n\techo \\ 'ä' \u{202e}\u{1F600}\ndone\n";
        let line = scalar(text).expect("it is text");
        assert!(!line.contains('\n') && line.is_ascii(), "{line}");
        let node = crate::config::tree::read(&line).0.expect("it is YAML");
        assert_eq!(node.value, crate::config::tree::Value::Text(text.to_owned()));
    }
}
