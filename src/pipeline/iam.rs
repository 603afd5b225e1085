//! Roles and their least statements. No statement of branchline's allows a wildcard action.

use super::roles::Known;
use super::text::{Place, Text};
use crate::config::Declared;

/// A role and what it may do.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Its path: `/`, or `/ci/`.
    pub path: String,
    /// Its ARN.
    pub arn: Text,
    /// Whether it exists and is not made.
    pub exists: bool,
    /// Who may assume it.
    pub trust: Trust,
    /// What it may do.
    pub statements: Vec<Statement>,
    /// What else it may do: statements that the file declares, of which branchline knows nothing.
    pub declared: Vec<Declared>,
}

impl Role {
    /// A known role with what it may do.
    pub fn new(known: Known, trust: Trust, statements: Vec<Statement>) -> Self {
        let Known { name, path, arn, exists } = known;
        Role { name, path, arn, exists, trust, statements, declared: Vec::new() }
    }
}

/// Who may assume a role.
#[derive(Clone, Debug)]
pub enum Trust {
    /// CodePipeline. AWS documents no condition for it, and a condition on a key that the service does not send
    /// would lock the pipeline out, so there is none.
    CodePipeline,
    /// CodeBuild, for some projects: one, but where an existing role is that of several.
    CodeBuild {
        /// Where the projects are.
        at: Place,
        /// Their names.
        projects: Vec<String>,
    },
    /// Roles of one account, by ARN. Named through the account's root and narrowed by `aws:PrincipalArn`, since a
    /// policy that names a role which does not exist yet is refused, and pipelines come after environments.
    /// `aws:SourceAccount` is not asked for: it is what services say of themselves, and absent where a role calls.
    Roles {
        /// Where the roles are.
        at: Place,
        /// Their ARNs.
        roles: Vec<Text>,
    },
    /// CloudFormation, which works with the role for whoever may pass it on (AWS CloudFormation user guide, "AWS CloudFormation
    /// service role"; no condition is documented).
    CloudFormation,
    /// EventBridge, for one of its rules (Amazon EventBridge user guide, "Using IAM roles to access resources": `aws:SourceArn`
    /// is the rule, `aws:SourceAccount` its account).
    EventBridge {
        /// Where the rule is.
        at: Place,
        /// Its name.
        rule: String,
    },
    /// Workflows of GitHub Actions, of one repository, for one `sub` each (GitHub, "OIDC reference").
    GitHubActions {
        /// The account whose identity provider is asked.
        at: Place,
        /// What the token's `sub` is: `repo:acme/shop:ref:refs/heads/main`, without wildcards.
        subjects: Vec<String>,
    },
}

/// One statement, which allows or, where it says so, refuses.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its id; says what it is for.
    pub sid: &'static str,
    /// The actions, none with a wildcard.
    pub actions: &'static [&'static str],
    /// The resources. `*` alone only where AWS knows no other.
    pub resources: Vec<Text>,
    /// When it holds.
    pub conditions: Vec<Condition>,
    /// Whether it refuses, whatever else allows. Such a one may name actions by a wildcard.
    pub denies: bool,
}

/// When a statement holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The operator, such as `StringEquals`.
    pub operator: &'static str,
    /// The key, such as `iam:PassedToService`.
    pub key: &'static str,
    /// The values, one of which must match.
    pub values: Vec<Text>,
}

impl Statement {
    /// A statement without conditions.
    pub fn allow(sid: &'static str, actions: &'static [&'static str], resources: Vec<Text>) -> Self {
        Statement { sid, actions, resources, conditions: Vec::new(), denies: false }
    }

    /// A statement without conditions that refuses, whatever others allow.
    pub fn deny(sid: &'static str, actions: &'static [&'static str], resources: Vec<Text>) -> Self {
        Statement { denies: true, ..Statement::allow(sid, actions, resources) }
    }

    /// The same, held only where a condition is true.
    #[must_use]
    pub fn when(mut self, operator: &'static str, key: &'static str, values: Vec<Text>) -> Self {
        self.conditions.push(Condition { operator, key, values });
        self
    }

    /// The same on another's resources as well.
    #[must_use]
    pub fn and_its_resources(mut self, other: Statement) -> Self {
        self.resources.extend(other.resources);
        self
    }
}

/// What roles of other accounts may do with something of ours: a statement of its own policy. Across accounts both sides
/// have to allow, the role's policy and the resource's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The accounts, each as its root's ARN: a policy that names a role which does not exist yet is refused.
    pub accounts: Vec<Text>,
    /// The roles, by which `aws:PrincipalArn` narrows the accounts.
    pub roles: Vec<Text>,
    /// The actions.
    pub actions: Vec<&'static str>,
    /// The resources, where the policy belongs to more than one; else none.
    pub resources: Vec<Text>,
}
