//! `branchline import adf`.

use std::fs;

use serde_json::Value;

use super::repository::{Repository, Said};

const GIVEN: [&str; 6] = ["import", "adf", "--account", "999999999999", "--region", "eu-central-1"];

const MAP: &str = r#"
x-codebuild: &build { provider: codebuild, properties: { image: STANDARD_5_0 } }
pipelines:
  - name: shop-develop
    default_providers:
      source: &hub
        provider: codeconnections
        properties: { owner: acme, repository: shop, branch: develop, codeconnections_param_path: /adf/hub }
      build: *build
    targets:
      - 111111111111
  - name: shop-release
    default_providers:
      source:
        <<: *hub
        properties: { owner: acme, repository: shop, branch: release/2, codeconnections_param_path: /adf/hub }
      build: *build
    regions: eu-west-1
    targets:
      - { target: 222222222222, name: staging }
      - approval
      - { path: "333333333333", regions: [eu-west-1, us-east-1], name: live }
"#;

fn with(files: &[(&str, &str)]) -> Repository {
    let repository = Repository::new();
    repository.commit("main", files);
    repository
}

fn imported(repository: &Repository, more: &[&str]) -> Said {
    let arguments: Vec<&str> = GIVEN.iter().chain(more).copied().collect();
    repository.branchline(&arguments)
}

/// Where a branch goes: account, region, and whether somebody is asked.
type Way = (String, Vec<(Option<String>, Option<String>, bool)>);

/// A map as ADF reads it: `target.py`, for accounts alone, read by another parser than branchline's.
fn by_adf(map: &str) -> Vec<Way> {
    let mut map: serde_yaml::Value = serde_yaml::from_str(map).unwrap();
    map.apply_merge().unwrap();
    let map: Value = serde_json::to_value(map).unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let list = |value: &Value| match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let ways = map["pipelines"].as_array().unwrap().iter().map(|pipeline| {
        let branch = text(&pipeline["default_providers"]["source"]["properties"]["branch"]);
        let (mut way, mut asks) = (Vec::new(), false);
        for target in pipeline["targets"].as_array().unwrap() {
            if text(target) == "approval" {
                asks = true;
                continue;
            }
            let account =
                [&target["target"], &target["path"], target].into_iter().find(|one| !one.is_null()).map(text);
            let mut regions = list(&target["regions"]);
            if regions.is_empty() {
                regions = list(&pipeline["regions"]);
            }
            let regions =
                if regions.is_empty() { vec![None] } else { regions.into_iter().map(Some).collect() };
            for region in regions {
                way.push((account.clone(), region, std::mem::take(&mut asks)));
            }
        }
        (branch, way)
    });
    ways.collect()
}

/// What was generated: the stages of each pipeline, with the account and region that the file gives each environment.
fn by_branchline(repository: &Repository) -> Vec<Way> {
    let file: serde_yaml::Value = serde_yaml::from_str(&repository.read("branchline.yml")).unwrap();
    let file: Value = serde_json::to_value(file).unwrap();
    let map: Value = serde_json::from_str(&repository.branchline(&["map", "--json"]).out).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let ways = map.as_array().unwrap().iter().map(|rule| {
        let name = rule["name"].as_str().unwrap();
        let stages = repository.read(&format!("pipelines/{name}/pipeline.json"));
        let way = rule["environments"].as_array().unwrap().iter().map(|environment| {
            let place = &file["environments"][environment.as_str().unwrap()];
            let asks = stages.contains(&format!("\"Approve-{}\"", environment.as_str().unwrap()));
            (text(&place["account"]), text(&place["region"]), asks)
        });
        (text(&rule["branch"]).unwrap(), way.collect())
    });
    ways.collect()
}

