//! The closing table: how many files were generated, how many each judge has validated.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::court::Report;
use crate::tree::Tree;

/// They look into every file whatever it is, so having been seen by them alone does not count.
const SEE_ALL: &[&str] = &["plain secrets", "checkov secrets"];

/// Prints the table past the test harness, which shows a test's own output only when it fails.
pub(crate) fn print(trees: &[Tree], report: &Report) {
    let generated: usize = trees.iter().map(|tree| tree.files().len()).sum();
    let unseen = unseen(trees, report).len();
    let mut lines = vec![String::new(), format!("{:<26}{:>6}{:>10}", "judge", "files", "findings")];
    for (judge, verdict) in &report.judges {
        let findings = report.findings().filter(|finding| finding.judge == judge).count();
        lines.push(format!("{judge:<26}{:>6}{findings:>10}", verdict.seen.len()));
    }
    lines.push(format!("generated {generated} files, validated {}\n", generated - unseen));
    // Whoever has closed stdout does not want the table.
    let _ = io::stdout().write_all(lines.join("\n").as_bytes());
}

/// The generated files that no judge has looked at, as `tree/path`.
pub(crate) fn unseen(trees: &[Tree], report: &Report) -> Vec<String> {
    let judges = report.judges.iter().filter(|(judge, _)| !SEE_ALL.contains(&judge.as_str()));
    let seen: BTreeSet<&(String, String)> = judges.flat_map(|(_, verdict)| &verdict.seen).collect();
    let generated =
        trees.iter().flat_map(|tree| tree.files().into_iter().map(|path| (tree.name.clone(), path)));
    generated.filter(|file| !seen.contains(file)).map(|(tree, path)| format!("{tree}/{path}")).collect()
}

#[test]
fn a_file_that_only_the_search_for_secrets_has_seen_counts_as_unseen() {
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    std::fs::write(folder.path().join("base.yml"), "").expect("a file can be written");
    std::fs::write(folder.path().join("notes.txt"), "").expect("a file can be written");
    let tree = Tree { name: "shop".to_owned(), root: folder.path().to_owned(), only: Vec::new() };
    let report: Report = serde_json::from_value(serde_json::json!({ "judges": {
        "cfn-lint": { "seen": [["shop", "base.yml"]], "findings": [] },
        "plain secrets": { "seen": [["shop", "base.yml"], ["shop", "notes.txt"]], "findings": [] },
    }}))
    .expect("this is a report");
    assert_eq!(unseen(&[tree], &report), ["shop/notes.txt"]);
}
