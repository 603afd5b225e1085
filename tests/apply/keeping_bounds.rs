//! What the roles of `bootstrap` may do, decided as IAM decides: an explicit refusal first, then what allows. Above all: nothing that
//! they may do makes them able to do more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ACCOUNT: &str = "444455556666";
const BOUNDARY: &str = "arn:aws:iam::444455556666:policy/branchline-storefront-boundary";

struct Policy(Vec<Value>);

type Context<'a> = BTreeMap<&'a str, &'a str>;

impl Policy {
    fn may(&self, action: &str, resource: &str, context: &Context) -> bool {
        let says = |effect: &str| {
            self.0.iter().any(|statement| {
                statement["Effect"] == effect && speaks_of(statement, action, resource, context)
            })
        };
        says("Allow") && !says("Deny")
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().map(|one| one.as_str().unwrap()).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn speaks_of(statement: &Value, action: &str, resource: &str, context: &Context) -> bool {
    let matches = |key: &str, text: &str| texts(&statement[key]).iter().any(|pattern| glob(pattern, text));
    let nothing = serde_json::Map::new();
    let conditions = statement["Condition"].as_object().unwrap_or(&nothing);
    let holds = conditions.iter().all(|(operator, keys)| {
        keys.as_object().unwrap().iter().all(|(key, values)| {
            let given = context.get(key.as_str());
            let any = |test: fn(&str, &str) -> bool| {
                given.is_some_and(|given| texts(values).iter().any(|value| test(value, given)))
            };
            match operator.as_str() {
                "StringEquals" => any(|value, given| value == given),
                "ArnEquals" | "ForAnyValue:StringLike" => any(glob),
                "StringEqualsIfExists" | "ForAllValues:StringEquals" => {
                    given.is_none() || any(|value, given| value == given)
                }
                other => panic!("the operator {other} is not known here"),
            }
        })
    });
    matches("Action", action) && matches("Resource", resource) && holds
}

fn glob(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| glob(rest, &text[at..])),
        '?' => text.chars().next().is_some_and(|one| glob(rest, &text[one.len_utf8()..])),
        same => text.strip_prefix(same).is_some_and(|behind| glob(rest, behind)),
    }
}

/// A value of a stack of that account, with what the stack fills in.
fn resolved(value: &Value, account: &str) -> Value {
    let fill = |text: &str| {
        text.replace("${AWS::Partition}", "aws")
            .replace("${AWS::AccountId}", account)
            .replace("${AWS::Region}", "eu-west-1")
    };
    match value {
        Value::Array(all) => all.iter().map(|one| resolved(one, account)).collect(),
        Value::Object(members) => match members.iter().next() {
            Some((key, text)) if key == "Fn::Sub" && text.is_string() => fill(text.as_str().unwrap()).into(),
            Some((key, name)) if key == "Ref" => fill(&format!("${{{}}}", name.as_str().unwrap())).into(),
            Some((key, _)) if key.starts_with("Fn::") => "filled-in-elsewhere".into(),
            _ => members.iter().map(|(key, one)| (key.clone(), resolved(one, account))).collect(),
        },
        other => other.clone(),
    }
}

/// The policies of the roles and the boundary in the stacks of the judges' configuration, by the resource's name.
fn policies(file: &str, account: &str) -> BTreeMap<String, (Policy, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/configurations/bootstrap");
    let folder = tempfile::tempdir().unwrap();
    let arguments = fs::read_to_string(root.join("bootstrap.arguments")).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_branchline"))
        .arg("bootstrap")
        .args(arguments.lines())
        .args(["--branches", root.join("branches.txt").to_str().unwrap(), "-C"])
        .arg(&root)
        .arg("--output")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let stack: Value = serde_yaml::from_str(&fs::read_to_string(folder.path().join(file)).unwrap()).unwrap();
    let resources = stack["Resources"].as_object().unwrap();
    let of = |properties: &Value| {
        let inside = &properties["Policies"][0]["PolicyDocument"];
        let document = if inside.is_null() { &properties["PolicyDocument"] } else { inside };
        let statements = resolved(&document["Statement"], account).as_array().unwrap().clone();
        (Policy(statements), resolved(&properties["AssumeRolePolicyDocument"], account))
    };
    let kinds = ["AWS::IAM::Role", "AWS::IAM::ManagedPolicy"];
    resources
        .iter()
        .filter(|(_, resource)| kinds.contains(&resource["Type"].as_str().unwrap()))
        .map(|(name, resource)| (name.clone(), of(&resource["Properties"])))
        .collect()
}

