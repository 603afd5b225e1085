//! A file of the working tree that another tool reads: of tools that keep one map, which is the same on every branch.

use std::sync::Arc;

use super::reader::Raised;
use super::remark::{Place, Remark, Weight};
use crate::config::tree::{self, Node};
use crate::diagnostic::Span;
use crate::diagnostic::place::Lines;

/// The file as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// How people name it: its path from the root of the repository, or as it was given.
    pub path: String,
    /// What stands in it.
    pub text: Arc<str>,
}

impl File {
    /// Where something of it stands. It is of the working tree, so the place names no branches.
    pub fn place(&self, span: Span) -> Place {
        self.at(&Lines::new(&self.text), span)
    }

    fn at(&self, lines: &Lines<'_>, span: Span) -> Place {
        let at = lines.place(span.start);
        Place { file: self.path.clone(), branches: Vec::new(), line: at.line, column: at.column }
    }

    /// What was raised of it, as remarks.
    pub(super) fn remarks(&self, raised: impl IntoIterator<Item = Raised>) -> Vec<Remark> {
        let lines = Lines::new(&self.text);
        let remarks = raised.into_iter().map(|Raised { weight, what, help, span }| Remark {
            weight,
            what,
            help,
            place: Some(self.at(&lines, span)),
        });
        remarks.collect()
    }

    /// Its tree, and what is wrong with it as YAML.
    pub(super) fn tree(&self) -> (Option<Node>, Vec<Remark>) {
        let (tree, findings) = tree::read_of_others(&self.text);
        let lines = Lines::new(&self.text);
        let remarks = findings.into_iter().map(|finding| Remark {
            weight: Weight::Lost,
            what: finding.message,
            help: finding.help,
            place: Some(self.at(&lines, finding.place.unwrap_or_default())),
        });
        (tree, remarks.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_yaml_is_told_with_its_line_and_without_branches() {
        let file = File { path: "map.yml".to_owned(), text: "a: 1\na: 2\n".into() };
        let (tree, remarks) = file.tree();
        assert!(tree.is_some());
        let place = remarks[0].place.as_ref().expect("it has a place");
        assert_eq!((place.file.as_str(), place.line, place.branches.len()), ("map.yml", 2, 0));
    }
}
