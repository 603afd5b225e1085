//! Which files are buildspecs, which of them are a family, and what the end of a name speaks of.

use std::collections::{BTreeMap, BTreeSet};

use super::super::alike::{self, are_alike};
use super::super::copies::{Branch, Content, Copy, copies};
use super::super::copilot::pick::list;
use super::super::remark::{Place, Remark, Weight};

/// Whether a file is read at all: `buildspec.yml`, `buildspec-develop.yml`, `api.buildspec.yaml`, `ci/buildspecs/develop.yml`.
pub fn is_read(path: &str) -> bool {
    Name::of(path).is_some()
}

/// What the path of a buildspec says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    /// The folder that the family is in; empty for the root.
    folder: String,
    /// What stands beside `buildspec`: `develop`, `api-develop`; empty for `buildspec.yml`.
    rest: String,
}

impl Name {
    fn of(path: &str) -> Option<Self> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml"))?;
        let small = stem.to_ascii_lowercase();
        let named =
            |folder: &str, rest: &str| Some(Name { folder: folder.to_owned(), rest: rest.to_owned() });
        let is_end = |one: char| matches!(one, '-' | '_' | '.');
        if let Some(rest) = small.strip_prefix("buildspec") {
            let rest = &stem[stem.len() - rest.len()..];
            return match rest.strip_prefix(is_end) {
                Some(rest) if !rest.is_empty() => named(folder, rest),
                _ if rest.is_empty() => named(folder, ""),
                _ => None,
            };
        }
        if let Some(rest) = small.strip_suffix("buildspec").and_then(|rest| rest.strip_suffix(is_end)) {
            return named(folder, &stem[..rest.len()]);
        }
        let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
        if ["buildspec", "buildspecs"].contains(&last.to_ascii_lowercase().as_str()) {
            return named(if above.is_empty() { last } else { folder }, stem);
        }
        None
    }
}

/// What the end of a file's name speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// A branch that is there.
    Branch(String),
    /// A pattern, since only branches below it are there: `release/*`.
    Pattern(String),
    /// An environment, in one of the words for it.
    Environment(String),
}

/// One of a family.
#[derive(Clone, Debug)]
pub struct Sibling {
    /// What tells it from the others: `develop`, or the branch that has it so.
    pub name: String,
    /// What that speaks of. A file that differs from branch to branch speaks of the branches.
    pub speaks: Vec<Speaks>,
    /// The file, and the branches that have it so.
    pub copy: Copy,
}

/// A family.
#[derive(Clone, Debug)]
pub struct Siblings {
    /// How people would name it: `buildspec-*.yml`, or the one path that differs from branch to branch.
    pub name: String,
    /// Its members, in the order in which a release goes through them.
    pub all: Vec<Sibling>,
}

/// What tells a member from the others, what it speaks of, and its path.
type Named = (String, Speaks, String);

/// The families of all branches. `current` is the branch that is checked out.
pub fn families(branches: &[Branch], current: Option<&str>) -> (Vec<Siblings>, Vec<Remark>) {
    let mut remarks = unread(branches);
    let names: BTreeSet<&str> = branches.iter().map(|branch| branch.name.as_str()).collect();
    let mut paths: BTreeMap<String, Vec<Copy>> = BTreeMap::new();
    for copy in copies(branches, is_read) {
        paths.entry(copy.path.clone()).or_default().push(copy);
    }
    let mut groups: BTreeMap<(String, String), Vec<Named>> = BTreeMap::new();
    let mut alone = Vec::new();
    for path in paths.keys() {
        let Some(name) = Name::of(path) else { continue };
        match split(&name.rest, &names) {
            Some((member, speaks, of)) => {
                groups.entry((name.folder, of)).or_default().push((member, speaks, path.clone()));
            }
            None => alone.push(path.clone()),
        }
    }
    let mut found = Vec::new();
    for ((folder, of), members) in groups {
        if members.len() < 2 {
            alone.extend(members.into_iter().map(|(.., path)| path));
            continue;
        }
        let mut all = Vec::new();
        for (name, speaks, path) in members {
            let own = match &speaks {
                Speaks::Branch(branch) => Some(branch.as_str()),
                Speaks::Pattern(_) | Speaks::Environment(_) => None,
            };
            let Some(of_path) = paths.remove(&path) else { continue };
            if let Some(copy) = taken(of_path, own, current, &mut remarks) {
                all.push(Sibling { name, speaks: vec![speaks], copy });
            }
        }
        all.sort_by_key(|one| (rank(&one.name), one.name.clone()));
        let beside = if of.is_empty() { String::new() } else { format!("{of}-") };
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let is_folder = all.iter().all(|one| {
            Name::of(&one.copy.path).is_some_and(|name| name.rest == one.name)
                && !one.copy.path.to_ascii_lowercase()[below.len()..].contains("buildspec")
        });
        let name =
            if is_folder { format!("{below}*.yml") } else { format!("{below}buildspec-{beside}*.yml") };
        found.push(Siblings { name, all });
    }
    let mut left = Vec::new();
    for path in alone {
        let Some(of_path) = paths.remove(&path) else { continue };
        match on_branches(&path, of_path, &mut remarks) {
            Some(family) => found.push(family),
            None => left.push(path),
        }
    }
    if !left.is_empty() {
        remarks.push(Remark {
            weight: Weight::Kept,
            what: format!("of no family, and not looked at further: {}", list(&quoted(&left))),
            help: "a buildspec belongs to a family where another one stands beside it whose name ends in a branch or an environment, or \
                   where it is another file on another branch"
                .to_owned(),
            place: None,
        });
    }
    (found, remarks)
}

