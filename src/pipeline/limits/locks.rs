//! Locks of environments: how many there are, and what each is told.

use super::{Judge, VARIABLE};
use crate::diagnostic::Finding;
use crate::pipeline::lock;

/// Locks of environments in other accounts or regions. Each has a role in the base stack, where a few things stand beside
/// them, and a stack has at most 500 resources (AWS CloudFormation quotas).
const LOCKS: usize = 490;

/// Bytes of a bucket's policy (Amazon S3, "Bucket policy size limits": 20 KB).
const BUCKET: usize = 20_480;

/// Characters of what the policy of the locks' bucket says beside who writes there, with the longest names of bucket and path.
const BUCKET_OWN: usize = 3_500;

impl Judge<'_> {
    /// Too many of them for the base stack, or for the policy of their bucket, which names the roles that exist (code `BL222`), or
    /// one that more pipelines share than its project can be told (code `BL204`): a role that exists and is that of all
    /// pipelines does not bound them.
    pub(super) fn locks(&mut self) {
        let plan = self.plan;
        let afar: Vec<_> = plan.environments().filter(|place| lock::is_held_from_afar(plan, place)).collect();
        if let Some(beyond) = afar.get(LOCKS) {
            let message =
                format!("{} environments in other accounts or regions would have a lock", afar.len());
            self.findings.push(
                Finding::error("BL222", beyond.place, message)
                    .because(format!("each has a role in the base stack, which takes {LOCKS} of them"))
                    .help("split the environments over two apps, each with a branchline.yml of its own"),
            );
        }
        let writers = lock::writers(plan);
        let mut room = BUCKET - BUCKET_OWN;
        let beyond = writers.iter().position(|arn| {
            // Two quotes and a comma.
            let left = room.checked_sub(self.size.text(arn) + 3);
            room = left.unwrap_or_default();
            left.is_none()
        });
        if let Some(most) = beyond {
            let last = plan.environments().filter(|place| place.lock.is_some()).last();
            let message = format!("{} roles would write locks", writers.len());
            self.findings.push(
                Finding::error("BL222", last.map(|place| place.place), message)
                    .because(format!(
                        "they exist, so the policy of the bucket names each, and of at most {BUCKET} bytes it has room for {most}"
                    ))
                    .help("split the environments over two apps, each with a branchline.yml of its own"),
            );
        }
        for place in plan.environments().filter(|place| place.lock.is_some()) {
            let entering = plan.entering(place);
            let letters = entering.iter().map(|entry| entry.pipeline.len() + 1).sum::<usize>();
            let is_told = self.findings.iter().any(|finding| finding.code == "BL204");
            if letters > VARIABLE && !is_told {
                let message = format!("{} pipelines would deploy to `{}`", entering.len(), place.name);
                self.findings.push(
                    Finding::error("BL204", place.place, message)
                        .because(format!(
                            "its lock is told their names in one variable of {letters} characters, and CodeBuild takes {VARIABLE}"
                        ))
                        .help("let one rule with a pattern stand for several of the branches"),
                );
            }
        }
    }
}
