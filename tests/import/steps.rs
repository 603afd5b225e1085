//! Steps of stages, their order, and stacks of another name.

use serde_json::Value;

use super::repository::{Repository, Said};

const GIVEN: [&str; 6] = ["import", "copilot", "--account", "444444444444", "--region", "ap-northeast-1"];

fn workload(name: &str) -> String {
    format!("name: {name}\ntype: Backend Service\nimage: {{ build: {name}/Dockerfile }}\n")
}

/// A repository of three workloads, with one pipeline of these stages, and these files besides.
fn repository(stages: &str, files: &[(&str, &str)]) -> Repository {
    let repository = Repository::new();
    let pipeline = format!(
        "name: shop\nversion: 1\nsource:\n  provider: GitHub\n  properties: {{ branch: main, repository: acme/shop }}\nstages:\n{stages}"
    );
    let manifests =
        ["api", "web", "worker"].map(|name| (format!("copilot/{name}/manifest.yml"), workload(name)));
    let mut all = vec![
        ("copilot/.workspace", "application: shop\n"),
        ("copilot/pipelines/shop/manifest.yml", pipeline.as_str()),
    ];
    all.extend(manifests.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    all.extend(files);
    repository.commit("main", &all);
    repository
}

fn imported(repository: &Repository, more: &[&str]) -> Said {
    repository.branchline(&GIVEN.iter().chain(more).copied().collect::<Vec<_>>())
}

/// The remarks of a report: `weight what (file:line)`.
fn remarks(repository: &Repository) -> Vec<String> {
    let answer: Value = serde_json::from_str(&imported(repository, &["--json"]).out).unwrap();
    let remarks = answer["remarks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let shown = remarks.map(|one| {
        let place = &one["place"];
        format!(
            "{} {} ({}:{})",
            text(&one["weight"]),
            text(&one["what"]),
            text(&place["file"]),
            place["line"]
        )
    });
    shown.collect()
}

