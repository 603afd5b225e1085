//! Which copy of a pipeline's manifest is the one that counts.
//!
//! Copilot deployed a pipeline from whatever was checked out, and the workaround kept another manifest on the release branch. A
//! pipeline that a push starts is described best by the branch that is pushed to, so that branch's copy is taken; what other
//! branches say of the same pipeline is told.

use std::collections::BTreeMap;

use super::super::copies::{Branch, Content, Copy, copies};
use super::super::reader::Raised;
use super::super::remark::{Place, Remark, Weight};
use super::pipeline::{self, Manifest, Reading};
use crate::diagnostic::Span;
use crate::diagnostic::place::Lines;

/// A pipeline as it is taken.
#[derive(Clone, Debug)]
pub struct Picked {
    /// What its manifest says.
    pub manifest: Manifest,
    /// The file, and the branches that have it so.
    pub copy: Copy,
}

impl Picked {
    /// Where something of the manifest stands.
    pub fn place(&self, span: Span) -> Place {
        place(&self.copy, span)
    }
}

/// The pipelines, by name and branch, and what there is to say.
#[derive(Clone, Debug, Default)]
pub struct Pipelines {
    /// The pipelines.
    pub all: Vec<Picked>,
    /// What is to be said.
    pub remarks: Vec<Remark>,
}

/// Whether a path below the folder that holds `copilot/` is a pipeline's manifest.
pub fn is_manifest(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts.as_slice(), ["copilot", "pipeline.yml"] | ["copilot", "pipelines", _, "manifest.yml"])
}

/// A manifest with its copy and what is to be said of it.
type Read = (Copy, Manifest, Vec<Raised>);

/// Reads the pipelines of every branch. `current` is the branch that is checked out.
pub fn pipelines(branches: &[Branch], current: Option<&str>) -> Pipelines {
    let mut found = Pipelines::default();
    unread(branches, &mut found.remarks);
    let mut groups: BTreeMap<(String, String), Vec<Read>> = BTreeMap::new();
    for copy in copies(branches, is_manifest) {
        let Reading { manifest, raised, findings } = pipeline::read(&copy.text);
        for finding in findings {
            found.remarks.push(Remark {
                weight: Weight::Lost,
                what: finding.message,
                help: finding.help,
                place: Some(place(&copy, finding.place.unwrap_or_default())),
            });
        }
        match manifest {
            Some(manifest) => {
                let key = (manifest.name.value.clone(), manifest.source.branch.value.clone());
                groups.entry(key).or_default().push((copy, manifest, raised));
            }
            None => found.remarks.extend(raised.into_iter().map(|raised| remark(&copy, raised))),
        }
    }
    for ((name, branch), copies) in groups {
        let exists = branches.iter().any(|one| one.name == branch);
        let (reason, at) = best(&copies, &branch, current);
        let mut copies = copies;
        let (copy, manifest, raised) = copies.remove(at);
        if !exists {
            found.remarks.push(Remark {
                weight: Weight::Mistake,
                what: format!("the pipeline `{name}` waits for pushes to `{branch}`, and there is no such branch"),
                help: "if it is on the remote, `git fetch` brings it; else the pipeline has not run for long, and its rule can go"
                    .to_owned(),
                place: Some(place(&copy, manifest.source.branch.span)),
            });
        }
        if !copies.is_empty() {
            let others: Vec<String> =
                copies.iter().map(|(copy, ..)| format!("{} ({})", copy.path, list(&copy.branches))).collect();
            found.remarks.push(Remark {
                weight: Weight::Changed,
                what: format!(
                    "the pipeline `{name}` of the branch `{branch}` is written in {} ways; this one is taken, {reason}",
                    copies.len() + 1
                ),
                help: format!("left are {}: see whether one of them is what runs today", others.join("; ")),
                place: Some(place(&copy, manifest.name.span)),
            });
        }
        found.remarks.extend(raised.into_iter().map(|raised| remark(&copy, raised)));
        found.all.push(Picked { manifest, copy });
    }
    found
}

/// Which of the copies is taken, and why.
fn best(copies: &[Read], branch: &str, current: Option<&str>) -> (&'static str, usize) {
    let remote = |name: &str| format!("origin/{name}");
    let has = |name: &str| copies.iter().position(|(copy, ..)| copy.branches.iter().any(|one| one == name));
    // The remote's copy is what a push has brought there.
    let own = has(&remote(branch)).or_else(|| has(branch));
    if let Some(at) = own {
        return ("since it stands on that branch itself", at);
    }
    let here = current.and_then(|name| has(name).or_else(|| has(&remote(name))));
    if let Some(at) = here {
        return ("since it is the one that is checked out: that branch has none", at);
    }
    let most = (0..copies.len()).max_by_key(|at| (copies[*at].0.branches.len(), usize::MAX - at));
    ("since most branches have it so: that branch has none", most.unwrap_or_default())
}

/// Manifests that are no text.
fn unread(branches: &[Branch], remarks: &mut Vec<Remark>) {
    let mut seen: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for branch in branches {
        for (path, content) in &branch.files {
            if let (Content::Unread(why), true) = (content, is_manifest(path)) {
                seen.entry((path, why)).or_default().push(branch.shown());
            }
        }
    }
    remarks.extend(seen.into_iter().map(|((path, why), branches)| Remark {
        weight: Weight::Lost,
        what: format!("`{path}` is {why}, and is not read"),
        help: "see what it is; a pipeline that it describes is missing here".to_owned(),
        place: Some(Place { file: path.to_owned(), branches, line: 1, column: 1 }),
    }));
}

pub(super) fn remark(copy: &Copy, raised: Raised) -> Remark {
    let Raised { weight, what, help, span } = raised;
    Remark { weight, what, help, place: Some(place(copy, span)) }
}

pub(in crate::import) fn place(copy: &Copy, span: Span) -> Place {
    let at = Lines::new(&copy.text).place(span.start);
    Place { file: copy.path.clone(), branches: copy.branches.clone(), line: at.line, column: at.column }
}

/// Branches in words: the first three, and how many more.
pub fn list(branches: &[String]) -> String {
    match branches {
        [one, two, three, rest @ ..] if !rest.is_empty() => {
            format!("{one}, {two}, {three} and {} more", rest.len())
        }
        all => all.join(", "),
    }
}

#[cfg(test)]
mod tests;
