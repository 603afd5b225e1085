//! The files that are generated, as typed values written out and read back.

pub mod digest;
mod file;
pub mod read_back;
pub mod yaml;

pub use file::{File, RenderError};
