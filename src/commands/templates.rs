//! `branchline templates`: the shell steps, and copies of them to change.

use clap::{Args, ValueEnum, ValueHint};

use super::Exit;
use crate::diagnostic::shown;
use crate::document::{ejected, steps};
use crate::edge::terminal::Terminal;
use crate::edge::{configuration, templates};

/// List the shell steps, print one, or copy one into the repository to change it
///
/// A copy stands in `.branchline/templates` beside branchline.yml and is used in place of the original from then on. It is
/// held to what the originals are held to: a name that has no value, a helper that is none, and a value that is not quoted are
/// errors with their place. Nothing is overwritten.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do
    #[arg(value_enum)]
    action: Action,
    /// The step, such as build/build
    name: Option<String>,
    /// The folder to start from: the copy is put beside the nearest branchline.yml there or above it
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    directory: std::path::PathBuf,
}

/// What to do with the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Each step with what it does
    List,
    /// Print the original of a step
    Show,
    /// Copy a step into the repository
    Eject,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    match (arguments.action, arguments.name.as_deref()) {
        (Action::List, None) => {
            let widest = steps::listed().map(|(name, _)| name.len()).max().unwrap_or_default();
            for (name, what) in steps::listed() {
                terminal.result(format_args!("{name:widest$}  {what}\n"));
            }
            Ok(Exit::Done)
        }
        (Action::List, Some(_)) => {
            terminal
                .error("`templates list` takes no name", "`branchline templates show NAME` prints one step");
            Err(Exit::Usage)
        }
        (Action::Show | Action::Eject, None) => {
            terminal.error("which step? A name is missing", "`branchline templates list` has the names");
            Err(Exit::Usage)
        }
        (Action::Show, Some(name)) => {
            let text = steps::original(name).ok_or_else(|| unknown(name, terminal))?;
            terminal.result(text);
            Ok(Exit::Done)
        }
        (Action::Eject, Some(name)) => eject(arguments, name, terminal),
    }
}

fn eject(arguments: &Arguments, name: &str, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let text = ejected::copy(name).ok_or_else(|| unknown(name, terminal))?;
    let found = configuration::find(&arguments.directory).map_err(|error| {
        terminal.error(&error, &error.help());
        Exit::Configuration
    })?;
    let path = templates::write_new(&found.root, name, &text).map_err(|error| {
        terminal.error(&error, &error.help());
        Exit::Failed
    })?;
    terminal.message(format_args!(
        "Wrote {path}, which is used in place of the original from now on.\nNext: change it, then `branchline generate --diff` shows what that changes.\n"
    ));
    Ok(Exit::Done)
}

fn unknown(name: &str, terminal: &mut Terminal) -> Exit {
    terminal
        .error(format_args!("there is no step {}", shown(name)), "`branchline templates list` has the names");
    Exit::Usage
}
