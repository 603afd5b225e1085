//! From another tool's files, as every branch has them, to a branch map and a list of what changes.
//!
//! Pure: `edge::git` reads the branches ([`copies::Branch`]), [`copilot`] reads what they hold, [`pipeline`] reads
//! pipelines that exist, whoever made them, and what cannot be carried over is
//! a [`remark::Remark`] with its file, branches and line.

pub mod adf;
pub mod alike;
pub mod attributes;
pub mod buildspecs;
pub mod copies;
pub mod copilot;
pub mod draft;
pub mod errand;
pub mod file;
mod keys;
pub mod looked_up;
pub mod migration;
mod names;
pub mod pipeline;
pub mod platform_config;
mod reader;
pub mod remark;
pub mod report;
pub mod text;
