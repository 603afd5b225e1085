//! Pipelines on CodeCommit, whose stacks have the rule that starts them.

use super::bench::{Bench, SMALL};

fn small() -> String {
    SMALL.replace(
        "repository: acme/hello\n  connection: CONNECTION",
        "provider: codecommit\n  repository: Hello",
    )
}

#[test]
fn an_apply_makes_the_rule_no_connection_and_nothing_that_a_second_one_would_change() {
    let bench = Bench::new();
    bench.write(&small());
    let said = bench.applied();
    assert!(said.err.contains("StartRule (Events::Rule)  CREATE_COMPLETE"), "{}", said.err);
    assert!(!said.err.contains("CodeConnections"), "{}", said.err);
    let plan = bench.run(&["plan", "--exit-code"]);
    assert_eq!(plan.code, Some(0), "what stands is what is wanted: {}{}", plan.out, plan.err);
    bench.stub.assert_unflagged();
}

#[test]
fn without_stacks_nothing_is_made_that_nobody_would_start() {
    let bench = Bench::new();
    bench.write(&small());
    for command in [&["plan", "--engine", "api"][..], &["apply", "--yes", "--engine", "api"]] {
        let said = bench.run(command);
        assert_eq!(said.code, Some(1), "{command:?}: {}{}", said.out, said.err);
        assert!(said.err.contains("nothing would start the pipelines"), "{command:?}: {}", said.err);
    }
    assert_eq!(bench.stub.writes(), Vec::<String>::new());
}

#[test]
fn what_keeps_pipelines_by_a_connection_is_refused() {
    let bench = Bench::new();
    bench.write(&small());
    let said = bench.run(&[
        "bootstrap",
        "--config-branch",
        "main",
        "--image",
        "registry/tools/branchline:1",
        "--stdout",
    ]);
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(said.err.contains("none leads to CodeCommit"), "{}", said.err);
}
