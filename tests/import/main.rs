//! `branchline import`, on repositories that git itself makes.
#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, reason = "the support is shared between test programs")]

mod copilot;
#[path = "../support/python.rs"]
mod python;
mod repository;
mod switch;
