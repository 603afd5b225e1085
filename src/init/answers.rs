//! What a person said, or what is taken for granted where nothing was said.

use std::collections::BTreeMap;

use super::{Flow, Found, Seen, paths};
use crate::config::raw::RawProvider;

/// Everything that the file needs and the repository does not tell for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The app's name.
    pub app: String,
    /// How the team branches.
    pub flow: Flow,
    /// The account of the pipelines, twelve digits.
    pub account: String,
    /// Their region.
    pub region: String,
    /// `owner/name`.
    pub repository: String,
    /// The repository's host; `None` for GitHub.
    pub provider: Option<RawProvider>,
    /// The name of a host of one's own.
    pub host: Option<String>,
    /// The connection's ARN; `None` where the base stack is to make one.
    pub connection: Option<String>,
    /// The accounts of environments that have one of their own.
    pub accounts: BTreeMap<String, String>,
    /// The ECS cluster, with placeholders.
    pub cluster: String,
    /// The roles of the task definitions, with placeholders.
    pub roles: Vec<String>,
    /// The tests.
    pub tests: Tests,
    /// The migration's command.
    pub migrate: Option<String>,
}

/// Which tests the file is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tests {
    /// What was found first; none where nothing was.
    Found,
    /// These commands, in a checkout. None where there are none.
    Commands(Vec<String>),
}

/// The word that switches a test or a migration off.
pub const NONE: &str = "none";

/// The longest name of an app.
const LONGEST: usize = 20;

/// The app's name that a repository speaks of: its own on its host, else its folder's.
pub fn app(seen: &Seen) -> Option<String> {
    let remote = seen.origin.as_ref().and_then(|origin| origin.as_ref().ok());
    let repository = remote.and_then(|remote| paths::slug(paths::name(&remote.repository), LONGEST));
    repository.or_else(|| paths::slug(&seen.folder, LONGEST))
}

/// The ECS cluster's name where nobody said one.
pub fn cluster(app: &str) -> String {
    format!("{app}-{{environment}}")
}

/// The names of a task definition's roles where nobody said them.
pub fn roles(app: &str) -> Vec<String> {
    ["task", "execution"].iter().map(|role| format!("{app}-{{environment}}-{role}")).collect()
}

impl Answers {
    /// Whether the file will have tests.
    pub fn has_tests(&self, found: &Found) -> bool {
        match &self.tests {
            Tests::Found => !found.suites.is_empty(),
            Tests::Commands(commands) => !commands.is_empty(),
        }
    }
}
