//! The branch map as a whole: what is wrong with it, what it says, and how `map` and `explain` tell it.

#![allow(
    clippy::disallowed_methods,
    clippy::needless_raw_string_hashes,
    reason = "snapshots look for their own source; one test measures time"
)]

mod explain;
mod findings;
mod git;
mod groups;
mod map;
mod names;
mod rules;
mod sample;
