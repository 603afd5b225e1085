//! `branchline map`: which branch starts which pipeline, and where it deploys.

use std::collections::BTreeSet;
use std::fmt::Write;

use clap::Args;
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::words::{columns, quoted, some_of};
use super::{Exit, gates, load, stages};
use crate::branch_map::pattern::Pattern;
use crate::branch_map::{BranchMap, Entry, Facts};
use crate::cli::Location;
use crate::config::{Config, Event};
use crate::edge::git::{self, GitError};
use crate::edge::terminal::Terminal;

/// Show which branch starts which pipeline, and the environments it goes through.
///
/// One line for each rule of branchline.yml, in its order, with what narrower rules take from it, the files that start it
/// and the services it builds, where that is not all. A rule with `per_branch: true` has a line for each branch. Inside a git repository it also says which local branches start
/// each rule's pipeline, and which are matched by none: a push to those starts nothing.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    /// Print a JSON list of the pipelines, for scripts.
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let (root, load::Sound { config, map, .. }) = load::load_sound(&arguments.location, terminal)?;
    if arguments.json {
        terminal.result(format_args!("{:#}\n", json(&map, &config)));
    } else {
        let remote = arguments.location.remote.as_ref().map(|name| format!("Branches that `{name}` has now"));
        let listed = arguments.location.branches.is_some().then(|| "Branches, as listed".to_owned());
        if let Some(heading) = remote.or(listed) {
            let known: Vec<&str> = config.branches.iter().map(String::as_str).collect();
            let width = terminal.results_look().width;
            terminal.columns(&told(&map, &config, Some((&heading, &known)), width));
            return Ok(Exit::Done);
        }
        // Without git the map is the same; only the local branches are not listed.
        let facts = match git::facts(&root) {
            Ok(facts) => Some(facts),
            Err(GitError::NoRepository { .. }) => None,
            Err(error) => {
                terminal.message(format_args!("Local branches are not shown: {error}; {}\n", error.hint()));
                None
            }
        };
        terminal.columns(&report(&map, &config, facts.as_ref(), terminal.results_look().width));
    }
    Ok(Exit::Done)
}

/// The map as a table, as wide as the terminal at most, and below it the local branches. Ends in a newline.
pub fn report(map: &BranchMap, config: &Config, git: Option<&Facts>, width: usize) -> String {
    let known = git.map(|git| {
        let is_remote = !git.remote_branches.is_empty();
        (if is_remote { "Branches, local and of `origin`" } else { "Local branches" }, git.known_branches())
    });
    told(map, config, known.as_ref().map(|(heading, known)| (*heading, known.as_slice())), width)
}

/// The same with the branches that are known, below this heading.
fn told(map: &BranchMap, config: &Config, known: Option<(&str, &[&str])>, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(["Branch", "Pipeline", "Environments, in order"]);
    for entry in &map.entries {
        table.add_row([starts(entry, config), entry.pipeline.clone(), entry.promotion(config)]);
    }
    let mut report = String::new();
    for line in table.lines() {
        report.push_str(line.trim_end());
        report.push('\n');
    }
    let documents: BTreeSet<String> =
        map.entries.iter().flat_map(|entry| stages::patched(config, entry)).collect();
    if !documents.is_empty() {
        let documents: Vec<String> = documents.into_iter().collect();
        // Writing to a string does not fail.
        let _ = writeln!(report, "\nBefore the patches that `overrides` make of {}.", documents.join(", "));
    }
    if !config.copies.is_empty() {
        let _ = writeln!(
            report,
            "\nChanged copies in .branchline/templates stand for these steps: {}.",
            config.copies.join(", ")
        );
    }
    if !map.families.is_empty() {
        report.push('\n');
    }
    for family in &map.families {
        let _ = writeln!(
            report,
            "`{}` has a pipeline for each branch: {} of at most {}.",
            family.pattern(),
            family.members.len(),
            family.limit
        );
    }
    report.push_str(&reused(config));
    report.push_str(&locked(map, config));
    if let Some((heading, known)) = known.filter(|(_, known)| !known.is_empty()) {
        report.push('\n');
        report.push_str(&branches(map, known, heading));
    }
    report
}

