//! Steps before a deploy that migrate the database: a `migrate` is proposed for them.

use std::collections::BTreeSet;

use crate::diagnostic::Span;

use super::super::super::draft::{Draft, Image, Migrate};
use super::super::super::migration::{Bar, destroys, hidden};
use super::super::super::remark::{Remark, Weight};
use super::super::pick::place;
use super::Way;
use super::seen::{Does, Seen, When};

/// Takes the steps that migrate out of the others, and proposes a migration for them. One that waits for another step stays a step: a
/// migration runs before all services.
pub(super) fn migrating<'p>(
    seen: Vec<Seen<'p>>,
    ways: &[Way<'p>],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) -> Vec<Seen<'p>> {
    let mut left = Vec::new();
    let mut with: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut chosen: Option<String> = None;
    for one in seen {
        let Some(way) = ways.iter().find(|way| way.rule == one.rule) else { continue };
        let (found, Does::Commands(buildspec, copy)) = (migration(&one), &one.does) else {
            left.push(one);
            continue;
        };
        let (command, rest) = match found {
            Found::Migration(command, rest) => (command, rest),
            Found::Nothing => {
                left.push(one);
                continue;
            }
            Found::Barred(span, written, bar) => {
                remarks.push(Remark {
                    weight: if matches!(bar, Bar::Destroys(_)) { Weight::Mistake } else { Weight::Lost },
                    what: format!("`{}` migrates, and no `migrate` is proposed: `{written}`", one.name.value),
                    help: format!(
                        "{}. It stays a step, which does what it did: read it, and make a `migrate` of what is meant",
                        bar.why()
                    ),
                    place: Some(place(copy, span)),
                });
                left.push(one);
                continue;
            }
        };
        let builds = draft.services.iter().find(|service| {
            matches!(service.image, Image::Built(_)) && way.workloads.contains(&service.name)
        });
        // A migration goes with its service: a pipeline that does not deploy that one would lose it.
        let is_other = chosen.as_ref().is_some_and(|chosen| *chosen != command)
            || draft.migrate.as_ref().is_some_and(|migrate| !way.workloads.contains(&migrate.service));
        let (Some(service), true, false) =
            (builds.map(|one| one.name.clone()), one.waits.is_empty(), is_other)
        else {
            let what = format!("`{}` migrates (`{}`), and stays a step", one.name.value, command);
            let help = "a `migrate` runs before all services, once and under the lock; this one waits for another step, is a second \
                        migration, or of a pipeline that does not deploy the service of the first: make a `migrate` of it if the \
                        order allows it";
            remarks.push(way.remark(Weight::Changed, one.name.span, what, help));
            left.push(one);
            continue;
        };
        let what = format!(
            "`{}`, which ran before the deploy to `{}`, is the `migrate` now",
            one.name.value, one.environment
        );
        let help = format!(
            "`{command}` ran in the files of the commit on a machine of the pipeline's. Now it runs in the image of `{service}`, once for each \
             environment, and under its lock where it has one"
        );
        remarks.push(way.remark(Weight::Changed, one.name.span, what, &help));
        if let Some((span, _)) = rest.first() {
            let shown: Vec<String> = rest.iter().map(|(_, command)| format!("`{command}`")).collect();
            remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("`{}` ran more than the migration: {}", one.name.value, shown.join("; ")),
                help: "what prepared the tool belongs into the image; make a service with `deploy.commands` of anything else".to_owned(),
                place: Some(place(copy, *span)),
            });
        }
        let given: Vec<String> = buildspec
            .variables
            .keys()
            .chain(buildspec.secrets.keys())
            .map(|name| format!("`{name}`"))
            .collect();
        if !given.is_empty() {
            let what = format!("the migration `{}` was given {}", one.name.value, given.join(", "));
            let help = "the service's task definition has to have them, or `migrate.variables` and `migrate.secrets`";
            remarks.push(way.remark(Weight::Lost, one.name.span, what, help));
        }
        with.insert((one.rule, one.environment.to_owned()));
        if chosen.is_none() {
            draft.migrate =
                Some(Migrate { service, command: command.clone(), place: way.place(one.name.span) });
            draft.migrating.was_a_step = true;
            chosen = Some(command);
        }
    }
    if chosen.is_some() {
        others(&with, ways, draft, remarks);
    }
    left
}

