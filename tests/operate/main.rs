//! The commands that operate pipelines, through the real SDK against the small AWS of `tests/aws/stub`.
#![cfg(all(unix, feature = "aws"))]
#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

mod approve;
mod deeds;
#[path = "../support/python.rs"]
mod python;
mod retry;
mod rollback;
mod start;
mod status;
mod stop;
#[path = "../support/stub.rs"]
mod stub;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use stub::Stub;

const ACCOUNT: &str = "444444444444";
const REGION: &str = "ap-northeast-1";

/// The pipelines of `examples/rails-ecs`, two hours and a minute ago.
struct Stage {
    stub: Stub,
}

impl Stage {
    fn new(state: &Value) -> Self {
        let world = Stage { stub: Stub::start() };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        world.stub.clock(&json!({ "set": now - 7_260 }));
        world.stub.state(state);
        let mut python = Command::new(python::program("python"));
        python.arg(here("stand.py")).args([world.stub.url(), "rails-ecs"]);
        assert!(python.env("AWS_EC2_METADATA_DISABLED", "true").status().unwrap().success());
        world
    }

    fn later(&self, seconds: u32) {
        self.stub.clock(&json!({ "advance": seconds }));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(arguments).args(["-C", "examples/rails-ecs"]);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        self.stub.prepare(&mut command, ACCOUNT, REGION).output().unwrap()
    }

    /// The same in a terminal of 80 columns, without colours: what it shows.
    fn shown(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(python::program("python"));
        let terminal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/in_terminal.py");
        command.arg(terminal).args(["80", env!("CARGO_BIN_EXE_branchline")]);
        command.args(arguments).args(["-C", "examples/rails-ecs"]).env("NO_COLOR", "1");
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        text(&self.stub.prepare(&mut command, ACCOUNT, REGION).output().unwrap().stdout)
    }
}

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operate").join(file)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Compares with the file of that name, or writes it where `BLESS` is set.
fn golden(file: &str, text: &str) {
    let path = here(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    snapbox::assert_data_eq!(text.to_owned(), snapbox::Data::read_from(&path, None).raw());
}
