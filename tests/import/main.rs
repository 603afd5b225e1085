//! `branchline import`, on repositories that git itself makes.
#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

mod adf;
mod buildspecs;
mod buildspecs_of_copilot;
mod cases;
mod codecommit;
mod copilot;
#[cfg(all(unix, feature = "aws"))]
mod look_up;
#[cfg(all(unix, feature = "aws"))]
#[path = "../support/copilot.rs"]
mod made;
mod monorepo;
mod overrides;
mod pipeline;
mod pipeline_hostile;
#[cfg(all(unix, feature = "aws"))]
mod pipeline_live;
mod platform_config;
#[path = "../support/python.rs"]
mod python;
mod reading;
mod repository;
mod steps;
#[cfg(all(unix, feature = "aws"))]
#[path = "../support/stub.rs"]
mod stub;
mod switch;
