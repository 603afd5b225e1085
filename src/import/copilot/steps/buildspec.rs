//! The buildspec of a step: its commands in one list, where a `deploy.commands` can do the same.
//!
//! By CodeBuild's documentation ("Build specification reference for CodeBuild"). All commands of version 0.2 run one after the other
//! in one shell; that is what `deploy.commands` do, too.

use std::collections::BTreeMap;

use super::super::super::buildspecs::secret::Safe;
use super::super::super::draft::step::Secret;
use super::super::super::reader::{Located, Mapping, Raised, Raises, text};
use super::super::super::remark::Weight;
use crate::config::schema;
use crate::config::tree::{self, Node, Value};
use crate::diagnostic::{Finding, Span};

/// The most bytes of commands that are taken: a buildspec in a stack has 25,600, and each command gets a line of our own.
const MOST: usize = 16 * 1024;

/// What a buildspec does, as far as a `deploy.commands` can say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Buildspec {
    /// The commands of all phases, in order.
    pub(super) commands: Vec<Located<String>>,
    /// Variables.
    pub(super) variables: BTreeMap<String, String>,
    /// Secrets.
    pub(super) secrets: BTreeMap<String, Secret>,
}

impl Buildspec {
    /// Whether the same is done by both, wherever it is written.
    pub(super) fn does_the_same(&self, other: &Self) -> bool {
        let commands = |one: &Self| one.commands.iter().map(|it| it.value.clone()).collect::<Vec<_>>();
        commands(self) == commands(other)
            && self.variables == other.variables
            && self.secrets == other.secrets
    }
}

/// What was read of a file.
#[derive(Debug)]
pub(super) struct Reading {
    /// What it does; `None` where it does more than can be said, so that nothing is taken.
    pub(super) buildspec: Option<Buildspec>,
    /// What is to be said.
    pub(super) raised: Vec<Raised>,
    /// What is wrong with the text as YAML.
    pub(super) findings: Vec<Finding>,
}

/// Reads a buildspec. What could not be the same is [`Weight::Lost`], and then nothing of it is taken if it changes what the commands do.
pub(super) fn read(text: &str) -> Reading {
    let (node, findings) = tree::read_of_others(text);
    let told = Raises::default();
    let mut drawing = Drawing { raises: &told, buildspec: Buildspec::default(), is_whole: true };
    let is_read = node.as_ref().and_then(|node| drawing.top(node)).is_some();
    let Drawing { buildspec, is_whole, .. } = drawing;
    let mut raised = told.into_all();
    raised.sort_by_key(|raised| raised.span);
    Reading { buildspec: (is_read && is_whole).then_some(buildspec), raised, findings }
}

struct Drawing<'t> {
    raises: &'t Raises,
    buildspec: Buildspec,
    is_whole: bool,
}

impl<'t> Drawing<'t> {
    /// Something without which the commands would do something else.
    fn cannot(&mut self, span: Span, what: impl Into<String>, help: &str) {
        self.is_whole = false;
        self.raises.raise(Weight::Lost, span, what, help);
    }

    /// A secret in plain text. Without it the commands would do something else, and with it the map would hold it.
    fn secret(&mut self, span: Span, by: &[String]) {
        self.is_whole = false;
        let what = format!("a secret stands here in plain text: {}", by.join(", "));
        self.raises.raise(
            Weight::Mistake,
            span,
            what,
            "everybody who reads the repository has it, and its history keeps it: replace it where it is used, keep the new one in Parameter \
             Store, name it under `deploy.commands.secrets`, and write the step's commands there by hand",
        );
    }

    fn command(&mut self, command: Located<String>) {
        let safe = Safe::of(None, &command.value);
        if !safe.is_whole() {
            self.secret(command.span, &safe.hidden);
        }
        self.buildspec.commands.push(command);
    }

    fn lost(&self, span: Span, what: impl Into<String>, help: &str) {
        self.raises.raise(Weight::Lost, span, what, help);
    }

    fn top(&mut self, node: &'t Node) -> Option<()> {
        let top = Mapping::of(node, "", self.raises)?;
        match top.text("version") {
            Some(version) if version.value == "0.2" => {}
            version => self.cannot(
                version.map_or(node.span, |version| version.span),
                "this buildspec is not of version 0.2",
                "in the older one each command has a shell of its own: write the step's commands by hand",
            ),
        }
        if let Some(env) = top.take("env").and_then(|node| Mapping::of(node, "env", self.raises)) {
            self.env(&env);
        }
        if let Some(node) = top.take("run-as") {
            self.cannot(node.span, "the commands run as another user (`run-as`)", BY_HAND);
        }
        let phases = top.take("phases").and_then(|node| Mapping::of(node, "phases", self.raises));
        let names = ["install", "pre_build", "build", "post_build"];
        for name in names {
            let phase = phases.as_ref().and_then(|phases| phases.take(name));
            if let Some(node) = phase {
                self.phase(name, node);
            }
        }
        for (key, span, _) in phases.iter().flat_map(Mapping::rest) {
            self.lost(span, format!("`phases.{key}` is no phase of CodeBuild's"), "it did nothing");
        }
        for (key, span, _) in top.rest() {
            let help = match key {
                "artifacts" => {
                    "Copilot's pipelines hand the files of a step to nothing; where they are wanted, upload them by a command"
                }
                "cache" => "a cache makes it faster: `deploy.commands.cache`",
                "reports" => "the commands still write the reports' files; nobody takes them in",
                _ => "nothing in the map says it: see whether the commands need it",
            };
            self.lost(span, format!("`{key}` of the buildspec is not carried over"), help);
        }
        let size: usize = self.buildspec.commands.iter().map(|one| one.value.len() + 32).sum();
        if self.buildspec.commands.is_empty() && self.is_whole {
            self.cannot(node.span, "this buildspec has no commands", "see what the step was for");
        } else if size > MOST {
            self.cannot(
                node.span,
                "its commands are too long for a buildspec in a stack",
                "put them into a script of the repository, and call it in `deploy.commands`",
            );
        }
        Some(())
    }

