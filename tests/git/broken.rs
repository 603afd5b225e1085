//! Repositories that cannot be read, and those that may not.

use std::fs;

use branchline::edge::git::{GitError, facts};

use crate::place::{NAMED, Place, Run, unnamed};

/// What a command that needs git says, and that one that does not need it passes.
fn told(place: &Place, below: &str) -> String {
    place.branchline(below, &["generate"]).done();
    let run = place.branchline(below, &["check", "--rev", "HEAD"]);
    run.refused(3, &["error[BL6"]);
    run.stderr
}

#[test]
fn a_git_file_that_points_nowhere_is_named() {
    let place = Place::with(NAMED);
    place.git("shop", &["worktree", "add", "--quiet", "../linked"]);
    fs::rename(place.path("shop"), place.path("moved")).unwrap();
    let said = told(&place, "linked");
    assert!(said.contains("linked/.git` points to a git repository that is not there"), "{said}");
    assert!(said.contains("BL608") && said.contains("git worktree repair"), "{said}");
    let empty = Place::new();
    empty.write("shop/.git", "what is this\n");
    empty.write("shop/branchline.yml", NAMED);
    assert!(told(&empty, "shop").contains("shop/.git`"));
}

#[test]
fn a_repository_around_a_broken_one_is_not_taken_for_it() {
    let place = Place::with(NAMED);
    place.write("shop/inner/.git", "gitdir: ../nowhere\n");
    place.write("shop/inner/branchline.yml", &unnamed());
    place.git("shop", &["remote", "add", "origin", "git@github.com:acme/outer.git"]);
    let Run { code, stdout, .. } = place.branchline("shop/inner", &["check"]);
    assert_eq!(code, 3);
    assert!(stdout.contains("inner/.git` points to a git repository that is not there"), "{stdout}");
}

#[test]
fn a_folder_that_lacks_what_a_repository_has_is_named() {
    let place = Place::new();
    fs::create_dir_all(place.path("shop/.git")).unwrap();
    place.write("shop/branchline.yml", NAMED);
    assert!(told(&place, "shop").contains("shop/.git` is a folder, and no git repository"));
}

#[test]
fn damage_is_told_in_git_s_words_and_never_a_panic() {
    for (file, text) in
        [("HEAD", "no such thing\n"), ("config", "[core\nbare = maybe\n"), ("refs/heads/main", "zzzz\n")]
    {
        let place = Place::with(NAMED);
        place.write(&format!("shop/.git/{file}"), text);
        let said = told(&place, "shop");
        assert!(said.contains("help:"), "{file}: {said}");
        for arguments in [&["map"][..], &["explain"], &["explain", "main"]] {
            let run = place.branchline("shop", arguments);
            assert!(!run.stderr.contains("panicked"), "{file}: {}", run.stderr);
        }
    }
    let place = Place::with(NAMED);
    let blob = place.git("shop", &["rev-parse", "HEAD:branchline.yml"]);
    fs::remove_file(place.path(&format!("shop/.git/objects/{}/{}", &blob[..2], &blob[2..]))).unwrap();
    let said = told(&place, "shop");
    assert!(said.contains("BL608") && said.contains("could not be read"), "{said}");
}

/// Only a machine's administrator can give a repository to somebody else; for others the error's words are tested
/// beside the error.
#[cfg(unix)]
#[test]
fn somebody_elses_repository_is_not_read_until_git_is_told_to_trust_it() {
    use std::os::unix::fs::{MetadataExt as _, chown};

    let place = Place::with(&unnamed());
    place.git("shop", &["remote", "add", "origin", "git@github.com:acme/shop.git"]);
    let shop = place.path("shop");
    if fs::metadata(&shop).unwrap().uid() != 0 || chown(&shop, Some(65_534), None).is_err() {
        return;
    }
    chown(shop.join(".git"), Some(65_534), None).unwrap();
    assert!(matches!(facts(&shop), Err(GitError::NotOwned { .. })));
    let Run { code, stdout, .. } = place.branchline("shop", &["check"]);
    assert_eq!(code, 3);
    assert!(stdout.contains("belongs to another user") && stdout.contains("safe.directory"), "{stdout}");
    place.branchline("shop", &["map", "--rev", "main"]).refused(3, &["BL607", "safe.directory"]);
    let trusted = shop.canonicalize().unwrap();
    place.git(".", &["config", "--global", "--add", "safe.directory", trusted.to_str().unwrap()]);
    place.branchline("shop", &["check"]).done();
}
