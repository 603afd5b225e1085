//! Templates of one's own that Copilot's deploys carry: `addons/` of workloads, environments and pipelines.
//!
//! By Copilot's documentation ("Additional AWS resources") and its sources (`internal/pkg/addon`, `internal/pkg/workspace`), version 1.33:
//! files that end in `.yml` or `.yaml`, `addons.parameters` among them, are one nested stack of the workload's or the environment's stack.

use std::collections::BTreeMap;

use super::super::copies::Branch;
use super::super::remark::{Place, Remark, Weight};

/// Whose addons a file is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Workload(String),
    Environments,
    Pipeline(String),
}

/// Whether Copilot takes a file of addons for a template, or for parameters.
pub(super) fn is_template(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "yml" | "yaml")))
}

/// Whose a template, or a file of parameters, is; the path is from the folder that holds `copilot/`.
fn whose(path: &str) -> Option<Whose> {
    if !is_template(path) {
        return None;
    }
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["copilot", "environments", "addons", _] => Some(Whose::Environments),
        ["copilot", "pipelines", name, "addons", _] => Some(Whose::Pipeline((*name).to_owned())),
        ["copilot", name, "addons", _] => Some(Whose::Workload((*name).to_owned())),
        _ => None,
    }
}

/// What there is to know of the addons, one remark for each owner.
pub fn addons(branches: &[Branch]) -> Vec<Remark> {
    let mut found: BTreeMap<Whose, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for branch in branches {
        // What is no file of text is there all the same.
        for path in branch.files.keys() {
            let Some(whose) = whose(path) else { continue };
            found.entry(whose).or_default().entry(path).or_default().push(branch.shown());
        }
    }
    let remarks = found.into_iter().filter_map(|(whose, files)| {
        let names: Vec<String> =
            files.keys().map(|path| format!("`{}`", path.rsplit('/').next().unwrap_or(path))).collect();
        let (first, branches) = files.first_key_value()?;
        let (what, help) = match &whose {
            Whose::Workload(name) => (
                format!("the workload `{name}` has addons: {}", names.join(", ")),
                "they stand in its stack, and stay there as they are: a deploy changes the image alone, and nobody brings changes to these \
                 templates into AWS. `copilot svc deploy` (or `job deploy`) by hand does, as long as it works, and sets the image to what \
                 it builds; else take the resources into a stack of your own, by `aws cloudformation deploy` in a service with \
                 `deploy.commands`. Deleting the workload's stack deletes them",
            ),
            Whose::Environments => (
                format!("the environments have addons: {}", names.join(", ")),
                "they stand in the environments' stacks, and stay there as they are. `copilot env deploy` by hand brings changes into AWS as \
                 long as it works; else take the resources into a stack of your own. Deleting an environment's stack deletes them",
            ),
            Whose::Pipeline(name) => (
                format!("the pipeline `{name}` has a folder of addons: {}", names.join(", ")),
                "Copilot deploys none with a pipeline: see where else these templates are used, or deploy them by a stack of your own",
            ),
        };
        let weight = if matches!(whose, Whose::Pipeline(_)) { Weight::Mistake } else { Weight::Lost };
        let place = Place { file: (*first).to_owned(), branches: branches.clone(), line: 1, column: 1 };
        Some(Remark { weight, what, help: help.to_owned(), place: Some(place) })
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::copies::Content;
    use super::*;

    #[test]
    fn addons_are_told_once_for_each_owner_and_other_files_are_none() {
        let files = [
            "copilot/api/addons/db.yml",
            "copilot/api/addons/addons.parameters.yml",
            "copilot/api/addons/nested/x.yml",
            "copilot/api/addons/README.md",
            "copilot/environments/addons/vpc.yaml",
            "copilot/pipelines/shop/addons/role.yml",
            "copilot/api/manifest.yml",
        ];
        let files = files.map(|path| (path.to_owned(), Content::Unread("a symbolic link")));
        let branch = Branch { name: "main".to_owned(), is_remote: true, files: BTreeMap::from(files) };
        let told: Vec<(Weight, String)> =
            addons(&[branch]).into_iter().map(|one| (one.weight, one.what)).collect();
        let expected = [
            (Weight::Lost, "the workload `api` has addons: `addons.parameters.yml`, `db.yml`"),
            (Weight::Lost, "the environments have addons: `vpc.yaml`"),
            (Weight::Mistake, "the pipeline `shop` has a folder of addons: `role.yml`"),
        ];
        assert_eq!(told, expected.map(|(weight, what)| (weight, what.to_owned())));
    }
}
