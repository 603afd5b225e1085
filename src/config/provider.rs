//! What is known of each host of repositories.

use super::raw::RawProvider;

impl RawProvider {
    /// Whether it stands on a host of the person's own, which a connection reaches through a host resource
    /// (AWS's user guide of the Developer Tools console, "Working with hosts").
    pub fn is_self_managed(self) -> bool {
        matches!(self, RawProvider::GitHubEnterpriseServer | RawProvider::GitLabSelfManaged)
    }

    /// Whether a repository may stand in groups within groups: `acme/web/shop`.
    pub fn has_groups(self) -> bool {
        matches!(self, RawProvider::GitLab | RawProvider::GitLabSelfManaged)
    }

    /// The `ProviderType` of a connection to it (CloudFormation's `AWS::CodeConnections::Connection`).
    pub fn connection_type(self) -> &'static str {
        match self {
            RawProvider::GitHub => "GitHub",
            RawProvider::GitLab => "GitLab",
            RawProvider::Bitbucket => "Bitbucket",
            RawProvider::GitHubEnterpriseServer => "GitHubEnterpriseServer",
            RawProvider::GitLabSelfManaged => "GitLabSelfManaged",
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            RawProvider::GitHubEnterpriseServer => "GitHub Enterprise Server",
            RawProvider::GitLabSelfManaged => "GitLab self-managed",
            hosted => hosted.connection_type(),
        }
    }

    /// Its name as it is written in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            RawProvider::GitHub => "github",
            RawProvider::GitLab => "gitlab",
            RawProvider::Bitbucket => "bitbucket",
            RawProvider::GitHubEnterpriseServer => "github_enterprise_server",
            RawProvider::GitLabSelfManaged => "gitlab_self_managed",
        }
    }
}
