//! `branchline import platform-config`: from the platform config of uktrade's platform-tools.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::super::Exit;
use super::super::proposal::failed;
use super::shared::{Nothing, Said, Shared, Target};
use crate::edge::foreign::{self, ForeignError};
use crate::edge::terminal::Terminal;
use crate::import::file::File;
use crate::import::platform_config::draw::{Gathered, REGION, gather};
use crate::import::report::Report;
use crate::operate::plain;

/// The command as people write it.
const COMMAND: &str = "branchline import platform-config";

/// The file, at the root of the deploy repository.
const CONFIG: &str = "platform-config.yml";

/// Scripts beside it that run with each deploy.
const STEPS: [&str; 2] = ["custom-build/pre-deploy.sh", "custom-build/post-deploy.sh"];

/// Make a branchline.yml from a platform-config.yml of uktrade's platform-tools, with a report of what changes
///
/// Reads FILE, or platform-config.yml at the root of the repository, in the working tree. The pipelines of one codebase become the rules
/// of one map, which belongs into that codebase's repository. The report says what became what, with file and line, what is not carried
/// over and what was wrong before. Nothing is written without --write, and nothing in AWS is looked at.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) shared: Shared,
    /// The platform config, from the current folder [platform-config.yml at the root]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// The codebase, where there are several
    #[arg(long, value_name = "NAME")]
    codebase: Option<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let target = Target::find(&arguments.shared, terminal)?;
    let path = arguments.file.clone().unwrap_or_else(|| target.root.join(CONFIG));
    let read = file(&path, &target.root).map_err(|error| failed(terminal, &error, error.help()))?;
    let folder = path.parent().unwrap_or(&target.root);
    let steps: Vec<String> =
        STEPS.into_iter().filter(|step| foreign::is_there(&folder.join(step))).map(str::to_owned).collect();
    let (app, draft, remarks) = match gather(&read, arguments.codebase.as_deref(), &steps) {
        Gathered::One(drawn) => (drawn.app, drawn.draft, drawn.remarks),
        Gathered::Several(codebases) => return Err(several(&codebases, arguments, terminal)),
    };
    let report = Report::new("platform-tools", draft, remarks, Vec::new(), false);
    let from = Said { command: COMMAND, app, account: None, region: Some(REGION.to_owned()) };
    let nothing = Nothing {
        what: "no codebase with a pipeline that pushes start was found".to_owned(),
        help: "the report says what was seen; run it where platform-config.yml stands, or name the file",
    };
    target.propose(&report, from, nothing, &arguments.shared, terminal)?;
    Ok(Exit::Done)
}

fn file(path: &Path, root: &Path) -> Result<File, ForeignError> {
    let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
    Ok(File { path: shown, text: foreign::read(path)?.into() })
}

/// One map is of one repository, and nobody said which.
fn several(codebases: &[(String, String)], arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let list = codebases.iter().map(|(name, repository)| format!("{name} ({repository})"));
    let list = plain(&list.collect::<Vec<_>>().join(", "));
    let what = match &arguments.codebase {
        Some(name) => format!("there is no codebase `{}`", plain(name)),
        None => format!("there are {} codebases, and a branchline.yml is of one", codebases.len()),
    };
    terminal.error(what, &format!("name one with `--codebase`: {list}"));
    Exit::Usage
}
