//! Differences for people, in the form that `diff -u`, `git apply` and reviewers know.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

/// Lines that are shown around a difference.
const CONTEXT: usize = 3;

/// The unified difference between the text that is there and the text that should be, with three lines of context;
/// `None` is a file that does not exist. Empty when both say the same. Line ends do not count. Colours are ANSI's.
pub fn unified(path: &str, there: Option<&str>, should: Option<&str>, colour: bool) -> String {
    let there_text = there.unwrap_or_default().replace("\r\n", "\n");
    let should_text = should.unwrap_or_default();
    if there_text == should_text && there.is_some() == should.is_some() {
        return String::new();
    }

    let styled = |style: Style| if colour { style } else { Style::new() };
    let head = styled(Style::new().bold());
    let place = styled(AnsiColor::Cyan.on_default());
    let before = there.map_or_else(|| "/dev/null".to_owned(), |_| format!("a/{path}"));
    let after = should.map_or_else(|| "/dev/null".to_owned(), |_| format!("b/{path}"));
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{head}--- {before}{head:#}\n{head}+++ {after}{head:#}");

    let diff = TextDiff::from_lines(there_text.as_str(), should_text);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(out, "{place}{}{place:#}", hunk.header());
        for change in hunk.iter_changes() {
            let style = styled(match change.tag() {
                ChangeTag::Delete => AnsiColor::Red.on_default(),
                ChangeTag::Insert => AnsiColor::Green.on_default(),
                ChangeTag::Equal => Style::new(),
            });
            let line = change.value();
            let _ =
                writeln!(out, "{style}{}{}{style:#}", change.tag(), line.strip_suffix('\n').unwrap_or(line));
            if !line.ends_with('\n') {
                let _ = writeln!(out, "\\ No newline at end of file");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_shown_with_what_stands_around_it() {
        let there = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let should = there.replace("e\n", "E\n");
        assert_eq!(
            unified("base.yml", Some(there), Some(&should), false),
            "--- a/base.yml\n+++ b/base.yml\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n"
        );
    }

    #[test]
    fn a_new_file_comes_from_nowhere_and_a_removed_one_goes_there() {
        assert_eq!(unified("x", None, Some("a\n"), false), "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(unified("x", Some("a\n"), None, false), "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn a_missing_last_newline_is_told() {
        assert_eq!(
            unified("x", Some("a"), Some("a\n"), false),
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"
        );
    }

    #[test]
    fn line_ends_of_windows_are_no_difference() {
        assert_eq!(unified("x", Some("a\r\nb\r\n"), Some("a\nb\n"), false), "");
        let diff = unified("x", Some("a\r\nb\r\n"), Some("a\nc\n"), false);
        assert_eq!(diff, "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    }

    #[test]
    fn colours_are_added_only_when_asked_for() {
        let plain = unified("x", Some("a\n"), Some("b\n"), false);
        let coloured = unified("x", Some("a\n"), Some("b\n"), true);
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
        assert!(coloured.contains("\u{1b}[31m-a\u{1b}[0m\n"), "{coloured:?}");
        assert!(coloured.contains("\u{1b}[32m+b\u{1b}[0m\n"), "{coloured:?}");
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }
}
