//! `doctor`, through the real SDK and the light calls beside it, against the small AWS of `tests/aws/stub`.
#![cfg(all(unix, feature = "aws"))]
#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

mod bench;
#[path = "../support/copilot.rs"]
mod copilot;
mod denied;
mod faults;
mod found;
mod healthy;
mod made_up;
#[path = "../support/python.rs"]
mod python;
mod shown;
#[path = "../support/stub.rs"]
mod stub;
