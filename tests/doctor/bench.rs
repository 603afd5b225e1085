//! A repository with a branchline.yml that names something of every kind, and an AWS in which all of it is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::healthy::healthy;
use crate::python;
use crate::stub::Stub;

pub const HOME: &str = "444444444444";
pub const PRODUCTION: &str = "333333333333";
pub const REGION: &str = "ap-northeast-1";
/// The role through which the account of production is reached.
pub const ROLE: &str = "--role=production=arn:aws:iam::333333333333:role/look";
/// The one secret that a run knows.
const SECRET: &str = "not-a-secret-of-anybody";
/// What stands as a value in every parameter.
pub const MARK: &str = "a-value-that-nobody-may-see";

pub struct Bench {
    pub folder: TempDir,
    pub stub: Stub,
}

impl Bench {
    /// Everything is there, and the repository has the branches of the map.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(here("branchline.yml"), folder.path().join("branchline.yml")).unwrap();
        let git = |arguments: &[&str]| {
            let mut git = Command::new("git");
            git.args(["-c", "user.name=t", "-c", "user.email=t@example.com"]).args(arguments);
            assert!(git.current_dir(folder.path()).status().unwrap().success());
        };
        git(&["init", "-q", "-b", "develop"]);
        git(&["commit", "-q", "--allow-empty", "-m", "one"]);
        let bench = Bench { folder, stub: Stub::start() };
        bench.state(&healthy());
        bench
    }

    /// Forgets everything, and takes this.
    pub fn state(&self, state: &Value) {
        self.stub.reset();
        self.stub.state(state);
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[])
    }

    /// The same with more in its environment.
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.arg("doctor").args(arguments).current_dir(self.folder.path());
        // Two tries of each call: what goes wrong once is tried again, and what goes wrong for good is soon known.
        command.env("AWS_MAX_ATTEMPTS", "2").envs(environment.iter().copied());
        let output = self.stub.prepare(&mut command, HOME, REGION).output().unwrap();
        for told in [&output.stdout, &output.stderr] {
            let told = text(told);
            assert!(!told.contains(SECRET) && !told.contains(MARK), "a secret is told: {told}");
        }
        output
    }

    /// The same in a terminal of 80 columns, without colours: what it shows.
    pub fn shown(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(python::program("python"));
        let terminal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/in_terminal.py");
        command.arg(terminal).args(["80", env!("CARGO_BIN_EXE_branchline"), "doctor"]);
        command.args(arguments).env("NO_COLOR", "1").current_dir(self.folder.path());
        text(&self.stub.prepare(&mut command, HOME, REGION).output().unwrap().stdout)
    }

    /// The findings, and how it ended.
    pub fn findings(&self, arguments: &[&str]) -> (Vec<Value>, i32) {
        let output = self.run(&[&["--json", ROLE], arguments].concat());
        let found = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
        (found, output.status.code().unwrap())
    }

    /// The codes of the findings, each once, and how it ended.
    pub fn codes(&self, arguments: &[&str]) -> (BTreeSet<String>, i32) {
        let (found, code) = self.findings(arguments);
        let codes = found.iter().map(|one| one["code"].as_str().unwrap().to_owned());
        (codes.collect(), code)
    }

    /// Calls CloudFormation, as somebody else would: `c` is its client.
    pub fn python(&self, call: &str) {
        let code = format!(
            "import sys,boto3; c=boto3.client('cloudformation',endpoint_url=sys.argv[1],region_name='{REGION}',\
             aws_access_key_id='AKIA{HOME}TEST',aws_secret_access_key='none'); {call}"
        );
        let mut python = Command::new(python::program("python"));
        assert!(python.args(["-c", &code, self.stub.url()]).status().unwrap().success(), "{call}");
        self.stub.clock(&serde_json::json!({ "advance": 60 }));
    }

    /// Every call since the start or the last state, as policies name it.
    pub fn called(&self) -> BTreeSet<String> {
        let calls = self.stub.calls();
        calls.iter().map(named).collect()
    }
}

/// `service:Operation`, as policies name it.
fn named(call: &Value) -> String {
    let service = call["service"].as_str().unwrap_or("?");
    let prefix = if service == "service-quotas" { "servicequotas" } else { service };
    format!("{prefix}:{}", call["operation"].as_str().unwrap_or("?"))
}

pub fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor").join(file)
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
