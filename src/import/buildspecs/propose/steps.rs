//! Tests and the migration of a family, and what of its buildspecs is in no part of the map.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;

use super::super::super::copilot::pick::list;
use super::super::super::draft::{Draft, Machine, Migrate, Secret, Spot, Test};
use super::super::super::remark::{Remark, Weight};
use super::super::commands::{self, Action, Done};
use super::super::member::Member;
use super::super::secret::HIDDEN;
use super::super::shell::simples;
use super::Way;
use crate::config::schema::reserved_variable;

/// Proposes the tests and the migration, where no family before did. `service` is the one that the family builds.
pub(super) fn steps(ways: &[Way], service: Option<&str>, draft: &mut Draft, remarks: &mut Vec<Remark>) {
    let mut seen = BTreeSet::new();
    for way in ways.iter().rev() {
        for done in &way.member.done {
            let Action::Migrate(tool, command) = &done.action else { continue };
            if !seen.insert(command.clone()) {
                continue;
            }
            let is_clear = !command.contains(['$', '`']) && is_sayable(command);
            match service.filter(|_| is_clear && draft.migrate.is_none()) {
                Some(service) => {
                    let (service, command) = (service.to_owned(), command.clone());
                    draft.migrate = Some(Migrate { service, command, place: way.member.place(done.line) });
                }
                None => remarks.push(way.member.remark(
                    Weight::Lost,
                    done.line,
                    format!("a migration that is not in the map ({tool}): `{command}`"),
                    "write it under `migrate`, where several are a list: the service in whose image it runs, and the command",
                )),
            }
        }
    }
    if draft.settings.test.is_none()
        && let Some((test, notes)) = ways.iter().rev().find_map(|way| tests(way, ways, service))
    {
        draft.settings.test = Some(test);
        draft.notes.put(Spot::Test, notes.into_iter().map(|note| note + "."));
    }
}

/// The tests of one way, with what is installed before them, and what was assumed.
fn tests(way: &Way, ways: &[Way], service: Option<&str>) -> Option<(Test, Vec<String>)> {
    let member = way.member;
    let all: Vec<(&Option<String>, &Done)> = member
        .all(|action| match action {
            Action::Test(inner) => Some(inner),
            _ => None,
        })
        .collect();
    let (_, first) = all.first()?;
    let place = member.place(first.line);
    let from = format!("the tests are those of {}, line {}", member.copy.path, first.line);
    let inside: Vec<String> = all.iter().filter_map(|(inner, _)| (*inner).clone()).collect();
    if let (Some(service), true) = (service, inside.len() == all.len()) {
        let commands = dedup(inside.into_iter().filter(|line| is_sayable(line)).collect());
        let notes = vec![from, "they ran in a container, so they run in the image that was built".to_owned()];
        let in_image_of = Some(service.to_owned());
        let test = Test { machine: Machine::default(), in_image_of, commands, place };
        return (!test.commands.is_empty()).then_some((test, notes));
    }
    let last = all.iter().map(|(_, done)| done.line).max().unwrap_or_default();
    let mut commands: Vec<String> = Vec::new();
    for done in &member.done {
        let is_one = matches!(done.action, Action::Test(None))
            || (done.action == Action::Install && done.line <= last);
        if is_one
            && is_sayable(&done.text)
            && simples(&done.text).iter().all(|one| one.words.first().is_none_or(|word| !is_control(word)))
        {
            commands.push(done.text.clone());
        }
    }
    let commands = dedup(commands);
    // What installs alone tests nothing.
    let is_test = |command: &String| all.iter().any(|(_, done)| done.text == *command);
    if !commands.iter().any(is_test) {
        return None;
    }
    let variables = variables(ways, member, &commands);
    let secrets = secrets(ways);
    let mut notes = vec![from];
    if !secrets.is_empty() {
        notes.push("the secrets are those that all buildspecs read from Parameter Store: take out what the tests do not need".to_owned());
    }
    let secrets = secrets.into_iter().map(|(name, path)| (name, Secret::Parameter(path))).collect();
    let machine = Machine { variables, secrets, ..Machine::default() };
    Some((Test { machine, in_image_of: None, commands, place }, notes))
}

fn is_control(word: &str) -> bool {
    matches!(
        word,
        "if" | "then"
            | "else"
            | "elif"
            | "fi"
            | "for"
            | "while"
            | "do"
            | "done"
            | "case"
            | "esac"
            | "["
            | "[["
            | "}"
    )
}

/// Whether a line can stand in the proposed file: without a secret, in one line, of letters that a file may hold.
fn is_sayable(line: &str) -> bool {
    !line.contains(HIDDEN) && !line.contains("{{resolve:") && !line.chars().any(char::is_control)
}

fn dedup(lines: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    lines.into_iter().filter(|line| seen.insert(line.clone())).collect()
}

/// The variables that the tests are given: those that all buildspecs have alike, and those that the commands name.
fn variables(ways: &[Way], member: &Member, commands: &[String]) -> BTreeMap<String, String> {
    let all = member.spec.below(&["env", "variables"]);
    let taken = all.filter(|(name, line)| {
        let has = |way: &Way| {
            way.member.spec.value(&["env", "variables", name]).is_some_and(|other| other.safe == line.safe)
        };
        let is_named = |command: &String| {
            command.contains(&format!("${name}")) || command.contains(&format!("${{{name}}}"))
        };
        let is_wanted = ways.iter().all(has) || commands.iter().any(is_named);
        is_wanted && line.safe.is_whole() && is_variable(name) && is_sayable(line.text())
    });
    taken.map(|(name, line)| (name.to_owned(), line.text().to_owned())).collect()
}

