//! A buildspec as a person left it, without what Copilot wrote (CodeBuild User Guide, "Build specification reference").

use std::collections::BTreeMap;

use crate::config::tree::{self, Node, Value};
use crate::diagnostic::{Finding, Span};

use super::super::super::buildspecs::secret::Safe;
use super::super::super::draft::Machine;
use super::super::super::reader::{Located, Mapping, Raised, Raises, text, wrong};
use super::super::super::remark::Weight;
use super::super::overrides::project::{Became, put};
use super::lines::{Whose, whose};

/// What a person wrote.
#[derive(Debug, Default)]
pub(super) struct Spec {
    /// Commands that Copilot did not write, in the order in which they run.
    pub(super) commands: Vec<Located<String>>,
    /// Variables and secrets.
    pub(super) machine: Machine,
    /// Where each of them is written.
    pub(super) spots: BTreeMap<String, Span>,
    /// Where the first secret is written.
    pub(super) secrets_at: Option<Span>,
    /// Paths that are kept.
    pub(super) cache: Vec<Located<String>>,
    /// Versions of languages, as they are written: `nodejs: 20`.
    pub(super) runtimes: Vec<Located<String>>,
    /// What is to be said whatever becomes of the commands.
    pub(super) raised: Vec<Raised>,
    /// What is wrong with it as YAML.
    pub(super) findings: Vec<Finding>,
}

/// Reads it.
pub(super) fn read(source: &str) -> Spec {
    let (node, findings) = tree::read_of_others(source);
    let raises = Raises::default();
    let mut spec = Spec { findings, ..Spec::default() };
    if let Some(top) = node.as_ref().and_then(|node| Mapping::of(node, "", &raises)) {
        top.take("version");
        spec.phases(&top, source, &raises);
        spec.env(&top, &raises);
        spec.cache(&top, &raises);
        artifacts(&top, &raises);
        rest(&top, &raises);
    }
    spec.raised = raises.into_all();
    spec.raised.sort_by_key(|raised| raised.span);
    spec
}

impl Spec {
    fn phases(&mut self, top: &Mapping, source: &str, raises: &Raises) {
        let Some(phases) = top.take("phases").and_then(|node| Mapping::of(node, "phases", raises)) else {
            return;
        };
        for name in ["install", "pre_build", "build", "post_build"] {
            let Some(node) = phases.take(name) else { continue };
            let Some(phase) = Mapping::of(node, &phases.way(name), raises) else { continue };
            for (language, span, version) in phase.entries("runtime-versions") {
                let version = text(version).map(|text| text.value).unwrap_or_default();
                let runtime = format!("{language}: {version}");
                if !COPILOTS.contains(&runtime.as_str()) {
                    self.runtimes.push(Located { value: runtime, span });
                }
            }
            for key in ["commands", "finally"] {
                let Some(node) = phase.take(key) else { continue };
                for item in items(node) {
                    match text(item) {
                        Some(command) => self.command(command, source, raises),
                        None => wrong(raises, item, &phase.way(key), "a text"),
                    }
                }
            }
            rest(&phase, raises);
        }
        rest(&phases, raises);
    }

    fn command(&mut self, command: Located<String>, source: &str, raises: &Raises) {
        match whose(&command.value) {
            Whose::Copilots => {}
            Whose::Own => self.commands.push(command),
            Whose::Changed(lines) => {
                for line in lines {
                    let span = within(source, command.span, &line);
                    raises.raise(
                        Weight::Lost,
                        span,
                        format!("`{}` was put between Copilot's own commands of the build", Safe::of(None, &line).text),
                        "those are not carried over, since branchline builds itself: see what the line is for",
                    );
                }
            }
        }
    }

    fn env(&mut self, top: &Mapping, raises: &Raises) {
        let Some(env) = top.take("env").and_then(|node| Mapping::of(node, "env", raises)) else { return };
        for (key, kind) in [
            ("variables", "PLAINTEXT"),
            ("parameter-store", "PARAMETER_STORE"),
            ("secrets-manager", "SECRETS_MANAGER"),
        ] {
            for (name, span, node) in env.entries(key) {
                let way = format!("{}.{name}", env.way(key));
                let Some(value) = text(node) else {
                    wrong(raises, node, &way, "a text");
                    continue;
                };
                if kind == "PLAINTEXT" && !Safe::of(Some(name), &value.value).is_whole() {
                    raises.raise(
                        Weight::Mistake,
                        span,
                        format!("a secret stands here in plain text: `{way}` is not carried over"),
                        "everybody who reads the repository has it, and its history keeps it: replace it where it is used, keep the new one in \
                         Parameter Store, and name it under `build.secrets` or `test.secrets`",
                    );
                    continue;
                }
                self.spots.insert(name.to_owned(), span);
                match put(&mut self.machine, name, kind, value.value) {
                    Became::Nothing(why) => {
                        raises.raise(
                            Weight::Lost,
                            span,
                            format!("`{way}` of the buildspec is not carried over"),
                            why,
                        );
                    }
                    _ if kind == "PLAINTEXT" => {}
                    _ => self.secrets_at = self.secrets_at.or(Some(span)),
                }
            }
        }
        rest(&env, raises);
    }

