//! The buildspec of a pipeline: Copilot wrote it once, people changed it, and branchline has its own in its place.
//!
//! What Copilot wrote is known line by line ([`lines`]). What is left ran in the checkout before the images were built, so its tests
//! become `test.commands`; anything else cannot be carried over without knowing what it made, and is told.

mod agree;
mod kinds;
mod lines;
mod prepare;
mod read;

use std::sync::Arc;

use super::super::buildspecs::secret::Safe;
use super::super::copies::{Branch, Copy};
use super::super::draft::{Draft, Image, Machine, Migrate, Test};
use super::super::migration::{ForTests, Hidden};
use super::super::reader::Located;
use super::super::remark::{Remark, Weight};
use super::beside::{Beside, beside, unread};
use super::overrides::Overridden;
use super::pick::{self, Picked};
use crate::config::schema::misfit;
use crate::diagnostic::Span;
use kinds::Kind;
use read::Spec;

/// Whether a file is read as one: by its name, since which files manifests name is known only when they are read.
pub(super) fn is_buildspec(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .is_some_and(|(stem, end)| stem.contains("buildspec") && matches!(end, "yml" | "yaml"))
}

/// A text of a buildspec, and the pipelines that build with it.
struct Used {
    copy: Copy,
    pipelines: Vec<String>,
}

/// Reads the buildspecs of the pipelines that have a rule, and writes into the map what they come to. `overridden` has an entry for each
/// pipeline, in their order.
pub(super) fn settle(
    branches: &[Branch],
    pipelines: &[Picked],
    overridden: &[Overridden],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) {
    let used = used(branches, pipelines, overridden, draft, remarks);
    let has_rule = |picked: &&Picked| is_used(draft, picked);
    let total = pipelines.iter().filter(has_rule).count();
    let mut said = Vec::new();
    for used in used {
        let spec = read::read(&used.copy.text);
        let mut taking = Taking { used: &used, remarks, draft };
        said.push(taking.all(spec));
    }
    agree::settle(&mut said, total, remarks);
    for one in &said {
        for (name, value) in &one.machine.variables {
            // A project's own variables go before those of a buildspec (CodeBuild User Guide, "Environment variables").
            draft.settings.build.variables.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    for (name, secret) in said.iter().filter(|one| one.test.is_none()).flat_map(|one| &one.machine.secrets) {
        draft.settings.build.secrets.entry(name.clone()).or_insert_with(|| secret.clone());
    }
    agree::tests(said, total, draft, remarks);
}

/// Whether a pipeline has a rule: what deploys nowhere has none.
fn is_used(draft: &Draft, picked: &Picked) -> bool {
    draft.rules.iter().any(|rule| rule.pipeline == picked.manifest.name.value)
}

fn used(
    branches: &[Branch],
    pipelines: &[Picked],
    overridden: &[Overridden],
    draft: &Draft,
    remarks: &mut Vec<Remark>,
) -> Vec<Used> {
    let mut all: Vec<Used> = Vec::new();
    for (picked, overridden) in pipelines.iter().zip(overridden) {
        let manifest = &picked.manifest;
        let name = &manifest.name.value;
        if !is_used(draft, picked) {
            continue;
        }
        let named = overridden.meaning.buildspec.clone();
        let named = named.or_else(|| manifest.build.buildspec.as_ref().map(|path| path.value.clone()));
        let is_named = named.is_some();
        let path = named.unwrap_or_else(|| {
            let folder = picked.copy.path.rsplit_once('/').map_or("copilot", |(folder, _)| folder);
            format!("{folder}/buildspec.yml")
        });
        let path = path.trim_start_matches("./");
        let Some(Beside { copy, others }) = beside(branches, picked, path) else {
            let why = unread(branches, picked, path);
            // Where nothing names one and none is there, nothing is lost.
            if why.is_none() && !is_named {
                continue;
            }
            let why = why.unwrap_or("on none of its branches, or not called a buildspec");
            remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("the buildspec of `{name}`, `{path}`, is {why}: it is not read"),
                help: "look for commands of your own in it: tests belong under `test.commands`, a migration under `migrate`".to_owned(),
                place: Some(picked.place(manifest.build.buildspec.as_ref().map_or(manifest.name.span, |path| path.span))),
            });
            continue;
        };
        let there = all
            .iter_mut()
            .find(|used| used.copy.path == copy.path && Arc::ptr_eq(&used.copy.text, &copy.text));
        if let Some(used) = there {
            used.pipelines.push(name.clone());
            continue;
        }
        let found = Beside { copy, others };
        remarks.extend(found.differing(&format!("the buildspec `{path}`")));
        all.push(Used { copy: found.copy, pipelines: vec![name.clone()] });
    }
    all
}

