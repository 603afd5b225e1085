//! May a caller do it? As AWS decides: the policies of the caller and those of the resource together, an explicit denial
//! before anything that allows.
//!
//! - In one account either side is enough, but for keys and roles, whose own policy has to let the caller in.
//! - Across accounts both sides have to allow.
//! - A policy that names an account's root lets in whom that account's own policies allow.
//!
//! (IAM user guide, "Policy evaluation logic" and "Cross-account policy evaluation logic"; AWS KMS, "Key policies".)

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::iam::Need;
use super::policy::{Role, Statement, glob};
use super::stacks::{Attached, Stacks};

/// Somebody who calls, under a role.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The role's ARN.
    pub arn: String,
    /// Its account.
    pub account: String,
    /// What its policies say.
    pub statements: Vec<Statement>,
}

impl From<&Role> for Caller {
    fn from(role: &Role) -> Self {
        Caller { arn: role.arn(), account: role.place.account.clone(), statements: role.statements.clone() }
    }
}

/// What all stacks together say about who may do what.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The policies of buckets, keys and repositories.
    pub attached: Vec<Attached>,
    /// The roles by ARN.
    pub roles: BTreeMap<String, Role>,
}

/// How a statement of a resource's policy speaks of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// Not at all.
    Not,
    /// By its account, which decides by its own policies.
    ByAccount,
    /// Itself.
    Itself,
}