#[test]
fn the_same_branches_go_to_the_same_accounts_with_the_same_approvals() {
    let in_code_commit = MAP
        .replace("provider: codeconnections", "provider: codecommit")
        .replace("owner: acme, ", "account_id: '999999999999', ")
        .replace(", codeconnections_param_path: /adf/hub", "");
    for (map, source) in [(MAP, "acme/shop"), (&in_code_commit, "shop\n  provider: codecommit")] {
        let repository = with(&[("deployment_map.yml", map), ("Dockerfile", "FROM scratch\n")]);
        let said = imported(&repository, &["--write"]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert!(repository.read("branchline.yml").contains(&format!("  repository: {source}\n")));
        let check = repository.branchline(&["check"]);
        assert_eq!(check.code, Some(0), "{}", check.out);
        assert_eq!(repository.branchline(&["generate"]).code, Some(0));
        let expected = by_adf(map);
        assert_eq!(expected[1].1.len(), 3, "the reading of the test is right: {expected:?}");
        assert_eq!(by_branchline(&repository), expected);
    }
}

#[test]
fn maps_in_folders_are_read_too_and_the_repository_is_picked_by_a_pipeline() {
    let other = MAP.replace("repository: shop", "repository: infra").replace("name: shop", "name: infra");
    let repository = with(&[
        ("deployment_map.yml", MAP),
        ("deployment_maps/base/infra.yml", &other),
        ("deployment_maps/base/example-deployment_map.yml", "not: read"),
        ("adfconfig.yml", "regions: { deployment-account: eu-north-1 }\n"),
    ]);
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(64));
    for part in ["there are pipelines of 2 repositories", "acme/infra (infra-develop, infra-release)"] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    let picked = ["import", "adf", "--account", "999999999999", "--pipeline", "infra-release", "--json"];
    let said = repository.branchline(&picked);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(answer["rules"][1]["place"]["file"], "deployment_maps/base/infra.yml");
    assert_eq!(answer["rules"][1]["place"]["branches"], serde_json::json!([]));
    assert_eq!(answer["environments"][3]["account"], "333333333333");
    assert!(answer["branchline_yml"].as_str().unwrap().contains("region: eu-north-1"));
    // The report has no branches: the file is of the working tree.
    let told = imported(&repository, &["--pipeline", "infra-release"]).out;
    assert!(told.contains("was the pipeline infra-develop: deployment_maps/base/infra.yml:"), "{told}");
    let named = repository.path().join("deployment_map.yml");
    let alone = imported(&repository, &[named.to_str().unwrap()]);
    assert_eq!(alone.code, Some(0), "{}", alone.err);
}

#[test]
fn a_hostile_map_ends_in_a_clear_error_or_in_harmless_text() {
    let deep = "[".repeat(5_000);
    let bomb = format!(
        "a: &a [{}]\nb: &b [{}]\nc: [{}]\n",
        "x, ".repeat(900),
        "*a, ".repeat(900),
        "*b, ".repeat(900)
    );
    let large = "x".repeat(300 * 1024);
    let loops = "pipelines: &a\n  - *a\n";
    for text in [
        &deep,
        &bomb,
        &large,
        "pipelines: !!python/name:os.system x",
        "\u{1}",
        "- *nowhere",
        loops,
        "pipelines: 1",
        "",
    ] {
        let repository = with(&[("deployment_map.yml", text)]);
        let said = imported(&repository, &["--write"]);
        assert_eq!(said.code, Some(1), "{:.40}: {}{}", text, said.out, said.err);
        assert!(!repository.path().join("branchline.yml").exists());
    }
    let repository = with(&[]);
    fs::write(repository.path().join("deployment_map.yml"), [0xff, 0xfe]).unwrap();
    let said = imported(&repository, &[]);
    assert_eq!((said.code, said.err.contains("is not UTF-8 text")), (Some(1), true), "{}", said.err);
}

#[test]
fn names_with_shell_quotes_and_control_characters_reach_neither_a_shell_nor_the_terminal() {
    let map = "pipelines:\n  - name: \"a$(touch x)'\\\"`id`\\e[31m\\u202e\\nb: c\"\n    default_providers:\n      source: { provider: codeconnections, properties: { \
               owner: acme, repository: shop, codeconnections_param_path: \"/p\\nq: 1\" } }\n      deploy: { provider: lambda, properties: { function_name: \
               \"$(id)\" } }\n    targets: [{ path: \"/ou\\n- x: '\\u202e\", name: \"$(id) ' \\\" \\n\" }, { path: 111111111111, exclude: [\"\\e[2J\"] }]\n";
    let repository = with(&[("deployment_map.yml", map)]);
    for more in [&[][..], &["--json"], &["--markdown"], &["--write"]] {
        let said = imported(&repository, more);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert!(!said.out.contains(['\u{1b}', '\u{202e}']), "{}", said.out);
    }
    let file: serde_yaml::Value = serde_yaml::from_str(&repository.read("branchline.yml")).unwrap();
    let environments: Vec<&str> =
        file["environments"].as_mapping().unwrap().keys().map(|key| key.as_str().unwrap()).collect();
    assert_eq!(environments, ["id", "account-111111111111"]);
    assert_eq!(
        file["services"]["shop"]["deploy"]["commands"]["run"][0],
        "echo 'write how shop is deployed: ADF did it by a Lambda function' >&2; exit 1"
    );
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}
