//! `--rev`: branchline.yml as it stands in a commit.

use crate::place::{NAMED, Place, Run, unnamed};

/// A repository whose working tree has no configuration any more; `main` has one, and `old` (a tag) another.
fn history() -> Place {
    let place = Place::with(&NAMED.replace("app: hello", "app: older"));
    place.git("shop", &["tag", "--annotate", "--message", "old", "old"]);
    place.write("shop/branchline.yml", NAMED);
    place.write("shop/services/api/file", "");
    place.commit("shop", "second");
    place.git("shop", &["branch", "feature/x"]);
    place.git("shop", &["rm", "--quiet", "branchline.yml"]);
    place
}

#[test]
fn every_way_to_name_a_commit_is_taken_and_nothing_is_checked_out() {
    let place = history();
    let id = place.git("shop", &["rev-parse", "HEAD"]);
    for (revision, pipeline) in [
        ("main", "hello-main"),
        ("feature/x", "hello-main"),
        ("old", "older-main"),
        ("HEAD~1", "older-main"),
        ("old^{commit}", "older-main"),
        ("@", "hello-main"),
        (id.as_str(), "hello-main"),
        (&id[..8], "hello-main"),
    ] {
        let map = place.branchline("shop", &["map", "--json", "--rev", revision]);
        assert!(map.done().contains(pipeline), "{revision}: {map:?}");
    }
    assert!(!place.path("shop/branchline.yml").exists());
    let explained = place.branchline("shop/services/api", &["explain", "release/1", "--rev", "old"]);
    assert!(explained.done().contains("older-release"));
}

#[test]
fn generate_writes_what_the_revision_says_beside_where_it_would_stand() {
    let place = history();
    place.branchline("shop/services", &["generate", "--rev", "old"]).done();
    assert!(place.path("shop/pipelines/older-main/pipeline.yml").is_file());
    let check = place.branchline("shop", &["generate", "--check", "--rev", "old"]);
    check.done();
    assert_eq!(place.branchline("shop", &["generate", "--check", "--rev", "main"]).code, 2);
}

#[test]
fn the_nearest_configuration_upward_within_the_commit_is_used_and_findings_name_it_as_git_does() {
    let place = history();
    place.git("shop", &["checkout", "--quiet", "--force", "feature/x"]);
    place.write("shop/services/api/branchline.yml", &NAMED.replace("app: hello", "ap: hello"));
    place.commit("shop", "nearer");
    let Run { code, stdout, .. } = place.branchline("shop/services/api", &["check", "--rev", "feature/x"]);
    assert_eq!(code, 3);
    assert!(stdout.contains("--> feature/x:services/api/branchline.yml:2:1"), "{stdout}");
    place.git("shop", &["show", "feature/x:services/api/branchline.yml"]);
    let json = place.branchline("shop/services/api", &["check", "--json", "--rev", "feature/x"]).stdout;
    assert!(json.contains("\"file\": \"feature/x:services/api/branchline.yml\""), "{json}");
    let above = place.branchline("shop/services", &["check", "--rev", "feature/x"]);
    assert!(above.done().contains(" in feature/x:branchline.yml"), "{above:?}");
}

#[test]
fn what_git_does_not_know_is_told_with_the_way_out() {
    let place = history();
    let said = |revision: &str, said: &[&str]| {
        let run = place.branchline("shop", &["check", "--rev", revision]);
        run.refused(3, &[&["error[BL609]"], said].concat());
    };
    said("nowhere", &["git knows no revision `nowhere` here", "git branch --all"]);
    said("", &["git knows no revision `` here"]);
    said("a..b", &["git knows no revision `a..b` here"]);
    said("\u{1b}[31mred", &["help:"]);
    said("main^{tree}", &["`main^{tree}` is a tree, not a commit"]);
    said("old:branchline.yml", &["is a file, not a commit"]);
    place.git(".", &["clone", "--quiet", "shop", "clone"]);
    let run = place.branchline("clone", &["check", "--rev", "feature/x"]);
    run.refused(3, &["the remote's is `origin/feature/x`", "--rev origin/feature/x"]);
    place.branchline("clone", &["check", "--rev", "origin/feature/x"]).done();
}

