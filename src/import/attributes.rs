//! The workaround in `.gitattributes`: lines that keep a branch's own pipeline file when another branch is merged.
//!
//! `merge=ours` names a merge driver, and git knows none of that name unless `merge.ours.driver` is configured in the very clone that
//! merges; else the line does nothing, without a word (gitattributes(5), "Defining a custom merge driver"). With one map that is the
//! same on every branch nothing has to be kept apart.

use serde::Serialize;

use super::copies::{Branch, copies};
use super::remark::Place;
use crate::change::unified;

/// A line that keeps files apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The file and its branches, with the line.
    pub place: Place,
    /// The line as it stands.
    pub line: String,
    /// The pattern of the files.
    pub pattern: String,
    /// Whether it is about pipeline files alone, so that it can go. One that is about others, too, is somebody's to judge.
    pub is_ours_to_remove: bool,
}

/// A file of attributes, and the difference that takes its guards out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Patch {
    /// The file, from the root of the repository.
    pub file: String,
    /// The branches that have it so.
    pub branches: Vec<String>,
    /// The unified difference, as `git apply` takes it.
    pub patch: String,
}

/// What takes the guards out on each branch: one patch for each way in which a file stands, none where no line can go.
pub fn patches(branches: &[Branch]) -> Vec<Patch> {
    let made = copies(branches, is_attributes).into_iter().map(|copy| {
        let left = without(&copy.text, &copy.path);
        Patch {
            patch: unified(&copy.path, Some(&copy.text), Some(&left), false),
            file: copy.path,
            branches: copy.branches,
        }
    });
    made.filter(|patch| !patch.patch.is_empty()).collect()
}

/// Whether a path is a file of attributes.
pub fn is_attributes(path: &str) -> bool {
    path == ".gitattributes" || path.ends_with("/.gitattributes")
}

/// The guards of all branches.
pub fn guards(branches: &[Branch]) -> Vec<Guard> {
    let found = copies(branches, is_attributes).into_iter().flat_map(|copy| {
        let below = copy.path.strip_suffix(".gitattributes").unwrap_or_default().to_owned();
        let lines: Vec<(usize, String)> =
            copy.text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned())).collect();
        lines.into_iter().filter_map(move |(number, line)| {
            let (pattern, is_ours_to_remove) = guard(&line, &below)?;
            let place =
                Place { file: copy.path.clone(), branches: copy.branches.clone(), line: number, column: 1 };
            Some(Guard { place, pattern: pattern.to_owned(), is_ours_to_remove, line })
        })
    });
    found.collect()
}

/// The text without the lines that are about pipeline files alone; all others stay as they are, byte for byte. `path` is where it
/// stands.
pub fn without(text: &str, path: &str) -> String {
    let below = path.strip_suffix(".gitattributes").unwrap_or_default();
    let kept = text.split_inclusive('\n').filter(|line| {
        let line = line.trim_end_matches(['\n', '\r']);
        !guard(line, below).is_some_and(|(_, is_ours_to_remove)| is_ours_to_remove)
    });
    kept.collect()
}

/// The pattern of a line that names the driver `ours`, and whether it is about pipeline files alone.
fn guard<'l>(line: &'l str, below: &str) -> Option<(&'l str, bool)> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.starts_with('#') {
        return None;
    }
    let (pattern, rest) = first(line)?;
    let attributes: Vec<&str> = rest.split_ascii_whitespace().collect();
    attributes.contains(&"merge=ours").then(|| {
        // A line that says more than how to merge is not ours to take away.
        let says_only_this = attributes.iter().all(|one| *one == "merge=ours");
        (pattern, says_only_this && is_of_pipelines(pattern, below))
    })
}

/// The pattern of a line, and what follows. One with blanks in it stands in quotes, as in C; with an escape between them it is left as
/// it is written.
fn first(line: &str) -> Option<(&str, &str)> {
    let quoted = line.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let quoted = quoted.filter(|(pattern, rest)| !pattern.contains('\\') && rest.starts_with([' ', '\t']));
    let end = line.find(|sign: char| sign.is_ascii_whitespace()).unwrap_or(line.len());
    quoted.or_else(|| (end > 0).then(|| line.split_at(end)))
}

