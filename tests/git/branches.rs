//! Rules with a pipeline for each branch: which branches those are.

use crate::place::{NAMED, Place};

/// A configuration with a pipeline for each feature.
fn features() -> String {
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

fn branches(json: &str) -> Vec<String> {
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
fn files(folder: &std::path::Path) -> Vec<String> {
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
