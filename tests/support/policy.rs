//! Does a role's policy allow what is needed? As IAM decides it, for the operators that generated policies use.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::iam::Need;
use super::world::Place;

/// A role of a stack.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Its path, with a slash at both ends.
    pub path: String,
    /// Where its stack stands.
    pub place: Place,
    /// What it may do.
    pub statements: Vec<Statement>,
    /// Who may assume it.
    pub trust: Vec<Statement>,
}

/// A statement of a policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Statement {
    /// Its id.
    pub sid: String,
    /// `Allow`.
    pub effect: String,
    /// Whom it speaks of, in a trust policy.
    #[serde(default)]
    pub principal: Value,
    /// The actions.
    pub action: Vec<String>,
    /// The resources.
    #[serde(default)]
    pub resource: Vec<String>,
    /// Operator → key → values.
    #[serde(default)]
    pub condition: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Statement {
    /// Whether every condition holds in a context. A key that the request lacks holds nowhere.
    pub fn holds(&self, context: &BTreeMap<String, String>) -> bool {
        self.condition.iter().all(|(operator, keys)| {
            keys.iter().all(|(key, values)| {
                let matches = |given: &String| {
                    values.iter().any(|value| match operator.as_str() {
                        "StringEquals" | "Bool" => value == given,
                        "ArnEquals" | "ArnLike" => glob(value, given),
                        other => panic!("the operator {other} is not known here"),
                    })
                };
                // Of a key that the request lacks it says nothing.
                if operator == "ForAllValues:StringEquals" {
                    return context.get(key).is_none_or(|given| values.contains(given));
                }
                if operator == "Null" {
                    return values.iter().any(|value| (value == "true") != context.contains_key(key));
                }
                // What is not there is not equal to anything.
                if ["ArnNotEquals", "ArnNotLike"].contains(&operator.as_str()) {
                    return !context
                        .get(key)
                        .is_some_and(|given| values.iter().any(|value| glob(value, given)));
                }
                context.get(key).is_some_and(matches)
            })
        })
    }

    /// The resource entries by which it allows what is needed; none where it does not.
    pub fn allows(&self, need: &Need) -> Vec<&str> {
        assert_eq!(self.effect, "Allow", "{}", self.sid);
        if !self.action.contains(&need.action) || !self.holds(&need.context) {
            return Vec::new();
        }
        self.resource.iter().map(String::as_str).filter(|pattern| glob(pattern, &need.resource)).collect()
    }
}

impl Role {
    /// Its ARN.
    pub fn arn(&self) -> String {
        let Place { account, .. } = &self.place;
        format!("arn:{}:iam::{account}:role{}{}", self.place.partition(), self.path, self.name)
    }

    /// Whether a statement allows what is needed.
    pub fn allows(&self, need: &Need) -> bool {
        self.statements.iter().any(|statement| !statement.allows(need).is_empty())
    }

    /// What is needed and not allowed, as lines.
    pub fn denied(&self, needs: &[Need]) -> Vec<String> {
        let line = |need: &&Need| {
            format!("{} may not {} on {} with {:?}", self.name, need.action, need.resource, need.context)
        };
        needs.iter().filter(|need| !self.allows(need)).map(|need| line(&need)).collect()
    }
}

/// IAM's wildcards: `*` is any text, `?` one character.
pub fn glob(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| glob(rest, &text[at..])),
        '?' => text.chars().next().is_some_and(|one| glob(rest, &text[one.len_utf8()..])),
        same => text.strip_prefix(same).is_some_and(|behind| glob(rest, behind)),
    }
}
