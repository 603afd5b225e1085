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

    /// Whether CodePipeline reads it through a connection, whose triggers start a pipeline. CodeCommit is AWS's own: its action
    /// reads without one, and a rule of EventBridge's starts the pipeline (AWS CodePipeline user guide, "CodeCommit source
    /// actions and EventBridge").
    pub fn has_connection(self) -> bool {
        self != RawProvider::CodeCommit
    }

    /// The `ProviderType` of a connection to it (CloudFormation's `AWS::CodeConnections::Connection`); `None` where none leads
    /// to it.
    pub fn connection_type(self) -> Option<&'static str> {
        match self {
            RawProvider::GitHub => Some("GitHub"),
            RawProvider::GitLab => Some("GitLab"),
            RawProvider::Bitbucket => Some("Bitbucket"),
            RawProvider::GitHubEnterpriseServer => Some("GitHubEnterpriseServer"),
            RawProvider::GitLabSelfManaged => Some("GitLabSelfManaged"),
            RawProvider::CodeCommit => None,
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            RawProvider::GitHub => "GitHub",
            RawProvider::GitLab => "GitLab",
            RawProvider::Bitbucket => "Bitbucket",
            RawProvider::GitHubEnterpriseServer => "GitHub Enterprise Server",
            RawProvider::GitLabSelfManaged => "GitLab self-managed",
            RawProvider::CodeCommit => "CodeCommit",
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
            RawProvider::CodeCommit => "codecommit",
        }
    }
}
