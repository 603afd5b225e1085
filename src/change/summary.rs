//! What was done, or would be, in few words and in JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::{Change, Kind};
use crate::branch_map::is_of_one_branch;

/// Folders that a listing names; of more, it says how many there are.
const FOLDERS: usize = 20;

/// How many files there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Missing, or new.
    pub add: usize,
    /// Generated from something else.
    pub update: usize,
    /// Up to date.
    pub unchanged: usize,
    /// Edited by hand.
    pub edited: usize,
    /// Not made by branchline.
    pub foreign: usize,
    /// No longer generated.
    pub orphan: usize,
    /// No longer generated, and edited by hand.
    pub orphan_edited: usize,
    /// Staged by a run that was killed.
    pub abandoned: usize,
}

impl Counts {
    /// Files that are to be written.
    pub fn stale(&self) -> usize {
        self.add + self.update + self.edited + self.foreign
    }

    /// Files that should no longer be there.
    pub fn orphans(&self) -> usize {
        self.orphan + self.orphan_edited
    }
}

/// All changes below an output folder. As JSON: `output`, `written`, `pruned`, `counts` and `changes`, a list of
/// `path` and `change` (a [`Kind`]) without what is unchanged.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The command that makes these files.
    #[serde(skip)]
    pub command: &'static str,
    /// The output folder, as the caller wrote it.
    pub output: String,
    /// Whether the files were written; false for a check, a diff and a refusal.
    pub written: bool,
    /// Whether the orphans were removed.
    pub pruned: bool,
    /// How many files there are of each kind.
    pub counts: Counts,
    /// What is not unchanged, in the order in which it was found.
    pub changes: Vec<Change>,
}

impl Summary {
    /// Nothing yet, below this folder.
    pub fn new(output: impl Into<String>) -> Self {
        Summary {
            command: "generate",
            output: output.into(),
            written: false,
            pruned: false,
            counts: Counts::default(),
            changes: Vec::new(),
        }
    }

    /// Counts a change and, when it is one, keeps it.
    pub fn add(&mut self, path: &str, kind: Kind) {
        let counts = &mut self.counts;
        *match kind {
            Kind::Add => &mut counts.add,
            Kind::Update => &mut counts.update,
            Kind::Unchanged => &mut counts.unchanged,
            Kind::Edited => &mut counts.edited,
            Kind::Foreign => &mut counts.foreign,
            Kind::Orphan => &mut counts.orphan,
            Kind::OrphanEdited => &mut counts.orphan_edited,
            Kind::Abandoned => &mut counts.abandoned,
        } += 1;
        if kind != Kind::Unchanged {
            self.changes.push(Change { path: path.to_owned(), kind });
        }
    }

    /// Whether what is there is exactly what should be.
    pub fn is_up_to_date(&self) -> bool {
        self.changes.is_empty()
    }

    /// What was written and removed, by folder; ends in a newline.
    pub fn done(&self) -> String {
        let counts = &self.counts;
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = match counts.stale() {
            0 => writeln!(
                out,
                "{} below {} {} up to date.",
                files(counts.unchanged),
                self.output,
                are(counts.unchanged)
            ),
            stale => {
                let changed = stale - counts.add;
                let detail = match (counts.add, changed) {
                    (_, 0) => "new".to_owned(),
                    (0, _) => "changed".to_owned(),
                    (new, changed) => format!("{new} new, {changed} changed"),
                };
                let rest = match counts.unchanged {
                    0 => String::new(),
                    rest => format!("; {} {} up to date already", files(rest), were(rest)),
                };
                writeln!(out, "Wrote {} below {} ({detail}){rest}.", files(stale), self.output)
            }
        };
        out += &self.listing(|kind| !kind.is_orphan() && kind != Kind::Abandoned);
        if counts.abandoned > 0 {
            let _ = writeln!(
                out,
                "Removed {} that a run had prepared which was then killed.",
                files(counts.abandoned)
            );
        }
        if self.pruned && counts.orphans() > 0 {
            let orphans = counts.orphans();
            let _ = writeln!(out, "Removed {} that {} no longer generated.", files(orphans), are(orphans));
            out += &self.listing(Kind::is_orphan);
        }
        out
    }

    /// What to do next, for the person who has just generated; empty when there is nothing.
    pub fn next_step(&self) -> String {
        let mut out = String::new();
        let orphans = self.counts.orphans();
        if orphans > 0 && !self.pruned {
            let _ = writeln!(
                out,
                "{} below {} {} no longer generated:",
                files(orphans),
                self.output,
                are(orphans)
            );
            out += &self.listing(Kind::is_orphan);
            let _ = writeln!(
                out,
                "`branchline {} --prune` removes them. A stack that was made from them stays until it is deleted.",
                self.command
            );
        }
        out += &self.of_gone_branches();
        if self.counts.stale() > 0 {
            let _ = writeln!(
                out,
                "Next: {}/{} has the commands that deploy the stacks, in their order.",
                self.output.trim_end_matches('/'),
                if self.command == "bootstrap" { "bootstrap.md" } else { "README.md" }
            );
        }
        out
    }

