//! `overrides` and `buildspecs: repository` as a person sees them: what is written, what is left alone, what is refused.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use branchline::document::digest::{Sealed, inspect};
use serde_json::Value;

const PLAIN: &str = "version: 1\napp: hello\nbranches: { main: [live], next: [test] }\nenvironments: { live: {}, test: {} }\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nsource: { repository: acme/hello }\n\
    services: { web: { deploy: { ecs: { cluster: \"c-{environment}\", roles: [task] } } } }\n";

const PATCHES: &str = "overrides:\n\
    - document: hello-main/pipeline.yml\n  patch:\n\
    \x20 - { op: replace, path: /Resources/BuildProject/Properties/QueuedTimeoutInMinutes, value: 30 }\n\
    \x20 - { op: remove, path: /Resources/BuildProject/Properties/Description }\n\
    - document: hello-main/pipeline.json\n  patch:\n\
    \x20 - { op: replace, path: /pipeline/executionMode, value: SUPERSEDED }\n\
    - document: hello-main/pipeline.yml\n  patch:\n\
    \x20 - { op: test, path: /Resources/BuildProject/Properties/QueuedTimeoutInMinutes, value: 30 }\n\
    \x20 - { op: replace, path: /Resources/Pipeline/Properties/ExecutionMode, value: SUPERSEDED }\n\
    \x20 - op: add\n    path: /Resources/Extra\n    value: { Type: AWS::SNS::Topic, Properties: { TopicName: { \"Fn::Sub\": \"x-${AWS::Region}\" } } }\n";

fn home(text: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("branchline.yml"), text).unwrap();
    home
}

fn branchline(folder: &Path, arguments: &[&str], code: i32) -> (String, String) {
    let mut command = Command::cargo_bin("branchline").unwrap();
    let assert = command.env_clear().current_dir(folder).args(arguments).assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&assert.get_output().stdout), text(&assert.get_output().stderr))
}

