//! Questions to a person at a terminal. Asked on stderr, so that what goes to stdout is the result alone.

// Here the person answers.
#![allow(clippy::disallowed_methods)]

use std::io::{self, IsTerminal as _};

use dialoguer::Input;
use dialoguer::console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};

/// Why an answer is not taken, as the end of a sentence about it; `None` for one that is.
pub type Judge<'j> = &'j dyn Fn(&str) -> Option<String>;

/// No answer came: the person broke off, or went away.
#[derive(Debug, thiserror::Error)]
#[error("the questions were broken off ({0}); nothing was written")]
pub struct BrokenOff(
    /// What the terminal said.
    pub String,
);

/// Whether somebody can be asked: answers come from a terminal, and questions are seen.
pub fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks until the answer is taken. Return alone takes the default, where there is one; an empty default may stay empty.
pub fn ask(question: &str, default: Option<&str>, colour: bool, judge: Judge) -> Result<String, BrokenOff> {
    let theme: Box<dyn Theme> =
        if colour { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) };
    let mut input = Input::<String>::with_theme(theme.as_ref())
        .with_prompt(question)
        .validate_with(|answer: &String| judge(answer.trim()).map_or(Ok(()), |why| Err(format!("it {why}"))));
    if let Some(default) = default {
        input = input
            .default(default.to_owned())
            .show_default(!default.is_empty())
            .allow_empty(default.is_empty());
    }
    let answer = input.interact_text_on(&Term::stderr());
    answer.map(|answer| answer.trim().to_owned()).map_err(|error| BrokenOff(error.to_string()))
}
