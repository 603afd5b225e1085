//! The lock of an environment: the shell that takes it, run as it is, by a scheduler that answers its calls one by one.
//!
//! A contender is a bash with the generated shell. Its `aws`, `jq`, `sleep` and `date` wait until the scheduler answers, so
//! that one seed is one order of events, and a moment between a judgement and the write that follows from it is as long
//! as a test wants.

#![allow(clippy::disallowed_methods, reason = "a test runs programs and reads files")]
#![allow(unreachable_pub, reason = "the support is shared between test programs")]

#[path = "../support/python.rs"]
mod python;

mod contender;
mod dice;
mod jq;
mod line;
mod mould;
mod mutants;
mod others;
mod scenarios;
mod schedules;
mod store;
mod world;
