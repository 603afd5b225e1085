//! The small AWS that commands are tested against (`stub/`), itself held against botocore.

#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

#[path = "../support/python.rs"]
mod python;
#[path = "../support/stub.rs"]
mod stub;

use stub::Stub;

#[test]
fn a_stub_starts_answers_through_its_door_and_ends() {
    let stub = Stub::start();
    assert_eq!(stub.calls(), Vec::<serde_json::Value>::new());
    stub.assert_unflagged();
}
