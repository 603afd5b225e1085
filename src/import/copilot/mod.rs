//! AWS Copilot's files.

pub mod absent;
pub mod addons;
pub mod environment;
pub mod folder;
pub mod gather;
mod images;
pub mod interpolation;
mod known;
pub mod looked_up;
mod merge;
pub mod pick;
pub mod pipeline;
pub mod platform;
pub mod rules;
pub mod services;
pub mod stacks;
pub mod steps;
mod together;
pub mod workload;
pub mod workspace;
