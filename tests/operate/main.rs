//! The commands that operate pipelines, through the real SDK against the small AWS of `tests/aws/stub`.
#![cfg(all(unix, feature = "aws"))]
#![allow(clippy::disallowed_methods, reason = "tests start programs and read files")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

mod approve;
#[path = "../support/counted.rs"]
mod counted;
mod deeds;
mod freeze;
mod logs;
mod override_window;
#[path = "../support/python.rs"]
mod python;
mod retry;
mod rollback;
mod scenes;
mod start;
mod status;
mod stop;
#[path = "../support/stub.rs"]
mod stub;
mod watch;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use stub::Stub;
use tempfile::TempDir;

const ACCOUNT: &str = "444444444444";
const REGION: &str = "ap-northeast-1";

/// The pipelines of an example, made two hours and a minute ago.
struct Stage {
    stub: Stub,
    folder: PathBuf,
    /// Of a configuration that is written for a test: its folder.
    _made: Option<TempDir>,
    account: &'static str,
    region: &'static str,
}

impl Stage {
    /// Those of `examples/rails-ecs`.
    fn new(state: &Value) -> Self {
        Self::of(("rails-ecs", ACCOUNT, REGION, "shop"), state)
    }

    /// Those of an example: its folder, account, region and app.
    fn of(of: (&'static str, &'static str, &'static str, &str), state: &Value) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(of.0);
        Self::at(folder, None, (of.1, of.2, of.3), state)
    }

    /// Those of a configuration that is written here: its text, account, region and app.
    fn written(text: &str, of: (&'static str, &'static str, &str), state: &Value) -> Self {
        let made = tempfile::tempdir().unwrap();
        std::fs::write(made.path().join("branchline.yml"), text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        let output = command.args(["generate", "-C"]).arg(made.path()).output().unwrap();
        assert!(output.status.success(), "{}", self::text(&output.stderr));
        Self::at(made.path().to_owned(), Some(made), of, state)
    }

    fn at(
        folder: PathBuf,
        made: Option<TempDir>,
        of: (&'static str, &'static str, &str),
        state: &Value,
    ) -> Self {
        let (account, region, app) = of;
        let world = Stage { stub: Stub::start(), folder, _made: made, account, region };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        world.stub.clock(&json!({ "set": now - 7_260 }));
        world.stub.state(state);
        let mut python = Command::new(python::program("python"));
        python.arg(here("stand.py")).arg(world.stub.url()).arg(&world.folder).args([account, region, app]);
        assert!(python.env("AWS_EC2_METADATA_DISABLED", "true").status().unwrap().success());
        world
    }

    fn later(&self, seconds: u32) {
        self.stub.clock(&json!({ "advance": seconds }));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        self.at_its_folder(command.args(arguments)).output().unwrap()
    }

    /// The same in a terminal of 80 columns, without colours: what it shows.
    fn shown(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(python::program("python"));
        let terminal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/in_terminal.py");
        command.arg(terminal).args(["80", env!("CARGO_BIN_EXE_branchline")]);
        text(&self.at_its_folder(command.args(arguments).env("NO_COLOR", "1")).output().unwrap().stdout)
    }

    fn at_its_folder<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = self.folder.strip_prefix(root).unwrap_or(&self.folder);
        command.arg("-C").arg(folder).current_dir(root);
        self.stub.prepare(command, self.account, self.region)
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
