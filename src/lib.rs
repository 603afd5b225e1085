//! branchline: one branch-to-environment map in, a separate AWS CodePipeline per source branch out.
//!
//! Everything goes one way:
//!
//! ```text
//! branchline.yml ─► config ─► branch_map ─► pipeline ─► document ─► change ─► edge::files
//! ```
//!
//! From [`config`] to [`change`] every module is a pure function of its arguments: no clock, no network, no
//! environment variables, no disk, no printing; the same bytes out for the same bytes in. Input and output live
//! in [`edge`] alone, and [`commands`] is the only place where the parts meet. What is wrong with a configuration
//! is a list of [`diagnostic::Finding`]s, all of them at once, each with its place in the file.

pub mod branch_map;
pub mod change;
pub mod cli;
pub mod commands;
pub mod config;
pub mod diagnostic;
pub mod doctor;
pub mod document;
pub mod edge;
pub mod import;
pub mod init;
pub mod operate;
pub mod parity;
pub mod pipeline;
