//! What the members of a family have alike, and what differs: key by key, and line by line in the commands.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::super::remark::Place;
use super::member::Member;
use super::reading::{Line, Setting};
use super::secret::Safe;

/// Lists of more lines are not brought beside each other: that takes time as their product.
const LONGEST: usize = 1_000;

/// A family, compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// How people would name it: `buildspec-*.yml`.
    pub name: String,
    /// Its members, each with the place of its file.
    pub members: Vec<(String, Place)>,
    /// What was compared, in the order of the files.
    pub rows: Vec<Row>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The way to it: `phases.build.commands`.
    pub way: String,
    /// Its value, or the lines of it that belong beside each other.
    pub slots: Vec<Slot>,
}

/// Members that have the same in one place: what, and each of them with its line. `None` and the line 0 where they have nothing.
pub type Group<'l> = (Option<&'l Line>, Vec<(usize, usize)>);

/// What the members have in one place; `None` for one that has nothing there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// By member, in their order.
    pub cells: Vec<Option<Line>>,
}

impl Slot {
    /// Whether all members have it, and alike.
    pub fn is_alike(&self) -> bool {
        self.groups().len() == 1
    }

    /// The members that have it alike: what, and which members with which lines. Those that lack it are the group of `None`.
    pub fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (member, cell) in self.cells.iter().enumerate() {
            let safe = |line: Option<&Line>| line.map(|line| line.safe.clone());
            let line = cell.as_ref().map_or(0, |cell| cell.line);
            match groups.iter_mut().find(|(first, _)| safe(*first) == safe(cell.as_ref())) {
                Some((_, members)) => members.push((member, line)),
                None => groups.push((cell.as_ref(), vec![(member, line)])),
            }
        }
        groups
    }
}

impl Row {
    /// How many of its lines are alike in all.
    pub fn alike(&self) -> usize {
        self.slots.iter().filter(|slot| slot.is_alike()).count()
    }
}

/// Compares a family.
pub fn compare(name: &str, members: &[Member]) -> Comparison {
    let rows = ways(members).into_iter().map(|way| {
        let settings: Vec<Option<&Setting>> =
            members.iter().map(|member| member.spec.settings.iter().find(|one| one.path == way)).collect();
        Row { way: way.join("."), slots: slots(&settings) }
    });
    Comparison {
        name: name.to_owned(),
        members: members.iter().map(|member| (member.name.clone(), member.place(1))).collect(),
        rows: rows.collect(),
    }
}

/// The keys of all members, each behind the one that it follows in its own file.
fn ways(members: &[Member]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    for member in members {
        let mut at = 0;
        for setting in &member.spec.settings {
            if let Some(known) = all.iter().position(|way| *way == setting.path) {
                at = known + 1;
            } else {
                all.insert(at, setting.path.clone());
                at += 1;
            }
        }
    }
    all
}

fn slots(settings: &[Option<&Setting>]) -> Vec<Slot> {
    let lines: Vec<&[Line]> =
        settings.iter().map(|setting| setting.map_or(&[][..], |one| &one.lines)).collect();
    let is_list = settings.iter().flatten().any(|setting| setting.is_list);
    if !is_list {
        return vec![Slot { cells: lines.iter().map(|lines| lines.first().cloned()).collect() }];
    }
    let texts: Vec<Vec<&Safe>> =
        lines.iter().map(|lines| lines.iter().map(|line| &line.safe).collect()).collect();
    let near = |one: &&Safe, other: &&Safe| likeness(&one.text, &other.text) >= 0.5;
    let aligned = aligned(&texts, near);
    let cells = |slot: Vec<Option<usize>>| {
        slot.into_iter()
            .enumerate()
            .map(|(member, at)| at.and_then(|at| lines[member].get(at).cloned()))
            .collect()
    };
    aligned.into_iter().map(|slot| Slot { cells: cells(slot) }).collect()
}

