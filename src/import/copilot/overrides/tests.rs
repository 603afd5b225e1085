use std::collections::BTreeMap;

use super::super::gather::{Gathered, gather};
use super::*;
use crate::import::copies::Content;
use crate::import::draft::{Filter, Secret};

const MANIFEST: &str = "name: shop\nversion: 1\nsource: { provider: GitHub, properties: { branch: main, repository: acme/shop } }\n\
    stages:\n  - { name: dev, test_commands: [make smoke] }\n  - { name: pro-d }\n";
const API: &str = "name: api\ntype: Backend Service\nimage: { build: Dockerfile }\n";

fn branch(name: &str, files: &[(&str, &str)]) -> Branch {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), Content::Text((*text).into())));
    Branch { name: name.to_owned(), is_remote: false, files: files.collect::<BTreeMap<_, _>>() }
}

const TESTED: &str = "version: 0.2\nphases: { build: { commands: [make test] } }\n";

fn files<'f>(patches: &'f str, buildspec: &'f str) -> [(&'f str, &'f str); 4] {
    [
        ("copilot/pipeline.yml", MANIFEST),
        ("copilot/api/manifest.yml", API),
        ("copilot/pipelines/shop/overrides/cfn.patches.yml", patches),
        ("copilot/buildspec.yml", buildspec),
    ]
}

fn with(patches: &str) -> Gathered {
    gather(&[branch("main", &files(patches, TESTED))], None, Some("shop"))
}

fn told(found: &Gathered, weight: Weight, part: &str) -> bool {
    found
        .remarks
        .iter()
        .any(|one| one.weight == weight && format!("{} {}", one.what, one.help).contains(part))
}

#[test]
fn patches_with_a_key_become_it_and_each_is_told_with_its_line() {
    let found = with(
        "- op: replace\n  path: /Resources/BuildProject/Properties/Environment/ComputeType\n  value: BUILD_GENERAL1_MEDIUM\n\
         - op: add\n  path: /Resources/BuildProject/Properties/Environment/EnvironmentVariables/-\n  value: { Name: TOKEN, Type: PARAMETER_STORE, Value: /shop/t }\n\
         - { op: replace, path: /Resources/BuildProject/Properties/TimeoutInMinutes, value: 90 }\n\
         - { op: add, path: /Resources/BuildProject/Properties/QueuedTimeoutInMinutes, value: 30 }\n\
         - { op: replace, path: /Resources/BuildTestCommandsdev/Properties/Environment/ComputeType, value: BUILD_GENERAL1_LARGE }\n\
         - { op: add, path: /Resources/Pipeline/Properties/PipelineType, value: V2 }\n\
         - { op: add, path: /Resources/Pipeline/Properties/ExecutionMode, value: SUPERSEDED }\n",
    );
    let settings = &found.draft.settings;
    assert_eq!((settings.build.compute, settings.build.minutes), (Some("medium"), Some(90)));
    assert_eq!(settings.build.secrets["TOKEN"], Secret::Parameter("/shop/t".to_owned()));
    assert_eq!(settings.verify["dev"].compute, Some("large"));
    assert_eq!(found.draft.rules[0].start.mode, Some("superseded"));
    assert_eq!(settings.patches[0].value, 30);
    let place = found
        .remarks
        .iter()
        .find(|one| one.what.contains("`build.timeout`"))
        .and_then(|one| one.place.clone());
    let place = place.expect("it has a place");
    assert_eq!((place.file.as_str(), place.line), ("copilot/pipelines/shop/overrides/cfn.patches.yml", 7));
    assert!(!found.remarks.iter().any(|one| one.weight == Weight::Lost), "{:?}", found.remarks);
}

#[test]
fn triggers_become_the_rules_pattern_files_and_checks() {
    let triggers = "- op: add\n  path: /Resources/Pipeline/Properties/Triggers\n  value:\n    - ProviderType: CodeStarSourceConnection\n      \
         GitConfiguration:\n        SourceActionName: SourceCodeFor-shop\n        Push: [{ Branches: { Includes: [main, next] }, FilePaths: { Includes: ['api/**'] } }]\n        \
         PullRequest: [{ Branches: { Includes: [main] } }]\n";
    let found = with(triggers);
    let rule = &found.draft.rules[0];
    assert_eq!((rule.key.as_str(), rule.start.branch.as_str()), ("{main,next}", "{main,next}"));
    let paths = Filter { includes: vec!["api/**".to_owned()], excludes: Vec::new() };
    assert_eq!(rule.start.paths, paths);
    assert_eq!(found.draft.settings.checks[0].branches, ["main"]);
    assert!(told(&found, Weight::Changed, "deploys nothing"));
    // Without tests there is nothing that it could run.
    let untested = gather(&[branch("main", &files(triggers, "version: 0.2\n"))], None, Some("shop"));
    assert!(
        untested.draft.settings.checks.is_empty() && told(&untested, Weight::Lost, "`pull_requests: [main]`")
    );
}

