//! `branchline import copilot` of a team whose pipelines read CodeCommit.

use serde_json::Value;

use super::repository::{Repository, Said};

const API: &str = "name: api\ntype: Backend Service\nimage:\n  build: { dockerfile: Dockerfile, target: production }\n  port: 3000\n";
const PAGE: &str = "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/shop/browse";

fn pipeline(branch: &str, repository: &str, stages: &str) -> String {
    format!(
        "name: shop-{branch}\nversion: 1\nsource:\n  provider: CodeCommit\n  properties:\n    branch: {branch}\n    \
         repository: {repository}\nstages:\n{stages}"
    )
}

/// A pipeline a branch, each of which names the repository in another way.
fn team() -> Repository {
    let repository = Repository::new();
    let develop = pipeline("develop", PAGE, "  - name: dev\n");
    let release = pipeline(
        "release",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
        "  - name: staging\n  - name: production\n    requires_approval: true\n",
    );
    repository.commit(
        "develop",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", API),
            ("copilot/pipelines/shop-develop/manifest.yml", &develop),
            ("copilot/pipelines/shop-release/manifest.yml", &release),
            ("Dockerfile", "FROM ruby AS production\n"),
        ],
    );
    repository.commit("release", &[]);
    repository.git(&["checkout", "-q", "develop"]);
    repository
}

fn imported(repository: &Repository, more: &[&str]) -> Said {
    let given = ["import", "copilot", "--account", "444444444444"];
    let arguments: Vec<&str> = given.iter().chain(more).copied().collect();
    repository.branchline(&arguments)
}

#[test]
fn pipelines_on_code_commit_become_a_map_that_passes_check_and_deploys_the_same() {
    let repository = team();
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let text = repository.read("branchline.yml");
    assert!(text.contains("  repository: shop\n  provider: codecommit\n"), "{text}");
    assert!(text.contains("  region: eu-west-1\n"), "the repository's region is the pipelines': {text}");
    let checked = repository.branchline(&["check"]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);
    let map: Value = serde_json::from_str(&repository.branchline(&["map", "--json"]).out).unwrap();
    let ways: Vec<String> = map
        .as_array()
        .unwrap()
        .iter()
        .map(|pipeline| format!("{} {}", pipeline["branch"].as_str().unwrap(), pipeline["environments"]))
        .collect();
    assert_eq!(ways, ["develop [\"dev\"]", "release [\"staging\",\"production\"]"]);
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    let release = repository.read("pipelines/shop-release/pipeline.yml");
    assert!(release.contains("Approve-production") && !release.contains("Approve-staging"));
    assert!(release.contains("          referenceName:\n          - release\n"), "{release}");
    assert!(release.contains("RepositoryName: shop\n") && release.contains("BranchName: release\n"));
}

#[test]
fn a_repository_in_another_region_than_the_pipelines_is_told_in_the_report_and_in_the_file() {
    let repository = team();
    let said = imported(&repository, &["--region", "us-east-1"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let told = "the repository `shop` is in eu-west-1, and the pipelines would be in us-east-1";
    assert!(said.out.contains(told), "{}", said.out);
    assert!(said.out.contains("CHECK: the repository is in eu-west-1"), "{}", said.out);
    let same = imported(&repository, &["--region", "eu-west-1"]);
    assert!(!same.out.contains("would be in"), "{}", same.out);
}

#[test]
fn a_hostile_address_is_told_and_stands_nowhere_in_the_file() {
    let repository = team();
    let hostile =
        pipeline("develop", "\"codecommit::eu-west-1://$(touch gone)\\u001b[31m\"", "  - name: dev\n");
    repository.commit(
        "develop",
        &[
            ("copilot/pipelines/shop-develop/manifest.yml", &hostile),
            ("copilot/pipelines/shop-release/manifest.yml", ""),
        ],
    );
    let said = imported(&repository, &["--region", "eu-west-1"]);
    assert!(
        said.out.contains("the repository of the pipeline `shop-develop` cannot be made out"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("$(touch") && !said.out.contains('\u{1b}'), "{}", said.out);
}