/// Brings lists beside each other: for each place the index in each list. What is equal, or near where nothing equal is, stands in one
/// place; no list's order is changed.
pub fn aligned<T: Clone + Ord + std::hash::Hash>(
    lists: &[Vec<T>],
    near: impl Fn(&T, &T) -> bool,
) -> Vec<Vec<Option<usize>>> {
    // What stands in each place: the one that was brought there last, and the indices of all lists so far.
    let mut places: Vec<(T, Vec<Option<usize>>)> = Vec::new();
    for (count, list) in lists.iter().enumerate() {
        let before: Vec<T> = places.iter().map(|(last, _)| last.clone()).collect();
        let is_long = before.len() > LONGEST || list.len() > LONGEST;
        let mut next: Vec<(T, Vec<Option<usize>>)> = Vec::new();
        let lacks = |mut place: (T, Vec<Option<usize>>)| {
            place.1.push(None);
            place
        };
        let added = |at: usize| {
            let mut indices = vec![None; count];
            indices.push(Some(at));
            (list[at].clone(), indices)
        };
        if is_long {
            // Beside each other as they come.
            for at in 0..places.len().max(list.len()) {
                match (places.get(at), list.get(at)) {
                    (Some((_, indices)), Some(item)) => {
                        let mut indices = indices.clone();
                        indices.push(Some(at));
                        next.push((item.clone(), indices));
                    }
                    (Some(place), None) => next.push(lacks(place.clone())),
                    (None, _) => next.push(added(at)),
                }
            }
            places = next;
            continue;
        }
        for operation in capture_diff_slices(Algorithm::Myers, &before, list) {
            let (tag, old, new) = operation.as_tag_tuple();
            let mut from = old.start;
            for at in new {
                let found = match tag {
                    DiffTag::Equal => Some(from),
                    _ => (from..old.end).find(|one| near(&before[*one], &list[at])),
                };
                let Some(found) = found else {
                    next.push(added(at));
                    continue;
                };
                next.extend(places[from..found].iter().cloned().map(lacks));
                let mut indices = places[found].1.clone();
                indices.push(Some(at));
                next.push((list[at].clone(), indices));
                from = found + 1;
            }
            next.extend(places[from..old.end].iter().cloned().map(lacks));
        }
        places = next;
    }
    places.into_iter().map(|(_, indices)| indices).collect()
}

/// How many of the words of two lines are the same, from 0 to 1.
fn likeness(one: &str, other: &str) -> f64 {
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for word in parts(one) {
        counts.entry(word).or_default().0 += 1;
    }
    for word in parts(other) {
        counts.entry(word).or_default().1 += 1;
    }
    let same: u32 = counts.values().map(|(one, other)| one.min(other)).sum();
    let most: u32 = counts.values().map(|(one, other)| one + other).sum();
    if most == 0 { 1.0 } else { f64::from(2 * same) / f64::from(most) }
}

fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(|one: char| one.is_whitespace() || matches!(one, '=' | '/' | ':' | '-' | '_'))
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lists: &[&[&'static str]]) -> Vec<String> {
        let lists: Vec<Vec<&str>> = lists.iter().map(|list| list.to_vec()).collect();
        let places = aligned(&lists, |one, other| likeness(one, other) >= 0.5);
        let place = |place: Vec<Option<usize>>| {
            let cells = place.into_iter().enumerate().map(|(list, at)| at.map_or("-", |at| lists[list][at]));
            cells.collect::<Vec<_>>().join("|")
        };
        places.into_iter().map(place).collect()
    }

    #[test]
    fn what_is_equal_or_near_stands_in_one_place_and_orders_stay() {
        assert_eq!(
            shown(&[
                &["install", "test all", "docker build -t app --target dev .", "push"],
                &["install", "docker build -t app --target prod .", "migrate", "push"],
                &["install", "lint", "docker build -t app --target prod .", "push"],
            ]),
            [
                "install|install|install",
                "-|-|lint",
                "test all|-|-",
                "docker build -t app --target dev .|docker build -t app --target prod .|docker build -t app --target prod .",
                "-|migrate|-",
                "push|push|push",
            ]
        );
    }

    #[test]
    fn long_lists_are_compared_as_they_come_and_lose_nothing() {
        let long: Vec<String> = (0..1_500).map(|at| at.to_string()).collect();
        let places = aligned(&[long.clone(), long[1..].to_vec()], |_, _| true);
        assert_eq!(places.len(), 1_500);
        assert_eq!(places[1_499], [Some(1_499), None]);
        assert!(aligned(&[Vec::<String>::new()], |_, _| true).is_empty());
    }
}
