//! Every kind of repository.

use branchline::branch_map::Facts;
use branchline::edge::git::{facts, is_bare};

use crate::place::{NAMED, Place, Run, same, unnamed};

fn of(place: &Place, below: &str) -> Facts {
    facts(&place.path(below)).unwrap()
}

#[test]
fn root_branches_and_remote_are_found_from_a_folder_below() {
    let place = Place::with(NAMED);
    place.git("shop", &["branch", "release/1.4"]);
    place.git("shop", &["branch", "fünf"]);
    place.git("shop", &["remote", "add", "origin", "https://user:S3CRET@github.com/acme/shop.git"]);
    place.write("shop/a/b/file", "");
    let facts = of(&place, "shop/a/b");
    assert!(same(&facts.root, &place.path("shop")));
    assert_eq!(facts.branch.as_deref(), Some("main"));
    assert_eq!(facts.branches, ["fünf", "main", "release/1.4"]);
    assert_eq!(facts.remote_branches, Vec::<String>::new());
    assert_eq!(facts.origin.clone().unwrap().repository, "acme/shop");
    assert!(!format!("{facts:?}").contains("S3CRET"));
}

#[test]
fn branches_of_the_remote_have_the_names_that_they_have_there() {
    let place = Place::with(NAMED);
    for branch in ["release/1", "HEADS"] {
        place.git("shop", &["branch", branch]);
    }
    place.git(".", &["clone", "--quiet", "shop", "clone"]);
    // Another remote's are not the pipelines', and the default branch's sign is no branch.
    place.git("clone", &["remote", "add", "--fetch", "upstream", "../shop"]);
    place.git("clone", &["switch", "--quiet", "--create", "only-here"]);
    assert!(place.git("clone", &["branch", "--remotes"]).contains("origin/HEAD"));
    let facts = of(&place, "clone");
    assert_eq!(facts.branches, ["main", "only-here"]);
    assert_eq!(facts.remote_branches, ["HEADS", "main", "release/1"]);
    assert_eq!(facts.known_branches(), ["HEADS", "main", "only-here", "release/1"]);
}

#[test]
fn a_detached_head_is_no_branch_as_in_ci() {
    let place = Place::with(&unnamed());
    place.git(".", &["clone", "--quiet", "shop", "ci"]);
    place.git("ci", &["checkout", "--quiet", "--detach"]);
    place.git("ci", &["branch", "--quiet", "--delete", "--force", "main"]);
    place.git("ci", &["remote", "set-url", "origin", "git@github.com:acme/shop.git"]);
    let facts = of(&place, "ci");
    assert_eq!((facts.branch, facts.branches), (None, vec![]));
    assert_eq!(facts.remote_branches, ["main"]);
    place
        .branchline("ci", &["explain"])
        .refused(64, &["no branch is checked out", "branchline explain BRANCH"]);
    place.branchline("ci", &["generate"]).done();
}

#[test]
fn a_repository_without_a_commit_has_no_branch_and_no_remote() {
    let place = Place::new();
    place.git(".", &["init", "--quiet", "shop"]);
    place.write("shop/branchline.yml", NAMED);
    let facts = of(&place, "shop");
    assert_eq!((facts.branch, facts.branches, facts.origin.is_err()), (None, vec![], true));
    place.branchline("shop", &["map"]).done();
    place
        .branchline("shop", &["check", "--rev", "HEAD"])
        .refused(3, &["BL609", "git knows no revision `HEAD`", "has no commit yet"]);
}

