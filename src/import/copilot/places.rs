//! Environments of which no file says where they are: Copilot keeps their accounts and regions in AWS alone.

use super::super::draft::{Draft, Spot};

/// Marks them in the proposed file: it takes them to be where the pipelines are. One mark is for all where nobody has asked AWS, and one for
/// each of which AWS did not say it.
pub fn mark(draft: &mut Draft) {
    let Some(looked_up) = &draft.looked_up else {
        let note = "without `account` and `region` an environment is where the pipelines are, and no file of Copilot's says whether it is: \
                    `copilot env show --name NAME` does, and so does `--look-up`.";
        draft.notes.note(Spot::Environments, note);
        return;
    };
    let known = &looked_up.environments;
    for environment in draft.environments.iter().filter(|one| !known.contains_key(&one.name)) {
        let note = "taken to be where the pipelines are, since AWS did not say: `account` and `region` say otherwise.";
        draft.notes.note(Spot::Environment(environment.name.clone()), note);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::import::draft::Environment;
    use crate::import::looked_up::LookedUp;
    use crate::import::remark::Place;
    use crate::pipeline::text::Place as There;

    #[test]
    fn what_nobody_has_said_is_marked_once_for_all_or_by_name() {
        let environment = |name: &str| Environment {
            name: name.to_owned(),
            approval: false,
            verify: Vec::new(),
            place: Place { file: "m.yml".to_owned(), branches: Vec::new(), line: 1, column: 1 },
        };
        let draft = Draft { environments: vec![environment("dev"), environment("prod")], ..Draft::default() };
        let of = |name: &str| Spot::Environment(name.to_owned());
        let mut unasked = draft.clone();
        mark(&mut unasked);
        assert_eq!(unasked.notes.at(&Spot::Environments).len(), 1);
        assert!(unasked.notes.at(&of("dev")).is_empty());
        let environments = BTreeMap::from([("dev".to_owned(), There::new("111122223333", "eu-west-1"))]);
        let mut asked = Draft { looked_up: Some(LookedUp { environments, ..LookedUp::default() }), ..draft };
        mark(&mut asked);
        assert!(asked.notes.at(&Spot::Environments).is_empty() && asked.notes.at(&of("dev")).is_empty());
        assert_eq!(asked.notes.at(&of("prod")).len(), 1);
    }
}
