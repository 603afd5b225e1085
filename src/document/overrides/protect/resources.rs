//! What protects in the resources of a stack.

use serde_json::Value;

use super::Touched;
use crate::diagnostic::shown;

/// Properties that name a resource: policies of other stacks and `pipeline.json` say the same names. A role's path is a part
/// of its ARN.
const NAMES: &[&str] = &[
    "Name",
    "RoleName",
    "Path",
    "BucketName",
    "RepositoryName",
    "LogGroupName",
    "AliasName",
    "ConnectionName",
];

/// The name of what nothing but its own project needs.
const LOG_GROUP: &str = "LogGroupName";

/// Types without a name that may not go either.
const PROTECTING: &[&str] = &["AWS::S3::BucketPolicy", "AWS::KMS::Key"];

/// Properties that stay as they are, by type, and why.
const PROPERTIES: &[(&str, &str, &str)] = &[
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", "it says who may act with the role"),
    (
        "AWS::IAM::Role",
        "PermissionsBoundary",
        "whoever set the boundary relies on it, whatever a policy says",
    ),
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration", "it keeps the artifacts from everybody else"),
    ("AWS::S3::Bucket", "BucketEncryption", "it keeps the artifacts from everybody else"),
    ("AWS::S3::Bucket", "OwnershipControls", "it keeps the artifacts from everybody else"),
    ("AWS::S3::BucketPolicy", "Bucket", "it keeps the artifacts from everybody else"),
    (
        "AWS::ECR::Repository",
        "ImageTagMutability",
        "what was tested is what is deployed: no image may change",
    ),
    (
        "AWS::CodeBuild::Project",
        "ConcurrentBuildLimit",
        "it is the lock that keeps two migrations of one database apart",
    ),
];

/// The bucket of locks and records, and what of it is free: who reads or changes it may be written down.
const LOCKS: &str = "LockBucket";
const OF_LOCKS_FREE: &[&str] = &["Tags", "LoggingConfiguration"];

/// How the ids of the roles that write locks and records begin: in an environment's stack that is all, in the base stack the
/// environment's name follows.
const HOLDER: &str = "LockHolder";

/// What a role may do.
const ALLOWED: &[&str] = &["Policies", "ManagedPolicyArns"];

/// What a project of an environment runs, and as whom: the migration, and the marking of what is deployed.
const OF_ENVIRONMENTS: &[&str] = &["Source", "SecondarySources", "SourceVersion", "ServiceRole", "Artifacts"];

/// What the removal of a resource leaves.
const POLICIES: &[&str] = &["DeletionPolicy", "UpdateReplacePolicy"];

pub(super) fn judge(before: &Value, after: &Value) -> Option<Touched> {
    let resources = before.get("Resources")?.as_object()?;
    // A pipeline's own projects build and test; those of other stacks migrate, and mark what is deployed.
    let is_environment = !resources.contains_key("Pipeline");
    resources.iter().find_map(|(id, resource)| {
        let Some(now) = after.get("Resources").and_then(|now| now.get(id)) else { return gone(id, resource) };
        itself(id, resource, now).or_else(|| {
            let (was, is) = (&resource["Properties"], &now["Properties"]);
            let kind = resource["Type"].as_str().unwrap_or_default();
            properties(id, kind, was, is)
                .or_else(|| statements(id, kind, was, is))
                .or_else(|| locks(id, kind, was, is))
                .or_else(|| {
                    (is_environment && kind == "AWS::CodeBuild::Project")
                        .then(|| of_environment(id, was, is))
                        .flatten()
                })
        })
    })
}

/// What has no name of its own may go; what refers to it is judged by the limits.
fn gone(id: &str, resource: &Value) -> Option<Touched> {
    let named = |name: &&&str| !resource["Properties"][**name].is_null();
    let is_named = NAMES.iter().filter(|name| **name != LOG_GROUP).any(|name| named(&name));
    let protects = PROTECTING.iter().any(|kind| resource["Type"] == *kind);
    (is_named || protects).then(|| Touched {
        what: format!("that there is a resource {}", shown(id)),
        reason: if is_named {
            "policies and other stacks find it by its name"
        } else {
            "it keeps the artifacts from everybody else"
        },
        help: "change its properties instead; keys of branchline.yml say what is made",
    })
}

