//! A repository of an example, and an AWS in which its stacks stand.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::python;
use crate::stub::Stub;

pub struct World {
    folder: TempDir,
    pub stub: Stub,
    pub account: &'static str,
    pub region: &'static str,
}

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The one secret that a run knows.
pub const SECRET: &str = "not-a-secret-of-anybody";

impl World {
    /// An example's repository, and an AWS with nothing in it.
    pub fn of(example: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
        let copied =
            Command::new("cp").arg("-r").arg(format!("{}/.", from.display())).arg(folder.path()).status();
        assert!(copied.expect("cp runs").success());
        let (account, region) = match example {
            "rails-ecs" => ("444444444444", "ap-northeast-1"),
            "three-accounts" => ("444444444444", "eu-central-1"),
            other => panic!("where is {other}?"),
        };
        World { folder, stub: Stub::start(), account, region }
    }

    /// The same, with the stacks of its generated folder.
    pub fn standing(example: &str) -> Self {
        let world = World::of(example);
        let made = Command::new(python::program("python"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/standing.py"))
            .arg(world.path("pipelines"))
            .arg(world.stub.url())
            .output()
            .expect("Python runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Changes a text in branchline.yml that is there.
    pub fn rewrite(&self, before: &str, after: &str) {
        let path = self.path("branchline.yml");
        let text = std::fs::read_to_string(&path).expect("it is there");
        assert!(text.contains(before), "{before} is not in it");
        std::fs::write(path, text.replace(before, after)).expect("it is written");
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_as(self.account, arguments)
    }

    /// Runs the program with the credentials of an account.
    pub fn run_as(&self, account: &str, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(arguments).arg("-C").arg(self.folder.path());
        // Two tries of each call: what goes wrong once is tried again, and what goes wrong for good is soon known.
        command.env("AWS_MAX_ATTEMPTS", "2").env_remove("COLUMNS");
        let output = self.stub.prepare(&mut command, account, self.region).output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ended = Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        };
        assert!(!ended.stdout.contains(SECRET) && !ended.stderr.contains(SECRET), "a secret is told");
        ended
    }

    /// How often each call was made since `calls` of them.
    pub fn counted(&self, since: usize) -> std::collections::BTreeMap<String, usize> {
        let mut counted = std::collections::BTreeMap::new();
        for call in self.stub.calls().into_iter().skip(since) {
            let text = |name: &str| call[name].as_str().unwrap_or("?").to_owned();
            *counted.entry(format!("{}:{}", text("service"), text("operation"))).or_default() += 1;
        }
        counted
    }

    /// Runs Python against the stub, with `ask` and `where`.
    pub fn python(&self, code: &str) {
        let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws");
        let head = format!(
            "import sys\nsys.path.insert(0, {tests:?})\nfrom checks.asking import Asking\nask = Asking({:?})\n\
             where = {{'account': {:?}, 'region': {:?}}}\n",
            self.stub.url(),
            self.account,
            self.region
        );
        let ran =
            Command::new(python::program("python")).arg("-c").arg(head + code).output().expect("Python runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// JSON of an answer.
pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
