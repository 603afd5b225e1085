//! The report of an import: for a terminal, as Markdown for a pull request, and as data.

mod errands;
mod families;
mod looked_up;

use std::fmt::Write as _;

use serde::Serialize;

use super::attributes::{Guard, Patch};
use super::buildspecs::compare::Comparison;
use super::copilot::pick::list;
use super::draft::Draft;
use super::errand::Errand;
use super::remark::{Place, Remark, Weight};
use crate::diagnostic::hanging;
use crate::operate::{plain, plain_line};

/// All that there is to tell.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is imported, as its own people call it: `Copilot`.
    pub origin: &'static str,
    /// The map.
    pub draft: Draft,
    /// What is to be known, the gravest first.
    pub remarks: Vec<Remark>,
    /// The lines of `.gitattributes` that keep pipeline files apart.
    pub guards: Vec<Guard>,
    /// What takes those lines out, where they can go.
    pub patches: Vec<Patch>,
    /// Whether `merge.ours.driver` is configured in this clone, so that such lines do something at all.
    pub has_driver: bool,
    /// Families of buildspecs, compared.
    pub families: Vec<Comparison>,
}

/// The weights in the order in which they are told, each with its heading.
const SECTIONS: [(Weight, &str); 4] = [
    (Weight::Mistake, "Was wrong before"),
    (Weight::Lost, "Is not carried over"),
    (Weight::Changed, "Is not the same afterwards"),
    (Weight::Kept, "Is carried over"),
];

impl Report {
    /// A report; the remarks are put into their order: by weight, then by place.
    pub fn new(
        origin: &'static str,
        draft: Draft,
        mut remarks: Vec<Remark>,
        guards: Vec<Guard>,
        has_driver: bool,
    ) -> Self {
        remarks.sort_by(|one, other| {
            (one.weight, &one.place, &one.what).cmp(&(other.weight, &other.place, &other.what))
        });
        remarks.dedup();
        Report { origin, draft, remarks, guards, patches: Vec::new(), has_driver, families: Vec::new() }
    }

    /// For a terminal of so many columns.
    pub fn text(&self, width: usize) -> String {
        let mut out = families::text(&self.families, width);
        for rule in &self.draft.rules {
            let was = self.draft.was.word();
            put(&mut out, width, &format!("{}  → {}", plain(&rule.starts()), path(self, &rule.environments)));
            let services = match &rule.services {
                Some(names) => format!(", with {}", plain(&names.join(", "))),
                None => String::new(),
            };
            put(
                &mut out,
                width,
                &format!("  was the {was} {}{services}: {}", plain(&rule.pipeline), shown(&rule.place)),
            );
        }
        for (weight, heading) in SECTIONS {
            let remarks: Vec<&Remark> =
                self.remarks.iter().filter(|remark| remark.weight == weight).collect();
            if remarks.is_empty() {
                continue;
            }
            let _ = write!(out, "\n{heading} ({}):\n", remarks.len());
            for remark in remarks {
                put(&mut out, width, &format!("  -  {}", plain(&remark.what)));
                if let Some(place) = &remark.place {
                    put(&mut out, width, &format!("     {}", shown(place)));
                }
                if !remark.help.is_empty() {
                    put(&mut out, width, &format!("     {}", plain(&remark.help)));
                }
            }
        }
        if !self.guards.is_empty() {
            let _ = write!(out, "\nThe workaround in .gitattributes ({}):\n", self.guards.len());
            for guard in &self.guards {
                put(&mut out, width, &format!("  -  {}", plain(&guard.line)));
                put(&mut out, width, &format!("     {}", shown(&guard.place)));
                put(&mut out, width, &format!("     {}", fate(guard)));
            }
            put(&mut out, width, self.driver());
        }
        for patch in &self.patches {
            put(&mut out, width, &format!("\nWhat takes them out on {}:\n", plain(&list(&patch.branches))));
            for line in patch.patch.lines() {
                // Whole, as `git apply` wants it.
                let _ = writeln!(out, "     {}", plain_line(line));
            }
        }
        errands::text(&mut out, width, &self.draft.errands);
        out
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("# From {} to branchline\n\n", self.origin);
        if !self.draft.rules.is_empty() {
            let was = self.draft.was.word();
            let _ = write!(
                out,
                "| branch | environments | was the {was} | written in |\n| --- | --- | --- | --- |\n"
            );
            for rule in &self.draft.rules {
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | {} |",
                    code(&rule.starts()),
                    cell(&path(self, &rule.environments)),
                    code(&rule.pipeline),
                    cell(&shown(&rule.place))
                );
            }
        }
        out.push_str(&families::markdown(&self.families));
        for (weight, heading) in SECTIONS {
            let remarks = self.remarks.iter().filter(|remark| remark.weight == weight);
            for (at, remark) in remarks.enumerate() {
                if at == 0 {
                    let _ = write!(out, "\n## {heading}\n\n");
                }
                let place =
                    remark.place.as_ref().map(|place| format!(" ({})", shown(place))).unwrap_or_default();
                let help =
                    if remark.help.is_empty() { String::new() } else { format!(": {}", plain(&remark.help)) };
                let _ = writeln!(out, "- [ ] **{}**{}{}", text(&remark.what), text(&place), text(&help));
            }
        }
        for (at, guard) in self.guards.iter().enumerate() {
            if at == 0 {
                out.push_str("\n## The workaround in .gitattributes\n\n");
            }
            let _ = writeln!(
                out,
                "- [ ] {} ({}): {}",
                code(&guard.line),
                text(&shown(&guard.place)),
                fate(guard)
            );
        }
        if !self.guards.is_empty() {
            let _ = write!(out, "\n{}\n", self.driver());
        }
        for patch in &self.patches {
            let lines: Vec<String> = patch.patch.lines().map(plain_line).collect();
            let _ = write!(
                out,
                "\nWhat takes them out on {}:\n\n{}\n",
                text(&list(&patch.branches)),
                fenced("diff", &lines)
            );
        }
        errands::markdown(&mut out, &self.draft.errands);
        out
    }

    /// As data.
    pub fn json(&self) -> serde_json::Value {
        #[derive(Serialize)]
        struct Shown<'r> {
            rules: Vec<serde_json::Value>,
            environments: Vec<serde_json::Value>,
            remarks: &'r [Remark],
            guards: Vec<serde_json::Value>,
            patches: &'r [Patch],
            merge_driver_configured: bool,
            looked_up: serde_json::Value,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            families: Vec<serde_json::Value>,
            steps: &'r [Errand],
        }
        let rules = self.draft.rules.iter().map(|rule| {
            serde_json::json!({
                "key": rule.key, "branch": rule.start.branch, "tags": rule.tags(), "environments": rule.environments, "services": rule.services,
                "pipeline": rule.pipeline, "place": rule.place,
            })
        });
        let environments = self.draft.environments.iter().map(|one| {
            let at = self.draft.places.get(&one.name);
            serde_json::json!({
                "name": one.name, "approval": one.approval, "verify": one.verify, "place": one.place,
                "account": at.and_then(|at| at.account.as_ref()), "region": at.and_then(|at| at.region.as_ref()),
            })
        });
        let guards = self.guards.iter().map(|guard| {
            serde_json::json!({
                "line": guard.line, "pattern": guard.pattern, "removed_by_write": guard.is_ours_to_remove, "place": guard.place,
            })
        });
        let shown = Shown {
            rules: rules.collect(),
            environments: environments.collect(),
            remarks: &self.remarks,
            guards: guards.collect(),
            patches: &self.patches,
            merge_driver_configured: self.has_driver,
            looked_up: looked_up::json(self.draft.looked_up.as_ref()),
            families: families::json(&self.families),
            steps: &self.draft.errands,
        };
        // Structs of text are always JSON.
        serde_json::to_value(shown).unwrap_or_default()
    }

    fn driver(&self) -> &'static str {
        if self.has_driver {
            "merge.ours.driver is configured in this clone, so the lines did something here. Where it is not, they do nothing: git \
             says no word."
        } else {
            "merge.ours.driver is not configured in this clone, so the lines do nothing here: a merge takes the other branch's \
             pipeline, and git says no word."
        }
    }
}

