//! The only input and output.

pub mod configuration;
pub mod files;
pub mod git;
pub mod pages;
pub mod repository;
pub mod templates;
pub mod terminal;
