//! What is shown instead of written.

use super::*;

/// That the run writes nothing.
fn shown(place: &Place, files: Vec<File<'static>>, wanted: &[&str]) -> Run {
    let before = place.everything();
    let run = place.generate(files, wanted);
    assert_eq!(place.everything(), before);
    run
}

#[test]
fn a_check_of_what_is_up_to_date_ends_with_0() {
    let place = Place::generated();
    let run = shown(&place, tree(1), &["check"]);
    assert_eq!((run.exit, run.exit.code()), (Exit::Done, 0));
    assert_eq!(run.stdout, format!("9 files below {} are up to date.\n", place.output().display()));
    assert_eq!(run.stderr, "");
}

#[test]
fn a_check_of_stale_files_shows_the_difference_and_ends_with_2() {
    let place = Place::generated();
    let run = shown(&place, tree(2), &["check"]);
    assert_eq!((run.exit, run.exit.code()), (Exit::Differences, 2));
    assert!(run.stdout.contains("--- a/base.yml\n+++ b/base.yml\n"), "{}", run.stdout);
    assert!(run.stdout.contains("\n-Number: 1\n+Number: 2\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("README.md"), "{}", run.stdout);
    assert!(run.stderr.contains("8 files below "), "{}", run.stderr);
    assert!(
        run.stderr.ends_with("8 out of date.\nNext: `branchline generate`, then commit the result.\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_check_without_any_files_ends_with_2() {
    let place = Place::new();
    let run = shown(&place, tree(1), &["check"]);
    assert_eq!(run.exit, Exit::Differences);
    assert!(run.stdout.contains("--- /dev/null\n+++ b/base.yml\n"), "{}", run.stdout);
    assert!(run.stderr.contains(": 9 missing.\n"), "{}", run.stderr);
}

#[test]
fn a_check_notices_an_edit_by_hand() {
    let place = Place::generated();
    place.write("base.yml", &place.read("base.yml").replace("Number: 1", "Number: 7"));
    let run = shown(&place, tree(1), &["check"]);
    assert_eq!(run.exit, Exit::Differences);
    assert!(run.stdout.contains("\n-Number: 7\n+Number: 1\n"), "{}", run.stdout);
    assert!(run.stderr.contains("edited by hand:\n  base.yml\n"), "{}", run.stderr);
}

#[test]
fn a_check_notices_what_is_no_longer_generated() {
    let place = Place::generated();
    let run = shown(&place, tree(1)[..6].to_vec(), &["check"]);
    assert_eq!(run.exit, Exit::Differences);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains(": 3 no longer generated.\nno longer generated:\n  shop-release/"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("`branchline generate --prune`"), "{}", run.stderr);
}

#[test]
fn a_diff_shows_what_would_change_and_ends_with_0() {
    let place = Place::generated();
    let run = shown(&place, tree(2)[..6].to_vec(), &["diff"]);
    assert_eq!(run.exit, Exit::Done);
    assert!(run.stdout.contains("\n-Number: 1\n+Number: 2\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("shop-release"), "{}", run.stdout);
    let run = shown(&place, tree(2)[..6].to_vec(), &["diff", "prune"]);
    assert!(run.stdout.contains("--- a/shop-release/pipeline.yml\n+++ /dev/null\n"), "{}", run.stdout);
}

#[test]
fn stdout_has_every_file_after_its_path() {
    let place = Place::new();
    let run = shown(&place, tree(1), &["stdout"]);
    assert_eq!(run.exit, Exit::Done);
    let parts: Vec<String> =
        tree(1).iter().map(|file| format!("# file: {}\n{}", file.path, file.text)).collect();
    let expected = parts.concat();
    assert_eq!(run.stdout, expected);
    assert_eq!(run.stderr, "");
}

#[test]
fn the_json_of_each_way_is_one_value_on_stdout() {
    let place = Place::new();
    let parsed = |run: &Run| serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap();

    let run = place.generate(tree(1), &["json"]);
    assert_eq!(run.exit, Exit::Done);
    let value = parsed(&run);
    assert_eq!(value["written"], true);
    assert_eq!(value["counts"]["add"], 9);
    assert_eq!(value["changes"][0], json!({ "path": "README.md", "change": "add" }));
    assert_eq!(run.stderr, "");

    for wanted in ["check", "diff"] {
        let run = shown(&place, tree(2), &[wanted, "json"]);
        assert_eq!(run.exit, if wanted == "check" { Exit::Differences } else { Exit::Done });
        assert_eq!(parsed(&run)["written"], false);
        assert_eq!(parsed(&run)["counts"]["update"], 8);
        assert_eq!(run.stderr, "");
    }

    place.write("base.yml", "mine");
    let run = shown(&place, tree(2), &["json"]);
    assert_eq!((run.exit, parsed(&run)["written"].clone()), (Exit::Failed, json!(false)));
    assert!(run.stderr.starts_with("error: nothing was written"), "{}", run.stderr);
}

/// What a merge can leave: the text of the one side, the digits of the other.
#[test]
fn digits_that_are_not_the_files_own_are_noticed_by_check_and_mended_by_force_and_nothing_is_refused_for_them()
 {
    let place = Place::generated();
    let digits = |text: &str| text.split("sha256: ").nth(1).unwrap()[..64].to_owned();
    let text = place.read("base.yml");
    let others = digits(&tree(2)[0].text);
    assert_ne!(digits(&text), others);
    place.write("base.yml", &text.replace(&digits(&text), &others));
    let before = place.everything();

    let run = place.generate(tree(1), &["check"]);
    assert_eq!(run.exit, Exit::Differences, "{}", run.stdout);
    assert!(run.stderr.contains("edited by hand") && run.stderr.contains("base.yml"), "{}", run.stderr);
    let run = place.generate(tree(1), &[]);
    assert_eq!((run.exit, place.everything()), (Exit::Done, before), "{}", run.stderr);
    // What is generated from now on is another text: then it is an edit as any.
    assert_eq!(place.generate(tree(2), &[]).exit, Exit::Failed);

    assert_eq!(place.generate(tree(1), &["force"]).exit, Exit::Done);
    place.assert_holds(&tree(1));
}