fn iam(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}

#[test]
fn cloudformation_makes_roles_only_of_the_app_and_only_within_the_boundary() {
    let all = policies("bootstrap-access.yml", ACCOUNT);
    let role = &all["CloudFormationRole"].0;
    let bound = Context::from([("iam:PermissionsBoundary", BOUNDARY)]);
    let other = Context::from([("iam:PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess")]);
    let of_app = [iam("role/ci/storefront-main-build"), iam("role/ci/storefron-0123456789-feat-pipeline")];
    for action in ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"] {
        for name in &of_app {
            assert!(role.may(action, name, &bound), "{action} {name}");
            assert!(
                !role.may(action, name, &other) && !role.may(action, name, &Context::new()),
                "{action} {name}"
            );
        }
        for name in [
            "role/ci/other",
            "role/storefront-main-build",
            "role/ci/branchline-storefront-apply",
            "role/ci/branchline-storefront-cloudformation",
        ] {
            assert!(!role.may(action, &iam(name), &bound), "{action} {name}");
        }
    }
    for action in [
        "iam:DeleteRolePermissionsBoundary",
        "iam:AttachRolePolicy",
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:CreateUser",
        "iam:CreateAccessKey",
    ] {
        for name in [&of_app[0], BOUNDARY, &iam("user/x"), &iam("role/ci/branchline-storefront-apply")] {
            assert!(!role.may(action, name, &bound), "{action} {name}");
        }
    }
    // What keeps the pipelines is not its to change.
    for (action, resource) in [
        ("codepipeline:UpdatePipeline", "codepipeline:eu-west-1:444455556666:branchline-storefront"),
        ("codebuild:UpdateProject", "codebuild:eu-west-1:444455556666:project/branchline-storefront-apply"),
        ("iam:UpdateAssumeRolePolicy", "iam::444455556666:role/ci/branchline-storefront-plan"),
        ("codepipeline:UpdatePipeline", "codepipeline:eu-west-1:444455556666:another"),
        ("s3:DeleteBucket", "s3:::storefront-artifacts-444455556666-eu-west-1"),
        ("kms:ScheduleKeyDeletion", "kms:eu-west-1:444455556666:key/x"),
    ] {
        let tagged = Context::from([
            ("aws:ResourceTag/branchline:app", "storefront"),
            ("aws:ResourceAccount", ACCOUNT),
        ]);
        assert!(!role.may(action, &format!("arn:aws:{resource}"), &tagged), "{action} {resource}");
    }
    let passed = |service| Context::from([("iam:PassedToService", service)]);
    assert!(role.may("iam:PassRole", &of_app[0], &passed("codebuild.amazonaws.com")));
    for (name, service) in
        [("role/ci/storefront-x", "ec2.amazonaws.com"), ("role/admin", "codebuild.amazonaws.com")]
    {
        assert!(!role.may("iam:PassRole", &iam(name), &passed(service)), "{name} {service}");
    }
    // A foreign key is not made the app's, neither by its policy nor by its tags' absence.
    for tag in [Context::new(), Context::from([("aws:ResourceTag/branchline:app", "other")])] {
        assert!(!role.may("kms:PutKeyPolicy", "arn:aws:kms:eu-west-1:444455556666:key/x", &tag));
    }
}

