//! `branchline import platform-config`.

use serde_json::Value;

use super::repository::{Repository, Said};

const GIVEN: [&str; 4] = ["import", "platform-config", "--account", "999999999999"];

const CONFIG: &str = r#"
schema_version: 1
application: shop
default_versions: { platform-helper: 15.1.0 }
environments:
  "*":
    accounts:
      deploy: { name: non-prod, id: "111111111111" }
      dns: { name: dev, id: "222222222222" }
    vpc: shop
    service-deployment-mode: platform
  dev:
  staging:
    service-deployment-mode: copilot
  prod:
    accounts:
      deploy: { name: live, id: "333333333333" }
      dns: { name: live, id: "222222222222" }
extensions:
  postgres: { type: postgres, version: 16 }
codebase_pipelines:
  application:
    repository: acme/shop
    slack_channel: /codebuild/channel
    services:
      - first: [web, api]
      - second: [celery]
    pipelines:
      - name: main
        branch: main
        environments:
          - name: dev
      - name: release
        branch: release/1
        environments:
          - name: staging
      - name: tagged
        tag: true
        environments:
          - name: staging
          - name: prod
            requires_approval: true
environment_pipelines:
  live:
    account: live
    slack_channel: x
    trigger_on_push: true
    environments: { prod: { requires_approval: true } }
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

/// What starts a pipeline, and where it goes: environment, account, whether somebody is asked.
type Way = (Option<String>, Vec<(String, Option<String>, bool)>);

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The config as the tool's Terraform reads it (`locals.tf`), by another parser than branchline's.
fn by_the_tool(config: &str) -> Vec<Way> {
    let config: serde_yaml::Value = serde_yaml::from_str(config).unwrap();
    let config: Value = serde_json::to_value(config).unwrap();
    let environments = &config["environments"];
    let account = |name: &str| {
        let own = &environments[name]["accounts"];
        let accounts = if own.is_null() { &environments["*"]["accounts"] } else { own };
        text(&accounts["deploy"]["id"])
    };
    let pipelines = config["codebase_pipelines"]["application"]["pipelines"].as_array().unwrap();
    let ways = pipelines.iter().map(|pipeline| {
        let stages = pipeline["environments"].as_array().unwrap().iter().map(|stage| {
            let name = text(&stage["name"]).unwrap();
            (name.clone(), account(&name), stage["requires_approval"] == true)
        });
        (text(&pipeline["branch"]), stages.collect())
    });
    ways.collect()
}

/// What was generated, with the account that the file gives each environment.
fn by_branchline(repository: &Repository) -> Vec<Way> {
    let file: serde_yaml::Value = serde_yaml::from_str(&repository.read("branchline.yml")).unwrap();
    let file: Value = serde_json::to_value(file).unwrap();
    let map: Value = serde_json::from_str(&repository.branchline(&["map", "--json"]).out).unwrap();
    let ways = map.as_array().unwrap().iter().map(|rule| {
        let name = rule["name"].as_str().unwrap();
        let stages = repository.read(&format!("pipelines/{name}/pipeline.json"));
        let way = rule["environments"].as_array().unwrap().iter().map(|environment| {
            let name = text(environment).unwrap();
            let account = text(&file["environments"][&name]["account"]);
            (name.clone(), account, stages.contains(&format!("\"Approve-{name}\"")))
        });
        (text(&rule["branch"]), way.collect())
    });
    ways.collect()
}

#[test]
fn the_same_branches_and_tags_go_to_the_same_environments_with_the_same_approvals() {
    let repository = with(&[("platform-config.yml", CONFIG), ("Dockerfile", "FROM scratch\n")]);
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let check = repository.branchline(&["check"]);
    assert_eq!(check.code, Some(0), "{}{}", check.out, check.err);
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    let expected = by_the_tool(CONFIG);
    assert_eq!(expected[2].1[1], ("prod".to_owned(), Some("333333333333".to_owned()), true));
    assert_eq!(by_branchline(&repository), expected);
    let tagged = repository.read("pipelines/shop-tagged/pipeline.json");
    assert!(tagged.contains("\"tags\"") && tagged.contains("\"**\""), "{tagged}");
}

#[test]
fn pipelines_that_start_together_are_one_rule_that_check_takes() {
    let first = "      - name: early\n        tag: true\n        environments: [{ name: dev }]\n";
    let config = CONFIG.replacen("    pipelines:\n", &format!("    pipelines:\n{first}"), 1);
    assert_ne!(config, CONFIG);
    let repository = with(&[("platform-config.yml", &config), ("Dockerfile", "FROM scratch\n")]);
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("the pipelines `early` and `tagged` start together"), "{}", said.out);
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    let ways = by_branchline(&repository);
    let of_tags: Vec<_> = ways.iter().filter(|way| way.0.is_none()).collect();
    let environments: Vec<&str> = of_tags[0].1.iter().map(|one| one.0.as_str()).collect();
    assert_eq!((of_tags.len(), environments), (1, vec!["dev", "staging", "prod"]));
    assert!(of_tags[0].1[2].2, "production still asks");
}

