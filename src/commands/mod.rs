//! One file a command: its arguments, whose doc comments are the help, and its story. The only place where the parts
//! meet.

#[cfg(feature = "aws")]
mod act;
#[cfg(feature = "aws")]
pub mod apply;
#[cfg(feature = "aws")]
pub mod approve;
#[cfg(feature = "aws")]
mod aws;
pub mod bootstrap;
pub mod check;
pub mod completions;
#[cfg(feature = "aws")]
pub mod destroy;
#[cfg(feature = "aws")]
pub mod doctor;
#[cfg(feature = "aws")]
mod engine;
pub mod explain;
#[cfg(feature = "aws")]
pub mod freeze;
#[cfg(feature = "aws")]
mod freezing;
pub mod generate;
#[cfg(feature = "aws")]
mod holding;
pub mod import;
pub mod init;
#[cfg(feature = "aws")]
mod leaving;
#[cfg(feature = "aws")]
pub mod logs;
pub mod man;
pub mod map;
#[cfg(feature = "aws")]
pub mod override_window;
pub mod parity;
#[cfg(feature = "aws")]
pub mod plan;
#[cfg(feature = "aws")]
pub mod reject;
#[cfg(feature = "aws")]
pub mod retry;
#[cfg(feature = "aws")]
pub mod rollback;
pub mod schema;
#[cfg(feature = "aws")]
pub mod start;
#[cfg(feature = "aws")]
pub mod status;
#[cfg(feature = "aws")]
pub mod stop;
pub mod templates;
#[cfg(feature = "aws")]
pub mod unfreeze;

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
        Command::Bootstrap(arguments) => bootstrap::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Destroy(arguments) => destroy::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Doctor(arguments) => doctor::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Status(arguments) => status::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Logs(arguments) => logs::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Start(arguments) => start::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Stop(arguments) => stop::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Approve(arguments) => approve::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Reject(arguments) => reject::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Retry(arguments) => retry::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Rollback(arguments) => rollback::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Override(arguments) => override_window::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Freeze(arguments) => freeze::run(&arguments, terminal),
        #[cfg(feature = "aws")]
        Command::Unfreeze(arguments) => unfreeze::run(&arguments, terminal),
        Command::Templates(arguments) => templates::run(&arguments, terminal),
        Command::Schema(arguments) => schema::run(&arguments, terminal),
        Command::Completions(arguments) => completions::run(&arguments, terminal),
        Command::Man(arguments) => man::run(&arguments, terminal),
    };
    ended.unwrap_or_else(|exit| exit)
}
