//! Policy documents: what a role may do, who may assume it, what a resource refuses. The fields are those of IAM's
//! policy grammar.
#![allow(missing_docs)]

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::Serialize;

use super::value::{Scope, Value};
use crate::pipeline::iam::{Condition, Grant, Role, Statement as Allowed, Trust};

/// A policy document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument {
    version: &'static str,
    statement: Vec<AnyStatement>,
}

/// A statement of ours, or one of the file's.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum AnyStatement {
    Ours(Statement),
    Declared(Written),
}

/// A statement that the file declares, as it was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    sid: String,
    effect: &'static str,
    action: Vec<String>,
    resource: Vec<String>,
}

/// A statement of a policy document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    pub sid: Cow<'static, str>,
    pub effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<Principal>,
    pub action: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource: Vec<Value>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub condition: IndexMap<&'static str, IndexMap<&'static str, Vec<Value>>>,
}

/// Whom a statement speaks of.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Principal {
    /// Everyone; only ever refused.
    Everyone(&'static str),
    /// A service of AWS's.
    Service {
        #[serde(rename = "Service")]
        service: Value,
    },
    /// An identity provider.
    Federated {
        #[serde(rename = "Federated")]
        federated: Value,
    },
    /// An account.
    Account {
        #[serde(rename = "AWS")]
        account: Value,
    },
    /// Several accounts.
    Accounts {
        #[serde(rename = "AWS")]
        accounts: Vec<Value>,
    },
}

impl Principal {
    /// The stack's own account: everyone in it whom an identity policy allows it.
    pub fn own_account(scope: Scope) -> Self {
        Principal::Account { account: scope.value(&scope.at.root_arn()) }
    }
}

impl PolicyDocument {
    /// A document of these statements.
    pub fn new(statement: Vec<Statement>) -> Self {
        let statement = statement.into_iter().map(AnyStatement::Ours).collect();
        PolicyDocument { version: "2012-10-17", statement }
    }

    /// What a role may do.
    pub fn identity(role: &Role, scope: Scope) -> Self {
        let mut document =
            PolicyDocument::new(role.statements.iter().map(|statement| allowed(statement, scope)).collect());
        document.statement.extend(written(&role.declared));
        document
    }

    /// The most that a role may do: what these statements allow, those of one service and condition as one (a managed policy has
    /// [`MOST_CHARACTERS`] characters), and what the file declares.
    pub fn bounding(statements: &[Allowed], declared: &[crate::config::Declared], scope: Scope) -> Self {
        let mut alike: IndexMap<_, Statement> = IndexMap::new();
        for statement in statements {
            let service = |action: &'static str| action.split(':').next().unwrap_or_default();
            let services: std::collections::BTreeSet<&str> =
                statement.actions.iter().copied().map(service).collect();
            let of_one = allowed(statement, scope);
            // What AWS knows for `*` alone must not make `*` of the rest.
            let is_everything = of_one.resource.contains(&Value::from("*"));
            let services = if is_everything { std::collections::BTreeSet::new() } else { services };
            match alike.entry((services, &statement.conditions)) {
                indexmap::map::Entry::Occupied(mut there) => {
                    let there = there.get_mut();
                    there.action.extend(of_one.action);
                    for resource in of_one.resource {
                        if !there.resource.contains(&resource) {
                            there.resource.push(resource);
                        }
                    }
                }
                indexmap::map::Entry::Vacant(room) => {
                    room.insert(of_one);
                }
            }
        }
        let ours = (1..).zip(alike.into_values()).map(|(number, mut statement)| {
            statement.sid = format!("Most{number}").into();
            statement.action.sort_unstable();
            statement.action.dedup();
            statement
        });
        let mut document = PolicyDocument::new(ours.collect());
        document.statement.extend(written(declared));
        document
    }

