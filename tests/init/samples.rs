//! Eight repositories, and the file that each gets.

use std::path::Path;

use crate::place::Place;
use crate::sample::{Sample, init, written};

/// That the file is the golden one, and that `check`, `map` and `generate` take it.
#[track_caller]
fn golden(name: &str, sample: &Sample, more: &[&str]) -> Place {
    let place = sample.place();
    init(&place, more).done();
    let text = written(&place);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/init/{name}.yml"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    snapbox::assert_data_eq!(text.clone(), snapbox::Data::read_from(&path, None).raw());
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 110, "a line has {widest} columns");
    for command in ["check", "map", "generate"] {
        place.branchline("shop", &[command]).done();
    }
    place
}

const RAILS: &str = "FROM ruby:3.4 AS base\nWORKDIR /app\nCOPY Gemfile Gemfile.lock ./\nEXPOSE 3000\n\
    HEALTHCHECK CMD curl -f http://localhost:3000/up || exit 1\n\
    FROM base AS production\nCOPY . .\nFROM base AS test\nRUN bundle install --with test\n";

#[test]
fn rails_with_git_flow() {
    let sample = Sample {
        files: &[
            ("Gemfile", "source \"https://rubygems.org\"\ngem \"rails\", \"~> 8.0\"\ngem 'rspec-rails'\n"),
            ("Gemfile.lock", ""),
            ("docker/rails/Dockerfile", RAILS),
            ("db/migrate/20260101000000_create_orders.rb", ""),
            (
                "compose.yaml",
                "x-app: &app\n  build: { context: ., dockerfile: docker/rails/Dockerfile, target: test }\nservices:\n  \
                 web:\n    <<: *app\n    ports: [\"3000:3000\"]\n  sidekiq:\n    <<: *app\n  db: { image: postgres }\n",
            ),
        ],
        branches: &["develop", "release/1.2", "hotfix/1.1.1", "feature/login"],
        remote: "git@github.com:acme/shop.git",
        ..Sample::default()
    };
    golden("rails-git-flow", &sample, &["--environment-account", "production=333333333333"]);
}

#[test]
fn django_on_a_trunk() {
    let sample = Sample {
        files: &[
            ("Dockerfile", "FROM python:3.13\nCOPY requirements.txt .\nEXPOSE 8000\n"),
            ("manage.py", ""),
            ("requirements.txt", "django\npytest-django\n"),
            ("conftest.py", ""),
            ("alembic.ini", ""),
        ],
        tags: &["v1.4.0"],
        remote: "https://gitlab.com/acme/web/shop.git",
        ..Sample::default()
    };
    golden("django-trunk", &sample, &[]);
}

#[test]
fn node_and_prisma_with_github_flow() {
    let sample = Sample {
        files: &[
            (
                "Dockerfile",
                "FROM --platform=linux/arm64 node:24 AS build\nCOPY . .\nFROM build AS runner\nEXPOSE 8080\n",
            ),
            ("package.json", "{ \"name\": \"shop\", \"scripts\": { \"test\": \"vitest run\" } }\n"),
            ("package-lock.json", "{}"),
            ("prisma/schema.prisma", ""),
            ("node_modules/other/Dockerfile", "FROM scratch\n"),
        ],
        branches: &["fix-typo"],
        remote: "ssh://git@github.com/acme/shop",
        ..Sample::default()
    };
    let connection =
        "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000";
    golden("node-prisma", &sample, &["--connection", connection]);
}

#[test]
fn laravel_on_bitbucket() {
    let sample = Sample {
        files: &[
            ("artisan", ""),
            ("composer.json", "{}"),
            ("package.json", "{ \"scripts\": { \"build\": \"vite build\" } }"),
            ("phpunit.xml", ""),
            ("docker/php.Dockerfile", "FROM php:8.4-fpm\nCOPY composer.json ./\n"),
            ("docker/nginx.Dockerfile", "FROM nginx\nCOPY public /srv\nEXPOSE 80\n"),
            ("public/index.php", ""),
        ],
        branches: &["develop"],
        remote: "git@bitbucket.org:acme/shop.git",
        ..Sample::default()
    };
    golden("laravel", &sample, &["--cluster", "web-{environment}", "--role", "ecs/{environment}-task"]);
}

