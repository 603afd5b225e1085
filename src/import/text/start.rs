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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::remark::Place;

    /// What stands in the rule `key`, with its environments left out.
    fn written(key: &str, start: Start) -> String {
        let place = Place { file: "map.yml".to_owned(), branches: Vec::new(), line: 1, column: 1 };
        let rule = Rule {
            key: key.to_owned(),
            start,
            environments: Vec::new(),
            services: None,
            pipeline: key.to_owned(),
            place,
        };
        let mut page = Page::default();
        first(&mut page, &rule).unwrap();
        page.line("-");
        last(&mut page, &rule.start).unwrap();
        page.text()
    }

    #[test]
    fn each_key_of_a_start_stands_once() {
        let only = |pattern: &str| Filter { includes: vec![pattern.to_owned()], excludes: Vec::new() };
        let start = Start { paths: only("api/a"), mode: Some("superseded"), ..Start::of("release") };
        let text = written("shop", start);
        assert_eq!(text, "branch: release\n-\npaths:\n  - api/a\nmode: superseded\n");
        assert_eq!(written("release", Start::of("release")), "-\n");
        let tags = Filter { includes: vec!["v1".to_owned()], excludes: vec!["v2".to_owned()] };
        let start = Start { tags: tags.clone(), ..Start::default() };
        let keys = "tags:\n  includes:\n    - v1\n  excludes:\n    - v2\n";
        assert_eq!(written("shop", start), format!("{keys}-\n"));
        assert_eq!(written("shop", Start { tags, ..Start::of("release") }), format!("-\n{keys}"));
    }
}
