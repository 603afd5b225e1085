//! What is written, replaced and removed.

use std::time::SystemTime;

use super::*;

#[test]
fn an_empty_folder_is_filled_and_told_about() {
    let place = Place::new();
    let run = place.generate(tree(1), &[]);
    assert_eq!(run.exit, Exit::Done);
    place.assert_holds(&tree(1));
    let output = place.output().display().to_string();
    assert_eq!(
        run.stdout,
        format!(
            "Wrote 9 files below {output} (new).\n\
             \x20 README.md, base.yml\n\
             \x20 environments/  dev.yml\n\
             \x20 shop-develop/  pipeline.yml, pipeline.json, buildspec-build.yml\n\
             \x20 shop-release/  pipeline.yml, pipeline.json, buildspec-build.yml\n"
        )
    );
    assert_eq!(
        run.stderr,
        format!("Next: {output}/README.md has the commands that deploy the stacks, in their order.\n")
    );
}

#[test]
fn the_second_time_nothing_is_touched() {
    let place = Place::generated();
    let times = || -> Vec<SystemTime> {
        tree(1).iter().map(|file| fs::metadata(place.path(&file.path)).unwrap().modified().unwrap()).collect()
    };
    let before = times();
    let run = place.generate(tree(1), &[]);
    assert_eq!(run.exit, Exit::Done);
    assert_eq!(run.stdout, format!("9 files below {} are up to date.\n", place.output().display()));
    assert_eq!(run.stderr, "");
    assert_eq!(times(), before);
}

#[test]
fn what_was_generated_from_something_else_is_replaced() {
    let place = Place::generated();
    let run = place.generate(tree(2), &[]);
    assert_eq!(run.exit, Exit::Done);
    place.assert_holds(&tree(2));
    assert!(run.stdout.starts_with("Wrote 8 files below "), "{}", run.stdout);
    assert!(run.stdout.contains("(changed); 1 file was up to date already.\n"), "{}", run.stdout);
}

#[test]
fn a_checkout_with_windows_line_ends_is_up_to_date() {
    let place = Place::generated();
    for file in tree(1) {
        place.write(&file.path, &file.text.replace('\n', "\r\n"));
    }
    assert_eq!(place.generate(tree(1), &["check"]).exit, Exit::Done);
    assert_eq!(place.generate(tree(2), &[]).exit, Exit::Done);
    assert_eq!(place.read("base.yml"), tree(2)[1].text);
}

#[test]
fn what_is_no_longer_generated_is_told_about_and_stays() {
    let place = Place::generated();
    let fewer = || tree(1)[..6].to_vec();
    let run = place.generate(fewer(), &[]);
    assert_eq!(run.exit, Exit::Done);
    place.assert_holds(&tree(1));
    let said = "are no longer generated:\n  shop-release/  buildspec-build.yml, pipeline.json, pipeline.yml\n\
                `branchline generate --prune` removes them.";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn prune_removes_what_is_no_longer_generated_and_the_folder_it_leaves_empty() {
    let place = Place::generated();
    let fewer = || tree(1)[..6].to_vec();
    let run = place.generate(fewer(), &["prune"]);
    assert_eq!(run.exit, Exit::Done);
    place.assert_holds(&fewer());
    assert!(!place.path("shop-release").exists());
    assert!(run.stdout.contains("Removed 3 files that are no longer generated.\n"), "{}", run.stdout);
}

#[test]
fn prune_touches_nothing_that_branchline_did_not_make() {
    let place = Place::generated();
    place.write("shop-release/notes.txt", "mine");
    place.write("shop-old/pipeline.yml", "Resources: {}\n");
    place.write("other/README.md", &tree(1)[0].text);
    place.write("deep/shop-old/pipeline.yml", &tree(1)[3].text);
    place.write(".hidden/pipeline.yml", &tree(1)[3].text);
    assert_eq!(place.generate(tree(1)[..6].to_vec(), &["prune"]).exit, Exit::Done);
    for kept in [
        "shop-release/notes.txt",
        "shop-old/pipeline.yml",
        "other/README.md",
        "deep/shop-old/pipeline.yml",
        ".hidden/pipeline.yml",
    ] {
        assert!(place.path(kept).exists(), "{kept} is gone");
    }
    assert!(!place.path("shop-release/pipeline.yml").exists());
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::generated();
    let plain = place.home.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&place.path("base.yml")), mode(&plain));
}

#[test]
fn two_processes_at_once_leave_whole_files() {
    let place = Place::generated();
    let output = place.output();
    std::thread::scope(|scope| {
        for version in [2, 3] {
            let output = &output;
            scope.spawn(move || {
                for _ in 0..20 {
                    let run = generate(tree(version).into_iter().map(Ok), output, &[]);
                    assert_eq!(run.exit, Exit::Done, "{}", run.stderr);
                    assert!(!run.stdout.contains("killed"), "{}", run.stdout);
                }
            });
        }
    });
    let (two, three) = (tree(2), tree(3));
    for (two, three) in two.iter().zip(&three) {
        let found = place.read(&two.path);
        assert!(found == two.text || found == three.text, "{} is neither version:\n{found}", two.path);
    }
    assert!(!place.everything().keys().any(|name| name.contains(".branchline-staged-")));
}

#[test]
fn thousands_of_files_are_staged_without_running_out_of_open_files() {
    let place = Place::new();
    let files = |version: u32| {
        (0..500).flat_map(move |number| {
            (0..4).map(move |part| {
                File::yaml(format!("shop-{number}/buildspec-{part}.yml"), json!({ "version": version }))
            })
        })
    };
    let run = generate(files(1), &place.output(), &[]);
    assert_eq!(run.exit, Exit::Done, "{}", run.stderr);
    assert!(run.stdout.starts_with("Wrote 2000 files below "), "{}", run.stdout);
    assert!(run.stdout.lines().count() < 30, "{}", run.stdout);
    assert_eq!(generate(files(1), &place.output(), &["check"]).exit, Exit::Done);
}
