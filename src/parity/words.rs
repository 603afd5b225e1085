//! A comparison for people: a line for each key with the environments that have it, by service; a summary; what to do next.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use super::compare::{Group, Mark, Report, Row};
use super::{Found, Kind, Place};
use crate::diagnostic::{Severity, hanging, shown};

/// How a comparison is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Canvas {
    /// Whether colours are wanted.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// Whether keys are shown that nothing is wrong with.
    pub all: bool,
}

/// The whole of it.
pub fn drawn(report: &Report, canvas: Canvas) -> String {
    let mut out = String::new();
    for group in &report.groups {
        canvas.group(&mut out, group);
    }
    let aside = report.found.iter().filter(|found| !["BL701", "BL702", "BL703"].contains(&found.code));
    for found in aside {
        canvas.aside(&mut out, found);
    }
    canvas.put(&mut out, &summary(report));
    out
}

/// What it comes to, and the next step.
fn summary(report: &Report) -> String {
    let wrong = |code: &str| report.found.iter().filter(|found| found.code == code).count();
    let rows = |is: fn(&Row) -> bool| {
        report.groups.iter().flat_map(|group| &group.rows).filter(|row| is(row)).count()
    };
    let keys = rows(Row::is_wrong);
    if report.has_failed() {
        return "Not everything could be read, so the comparison is not whole. Mend what is named above, and ask again."
            .to_owned();
    }
    let mut out = match (keys, report.groups.len()) {
        (_, 0) => "Nothing stands in two environments, so nothing was compared.".to_owned(),
        (0, _) => "No key is missing.".to_owned(),
        (1, _) => "1 key is not everywhere as it is elsewhere.".to_owned(),
        (keys, _) => format!("{keys} keys are not everywhere as they are elsewhere."),
    };
    if keys > 0 {
        out.push_str(
            " Add each where it is missing, or say under `parity.exceptions` in branchline.yml why it may be: its `key`, \
             `environments` and `reason`.",
        );
    }
    let excepted = rows(|row| !row.is_wrong() && !row.reasons.is_empty());
    if excepted > 0 {
        let (verb, which) = if excepted == 1 { ("is", "1 key") } else { ("are", "keys") };
        let count = if excepted == 1 { String::new() } else { format!("{excepted} ") };
        let _ = write!(
            out,
            " {count}{which} {verb} missing for a reason that is written down; `--all` shows it."
        );
    }
    if wrong("BL705") > 0 {
        out.push_str(" Take out the exceptions that nothing needs.");
    }
    out
}

impl Canvas {
    fn painted(self, text: &str, style: Style) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn put(self, out: &mut String, text: &str) {
        out.push_str(hanging(text, self.width).trim_end());
        out.push('\n');
    }

    fn group(self, out: &mut String, group: &Group) {
        let rows: Vec<&Row> = group.rows.iter().filter(|row| self.all || row.is_wrong()).collect();
        let mut name = harmless(&group.subject.service);
        if let Some(container) = &group.subject.container {
            let _ = write!(name, ", {}", harmless(container));
        }
        let count = group.rows.len();
        let told = if group.beside.is_empty() {
            let same = group.rows.iter().filter(|row| row.is_alike()).count();
            let columns: Vec<String> = group.columns.iter().map(|column| harmless(column)).collect();
            let columns = listed(&columns);
            match (count, same) {
                (1, 1) => format!("1 key, the same in {columns}"),
                (_, same) if same == count => format!("{count} keys, the same in {columns}"),
                _ => format!("{same} of {count} keys are alike in {columns}"),
            }
        } else {
            let lacking = group.rows.iter().filter(|row| row.is_wrong()).count();
            let services: Vec<String> = group.beside.iter().map(|name| harmless(name)).collect();
            let services = listed(&services);
            match lacking {
                0 => format!("lacks nothing that {services} has, whose image it runs"),
                _ => format!("lacks {lacking} of {count} keys of {services}, whose image it runs"),
            }
        };
        let line = hanging(&format!("{name}: {told}"), self.width);
        let (head, rest) = line.split_at(name.len().min(line.len()));
        let _ = writeln!(out, "{}{}", self.painted(head, Style::new().bold()), rest.trim_end());
        let widest =
            rows.iter().map(|row| harmless(&row.key).width()).max().unwrap_or_default().min(self.width / 2);
        for row in &rows {
            self.row(out, group, row, widest);
        }
        out.push('\n');
    }

