//! The parts of the proposed file about machines, tests, pull requests and patches.

use std::fmt::Write as _;

use super::super::draft::{Checks, Draft, Machine, Patch, Rule, Secret, Spot};
use super::notes::notes;
use super::start::filter;
use super::{Given, MARK, list, was};
use crate::branch_map::slug;
use crate::document::page::{self, Page};
use crate::document::yaml::YamlError;
use crate::operate::plain;

/// `build:` at the top.
pub(super) fn build(page: &mut Page, draft: &Draft) -> Result<(), YamlError> {
    let build = &draft.settings.build;
    if *build == Machine::default() {
        return Ok(());
    }
    page.gap();
    if let Some(was) = draft.settings.build_was {
        page.comment(was);
    }
    page.line("build:");
    page.indented(|page| machine(page, build))
}

/// `test:` at the top.
pub(super) fn test(page: &mut Page, draft: &Draft) -> Result<(), YamlError> {
    let Some(test) = &draft.settings.test else { return Ok(()) };
    page.gap();
    if let Some(found) = was::test(draft.was, test) {
        page.comment(&found);
    }
    notes(page, draft, &Spot::Test);
    page.line("test:");
    page.indented(|page| {
        if let Some(service) = &test.in_image_of {
            page.line("in: image");
            page.field("service", service)?;
        }
        list(page, "commands", &test.commands)?;
        machine(page, &test.machine)
    })
}

/// What a machine is told, a key a line.
pub(super) fn machine(page: &mut Page, machine: &Machine) -> Result<(), YamlError> {
    if let Some(compute) = machine.compute {
        page.line(&format!("compute: {compute}"));
    }
    if let Some(image) = &machine.image {
        page.field("image", image)?;
    }
    if let Some(minutes) = machine.minutes {
        page.line(&format!("timeout: {minutes}m"));
    }
    if let Some(vpc) = &machine.vpc {
        page.line("vpc:");
        page.indented(|page| {
            page.field("id", &vpc.id)?;
            list(page, "subnets", &vpc.subnets)?;
            list(page, "security_groups", &vpc.security_groups)
        })?;
    }
    if !machine.variables.is_empty() {
        page.line("variables:");
        page.indented(|page| {
            machine.variables.iter().try_for_each(|(name, value)| page.field(&page::scalar(name)?, value))
        })?;
    }
    if !machine.secrets.is_empty() {
        page.line("secrets:");
        page.indented(|page| {
            machine.secrets.iter().try_for_each(|(name, secret)| self::secret(page, name, secret))
        })?;
    }
    if machine.keeps_layers || !machine.cache_paths.is_empty() {
        page.line("cache:");
        page.indented(|page| {
            if !machine.cache_paths.is_empty() {
                list(page, "paths", &machine.cache_paths)?;
            }
            if machine.keeps_layers {
                page.line("local: [docker_layers]");
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn secret(page: &mut Page, name: &str, secret: &Secret) -> Result<(), YamlError> {
    let (key, value) = match secret {
        Secret::Parameter(name) => ("parameter_store", name),
        Secret::Manager(arn) => ("secrets_manager", arn),
    };
    page.line(&format!("{}: {{ {key}: {} }}", page::scalar(name)?, page::scalar(value)?));
    Ok(())
}

/// A rule for pull requests.
pub(super) fn checks(page: &mut Page, checks: &Checks) -> Result<(), YamlError> {
    page.comment(&format!(
        "{MARK} pull requests started the pipeline ({}); these never deploy.",
        plain(&checks.place.file)
    ));
    page.line(&format!("{}:", page::scalar(&checks.key)?));
    page.indented(|page| {
        list(page, "pull_requests", &checks.branches)?;
        if let Some(services) = &checks.services {
            list(page, "services", services)?;
        }
        filter(page, "paths", &checks.paths)
    })
}

/// `overrides:` at the top.
pub(super) fn overrides(page: &mut Page, draft: &Draft, given: &Given) -> Result<(), YamlError> {
    let patches = &draft.settings.patches;
    if patches.is_empty() {
        return Ok(());
    }
    page.gap();
    page.line("overrides:");
    page.indented(|page| {
        for rule in &draft.rules {
            let own: Vec<&Patch> = patches.iter().filter(|patch| patch.rule == rule.key).collect();
            if !own.is_empty() {
                document(page, rule, &own, given)?;
            }
        }
        Ok(())
    })
}

fn document(page: &mut Page, rule: &Rule, patches: &[&Patch], given: &Given) -> Result<(), YamlError> {
    let name = format!("{}-{}/pipeline.yml", given.app, slug::of(&rule.key));
    page.comment(&format!("Was in {}.", plain(&patches[0].place.file)));
    page.line(&format!("- document: {}", page::scalar(&name)?));
    page.indented(|page| {
        page.line("patch:");
        page.indented(|page| {
            for patch in patches {
                let mut line = format!("- {{ op: add, path: {}, value: ", page::scalar(&patch.path)?);
                // JSON is YAML.
                let _ = write!(line, "{} }}", patch.value);
                page.line(&line);
            }
            Ok(())
        })
    })
}
