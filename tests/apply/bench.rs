//! A small app in a folder, a small AWS, and the program between them.

use std::fs;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::stub::Stub;

pub const ACCOUNT: &str = "111122223333";
pub const REGION: &str = "eu-west-1";
pub const CONNECTION: &str =
    "arn:aws:codeconnections:eu-west-1:111122223333:connection/6b0f2c5e-1111-4222-8333-944444444444";

/// An app of three stacks, whose connection is there already.
pub const SMALL: &str = "version: 1\napp: hello\nbranches:\n  main: [live]\nenvironments:\n  live: {}\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nsource:\n  repository: acme/hello\n  connection: CONNECTION\n\
    services:\n  web:\n    deploy:\n      ecs: { cluster: hello, roles: [hello-task, hello-execution] }\n";

/// What the program said, and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A folder, and an AWS whose clock moves by half a minute with each request, so that whoever waits gets on.
pub struct Bench {
    pub stub: Stub,
    folder: TempDir,
}

impl Bench {
    /// With the small app, and its connection completed.
    pub fn new() -> Self {
        let bench = Bench { stub: Stub::start(), folder: tempfile::tempdir().unwrap() };
        bench.anew();
        bench.write(SMALL);
        bench
    }

    /// An AWS in which nothing stands but the connection.
    pub fn anew(&self) {
        self.stub.reset();
        self.stub.clock(&json!({"auto": 30}));
        let connection = json!({"name": "hello", "provider": "GitHub", "status": "AVAILABLE"});
        self.state(&json!({"connections": {CONNECTION: connection}}));
    }

    /// Merges into the state of the app's place.
    pub fn state(&self, state: &Value) {
        self.stub.state(&json!({"accounts": {ACCOUNT: {"regions": {REGION: state}}}}));
    }

    /// The configuration; `CONNECTION` stands for the connection.
    pub fn write(&self, text: &str) {
        let text = text.replace("CONNECTION", CONNECTION);
        fs::write(self.folder.path().join("branchline.yml"), text).unwrap();
    }

    /// Runs a command with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    /// Begins one.
    pub fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// A command with these arguments, in the environment of the stub.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(arguments).arg("-C").arg(self.folder.path()).stdin(Stdio::null());
        self.stub.prepare(&mut command, ACCOUNT, REGION);
        command
    }

    /// `apply --yes`, which goes well.
    pub fn applied(&self) -> Said {
        let said = self.run(&["apply", "--yes"]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        said
    }

    /// What stands at the end of an apply to an empty AWS.
    pub fn usual_end(&self) -> Value {
        self.anew();
        self.applied();
        self.stub.end_state()
    }

    /// Lets everything that goes on come to its end.
    pub fn later(&self) {
        self.stub.faults(&json!([]));
        self.stub.clock(&json!({"advance": 3600}));
    }

    /// A stack of the state, by its name: its ARN and all of it.
    pub fn stack(&self, name: &str) -> (String, Value) {
        let dump = self.stub.dump();
        let stacks = dump["accounts"][ACCOUNT]["regions"][REGION]["stacks"].as_object().unwrap();
        let (arn, stack) = stacks.iter().find(|(_, stack)| stack["name"] == name).expect("it stands");
        (arn.clone(), stack.clone())
    }

    /// Changes members of a stack's state.
    pub fn change_stack(&self, name: &str, members: &Value) {
        let (arn, _) = self.stack(name);
        self.state(&json!({"stacks": {arn: members}}));
    }
}

pub fn said(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    for secret in ["not-a-secret-of-anybody", "AKIA111122223333TEST"] {
        assert!(!said.out.contains(secret) && !said.err.contains(secret), "{}{}", said.out, said.err);
    }
    said
}
