//! Copies of shell steps in a repository: written, used, and held to what the originals are held to.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use branchline::document::steps;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("branchline").unwrap();
    command.current_dir(folder).env_clear().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with the configuration of one that is kept here.
fn home(configuration: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(configuration).join("branchline.yml");
    fs::copy(from, home.path().join("branchline.yml")).unwrap();
    home
}

fn small() -> tempfile::TempDir {
    home("examples/single-account")
}

fn copy_of(home: &Path, name: &str) -> std::path::PathBuf {
    home.join(".branchline/templates").join(format!("{name}.sh.hbs"))
}

/// What `check` says, and how it ends, where the copy of a step has this text behind the original's.
fn checked(step: &str, more: &str) -> (String, Option<i32>) {
    let home = small();
    assert!(run(home.path(), &["templates", "eject", step]).status.success());
    let path = copy_of(home.path(), step);
    let changed = fs::read_to_string(&path).unwrap() + more;
    fs::write(path, changed).unwrap();
    let output = run(home.path(), &["check"]);
    (text(&output.stdout), output.status.code())
}

#[test]
fn copies_of_all_steps_change_no_byte_of_what_is_generated() {
    for configuration in
        ["examples/rails-ecs", "tests/judges/configurations/projects", "tests/judges/configurations/reuse"]
    {
        let home = home(configuration);
        let before = run(home.path(), &["generate", "--stdout"]);
        assert!(before.status.success(), "{}", text(&before.stderr));
        for (name, _) in steps::listed() {
            let ejected = run(home.path(), &["templates", "eject", name]);
            assert!(ejected.status.success(), "{name}: {}", text(&ejected.stderr));
        }
        let after = run(home.path(), &["generate", "--stdout"]);
        assert_eq!(text(&after.stderr), text(&before.stderr));
        assert!(after.stdout == before.stdout, "{configuration} generates something else");
    }
}

#[test]
fn a_changed_copy_is_what_the_build_runs() {
    let home = small();
    assert!(run(home.path(), &["templates", "eject", "build/pre_build"]).status.success());
    let path = copy_of(home.path(), "build/pre_build");
    let changed = fs::read_to_string(&path).unwrap() + "\necho 'our own words'\n";
    fs::write(path, changed).unwrap();
    let made = run(home.path(), &["generate", "--stdout"]);
    let stacks = text(&made.stdout).matches("echo 'our own words'").count();
    assert!(stacks >= 2, "the stack and the buildspec beside it: {stacks}");
}

#[test]
fn braces_behind_a_backslash_are_the_shells() {
    let home = small();
    assert!(run(home.path(), &["templates", "eject", "keep"]).status.success());
    let path = copy_of(home.path(), "keep");
    let changed = fs::read_to_string(&path).unwrap() + "docker inspect --format '\\{{.Id}} \\{{.Name}}'\n";
    fs::write(path, changed).unwrap();
    let made = run(home.path(), &["generate", "--stdout"]);
    assert!(text(&made.stdout).contains("--format '{{.Id}} {{.Name}}'"), "{}", text(&made.stderr));
}

#[test]
fn every_step_is_listed_shown_and_told_when_it_is_unknown() {
    let home = small();
    let list = text(&run(home.path(), &["templates", "list"]).stdout);
    for (name, what) in steps::listed() {
        assert!(list.lines().any(|line| line.starts_with(name) && line.ends_with(what)), "{name}: {list}");
        assert_eq!(
            text(&run(home.path(), &["templates", "show", name]).stdout),
            steps::original(name).unwrap()
        );
    }
    for arguments in [&["show", "biuld"][..], &["eject", "../keep"], &["show"], &["eject"], &["list", "keep"]]
    {
        let output = run(home.path(), &[&["templates"], arguments].concat());
        assert_eq!(output.status.code(), Some(64), "{arguments:?}");
        assert!(
            text(&output.stderr).contains("`branchline templates"),
            "{arguments:?} {}",
            text(&output.stderr)
        );
    }
    assert!(!home.path().join(".branchline").exists());
}

