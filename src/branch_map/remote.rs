//! The address of a git remote, read as a repository of a host that CodePipeline can read.

mod code_commit;

use thiserror::Error;

use crate::config::raw::RawProvider;

/// A repository on its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Which host that is; `None` where its name does not say: GitHub Enterprise Server and GitLab self-managed stand
    /// on hosts of any name.
    pub provider: Option<RawProvider>,
    /// The host's name in small letters, with the port behind it where a browser needs one; `CodeCommit` for AWS's own, which
    /// has a host in each region.
    pub host: String,
    /// `owner/name`; on GitLab also `group/subgroup/name`; in CodeCommit the name alone.
    pub repository: String,
    /// The region of a repository in CodeCommit, where the address names it.
    pub region: Option<String>,
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
    /// A host that could be anybody's.
    #[error("the git remote `origin` is on `{0}`, whose name does not say whose host it is")]
    Host(String),
    /// The path is not `owner/name`.
    #[error("the git remote `origin` on `{0}` does not end in `owner/name`")]
    Path(String),
    /// In CodeCommit, and the path is not the name of a repository.
    #[error("the git remote `origin` is in CodeCommit, and does not end in a repository's name")]
    CodeCommit,
}

impl Remote {
    /// Reads an address in any form that git takes: `https://host/owner/name.git`, `ssh://git@host:22/owner/name`,
    /// or `git@host:owner/name.git`. User names and passwords are dropped, and so is every port that no browser takes. One of a
    /// page of CodeCommit's in AWS's console is read, too: Copilot's manifests have it.
    pub fn parse(address: &str) -> Result<Self, RemoteFault> {
        let address = Address::split(address.trim()).ok_or(RemoteFault::Local)?;
        if let Some(found) = code_commit::found(&address) {
            return found;
        }
        let (provider, host) = match address.host.as_str() {
            "github.com" | "www.github.com" | "ssh.github.com" => (Some(RawProvider::GitHub), "github.com"),
            "gitlab.com" | "altssh.gitlab.com" => (Some(RawProvider::GitLab), "gitlab.com"),
            "bitbucket.org" | "altssh.bitbucket.org" => (Some(RawProvider::Bitbucket), "bitbucket.org"),
            other => (None, other),
        };
        let path = address.path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        let groups = provider.is_none_or(RawProvider::has_groups);
        let depth = if groups { 2..=usize::MAX } else { 2..=2 };
        if !depth.contains(&parts.len()) || !parts.iter().all(|part| is_name(part)) {
            return Err(RemoteFault::Path(host.to_owned()));
        }
        let port = address.port.filter(|_| provider.is_none());
        let host = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Remote { provider, host, repository: path.to_owned(), region: None })
    }

    /// Whether it is this repository of its host; of CodeCommit's, which distinguish capitals, the one in this region. An
    /// address that names no region is taken for one of it.
    pub fn is_called(&self, repository: &str, region: &str) -> bool {
        if self.provider == Some(RawProvider::CodeCommit) {
            return self.repository == repository && self.region.as_deref().is_none_or(|own| own == region);
        }
        self.repository.eq_ignore_ascii_case(repository)
    }

    /// The repository for a configuration that says whose host it is, or does not.
    pub fn on(self, provider: Option<RawProvider>) -> Result<Self, RemoteFault> {
        match (self.provider, provider) {
            (None, Some(written)) if written.is_self_managed() => {
                if self.repository.split('/').count() > 2 && !written.has_groups() {
                    return Err(RemoteFault::Path(self.host));
                }
                Ok(Remote { provider, ..self })
            }
            (None, _) => Err(RemoteFault::Host(self.host)),
            (Some(_), _) => Ok(self),
        }
    }
}

/// The parts of an address.
struct Address<'a> {
    /// What stands before `::`.
    helper: Option<&'a str>,
    scheme: Option<&'a str>,
    host: String,
    /// The host as it is written.
    name: &'a str,
    /// The port that a browser would need, too.
    port: Option<&'a str>,
    path: &'a str,
}