#[test]
fn a_commit_without_a_configuration_says_where_it_was_looked_for() {
    let place = history();
    place.commit("shop", "gone");
    let run = place.branchline("shop", &["check", "--rev", "main"]);
    run.refused(3, &["BL610", "there is no branchline.yml at `main`, at the root of its tree"]);
    let run = place.branchline("shop/services", &["check", "--rev", "main"]);
    run.refused(3, &["neither in `services` nor in a folder above it", "--rev"]);
}

#[test]
fn what_is_no_file_in_the_commit_is_named_and_not_followed() {
    let place = Place::with(NAMED);
    place.git("shop", &["switch", "--quiet", "--create", "folder"]);
    place.git("shop", &["mv", "branchline.yml", "other.yml"]);
    place.write("shop/branchline.yml/file", "");
    place.commit("shop", "a folder");
    let said = |revision: &str, what: &str| {
        let run = place.branchline("shop", &["check", "--rev", revision]);
        run.refused(3, &["BL611", &format!("`{revision}:branchline.yml` is {what}, not a file")]);
    };
    said("folder", "a folder");
    place.git("shop", &["switch", "--quiet", "--create", "module", "main"]);
    place.git("shop", &["rm", "--quiet", "branchline.yml"]);
    let id = place.git("shop", &["rev-parse", "main"]);
    place.git("shop", &["update-index", "--add", "--cacheinfo", &format!("160000,{id},branchline.yml")]);
    place.git("shop", &["commit", "--quiet", "--message", "a submodule"]);
    said("module", "a submodule");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_commit_is_told_although_the_working_tree_follows_it() {
    let place = Place::with(NAMED);
    place.git("shop", &["mv", "branchline.yml", "other.yml"]);
    std::os::unix::fs::symlink("other.yml", place.path("shop/branchline.yml")).unwrap();
    place.commit("shop", "a link");
    place.branchline("shop", &["check"]).done();
    place
        .branchline("shop", &["check", "--rev", "main"])
        .refused(3, &["`main:branchline.yml` is a symbolic link, not a file"]);
}

#[test]
fn a_pointer_of_git_lfs_is_told_in_a_commit_and_in_the_working_tree() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 12345\n";
    let place = Place::with(pointer);
    for arguments in [&["check"][..], &["check", "--rev", "main"]] {
        let run = place.branchline("shop", arguments);
        run.refused(3, &["BL065", "branchline.yml` is kept by Git LFS", ".gitattributes"]);
    }
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_read_and_one_at_it_is_judged() {
    let limit = branchline::config::tree::MAX_BYTES;
    let padded = |bytes: usize| format!("{NAMED}#{}", "x".repeat(bytes - NAMED.len() - 1));
    let place = Place::with(&padded(limit));
    place.branchline("shop", &["check", "--rev", "main"]).done();
    place.write("shop/branchline.yml", &padded(limit + 1));
    place.commit("shop", "one more");
    place
        .branchline("shop", &["check", "--rev", "main"])
        .refused(3, &["BL008", &format!("`main:branchline.yml` has {} bytes", limit + 1)]);
}

#[test]
fn a_file_of_a_commit_that_is_no_text_is_told() {
    let place = Place::with(NAMED);
    std::fs::write(place.path("shop/branchline.yml"), b"app: \xff\n").unwrap();
    place.commit("shop", "bytes");
    place
        .branchline("shop", &["check", "--rev", "main"])
        .refused(3, &["`main:branchline.yml` is not UTF-8 text: byte 6"]);
}

#[test]
fn the_remote_completes_a_configuration_of_another_revision() {
    let place = Place::with(&unnamed());
    place.git("shop", &["remote", "add", "origin", "git@bitbucket.org:acme/shop.git"]);
    let printed = place.branchline("shop", &["generate", "--stdout", "--rev", "main"]);
    assert!(printed.done().contains("\"FullRepositoryId\": \"acme/shop\""));
    assert!(printed.done().contains("ProviderType: Bitbucket"));
}