#[test]
fn the_branch_and_an_approval_that_a_patch_sets_count() {
    let found = with(
        "- { op: replace, path: /Resources/Pipeline/Properties/Stages/0/Actions/0/Configuration/BranchName, value: release }\n\
         - op: add\n  path: /Resources/Pipeline/Properties/Stages/3/Actions/0\n  value: { Name: Ask, ActionTypeId: { Category: Approval } }\n",
    );
    assert_eq!(found.draft.rules[0].start.branch, "release");
    let asks: Vec<bool> = found.draft.environments.iter().map(|one| one.approval).collect();
    assert_eq!(asks, [false, true]);
}

#[test]
fn what_has_no_key_is_lost_with_what_to_do() {
    for (patch, part) in [
        (
            "{ op: add, path: /Resources/PipelineRole/Properties/PermissionsBoundary, value: 'arn:x' }",
            "permission_boundary",
        ),
        (
            "{ op: add, path: /Resources/BuildProjectPolicy/Properties/PolicyDocument/Statement/-, value: { Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' } }",
            "`s3:GetObject` on `arn:aws:s3:::b/*`",
        ),
        (
            "{ op: add, path: /Resources/Topic, value: { Type: 'AWS::SNS::Topic' } }",
            "`notifications` does that",
        ),
        ("{ op: add, path: /Resources/Table, value: { Type: 'AWS::DynamoDB::Table' } }", "stack of your own"),
        ("{ op: remove, path: /Resources/BuildProject/Properties/Cache }", "took something out"),
        ("{ op: replace, path: /Description, value: x }", "stands where no key is"),
        (
            "{ op: add, path: /Resources/BuildProject/Properties/VpcConfig, value: { VpcId: vpc-0a1b2c3d } }",
            "not whole",
        ),
        (
            "{ op: add, path: /Resources/Pipeline/Properties/Stages/-, value: { Name: Scan } }",
            "stages and actions are made",
        ),
        (
            "{ op: replace, path: /Resources/BuildProject/Properties/TimeoutInMinutes, value: !Ref Minutes }",
            "made by CloudFormation",
        ),
    ] {
        let found = with(&format!("- {patch}\n"));
        assert!(told(&found, Weight::Lost, part), "{patch}: {:?}", found.remarks);
    }
}

#[test]
fn two_pipelines_that_disagree_have_no_machine_and_one_that_speaks_alone_speaks_for_all() {
    let other = MANIFEST.replace("name: shop", "name: site").replace("branch: main", "branch: next");
    let patch = |size: &str| {
        format!(
            "- {{ op: replace, path: /Resources/BuildProject/Properties/Environment/ComputeType, value: BUILD_GENERAL1_{size} }}\n"
        )
    };
    let gathered = |second: &str| {
        let files = [
            ("copilot/pipelines/shop/manifest.yml", MANIFEST),
            ("copilot/pipelines/site/manifest.yml", &other),
            ("copilot/api/manifest.yml", API),
            ("copilot/pipelines/shop/overrides/cfn.patches.yml", &patch("LARGE")),
            ("copilot/pipelines/site/overrides/cfn.patches.yml", second),
        ];
        gather(&[branch("main", &files)], None, Some("shop"))
    };
    let found = gathered(&patch("MEDIUM"));
    assert_eq!(found.draft.settings.build.compute, None);
    assert!(told(&found, Weight::Lost, "each to something else"));
    let found = gathered("[]\n");
    assert_eq!(found.draft.settings.build.compute, Some("large"));
    assert!(told(&found, Weight::Changed, "so all have it now"));
}

#[test]
fn a_program_is_not_run_and_overrides_of_what_stays_with_copilot_are_told() {
    let files = [
        ("copilot/pipeline.yml", MANIFEST),
        ("copilot/api/manifest.yml", API),
        ("copilot/pipelines/shop/overrides/cdk.json", "{}"),
        ("copilot/environments/overrides/cfn.patches.yml", "[]"),
        ("copilot/api/overrides/cfn.patches.yml", "[]"),
        ("copilot/gone/overrides/cdk.json", "{}"),
    ];
    let found = gather(&[branch("main", &files)], None, Some("shop"));
    assert!(told(&found, Weight::Lost, "copilot pipeline package -n 'shop'"));
    assert!(told(&found, Weight::Kept, "Copilot's environments"));
    assert!(told(&found, Weight::Changed, "`api`"));
    assert!(told(&found, Weight::Lost, "`gone`"));
}