/// JSON with the characters as escapes that are in no ASCII: such stand in its texts alone, and one that turns the direction of writing
/// would show another command than runs.
pub fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// The environments in order, with what each asks for.
fn path(report: &Report, names: &[String]) -> String {
    let asks = |name: &String| report.draft.environments.iter().any(|one| one.name == *name && one.approval);
    let shown = names.iter().map(|name| if asks(name) { format!("{name} (approval)") } else { name.clone() });
    plain(&shown.collect::<Vec<_>>().join(" → "))
}

fn fate(guard: &Guard) -> &'static str {
    if guard.is_ours_to_remove {
        "can go: one map is the same on every branch, and a merge may take it as any other file"
    } else {
        "says more than pipelines, so it is left: look at it"
    }
}

fn shown(place: &Place) -> String {
    match place.branches.as_slice() {
        [] => plain(&place.spot()),
        branches => plain(&format!("{} on {}", place.spot(), list(branches))),
    }
}

fn put(out: &mut String, width: usize, line: &str) {
    out.push_str(&hanging(line, width));
    out.push('\n');
}

/// Text that Markdown takes as it is: what stands in backticks is left alone.
fn text(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in plain_keeping_ends(text).split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        if at % 2 == 1 {
            out.push_str(part);
            continue;
        }
        for one in part.chars() {
            if matches!(one, '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '\\') {
                out.push('\\');
            }
            out.push(one);
        }
    }
    out
}

/// One line, with the space that it begins with.
fn plain_keeping_ends(text: &str) -> String {
    let begin = if text.starts_with(' ') { " " } else { "" };
    format!("{begin}{}", plain(text))
}

/// A span of code, with more backticks around it than stand beside each other in it.
fn code(text: &str) -> String {
    let text = plain(text).replace('|', "\\|");
    let most = text.split(|one| one != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(most + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// A block of code, with a longer fence around it than stands in it.
fn fenced(language: &str, lines: &[String]) -> String {
    let most =
        lines.iter().map(|line| line.len() - line.trim_start_matches('`').len()).max().unwrap_or_default();
    let fence = "`".repeat((most + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}", lines.join("\n"))
}

fn cell(words: &str) -> String {
    text(words)
}

#[cfg(test)]
mod tests;
