//! `branchline import copilot`.

use serde_json::Value;

use super::repository::{Repository, Said};

const API: &str = "name: api\ntype: Load Balanced Web Service\nimage:\n  build: { dockerfile: Dockerfile, target: production }\n  port: \
    3000\nvariables: { RAILS_ENV: production }\nsecrets: { DATABASE_URL: /shop/db }\n";
const JOB: &str = "name: nightly\ntype: Scheduled Job\non: { schedule: '@daily' }\nimage:\n  build: { dockerfile: Dockerfile, target: \
    production }\n";
const GUARD: &str = "*.rb text\ncopilot/pipeline.yml merge=ours\n";
const GIVEN: [&str; 6] = ["import", "copilot", "--account", "444444444444", "--region", "ap-northeast-1"];

fn pipeline(branch: &str, stages: &str) -> String {
    format!(
        "name: shop\nversion: 1\nsource:\n  provider: GitHub\n  properties:\n    branch: {branch}\n    repository: https://github.com/acme/shop\n\
         build:\n  image: aws/codebuild/amazonlinux2-x86_64-standard:5.0\nstages:\n{stages}"
    )
}

/// The case this tool began with: another pipeline on the release branch, guarded by an attribute.
fn workaround() -> Repository {
    let repository = Repository::new();
    let develop = pipeline("develop", "  - name: dev\n");
    let release =
        pipeline("release", "  - name: staging\n  - name: production\n    require_approval: true\n");
    repository.commit(
        "develop",
        &[
            (".gitattributes", GUARD),
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", API),
            ("copilot/nightly/manifest.yml", JOB),
            ("copilot/pipeline.yml", &develop),
            ("Dockerfile", "FROM ruby AS production\nENTRYPOINT [\"bin/docker-entrypoint\"]\n"),
            ("bin/docker-entrypoint", "#!/bin/sh\nset -e\nbin/rails db:prepare\nexec \"$@\"\n"),
        ],
    );
    repository.commit("release", &[("copilot/pipeline.yml", &release)]);
    repository.git(&["checkout", "-q", "develop"]);
    repository
}

fn imported(repository: &Repository, more: &[&str]) -> Said {
    let arguments: Vec<&str> = GIVEN.iter().chain(more).copied().collect();
    repository.branchline(&arguments)
}

#[test]
fn the_workaround_with_two_branches_becomes_one_map_that_generates() {
    let repository = workaround();
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let map: Value = serde_json::from_str(&repository.branchline(&["map", "--json"]).out).unwrap();
    let ways: Vec<(String, String)> = map
        .as_array()
        .unwrap()
        .iter()
        .map(|pipeline| {
            (pipeline["branch"].as_str().unwrap().to_owned(), pipeline["environments"].to_string())
        })
        .collect();
    assert_eq!(
        ways,
        [
            ("develop".to_owned(), "[\"dev\"]".to_owned()),
            ("release".to_owned(), "[\"staging\",\"production\"]".to_owned())
        ]
    );
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    let release = repository.read("pipelines/shop-release/pipeline.json");
    assert!(release.contains("Approve-production") && !release.contains("Approve-staging"));
    assert!(!repository.read("pipelines/shop-develop/pipeline.json").contains("Approve-"));
}

#[test]
fn the_report_tells_the_misspelt_approval_and_the_hidden_migration_with_branch_and_line() {
    let repository = workaround();
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for part in [
        "release  → staging → production (approval)",
        "deployed to without an approval",
        "copilot/pipeline.yml:13 on release",
        "a migration hides in what a container starts with",
        "bin/docker-entrypoint:3 on develop, release",
        "merge.ours.driver is not configured in this clone",
    ] {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&said.out).contains(&words(part)), "{part}: {}", said.out);
    }
    assert!(!repository.path().join("branchline.yml").exists());
    let answer: Value = serde_json::from_str(&imported(&repository, &["--json"]).out).unwrap();
    let mistakes =
        answer["remarks"].as_array().unwrap().iter().filter(|remark| remark["weight"] == "mistake");
    // The third: one name for two pipelines, which Copilot keeps in one stack.
    assert_eq!(mistakes.count(), 3, "{answer:#}");
    assert!(answer["branchline_yml"].as_str().unwrap().contains("approval: {}"));
    assert!(imported(&repository, &["--markdown"]).out.starts_with("# From Copilot to branchline"));
}

#[test]
fn the_guards_go_and_everything_else_in_the_file_stays() {
    let repository = workaround();
    repository.git(&["config", "merge.ours.driver", "true"]);
    let said = imported(&repository, &["--write"]);
    assert_eq!(repository.read(".gitattributes"), "*.rb text\n");
    assert!(said.out.contains("merge.ours.driver is configured in this clone"), "{}", said.out);
    // A second one does not overwrite what the first one wrote.
    let again = imported(&repository, &["--write"]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("is there already"), "{}", again.err);
}

