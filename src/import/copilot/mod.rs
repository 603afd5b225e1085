//! AWS Copilot's files.

pub mod pipeline;
