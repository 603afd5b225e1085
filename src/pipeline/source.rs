//! The Source stage: a connection to the repository's host.

use super::iam::Statement;
use super::model::{Action, Gates, Provider, Stage};
use super::text::{Part, Place, Text};
use super::{Plan, code_commit};
use crate::branch_map::Entry;
use crate::config::raw::RawProvider;
use crate::config::{Config, Source};

/// The artifact with the commit's files.
pub(super) const ARTIFACT: &str = "Source";

/// Both names of the service, old and new: AWS asks for both.
pub(super) const USE_CONNECTION: &[&str] =
    &["codeconnections:UseConnection", "codestar-connections:UseConnection"];

pub(super) fn stage(plan: &Plan, entry: &Entry) -> Stage {
    // For a pattern this is the pattern itself, which is no branch: git forbids `*` in names. So a start without a commit, the one
    // at creation included, fails here instead of shipping a default branch.
    stage_of(plan, entry.branch_name(), "CODE_ZIP")
}

/// The stage for a branch, where a start says nothing else, and the way in which its commit is handed on.
pub(super) fn stage_of(plan: &Plan, branch: &str, format: &'static str) -> Stage {
    let (provider, configuration) = if plan.in_code_commit() {
        (Provider::CodeCommit, code_commit::configuration(plan, branch, format))
    } else {
        (Provider::Connection, by_connection(plan, branch, format))
    };
    Stage {
        name: "Source".to_owned(),
        actions: vec![Action {
            name: "Source".to_owned(),
            provider,
            namespace: Some("Source".to_owned()),
            configuration,
            inputs: Vec::new(),
            outputs: vec![ARTIFACT],
            run_order: 1,
            role: None,
            region: None,
        }],
        gates: Gates::default(),
    }
}

fn by_connection(plan: &Plan, branch: &str, format: &'static str) -> Vec<(&'static str, Text)> {
    let connection = plan
        .config
        .source
        .connection
        .as_ref()
        .map_or_else(|| Text::part(Part::Connection), |arn| Text::from(arn.as_str()));
    vec![
        ("ConnectionArn", connection),
        ("FullRepositoryId", Text::from(plan.repository)),
        ("BranchName", Text::from(branch)),
        // The trigger starts the pipeline; without this line the action would, too.
        ("DetectChanges", Text::from("false")),
        ("OutputArtifactFormat", Text::from(format)),
    ]
}

/// What a pipeline's role needs for its source action.
pub(super) fn using(plan: &Plan) -> Statement {
    if plan.in_code_commit() {
        return code_commit::using(plan);
    }
    Statement::allow("Connection", USE_CONNECTION, connection_arns(&plan.home, plan.config))
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

/// The address of the repository's pages: `https://github.com/acme/shop`.
fn pages(source: &Source, repository: &str) -> String {
    let server = match source.host() {
        RawProvider::GitHub => Some("github.com"),
        RawProvider::GitLab => Some("gitlab.com"),
        RawProvider::Bitbucket => Some("bitbucket.org"),
        RawProvider::GitHubEnterpriseServer | RawProvider::GitLabSelfManaged | RawProvider::CodeCommit => {
            None
        }
    };
    // A host of one's own is always known by now: `config` asks for it, or the git remote says it.
    let server = server.or(source.server.as_deref()).unwrap_or_default();
    format!("https://{server}/{repository}")
}

/// Reading the commits of the repository with git. Through the connection: a statement for each name of the service, with that one's own
/// key (Developer Tools console, "Use `FullRepositoryId` to scope connections"). Where the endpoint does not say which repository
/// it is, the statement holds.
pub(super) fn reading(plan: &Plan) -> Vec<Statement> {
    const NAMES: [(&str, &str); 2] = [
        ("Connection", "codeconnections:FullRepositoryId"),
        ("OldConnection", "codestar-connections:FullRepositoryId"),
    ];
    if plan.in_code_commit() {
        return vec![code_commit::reading(plan)];
    }
    let repository = Text::from(plan.repository);
    let arns = connection_arns(&plan.home, plan.config);
    let named =
        NAMES.into_iter().zip(USE_CONNECTION.chunks(1)).zip(arns).map(move |(((sid, key), action), arn)| {
            Statement::allow(sid, action, vec![arn]).when(
                "ForAllValues:StringEquals",
                key,
                vec![repository.clone()],
            )
        });
    named.collect()
}

/// Where a person reads a commit by its id, which may be one of CodePipeline's variables.
pub(super) fn commit_link(plan: &Plan, id: &str) -> String {
    let source = &plan.config.source;
    let way = match source.host() {
        RawProvider::GitHub | RawProvider::GitHubEnterpriseServer => "commit",
        RawProvider::GitLab | RawProvider::GitLabSelfManaged => "-/commit",
        RawProvider::Bitbucket => "commits",
        RawProvider::CodeCommit => return code_commit::commit_link(plan, id),
    };
    format!("{}/{way}/{id}", pages(source, plan.repository))
}

/// Where a person reads what lies between two commits, which stand as `{old}` and `{new}`: GitHub's and GitLab's page takes
/// them in this order with three dots, Bitbucket's takes the new one first and an escaped line break. For CodeCommit, whose page
/// is documented for branches alone, it is the page of the new one.
pub(super) fn compare_link(plan: &Plan) -> String {
    let source = &plan.config.source;
    let way = match source.host() {
        RawProvider::GitHub | RawProvider::GitHubEnterpriseServer => "compare/{old}...{new}",
        RawProvider::GitLab | RawProvider::GitLabSelfManaged => "-/compare/{old}...{new}",
        RawProvider::Bitbucket => "branches/compare/{new}%0D{old}",
        RawProvider::CodeCommit => return code_commit::commit_link(plan, "{new}"),
    };
    format!("{}/{way}", pages(source, plan.repository))
}

/// Where the repository is read with git, by whoever signs with AWS credentials: CodeCommit itself, or the connection's endpoint
/// (Amazon EKS, "Configure repository access", which Argo CD reads through). An ARN of the service's old name has an endpoint of that name.
pub(super) fn git_endpoint(plan: &Plan) -> Text {
    if plan.in_code_commit() {
        return code_commit::git_endpoint(plan);
    }
    let given = plan.config.source.connection.as_deref().map(|arn| arn.split(':').collect::<Vec<_>>());
    let (service, place, id) = match given.as_deref() {
        // arn:partition:service:region:account:connection/id
        Some([_, _, service, region, account, id]) => {
            let id = id.strip_prefix("connection/").unwrap_or(id);
            (*service, Place::new(account, region), Text::from(id))
        }
        _ => ("codeconnections", plan.home.clone(), Text::part(Part::ConnectionId)),
    };
    Text::literal(format!("https://{service}."))
        .then(place.region_text())
        .text(".")
        .and(Part::UrlSuffix)
        .text("/git-http/")
        .then(place.account_text())
        .text("/")
        .then(place.region_text())
        .text("/")
        .then(id)
        .text(format!("/{}.git", plan.repository))
}
