//! `branchline import adf`: from a deployment map of the AWS Deployment Framework.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::super::Exit;
use super::super::proposal::failed;
use super::shared::{Nothing, Said, Shared, Target};
use crate::edge::foreign::{self, ForeignError};
use crate::edge::terminal::Terminal;
use crate::import::adf::draw::{Defaults, Gathered, Repository, defaults, gather};
use crate::import::file::File;
use crate::import::report::Report;
use crate::operate::plain;

/// The command as people write it.
const COMMAND: &str = "branchline import adf";

/// Where ADF looks for maps, from the root of its repository of pipelines.
const MAP: &str = "deployment_map.yml";
const MAPS: &str = "deployment_maps";
/// ADF leaves this one out wherever it stands.
const EXAMPLE: &str = "example-deployment_map.yml";
/// ADF's own settings.
const CONFIG: &str = "adfconfig.yml";

/// Make a branchline.yml from a deployment map of the AWS Deployment Framework, with a report of what changes
///
/// Reads FILE, or `deployment_map.yml` and `deployment_maps/**/*.yml` at the root of the repository, in the working tree. ADF has a
/// pipeline for one branch of one repository; those of one repository become the rules of one map. adfconfig.yml is read where it
/// lies beside. The report says what became what, with file and line, what is not carried over and what was wrong before. Nothing is
/// written without --write, and nothing in AWS is looked at.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) shared: Shared,
    /// The deployment map, from the current folder [ADF's own at the root]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// The name of a pipeline: its repository is meant, where there are several
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let target = Target::find(&arguments.shared, terminal)?;
    let read = files(arguments.file.as_deref(), &target.root);
    let (files, config) = read.map_err(|error| failed(terminal, &error, error.help()))?;
    let defaults = config.as_ref().map(defaults).unwrap_or_default();
    let defaults = Defaults { home: arguments.shared.account.clone(), ..defaults };
    let (app, draft, remarks) = match gather(&files, arguments.pipeline.as_deref(), &defaults) {
        Gathered::One(drawn) => (drawn.app, drawn.draft, drawn.remarks),
        Gathered::Several(repositories) => return Err(several(&repositories, arguments, terminal)),
    };
    let report = Report::new("the AWS Deployment Framework", draft, remarks, Vec::new(), false);
    let Defaults { region, .. } = defaults;
    let from = Said { command: COMMAND, app, account: None, region };
    let nothing = Nothing {
        what: "no pipeline that deploys a branch of a repository was found".to_owned(),
        help: "the report says what was seen; run it where deployment_map.yml stands, or name the file",
    };
    target.propose(&report, from, nothing, &arguments.shared, terminal)?;
    Ok(Exit::Done)
}

/// The maps, and ADF's settings where they lie beside them.
fn files(named: Option<&Path>, root: &Path) -> Result<(Vec<File>, Option<File>), ForeignError> {
    let read = |path: &Path| {
        let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
        Ok(File { path: shown, text: foreign::read(path)?.into() })
    };
    let folder = named.and_then(Path::parent).unwrap_or(root);
    let mut paths: Vec<PathBuf> = named.map(Path::to_owned).into_iter().collect();
    if named.is_none() {
        paths = foreign::below(&root.join(MAPS), ".yml")?;
        paths.retain(|path| !path.ends_with(EXAMPLE));
        let map = root.join(MAP);
        if paths.is_empty() || foreign::is_there(&map) {
            paths.push(map);
        }
    }
    let files: Result<Vec<File>, ForeignError> = paths.iter().map(|path| read(path)).collect();
    let config = folder.join(CONFIG);
    let config = if foreign::is_there(&config) { Some(read(&config)?) } else { None };
    Ok((files?, config))
}

/// One map is of one repository, and nobody said which.
fn several(repositories: &[Repository], arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let list = repositories.iter().map(|one| format!("{} ({})", one.name, one.pipelines.join(", ")));
    let list = plain(&list.collect::<Vec<_>>().join("; "));
    let what = match &arguments.pipeline {
        Some(name) => format!("no repository is meant by the pipeline `{}`, or more than one", plain(name)),
        None => format!(
            "there are pipelines of {} repositories, and a branchline.yml is of one",
            repositories.len()
        ),
    };
    terminal.error(what, &format!("name one of its pipelines with `--pipeline`: {list}"));
    Exit::Usage
}