#[test]
fn who_applies_changes_stacks_of_the_app_alone_and_only_with_the_role_of_cloudformation() {
    let all = policies("bootstrap.yml", ACCOUNT);
    let (plan, apply) = (&all["PlanRole"].0, &all["ApplyRole"].0);
    let service = iam("role/ci/branchline-storefront-cloudformation");
    let stack = |name: &str| format!("arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/{name}/0");
    let sound = Context::from([
        ("cloudformation:RoleArn", service.as_str()),
        ("aws:RequestTag/branchline:app", "storefront"),
    ]);
    let create = "cloudformation:CreateChangeSet";
    for name in ["storefront-base", "storefront-environment-staging", "storefront-pipeline-main"] {
        assert!(apply.may(create, &stack(name), &sound), "{name}");
        assert!(apply.may("cloudformation:ExecuteChangeSet", &stack(name), &Context::new()), "{name}");
        assert!(!plan.may(create, &stack(name), &sound), "{name}");
        for spoilt in [
            ("cloudformation:RoleArn", "arn:aws:iam::444455556666:role/admin"),
            ("aws:RequestTag/branchline:app", "other"),
            ("cloudformation:ImportResourceTypes", "AWS::KMS::Key"),
        ] {
            let mut context = sound.clone();
            context.insert(spoilt.0, spoilt.1);
            assert!(!apply.may(create, &stack(name), &context), "{name} {spoilt:?}");
        }
        let without: Context = sound
            .iter()
            .filter(|(key, _)| **key != "cloudformation:RoleArn")
            .map(|(k, v)| (*k, *v))
            .collect();
        assert!(!apply.may(create, &stack(name), &without), "with the caller's own rights");
    }
    for name in ["branchline-storefront", "branchline-storefront-access", "other-base", "storefront-api-base"]
    {
        for action in [create, "cloudformation:ExecuteChangeSet", "cloudformation:DeleteStack"] {
            assert!(!apply.may(action, &stack(name), &sound), "{action} {name}");
        }
    }
    for name in ["storefront-base", "storefront-environment-live"] {
        assert!(!apply.may("cloudformation:DeleteStack", &stack(name), &sound), "{name} may hold data");
    }
    let passed = |to| Context::from([("iam:PassedToService", to)]);
    assert!(apply.may("iam:PassRole", &service, &passed("cloudformation.amazonaws.com")));
    assert!(!apply.may("iam:PassRole", &service, &passed("codebuild.amazonaws.com")));
    for action in [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "codepipeline:UpdatePipeline",
        "codebuild:UpdateProject",
        "codebuild:StartBuild",
        "codepipeline:PutApprovalResult",
    ] {
        for (who, policy) in [("plan", plan), ("apply", apply)] {
            assert!(
                !policy
                    .0
                    .iter()
                    .any(|one| one["Effect"] == "Allow" && texts(&one["Action"]).contains(&action)),
                "{who} {action}"
            );
        }
    }
    // Into the other account goes the role of the same work, and no other is let in there.
    let elsewhere = policies("bootstrap-access-777788889999.yml", "777788889999");
    for (resource, role) in [("PlanRole", "plan"), ("ApplyRole", "apply")] {
        let there = format!("arn:aws:iam::777788889999:role/ci/branchline-storefront-{role}");
        assert!(all[resource].0.may("sts:AssumeRole", &there, &Context::new()));
        let trust = &elsewhere[resource].1["Statement"][0]["Condition"]["ArnEquals"]["aws:PrincipalArn"];
        assert_eq!(texts(trust), [iam(&format!("role/ci/branchline-storefront-{role}"))]);
    }
    assert!(!plan.may(
        "sts:AssumeRole",
        "arn:aws:iam::777788889999:role/ci/branchline-storefront-apply",
        &Context::new()
    ));
}

#[test]
fn within_the_boundary_nobody_makes_roles_changes_policies_or_passes_on_what_the_map_does_not_name() {
    let all = policies("bootstrap-access.yml", ACCOUNT);
    let boundary = &all["Boundary"].0;
    let actions: BTreeSet<&str> = boundary.0.iter().flat_map(|one| texts(&one["Action"])).collect();
    let iam_actions: Vec<&&str> = actions.iter().filter(|action| action.starts_with("iam:")).collect();
    assert_eq!(iam_actions, [&"iam:PassRole"]);
    assert!(
        !actions.iter().any(|action| action.starts_with("cloudformation:") || action.contains('*')),
        "{actions:?}"
    );
    let to_tasks = Context::from([("iam:PassedToService", "ecs-tasks.amazonaws.com")]);
    assert!(boundary.may("iam:PassRole", &iam("role/staging-task"), &to_tasks));
    assert!(!boundary.may("iam:PassRole", &iam("role/admin"), &to_tasks));
    assert!(!boundary.may("iam:PassRole", &iam("role/ci/storefront-admin"), &to_tasks));
    assert!(!boundary.may("sts:AssumeRole", &iam("role/ci/branchline-storefront-apply"), &Context::new()));
    assert!(!boundary.may(
        "codepipeline:StartPipelineExecution",
        "arn:aws:codepipeline:eu-west-1:444455556666:branchline-storefront",
        &Context::new()
    ));
    // A new branch, environment or service needs no other boundary.
    for (action, resource) in [
        ("sts:AssumeRole", iam("role/ci/storefront-next-deploy")),
        (
            "codebuild:StartBuild",
            format!("arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/storefront-next-build"),
        ),
        ("ecs:UpdateService", format!("arn:aws:ecs:eu-west-1:{ACCOUNT}:service/next/api")),
        ("ecr:PutImage", format!("arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/storefront/next/main")),
    ] {
        assert!(boundary.may(action, &resource, &Context::new()), "{action} {resource}");
    }
}
