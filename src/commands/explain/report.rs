//! The answer of `explain`, for people and for scripts.

use std::fmt::Write;

use crate::branch_map::{BranchMap, Entry, Family, Trigger, why};
use crate::commands::stages;
use crate::commands::words::{columns, quoted};
use crate::config::{Config, Event};

/// How many of the rules that do not match are named, the nearest ones.
const RULES_NAMED: usize = 5;

/// A branch or a tag that is asked about.
#[derive(Clone, Copy)]
struct Asked<'a> {
    map: &'a BranchMap,
    config: &'a Config,
    event: Event,
    name: &'a str,
}

/// What a push to the branch would do, and why. Ends in a newline.
pub fn report(map: &BranchMap, config: &Config, branch: &str) -> String {
    Asked { map, config, event: Event::Push, name: branch }.report()
}

/// What the tag would do, and why. Ends in a newline.
pub fn report_of_tag(map: &BranchMap, config: &Config, tag: &str) -> String {
    Asked { map, config, event: Event::Tag, name: tag }.report()
}

impl<'a> Asked<'a> {
    fn report(self) -> String {
        let started: Vec<&Entry> =
            self.map.positions_of(self.event, self.name).map(|at| &self.map.entries[at]).collect();
        let mut text = match started.as_slice() {
            [] => self.nothing(),
            [entry] => format!(
                "{} starts the pipeline `{}`.\n\n{}",
                self.change(),
                entry.pipeline,
                self.pipeline(entry)
            ),
            several => {
                let blocks = several
                    .iter()
                    .map(|entry| format!("Pipeline: {}\n{}", entry.pipeline, self.pipeline(entry)));
                let blocks: Vec<String> = blocks.collect();
                format!(
                    "{} starts {} pipelines, which build different services.\n\n{}",
                    self.change(),
                    several.len(),
                    blocks.join("\n")
                )
            }
        };
        let mut lost: Vec<(String, String)> = self.nearest().filter_map(|entry| self.lost(entry)).collect();
        lost.extend(self.families().filter_map(|family| self.lost_by_family(family, &started)));
        if !lost.is_empty() {
            let _ = write!(text, "\nOther rules that match, and leave it alone:\n{}", columns(&lost));
        }
        let others: Vec<(String, &Trigger)> = self.not_matching().collect();
        if !others.is_empty() {
            let heading = if started.is_empty() && lost.is_empty() {
                "The nearest rules, and why they do not match:"
            } else {
                "The other rules do not match:"
            };
            let _ = write!(text, "\n{heading}\n{}", self.reasons(&others));
        }
        text.push_str(&self.pull_requests());
        text.push_str(&self.tags());
        text
    }

    fn change(self) -> String {
        match self.event {
            Event::Tag => format!("The tag `{}`", self.name),
            Event::Push | Event::PullRequest => format!("A push to `{}`", self.name),
        }
    }

    /// Rule, reason, paths and stages of a pipeline that is started.
    fn pipeline(self, entry: &Entry) -> String {
        let mut text = format!("Rule: {}\nWhy:  {}\n", label(entry), self.why(entry));
        text.push_str(&self.files(entry));
        let steps: Vec<(String, String)> = stages::of(self.config, entry)
            .into_iter()
            .enumerate()
            .map(|(at, stage)| (format!("{:>2}  {}", at + 1, stage.name), stage.what))
            .collect();
        let _ = write!(text, "\nWhat happens, in order:\n{}", columns(&steps));
        text.push_str(&self.locked(entry));
        let patched = stages::patched(self.config, entry);
        if !patched.is_empty() {
            let _ =
                writeln!(text, "\nBefore the patches that `overrides` make of {}.", quoted(&patched, "and"));
        }
        let copies = &self.config.copies;
        if !copies.is_empty() {
            let _ = writeln!(
                text,
                "\nBut for what changed copies in .branchline/templates make of the steps {}.",
                quoted(copies, "and")
            );
        }
        text
    }

    /// The environments of a pipeline that have a lock, and the rules whose releases wait for each other there.
    fn locked(self, entry: &Entry) -> String {
        let mut locked = self.map.locked(self.config);
        let rows: Vec<(String, String)> = entry
            .environments
            .iter()
            .filter_map(|name| Some((name.clone(), locked.swap_remove(name.as_str())?)))
            .map(|(name, rules)| (name, rules.into_iter().collect::<Vec<_>>().join(", ")))
            .collect();
        if rows.is_empty() {
            return String::new();
        }
        format!("\nWith a lock, which lets in one release of these rules at a time:\n{}", columns(&rows))
    }

