//! What a person may ask of `bootstrap`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueHint};

use crate::cli::Location;

/// Write the stacks of a pipeline that applies the map when it changes
///
/// That pipeline runs `check`, `plan`, after a person's approval `apply`, and looks once a day whether AWS is still as the map asks for. It
/// makes the pipelines of new branches and removes those of gone ones. Its roles make what the map needs and nothing else: the
/// app's roles only with the permission boundary that is made here, and never themselves. docs/self-service.md says what is
/// deployed, by whom, and what to think of first.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
#[command(group(ArgGroup::new("program").args(["image", "program_url", "github_actions"]).required(true)))]
pub struct Arguments {
    #[command(flatten)]
    pub(super) location: Location,
    /// The branch whose branchline.yml counts, whatever branch is pushed to
    #[arg(long, value_name = "BRANCH")]
    pub(super) config_branch: String,
    /// The build's image, which has branchline, bash and git
    #[arg(long, value_name = "IMAGE")]
    pub(super) image: Option<String>,
    /// Where the build fetches branchline: the program itself, for Linux on x86-64, by HTTPS
    #[arg(long, value_name = "URL", requires = "program_sha256", value_hint = ValueHint::Url)]
    pub(super) program_url: Option<String>,
    /// The SHA-256 of that program: another one is not run
    #[arg(long, value_name = "HEX", requires = "program_url")]
    pub(super) program_sha256: Option<String>,
    /// Write the roles for workflows of GitHub Actions in place of a pipeline
    ///
    /// The workflow that applies works in this environment of the repository's settings, where it is said who may release it.
    #[arg(long, value_name = "ENVIRONMENT", conflicts_with_all = ["no_approval", "topic", "schedule", "timeout"])]
    pub(super) github_actions: Option<String>,
    /// Change AWS without asking a person first
    #[arg(long)]
    pub(super) no_approval: bool,
    /// The SNS topic that is told when a person is asked, and when an execution fails
    #[arg(long, value_name = "ARN")]
    pub(super) topic: Option<String>,
    /// When it looks besides: rate(1 day), cron(0 6 * * ? *)
    #[arg(long, value_name = "EXPRESSION", default_value = "rate(1 day)")]
    pub(super) schedule: String,
    /// Minutes until an apply is stopped, which waits for executions that run
    #[arg(long, value_name = "MINUTES", default_value_t = 240, value_parser = clap::value_parser!(u32).range(5..=2160))]
    pub(super) timeout: u32,
    /// Write into this folder instead of `pipelines` beside branchline.yml
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) output: Option<PathBuf>,
    /// Write nothing; show what is out of date and exit with 2 when anything is
    #[arg(long, conflicts_with_all = ["diff", "stdout", "force", "prune"])]
    pub(super) check: bool,
    /// Write nothing; show what would change, and exit with 0
    #[arg(long, conflicts_with_all = ["stdout", "force"])]
    pub(super) diff: bool,
    /// Write nothing to disk; print every file, each after a line `# file: PATH`
    #[arg(long, conflicts_with_all = ["force", "prune", "json"])]
    pub(super) stdout: bool,
    /// Overwrite files that were edited by hand or not made by branchline
    #[arg(long)]
    pub(super) force: bool,
    /// Remove the files of this command that are no longer generated: those of an account that the map left
    #[arg(long)]
    pub(super) prune: bool,
    /// Print the list of changes as JSON, in place of the text or the diff
    #[arg(long)]
    pub(crate) json: bool,
}
