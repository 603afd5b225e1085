//! A folder of programs that stands for the whole path: the fakes, and the plain tools of any Linux.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::python;

/// A call of a fake program.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    /// `aws`, `docker` or `sleep`.
    pub tool: String,
    /// Its arguments; `file://` ones are replaced by what the file held.
    pub argv: Vec<String>,
    /// The exit status that the fake gave.
    #[serde(default)]
    pub status: i32,
    /// Seconds on the fake clock.
    pub at: i64,
    /// Of an `aws` call: `ecs run-task`, in two parts.
    #[serde(default)]
    pub service: String,
    /// See `service`.
    #[serde(default)]
    pub operation: String,
    /// Of an `aws` call: its `--region`.
    #[serde(default)]
    pub region: Option<String>,
    /// Of an `aws` call: what is sent, under the API's own names.
    #[serde(default)]
    pub params: Value,
    /// Of an `aws` call that deletes a snapshot: the tags that it had.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Of an `aws` call: the ARN of the role that the step has assumed; `None` where it calls as itself.
    #[serde(default)]
    pub role: Option<String>,
}

impl Call {
    /// The call as a line.
    pub fn line(&self) -> String {
        format!("{} {}", self.tool, self.argv.join(" "))
    }
}

/// What the steps may use beside the fakes.
const TOOLS: &[&str] = &[
    "bash",
    "cat",
    "cut",
    "env",
    "find",
    "grep",
    "head",
    "ls",
    "mkdir",
    "mktemp",
    "od",
    "mv",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "sort",
    "tail",
    "timeout",
    "touch",
    "tr",
    "true",
    "false",
    "xargs",
];

/// Fills `bin` with programs whose world is the folder `fakes`.
pub fn install(bin: &Path, fakes: &Path) {
    for name in ["aws", "docker", "jq"] {
        // Everything else about the call is read from /proc: see tests/support/fakes/server.py.
        let client = format!(
            "#!/bin/bash\nexec 9<>/dev/tcp/127.0.0.1/{}\necho {name} $$ {} >&9\nread -r -u 9 status\nexit $status\n",
            server(),
            fakes.display(),
        );
        program(&bin.join(name), &client);
    }
    let clock = fakes.join("clock");
    let calls = fakes.join("calls.jsonl");
    let date = format!(
        "#!/bin/bash\n[ \"$*\" = +%s ] || {{ echo \"FAKE REFUSES: date $*\" >&2; exit 70; }}\ncat {}\n",
        clock.display()
    );
    program(&bin.join("date"), &date);
    let sleep = format!(
        "#!/bin/bash\nnow=$(($(<{clock}) + $1))\necho $now > {clock}\n\
         echo '{{\"tool\":\"sleep\",\"argv\":[\"'$1'\"],\"at\":'$now'}}' >> {calls}\n",
        clock = clock.display(),
        calls = calls.display()
    );
    program(&bin.join("sleep"), &sleep);
    for tool in TOOLS {
        let real =
            ["/bin", "/usr/bin"].iter().map(|folder| Path::new(folder).join(tool)).find(|path| path.exists());
        let real = real.unwrap_or_else(|| panic!("this machine has no {tool}"));
        symlink(real, bin.join(tool)).expect("a link in a new folder");
    }
}

/// The port of the process that answers the calls: one for the whole test program, with which it ends.
fn server() -> u16 {
    static SERVER: OnceLock<(Child, u16)> = OnceLock::new();
    let start = || {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/fakes/server.py");
        let mut child = Command::new(python::program("python"))
            .arg(script)
            .env("PYTHONPYCACHEPREFIX", Path::new(env!("CARGO_TARGET_TMPDIR")).join("pycache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python");
        let mut port = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut port).expect("a line");
        let port = port.trim().parse().expect("the port on which the fakes answer");
        (child, port)
    };
    SERVER.get_or_init(start).1
}

/// Writes a program, in the place of one that is there: most are links to the machine's own, and writing through such a
/// link would break the machine.
pub fn program(path: &Path, text: &str) {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}"),
    }
    fs::write(path, text).expect("a program in a new folder");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the program's own mode");
}

/// What was called, in order.
pub fn calls(fakes: &Path) -> Vec<Call> {
    let text = fs::read_to_string(fakes.join("calls.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("the fakes write JSON")).collect()
}