#[test]
fn go_with_two_services_in_compose() {
    let sample = Sample {
        files: &[
            ("go.mod", "module example.com/shop\n"),
            ("main_test.go", ""),
            (
                "services/api/Dockerfile",
                "FROM golang:1.25 AS build\nCOPY go.mod ./\nFROM scratch\nEXPOSE 8080\n",
            ),
            ("services/mailer/Dockerfile", "FROM golang:1.25\nCOPY run.sh /\n"),
            ("services/mailer/run.sh", ""),
            ("services/mailer/Dockerfile.dev", "FROM golang:1.25\n"),
            ("services/api/db/000001_orders.up.sql", ""),
            (
                "deploy/docker-compose.yml",
                "services:\n  API_Server:\n    platform: linux/arm64\n    build: { context: .., dockerfile: services/api/Dockerfile }\n    \
                 ports: [\"80:8080\"]\n",
            ),
        ],
        remote: "https://github.com/acme/shop",
        ..Sample::default()
    };
    golden("go-two-services", &sample, &["--flow", "git-flow"]);
}

#[test]
fn java_with_flyway_on_a_host_of_its_own() {
    let sample = Sample {
        files: &[
            ("Dockerfile", "FROM eclipse-temurin:21\nEXPOSE 8080\n"),
            ("pom.xml", "<project/>"),
            ("mvnw", ""),
            ("src/test/java/ShopTest.java", ""),
            ("src/main/resources/db/migration/V1__orders.sql", ""),
        ],
        branches: &["develop", "releases/2"],
        remote: "https://me:S3CRET@git.example.com:8443/acme/shop.git",
        ..Sample::default()
    };
    let connection =
        "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000";
    golden("java-flyway", &sample, &["--provider", "gitlab_self_managed", "--connection", connection]);
}

#[test]
fn an_empty_repository() {
    golden("empty", &Sample::default(), &["--repository", "acme/shop"]);
}

#[test]
fn a_repository_with_copilot_s_files() {
    let sample = Sample {
        files: &[
            ("Dockerfile", "FROM rust:1 AS test\nFROM scratch AS app\nEXPOSE 80 443\n"),
            ("Cargo.toml", "[package]\n"),
            ("Makefile", "test:\n\tcargo test\n"),
            ("copilot/api/manifest.yml", "name: api\n"),
            ("copilot/environments/prod/manifest.yml", ""),
            ("copilot/environments/test/manifest.yml", ""),
            ("copilot/pipelines/main/manifest.yml", ""),
        ],
        remote: "git@github.com:acme/Shop_Backend.git",
        ..Sample::default()
    };
    let place = golden("copilot", &sample, &[]);
    assert!(written(&place).contains("copilot/ was seen (services api; environments prod, test; pipelines)"));
}

#[test]
fn commands_that_were_said_take_the_place_of_those_that_were_found() {
    let sample = Sample {
        files: &[("Gemfile", "gem 'rails'\ngem 'rspec'\n"), ("Dockerfile", "FROM ruby\n")],
        remote: "git@github.com:acme/shop",
        ..Sample::default()
    };
    let place = sample.place();
    init(
        &place,
        &[
            "--test",
            "echo 'a: b' # c",
            "--test",
            "make",
            "--migrate",
            "bin/migrate --to {environment}: # all",
        ],
    )
    .done();
    let file: serde_json::Value = serde_yaml::from_str(&written(&place)).unwrap();
    assert_eq!(file["test"]["commands"], serde_json::json!(["echo 'a: b' # c", "make"]));
    assert_eq!(file["migrate"]["command"], "bin/migrate --to {environment}: # all");
    let place = sample.place();
    init(&place, &["--test", "none", "--migrate", "none", "--flow", "github-flow"]).done();
    let file: serde_json::Value = serde_yaml::from_str(&written(&place)).unwrap();
    assert!(file.get("test").is_none() && file.get("migrate").is_none());
    assert_eq!(
        file["branches"],
        serde_json::json!({ "main": ["staging", "production"] }),
        "nothing tests requests"
    );
}

#[test]
fn every_way_of_branching_on_every_host_passes_check() {
    let connection =
        "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000";
    let sample = Sample {
        files: &[("go.mod", ""), ("a_test.go", ""), ("Dockerfile", "FROM a\n")],
        ..Sample::default()
    };
    for flow in ["git-flow", "trunk", "github-flow"] {
        for provider in ["github", "gitlab", "bitbucket", "github_enterprise_server", "gitlab_self_managed"] {
            let place = sample.place();
            let said = [
                "--repository",
                "acme/shop",
                "--flow",
                flow,
                "--provider",
                provider,
                "--connection",
                connection,
            ];
            let host = ["--host", "git.example.com"];
            let own = provider.contains('_');
            let more: Vec<&str> = said.into_iter().chain(host.into_iter().filter(|_| own)).collect();
            init(&place, &more).done();
            place.branchline("shop", &["check"]).done();
        }
    }
}

