//! `branchline check`: what is wrong with the configuration.

use clap::{Args, Subcommand};

use super::{Exit, load, parity};
use crate::cli::Location;
use crate::edge::terminal::Terminal;

/// Say everything that is wrong with branchline.yml
///
/// All findings at once, each with its place, the reason and what to write instead. Needs no AWS account and writes
/// nothing. Ends with 3 when the configuration is wrong, with 0 when there are at most warnings.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    location: Location,
    /// Print the findings as a JSON list, for scripts
    #[arg(long)]
    json: bool,
}

/// What else can be checked. Each one's help stands with its arguments.
#[derive(Debug, Subcommand)]
enum Other {
    Parity(Box<parity::Arguments>),
}

impl Arguments {
    /// Whether a script asked.
    pub(crate) fn is_json(&self) -> bool {
        match &self.other {
            Some(Other::Parity(arguments)) => arguments.json,
            None => self.json,
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    if let Some(Other::Parity(arguments)) = &arguments.other {
        return parity::run(arguments, terminal);
    }
    let loaded = load::load(&arguments.location, terminal)?;
    if arguments.json {
        terminal.result(loaded.in_json());
    } else if loaded.is_clean() {
        terminal.columns(&format!("{}: nothing is wrong\n", loaded.shown));
    } else {
        // Here the findings are the result.
        let look = terminal.results_look();
        terminal.result(loaded.drawn(look));
    }
    let changed = loaded.changed_steps();
    if !changed.is_empty() && !arguments.json {
        terminal.message(format_args!(
            "note: of these steps changed copies stand in .branchline/templates, and what they do is not checked: {}\n",
            changed.join(", ")
        ));
    }
    Ok(if loaded.has_errors() { Exit::Configuration } else { Exit::Done })
}
