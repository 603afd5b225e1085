//! The only input and output.

pub mod ask;
#[cfg(feature = "aws")]
pub mod aws;
pub mod branches;
pub mod clock;
pub mod configuration;
pub mod create;
pub mod files;
pub mod foreign;
pub mod git;
pub mod pages;
pub mod parity;
pub mod remote;
pub mod replace;
pub mod repository;
pub mod reviewed;
#[cfg(feature = "aws")]
pub mod screen;
pub mod survey;
pub mod templates;
pub mod terminal;