    fn why(self, entry: &Entry) -> String {
        let mut families = self.map.families.iter();
        if let Some(family) = families.find(|family| entry.of_branch.is_some() && family.rule == entry.rule) {
            return format!(
                "{}; each branch has a pipeline of its own, {} of at most {}",
                self.why_in(family),
                family.members.len(),
                family.limit
            );
        }
        let mut includes = entry.trigger.includes.iter();
        includes.find_map(|pattern| why::matching(pattern, self.name)).unwrap_or_default()
    }

    /// Why the name matches a rule with a pipeline for each branch; empty where it does not.
    fn why_in(self, family: &Family) -> String {
        let mut includes = family.trigger.includes.iter();
        includes.find_map(|pattern| why::matching(pattern, self.name)).unwrap_or_default()
    }

    /// Which changed files start a pipeline, where not all do, or where one could think so.
    fn files(self, entry: &Entry) -> String {
        let trigger = &entry.trigger;
        let mut text = String::new();
        if !trigger.paths.is_empty() {
            let _ = write!(text, "When: a file changes that matches {}", quoted(&trigger.paths, "or"));
            if !trigger.paths_excluded.is_empty() {
                let _ =
                    write!(text, ", those that match {} not counted", quoted(&trigger.paths_excluded, "or"));
            }
            text.push('\n');
        } else if trigger.event != Event::Tag {
            let has_paths = |name: &&String| {
                self.config.services.get(*name).is_some_and(|service| !service.paths.is_empty())
            };
            let (with, without): (Vec<&String>, Vec<&String>) = entry.services.iter().partition(has_paths);
            if !with.is_empty() {
                let has = if without.len() == 1 { "has" } else { "have" };
                let without: Vec<String> = without.into_iter().cloned().collect();
                let _ = writeln!(
                    text,
                    "When: any file changes, since {} {has} no `paths`",
                    quoted(&without, "and")
                );
            }
        }
        text
    }

    fn nothing(self) -> String {
        let starts =
            if self.event == Event::Tag { "it starts nothing" } else { "a push to it starts nothing" };
        let matched = self.map.entries.iter().any(|entry| self.is_included(entry));
        let family = self.map.family_without(self.name).filter(|_| self.event == Event::Push);
        let mut text = if let Some(family) = family {
            format!(
                "The rule `{}` has a pipeline for each branch, and none for `{}`: {starts}.\nWhy:  {}\n\
                 If the remote has the branch, `branchline generate --remote` makes its pipeline{}.\n",
                family.rule,
                self.name,
                self.why_in(family),
                if family.members.len() < family.limit {
                    String::new()
                } else {
                    format!(
                        ", once there is room: {} of at most {} have one",
                        family.members.len(),
                        family.limit
                    )
                }
            )
        } else if matched {
            format!("No rule takes `{}`: {starts}.\n", self.name)
        } else {
            format!("No rule matches `{}`: {starts}.\n", self.name)
        };
        let remote = self.name.strip_prefix("origin/").filter(|_| self.event == Event::Push);
        if let Some((name, entry)) = remote.and_then(|name| Some((name, self.map.entry_for(name)?))) {
            let _ = writeln!(
                text,
                "If the branch `{name}` of the remote is meant: that one matches `{}`.",
                entry.pattern
            );
        }
        text
    }

    fn is_included(self, entry: &Entry) -> bool {
        is_included(entry, self.name)
    }

    /// Why a rule that matches is not started: a narrower one takes the name, or the rule itself excludes it.
    fn lost(self, entry: &Entry) -> Option<(String, String)> {
        let loss = loss(self.map, entry, self.name)?;
        let reason = match loss {
            Loss::To(winner) => format!("{}; `{}` is narrower, and wins", self.why(entry), label(winner)),
            Loss::Excluded(pattern) => format!("{}; it excludes `{pattern}`", self.why(entry)),
        };
        Some((label(entry), reason))
    }

