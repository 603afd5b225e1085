//! What the tests of the commands that act have in common.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{ACCOUNT, REGION, Stage, python, text};

/// Two commits that nobody has.
pub const OLDER: &str = "9fce4c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7";
pub const NEWER: &str = "77e0aa11bb22cc33dd44ee55ff66778899aabbcc";

/// How a command ended, and what it said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The result, which is JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

impl Stage {
    /// Runs a command, with AWS asked once and not again.
    pub fn say(&self, arguments: &[&str]) -> Said {
        self.say_in("examples/rails-ecs", arguments, "1")
    }

    /// The same where the configuration is in a folder, with so many tries.
    pub fn say_in(&self, folder: &str, arguments: &[&str], tries: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(arguments).args(["-C", folder]).env("AWS_MAX_ATTEMPTS", tries);
        command.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(std::process::Stdio::null());
        let output = self.stub.prepare(&mut command, ACCOUNT, REGION).output().unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        for secret in ["not-a-secret-of-anybody", "AKIA444444444444TEST"] {
            assert!(!out.contains(secret) && !err.contains(secret), "{out}{err}");
        }
        Said { code: output.status.code(), out, err }
    }

    /// The same, which goes well.
    pub fn done(&self, arguments: &[&str]) -> Said {
        let said = self.say(arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {}{}", said.out, said.err);
        said
    }

    /// In a terminal where a person answers: how it ended, and what was shown.
    pub fn answered(&self, arguments: &[&str], answers: &[[&str; 2]]) -> (Option<i32>, String) {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(python::program("python"));
        command.arg(home.join("tests/init/answering.py")).arg(json!(answers).to_string());
        command.arg(env!("CARGO_BIN_EXE_branchline")).args(arguments).args(["-C", "examples/rails-ecs"]);
        command.current_dir(home).env("NO_COLOR", "1").env("TERM", "xterm-256color");
        let output = self.stub.prepare(&mut command, ACCOUNT, REGION).output().unwrap();
        (output.status.code(), text(&output.stdout))
    }

    /// Releases a commit of `release/*`, and waits for so many seconds.
    pub fn release(&self, commit: &str, seconds: u32) {
        self.done(&["start", "shop-release", "--commit", commit, "--yes"]);
        self.later(seconds);
    }

    /// The same to its end, with its approval.
    pub fn release_all(&self, commit: &str) {
        self.release(commit, 1_200);
        self.done(&["approve", "shop-release", "--comment", "read", "--yes"]);
        self.later(600);
    }

    /// The executions of a pipeline as they are, the oldest first.
    pub fn runs(&self, pipeline: &str) -> Vec<Value> {
        let dump = self.stub.dump();
        let pipelines = &dump["accounts"][ACCOUNT]["regions"][REGION]["pipelines"];
        pipelines[pipeline]["runs"].as_object().unwrap().values().cloned().collect()
    }

    /// The writing calls since there were so many.
    pub fn writes_since(&self, count: usize) -> Vec<String> {
        self.stub.writes().split_off(count)
    }

    /// Replaces a record in the bucket of the locks.
    pub fn record(&self, key: &str, body: &Value) {
        let bucket = format!("shop-locks-{ACCOUNT}-{REGION}");
        let call = format!(
            "import sys,boto3; boto3.client('s3',endpoint_url=sys.argv[1],region_name='{REGION}',\
             aws_access_key_id='AKIA{ACCOUNT}TEST',aws_secret_access_key='none').put_object(\
             Bucket='{bucket}',Key='{key}',Body='''{body}''')"
        );
        let mut python = Command::new(python::program("python"));
        assert!(python.args(["-c", &call, self.stub.url()]).status().unwrap().success());
    }

    /// Each call of a command denied, and its last one, which writes, failing in each way: it ends with 5, says which call it was, and
    /// nothing has become of it. `calls` are those of the command, the last one last.
    /// Gives how many cases these are.
    pub fn fails_well(&self, arguments: &[&str], calls: &[&str]) -> usize {
        let before = self.runs("shop-release");
        let writing = *calls.last().unwrap();
        let all = calls.iter().map(|call| ("denied", *call));
        let ways = ["expired", "throttle", "500", "503", "cut"].map(|what| (what, writing));
        for (what, call) in all.chain(ways.iter().copied()) {
            self.stub.faults(&json!([{ "what": what, "operation": call }]));
            let said = self.say(arguments);
            assert_eq!(said.code, Some(5), "{what} {call}: {}{}", said.out, said.err);
            assert!(said.err.contains(&format!(":{call} failed")), "{what} {call}: {}", said.err);
        }
        self.stub.faults(&json!([]));
        assert_eq!(self.runs("shop-release"), before, "nothing has become of {arguments:?}");
        calls.len() + ways.len()
    }

    /// A call whose answer is lost is tried again, and its command ends as if nothing had been. Gives what it said.
    pub fn survives(&self, arguments: &[&str], call: &str) -> Said {
        self.stub.faults(&json!([{ "what": "cut", "after": true, "operation": call, "nth": 1 }]));
        let said = self.say_in("examples/rails-ecs", arguments, "3");
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        self.stub.faults(&json!([]));
        said
    }
}

/// The bucket of locks, with nothing in it.
pub fn bucket() -> Value {
    let bucket = json!({ "account": ACCOUNT, "region": REGION, "objects": {} });
    json!({ "buckets": { format!("shop-locks-{ACCOUNT}-{REGION}"): bucket } })
}

/// Scripts of how actions end.
pub fn script(actions: &Value) -> Value {
    json!({ "scripts": { "actions": actions } })
}
