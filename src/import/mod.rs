//! From another tool's files, as every branch has them, to a branch map and a list of what changes.
//!
//! Pure: `edge::git` reads the branches ([`copies::Branch`]), [`copilot`] reads what they hold, [`pipeline`] reads
//! pipelines that exist, whoever made them, and what cannot be carried over is
//! a [`remark::Remark`] with its file, branches and line.

pub mod attributes;
pub mod copies;
pub mod copilot;
pub mod draft;
pub mod migration;
pub mod pipeline;
mod reader;
pub mod remark;
pub mod report;
pub mod text;
