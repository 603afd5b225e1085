//! A rule with a pipeline for each branch: which branches have one, by which name and trigger, and which can have none.
//! Codes BL120 to BL124.
//!
//! Such a rule takes part in the map with its pattern, like any other: broader rules leave out what the pattern matches,
//! whether a branch of that name exists or not, and it leaves to narrower rules what is theirs. What is left of the
//! branches that exist each gets a trigger with its own name and no other.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::glob;
use super::pattern::{FaultKind, Pattern};
use super::rivals::Rival;
use super::slug;
use super::{Entry, Trigger};
use crate::config::{Config, PerBranch};
use crate::diagnostic::{Finding, shown};

/// Branches that a finding names.
const NAMED: usize = 5;

/// Bytes of a branch's name as a pattern: it stands in the description of a template, which may have 1,024
/// (CloudFormation quotas).
const LONGEST: usize = 900;

/// Hexadecimal digits of the SHA-256 of a branch's name that its pipeline's name begins with.
const DIGITS: usize = 10;

/// A rule with a pipeline for each of its branches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The rule's key, as written.
    pub rule: String,
    /// What it takes: its pattern, without what narrower rules take. No pipeline has this trigger.
    pub trigger: Trigger,
    /// The most branches that may have a pipeline.
    pub limit: usize,
    /// Where in [`BranchMap::entries`](super::BranchMap::entries) the pipelines of its branches stand, sorted by branch.
    pub members: Range<usize>,
}

impl Family {
    /// The rule's pattern, as written.
    pub fn pattern(&self) -> &str {
        self.trigger.includes.first().map(Pattern::text).unwrap_or_default()
    }
}

/// A branch that gets a pipeline, and the pattern that no other name matches.
pub(super) struct Member {
    pub(super) branch: String,
    pub(super) pattern: Pattern,
}

/// Why a branch can have no pipeline of its own. Completes "… gets no pipeline: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Error)]
enum Unfit {
    #[error("its name is longer than the filter of a trigger takes, 255 characters")]
    Long,
    #[error("CodePipeline would read a variable of its own in `#{{…}}`")]
    Variable,
    #[error("its name is not readable text, so a trigger with it could mean another branch")]
    Unreadable,
    #[error("git itself allows no such name")]
    Illegal,
}

impl Unfit {
    /// What is against a trigger with this name; else the pattern that is this very name.
    fn of(branch: &str) -> Result<Pattern, Self> {
        // What git keeps in other bytes than UTF-8 was read with replacement characters.
        if branch.chars().any(|character| character.is_control() || character == char::REPLACEMENT_CHARACTER)
        {
            return Err(Unfit::Unreadable);
        }
        if branch.contains("#{") {
            return Err(Unfit::Variable);
        }
        let text = glob::escaped(branch);
        let pattern = Pattern::parse(&text).map_err(|fault| match fault.kind {
            FaultKind::TooLong(_) => Unfit::Long,
            _ => Unfit::Illegal,
        })?;
        if text.len() > LONGEST { Err(Unfit::Long) } else { Ok(pattern) }
    }
}

/// What the names of branches' pipelines begin with: the app's name, of which a long one is cut so that all digits are among the
/// first 20 characters.
pub fn stem(stem: &str) -> &str {
    stem.get(..PerBranch::STEM).unwrap_or(stem).trim_end_matches('-')
}

/// The pipeline's name behind the app's: ten digits of the SHA-256 of the branch's name, and what of the name is letters
/// and digits.
///
/// The digits stand first, since CodePipeline names the folder of a pipeline's artifacts after the first 20 characters of
/// the pipeline's name, and branches begin alike.
pub(super) fn slug(branch: &str) -> String {
    slug_by(branch, branch)
}

