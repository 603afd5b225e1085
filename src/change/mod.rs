//! What is there × what should be → changes.
//!
//! Nothing here touches the disk: the text that is there is an argument, the verdict is the result.

mod diff;
pub mod direct;
mod layout;
pub mod stack;
mod summary;

pub use diff::unified;
pub use layout::{is_generated_path, is_of_bootstrap};
pub use summary::{Counts, Summary};

use serde::Serialize;

use crate::document::digest::{Sealed, inspect};

/// What is to be done about one path, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing is there.
    Add,
    /// What is there was generated from something else.
    Update,
    /// It is there already, but perhaps for its line ends.
    Unchanged,
    /// It was generated and then edited by hand; only replaced by force.
    Edited,
    /// Something that branchline did not make stands in its place; only replaced by force.
    Foreign,
    /// It was generated once and no longer is.
    Orphan,
    /// It was generated once, no longer is, and was edited by hand; only removed by force.
    OrphanEdited,
    /// A run that was killed had staged it; the next one that writes removes it.
    Abandoned,
}

impl Kind {
    /// Whether doing it would destroy something that cannot be generated again.
    pub fn needs_force(self) -> bool {
        matches!(self, Kind::Edited | Kind::Foreign | Kind::OrphanEdited)
    }

    /// Whether it is a file that should no longer be there.
    pub fn is_orphan(self) -> bool {
        matches!(self, Kind::Orphan | Kind::OrphanEdited)
    }
}

/// One path and what is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The path below the output folder, with `/`.
    pub path: String,
    /// What is to be done.
    #[serde(rename = "change")]
    pub kind: Kind,
}

/// What becomes of a path where `should` should stand and these bytes stand now.
pub fn compare(path: &str, there: &[u8], should: &str) -> Kind {
    if there == should.as_bytes() {
        return Kind::Unchanged;
    }
    let Ok(there) = std::str::from_utf8(there) else { return Kind::Foreign };
    if there.contains('\r') && there.replace("\r\n", "\n") == should {
        return Kind::Unchanged;
    }
    match inspect(path, there) {
        Sealed::NotOurs => Kind::Foreign,
        Sealed::Intact => Kind::Update,
        Sealed::Edited => Kind::Edited,
    }
}

/// What becomes of a path where nothing should stand and these bytes stand now; `None` when they are none of
/// branchline's business.
pub fn leftover(path: &str, there: &[u8]) -> Option<Kind> {
    match inspect(path, std::str::from_utf8(there).ok()?) {
        Sealed::NotOurs => None,
        Sealed::Intact => Some(Kind::Orphan),
        Sealed::Edited => Some(Kind::OrphanEdited),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::digest::seal;

    fn sealed(text: &str) -> String {
        seal("base.yml", text).unwrap()
    }

    fn verdict(there: &str) -> Kind {
        compare("base.yml", there.as_bytes(), &sealed("a: 1\n"))
    }

    #[test]
    fn the_same_text_is_unchanged_whatever_its_line_ends() {
        assert_eq!(verdict(&sealed("a: 1\n")), Kind::Unchanged);
        assert_eq!(verdict(&sealed("a: 1\n").replace('\n', "\r\n")), Kind::Unchanged);
    }

    #[test]
    fn what_was_generated_from_something_else_is_updated() {
        assert_eq!(verdict(&sealed("a: 2\n")), Kind::Update);
        assert_eq!(verdict(&sealed("a: 2\n").replace('\n', "\r\n")), Kind::Update);
    }

    #[test]
    fn an_edit_by_hand_is_not_overwritten_without_force() {
        for edited in [sealed("a: 1\n") + "b: 2\n", sealed("a: 2\n").replace("a: 2", "a: 3")] {
            assert_eq!(verdict(&edited), Kind::Edited);
        }
        assert!(Kind::Edited.needs_force());
    }

    #[test]
    fn somebody_elses_file_is_not_overwritten_without_force() {
        assert_eq!(verdict("a: 1\n"), Kind::Foreign);
        assert_eq!(verdict(""), Kind::Foreign);
        assert_eq!(compare("base.yml", b"\xff\xfe", "a"), Kind::Foreign);
        assert!(Kind::Foreign.needs_force());
    }

    #[test]
    fn only_files_of_ours_are_left_over() {
        assert_eq!(leftover("base.yml", sealed("a: 1\n").as_bytes()), Some(Kind::Orphan));
        assert_eq!(leftover("base.yml", (sealed("a: 1\n") + "b").as_bytes()), Some(Kind::OrphanEdited));
        assert_eq!(leftover("base.yml", b"a: 1\n"), None);
        assert_eq!(leftover("base.yml", b"\xff"), None);
    }
}
