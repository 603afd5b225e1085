//! A small app in a folder, a small AWS, and the program between them.

use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

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

/// Small AWSs that no test uses at the moment: to start one takes longer than most tests.
static IDLE: Mutex<Vec<Stub>> = Mutex::new(Vec::new());

/// A small AWS that is given back when the test is over, however it ends.
pub struct Lent(Option<Stub>);

impl Lent {
    fn new() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Lent(Some(idle.unwrap_or_else(Stub::start)))
    }
}

impl Deref for Lent {
    type Target = Stub;

    fn deref(&self) -> &Stub {
        self.0.as_ref().expect("it is given back at the end")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // One that a failed test leaves may be in any state, and is ended.
        if let Some(stub) = self.0.take().filter(|_| !std::thread::panicking()) {
            stub.reset();
            IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(stub);
        }
    }
}

/// A folder, and an AWS whose clock moves by half a minute with each request, so that whoever waits gets on.
pub struct Bench {
    pub stub: Lent,
    folder: TempDir,
}

impl Bench {
    /// With the small app, and its connection completed.
    pub fn new() -> Self {
        let bench = Bench { stub: Lent::new(), folder: tempfile::tempdir().unwrap() };
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

    /// Where the configuration stands.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command with these arguments, and shows it in a terminal of 80 columns, without colours.
    pub fn shown(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(super::python::program("python"));
        let terminal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/in_terminal.py");
        command.arg(terminal).args(["80", env!("CARGO_BIN_EXE_branchline")]);
        command.args(arguments).arg("-C").arg(self.folder.path()).env("NO_COLOR", "1");
        self.stub.prepare(&mut command, ACCOUNT, REGION);
        said(command.output().unwrap()).out
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
        command.stdin(Stdio::null());
        self.prepared(&mut command, arguments);
        command
    }

    /// A program that ends in these arguments, with this folder and this AWS.
    pub fn prepared<'c>(&self, command: &'c mut Command, arguments: &[&str]) -> &'c mut Command {
        command.args(arguments).arg("-C").arg(self.folder.path());
        self.stub.prepare(command, ACCOUNT, REGION)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
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

    /// How many requests a command makes before it writes the first time, less one: where others may come between begins there.
    pub fn reads_before_writing(&self, arguments: &[&str]) -> usize {
        let before = self.stub.calls().len();
        self.run(arguments);
        let calls = self.stub.calls().split_off(before);
        calls.iter().position(|call| call["is_write"] == true).expect("it writes").max(1)
    }

    /// Fails where what stands is not this, and says where it differs first.
    pub fn assert_end(&self, end: &Value, when: &str) {
        let found = self.stub.end_state();
        assert!(&found == end, "{when}: {}", first_difference("", &found, end).unwrap_or_default());
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

/// Where two values differ first, and how.
fn first_difference(at: &str, found: &Value, wanted: &Value) -> Option<String> {
    if let (Value::Object(one), Value::Object(other)) = (found, wanted) {
        let mut keys = one.keys().chain(other.keys());
        return keys.find_map(|key| {
            let of = |members: &serde_json::Map<String, Value>| members.get(key).cloned().unwrap_or_default();
            first_difference(&format!("{at}/{key}"), &of(one), &of(other))
        });
    }
    let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
    (found != wanted).then(|| format!("{at} is {} and not {}", short(found), short(wanted)))
}

pub fn said(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    for secret in ["not-a-secret-of-anybody", "AKIA111122223333TEST"] {
        assert!(!said.out.contains(secret) && !said.err.contains(secret), "{}{}", said.out, said.err);
    }
    said
}
