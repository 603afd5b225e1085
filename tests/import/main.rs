//! `branchline import`, on repositories that git itself makes.
#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

#[path = "../support/python.rs"]
mod python;
#[path = "../support/stub.rs"]
mod stub;

mod copilot;
mod pipeline;
mod pipeline_hostile;
mod pipeline_live;
mod repository;