impl<'a> Address<'a> {
    /// `None` for a folder.
    fn split(address: &'a str) -> Option<Self> {
        // `codecommit::region://profile@name`: git hands what follows `::` to a helper of the name before it.
        let (helper, address) = match address.split_once("::") {
            Some((helper, rest)) if helper.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                (Some(helper), rest)
            }
            _ => (None, address),
        };
        let (scheme, authority, path) = match address.split_once("://") {
            Some(("file", _)) => return None,
            Some((scheme, rest)) => {
                let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
                (Some(scheme), authority, path)
            }
            // `host:path`, as scp has it: git takes it so when no slash stands before the colon.
            None => {
                let is_host = |(host, _): &(&str, &str)| !host.contains(['/', '\\']) && host.len() > 1;
                let (authority, path) = address.split_once(':').filter(is_host)?;
                (None, authority, path)
            }
        };
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port)));
        let usual = match scheme {
            Some("https") => "443",
            Some("http") => "80",
            _ => "",
        };
        let is_needed = |port: &&str| {
            !usual.is_empty()
                && *port != usual
                && !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit())
        };
        Some(Address {
            helper,
            scheme,
            host: host.to_ascii_lowercase(),
            name: host,
            port: port.filter(is_needed),
            path,
        })
    }
}

/// What the hosts allow in the name of an owner or a repository.
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
            let remote = Remote::parse(address).unwrap();
            let (provider, host) = (Some(RawProvider::GitHub), "github.com".to_owned());
            let repository = "acme/shop".to_owned();
            assert_eq!(remote, Remote { provider, host, repository, region: None }, "{address}");
        }
    }

    #[test]
    fn gitlab_has_groups_in_groups_and_the_others_do_not() {
        let deep = Remote::parse("git@gitlab.com:acme/web/shop.git").unwrap();
        assert_eq!((deep.provider, deep.repository.as_str()), (Some(RawProvider::GitLab), "acme/web/shop"));
        let bitbucket = Remote::parse("https://bitbucket.org/acme/shop.git").unwrap();
        assert_eq!(bitbucket.provider, Some(RawProvider::Bitbucket));
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
            ("https://git.example.com/shop", RemoteFault::Path("git.example.com".into())),
            ("https://github.com/acme", RemoteFault::Path("github.com".into())),
            ("https://github.com", RemoteFault::Path("github.com".into())),
            ("git@github.com:acme/sh op", RemoteFault::Path("github.com".into())),
            ("git@github.com:../shop", RemoteFault::Path("github.com".into())),
        ] {
            assert_eq!(Remote::parse(address), Err(fault), "{address}");
        }
    }

    #[test]
    fn a_host_of_any_name_is_taken_for_what_the_file_says_it_is_and_for_nothing_else() {
        use RawProvider::{GitHub, GitHubEnterpriseServer, GitLabSelfManaged};
        for (address, host, repository) in [
            ("https://git.example.com/acme/shop.git", "git.example.com", "acme/shop"),
            ("https://me:pw@Git.Example.com:8443/acme/shop/", "git.example.com:8443", "acme/shop"),
            ("http://git.example.com:80/acme/shop", "git.example.com", "acme/shop"),
            ("ssh://git@git.example.com:2222/acme/shop", "git.example.com", "acme/shop"),
            ("git@git.example.com:acme/web/shop.git", "git.example.com", "acme/web/shop"),
            ("https://github.com.evil.example/acme/shop", "github.com.evil.example", "acme/shop"),
        ] {
            let remote = Remote::parse(address).unwrap();
            let parts = (remote.provider, remote.host.as_str(), remote.repository.as_str());
            assert_eq!(parts, (None, host, repository), "{address}");
            for nobody in [None, Some(GitHub)] {
                assert_eq!(remote.clone().on(nobody), Err(RemoteFault::Host(host.into())), "{address}");
            }
            let gitlab = remote.clone().on(Some(GitLabSelfManaged)).unwrap();
            assert_eq!(gitlab.provider, Some(GitLabSelfManaged));
            let is_deep = repository == "acme/web/shop";
            assert_eq!(remote.on(Some(GitHubEnterpriseServer)).is_err(), is_deep, "{address}");
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
