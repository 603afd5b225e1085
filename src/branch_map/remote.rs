//! The address of a git remote, read as a repository of a host that CodePipeline can connect to.

use thiserror::Error;

use crate::config::raw::RawProvider;

/// A repository on its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The host.
    pub provider: RawProvider,
    /// `owner/name`; on GitLab also `group/subgroup/name`.
    pub repository: String,
}

/// Why an address is no repository that can be connected to. None of these shows the address itself: it may hold a
/// password or a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RemoteFault {
    /// The git repository has no remote of that name.
    #[error("the git repository has no remote `origin`")]
    Absent,
    /// A folder or a file.
    #[error("the git remote `origin` is a folder, not a repository on a host")]
    Local,
    /// A host that is not supported.
    #[error("the git remote `origin` is on `{0}`; github.com, gitlab.com and bitbucket.org are supported")]
    Host(String),
    /// The path is not `owner/name`.
    #[error("the git remote `origin` on `{0}` does not end in `owner/name`")]
    Path(String),
}

impl Remote {
    /// Reads an address in any form that git takes: `https://host/owner/name.git`, `ssh://git@host:22/owner/name`,
    /// or `git@host:owner/name.git`. User names, passwords and ports are dropped.
    pub fn parse(address: &str) -> Result<Self, RemoteFault> {
        let (host, path) = split(address.trim()).ok_or(RemoteFault::Local)?;
        let host = host.to_ascii_lowercase();
        let provider = match host.as_str() {
            "github.com" | "www.github.com" | "ssh.github.com" => RawProvider::GitHub,
            "gitlab.com" | "altssh.gitlab.com" => RawProvider::GitLab,
            "bitbucket.org" | "altssh.bitbucket.org" => RawProvider::Bitbucket,
            _ => return Err(RemoteFault::Host(host)),
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        let depth = if provider == RawProvider::GitLab { 2..=usize::MAX } else { 2..=2 };
        if !depth.contains(&parts.len()) || !parts.iter().all(|part| is_name(part)) {
            return Err(RemoteFault::Path(host));
        }
        Ok(Remote { provider, repository: path.to_owned() })
    }
}

/// Host and path of an address; `None` for a folder.
fn split(address: &str) -> Option<(&str, &str)> {
    let (authority, path) = match address.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.split_once('/').unwrap_or((rest, "")),
        // `host:path`, as scp has it: git takes it so when no slash stands before the colon.
        None => address.split_once(':').filter(|(host, _)| !host.contains(['/', '\\']) && host.len() > 1)?,
    };
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = host.split(':').next().unwrap_or(host);
    Some((host, path))
}

/// What the three hosts allow in the name of an owner or a repository.
fn is_name(part: &str) -> bool {
    !matches!(part, "" | "." | "..")
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::{RawProvider, Remote, RemoteFault};
    use proptest::prelude::*;

    #[test]
    fn every_form_of_an_address_is_the_same_repository() {
        for address in [
            "https://github.com/acme/shop",
            "https://github.com/acme/shop.git",
            "https://github.com/acme/shop/",
            "https://GitHub.com:443/acme/shop.git",
            "https://someone:ghp_secret@github.com/acme/shop.git",
            "https://x-access-token:p@ss@github.com/acme/shop.git",
            "ssh://git@github.com/acme/shop.git",
            "ssh://git@ssh.github.com:443/acme/shop.git",
            "git@github.com:acme/shop.git",
            "git@github.com:/acme/shop",
            "github.com:acme/shop",
            "git://github.com/acme/shop.git\n",
        ] {
            let remote = Remote { provider: RawProvider::GitHub, repository: "acme/shop".into() };
            assert_eq!(Remote::parse(address), Ok(remote), "{address}");
        }
    }

    #[test]
    fn gitlab_has_groups_in_groups_and_the_others_do_not() {
        let deep = Remote::parse("git@gitlab.com:acme/web/shop.git").unwrap();
        assert_eq!((deep.provider, deep.repository.as_str()), (RawProvider::GitLab, "acme/web/shop"));
        let bitbucket = Remote::parse("https://bitbucket.org/acme/shop.git").unwrap();
        assert_eq!(bitbucket.provider, RawProvider::Bitbucket);
        assert_eq!(
            Remote::parse("git@github.com:acme/web/shop"),
            Err(RemoteFault::Path("github.com".into()))
        );
    }

    #[test]
    fn what_is_no_repository_on_a_known_host_is_told_apart() {
        for (address, fault) in [
            ("/srv/git/shop.git", RemoteFault::Local),
            ("../shop", RemoteFault::Local),
            ("./a:b", RemoteFault::Local),
            ("file:///srv/git/shop.git", RemoteFault::Local),
            ("C:\\code\\shop", RemoteFault::Local),
            ("https://git.example.com/acme/shop", RemoteFault::Host("git.example.com".into())),
            (
                "https://github.com.evil.example/acme/shop",
                RemoteFault::Host("github.com.evil.example".into()),
            ),
            ("https://github.com/acme", RemoteFault::Path("github.com".into())),
            ("https://github.com", RemoteFault::Path("github.com".into())),
            ("git@github.com:acme/sh op", RemoteFault::Path("github.com".into())),
            ("git@github.com:../shop", RemoteFault::Path("github.com".into())),
        ] {
            assert_eq!(Remote::parse(address), Err(fault), "{address}");
        }
    }

    proptest! {
        #[test]
        fn a_password_is_never_shown(host in "(github\\.com|example\\.org)", path in "[a-z]{0,3}(/[a-z]{0,3}){0,3}") {
            let address = format!("https://user:S3CRET@{host}/{path}");
            let shown = match Remote::parse(&address) {
                Ok(remote) => format!("{remote:?}"),
                Err(fault) => format!("{fault} {fault:?}"),
            };
            prop_assert!(!shown.contains("S3CRET") && !shown.contains("user"), "{}", shown);
        }
    }
}
