//! Pipelines of rules that build some services only, that start on tags, or on pull requests.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::jobs;
use crate::support::release::{self, Release, image_of};
use crate::support::stacks::Stacks;

fn stacks() -> Stacks {
    Stacks::of(jobs::EVERY_KIND_OF_RULE)
}

/// A run of one pipeline; every migration ends well, and the images have what the tests call.
fn run(stacks: &Stacks, pipeline: &str) -> Release {
    let files: BTreeMap<String, String> =
        [("api/Dockerfile", "FROM scratch\n"), ("web/Dockerfile", "FROM scratch\n")]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into();
    let mut world = release::world(stacks).with_task("api", &json!({ "exit_code": 0 }));
    world.0["commands"] = json!(["bundle"]);
    release::run(stacks, pipeline, &files, world, |_, world| world)
}

fn images(release: &Release, repository: &str) -> usize {
    release.world.0["repositories"][repository]["images"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_rule_of_one_service_builds_migrates_and_deploys_that_one_and_leaves_the_other_alone() {
    let stacks = stacks();
    let api = run(&stacks, "mono-api");
    assert_eq!(api.failed, None, "{:#?}", api.builds);
    assert_eq!(
        api.ran,
        [
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-dev/Lock",
            "Migrate-dev/Guard",
            "Migrate-dev/Migrate",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/api",
            "Deploy-dev/Record",
        ]
    );
    assert_eq!((images(&api, "mono/api/api"), images(&api, "mono/web/api")), (1, 0));
    assert_eq!(image_of(&api.world, "mono-dev", "web", "web"), "old@sha256:00");

    let web = run(&stacks, "mono-web");
    assert_eq!(web.failed, None, "{:#?}", web.builds);
    assert_eq!(
        web.ran,
        [
            "Source/Source",
            "Build/Build",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/web",
            "Deploy-dev/Record"
        ]
    );
    assert_eq!((images(&web, "mono/api/web"), images(&web, "mono/web/web")), (0, 1));
    assert_eq!(image_of(&web.world, "mono-dev", "api", "api"), "old@sha256:00");
}

#[test]
fn a_pull_request_is_built_and_tested_and_its_roles_reach_no_environment() {
    let stacks = stacks();
    let checks = run(&stacks, "mono-checks");
    assert_eq!(checks.failed, None, "{:#?}", checks.builds);
    assert_eq!(checks.ran, ["Source/Source", "Build/Build", "Test/Test"]);
    for (name, role) in stacks.roles.iter().filter(|(name, _)| name.starts_with("mono-checks-")) {
        let policy = format!("{role:?}");
        assert!(!policy.contains("-deploy") && !policy.contains("ecs:"), "{name}: {policy}");
    }
    for name in ["dev", "staging", "acceptance", "hotfix", "production"] {
        let trusted = format!(
            "{:?}",
            stacks
                .all("AWS::IAM::Role")
                .iter()
                .find(|role| { role["RoleName"] == format!("mono-{name}-deploy") })
                .expect("a deploy role")["AssumeRolePolicyDocument"]
        );
        assert!(!trusted.contains("mono-checks"), "{trusted}");
    }
}

#[test]
fn tags_go_to_production_by_an_approval_that_names_no_branch() {
    let stacks = stacks();
    let release = run(&stacks, "mono-versions");
    assert_eq!(release.failed, None, "{:#?}", release.builds);
    assert_eq!(image_of(&release.world, "mono-production", "web", "web"), release.known["Build.IMAGE_WEB"]);
    let actions = &stacks.pipelines["mono-versions"].actions;
    let asked = actions.iter().find(|action| action.name == "Approve").expect("an approval");
    assert!(!asked.configuration["CustomData"].contains("BranchName"), "{:?}", asked.configuration);
}

/// The triggers of a pipeline, as its template has them, and the branch of its Source action.
fn trigger(stacks: &Stacks, name: &str) -> (Value, String) {
    let pipelines = stacks.all("AWS::CodePipeline::Pipeline");
    let pipeline = pipelines.iter().find(|pipeline| pipeline["Name"] == name).expect("a pipeline");
    let [only] = pipeline["Triggers"].as_array().expect("triggers").as_slice() else { panic!("one trigger") };
    let mut git = only["GitConfiguration"].clone();
    git.as_object_mut().expect("a mapping").remove("SourceActionName");
    let branch = stacks.pipelines[name].actions[0].configuration["BranchName"].clone();
    (git, branch)
}

#[test]
fn each_kind_of_rule_has_the_trigger_that_it_says() {
    let stacks = stacks();
    let narrower = "release/[0-9]*.{x,[0-9]*}";
    // Each service has some.
    let paths = json!({ "Includes": ["api/**", "web/**", "assets/{css,js}/**"] });
    for (name, branch, expected) in [
        (
            "mono-main",
            "main",
            json!({ "Push": [{ "Branches": { "Includes": ["main"] }, "FilePaths": paths }] }),
        ),
        (
            "mono-release",
            "release/*",
            json!({ "Push": [{
                "Branches": { "Includes": ["release/*"], "Excludes": [narrower] },
                "FilePaths": paths,
            }] }),
        ),
        (
            "mono-api",
            "develop",
            json!({ "Push": [{
                "Branches": { "Includes": ["develop"] },
                "FilePaths": { "Includes": ["Gemfile", "api/**"], "Excludes": ["**/*.md"] },
            }] }),
        ),
        (
            "mono-versions",
            "[tags]",
            json!({ "Push": [{ "Tags": { "Includes": ["v*", "lts/**"], "Excludes": ["v*-rc?"] } }] }),
        ),
        (
            "mono-checks",
            "**",
            json!({ "PullRequest": [{
                "Events": ["OPEN", "UPDATED"],
                "Branches": { "Includes": ["**"] },
                "FilePaths": paths,
            }] }),
        ),
    ] {
        let (found, of_source) = trigger(&stacks, name);
        assert_eq!((found, of_source.as_str()), (expected, branch), "{name}");
    }
    let modes: Vec<_> = stacks
        .all("AWS::CodePipeline::Pipeline")
        .iter()
        .filter(|pipeline| pipeline["ExecutionMode"] != "QUEUED")
        .map(|pipeline| (pipeline["Name"].clone(), pipeline["ExecutionMode"].clone()))
        .collect();
    assert_eq!(modes, [(json!("mono-web"), json!("SUPERSEDED"))]);
}

#[test]
fn no_source_action_of_a_pattern_or_of_tags_names_what_could_be_a_branch() {
    let stacks = stacks();
    for (name, pipeline) in &stacks.pipelines {
        let branch = &pipeline.actions[0].configuration["BranchName"];
        let is_name = branchline::branch_map::git_name::check(branch).is_ok();
        assert_eq!(is_name, ["main", "develop"].contains(&branch.as_str()), "{name}: {branch}");
    }
}
