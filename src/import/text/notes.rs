//! Writes the comments that a person has to look at.

use super::{Draft, MARK, Page, plain};
use crate::import::draft::Spot;

/// The comments that stand at a place: whether there are any.
pub(super) fn notes(page: &mut Page, draft: &Draft, spot: &Spot) -> bool {
    let notes = draft.notes.at(spot);
    for note in notes {
        page.comment(&plain(&format!("{MARK} {note}")));
    }
    !notes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::{Given, text};
    use super::*;
    use crate::import::draft::{Environment, Filter, Rule, Start, Whereabouts};
    use crate::import::remark::Place;

    #[test]
    fn places_tags_and_notes_stand_where_they_belong() {
        let place = || Place { file: "map.yml".to_owned(), branches: Vec::new(), line: 3, column: 1 };
        let mut draft = Draft::default();
        draft.places.insert(
            "production".to_owned(),
            Whereabouts { account: Some("012345678901".to_owned()), region: Some("eu-west-1".to_owned()) },
        );
        let tags = Filter { includes: vec!["**".to_owned()], excludes: Vec::new() };
        draft.notes.note(Spot::Environment("production".to_owned()), "look\nhere");
        draft.notes.note(Spot::Environment("production".to_owned()), "look\nhere");
        draft.notes.note(Spot::Source, "which one?");
        let draft = Draft {
            rules: vec![Rule {
                key: "tagged".to_owned(),
                start: Start { tags, ..Start::default() },
                environments: vec!["production".to_owned()],
                services: None,
                pipeline: "tagged".to_owned(),
                place: place(),
            }],
            environments: vec![Environment {
                name: "production".to_owned(),
                approval: false,
                verify: Vec::new(),
                place: place(),
            }],
            ..draft
        };
        let given = Given {
            command: "branchline import adf",
            app: "shop".to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-west-2".to_owned(),
            connection: None,
        };
        let text = text(&draft, &given).unwrap();
        for part in [
            "  # Was the pipeline tagged (map.yml:3).\n  tagged:\n    tags:\n      - \"**\"\n    environments: [production]\n",
            "  # CHECK: look here\n  production:\n    account: \"012345678901\"\n    region: eu-west-1\n",
            "# CHECK: which one?\nsource:\n",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(text.matches("look here").count(), 1);
    }
}
