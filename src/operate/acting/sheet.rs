//! What is shown before something is done.

use anstyle::{AnsiColor, Style};

use super::super::words::Canvas;
use crate::diagnostic::hanging;

/// Columns of the labels.
const LABEL: usize = 11;

/// A heading, facts in two columns, and what is to be heeded.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    heading: String,
    facts: Vec<(&'static str, String)>,
    warnings: Vec<String>,
}

impl Sheet {
    /// A sheet with nothing but its heading.
    pub fn new(heading: impl Into<String>) -> Self {
        Sheet { heading: heading.into(), ..Sheet::default() }
    }

    /// Adds a fact. Text of others is harmless by now (`operate::plain`).
    #[must_use]
    pub fn fact(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.facts.push((label, text.into()));
        self
    }

    /// Adds a fact that may be unknown.
    #[must_use]
    pub fn maybe(self, label: &'static str, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.fact(label, text),
            None => self,
        }
    }

    /// Adds what is to be heeded.
    #[must_use]
    pub fn warn(mut self, text: impl Into<String>) -> Self {
        self.warnings.push(text.into());
        self
    }

    /// What is to be heeded, for scripts.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The sheet for people. An address stays whole.
    pub fn drawn(&self, canvas: Canvas) -> String {
        let paint = |text: &str, style: Style| {
            if canvas.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
        };
        let mut out = paint(&hanging(&self.heading, canvas.width), Style::new().bold());
        out.push('\n');
        for (label, text) in &self.facts {
            out.push_str(hanging(&format!("  {label:LABEL$}  {text}"), canvas.width).trim_end());
            out.push('\n');
        }
        for warning in &self.warnings {
            let folded = hanging(&format!("  !  {warning}"), canvas.width);
            let loud = paint("!", AnsiColor::Yellow.on_default().bold());
            out.push_str(folded.replacen('!', &loud, 1).trim_end());
            out.push('\n');
        }
        out
    }
}
