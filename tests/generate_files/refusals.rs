//! What is refused, and that a refusal changes nothing.

use super::*;

/// That the run fails, changes nothing and says this.
fn assert_refused(place: &Place, files: Vec<File<'static>>, wanted: &[&str], said: &[&str]) {
    let before = place.everything();
    let run = place.generate(files, wanted);
    assert_eq!(run.exit, Exit::Failed, "{}", run.stderr);
    assert_eq!(place.everything(), before);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    assert!(run.stderr.contains("\n  help: "), "{}", run.stderr);
    for words in said {
        assert!(run.stderr.contains(words), "{words:?} is not in\n{}", run.stderr);
    }
}

#[test]
fn a_file_that_was_edited_by_hand_stops_everything() {
    let place = Place::generated();
    place.write("shop-release/pipeline.yml", &(place.read("shop-release/pipeline.yml") + "Extra: 1\n"));
    assert_refused(
        &place,
        tree(2),
        &[],
        &["edited by hand:\n  shop-release/  pipeline.yml\n", "--force", "--diff"],
    );
}

#[test]
fn a_file_that_branchline_did_not_make_stops_everything() {
    let place = Place::generated();
    place.write("README.md", "# Our notes\n");
    assert_refused(&place, tree(2), &[], &["not made by branchline:\n  README.md\n"]);
}

#[test]
fn a_refusal_names_every_file_that_would_be_lost() {
    let place = Place::generated();
    place.write("README.md", "# Our notes\n");
    place.write("base.yml", &(place.read("base.yml") + "Extra: 1\n"));
    place.write("shop-release/pipeline.yml", "");
    let said =
        "edited by hand:\n  base.yml\nnot made by branchline:\n  README.md\n  shop-release/  pipeline.yml\n";
    assert_refused(&place, tree(2), &[], &[said]);
}

#[test]
fn force_overwrites_what_was_edited_and_what_is_not_ours() {
    let place = Place::generated();
    place.write("README.md", "# Our notes\n");
    place.write("base.yml", &(place.read("base.yml") + "Extra: 1\n"));
    assert_eq!(place.generate(tree(2), &["force"]).exit, Exit::Done);
    place.assert_holds(&tree(2));
}

#[test]
fn an_edited_file_that_is_no_longer_generated_is_removed_by_force_alone() {
    let place = Place::generated();
    let fewer = || tree(1)[..6].to_vec();
    place.write("shop-release/pipeline.yml", &(place.read("shop-release/pipeline.yml") + "Extra: 1\n"));
    assert_eq!(place.generate(fewer(), &[]).exit, Exit::Done);
    assert_refused(&place, fewer(), &["prune"], &["edited by hand:\n  shop-release/  pipeline.yml\n"]);
    assert_eq!(place.generate(fewer(), &["prune", "force"]).exit, Exit::Done);
    place.assert_holds(&fewer());
}

