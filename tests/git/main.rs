//! What branchline reads of repositories, on repositories that git itself makes.
// Tests make the files that they need.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod branches;
mod broken;
mod place;
#[cfg(target_os = "linux")]
mod remote;
mod repositories;
mod revisions;
mod sources;
