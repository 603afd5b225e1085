//! Applies that are killed after each of their requests in turn, and the next one.

use std::time::Duration;

use serde_json::json;

use super::bench::{Bench, SMALL, said};

/// Kills an apply after its n-th request; `false` where it had no so many.
pub fn killed_after(bench: &Bench, n: usize, arguments: &[&str]) -> bool {
    bench.stub.faults(&json!([{"what": "kill_after", "nth": n}]));
    let mut child = bench.begin(arguments);
    loop {
        if bench.stub.get("held") != json!(0) {
            child.kill().unwrap();
            said(child.wait_with_output().unwrap());
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            let said = said(child.wait_with_output().unwrap());
            assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
            return false;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

#[test]
fn a_first_apply_that_is_killed_anywhere_is_gone_on_with() {
    let bench = Bench::new();
    let end = bench.usual_end();
    let mut n = 1;
    loop {
        bench.anew();
        if !killed_after(&bench, n, &["apply", "--yes"]) {
            break;
        }
        bench.later();
        bench.applied();
        assert_eq!(bench.stub.end_state(), end, "killed after request {n}");
        bench.stub.assert_unflagged();
        n += 1;
    }
    assert!(n > 20, "{n}");
}

#[test]
fn an_update_that_is_killed_anywhere_is_gone_on_with() {
    let bench = Bench::new();
    bench.applied();
    let begun = bench.stub.dump();
    let again = |bench: &Bench| {
        bench.anew();
        bench.stub.state(&begun);
    };
    bench.write(&format!("{}tags: {{ team: core }}\n", SMALL.replace("acme/hello", "acme/other")));
    bench.applied();
    let end = bench.stub.end_state();
    let mut n = 1;
    loop {
        again(&bench);
        if !killed_after(&bench, n, &["apply", "--yes"]) {
            break;
        }
        bench.later();
        bench.applied();
        assert_eq!(bench.stub.end_state(), end, "killed after request {n}");
        n += 1;
    }
    assert!(n > 20, "{n}");
}
