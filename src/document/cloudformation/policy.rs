//! Policy documents: what a role may do, who may assume it, what a resource refuses. The fields are those of IAM's
//! policy grammar.
#![allow(missing_docs)]

use indexmap::IndexMap;
use serde::Serialize;

use super::value::{Scope, Value};
use crate::pipeline::iam::{Condition, Role, Statement as Allowed, Trust};
use crate::pipeline::text::Text;

/// A policy document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument {
    version: &'static str,
    statement: Vec<Statement>,
}

/// A statement of a policy document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    pub sid: &'static str,
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
}

impl Principal {
    /// The stack's own account: everyone in it whom an identity policy allows it.
    pub fn own_account() -> Self {
        Principal::Account { account: Scope::Base.value(&Text::iam_arn("root")) }
    }
}

impl PolicyDocument {
    /// A document of these statements.
    pub fn new(statement: Vec<Statement>) -> Self {
        PolicyDocument { version: "2012-10-17", statement }
    }

    /// What a role may do.
    pub fn identity(role: &Role, scope: Scope) -> Self {
        PolicyDocument::new(role.statements.iter().map(|statement| allowed(statement, scope)).collect())
    }

    /// Who may assume a role.
    pub fn trust(trust: &Trust) -> Self {
        let scope = Scope::Base;
        let (principal, condition) = match trust {
            Trust::CodePipeline => {
                (Principal::Service { service: Value::from("codepipeline.amazonaws.com") }, IndexMap::new())
            }
            Trust::CodeBuild { project } => (
                Principal::Service { service: Value::from("codebuild.amazonaws.com") },
                IndexMap::from([
                    (
                        "StringEquals",
                        IndexMap::from([("aws:SourceAccount", vec![Value::reference("AWS::AccountId")])]),
                    ),
                    (
                        "ArnEquals",
                        IndexMap::from([(
                            "aws:SourceArn",
                            vec![scope.value(&Text::arn("codebuild", format!("project/{project}")))],
                        )]),
                    ),
                ]),
            ),
            Trust::Roles(roles) => {
                let arns = roles.iter().map(|role| scope.value(&Text::role_arn(role))).collect();
                (
                    Principal::own_account(),
                    IndexMap::from([("ArnEquals", IndexMap::from([("aws:PrincipalArn", arns)]))]),
                )
            }
        };
        PolicyDocument::new(vec![Statement {
            sid: "Trust",
            effect: "Allow",
            principal: Some(principal),
            action: vec!["sts:AssumeRole"],
            resource: Vec::new(),
            condition,
        }])
    }
}

fn allowed(statement: &Allowed, scope: Scope) -> Statement {
    let mut condition: IndexMap<_, IndexMap<_, _>> = IndexMap::new();
    for Condition { operator, key, values } in &statement.conditions {
        let values = values.iter().map(|value| scope.value(value)).collect();
        condition.entry(*operator).or_default().insert(*key, values);
    }
    Statement {
        sid: statement.sid,
        effect: "Allow",
        principal: None,
        action: statement.actions.to_vec(),
        resource: statement.resources.iter().map(|resource| scope.value(resource)).collect(),
        condition,
    }
}