#[test]
fn a_repository_in_code_commit_gets_rules_of_one_branch_each_and_no_connection() {
    for flow in ["git-flow", "trunk", "github-flow"] {
        let sample = Sample {
            files: &[("go.mod", ""), ("a_test.go", ""), ("Dockerfile", "FROM a\n")],
            remote: "codecommit::eu-west-1://Shop",
            ..Sample::default()
        };
        let place = sample.place();
        init(&place, &["--flow", flow]).done();
        place.branchline("shop", &["check"]).done();
        let text = written(&place);
        assert!(text.contains("  repository: Shop\n  provider: codecommit\n"), "{text}");
        assert!(!text.contains("connection") && !text.contains("tags:"), "{text}");
    }
}

/// The text with the comments of these keys taken in.
fn taken_in(text: &str, keys: &[&str]) -> String {
    let lines = text.lines().map(|line| {
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        let key = keys.iter().find(|key| rest.starts_with(&format!("# {key}: ")));
        format!("{indent}{}\n", if key.is_some() { &rest[2..] } else { rest })
    });
    lines.collect()
}

#[test]
fn what_is_shown_of_guards_is_right_as_soon_as_its_mark_is_taken_away() {
    let sample = Sample {
        files: &[("Dockerfile", RAILS), ("Gemfile", "gem \"rails\"\n"), ("db/migrate/1_a.rb", "")],
        remote: "git@github.com:acme/shop.git",
        ..Sample::default()
    };
    let place = sample.place();
    init(&place, &[]).done();
    let keys = ["window", "alarms", "rollback", "snapshot", "verify"];
    let text = taken_in(&written(&place), &keys);
    for key in keys {
        assert!(text.contains(&format!("\n    {key}: ")), "{key} is not shown: {text}");
    }
    assert!(text.contains("https://shop.example.com/up"), "the health check is not read: {text}");
    std::fs::write(place.path("shop/branchline.yml"), text).unwrap();
    let map = place.branchline("shop", &["map"]);
    map.done();
    assert!(map.stdout.contains("Mon-Thu 9:00-16:59 UTC"), "{}", map.stdout);
    place.branchline("shop", &["check"]).done();
    place.branchline("shop", &["generate"]).done();
}

#[test]
fn who_is_told_is_right_as_soon_as_its_mark_is_taken_away_by_mail_and_in_slack() {
    let email = "to: { email: [team@example.com] }";
    let slack = "to: { slack: { workspace: T0123ABCD, channel: C0123ABCD } }";
    for files in [&[("Dockerfile", RAILS), ("Gemfile", "gem \"rails\"\n")][..], &[]] {
        let sample = Sample { files, remote: "git@github.com:acme/shop.git", ..Sample::default() };
        let place = sample.place();
        init(&place, &[]).done();
        let text = taken_in(&written(&place), &["notifications"]);
        assert!(text.contains(&format!("\nnotifications: {{ team: {{ {email} }} }}\n")), "{text}");
        let words: Vec<&str> = text.split(['#', ' ', '\n']).filter(|word| !word.is_empty()).collect();
        assert!(
            words.join(" ").contains(slack.trim_start_matches("to: { ").trim_end_matches(" }")),
            "{text}"
        );
        for (to, whom) in [(email, "tells team@example.com"), (slack, "tells the Slack channel C0123ABCD")] {
            std::fs::write(place.path("shop/branchline.yml"), text.replace(email, to)).unwrap();
            place.branchline("shop", &["check"]).done();
            place.branchline("shop", &["generate"]).done();
            let page = std::fs::read_to_string(place.path("shop/pipelines/README.md")).unwrap();
            assert!(page.contains(whom), "{page}");
        }
    }
}

#[test]
fn of_more_images_than_are_proposed_the_rest_is_named() {
    let sample = Sample { remote: "git@github.com:acme/shop.git", ..Sample::default() };
    let place = sample.place();
    for number in 1..=11 {
        place.write(&format!("shop/services/s{number:02}/Dockerfile"), "FROM scratch\n");
    }
    let run = init(&place, &[]);
    run.done();
    let told =
        "more than 8 images: 3 Dockerfiles are left out, and the file says which, and how to add them\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let text = written(&place);
    let words: Vec<&str> = text.split(['#', ' ', '\n']).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    assert!(
        text.contains(
            "CHECK: 11 images were found, and the first 8 stand here. Left out: services/s09/Dockerfile, \
             services/s10/Dockerfile, services/s11/Dockerfile. Add those"
        ),
        "{text}"
    );
    place.branchline("shop", &["check"]).done();
}
