//! `branchline apply`, against the small AWS of `tests/aws/stub`: what it makes, what it refuses, and that it reaches the same end
//! however it was interrupted.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests start programs and write files")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

mod bench;
mod faults;
mod first;
mod interrupted;
mod keeping;
mod keeping_bounds;
#[path = "../support/python.rs"]
mod python;
mod refused;
#[path = "../support/stub.rs"]
mod stub;
