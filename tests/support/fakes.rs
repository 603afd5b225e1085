//! A folder of programs that stands for the whole path: the fakes, and the plain tools of any Linux.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

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
    /// Of an `aws` call: what is sent, under the API's own names.
    #[serde(default)]
    pub params: Value,
}

impl Call {
    /// The call as a line.
    pub fn line(&self) -> String {
        format!("{} {}", self.tool, self.argv.join(" "))
    }
}

/// What the steps may use beside the fakes.
const TOOLS: &[&str] = &[
    "bash", "cat", "cut", "env", "grep", "head", "ls", "mkdir", "mktemp", "mv", "rm", "sed", "sh", "sort",
    "tail", "touch", "tr", "true", "false",
];

/// Fills `bin` with programs whose world is the folder `fakes`.
pub fn install(bin: &Path, fakes: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/fakes");
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pycache");
    for (name, module) in [("aws", "aws"), ("docker", "docker"), ("jq", "jq_shim")] {
        let launcher = format!(
            "#!{} -I\nimport sys\nsys.pycache_prefix = '{}'\nsys.path.insert(0, '{}')\n\
             import world\nworld.FOLDER = '{}'\nimport {module}\n{module}.main()\n",
            python::program("python").display(),
            cache.display(),
            source.display(),
            fakes.display(),
        );
        program(&bin.join(name), &launcher);
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

fn program(path: &Path, text: &str) {
    fs::write(path, text).expect("a program in a new folder");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the program's own mode");
}

/// What was called, in order.
pub fn calls(fakes: &Path) -> Vec<Call> {
    let text = fs::read_to_string(fakes.join("calls.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("the fakes write JSON")).collect()
}
