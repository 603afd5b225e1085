//! The one place that prints: results to stdout, everything else to stderr.

// Here the process meets its terminal.
#![allow(clippy::disallowed_methods)]

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};

use crate::diagnostic::hanging;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// Columns of a terminal that does not tell its size.
const TERMINAL_WIDTH: usize = 80;
/// Columns where there is no terminal: wide enough for tables, narrow enough for a build log.
const PIPE_WIDTH: usize = 100;

/// How a stream wants its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI colours may be used.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// Whether text is broken at that width: on a terminal. Elsewhere each message keeps its line, for `grep`.
    pub wrap: bool,
}

/// Stdout and stderr. Printing never fails: an error is kept until [`Terminal::finish`], which tells it, and a reader who
/// has gone away (`| head`) is no error.
pub struct Terminal {
    results: Box<dyn Write>,
    messages: Box<dyn Write>,
    results_look: Look,
    messages_look: Look,
    failure: Option<io::Error>,
    json: bool,
    /// Whether lines can be painted over.
    paints: bool,
    /// Whether a line stands there that is to be painted over.
    is_painted: bool,
}

/// A result could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to stdout: {0}")]
pub struct OutputError(io::Error);

impl Terminal {
    /// The process's own streams. Colours are decided here, once: by `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `TERM`
    /// and whether the stream is a terminal.
    pub fn open() -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let look = |choice, size: Option<(terminal_size::Width, _)>, is_terminal| Look {
            colour: choice != ColorChoice::Never,
            width: match size {
                Some((width, _)) if width.0 > 0 => width.0.into(),
                _ if is_terminal => TERMINAL_WIDTH,
                _ => PIPE_WIDTH,
            },
            wrap: is_terminal,
        };
        let results_look =
            look(AutoStream::choice(&stdout), terminal_size::terminal_size_of(&stdout), stdout.is_terminal());
        let messages_look =
            look(AutoStream::choice(&stderr), terminal_size::terminal_size_of(&stderr), stderr.is_terminal());
        Terminal {
            // What is printed has colours only where they are wanted, so neither stream needs to take any off.
            results: Box::new(BufWriter::with_capacity(
                1 << 16,
                AutoStream::new(stdout, passing(results_look)),
            )),
            messages: Box::new(BufWriter::new(AutoStream::new(stderr, passing(messages_look)))),
            results_look,
            messages_look,
            failure: None,
            json: false,
            paints: messages_look.wrap && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
            is_painted: false,
        }
    }

    /// Other streams: for tests, which read what was printed.
    pub fn to(results: Box<dyn Write>, messages: Box<dyn Write>, look: Look) -> Self {
        let (results_look, messages_look) = (look, look);
        let (json, paints, is_painted) = (false, look.wrap, false);
        Terminal { results, messages, results_look, messages_look, failure: None, json, paints, is_painted }
    }

    /// Says that the results are for a script: what is wrong with the configuration is then a result, too.
    pub fn answer_in_json(&mut self, json: bool) {
        self.json = json;
    }

    /// Whether the results are for a script.
    pub fn answers_in_json(&self) -> bool {
        self.json
    }

    /// How results are to look.
    pub fn results_look(&self) -> Look {
        self.results_look
    }

    /// Columns and rows of the terminal that results go to, as it is now: it may have been made larger or smaller. Where it does not
    /// tell its rows, there is no end of them.
    pub fn size(&self) -> (usize, usize) {
        match terminal_size::terminal_size_of(io::stdout()) {
            Some((width, height)) if width.0 > 0 && height.0 > 0 => (width.0.into(), height.0.into()),
            _ => (self.results_look.width, usize::MAX),
        }
    }

    /// How messages are to look.
    pub fn messages_look(&self) -> Look {
        self.messages_look
    }

    /// Prints a part of the result, as it is: no newline is added.
    pub fn result(&mut self, text: impl Display) {
        self.unpaint();
        if self.failure.is_none()
            && let Err(error) = write!(self.results, "{text}")
        {
            self.failure = Some(error);
        }
    }

    /// Prints a part of the result that is text in columns: what a terminal has no room for goes on below its column.
    pub fn columns(&mut self, text: &str) {
        let Look { width, wrap, .. } = self.results_look;
        if wrap { self.result(hanging(text, width)) } else { self.result(text) }
    }

    /// Tells the person something, as it is: no newline is added. What was printed before comes before it.
    pub fn message(&mut self, text: impl Display) {
        self.unpaint();
        self.flush();
        // Where messages cannot be told, nobody is left to tell it to.
        let _ = write!(self.messages, "{text}").and_then(|()| self.messages.flush());
    }

    /// Tells the person how far something is that takes its time: a line that the next one, or whatever is told next, takes away again.
    /// Nothing where messages go to no terminal.
    pub fn progress(&mut self, text: &str) {
        if !self.paints {
            return;
        }
        self.flush();
        // A line that is as wide as the terminal would be broken, and only its end painted over.
        let room = self.messages_look.width.saturating_sub(1);
        let line: String = if text.chars().count() <= room {
            text.to_owned()
        } else {
            text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
        };
        self.is_painted = true;
        let _ = write!(self.messages, "\r{line}\u{1b}[K").and_then(|()| self.messages.flush());
    }

    /// Takes the line of [`Terminal::progress`] away.
    pub fn unpaint(&mut self) {
        if std::mem::take(&mut self.is_painted) {
            let _ = write!(self.messages, "\r\u{1b}[K").and_then(|()| self.messages.flush());
        }
    }

    /// Tells the person what went wrong and, when it is not empty, what to do about it.
    pub fn error(&mut self, what: impl Display, help: &str) {
        self.told(("error", AnsiColor::Red), what, help);
    }

    /// Tells the person what will go wrong, though this goes on, and what to do about it.
    pub fn warning(&mut self, what: impl Display, help: &str) {
        self.told(("warning", AnsiColor::Yellow), what, help);
    }

    fn told(&mut self, (word, hue): (&str, AnsiColor), what: impl Display, help: &str) {
        let (label, strong) = if self.messages_look.colour {
            (hue.on_default().bold(), Style::new().bold())
        } else {
            (Style::new(), Style::new())
        };
        let what = self.folded(format!("{word}: {what}"));
        let what = what.strip_prefix(word).unwrap_or(&what);
        self.message(format_args!("{label}{word}{label:#}{strong}{what}{strong:#}\n"));
        if !help.is_empty() {
            let help = self.folded(format!("  help: {help}"));
            let help = help.strip_prefix("  help").unwrap_or(&help);
            self.message(format_args!("  {strong}help{strong:#}{help}\n"));
        }
    }

    /// A message, broken where the terminal ends.
    fn folded(&self, text: String) -> String {
        let Look { width, wrap, .. } = self.messages_look;
        if wrap { hanging(&text, width) } else { text }
    }

    /// Whether nobody reads the results any more, so that a long result may be cut short.
    pub fn is_over(&self) -> bool {
        self.failure.is_some()
    }

    /// Prints what is still held back. An error means that not every result was written; the person has been told. A
    /// reader who has gone away is fine.
    pub fn finish(mut self) -> Result<(), OutputError> {
        self.unpaint();
        self.flush();
        match self.failure.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let error = OutputError(error);
                // Held back no longer: what could not be written is given up.
                self.failure = Some(io::ErrorKind::BrokenPipe.into());
                self.error(&error, "");
                Err(error)
            }
            _ => Ok(()),
        }
    }

    fn flush(&mut self) {
        if self.failure.is_none() {
            self.failure = self.results.flush().err();
        }
    }
}

