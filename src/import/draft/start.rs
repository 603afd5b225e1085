//! What starts a rule: a branch or tags, which files, and how one start follows another.

/// What starts a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The branch. For a rule that tags start it is empty, or what is told in its place.
    pub branch: String,
    /// Files.
    pub paths: Filter,
    /// Tags, in place of the branch.
    pub tags: Filter,
    /// How executions follow each other, as branchline.yml names it: `superseded`.
    pub mode: Option<&'static str>,
}

impl Start {
    /// A branch, whatever a push to it changed.
    pub fn of(branch: impl Into<String>) -> Self {
        Start { branch: branch.into(), ..Start::default() }
    }
}

/// Patterns; nothing where there are no includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these has to match.
    pub includes: Vec<String>,
    /// None of these may match.
    pub excludes: Vec<String>,
}