fn itself(id: &str, resource: &Value, now: &Value) -> Option<Touched> {
    if now["Type"] != resource["Type"] {
        return Some(Touched {
            what: format!("the type of {}", shown(id)),
            reason: "CloudFormation would delete the one and make the other",
            help: "add the other under a name of its own",
        });
    }
    if now.get("Condition") != resource.get("Condition") {
        return Some(Touched {
            what: format!("whether there is a resource {}", shown(id)),
            reason: "where the condition does not hold, CloudFormation deletes it",
            help: "put the condition on a resource of your own",
        });
    }
    if let Some(name) = NAMES.iter().find(|name| resource["Properties"][**name] != now["Properties"][**name])
    {
        return Some(Touched {
            what: format!("`{name}` of {}", shown(id)),
            reason: "policies and other stacks find it by its name",
            help: "names follow from `app`, the rule's `name` and the environment's",
        });
    }
    let keeps = |policy: &str| policy.starts_with("Retain");
    let loses = |key: &&&str| {
        let of = |resource: &Value| resource[**key].as_str().is_some_and(keeps);
        of(resource) && !of(now)
    };
    POLICIES.iter().find(loses).map(|key| Touched {
        what: format!("`{key}` of {} to one that keeps nothing", shown(id)),
        reason: "what is in it, images to go back to or the key of all artifacts, would go with the stack",
        help: "take the patch out, and delete by hand what is left when the stack is gone",
    })
}

fn properties(id: &str, kind: &str, was: &Value, is: &Value) -> Option<Touched> {
    let changed =
        |(of, key, _): &&(&str, &str, &str)| *of == kind && !was[*key].is_null() && was[*key] != is[*key];
    PROPERTIES.iter().find(changed).map(|(_, key, reason)| Touched {
        what: format!("`{key}` of {}", shown(id)),
        reason,
        help: "leave it as it is generated; what may be set of it has a key of branchline.yml",
    })
}

/// The statements of a bucket's policy stay; others may stand beside them.
fn statements(id: &str, kind: &str, was: &Value, is: &Value) -> Option<Touched> {
    let of = |properties: &Value| {
        properties["PolicyDocument"]["Statement"].as_array().cloned().unwrap_or_default()
    };
    let now = of(is);
    (kind == "AWS::S3::BucketPolicy" && of(was).iter().any(|one| !now.contains(one))).then(|| Touched {
        what: format!("the statements of {}", shown(id)),
        reason: "they keep the artifacts from everybody else, and whoever uses no TLS",
        help: "add statements of your own behind them",
    })
}

/// The bucket of locks stays as it is, whatever is added to it: a rule that expires a lock frees it, and who holds it goes on.
/// So do the roles that write there.
fn locks(id: &str, kind: &str, was: &Value, is: &Value) -> Option<Touched> {
    if id == LOCKS && kind == "AWS::S3::Bucket" {
        let keys =
            [was, is].into_iter().filter_map(Value::as_object).flat_map(|properties| properties.keys());
        let mut keys = keys.filter(|key| !OF_LOCKS_FREE.contains(&key.as_str()));
        let key = keys.find(|key| was.get(*key) != is.get(*key))?;
        return Some(Touched {
            what: format!("`{key}` of {}", shown(id)),
            reason: "a lock that expires, or is overwritten, is one that anybody takes while its holder still migrates",
            help: "take the patch out; what may be patched of this bucket are its tags and its log of accesses",
        });
    }
    if !id.starts_with(HOLDER) || kind != "AWS::IAM::Role" {
        return None;
    }
    let key = ALLOWED.iter().find(|key| was[**key] != is[**key])?;
    Some(Touched {
        what: format!("`{key}` of {}", shown(id)),
        reason: "it is what takes the environment's lock and writes down what is deployed, there and nowhere else",
        help: "take the patch out; `roles.lock_holder` of the environment puts a role of your own in its place",
    })
}

fn of_environment(id: &str, was: &Value, is: &Value) -> Option<Touched> {
    let touched = |what: String| Touched {
        what,
        reason: "it decides what runs with the environment's role, before anybody could look at it",
        help: "change `migrate`, from which it is made",
    };
    if let Some(key) = OF_ENVIRONMENTS.iter().find(|key| was[**key] != is[**key]) {
        return Some(touched(format!("`{key}` of {}", shown(id))));
    }
    let variables = |project: &Value| {
        project["Environment"]["EnvironmentVariables"].as_array().cloned().unwrap_or_default()
    };
    if was["Environment"]["Image"] != is["Environment"]["Image"] {
        return Some(touched(format!("`Image` of {}", shown(id))));
    }
    let now = variables(is);
    if let Some(added) = now.iter().find(|one| !variables(was).iter().any(|it| it["Name"] == one["Name"])) {
        return Some(touched(format!(
            "the new variable {} of {}",
            shown(added["Name"].as_str().unwrap_or_default()),
            shown(id)
        )));
    }
    let same = |one: &Value| {
        let mut of_name = now.iter().filter(|other| other["Name"] == one["Name"]);
        of_name.next() == Some(one) && of_name.next().is_none()
    };
    let changed = variables(was).into_iter().find(|one| !same(one))?;
    Some(touched(format!(
        "the variable {} of {}",
        shown(changed["Name"].as_str().unwrap_or_default()),
        shown(id)
    )))
}
