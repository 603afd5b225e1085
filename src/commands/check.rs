//! `branchline check`: what is wrong with the configuration.

use clap::Args;

use super::{Exit, load};
use crate::cli::Location;
use crate::edge::terminal::Terminal;

/// Say everything that is wrong with branchline.yml
///
/// All findings at once, each with its place, the reason and what to write instead. Needs no AWS account and writes
/// nothing. Ends with 3 when the configuration is wrong, with 0 when there are at most warnings.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    /// Print the findings as a JSON list, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
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