    fn cache(&mut self, top: &Mapping, raises: &Raises) {
        let Some(cache) = top.take("cache").and_then(|node| Mapping::of(node, "cache", raises)) else {
            return;
        };
        self.cache = cache.texts("paths");
        rest(&cache, raises);
    }
}

/// Versions that Copilot wrote, for its own commands.
const COPILOTS: [&str; 6] =
    ["ruby: 2.6", "ruby: 3.1", "nodejs: 16", "docker: 18", "docker: 19", "docker: 20"];

/// The items of a list; of anything else, itself.
fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// The place of a line inside of a command; the command's, where YAML has it otherwise.
fn within(source: &str, span: Span, line: &str) -> Span {
    let found = source.get(span.start..span.end).and_then(|text| text.find(line));
    found.map_or(span, |at| Span { start: span.start + at, end: span.start + at + line.len() })
}

fn artifacts(top: &Mapping, raises: &Raises) {
    let Some(artifacts) = top.take("artifacts").and_then(|node| Mapping::of(node, "artifacts", raises))
    else {
        return;
    };
    for file in artifacts.texts("files") {
        if file.value != "infrastructure/*" && file.value != "infrastructure/**/*" {
            raises.raise(
                Weight::Lost,
                file.span,
                format!("the build handed on `{}`, and nothing takes it here", file.value),
                "a stage takes images; what a deploy of files needs can be made by a `deploy.commands` itself",
            );
        }
    }
    rest(&artifacts, raises);
}

/// Keys that are left, with what to do about each.
fn rest(mapping: &Mapping, raises: &Raises) {
    for (key, span, _) in mapping.rest() {
        let help = match key {
            "reports" => "nothing collects reports of tests here; a test's log has its output",
            "batch" => "one build makes all images; tests of services run side by side",
            "exported-variables" => "nothing takes them here",
            "on-failure" => "a command that fails ends its step here",
            "git-credential-helper" => {
                "a checkout has no credentials here: what a build fetches of private code needs a secret"
            }
            "shell" => "commands run in bash here",
            "run-as" => "commands run as the machine's own user here",
            _ => "see what it is for; the keys of branchline.yml are in docs/configuration.md",
        };
        let what = format!("`{}` of the buildspec is not carried over", mapping.way(key));
        raises.raise(Weight::Lost, span, what, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGED: &str = "version: 0.2\nenv:\n  variables: { RAILS_ENV: test }\n  parameter-store: { TOKEN: /shop/token }\n  secrets-manager: { KEY: \
        shop }\nphases:\n  install:\n    runtime-versions: { ruby: 3.1, nodejs: 20 }\n    commands:\n      - cd $CODEBUILD_SRC_DIR\n      - npm ci\n  build:\n    \
        on-failure: ABORT\n    commands:\n      - make test\n  post_build:\n    commands:\n      - ls -l\n      - |\n        for env in $pl_envs; do\n          \
        ./mine.sh $env\n        done;\nreports: { rspec: { files: ['**/*'] } }\nartifacts: { files: ['infrastructure/*', public/*] }\ncache: { paths: \
        ['node_modules/**/*'] }\n";

    #[test]
    fn what_a_person_wrote_is_found_and_the_rest_is_copilots() {
        let spec = read(CHANGED);
        let commands: Vec<&str> = spec.commands.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(commands, ["npm ci", "make test"]);
        assert_eq!(spec.machine.variables["RAILS_ENV"], "test");
        assert!(spec.machine.secrets.contains_key("TOKEN") && !spec.machine.secrets.contains_key("KEY"));
        assert_eq!((spec.runtimes[0].value.as_str(), spec.runtimes.len()), ("nodejs: 20", 1));
        assert_eq!(spec.cache[0].value, "node_modules/**/*");
        let told: Vec<&str> = spec.raised.iter().map(|raised| raised.what.as_str()).collect();
        for part in
            ["env.secrets-manager.KEY", "phases.build.on-failure", "./mine.sh $env", "`reports`", "public/*"]
        {
            assert!(told.iter().any(|what| what.contains(part)), "{part}: {told:?}");
        }
        assert_eq!(told.len(), 5, "{told:?}");
        let mine = spec.raised.iter().find(|raised| raised.what.contains("mine.sh")).expect("it is told");
        assert_eq!(&CHANGED[mine.span.start..mine.span.end], "./mine.sh $env");
    }
}
