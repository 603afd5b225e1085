//! The files that are generated, as typed values written out and read back.

pub mod bootstrap;
pub mod buildspec;
pub mod buildspec_files;
pub mod cloudformation;
pub mod codepipeline;
mod conditions;
mod declaration;
pub mod digest;
mod draft;
pub mod ejected;
mod file;
mod harmless;
pub mod messages;
pub mod overrides;
pub mod overview;
pub(crate) mod page;
mod pieces;
pub mod read_back;
mod roles;
pub mod size;
pub mod specs;
pub mod stacks;
pub mod steps;
pub mod tree;
mod trigger;
pub mod yaml;

pub use draft::Draft;
pub use file::{File, RenderError};