    /// Who may assume a role.
    pub fn trust(trust: &Trust, scope: Scope) -> Self {
        let mut action = "sts:AssumeRole";
        let (principal, condition) = match trust {
            Trust::CloudFormation => {
                (Principal::Service { service: Value::from("cloudformation.amazonaws.com") }, IndexMap::new())
            }
            Trust::EventBridge { at, rule } => (
                Principal::Service { service: Value::from("events.amazonaws.com") },
                IndexMap::from([
                    (
                        "StringEquals",
                        IndexMap::from([("aws:SourceAccount", vec![scope.value(&at.account_text())])]),
                    ),
                    (
                        "ArnEquals",
                        IndexMap::from([(
                            "aws:SourceArn",
                            vec![scope.value(&at.arn("events", format!("rule/{rule}")))],
                        )]),
                    ),
                ]),
            ),
            Trust::GitHubActions { at, subjects } => {
                action = "sts:AssumeRoleWithWebIdentity";
                let provider = at.iam_arn("oidc-provider/token.actions.githubusercontent.com");
                let subjects = subjects.iter().map(|subject| Value::from(subject.as_str())).collect();
                let claims = IndexMap::from([
                    ("token.actions.githubusercontent.com:aud", vec![Value::from("sts.amazonaws.com")]),
                    ("token.actions.githubusercontent.com:sub", subjects),
                ]);
                (
                    Principal::Federated { federated: scope.value(&provider) },
                    IndexMap::from([("StringEquals", claims)]),
                )
            }
            Trust::CodePipeline => {
                (Principal::Service { service: Value::from("codepipeline.amazonaws.com") }, IndexMap::new())
            }
            Trust::CodeBuild { at, projects } => (
                Principal::Service { service: Value::from("codebuild.amazonaws.com") },
                IndexMap::from([
                    (
                        "StringEquals",
                        IndexMap::from([("aws:SourceAccount", vec![scope.value(&at.account_text())])]),
                    ),
                    (
                        "ArnEquals",
                        IndexMap::from([(
                            "aws:SourceArn",
                            projects
                                .iter()
                                .map(|name| scope.value(&at.arn("codebuild", format!("project/{name}"))))
                                .collect(),
                        )]),
                    ),
                ]),
            ),
            Trust::Roles { at, roles } => {
                let arns = roles.iter().map(|role| scope.value(role)).collect();
                (
                    Principal::Account { account: scope.value(&at.root_arn()) },
                    IndexMap::from([("ArnEquals", IndexMap::from([("aws:PrincipalArn", arns)]))]),
                )
            }
        };
        PolicyDocument::new(vec![Statement {
            sid: "Trust".into(),
            effect: "Allow",
            principal: Some(principal),
            action: vec![action],
            resource: Vec::new(),
            condition,
        }])
    }
}

fn written(declared: &[crate::config::Declared]) -> impl Iterator<Item = AnyStatement> {
    (1..).zip(declared).map(|(number, declared)| {
        AnyStatement::Declared(Written {
            sid: format!("Declared{number}"),
            effect: "Allow",
            action: declared.actions.clone(),
            resource: declared.resources.clone(),
        })
    })
}

/// Characters of a managed policy, white space not counted (IAM, "IAM and AWS STS quotas").
pub const MOST_CHARACTERS: usize = 6_144;

/// What roles of other accounts may do with a resource, as statements of its policy. `sid` is what they are for; a number
/// tells them apart. `itself` stands where a grant names no resources: nothing, or `*` where the service wants it said.
pub fn granted(sid: &'static str, grants: &[Grant], itself: Option<&str>, scope: Scope) -> Vec<Statement> {
    let values = |texts: &[crate::pipeline::text::Text]| texts.iter().map(|text| scope.value(text)).collect();
    let statement = |(number, grant): (usize, &Grant)| {
        let mut resource: Vec<Value> = values(&grant.resources);
        if resource.is_empty() {
            resource.extend(itself.map(Value::from));
        }
        Statement {
            sid: if number == 1 { sid.into() } else { format!("{sid}{number}").into() },
            effect: "Allow",
            principal: Some(Principal::Accounts { accounts: values(&grant.accounts) }),
            action: grant.actions.clone(),
            resource,
            condition: IndexMap::from([(
                "ArnEquals",
                IndexMap::from([("aws:PrincipalArn", values(&grant.roles))]),
            )]),
        }
    };
    (1..).zip(grants).map(statement).collect()
}

fn allowed(statement: &Allowed, scope: Scope) -> Statement {
    let mut condition: IndexMap<_, IndexMap<_, _>> = IndexMap::new();
    for Condition { operator, key, values } in &statement.conditions {
        let values = values.iter().map(|value| scope.value(value)).collect();
        condition.entry(*operator).or_default().insert(*key, values);
    }
    Statement {
        sid: statement.sid.into(),
        effect: if statement.denies { "Deny" } else { "Allow" },
        principal: None,
        action: statement.actions.to_vec(),
        resource: statement.resources.iter().map(|resource| scope.value(resource)).collect(),
        condition,
    }
}
