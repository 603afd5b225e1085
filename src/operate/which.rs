//! Which pipeline a person means: by its name, its rule's pattern, or a branch.

use crate::branch_map::{BranchMap, Entry};

/// What a name comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// This pipeline.
    One(&'a Entry),
    /// A push to a branch of this name starts several.
    Several(Vec<&'a Entry>),
    /// A rule has a pipeline for each of its branches, and none for this one yet.
    Family(&'a str),
    /// None.
    Nothing,
}

/// The pipeline of a name: the pipeline's own, in AWS or behind the app's; the rule's pattern; or a branch, as `explain`
/// matches it. A name is taken for the first of these that there is.
pub fn which<'a>(map: &'a BranchMap, name: &str) -> Which<'a> {
    let called = |entry: &&Entry| entry.pipeline == name;
    let slug = |entry: &&Entry| entry.slug == name;
    let pattern = |entry: &&Entry| entry.pattern == name || (entry.of_branch.is_none() && entry.rule == name);
    let branch = |entry: &&Entry| entry.matches(name);
    let ways: [&dyn Fn(&&Entry) -> bool; 4] = [&called, &slug, &pattern, &branch];
    for way in ways {
        let found: Vec<&Entry> = map.entries.iter().filter(way).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Which::One(one),
            _ => return Which::Several(found),
        }
    }
    map.family_without(name).map_or(Which::Nothing, |family| Which::Family(&family.rule))
}

/// Whether a start of this pipeline has to name a commit: its source has no branch of its own, but a pattern or tags.
pub fn needs_commit(entry: &Entry) -> bool {
    let exact = entry.trigger.includes.first().and_then(|pattern| pattern.exact());
    entry.trigger.event == crate::config::Event::Tag || exact != Some(entry.branch_name())
}
