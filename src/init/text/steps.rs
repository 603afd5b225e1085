//! The tests and the migration.

use super::MARK;
use crate::document::page::Page;
use crate::document::yaml::YamlError;
use crate::init::answers::Tests;
use crate::init::{Answers, Found, Migration, Service, Suite, paths};

pub(super) fn tests(page: &mut Page, found: &Found, answers: &Answers) -> Result<(), YamlError> {
    page.gap();
    page.comment(
        "The tests, between the build and the first environment. When they fail, nothing is deployed.",
    );
    match (&answers.tests, found.suites.as_slice()) {
        (Tests::Commands(commands), _) if !commands.is_empty() => {
            page.line("test:");
            page.indented(|page| list(page, commands))
        }
        (Tests::Found, [suite, others @ ..]) => {
            let others: Vec<&str> = others.iter().map(|suite| suite.command).collect();
            page.comment(&seen(suite.tool, &suite.seen_in, &others));
            page.line("test:");
            page.indented(|page| found_suite(page, found, suite))
        }
        _ => {
            page.comment("None were found, so there are none; they would be written like this:");
            page.comment_line("test:");
            page.comment_line("  commands: [make test]");
            Ok(())
        }
    }
}

/// What was found, in the stage of a Dockerfile that is there for it, or else in a checkout.
fn found_suite(page: &mut Page, found: &Found, suite: &Suite) -> Result<(), YamlError> {
    let with_stage = nearest(found, &suite.folder).filter(|service| service.test_stage.is_some());
    if let Some(service) = with_stage
        && let Some(stage) = &service.test_stage
    {
        page.line("in: image");
        if found.services.len() > 1 {
            page.field("service", &service.name)?;
        }
        page.field("target", stage)?;
        return list(page, &[inside(&service.context, &suite.folder, suite.command)]);
    }
    page.comment(&format!(
        "{MARK} they run in a checkout, on a machine with no database. `in: image` runs them in the image that was built."
    ));
    if let Some(image) = suite.image {
        page.field("image", image)?;
    }
    let commands: Vec<String> = suite
        .install
        .into_iter()
        .chain([suite.command])
        .map(|command| inside(".", &suite.folder, command))
        .collect();
    list(page, &commands)
}

fn list(page: &mut Page, commands: &[String]) -> Result<(), YamlError> {
    page.line("commands:");
    page.indented(|page| commands.iter().try_for_each(|command| page.item(command)))
}

pub(super) fn migration(page: &mut Page, found: &Found, answers: &Answers) -> Result<(), YamlError> {
    page.gap();
    page.comment(
        "The database migration: once for each environment, before its deploy, in the image that was just built, as a task \
         beside the service, with its network, variables and secrets. When it fails, nothing is deployed.",
    );
    let Some(command) = &answers.migrate else {
        page.comment("None was found or asked for, so there is none; it would be written like this:");
        page.comment_line("migrate:");
        page.comment_line("  command: bin/migrate");
        return Ok(());
    };
    let tool = found.migrations.iter().find(|migration| proposal(found, migration) == *command);
    if let Some(tool) = tool {
        let others = found.migrations.iter().filter(|other| *other != tool);
        let others: Vec<&str> = others.map(|other| other.command.as_str()).collect();
        page.comment(&seen(tool.tool, &tool.seen_in, &others));
        if let Some(note) = tool.note {
            page.comment(&format!("{MARK} it {note}."));
        }
    }
    page.line("migrate:");
    page.indented(|page| {
        if found.services.len() > 1 {
            let service = tool.and_then(|tool| nearest(found, &tool.folder)).or(found.services.first());
            if let Some(service) = service {
                page.field("service", &service.name)?;
            }
        }
        page.field("command", command)?;
        let Some(files) = tool.and_then(|tool| tool.files.as_deref()) else { return Ok(()) };
        page.comment("A change below this is a migration: approvals say whether a release brings one.");
        page.line("files:");
        page.indented(|page| page.item(files))
    })
}

/// The command of a migration, as it is run in the image of the service that it belongs to.
pub(crate) fn proposal(found: &Found, migration: &Migration) -> String {
    let context = nearest(found, &migration.folder).map_or(".", |service| service.context.as_str());
    inside(context, &migration.folder, &migration.command)
}

/// The service whose context holds a folder: the narrowest, and of those the first.
fn nearest<'f>(found: &'f Found, folder: &str) -> Option<&'f Service> {
    let holders = found.services.iter().filter(|service| paths::below(&service.context, folder).is_some());
    let depth =
        |service: &&Service| if service.context == "." { 0 } else { 1 + paths::depth(&service.context) };
    // Of several that are as near, `max_by_key` would take the last.
    holders.rev().max_by_key(depth)
}

/// A command that is run in a folder below the one where it is started.
fn inside(from: &str, folder: &str, command: &str) -> String {
    match paths::below(from, folder) {
        Some(".") | None => command.to_owned(),
        Some(way) => format!("cd {} && {command}", quoted(way)),
    }
}

/// A path as one word of a shell.
fn quoted(path: &str) -> String {
    if paths::is_word(path) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn seen(tool: &str, path: &str, others: &[&str]) -> String {
    match others {
        [] => format!("{tool} was seen in {path}."),
        others => format!("{tool} was seen in {path}. Seen, too: `{}`.", others.join("`, `")),
    }
}
