//! AWS Copilot's files.

pub mod environment;
pub mod interpolation;
mod known;
mod merge;
pub mod pipeline;
pub mod workload;
pub mod workspace;
