//! What an override may not touch, and what of AWS's it would break: one operation each, in both forms of a pipeline.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used)]

use branchline::document::{overrides, specs};
use branchline::pipeline::Plan;
use branchline::{branch_map, config};

const SHOP: &str = "version: 1\napp: shop\nbranches: { release/*: [dev, production] }\n\
    environments: { dev: {}, production: { approval: {} } }\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nsource: { repository: acme/shop }\n\
    permission_boundary: team\n\
    services: { api: { deploy: { ecs: { cluster: \"shop-{environment}\", roles: [task] } } } }\n\
    test: { commands: [make test] }\n\
    migrate: { command: [make, migrate], run: codebuild, in: checkout }\n";

/// The codes of what is said of one patch; each operation as it stands in the file.
fn codes(document: &str, operations: &[&str]) -> Vec<&'static str> {
    let patch = operations.join("\n      - ");
    let text = format!("{SHOP}overrides:\n  - document: {document}\n    patch:\n      - {patch}\n");
    let reading = config::read(&text);
    let config = reading.config.unwrap_or_else(|| panic!("{operations:?}: {:?}", reading.findings));
    let (map, findings) = branch_map::resolve(&config);
    assert_eq!(findings, []);
    let specs = specs::specs(&config).unwrap();
    let told = overrides::judge(&Plan::new(&config, &map, specs.texts.clone()));
    // That the other declaration has no such change, and that there is no test of a name, is told elsewhere.
    told.iter().map(|finding| finding.code).filter(|code| !["BL227", "BL229"].contains(code)).collect()
}

/// Each is refused with the code.
fn all_are(code: &'static str, document: &str, patches: &[&str]) {
    for patch in patches {
        let told = codes(document, &[patch]);
        assert_eq!(told, [code], "{document}: {patch}");
    }
}

const STACK: &str = "shop-release/pipeline.yml";
const JSON: &str = "shop-release/pipeline.json";

// Stages: Source, Build, Test, Migrate-dev, Deploy-dev, Approve-production, Migrate-production, Deploy-production.

#[test]
fn no_patch_lets_executions_overtake_skip_a_stage_or_repeat_a_migration() {
    all_are(
        "BL226",
        STACK,
        &[
            "{ op: replace, path: /Resources/Pipeline/Properties/ExecutionMode, value: PARALLEL }",
            "{ op: replace, path: /Resources/Pipeline/Properties/ExecutionMode, value: { Ref: Mode } }",
            "{ op: replace, path: /Resources/Pipeline/Properties/PipelineType, value: V1 }",
            "{ op: add, path: /Resources/Pipeline/Properties/Stages/5/BeforeEntry, value: { Conditions: [{ Result: SKIP }] } }",
            "{ op: add, path: /Resources/Pipeline/Properties/Stages/6/OnFailure, value: { Result: RETRY } }",
            "{ op: add, path: /Resources/Pipeline/Properties/Stages/7/OnSuccess, value: { Conditions: [] } }",
        ],
    );
    all_are(
        "BL226",
        JSON,
        &[
            "{ op: replace, path: /pipeline/executionMode, value: PARALLEL }",
            "{ op: add, path: /pipeline/stages/5/beforeEntry, value: { conditions: [{ result: SKIP }] } }",
            "{ op: add, path: /pipeline/stages/6/onFailure, value: { result: RETRY } }",
            "{ op: add, path: /pipeline/stages/7/onSuccess, value: { conditions: [] } }",
        ],
    );
}

#[test]
fn no_patch_changes_what_a_pipelines_actions_run_or_as_whom() {
    let of_stack = |path: &str, value: &str| {
        format!("{{ op: add, path: /Resources/Pipeline/Properties/{path}, value: {value} }}")
    };
    let of_json = |path: &str, value: &str| format!("{{ op: add, path: /pipeline/{path}, value: {value} }}");
    for (stack, json, value) in [
        ("Name", "name", "other"),
        ("RoleArn", "roleArn", "arn"),
        ("ArtifactStore/Location", "artifactStore/location", "mine"),
        ("Stages/0/Actions/0/Configuration/BranchName", "stages/0/actions/0/configuration/BranchName", "x"),
        ("Stages/1/Actions/0/Configuration/ProjectName", "stages/1/actions/0/configuration/ProjectName", "x"),
        ("Stages/2/Actions/0/Configuration/ProjectName", "stages/2/actions/0/configuration/ProjectName", "x"),
        ("Stages/3/Actions/0/Configuration/ProjectName", "stages/3/actions/0/configuration/ProjectName", "x"),
        (
            "Stages/3/Actions/0/Configuration/EnvironmentVariables",
            "stages/3/actions/0/configuration/EnvironmentVariables",
            "\"[]\"",
        ),
        (
            "Stages/3/Actions/0/Configuration/BatchEnabled",
            "stages/3/actions/0/configuration/BatchEnabled",
            "\"true\"",
        ),
        ("Stages/3/Actions/2/InputArtifacts", "stages/3/actions/2/inputArtifacts", "[{ Name: Images }]"),
        ("Stages/4/Actions/0/Configuration/ProjectName", "stages/4/actions/0/configuration/ProjectName", "x"),
        ("Stages/7/Actions/3/Configuration/ServiceName", "stages/7/actions/3/configuration/ServiceName", "x"),
        ("Stages/7/Actions/3/Configuration/FileName", "stages/7/actions/3/configuration/FileName", "x"),
    ] {
        all_are("BL226", STACK, &[&of_stack(stack, value)]);
        all_are("BL226", JSON, &[&of_json(json, value)]);
    }
}

