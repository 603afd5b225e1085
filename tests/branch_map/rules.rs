//! Long rules: what `map` and `explain` tell of narrower rules, tags, pull requests, paths and services.

use branchline::branch_map::{BranchMap, resolve};
use branchline::commands::{explain, map};
use branchline::config::{self, Config};
use snapbox::{assert_data_eq, str};

const TEXT: &str = r#"
version: 1
app: shop
branches:
  release/**: [staging]
  release/[0-9]*: [live]
  api: { branch: develop, services: [api], paths: { includes: [Gemfile], excludes: ["**/*.md"] }, environments: [dev] }
  web: { branch: develop, services: [web], environments: [dev] }
  versions: { tags: { includes: ["v*"], excludes: ["v*-rc*"] }, environments: [production] }
  checks: { branch: "**", pull_requests: true }
environments: { staging: {}, live: {}, dev: {}, production: {} }
pipelines: { account: "111122223333", region: eu-west-1 }
source: { repository: acme/shop }
services:
  api: { paths: ["api/**"], deploy: { ecs: { cluster: "c-{environment}", roles: [task] } } }
  web: { deploy: { ecs: { cluster: "c-{environment}", roles: [task] } } }
test: { commands: [make test] }
migrate: { service: api, command: bin/migrate }
"#;

fn sound() -> (Config, BranchMap) {
    let reading = config::read(TEXT);
    let config = reading.config.unwrap_or_else(|| panic!("{:#?}", reading.findings));
    let (map, findings) = resolve(&config);
    assert_eq!(findings, []);
    (config, map)
}

