//! `copilot/` below a folder, and several of them in one repository.
//!
//! Copilot's paths are those from the folder that holds `copilot/` (`internal/pkg/workspace`, `ProjectRoot`), but for buildspecs, which
//! CodeBuild reads: those are from the root of the repository. So the files of one folder are read as if it were the root, with what is
//! outside as `../`, and afterwards every path is that from the root again: the proposed file stands there.

use std::collections::BTreeMap;

use super::super::copies::{Branch, Content};
use super::super::draft::{Build, Image};
use super::super::remark::Place;
use super::gather::Gathered;
use super::pick::is_manifest;
use super::workload::clean;

/// The folders that hold a `copilot/` with pipelines, each with the branches that have it; without any, those with a `.workspace`. The
/// root is the empty text.
pub fn folders(branches: &[Branch]) -> BTreeMap<String, Vec<String>> {
    let with = |is_it: &dyn Fn(&str) -> bool| {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for branch in branches {
            for folder in branch.files.keys().filter_map(|path| holder(path, is_it)) {
                let of_folder = found.entry(folder.to_owned()).or_default();
                if of_folder.last() != Some(&branch.shown()) {
                    of_folder.push(branch.shown());
                }
            }
        }
        found
    };
    let found = with(&is_manifest);
    if found.is_empty() { with(&|path| path == "copilot/.workspace") } else { found }
}

/// The folder from which a path is one of these.
fn holder<'p>(path: &'p str, is_it: &dyn Fn(&str) -> bool) -> Option<&'p str> {
    if is_it(path) {
        return Some("");
    }
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    slashes.find(|at| is_it(&path[at + 1..])).map(|at| &path[..at])
}

/// The files below a folder, with their paths from there. Those of the root are all.
pub fn below(branches: &[Branch], folder: &str) -> Vec<Branch> {
    if folder.is_empty() {
        return branches.to_vec();
    }
    let inside = |files: &BTreeMap<String, Content>| {
        let own = files.iter().filter_map(|(path, content)| {
            Some((path.strip_prefix(folder)?.strip_prefix('/')?.to_owned(), content.clone()))
        });
        own.collect()
    };
    branches.iter().map(|branch| Branch { files: inside(&branch.files), ..branch.clone() }).collect()
}

/// Adds files by their paths from the root of the repository: `../` leads to what is outside of the folder.
pub fn add(branches: &mut [Branch], more: &[Branch], folder: &str) {
    let steps = if folder.is_empty() { 0 } else { folder.split('/').count() };
    for branch in branches {
        let same = more.iter().find(|one| (&one.name, one.is_remote) == (&branch.name, branch.is_remote));
        for (path, content) in same.into_iter().flat_map(|one| &one.files) {
            branch.files.insert(format!("{}{path}", "../".repeat(steps)), content.clone());
        }
    }
}

/// What was read below a folder, with every path from the root again.
pub fn from_root(mut gathered: Gathered, folder: &str) -> Gathered {
    if folder.is_empty() {
        return gathered;
    }
    let path = |path: &str| clean(&format!("{folder}/{path}"));
    let place = |place: &mut Place| place.file = path(&place.file);
    gathered.remarks.iter_mut().filter_map(|remark| remark.place.as_mut()).for_each(place);
    let draft = &mut gathered.draft;
    draft.rules.iter_mut().for_each(|rule| place(&mut rule.place));
    draft.environments.iter_mut().for_each(|environment| place(&mut environment.place));
    draft.migrate.iter_mut().for_each(|migrate| place(&mut migrate.place));
    let settings = &mut draft.settings;
    settings.test.iter_mut().for_each(|test| place(&mut test.place));
    settings.checks.iter_mut().for_each(|checks| place(&mut checks.place));
    settings.patches.iter_mut().for_each(|patch| place(&mut patch.place));
    gathered.before.pipelines.iter_mut().for_each(|picked| picked.copy.path = path(&picked.copy.path));
    for service in &mut draft.services {
        place(&mut service.place);
        let Image::Built(Build { dockerfile, context, .. }) = &mut service.image else { continue };
        let root = path(context.as_deref().unwrap_or("."));
        *context = (root != ".").then_some(root);
        *dockerfile = dockerfile.as_deref().map(path);
    }
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_what_stands_before_copilot_wherever_it_is() {
        for (path, folder) in [
            ("copilot/pipeline.yml", Some("")),
            ("services/shop/copilot/pipelines/api/manifest.yml", Some("services/shop")),
            ("copilot/copilot/pipeline.yml", Some("copilot")),
            ("services/shop/pipeline.yml", None),
            ("mycopilot/pipeline.yml", None),
        ] {
            assert_eq!(holder(path, &is_manifest), folder, "{path}");
        }
    }

    #[test]
    fn files_below_a_folder_come_back_as_they_were() {
        let files = ["services/shop/copilot/.workspace", "services/shopping/copilot/.workspace", "ci/a.yml"];
        let files = files.map(|path| (path.to_owned(), Content::Text("x".into())));
        let branch = Branch { name: "main".to_owned(), is_remote: false, files: BTreeMap::from(files) };
        let mut own = below(std::slice::from_ref(&branch), "services/shop");
        assert_eq!(own[0].files.keys().collect::<Vec<_>>(), ["copilot/.workspace"]);
        let more =
            Branch { files: BTreeMap::from([("ci/a.yml".to_owned(), Content::Unread("no text"))]), ..branch };
        add(&mut own, &[more], "services/shop");
        assert_eq!(own[0].files.keys().collect::<Vec<_>>(), ["../../ci/a.yml", "copilot/.workspace"]);
        assert_eq!(clean("services/shop/../../ci/a.yml"), "ci/a.yml");
    }
}
