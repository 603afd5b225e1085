//! AWS Copilot's files.

pub mod environment;
pub mod gather;
pub mod interpolation;
mod known;
mod merge;
pub mod pick;
pub mod pipeline;
pub mod rules;
pub mod services;
pub mod switch;
pub mod workload;
pub mod workspace;
