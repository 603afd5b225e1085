//! A rule with a pipeline for each branch.

use super::Judge;
use crate::config::PerBranch;
use crate::config::raw::{RawPullRequests, RawRuleMapping};
use crate::diagnostic::{Finding, shown};

/// Branches that may have a pipeline where the file does not say how many. Each makes the policies of the rule's
/// environments longer, and is a stack that somebody has to delete when the branch is gone.
const LIMIT: u16 = 20;

impl Judge<'_> {
    /// What a rule says of its branches.
    pub(super) fn per_branch(&self, key: &str, written: &RawRuleMapping) -> Option<PerBranch> {
        written.per_branch.filter(|is_on| *is_on).map(|_| PerBranch {
            limit: usize::from(written.limit.unwrap_or(LIMIT)),
            place: self.key(&["branches", key, "per_branch"]),
        })
    }

    /// Keys that do not go with `per_branch`, or not without it (code `BL053`).
    pub(super) fn branches_at_odds(&mut self, key: &str, written: &RawRuleMapping) {
        let is_on = written.per_branch == Some(true);
        let is_for_requests = match &written.pull_requests {
            Some(RawPullRequests::Own(is_on)) => *is_on,
            Some(RawPullRequests::To(_)) => true,
            None => false,
        };
        for (other, is_there, reason, help) in [
            (
                "tags",
                written.tags.is_some(),
                "a tag belongs to no branch",
                "take one of the two out, or write two rules",
            ),
            (
                "pull_requests",
                is_for_requests,
                "pull requests are told apart by the branches that they lead to, and those are few",
                "take one of the two out, or write two rules",
            ),
            (
                "name",
                written.name.is_some(),
                "each branch's pipeline has a name of its own, made from the branch's",
                "take `name` out",
            ),
        ] {
            if is_on && is_there {
                let place = self.key(&["branches", key, other]);
                self.report(
                    Finding::error("BL053", place, format!("`{other}` does not go with `per_branch`"))
                        .because(reason)
                        .help(help),
                );
            }
        }
        let prefix = self.raw.name_prefix.as_deref().unwrap_or_default();
        if is_on && prefix.len() > PerBranch::STEM {
            let place = self.key(&["branches", key, "per_branch"]);
            self.report(
                Finding::error("BL053", place, format!("`per_branch` does not go with the prefix {}", shown(prefix)))
                    .because(
                        "the first 20 characters of a pipeline's name tell the artifacts of branches apart, and after so long a prefix \
                         too few are left",
                    )
                    .help("write a `name_prefix` of at most 9 characters, or take `per_branch` out")
                    .related(self.place(&["name_prefix"]), "the prefix"),
            );
        }
        if !is_on && written.limit.is_some() {
            let place = self.key(&["branches", key, "limit"]);
            self.report(
                Finding::error("BL053", place, "`limit` stands without `per_branch`")
                    .because("it limits how many branches have a pipeline of their own, and this rule has one for all")
                    .help("add `per_branch: true`, or take `limit` out"),
            );
        }
    }
}
