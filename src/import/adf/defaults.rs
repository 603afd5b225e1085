//! `adfconfig.yml`, of which three settings matter: branch and account of sources that name none, and the region of the pipelines.

use super::super::file::File;
use super::super::reader::{Located, Mapping, Raises};

/// What holds where a deployment map says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// `config.scm.default-scm-branch`.
    pub branch: Option<String>,
    /// `config.scm.default-scm-codecommit-account-id`: whose the repositories in CodeCommit are.
    pub code_commit: Option<String>,
    /// `regions.deployment-account`.
    pub region: Option<String>,
    /// The account of the pipelines, where a person has said it; no file does.
    pub home: Option<String>,
}

/// Reads it. All other keys are of ADF itself, and passed over; so is what cannot be read, since a person can say both.
pub fn read(file: &File) -> Defaults {
    let (tree, _) = file.tree();
    let raises = Raises::default();
    let Some(top) = tree.as_ref().and_then(|tree| Mapping::of(tree, "", &raises)) else {
        return Defaults::default();
    };
    let value = |found: Option<Located<String>>| found.map(|found| found.value);
    let config = top.take("config").and_then(|node| Mapping::of(node, "config", &raises));
    let scm = config
        .and_then(|config| config.take("scm"))
        .and_then(|node| Mapping::of(node, "config.scm", &raises));
    let regions = top.take("regions").and_then(|node| Mapping::of(node, "regions", &raises));
    let scm = |key: &'static str| value(scm.as_ref().and_then(|scm| scm.text(key)));
    Defaults {
        branch: scm("default-scm-branch"),
        code_commit: scm("default-scm-codecommit-account-id"),
        home: None,
        region: value(regions.and_then(|regions| regions.text("deployment-account"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_branch_and_the_region_are_read_and_nothing_else_is_needed() {
        let read = |text: &str| read(&File { path: "adfconfig.yml".to_owned(), text: text.into() });
        let defaults = read(
            "regions:\n  deployment-account: eu-central-1\nconfig:\n  scm:\n    default-scm-branch: trunk\n    default-scm-codecommit-account-id: \
             '111111111111'\nroles: {}\n",
        );
        assert_eq!(
            (defaults.branch.as_deref(), defaults.region.as_deref(), defaults.code_commit.as_deref()),
            (Some("trunk"), Some("eu-central-1"), Some("111111111111"))
        );
        for text in ["", "[]", "config: 1", "regions: [a]", "a: {"] {
            assert_eq!(read(text), Defaults::default(), "{text}");
        }
    }
}
