//! The commented text of a first `branchline.yml`.

mod deploy;
mod guards;

mod steps;
mod told;

use super::flow::{self, Rule, Start};
use super::{Answers, Found, Seen};
use crate::config::raw::RawProvider;
use crate::document::page::{self, Page};
use crate::document::yaml::YamlError;
pub(super) use steps::proposal;

/// What stands before everything that was assumed and has to be looked at by a person.
pub const MARK: &str = "CHECK:";

/// The file's text. It ends in a newline, and its comments are at most 100 columns wide.
pub fn text(seen: &Seen, found: &Found, answers: &Answers) -> Result<String, YamlError> {
    let mut page = Page::default();
    head(&mut page, found);
    page.gap();
    page.comment("Everything that is made in AWS is named after the app.");
    page.field("app", &answers.app)?;
    branches(&mut page, seen, found, answers)?;
    environments(&mut page, found, answers)?;
    place(&mut page, answers)?;
    deploy::services(&mut page, found, answers)?;
    steps::tests(&mut page, found, answers)?;
    steps::migration(&mut page, found, answers)?;
    told::notifications(&mut page);
    Ok(page.text())
}

fn head(page: &mut Page, found: &Found) {
    page.comment("Which branch goes where, and what is built, tested, migrated and deployed on the way.");
    page.comment("The same on every branch: commit it, and merge it like any other file.");
    page.comment(&format!(
        "`branchline init` wrote it after what the repository shows. What it had to assume is marked {MARK} below; look at \
         each, correct it and take the mark out. `branchline check` says what is wrong, `branchline schema` gives an editor \
         every key."
    ));
    if let Some(copilot) = &found.copilot {
        page.comment_line("");
        page.comment(&format!(
            "{MARK} copilot/ was seen ({}). `branchline import copilot` takes pipelines and services from its files; this one does not.",
            copilot.told()
        ));
    }
    page.line("version: 1");
}

fn branches(page: &mut Page, seen: &Seen, found: &Found, answers: &Answers) -> Result<(), YamlError> {
    page.gap();
    page.comment(
        "The branch map: a branch, or a pattern of branches, and the environments it goes through, in this order. Each rule \
         becomes a pipeline of its own. A push to a branch that no rule matches starts nothing.",
    );
    let signs = flow::signs(answers.flow, seen);
    match signs {
        Some(signs) => page.comment(&format!("This is {}, after {signs}.", answers.flow.word())),
        None => page
            .comment(&format!("{MARK} no branch told how this team works; this is {}.", answers.flow.word())),
    }
    page.line("branches:");
    let mut rules = flow::rules(answers.flow, seen, answers.has_tests(found));
    if answers.provider == Some(RawProvider::CodeCommit) {
        rules = flow::code_commit::rules(rules);
    }
    page.indented(|page| rules.iter().try_for_each(|written| rule(page, written)))
}

fn rule(page: &mut Page, rule: &Rule) -> Result<(), YamlError> {
    let environments = format!("[{}]", rule.environments.join(", "));
    let key = page::scalar(&rule.key)?;
    if rule.is_shown_only {
        let environments = match rule.start {
            Start::EachBranch => format!("{{ per_branch: true, environments: {environments} }}"),
            _ => environments,
        };
        page.comment_line(&format!("{key}: {environments} # {}", rule.why));
        return Ok(());
    }
    match &rule.start {
        Start::Push => page.line(&format!("{key}: {environments} # {}", rule.why)),
        Start::Tag(pattern) => {
            page.line(&format!("{key}: # {}", rule.why));
            page.indented(|page| {
                page.line(&format!("tags: [\"{pattern}\"]"));
                page.line(&format!("environments: {environments}"));
            });
        }
        Start::EachBranch => {
            page.line(&format!("{key}: # {}", rule.why));
            page.indented(|page| {
                page.line("per_branch: true # a pipeline on CodeCommit takes one branch");
                page.line(&format!("environments: {environments}"));
            });
        }
        Start::PullRequest(branch) => {
            page.line(&format!("{key}: # {}", rule.why));
            page.indented(|page| {
                page.field("branch", branch)?;
                page.line("pull_requests: true");
                Ok::<(), YamlError>(())
            })?;
        }
    }
    Ok(())
}

fn environments(page: &mut Page, found: &Found, answers: &Answers) -> Result<(), YamlError> {
    page.gap();
    page.comment(
        "The places that are deployed to. They exist already, with their clusters and databases. Account and region are \
         those of the pipelines, unless an environment says its own.",
    );
    page.line("environments:");
    let names = answers.flow.environments();
    page.indented(|page| {
        for name in names {
            let is_last = names.last() == Some(name);
            let account = answers.accounts.get(*name);
            if account.is_none() && !is_last {
                page.line(&format!("{name}: {{}}"));
                continue;
            }
            page.line(&format!("{name}:"));
            page.indented(|page| {
                if let Some(account) = account {
                    page.field("account", account)?;
                }
                if is_last {
                    page.line("approval: {} # a person says yes in the console before anything happens here");
                    guards::guards(page, found, answers);
                }
                Ok::<(), YamlError>(())
            })?;
        }
        Ok(())
    })
}

/// Where the pipelines live, and where the code comes from.
fn place(page: &mut Page, answers: &Answers) -> Result<(), YamlError> {
    page.gap();
    page.comment("Where the pipelines live.");
    page.line("pipelines:");
    page.indented(|page| {
        page.field("account", &answers.account)?;
        page.field("region", &answers.region)
    })?;
    page.gap();
    page.comment("Where the code comes from.");
    page.line("source:");
    page.indented(|page| {
        page.field("repository", &answers.repository)?;
        if let Some(provider) = answers.provider {
            page.field("provider", provider.word())?;
        }
        if let Some(host) = &answers.host {
            page.field("host", host)?;
        }
        match &answers.connection {
            Some(arn) => page.field("connection", arn)?,
            None if answers.provider == Some(RawProvider::CodeCommit) => {}
            None => page.comment(
                "Without a `connection` the base stack makes one; a person completes it once, in the console. Write the ARN of \
                 one that exists here: `connection: \"arn:aws:codeconnections:…\"`",
            ),
        }
        Ok(())
    })
}