    fn row(self, out: &mut String, group: &Group, row: &Row, widest: usize) {
        let key = harmless(&row.key);
        let gap = " ".repeat(widest.saturating_sub(key.width()));
        let mut line = format!("  {key}{gap}");
        let start = 2 + key.width().max(widest);
        let mut column = start;
        for (name, mark) in group.columns.iter().zip(&row.marks) {
            let name = harmless(name);
            let cells = 4 + name.width();
            // A mark and its name are one, and not to be torn apart where the line ends.
            if column + cells > self.width && column > start {
                let _ = write!(line, "\n{:start$}", "");
                column = start;
            }
            column += cells;
            match letter(*mark) {
                Some((letter, style)) => _ = write!(line, "  {} {name}", self.painted(letter, style)),
                None => _ = write!(line, "{:cells$}", ""),
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
        let kind = match row.kind {
            Kind::Variable => "variable",
            Kind::Secret | Kind::Both => "secret",
            Kind::Either => "key",
        };
        for (columns, place) in by_place(&row.lacks) {
            let verb = if columns.len() == 1 { "lacks" } else { "lack" };
            self.below(out, &format!("{} {verb} this {kind}: {}", listed(&columns), at(place)));
        }
        for (columns, place) in by_place(&row.plain) {
            let columns = listed(&columns);
            self.below(out, &format!("a variable in {columns}, a secret elsewhere: {}", at(place)));
        }
        if let Some((column, place)) = row.has.first().filter(|_| !row.lacks.is_empty()) {
            self.below(out, &format!("{} has it: {}", harmless(column), at(place)));
        }
        for reason in &row.reasons {
            self.below(out, &format!("may be missing: {}", line_of(reason)));
        }
    }

    /// A line below a key.
    fn below(self, out: &mut String, text: &str) {
        self.put(out, &format!("      {text}"));
    }

    fn aside(self, out: &mut String, found: &Found) {
        let (word, style) = match found.severity {
            Severity::Error => ("error", AnsiColor::Red.on_default().bold()),
            Severity::Warning => ("warning", AnsiColor::Yellow.on_default().bold()),
            Severity::Note => ("note", Style::new().bold()),
        };
        let head = format!("{word}[{}]", found.code);
        let text = hanging(&format!("{head}: {}", line_of(&found.message)), self.width);
        let (before, rest) = text.split_at(head.len().min(text.len()));
        let _ = writeln!(out, "{}{}", self.painted(before, style), rest.trim_end());
        if let Some(place) = &found.place {
            let _ = writeln!(out, "  --> {}", at(place));
        }
        if !found.help.is_empty() {
            self.put(out, &format!("  help:  {}", line_of(&found.help)));
        }
        out.push('\n');
    }
}

/// The columns of each place, in order.
fn by_place(all: &[(String, Place)]) -> Vec<(Vec<String>, &Place)> {
    let mut by_place: Vec<(Vec<String>, &Place)> = Vec::new();
    for (column, place) in all {
        let column = harmless(column);
        match by_place.iter_mut().find(|(_, there)| *there == place) {
            Some((columns, _)) => columns.push(column),
            None => by_place.push((vec![column], place)),
        }
    }
    by_place
}

/// `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        all => all.concat(),
    }
}

/// The letter of a mark. They differ without colours, and each takes one cell. `None` where nothing is to be said.
fn letter(mark: Mark) -> Option<(&'static str, Style)> {
    Some(match mark {
        Mark::Has => ("✓", AnsiColor::Green.on_default()),
        Mark::Lacks => ("·", AnsiColor::Red.on_default().bold()),
        Mark::Excepted => ("–", Style::new().dimmed()),
        Mark::Unknown => ("?", AnsiColor::Yellow.on_default()),
        Mark::Unasked => return None,
    })
}

/// A name from outside, which paints nothing on the reader's terminal.
fn harmless(text: &str) -> String {
    let shown = shown(text);
    shown[1..shown.len() - 1].to_owned()
}

/// A sentence from outside, on one line and whole.
fn line_of(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(whole).collect();
    words.join(" ")
}

/// A word of any length, made harmless.
fn whole(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    // No longer than what is shown whole.
    letters.chunks(40).map(|part| harmless(&part.iter().collect::<String>())).collect()
}

fn at(place: &Place) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}
