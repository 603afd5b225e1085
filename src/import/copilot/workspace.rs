//! `copilot/.workspace`: the application that a repository's manifests belong to.

use super::super::reader::{Located, Mapping, Raised, Raises};
use crate::config::tree;
use crate::diagnostic::Finding;

/// What was read of a workspace.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The application's name, where it can be made out.
    pub application: Option<Located<String>>,
    /// What is to be said, in the order of the file.
    pub raised: Vec<Raised>,
    /// What is wrong with the text as YAML.
    pub findings: Vec<Finding>,
}

/// Reads a workspace's file. Other keys than `application` are of older versions, and passed over.
pub fn read(text: &str) -> Reading {
    let (node, findings) = tree::read_of_others(text);
    let raises = Raises::default();
    let application =
        node.as_ref().and_then(|node| Mapping::of(node, "", &raises)).and_then(|top| top.text("application"));
    Reading { application, raised: raises.into_all(), findings }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_application_is_read_and_nothing_else_is_asked_for() {
        let reading = read("application: shop\nproject_name: old\n");
        assert_eq!(reading.application.expect("it is there").value, "shop");
        assert_eq!(reading.raised, []);
        assert!(read("[shop]").application.is_none());
    }
}
