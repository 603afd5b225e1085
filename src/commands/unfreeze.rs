//! `branchline unfreeze`: releases enter an environment again.

use clap::Args;

use super::Exit;
use super::aws::Credentials;
use super::freezing::{Asked, run as carry_out};
use crate::cli::Location;
use crate::edge::terminal::Terminal;
use crate::operate::freeze::Wish;

/// Let releases into a frozen environment again
///
/// Opens what `freeze` has closed; what somebody closed in another way stays closed, and is told. Who waits goes in at once.
/// Shows what it will do, and asks.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The environment
    environment: String,
    /// Open what somebody else has closed, too
    #[arg(long)]
    all: bool,
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
    let asked = Asked {
        command: "unfreeze",
        location: &arguments.location,
        credentials: &arguments.credentials,
        environment: &arguments.environment,
        wish: Wish::Unfreeze { all: arguments.all },
        yes: arguments.yes,
        json: arguments.json,
    };
    carry_out(&asked, terminal)
}
