//! What exists already and is used in place of what would be made.

use indexmap::IndexMap;

use super::Written;

/// What of the pipelines' own account exists.
#[derive(Debug, Clone, Default)]
pub struct Existing {
    /// Buckets and keys of artifacts by region.
    pub artifacts: IndexMap<String, Artifacts>,
    /// Roles of all pipelines.
    pub roles: PipelineRoles,
}

/// Where the artifacts of a region lie, as far as that exists.
#[derive(Debug, Clone, Default)]
pub struct Artifacts {
    /// The bucket's name.
    pub bucket: Option<Written>,
    /// The key's ARN: of the pipelines' account and of the region.
    pub key: Option<Written>,
}

/// Roles that all pipelines share, by ARN: of the pipelines' account.
#[derive(Debug, Clone, Default)]
pub struct PipelineRoles {
    /// The pipelines' own.
    pub pipeline: Option<Written>,
    /// That of the projects that build.
    pub build: Option<Written>,
    /// That of the projects that test.
    pub test: Option<Written>,
    /// That of the project that says what a release would bring.
    pub compare: Option<Written>,
}

/// Roles of one environment, by ARN: of its account.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentRoles {
    /// The one under which actions work there.
    pub deploy: Option<Written>,
    /// That of the migrations' projects.
    pub migrate: Option<Written>,
    /// That of the project that keeps images.
    pub keep: Option<Written>,
    /// That of the project that takes the lock.
    pub lock: Option<Written>,
    /// That of the project that keeps older commits out.
    pub guard: Option<Written>,
    /// That of the project that writes down what is deployed.
    pub record: Option<Written>,
    /// The one that alone writes the lock and the record: of the pipelines' account.
    pub lock_holder: Option<Written>,
    /// That of the project that makes the snapshot.
    pub snapshot: Option<Written>,
    /// That of the project that verifies the deploy.
    pub verify: Option<Written>,
}

impl EnvironmentRoles {
    /// All of them, in the order of their keys in the reference.
    pub fn all(&self) -> impl Iterator<Item = &Written> {
        let Self { deploy, migrate, keep, lock, guard, record, lock_holder, snapshot, verify } = self;
        [deploy, migrate, keep, lock, guard, record, lock_holder, snapshot, verify].into_iter().flatten()
    }
}

impl Existing {
    /// The bucket of a region's artifacts, where it exists.
    pub fn bucket(&self, region: &str) -> Option<&str> {
        self.artifacts.get(region)?.bucket.as_ref().map(|bucket| bucket.text.as_str())
    }

    /// The ARN of a region's artifact key, where it exists.
    pub fn key(&self, region: &str) -> Option<&str> {
        self.artifacts.get(region)?.key.as_ref().map(|key| key.text.as_str())
    }
}
