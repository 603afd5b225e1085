//! The generated buildspecs, executed: what they call, what they say, what they leave, when things go well and when
//! they do not.
//!
//! A scenario is a function from a job, a project as one action of a pipeline runs it, to a verdict. The tests run it on
//! what branchline generates from a whole configuration, where it must hold; the mutations run the same scenario on a
//! buildspec that was broken in one place, where it must not.

#![allow(
    clippy::disallowed_methods,
    reason = "a test reads and writes files, and asks for the clock's fakes"
)]
#![allow(unreachable_pub, reason = "the support is shared between test programs")]
#![allow(dead_code, reason = "the support is shared between test programs")]

#[path = "../support/mod.rs"]
mod support;

mod abroad;
mod accounts;
mod agreeing;
mod building;
mod code_commit;
mod codebuild;
mod comparing;
mod deploying;
mod documented_needs;
mod evil;
mod example_pipelines;
mod first_deploys;
mod gates;
mod guarding;
mod history;
mod imported;
mod jobs;
mod keeping;
mod kept;
mod lengths;
mod locking;
mod migrating;
mod migrating_on_machine;
mod mutations;
mod mutations_around;
mod mutations_deploying;
mod names;
mod neighbours;
mod overlapping;
mod ownership;
mod parts;
mod permissions;
mod recording;
mod releasing;
mod releasing_examples;
mod releasing_verified;
mod releasing_with_projects;
mod requests;
mod reusing;
mod rules;
mod shell;
mod sidecars;
mod snapshots;
mod testing;
mod verdict;
mod verifying;