fn quoted(paths: &[String]) -> Vec<String> {
    paths.iter().map(|path| format!("`{path}`")).collect()
}

/// What tells a member from the others, what it speaks of, and what is left: `api-develop` is `develop` of `api`.
fn split(rest: &str, branches: &BTreeSet<&str>) -> Option<(String, Speaks, String)> {
    if rest.is_empty() {
        return None;
    }
    if let Some(speaks) = speaks(rest, branches) {
        return Some((rest.to_owned(), speaks, String::new()));
    }
    let parts: Vec<&str> = rest.split(['-', '_', '.']).collect();
    let (first, last) = (parts.first()?, parts.last()?);
    if parts.len() < 2 {
        return None;
    }
    if let Some(speaks) = speaks(last, branches) {
        return Some(((*last).to_owned(), speaks, rest[..rest.len() - last.len() - 1].to_owned()));
    }
    let speaks = speaks(first, branches)?;
    Some(((*first).to_owned(), speaks, rest[first.len() + 1..].to_owned()))
}

fn speaks(word: &str, branches: &BTreeSet<&str>) -> Option<Speaks> {
    // `test` alone is more often a job than a place; a branch of that name would say which.
    let is_branch = |name: &&&str| **name == word || name.replace('/', "-") == word;
    if let Some(branch) = branches.iter().find(is_branch) {
        return Some(Speaks::Branch((*branch).to_owned()));
    }
    let below = format!("{word}/");
    if branches.iter().any(|branch| branch.starts_with(&below)) {
        return Some(Speaks::Pattern(format!("{word}/*")));
    }
    let small = word.to_ascii_lowercase();
    let is_place = alike::group(&small).is_some() && small != "test";
    let is_usual = ["master", "main", "release", "hotfix"].contains(&small.as_str());
    (is_place || is_usual).then(|| Speaks::Environment(word.to_owned()))
}

/// How late a release comes to what a word speaks of.
pub fn rank(word: &str) -> usize {
    let small = word.to_ascii_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| are_alike(name, &small));
    let first = small.split('/').next().unwrap_or_default();
    if is(&["dev"]) {
        0
    } else if is(&["test"]) {
        1
    } else if is(&["staging"]) || ["release", "releases"].contains(&first) {
        2
    } else if is(&["production"]) || ["master", "main"].contains(&first) {
        4
    } else {
        3
    }
}

