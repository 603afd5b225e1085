//! The roles that write locks: how many there are, and how long their policies are.

use super::{FEWER_RULES, Judge};
use crate::diagnostic::Finding;
use crate::pipeline::lock;

/// Locks of one app. Each has a role in the base stack, where the bucket, its policy, the key, its alias, the connection and
/// the artifact bucket stand beside them, and a stack has at most 500 resources (AWS CloudFormation quotas).
const LOCKS: usize = 490;

impl Judge<'_> {
    /// Too many of them (code `BL222`), or one that names too many pipelines (code `BL203`).
    pub(super) fn locks(&mut self) {
        let plan = self.plan;
        let locked: Vec<_> = plan.environments().filter(|place| place.lock.is_some()).collect();
        let longest = locked.iter().max_by_key(|place| {
            plan.entering(place).iter().map(|entry| entry.pipeline.len() + 64).sum::<usize>()
        });
        if let Some((place, role)) = longest.and_then(|place| Some((place, lock::holder(plan, place)?))) {
            self.policy(&role, place.place, FEWER_RULES);
        }
        let count = locked.len();
        if let Some(first) = locked.get(LOCKS) {
            self.findings.push(
                Finding::error("BL222", first.place, format!("{count} environments would have a lock"))
                    .because(format!("each has a role in the base stack, which takes {LOCKS} of them"))
                    .help("split the environments over two apps, each with a branchline.yml of its own"),
            );
        }
    }
}
