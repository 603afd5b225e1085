//! How a team branches, guessed from the names of its branches and tags, and the rules that follow.

pub mod code_commit;

use super::Seen;

/// A way of branching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// `develop`, `release/*` and `hotfix/*`.
    GitFlow,
    /// One branch; what goes to production is tagged.
    Trunk,
    /// One branch, and pull requests to it.
    GitHubFlow,
}

impl Flow {
    /// Every way of branching.
    pub const ALL: [Flow; 3] = [Flow::GitFlow, Flow::Trunk, Flow::GitHubFlow];

    /// Its name, as it is typed.
    pub fn word(self) -> &'static str {
        match self {
            Flow::GitFlow => "git-flow",
            Flow::Trunk => "trunk",
            Flow::GitHubFlow => "github-flow",
        }
    }

    /// The way of branching of this name.
    pub fn of(word: &str) -> Option<Self> {
        Flow::ALL.into_iter().find(|flow| flow.word() == word)
    }

    /// Its environments, in promotion order. The last is production.
    pub fn environments(self) -> &'static [&'static str] {
        match self {
            Flow::GitFlow | Flow::Trunk => &["dev", "staging", "production"],
            Flow::GitHubFlow => &["staging", "production"],
        }
    }
}

/// The way of branching that the names speak of. Without any sign it is GitHub flow, which asks for the least.
pub(super) fn guess(seen: &Seen) -> Flow {
    if develop(seen).is_some() || prefix(seen, &RELEASE).is_some() {
        Flow::GitFlow
    } else if main(seen) == "trunk" || version_tag(seen).is_some() {
        Flow::Trunk
    } else {
        Flow::GitHubFlow
    }
}

const RELEASE: [&str; 3] = ["release/", "releases/", "release-"];
const HOTFIX: [&str; 3] = ["hotfix/", "hotfixes/", "hotfix-"];

/// The branch that everything comes together in.
pub(super) fn main(seen: &Seen) -> &str {
    let plain =
        |name: &&String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    let usual = ["main", "master", "trunk"].into_iter().find(|name| seen.branches.contains(*name));
    // An empty repository has no branches yet, only a name for the first.
    let only = || seen.branches.iter().next().filter(|_| seen.branches.len() == 1).filter(plain);
    usual.or_else(|| only().map(String::as_str)).unwrap_or("main")
}

fn develop(seen: &Seen) -> Option<&'static str> {
    ["develop", "development", "dev"].into_iter().find(|name| seen.branches.contains(*name))
}

/// The first of these prefixes that a branch has.
fn prefix(seen: &Seen, prefixes: &[&'static str]) -> Option<&'static str> {
    prefixes.iter().copied().find(|prefix| seen.branches.iter().any(|branch| branch.starts_with(prefix)))
}

/// A tag such as `v1.4`.
fn version_tag(seen: &Seen) -> Option<&str> {
    let is_version = |tag: &&String| {
        tag.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    seen.tags.iter().find(is_version).map(String::as_str)
}

/// One rule of the map, or a rule that could be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its key: a branch, a pattern, or a name.
    pub key: String,
    /// What starts it, where that is not the key's branch.
    pub start: Start,
    /// The environments.
    pub environments: Vec<&'static str>,
    /// Why it is there, for the person.
    pub why: String,
    /// Whether it is only shown, as a comment.
    pub is_shown_only: bool,
}

/// What starts a rule's pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// A push to the branch that the key names.
    Push,
    /// A tag of this pattern.
    Tag(&'static str),
    /// A pull request to this branch.
    PullRequest(String),
    /// A push to one of the branches that the key is a pattern of, each with a pipeline of its own.
    EachBranch,
}

/// The rules of a way of branching. Pull requests are only tested, so they have a rule where there are tests.
pub fn rules(flow: Flow, seen: &Seen, has_tests: bool) -> Vec<Rule> {
    let rule = |key: &str, environments: &[&'static str], why: &str| Rule {
        key: key.to_owned(),
        start: Start::Push,
        environments: environments.to_vec(),
        why: why.to_owned(),
        is_shown_only: false,
    };
    let main = main(seen);
    match flow {
        Flow::GitFlow => {
            let develop = develop(seen).unwrap_or("develop");
            let release = prefix(seen, &RELEASE).unwrap_or("release/");
            let seen_hotfix = prefix(seen, &HOTFIX);
            let hotfix = seen_hotfix.unwrap_or("hotfix/");
            vec![
                rule(develop, &["dev"], "every merge"),
                rule(
                    &format!("{release}*"),
                    &["staging", "production"],
                    "production gets the image that staging ran",
                ),
                Rule {
                    is_shown_only: seen_hotfix.is_none(),
                    ..rule(&format!("{hotfix}*"), &["staging", "production"], "the short way")
                },
            ]
        }
        Flow::Trunk => vec![
            rule(main, &["dev", "staging"], "every merge"),
            Rule {
                start: Start::Tag("v*"),
                ..rule("production", &["production"], "what somebody tags, such as v1.4")
            },
        ],
        Flow::GitHubFlow => {
            let mut rules = vec![rule(main, &["staging", "production"], "every merge")];
            if has_tests {
                rules.push(Rule {
                    start: Start::PullRequest(main.to_owned()),
                    ..rule("pull-requests", &[], "built and tested, never deployed")
                });
            }
            rules
        }
    }
}

/// What spoke for a way of branching, in words; `None` where nothing did.
pub(super) fn signs(flow: Flow, seen: &Seen) -> Option<String> {
    let with = |prefixes: &[&str]| {
        let found =
            seen.branches.iter().find(|branch| prefixes.iter().any(|prefix| branch.starts_with(prefix)));
        found.map(String::as_str)
    };
    let names: Vec<&str> = match flow {
        Flow::GitFlow => [develop(seen), with(&RELEASE), with(&HOTFIX)].into_iter().flatten().collect(),
        Flow::Trunk => {
            let main = Some(main(seen)).filter(|name| seen.branches.contains(*name));
            [main, version_tag(seen)].into_iter().flatten().collect()
        }
        Flow::GitHubFlow => {
            Some(main(seen)).filter(|name| seen.branches.contains(*name)).into_iter().collect()
        }
    };
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