/// The one of a file's copies that counts: that of the branch that it is for, of the one that is checked out, or of most.
fn taken(
    mut all: Vec<Copy>,
    own: Option<&str>,
    current: Option<&str>,
    remarks: &mut Vec<Remark>,
) -> Option<Copy> {
    let has = |name: &str| all.iter().position(|copy| copy.branches.iter().any(|one| one == name));
    let of = |name: &str| has(&format!("origin/{name}")).or_else(|| has(name));
    let most = || (0..all.len()).max_by_key(|at| (all[*at].branches.len(), usize::MAX - at));
    let (at, why) = match (own.and_then(of), current.and_then(of)) {
        (Some(at), _) => (at, "since it stands on that branch itself"),
        (None, Some(at)) => (at, "since it is the one that is checked out"),
        (None, None) => (most()?, "since most branches have it so"),
    };
    let copy = all.remove(at);
    if !all.is_empty() {
        let others: Vec<String> = all.iter().map(|copy| list(&copy.branches)).collect();
        remarks.push(Remark {
            weight: Weight::Changed,
            what: format!("`{}` is written in {} ways; this one is taken, {why}", copy.path, all.len() + 1),
            help: format!("the others are on {}", others.join("; ")),
            place: Some(whole(&copy)),
        });
    }
    Some(copy)
}

/// A file that differs from branch to branch. Branches that come and go carry a copy of another one's, and make no member.
fn on_branches(path: &str, all: Vec<Copy>, remarks: &mut Vec<Remark>) -> Option<Siblings> {
    let mut members = Vec::new();
    let mut others = Vec::new();
    let mut seen = BTreeSet::new();
    // The remote's copy is what a push has brought there.
    let pushed: BTreeSet<String> = all
        .iter()
        .flat_map(|copy| &copy.branches)
        .filter_map(|one| one.strip_prefix("origin/"))
        .map(str::to_owned)
        .collect();
    for copy in all {
        let mut stay = BTreeSet::new();
        for shown in &copy.branches {
            let name = shown.strip_prefix("origin/").unwrap_or(shown);
            let is_old = !shown.starts_with("origin/") && pushed.contains(name);
            if let (false, Some(rule)) = (is_old, staying(name)) {
                stay.insert(rule);
            }
        }
        let new: Vec<String> = stay.into_iter().filter(|rule| seen.insert(rule.clone())).collect();
        match new.iter().min_by_key(|name| (rank(name), (*name).clone())) {
            Some(first) => {
                let speaks = new.iter().map(|rule| {
                    if rule.ends_with("/*") {
                        Speaks::Pattern(rule.clone())
                    } else {
                        Speaks::Branch(rule.clone())
                    }
                });
                members.push(Sibling { name: first.clone(), speaks: speaks.collect(), copy });
            }
            None => others.push(copy),
        }
    }
    if members.len() < 2 {
        return None;
    }
    for copy in others {
        remarks.push(Remark {
            weight: Weight::Changed,
            what: format!("`{path}` is another file again on {}", list(&copy.branches)),
            help: "it is not compared: such branches come and go, or another branch that matches the same pattern says otherwise".to_owned(),
            place: Some(whole(&copy)),
        });
    }
    members.sort_by_key(|one| (rank(&one.name), one.name.clone()));
    Some(Siblings { name: path.to_owned(), all: members })
}

/// The rule of a branch that stays: its name, or the pattern of those that are made anew for each release.
fn staying(branch: &str) -> Option<String> {
    if let Some((first, _)) = branch.split_once('/') {
        return ["release", "releases", "hotfix", "hotfixes"].contains(&first).then(|| format!("{first}/*"));
    }
    let small = branch.to_ascii_lowercase();
    let is_usual = ["master", "main", "trunk", "release"].contains(&small.as_str());
    (is_usual || alike::group(&small).is_some()).then(|| branch.to_owned())
}

fn whole(copy: &Copy) -> Place {
    Place { file: copy.path.clone(), branches: copy.branches.clone(), line: 1, column: 1 }
}

/// Buildspecs that are no text.
fn unread(branches: &[Branch]) -> Vec<Remark> {
    let mut seen: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for branch in branches {
        for (path, content) in &branch.files {
            if let (Content::Unread(why), true) = (content, is_read(path)) {
                seen.entry((path, why)).or_default().push(branch.shown());
            }
        }
    }
    let told = seen.into_iter().map(|((path, why), branches)| Remark {
        weight: Weight::Lost,
        what: format!("`{path}` is {why}, and is not read"),
        help: "see what it is; a member of a family may be missing here".to_owned(),
        place: Some(Place { file: path.to_owned(), branches, line: 1, column: 1 }),
    });
    told.collect()
}

#[cfg(test)]
mod tests;
