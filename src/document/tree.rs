//! The whole generated folder, batch by batch.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;

use super::file::{File, RenderError};
use super::specs::Specs;
use super::{buildspec_files, cloudformation, codepipeline, overrides, roles};
use crate::branch_map::Entry;
use crate::config::Environment as Place;
use crate::pipeline::model::ProjectKind;
use crate::pipeline::text::Place as At;
use crate::pipeline::{Plan, existing, names, test_belongs};

/// Bytes a template may have in a request; a larger one goes through a bucket (AWS CloudFormation quotas).
const REQUEST_BYTES: usize = 51_200;

/// Pieces that are made side by side, and so are in memory together: about a megabyte, so that the pages of one batch serve
/// the next.
const BATCH: usize = 16;

/// What a file, or a few that belong together, are made from.
#[derive(Clone)]
enum Piece<'a> {
    Base,
    FurtherBase(At),
    Environment(&'a Place),
    Pipeline(&'a Entry),
    Roles,
}

/// A file, or why there is none.
pub type Made<'a> = Result<File<'a>, RenderError>;

/// The files of a plan in batches, each made when it is asked for, so that those of thousands of pipelines are never in
/// memory together: base, environments, pipelines, existing roles, and the overview last, since it tells of the others. The order is
/// always the same.
pub fn batches<'a>(plan: &'a Plan<'a>, specs: &'a Specs) -> impl Iterator<Item = Vec<Made<'a>>> + 'a {
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
    let mut large = BTreeSet::new();
    let mut next = 0;
    std::iter::from_fn(move || {
        if next > pieces.len() {
            return None;
        }
        let end = pieces.len().min(next + BATCH);
        let batch = &pieces[next..end];
        if batch.is_empty() {
            next += 1;
            return Some(vec![page(plan, specs, &large)]);
        }
        next = end;
        // A few are made sooner than a thread is started.
        let made: Vec<Made> = if batch.len() < 8 {
            batch.iter().flat_map(|piece| files_of(plan, specs, piece)).collect()
        } else {
            batch.par_iter().flat_map_iter(|piece| files_of(plan, specs, piece)).collect()
        };
        let templates = made.iter().flatten().filter(|file| file.text.len() > REQUEST_BYTES);
        large.extend(templates.map(|file| file.path.clone()));
        Some(made)
    })
}

/// The files one after another; see [`batches`].
pub fn files<'a>(plan: &'a Plan<'a>, specs: &'a Specs) -> impl Iterator<Item = Made<'a>> + 'a {
    batches(plan, specs).flatten()
}

fn page<'a>(plan: &Plan, specs: &Specs, large: &BTreeSet<String>) -> Made<'a> {
    const PATH: &str = "README.md";
    let text = specs.overviews.render(plan, large).map_err(|error| RenderError::of(PATH, &error))?;
    File::markdown(PATH, &text)
}

/// A template, as the overrides leave it.
fn yaml<'a>(plan: &Plan, path: impl Into<String>, template: impl Serialize + Send + Sync + 'a) -> Made<'a> {
    let path = path.into();
    match overrides::patched(plan.config, &path, &template) {
        None => File::yaml(path, template),
        Some(Ok(value)) => File::patched_yaml(path, value),
        Some(Err(error)) => Err(RenderError::of(&path, &error)),
    }
}

/// A declaration, as the overrides leave it.
fn json<'a>(plan: &Plan, path: String, input: impl Serialize + Send + Sync + 'a) -> Made<'a> {
    match overrides::patched(plan.config, &path, &input) {
        None => File::json(path, input),
        Some(Ok(value)) => File::json(path, value),
        Some(Err(error)) => Err(RenderError::of(&path, &error)),
    }
}

fn files_of<'a>(plan: &'a Plan, specs: &'a Specs, piece: &Piece<'a>) -> Vec<Made<'a>> {
    match piece {
        Piece::Base => {
            vec![yaml(plan, names::base_template(None), cloudformation::base(plan.config, &plan.base()))]
        }
        Piece::FurtherBase(at) => {
            let template = cloudformation::base(plan.config, &plan.further_base(at));
            vec![yaml(plan, names::base_template(Some(at.region())), template)]
        }
        Piece::Environment(place) => {
            let template = cloudformation::environment(plan.config, &plan.environment(place));
            vec![yaml(plan, format!("environments/{}.yml", place.name), template)]
        }
        Piece::Roles => {
            roles::documents(plan).into_iter().map(|(path, document)| File::json(path, document)).collect()
        }
        Piece::Pipeline(entry) => {
            let pipeline = plan.pipeline(entry);
            let folder = &pipeline.name;
            let mut files = vec![
                yaml(
                    plan,
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
                    ProjectKind::Migrate | ProjectKind::Keep => return None,
                };
                debug_assert!(
                    shared.text.ends_with(&project.buildspec),
                    "{path} shows what the project runs"
                );
                Some(Ok(File::shared(path, shared)))
            }));
            files
        }
    }
}
