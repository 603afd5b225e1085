//! The whole generated folder, batch by batch.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;

use super::draft::Draft;
use super::file::{File, RenderError};
use super::overview::{Needs, Overviews, Told};
use super::specs::Specs;
use super::{buildspec_files, cloudformation, codepipeline, overrides, roles};
use crate::branch_map::Entry;
use crate::config::Environment as Place;
use crate::pipeline::model::ProjectKind;
use crate::pipeline::text::Place as At;
use crate::pipeline::{Plan, existing, names, test_belongs};

/// Pieces that are made side by side. What differs from what is there is in memory until all of them are made: a few
/// megabytes.
const BATCH: usize = 48;

/// What a file, or a few that belong together, are made from.
#[derive(Clone)]
enum Piece<'a> {
    Base,
    FurtherBase(At),
    Environment(&'a Place),
    Pipeline(&'a Entry),
    Roles,
}

/// A file that is not sealed yet, or why there is none.
pub type Made<'a> = Result<Draft<'a>, RenderError>;

/// Files, a few at a time.
pub trait Batches<'a> {
    /// What `each` says of the next few, in their order; `None` behind the last. A file is handed over where and as soon
    /// as it is made: one that is let go there leaves its memory, still in that processor's cache, to the next.
    fn next_batch<T: Send>(&mut self, each: impl Fn(Made<'a>) -> T + Sync) -> Option<Vec<T>>;

    /// The paths of files that are not made, and stay as they are where they were made once.
    fn kept(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }
}

impl<'a, I: Iterator<Item = Vec<Result<File<'a>, RenderError>>>> Batches<'a> for I {
    fn next_batch<T: Send>(&mut self, each: impl Fn(Made<'a>) -> T + Sync) -> Option<Vec<T>> {
        self.next().map(|batch| batch.into_iter().map(|file| each(file.map(Draft::from))).collect())
    }
}

/// The files of a plan, each made when it is asked for, so that those of thousands of pipelines are never in memory
/// together: base, environments, pipelines, existing roles, and the overview last, since it tells of the others. The
/// order is always the same.
pub struct Tree<'a> {
    plan: &'a Plan<'a>,
    specs: &'a Specs,
    pieces: std::vec::IntoIter<Piece<'a>>,
    told: Told,
    has_page: bool,
}

impl<'a> Tree<'a> {
    /// All that the plan asks for. Nothing is made yet.
    pub fn new(plan: &'a Plan<'a>, specs: &'a Specs) -> Self {
        let environments = plan.environments().map(Piece::Environment);
        let pipelines = plan.map.entries.iter().map(Piece::Pipeline);
        let further = plan.further_places().into_iter().map(Piece::FurtherBase);
        let roles = existing::is_any(plan).then_some(Piece::Roles);
        let pieces: Vec<Piece> = std::iter::once(Piece::Base)
            .chain(further)
            .chain(environments)
            .chain(pipelines)
            .chain(roles)
            .collect();
        Tree { plan, specs, pieces: pieces.into_iter(), told: Told::new(), has_page: true }
    }
}

impl<'a> Batches<'a> for Tree<'a> {
    /// The stacks of environments that wait for a branch: what is there of them in AWS is used again by the next one.
    fn kept(&self) -> BTreeSet<String> {
        let waiting = || self.plan.waiting_environments();
        let further =
            waiting().map(|place| place.region.as_str()).filter(|region| *region != self.plan.home.region());
        let bases = further.map(|region| names::base_template(Some(region)));
        waiting().map(environment_path).chain(bases).collect()
    }

    fn next_batch<T: Send>(&mut self, each: impl Fn(Made<'a>) -> T + Sync) -> Option<Vec<T>> {
        let (plan, specs) = (self.plan, self.specs);
        let batch: Vec<Piece> = self.pieces.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return std::mem::take(&mut self.has_page).then(|| vec![each(page(plan, &self.told))]);
        }
        let hand_over = |made: Made<'a>| {
            let told = made.as_ref().ok().and_then(|draft| {
                let needs = Needs::of(draft.text());
                (needs != Needs::default()).then(|| (draft.path().to_owned(), needs))
            });
            (told, each(made))
        };
        let files = |piece: &Piece<'a>| files_of(plan, specs, piece).into_iter().map(hand_over);
        // A few are made sooner than a thread is started.
        let made: Vec<(Option<(String, Needs)>, T)> = if batch.len() < 8 {
            batch.iter().flat_map(files).collect()
        } else {
            batch.par_iter().flat_map_iter(files).collect()
        };
        let (told, made): (Vec<_>, Vec<_>) = made.into_iter().unzip();
        self.told.extend(told.into_iter().flatten());
        Some(made)
    }
}

