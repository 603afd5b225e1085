//! `branchline init`: a first `branchline.yml`, after what the repository shows.

mod answer;
mod flags;
mod questions;
mod told;

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{Exit, load};
use crate::diagnostic;
use crate::edge::configuration::{self, NAME};
use crate::edge::terminal::Terminal;
use crate::edge::{ask, create, git, survey};
use crate::init::{Found, text};
use flags::Flags;

/// Write a first branchline.yml, after what the repository shows
///
/// Looks at branches, the git remote, Dockerfiles, Compose files, migration tools and tests, and writes a commented file at
/// the root of the repository that passes `branchline check`. On a terminal it asks what it cannot see, with an answer
/// proposed; elsewhere, and with --yes, it takes the proposals and needs --account, --region and, where there is no git
/// remote, --repository. What it had to assume is marked CHECK in the file. A branchline.yml that is there is never
/// overwritten. Files that may hold secrets, such as .env, are not read.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A folder of the repository; the file is written at the repository's root
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    directory: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Ask nothing: take what is proposed
    #[arg(long, short)]
    yes: bool,
    /// Print the file instead of writing it
    #[arg(long)]
    stdout: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let root = root(arguments, terminal)?;
    let path = root.join(NAME);
    if !arguments.stdout {
        create::is_free(&path).map_err(|error| failed(terminal, &error, error.help()))?;
    }
    let seen = survey::survey(&root).map_err(|error| failed(terminal, &error, &error.hint()))?;
    let found = Found::of(&seen);
    let asks = !arguments.yes && ask::is_possible();
    if asks {
        terminal.message(told::found(&seen, &found));
    }
    let answers = answer::answers(&arguments.flags, &seen, &found, asks, terminal)?;
    let text = text::text(&seen, &found, &answers).map_err(|error| {
        failed(terminal, &error, "this is a fault of branchline, not of your repository: please report it")
    })?;
    let shown = configuration::shown(&path);
    sound(&root, &shown, &text, terminal)?;
    terminal.message(told::passed_over(&seen, &found));
    if arguments.stdout {
        terminal.result(&text);
        return Ok(Exit::Done);
    }
    if asks {
        questions::confirm(&shown, terminal)?;
    }
    create::create(&path, &text).map_err(|error| failed(terminal, &error, error.help()))?;
    terminal.message(told::next(&shown, &text));
    Ok(Exit::Done)
}

/// The folder that the file belongs into: the root of the working tree, or the folder itself outside of any repository.
fn root(arguments: &Arguments, terminal: &mut Terminal) -> Result<PathBuf, Exit> {
    let folder = configuration::start(&arguments.directory)
        .map_err(|error| failed(terminal, &error, &error.help()))?;
    if git::is_bare(&folder).unwrap_or_default() {
        let help = "run it in a clone of the repository";
        return Err(failed(terminal, "this repository has no working tree to write into", help));
    }
    match git::facts(&folder) {
        Ok(facts) => Ok(facts.root.canonicalize().unwrap_or(facts.root)),
        Err(git::GitError::NoRepository { .. }) => Ok(folder),
        Err(error) => Err(failed(terminal, &error, &error.hint())),
    }
}

/// Judges the text as `branchline check` does. One that is wrong is not written.
fn sound(root: &std::path::Path, shown: &str, text: &str, terminal: &mut Terminal) -> Result<(), Exit> {
    let found =
        configuration::Found { root: root.to_owned(), shown: shown.to_owned(), text: text.to_owned() };
    let loaded = load::judged(found, None, Vec::new(), terminal)?;
    if diagnostic::has_errors(&loaded.findings) {
        let look = terminal.messages_look();
        terminal.message(loaded.drawn(look));
        terminal.error(
            "the file would be wrong, so nothing was written",
            "what stands above says which answer it is: run it again with another",
        );
        return Err(Exit::Configuration);
    }
    Ok(())
}

fn failed(terminal: &mut Terminal, error: impl std::fmt::Display, help: &str) -> Exit {
    terminal.error(error, help);
    Exit::Failed
}
