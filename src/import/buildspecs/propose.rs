//! From families to a draft of the map. All of it comes from names of files and from shell, so all of it is marked to be looked at.

mod services;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use super::super::alike::are_alike;
use super::super::draft::{Draft, Environment, Image, Rule, Spot, Start, Was};
use super::super::remark::{Remark, Weight};
use super::commands::Action;
use super::family::{Speaks, rank};
use super::member::Member;

/// What is proposed.
#[derive(Clone, Debug, Default)]
pub(super) struct Proposal {
    /// The map.
    pub(super) draft: Draft,
    /// What is to be known.
    pub(super) remarks: Vec<Remark>,
    /// Why it is no map; `None` where it is one.
    pub(super) reason: Option<String>,
}

/// Where a member leads: to this environment, from these branches.
struct Way<'m> {
    member: &'m Member,
    environment: String,
}

/// Proposes a map. `branches` are the names of all that there are.
pub(super) fn propose(families: &[(String, Vec<Member>)], branches: &BTreeSet<&str>, app: &str) -> Proposal {
    let mut draft = Draft { was: Was::Buildspec, ..Draft::default() };
    let mut remarks = Vec::new();
    let mut built_by: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, members) in families {
        let members: Vec<&Member> = members.iter().filter(|one| is_release(one)).collect();
        if members.is_empty() {
            continue;
        }
        let mut ways: Vec<Way> = Vec::new();
        let mut keys = Vec::new();
        for member in members {
            for (branch, environment, notes) in led(member, branches, &mut remarks) {
                keys.push(branch.clone());
                put(&mut draft, member, &branch, &environment, notes);
                ways.push(Way { member, environment });
            }
        }
        ways.sort_by_key(|way| rank(&way.environment));
        let services = services::services(name, &ways, app, &draft.services, &mut draft.notes, &mut remarks);
        for key in keys {
            built_by.entry(key).or_default().extend(services.iter().map(|service| service.name.clone()));
        }
        let built =
            services.iter().find(|one| matches!(one.image, Image::Built(_))).map(|one| one.name.clone());
        draft.services.extend(services);
        steps::steps(&ways, built.as_deref(), &mut draft, &mut remarks);
        steps::left(name, &ways, draft.settings.test.as_ref(), &mut remarks);
    }
    for rule in &mut draft.rules {
        let of = built_by
            .get(&rule.key)
            .map(|names| names.iter().cloned().collect::<Vec<_>>())
            .unwrap_or_default();
        rule.services = (of.len() < draft.services.len() && !of.is_empty()).then_some(of);
    }
    draft.rules.sort_by_key(|rule| rule.environments.iter().map(|name| rank(name)).max());
    draft.environments.sort_by_key(|one| rank(&one.name));
    approvals(&mut draft, &mut remarks);
    shared(&draft, &mut remarks);
    let reason = if draft.services.is_empty() && draft.rules.is_empty() {
        Some("no buildspec of a family builds an image or deploys")
    } else if draft.rules.is_empty() {
        Some("nothing says which branch goes to which environment")
    } else if draft.services.is_empty() {
        Some("no buildspec of a family builds an image or deploys")
    } else {
        None
    };
    Proposal { draft, remarks, reason: reason.map(str::to_owned) }
}

/// Whether a buildspec is part of a release.
fn is_release(member: &Member) -> bool {
    member.deploys() || member.done.iter().any(|done| matches!(done.action, Action::Build(_)))
}

/// The branch, the environment, and what was assumed.
fn led(
    member: &Member,
    branches: &BTreeSet<&str>,
    remarks: &mut Vec<Remark>,
) -> Vec<(String, String, Vec<String>)> {
    let mut all = Vec::new();
    for speaks in &member.speaks {
        let of_branch = |word: &str| match member.deploys_to().and_then(|said| slug(&said, 30)) {
            Some(said) => (
                said,
                format!(
                    "that it goes to this environment was taken from the commands of {}",
                    member.copy.path
                ),
            ),
            None => (
                usual(word),
                format!(
                    "no command of {} says the environment: this is the usual one of such a branch",
                    member.copy.path
                ),
            ),
        };
        match speaks {
            Speaks::Branch(branch) => {
                let (environment, note) = of_branch(branch);
                all.push((escaped(branch), environment, vec![note]));
            }
            Speaks::Pattern(pattern) => {
                let (environment, note) = of_branch(pattern.split('/').next().unwrap_or(pattern));
                let name = format!(
                    "no branch is called as the name of {} says, and there are branches such as {pattern}",
                    member.copy.path
                );
                let from = if member.name.ends_with("/*") {
                    format!("several branches have {} so", member.copy.path)
                } else {
                    name
                };
                all.push((pattern.clone(), environment, vec![from, note]));
            }
            Speaks::Environment(word) => {
                let environment = slug(&usual(word), 30);
                let branch = candidates(word).into_iter().find_map(|name| match name.strip_suffix("*") {
                    Some(begin) => {
                        branches.iter().any(|branch| branch.starts_with(begin)).then(|| name.to_owned())
                    }
                    None => branches.contains(name).then(|| name.to_owned()),
                });
                match (branch, environment) {
                    (Some(branch), Some(environment)) => {
                        let note = format!("the name of {} says the environment alone: that this branch goes there is a guess", member.copy.path);
                        all.push((branch, environment, vec![note]));
                    }
                    _ => remarks.push(member.remark(
                        Weight::Lost,
                        1,
                        format!("which branch goes where `{}` says is written nowhere, and no usual branch is there", member.copy.path),
                        "write its rule: the branch, and the environment behind it. The source of its pipeline says the branch (`aws codepipeline \
                         get-pipeline`)",
                    )),
                }
            }
        }
    }
    all.retain(|(_, environment, _)| !environment.is_empty());
    all
}

