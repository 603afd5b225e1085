//! A stack as it stands × the template it should have → what would be done to it.
//!
//! What is told is what a person decides by: which resources come, go, change or are made anew, and what of them. The change set,
//! which AWS makes, has the last word; this is known without writing anything, and names stages and actions.

mod difference;
pub mod drift;
pub mod events;
pub mod leaving;
pub mod plan;
mod replacement;
mod resolve;
pub mod reviewed;
pub mod steps;
pub mod submission;
pub mod tell;
mod template;
pub mod view;
mod waiting;

use std::collections::BTreeMap;

pub use difference::{Difference, differences};
pub use replacement::{FIXED, lost, replaces};
pub use resolve::Stand;
pub use template::{Template, TemplateError};

/// A stack as CloudFormation tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Its status, as AWS calls it: `CREATE_COMPLETE`.
    pub status: String,
    /// Why it has that, where AWS says so.
    pub reason: Option<String>,
    /// The values of its parameters.
    pub parameters: BTreeMap<String, String>,
    /// What it puts out.
    pub outputs: BTreeMap<String, String>,
    /// What it exports, by the export's name.
    pub exports: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether AWS refuses to delete it.
    pub is_protected: bool,
    /// Its ARN: another stack of the same name has another.
    pub id: String,
    /// The ARN of the change set that was carried out last, where one was.
    pub change_set: Option<String>,
    /// When it was updated last, in seconds since 1970; an update without a change set shows only in this.
    pub updated: Option<i64>,
}

impl Standing {
    /// Whether there is only a change set that would make it: no resource stands, and AWS knows no template.
    pub fn is_nothing_yet(&self) -> bool {
        self.status == "REVIEW_IN_PROGRESS"
    }

    /// Whether its resources are gone or about to go: it is being deleted, or was undone because it could not be made. One whose
    /// deletion failed still has some (CloudFormation user guide, "Stack status codes").
    pub fn is_going(&self) -> bool {
        matches!(
            self.status.as_str(),
            "DELETE_IN_PROGRESS" | "DELETE_COMPLETE" | "ROLLBACK_IN_PROGRESS" | "ROLLBACK_COMPLETE"
        )
    }

    /// Whether something is being done to it.
    pub fn is_busy(&self) -> bool {
        self.status.ends_with("_IN_PROGRESS") && !self.is_nothing_yet()
    }

    /// Whether nothing was done to it between this look at it and a later one. Change sets that nobody carried out leave no trace
    /// in what is compared.
    pub fn is_still(&self, later: &Standing) -> bool {
        self.id == later.id
            && self.change_set == later.change_set
            && self.updated == later.updated
            && self.status == later.status
            && !later.is_busy()
    }

    /// Whether the change set of this name was the last that was carried out.
    pub fn came_of(&self, change_set: &str) -> bool {
        // arn:…:changeSet/NAME/ID
        self.change_set.as_deref().and_then(|arn| arn.split('/').nth(1)) == Some(change_set)
    }
}

/// What would be done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// It is not there yet.
    Create,
    /// Some of its properties change; it stays.
    Update,
    /// A property changes that is fixed when a thing is made: another is made, and this one is deleted.
    Replace,
    /// It leaves the stack and is deleted.
    Remove,
    /// It leaves the stack and is kept: its deletion policy says so.
    Release,
}

/// What would be done to one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its name in the stack.
    pub logical: String,
    /// Its type: `AWS::CodePipeline::Pipeline`.
    pub kind: String,
    /// What would be done.
    pub verb: Verb,
    /// What of it changes, where it stays or is replaced.
    pub what: Vec<Difference>,
}

/// What would be done to the resources of a stack, in the order of the new template, what leaves it at the end.
pub fn changes(now: &Template, wanted: &Template) -> Vec<Change> {
    let mut changes = Vec::new();
    for (logical, resource) in wanted.resources() {
        let kind = resource.kind().to_owned();
        let Some(before) = now.resource(logical) else {
            changes.push(Change { logical: logical.clone(), kind, verb: Verb::Create, what: Vec::new() });
            continue;
        };
        let what = differences(before.value(), resource.value());
        if what.is_empty() {
            continue;
        }
        let verb = if replaces(&kind, &what) { Verb::Replace } else { Verb::Update };
        changes.push(Change { logical: logical.clone(), kind, verb, what });
    }
    for (logical, resource) in now.resources() {
        if wanted.resource(logical).is_none() {
            let verb = if resource.is_kept() { Verb::Release } else { Verb::Remove };
            let kind = resource.kind().to_owned();
            changes.push(Change { logical: logical.clone(), kind, verb, what: Vec::new() });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(resources: &str) -> Template {
        Template::read(&format!("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n{resources}"))
            .expect("sound")
    }

    const LOG: &str =
        "  Log:\n    Type: AWS::Logs::LogGroup\n    Properties: { LogGroupName: a, RetentionInDays: 30 }\n";

    #[test]
    fn a_stack_that_somebody_updated_without_a_change_set_is_not_as_it_was() {
        let read = Standing { status: "UPDATE_COMPLETE".to_owned(), updated: Some(1), ..Standing::default() };
        assert!(read.is_still(&read.clone()));
        assert!(!read.is_still(&Standing { updated: Some(2), ..read.clone() }));
        assert!(!read.is_still(&Standing { id: "another".to_owned(), ..read.clone() }));
    }

    #[test]
    fn the_same_template_written_otherwise_changes_nothing() {
        let other = "  Log:\n    Properties:\n      RetentionInDays: 30\n      LogGroupName: \"a\"\n    Type: AWS::Logs::LogGroup\n";
        assert_eq!(changes(&template(LOG), &template(other)), []);
    }

    #[test]
    fn a_name_that_changes_makes_a_thing_anew_and_a_number_does_not() {
        let longer = changes(&template(LOG), &template(&LOG.replace("30", "90")));
        assert_eq!(longer[0].verb, Verb::Update);
        assert_eq!(longer[0].what[0].path, "RetentionInDays");
        let renamed = changes(&template(LOG), &template(&LOG.replace("Name: a", "Name: b")));
        assert_eq!(renamed[0].verb, Verb::Replace);
    }

    #[test]
    fn what_leaves_a_stack_is_deleted_unless_its_policy_keeps_it() {
        let kept = LOG.replace("  Log:\n", "  Log:\n    DeletionPolicy: Retain\n");
        let empty = template("  Other:\n    Type: AWS::SNS::Topic\n");
        let verbs =
            |now: &str| changes(&template(now), &empty).into_iter().map(|one| one.verb).collect::<Vec<_>>();
        assert_eq!(verbs(LOG), [Verb::Create, Verb::Remove]);
        assert_eq!(verbs(&kept), [Verb::Create, Verb::Release]);
    }
}