#[test]
fn branches_of_the_remote_are_read_without_a_checkout() {
    let origin = workaround();
    let clone = Repository::new();
    clone.git(&["remote", "add", "origin", origin.path().to_str().unwrap()]);
    clone.git(&["fetch", "-q", "origin"]);
    let answer: Value = serde_json::from_str(&imported(&clone, &["--json"]).out).unwrap();
    let rules: Vec<&str> =
        answer["rules"].as_array().unwrap().iter().filter_map(|rule| rule["branch"].as_str()).collect();
    assert_eq!(rules, ["develop", "release"]);
    assert_eq!(answer["rules"][1]["place"]["branches"][0], "origin/release");
}

#[test]
fn pipelines_in_folders_of_their_own_with_services_by_name_are_rules_by_name() {
    let repository = Repository::new();
    let with = |name: &str, services: &str| {
        pipeline("main", &format!("  - name: prod\n    deployments: {{ {services} }}\n"))
            .replace("name: shop", &format!("name: {name}"))
    };
    repository.commit(
        "main",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", API),
            (
                "copilot/web/manifest.yml",
                &API.replace("name: api", "name: web").replace("Dockerfile", "web/Dockerfile"),
            ),
            ("copilot/pipelines/api/manifest.yml", &with("api", "api: ")),
            ("copilot/pipelines/web/manifest.yml", &with("web", "web: ")),
        ],
    );
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let map: Value = serde_json::from_str(&repository.branchline(&["map", "--json"]).out).unwrap();
    assert_eq!(map.as_array().unwrap().len(), 2);
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn pipelines_that_one_push_started_side_by_side_become_one_rule_and_all_of_them_are_stopped() {
    let repository = Repository::new();
    let of = |name: &str, stages: &str| {
        pipeline("main", stages).replacen("name: shop", &format!("name: {name}"), 1)
    };
    let (production, staging) = (
        of("production", "  - name: production\n    requires_approval: true\n"),
        of("staging", "  - name: staging\n"),
    );
    assert_ne!(production, staging);
    repository.commit(
        "main",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", API),
            ("Dockerfile", "FROM ruby AS production\n"),
            ("copilot/pipelines/production/manifest.yml", &production),
            ("copilot/pipelines/staging/manifest.yml", &staging),
        ],
    );
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let checked = repository.branchline(&["check"]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);
    let map: serde_json::Value =
        serde_json::from_str(&repository.branchline(&["map", "--json"]).out).unwrap();
    assert_eq!(map[0]["environments"], serde_json::json!(["staging", "production"]), "{map}");
    assert_eq!(map.as_array().unwrap().len(), 1);
    assert!(repository.read("branchline.yml").contains("  production:\n    approval: {}\n"));
    for name in ["production", "staging"] {
        assert!(said.out.contains(&format!("stop Copilot's pipeline {name},")), "{}", said.out);
    }
    assert!(!said.out.contains("leave alone what no rule takes over"), "{}", said.out);
}

#[test]
fn hostile_manifests_end_in_a_clear_error_and_nothing_is_written() {
    let deep = "[".repeat(5_000);
    let bomb = format!(
        "a: &a [{}]\nb: &b [{}]\nc: [{}]\n",
        "x, ".repeat(900),
        "*a, ".repeat(900),
        "*b, ".repeat(900)
    );
    let large = "x".repeat(300 * 1024);
    for text in
        [deep.as_str(), &bomb, &large, "name: !!python/object/apply:os.system [id]\n", "\u{1}", "- *nowhere"]
    {
        let repository = Repository::new();
        repository
            .commit("main", &[("copilot/pipeline.yml", text), ("copilot/.workspace", "application: a\n")]);
        let said = imported(&repository, &["--write"]);
        assert_eq!(said.code, Some(1), "{:.40}: {}", text, said.err);
        assert!(said.out.contains("copilot/pipeline.yml"), "{:.40}: {}", text, said.out);
        assert!(!repository.path().join("branchline.yml").exists());
    }
}

#[test]
fn a_repository_without_copilot_is_told_what_was_looked_for() {
    let repository = Repository::new();
    repository.commit("main", &[("README.md", "x")]);
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.err.contains("no pipeline with a workload was found in copilot/ of 1 branch"),
        "{}",
        said.err
    );
}

#[test]
fn a_command_that_would_read_differently_from_what_runs_is_shown_with_escapes() {
    let repository = Repository::new();
    let manifest = pipeline("main", "  - name: dev\n    test_commands: [\"make \\u202ecipoT\"]\n");
    repository.commit(
        "main",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", API),
            ("copilot/pipeline.yml", &manifest),
        ],
    );
    for more in [&[][..], &["--json"]] {
        let said = imported(&repository, more);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(!said.out.contains('\u{202e}') && said.out.contains("cipoT"), "{}", said.out);
    }
    let json: Value = serde_json::from_str(&imported(&repository, &["--json"]).out).unwrap();
    assert_eq!(json["environments"][0]["verify"][0], "make \u{202e}cipoT");
}
