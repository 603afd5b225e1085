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
        document.statement.extend((1..).zip(&role.declared).map(|(number, declared)| {
            AnyStatement::Declared(Written {
                sid: format!("Declared{number}"),
                effect: "Allow",
                action: declared.actions.clone(),
                resource: declared.resources.clone(),
            })
        }));
        document
    }

    /// Who may assume a role.
    pub fn trust(trust: &Trust, scope: Scope) -> Self {
        let (principal, condition) = match trust {
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
            action: vec!["sts:AssumeRole"],
            resource: Vec::new(),
            condition,
        }])
    }
}

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
        effect: "Allow",
        principal: None,
        action: statement.actions.to_vec(),
        resource: statement.resources.iter().map(|resource| scope.value(resource)).collect(),
        condition,
    }
}
