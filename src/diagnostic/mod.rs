//! What is wrong with a file, where, why, and what to write instead.
//!
//! [`place`] turns bytes into lines and columns, [`terminal`] and [`json`] are the forms a finding is shown in,
//! [`codes`] lists every code with its explanation. All of them return text; nothing is printed here.

use std::fmt;
use std::ops::Range;

pub mod codes;
mod fold;
pub mod json;
pub mod place;
mod quote;
pub mod terminal;

pub use fold::hanging;
pub use quote::shown;

/// How much a [`Finding`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated while it stands.
    Error,
    /// It works, and is probably not meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// A half-open range of bytes in the text that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Another place that a finding speaks of, with what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words, such as "first written here".
    pub text: String,
}

impl Span {
    /// The place of a part of a text, by its bytes in the text, where the text itself stands here. Only a plain
    /// scalar, or a quoted one without escapes and line breaks, has its bytes as they are; for any other the whole
    /// scalar is the place.
    #[must_use]
    pub fn within(self, text: &str, part: &Range<usize>) -> Span {
        let offset = match (self.end - self.start).checked_sub(text.len()) {
            Some(0) => 0,
            Some(2) => 1,
            _ => return self,
        };
        Span { start: self.start + offset + part.start, end: self.start + offset + part.end }
    }
}

/// Whether one of the findings is an error, so that nothing may be made of the file.
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its stable code, such as `BL012`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Why it is wrong, in a few words; stands beside the caret.
    pub reason: String,
    /// What to write instead.
    pub help: String,
    /// Where in the file; `None` where there is no place.
    pub place: Option<Span>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
}

impl Finding {
    /// An error at a place; see [`Finding::because`] and [`Finding::help`].
    pub fn error(code: &'static str, place: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Finding {
            code,
            severity: Severity::Error,
            message: message.into(),
            reason: String::new(),
            help: String::new(),
            place: place.into(),
            related: Vec::new(),
        }
    }

    /// A warning at a place: it works, and is probably not meant.
    pub fn warning(code: &'static str, place: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Finding { severity: Severity::Warning, ..Finding::error(code, place, message) }
    }

    /// What is worth knowing, and may well be meant.
    pub fn note(code: &'static str, place: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Finding { severity: Severity::Note, ..Finding::error(code, place, message) }
    }

    /// Says why; stands beside the caret.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Points at another place that belongs to the finding.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }
}