#[test]
fn a_bare_repository_is_read_at_a_revision_and_generates_where_it_is_told() {
    let place = Place::with(NAMED);
    place.git(".", &["clone", "--quiet", "--bare", "shop", "shop.git"]);
    assert!(is_bare(&place.path("shop.git")).unwrap() && !is_bare(&place.path("shop")).unwrap());
    assert_eq!(of(&place, "shop.git").branch.as_deref(), Some("main"));
    let map = place.branchline("shop.git", &["map", "--rev", "main", "--json"]);
    assert!(map.done().contains("hello-release"));
    let nowhere = place.branchline("shop.git", &["generate", "--rev", "main"]);
    nowhere.refused(64, &["no working tree", "--output DIR"]);
    assert!(!place.path("shop.git/pipelines").exists());
    place.branchline("shop.git", &["generate", "--rev", "main", "--output", "../made"]).done();
    assert!(place.path("made/hello-main/pipeline.yml").is_file());
    let printed = place.branchline("shop.git", &["generate", "--rev", "main", "--stdout"]);
    assert!(printed.done().starts_with("# file: base.yml"));
    place.branchline("shop.git", &["check"]).refused(3, &["there is no branchline.yml"]);
}

#[test]
fn a_shallow_clone_says_so_when_a_revision_is_missing() {
    let place = Place::with(NAMED);
    place.commit_more();
    let source = format!("file://{}", place.path("shop").display());
    place.git(".", &["clone", "--quiet", "--depth", "1", &source, "shallow"]);
    place.branchline("shallow", &["check", "--rev", "HEAD"]).done();
    place
        .branchline("shallow", &["check", "--rev", "HEAD~1"])
        .refused(3, &["git knows no revision `HEAD~1`", "shallow", "git fetch --unshallow"]);
    place.branchline("shop", &["check", "--rev", "HEAD~1"]).done();
}

#[test]
fn a_linked_worktree_has_its_own_branch_and_the_repository_s_remote() {
    let place = Place::with(&unnamed());
    place.git("shop", &["remote", "add", "origin", "git@gitlab.com:acme/web/shop.git"]);
    place.git("shop", &["worktree", "add", "--quiet", "-b", "release/2", "../linked"]);
    let facts = of(&place, "linked");
    assert!(same(&facts.root, &place.path("linked")));
    assert_eq!(facts.branch.as_deref(), Some("release/2"));
    assert_eq!(facts.origin.unwrap().repository, "acme/web/shop");
    place.branchline("linked", &["generate", "--rev", "main"]).done();
    assert!(
        place.path("linked/pipelines/base.yml").is_file(),
        "it is written beside the worktree's own file"
    );
    assert!(!place.path("shop/pipelines").exists());
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let place = Place::with(&unnamed());
    place.git(".", &["init", "--quiet", "--initial-branch=trunk", "whole"]);
    place.git("whole", &["submodule", "--quiet", "add", "../shop", "parts/shop"]);
    place.git("whole/parts/shop", &["remote", "set-url", "origin", "https://github.com/acme/part"]);
    place.commit("whole", "with a part");
    let facts = of(&place, "whole/parts/shop");
    assert!(same(&facts.root, &place.path("whole/parts/shop")));
    assert_eq!(facts.branch.as_deref(), Some("main"));
    assert_eq!(facts.origin.unwrap().repository, "acme/part");
    assert_eq!(of(&place, "whole/parts").branch.as_deref(), Some("trunk"));
    place.branchline("whole/parts/shop", &["check", "--rev", "HEAD"]).done();
}

#[test]
fn no_repository_at_all_is_no_hindrance_until_git_has_to_be_asked() {
    let place = Place::new();
    place.write("shop/branchline.yml", NAMED);
    for arguments in [&["check"][..], &["generate"], &["map"], &["explain", "main"]] {
        place.branchline("shop", arguments).done();
    }
    place.branchline("shop", &["explain"]).refused(64, &["is not in a git repository", "git init"]);
    place.branchline("shop", &["map", "--rev", "main"]).refused(3, &["BL606", "is not in a git repository"]);
    place.write("shop/branchline.yml", &unnamed());
    let Run { code, stdout, .. } = place.branchline("shop", &["check"]);
    assert_eq!(code, 3);
    assert!(stdout.contains("BL601") && stdout.contains("is not in a git repository"), "{stdout}");
}

impl Place {
    fn commit_more(&self) {
        self.write("shop/README.md", "hello\n");
        self.commit("shop", "second");
    }
}
