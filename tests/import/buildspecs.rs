//! `branchline import buildspecs`.

use serde_json::Value;

use super::repository::{Repository, Said};

const ORIGIN: &str = "git@github.com:acme/shop.git";

/// A buildspec of the kind that stands four times in a repository, each with its own names.
fn spec(environment: &str, target: &str, tests: bool) -> String {
    let test = if tests { "      - bundle exec rspec --format documentation\n" } else { "" };
    format!(
        "# Builds the API, migrates and deploys it.
version: 0.2

env:
  shell: bash
  variables:
    AWS_ACCOUNT_ID: \"444444444444\"
    AWS_DEFAULT_REGION: eu-west-1
    IMAGE_REPO_NAME: shop/api
    CLUSTER: shop-{environment}
    SERVICE: api
    RAILS_ENV: test
    RUBY_VERSION: \"3.4\"
  parameter-store:
    BUNDLE_GEMS: /shop/build/gems
  secrets-manager:
    SENTRY_AUTH: shop/sentry:auth
  exported-variables:
    - IMAGE_TAG

phases:
  install:
    runtime-versions:
      ruby: 3.4
    commands:
      - bundle install --jobs 4
      - curl -sSL https://example.com/install-tools.sh -o tools.sh
  pre_build:
    commands:
      - echo Logging in to Amazon ECR...
      - aws ecr get-login-password --region $AWS_DEFAULT_REGION | docker login --username AWS --password-stdin $AWS_ACCOUNT_ID.dkr.ecr.$AWS_DEFAULT_REGION.amazonaws.com
      - REPOSITORY_URI=$AWS_ACCOUNT_ID.dkr.ecr.$AWS_DEFAULT_REGION.amazonaws.com/$IMAGE_REPO_NAME
      - COMMIT_HASH=$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | cut -c 1-7)
      - IMAGE_TAG=${{COMMIT_HASH:=latest}}
{test}  build:
    on-failure: ABORT
    commands:
      - echo Build started on `date`
      - |
        docker build \\
          --target {target} \\
          --build-arg RUBY_VERSION=$RUBY_VERSION \\
          -f docker/Dockerfile \\
          -t $REPOSITORY_URI:$IMAGE_TAG .
      - docker push $REPOSITORY_URI:$IMAGE_TAG
  post_build:
    commands:
      - echo Build completed on `date`
      - docker run --rm -e DATABASE_URL $REPOSITORY_URI:$IMAGE_TAG bundle exec rails db:migrate
      - aws ecs update-service --cluster $CLUSTER --service $SERVICE --force-new-deployment
      - printf '[{{\"name\":\"app\",\"imageUri\":\"%s\"}}]' $REPOSITORY_URI:$IMAGE_TAG > imagedefinitions.json

reports:
  rspec:
    files:
      - 'tmp/rspec.xml'
    file-format: JUNITXML

cache:
  paths:
    - 'vendor/bundle/**/*'

artifacts:
  files:
    - imagedefinitions.json
"
    )
}

/// Four near-identical buildspecs on two branches that stay and one of releases.
fn four() -> Repository {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    repository.commit(
        "develop",
        &[
            ("buildspec-develop.yml", &spec("dev", "production", true)),
            ("buildspec-release.yml", &spec("staging", "production", true)),
            ("buildspec-master.yml", &spec("production", "production", false)),
            ("buildspec-hotfix.yml", &spec("production", "production", true)),
            ("docker/Dockerfile", "FROM ruby AS production\n"),
        ],
    );
    for branch in ["release/1.4", "hotfix/1.3.1", "master"] {
        repository.git(&["branch", branch]);
    }
    repository
}

fn imported(repository: &Repository, more: &[&str]) -> Said {
    let arguments: Vec<&str> = ["import", "buildspecs"].iter().chain(more).copied().collect();
    repository.branchline(&arguments)
}

