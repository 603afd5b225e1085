//! `branchline start`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use super::counted::counted;
use super::deeds::{NEWER, OLDER, bucket};
use super::{Stage, golden, text};

const CALLS: &[&str] = &[
    "GetCallerIdentity",
    "ListTagsForResource",
    "GetPipelineState",
    "ListPipelineExecutions",
    "GetPipeline",
    "StartPipelineExecution",
];

/// A repository with the configuration of `examples/rails-ecs`, and what it fetched from `origin`.
pub struct Checkout {
    folder: TempDir,
}

impl Checkout {
    pub fn new() -> Self {
        let checkout = Checkout { folder: tempfile::tempdir().unwrap() };
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/rails-ecs/branchline.yml");
        fs::copy(home, checkout.folder.path().join("branchline.yml")).unwrap();
        checkout.git(&["init", "--quiet", "--initial-branch", "main"]);
        checkout
    }

    pub fn path(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments);
        git.current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        let output = git.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    }

    /// A commit that changes a file; its id.
    pub fn commit(&self, file: &str, message: &str) -> String {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, message).unwrap();
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// What `origin` had at a branch when it was fetched last.
    fn fetched(&self, branch: &str, commit: &str) {
        self.git(&["update-ref", &format!("refs/remotes/origin/{branch}"), commit]);
    }
}

#[test]
fn a_start_by_hand_is_shown_with_what_it_goes_past_and_begins_once() {
    let world = Stage::new(&json!({}));
    world.later(60);
    let start = &["start", "shop-release", "--commit", OLDER, "--yes"];
    let cases = world.fails_well(start, CALLS);
    counted("`start`", "a call denied; the one that acts failing in each way", cases);
    let said = world
        .survives(&["start", "shop-release", "--commit", OLDER, "--yes", "--json"], "StartPipelineExecution");
    let runs = world.runs("shop-release");
    assert_eq!(runs.len(), 2, "AWS knows the same request by its token");
    assert_eq!(said.json()["execution"], runs[1]["id"]);
    assert_eq!(said.json()["commit"], OLDER);
    world.later(600);
    let downgrade = &["start", "shop-release", "--commit", NEWER, "--variable", "DOWNGRADE=allow"];
    let said = world.say(downgrade);
    assert_eq!((said.code, world.runs("shop-release").len()), (Some(64), 2), "{}", said.err);
    assert!(said.out.contains("LIFTS THE GUARD"), "{}", said.out);
    let (code, shown) = world.answered(downgrade, &[["Start it?", "y\r"], ["in full", "no\r"]]);
    assert_eq!((code, world.runs("shop-release").len()), (Some(1), 2), "{shown}");
    let mut arguments = downgrade.to_vec();
    arguments.push("--yes");
    golden("start.txt", &world.shown(&arguments));
    let run = world.runs("shop-release").pop().unwrap();
    assert_eq!(run["variables"], json!([{ "name": "DOWNGRADE", "resolvedValue": "allow" }]));
    let said = world.done(&["start", "develop", "--yes"]);
    assert!(said.out.contains("the newest of develop"), "{}", said.out);
    world.stub.assert_unflagged();
}

#[test]
fn a_branch_of_a_pattern_is_released_at_the_head_that_git_knows() {
    let world = Stage::new(&bucket());
    world.later(60);
    let checkout = Checkout::new();
    let first = checkout.commit("a", "Ship the \u{202e}basket");
    let second = checkout.commit("b", "Mend it");
    checkout.fetched("release/1.4", &first);
    checkout.fetched("main", &second);
    let start = |arguments: &[&str]| {
        let all: Vec<&str> = ["start"].iter().chain(arguments).copied().collect();
        world.say_in(checkout.path(), &all, "1")
    };
    let begun = || world.runs("shop-release").len();
    let said = start(&["release/1.4", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains(&format!("{first} Ship the basket, committed just now")), "{}", said.out);
    assert!(said.out.contains("as origin was last fetched here"), "{}", said.out);
    let run = world.runs("shop-release").pop().unwrap();
    assert_eq!(run["overrides"]["Source"]["revisionValue"], first.as_str());
    // The beginning of an id is completed; that the commit is on no release branch is said.
    let said = start(&["shop-release", "--commit", &second[..9].to_uppercase(), "--yes", "--json"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(said.json()["commit"], second.as_str());
    assert!(said.json()["warnings"][0].as_str().unwrap().contains("no branch that starts this pipeline"));
    let count = begun();
    let refusals = [
        (&["shop-release"][..], "does not say which commit of which branch is meant"),
        (&["release/1.5"], "git here does not know `origin/release/1.5`"),
        (&["shop-release", "--commit", "fffffff"], "knows no commit that begins with `fffffff`"),
        (&["shop-release", "--commit", "v1.4"], "is not the id of a commit"),
        (&["shop-release", "--commit", "abc"], "is not the id of a commit"),
        (&["shop-release", "--commit", OLDER, "--variable", "DOWNGRAD=allow"], "is `DOWNGRADE` meant?"),
        (&["shop-release", "--commit", OLDER, "--variable", "DOWNGRADE=yes"], "is `allow` or `refuse`"),
        (&["shop-release", "--commit", OLDER, "--variable", "DOWNGRADE"], "is to be NAME=VALUE"),
        (&["develop", "--variable", "REGION=x"], "has no variable `REGION`"),
        (&["feature/1"], "no pipeline is called `feature/1`"),
    ];
    for (arguments, words) in refusals {
        let mut arguments = arguments.to_vec();
        arguments.push("--yes");
        let said = start(&arguments);
        assert!(
            said.code == Some(64) && said.err.contains(words),
            "{arguments:?}: {:?} {}",
            said.code,
            said.err
        );
    }
    assert_eq!(begun(), count, "nothing was begun by any of them");
    // `--remote` asks the remote, which has gone on.
    let remote = Checkout::new();
    let third = remote.commit("c", "Gone on");
    remote.git(&["branch", "release/1.4"]);
    checkout.git(&["remote", "add", "origin", remote.path()]);
    let said = start(&["release/1.4", "--remote", "--yes", "--json"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(said.json()["commit"], third.as_str());
    assert!(said.err.contains("as origin has it now"), "{}", said.err);
    world.stub.assert_unflagged();
}

#[test]
fn a_commit_that_the_named_branch_does_not_have_is_warned_of() {
    let world = Stage::new(&bucket());
    world.later(60);
    let checkout = Checkout::new();
    let first = checkout.commit("a", "One");
    let second = checkout.commit("b", "Two");
    checkout.fetched("release/1", &first);
    checkout.fetched("release/2", &second);
    let warned = |what: &str| {
        let said =
            world.say_in(checkout.path(), &["start", what, "--commit", &second, "--yes", "--json"], "1");
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.json()["warnings"].to_string().contains("release/1 does not have this commit")
    };
    assert_eq!((warned("release/1"), warned("release/2"), warned("shop-release")), (true, false, false));
    world.stub.assert_unflagged();
}

#[test]
fn the_pipelines_name_behind_the_apps_comes_before_a_pattern_that_takes_it() {
    let text = include_str!("../../examples/rails-ecs/branchline.yml");
    let text =
        text.replacen("  release/*: [staging, production]", "  release/*: [production]\n  '*': [staging]", 1);
    let world = Stage::written(&text, (super::ACCOUNT, super::REGION, "shop"), &bucket());
    world.later(60);
    let folder = world.folder.to_str().unwrap();
    let said = world.say_in(folder, &["start", "release", "--commit", OLDER, "--yes", "--json"], "1");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.json()["pipeline"], "shop-release");
}
