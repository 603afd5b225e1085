//! `branchline init`: a first `branchline.yml`, after what the repository shows.

mod answer;
mod flags;
mod questions;
mod told;

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Exit;
use super::proposal::{failed, root, sound};
use crate::edge::configuration::{self, NAME};
use crate::edge::terminal::Terminal;
use crate::edge::{ask, create, survey};
use crate::init::{Found, text};
use flags::Flags;

/// What to do where the file would be wrong.
const WRONG: &str = "what stands above says which answer it is: run it again with another";

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
    let root = root(&arguments.directory, terminal)?;
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
    sound(&root, &shown, &text, WRONG, terminal)?;
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
