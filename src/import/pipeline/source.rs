//! Where a pipeline's code comes from.

use super::model::{Action, Declared, Home};
use super::names::home_of_arn;
use crate::config::raw::RawProvider;
use crate::import::draft::Source;
use crate::import::remark::{Remark, Weight};
use crate::import::text::UNKNOWN;

/// What the source actions say.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The repository, where it is one that branchline takes.
    pub(super) source: Option<Source>,
    /// The connection's ARN.
    pub(super) connection: Option<String>,
    /// The branch; `None` where the source has none.
    pub(super) branch: Option<String>,
    /// Whether nothing says if a push starts the pipeline: a rule of EventBridge's does, a schedule, or a person.
    pub(super) is_unsaid: bool,
    /// Whether a push starts the pipeline without a trigger.
    pub(super) is_watched: bool,
}

/// Reads the source actions. The first with a branch counts, others are told.
pub(super) fn source(pipeline: &Declared, home: &Home, remarks: &mut Vec<Remark>) -> Found {
    let actions = pipeline.stages.iter().flat_map(|stage| &stage.actions);
    let mut found = Found::default();
    let mut say = |weight, action: &Action, what: String, help: &str| {
        remarks.push(Remark { weight, what, help: help.to_owned(), place: Some(action.place.clone()) });
    };
    for action in actions.filter(|action| action.category == "Source") {
        let whose = format!("the source `{}` of `{}`", action.name, pipeline.name);
        let keys = match action.provider.as_str() {
            "CodeStarSourceConnection" | "CodeCommit" => "BranchName",
            "GitHub" => "Branch",
            other => {
                let (what, help) = match other {
                    "S3" => (
                        "a bucket",
                        "branchline's pipelines begin with a repository: what is put there has to be pushed",
                    ),
                    "ECR" => (
                        "an image",
                        "branchline builds its images itself; one that is made elsewhere can be a `sidecars` image",
                    ),
                    _ => ("a provider that is not known here", "see whether a connection reaches it"),
                };
                say(Weight::Lost, action, format!("{whose} is {what} (`{other}`)"), help);
                continue;
            }
        };
        if found.branch.is_some() {
            let help = "branchline's pipelines have one source: fetch the other one in the build, or make it a submodule";
            say(Weight::Lost, action, format!("{whose} is a second one"), help);
            continue;
        }
        found.branch = action.setting(keys).map(str::to_owned);
        let detects = ["DetectChanges", "PollForSourceChanges"].iter().find_map(|key| action.setting(key));
        found.is_watched = detects != Some("false");
        let mut provider = RawProvider::GitHub;
        let repository;
        match action.provider.as_str() {
            "GitHub" => {
                let both = action.setting("Owner").zip(action.setting("Repo"));
                repository = both.map(|(owner, name)| format!("{owner}/{name}"));
                say(
                    Weight::Changed,
                    action,
                    format!("{whose} reaches GitHub by a token"),
                    "a connection takes its place: the base stack makes one, which a person completes. Then revoke the token",
                );
                if has_plain_token(action) {
                    say(
                        Weight::Mistake,
                        action,
                        format!("{whose} has its token in plain text (`OAuthToken`)"),
                        "revoke it: whoever can read this file can use it",
                    );
                }
            }
            "CodeCommit" => {
                if is_elsewhere(action, home) {
                    say(
                        Weight::Lost,
                        action,
                        format!("{whose} is in CodeCommit in another account or region than the pipeline"),
                        "a pipeline of branchline's reads CodeCommit in its own account and region alone: mirror it there, or put the pipelines there",
                    );
                    continue;
                }
                repository = action.setting("RepositoryName").map(str::to_owned);
                found.is_unsaid = action.setting("PollForSourceChanges") == Some("false");
                provider = RawProvider::CodeCommit;
                // A rule of EventBridge's starts it, of which the pipeline says nothing.
                found.is_watched = true;
            }
            _ => {
                repository = action.setting("FullRepositoryId").map(str::to_owned);
                let arn = action.setting("ConnectionArn").filter(|arn| !arn.contains(UNKNOWN));
                if let Some(arn) = arn {
                    found.connection = Some(arn.to_owned());
                }
                // A GitLab project may stand in a group of a group; GitHub and Bitbucket have none.
                if repository.as_ref().is_some_and(|name| name.matches('/').count() > 1) {
                    provider = RawProvider::GitLab;
                }
            }
        }
        if action.setting("OutputArtifactFormat") == Some("CODEBUILD_CLONE_REF") {
            let what = format!("{whose} hands on a whole clone (`CODEBUILD_CLONE_REF`)");
            let help = "steps of the new pipeline have the files of the commit: what reads git's history has to fetch it";
            say(Weight::Changed, action, what, help);
        }
        let is_alone = provider == RawProvider::CodeCommit;
        match repository.filter(|name| is_repository(name, is_alone)) {
            Some(repository) => {
                found.source = Some(Source { provider, repository, connection: None, region: None });
            }
            None => say(
                Weight::Lost,
                action,
                format!("{whose} does not say its repository"),
                "write it under `source`",
            ),
        }
    }
    found
}

/// Whether the token stands there itself, and not a reference to where it is kept.
fn has_plain_token(action: &Action) -> bool {
    let token = action.setting("OAuthToken").unwrap_or("****");
    !(token.starts_with("****") || token.contains("{{resolve:") || token.contains(UNKNOWN))
}

/// Whether an action acts in another account or region than its pipeline.
fn is_elsewhere(action: &Action, home: &Home) -> bool {
    let differs =
        |own: &Option<String>, home: &Option<String>| own.is_some() && home.is_some() && own != home;
    differs(&action.home.region, &home.region) || differs(&action.home.account, &home.account)
}

/// Whether it is `owner/name`, or a name alone where there are no owners.
fn is_repository(name: &str, is_alone: bool) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let is_part = |part: &&str| {
        !part.is_empty()
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
    };
    (parts.len() == 1) == is_alone && parts.iter().all(is_part) && !name.contains(UNKNOWN)
}

/// Whether a text is a connection's ARN as the map takes it.
pub(super) fn is_connection(arn: &str) -> bool {
    let home = home_of_arn(arn);
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    home.account.is_some()
        && home.region.is_some()
        && matches!(parts.as_slice(), ["arn", _, "codeconnections" | "codestar-connections", _, _, id]
        if id.strip_prefix("connection/").is_some_and(|id| {
            !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        }))
}