#[test]
fn the_map_says_what_is_left_out_which_files_count_and_which_services_are_built() {
    let (config, map) = sound();
    assert_data_eq!(
        map::report(&map, &config, None, 100),
        str![[r#"
 Branch                    Pipeline                  Environments, in order
────────────────────────────────────────────────────────────────────────────────
 release/**                shop-release-4e7490       staging (migration)
   not release/[0-9]*
 release/[0-9]*            shop-release-0-9-05d39d   live (migration)
 develop                   shop-api                  dev (migration)
   paths Gemfile, api/**
   not paths **/*.md
   services api
 develop                   shop-web                  dev
   services web
 tags v*                   shop-versions             production (migration)
   not v*-rc*
 pull requests to **       shop-checks               none: it ends at its tests

With a lock, which lets in one release of these rules at a time:
  staging     release/**
  live        release/[0-9]*
  dev         api, web
  production  versions
Each deploy there is written down, and a commit older than it is stopped.

"#]]
    );
}

#[test]
fn a_narrower_rule_wins_and_the_broader_one_says_so() {
    let (config, map) = sound();
    assert_eq!(map.entry_for("release/1").map(|entry| entry.rule.as_str()), Some("release/[0-9]*"));
    assert_eq!(map.entry_for("release/x").map(|entry| entry.rule.as_str()), Some("release/**"));
    assert_data_eq!(
        explain::report(&map, &config, "release/1"),
        str![[r#"
A push to `release/1` starts the pipeline `shop-release-0-9-05d39d`.

Rule: release/[0-9]*
Why:  `release/` stands in both, `[0-9]` stands for `1`, `*` stands for nothing
When: any file changes, since `web` has no `paths`

What happens, in order:
   1  Source        fetch the commit that was pushed
   2  Build         build the images of api, web once, for every environment
   3  Test          run the tests in the checkout
   4  Migrate-live  stop a commit older than what is deployed, then run `bin/migrate` once, in the new image of api; if it fails, nothing is deployed
   5  Deploy-live   deploy api to the ECS service api in c-live, web to the ECS service web in c-live, and write it down

With a lock, which lets in one release of these rules at a time:
  live  release/[0-9]*

Other rules that match, and leave it alone:
  release/**  `release/` stands in both, `**` stands for `1`; `release/[0-9]*` is narrower, and wins

The other rules do not match:
  api (develop)  is another name
  web (develop)  is another name

A pull request to `release/1` starts the pipeline `shop-checks`, which ends at its tests.

Tags start pipelines wherever they are set, here too:
  tags v*  start `shop-versions`

"#]]
    );
}

#[test]
fn of_two_pipelines_each_is_told_with_the_files_that_start_it() {
    let (config, map) = sound();
    assert_data_eq!(
        explain::report(&map, &config, "develop"),
        str![[r#"
A push to `develop` starts 2 pipelines, which build different services.

Pipeline: shop-api
Rule: api (develop)
Why:  the rule names this very branch
When: a file changes that matches `Gemfile` or `api/**`, those that match `**/*.md` not counted

What happens, in order:
   1  Source       fetch the commit that was pushed
   2  Build        build the image of api once, for every environment
   3  Test         run the tests in the checkout
   4  Migrate-dev  stop a commit older than what is deployed of its services, then run `bin/migrate` once, in the new image of api; if it fails, nothing is deployed
   5  Deploy-dev   deploy api to the ECS service api in c-dev, and write it down

With a lock, which lets in one release of these rules at a time:
  dev  api, web

Pipeline: shop-web
Rule: web (develop)
Why:  the rule names this very branch

What happens, in order:
   1  Source      fetch the commit that was pushed
   2  Build       build the image of web once, for every environment
   3  Test        run the tests in the checkout
   4  Deploy-dev  stop a commit older than what is deployed of its services, then deploy web to the ECS service web in c-dev, and write it down

With a lock, which lets in one release of these rules at a time:
  dev  api, web

The other rules do not match:
  release/**      wants `release/` at the beginning
  release/[0-9]*  wants `release/` at the beginning

A pull request to `develop` starts the pipeline `shop-checks`, which ends at its tests.

Tags start pipelines wherever they are set, here too:
  tags v*  start `shop-versions`

"#]]
    );
    assert_data_eq!(
        explain::json(&map, &config, "develop").to_string(),
        str![[
            r#"{"branch":"develop","rule":"api","pipeline":"shop-api","environments":["dev"],"pipelines":[{"rule":"api","pipeline":"shop-api","environments":["dev"],"services":["api"],"per_branch":false,"locks":[{"environment":"dev","others":["shop-web"]}],"reuse":[],"paths":{"includes":["Gemfile","api/**"],"excludes":["**/*.md"]}},{"rule":"web","pipeline":"shop-web","environments":["dev"],"services":["web"],"per_branch":false,"locks":[{"environment":"dev","others":["shop-api"]}],"reuse":[],"paths":{"includes":[],"excludes":[]}}],"lost":[],"pull_requests":[{"rule":"checks","pipeline":"shop-checks","environments":[],"services":["api","web"],"per_branch":false,"locks":[],"reuse":[],"paths":{"includes":[],"excludes":[]}}],"without_pipeline":null,"tags":[{"rule":"versions","pipeline":"shop-versions","includes":["v*"],"excludes":["v*-rc*"]}]}"#
        ]]
    );
}

#[test]
fn a_tag_that_its_rule_excludes_starts_nothing() {
    let (config, map) = sound();
    assert_data_eq!(
        explain::report_of_tag(&map, &config, "v2-rc1"),
        str![[r#"
No rule takes `v2-rc1`: it starts nothing.

Other rules that match, and leave it alone:
  versions (tags v*)  `v` stands in both, `*` stands for `2-rc1`; it excludes `v*-rc*`

"#]]
    );
    assert_data_eq!(
        explain::json_of_tag(&map, &config, "v2").to_string(),
        str![[
            r#"{"tag":"v2","rule":"versions","pipeline":"shop-versions","environments":["production"],"pipelines":[{"rule":"versions","pipeline":"shop-versions","environments":["production"],"services":["api","web"],"per_branch":false,"locks":[{"environment":"production","others":[]}],"reuse":[],"paths":{"includes":[],"excludes":[]}}],"lost":[]}"#
        ]]
    );
    assert_eq!(explain::json_of_tag(&map, &config, "develop")["pipeline"], serde_json::Value::Null);
    assert_eq!(map.entries_for("v2").count(), 0, "a branch of that name is no tag");
}

#[test]
fn a_name_that_can_be_no_tag_is_refused_in_words() {
    assert_eq!(explain::asked_tag("v1"), Ok("v1".to_owned()));
    assert_eq!(
        explain::asked_tag("refs/tags/v1").unwrap_err().to_string(),
        "`refs/tags/v1` is a ref; its tag is called `v1`: `branchline explain --tag v1`"
    );
    assert_eq!(
        explain::asked_tag("v..1").unwrap_err().to_string(),
        "`v..1` cannot be a tag: git allows no two dots in a row"
    );
}

#[test]
fn the_json_says_what_starts_each_pipeline() {
    let (config, map) = sound();
    let json = map::json(&map, &config);
    let trigger = |at: usize| json[at]["triggers"].to_string();
    assert_eq!(json[0]["triggers"]["branches"]["excludes"][0], "release/[0-9]*");
    assert_eq!(json[2]["triggers"]["paths"]["includes"], serde_json::json!(["Gemfile", "api/**"]));
    assert_eq!((&json[2]["rule"], &json[2]["branch"]), (&"api".into(), &"develop".into()));
    assert_eq!(json[4]["branch"], serde_json::Value::Null, "a tag is on no branch");
    assert!(trigger(4).contains(r#""tags":{"includes":["v*"],"excludes":["v*-rc*"]}"#), "{}", trigger(4));
    assert!(trigger(5).contains(r#""pull_requests":{"includes":["**"],"excludes":[]}"#), "{}", trigger(5));
    assert!(trigger(5).contains(r#""branches":{"includes":[],"excludes":[]}"#), "{}", trigger(5));
}

#[test]
fn only_rules_that_run_the_same_migration_without_a_lock_are_kept_from_one_environment() {
    let (mut config, _) = sound();
    let codes = |config: &Config| resolve(config).1.iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(&config), [""; 0], "`api` migrates, and `web` does not");
    config.rules[0].environments = vec!["live".to_owned()];
    assert_eq!(codes(&config), ["BL108"], "one waits for the other");
    config.environments["live"].lock = None;
    assert_eq!(codes(&config), ["BL107"]);
    config.environments["live"].migrations.clear();
    assert_eq!(codes(&config), ["BL108"]);
}

#[test]
fn of_several_narrower_rules_the_one_that_starts_is_named_as_the_winner() {
    let text = r#"
version: 1
app: shop
branches:
  all: { branch: "**", environments: [dev] }
  two: { branch: "release/**", environments: [staging] }
  three: { branch: "release/x", environments: [live] }
  web-all: { branch: "**", services: [web], environments: [dev] }
  tags: { tags: ["v*"], environments: [production] }
  checks: { branch: "release/*", pull_requests: true }
environments: { staging: {}, live: {}, dev: {}, production: {} }
pipelines: { account: "111122223333", region: eu-west-1 }
source: { repository: acme/shop }
services:
  api: { deploy: { ecs: { cluster: "c-{environment}", roles: [task] } } }
  web: { deploy: { ecs: { cluster: "c-{environment}", roles: [task] } } }
test: { commands: [make test] }
"#
    .replace("all: { branch", "all: { services: [api], branch")
    .replace("two: {", "two: { services: [api],")
    .replace("three: {", "three: { services: [api],")
    .replace("web-all: { services: [api],", "web-all: {");
    let reading = config::read(&text);
    let config = reading.config.unwrap_or_else(|| panic!("{:#?}", reading.findings));
    let (map, findings) = resolve(&config);
    let errors: Vec<_> = findings.iter().filter(|finding| finding.code != "BL108").collect();
    assert!(errors.is_empty(), "{errors:?}");
    let told = explain::report(&map, &config, "release/x");
    assert!(told.contains("three (release/x)` is narrower, and wins"), "{told}");
    assert!(!told.contains("two (release/**)` is narrower"), "{told}");
    assert!(
        told.contains(
            "Tags start pipelines wherever they are set, here too:\n  tags v*  start `shop-tags`\n"
        ),
        "{told}"
    );
    let answer = explain::json(&map, &config, "release/x");
    let names = |key: &str, field: &str| -> Vec<&str> {
        answer[key].as_array().unwrap().iter().map(|one| one[field].as_str().unwrap()).collect()
    };
    assert_eq!(names("pipelines", "rule"), ["three", "web-all"]);
    assert_eq!(answer["pipelines"][1]["services"], serde_json::json!(["web"]));
    assert_eq!((names("lost", "rule"), names("lost", "to")), (vec!["all", "two"], vec!["three", "three"]));
    assert_eq!(names("pull_requests", "pipeline"), ["shop-checks"]);
    assert_eq!(
        answer["tags"],
        serde_json::json!([
            { "rule": "tags", "pipeline": "shop-tags", "includes": ["v*"], "excludes": [] }
        ])
    );
    assert_eq!((&answer["rule"], &answer["pipeline"]), (&"three".into(), &"shop-three".into()));
}