fn proposed(repository: &Repository) -> Value {
    let said = imported(repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let text = repository.read("branchline.yml");
    assert_eq!(repository.branchline(&["generate"]).code, Some(0), "{text}");
    serde_yaml::from_str(&text).unwrap()
}

const STAGES: &str = "  - name: staging
    pre_deployments:
      lint: { buildspec: ci/lint.yml }
    deployments:
      api:
      web: { depends_on: [api] }
      worker: { stack_name: legacy-worker }
  - name: production
    requires_approval: true
    pre_deployments:
      lint: { buildspec: ci/lint.yml }
      Back_Up: { buildspec: ./ci/backup.yml, depends_on: [lint] }
    deployments:
      api:
      web: { depends_on: [api, worker] }
      worker: { depends_on: [nobody] }
    post_deployments:
      announce: { buildspec: ci/announce.yml }
";
const LINT: &str = "version: 0.2\nphases: { build: { commands: [make lint] } }\n";
const BACKUP: &str = "version: 0.2\nenv: { parameter-store: { KEY: /shop/key } }\nphases:\n  build:\n    commands:\n      - |\n        set -u\n\n        \
                      docker run backup \"$COPILOT_ENVIRONMENT_NAME\"\n      - 'echo \"$AWS_ACCOUNT_ID\"'\n";
const ANNOUNCE: &str = "version: 0.2\nphases: { build: { commands: ['echo $(id)'], finally: [rm x] } }\n";

fn with_steps() -> Repository {
    repository(STAGES, &[("ci/lint.yml", LINT), ("ci/backup.yml", BACKUP), ("ci/announce.yml", ANNOUNCE)])
}

#[test]
fn steps_before_and_after_become_services_in_the_order_in_which_they_ran() {
    let repository = with_steps();
    let services = &proposed(&repository)["services"];
    let commands = |name: &str| services[name]["deploy"]["commands"].clone();
    assert_eq!(commands("lint")["run"][1], "make lint", "in both environments, so without a guard");
    assert_eq!(services["lint"]["image_of"], "api");
    assert!(services["lint"]["depends_on"].is_null());
    assert_eq!(services["back-up"]["depends_on"], serde_json::json!(["lint"]));
    for name in ["api", "worker"] {
        assert_eq!(services[name]["depends_on"], serde_json::json!(["back-up", "lint"]), "{name}");
    }
    assert_eq!(services["web"]["depends_on"], serde_json::json!(["api", "back-up", "lint", "worker"]));
    assert_eq!(services["announce"]["depends_on"], serde_json::json!(["api", "web", "worker"]));
    let backup = commands("back-up");
    assert_eq!(backup["secrets"]["KEY"]["parameter_store"], "/shop/key");
    assert_eq!(backup["variables"]["COPILOT_APPLICATION_NAME"], "shop");
    assert_eq!(backup["privileged"], true);
    let pipeline = repository.read("pipelines/shop-main/pipeline.json");
    let pipeline: Value = serde_json::from_str(&pipeline).unwrap();
    let stages = pipeline["pipeline"]["stages"].as_array().unwrap();
    let deploy = stages.iter().find(|stage| stage["name"] == "Deploy-production").unwrap();
    let order = |name: &str| {
        let actions = deploy["actions"].as_array().unwrap();
        let action = actions.iter().find(|action| action["name"].as_str().unwrap().contains(name)).unwrap();
        action["runOrder"].as_u64().unwrap()
    };
    let all = ["lint", "back-up", "api", "web", "announce"].map(order);
    assert!(all.is_sorted_by(|one, next| one < next), "{all:?}");
}

#[test]
fn a_step_of_one_environment_does_nothing_in_the_others_and_fails_where_it_failed() {
    let services = &proposed(&with_steps())["services"];
    let run = |name: &str| -> Vec<String> {
        let all = services[name]["deploy"]["commands"]["run"].as_array().unwrap();
        all.iter().map(|one| format!("set -eo pipefail\n{}", one.as_str().unwrap())).collect()
    };
    let bash = |script: &str, environment: &str| {
        let mut bash = std::process::Command::new("bash");
        bash.env_clear().env("PATH", "/usr/bin:/bin").env("ENVIRONMENT", environment);
        let output = bash.args(["-c", script]).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    // As CodeBuild does it: one shell, one command after the other.
    let backup = format!("docker() {{ echo \"docker $*\"; }}\n{}", run("back-up").join("\n"));
    assert_eq!(bash(&backup, "staging"), (Some(0), String::new(), String::new()));
    let (code, out, err) = bash(&backup, "production");
    assert!(
        code != Some(0) && out.is_empty() && err.contains("export it in a command before this one"),
        "{code:?}{out}{err}"
    );
    let (code, out, err) = bash(&format!("AWS_ACCOUNT_ID=1\n{backup}"), "production");
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "docker run backup production\n1\n", ""));
    // What could not be said fails, in its environment alone.
    let announce = run("announce").join("\n");
    assert_eq!(bash(&announce, "staging").0, Some(0));
    let (code, out, err) = bash(&announce, "production");
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(err, "write what announce does: it was in ci/announce.yml\n");
}

#[test]
fn what_of_steps_and_order_is_not_the_same_is_told_with_its_line() {
    let told = remarks(&with_steps());
    for part in [
        "mistake `worker` waits for `nobody`, which is not there (copilot/pipelines/shop/manifest.yml:22)",
        "lost `phases.build.finally` runs when a command has failed, too (ci/announce.yml:2)",
        "lost `announce`, after the deploy to `production`, is the service `announce`, whose command fails until it is written (copilot/pipelines/shop/manifest.yml:24)",
        "changed `lint`, before the deploy to `production`, `staging`, is the service `lint`, with the commands of ci/lint.yml (copilot/pipelines/shop/manifest.yml:9)",
        "changed `staging` got `web` without waiting for `worker`, which another stage asks for (copilot/pipelines/shop/manifest.yml:7)",
        "kept the stack of `worker` in `staging` is called `legacy-worker` (copilot/pipelines/shop/manifest.yml:13)",
    ] {
        assert!(told.iter().any(|one| one == part), "{part}: {told:#?}");
    }
}

