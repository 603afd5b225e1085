//! One file a command.

pub mod explain;
pub mod map;
pub mod stages;
