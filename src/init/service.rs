//! A service that is proposed.

/// What is built once and deployed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The Dockerfile, from the root; `None` for `Dockerfile` in the context.
    pub dockerfile: Option<String>,
    /// The build context, from the root; `.` for the root.
    pub context: String,
    /// The stage that is built, where it is not the last one.
    pub target: Option<String>,
    /// The stages of the Dockerfile.
    pub stages: Vec<String>,
    /// The stage to test in.
    pub test_stage: Option<String>,
    /// Whether it runs on ARM.
    pub is_arm: bool,
    /// Whether that is taken from the other services: all are built on one machine, which is of one platform.
    pub is_platform_assumed: bool,
    /// The ports that it listens on.
    pub ports: Vec<u16>,
    /// The path that its health check asks.
    pub health: Option<String>,
    /// The file that it was found in; empty where nothing was.
    pub seen_in: String,
    /// Services of Compose that run the same image.
    pub siblings: Vec<String>,
}
