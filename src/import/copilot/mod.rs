//! AWS Copilot's files.

pub mod absent;
pub mod addons;
pub mod environment;
pub mod folder;
pub mod gather;
pub mod interpolation;
mod known;
mod merge;
pub mod pick;
pub mod pipeline;
pub mod rules;
pub mod services;
pub mod stacks;
pub mod steps;
mod together;
pub mod workload;
pub mod workspace;
