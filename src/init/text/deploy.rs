//! The services: what is built of them, and where they run.

use super::MARK;
use crate::document::page::Page;
use crate::document::yaml::YamlError;
use crate::init::{Answers, Found, Service};

pub(super) fn services(page: &mut Page, found: &Found, answers: &Answers) -> Result<(), YamlError> {
    page.gap();
    page.comment(
        "What is built once and deployed everywhere: an image each, handed on by its digest. The ECS services exist already; \
         a deploy gives their task definition the new image.",
    );
    if !found.has_dockerfile {
        page.comment(&format!("{MARK} no Dockerfile was found; one is expected at the root."));
    }
    if !found.left_out.is_empty() {
        page.comment(&left_out(found));
    }
    page.line("services:");
    page.indented(|page| found.services.iter().try_for_each(|written| service(page, written, answers)))
}

/// How many Dockerfiles that are not proposed are named.
const NAMED: usize = 12;

/// That there are more services than those that are proposed, and how to add them.
fn left_out(found: &Found) -> String {
    let (named, more) = found.left_out.split_at(found.left_out.len().min(NAMED));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    format!(
        "{MARK} {} images were found, and the first {} stand here. Left out: {}{more}. Add those that are deployed, each \
         like the ones below: a name, under `build` its `context` or `dockerfile`, and a `deploy`.",
        found.services.len() + found.left_out.len(),
        found.services.len(),
        named.join(", ")
    )
}

fn service(page: &mut Page, service: &Service, answers: &Answers) -> Result<(), YamlError> {
    if let Some(about) = about(service) {
        page.comment(&about);
    }
    page.line(&format!("{}:", service.name));
    page.indented(|page| {
        build(page, service)?;
        page.line("deploy:");
        page.indented(|page| {
            page.line("ecs:");
            page.indented(|page| ecs(page, service, answers))
        })
    })
}

/// What was seen of it, in words.
fn about(service: &Service) -> Option<String> {
    if service.seen_in.is_empty() {
        return None;
    }
    let mut parts = vec![format!("Seen in {}", service.seen_in)];
    if !service.ports.is_empty() {
        let numbers: Vec<String> = service.ports.iter().map(u16::to_string).collect();
        parts.push(format!("listens on {}", numbers.join(", ")));
    }
    if service.stages.len() > 1 {
        parts.push(format!("stages: {}", service.stages.join(", ")));
    }
    let mut about = parts.join("; ") + ".";
    if !service.siblings.is_empty() {
        about += " The same image runs there as ";
        about += &service.siblings.join(", ");
        about += ": where that is an ECS service, add it here with a `deploy` of its own.";
    }
    Some(about)
}

fn build(page: &mut Page, service: &Service) -> Result<(), YamlError> {
    let is_plain =
        service.dockerfile.is_none() && service.context == "." && service.target.is_none() && !service.is_arm;
    if is_plain {
        page.line("build: {} # ./Dockerfile, its last stage, linux/amd64");
        return Ok(());
    }
    page.line("build:");
    page.indented(|page| {
        if service.context != "." {
            page.field("context", &service.context)?;
        }
        if let Some(dockerfile) = &service.dockerfile {
            page.field("dockerfile", dockerfile)?;
        }
        if let Some(target) = &service.target {
            page.field("target", target)?;
        }
        if service.is_platform_assumed {
            page.comment(&format!("{MARK} as the others: one machine builds all, and is of one platform."));
        }
        if service.is_arm {
            page.field("platform", "linux/arm64")?;
        }
        Ok(())
    })
}

fn ecs(page: &mut Page, service: &Service, answers: &Answers) -> Result<(), YamlError> {
    page.comment(&format!(
        "{MARK} the names in AWS. Service and container are called `{}` unless you say so with `service:` and `container:`; \
         the roles are those of the task definition.",
        service.name
    ));
    page.field("cluster", &answers.cluster)?;
    page.line("roles:");
    page.indented(|page| answers.roles.iter().try_for_each(|role| page.item(role)))
}