#[test]
fn a_stack_of_another_name_is_in_the_names_of_its_environment() {
    let map = proposed(&with_steps());
    let there = &map["environments"]["staging"]["services"]["worker"]["deploy"]["ecs"];
    assert_eq!(there["service"], "legacy-worker-Service-CHECK");
    assert_eq!(there["cluster"], "shop-staging-Cluster-CHECK");
    assert_eq!(there["roles"][0], "legacy-worker-TaskRole-CHECK");
    assert!(map["environments"]["production"]["services"].is_null());
}

#[test]
fn a_step_that_migrates_is_a_migrate_in_the_environments_that_had_it() {
    let migrate = "version: 0.2\nenv: { variables: { LEVEL: '1' } }\nphases: { build: { commands: [npm ci, npx prisma migrate deploy] } }\n";
    let repository = repository(
        "  - name: dev\n  - name: production\n    pre_deployments: { db: { buildspec: ci/db.yml } }\n",
        &[("ci/db.yml", migrate)],
    );
    let told = remarks(&repository);
    let map = proposed(&repository);
    assert_eq!(map["migrate"]["command"], "npx prisma migrate deploy");
    assert_eq!(map["migrate"]["service"], "api");
    assert_eq!(map["environments"]["dev"]["migrate"], "none");
    assert!(map["environments"]["production"]["migrate"].is_null() && map["services"]["db"].is_null());
    for part in [
        "changed `db`, which ran before the deploy to `production`, is the `migrate` now",
        "lost `db` ran more than the migration: `npm ci` (ci/db.yml:3)",
        "lost the migration `db` was given `LEVEL`",
    ] {
        assert!(told.iter().any(|one| one.starts_with(part)), "{part}: {told:#?}");
    }
}

#[test]
fn a_migration_behind_another_step_stays_a_step_so_that_the_order_stays() {
    let repository = repository(
        "  - name: production\n    pre_deployments: { backup: { buildspec: a.yml }, db: { buildspec: b.yml, depends_on: [backup] } }\n",
        &[
            ("a.yml", LINT),
            ("b.yml", "version: 0.2\nphases: { build: { commands: [bin/rails db:migrate] } }\n"),
        ],
    );
    let map = proposed(&repository);
    assert!(map["migrate"].is_null());
    assert_eq!(map["services"]["db"]["depends_on"], serde_json::json!(["backup"]));
    assert_eq!(map["services"]["api"]["depends_on"], serde_json::json!(["backup", "db"]));
}

#[test]
fn a_migration_that_a_step_has_run_elsewhere_stays_a_step() {
    let repository = repository(
        "  - name: production\n    pre_deployments: { db: { buildspec: a.yml } }\n",
        &[(
            "a.yml",
            "version: 0.2\nphases: { build: { commands: [docker run --rm flyway/flyway migrate] } }\n",
        )],
    );
    let map = proposed(&repository);
    assert!(map["migrate"].is_null());
    assert_eq!(
        map["services"]["db"]["deploy"]["commands"]["run"][1],
        "docker run --rm flyway/flyway migrate"
    );
}

#[test]
fn a_step_that_drops_or_asks_before_it_migrates_stays_a_step() {
    for (commands, weight) in [
        (
            "      - if [ \"$COPILOT_ENVIRONMENT_NAME\" = dev ]; then bin/rails db:drop db:create db:migrate; fi\n",
            "mistake",
        ),
        ("      - bin/rails db:drop\n      - bin/rails db:migrate\n", "mistake"),
        ("      - if [ \"$X\" = 1 ]; then bin/rails db:migrate; fi\n", "lost"),
        ("      - '[ \"$X\" = 1 ] || exit 0'\n      - bin/rails db:migrate\n", "lost"),
    ] {
        let repository = repository(
            "  - name: dev\n    pre_deployments: { db: { buildspec: ci/db.yml } }\n",
            &[("ci/db.yml", &format!("version: 0.2\nphases:\n  build:\n    commands:\n{commands}"))],
        );
        let (told, map) = (remarks(&repository), proposed(&repository));
        assert!(map["migrate"].is_null() && !map["services"]["db"].is_null(), "{commands}{map:#}");
        let begin = format!("{weight} `db` migrates, and no `migrate` is proposed");
        assert!(told.iter().any(|one| one.starts_with(&begin)), "{commands}{told:#?}");
    }
}