#[test]
fn no_patch_opens_a_lock_a_role_a_bucket_or_what_is_kept() {
    all_are(
        "BL226",
        "environments/dev.yml",
        &[
            "{ op: remove, path: /Resources/MigrateProject/Properties/ConcurrentBuildLimit }",
            "{ op: replace, path: /Resources/MigrateProject/Properties/ConcurrentBuildLimit, value: 5 }",
            "{ op: replace, path: /Resources/MigrateProject/Properties/Source/BuildSpec, value: x }",
            "{ op: replace, path: /Resources/KeepProject/Properties/Source/BuildSpec, value: x }",
            "{ op: add, path: /Resources/MigrateProject/Properties/SourceVersion, value: x }",
            "{ op: replace, path: /Resources/MigrateProject/Properties/ServiceRole, value: x }",
            "{ op: replace, path: /Resources/MigrateProject/Properties/Environment/EnvironmentVariables/0/Value, value: x }",
            "{ op: add, path: /Resources/MigrateProject/Properties/Environment/EnvironmentVariables/-, value: { Name: COMMAND, Value: x } }",
            "{ op: remove, path: /Resources/DeployRole/Properties/PermissionsBoundary }",
            "{ op: add, path: /Resources/DeployRole/Properties/AssumeRolePolicyDocument/Statement/-, value: {} }",
            "{ op: add, path: /Resources/MigrateProject/Condition, value: Never }",
            "{ op: add, path: /Resources/DeployRole/Properties/Path, value: /mine/ }",
            "{ op: add, path: /Resources/MigrateProject/Properties/Environment/EnvironmentVariables/-, value: { Name: BASH_ENV, Value: x } }",
            "{ op: replace, path: /Resources/MigrateProject/Properties/Environment/Image, value: mine }",
            "{ op: add, path: /Transform, value: Mine }",
            "{ op: add, path: /Resources/DeployRole/Properties/Fn::Transform, value: { Name: Mine } }",
        ],
    );
    all_are(
        "BL226",
        STACK,
        &[
            "{ op: replace, path: /Resources/ApiImages/DeletionPolicy, value: Delete }",
            "{ op: remove, path: /Resources/ApiImages/UpdateReplacePolicy }",
        ],
    );
    all_are(
        "BL226",
        "base.yml",
        &[
            "{ op: replace, path: /Resources/ArtifactBucket/DeletionPolicy, value: Delete }",
            "{ op: replace, path: /Outputs/ArtifactKeyArn/Value, value: mine }",
            "{ op: remove, path: /Resources/ArtifactBucketPolicy }",
            "{ op: remove, path: /Resources/ArtifactBucketPolicy/Properties/PolicyDocument/Statement/0 }",
            "{ op: replace, path: /Resources/ArtifactBucketPolicy/Properties/PolicyDocument/Statement/0/Effect, value: Allow }",
            "{ op: remove, path: /Resources/ArtifactBucket/Properties/PublicAccessBlockConfiguration }",
            "{ op: replace, path: /Resources/ArtifactBucket/Properties/PublicAccessBlockConfiguration/BlockPublicAcls, value: false }",
            "{ op: remove, path: /Resources/ArtifactBucket/Properties/BucketEncryption }",
        ],
    );
}

#[test]
fn no_patch_lets_a_lock_expire_or_changes_what_its_holder_may_do() {
    let bucket = "/Resources/LockBucket/Properties";
    all_are(
        "BL226",
        "base.yml",
        &[
            &format!(
                "{{ op: add, path: {bucket}/LifecycleConfiguration/Rules/0/ExpirationInDays, value: 1 }}"
            ),
            &format!(
                "{{ op: replace, path: {bucket}/LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration/NoncurrentDays, value: 1 }}"
            ),
            &format!("{{ op: remove, path: {bucket}/LifecycleConfiguration }}"),
            &format!("{{ op: replace, path: {bucket}/VersioningConfiguration/Status, value: Suspended }}"),
            &format!("{{ op: add, path: {bucket}/ReplicationConfiguration, value: {{ Role: x }} }}"),
            "{ op: remove, path: /Resources/LockBucketPolicy/Properties/PolicyDocument/Statement/2 }",
        ],
    );
    all_are(
        "BL226",
        "environments/production.yml",
        &[
            "{ op: remove, path: /Resources/LockHolder/Properties/Policies/0 }",
            "{ op: add, path: /Resources/LockHolder/Properties/Policies/0/PolicyDocument/Statement/0/Action/-, value: \"s3:DeleteObject\" }",
            "{ op: add, path: /Resources/LockHolder/Properties/ManagedPolicyArns, value: [x] }",
        ],
    );
}

