//! The answer of `explain` for scripts: `docs/json.md` lists its keys.

use serde_json::{Value, json};

use super::report::{Loss, loss};
use crate::branch_map::pattern::Pattern;
use crate::branch_map::{BranchMap, Entry};
use crate::config::{Config, Event};

/// What a push to a branch would do.
///
/// An object with `branch`, and with `rule`, `pipeline` and `environments` of the first pipeline that starts: null, null and
/// an empty list where none does. `pipelines` has all that start, `lost` the rules that match and do not start, with the
/// rule that starts in place of each; `without_pipeline` is the rule with a pipeline for each branch that has none for this
/// one yet, or null; `pull_requests` and `tags` are what else could start something from this branch.
pub fn json(map: &BranchMap, config: &Config, branch: &str) -> Value {
    let mut answer = answer(map, config, Event::Push, "branch", branch);
    let pull_requests = map.positions_of(Event::PullRequest, branch);
    answer["pull_requests"] = pull_requests.map(|at| started(map, config, &map.entries[at])).collect();
    answer["without_pipeline"] = json!(map.family_without(branch).map(|family| &family.rule));
    // A tag can be set on a commit of any branch.
    answer["tags"] =
        map.entries.iter().filter(|entry| entry.trigger.event == Event::Tag).map(of_tags).collect();
    answer
}

/// The same for a tag, with `tag` in place of `branch` and without `pull_requests` and `tags`.
pub fn json_of_tag(map: &BranchMap, config: &Config, tag: &str) -> Value {
    answer(map, config, Event::Tag, "tag", tag)
}

fn answer(map: &BranchMap, config: &Config, event: Event, key: &str, name: &str) -> Value {
    let starting: Vec<&Entry> = map.positions_of(event, name).map(|at| &map.entries[at]).collect();
    let first = starting.first();
    let of_event = map.entries.iter().filter(|entry| entry.trigger.event == event);
    let lost: Vec<Value> = of_event.filter_map(|entry| Some(lost(entry, loss(map, entry, name)?))).collect();
    json!({
        key: name,
        "rule": first.map(|entry| &entry.rule),
        "pipeline": first.map(|entry| &entry.pipeline),
        "environments": first.map_or(&[][..], |entry| entry.environments.as_slice()),
        "pipelines": starting.into_iter().map(|entry| started(map, config, entry)).collect::<Vec<_>>(),
        "lost": lost,
    })
}

/// A pipeline that starts: what it goes through, for whom it waits there, and whose images it takes.
fn started(map: &BranchMap, config: &Config, entry: &Entry) -> Value {
    let trigger = &entry.trigger;
    let locks: Vec<Value> = entry
        .locked(config)
        .map(|name| json!({ "environment": name, "others": map.beside(entry, name).collect::<Vec<_>>() }))
        .collect();
    json!({
        "rule": entry.rule,
        "pipeline": entry.pipeline,
        "environments": entry.environments,
        "services": entry.services,
        "per_branch": entry.of_branch.is_some(),
        "locks": locks,
        "reuse": entry.reuses(config),
        "paths": { "includes": trigger.paths, "excludes": trigger.paths_excluded },
    })
}

/// A pipeline that tags start.
fn of_tags(entry: &Entry) -> Value {
    let texts = |patterns: &[Pattern]| -> Vec<String> {
        patterns.iter().map(|pattern| pattern.text().to_owned()).collect()
    };
    json!({
        "rule": entry.rule,
        "pipeline": entry.pipeline,
        "includes": texts(&entry.trigger.includes),
        "excludes": texts(&entry.trigger.excludes),
    })
}

/// A rule that matches and does not start: which one starts in its place, or by which pattern it excludes the name itself.
fn lost(entry: &Entry, loss: Loss) -> Value {
    let (to, excluded_by) = match loss {
        Loss::To(winner) => (Some(&winner.rule), None),
        Loss::Excluded(pattern) => (None, Some(pattern)),
    };
    json!({ "rule": entry.rule, "to": to, "excluded_by": excluded_by })
}