#[test]
fn a_copy_is_never_overwritten() {
    let home = small();
    assert!(run(home.path(), &["templates", "eject", "keep"]).status.success());
    fs::write(copy_of(home.path(), "keep"), "mine\n").unwrap();
    let again = run(home.path(), &["templates", "eject", "keep"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("is there already, and nothing is overwritten"));
    assert_eq!(fs::read_to_string(copy_of(home.path(), "keep")).unwrap(), "mine\n");
}

#[test]
fn a_name_without_a_value_is_an_error_with_its_place() {
    for (tag, at) in [
        ("{{sh nothing}}", ":1"),
        ("  {{#if nothing}}a{{/if}}", ":3"),
        ("{{#each services}}{{sh nothing}}{{/each}}", ":19"),
    ] {
        let (told, code) = checked("build/build", tag);
        assert_eq!(code, Some(3), "{told}");
        assert!(told.contains("error[BL302]: there is no `nothing` for this step"), "{tag}: {told}");
        let lines = steps::original("build/build").unwrap().lines().count() + 2;
        assert!(told.contains(&format!("build/build.sh.hbs:{lines}{at}\n")), "{tag}: {told}");
    }
}

#[test]
fn a_helper_that_is_none_is_an_error_even_where_it_is_not_reached() {
    let (told, code) = checked("keep", "# {{shout 'a'}}\n");
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("error[BL303]: there is no helper `shout`"), "{told}");
    assert!(told.contains("{{shout 'a'}}\n") && told.contains("^^^^^^^^^^^^^"), "{told}");
}

#[test]
fn a_value_that_is_not_quoted_is_an_error() {
    for tag in
        ["{{name}}", "{{{name}}}", "{{&name}}", "{{~name~}}", "{{#each services}}{{this.name}}{{/each}}"]
    {
        let (told, code) = checked("build/build", tag);
        assert!(code == Some(3) && told.contains("error[BL303]"), "{tag}: {told}");
    }
}

#[test]
fn a_template_that_is_not_closed_is_an_error() {
    for (tag, reason) in
        [("{{#each services}}", "is not closed"), ("{{sh name", "is not closed"), ("{{#if a}}{{/each}}", "")]
    {
        let (told, code) = checked("build/build", tag);
        assert!(
            code == Some(3) && told.contains("error[BL301]: this template cannot be read"),
            "{tag}: {told}"
        );
        assert!(told.contains(reason), "{tag}: {told}");
    }
}

#[test]
fn a_copy_of_an_older_step_is_a_warning_and_is_used() {
    let home = small();
    assert!(run(home.path(), &["templates", "eject", "keep"]).status.success());
    let path = copy_of(home.path(), "keep");
    let older = fs::read_to_string(&path).unwrap().replacen("sha256: ", "sha256: 0", 1);
    fs::write(&path, older).unwrap();
    let output = run(home.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("warning[BL304]: the step `keep` has changed since it was copied"));
    assert!(run(home.path(), &["generate", "--stdout"]).status.success());
}

