//! `copilot/` below folders, workloads of some branches, and addons.

use serde_json::Value;

use super::repository::{Repository, Said};

const GIVEN: [&str; 6] = ["import", "copilot", "--account", "444444444444", "--region", "ap-northeast-1"];

fn imported(repository: &Repository, more: &[&str]) -> Said {
    repository.branchline(&GIVEN.iter().chain(more).copied().collect::<Vec<_>>())
}

fn pipeline(name: &str, branch: &str, stages: &str) -> String {
    format!(
        "name: {name}\nversion: 1\nsource:\n  provider: GitHub\n  properties: {{ branch: {branch}, repository: acme/mono }}\nstages:\n{stages}"
    )
}

fn workload(name: &str, build: &str) -> String {
    format!("name: {name}\ntype: Backend Service\nimage: {{ build: {build} }}\n")
}

/// Two apps, each in a folder of its own.
fn two_apps() -> Repository {
    let repository = Repository::new();
    let stages = "  - name: prod\n    pre_deployments: { lint: { buildspec: services/shop/ci/lint.yml }, scan: { buildspec: ci/scan.yml } }\n";
    let step = |command: &str| format!("version: 0.2\nphases: {{ build: {{ commands: [{command}] }} }}\n");
    repository.commit(
        "main",
        &[
            ("services/shop/copilot/.workspace", "application: shop\n"),
            ("services/shop/copilot/api/manifest.yml", &workload("api", "./api/Dockerfile")),
            (
                "services/shop/copilot/web/manifest.yml",
                &workload("web", "{ dockerfile: ../../docker/web, context: ../.. }"),
            ),
            ("services/shop/copilot/pipelines/shop/manifest.yml", &pipeline("shop", "main", stages)),
            ("services/shop/bin/entrypoint.sh", "bin/rails db:migrate\n"),
            ("services/shop/ci/lint.yml", &step("make lint")),
            ("services/shop/services/shop/ci/lint.yml", &step("never")),
            ("ci/scan.yml", &step("make scan")),
            ("services/books/copilot/.workspace", "application: books\n"),
            ("services/books/copilot/api/manifest.yml", &workload("api", "Dockerfile")),
            ("services/books/copilot/pipeline.yml", &pipeline("books", "main", "  - name: prod\n")),
            ("services/books/entrypoint.sh", "flyway migrate\n"),
            ("node_modules/x/copilot/pipeline.yml", &pipeline("x", "main", "  - name: prod\n")),
        ],
    );
    repository
}

#[test]
fn of_several_folders_one_has_to_be_said_and_the_list_is_shown() {
    let repository = two_apps();
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(64), "{}{}", said.out, said.err);
    let words = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("say which with `--folder DIR`: services/books (on main), services/shop (on main)"),
        "{words}"
    );
    assert!(!words.contains("node_modules"), "{words}");
    let said = imported(&repository, &["--folder", "services"]);
    assert_eq!(said.code, Some(64));
    assert!(said.err.contains("no branch has pipelines of Copilot's in services/copilot"), "{}", said.err);
}

