//! `branchline plan` against the small AWS: what it tells of stacks that stand, lack, differ or are not ours, and what it does when AWS
//! says no.

#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::needless_raw_string_hashes, reason = "snapbox writes them")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

#[path = "../support/counted.rs"]
mod counted;
#[path = "../support/python.rs"]
mod python;
#[path = "../support/stub.rs"]
mod stub;

mod faults;
mod replacement;
mod told;
mod world;