#[test]
fn a_file_that_is_no_step_is_an_error_for_scripts_too() {
    let home = small();
    fs::create_dir_all(home.path().join(".branchline/templates")).unwrap();
    fs::write(copy_of(home.path(), "kepe"), "true\n").unwrap();
    let output = run(home.path(), &["check", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told[0]["code"], "BL305");
    assert_eq!(told[0]["file"], ".branchline/templates/kepe.sh.hbs");
    let generated = run(home.path(), &["generate"]);
    assert_eq!(generated.status.code(), Some(3), "{}", text(&generated.stderr));
    assert!(!home.path().join("pipelines").exists());
}

#[test]
fn a_copy_that_is_too_long_is_told_like_ours() {
    let (told, code) = checked("build/build", &format!("# {}\n", "x".repeat(26_000)));
    assert!(code == Some(3) && told.contains("error[BL209]: the buildspec of `build` would have"), "{told}");
    let (told, code) = checked("keep", &format!("# {}\n", "x".repeat(26_000)));
    assert!(code == Some(3) && told.contains("error[BL209]: the buildspec of `keep` would have"), "{told}");
    assert!(told.contains("make the copies in .branchline/templates") && !told.contains("split"), "{told}");
}

#[test]
fn what_is_no_text_is_refused() {
    let home = small();
    fs::create_dir_all(home.path().join(".branchline/templates")).unwrap();
    fs::write(copy_of(home.path(), "keep"), [0xff, 0xfe]).unwrap();
    let output = run(home.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is no template"), "{}", text(&output.stderr));
}

/// What `check` says, and how it ends, where the copy of a step has this text.
fn checked_alone(step: &str, whole: &str) -> (String, Option<i32>) {
    let home = small();
    let path = copy_of(home.path(), step);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, whole).unwrap();
    let output = run(home.path(), &["check"]);
    let generated = run(home.path(), &["generate"]);
    assert_eq!(generated.status.code(), output.status.code(), "{step}");
    assert_eq!(home.path().join("pipelines").exists(), output.status.success(), "{step}");
    (text(&output.stdout), output.status.code())
}

#[test]
fn a_step_that_does_nothing_is_refused() {
    for (step, _) in steps::listed() {
        let (told, code) = checked_alone(step, "");
        assert!(
            code == Some(3) && told.contains(&format!("error[BL306]: the step `{step}` does nothing")),
            "{told}"
        );
    }
    for nothing in
        ["\n \t\n", "# set -euo pipefail\n", "{{!-- true --}}\n", "{{#if a}}{{else}}\n# x\n{{/if}}"]
    {
        let (told, code) = checked_alone("migrate", nothing);
        assert!(code == Some(3) && told.contains("error[BL306]"), "{nothing:?}: {told}");
    }
    let (told, code) = checked_alone("build/build", "{{#if shares}}\nset -euo pipefail\n{{/if}}\n");
    assert!(
        code == Some(3) && told.contains("nothing is left of it"),
        "what a block leaves out counts: {told}"
    );
    assert_eq!(
        checked_alone("keep", "set -euo pipefail\ntrue\n"),
        ("branchline.yml: nothing is wrong\n".to_owned(), Some(0))
    );
}

#[test]
fn a_step_that_no_shell_reads_is_refused() {
    let original = steps::original("keep").unwrap();
    for (whole, why) in [
        (original.replace('\n', "\r\n"), "the lines of this step end as on Windows"),
        (format!("{original}echo a\0b\n"), "stands in this step"),
        (format!("{original}echo 'it\n"), "this quote is not closed"),
        (format!("{original}echo \"$(date)\n"), "this quote is not closed"),
        (format!("{original}cat <<END\nx\n"), "this here document never ends"),
    ] {
        let (told, code) = checked_alone("keep", &whole);
        assert!(code == Some(3) && told.contains("error[BL307]") && told.contains(why), "{told}");
    }
}

#[test]
fn a_step_that_goes_on_behind_a_failure_is_told_of() {
    for (whole, told_of) in [
        ("exit 0\n", "a command that fails does not end this step"),
        ("set -eu\ntrue\n", "a command before a `|` that fails does not end this step"),
    ] {
        let (told, code) = checked_alone("keep", whole);
        assert!(code == Some(0) && told.contains(&format!("warning[BL308]: {told_of}")), "{told}");
    }
    // The original of this one is a part of others, and says nothing of it either.
    assert!(!checked_alone("sign_in", "true\n").0.contains("BL308"));
}

#[test]
fn a_quoted_value_inside_of_quotes_is_told_of_at_its_place() {
    let original = steps::original("docker_build").unwrap();
    let quoted =
        original.replace("--build-arg {{sh @key \"=\" this}}", "--build-arg \"{{sh @key \"=\" this}}\"");
    assert_ne!(quoted, original);
    let (told, code) = checked_alone("docker_build", &quoted);
    assert!(
        code == Some(0) && told.contains("warning[BL309]: this value is quoted inside of quotes"),
        "{told}"
    );
    assert!(told.contains("docker_build.sh.hbs:11:16\n"), "{told}");
}

#[test]
fn changed_copies_are_named_wherever_it_is_told_what_a_pipeline_does() {
    let home = small();
    for step in ["keep", "build/build"] {
        assert!(run(home.path(), &["templates", "eject", step]).status.success());
    }
    let names = |output: &Output, step: &str| {
        let told = text(&output.stdout) + &text(&output.stderr);
        told.contains(".branchline/templates") && told.contains(step)
    };
    assert!(!names(&run(home.path(), &["check"]), "keep"));
    fs::write(copy_of(home.path(), "keep"), "set -euo pipefail\ntrue\n").unwrap();
    for arguments in [&["check"][..], &["explain", "main"], &["map"], &["generate", "--stdout"]] {
        let output = run(home.path(), arguments);
        assert!(output.status.success() && names(&output, "keep"), "{arguments:?} {}", text(&output.stdout));
        assert!(!names(&output, "build/build"), "one that is unchanged is the original: {arguments:?}");
    }
    let made = text(&run(home.path(), &["generate", "--stdout"]).stdout);
    assert!(
        made.contains("- `keep`: marks the images that are about to be deployed\n"),
        "the README names it"
    );
}

#[cfg(unix)]
#[test]
fn no_link_brings_a_file_of_the_machine_into_what_is_generated() {
    use std::os::unix::fs::symlink;
    let other = tempfile::tempdir().unwrap();
    let secret = other.path().join("keep.sh.hbs");
    fs::write(&secret, "echo 'a file of the machine'\n").unwrap();
    let links: [&dyn Fn(&Path); 4] = [
        &|templates| symlink(&secret, templates.join("keep.sh.hbs")).unwrap(),
        &|templates| symlink(other.path(), templates.join("build")).unwrap(),
        &|templates| {
            fs::remove_dir(templates).unwrap();
            symlink(other.path(), templates).unwrap();
        },
        &|templates| {
            let above = templates.parent().unwrap();
            fs::remove_dir_all(above).unwrap();
            fs::create_dir(other.path().join("templates")).unwrap();
            fs::copy(&secret, other.path().join("templates/keep.sh.hbs")).unwrap();
            symlink(other.path(), above).unwrap();
        },
    ];
    for link in links {
        let home = small();
        let templates = home.path().join(".branchline/templates");
        fs::create_dir_all(&templates).unwrap();
        link(&templates);
        for arguments in [&["generate"][..], &["generate", "--check"], &["check"], &["explain", "develop"]] {
            let output = run(home.path(), arguments);
            let told = text(&output.stdout) + &text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
            assert!(told.contains("is a symbolic link") && !told.contains("a file of the machine"), "{told}");
        }
        assert!(!home.path().join("pipelines").exists());
        let ejected = run(home.path(), &["templates", "eject", "build/post_build"]);
        // Beside a link that is a file nothing is written through it.
        if !templates.join("keep.sh.hbs").is_symlink() {
            assert_eq!(ejected.status.code(), Some(1), "{}", text(&ejected.stderr));
        }
        assert!(!other.path().join("post_build.sh.hbs").exists() && !other.path().join("build").exists());
    }
}

#[test]
fn a_revision_brings_its_own_copies() {
    let home = small();
    let git = |arguments: &[&str]| {
        let identity =
            ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
        let done = std::process::Command::new("git")
            .current_dir(home.path())
            .args(identity)
            .args(arguments)
            .output();
        assert!(done.as_ref().is_ok_and(|done| done.status.success()), "{done:?}");
    };
    assert!(run(home.path(), &["templates", "eject", "build/pre_build"]).status.success());
    let path = copy_of(home.path(), "build/pre_build");
    let original = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{original}echo committed\n")).unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "One"]);
    fs::write(&path, format!("{original}echo {{{{sh nothing}}}}\n")).unwrap();
    assert_eq!(run(home.path(), &["generate", "--stdout"]).status.code(), Some(3));
    let made = run(home.path(), &["generate", "--stdout", "--rev", "HEAD"]);
    assert!(made.status.success() && text(&made.stdout).contains("echo committed"), "{}", text(&made.stderr));
    // A fault in the revision is named as git names the file.
    git(&["commit", "--quiet", "--all", "--message", "Two"]);
    fs::write(&path, &original).unwrap();
    let told = text(&run(home.path(), &["check", "--rev", "HEAD"]).stdout);
    assert!(told.contains("HEAD:.branchline/templates/build/pre_build.sh.hbs:"), "{told}");
}
