//! `branchline import`, on repositories that git itself makes.
#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod copilot;
#[path = "../support/python.rs"]
mod python;
mod repository;
mod switch;
