//! `branchline apply`, against the small AWS of `tests/aws/stub`: what it makes, what it refuses, and that it reaches the same end
//! however it was interrupted.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests start programs and write files")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

mod bench;
mod closed;
mod codecommit;
#[path = "../support/counted.rs"]
mod counted;
mod destroy;
mod destroy_faults;
mod elsewhere;
mod engine;
mod faults;
mod first;
mod frozen;
mod interrupted;
mod keeping;
mod keeping_bounds;
mod moto;
mod person;
mod prune;
#[path = "../support/python.rs"]
mod python;
mod refused;
mod stale;
#[path = "../support/stub.rs"]
mod stub;
mod together;
mod views;