#[test]
fn paths_below_a_folder_are_those_from_the_root_and_other_apps_are_left_alone() {
    let repository = two_apps();
    let said = imported(&repository, &["--folder", "./services/shop/", "--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let text = repository.read("branchline.yml");
    let map: Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(map["app"], "shop");
    let build = |name: &str| map["services"][name]["build"].clone();
    assert_eq!(build("api"), serde_json::json!({ "context": "services/shop/api" }));
    assert_eq!(build("web"), serde_json::json!({ "dockerfile": "docker/web" }));
    assert_eq!(map["migrate"]["command"], "bin/rails db:migrate");
    // CodeBuild reads a buildspec from the root of the repository.
    assert_eq!(map["services"]["lint"]["deploy"]["commands"]["run"][1], "make lint");
    assert_eq!(map["services"]["scan"]["deploy"]["commands"]["run"][1], "make scan");
    for place in ["services/shop/copilot/pipelines/shop/manifest.yml:1", "services/shop/bin/entrypoint.sh:1"]
    {
        assert!(text.contains(place) && said.out.contains(place), "{place}: {text}");
    }
    assert!(!said.out.contains("flyway") && !text.contains("../"), "{}", said.out);
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn the_only_folder_needs_no_option() {
    let repository = Repository::new();
    repository.commit(
        "main",
        &[
            ("app/copilot/.workspace", "application: shop\n"),
            ("app/copilot/api/manifest.yml", &workload("api", "Dockerfile")),
            ("app/copilot/pipeline.yml", &pipeline("shop", "main", "  - name: prod\n")),
        ],
    );
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let map: Value = serde_yaml::from_str(&repository.read("branchline.yml")).unwrap();
    assert_eq!(map["services"]["api"]["build"]["context"], "app");
}

#[test]
fn a_rule_deploys_what_its_branch_has_and_what_no_pipeline_deploys_is_left_out() {
    let repository = Repository::new();
    let api = workload("api", "Dockerfile");
    repository.commit(
        "release",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", &api),
            ("copilot/pipelines/release/manifest.yml", &pipeline("release", "release", "  - name: prod\n")),
            ("copilot/api/addons/db.yml", "Resources: {}\n"),
        ],
    );
    repository.commit(
        "develop",
        &[
            ("copilot/worker/manifest.yml", &workload("worker", "worker/Dockerfile")),
            ("copilot/other/manifest.yml", &workload("named", "named/Dockerfile")),
            ("copilot/pipelines/develop/manifest.yml", &pipeline("develop", "develop", "  - name: dev\n")),
        ],
    );
    repository.commit("feature", &[("copilot/new/manifest.yml", &workload("new", "new/Dockerfile"))]);
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let map: Value = serde_yaml::from_str(&repository.read("branchline.yml")).unwrap();
    assert_eq!(map["branches"]["release"]["services"], serde_json::json!(["api"]));
    assert_eq!(map["branches"]["develop"], serde_json::json!(["dev"]));
    let services: Vec<&String> = map["services"].as_object().unwrap().keys().collect();
    assert_eq!(services, ["api", "named", "worker"]);
    let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "the workload `new` is on no branch that a pipeline deploys",
        "`release` has no manifest of `named`, `worker`, so its rule names the services that it has",
        "the folder of the workload `named` is called `other`",
        "the workload `api` has addons: `db.yml` copilot/api/addons/db.yml:1 on develop, feature, release",
    ] {
        assert!(words.contains(part), "{part}: {}", said.out);
    }
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn a_pipeline_for_each_workload_is_a_rule_for_each_and_builds_what_it_deploys() {
    let repository = Repository::new();
    let of =
        |name: &str| pipeline(name, "main", &format!("  - name: prod\n    deployments: {{ {name}: }}\n"));
    repository.commit(
        "main",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", &workload("api", "Dockerfile")),
            ("copilot/worker/manifest.yml", &workload("worker", "Dockerfile")),
            ("copilot/pipelines/api/manifest.yml", &of("api")),
            ("copilot/pipelines/worker/manifest.yml", &of("worker")),
        ],
    );
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let map: Value = serde_yaml::from_str(&repository.read("branchline.yml")).unwrap();
    for name in ["api", "worker"] {
        assert_eq!(map["branches"][name]["branch"], "main");
        assert_eq!(map["branches"][name]["services"], serde_json::json!([name]));
        assert_eq!(
            map["services"][name]["build"],
            serde_json::json!({}),
            "its own: no pipeline builds the other's"
        );
    }
    assert!(said.out.contains("a push to `main` starts the pipelines `api`, `worker`"), "{}", said.out);
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn a_steps_buildspec_is_taken_from_the_folder_where_the_root_has_none() {
    let repository = two_apps();
    let stages = "  - name: prod\n    pre_deployments: { own: { buildspec: ci/own.yml } }\n";
    repository.commit(
        "main",
        &[
            ("services/shop/copilot/pipelines/shop/manifest.yml", &pipeline("shop", "main", stages)),
            ("services/shop/ci/own.yml", "version: 0.2\nphases: { build: { commands: [make own] } }\n"),
        ],
    );
    let said = imported(&repository, &["--folder", "services/shop", "--json"]);
    assert!(said.out.contains("make own"), "{}{}", said.out, said.err);
}