/// A branch's name as a pattern that matches it alone.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '{' | '}' | ',' | '!' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// The branches that usually go to an environment.
fn candidates(word: &str) -> Vec<&'static str> {
    let is = |name: &str| are_alike(word, name);
    if is("dev") {
        vec!["develop", "development", "dev"]
    } else if is("staging") || word.eq_ignore_ascii_case("release") {
        vec!["staging", "stage", "stg", "release", "release/*", "releases/*"]
    } else if is("production") || ["master", "main"].iter().any(|name| word.eq_ignore_ascii_case(name)) {
        vec!["production", "prod", "live", "main", "master"]
    } else if is("qa") {
        vec!["qa", "test"]
    } else {
        Vec::new()
    }
}

/// The environment of a branch, or of a word for one: the word itself where it is one.
fn usual(word: &str) -> String {
    let first = word.split('/').next().unwrap_or(word).to_ascii_lowercase();
    let name = match first.as_str() {
        "develop" | "development" => "dev",
        "master" | "main" | "trunk" | "hotfix" | "hotfixes" => "production",
        "release" | "releases" => "staging",
        other => other,
    };
    slug(name, 30).unwrap_or_default()
}

/// Puts a way into the draft: a branch that leads to several environments goes through them in the order of releases.
fn put(draft: &mut Draft, member: &Member, branch: &str, environment: &str, notes: Vec<String>) {
    if !draft.environments.iter().any(|one| one.name == environment) {
        draft.environments.push(Environment {
            name: environment.to_owned(),
            approval: false,
            verify: Vec::new(),
            place: member.place(1),
        });
    }
    for note in notes {
        draft.notes.note(Spot::Rule(branch.to_owned()), note + ".");
    }
    match draft.rules.iter_mut().find(|rule| rule.key == branch) {
        Some(rule) if rule.environments.iter().any(|one| one == environment) => {}
        Some(rule) => {
            rule.environments.push(environment.to_owned());
            rule.environments.sort_by_key(|name| rank(name));
        }
        None => draft.rules.push(Rule {
            key: branch.to_owned(),
            start: Start::of(branch),
            environments: vec![environment.to_owned()],
            services: None,
            pipeline: member.copy.path.clone(),
            place: member.place(1),
        }),
    }
}

/// Buildspecs know no approvals, so none can be read from them.
fn approvals(draft: &mut Draft, remarks: &mut Vec<Remark>) {
    if draft.rules.is_empty() {
        return;
    }
    if let Some(last) = draft.environments.last() {
        let note =
            "buildspecs say nothing of approvals: where the pipeline asks for one, write `approval: {}`.";
        draft.notes.note(Spot::Environment(last.name.clone()), note);
    }
    remarks.push(Remark {
        weight: Weight::Lost,
        what: "buildspecs say nothing of approvals, so the map asks for none".to_owned(),
        help: "look at the pipelines (`aws codepipeline get-pipeline`): where an approval stands before a deploy, write `approval: {}` under \
               the environment"
            .to_owned(),
        place: None,
    });
}

/// Environments to which two branches lead.
fn shared(draft: &Draft, remarks: &mut Vec<Remark>) {
    for (environment, rules) in draft.ways() {
        if let [first, .., last] = rules.as_slice() {
            remarks.push(Remark {
                weight: Weight::Changed,
                what: format!("`{}` and `{}` both deploy to `{environment}`", first.start.branch, last.start.branch),
                help: "nothing kept them apart; now one release at a time goes through the environment, and an older commit does not replace a \
                       newer one (docs/lock.md, docs/record.md)"
                    .to_owned(),
                place: Some(last.place.clone()),
            });
        }
    }
}

/// The words of a text as a name: small letters, digits and single hyphens, beginning with a letter, at most so many.
pub(super) fn slug(text: &str, longest: usize) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("-").trim_start_matches(|one: char| !one.is_ascii_lowercase()).to_owned();
    slug.truncate(longest);
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}
