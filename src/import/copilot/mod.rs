//! AWS Copilot's files.

mod beside;
mod buildspec;
pub mod environment;
pub mod gather;
pub mod interpolation;
mod known;
mod merge;
mod overrides;
mod pasted;
pub mod pick;
pub mod pipeline;
mod rights;
pub mod rules;
pub mod services;
pub mod workload;
pub mod workspace;
