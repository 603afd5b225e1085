//! Reads that show what was before the last write, and answers that never come.

use serde_json::json;

use super::bench::{Bench, SMALL};
use super::counted::counted;

/// Every other read of an apply in turn is shown the world before the last write; then the next apply.
fn stale_in_turn(bench: &Bench, anew: &dyn Fn()) -> usize {
    anew();
    bench.applied();
    let end = bench.stub.end_state();
    let (mut n, mut cases) = (1, 0);
    loop {
        anew();
        let before = bench.stub.calls().len();
        bench.stub.faults(&json!([{"what": "stale", "nth": n, "times": 1, "seconds": 100_000}]));
        let said = bench.run(&["apply", "--yes"]);
        let reads =
            bench.stub.calls().split_off(before).iter().filter(|call| call["is_write"] == false).count();
        if reads < n {
            break;
        }
        assert!(matches!(said.code, Some(0 | 1 | 5)), "read {n}: {}{}", said.out, said.err);
        assert!(said.code == Some(0) || said.err.contains("help:"), "read {n}: {}", said.err);
        bench.later();
        bench.applied();
        bench.assert_end(&end, &format!("read {n}: {}", said.err));
        bench.stub.assert_unflagged();
        (n, cases) = (n + 2, cases + 1);
    }
    cases
}

#[test]
fn a_first_apply_that_reads_what_was_before_is_gone_on_with() {
    let bench = Bench::new();
    let cases = stale_in_turn(&bench, &|| bench.anew());
    counted("`apply`, from nothing", "a read shows what was before the last write", cases);
}

#[test]
fn an_update_that_reads_what_was_before_is_gone_on_with() {
    let bench = Bench::new();
    bench.applied();
    let begun = bench.stub.dump();
    bench.write(&format!("{}tags: {{ team: core }}\n", SMALL.replace("acme/hello", "acme/other")));
    let cases = stale_in_turn(&bench, &|| {
        bench.anew();
        bench.stub.state(&begun);
    });
    counted("`apply`, of a change", "a read shows what was before the last write", cases);
}

/// A call that is not answered is tried again after half a minute, so only one is tried: the one that must not be carried out
/// twice.
#[test]
fn a_call_that_is_carried_out_and_never_answered_is_carried_out_once() {
    let bench = Bench::new();
    let end = bench.usual_end();
    bench.anew();
    bench.stub.faults(&json!([{"what": "hang", "after": true, "operation": "ExecuteChangeSet", "nth": 1}]));
    let said = bench.applied();
    bench.assert_end(&end, &said.err);
    let executed = bench.stub.writes().iter().filter(|call| call.ends_with("ExecuteChangeSet")).count();
    assert_eq!(executed, 4, "three stacks, and one that was asked for again");
    bench.stub.assert_unflagged();
    counted("`apply`, from nothing", "a call is carried out and never answered", 1);
}
