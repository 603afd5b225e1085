//! `branchline freeze`: no release enters an environment.

use clap::Args;

use super::Exit;
use super::aws::Credentials;
use super::freezing::{Asked, run as carry_out};
use crate::cli::Location;
use crate::edge::terminal::Terminal;
use crate::operate::freeze::{Wish, reason};

/// Let no release into an environment, in any pipeline, until `unfreeze`
///
/// Closes the transition into the first stage of the environment in each pipeline of the map that leads there. What is inside
/// already goes on. Shows what it will do, and asks. docs/freeze.md says what waits, and for how long.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The environment
    environment: String,
    /// Why, for whoever finds it frozen
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Print how each pipeline stands as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let reason = reason(&arguments.reason).map_err(|error| {
        terminal.error(&error, error.help());
        Exit::Usage
    })?;
    let asked = Asked {
        command: "freeze",
        location: &arguments.location,
        credentials: &arguments.credentials,
        environment: &arguments.environment,
        wish: Wish::Freeze(reason),
        yes: arguments.yes,
        json: arguments.json,
    };
    carry_out(&asked, terminal)
}
