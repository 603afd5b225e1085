//! Writes what starts a rule.

use super::list;
use crate::document::page::Page;
use crate::document::yaml::YamlError;
use crate::import::draft::{Filter, Rule, Start};

/// Whether a rule's key says all of it.
pub(super) fn is_key(rule: &Rule) -> bool {
    rule.start == Start::of(rule.key.clone())
}

/// What stands first in a rule: its branch where the key does not say it, or the tags where nothing was said of a branch.
pub(super) fn first(page: &mut Page, rule: &Rule) -> Result<(), YamlError> {
    let Start { branch, tags, .. } = &rule.start;
    if branch.is_empty() {
        filter(page, "tags", tags)?;
    }
    if rule.key != *branch && tags.includes.is_empty() {
        page.field("branch", branch)?;
    }
    Ok(())
}

/// What stands behind a rule's other keys.
pub(super) fn last(page: &mut Page, start: &Start) -> Result<(), YamlError> {
    if !start.branch.is_empty() {
        filter(page, "tags", &start.tags)?;
    }
    filter(page, "paths", &start.paths)?;
    if let Some(mode) = start.mode {
        page.line(&format!("mode: {mode}"));
    }
    Ok(())
}

/// Patterns, if there are any.
pub(super) fn filter(page: &mut Page, key: &str, filter: &Filter) -> Result<(), YamlError> {
    if filter.includes.is_empty() {
        return Ok(());
    }
    if filter.excludes.is_empty() {
        return list(page, key, &filter.includes);
    }
    page.line(&format!("{key}:"));
    page.indented(|page| {
        list(page, "includes", &filter.includes)?;
        list(page, "excludes", &filter.excludes)
    })
}
