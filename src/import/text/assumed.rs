//! What was assumed, as comments of the proposed file, and the tests that are proposed.

use super::super::draft::assumed::{Assumed, Test, Was};
use super::super::draft::{Draft, Migrate};
use super::{MARK, list, seen};
use crate::document::page::{self, Page};
use crate::document::yaml::YamlError;
use crate::operate::plain;

/// The sentences about one entry, each marked.
pub(super) fn notes(page: &mut Page, sentences: Option<&Vec<String>>) {
    for sentence in sentences.into_iter().flatten() {
        page.comment(&plain(&format!("{MARK} {sentence}.")));
    }
}

/// What names in AWS are that nobody has looked up.
pub(super) fn unknown(assumed: &Assumed) -> &'static str {
    match assumed.was {
        Was::Pipeline => {
            "CloudFormation made up the ends of these names, in each environment another one: `aws cloudformation \
             describe-stack-resources` of Copilot's stacks has them. What differs stands under `environments.<name>.services`."
        }
        Was::Buildspec => {
            "no buildspec says the names that begin with CHECK: `aws ecs describe-services` and `describe-task-definition` have \
             them. What differs stands under `environments.<name>.services`."
        }
    }
}

/// Where a migration was found.
pub(super) fn migration(assumed: &Assumed, migrate: &Migrate) -> String {
    match assumed.was {
        Was::Pipeline => format!(
            "{MARK} found in {}, {}. Here it runs once for each environment, before its deploy. Take it out there.",
            seen(&migrate.place),
            if migrate.place.file.contains("buildspec") {
                "where a build ran it"
            } else {
                "where every task of every deploy ran it"
            }
        ),
        Was::Buildspec => format!(
            "{MARK} found in {}, on the build's machine. Here it runs once for each environment, in the new image, before its deploy.",
            seen(&migrate.place)
        ),
    }
}

/// The tests.
pub(super) fn test(page: &mut Page, draft: &Draft) -> Result<(), YamlError> {
    let Some(Test { commands, in_image_of, variables, secrets, notes }) = &draft.assumed.test else {
        return Ok(());
    };
    page.gap();
    self::notes(page, Some(notes));
    page.line("test:");
    page.indented(|page| {
        if let Some(service) = in_image_of {
            page.line("in: image");
            page.field("service", service)?;
        }
        list(page, "commands", commands)?;
        if !variables.is_empty() {
            page.line("variables:");
            page.indented(|page| {
                variables.iter().try_for_each(|(name, value)| page.field(&page::scalar(name)?, value))
            })?;
        }
        if !secrets.is_empty() {
            page.line("secrets:");
            page.indented(|page| {
                secrets.iter().try_for_each(|(name, path)| {
                    page.line(&format!(
                        "{}: {{ parameter_store: {} }}",
                        page::scalar(name)?,
                        page::scalar(path)?
                    ));
                    Ok(())
                })
            })?;
        }
        Ok(())
    })
}