    /// The rules for the same kind of change, the one most like the name first; those equally like it in the order of
    /// the file.
    fn nearest(self) -> impl Iterator<Item = &'a Entry> {
        let of_event = self.map.entries.iter().filter(|entry| entry.trigger.event == self.event);
        let mut entries: Vec<(f64, &Entry)> =
            of_event.map(|entry| (strsim::jaro_winkler(&entry.pattern, self.name), entry)).collect();
        entries.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        entries.into_iter().map(|(_, entry)| entry)
    }

    /// The rules with a pipeline for each branch, where it is a push that is asked about.
    fn families(self) -> impl Iterator<Item = &'a Family> {
        self.map.families.iter().filter(move |_| self.event == Event::Push)
    }

    /// Why a rule with a pipeline for each branch leaves a name that it matches to another.
    fn lost_by_family(self, family: &Family, started: &[&Entry]) -> Option<(String, String)> {
        let winner = started.first()?;
        let is_lost = !family.trigger.matches(self.name) && !self.why_in(family).is_empty();
        is_lost.then(|| {
            let reason = format!("{}; `{}` is narrower, and wins", self.why_in(family), label(winner));
            (family.rule.clone(), reason)
        })
    }

    /// The rules that do not match, the one most like the name first, each by its label. One with a pipeline for each branch
    /// counts once.
    fn not_matching(self) -> impl Iterator<Item = (String, &'a Trigger)> {
        let families = self.families().map(|family| (family.pattern(), family.rule.clone(), &family.trigger));
        let entries = self.nearest().filter(|entry| entry.of_branch.is_none());
        let entries = entries.map(|entry| (entry.pattern.as_str(), label(entry), &entry.trigger));
        let mut rules: Vec<(f64, String, &Trigger)> = entries
            .chain(families)
            .filter(|(.., trigger)| !includes(trigger, self.name))
            .map(|(pattern, label, trigger)| (strsim::jaro_winkler(pattern, self.name), label, trigger))
            .collect();
        rules.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
        rules.into_iter().map(|(_, label, trigger)| (label, trigger))
    }

    fn reasons(self, rules: &[(String, &Trigger)]) -> String {
        let (named, more) = rules.split_at(rules.len().min(RULES_NAMED));
        let reason = |(label, trigger): &(String, &Trigger)| {
            let likeness = |pattern: &str| strsim::jaro_winkler(pattern, self.name);
            let nearest = trigger
                .includes
                .iter()
                .max_by(|one, other| likeness(one.text()).total_cmp(&likeness(other.text())));
            let reason = nearest.map(|pattern| why::not_matching(pattern, self.name)).unwrap_or_default();
            (label.clone(), reason)
        };
        let mut text = columns(&named.iter().map(reason).collect::<Vec<_>>());
        if !more.is_empty() {
            let _ = writeln!(text, "  and {} more: `branchline map` lists them all", more.len());
        }
        text
    }

    /// The rules for tags: a tag belongs to no branch, so one on a commit of this branch starts its pipeline all the same.
    fn tags(self) -> String {
        if self.event == Event::Tag {
            return String::new();
        }
        let rules = self.map.entries.iter().filter(|entry| entry.trigger.event == Event::Tag);
        let rows: Vec<(String, String)> =
            rules.map(|entry| (entry.heading(), format!("start `{}`", entry.pipeline))).collect();
        if rows.is_empty() {
            return String::new();
        }
        let (named, more) = rows.split_at(rows.len().min(RULES_NAMED));
        let more = match more.len() {
            0 => String::new(),
            more => format!("  and {more} more: `branchline map` lists them all\n"),
        };
        format!("\nTags start pipelines wherever they are set, here too:\n{}{more}", columns(named))
    }

    /// The pipelines that pull requests to the branch start.
    fn pull_requests(self) -> String {
        if self.event == Event::Tag {
            return String::new();
        }
        let started = self.map.positions_of(Event::PullRequest, self.name);
        started.map(|at| &self.map.entries[at]).fold(String::new(), |mut text, entry| {
            let _ = writeln!(
                text,
                "\nA pull request to `{}` starts the pipeline `{}`, which ends at its tests.",
                self.name, entry.pipeline
            );
            text
        })
    }
}

/// Why a rule that matches a name does not start on it.
#[derive(Clone, Copy)]
pub(super) enum Loss<'a> {
    /// This rule is narrower, matches too, and starts.
    To(&'a Entry),
    /// The rule itself excludes the name, by this pattern.
    Excluded(&'a str),
}

/// Why a rule whose patterns match a name does not start on it; `None` where it starts, or does not match.
///
/// Of several narrower rules that match, only one starts, and that one is named.
pub(super) fn loss<'a>(map: &'a BranchMap, entry: &'a Entry, name: &str) -> Option<Loss<'a>> {
    if !is_included(entry, name) || entry.trigger.matches(name) {
        return None;
    }
    let mut narrower = entry.narrower.iter().map(|at| &map.entries[*at]);
    if let Some(winner) = narrower.find(|narrower| narrower.trigger.matches(name)) {
        return Some(Loss::To(winner));
    }
    let own = entry.trigger.excludes.iter().find(|pattern| pattern.matches(name))?;
    Some(Loss::Excluded(own.text()))
}

fn is_included(entry: &Entry, name: &str) -> bool {
    includes(&entry.trigger, name)
}

fn includes(trigger: &Trigger, name: &str) -> bool {
    trigger.includes.iter().any(|pattern| pattern.matches(name))
}

/// A rule's key, and what starts it where the key does not say so.
fn label(entry: &Entry) -> String {
    if entry.rule == entry.heading() {
        entry.rule.clone()
    } else {
        format!("{} ({})", entry.rule, entry.heading())
    }
}
