//! An answer is a flag's, a person's, or what is proposed. What is missing or wrong is gathered and told at once.

use std::fmt::Display;

use super::Exit;
use crate::config::schema::misfit;
use crate::edge::ask::{self, Judge};
use crate::edge::terminal::Terminal;

/// Where answers come from.
pub(super) struct Questions<'t> {
    asks: bool,
    terminal: &'t mut Terminal,
    missing: Vec<String>,
    wrong: Vec<String>,
}

/// One question.
pub(super) struct Question<'q> {
    /// The flag that answers it.
    pub flag: &'static str,
    /// What a person is asked.
    pub words: &'q str,
    /// What is proposed; empty for what may stay empty, `None` for what nobody can guess.
    pub default: Option<String>,
    /// An answer that is right.
    pub example: &'static str,
    /// Judges an answer.
    pub judge: Judge<'q>,
}

impl<'t> Questions<'t> {
    pub(super) fn new(asks: bool, terminal: &'t mut Terminal) -> Self {
        Questions { asks, terminal, missing: Vec::new(), wrong: Vec::new() }
    }

    /// The answer; empty where it is missing, which [`Questions::finish`] tells.
    pub(super) fn answer(&mut self, given: Option<&str>, question: &Question) -> Result<String, Exit> {
        if let Some(given) = given {
            self.judge(question.flag, given, question.judge);
            return Ok(given.trim().to_owned());
        }
        if self.asks {
            let colour = self.terminal.messages_look().colour;
            return ask::ask(question.words, question.default.as_deref(), colour, question.judge).map_err(
                |error| {
                    self.terminal.error(error, "answers can be given in advance: `branchline init --help`");
                    Exit::Failed
                },
            );
        }
        Ok(question.default.clone().unwrap_or_else(|| {
            self.missing.push(format!("{} {}", question.flag, question.example));
            String::new()
        }))
    }

    /// Judges what a flag was given.
    pub(super) fn judge(&mut self, flag: &str, given: &str, judge: Judge) {
        if let Some(why) = judge(given.trim()) {
            self.wrong(format_args!("{flag} `{}` {why}", given.escape_debug()));
        }
    }

    /// Notes that something is wrong.
    pub(super) fn wrong(&mut self, what: impl Display) {
        self.wrong.push(what.to_string());
    }

    /// Ends the questions: with everything that is wrong, and then with everything that is missing.
    pub(super) fn finish(self) -> Result<(), Exit> {
        for wrong in &self.wrong {
            self.terminal.error(wrong, "");
        }
        if !self.missing.is_empty() {
            let flags: Vec<&str> = self.missing.iter().filter_map(|flag| flag.split(' ').next()).collect();
            self.terminal.error(
                format_args!(
                    "nobody can be asked here, and the repository does not tell: {}",
                    flags.join(", ")
                ),
                &format!("say it, as in `branchline init {}`", self.missing.join(" ")),
            );
        }
        if self.wrong.is_empty() && self.missing.is_empty() { Ok(()) } else { Err(Exit::Usage) }
    }
}

/// Judges by a format of the configuration.
pub(super) fn format(name: &'static str) -> impl Fn(&str) -> Option<String> {
    move |answer| misfit(name, answer)
}

/// Judges a command: one line of text.
pub(super) fn one_line(answer: &str) -> Option<String> {
    let is_fine = !answer.is_empty() && !answer.chars().any(char::is_control);
    (!is_fine).then(|| "has to be a command in one line, or the word `none`".to_owned())
}

/// Asks whether the file may be written.
pub(super) fn confirm(shown: &str, terminal: &mut Terminal) -> Result<(), Exit> {
    let is_word = |answer: &str| {
        let is_one = matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes" | "n" | "no");
        (!is_one).then(|| "has to be `yes` or `no`".to_owned())
    };
    let colour = terminal.messages_look().colour;
    match ask::ask(&format!("Write {shown}?"), Some("yes"), colour, &is_word) {
        Ok(answer) if answer.to_ascii_lowercase().starts_with('y') => Ok(()),
        Ok(_) => {
            terminal.message("Nothing was written.\n");
            Err(Exit::Failed)
        }
        Err(error) => {
            terminal.error(error, "");
            Err(Exit::Failed)
        }
    }
}
