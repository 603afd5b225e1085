//! `branchline import copilot` where a person changed the template that Copilot makes of a pipeline.

use serde_json::Value;

use super::repository::Repository;

const GIVEN: [&str; 6] = ["import", "copilot", "--account", "444444444444", "--region", "ap-northeast-1"];
const API: &str = "name: api\ntype: Backend Service\nimage: { build: Dockerfile }\n";
const MANIFEST: &str = "name: shop\nversion: 1\nsource:\n  provider: GitHub\n  properties: { branch: main, repository: \
    https://github.com/acme/shop }\nstages:\n  - { name: dev, test_commands: [make smoke] }\n  - { name: production }\n";
const PATCHES: &str = r"- { op: replace, path: /Resources/BuildProject/Properties/Environment/ComputeType, value: BUILD_GENERAL1_LARGE }
- { op: replace, path: /Resources/BuildProject/Properties/Environment/Image, value: 'aws/codebuild/amazonlinux-x86_64-standard:5.0' }
- op: add
  path: /Resources/BuildProject/Properties/VpcConfig
  value: { VpcId: vpc-0a1b2c3d, Subnets: [subnet-0a1b2c3d], SecurityGroupIds: [sg-0a1b2c3d] }
- op: add
  path: /Resources/BuildProject/Properties/Environment/EnvironmentVariables/-
  value: { Name: GREETING, Value: 'a: $(id) # ''b''' }
- { op: add, path: /Resources/BuildProject/Properties/QueuedTimeoutInMinutes, value: 30 }
- { op: replace, path: /Resources/BuildTestCommandsdev/Properties/Environment/ComputeType, value: BUILD_GENERAL1_MEDIUM }
- op: add
  path: /Resources/Pipeline/Properties/Triggers
  value:
    - ProviderType: CodeStarSourceConnection
      GitConfiguration:
        Push: [{ Branches: { Includes: ['release/**'] }, FilePaths: { Includes: ['api/**'], Excludes: ['**.md'] } }]
        PullRequest: [{ Branches: { Includes: [main] } }]
- op: add
  path: /Resources/Pipeline/Properties/Stages/3/Actions/0
  value: { Name: Ask, ActionTypeId: { Category: Approval } }
";

fn repository(patches: &str) -> Repository {
    let repository = Repository::new();
    repository.commit(
        "main",
        &[
            ("copilot/.workspace", "application: shop\n"),
            ("copilot/api/manifest.yml", API),
            ("copilot/pipelines/shop/manifest.yml", MANIFEST),
            ("copilot/pipelines/shop/overrides/cfn.patches.yml", patches),
            (
                "copilot/pipelines/shop/buildspec.yml",
                "version: 0.2\nphases: { build: { commands: [make test] } }\n",
            ),
        ],
    );
    repository
}

#[test]
fn patches_become_keys_of_a_map_that_generates_the_same_settings() {
    let repository = repository(PATCHES);
    let arguments: Vec<&str> = GIVEN.iter().chain(&["--write"]).copied().collect();
    let said = repository.branchline(&arguments);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}{}", generated.err, repository.read("branchline.yml"));
    let map: Value = serde_json::from_str(&repository.branchline(&["map", "--json"]).out).unwrap();
    let pipelines: Vec<&str> =
        map.as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    let own = pipelines.iter().find(|name| !name.contains("checks")).unwrap();
    let stack = repository.read(&format!("pipelines/{own}/pipeline.yml"));
    for part in [
        "BUILD_GENERAL1_LARGE",
        "BUILD_GENERAL1_MEDIUM",
        "vpc-0a1b2c3d",
        "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        "QueuedTimeoutInMinutes: 30",
        "release/**",
        "api/**",
        "Approve-production",
        "Value: \"a: $(id) # 'b'\"",
    ] {
        let environments = repository.read("pipelines/environments/dev.yml");
        assert!(stack.contains(part) || environments.contains(part), "{part}: {stack}");
    }
    assert!(!stack.contains("Approve-dev"));
    let checks = pipelines.iter().find(|name| name.contains("checks")).unwrap();
    let checks = repository.read(&format!("pipelines/{checks}/pipeline.yml"));
    assert!(checks.contains("PullRequest") && !checks.contains("Deploy-"), "{checks}");
}

#[test]
fn tags_start_the_pipeline_where_a_patch_said_so() {
    let repository = repository(
        "- op: add\n  path: /Resources/Pipeline/Properties/Triggers\n  value:\n    - GitConfiguration: { Push: [{ Tags: { Includes: ['v*'] } }] }\n",
    );
    let arguments: Vec<&str> = GIVEN.iter().chain(&["--write"]).copied().collect();
    let said = repository.branchline(&arguments);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
    assert!(repository.read("pipelines/shop-shop/pipeline.yml").contains("Tags:"));
}

#[test]
fn a_hostile_file_of_patches_ends_in_words_and_not_in_a_setting() {
    for patches in [
        "- !!python/object/apply:os.system [id]\n".to_owned(),
        "[".repeat(5_000),
        format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(900), "*a, ".repeat(900)),
        "- { op: add, path: /Resources/BuildProject/Properties/Environment/Image, value: \"a\\u001b[31m\\n$(id)\" }\n".to_owned(),
        "- { op: add, path: \"/Resources/\\u202ex\", value: 1 }\n".to_owned(),
        "- { op: add, path: /Resources/Pipeline/Properties/Stages/99999999999999999999/Actions/0, value: { ActionTypeId: { Category: Approval } } }\n".to_owned(),
    ] {
        let repository = repository(&patches);
        let said = repository.branchline(&GIVEN);
        assert_eq!(said.code, Some(0), "{patches:.60}: {}", said.err);
        assert!(said.out.contains("copilot/pipelines/shop/overrides/cfn.patches.yml"), "{patches:.60}: {}", said.out);
        assert!(!said.out.contains(['\u{1b}', '\u{202e}']) && !said.out.contains("build:\n  image"), "{}", said.out);
    }
}