fn ways(repository: &Repository) -> Vec<String> {
    let said = repository.branchline(&["map", "--json"]);
    let map: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
    let shown = map.as_array().unwrap().iter().map(|pipeline| {
        let environments: Vec<&str> =
            pipeline["environments"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        format!("{} {}", pipeline["branch"].as_str().unwrap(), environments.join(" "))
    });
    shown.collect()
}

fn holds(text: &str, part: &str) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(text).contains(&words(part)), "{part}: {text}");
}

#[test]
fn four_near_identical_buildspecs_become_one_map_that_generates() {
    let repository = four();
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let mut ways = ways(&repository);
    ways.sort();
    assert_eq!(ways, ["develop dev", "hotfix/* production", "master production", "release/* staging"]);
    let file = repository.read("branchline.yml");
    for part in [
        "repository: acme/shop",
        "account: \"444444444444\"",
        "region: eu-west-1",
        "dockerfile: docker/Dockerfile target: production",
        "RUBY_VERSION: \"3.4\"",
        "cluster: shop-{environment} service: api container: app",
        "- bundle install --jobs 4 - bundle exec rspec --format documentation",
        "BUNDLE_GEMS: { parameter_store: /shop/build/gems }",
        "migrate: service: api command: bundle exec rails db:migrate",
    ] {
        holds(&file, part);
    }
    assert_eq!(repository.branchline(&["check"]).code, Some(0));
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    assert!(repository.read("pipelines/shop-release/pipeline.json").contains("Migrate-staging"));
}

#[test]
fn what_differs_is_listed_with_each_members_line_and_what_is_alike_by_its_key() {
    let repository = four();
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for part in [
        "buildspec-*.yml: develop, release, hotfix, master",
        "phases.pre_build.commands (5 of 6 lines)",
        "env.variables.CLUSTER develop:10 shop-dev release:10 shop-staging hotfix:10, master:10 shop-production",
        "develop:35, release:35, hotfix:35 bundle exec rspec --format documentation master -",
        "tests run in `develop`, `release`, `hotfix`, and not in `master`",
        "`hotfix/*` and `master` both deploy to `production`",
        "a line of develop, release, hotfix and 1 more is in no part of the map: `curl -sSL https://example.com/install-tools.sh",
        "CHECK: no branch is called as the name of buildspec-release.yml says",
    ] {
        holds(&said.out, part);
    }
    assert!(!repository.path().join("branchline.yml").exists());
    let answer: Value = serde_json::from_str(&imported(&repository, &["--json"]).out).unwrap();
    let keys = answer["families"][0]["keys"].as_array().unwrap();
    let cluster = keys.iter().find(|key| key["key"] == "env.variables.CLUSTER").unwrap();
    assert_eq!(cluster["lines"][0]["values"][1]["value"], "shop-staging");
    assert_eq!(cluster["lines"][0]["values"][1]["members"][0]["line"], 10);
    let markdown = imported(&repository, &["--markdown"]).out;
    assert!(
        markdown.contains("| `env.variables.CLUSTER` | `shop-dev` (10) | `shop-staging` (10) |"),
        "{markdown}"
    );
}

#[test]
fn one_buildspec_that_differs_on_three_branches_is_a_family_of_them() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    repository.commit("develop", &[("buildspec.yml", &spec("dev", "production", true))]);
    repository.commit("release", &[("buildspec.yml", &spec("staging", "production", true))]);
    repository.commit("main", &[("buildspec.yml", &spec("production", "production", true))]);
    repository.git(&["branch", "feature/cart", "develop"]);
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(ways(&repository), ["develop dev", "release staging", "main production"]);
    holds(&said.out, "buildspec.yml: develop, release, main");
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn names_of_environments_ask_for_their_branches() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    repository.commit(
        "main",
        &[
            ("ci/buildspec/staging.yml", &spec("stg", "production", true)),
            ("ci/buildspec/production.yml", &spec("prod", "production", true)),
        ],
    );
    let said = imported(&repository, &["--write"]);
    // Nothing says which branch goes to staging, and no branch is called so.
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(ways(&repository), ["main production"]);
    holds(&said.out, "which branch goes where `ci/buildspec/staging.yml` says is written nowhere");
    let file = repository.read("branchline.yml");
    holds(&file, "# CHECK: the name of ci/buildspec/production.yml says the environment alone");
    holds(&file, "cluster: shop-prod");
}

