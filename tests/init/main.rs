//! `branchline init` on repositories of many kinds, which git makes: what it writes, what it refuses, what it asks.
//!
//! `BLESS=1 cargo test --test init` writes the files beside this one anew; read them before they are kept.
// Tests make the files that they need.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod hostile;
#[allow(dead_code, unreachable_pub)]
#[path = "../git/place.rs"]
mod place;
#[cfg(unix)]
#[allow(unreachable_pub)]
#[path = "../support/python.rs"]
mod python;
mod refusals;
mod sample;
mod samples;
#[cfg(unix)]
mod terminal;
