//! Runs a buildspec as CodeBuild does.
//!
//! CodeBuild's agent gives each command to a shell of its own, and carries the working folder and the exported
//! variables from one to the next; `set -a` is on, so that everything assigned is exported. A command that fails
//! ends its phase, after the phase's `finally`. A failed `install` or `pre_build` ends the build; after a failed
//! `build`, `post_build` runs with `CODEBUILD_BUILD_SUCCEEDING=0`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use indexmap::IndexMap;
use serde::Deserialize;

use super::fakes::{self, Call};
use super::world::{EPOCH, World};

/// What the runner understands of a buildspec; anything else is refused rather than passed over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    version: f64,
    env: EnvSection,
    phases: IndexMap<String, PhaseSection>,
    artifacts: Option<ArtifactSection>,
    #[expect(dead_code, reason = "nothing is kept between two runs here")]
    cache: Option<CacheSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "its shape is what counts")]
struct CacheSection {
    paths: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct EnvSection {
    shell: String,
    #[serde(default)]
    exported_variables: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PhaseSection {
    commands: Vec<String>,
    #[serde(default)]
    finally: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArtifactSection {
    files: Vec<String>,
}

/// A build to run.
#[derive(Debug, Clone, Default)]
pub struct Build<'a> {
    /// The buildspec's text.
    pub buildspec: &'a str,
    /// The project's and the action's variables.
    pub env: Vec<(String, String)>,
    /// The files of the input, by path.
    pub files: BTreeMap<String, String>,
    /// What exists.
    pub world: World,
}

/// What a build came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether everything went well, the artifacts included.
    pub succeeded: bool,
    /// What the shell printed, both streams.
    pub output: String,
    /// The exported variables that have a value.
    pub exported: BTreeMap<String, String>,
    /// The artifacts' texts by path; none where the build failed.
    pub artifacts: BTreeMap<String, String>,
    /// The files that are in the working folder at the end.
    pub files: Vec<String>,
    /// What was called.
    pub calls: Vec<Call>,
    /// What exists now.
    pub world: serde_json::Value,
}

impl Outcome {
    /// The lines of the calls that begin so.
    pub fn lines(&self, start: &str) -> Vec<String> {
        self.calls.iter().map(Call::line).filter(|line| line.starts_with(start)).collect()
    }
}

impl Build<'_> {
    /// Runs it.
    pub fn run(&self) -> Outcome {
        let spec: Spec =
            serde_yaml::from_str(self.buildspec).expect("a buildspec that the runner understands");
        assert!((spec.version - 0.2).abs() < f64::EPSILON, "version {}", spec.version);
        assert_eq!(spec.env.shell, "bash");

        let folder = tempfile::tempdir().expect("a temporary folder");
        let shell = Shell { folder: folder.path() };
        shell.prepare(self);
        let mut succeeded = true;
        for (name, phase) in ordered(&spec.phases) {
            let runs = succeeded || name == "post_build";
            if runs && !shell.phase(phase, succeeded) {
                succeeded = false;
                if name != "build" {
                    break;
                }
            }
        }
        let source = shell.folder.join("src");
        let mut artifacts = BTreeMap::new();
        let built = succeeded;
        for path in spec.artifacts.iter().flat_map(|section| &section.files).filter(|_| built) {
            let found = matching(&source, path);
            if found.is_empty() {
                shell.note(&format!("no matching artifact paths found: {path}\n"));
                succeeded = false;
            }
            artifacts.extend(found);
        }
        shell.outcome(succeeded, &spec.env.exported_variables, artifacts)
    }
}

/// The files that a path of `artifacts` names, by their own paths: `*` stands for any characters of a file's name.
fn matching(source: &Path, path: &str) -> BTreeMap<String, String> {
    let Some((before, after)) = path.split_once('*') else {
        return fs::read_to_string(source.join(path))
            .map(|text| (path.to_owned(), text))
            .into_iter()
            .collect();
    };
    let names = fs::read_dir(source).expect("the source's folder").flatten().map(|file| file.file_name());
    names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.len() >= before.len() + after.len())
        .filter(|name| name.starts_with(before) && name.ends_with(after))
        .filter_map(|name| fs::read_to_string(source.join(&name)).ok().map(|text| (name, text)))
        .collect()
}

/// The phases in CodeBuild's order, whatever the file's.
fn ordered(phases: &IndexMap<String, PhaseSection>) -> Vec<(&str, &PhaseSection)> {
    let known = ["install", "pre_build", "build", "post_build"];
    assert!(phases.keys().all(|name| known.contains(&name.as_str())), "{:?}", phases.keys());
    known
        .iter()
        .filter_map(|name| phases.get_key_value(*name))
        .map(|(name, phase)| (name.as_str(), phase))
        .collect()
}

