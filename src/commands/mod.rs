//! One file a command.

mod exit;
pub mod generate;

pub use exit::Exit;
