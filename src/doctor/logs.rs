//! Whether the logs of builds end some day.

use std::collections::BTreeSet;

use super::Examined;
use crate::diagnostic::Finding;
use crate::operate::plain;
use crate::pipeline::text::Place;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let endless = examined.facts.endless.iter().filter(|(_, groups)| !groups.is_empty());
    let finding = |(place, groups): (&Place, &BTreeSet<String>)| {
        let names: Vec<String> = groups.iter().take(3).map(|group| format!("`{}`", plain(group))).collect();
        let more = groups.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (what, keep, whose) = match groups.len() {
            1 => ("log group", "keeps", "its"),
            _ => ("log groups", "keep", "their"),
        };
        Finding::warning(
            "BL940",
            examined.near(place),
            format!("the {what} {}{more} {keep} everything for ever, in {place}", names.join(", ")),
        )
        .because(format!("{whose} stack sets an end; without one what is kept, and paid for, only grows"))
        .help("`branchline plan` shows whether the stack still says so; `aws logs put-retention-policy` sets it by hand")
    };
    endless.map(finding).collect()
}