/// The folder of a build: `src/`, `bin/`, `fakes/`, and what is carried from command to command.
struct Shell<'a> {
    folder: &'a Path,
}

impl Shell<'_> {
    fn prepare(&self, build: &Build) {
        for name in ["src", "bin", "fakes", "tmp"] {
            fs::create_dir(self.folder.join(name)).expect("a new folder");
        }
        let fakes = self.folder.join("fakes");
        fakes::install(&self.folder.join("bin"), &fakes);
        self.write("fakes/world.json", &build.world.0.to_string());
        self.write("fakes/clock", &EPOCH.to_string());
        for (path, text) in &build.files {
            let path = self.folder.join("src").join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
            fs::write(path, text).expect("a file in a new folder");
        }
        for (name, script) in build.world.0["programs"].as_object().into_iter().flatten() {
            let script = script.as_str().expect("a script");
            fakes::program(&self.folder.join("bin").join(name), &format!("#!/bin/sh\n{script}\n"));
        }
        self.write("dir.txt", &self.folder.join("src").display().to_string());
        let mut variables = vec![
            ("PATH".to_owned(), self.folder.join("bin").display().to_string()),
            ("TMPDIR".to_owned(), self.folder.join("tmp").display().to_string()),
            ("HOME".to_owned(), self.folder.join("tmp").display().to_string()),
        ];
        let region = build.world.place().region;
        let codebuild = [
            ("AWS_REGION", region.as_str()),
            ("AWS_DEFAULT_REGION", &region),
            ("CI", "true"),
            ("CODEBUILD_BUILD_ID", "project:6f1a2b3c-0000-4000-8000-000000000001"),
        ];
        variables.extend(codebuild.map(|(name, value)| (name.into(), value.into())));
        variables.extend(build.env.iter().cloned());
        let exports = variables.iter().fold(String::new(), |text, (name, value)| {
            text + &format!("export {name}={}\n", branchline::document::steps::quote(value))
        });
        self.write("env.sh", &exports);
    }

    /// Whether the phase went well.
    fn phase(&self, phase: &PhaseSection, succeeding: bool) -> bool {
        let went_well = phase.commands.iter().all(|command| self.command(command, succeeding));
        phase.finally.iter().all(|command| self.command(command, succeeding && went_well)) && went_well
    }

    fn command(&self, command: &str, succeeding: bool) -> bool {
        let folder = self.folder.display();
        let script = format!(
            "cd \"$(cat {folder}/dir.txt)\"\nset -a\n. {folder}/env.sh\nCODEBUILD_BUILD_SUCCEEDING={}\n{command}\n\
             LAST_EXIT=$?\nexport -p > {folder}/env.sh\npwd > {folder}/dir.txt\nexit $LAST_EXIT\n",
            u8::from(succeeding)
        );
        self.write("command.sh", &script);
        let log =
            fs::File::options().create(true).append(true).open(self.folder.join("log")).expect("the log");
        let status = Command::new("/bin/bash")
            .arg(self.folder.join("command.sh"))
            .env_clear()
            .env("PATH", self.folder.join("bin"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .status()
            .expect("bash");
        status.success()
    }

    fn outcome(self, succeeded: bool, exported: &[String], artifacts: BTreeMap<String, String>) -> Outcome {
        let ask = |name: &String| {
            let script = format!(". {}/env.sh; printf %s \"${{{name}-}}\"", self.folder.display());
            let output = Command::new("/bin/bash").args(["-c", &script]).env_clear().output().expect("bash");
            String::from_utf8(output.stdout).expect("text")
        };
        let exported =
            exported.iter().map(|name| (name.clone(), ask(name))).filter(|(_, value)| !value.is_empty());
        let mut files: Vec<String> = fs::read_dir(self.folder.join("src"))
            .expect("the source")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let output =
            String::from_utf8_lossy(&fs::read(self.folder.join("log")).unwrap_or_default()).into_owned();
        assert!(
            !output.contains("FAKE REFUSES"),
            "a fake was asked for something that it does not know:\n{output}"
        );
        let world = fs::read_to_string(self.folder.join("fakes/world.json")).expect("the world");
        Outcome {
            succeeded,
            output,
            exported: exported.collect(),
            artifacts,
            files,
            calls: fakes::calls(&self.folder.join("fakes")),
            world: serde_json::from_str(&world).expect("JSON"),
        }
    }

    fn note(&self, text: &str) {
        let log = self.folder.join("log");
        let before = fs::read_to_string(&log).unwrap_or_default();
        fs::write(log, before + text).expect("the log");
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).expect("a file in a new folder");
    }
}
