//! Which repository the pipelines listen to, where the file does not say: the git remote is asked.

use std::path::Path;

use crate::branch_map::remote::{Remote, RemoteFault};
use crate::config::Config;
use crate::config::raw::RawProvider;
use crate::diagnostic::Finding;
use crate::edge::git::{self, GitError};

const WRITE: &str = "write `repository: owner/name` under `source`";

/// Completes a configuration without `source.repository`. `folder` is where git is asked; nothing is asked of it where
/// the file names its repository.
pub(super) fn complete(config: &mut Config, folder: &Path) -> Option<Finding> {
    if config.source.repository.is_some() {
        return None;
    }
    match git::facts(folder) {
        Ok(facts) => match facts.origin.and_then(|remote| remote.on(config.source.provider)) {
            Ok(remote) => take(config, remote),
            Err(fault) => Some(unknown(config, &fault.to_string(), &way_out(&fault))),
        },
        Err(error) => Some(unreadable(config, &error)),
    }
}

fn unreadable(config: &Config, error: &GitError) -> Finding {
    unknown(config, &error.to_string(), &format!("{WRITE}; {}", error.hint()))
}

fn unknown(config: &Config, reason: &str, help: &str) -> Finding {
    Finding::error("BL601", config.source.place, "which repository is it? `source` does not say")
        .because(reason)
        .help(help)
}

fn way_out(fault: &RemoteFault) -> String {
    match fault {
        RemoteFault::Host(host) if is_azure(host) => {
            "no connection of AWS leads to Azure Repos: mirror it to GitHub, GitLab or Bitbucket, and name that repository \
             under `source`"
                .to_owned()
        }
        // An alias of ssh's stands for a host that only the person's own configuration knows.
        RemoteFault::Host(host) if !host.contains('.') => {
            format!("`{host}` may be a name of your ssh configuration, which is not read: {WRITE}, and its `provider`")
        }
        RemoteFault::Host(_) => format!(
            "for a server of your own write its `connection` and `provider: github_enterprise_server` or \
             `gitlab_self_managed`; or {WRITE}"
        ),
        RemoteFault::CodeCommit => {
            "write the repository's name under `source`: `{ provider: codecommit, repository: shop }`".to_owned()
        }
        RemoteFault::Absent | RemoteFault::Local | RemoteFault::Path(_) => WRITE.to_owned(),
    }
}

/// Azure Repos, under its newer and its older name, by HTTPS and by ssh.
fn is_azure(host: &str) -> bool {
    let host = host.split(':').next().unwrap_or_default();
    ["dev.azure.com", "visualstudio.com"]
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")))
}

/// The remote's repository for the configuration's. A provider that is written must be the remote's.
fn take(config: &mut Config, remote: Remote) -> Option<Finding> {
    let source = &mut config.source;
    if let (Some(written), Some(found)) = (source.provider, remote.provider)
        && written != found
    {
        let message =
            format!("`provider` says `{}`, and the git remote is on {}", written.word(), remote.host);
        return Some(
            Finding::error("BL605", source.place, message)
                .because("the repository would be looked for on the wrong host")
                .help(format!("write `provider: {}`, or name the `repository` that is meant", found.word())),
        );
    }
    if let Some(region) = remote.region.filter(|region| *region != config.region) {
        let message = format!(
            "the git remote is in CodeCommit in {region}, and the pipelines are in {}",
            config.region
        );
        return Some(
            Finding::error("BL129", source.place, message)
                .because("a source action reads a repository of its own region alone")
                .help(format!(
                    "write `region: {region}` under `pipelines`, or name the `repository` of {} that is meant",
                    config.region
                )),
        );
    }
    let has_connection = remote.provider.is_none_or(RawProvider::has_connection);
    if source.connection.is_some() && !has_connection {
        return Some(
            Finding::error(
                "BL128",
                source.place,
                "no connection leads to CodeCommit, where the git remote is",
            )
            .because("its source action reads with the pipeline's own role, so this one would be ignored")
            .help("take `connection` out, or name the `repository` that it leads to"),
        );
    }
    source.repository = Some(remote.repository);
    source.provider = source.provider.or(remote.provider);
    if source.host().is_self_managed() {
        source.server.get_or_insert(remote.host);
    }
    None
}
