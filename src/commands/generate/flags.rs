//! What a person may ask of `generate`.

use std::path::PathBuf;

use clap::Args;

/// What becomes of the files. Without any of these they are written.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
// Each is a switch of its own on the command line.
#[allow(clippy::struct_excessive_bools)]
pub struct Flags {
    /// Generate into this folder instead of `pipelines` beside branchline.yml
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Write nothing; show what is out of date and exit with 2 when anything is
    ///
    /// A file is out of date when it is missing, differs from what branchline.yml says, or is no longer generated.
    /// Meant for CI.
    #[arg(long, conflicts_with_all = ["diff", "stdout", "force", "prune"])]
    pub check: bool,

    /// Write nothing; show what would change, and exit with 0
    ///
    /// With `--prune`, the files that would be removed are shown too.
    #[arg(long, conflicts_with_all = ["stdout", "force"])]
    pub diff: bool,

    /// Write nothing to disk; print every file, each after a line `# file: PATH`
    #[arg(long, conflicts_with_all = ["force", "prune", "json"])]
    pub stdout: bool,

    /// Overwrite files that were edited by hand or not made by branchline
    ///
    /// With `--prune`, remove files that were edited by hand too.
    #[arg(long)]
    pub force: bool,

    /// Remove the files that are no longer generated
    ///
    /// Only files that carry branchline's digest are removed. A stack that was made from them stays until it is deleted.
    #[arg(long)]
    pub prune: bool,

    /// Print the list of changes as JSON, in place of the text or the diff
    #[arg(long)]
    pub json: bool,

    /// The command that a person is told to run, where it is not `generate`.
    #[arg(skip)]
    pub command: Option<&'static str>,
}

impl Flags {
    /// Whether files may be written.
    pub(super) fn writes(&self) -> bool {
        !(self.check || self.diff || self.stdout)
    }
}
