//! `apply --prune`: the pipelines that the map asks for no more.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::bench::{Bench, said};
use super::destroy::{TWO, applied, deleted, standing};

const PRUNE: [&str; 3] = ["apply", "--prune", "--yes"];

/// A rule with a pipeline for each branch beside the one of `main`.
const FAMILY: &str = "version: 1\napp: hello\nbranches:\n  main: [live]\n  feature/*: { environments: [dev], per_branch: true }\n\
    environments:\n  live: {}\n  dev: {}\npipelines: { account: \"111122223333\", region: eu-west-1 }\nsource:\n  \
    repository: acme/hello\n  connection: CONNECTION\nservices:\n  web:\n    deploy:\n      \
    ecs: { cluster: \"hello-{environment}\", roles: [\"hello-{environment}-task\"] }\n";

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"])
        .args(arguments);
    let ended = git.current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// The family's app in a repository whose remote has three branches, of which this clone knows one; all of them applied.
fn cloned() -> (Bench, tempfile::TempDir) {
    let bench = Bench::new();
    bench.write(FAMILY);
    bench.stub.clock(&json!({"auto": 600}));
    let (here, remote) = (bench.folder(), tempfile::tempdir().unwrap());
    git(remote.path(), &["init", "--bare", "-q"]);
    git(here, &["init", "-q"]);
    git(here, &["add", "."]);
    git(here, &["commit", "-qm", "one"]);
    git(here, &["remote", "add", "origin", remote.path().to_str().unwrap()]);
    git(
        here,
        &[
            "push",
            "-q",
            "origin",
            "HEAD:refs/heads/main",
            "HEAD:refs/heads/feature/a",
            "HEAD:refs/heads/feature/b",
        ],
    );
    let said = bench.run(&["apply", "--yes", "--remote"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(pipelines(&bench).len(), 3, "{:?}", standing(&bench));
    (bench, remote)
}

/// The names of the pipelines' stacks behind the app's name.
fn pipelines(bench: &Bench) -> Vec<String> {
    let all = standing(bench).into_iter();
    all.filter_map(|name| Some(name.strip_prefix("hello-pipeline-")?.to_owned())).collect()
}

#[test]
fn rules_that_were_taken_out_lose_their_pipelines_and_nothing_else_goes() {
    let bench = applied(TWO);
    let fewer = TWO.replace("  develop: [dev]\n", "").replace("  dev: {}\n", "");
    bench.write(&fewer);
    let said = bench.run(&["plan"]);
    assert!(
        said.out.contains("`branchline apply --prune` would delete hello-pipeline-develop"),
        "{}",
        said.out
    );
    assert!(said.out.contains("`branchline destroy --environment dev`"), "{}", said.out);
    bench.applied();
    assert_eq!(deleted(&bench), Vec::<String>::new(), "an apply without it deletes nothing");
    let said = bench.run(&PRUNE);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("hello-pipeline-develop  deleted"), "{}", said.out);
    assert!(said.out.contains("--repository-name hello/web/develop"), "{}", said.out);
    assert_eq!(deleted(&bench), ["hello-pipeline-develop"]);
    assert_eq!(
        standing(&bench),
        ["hello-base", "hello-environment-dev", "hello-environment-live", "hello-pipeline-main"]
    );
    let written = bench.stub.writes().len();
    assert_eq!(bench.run(&PRUNE).code, Some(0));
    assert_eq!(bench.stub.writes().len(), written, "a second one writes nothing");
    bench.stub.assert_unflagged();
}

#[test]
fn branches_that_this_clone_lacks_are_not_gone() {
    let (bench, _remote) = cloned();
    let written = bench.stub.writes().len();
    let said = bench.run(&PRUNE);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(
        said.err.contains("branches that this clone does not know") && said.err.contains("`--remote`"),
        "{}",
        said.err
    );
    let said = bench.run(&[&PRUNE[..], &["--remote"]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!((bench.stub.writes().len(), pipelines(&bench).len()), (written, 3));
    // A remote that cannot be asked is no remote without branches.
    git(bench.folder(), &["remote", "set-url", "origin", "/nonexistent"]);
    let said = bench.run(&[&PRUNE[..], &["--remote"]].concat());
    assert_ne!(said.code, Some(0), "{}", said.out);
    assert_eq!(bench.stub.writes().len(), written);
}

#[test]
fn a_branch_that_is_gone_takes_its_pipeline_along_even_one_that_failed() {
    let (bench, remote) = cloned();
    git(remote.path(), &["update-ref", "-d", "refs/heads/feature/a"]);
    let dump = bench.stub.dump();
    let all = &dump["accounts"]["111122223333"]["regions"]["eu-west-1"]["pipelines"];
    let of_a = all.as_object().unwrap().keys().find(|name| name.ends_with("-feature-a")).unwrap().clone();
    let run = |status: &str| {
        let run = json!({
            "id": "0e1f2a3b-1111-4222-8333-944444444444", "version": 1, "status": status, "summary": null, "started": 1,
            "updated": 1, "trigger": {"triggerType": "Webhook", "triggerDetail": ""}, "mode": "QUEUED", "type": "STANDARD",
            "target": null, "revisions": [], "overrides": {}, "variables": [], "at": 0, "inside": false, "stages": {},
            "log": [], "rules": [], "overridden": [],
        });
        bench.state(&json!({"pipelines": {&of_a: {"runs": {"0e1f2a3b-1111-4222-8333-944444444444": run}}}}));
    };
    let prune = [&PRUNE[..], &["--remote"]].concat();
    run("InProgress");
    // What else is to be done is not done either.
    bench.write(&FAMILY.replace("acme/hello", "acme/other"));
    let written = bench.stub.writes().len();
    let said = bench.run(&prune);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("is running (0e1f2a3b"), "{}", said.err);
    assert_eq!(bench.stub.writes().len(), written);
    run("Failed");
    bench.write(FAMILY);
    let said = bench.run(&[&prune[..], &["--json"]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let one = told.as_array().unwrap().iter().find(|one| one["outcome"] == "deleted").unwrap();
    assert!(one["name"].as_str().unwrap().ends_with("-feature-a"), "{told:#}");
    let left = pipelines(&bench);
    assert!(left.len() == 2 && !left.iter().any(|name| name.ends_with("-feature-a")), "{left:?}");
    bench.stub.assert_unflagged();
}

#[test]
fn nothing_is_taken_away_for_something_that_could_not_be_made() {
    let bench = applied(TWO);
    let other = TWO.replace("  develop: [dev]\n", "  trunk: [dev]\n");
    bench.write(&other);
    let script = json!({"stack": "hello-pipeline-trunk", "logical": "Pipeline", "at": "create", "reason": "not today"});
    bench.stub.state(&json!({"scripts": {"resources": [script]}}));
    let said = bench.run(&PRUNE);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(deleted(&bench), Vec::<String>::new());
    let said = bench.run(&[&PRUNE[..], &["--mend"]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(pipelines(&bench), ["main", "trunk"]);
}

#[test]
fn a_pipeline_that_cannot_be_deleted_is_told_and_the_next_prune_goes_on() {
    let bench = applied(TWO);
    bench.write(&TWO.replace("  develop: [dev]\n", "").replace("  dev: {}\n", ""));
    let script = json!({"stack": "hello-pipeline-develop", "type": "AWS::IAM::Role", "at": "delete", "reason": "in use"});
    bench.stub.state(&json!({"scripts": {"resources": [script]}}));
    let said = bench.run(&PRUNE);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(
        said.err.contains("`hello-pipeline-develop` could not be deleted: it is DELETE_FAILED"),
        "{}",
        said.err
    );
    assert_eq!(bench.run(&PRUNE).code, Some(0));
    assert_eq!(pipelines(&bench), ["main"]);
}

#[test]
fn a_fork_says_nothing_of_the_branches_of_what_it_was_forked_from() {
    let (bench, _remote) = cloned();
    let fork = tempfile::tempdir().unwrap();
    git(fork.path(), &["init", "--bare", "-q"]);
    git(bench.folder(), &["push", "-q", fork.path().to_str().unwrap(), "HEAD:refs/heads/main"]);
    let address = "https://github.com/someoneelse/hello";
    git(bench.folder(), &["remote", "add", "fork", address]);
    let written = bench.stub.writes().len();
    let prune = |remote: &str| {
        let mut command = bench.command(&[&PRUNE[..], &[remote]].concat());
        // git asks the folder in the host's place.
        command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_VALUE_0", "https://github.com/");
        command.env("GIT_CONFIG_KEY_0", format!("url.{}/.insteadOf", fork.path().join("hosted").display()));
        said(command.output().unwrap())
    };
    let hosted = |repository: &str| {
        let path = fork.path().join("hosted").join(repository);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        git(fork.path(), &["clone", "-q", "--bare", fork.path().to_str().unwrap(), path.to_str().unwrap()]);
    };
    hosted("someoneelse/hello");
    let refused = prune("--remote=fork");
    assert_eq!(refused.code, Some(1), "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("`fork` is `someoneelse/hello` on `github.com`"), "{}", refused.err);
    assert_eq!((bench.stub.writes().len(), pipelines(&bench).len()), (written, 3));
    // The repository itself may say that its branches are gone.
    hosted("Acme/hello");
    git(bench.folder(), &["remote", "set-url", "fork", "https://github.com/Acme/hello"]);
    let done = prune("--remote=fork");
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    assert_eq!(pipelines(&bench), ["main"]);
}

#[test]
fn a_list_without_a_branch_that_the_map_names_deletes_nothing() {
    let (bench, remote) = cloned();
    let written = bench.stub.writes().len();
    let list = bench.folder().join("branches");
    fs::write(&list, "abc\n").unwrap();
    let listed = [&PRUNE[..], &["--branches", list.to_str().unwrap()]].concat();
    let said = bench.run(&listed);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("the list of branches has no branch `main`"), "{}", said.err);
    for branch in ["main", "feature/a", "feature/b"] {
        git(remote.path(), &["update-ref", "-d", &format!("refs/heads/{branch}")]);
    }
    git(bench.folder(), &["push", "-q", "origin", "HEAD:refs/heads/other"]);
    let said = bench.run(&[&PRUNE[..], &["--remote"]].concat());
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("the remote `origin` has no branch `main`"), "{}", said.err);
    assert_eq!((bench.stub.writes().len(), pipelines(&bench).len()), (written, 3));
    fs::write(&list, "main\n").unwrap();
    let said = bench.run(&listed);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(pipelines(&bench), ["main"]);
}

#[test]
fn an_environment_without_a_branch_is_not_left_over_and_takes_the_next_one() {
    let (bench, remote) = cloned();
    let without_main = FAMILY.replace("  main: [live]\n", "").replace("  live: {}\n", "");
    // Nothing is left but the rule for branches.
    bench.write(&without_main);
    let apply = [&PRUNE[..], &["--remote"]].concat();
    let said = bench.run(&apply);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let said = bench.run(&["destroy", "--environment", "live", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    for branch in ["a", "b"] {
        git(remote.path(), &["update-ref", "-d", &format!("refs/heads/feature/{branch}")]);
    }
    let said = bench.run(&apply);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(pipelines(&bench).is_empty() && !said.out.contains("LockBucket"), "{}", said.out);
    let has_locks = || bench.stack("hello-base").1["resources"].get("LockBucket").is_some();
    assert!(has_locks(), "{:#}", bench.stack("hello-base").1);
    let plan = bench.run(&["plan", "--remote", "--exit-code", "--json"]);
    assert_eq!(plan.code, Some(0), "{}{}", plan.out, plan.err);
    assert!(!plan.out.contains("\"left\""), "{}", plan.out);
    git(remote.path(), &["update-ref", "refs/heads/feature/c", "refs/heads/main"]);
    let said = bench.run(&apply);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(pipelines(&bench).len() == 1 && has_locks(), "{:?}", standing(&bench));
}

#[test]
fn an_environment_that_the_map_lacks_is_left_over() {
    let bench = applied(TWO);
    bench.write(&TWO.replace("  develop: [dev]\n", "").replace("  dev: {}\n", ""));
    assert_eq!(bench.run(&PRUNE).code, Some(0));
    let plan = bench.run(&["plan", "--exit-code", "--json"]);
    assert_eq!(plan.code, Some(2), "{}", plan.err);
    assert!(plan.out.contains("hello-environment-dev") && plan.out.contains("\"left\""), "{}", plan.out);
}