/// The same with the digits of another text.
fn slug_by(told_apart: &str, branch: &str) -> String {
    let mut slug = String::with_capacity(slug::LONGEST);
    for byte in Sha256::digest(told_apart.as_bytes()).iter().take(DIGITS / 2) {
        // Writing to a string does not fail.
        let _ = write!(slug, "{byte:02x}");
    }
    slug.push('-');
    slug.push_str(&slug::words(branch));
    slug.truncate(slug::LONGEST);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Whether a pipeline's name looks as if it had been made for one branch of a rule.
///
/// It ends a guess where there is nothing to know: what is left of a pipeline of which the configuration says nothing.
pub fn is_of_one_branch(pipeline: &str) -> bool {
    pipeline.split('-').skip(1).any(|word| {
        word.len() == DIGITS && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// The branches that get a pipeline by a rule, sorted by their names, and what is to be said of them.
pub(super) fn members(
    config: &Config,
    rival: &Rival,
    trigger: &Trigger,
    per_branch: PerBranch,
    findings: &mut Vec<Finding>,
) -> Vec<Member> {
    let mut branches: Vec<&str> =
        config.branches.iter().map(String::as_str).filter(|branch| trigger.matches(branch)).collect();
    branches.sort_unstable();
    branches.dedup();
    let mut members = Vec::new();
    let mut unfit: BTreeMap<Unfit, Vec<&str>> = BTreeMap::new();
    for branch in branches {
        match Unfit::of(branch) {
            Ok(pattern) => members.push(Member { branch: branch.to_owned(), pattern }),
            Err(why) => unfit.entry(why).or_default().push(branch),
        }
    }
    let text = rival.text();
    if let Some(name) = rival.includes.iter().find_map(Pattern::exact) {
        findings.push(of_one_branch(per_branch, name));
    } else if members.is_empty() {
        findings.push(of_no_branch(per_branch, &text));
    }
    findings.extend(unfit.into_iter().map(|(why, branches)| left_out(per_branch, why, &branches)));
    if members.len() > per_branch.limit {
        findings.push(too_many(per_branch, &text, &members));
        members.truncate(per_branch.limit);
    }
    if members.len() > 1 {
        findings.extend(shared_migration(config, rival, per_branch));
    }
    members
}

fn of_one_branch(per_branch: PerBranch, name: &str) -> Finding {
    Finding::error("BL122", per_branch.place, format!("{} is one branch already", shown(name)))
        .because("`per_branch` makes a pipeline for each branch that matches a pattern, as they come and go")
        .help("take `per_branch` out, or write a pattern, such as `feature/*`")
}

fn of_no_branch(per_branch: PerBranch, pattern: &str) -> Finding {
    Finding::warning("BL123", per_branch.place, format!("no branch has a pipeline by {}", shown(pattern)))
        .because("of the branches that are known, none matches that is not another rule's")
        .help(
            "if there are such branches, ask the remote for them: `branchline generate --remote`; or list them: `--branches FILE`",
        )
}

fn left_out(per_branch: PerBranch, why: Unfit, branches: &[&str]) -> Finding {
    let (gets, it) = if branches.len() == 1 { ("gets", "it") } else { ("get", "them") };
    Finding::warning("BL121", per_branch.place, format!("{} {gets} no pipeline", named(branches)))
        .because(why.to_string())
        .help(format!("rename {it}: a push starts nothing"))
}

fn too_many(per_branch: PerBranch, pattern: &str, members: &[Member]) -> Finding {
    let beyond: Vec<&str> = members[per_branch.limit..].iter().map(|member| member.branch.as_str()).collect();
    Finding::error(
        "BL120",
        per_branch.place,
        format!(
            "{} branches match {}, and {} may have a pipeline",
            members.len(),
            shown(pattern),
            per_branch.limit
        ),
    )
    .because(format!("by their names, the limit is passed by {}", named(&beyond)))
    .help(if members.len() > usize::from(PerBranch::MOST) {
        format!(
            "delete the branches that are done with, or narrow the pattern: `limit` is at most {}",
            PerBranch::MOST
        )
    } else {
        format!(
            "delete the branches that are done with, narrow the pattern, or write `limit: {}`",
            members.len()
        )
    })
}

/// The pipelines of a rule's branches run the same migrations where no lock lets them wait for each other.
fn shared_migration(config: &Config, rival: &Rival, per_branch: PerBranch) -> Option<Finding> {
    let rule = rival.rule;
    let environments = rule.environments.iter().filter_map(|name| config.environments.get(name));
    let mut migrating = environments.filter(|place| {
        place.lock.is_none()
            && place.migrations.iter().any(|migrate| rule.services.contains(&migrate.service))
    });
    let environment = &migrating.next()?.name;
    Some(
        Finding::error(
            "BL124",
            per_branch.place,
            format!("the branches of {} lead to the same migration in `{environment}`", shown(&rival.text())),
        )
        .because("two of their pipelines could migrate its database at the same time")
        .help(format!(
            "take `lock: false` out of `{environment}`, so that one waits for the other, or switch the migration off there: \
             `migrate: none`"
        ))
        .related(config.environments.get(environment).map_or(rule.place, |place| place.place), "the environment"),
    )
}

/// `` `a`, `b` and 3 more branches ``.
fn named(branches: &[&str]) -> String {
    let (some, more) = branches.split_at(branches.len().min(NAMED));
    let mut words: Vec<String> = some.iter().map(|branch| shown(branch)).collect();
    if !more.is_empty() {
        words.push(format!("{} more", more.len()));
    }
    match words.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        all => all.concat(),
    }
}

/// The entry of one branch, made from that of its rule.
pub(super) fn entry(rule: &Entry, stem: &str, member: Member) -> Entry {
    let short = self::stem(stem);
    let slug = if short == stem {
        slug(&member.branch)
    } else {
        // Two apps whose names begin alike have branches of the same names.
        slug_by(&format!("{stem}\n{}", member.branch), &member.branch)
    };
    Entry {
        pattern: member.pattern.text().to_owned(),
        pipeline: format!("{short}-{slug}"),
        slug,
        trigger: Trigger { includes: vec![member.pattern], excludes: Vec::new(), ..rule.trigger.clone() },
        of_branch: Some(member.branch),
        ..rule.clone()
    }
}

#[cfg(test)]
mod tests;
