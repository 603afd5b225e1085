//! What `init` can be told in advance.

use clap::Args;

/// The answers. Each is asked for on a terminal, unless it is given.
#[derive(Debug, Default, Args)]
pub(super) struct Flags {
    /// The app's name, after which everything in AWS is named [the repository's]
    #[arg(long, value_name = "NAME")]
    pub(super) app: Option<String>,
    /// How the team branches: git-flow, trunk or github-flow [as its branches say]
    #[arg(long, value_name = "FLOW")]
    pub(super) flow: Option<String>,
    /// The AWS account of the pipelines, twelve digits
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// The region of the pipelines, such as eu-west-1
    #[arg(long, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// The account of one environment, where it has its own: staging=222222222222
    #[arg(long, value_name = "NAME=ID")]
    pub(super) environment_account: Vec<String>,
    /// The repository, owner/name [the git remote's]
    #[arg(long, value_name = "OWNER/NAME")]
    pub(super) repository: Option<String>,
    /// Its host: github, gitlab, bitbucket, `github_enterprise_server`, `gitlab_self_managed`, codecommit [the git remote's]
    #[arg(long, value_name = "PROVIDER")]
    pub(super) provider: Option<String>,
    /// The name of a host of your own, such as git.example.com [the git remote's]
    #[arg(long, value_name = "HOST")]
    pub(super) host: Option<String>,
    /// The ARN of the connection to the host [the base stack makes one]
    #[arg(long, value_name = "ARN")]
    pub(super) connection: Option<String>,
    /// The ECS cluster, {environment} for the environment's name [APP-{environment}]
    #[arg(long, value_name = "NAME")]
    pub(super) cluster: Option<String>,
    /// A role of the task definitions, {environment} for the environment's name; may be given again
    #[arg(long, value_name = "NAME")]
    pub(super) role: Vec<String>,
    /// A test command, or none; may be given again [what was found]
    #[arg(long, value_name = "COMMAND")]
    pub(super) test: Vec<String>,
    /// The migration's command, or none [what was found]
    #[arg(long, value_name = "COMMAND")]
    pub(super) migrate: Option<String>,
}
