//! Findings for scripts.

use serde::Serialize;

use super::Finding;
use super::place::Lines;

/// A finding as an object of JSON. The keys and their meaning are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record<'a> {
    /// The stable code, such as `BL012`.
    pub code: &'a str,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// What is wrong, and why, in one line.
    pub message: String,
    /// What to write instead; empty where there is nothing to say.
    pub help: &'a str,
    /// The file as the caller named it; `None` (null) where there is no place.
    pub file: Option<&'a str>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
}

/// One record for each finding, in the order given. `text` is what was read from `file`.
pub fn records<'a>(findings: &'a [Finding], text: &str, file: &'a str) -> Vec<Record<'a>> {
    let lines = Lines::new(text);
    findings
        .iter()
        .map(|finding| {
            let place = finding.place.map(|span| lines.place(span.start));
            let message = match finding.reason.as_str() {
                "" => finding.message.clone(),
                reason => format!("{}: {reason}", finding.message),
            };
            Record {
                code: finding.code,
                severity: finding.severity.to_string(),
                message,
                help: &finding.help,
                file: place.map(|_| file),
                line: place.map(|place| place.line),
                column: place.map(|place| place.column),
            }
        })
        .collect()
}

/// The records as text: a JSON list, indented, ending in a newline.
pub fn render(findings: &[Finding], text: &str, file: &str) -> String {
    render_all(&[(findings, text, file)])
}

/// The same for several files, each with its findings, its text and its name.
pub fn render_all(files: &[(&[Finding], &str, &str)]) -> String {
    let all: Vec<Record> =
        files.iter().flat_map(|(findings, text, file)| records(findings, text, file)).collect();
    // Strings and numbers alone: serialising them cannot fail.
    let mut out = serde_json::to_string_pretty(&all).unwrap_or_default();
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn a_record_has_the_seven_keys_in_order_and_counts_from_one() {
        let finding = Finding::error("BL010", Span { start: 8, end: 9 }, "no").because("why").help("do");
        let json = render(&[finding], "あ: b\nx: y", "branchline.yml");
        let expected = "[\n  {\n    \"code\": \"BL010\",\n    \"severity\": \"error\",\n    \"message\": \"no: why\",\n    \
                        \"help\": \"do\",\n    \"file\": \"branchline.yml\",\n    \"line\": 2,\n    \"column\": 2\n  }\n]\n";
        assert_eq!(json, expected);
    }

    #[test]
    fn a_finding_without_a_place_has_null_for_file_line_and_column() {
        let finding = Finding::error("BL007", None, "the file is empty");
        let json = render(&[finding], "", "branchline.yml");
        for key in ["file", "line", "column"] {
            assert!(json.contains(&format!("\"{key}\": null")), "{json}");
        }
    }
}
