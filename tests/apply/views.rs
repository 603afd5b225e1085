//! `branchline plan --change-set`: CloudFormation's own view, and nothing is left of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::bench::{Bench, SMALL, said};
use super::counted::counted;

const LOOK: [&str; 2] = ["plan", "--change-set"];

/// A map in which something changes, in which something new comes, and in which something goes.
fn changed(bench: &Bench) {
    let map = SMALL
        .replace("main: [live]", "main: [live]\n  next: [other]")
        .replace("live: {}", "live: {}\n  other: {}");
    bench.write(&map.replace("cluster: hello,", "cluster: \"hello-{environment}\","));
}

#[test]
fn what_cloudformation_says_stands_below_the_plan_and_nothing_is_left() {
    let bench = Bench::new();
    bench.applied();
    changed(&bench);
    let before = bench.stub.end_state();
    let said = bench.run(&LOOK);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let (_, view) = said.out.split_once("CloudFormation's own view").unwrap();
    assert!(
        view.contains(
            "  ~ Pipeline (CodePipeline::Pipeline) changes\n      Stages: changed in the template\n"
        ),
        "{view}"
    );
    assert!(view.contains("\nhello-pipeline-next (111122223333, eu-west-1)\n  + "), "{view}");
    bench.assert_end(&before, "at the end");
    bench.stub.assert_unflagged();
}

#[test]
fn scripts_are_given_it_with_each_stack() {
    let bench = Bench::new();
    bench.applied();
    changed(&bench);
    let said = bench.run(&[&LOOK[..], &["--json", "--exit-code"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let of = |name: &str| {
        told.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["change_set"].clone()
    };
    let pipeline = of("hello-pipeline-main");
    assert_eq!(pipeline["state"], "worked_out");
    let changes = pipeline["changes"].as_array().unwrap();
    let change = changes.iter().find(|one| one["resource"] == "Pipeline").unwrap();
    assert_eq!(change["action"], "Modify");
    assert_eq!(change["replacement"], "False");
    let cause = json!({
        "attribute": "Properties", "name": "Stages", "recreation": "Never", "source": "DirectModification", "entity": null,
    });
    assert!(change["causes"].as_array().unwrap().contains(&cause), "{change:#}");
    assert!(
        of("hello-pipeline-next")["changes"].as_array().unwrap().iter().all(|one| one["action"] == "Add")
    );
    // Without the option there is no such member.
    let plain: Value = serde_json::from_str(&bench.run(&["plan", "--json"]).out).unwrap();
    assert_eq!(plain[0].get("change_set"), None);
}

#[test]
fn what_stands_on_a_base_that_is_not_there_is_said_to_be_not_known() {
    let bench = Bench::new();
    let said = bench.run(&LOOK);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains(
            "hello-pipeline-main (111122223333, eu-west-1)\n  ? not known before `hello-base` stands"
        ),
        "{}",
        said.out
    );
    let end = bench.stub.end_state();
    assert_eq!(end["places"]["111122223333 eu-west-1"]["stacks"], json!({}), "no stack under review is left");
    bench.stub.assert_unflagged();
}

#[test]
fn what_cloudformation_refuses_is_told_with_its_reason() {
    let bench = Bench::new();
    bench.applied();
    changed(&bench);
    let rule = json!({"what": "denied", "operation": "DeleteChangeSet"});
    bench.stub.faults(&json!([rule]));
    let said = bench.run(&LOOK);
    assert_eq!(said.code, Some(5), "what could not be deleted is told: {}", said.err);
    bench.stub.faults(&json!([]));
    assert_eq!(bench.run(&LOOK).code, Some(0));
    let sets = &bench.stub.end_state()["places"]["111122223333 eu-west-1"]["change sets"];
    assert_eq!(*sets, json!([]), "the next look takes away what one has left");
}

#[test]
fn where_nothing_would_change_no_change_set_is_made() {
    let bench = Bench::new();
    bench.applied();
    let written = bench.stub.writes();
    let said = bench.run(&LOOK);
    assert!(said.out.contains("no stack would change"), "{}", said.out);
    assert_eq!(bench.stub.writes(), written);
}

/// Broken off after each of its requests that writes; then the next look, or the next apply, clears all away.
#[test]
fn a_look_that_is_broken_off_anywhere_is_cleared_away_by_the_next_look_or_apply() {
    let bench = Bench::new();
    bench.applied();
    let begun = bench.stub.dump();
    changed(&bench);
    bench.applied();
    let end = bench.stub.end_state();
    let again = || {
        bench.anew();
        bench.stub.state(&begun);
    };
    again();
    let before = bench.stub.end_state();
    let mut n = 1;
    loop {
        again();
        bench.stub.faults(&json!([{"what": "kill_after", "writes": true, "nth": n}]));
        let mut child = bench.begin(&LOOK);
        let is_over = loop {
            if bench.stub.get("held") != json!(0) {
                break false;
            }
            if child.try_wait().unwrap().is_some() {
                break true;
            }
            std::thread::sleep(Duration::from_millis(3));
        };
        // One that is over has no process to kill.
        let _ = child.kill();
        said(child.wait_with_output().unwrap());
        if is_over {
            break;
        }
        bench.later();
        if n % 2 == 0 {
            assert_eq!(bench.run(&LOOK).code, Some(0), "after request {n}");
            bench.assert_end(&before, &format!("broken off after request {n}"));
        } else {
            bench.applied();
            bench.assert_end(&end, &format!("broken off after request {n}"));
        }
        bench.stub.assert_unflagged();
        n += 1;
    }
    counted("`plan --change-set`", "killed after a request that writes", n - 1);
}

#[test]
fn an_apply_is_not_disturbed_by_a_look_wherever_they_meet() {
    let bench = Bench::new();
    bench.applied();
    let begun = bench.stub.dump();
    changed(&bench);
    bench.applied();
    let end = bench.stub.end_state();
    let again = || {
        bench.anew();
        bench.stub.state(&begun);
    };
    again();
    let first = bench.reads_before_writing(&LOOK);
    let (mut n, mut cases) = (first, 0);
    loop {
        again();
        bench.stub.faults(&json!([{"what": "hold", "nth": n}]));
        let mut child = bench.begin(&LOOK);
        let is_over = loop {
            if bench.stub.get("held") != json!(0) {
                break false;
            }
            if child.try_wait().unwrap().is_some() {
                break true;
            }
            std::thread::sleep(Duration::from_millis(3));
        };
        if is_over {
            assert_eq!(said(child.wait_with_output().unwrap()).code, Some(0));
            break;
        }
        bench.stub.faults(&json!([]));
        bench.applied();
        bench.stub.release();
        let look = said(child.wait_with_output().unwrap());
        assert_eq!(look.code, Some(0), "met at request {n}: {}", look.err);
        bench.assert_end(&end, &format!("met at request {n}: {}", look.out));
        bench.stub.assert_unflagged();
        (n, cases) = (n + 3, cases + 1);
    }
    counted("`plan --change-set`", "an `apply` comes between two requests", cases);
}
