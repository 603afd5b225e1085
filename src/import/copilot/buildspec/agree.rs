//! What the buildspecs of several pipelines come to: one `build` and one `test` are for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::draft::{Draft, Machine, Secret, Test};
use super::super::super::remark::{Place, Remark, Weight};
use super::short;
use crate::diagnostic::Span;

/// What one buildspec says, and whose it is.
pub(super) struct Said {
    /// The pipelines that build with it.
    pub(super) pipelines: Vec<String>,
    /// Its variables and secrets.
    pub(super) machine: Machine,
    /// Where each of them is written.
    pub(super) spots: BTreeMap<String, Place>,
    /// Its tests.
    pub(super) test: Option<Test>,
}

impl Said {
    fn names(&self) -> String {
        named(&self.pipelines)
    }
}

/// Pipelines by name, each once: one name may be that of pipelines on several branches.
pub(super) fn named(pipelines: &[String]) -> String {
    let names: BTreeSet<String> = pipelines.iter().map(|name| format!("`{name}`")).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// Takes out what not all pipelines have alike: a value of one would be the value of all, and a secret would be readable by all.
/// `total` is how many pipelines have a rule, with a buildspec or without.
pub(super) fn settle(said: &mut [Said], total: usize, remarks: &mut Vec<Remark>) {
    let covered: usize = said.iter().map(|one| one.pipelines.len()).sum();
    let keys: BTreeSet<String> = said
        .iter()
        .flat_map(|one| one.machine.variables.keys().chain(one.machine.secrets.keys()))
        .cloned()
        .collect();
    for key in keys {
        let values: Vec<Option<(Option<&String>, Option<&Secret>)>> = said
            .iter()
            .map(|one| {
                Some((one.machine.variables.get(&key), one.machine.secrets.get(&key)))
                    .filter(|found| *found != (None, None))
            })
            .collect();
        if covered == total && values.iter().all(|value| value.is_some() && *value == values[0]) {
            continue;
        }
        let each: Vec<String> = said
            .iter()
            .zip(&values)
            .filter_map(|(one, value)| {
                let spot = one.spots.get(&key).map_or(String::new(), |place| format!(" ({})", place.spot()));
                let value = match (*value)? {
                    (Some(value), _) => format!("`{}`", short(value)),
                    (None, Some(Secret::Parameter(name) | Secret::Manager(name))) => {
                        format!("the secret `{name}`")
                    }
                    (None, None) => return None,
                };
                Some(format!("{value} for {}{spot}", one.names()))
            })
            .collect();
        let lacks = covered < total || values.iter().any(Option::is_none);
        let place = said.iter().find_map(|one| one.spots.get(&key).cloned());
        remarks.push(Remark {
            weight: Weight::Lost,
            what: format!(
                "`{key}` of the buildspecs is not the same for all pipelines: {}{}",
                each.join(", "),
                if lacks { "; the others have none" } else { "" }
            ),
            help: "one `build` and one `test` are for all pipelines, so it is set for none: write it there if one value does for all, or \
                   let what needs it find out by itself, such as in the container by `variables` of an environment"
                .to_owned(),
            place,
        });
        for one in said.iter_mut() {
            one.machine.variables.remove(&key);
            one.machine.secrets.remove(&key);
            if let Some(test) = &mut one.test {
                test.machine.variables.remove(&key);
                test.machine.secrets.remove(&key);
            }
        }
    }
}

/// The tests of the map: those of the first pipeline that has some. Where others have other ones, or none, that is told.
pub(super) fn tests(said: Vec<Said>, total: usize, draft: &mut Draft, remarks: &mut Vec<Remark>) {
    let mut tests = said.into_iter().filter_map(|one| Some((one.names(), one.pipelines.len(), one.test?)));
    let Some((names, mut covered, first)) = tests.next() else { return };
    for (whose, count, other) in tests {
        covered += count;
        if other.commands == first.commands && other.machine == first.machine {
            continue;
        }
        let lacking: Vec<String> = other
            .commands
            .iter()
            .filter(|one| !first.commands.contains(one))
            .map(|one| format!("`{}`", short(one)))
            .collect();
        remarks.push(Remark {
            weight: Weight::Changed,
            what: format!("{whose} had other commands of its own than the pipeline before it"),
            help: if lacking.is_empty() {
                "one `test` is for all pipelines: it has more commands now".to_owned()
            } else {
                format!("one `test` is for all pipelines; what it lacks of these is {}", lacking.join(", "))
            },
            place: Some(other.place),
        });
    }
    if covered < total {
        remarks.push(Remark {
            weight: Weight::Changed,
            what: format!("not every pipeline ran the tests that are in the build of {names}"),
            help: "one `test` is for all pipelines: all run it now".to_owned(),
            place: Some(first.place.clone()),
        });
    }
    draft.settings.test = Some(first);
}

/// Places of keys, from where they are written.
pub(super) fn spots(
    found: &BTreeMap<String, Span>,
    place: impl Fn(Span) -> Place,
) -> BTreeMap<String, Place> {
    found.iter().map(|(name, span)| (name.clone(), place(*span))).collect()
}