/// Passes on what is printed; on old Windows consoles, translates its colours.
fn passing(look: Look) -> ColorChoice {
    if look.colour { ColorChoice::Always } else { ColorChoice::AlwaysAnsi }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Both streams into one text, in the order in which it comes out.
    #[derive(Clone, Default)]
    struct Screen(Rc<RefCell<Vec<u8>>>);

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const PLAIN: Look = Look { colour: false, width: 80, wrap: false };

    #[test]
    fn a_message_comes_after_the_results_before_it() {
        let screen = Screen::default();
        let mut terminal = Terminal::to(
            Box::new(BufWriter::new(screen.clone())),
            Box::new(BufWriter::new(screen.clone())),
            PLAIN,
        );
        terminal.result("one\n");
        terminal.message("two\n");
        terminal.result("three\n");
        terminal.finish().unwrap();
        assert_eq!(screen.text(), "one\ntwo\nthree\n");
    }

    #[test]
    fn a_line_of_progress_is_taken_away_by_what_comes_next_and_fits_the_terminal() {
        let screen = Screen::default();
        let on_terminal = Look { width: 12, wrap: true, ..PLAIN };
        let mut terminal = Terminal::to(Box::new(screen.clone()), Box::new(screen.clone()), on_terminal);
        terminal.progress("1 of 20 stacks");
        terminal.message("two\n");
        terminal.result("three\n");
        terminal.finish().unwrap();
        assert_eq!(screen.text(), "\r1 of 20 st…\u{1b}[K\r\u{1b}[Ktwo\nthree\n");
    }

    #[test]
    fn without_a_terminal_there_is_no_line_of_progress() {
        let screen = Screen::default();
        let mut terminal = Terminal::to(Box::new(screen.clone()), Box::new(screen.clone()), PLAIN);
        terminal.progress("1 of 20");
        terminal.message("two\n");
        terminal.finish().unwrap();
        assert_eq!(screen.text(), "two\n");
    }

    #[test]
    fn a_reader_who_went_away_is_no_error() {
        let mut terminal =
            Terminal::to(Box::new(Broken(io::ErrorKind::BrokenPipe)), Box::new(Screen::default()), PLAIN);
        terminal.result("one\n");
        assert!(terminal.is_over());
        terminal.finish().unwrap();
    }

    #[test]
    fn a_full_disk_is_told_even_when_it_shows_only_at_the_end() {
        let full = BufWriter::new(Broken(io::ErrorKind::StorageFull));
        let screen = Screen::default();
        let mut terminal = Terminal::to(Box::new(full), Box::new(screen.clone()), PLAIN);
        terminal.result("one\n");
        assert!(terminal.finish().is_err());
        assert_eq!(screen.text(), "error: cannot write to stdout: no storage space\n");
    }

    #[test]
    fn an_error_has_colours_only_where_they_are_wanted() {
        for colour in [false, true] {
            let screen = Screen::default();
            let look = Look { colour, width: 80, wrap: false };
            let mut terminal = Terminal::to(Box::new(Screen::default()), Box::new(screen.clone()), look);
            terminal.error("it is broken", "mend it");
            assert_eq!(screen.text().contains('\u{1b}'), colour);
            let plain = anstream::adapter::strip_str(&screen.text()).to_string();
            assert_eq!(plain, "error: it is broken\n  help: mend it\n");
        }
    }
}