#[test]
fn mistakes_on_the_way_are_told_with_their_lines() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    let staging = spec("staging", "production", true);
    let production = spec("staging", "debug", true)
        .replace("    on-failure: ABORT\n", "")
        .replace("bundle exec rails db:migrate", "bundle exec rails db:migrate || true")
        .replace("$REPOSITORY_URI:$IMAGE_TAG .", "$REPOSITORY_URI:latest .");
    repository
        .commit("main", &[("buildspec-staging.yml", &staging), ("buildspec-production.yml", &production)]);
    repository.git(&["branch", "staging"]);
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    for part in [
        "`buildspec-production.yml` is for `production`, and deploys to `shop-staging` buildspec-production.yml:50",
        "`staging` and `production` deploy the same: `api` in `shop-staging`",
        "a migration may fail and the build goes on",
        "the image is tagged `latest`",
        "`post_build` runs although `build` has failed",
        "stage `production` and `debug`",
        // The file's own truth would put two environments into one service.
        "CHECK: `production` deployed to `api` in `shop-staging`, as another environment does",
    ] {
        holds(&said.out, part);
    }
}

#[test]
fn no_secret_is_printed_or_written_and_each_is_told_by_its_key() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    let with = |environment: &str, secret: &str| {
        spec(environment, "production", true)
            .replace("    RAILS_ENV: test\n", &format!("    RAILS_ENV: test\n    DB_PASSWORD: {secret}\n"))
            .replace("      - bundle install --jobs 4\n", &format!("      - docker login -u bot -p {secret} ghcr.io\n      - bundle install --jobs 4 --token {secret}\n"))
            .replace("--build-arg RUBY", &format!("--build-arg API_KEY={secret} --build-arg RUBY"))
    };
    repository.commit(
        "main",
        &[
            ("buildspec-develop.yml", &with("dev", "hunter2")),
            ("buildspec-main.yml", &with("production", "hunter3")),
        ],
    );
    repository.git(&["branch", "develop"]);
    for more in [&[][..], &["--json"], &["--markdown"], &["--write"]] {
        let said = imported(&repository, more);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert!(!format!("{}{}", said.out, said.err).contains("hunter"), "{more:?}: {}", said.out);
    }
    assert!(!repository.read("branchline.yml").contains("hunter"));
    let said = Repository::branchline(&repository, &["import", "buildspecs"]);
    for part in [
        "DB_PASSWORD",
        "the password of docker login",
        "API_KEY",
        "env.variables.DB_PASSWORD develop:13 *** main:13 ***",
    ] {
        holds(&said.out, part);
    }
}

