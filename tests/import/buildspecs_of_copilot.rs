//! `branchline import copilot` where a person changed the buildspec that Copilot wrote.

use serde_json::Value;

use super::repository::Repository;

const GIVEN: [&str; 6] = ["import", "copilot", "--account", "444444444444", "--region", "ap-northeast-1"];
const API: &str = "name: api\ntype: Backend Service\nimage: { build: Dockerfile }\n";
const MANIFEST: &str = "name: shop\nversion: 1\nsource:\n  provider: GitHub\n  properties: { branch: main, repository: \
    https://github.com/acme/shop }\nbuild:\n  additional_policy: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ['s3:GetObject'], Resource: \
    'arn:aws:s3:::models/*' }] } }\nstages:\n  - { name: dev, test_commands: [\"echo a # b\"] }\n";
const BUILDSPEC: &str = "version: 0.2\nenv:\n  variables: { GREETING: \"it's $(id)\" }\n  parameter-store: { TOKEN: /shop/token }\nphases:\n  install:\n    \
    commands:\n      - cd $CODEBUILD_SRC_DIR\n      - npm ci\n  build:\n    commands:\n      - |\n        for part in unit api; do\n          npm test \
    \"$part\" && echo \"it's done: $part\"\n        done\n  post_build:\n    commands:\n      - ls -l\n      - bin/rails db:migrate\n      - \
    export COLOR=\"false\"\n      - ls -lah ./infrastructure\ncache:\n  paths: ['node_modules/**/*']\nartifacts:\n  files: [\"infrastructure/*\"]\n";

fn repository(buildspec: &str) -> Repository {
    let repository = Repository::new();
    repository.commit(
        "main",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", API),
            ("copilot/pipelines/shop/manifest.yml", MANIFEST),
            ("copilot/pipelines/shop/buildspec.yml", buildspec),
        ],
    );
    repository
}

#[test]
fn a_persons_tests_and_migration_become_keys_of_a_map_that_generates() {
    let repository = repository(BUILDSPEC);
    let arguments: Vec<&str> = GIVEN.iter().chain(&["--write"]).copied().collect();
    let said = repository.branchline(&arguments);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}{}", generated.err, repository.read("branchline.yml"));
    let stack = repository.read("pipelines/shop-main/pipeline.yml");
    for part in [
        "npm ci",
        "npm test \"$part\" && echo \"it's done: $part\"",
        "node_modules/**/*",
        "/shop/token",
        "it's $(id)",
        "Migrate-dev",
    ] {
        assert!(stack.contains(part), "{part}: {stack}");
    }
}

#[test]
fn each_remark_stands_with_the_line_of_the_buildspec() {
    let repository = repository(BUILDSPEC);
    let arguments: Vec<&str> = GIVEN.iter().chain(&["--json"]).copied().collect();
    let said = repository.branchline(&arguments);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    let line = |part: &str| {
        let remarks = answer["remarks"].as_array().unwrap();
        let remark = remarks.iter().find(|one| one["what"].as_str().unwrap().contains(part));
        remark.unwrap_or_else(|| panic!("{part}: {answer:#}"))["place"]["line"].as_u64().unwrap()
    };
    assert_eq!(line("a migration ran in the build"), 19);
    assert_eq!(line("became `test.commands`"), 9);
    assert_eq!(line("`s3:GetObject` on `arn:aws:s3:::models/*`"), 7);
    assert_eq!(line("of the test `echo a # b` Copilot's pipeline ran `echo a`"), 9);
}

#[test]
fn a_hostile_buildspec_ends_in_words() {
    for buildspec in [
        "[".repeat(5_000),
        "x".repeat(300 * 1024),
        "phases: !!python/object/apply:os.system [id]\n".to_owned(),
        format!(
            "a: &a [{}]\nb: &b [{}]\nc: [{}]\n",
            "x, ".repeat(900),
            "*a, ".repeat(900),
            "*b, ".repeat(900)
        ),
        "phases: { build: { commands: [\"./a\\u001b[31m\\u202e\"] } }\n".to_owned(),
        "env: { variables: { \"A B\": x, PATH: y, AWS_PROFILE: z } }\n".to_owned(),
    ] {
        let repository = repository(&buildspec);
        let said = repository.branchline(&GIVEN);
        assert_eq!(said.code, Some(0), "{buildspec:.60}: {}", said.err);
        assert!(said.out.contains("copilot/pipelines/shop/buildspec.yml"), "{buildspec:.60}: {}", said.out);
        assert!(!said.out.contains(['\u{1b}', '\u{202e}']) && !said.out.contains("test:\n"), "{}", said.out);
    }
}
