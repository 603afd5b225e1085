//! Rules with a pipeline for each branch: which branches those are.

use crate::place::{NAMED, Place};

/// A configuration with a pipeline for each feature.
pub(crate) fn features() -> String {
    NAMED.replace("release/*: [live]", "feature/*: { environments: [live], per_branch: true, limit: 3 }")
}

/// A repository with two features of its own, and a clone that has them of `origin` and one more.
fn cloned() -> Place {
    let place = Place::with(&features());
    place.git("shop", &["branch", "feature/a"]);
    place.git("shop", &["branch", "feature/$(touch x)".replace(' ', "-").as_str()]);
    place.git(".", &["clone", "--quiet", "shop", "clone"]);
    place.git("clone", &["branch", "feature/here"]);
    place
}

/// The branches of `map --json` that have a pipeline of their own.
pub(crate) fn branches(json: &str) -> Vec<String> {
    let pipelines: serde_json::Value = serde_json::from_str(json).unwrap();
    let is_one = |pipeline: &&serde_json::Value| pipeline["per_branch"] == true;
    let pipelines = pipelines.as_array().unwrap().iter().filter(is_one);
    pipelines.map(|pipeline| pipeline["branch"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn branches_are_those_that_git_has_here_and_of_origin() {
    let place = cloned();
    let map = place.branchline("clone", &["map", "--json"]);
    assert_eq!(branches(map.done()), ["feature/$(touch-x)", "feature/a", "feature/here"]);
    let table = place.branchline("clone", &["map"]);
    assert!(
        table.done().contains("`feature/*` has a pipeline for each branch: 3 of at most 3."),
        "{table:?}"
    );
    place.git("clone", &["branch", "feature/one-more"]);
    place.branchline("clone", &["check"]).refused(3, &[]);
    let refused = place.branchline("clone", &["generate"]);
    refused.refused(3, &["BL120", "the limit is passed by `feature/one-more`", "write `limit: 4`"]);
    assert!(!place.path("clone/pipelines").exists());
}

#[test]
fn a_list_takes_the_place_of_git_and_makes_the_same_files_in_any_clone() {
    let place = cloned();
    let listed = place.git("clone", &["ls-remote", "--heads", "origin"]);
    place.write("list", &listed);
    let map = place.branchline("clone", &["map", "--json", "--branches", "../list"]);
    assert_eq!(branches(map.done()), ["feature/$(touch-x)", "feature/a"]);
    place.branchline("clone", &["generate", "--branches", "../list"]).done();
    // A clone as CI makes it, with one branch: by git alone the pipelines of the others would be gone.
    place.git("clone", &["add", "--all"]);
    place.git("clone", &["commit", "--quiet", "--message", "pipelines"]);
    let url = format!("file://{}", place.path("clone").display());
    place.git(".", &["clone", "--quiet", "--depth=1", "--single-branch", &url, "ci"]);
    place.branchline("ci", &["generate", "--check", "--branches", "../list"]).done();
    let check = place.branchline("ci", &["generate", "--check"]);
    assert_eq!(check.code, 2, "{check:?}");
    assert!(check.stderr.contains("BL123"), "{check:?}");
    place.branchline("ci", &["check", "--branches", "../none"]).refused(3, &["BL612", "../none"]);
    place.write("bad", "main\n* feature/a\n");
    place.branchline("ci", &["check", "--branches", "../bad"]).refused(3, &["BL613", "line 2 is no branch"]);
}

#[test]
fn a_list_comes_in_by_standard_input_too_as_git_prints_it() {
    let place = cloned();
    // As `git ls-remote --heads origin | branchline generate --branches -`.
    let listed = place.git("clone", &["ls-remote", "--heads", "origin"]);
    let arguments = ["generate", "--branches", "-"];
    place.branchline_fed("clone", &arguments, &listed).done();
    let made = std::fs::read_to_string(place.path("clone/pipelines/README.md")).unwrap();
    assert!(made.contains("`feature/$(touch-x)`, `feature/a`."), "{made}");
    assert!(!made.contains("feature/here"), "what git knows beside the list does not count: {made}");
    place.write("list", &listed);
    place.branchline("clone", &["generate", "--check", "--branches", "../list"]).done();
    let gone = place.branchline_fed("clone", &["generate", "--check", "--branches", "-"], "main\n");
    assert_eq!(gone.code, 2, "{gone:?}");
    let bad = place.branchline_fed("clone", &arguments, "main\n* feature/a\n");
    bad.refused(3, &["BL613", "in standard input, line 2 is no branch"]);
    let none = place.branchline_fed("clone", &["map", "--branches", "-"], "");
    none.refused(3, &["BL613", "lists no branch at all"]);
}

#[test]
fn of_branches_that_are_gone_every_file_is_listed_and_every_pipeline_named() {
    let place = cloned();
    let generate = |more: &[&str], branches: &str| {
        let arguments = [&["generate", "--branches", "-"], more].concat();
        place.branchline_fed("shop", &arguments, branches)
    };
    generate(&[], "main\nfeature/a\nfeature/b\nfeature/c\n").done();
    let folders = |told: &str, before: &str| -> Vec<String> {
        let named = told.split(before).skip(1).filter_map(|rest| rest.split('`').next());
        named.map(str::to_owned).collect()
    };
    let left = |paths: &serde_json::Value| -> Vec<String> {
        let paths = paths["changes"].as_array().unwrap().iter();
        let orphans = paths.filter(|change| change["change"] == "orphan");
        orphans.map(|change| change["path"].as_str().unwrap().to_owned()).collect()
    };
    let mut there: Vec<String> = Vec::new();
    for name in ["feature-b", "feature-c"] {
        let all = std::fs::read_dir(place.path("shop/pipelines")).unwrap();
        let folder =
            all.map(|entry| entry.unwrap().path()).find(|path| path.to_string_lossy().ends_with(name));
        let folder = folder.unwrap();
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let path = path.strip_prefix(place.path("shop/pipelines")).unwrap();
            there.push(path.to_str().unwrap().to_owned());
        }
    }
    there.sort();
    assert_eq!(there.len(), 6, "{there:?}");
    let kept = "main\nfeature/a\n";
    let checked = generate(&["--check", "--json"], kept);
    let mut listed = left(&serde_json::from_str(&checked.stdout).unwrap());
    listed.sort();
    assert_eq!(listed, there, "as JSON");
    // One that a person has taken half away is gone all the same.
    std::fs::remove_file(
        place
            .path("shop/pipelines")
            .join(there.iter().find(|path| path.ends_with("c/pipeline.yml")).unwrap()),
    )
    .unwrap();
    for more in [&["--check"][..], &[]] {
        let told = generate(more, kept);
        let named = folders(&told.stderr, "The branch of `");
        assert_eq!(named.len(), 2, "{more:?}: {told:?}");
        let is_one = |folder: &String| there.iter().any(|path| path.starts_with(&format!("{folder}/")));
        assert!(named.iter().all(is_one), "{named:?}");
        assert!(told.stderr.contains("Their stacks go on working until they are deleted"), "{told:?}");
    }
    generate(&["--prune"], kept).done();
    assert!(there.iter().all(|path| !place.path("shop/pipelines").join(path).exists()), "{there:?}");
    generate(&["--check"], kept).done();
}

#[test]
fn an_empty_list_is_refused_and_costs_no_file() {
    let place = cloned();
    place.branchline("shop", &["generate"]).done();
    let before = files(&place.path("shop/pipelines"));
    place.write("none", "");
    for more in [&["generate", "--prune"][..], &["generate"], &["check"], &["generate", "--check"]] {
        let arguments = [more, &["--branches", "../none"]].concat();
        place.branchline("shop", &arguments).refused(3, &["BL613", "lists no branch at all", "`main` alone"]);
        assert_eq!(files(&place.path("shop/pipelines")), before, "{more:?}");
    }
}

#[test]
fn the_stack_of_an_environment_stays_while_no_branch_leads_there() {
    let preview = features()
        .replace("environments: [live], per_branch", "environments: [preview], per_branch")
        .replace("environments: { live: {} }", "environments: { live: {}, preview: {} }")
        .replace("cluster: c, roles: [task]", "cluster: 'c-{environment}', roles: ['task-{environment}']");
    let place = Place::with(&preview);
    place.git("shop", &["branch", "feature/a"]);
    place.branchline("shop", &["generate"]).done();
    let before = files(&place.path("shop/pipelines"));
    assert!(before.contains(&"environments/preview.yml".to_owned()), "{before:?}");
    place.write("main-alone", "main\n");
    place.branchline("shop", &["generate", "--prune", "--branches", "../main-alone"]).done();
    let after = files(&place.path("shop/pipelines"));
    let gone: Vec<&String> = before.iter().filter(|path| !after.contains(path)).collect();
    assert!(!gone.is_empty() && gone.iter().all(|path| path.contains("-feature-")), "{gone:?}");
    // And is no difference either.
    place.branchline("shop", &["generate", "--check", "--branches", "../main-alone"]).done();
}

/// The paths of all files below a folder, in order.
pub(crate) fn files(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_left_of_a_branch_that_is_gone_is_told_with_what_to_do() {
    let place = cloned();
    place.branchline("shop", &["generate"]).done();
    place.git("shop", &["branch", "--delete", "feature/a"]);
    let told = place.branchline("shop", &["generate"]);
    told.done();
    for said in
        ["is gone, or no rule", "generate --prune", "Their stacks go on working until they are deleted"]
    {
        assert!(told.stderr.contains(said), "{said}: {told:?}");
    }
    let page = std::fs::read_to_string(place.path("shop/pipelines/README.md")).unwrap();
    assert!(
        page.contains("delete-stack --region eu-west-1 --stack-name hello-pipeline-DIGITS-NAME"),
        "{page}"
    );
    assert!(page.contains("`feature/$(touch-x)`.") && !page.contains("feature/a"), "{page}");
    let pruned = place.branchline("shop", &["generate", "--prune"]);
    pruned.done();
    assert!(pruned.stderr.contains("Their stacks go on working"), "{pruned:?}");
    let left = std::fs::read_dir(place.path("shop/pipelines")).unwrap().count();
    assert_eq!(left, 5, "README, base, environments, main and the branch that is left");
}

#[test]
fn a_bare_repository_and_a_revision_have_branches_too() {
    let place = cloned();
    place.git(".", &["clone", "--quiet", "--bare", "shop", "shop.git"]);
    let map = place.branchline("shop.git", &["map", "--rev", "main", "--json"]);
    assert_eq!(branches(map.done()), ["feature/$(touch-x)", "feature/a"]);
    let map = place.branchline("clone", &["map", "--rev", "origin/main", "--json"]);
    assert_eq!(branches(map.done()).len(), 3);
}

#[test]
fn without_git_the_branches_have_to_be_listed() {
    let place = Place::new();
    place.write("alone/branchline.yml", &features());
    place
        .branchline("alone", &["generate"])
        .refused(3, &["BL612", "which branches are there?", "--branches FILE"]);
    place.write("list", "feature/x\n");
    place.branchline("alone", &["generate", "--branches", "../list"]).done();
}

#[test]
fn a_branch_without_a_pipeline_is_explained() {
    let place = cloned();
    let told = place.branchline("shop", &["explain", "feature/new"]);
    assert!(told.done().contains("has a pipeline for each branch, and none for `feature/new`"), "{told:?}");
    let json = place.branchline("shop", &["explain", "feature/new", "--json"]);
    assert!(json.done().contains("\"without_pipeline\": \"feature/*\""), "{json:?}");
    let told = place.branchline("shop", &["explain", "feature/a"]);
    assert!(told.done().contains("each branch has a pipeline of its own"), "{told:?}");
}
