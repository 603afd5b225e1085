//! What `init` says beside the file.

use std::fmt::Write as _;

use crate::init::text::MARK;
use crate::init::{Found, Seen};

/// What was seen, before the questions.
pub(super) fn found(seen: &Seen, found: &Found) -> String {
    let mut lines = vec![format!("branches: {}, it seems", found.flow.word())];
    match &seen.origin {
        Some(Ok(remote)) => lines.push(format!("repository: {} on {}", remote.repository, remote.host)),
        Some(Err(fault)) => lines.push(format!("repository: {fault}")),
        None => lines.push("repository: this folder is in no git repository".to_owned()),
    }
    for service in &found.services {
        match service.seen_in.as_str() {
            "" => lines.push("services: no Dockerfile".to_owned()),
            path => lines.push(format!("service {}: {path}", service.name)),
        }
    }
    lines.extend(found.migrations.iter().map(|tool| format!("migration: {}, {}", tool.tool, tool.seen_in)));
    lines.extend(found.suites.iter().map(|suite| format!("tests: {}, {}", suite.tool, suite.seen_in)));
    if let Some(copilot) = &found.copilot {
        lines.push(format!("copilot/: {}; there is no import of it yet", copilot.told()));
    }
    let mut told = String::from("Seen:\n");
    for line in lines {
        let _ = writeln!(told, "  {line}");
    }
    told + "\nReturn takes what stands in brackets.\n"
}

/// The most that is told of what was not looked at.
const MOST: usize = 8;

/// What was there and not looked at, or not proposed; empty where there is nothing.
pub(super) fn passed_over(seen: &Seen, found: &Found) -> String {
    let mut told = String::new();
    if !found.left_out.is_empty() {
        let _ = writeln!(
            told,
            "more than {} images: {} Dockerfiles are left out, and the file says which, and how to add them",
            found.services.len(),
            found.left_out.len()
        );
    }
    for what in seen.passed_over.iter().take(MOST) {
        let _ = writeln!(told, "not looked at: {what}");
    }
    if let Some(more) = seen.passed_over.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(told, "not looked at: {more} more");
    }
    told
}

/// What comes next.
pub(super) fn next(shown: &str, text: &str) -> String {
    let marked =
        text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(&format!("# {MARK}")));
    let lines: Vec<String> = marked.map(|(number, _)| (number + 1).to_string()).collect();
    let mut told = format!("{shown} is written.\n\nNext:\n");
    if !lines.is_empty() {
        let word = if lines.len() == 1 { "line" } else { "lines" };
        let _ = writeln!(told, "  look at what is marked {MARK} in it: {word} {}", lines.join(", "));
    }
    told + "  branchline check     says what is wrong with it\n  branchline map       shows which branch goes where\n  \
            branchline generate  writes the pipelines, and how to deploy them\n"
}