/// The files one after another, sealed; see [`Tree`].
pub fn files<'a>(
    plan: &'a Plan<'a>,
    specs: &'a Specs,
) -> impl Iterator<Item = Result<File<'a>, RenderError>> + 'a {
    let mut tree = Tree::new(plan, specs);
    std::iter::from_fn(move || tree.next_batch(|made| made.and_then(Draft::sealed))).flatten()
}

fn environment_path(place: &Place) -> String {
    format!("environments/{}.yml", place.name)
}

fn page<'a>(plan: &Plan, told: &Told) -> Made<'a> {
    const PATH: &str = "README.md";
    let templates = Overviews::get().map_err(|error| RenderError::of(PATH, &error))?;
    let text = templates.render(plan, told).map_err(|error| RenderError::of(PATH, &error))?;
    Ok(File::markdown_draft(PATH, &text))
}

/// A template, as the overrides leave it.
fn yaml<'a>(
    (plan, specs): (&Plan, &Specs),
    path: impl Into<String>,
    template: impl Serialize + Send + Sync + 'a,
) -> Made<'a> {
    let path = path.into();
    match overrides::patched(plan.config, &path, &template) {
        None => File::yaml_draft(path, template, specs.blocks.laid()),
        Some(Ok(value)) => File::patched_draft(path, value),
        Some(Err(error)) => Err(RenderError::of(&path, &error)),
    }
}

/// A declaration, as the overrides leave it.
fn json<'a>(plan: &Plan, path: String, input: impl Serialize + Send + Sync + 'a) -> Made<'a> {
    match overrides::patched(plan.config, &path, &input) {
        None => File::json_draft(path, input),
        Some(Ok(value)) => File::json_draft(path, value),
        Some(Err(error)) => Err(RenderError::of(&path, &error)),
    }
}

fn files_of<'a>(plan: &'a Plan, specs: &'a Specs, piece: &Piece<'a>) -> Vec<Made<'a>> {
    let from = (plan, specs);
    match piece {
        Piece::Base => {
            vec![yaml(from, names::base_template(None), cloudformation::base(plan.config, &plan.base()))]
        }
        Piece::FurtherBase(at) => {
            let template = cloudformation::base(plan.config, &plan.further_base(at));
            vec![yaml(from, names::base_template(Some(at.region())), template)]
        }
        Piece::Environment(place) => {
            let template = cloudformation::environment(plan.config, &plan.environment(place));
            vec![yaml(from, environment_path(place), template)]
        }
        Piece::Roles => roles::documents(plan)
            .into_iter()
            .map(|(path, document)| File::json_draft(path, document))
            .collect(),
        Piece::Pipeline(entry) => {
            let pipeline = plan.pipeline(entry);
            let folder = &pipeline.name;
            let mut files = vec![
                yaml(
                    from,
                    format!("{folder}/pipeline.yml"),
                    cloudformation::pipeline(plan.config, &pipeline),
                ),
                json(plan, format!("{folder}/pipeline.json"), codepipeline::input(plan.config, &pipeline)),
            ];
            let tests = plan.config.tests.iter().zip(&specs.tests);
            let mut tests = tests.filter(|(test, _)| test_belongs(test, entry)).map(|(_, file)| file);
            files.extend(pipeline.projects.iter().filter_map(|project| {
                let path = buildspec_files::file(folder, project)?;
                let shared = match project.kind {
                    ProjectKind::Build => specs.builds.get(&entry.services)?,
                    ProjectKind::Test => tests.next()?,
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
                    | ProjectKind::Apply => return None,
                };
                debug_assert!(
                    shared.text.ends_with(&*project.buildspec),
                    "{path} shows what the project runs"
                );
                Some(Ok(File::shared(path, shared).into()))
            }));
            files
        }
    }
}