/// Whether all files of a pattern are of pipelines: Copilot's, or buildspecs.
fn is_of_pipelines(pattern: &str, below: &str) -> bool {
    if pattern.starts_with('"') {
        return false;
    }
    let written = pattern.strip_prefix('/').unwrap_or(pattern);
    let path = format!("{below}{written}");
    // Without a slash in it a pattern is for files of that name in every folder (gitignore(5)).
    let Some((folder, name)) = path.rsplit_once('/') else {
        return is_buildspec(&path) || path == "pipeline.yml";
    };
    let below_copilot = folder == "copilot" || folder.ends_with("/copilot");
    let in_pipelines = format!("/{folder}/").contains("/copilot/pipelines/");
    in_pipelines || (below_copilot && (name == "pipeline.yml" || is_buildspec(name))) || is_buildspec(name)
}

/// `buildspec.yml`, `buildspec-release.yml`, `buildspec*.yml`.
fn is_buildspec(name: &str) -> bool {
    let name = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    name.is_some_and(|name| name.starts_with("buildspec"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::copies::Content;
    use super::*;

    #[test]
    fn lines_about_pipeline_files_alone_can_go_and_all_others_stay_byte_for_byte() {
        let text = "# kept\r\ncopilot/pipeline.yml merge=ours\r\n*.png binary\r\ncopilot/pipelines/** merge=ours\n\
            buildspec*.yml\tmerge=ours\n*.yml merge=ours\n/copilot/buildspec.yml merge=ours text\ncopilot/api/manifest.yml merge=ours\n\
            # copilot/pipeline.yml merge=ours\ndb/schema.rb merge=union";
        let left = "# kept\r\n*.png binary\r\n*.yml merge=ours\n/copilot/buildspec.yml merge=ours text\n\
            copilot/api/manifest.yml merge=ours\n# copilot/pipeline.yml merge=ours\ndb/schema.rb merge=union";
        assert_eq!(without(text, ".gitattributes"), left);
        assert_eq!(without(left, ".gitattributes"), left);
    }

    #[test]
    fn a_pattern_in_quotes_is_one_pattern() {
        let text = "\"copilot/pipelines/a b/manifest.yml\" merge=ours\n";
        assert_eq!(without(text, ".gitattributes"), "");
        for kept in [
            "\"copilot/api b/manifest.yml\" merge=ours\n",
            "\"copilot/pipelines/a\\\"b/manifest.yml\" merge=ours\n",
            "\"copilot/pipelines/a b\"merge=ours\n",
            "\"copilot/pipelines/a b merge=ours\n",
        ] {
            assert_eq!(without(kept, ".gitattributes"), kept);
        }
    }

    #[test]
    fn the_patch_of_each_copy_takes_its_guards_out_and_git_would_take_it() {
        let branch = |name: &str, text: &str| Branch {
            name: name.to_owned(),
            is_remote: false,
            files: BTreeMap::from([(".gitattributes".to_owned(), Content::Text(text.into()))]),
        };
        let guarded = "* text=auto\ncopilot/pipeline.yml merge=ours\n";
        let found =
            patches(&[branch("develop", guarded), branch("main", "* text\n"), branch("release", guarded)]);
        let patch = "--- a/.gitattributes\n+++ b/.gitattributes\n@@ -1,2 +1 @@\n * text=auto\n-copilot/pipeline.yml merge=ours\n";
        assert_eq!(
            found,
            [Patch {
                file: ".gitattributes".to_owned(),
                branches: vec!["develop".to_owned(), "release".to_owned()],
                patch: patch.to_owned(),
            }]
        );
    }

    #[test]
    fn a_file_below_a_folder_speaks_of_that_folder() {
        assert_eq!(without("pipeline.yml merge=ours\n", "copilot/.gitattributes"), "");
        assert_eq!(
            without("api/manifest.yml merge=ours\n", "copilot/.gitattributes"),
            "api/manifest.yml merge=ours\n"
        );
    }

    #[test]
    fn each_guard_is_told_with_its_branches_and_line() {
        let branch = |name: &str, text: &str| Branch {
            name: name.to_owned(),
            is_remote: false,
            files: BTreeMap::from([(".gitattributes".to_owned(), Content::Text(text.into()))]),
        };
        let text = "* text=auto\ncopilot/pipeline.yml merge=ours\n* merge=ours\n";
        let found =
            guards(&[branch("develop", text), branch("release", text), branch("main", "* text=auto\n")]);
        let shown: Vec<_> = found
            .iter()
            .map(|guard| {
                (
                    guard.place.line,
                    guard.pattern.as_str(),
                    guard.is_ours_to_remove,
                    guard.place.branches.len(),
                )
            })
            .collect();
        assert_eq!(shown, [(2, "copilot/pipeline.yml", true, 2), (3, "*", false, 2)]);
    }
}