#[test]
fn where_there_is_too_little_the_comparison_is_printed_and_nothing_is_written() {
    let repository = Repository::new();
    let lint = |level: &str| {
        format!("version: 0.2\nphases:\n  build:\n    commands:\n      - npx eslint --level {level}\n")
    };
    repository.commit(
        "develop",
        &[("buildspec-develop.yml", &lint("warn")), ("buildspec-main.yml", &lint("error"))],
    );
    repository.git(&["branch", "main"]);
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    holds(&said.out, "develop:5 npx eslint --level warn main:5 npx eslint --level error");
    holds(
        &said.err,
        "no map can be proposed from this, because no buildspec of a family builds an image or deploys",
    );
    let given = ["--write", "--app", "shop", "--account", "444444444444", "--region", "eu-west-1"];
    assert_eq!(imported(&repository, &given).code, Some(1));
    let none = Repository::new();
    none.commit("main", &[("buildspec.yml", &lint("warn"))]);
    let said = imported(&none, &[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    holds(&said.err, "no buildspecs stand beside each other");
    assert!(
        !repository.path().join("branchline.yml").exists() && !none.path().join("branchline.yml").exists()
    );
}

#[test]
fn what_nobody_says_is_asked_for_and_does_not_keep_the_comparison_back() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    let of = |environment: &str| spec(environment, "production", true).replace("444444444444", "$ID");
    repository
        .commit("develop", &[("buildspec-develop.yml", &of("dev")), ("buildspec-main.yml", &of("prod"))]);
    repository.git(&["branch", "main"]);
    let said = imported(&repository, &[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    holds(&said.out, "develop:10 shop-dev main:10 shop-prod");
    holds(&said.err, "nothing says the account of the pipelines: say it with `--account`");
    assert_eq!(imported(&repository, &["--write"]).code, Some(64));
    assert_eq!(imported(&repository, &["--write", "--account", "444444444444"]).code, Some(0));
}

#[test]
fn hostile_buildspecs_end_in_a_clear_error_or_in_harmless_text() {
    let bomb = format!(
        "a: &a [{}]\nb: &b [{}]\nphases: [{}]\n",
        "x, ".repeat(900),
        "*a, ".repeat(900),
        "*b, ".repeat(900)
    );
    let (deep, large) = ("[".repeat(5_000), "x".repeat(300 * 1024));
    for text in [
        deep.as_str(),
        &bomb,
        &large,
        "phases: !!python/object/apply:os.system [id]\n",
        "\u{1}",
        "- *nowhere",
    ] {
        let repository = Repository::new();
        repository.commit(
            "develop",
            &[
                ("buildspec-develop.yml", text),
                ("buildspec-main.yml", &spec("production", "production", true)),
            ],
        );
        repository.git(&["branch", "main"]);
        let said = imported(&repository, &[]);
        assert_eq!(said.code, Some(0), "{text:.40}: {}", said.err);
        assert!(said.out.contains("buildspec-develop.yml"), "{text:.40}: {}", said.out);
    }
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    let odd = |environment: &str| {
        spec(environment, "$(touch x)", true)
            .replace("CLUSTER: shop", "CLUSTER: \"shop'\\e[31m\\u202e$(touch y)\\n\"\n    OTHER: shop")
            .replace(
                "bundle exec rspec --format documentation",
                "\"bundle exec rspec \\e[31m\\u202e{{resolve:secretsmanager:x}} '\"",
            )
            .replace("docker/Dockerfile", "../../etc/passwd")
    };
    repository.commit(
        "develop",
        &[("buildspec-develop.yml", &odd("dev")), ("buildspec-main.yml", &odd("production"))],
    );
    repository.git(&["branch", "main"]);
    for more in [&[][..], &["--json"], &["--markdown"], &["--write"]] {
        let said = imported(&repository, more);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert!(!said.out.contains(['\u{1b}', '\u{202e}']), "{more:?}: {}", said.out);
    }
    let file = repository.read("branchline.yml");
    assert!(
        !file.contains("etc/passwd:") && !file.contains("resolve") && !file.contains("target:"),
        "{file}"
    );
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn what_of_a_family_is_in_no_part_of_the_map_is_told_line_by_line() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", ORIGIN]);
    let site = |environment: &str| {
        format!(
            "version: 0.2\nenv:\n  variables: {{ STAGE: {environment} }}\nphases:\n  build:\n    commands:\n      - npm ci\n      - npm test\n      \
             - npm run build\n      - aws s3 sync dist s3://shop-{environment}\n"
        )
    };
    repository.commit(
        "develop",
        &[
            ("site/buildspec-develop.yml", &site("dev")),
            ("site/buildspec-main.yml", &site("prod")),
            ("worker/buildspec-develop.yml", &spec("dev", "production", true)),
            ("worker/buildspec-main.yml", &spec("prod", "production", true)),
        ],
    );
    repository.git(&["branch", "main"]);
    let said = imported(&repository, &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(ways(&repository), ["develop dev", "main prod"]);
    let file = repository.read("branchline.yml");
    holds(&file, "test: commands: - npm ci - npm test");
    holds(&file, "write how site is deployed: it was aws s3 sync");
    for part in ["npm run build", "bundle exec rspec --format documentation", "bundle install --jobs 4"] {
        holds(&said.out, &format!("a line of develop, main is in no part of the map: `{part}"));
    }
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}