struct Taking<'t> {
    used: &'t Used,
    remarks: &'t mut Vec<Remark>,
    draft: &'t mut Draft,
}

impl Taking<'_> {
    fn say(&mut self, weight: Weight, span: Span, what: String, help: impl Into<String>) {
        let place = Some(pick::place(&self.used.copy, span));
        self.remarks.push(Remark { weight, what, help: help.into(), place });
    }

    /// Takes what a person wrote; gives the tests in it, with variables and secrets.
    fn all(&mut self, spec: Spec) -> agree::Said {
        let Spec { commands, machine, spots, secrets_at, cache, runtimes, raised, findings } = spec;
        for finding in findings {
            self.say(Weight::Lost, finding.place.unwrap_or_default(), finding.message, finding.help);
        }
        for raised in raised {
            self.remarks.push(pick::remark(&self.used.copy, raised));
        }
        let is_for_tests =
            machine.variables.iter().any(|(name, value)| name.ends_with("_ENV") && value == "test");
        // `export RAILS_ENV=test` holds for the commands after it: they run in one shell.
        let mut set = ForTests::default();
        let kind = |one: &Located<String>| {
            set.see(&one.value);
            let is_for_tests = is_for_tests || set.holds();
            (kinds::kind(&one.value, is_for_tests), is_for_tests)
        };
        let kinds: Vec<(Kind, bool)> = commands.iter().map(kind).collect();
        let last = kinds.iter().rposition(|(kind, _)| *kind == Kind::Test);
        if commands.is_empty() {
            self.nothing_of_its_own();
        }
        let mut tests: Vec<Located<String>> = Vec::new();
        for (at, (command, (kind, is_for_tests))) in commands.into_iter().zip(kinds).enumerate() {
            match kind {
                kind if !Safe::of(None, &command.value).is_whole() => self.secret(&command, &kind),
                Kind::Migration(hidden) => self.migration(&command, hidden),
                Kind::Test if !prepare::sends(&command.value) => tests.push(command),
                Kind::Other
                    if last.is_some_and(|last| at <= last)
                        && prepare::prepares(&command.value, is_for_tests) =>
                {
                    tests.push(command);
                }
                kind => self.lost(&command, &kind),
            }
        }
        let test = self.tests(tests, &machine, secrets_at, &cache);
        if test.is_none() {
            for path in &cache {
                let what =
                    format!("the build kept `{}` for the next one, and nothing of it runs here", path.value);
                self.say(
                    Weight::Lost,
                    path.span,
                    what,
                    "`cache` of a service's `build` keeps the layers of its image",
                );
            }
        }
        for runtime in runtimes {
            let what = format!("the build asked for `{}`", runtime.value);
            let (weight, help) = if test.is_some() {
                (
                    Weight::Changed,
                    "the tests run with the versions that their image has: name one under `test.image`, or run them `in: image`",
                )
            } else {
                (
                    Weight::Kept,
                    "nothing of the build needs it here: what an image is made with stands in its Dockerfile",
                )
            };
            self.say(weight, runtime.span, what, help);
        }
        agree::Said {
            pipelines: self.used.pipelines.clone(),
            spots: agree::spots(&spots, |span| pick::place(&self.used.copy, span)),
            machine,
            test,
        }
    }

    fn nothing_of_its_own(&mut self) {
        let what = format!("every command of the build of {} is Copilot's own", self.names());
        self.say(Weight::Kept, Span::default(), what, "branchline's build takes their place");
    }

    fn names(&self) -> String {
        agree::named(&self.used.pipelines)
    }

    fn lost(&mut self, command: &Located<String>, kind: &Kind) {
        let what = format!("the build of {} ran `{}`", self.names(), short(&command.value));
        let help = match kind {
            Kind::Login => {
                "a build logs in to no registry but its own: take base images from public.ecr.aws, or from ECR by a pull through cache"
            }
            Kind::Copilot => {
                "no build calls Copilot any more: see which stack it changed, and whether a deploy here does the same"
            }
            _ => {
                "what makes files for an image belongs into its Dockerfile, as a stage of its own; what tests, under `test.commands`; what \
                 changes something in AWS, under a service with `deploy.commands` and its `statements`"
            }
        };
        self.say(Weight::Lost, command.span, what, help);
    }

    /// A command with a secret in it is not taken, whatever it is for.
    fn secret(&mut self, command: &Located<String>, kind: &Kind) {
        let safe = Safe::of(None, &command.value);
        let what = format!(
            "a secret stands here in plain text ({}): the build of {} ran `{}`, which is not carried over",
            safe.hidden.join(", "),
            self.names(),
            short(&command.value)
        );
        let help = format!(
            "everybody who reads the repository has it, and its history keeps it: replace it where it is used, and keep the new one in \
             Parameter Store or Secrets Manager. {}",
            match kind {
                Kind::Login => "A build logs in to no registry but its own",
                Kind::Test =>
                    "Then name it under `test.secrets`, and write the command under `test.commands`",
                _ => "Then see what the command is for",
            }
        );
        self.say(Weight::Mistake, command.span, what, help);
    }

    fn migration(&mut self, command: &Located<String>, hidden: Hidden) {
        let what = format!(
            "a migration ran in the build of {}: `{}` ({})",
            self.names(),
            short(&hidden.written),
            hidden.tool
        );
        let run = match hidden.command {
            Ok(run) => run,
            Err(bar) => {
                let help = format!(
                    "it went before any approval. No `migrate` is proposed from it, since {}: write the one that is meant",
                    bar.why()
                );
                return self.say(Weight::Mistake, command.span, what, help);
            }
        };
        let builds = self.draft.services.iter().find(|service| matches!(service.image, Image::Built(_)));
        let help = match (&self.draft.migrate, builds) {
            (None, Some(service)) => {
                self.draft.migrate = Some(Migrate {
                    service: service.name.clone(),
                    command: run,
                    place: pick::place(&self.used.copy, command.span),
                });
                "it went before any approval, and into one database whatever was deployed. A `migrate` is proposed in its place: once for \
                 each environment, after its approval"
            }
            _ => {
                "it went before any approval, and into one database whatever was deployed. `migrate` takes its place"
            }
        };
        self.say(Weight::Mistake, command.span, what, help);
    }

    fn tests(
        &mut self,
        commands: Vec<Located<String>>,
        machine: &Machine,
        secrets_at: Option<Span>,
        cache: &[Located<String>],
    ) -> Option<Test> {
        let Some(first) = commands.first().map(|command| command.span) else {
            if let Some(span) = secrets_at {
                self.say(
                    Weight::Changed,
                    span,
                    "secrets of the build stand under `build.secrets` now".to_owned(),
                    "an image gets those alone that its service names under `build.secrets`",
                );
            }
            return None;
        };
        let named: Vec<String> =
            commands.iter().map(|command| format!("`{}`", short(&command.value))).collect();
        let what = format!("{} in the build of {} became `test.commands`", named.join(", "), self.names());
        self.say(
            Weight::Changed,
            first,
            what,
            "they run after the images are built, and what they make in the checkout is in no image: what a Dockerfile copies belongs \
             into a stage of it",
        );
        let mut paths = Vec::new();
        for path in cache {
            match misfit("cache-path", &path.value) {
                None => paths.push(path.value.clone()),
                Some(why) => {
                    let what = format!("`{}` of the buildspec's cache is not carried over", path.value);
                    self.say(Weight::Lost, path.span, what, format!("a path {why}"));
                }
            }
        }
        Some(Test {
            machine: Machine { cache_paths: paths, ..machine.clone() },
            in_image_of: None,
            commands: commands.into_iter().map(|command| command.value).collect(),
            place: pick::place(&self.used.copy, first),
        })
    }
}

/// A command in a line that is no longer than a terminal's, without what looks secret.
fn short(command: &str) -> String {
    let safe = Safe::of(None, command).text;
    let line = safe.split_whitespace().collect::<Vec<_>>().join(" ");
    let begin: String = line.chars().take(80).collect();
    if begin.len() < line.len() { format!("{begin}…") } else { begin }
}

#[cfg(test)]
mod tests;
