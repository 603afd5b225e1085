//! Which buildspecs have a file of their own among the generated ones, and where.

use std::borrow::Cow;

use crate::config::Buildspecs;
use crate::pipeline::model::{Project, ProjectKind};

/// The file that shows a project's buildspec, by its path below the output folder.
///
/// `None` for the projects of an environment: they run with the environment's role, so what they run stands in its
/// stack alone, where no push changes it.
pub fn file(pipeline: &str, project: &Project) -> Option<String> {
    match project.kind {
        ProjectKind::Build | ProjectKind::Test => {
            Some(format!("{pipeline}/buildspec-{}.yml", project.short_name()))
        }
        ProjectKind::Migrate
        | ProjectKind::Keep
        | ProjectKind::Lock
        | ProjectKind::Guard
        | ProjectKind::Record
        | ProjectKind::Deploy
        | ProjectKind::Snapshot
        | ProjectKind::Verify
        | ProjectKind::Compare
        | ProjectKind::Plan
        | ProjectKind::Apply => None,
    }
}

/// A project of a pipeline as its stack has it: with its buildspec, or with the path of that file in the repository.
///
/// CodeBuild looks for the path below the primary source. Every project with a file has the commit as its only input.
pub fn in_stack<'p>(buildspecs: &Buildspecs, pipeline: &str, project: &'p Project) -> Cow<'p, Project> {
    match file(pipeline, project).and_then(|file| buildspecs.path(&file)) {
        None => Cow::Borrowed(project),
        Some(path) => Cow::Owned(Project { buildspec: path.into(), ..project.clone() }),
    }
}