const APPROVAL: &str = "{ Name: Ok, ActionTypeId: { Category: Approval } }";

/// The environments with their approvals, after patches of `Stages`: operation, path and value.
fn approvals(patches: &[(&str, &str, &str)]) -> Vec<(String, bool)> {
    let patch = |(op, path, value): &(&str, &str, &str)| {
        format!("- {{ op: {op}, path: /Resources/Pipeline/Properties/Stages{path}, value: {value} }}\n")
    };
    let found = with(&patches.iter().map(patch).collect::<String>());
    found.draft.environments.into_iter().map(|one| (one.name, one.approval)).collect()
}

#[test]
fn an_approval_is_of_the_environment_that_it_guards_once_the_patches_before_it_are_applied() {
    let (dev, prod) = (|asks| ("dev".to_owned(), asks), |asks| ("pro-d".to_owned(), asks));
    let gate = format!("{{ Name: Gate, Actions: [{APPROVAL}] }}");
    let made = "{ Name: Ok, ActionTypeId: { Category: Approval }, Configuration: { Topic: !Ref T } }";
    let behind = "{ Name: Ok, ActionTypeId: { Category: Approval }, RunOrder: 9 }";
    assert_eq!(approvals(&[("remove", "/2", "x"), ("add", "/2/Actions/0", APPROVAL)]), [prod(true)]);
    assert_eq!(
        approvals(&[("add", "/2", "{ Name: Scan }"), ("add", "/4/Actions/0", APPROVAL)]),
        [dev(false), prod(true)]
    );
    assert_eq!(approvals(&[("add", "/2/Actions/-", behind)]), [dev(false), prod(true)]);
    assert_eq!(approvals(&[("add", "/3/Actions/0", made)]), [dev(false), prod(true)]);
    assert_eq!(approvals(&[("add", "/3", &gate)]), [dev(false), prod(true)]);
    assert_eq!(
        approvals(&[(
            "add",
            "/3/Actions",
            &format!("[{APPROVAL}, {{ ActionTypeId: {{ Category: Deploy }} }}]")
        )]),
        [dev(false), prod(true)]
    );
    assert_eq!(approvals(&[("add", "/99/Actions/0", APPROVAL)]), [dev(true), prod(true)]);
}

#[test]
fn what_patches_take_out_of_the_pipeline_leaves_its_rule_and_is_told() {
    assert_eq!(approvals(&[("remove", "/3", "x")]), [("dev".to_owned(), false)]);
    assert_eq!(approvals(&[("replace", "/3/Actions", "[]")]), [("dev".to_owned(), false)]);
    let found = with("- { op: remove, path: /Resources/Pipeline/Properties/Stages/3 }\n");
    assert_eq!(found.draft.rules[0].environments, ["dev"]);
    assert!(told(&found, Weight::Lost, "takes deploys to `pro-d` out"), "{:?}", found.remarks);
}

#[test]
fn triggers_that_cannot_be_said_write_no_rule_that_deploys() {
    for git in [
        "{ Push: [{ Tags: { Includes: [a] } }, { Tags: { Includes: [b] } }] }",
        "{ Push: [{ Branches: { Includes: ['**'], Excludes: [main] } }] }",
        "{ Push: [{ Tags: { Includes: [a] }, FilePaths: { Includes: [b] } }] }",
        "{ PullRequest: [{ Branches: { Includes: [main] } }] }",
        "{ SourceActionName: !Ref S, Push: [{ Branches: { Includes: [x] } }] }",
    ] {
        let found = with(&format!(
            "- {{ op: add, path: /Resources/Pipeline/Properties/Triggers, value: [{{ GitConfiguration: {git} }}] }}\n"
        ));
        assert!(found.draft.rules.is_empty(), "{git}: {:?}", found.draft.rules);
        assert!(
            told(&found, Weight::Lost, "every push to `main` would deploy"),
            "{git}: {:?}",
            found.remarks
        );
    }
}

#[test]
fn the_branch_in_a_configuration_that_a_patch_replaces_is_the_rules() {
    let with_branch = |branch: &str| {
        with(&format!(
            "- {{ op: replace, path: /Resources/Pipeline/Properties/Stages/0/Actions/0/Configuration, value: {{ ConnectionArn: !Ref C, BranchName: {branch} }} }}\n"
        ))
    };
    assert_eq!(with_branch("release").draft.rules[0].start.branch, "release");
    assert!(with_branch("!Ref B").draft.rules.is_empty());
}