/// What a step has of migrations.
enum Found {
    /// None that is one of its own.
    Nothing,
    /// The one that is to be proposed, and its other commands.
    Migration(String, Vec<(Span, String)>),
    /// One that is not to be proposed: its place, the line, and why.
    Barred(Span, String, Bar),
}

/// The one migration of a step that runs before the deploy, and its other commands. One that stands beside what destroys, or has a
/// condition, is none that every environment may have.
fn migration(one: &Seen) -> Found {
    let (When::Before, Does::Commands(buildspec, _)) = (one.when, &one.does) else { return Found::Nothing };
    let commands = buildspec.commands.iter();
    let lines: Vec<(Span, &str)> =
        commands.flat_map(|one| one.value.lines().map(|line| (one.span, line.trim()))).collect();
    let is_of_tests = |(name, value): (&String, &String)| name.ends_with("_ENV") && value == "test";
    let text: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
    let all = hidden(&text.join("\n"));
    let Some(first) = all.first() else { return Found::Nothing };
    if all.iter().any(|one| is_driven(&one.written)) || buildspec.variables.iter().any(is_of_tests) {
        return Found::Nothing;
    }
    let at = |line: usize| lines.get(line - 1).map(|(span, _)| *span).unwrap_or_default();
    for one in &all {
        if let Err(bar) = &one.command {
            return Found::Barred(at(one.line), one.written.clone(), bar.clone());
        }
    }
    let destroying = lines.iter().filter(|(_, line)| !line.starts_with('#'));
    for (span, line) in destroying {
        if let Some(word) = destroys(line).filter(|_| !line.starts_with("echo ")) {
            return Found::Barred(*span, (*line).to_owned(), Bar::Destroys(word));
        }
    }
    let Ok(command) = &first.command else { return Found::Nothing };
    let is_rest = |(at, (_, line)): &(usize, &(Span, &str))| {
        let is_it = at + 1 == first.line && *line == command;
        !(line.is_empty() || is_it)
    };
    let rest = lines.iter().enumerate().filter(is_rest).map(|(_, (span, line))| (*span, (*line).to_owned()));
    Found::Migration(command.clone(), rest.collect())
}

/// Whether a line has the migration run somewhere else: in a container of its own, a task, over a network.
fn is_driven(line: &str) -> bool {
    let mut words = line.split(|one: char| one.is_whitespace() || matches!(one, ';' | '&' | '|' | '(' | '$'));
    words.any(|word| {
        matches!(
            word,
            "docker" | "docker-compose" | "aws" | "copilot" | "./copilot-linux" | "ssh" | "kubectl"
        )
    })
}

/// Where the step was not: in whole environments the migration is switched off; where another pipeline had it, it runs for all.
fn others(with: &BTreeSet<(usize, String)>, ways: &[Way], draft: &mut Draft, remarks: &mut Vec<Remark>) {
    let in_some: BTreeSet<&String> = with.iter().map(|(_, environment)| environment).collect();
    let all = draft.environments.iter().map(|one| &one.name);
    draft.migrating.not_in = all.filter(|name| !in_some.contains(name)).cloned().collect();
    let service = draft.migrate.as_ref().map(|migrate| migrate.service.clone()).unwrap_or_default();
    for way in ways.iter().filter(|way| way.workloads.contains(&service)) {
        for stage in way.stages() {
            let name = &stage.name.value;
            if in_some.contains(name) && !with.contains(&(way.rule, name.clone())) {
                let what = format!(
                    "`{}` deployed to `{name}` without the migration that another pipeline runs there",
                    way.picked.manifest.name.value
                );
                let help = "a migration belongs to the environment: it runs before every deploy there, and does nothing where nothing is pending";
                remarks.push(way.remark(Weight::Changed, stage.name.span, what, help));
            }
        }
    }
}
