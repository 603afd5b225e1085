//! AWS Copilot's files.

pub mod pick;
pub mod pipeline;
pub mod rules;
