//! Families of buildspecs in a report: what is alike, and what differs with each member's lines.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{code, put};
use crate::import::buildspecs::compare::{Comparison, Row, Slot, aligned};
use crate::import::buildspecs::reading::Line;
use crate::operate::plain;

/// Longer lines are not brought under each other word by word.
const LONGEST: usize = 400;

/// What stands for a member that has nothing there.
const NOTHING: &str = "-";

/// For a terminal of so many columns.
pub(super) fn text(families: &[Comparison], width: usize) -> String {
    let mut out = String::new();
    for family in families {
        let names: Vec<String> = family.members.iter().map(|(name, _)| plain(name)).collect();
        put(&mut out, width, &format!("{}: {}", plain(&family.name), names.join(", ")));
        let alike = alike(family);
        if !alike.is_empty() {
            put(&mut out, width, &format!("  alike in all:  {}", alike.join(", ")));
        }
        for row in &family.rows {
            let differs: Vec<&Slot> = row.slots.iter().filter(|slot| !slot.is_alike()).collect();
            if differs.is_empty() {
                continue;
            }
            put(&mut out, width, &format!("  {}", plain(&row.way)));
            for slot in differs {
                let groups = slot.groups();
                let whose: Vec<String> = groups.iter().map(|(_, members)| whose(family, members)).collect();
                let column = whose.iter().map(|one| one.width()).max().unwrap_or_default();
                let texts: Vec<Option<&Line>> = groups.iter().map(|(line, _)| *line).collect();
                for (whose, text) in whose.iter().zip(beside(&texts)) {
                    let gap = " ".repeat(column - whose.width());
                    put(&mut out, width, &format!("    {whose}{gap}  {text}"));
                }
            }
        }
        out.push('\n');
    }
    out
}

/// The keys that are alike, with how many of the lines where it is not all of them.
fn alike(family: &Comparison) -> Vec<String> {
    let shown = family.rows.iter().filter_map(|row| {
        let (alike, all) = (row.alike(), row.slots.len());
        match alike {
            0 => None,
            _ if all == 1 || alike == all => Some(plain(&row.way)),
            _ => Some(format!("{} ({alike} of {all} lines)", plain(&row.way))),
        }
    });
    shown.collect()
}

/// Members with their lines: `develop:12, release:14`.
fn whose(family: &Comparison, members: &[(usize, usize)]) -> String {
    let shown = members.iter().map(|(member, line)| {
        let name = family.members.get(*member).map_or_else(String::new, |(name, _)| plain(name));
        if *line == 0 { name } else { format!("{name}:{line}") }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Lines under each other, so that the same words stand in the same columns.
fn beside(lines: &[Option<&Line>]) -> Vec<String> {
    let texts: Vec<String> =
        lines.iter().map(|line| line.map_or_else(|| NOTHING.to_owned(), |line| plain(line.text()))).collect();
    let there: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_some()).collect();
    if there.len() < 2 || texts.iter().any(|text| text.len() > LONGEST) {
        return texts;
    }
    let words: Vec<Vec<&str>> = there.iter().map(|at| texts[*at].split(' ').collect()).collect();
    // Words that differ and stand in one place are one column: those between words that all have.
    let places = aligned(&words, |_, _| true);
    let mut padded = vec![String::new(); there.len()];
    for place in places {
        let cells: Vec<&str> =
            place.iter().enumerate().map(|(list, at)| at.map_or("", |at| words[list][at])).collect();
        let column = cells.iter().map(|cell| cell.width()).max().unwrap_or_default();
        for (line, cell) in padded.iter_mut().zip(cells) {
            line.push_str(cell);
            line.push_str(&" ".repeat(column - cell.width() + 1));
        }
    }
    let mut out = texts;
    for (at, line) in there.into_iter().zip(padded) {
        line.trim_end().clone_into(&mut out[at]);
    }
    out
}

/// As Markdown: a table for each family.
pub(super) fn markdown(families: &[Comparison]) -> String {
    let mut out = String::new();
    for family in families {
        let _ = write!(out, "\n## {}\n\n", code(&family.name));
        let alike: Vec<String> = alike(family).iter().map(|way| code(way)).collect();
        if !alike.is_empty() {
            let _ = write!(out, "Alike in all: {}.\n\n", alike.join(", "));
        }
        let names: Vec<String> = family.members.iter().map(|(name, _)| code(name)).collect();
        let _ = writeln!(out, "| differs | {} |", names.join(" | "));
        let _ = writeln!(out, "| --- |{}", " --- |".repeat(names.len()));
        for row in &family.rows {
            for slot in row.slots.iter().filter(|slot| !slot.is_alike()) {
                let cells = slot.cells.iter().map(|cell| match cell {
                    Some(line) => format!("{} ({})", code(line.text()), line.line),
                    None => NOTHING.to_owned(),
                });
                let _ = writeln!(out, "| {} | {} |", code(&row.way), cells.collect::<Vec<_>>().join(" | "));
            }
        }
    }
    out
}

/// As data.
pub(super) fn json(families: &[Comparison]) -> Vec<serde_json::Value> {
    let row = |family: &Comparison, row: &Row| {
        let slots = row.slots.iter().map(|slot| {
            let groups = slot.groups().into_iter().map(|(line, members)| {
                let members = members.into_iter().map(|(member, at)| {
                    let name = family.members.get(member).map(|(name, _)| name.as_str());
                    serde_json::json!({ "member": name, "line": (at > 0).then_some(at) })
                });
                serde_json::json!({ "value": line.map(Line::text), "members": members.collect::<Vec<_>>() })
            });
            serde_json::json!({ "alike": slot.is_alike(), "values": groups.collect::<Vec<_>>() })
        });
        serde_json::json!({ "key": row.way, "alike": row.alike() == row.slots.len(), "lines": slots.collect::<Vec<_>>() })
    };
    let shown = families.iter().map(|family| {
        let members =
            family.members.iter().map(|(name, place)| serde_json::json!({ "name": name, "place": place }));
        serde_json::json!({
            "name": family.name,
            "members": members.collect::<Vec<_>>(),
            "keys": family.rows.iter().map(|one| row(family, one)).collect::<Vec<_>>(),
        })
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::buildspecs::secret::Safe;

    #[test]
    fn lines_stand_under_each_other_by_their_words() {
        let line = |text: &str| Line { safe: Safe::of(None, text), line: 1 };
        let (one, other) =
            (line("docker build --target development -t app ."), line("docker build -t app . \u{1b}[31m"));
        assert_eq!(
            beside(&[Some(&one), None, Some(&other)]),
            [
                "docker build --target development -t app .",
                "-",
                "docker build                      -t app . [31m",
            ]
        );
    }
}