#[test]
fn services_share_one_image_wait_for_the_group_before_and_are_named_as_in_their_environment() {
    let repository = with(&[("platform-config.yml", CONFIG), ("custom-build/pre-deploy.sh", "x\n")]);
    let said = imported(&repository, &["--json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    let file: serde_yaml::Value = serde_yaml::from_str(answer["branchline_yml"].as_str().unwrap()).unwrap();
    let file: Value = serde_json::to_value(file).unwrap();
    assert_eq!(file["services"]["celery"]["depends_on"], serde_json::json!(["web", "api"]));
    assert_eq!(file["services"]["celery"]["image_of"], "web");
    assert_eq!(file["services"]["web"]["deploy"]["ecs"]["cluster"], "shop-{environment}-cluster");
    assert_eq!(
        file["environments"]["staging"]["services"]["api"]["deploy"]["ecs"]["service"],
        "shop-staging-api-Service-CHECK"
    );
    assert!(file["environments"]["dev"]["services"].is_null());
    assert_eq!(file["pipelines"]["region"], "eu-west-2");
    let told: Vec<&str> =
        answer["remarks"].as_array().unwrap().iter().filter_map(|remark| remark["what"].as_str()).collect();
    for part in [
        "`custom-build/pre-deploy.sh` ran with each deploy",
        "the environment pipeline `live` applies Terraform to prod",
        "extensions (1) stay",
        "told a channel of Slack",
        "a release applied the services' Terraform",
    ] {
        assert!(told.iter().any(|what| what.contains(part)), "{part}: {told:#?}");
    }
}

#[test]
fn the_codebase_is_picked_where_there_are_several_in_both_forms_of_the_file() {
    let head = "application: shop\nenvironments: { dev: { accounts: { deploy: { id: '111111111111' } } } }\ncodebase_pipelines:\n";
    let body = |name: &str| {
        format!(
            "repository: acme/{name}\n    services: [{{ all: [{name}] }}]\n    pipelines: [{{ name: main, branch: main, environments: [{{ name: dev }}] }}]\n"
        )
    };
    let mapping = format!("{head}  web:\n    {}  jobs:\n    {}", body("web"), body("jobs"));
    let list = format!("{head}  - name: web\n    {}  - name: jobs\n    {}", body("web"), body("jobs"));
    for text in [mapping, list] {
        let repository = with(&[("platform-config.yml", &text)]);
        for more in [&[][..], &["--codebase", "none"]] {
            let said = imported(&repository, more);
            assert_eq!(said.code, Some(64), "{}", said.err);
            assert!(said.err.contains("web (acme/web), jobs (acme/jobs)"), "{}", said.err);
        }
        let said = imported(&repository, &["--codebase", "jobs", "--write"]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert!(repository.read("branchline.yml").contains("repository: acme/jobs"));
        assert_eq!(repository.branchline(&["generate"]).code, Some(0));
    }
}

#[test]
fn a_hostile_config_ends_in_a_clear_error_or_in_harmless_text() {
    let deep = "[".repeat(5_000);
    let large = "x".repeat(300 * 1024);
    for text in [
        deep.as_str(),
        &large,
        "codebase_pipelines: !!python/name:os.system x",
        "\u{1}",
        "- *nowhere",
        "codebase_pipelines: &a [*a]",
        "",
    ] {
        let repository = with(&[("platform-config.yml", text)]);
        let said = imported(&repository, &["--write"]);
        assert_eq!(said.code, Some(1), "{:.40}: {}{}", text, said.out, said.err);
        assert!(!repository.path().join("branchline.yml").exists());
    }
    let evil = "\"a$(touch x)'`id`\\e[31m\\u202e\\nb: c\"";
    let config = format!(
        "application: shop\nenvironments: {{ {evil}: {{ accounts: {{ deploy: {{ id: {evil} }} }} }} }}\ncodebase_pipelines:\n  {evil}:\n    repository: \
         acme/shop\n    services: [{{ {evil}: [web] }}]\n    pipelines: [{{ name: {evil}, branch: main, environments: [{{ name: {evil} }}] }}, {{ \
         name: {evil}, tag: true, environments: [{{ name: {evil} }}] }}]\n"
    );
    let repository = with(&[("platform-config.yml", &config)]);
    let said = imported(&repository, &["--write"]);
    // A cluster cannot be called so: what would be proposed is wrong, and told without a control character.
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    for text in [&said.out, &said.err] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    assert!(!repository.path().join("branchline.yml").exists());
}
