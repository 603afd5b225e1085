//! One file a command: its arguments, whose doc comments are the help, and its story. The only place where the parts
//! meet.

#[cfg(feature = "aws")]
pub mod apply;
#[cfg(feature = "aws")]
mod aws;
pub mod check;
pub mod completions;
pub mod explain;
pub mod generate;
pub mod import;
pub mod init;
pub mod man;
pub mod map;
#[cfg(feature = "aws")]
pub mod plan;
pub mod schema;
#[cfg(feature = "aws")]
pub mod status;
pub mod templates;

mod branches;
mod exit;
mod gates;
mod load;
mod proposal;
mod repository;
pub mod stages;
mod words;

pub use exit::Exit;

use crate::cli::{Cli, Command};
use crate::edge::terminal::Terminal;

/// Runs one command.
pub fn run(cli: Cli, terminal: &mut Terminal) -> Exit {
    terminal.answer_in_json(cli.command.is_json());
    let ended = match cli.command {
        Command::Init(arguments) => init::run(&arguments, terminal),
        Command::Import(arguments) => import::run(&arguments, terminal),
        Command::Generate(arguments) => generate::run(&arguments, terminal),
        Command::Check(arguments) => check::run(&arguments, terminal),
        Command::Map(arguments) => map::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Plan(arguments) => plan::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Apply(arguments) => apply::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Status(arguments) => status::run(&arguments, terminal),
        Command::Templates(arguments) => templates::run(&arguments, terminal),
        Command::Schema(arguments) => schema::run(&arguments, terminal),
        Command::Completions(arguments) => completions::run(&arguments, terminal),
        Command::Man(arguments) => man::run(&arguments, terminal),
    };
    ended.unwrap_or_else(|exit| exit)
}
