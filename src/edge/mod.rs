//! The only input and output.

pub mod git;