/// The generated files of a configuration.
fn generated(text: &str) -> BTreeMap<String, String> {
    let home = home(text);
    branchline(home.path(), &["generate"], 0);
    let mut files = BTreeMap::new();
    for folder in ["", "environments", "hello-main", "hello-next"] {
        for entry in fs::read_dir(home.path().join("pipelines").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(home.path().join("pipelines")).unwrap().to_str().unwrap();
                files.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn a_patch_changes_the_document_that_it_names_and_no_other() {
    let (plain, patched) = (generated(PLAIN), generated(&format!("{PLAIN}{PATCHES}")));
    let mut changed: Vec<&str> = Vec::new();
    for (path, text) in &patched {
        assert_eq!(inspect(path, text), Sealed::Intact, "{path}");
        if plain[path] != *text {
            changed.push(path);
        }
    }
    assert_eq!(changed, ["README.md", "hello-main/pipeline.json", "hello-main/pipeline.yml"]);
    let before: Value = serde_yaml::from_str(&plain["hello-main/pipeline.yml"]).unwrap();
    let after: Value = serde_yaml::from_str(&patched["hello-main/pipeline.yml"]).unwrap();
    let mut expected = before.clone();
    let properties = expected["Resources"]["BuildProject"]["Properties"].as_object_mut().unwrap();
    properties.shift_remove("Description");
    properties["QueuedTimeoutInMinutes"] = 30.into();
    expected["Resources"]["Pipeline"]["Properties"]["ExecutionMode"] = "SUPERSEDED".into();
    let extra = serde_json::json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": { "Fn::Sub": "x-${AWS::Region}" } } });
    expected["Resources"]["Extra"] = extra;
    // As text: the order of what a patch leaves is not changed.
    assert_eq!(after.to_string(), expected.to_string());
}

#[test]
fn a_patched_file_says_so_and_the_overview_lists_it() {
    let files = generated(&format!("{PLAIN}{PATCHES}"));
    let third = |path: &str| files[path].lines().nth(2).unwrap().to_owned();
    assert!(
        third("hello-main/pipeline.yml").starts_with("# Patched: "),
        "{}",
        third("hello-main/pipeline.yml")
    );
    assert!(!third("hello-next/pipeline.yml").contains("Patched"));
    let json: Value = serde_json::from_str(&files["hello-main/pipeline.json"]).unwrap();
    assert!(
        json["tags"].as_array().unwrap().iter().any(|tag| tag["key"] == "branchline:patched"),
        "{json:#}"
    );
    let page = &files["README.md"];
    let line = "- `hello-main/pipeline.yml`: replace `/Resources/BuildProject/Properties/QueuedTimeoutInMinutes`, remove `/Resources/BuildProject/Properties/Description`\n";
    assert!(page.contains(line) && page.contains("add `/Resources/Extra`"), "{page}");
    assert!(!generated(PLAIN)["README.md"].contains("patched"));
}

#[test]
fn who_asks_what_happens_is_told_that_it_is_patched_afterwards() {
    let home = home(&format!("{PLAIN}{PATCHES}"));
    let (explained, _) = branchline(home.path(), &["explain", "main"], 0);
    let line = "Before the patches that `overrides` make of `hello-main/pipeline.yml` and `hello-main/pipeline.json`.";
    assert!(explained.contains(line), "{explained}");
    let (explained, _) = branchline(home.path(), &["explain", "next"], 0);
    assert!(!explained.contains("patches"), "{explained}");
    let (map, _) = branchline(home.path(), &["map"], 0);
    let line =
        "Before the patches that `overrides` make of hello-main/pipeline.json, hello-main/pipeline.yml.";
    assert!(map.contains(line), "{map}");
}

#[test]
fn what_was_generated_with_overrides_is_up_to_date_afterwards() {
    let home = home(&format!("{PLAIN}{PATCHES}"));
    branchline(home.path(), &["generate"], 0);
    branchline(home.path(), &["generate", "--check"], 0);
}

#[test]
fn a_patch_that_no_longer_fits_ends_every_command_in_its_place_and_nothing_is_written() {
    let text = format!("{PLAIN}{}", PATCHES.replace("BuildProject/Properties/Description", "Nothing"));
    let home = home(&text);
    for arguments in [&["generate"][..], &["map"], &["explain", "main"]] {
        let (_, said) = branchline(home.path(), arguments, 3);
        assert!(said.contains("BL225") && said.contains("branchline.yml:12:25"), "{said}");
    }
    let (said, _) = branchline(home.path(), &["check"], 3);
    assert!(said.contains("`/Resources` has no `Nothing`"), "{said}");
    assert!(!home.path().join("pipelines").exists());
}

#[test]
fn a_patch_of_one_declaration_alone_is_told_and_generated() {
    let text = format!(
        "{PLAIN}overrides: [{{ document: hello-main/pipeline.json, patch: [{{ op: replace, path: /pipeline/executionMode, value: SUPERSEDED }}] }}]\n"
    );
    let home = home(&text);
    let (_, said) = branchline(home.path(), &["generate"], 0);
    assert!(said.contains("warning[BL227]: `hello-main/pipeline.yml` does not get this change"), "{said}");
}

/// The path that the build project of `main` names.
fn named(folder: &Path, output: &str) -> String {
    let stack = fs::read_to_string(folder.join(output).join("hello-main/pipeline.yml")).unwrap();
    let stack: Value = serde_yaml::from_str(&stack).unwrap();
    stack["Resources"]["BuildProject"]["Properties"]["Source"]["BuildSpec"].as_str().unwrap().to_owned()
}

#[test]
fn projects_name_the_buildspec_by_its_path_from_the_repositorys_root() {
    let root = home("");
    git2::Repository::init(root.path()).unwrap();
    let below = root.path().join("apps/shop");
    fs::create_dir_all(&below).unwrap();
    fs::write(below.join("branchline.yml"), format!("{PLAIN}buildspecs: repository\n")).unwrap();
    branchline(&below, &["generate"], 0);
    let path = named(&below, "pipelines");
    assert_eq!(path, "apps/shop/pipelines/hello-main/buildspec-build.yml");
    assert!(root.path().join(path).is_file(), "the file is there");
    branchline(&below, &["generate", "--output", "../ci"], 0);
    assert_eq!(named(&below, "../ci"), "apps/ci/hello-main/buildspec-build.yml");
}

#[test]
fn an_output_outside_of_the_repository_is_told_where_the_projects_look() {
    let (root, elsewhere) = (home(&format!("{PLAIN}buildspecs: repository\n")), tempfile::tempdir().unwrap());
    git2::Repository::init(root.path()).unwrap();
    let output = elsewhere.path().to_str().unwrap();
    let (_, said) = branchline(root.path(), &["generate", "--output", output], 0);
    assert!(said.contains("outside of the repository") && said.contains("`pipelines`"), "{said}");
    assert_eq!(named(root.path(), output), "pipelines/hello-main/buildspec-build.yml");
}

#[test]
fn a_folder_that_codebuild_could_take_for_a_text_is_refused() {
    let root = home(&format!("{PLAIN}buildspecs: repository\n"));
    git2::Repository::init(root.path()).unwrap();
    let (_, said) = branchline(root.path(), &["generate", "--output", "my pipelines"], 1);
    assert!(said.contains("`my pipelines` cannot be the folder of buildspecs"), "{said}");
    assert!(!root.path().join("my pipelines").exists());
}
