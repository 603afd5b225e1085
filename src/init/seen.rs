//! What a repository shows, as data.

use std::collections::{BTreeMap, BTreeSet};

use super::paths;
use crate::branch_map::remote::{Remote, RemoteFault};

/// What was seen of a repository. Paths go from its root, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The name of the root folder.
    pub folder: String,
    /// Every file that git would not ignore.
    pub files: BTreeSet<String>,
    /// The text of those that [`is_read`] names.
    pub texts: BTreeMap<String, String>,
    /// What was there and not looked at, in words, for the person.
    pub passed_over: Vec<String>,
    /// The branches that are known, local ones and those of the remote `origin`.
    pub branches: BTreeSet<String>,
    /// The branch that is checked out.
    pub branch: Option<String>,
    /// The tags.
    pub tags: BTreeSet<String>,
    /// The remote `origin`, or why it is none to connect to; `None` where there is no git repository.
    pub origin: Option<Result<Remote, RemoteFault>>,
}

/// The names of files whose text is read. None of them is a place for secrets: `.env`, `flyway.conf`, `database.yml` and
/// the like are seen and never opened.
const READ: [&str; 10] = [
    "Gemfile",
    "Makefile",
    "package.json",
    "composer.json",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
];

/// Whether the text of a file with this name is read.
pub fn is_read(name: &str) -> bool {
    READ.contains(&name) || is_dockerfile(name) || is_compose(name)
}

/// `Dockerfile`, `Dockerfile.web`, `web.Dockerfile`, and Podman's `Containerfile`.
pub(super) fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_plain = matches!(lower.as_str(), "dockerfile" | "containerfile");
    let is_more = lower.strip_prefix("dockerfile.").is_some_and(|rest| rest != "dockerignore")
        || lower.ends_with(".dockerfile");
    is_plain || (is_more && !lower.ends_with(".dockerignore"))
}

/// The names that Compose looks for, in the order in which it prefers them (Compose specification, "The Compose file").
pub(super) const COMPOSE: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

fn is_compose(name: &str) -> bool {
    COMPOSE.contains(&name)
}

impl Seen {
    /// Whether there is such a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Whether there is such a file, or a folder that has files.
    pub(super) fn has_any(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.has(path)
            || self.files.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below))
    }

    /// The text of a file, when it was read.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Every file of one of these names: those nearest to the root first, then in the order of their paths.
    pub(super) fn named(&self, names: &[&str]) -> Vec<&str> {
        self.nearest(|path| names.contains(&paths::name(path)))
    }

    /// Every file of which this is true: those nearest to the root first, then in the order of their paths.
    pub(super) fn nearest(&self, is_it: impl Fn(&str) -> bool) -> Vec<&str> {
        let mut found: Vec<&str> = self.files.iter().map(String::as_str).filter(|path| is_it(path)).collect();
        found.sort_by_key(|path| paths::depth(path));
        found
    }
}
