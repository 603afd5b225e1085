//! Commands of Copilot's files, from the manifest to the shell that runs them.

use branchline::import::copies::{Branch, Content};
use branchline::import::copilot::gather::gather;
use branchline::import::text::{Given, text};

use crate::jobs;
use crate::support::stacks::Stacks;
use crate::support::world::World;

const MANIFEST: &str = r#"
name: shop
source: { provider: GitHub, properties: { branch: main, repository: acme/shop } }
stages:
  - name: dev
    test_commands:
      - make integ-test ENVIRONMENT=dev
      - echo "woo! Tests passed"
      - >-
        curl -fsS -H 'X-Key: "a b"' "https://dev.example.com/health?a=1&b=$(echo 2)" | grep -q "^it's .fine"
      - |
        for one in "x  y" '$z'; do
          printf '<%s>\n' "$one"
        done
"#;
const BUILDSPEC: &str = r#"
version: 0.2
phases:
  build:
    commands:
      - "make test \"NAME=it's: # a 'b'\""
"#;

fn stacks() -> Stacks {
    let api = "name: api\ntype: Backend Service\nimage: { build: Dockerfile }\n";
    let files = [
        ("copilot/pipelines/shop/manifest.yml", MANIFEST),
        ("copilot/pipelines/shop/buildspec.yml", BUILDSPEC),
        ("copilot/api/manifest.yml", api),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), Content::Text(text.into())));
    let branch = Branch { name: "main".to_owned(), is_remote: false, files: files.into() };
    let given = Given {
        command: "branchline import copilot",
        app: "shop".to_owned(),
        account: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        connection: None,
    };
    let found = gather(&[branch], Some("main"), Some("shop"));
    Stacks::of(&text(&found.draft, &given).expect("it can be written"))
}

/// Programs that say with what they were called.
fn world() -> World {
    let say = "printf '%s' \"${0##*/}\"; printf ' <%s>' \"$@\"; echo";
    World::default()
        .with_programs(&["make"], say)
        .with_programs(&["curl"], "printf '%s\\n' \"$@\" >&2; echo \"it's \\$fine\"")
}

#[test]
fn test_commands_reach_the_shell_as_the_manifest_has_them() {
    let outcome = jobs::job(&stacks(), "Verify-dev/Verify").run(world());
    assert!(outcome.succeeded, "{}", outcome.output);
    for line in [
        "make <integ-test> <ENVIRONMENT=dev>",
        "woo! Tests passed",
        "X-Key: \"a b\"",
        "https://dev.example.com/health?a=1&b=2",
        "<x  y>",
        "<$z>",
    ] {
        assert!(outcome.output.lines().any(|one| one == line), "{line}: {}", outcome.output);
    }
}

#[test]
fn a_persons_commands_of_the_build_reach_the_shell_of_the_tests() {
    let outcome = jobs::job(&stacks(), "Test/Test").run(world());
    assert!(outcome.succeeded, "{}", outcome.output);
    let line = "make <test> <NAME=it's: # a 'b'>";
    assert!(outcome.output.lines().any(|one| one == line), "{}", outcome.output);
    let fails = World::default().with_programs(&["make"], "exit 3");
    assert!(!jobs::job(&stacks(), "Test/Test").run(fails).succeeded);
}
