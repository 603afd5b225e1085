//! AWS Copilot's files.

pub mod absent;
pub mod addons;
mod beside;
mod buildspec;
mod differs;
pub mod environment;
pub mod folder;
pub mod gather;
mod images;
pub mod interpolation;
mod known;
pub mod looked_up;
mod merge;
mod overrides;
mod pasted;
pub mod pick;
pub mod pipeline;
pub mod platform;
mod rights;
pub mod rules;
pub mod services;
pub mod stacks;
pub mod steps;
pub mod switch;
mod together;
pub mod workload;
pub mod workspace;
