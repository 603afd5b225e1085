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
        let environments: Vec<&str> = pipeline["environments"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
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
    eprintln!("{}\n{file}", said.out);
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
