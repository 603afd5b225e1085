//! What exists already: whether it is where it is needed.

use indexmap::IndexMap;

use super::Judge;
use crate::config::raw::{RawEnvironment, RawExistingBucket, RawExistingKey, RawExistingRole};
use crate::config::{Artifacts, EnvironmentRoles, Existing, PipelineRoles, Written};
use crate::diagnostic::{Finding, Span, shown};

impl Judge<'_> {
    /// What of the pipelines' own account exists (codes `BL095` to `BL097`).
    pub(super) fn existing(&mut self) -> Existing {
        let raw = self.raw;
        let account = raw.pipelines.account.as_str();
        let roles = raw.roles.as_ref().map_or_else(PipelineRoles::default, |roles| PipelineRoles {
            pipeline: self.role(roles.pipeline.as_ref(), account, &["roles", "pipeline"]),
            build: self.role(roles.build.as_ref(), account, &["roles", "build"]),
            test: self.role(roles.test.as_ref(), account, &["roles", "test"]),
            compare: self.role(roles.compare.as_ref(), account, &["roles", "compare"]),
        });
        Existing { artifacts: self.artifacts(), roles }
    }

    /// The roles of an environment that exist.
    pub(super) fn environment_roles(&mut self, name: &str, written: &RawEnvironment) -> EnvironmentRoles {
        let account = written.account.as_ref().unwrap_or(&self.raw.pipelines.account);
        let above = ["environments", name, "roles"];
        let path = |key| [above.as_slice(), &[key]].concat();
        written.roles.as_ref().map_or_else(EnvironmentRoles::default, |roles| EnvironmentRoles {
            deploy: self.role(roles.deploy.as_ref(), account, &path("deploy")),
            migrate: self.role(roles.migrate.as_ref(), account, &path("migrate")),
            keep: self.role(roles.keep.as_ref(), account, &path("keep")),
            lock: self.role(roles.lock.as_ref(), account, &path("lock")),
            guard: self.role(roles.guard.as_ref(), account, &path("guard")),
            record: self.role(roles.record.as_ref(), account, &path("record")),
            lock_holder: self.role(
                roles.lock_holder.as_ref(),
                &self.raw.pipelines.account,
                &path("lock_holder"),
            ),
            snapshot: self.role(roles.snapshot.as_ref(), account, &path("snapshot")),
            verify: self.role(roles.verify.as_ref(), account, &path("verify")),
        })
    }

    /// The name of a repository that exists, given by name or ARN. The ARN has to be of the pipelines' own account and
    /// region: builds push there, and a registry elsewhere has endpoints and policies of its own.
    pub(super) fn existing_repository(&mut self, service: &str, text: &str) -> String {
        let Some((place, name)) = text.split_once(":repository/") else { return text.to_owned() };
        let mut parts = place.split(':').skip(3);
        let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let home = &self.raw.pipelines;
        if (region, account) != (home.region.as_str(), home.account.as_str()) {
            let span = self.place(&["services", service, "repository", "existing"]);
            self.report(
                Finding::error(
                    "BL095",
                    span,
                    format!("the repository is in the account `{account}`, region `{region}`"),
                )
                .because(format!(
                    "the builds push to the registry of the pipelines, in `{}`, region `{}`",
                    home.account, home.region
                ))
                .help("name a repository there; ECR can replicate it to other accounts and regions"),
            );
        }
        name.to_owned()
    }

    fn artifacts(&mut self) -> IndexMap<String, Artifacts> {
        let raw = self.raw;
        let mut all = IndexMap::new();
        let Some(written) = &raw.artifacts else { return all };
        let home = raw.pipelines.region.as_str();
        all.insert(
            home.to_owned(),
            self.store(home, written.bucket.as_ref(), written.key.as_ref(), &["artifacts"]),
        );
        for (region, store) in written.regions.iter().flatten() {
            let above = ["artifacts", "regions", region.as_str()];
            let place = self.key(&above);
            let is_used = raw.environments.values().any(|place| place.region.as_ref() == Some(region));
            if region == home {
                self.report(
                    Finding::error("BL096", place, format!("`{region}` is the pipelines' own region"))
                        .because("`regions` is for the others, so what stands here would not be used")
                        .help("write its `bucket` and `key` under `artifacts` itself"),
                );
            } else if !is_used {
                self.report(
                    Finding::error("BL096", place, format!("no environment is in `{region}`"))
                        .because("artifacts lie in the regions of the pipelines and of the environments, so this would not be used")
                        .help("take it out, or give an environment this `region`"),
                );
            } else {
                let store = self.store(region, store.bucket.as_ref(), store.key.as_ref(), &above);
                all.insert(region.clone(), store);
            }
        }
        self.one_region_each(&all);
        all
    }

    fn store(
        &mut self,
        region: &str,
        bucket: Option<&RawExistingBucket>,
        key: Option<&RawExistingKey>,
        above: &[&str],
    ) -> Artifacts {
        let at = |judge: &Self, key| judge.place(&[above, &[key, "existing"]].concat());
        let bucket = bucket.map(|one| Written { text: one.existing.clone(), place: at(self, "bucket") });
        let key = key.map(|one| Written { text: one.existing.clone(), place: at(self, "key") });
        if let Some(key) = &key {
            self.key_is_near(key, region);
        }
        Artifacts { bucket, key }
    }

    /// A key encrypts in its own region, and the base's account is that of the pipelines.
    fn key_is_near(&mut self, key: &Written, region: &str) {
        let account = &self.raw.pipelines.account;
        let mut parts = key.text.split(':').skip(3);
        let (its_region, its_account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if its_region != region {
            self.report(
                Finding::error(
                    "BL095",
                    key.place,
                    format!("the key is in the region `{its_region}`, the artifacts in `{region}`"),
                )
                .because("S3 takes only keys of the bucket's own region")
                .help(format!("write the ARN of a key, or of a replica of this one, in `{region}`")),
            );
        } else if its_account != account {
            self.report(
                Finding::error(
                    "BL095",
                    key.place,
                    format!("the key belongs to the account `{its_account}`, the artifacts to `{account}`"),
                )
                .because("CloudWatch Logs and CodePipeline use it under the pipelines' account")
                .help(format!("write the ARN of a key of `{account}`")),
            );
        }
    }

    /// A bucket is in one region.
    fn one_region_each(&mut self, all: &IndexMap<String, Artifacts>) {
        let mut seen: IndexMap<&str, (Span, &str)> = IndexMap::new();
        for (region, store) in all {
            let Some(bucket) = &store.bucket else { continue };
            if let Some((first, other)) = seen.insert(&bucket.text, (bucket.place, region)) {
                self.report(
                    Finding::error(
                        "BL097",
                        bucket.place,
                        format!("the bucket {} would be in `{other}` and in `{region}`", shown(&bucket.text)),
                    )
                    .because("a bucket is in one region, and CodePipeline wants the artifacts of each region there")
                    .help(format!("name a bucket that is in `{region}`"))
                    .related(first, "it is named here too"),
                );
            }
        }
    }

    /// A role that exists, of this account.
    fn role(&mut self, role: Option<&RawExistingRole>, account: &str, path: &[&str]) -> Option<Written> {
        let role = role?;
        let place = self.place(&[path, &["existing"]].concat());
        let owner = role.existing.split(':').nth(4).unwrap_or_default();
        if owner != account {
            self.report(
                Finding::error("BL095", place, format!("the role belongs to the account `{owner}`"))
                    .because(format!("it would work in `{account}`, where only roles of that account do"))
                    .help(format!("write the ARN of a role of `{account}`")),
            );
        }
        Some(Written { text: role.existing.clone(), place })
    }
}
