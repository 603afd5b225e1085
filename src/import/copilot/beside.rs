//! Files that belong to a pipeline: the copy of its own branch, and the copies of others.
//!
//! A push is built with the files of the branch that was pushed, so that branch's copy is the one that counts.

use super::super::copies::{Branch, Content, Copy, copies};
use super::super::remark::{Remark, Weight};
use super::pick::{Picked, list};

/// The copy of a file that belongs to a pipeline.
pub(super) struct Beside {
    /// The one that counts.
    pub(super) copy: Copy,
    /// Other texts of it, on other branches.
    pub(super) others: Vec<Copy>,
}

/// Finds a pipeline's file; `None` where the branches that have its manifest do not have it.
pub(super) fn beside(branches: &[Branch], picked: &Picked, path: &str) -> Option<Beside> {
    let mut all = copies(branches, |one| one == path);
    let own = &picked.manifest.source.branch.value;
    let first = [format!("origin/{own}"), own.clone()];
    let at = first
        .iter()
        .chain(&picked.copy.branches)
        .find_map(|name| all.iter().position(|copy| copy.branches.contains(name)))?;
    let copy = all.remove(at);
    Some(Beside { copy, others: all })
}

/// Why a file that belongs to a pipeline is not read, where it is there and no text.
pub(super) fn unread(branches: &[Branch], picked: &Picked, path: &str) -> Option<&'static str> {
    let own = &picked.manifest.source.branch.value;
    let is_its = |branch: &&Branch| branch.name == *own || picked.copy.branches.contains(&branch.shown());
    branches.iter().filter(is_its).find_map(|branch| match branch.files.get(path) {
        Some(Content::Unread(why)) => Some(*why),
        _ => None,
    })
}

impl Beside {
    /// Tells what differs on other branches, line by line.
    pub(super) fn differing(&self, what: &str) -> Vec<Remark> {
        self.others.iter().map(|other| self.differs(what, other)).collect()
    }

    fn differs(&self, what: &str, other: &Copy) -> Remark {
        let more = lacking(&other.text, &self.copy.text);
        let less = lacking(&self.copy.text, &other.text);
        let said = match (more.as_slice(), less.as_slice()) {
            ([], []) => "the same lines stand there in another order".to_owned(),
            (more, []) => format!("there it has also {}", shown(more)),
            ([], less) => format!("there it lacks {}", shown(less)),
            (more, less) => format!("there it has {} in place of {}", shown(more), shown(less)),
        };
        Remark {
            weight: Weight::Changed,
            what: format!("{what} is another one on {}", list(&other.branches)),
            help: format!("{said}. The copy on {} is taken", list(&self.copy.branches)),
            place: Some(super::super::remark::Place {
                file: other.path.clone(),
                branches: other.branches.clone(),
                line: 1,
                column: 1,
            }),
        }
    }
}

/// The lines of one text that the other has nowhere, without their indentation.
fn lacking<'t>(text: &'t str, other: &str) -> Vec<&'t str> {
    let there: std::collections::BTreeSet<&str> = other.lines().map(str::trim).collect();
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !there.contains(line)).collect()
}

/// The first three lines, each no longer than a line of a terminal, and how many more there are.
fn shown(lines: &[&str]) -> String {
    let one = |line: &&str| {
        let line = super::super::buildspecs::secret::Safe::of(None, line).text;
        let short: String = line.chars().take(80).collect();
        if short.len() < line.len() { format!("`{short}…`") } else { format!("`{short}`") }
    };
    let first: Vec<String> = lines.iter().take(3).map(one).collect();
    match lines.len() {
        0..=3 => first.join(", "),
        all => format!("{} and {} more lines", first.join(", "), all - 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_on_another_branch_is_named_line_by_line() {
        let copy = |branch: &str, text: &str| Copy {
            path: "copilot/buildspec.yml".to_owned(),
            text: text.into(),
            branches: vec![branch.to_owned()],
        };
        let all = Beside {
            copy: copy("release", "version: 0.2\n- make test\n- one\n"),
            others: vec![
                copy("develop", "version: 0.2\n- one\n- make quick\n"),
                copy("main", "- make test\n- one\nversion: 0.2\n"),
            ],
        };
        let told = all.differing("its buildspec");
        assert_eq!(told[0].what, "its buildspec is another one on develop");
        assert_eq!(
            told[0].help,
            "there it has `- make quick` in place of `- make test`. The copy on release is taken"
        );
        assert!(told[1].help.starts_with("the same lines stand there in another order"));
    }
}
