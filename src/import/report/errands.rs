//! The switch-over, told.

use std::fmt::Write as _;

use super::{put, text as words};
use crate::import::errand::Errand;
use crate::operate::plain;

/// For a terminal. Commands are not broken into lines, so that they can be taken as they stand.
pub(super) fn text(out: &mut String, width: usize, steps: &[Errand]) {
    if steps.is_empty() {
        return;
    }
    let _ = write!(out, "\nThe switch-over ({} steps):\n", steps.len());
    for (at, step) in steps.iter().enumerate() {
        put(out, width, &format!("{:>4}  {}", at + 1, plain(&step.what)));
        if !step.account.is_empty() {
            put(out, width, &format!("      in {}", plain(&step.account)));
        }
        for command in &step.commands {
            let _ = writeln!(out, "        {}", plain(command));
        }
        put(out, width, &format!("      {}", plain(&step.why)));
    }
}

/// As a task list.
pub(super) fn markdown(out: &mut String, steps: &[Errand]) {
    if steps.is_empty() {
        return;
    }
    out.push_str("\n## The switch-over\n\n");
    for step in steps {
        let account =
            if step.account.is_empty() { String::new() } else { format!(" (in {})", words(&step.account)) };
        let _ = writeln!(out, "- [ ] **{}**{account}: {}", words(&step.what), words(&step.why));
        if step.commands.is_empty() {
            continue;
        }
        let commands: Vec<String> = step.commands.iter().map(|command| plain(command)).collect();
        // More backticks than stand beside each other in any of them, and no fewer than three.
        let most = commands.iter().flat_map(|one| one.split(|letter| letter != '`')).map(str::len).max();
        let fence = "`".repeat(most.unwrap_or_default().max(2) + 1);
        let _ = write!(out, "\n  {fence}sh\n");
        for command in commands {
            let _ = writeln!(out, "  {command}");
        }
        let _ = write!(out, "  {fence}\n\n");
    }
}