#[test]
fn no_patch_lets_every_older_commit_pass() {
    for (document, path, name, default) in [
        (STACK, "/Resources/Pipeline/Properties/Variables", "Name", "DefaultValue"),
        (JSON, "/pipeline/variables", "name", "defaultValue"),
    ] {
        all_are(
            "BL226",
            document,
            &[
                &format!("{{ op: replace, path: {path}/0/{default}, value: allow }}"),
                &format!("{{ op: remove, path: {path}/0 }}"),
                &format!("{{ op: remove, path: {path} }}"),
                &format!("{{ op: add, path: {path}/-, value: {{ {name}: DOWNGRADE, {default}: allow }} }}"),
            ],
        );
        let own = format!("{{ op: add, path: {path}/-, value: {{ {name}: MINE, {default}: x }} }}");
        assert_eq!(codes(document, &[&own]), [""; 0], "{document}");
    }
}

#[test]
fn what_names_nothing_or_one_thing_twice_is_told() {
    let stage = "/Resources/Pipeline/Properties/Stages";
    all_are(
        "BL228",
        STACK,
        &[
            &format!("{{ op: copy, from: {stage}/3, path: {stage}/4 }}"),
            &format!("{{ op: copy, from: {stage}/3/Actions/0, path: {stage}/3/Actions/- }}"),
            "{ op: add, path: /Resources/Pipeline/Properties/DisableInboundStageTransitions, value: [{ StageName: Deploy-prod, Reason: x }] }",
            "{ op: add, path: /Resources/Extra, value: { Type: AWS::SNS::Topic, Condition: Missing } }",
            "{ op: replace, path: /Resources/BuildProject/Properties/Description, value: { \"Fn::If\": [Missing, a, b] } }",
        ],
    );
    all_are("BL228", JSON, &["{ op: copy, from: /pipeline/stages/3, path: /pipeline/stages/4 }"]);
}

#[test]
fn what_protects_nothing_stays_free() {
    let free: &[(&str, &[&str])] = &[
        (STACK, &["{ op: replace, path: /Resources/Pipeline/Properties/ExecutionMode, value: QUEUED }"]),
        (STACK, &["{ op: remove, path: /Resources/Pipeline/Properties/ExecutionMode }"]),
        (
            STACK,
            &[
                "{ op: add, path: /Resources/Pipeline/Properties/Stages/5/Actions/1/Configuration/CustomData, value: \"sure?\" }",
            ],
        ),
        (
            STACK,
            &[
                "{ op: add, path: /Resources/Pipeline/Properties/Stages/5/Actions/1/TimeoutInMinutes, value: 60 }",
            ],
        ),
        (
            STACK,
            &[
                "{ op: replace, path: /Resources/Pipeline/Properties/Stages/7/Actions/3/Configuration/DeploymentTimeout, value: \"20\" }",
            ],
        ),
        (
            STACK,
            &[
                "{ op: add, path: /Resources/Pipeline/Properties/DisableInboundStageTransitions, value: [{ StageName: Deploy-production, Reason: x }] }",
            ],
        ),
        (
            STACK,
            &[
                "{ op: add, path: /Conditions, value: { Here: { \"Fn::Equals\": [a, a] } } }",
                "{ op: add, path: /Resources/Extra, value: { Type: AWS::SNS::Topic, Condition: Here } }",
                "{ op: replace, path: /Resources/BuildProject/Properties/Description, value: { \"Fn::If\": [Here, a, b] } }",
            ],
        ),
        (
            "environments/dev.yml",
            &[
                "{ op: replace, path: /Resources/MigrateProject/Properties/QueuedTimeoutInMinutes, value: 30 }",
            ],
        ),
        (
            "base.yml",
            &[
                "{ op: add, path: /Resources/ArtifactBucketPolicy/Properties/PolicyDocument/Statement/-, value: { Effect: Deny, Principal: \"*\", Action: \"s3:PutObjectAcl\", Resource: \"*\" } }",
            ],
        ),
        (STACK, &["{ op: replace, path: /Resources/ApiImages/DeletionPolicy, value: Retain }"]),
        (
            "base.yml",
            &[
                "{ op: add, path: /Resources/LockBucket/Properties/LoggingConfiguration, value: { DestinationBucketName: logs } }",
            ],
        ),
    ];
    for (document, patch) in free {
        assert_eq!(codes(document, patch), [""; 0], "{document}: {patch:?}");
    }
}
