//! The output folder: what is there, and how it is replaced.
//!
//! [`Folder`] looks, [`Staging`] writes. Symbolic links are never followed: what is written stands where its path says.

// This is the one place that reads and writes generated files.
#![allow(clippy::disallowed_methods)]

mod abandoned;
mod error;
mod folder;
mod staging;
mod turn;

pub use error::FilesError;
pub use folder::{Folder, There};
pub(in crate::edge) use staging::write_beside;
pub use staging::{Staged, Staging};
pub use turn::{Others, Turn};

/// How the name of a staged file begins, so that one left behind by a killed process is known again.
const STAGED: &str = ".branchline-staged-";