    /// The pipelines that are left of a branch that is gone, or of a rule that was one for each branch; empty without any.
    fn of_gone_branches(&self) -> String {
        let orphans = self.changes.iter().filter(|change| change.kind.is_orphan());
        let folders: BTreeSet<&str> = orphans
            .filter_map(|change| change.path.rsplit_once('/'))
            // Where these two are left over, so is the pipeline; another file may be so in a folder that goes on.
            .filter(|(_, file)| matches!(*file, "pipeline.yml" | "pipeline.json"))
            .map(|(folder, _)| folder)
            .filter(|folder| is_of_one_branch(folder))
            .collect();
        let mut out = String::new();
        let (named, more) = (folders.iter().take(FOLDERS), folders.len().saturating_sub(FOLDERS));
        for folder in named {
            let _ =
                writeln!(out, "The branch of `{folder}` is gone, or no rule has a pipeline for it any more.");
        }
        if more > 0 {
            let _ = writeln!(out, "So it is with {more} more.");
        }
        if !folders.is_empty() {
            let _ = writeln!(
                out,
                "Their stacks go on working until they are deleted: {}/README.md says how.",
                self.output.trim_end_matches('/')
            );
        }
        out
    }

    /// How far what is there is from what should be, in one line; ends in a newline.
    pub fn difference(&self) -> String {
        let counts = &self.counts;
        if self.is_up_to_date() {
            return format!(
                "{} below {} {} up to date.\n",
                files(counts.unchanged),
                self.output,
                are(counts.unchanged)
            );
        }
        let details: Vec<String> = [
            (counts.add, "missing"),
            (counts.update, "out of date"),
            (counts.edited, "edited by hand"),
            (counts.foreign, "not made by branchline"),
            (counts.orphan, "no longer generated"),
            (counts.orphan_edited, "no longer generated but edited by hand"),
            (counts.abandoned, "left by a run that was killed"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        let total = self.changes.len();
        format!(
            "{} below {} {} what branchline.yml says: {}.\n",
            files(total),
            self.output,
            if total == 1 { "is not" } else { "are not" },
            details.join(", ")
        )
    }

    /// Which files need a word of their own and what brings all up to date, for the person who was shown the
    /// differences; empty when there are none.
    pub fn remedy(&self) -> String {
        let mut out = self.refusal();
        if self.counts.orphan > 0 {
            let _ = write!(out, "no longer generated:\n{}", self.listing(|kind| kind == Kind::Orphan));
        }
        out += &self.of_gone_branches();
        if self.counts.abandoned > 0 {
            let _ = write!(
                out,
                "left by a run that was killed, of no use to anybody:\n{}",
                self.listing(|kind| kind == Kind::Abandoned)
            );
        }
        if self.changes.iter().any(|change| change.kind.needs_force()) {
            out += "Put what was written by hand into branchline.yml, or move the files away: without `--force`, they \
                    are not replaced.\n";
        }
        if !self.is_up_to_date() {
            let prune = if self.counts.orphans() > 0 { " --prune" } else { "" };
            let needs_force = self.changes.iter().any(|change| change.kind.needs_force());
            let first = if needs_force { "when that is done, " } else { "" };
            let _ =
                writeln!(out, "Next: {first}`branchline {}{prune}`, then commit the result.", self.command);
        }
        out
    }

    /// The files that would lose what cannot be generated again, by reason; ends in a newline.
    pub fn refusal(&self) -> String {
        let mut out = String::new();
        for (reason, kinds) in [
            ("edited by hand", &[Kind::Edited, Kind::OrphanEdited][..]),
            ("not made by branchline", &[Kind::Foreign][..]),
        ] {
            let listing = self.listing(|kind| kinds.contains(&kind));
            if !listing.is_empty() {
                let _ = write!(out, "{reason}:\n{listing}");
            }
        }
        out
    }

    /// The files of some kinds, a line for each folder.
    pub fn listing(&self, wanted: impl Fn(Kind) -> bool) -> String {
        let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| wanted(change.kind)) {
            let at = change.path.rfind('/').map_or(0, |slash| slash + 1);
            let (folder, file) = change.path.split_at(at);
            folders.entry(folder).or_default().push(file);
        }
        let width = folders.keys().take(FOLDERS).map(|folder| folder.len()).max().unwrap_or_default();
        let mut out = String::new();
        for (folder, files) in folders.iter().take(FOLDERS) {
            let _ = match *folder {
                "" => writeln!(out, "  {}", files.join(", ")),
                folder => writeln!(out, "  {folder:width$}  {}", files.join(", ")),
            };
        }
        if let Some(more @ 1..) = folders.len().checked_sub(FOLDERS) {
            let _ = writeln!(out, "  and {more} more {}", if more == 1 { "folder" } else { "folders" });
        }
        out
    }
}

/// `1 file`, `2 files`.
fn files(count: usize) -> String {
    format!("{count} {}", if count == 1 { "file" } else { "files" })
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn were(count: usize) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(changes: &[(&str, Kind)]) -> Summary {
        let mut summary = Summary::new("pipelines");
        for (path, kind) in changes {
            summary.add(path, *kind);
        }
        summary
    }

    #[test]
    fn what_was_written_is_told_by_folder() {
        let mut summary = summary(&[
            ("README.md", Kind::Add),
            ("base.yml", Kind::Update),
            ("environments/dev.yml", Kind::Unchanged),
            ("shop-develop/pipeline.yml", Kind::Add),
            ("shop-develop/pipeline.json", Kind::Add),
            ("shop-old/pipeline.yml", Kind::Orphan),
        ]);
        assert_eq!(
            summary.done(),
            "Wrote 4 files below pipelines (3 new, 1 changed); 1 file was up to date already.\n\
             \x20 README.md, base.yml\n\
             \x20 shop-develop/  pipeline.yml, pipeline.json\n"
        );
        assert_eq!(
            summary.next_step(),
            "1 file below pipelines is no longer generated:\n\
             \x20 shop-old/  pipeline.yml\n\
             `branchline generate --prune` removes them. A stack that was made from them stays until it is deleted.\n\
             Next: pipelines/README.md has the commands that deploy the stacks, in their order.\n"
        );
        summary.pruned = true;
        assert!(
            summary
                .done()
                .ends_with("Removed 1 file that is no longer generated.\n  shop-old/  pipeline.yml\n")
        );
        assert!(!summary.next_step().contains("--prune"));
    }

    #[test]
    fn where_nothing_changed_nothing_is_listed() {
        let summary = summary(&[("base.yml", Kind::Unchanged), ("README.md", Kind::Unchanged)]);
        assert!(summary.is_up_to_date());
        assert_eq!(summary.done(), "2 files below pipelines are up to date.\n");
        assert_eq!(summary.difference(), "2 files below pipelines are up to date.\n");
        assert_eq!(summary.next_step(), "");
    }

    #[test]
    fn a_difference_counts_each_kind() {
        let summary = summary(&[
            ("a", Kind::Add),
            ("b", Kind::Update),
            ("c", Kind::Update),
            ("d", Kind::Edited),
            ("e", Kind::Foreign),
            ("f", Kind::Orphan),
            ("g", Kind::OrphanEdited),
        ]);
        assert_eq!(
            summary.difference(),
            "7 files below pipelines are not what branchline.yml says: 1 missing, 2 out of date, 1 edited by hand, \
             1 not made by branchline, 1 no longer generated, 1 no longer generated but edited by hand.\n"
        );
        assert_eq!(summary.refusal(), "edited by hand:\n  d, g\nnot made by branchline:\n  e\n");
    }

    #[test]
    fn the_remedy_tells_what_brings_the_files_up_to_date() {
        assert_eq!(summary(&[("a", Kind::Unchanged)]).remedy(), "");
        let stale = summary(&[("a", Kind::Add), ("b", Kind::Update)]);
        assert_eq!(stale.remedy(), "Next: `branchline generate`, then commit the result.\n");
        let all = summary(&[("a", Kind::Edited), ("b", Kind::Orphan)]);
        assert_eq!(
            all.remedy(),
            "edited by hand:\n  a\nno longer generated:\n  b\n\
             Put what was written by hand into branchline.yml, or move the files away: without `--force`, they are not \
             replaced.\n\
             Next: when that is done, `branchline generate --prune`, then commit the result.\n"
        );
    }

    #[test]
    fn a_long_listing_is_cut() {
        let mut summary = Summary::new("pipelines");
        for number in 0..22 {
            summary.add(&format!("p{number:02}/pipeline.yml"), Kind::Add);
        }
        let listing = summary.listing(|_| true);
        assert_eq!(listing.lines().count(), 21, "{listing}");
        assert!(listing.ends_with("  p19/  pipeline.yml\n  and 2 more folders\n"), "{listing}");
    }

    #[test]
    fn the_json_has_what_a_script_needs() {
        let summary = summary(&[("base.yml", Kind::OrphanEdited), ("README.md", Kind::Unchanged)]);
        assert_eq!(
            serde_json::to_value(&summary).unwrap(),
            serde_json::json!({
                "output": "pipelines", "written": false, "pruned": false,
                "counts": {
                    "add": 0, "update": 0, "unchanged": 1, "edited": 0, "foreign": 0, "orphan": 0, "orphan_edited": 1, "abandoned": 0
                },
                "changes": [{ "path": "base.yml", "change": "orphan_edited" }]
            })
        );
    }
}
