//! `overrides/`: what a person changed in the template that Copilot makes of a pipeline.
//!
//! They stand in `copilot/pipelines/<name>/overrides/`, for a pipeline that is written in `copilot/pipeline.yml`, too
//! (`PipelineOverridesPath` in `internal/pkg/workspace/workspace.go`, version 1.33). Resources and properties are those of Copilot's
//! templates (`templates/cicd/`).

mod meaning;
mod patch;
pub(super) mod project;
mod settle;
mod stages;
mod triggers;

use super::super::copies::{Branch, copies};
use super::super::draft::{Deploy, Draft};
use super::super::reader::{Raised, Raises};
use super::super::remark::{Place, Remark, Weight};
use super::beside::{beside, unread};
use super::pick::{self, Picked};
pub(super) use meaning::Meaning;
pub(super) use settle::{settle, untested};

/// Whether a file below `copilot/` is one of overrides.
pub(super) fn is_override(path: &str) -> bool {
    path.ends_with("/overrides/cfn.patches.yml") || path.ends_with("/overrides/cdk.json")
}

/// What the patches of one pipeline come to.
pub(super) struct Overridden {
    /// What they mean.
    pub(super) meaning: Meaning,
    /// The file; `None` where there is none.
    pub(super) place: Option<Place>,
}

/// Reads the overrides of each pipeline, in the order of the pipelines. What changes a pipeline's branch or an approval is written into
/// its manifest here, since everything else goes by that.
pub(super) fn read(
    branches: &[Branch],
    pipelines: &mut [Picked],
    remarks: &mut Vec<Remark>,
) -> Vec<Overridden> {
    pipelines.iter_mut().map(|picked| of_pipeline(branches, picked, remarks)).collect()
}

fn of_pipeline(branches: &[Branch], picked: &mut Picked, remarks: &mut Vec<Remark>) -> Overridden {
    let name = picked.manifest.name.value.clone();
    let folder = format!("copilot/pipelines/{name}/overrides");
    let none = Overridden { meaning: Meaning::default(), place: None };
    let patches = format!("{folder}/cfn.patches.yml");
    if let Some(why) = unread(branches, picked, &patches) {
        remarks.push(Remark {
            weight: Weight::Lost,
            what: format!("`{patches}` is {why}, and is not read"),
            help: "what it changes in the pipeline is missing here".to_owned(),
            place: None,
        });
        return none;
    }
    let Some(found) = beside(branches, picked, &patches) else {
        cdk(branches, picked, &folder, remarks);
        return none;
    };
    let raises = Raises::default();
    let (patches, faults) = patch::read(&found.copy.text, &raises);
    remarks.extend(faults.into_iter().map(|finding| Remark {
        weight: Weight::Lost,
        what: finding.message,
        help: finding.help,
        place: Some(pick::place(&found.copy, finding.place.unwrap_or_default())),
    }));
    let meaning = meaning::of(&patches, &mut picked.manifest, &raises);
    let mut told: Vec<Raised> = raises.into_all();
    told.sort_by_key(|raised| raised.span);
    remarks.extend(told.into_iter().map(|raised| pick::remark(&found.copy, raised)));
    remarks.extend(found.differing(&format!("`{}`", found.copy.path)));
    let place = patches.first().map(|patch| pick::place(&found.copy, patch.span));
    Overridden { meaning, place }
}

/// A program that changes the template: nobody can say what it does without running it.
fn cdk(branches: &[Branch], picked: &Picked, folder: &str, remarks: &mut Vec<Remark>) {
    let path = format!("{folder}/cdk.json");
    let Some(found) = beside(branches, picked, &path) else { return };
    let name = &picked.manifest.name.value;
    remarks.push(Remark {
        weight: Weight::Lost,
        what: format!("a CDK program changes the pipeline `{name}`, and is not run"),
        help: format!(
            "compare what `copilot pipeline package -n {}` prints with `{folder}` and without it, and write the difference as keys of \
             branchline.yml (`build`, `branches`) or as `overrides`",
            crate::document::steps::quote(name)
        ),
        place: Some(pick::place(&found.copy, crate::diagnostic::Span::default())),
    });
}

/// Tells what becomes of the overrides of environments and workloads: they change stacks that Copilot keeps.
pub(super) fn elsewhere(branches: &[Branch], draft: &Draft, remarks: &mut Vec<Remark>) {
    let mut told = std::collections::BTreeSet::new();
    for copy in copies(branches, |path| path.starts_with("copilot/") && is_override(path)) {
        let parts: Vec<&str> = copy.path.split('/').collect();
        let ["copilot", whose, "overrides", _] = parts.as_slice() else { continue };
        if !told.insert((*whose).to_owned()) {
            continue;
        }
        let place = Some(pick::place(&copy, crate::diagnostic::Span::default()));
        if *whose == "environments" {
            remarks.push(Remark {
                weight: Weight::Kept,
                what: "overrides change the stacks of Copilot's environments, which stay as they are"
                    .to_owned(),
                help: "`copilot env deploy` goes on taking them".to_owned(),
                place,
            });
            continue;
        }
        let deploy =
            draft.services.iter().find(|service| service.name == *whose).map(|service| &service.deploy);
        let (weight, help) = match deploy {
            Some(Deploy::Ecs(_) | Deploy::Task(_)) => (
                Weight::Changed,
                "what they made stands in AWS and stays: a deploy changes the image alone. A later change of theirs takes \
                 effect with `copilot svc deploy` or `copilot job deploy` only",
            ),
            Some(Deploy::Commands(_) | Deploy::Step(_)) => (
                Weight::Kept,
                "they take effect where the service's commands call `copilot svc deploy`, as before",
            ),
            None => {
                (Weight::Lost, "nothing deploys it from this map, so a change of theirs takes effect no more")
            }
        };
        remarks.push(Remark {
            weight,
            what: format!("overrides change the stack of `{whose}`"),
            help: help.to_owned(),
            place,
        });
    }
}

#[cfg(test)]
mod tests;