/// Which rules take images of which others; empty where none does.
fn reused(config: &Config) -> String {
    let takes = config.rules.iter().filter(|rule| !rule.reuse.is_empty());
    takes.enumerate().fold(String::new(), |mut text, (at, rule)| {
        if at == 0 {
            text.push('\n');
        }
        let others = quoted(&rule.reuse, "and");
        // Writing to a string does not fail.
        let _ =
            writeln!(text, "`{}` takes images of {others} where the same files were built there.", rule.key);
        text
    })
}

/// The environments with a lock, the rules whose releases wait for each other there, and what else follows from a lock;
/// empty where there are none.
fn locked(map: &BranchMap, config: &Config) -> String {
    let rows: Vec<(String, String)> = map
        .locked(config)
        .into_iter()
        .map(|(environment, rules)| (environment.to_owned(), some_of(&rules.into_iter().collect::<Vec<_>>())))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "\nWith a lock, which lets in one release of these rules at a time:\n{}{}",
        columns(&rows),
        gates::behind_locks(config)
    )
}

/// What starts a pipeline: the branch, and in lines below it what is left out, which files count, which services are
/// built.
fn starts(entry: &Entry, config: &Config) -> String {
    let notes = entry.notes(config.services.len());
    notes.into_iter().fold(entry.heading(), |mut text, (what, values)| {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {what} {}", values.join(", "));
        text
    })
}

fn branches(map: &BranchMap, branches: &[&str], heading: &str) -> String {
    let mut unmatched: Vec<&str> = Vec::new();
    let mut waiting: Vec<&str> = Vec::new();
    // By rule, in the order of the file: the pipelines of one rule's branches stand side by side.
    let mut matched: IndexMap<&str, Vec<&str>> =
        map.entries.iter().map(|entry| (entry.rule.as_str(), Vec::new())).collect();
    for branch in branches {
        let mut is_matched = false;
        for entry in map.entries_for(branch) {
            matched.entry(&entry.rule).or_default().push(branch);
            is_matched = true;
        }
        if !is_matched {
            let has_rule = map.family_without(branch).is_some();
            if has_rule { &mut waiting } else { &mut unmatched }.push(branch);
        }
    }
    matched.retain(|_, branches| !branches.is_empty());
    let mut lines: Vec<(String, String)> =
        matched.iter().map(|(rule, branches)| ((*rule).to_owned(), some_of(branches))).collect();
    if !waiting.is_empty() {
        lines.push(("no pipeline".to_owned(), some_of(&waiting)));
    }
    if !unmatched.is_empty() {
        lines.push(("no rule".to_owned(), some_of(&unmatched)));
    }
    format!("{heading}:\n{}", columns(&lines))
}

/// The map as a list of pipelines, each with `name`, `rule` (its key), `branch` (the branch or the pattern; null where tags
/// or several branches start it), `per_branch` (whether it is one of several by its rule, for this branch alone),
/// `environments`, `locks` (those of them with a lock: of the pipelines that list the same one, one release at a time goes
/// through it), `gates` (what stands at each of them), `reuse` (the rules whose images it takes) and `triggers`.
pub fn json(map: &BranchMap, config: &Config) -> Value {
    map.entries.iter().map(|entry| pipeline(entry, config)).collect()
}

fn pipeline(entry: &Entry, config: &Config) -> Value {
    let trigger = &entry.trigger;
    let texts = |patterns: &[Pattern]| patterns.iter().map(Pattern::text).map(str::to_owned).collect();
    let names: [Vec<String>; 2] = [texts(&trigger.includes), texts(&trigger.excludes)];
    let of = |event: Event| {
        let [includes, excludes] = if trigger.event == event { names.clone() } else { Default::default() };
        json!({ "includes": includes, "excludes": excludes })
    };
    let branch = match (trigger.event, trigger.includes.as_slice()) {
        (Event::Push | Event::PullRequest, [pattern]) => Some(pattern.text()),
        _ => None,
    };
    json!({
        "name": entry.pipeline,
        "rule": entry.rule,
        "branch": entry.of_branch.as_deref().or(branch),
        "per_branch": entry.of_branch.is_some(),
        "environments": entry.environments,
        "locks": entry.locked(config).collect::<Vec<_>>(),
        "gates": gates::json(config, entry),
        "reuse": entry.reuses(config),
        "triggers": {
            "branches": of(Event::Push),
            "paths": { "includes": trigger.paths, "excludes": trigger.paths_excluded },
            "tags": of(Event::Tag),
            "pull_requests": of(Event::PullRequest),
        },
    })
}