#[test]
fn a_rule_of_another_pipeline_gets_no_step_that_it_did_not_have() {
    let repository = repository(
        "  - name: production\n    pre_deployments: { lint: { buildspec: ci/lint.yml } }\n",
        &[("ci/lint.yml", LINT)],
    );
    let develop = "name: dev\nsource:\n  provider: GitHub\n  properties: { branch: develop, repository: acme/shop }\nstages: [{ name: dev }]\n";
    repository.commit("develop", &[("copilot/pipelines/dev/manifest.yml", develop)]);
    let map = proposed(&repository);
    assert_eq!(map["branches"]["develop"]["services"], serde_json::json!(["api", "web", "worker"]));
    assert!(map["branches"]["main"].is_array(), "all of them: {map:#}");
}

#[test]
fn stages_that_contradict_each_other_and_circles_are_told_and_the_map_has_none() {
    let repository = repository(
        "  - name: dev\n    deployments: { api: , web: { depends_on: [api] } }\n  - name: prod\n    deployments: { web: , api: { depends_on: [web] }, \
         worker: { depends_on: [worker] } }\n",
        &[],
    );
    let told = remarks(&repository);
    for part in [
        "changed `api` waits for `web` here, and the other way round",
        "mistake `worker` and `worker` wait for each other",
    ] {
        assert!(told.iter().any(|one| one.starts_with(part)), "{part}: {told:#?}");
    }
    assert_eq!(proposed(&repository)["services"]["web"]["depends_on"], serde_json::json!(["api"]));
}

#[test]
fn a_template_of_ones_own_is_a_command_that_fails_until_it_is_written() {
    let repository = repository(
        "  - name: prod\n    deployments:\n      net: { template_path: infra/net.yml, template_config: infra/net.json, stack_name: shop-net }\n      \
         api: { depends_on: [net], template_path: infrastructure/api-prod.stack.yml }\n  - name: base\n    deployments: { vpc: { template_path: infra/vpc.yml } }\n",
        &[],
    );
    let told = remarks(&repository);
    assert!(
        told.iter()
            .any(|one| one.starts_with("lost `vpc` ran for `base`, where this pipeline deploys no workload")),
        "{told:#?}"
    );
    let map = proposed(&repository);
    assert_eq!(
        map["services"]["net"]["deploy"]["commands"]["run"][0],
        "echo 'write how the stack of net is deployed' >&2; exit 1"
    );
    assert_eq!(map["services"]["api"]["depends_on"], serde_json::json!(["net"]));
    assert_eq!(map["branches"]["main"]["services"], serde_json::json!(["api", "net"]));
    assert!(
        repository
            .read("branchline.yml")
            .replace("\n        #", "")
            .contains("prod: the stack shop-net of infra/net.yml with infra/net.json")
    );
}

#[test]
fn hostile_steps_end_as_harmless_text() {
    let name = "'$(touch pwned)`;\\n\\e[31m'";
    let stages = format!(
        "  - name: prod\n    pre_deployments:\n      {name}: {{ buildspec: \"ci/$(touch pwned)'.yml\" }}\n      \"\\e[2J\\n- x\": {{ buildspec: ../../etc/passwd }}\n      deep: {{ buildspec: deep.yml }}\n"
    );
    let repository = repository(&stages, &[("deep.yml", &"[".repeat(5_000))]);
    let said = imported(&repository, &[]);
    assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{}", said.out);
    let map = proposed(&repository);
    let services = map["services"].as_object().unwrap();
    assert_eq!(services.len(), 6, "{services:#?}");
    for (name, service) in services {
        for run in service["deploy"]["commands"]["run"].as_array().into_iter().flatten() {
            let mut bash = std::process::Command::new("bash");
            bash.current_dir(repository.path()).args(["-c", run.as_str().unwrap()]);
            assert_eq!(bash.output().unwrap().status.code(), Some(1), "{name}");
        }
    }
    assert!(!repository.path().join("pwned").exists());
}
