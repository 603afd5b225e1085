//! `branchline rollback`.

use serde_json::{Value, json};

use super::counted::counted;
use super::deeds::{NEWER, OLDER, bucket, script};
use super::start::Checkout;
use super::{Stage, golden};

const CALLS: &[&str] = &[
    "GetCallerIdentity",
    "ListTagsForResource",
    "GetPipelineState",
    "ListPipelineExecutions",
    "RollbackStage",
];

const ROLLBACK: &[&str] = &["rollback", "production", "--yes"];

/// Two releases that have come to production.
fn released(state: &Value) -> Stage {
    let world = Stage::new(state);
    world.later(60);
    world.release_all(OLDER);
    world.release_all(NEWER);
    world
}

fn record(commit: &str, pipeline: &str, before: (&str, &str)) -> Value {
    json!({
        "pipeline": pipeline, "execution": "c53d0000", "commit": commit, "time": "2020-01-01T00:00:00Z",
        "before": { "pipeline": before.0, "execution": "0a1b", "commit": before.1 },
    })
}

#[test]
fn a_rollback_brings_back_the_release_before_once() {
    let world = released(&json!({}));
    let cases = world.fails_well(ROLLBACK, CALLS);
    counted("`rollback`", "a call denied; the one that acts failing in each way", cases);
    let said = world.survives(&["rollback", "production", "--yes", "--json"], "RollbackStage").json();
    let runs = world.runs("shop-release");
    assert_eq!(runs.len(), 4, "one rollback and no second");
    assert_eq!((&runs[3]["type"], &runs[3]["target"]), (&json!("ROLLBACK"), &runs[1]["id"]));
    assert_eq!(said["outcome"], "already");
    assert_eq!((&said["execution"], &said["target"]), (&runs[3]["id"], &runs[1]["id"]));
    assert_eq!(said["commit"], OLDER);
    // While it is in the stage there is no second one; and behind it, it goes back further or not at all.
    let said = world.say(ROLLBACK);
    assert!(said.code == Some(1) && said.err.contains("is in Deploy-production"), "{}", said.err);
    world.later(600);
    let said = world.say(ROLLBACK);
    assert!(
        said.code == Some(1) && said.err.contains("there is nothing to roll production back to"),
        "{}",
        said.err
    );
    assert_eq!(world.runs("shop-release").len(), 4, "never forward to what was found bad");
    let said = world.say(&["rollback", "productoin", "--yes"]);
    assert_eq!((said.code, said.err.contains("is `production` meant?")), (Some(64), true), "{}", said.err);
    let said = world.say(&["rollback", "production", "--pipeline", "develop", "--yes"]);
    assert_eq!((said.code, said.err.contains("it goes to dev")), (Some(64), true), "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn what_is_not_undone_is_shown_by_the_files_of_migrations_that_differ() {
    let checkout = Checkout::new();
    let first = checkout.commit("db/migrate/1.rb", "One");
    checkout.commit("app/a.rb", "Two");
    let second = checkout.commit("db/migrate/2.rb", "Three");
    let mut state = bucket();
    state["commits"] = json!({ &first: "One", &second: "Three" });
    let world = Stage::new(&state);
    world.later(60);
    world.release_all(&first);
    world.release_all(&second);
    world.record("records/production/deployed", &record(&second, "shop-release", ("shop-release", &first)));
    world.record("records/production/migrated", &record(&second, "shop-release", ("", "")));
    let said = world.say_in(checkout.path(), &["rollback", "production"], "1");
    assert_eq!(said.code, Some(64), "{}", said.err);
    assert!(said.out.contains("Not undone: db/migrate/2.rb."), "{}", said.out);
    assert!(!said.out.contains("a.rb"), "{}", said.out);
    world.stub.assert_unflagged();
}

#[test]
fn the_pipeline_that_deployed_last_is_known_by_the_record() {
    let world = released(&bucket());
    world.record("records/production/deployed", &record(NEWER, "shop-hotfix", ("shop-release", OLDER)));
    let said = world.say(ROLLBACK);
    assert_eq!(said.code, Some(64), "{}{}", said.out, said.err);
    assert!(said.err.contains("production has what shop-hotfix deployed"), "{}", said.err);
    // The last release of the other pipeline is brought back, and not the one before it.
    golden(
        "rollback.txt",
        &without_ages(&world.shown(&["rollback", "production", "--pipeline", "release/*", "--yes"])),
    );
    let runs = world.runs("shop-release");
    assert_eq!(runs[3]["target"], runs[2]["id"]);
    world.stub.assert_unflagged();
}

/// How old the record is, is the machine's own time.
fn without_ages(shown: &str) -> String {
    let lines = shown.lines().map(|line| match line.split_once("by shop-hotfix, ") {
        Some((before, _)) => format!("{before}by shop-hotfix, AGE\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn behind_a_change_of_the_pipeline_it_says_what_to_do_instead() {
    let world = released(&bucket());
    world.record("records/production/deployed", &record(NEWER, "shop-release", ("shop-release", OLDER)));
    let dump = world.stub.dump();
    let region = &dump["accounts"][super::ACCOUNT]["regions"][super::REGION];
    let declaration = region["pipelines"]["shop-release"]["declaration"].clone();
    let changed = json!({ "operation": "UpdatePipeline", "params": { "pipeline": declaration } });
    // Changed between the look and the write, and then before the look.
    world
        .stub
        .faults(&json!([{ "what": "meanwhile", "operation": "RollbackStage", "nth": 1, "do": [changed] }]));
    let instead = format!("branchline start shop-release --commit {OLDER} --variable DOWNGRADE=allow");
    let said = world.say(&["rollback", "production", "--yes", "--json"]);
    assert_eq!((said.code, said.json()["outcome"].as_str()), (Some(1), Some("refused")), "{}", said.err);
    assert!(said.err.contains("the pipeline was changed since that execution"), "{}", said.err);
    assert!(said.err.contains(&instead), "{}", said.err);
    let said = world.say(ROLLBACK);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(
        said.err.contains("there is nothing to roll production back to") && said.err.contains(&instead),
        "{}",
        said.err
    );
    assert_eq!(world.runs("shop-release").len(), 3);
    world.stub.assert_unflagged();
}

#[test]
fn a_deploy_that_failed_gives_way_to_the_last_one_that_went_well() {
    let failing = json!([{ "stage": "Deploy-production", "action": "Guard", "pipeline": "shop-release", "times": 0, "status": "Succeeded" }]);
    let world = released(&script(&failing));
    world.stub.state(&script(&json!([{ "stage": "Deploy-production", "action": "api", "times": 1 }])));
    world.release_all(&"ab".repeat(20));
    let (code, shown) = world.answered(&["rollback", "production"], &[["Roll it back?", "yes\r"]]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("no migration is undone (of api: bundle exec"), "{shown}");
    let runs = world.runs("shop-release");
    assert_eq!(runs[4]["target"], runs[2]["id"], "{shown}");
    world.later(600);
    assert_eq!(world.runs("shop-release")[4]["status"], "Succeeded");
    world.stub.assert_unflagged();
}

/// Of the fourth execution, the third being the last good one.
const BAD: &str = "abababababababababababababababababababab";

#[test]
fn behind_a_rollback_a_bad_release_gives_way_to_what_was_brought_back() {
    let world = released(&json!({}));
    world.done(ROLLBACK);
    world.later(600);
    world.release_all(BAD);
    let said = world.done(&["rollback", "production", "--yes", "--json"]);
    assert_eq!(said.json()["commit"], OLDER, "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn a_rollback_that_failed_at_the_lock_is_tried_again() {
    let world = released(&bucket());
    world.record("records/production/deployed", &record(NEWER, "shop-release", ("shop-release", OLDER)));
    world.stub.state(&script(&json!([{ "stage": "Deploy-production", "action": "Lock", "times": 1 }])));
    world.done(ROLLBACK);
    world.later(600);
    assert_eq!(world.runs("shop-release")[3]["status"], "Failed");
    let said = world.done(&["rollback", "production", "--yes", "--json"]);
    assert_eq!(said.json()["commit"], OLDER, "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn behind_a_release_that_touched_nothing_what_is_there_already_is_not_brought_back() {
    let world = released(&bucket());
    world.record("records/production/deployed", &record(NEWER, "shop-release", ("shop-release", OLDER)));
    world.stub.state(&script(&json!([{ "stage": "Deploy-production", "action": "Lock", "times": 1 }])));
    world.release_all(BAD);
    assert_eq!(world.runs("shop-release")[3]["status"], "Failed");
    let said = world.done(&["rollback", "production", "--yes", "--json"]);
    assert_eq!(said.json()["commit"], OLDER, "{}", said.err);
    assert!(said.err.contains("ended before it touched production"), "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn nothing_is_rolled_back_that_is_not_any_more_as_it_was_shown() {
    let world = released(&json!({}));
    let first = world.runs("shop-release")[1]["id"].clone();
    let other = json!({ "pipelineName": "shop-release", "stageName": "Deploy-production", "targetPipelineExecutionId": first });
    let meanwhile = json!([{ "operation": "RollbackStage", "params": other, "advance": 600 }]);
    world.stub.faults(
        &json!([{ "what": "meanwhile", "operation": "GetPipelineState", "nth": 2, "do": meanwhile }]),
    );
    let said = world.say(&["rollback", "production", "--yes", "--json"]);
    assert_eq!((said.code, said.json()["outcome"].as_str()), (Some(1), Some("refused")), "{}", said.err);
    assert!(said.err.contains("production is not any more as it was shown"), "{}", said.err);
    assert_eq!(world.runs("shop-release").len(), 4, "that of the other alone");
    world.stub.assert_unflagged();
}

#[test]
fn a_release_that_was_never_verified_is_passed_over_and_said() {
    let text = include_str!("../../examples/rails-ecs/branchline.yml");
    let verify =
        "  production:\n    verify: { http: { url: \"https://example.com/health\", contains: ok } }\n";
    let text = text.replacen("  production:\n", verify, 1);
    let world = Stage::written(&text, (super::ACCOUNT, super::REGION, "shop"), &json!({}));
    world.later(60);
    world.release_all(OLDER);
    world.stub.state(&script(&json!([{ "stage": "Verify-production", "times": 1 }])));
    world.release_all(NEWER);
    assert_eq!(world.runs("shop-release")[2]["stages"]["Verify-production"]["status"], "Failed");
    world.release_all(BAD);
    let folder = world.folder.to_str().unwrap();
    let said = world.say_in(folder, &["rollback", "production", "--yes", "--json"], "1");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.json()["commit"], OLDER, "{}", said.err);
    assert!(said.json()["warnings"].to_string().contains("is passed over"), "{}", said.err);
    world.stub.assert_unflagged();
}
