//! Keys and words of later versions. They are refused, never accepted and ignored: a protection that is written down
//! and not there is worse than none.

/// Where a key would stand: a kind of `shape.rs`, or several.
type Kinds = &'static [&'static str];

const FILE: Kinds = &[""];
const RULE: Kinds = &["RuleMapping"];
const ENVIRONMENT: Kinds = &["Environment"];
const APPROVAL: Kinds = &["Approval"];
const DEPLOY: Kinds = &["Deploy", "DeployOverride"];
const PROJECT: Kinds = &["Build", "Test", "Migrate"];
const TEST: Kinds = &["Test"];

/// The kinds, the keys, and what to do meanwhile, as the end of "for now, …".
const KEYS: &[(Kinds, &[&str], &str)] = &[
    (
        ENVIRONMENT,
        &["freeze"],
        "disable the transition into the environment's first stage in the CodePipeline console",
    ),
    (APPROVAL, &["message"], "leave it out: the approval shows the commit and its link"),
    (
        RULE,
        &["test", "migrate"],
        "the same tests and migration run for every rule; write them at the top level",
    ),
    (FILE, &["variables", "secrets"], "write them under `build`, `test`, `migrate` or an environment"),
    (
        FILE,
        &["templates"],
        "`branchline templates eject NAME` copies a shell step into the repository, to change it",
    ),
    (FILE, &["config_branch"], "generate from the branch that you trust"),
    (FILE, &["vpc", "cache", "reports"], "leave it out"),
    (FILE, &["lock"], "write it under an environment"),
    (
        DEPLOY,
        &["code_deploy", "cloud_formation", "lambda", "s3"],
        "deploy with `commands`, which run what you write with a role of the statements that you write",
    ),
    (PROJECT, &["reports"], "leave it out, and read the results in the project's log"),
    (TEST, &["parallel", "batch"], "leave it out: the commands run one after the other"),
];

/// Words of a key that come later: kinds, key, words, what to do meanwhile.
const WORDS: &[(&str, &[&str], &str)] = &[(
    "provider",
    &["s3", "azuredevops", "azure_devops"],
    "use a repository on GitHub, GitLab, Bitbucket or CodeCommit; one elsewhere can be mirrored to them",
)];

/// What to do meanwhile instead of a key that comes later; `None` when it does not.
pub(super) fn key(kind: &str, key: &str) -> Option<&'static str> {
    let is_it = |(kinds, keys, _): &&(Kinds, &[&str], &str)| kinds.contains(&kind) && keys.contains(&key);
    KEYS.iter().find(is_it).map(|(.., meanwhile)| *meanwhile)
}

/// What to write instead of a word that comes later; `None` when it does not.
pub(super) fn word(key: &str, word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    WORDS
        .iter()
        .find(|(name, words, _)| *name == key && words.contains(&word.as_str()))
        .map(|(.., help)| *help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::shape::{self, Shape};

    #[test]
    fn no_key_is_both_there_and_still_to_come() {
        let mut kinds = std::collections::BTreeSet::new();
        shape::root().each(&mut |shape| {
            let Shape::Settings(settings) = shape else { return };
            kinds.insert(settings.kind.as_str());
            for name in settings.keys.keys() {
                assert_eq!(key(&settings.kind, name), None, "`{name}` of {}", settings.kind);
            }
        });
        for (named, ..) in KEYS {
            assert!(named.iter().all(|kind| kinds.contains(kind)), "{named:?} is no kind of the file");
        }
    }
}
