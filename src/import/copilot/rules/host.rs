//! The repository that a pipeline reads, and whether it is on the host of its provider.

use super::super::super::draft::Source;
use super::super::super::remark::{Remark, Weight};
use super::super::pick::Picked;
use super::super::pipeline::Provider;
use crate::branch_map::remote::Remote;
use crate::config::raw::RawProvider;

/// Why a repository is not taken.
pub(super) enum Fault {
    /// It is on this host, which is not the provider's.
    Elsewhere(String),
    /// What is written is no repository.
    Unclear,
}

/// The repository of a pipeline. `owner/name` alone is of the provider's own host.
pub(super) fn repository(picked: &Picked) -> Result<Source, Fault> {
    let source = &picked.manifest.source;
    let written = &source.repository.value;
    let (provider, host) = match source.provider {
        Provider::Bitbucket => (RawProvider::Bitbucket, "https://bitbucket.org/"),
        Provider::CodeCommit => (RawProvider::CodeCommit, "codecommit://"),
        _ => (RawProvider::GitHub, "https://github.com/"),
    };
    let address = if written.contains(':') { written.clone() } else { format!("{host}{written}") };
    let remote = Remote::parse(&address).map_err(|_| Fault::Unclear)?;
    if remote.provider != Some(provider) {
        // A repository of CodeCommit's has another form of name than all others.
        let is_code_commit = |one| one == Some(RawProvider::CodeCommit);
        return Err(if is_code_commit(remote.provider) || is_code_commit(Some(provider)) {
            Fault::Unclear
        } else {
            Fault::Elsewhere(remote.host)
        });
    }
    let connection = source.connection.as_ref().map(|connection| connection.value.clone());
    let region = remote.region.map(|region| (region, picked.place(source.repository.span)));
    Ok(Source { provider, repository: remote.repository, region, connection })
}

impl Fault {
    /// Whether the repository is known, and another one.
    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(self, Fault::Elsewhere(_))
    }

    /// What is to be said of it.
    pub(super) fn remark(&self, picked: &Picked) -> Remark {
        let name = &picked.manifest.name.value;
        let (what, help) = match self {
            Fault::Elsewhere(host) => (
                format!(
                    "the repository of the pipeline `{name}` is on `{host}`, which is not its provider's host"
                ),
                "if the repository is there, write it under `source.repository` as `owner/name`, with `provider: gitlab`, \
                 `github_enterprise_server` or `gitlab_self_managed` as the host is; Copilot's own connections go to github.com and \
                 bitbucket.org",
            ),
            Fault::Unclear => (
                format!("the repository of the pipeline `{name}` cannot be made out"),
                "write it under `source.repository` as `owner/name`; one in CodeCommit by its name, with `provider: codecommit`",
            ),
        };
        let place = Some(picked.place(picked.manifest.source.repository.span));
        Remark { weight: Weight::Lost, what, help: help.to_owned(), place }
    }
}
