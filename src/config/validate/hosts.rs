//! The repository's host: what each of them needs and takes.

use super::Judge;
use crate::config::raw::RawProvider;
use crate::diagnostic::Finding;

impl Judge<'_> {
    /// The repository's name, what a host of one's own needs, and what CodeCommit has not (codes `BL017`, `BL066`, `BL067`,
    /// `BL128`).
    pub(super) fn source_host(&mut self) {
        let source = &self.raw.source;
        let provider = source.provider.unwrap_or(RawProvider::GitHub);
        self.repository(provider);
        if !provider.has_connection() && source.connection.is_some() {
            let place = self.key(&["source", "connection"]);
            self.report(
                Finding::error("BL128", place, "no connection leads to CodeCommit")
                    .because(
                        "its source action reads with the pipeline's own role, so this one would be ignored",
                    )
                    .help("take `connection` out"),
            );
        }
        if provider.is_self_managed() {
            self.own_host(provider);
        } else if source.host.is_some() {
            let place = self.key(&["source", "host"]);
            self.report(
                Finding::error("BL067", place, format!("{} is on no host of your own", provider.title()))
                    .because(match provider {
                        RawProvider::CodeCommit => "its host follows from the region, so this one would be ignored",
                        _ => "it is always the same host, so this one would be ignored",
                    })
                    .help(match provider {
                        RawProvider::GitLab => "take `host` out, or write `provider: gitlab_self_managed`",
                        RawProvider::Bitbucket => {
                            "take `host` out; AWS connects to bitbucket.org alone, not to a Bitbucket server of your own"
                        }
                        RawProvider::CodeCommit => "take `host` out: the repository is in the region of `pipelines`",
                        _ => "take `host` out, or write `provider: github_enterprise_server`",
                    }),
            );
        }
    }

    /// A made connection to such a host would need a host resource beside it, with the server's network and
    /// certificate, which a person sets up in the console.
    fn own_host(&mut self, provider: RawProvider) {
        let (source, title) = (&self.raw.source, provider.title());
        let place = self.place(&["source", "provider"]);
        if source.connection.is_none() {
            self.report(
                Finding::error("BL066", place, format!("{title} needs a connection that exists"))
                    .because("a connection to a server of your own begins with its host, which is set up in the console")
                    .help("create both under Developer Tools, Settings, Connections, and write the ARN as `connection`"),
            );
        }
        // Where the file names no repository, the git remote tells its host, too.
        if source.host.is_none() && source.repository.is_some() {
            self.report(
                Finding::error("BL067", place, format!("on which host is your {title}?"))
                    .because("an approval shows a link to the commit, on that host")
                    .help("write `host: git.example.com` under `source`"),
            );
        }
    }

    /// Only GitLab has groups within groups, and only CodeCommit no owners.
    fn repository(&mut self, provider: RawProvider) {
        let Some(repository) = &self.raw.source.repository else { return };
        let parts = repository.split('/').count();
        let (reason, help) = match provider {
            // AWS CodeCommit user guide, "Quotas".
            RawProvider::CodeCommit if parts != 1 || repository.len() > 100 => (
                "it has to be the name alone, at most 100 characters: whose it is the account of `pipelines` says",
                "write the name as `aws codecommit list-repositories` lists it, such as `shop`",
            ),
            RawProvider::CodeCommit => return,
            _ if parts < 2 => (
                "it has to be an owner and a name, with `/` between them",
                "write `owner/name`; only CodeCommit, `provider: codecommit`, has names without owners",
            ),
            _ if parts > 2 && !provider.has_groups() => (
                "it has to be one owner and one name, with `/` between them",
                "write `owner/name`; only GitLab, `provider: gitlab`, has groups within groups",
            ),
            _ => return,
        };
        let place = self.place(&["source", "repository"]);
        let host = provider.title();
        self.report(
            Finding::error("BL017", place, format!("`{repository}` cannot be a repository's name on {host}"))
                .because(reason)
                .help(help),
        );
    }
}