#[test]
fn a_file_that_cannot_be_rendered_stops_everything() {
    let place = Place::generated();
    let before = place.everything();
    let broken = RenderError {
        path: "shop-release/pipeline.yml".to_owned(),
        reason: "no such value".to_owned(),
        misfit: None,
    };
    let files = tree(2).into_iter().map(Ok).chain([Err(broken)]);
    let run = generate(files, &place.output(), &[]);
    assert_eq!(run.exit, Exit::Failed);
    assert_eq!(place.everything(), before);
    assert!(
        run.stderr.contains("`shop-release/pipeline.yml` cannot be rendered: no such value"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_file_that_reads_back_differently_stops_everything() {
    let place = Place::generated();
    let mut files = tree(2);
    let last = files.last_mut().unwrap();
    last.text = last.text.replace("echo 2", "echo 3");
    assert_refused(
        &place,
        files,
        &[],
        &["reads back differently at `phases.build.commands[0]`", "fault in branchline"],
    );
}

#[test]
fn a_file_that_is_generated_twice_or_out_of_place_is_a_fault_of_branchlines() {
    let place = Place::generated();
    let mut twice = tree(2);
    twice.push(twice[1].clone());
    assert_refused(&place, twice, &[], &["`base.yml` was generated twice"]);
    for path in ["../pipeline.yml", "/tmp/x.yml", "a/b/c.yml", "notes.md"] {
        let mut files = tree(2);
        files.push(File::yaml(path, json!({})).unwrap());
        assert_refused(&place, files, &[], &["no place for a generated file"]);
    }
}

#[test]
fn a_folder_in_the_place_of_the_last_file_stops_everything() {
    let place = Place::generated();
    let last = tree(2).last().unwrap().path.clone();
    fs::remove_file(place.path(&last)).unwrap();
    fs::create_dir(place.path(&last)).unwrap();
    assert_refused(&place, tree(2), &[], &[&last, "it is a folder"]);
    assert_refused(&place, tree(2), &["force"], &[&last, "it is a folder"]);
}

#[test]
fn a_failure_before_the_first_file_leaves_not_even_a_folder() {
    let place = Place::new();
    let broken =
        RenderError { path: "base.yml".to_owned(), reason: "no such value".to_owned(), misfit: None };
    let run = generate(tree(1).into_iter().map(Ok).chain([Err(broken)]), &place.output().join("a/b"), &[]);
    assert_eq!(run.exit, Exit::Failed);
    assert!(place.everything().is_empty(), "{:?}", place.everything());
}

#[test]
fn a_file_in_the_place_of_a_folder_is_named() {
    let place = Place::new();
    place.write("shop-release", "mine");
    assert_refused(&place, tree(1), &["force"], &["shop-release`: it is a file, not a folder", "--output"]);
}

#[test]
fn an_output_folder_that_is_a_file_is_named() {
    let place = Place::new();
    fs::write(place.output(), "mine").unwrap();
    assert_refused(&place, tree(1), &[], &["pipelines`: it is a file", "--output"]);
    let before = place.everything();
    let run = generate(tree(1).into_iter().map(Ok), &place.output().join("below"), &[]);
    assert_eq!(run.exit, Exit::Failed);
    assert!(run.stderr.contains("below`: it is below a file"), "{}", run.stderr);
    assert_eq!(place.everything(), before);
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn an_output_folder_that_is_a_link_is_refused() {
        let place = Place::new();
        fs::create_dir(place.home.path().join("elsewhere")).unwrap();
        symlink("elsewhere", place.output()).unwrap();
        assert_refused(&place, tree(1), &["force"], &["it is a symbolic link"]);
        let slashed = PathBuf::from(format!("{}/", place.output().display()));
        assert_eq!(generate(tree(1).into_iter().map(Ok), &slashed, &[]).exit, Exit::Failed);
    }

    #[test]
    fn a_link_that_leads_out_of_the_output_folder_is_never_followed() {
        let place = Place::new();
        fs::create_dir_all(place.home.path().join("elsewhere")).unwrap();
        fs::create_dir(place.output()).unwrap();
        symlink("../elsewhere", place.path("shop-release")).unwrap();
        assert_refused(&place, tree(1), &["force"], &["shop-release`: it is a symbolic link, not a folder"]);
    }

    #[test]
    fn a_link_in_the_place_of_a_file_is_replaced_by_force_and_its_target_stays() {
        let place = Place::generated();
        let target = place.home.path().join("target.yml");
        fs::write(&target, &tree(1)[1].text).unwrap();
        fs::remove_file(place.path("base.yml")).unwrap();
        symlink(&target, place.path("base.yml")).unwrap();
        assert_refused(&place, tree(2), &[], &["not made by branchline:\n  base.yml\n"]);
        assert_eq!(place.generate(tree(2), &["force"]).exit, Exit::Done);
        place.assert_holds(&tree(2));
        assert_eq!(fs::read_to_string(&target).unwrap(), tree(1)[1].text);
    }

    #[test]
    fn prune_does_not_look_behind_links() {
        let place = Place::generated();
        let elsewhere = place.home.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("pipeline.yml"), &tree(1)[3].text).unwrap();
        symlink("../elsewhere", place.path("shop-old")).unwrap();
        assert_eq!(place.generate(tree(1), &["prune"]).exit, Exit::Done);
        assert!(elsewhere.join("pipeline.yml").exists());
    }
}
