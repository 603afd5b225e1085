//! The whole generated folder, file by file.

use std::collections::BTreeSet;

use super::file::{File, RenderError};
use super::specs::Specs;
use super::{cloudformation, codepipeline, overview};
use crate::pipeline::Plan;

/// Bytes a template may have in a request; a larger one goes through a bucket (AWS CloudFormation quotas).
const REQUEST_BYTES: usize = 51_200;

/// The files of a plan, each made when it is asked for: base, environments, pipelines, and the overview last, since
/// it tells of the others.
pub fn files<'a>(
    plan: &'a Plan<'a>,
    specs: &'a Specs,
) -> impl Iterator<Item = Result<File, RenderError>> + 'a {
    let mut large = BTreeSet::new();
    let base = std::iter::once_with(|| {
        vec![File::yaml("base.yml", &cloudformation::base(plan.config, &plan.base()))]
    });
    let environments = plan.environments().map(|place| {
        let environment = plan.environment(place);
        let template = cloudformation::environment(plan.config, &environment);
        vec![File::yaml(format!("environments/{}.yml", place.name), &template)]
    });
    let pipelines = plan.map.entries.iter().map(|entry| {
        let pipeline = plan.pipeline(entry);
        let folder = &pipeline.name;
        let mut files = vec![
            File::yaml(format!("{folder}/pipeline.yml"), &cloudformation::pipeline(plan.config, &pipeline)),
            File::json(format!("{folder}/pipeline.json"), &codepipeline::input(plan.config, &pipeline)),
        ];
        files.extend(pipeline.projects.iter().map(|project| {
            let path = format!("{folder}/buildspec-{}.yml", project.stem.to_lowercase());
            let says = if project.stem == "Test" { &specs.test } else { &specs.build };
            File::buildspec(path, &project.buildspec, says)
        }));
        files
    });
    let made = base.chain(environments).chain(pipelines).flatten();
    let mut made = made.fuse();
    let mut done = false;
    std::iter::from_fn(move || {
        if let Some(file) = made.next() {
            if let Ok(file) = &file
                && file.text.len() > REQUEST_BYTES
                && !file.path.contains("buildspec")
            {
                large.insert(file.path.clone());
            }
            return Some(file);
        }
        if done {
            return None;
        }
        done = true;
        Some(
            overview::overview(plan, &large)
                .map_err(|error| RenderError::of("README.md", &error))
                .and_then(|text| File::markdown("README.md", &text)),
        )
    })
}
