//! The policies of what stands in the pipelines' account and is used from other accounts.

use std::collections::BTreeSet;

use super::Judge;
use crate::diagnostic::Finding;
use crate::pipeline::iam::Grant;
use crate::pipeline::images;
use crate::pipeline::text::Place;

/// Bytes of a bucket's policy (Amazon S3, "Bucket policy size limits": 20 KB).
const BUCKET: usize = 20_480;

/// Bytes of a key's policy (AWS KMS quotas: 32 KB).
const KEY: usize = 32_768;

/// Characters of a repository's policy (ECR's service model, `RepositoryPolicyText`).
const REPOSITORY: usize = 10_240;

/// Characters of what stands in a key's policy for the account itself and for the logs.
const KEY_OWN: usize = 1_800;

/// Characters of what stands in a bucket's policy for everybody.
const BUCKET_OWN: usize = 400;

impl Judge<'_> {
    /// Each environment of another account is named by role, so many of them make long policies (code `BL207`).
    pub(super) fn shared_policies(&mut self) {
        let home = &self.plan.home;
        if self.plan.environments().all(|place| place.account == home.account()) {
            return;
        }
        let mut places = vec![home.clone()];
        places.extend(self.plan.further_places());
        for at in &places {
            let base = self.plan.further_base(at);
            let bucket = BUCKET_OWN + self.grants(&base.bucket_grants);
            if !base.bucket_exists {
                self.shared(bucket, BUCKET, &format!("the artifact bucket in `{}`", at.region()), at);
            }
            let key = KEY_OWN + self.grants(&base.key_grants);
            if base.existing_key.is_none() {
                self.shared(key, KEY, &format!("the artifact key in `{}`", at.region()), at);
            }
        }
        // What a repository's policy says depends on the environments that its pipeline enters, and on nothing else of the rule.
        let mut measured = BTreeSet::new();
        for entry in &self.plan.map.entries {
            if !measured.insert((&entry.environments, &entry.services)) {
                continue;
            }
            for repository in images::repositories(self.plan, entry) {
                let letters = self.grants(&repository.grants);
                let what = format!("the image repository `{}`", repository.name);
                self.shared(letters, REPOSITORY, &what, home);
            }
        }
    }

    fn grants(&self, grants: &[Grant]) -> usize {
        grants.iter().map(|grant| self.size.grant(grant)).sum()
    }

    fn shared(&mut self, letters: usize, most: usize, what: &str, at: &Place) {
        if letters <= most || self.findings.iter().any(|finding| finding.code == "BL207") {
            return;
        }
        let foreign = self.plan.environments().filter(|place| place.account != at.account());
        let place = foreign.last().map(|environment| environment.place);
        self.findings.push(
            Finding::error("BL207", place, format!("the policy of {what} would have {letters} characters"))
                .because(format!(
                    "AWS takes at most {most}, and it names the roles of each environment in another account"
                ))
                .help(
                    "split the environments over two apps, each with a branchline.yml of its own; each app has its own locks, so \
                     no environment may be in both",
                ),
        );
    }
}
