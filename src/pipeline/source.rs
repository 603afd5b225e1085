//! The Source stage: a connection to the repository's host.

use super::Plan;
use super::model::{Action, Gates, Provider, Stage};
use super::text::{Part, Place, Text};
use crate::branch_map::Entry;
use crate::config::raw::RawProvider;
use crate::config::{Config, Source};

/// The artifact with the commit's files.
pub(super) const ARTIFACT: &str = "Source";

/// Both names of the service, old and new: AWS asks for both.
pub(super) const USE_CONNECTION: &[&str] =
    &["codeconnections:UseConnection", "codestar-connections:UseConnection"];

pub(super) fn stage(plan: &Plan, entry: &Entry) -> Stage {
    let connection = plan
        .config
        .source
        .connection
        .as_ref()
        .map_or_else(|| Text::part(Part::Connection), |arn| Text::from(arn.as_str()));
    Stage {
        name: "Source".to_owned(),
        actions: vec![Action {
            name: "Source".to_owned(),
            provider: Provider::Connection,
            namespace: Some("Source"),
            configuration: vec![
                ("ConnectionArn", connection),
                ("FullRepositoryId", Text::from(plan.repository)),
                // For a pattern this is the pattern itself, which is no branch: git forbids `*` in names. So a start
                // without a commit, the one at creation included, fails here instead of shipping a default branch.
                ("BranchName", Text::from(entry.branch_name())),
                // The trigger starts the pipeline; without this line the action would, too.
                ("DetectChanges", Text::from("false")),
                ("OutputArtifactFormat", Text::from("CODE_ZIP")),
            ],
            inputs: Vec::new(),
            outputs: vec![ARTIFACT],
            run_order: 1,
            role: None,
            region: None,
        }],
        gates: Gates::default(),
    }
}

/// The connection under both names of the service.
pub(super) fn connection_arns(home: &Place, config: &Config) -> Vec<Text> {
    let given = config.source.connection.as_deref().and_then(|arn| {
        let mut parts = arn.splitn(4, ':').skip(3);
        parts.next()
    });
    ["codeconnections", "codestar-connections"]
        .into_iter()
        .map(|service| match given {
            Some(rest) => Text::literal("arn:").and(Part::Partition).text(format!(":{service}:{rest}")),
            None => home.arn(service, "connection/").and(Part::ConnectionId),
        })
        .collect()
}

/// Where a person reads a commit, with CodePipeline's variable for its id.
pub(super) fn commit_link(source: &Source, repository: &str) -> String {
    let (server, way) = match source.host() {
        RawProvider::GitHub => (Some("github.com"), "commit"),
        RawProvider::GitLab => (Some("gitlab.com"), "-/commit"),
        RawProvider::Bitbucket => (Some("bitbucket.org"), "commits"),
        RawProvider::GitHubEnterpriseServer => (None, "commit"),
        RawProvider::GitLabSelfManaged => (None, "-/commit"),
    };
    // A host of one's own is always known by now: `config` asks for it, or the git remote says it.
    let server = server.or(source.server.as_deref()).unwrap_or_default();
    format!("https://{server}/{repository}/{way}/#{{Source.CommitId}}")
}
