//! How a step of a pipeline is written: a `deploy.commands`, or a `migrate`.

use super::super::draft::Migrate;
use super::super::draft::step::{Secret, Step};
use super::{MARK, list, seen};
use crate::document::page::{self, Page};
use crate::document::yaml::YamlError;
use crate::operate::plain;

pub(super) fn step(page: &mut Page, step: &Step) -> Result<(), YamlError> {
    for note in &step.notes {
        page.comment(&format!("{MARK} {}", plain(note)));
    }
    page.line("commands:");
    page.indented(|page| {
        list(page, "run", &step.run)?;
        if !step.variables.is_empty() {
            page.line("variables:");
            page.indented(|page| page.block(&step.variables))?;
        }
        if !step.secrets.is_empty() {
            page.line("secrets:");
            page.indented(|page| {
                step.secrets.iter().try_for_each(|(name, secret)| {
                    let (key, kept) = match secret {
                        Secret::Parameter(name) => ("parameter_store", name),
                        Secret::SecretsManager(arn) => ("secrets_manager", arn),
                    };
                    page.line(&format!("{}:", page::scalar(name)?));
                    page.indented(|page| page.field(key, kept))
                })
            })?;
        }
        if step.privileged {
            page.line("privileged: true");
        }
        Ok(())
    })
}

/// What stands above a migration that was a step of a pipeline.
pub(super) fn migration(page: &mut Page, migrate: &Migrate) {
    page.comment(&format!(
        "{MARK} found in {}, which a machine of the pipeline's ran in the files of the commit. Here it runs in the image of {}: see \
         that the tool is in it, and that the image is given what the command needs.",
        seen(&migrate.place),
        plain(&migrate.service)
    ));
}