    fn env(&mut self, env: &Mapping<'t>) {
        if let Some(shell) =
            env.text("shell").filter(|shell| !["sh", "bash", "/bin/sh"].contains(&shell.value.as_str()))
        {
            let what = format!("the commands are for `{}`", shell.value);
            self.cannot(
                shell.span,
                what,
                "`deploy.commands` are for bash: write them anew, or call a script of the repository",
            );
        }
        for key in ["variables", "parameter-store", "secrets-manager"] {
            for (name, span, _) in env.entries(key) {
                if let Some(reason) = schema::misfit("variable-name", name) {
                    self.cannot(span, format!("`{name}` cannot be given to a deploy: {reason}"), BY_HAND);
                }
            }
        }
        for (name, span, node) in env.entries("variables") {
            match text(node) {
                Some(value) => {
                    let safe = Safe::of(Some(name), &value.value);
                    if !safe.is_whole() {
                        self.secret(span, &safe.hidden);
                    }
                    self.buildspec.variables.insert(name.to_owned(), value.value);
                }
                None => self.cannot(span, format!("the value of `{name}` is no text"), BY_HAND),
            }
        }
        for (name, span, node) in env.entries("parameter-store") {
            match text(node).filter(|value| schema::misfit("parameter-name", &value.value).is_none()) {
                Some(value) => {
                    _ = self.buildspec.secrets.insert(name.to_owned(), Secret::Parameter(value.value));
                }
                None => self.cannot(span, format!("`{name}` names no parameter"), BY_HAND),
            }
        }
        for (name, span, node) in env.entries("secrets-manager") {
            match text(node).and_then(|value| arn(&value.value)) {
                Some(arn) => _ = self.buildspec.secrets.insert(name.to_owned(), Secret::SecretsManager(arn)),
                None => self.cannot(
                    span,
                    format!("the secret of `{name}` is not named by an ARN alone, with one key of its JSON at most"),
                    "write its ARN under `deploy.commands.secrets`, with `:key` behind it, and the commands under `run`",
                ),
            }
        }
        for (key, span, _) in env.rest() {
            if key != "exported-variables" {
                self.lost(
                    span,
                    format!("`env.{key}` is not carried over"),
                    "see whether the commands need it",
                );
            }
        }
    }

    fn phase(&mut self, name: &str, node: &'t Node) {
        let way = format!("phases.{name}");
        let Some(phase) = Mapping::of(node, &way, self.raises) else {
            self.is_whole = false;
            return;
        };
        let is_late = name == "post_build" && !self.buildspec.commands.is_empty();
        match phase.take("commands") {
            None => {}
            Some(Node { value: Value::List(items), .. }) => {
                for item in items {
                    match text(item) {
                        Some(command) => self.command(command),
                        None => self.cannot(item.span, format!("a command of `{way}` is no text"), BY_HAND),
                    }
                }
            }
            Some(node) => match text(node) {
                Some(command) => self.command(command),
                None => self.cannot(node.span, format!("`{way}.commands` is no list"), BY_HAND),
            },
        }
        if is_late {
            self.raises.raise(
                Weight::Changed,
                node.span,
                "`post_build` ran when a command of `build` had failed, too",
                "now the first command that fails is the last one that runs: make a `trap` of what has to happen in any case",
            );
        }
        if let Some(node) = phase.take("finally") {
            self.cannot(node.span, format!("`{way}.finally` runs when a command has failed, too"), TRAP);
        }
        if let Some(node) = phase.take("run-as") {
            self.cannot(node.span, format!("`{way}` runs as another user (`run-as`)"), BY_HAND);
        }
        if let Some(failure) = phase.text("on-failure").filter(|failure| failure.value != "ABORT") {
            let what =
                format!("`{way}` does something else than end when a command fails (`{}`)", failure.value);
            self.cannot(failure.span, what, TRAP);
        }
        if let Some(node) = phase.take("runtime-versions") {
            self.lost(
                node.span,
                "the versions of languages (`runtime-versions`) are not carried over",
                "the machine has those of its image: name one under `deploy.commands.image` that has what is needed, or install it first",
            );
        }
        for (key, span, _) in phase.rest() {
            self.lost(span, format!("`{way}.{key}` is not carried over"), "see whether the commands need it");
        }
    }
}

const BY_HAND: &str = "write the step's commands under `deploy.commands` by hand";
const TRAP: &str =
    "write the commands under `deploy.commands` by hand, with a `trap` for what has to happen in any case";

/// The ARN of a secret with one key at most: CodeBuild's `secret-id:json-key:version-stage:version-id`, whose first part has seven parts
/// of its own where it is an ARN.
fn arn(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split(':').collect();
    let is_plain = parts.first() == Some(&"arn") && (7..=8).contains(&parts.len());
    (is_plain && schema::misfit("secret-arn", written).is_none()).then(|| written.to_owned())
}

#[cfg(test)]
mod tests;