/// Whether a test may be given a variable of this name.
fn is_variable(name: &str) -> bool {
    commands::is_variable(name) && reserved_variable(name).is_none()
}

/// What all members read from Parameter Store alike.
fn secrets(ways: &[Way]) -> BTreeMap<String, String> {
    let Ok(form) = Regex::new(r"^[A-Za-z0-9_.-]+$|^(/[A-Za-z0-9_.-]+)+$") else { return BTreeMap::new() };
    let Some(first) = ways.first() else { return BTreeMap::new() };
    let all = first.member.spec.below(&["env", "parameter-store"]);
    let alike = all.filter(|(name, line)| {
        let has = |way: &Way| {
            way.member
                .spec
                .value(&["env", "parameter-store", name])
                .is_some_and(|other| other.safe == line.safe)
        };
        let first = line.text().trim_start_matches('/').to_ascii_lowercase();
        let is_ours = !(first.starts_with("aws") || first.starts_with("ssm"));
        is_variable(name)
            && is_ours
            && line.text().len() <= 1_000
            && form.is_match(line.text())
            && ways.iter().all(has)
    });
    alike.map(|(name, line)| (name.to_owned(), line.text().to_owned())).collect()
}

/// Tells what of a family's buildspecs the map does not have: settings by their keys, and lines that are not known.
pub(super) fn left(family: &str, ways: &[Way], test: Option<&Test>, remarks: &mut Vec<Remark>) {
    for (keys, help) in LEFT {
        let has = ways.iter().find_map(|way| {
            let found = way
                .member
                .spec
                .settings
                .iter()
                .find(|setting| setting.path.iter().zip(*keys).all(|(part, key)| part == key))?;
            Some((way.member, found.lines.first()?.line))
        });
        if let Some((member, line)) = has {
            remarks.push(member.remark(
                Weight::Lost,
                line,
                format!("`{}` of `{family}` is in no part of the map", keys.join(".")),
                help,
            ));
        }
    }
    let mut lines: BTreeMap<String, (&Member, usize, Vec<String>)> = BTreeMap::new();
    for way in ways {
        for (_, line) in way.member.spec.commands() {
            let is_taken = |command: &String| test.is_some_and(|test| test.commands.contains(command));
            let mut of_line =
                way.member.done.iter().filter(|done| done.line == line.line && done.text == line.text());
            let is_told = of_line.any(|done| match &done.action {
                Action::Install | Action::Test(None) => is_taken(&done.text),
                Action::Test(Some(inner)) => is_taken(inner),
                _ => true,
            });
            if is_told || simples(line.text()).iter().all(|one| is_plumbing(&one.words)) {
                continue;
            }
            let of = lines.entry(line.text().to_owned()).or_insert((way.member, line.line, Vec::new()));
            if !of.2.contains(&way.member.name) {
                of.2.push(way.member.name.clone());
            }
        }
    }
    for (text, (member, line, names)) in lines {
        remarks.push(member.remark(
            Weight::Lost,
            line,
            format!("a line of {} is in no part of the map: `{text}`", list(&names)),
            "where the image needs it, write it into the Dockerfile; where it tests, under `test.commands`; where it deploys, under `deploy.commands`",
        ));
    }
}

/// What branchline does itself, what only tells, and what assigns.
fn is_plumbing(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        [] | [
            "echo"
                | "printf"
                | "set"
                | "cat"
                | "ls"
                | "pwd"
                | "env"
                | "date"
                | "true"
                | ":"
                | "fi"
                | "done"
                | "sleep"
                | "[",
            ..
        ] | ["aws", "--version"]
            | ["aws", "ecr", "get-login" | "get-login-password", ..]
            | ["aws", "ecs", "wait", ..]
            | ["aws", "sts", "get-caller-identity", ..]
            | ["docker", "login" | "tag" | "push" | "version" | "images" | "info", ..]
            | ["docker", "--version" | "-v"]
    ) || words.first().is_some_and(|word| word.starts_with("$("))
}

/// Settings that have no place in the map, with what takes theirs.
const LEFT: &[(&[&str], &str)] = &[
    (&["run-as"], "branchline's build runs `docker build` alone"),
    (&["proxy"], "branchline's projects have no proxy: a `vpc` leads to what is inside"),
    (&["batch"], "branchline builds the services of a pipeline one beside the other by itself"),
    (&["reports"], "test reports are not supported yet: `aws codebuild` has the log of the tests"),
    (
        &["env", "exported-variables"],
        "what a build exports reached later actions of the pipeline: there are none of your own",
    ),
    (
        &["env", "secrets-manager"],
        "write each under `build.secrets` or `test.secrets` as `{ secrets_manager: ARN }`, with its whole ARN; what the running service needs \
         stays in its task definition",
    ),
    (&["env", "git-credential-helper"], "give the build what it needs as a secret (`build.secrets`)"),
    (
        &["phases", "install", "runtime-versions"],
        "the image is built by its Dockerfile alone. Tests in the checkout have the versions of AWS's image; another image stands under `test.image`",
    ),
    (&["cache"], "layers are kept by `build.cache` of a service, and files of the tests by `test.cache`"),
    (
        &["artifacts"],
        "branchline hands the image on by its digest; files that a deploy needs are in the checkout",
    ),
];