impl Authority {
    /// What these stacks say.
    pub fn of<'a>(all: impl IntoIterator<Item = &'a Stacks>) -> Self {
        let mut authority = Authority { attached: Vec::new(), roles: BTreeMap::new() };
        for stacks in all {
            authority.attached.extend(stacks.attached.iter().cloned());
            authority.roles.extend(stacks.roles.values().map(|role| (role.arn(), role.clone())));
        }
        authority
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> &Role {
        self.roles
            .values()
            .find(|role| role.name == name)
            .unwrap_or_else(|| panic!("no role is called {name}"))
    }

    /// Whether the caller may; else why not.
    pub fn decides(&self, caller: &Caller, need: &Need) -> Result<(), String> {
        let (owner, own_policy) = self.resource(need, caller);
        let mut context = need.context.clone();
        context.insert("aws:PrincipalArn".to_owned(), caller.arn.clone());
        context.insert("aws:PrincipalAccount".to_owned(), caller.account.clone());
        context.insert("aws:ResourceAccount".to_owned(), owner.clone());
        context.entry("aws:SecureTransport".to_owned()).or_insert_with(|| "true".to_owned());
        let speaks = |statement: &&Statement| speaks_of(statement, need, &context);
        let who = |statement: &Statement| named(&statement.principal, &caller.arn, &caller.account);
        let denies = |statement: &&Statement| statement.effect == "Deny";

        let line =
            |why: &str| Err(format!("{} may not {} on {}: {why}", caller.arn, need.action, need.resource));
        let of_resource: Vec<&Statement> = own_policy
            .iter()
            .flat_map(|statements| statements.iter())
            .filter(speaks)
            .filter(|statement| who(statement) != Named::Not)
            .collect();
        let of_caller: Vec<&Statement> = caller.statements.iter().filter(speaks).collect();
        if of_resource.iter().chain(&of_caller).any(denies) {
            return line("it is denied");
        }
        let by_identity = !of_caller.is_empty();
        let by_resource = of_resource.iter().map(|statement| who(statement)).max().unwrap_or(Named::Not);
        let same_account = owner == caller.account;
        let lets_itself_in = need.action == "sts:AssumeRole" || need.action.starts_with("kms:");
        let allowed = if need.action == "iam:PassRole" {
            // A role is passed within its account.
            by_identity && same_account
        } else if lets_itself_in || !same_account {
            match by_resource {
                Named::Not => return line("the resource's own policy does not let it in"),
                Named::Itself if same_account => true,
                Named::Itself | Named::ByAccount => by_identity,
            }
        } else {
            by_identity || by_resource == Named::Itself
        };
        if allowed { Ok(()) } else { line("its own policy does not allow it") }
    }

    /// Whether a service of AWS's may assume a role, or use a key.
    pub fn lets_service(&self, service: &str, need: &Need) -> bool {
        let statements: Vec<Statement> = match self.roles.get(&need.resource) {
            Some(role) => role.trust.clone(),
            None => self.attached_to(&need.resource).map(|it| it.statements.clone()).unwrap_or_default(),
        };
        statements.iter().any(|statement| {
            statement.effect == "Allow"
                && statement.principal["Service"] == service
                && speaks_of(statement, need, &need.context)
        })
    }

    /// A resource's account, and its own policy where it has one.
    fn resource(&self, need: &Need, caller: &Caller) -> (String, Option<Vec<Statement>>) {
        if need.resource == "*" {
            return (caller.account.clone(), None);
        }
        if let Some(role) = self.roles.get(&need.resource) {
            let trust = (need.action == "sts:AssumeRole").then(|| role.trust.clone());
            return (role.place.account.clone(), trust);
        }
        if let Some(attached) = self.attached_to(&need.resource) {
            return (attached.owner.clone(), Some(attached.statements.clone()));
        }
        let account = need.resource.split(':').nth(4).unwrap_or_default();
        assert!(!account.is_empty(), "whose is {}?", need.resource);
        (account.to_owned(), None)
    }

    fn attached_to(&self, resource: &str) -> Option<&Attached> {
        self.attached.iter().find(|attached| {
            resource.strip_prefix(&attached.arn).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Every way to make one policy of a resource say less by one entry: what was taken out, and what is left.
    pub fn narrowed(&self) -> Vec<(String, Authority)> {
        let mut all = Vec::new();
        for (index, attached) in self.attached.iter().enumerate() {
            for (number, statement) in attached.statements.iter().enumerate() {
                // What an account's administrators and AWS's own services may do is no call of a pipeline's.
                if statement.effect == "Deny" || statement.sid == "Account" || statement.sid == "Logs" {
                    continue;
                }
                for (what, less) in less(statement) {
                    let mut authority = self.clone();
                    authority.attached[index].statements[number] = less;
                    all.push((format!("{}, {}: {what}", attached.arn, statement.sid), authority));
                }
            }
        }
        all
    }
}

/// A statement without one of its actions, resources, accounts, or values of a condition.
fn less(statement: &Statement) -> Vec<(String, Statement)> {
    let mut all = Vec::new();
    for action in &statement.action {
        let mut less = statement.clone();
        less.action.retain(|it| it != action);
        all.push((action.clone(), less));
    }
    for resource in &statement.resource {
        let mut less = statement.clone();
        less.resource.retain(|it| it != resource);
        // None at all would mean the resource itself.
        less.resource.push("arn:aws:none:::".to_owned());
        all.push((resource.clone(), less));
    }
    for account in accounts(&statement.principal) {
        let mut less = statement.clone();
        let left: Vec<String> =
            accounts(&statement.principal).into_iter().filter(|it| *it != account).collect();
        less.principal = serde_json::json!({ "AWS": left });
        all.push((account, less));
    }
    for (operator, keys) in &statement.condition {
        for (key, values) in keys {
            for value in values {
                let mut less = statement.clone();
                let left = values.iter().filter(|it| *it != value).cloned().collect();
                less.condition.get_mut(operator).expect("an operator").insert(key.clone(), left);
                all.push((format!("{key} {value}"), less));
            }
        }
    }
    all
}

/// Whether a statement speaks of an action on a resource in a context, whoever calls.
fn speaks_of(statement: &Statement, need: &Need, context: &BTreeMap<String, String>) -> bool {
    let on = |pattern: &String| glob(pattern, &need.resource);
    statement.action.iter().any(|action| glob(action, &need.action))
        // A policy that names no resource, as a role's trust, speaks of what it is attached to.
        && (statement.resource.is_empty() || statement.resource.iter().any(on))
        && statement.holds(context)
}

fn named(principal: &Value, arn: &str, account: &str) -> Named {
    if principal == "*" {
        return Named::Itself;
    }
    let partition = arn.split(':').nth(1).expect("an ARN");
    let root = format!("arn:{partition}:iam::{account}:root");
    let one = |named: &String| match named {
        named if named == arn || named == "*" => Named::Itself,
        named if *named == root => Named::ByAccount,
        _ => Named::Not,
    };
    accounts(principal).iter().map(one).max().unwrap_or(Named::Not)
}

/// The `AWS` principals of a statement.
fn accounts(principal: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().expect("a principal").to_owned();
    match &principal["AWS"] {
        Value::Null => BTreeSet::new(),
        Value::Array(all) => all.iter().map(text).collect(),
        one => [text(one)].into(),
    }
}
