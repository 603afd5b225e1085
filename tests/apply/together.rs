//! Two applies at once: one comes between any two requests of the other.

use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::bench::{Bench, SMALL, Said, said};
use super::counted::counted;

/// Of so many requests one is tried: between two that only read little can happen.
const EACH: usize = 2;

/// Begins an apply, and keeps the answer to its n-th request; `None` where it had no so many.
fn kept_at(bench: &Bench, n: usize) -> Option<Child> {
    bench.stub.faults(&json!([{"what": "hold", "nth": n}]));
    let mut child = bench.begin(&["apply", "--yes"]);
    loop {
        if bench.stub.get("held") != json!(0) {
            bench.stub.faults(&json!([]));
            return Some(child);
        }
        if child.try_wait().unwrap().is_some() {
            let said = said(child.wait_with_output().unwrap());
            assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
            return None;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Lets it go on to its end.
fn gone_on(bench: &Bench, child: Child) -> Said {
    bench.stub.release();
    said(child.wait_with_output().unwrap())
}

#[test]
fn two_first_applies_of_one_map_reach_the_end_of_one_wherever_they_meet() {
    let bench = Bench::new();
    let end = bench.usual_end();
    bench.anew();
    let first = bench.reads_before_writing(&["apply", "--yes"]);
    let (mut n, mut cases) = (first, 0);
    loop {
        bench.anew();
        let Some(one) = kept_at(&bench, n) else { break };
        let other = bench.run(&["apply", "--yes"]);
        let one = gone_on(&bench, one);
        for said in [&one, &other] {
            assert_eq!(said.code, Some(0), "met at request {n}: {}{}", said.out, said.err);
        }
        bench.assert_end(&end, &format!("met at request {n}"));
        bench.stub.assert_unflagged();
        (n, cases) = (n + EACH, cases + 1);
    }
    counted("`apply`, from nothing", "another `apply` of the same map comes between two requests", cases);
}

/// The state after both is that of one of the two maps, whole.
#[test]
fn two_applies_of_different_maps_never_mix_wherever_they_meet() {
    let bench = Bench::new();
    bench.applied();
    let begun = bench.stub.dump();
    let again = || {
        bench.anew();
        bench.stub.state(&begun);
    };
    let maps = ["one", "other"].map(|team| {
        let map = SMALL.replace("acme/hello", &format!("acme/{team}"));
        format!("{map}tags: {{ team: {team} }}\n")
    });
    let ends = maps.clone().map(|map| {
        again();
        bench.write(&map);
        bench.applied();
        bench.stub.end_state()
    });
    again();
    let first = bench.reads_before_writing(&["apply", "--yes"]);
    let (mut n, mut cases, mut stopped) = (first, 0, 0);
    loop {
        again();
        bench.write(&maps[0]);
        let Some(one) = kept_at(&bench, n) else { break };
        bench.write(&maps[1]);
        let other = bench.run(&["apply", "--yes"]);
        let one = gone_on(&bench, one);
        for said in [&one, &other] {
            assert!(matches!(said.code, Some(0 | 1)), "met at request {n}: {}{}", said.out, said.err);
            if said.code == Some(1) {
                stopped += 1;
                let has_said = said.err.contains("somebody else changed") || said.err.contains("under way");
                assert!(has_said, "met at request {n}: {}", said.err);
            }
        }
        assert!(one.code == Some(0) || other.code == Some(0), "met at request {n}: one of them goes on");
        let met = bench.stub.end_state();
        if !ends.contains(&met) {
            // What the one had done before it was stopped is the other's to see: that one says so.
            assert_ne!((one.code, other.code), (Some(0), Some(0)), "met at request {n}: they are mixed");
        }
        bench.write(&maps[1]);
        bench.applied();
        bench.assert_end(&ends[1], &format!("met at request {n}"));
        bench.stub.assert_unflagged();
        (n, cases) = (n + EACH, cases + 1);
    }
    assert!(stopped > 5, "{stopped}");
    counted("`apply`, of a change", "another `apply` of another map comes between two requests", cases);
}

#[test]
fn one_that_mends_does_not_delete_what_another_has_made_anew() {
    let bench = Bench::new();
    let end = bench.usual_end();
    bench.anew();
    let script =
        json!({"stack": "hello-base", "logical": "ArtifactKey", "at": "create", "reason": "not today"});
    bench.stub.state(&json!({"scripts": {"resources": [script]}}));
    assert_eq!(bench.run(&["apply", "--yes"]).code, Some(1));
    let broken = bench.stub.dump();
    let requests = {
        let before = bench.stub.calls().len();
        let said = bench.run(&["apply", "--yes", "--mend"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        bench.stub.calls().len() - before
    };
    // Until it has mended: what comes behind is an apply as any other.
    let mut cases = 0;
    for n in (1..=requests.min(14)).step_by(EACH) {
        bench.anew();
        bench.stub.state(&broken);
        bench.stub.faults(&json!([{"what": "hold", "nth": n}]));
        let one = bench.begin(&["apply", "--yes", "--mend"]);
        bench.stub.wait_until_held();
        bench.stub.faults(&json!([]));
        let other = bench.run(&["apply", "--yes", "--mend"]);
        assert!(matches!(other.code, Some(0 | 1)), "met at request {n}: {}{}", other.out, other.err);
        let one = gone_on(&bench, one);
        assert!(matches!(one.code, Some(0 | 1)), "met at request {n}: {}{}", one.out, one.err);
        assert!(one.code == Some(0) || other.code == Some(0), "met at request {n}: {}{}", one.err, other.err);
        bench.applied();
        bench.assert_end(&end, &format!("met at request {n}"));
        bench.stub.assert_unflagged();
        cases += 1;
    }
    counted("`apply --mend`", "another `apply --mend` comes between two requests", cases);
}

#[test]
fn both_started_together_end_well() {
    let bench = Bench::new();
    let end = bench.usual_end();
    for _ in 0..3 {
        bench.anew();
        let both = [bench.begin(&["apply", "--yes"]), bench.begin(&["apply", "--yes"])];
        for child in both {
            let said = said(child.wait_with_output().unwrap());
            assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        }
        bench.assert_end(&end, "at the end");
        bench.stub.assert_unflagged();
    }
}

#[test]
fn a_change_set_that_another_apply_has_made_is_left_to_it() {
    let bench = Bench::new();
    bench.applied();
    bench.write(&SMALL.replace("acme/hello", "acme/other"));
    // The one has made its change set; an execution begins; the other one finds both.
    bench.stub.faults(&json!([{"what": "hold", "operation": "CreateChangeSet", "nth": 1}]));
    let one = bench.begin(&["apply", "--yes", "--interrupt"]);
    bench.stub.wait_until_held();
    bench.stub.faults(&json!([{"what": "hold", "operation": "DescribeChangeSet", "nth": 2}]));
    let other = bench.begin(&["apply", "--yes"]);
    let begun = Instant::now();
    while bench.stub.get("held") != json!(2) {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(5));
    }
    super::refused::execution(&bench, "InProgress");
    let deletes = || bench.stub.writes().iter().filter(|call| call.contains("Delete")).count();
    let before = deletes();
    // The one is kept from carrying it out for two tries, while the other one looks.
    bench.stub.faults(&json!([{"what": "503", "operation": "ExecuteChangeSet", "nth": 1, "times": 2}]));
    bench.stub.release();
    let other = said(other.wait_with_output().unwrap());
    assert_eq!(other.code, Some(1), "{}", other.err);
    assert!(other.err.contains("since just now"), "{}", other.err);
    assert_eq!(deletes(), before, "the one's change set is about to be carried out");
    let one = gone_on(&bench, one);
    assert_eq!(one.code, Some(0), "{}", one.err);
    let _: Value = bench.stub.end_state();
    bench.stub.assert_unflagged();
}
