//! jq, answered by libjq in a process that stays: the program itself takes thirty milliseconds to start.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::python;
use crate::world::Answer;

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has no state of its own, and nobody waits for it.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

thread_local!(static PROCESS: RefCell<Process> = RefCell::new(start()));

fn start() -> Process {
    let mut child = Command::new(python::program("python"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lock/answer_jq.py"))
        .env("PYTHONPYCACHEPREFIX", Path::new(env!("CARGO_TARGET_TMPDIR")).join("pycache"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python");
    let input = child.stdin.take().expect("its input");
    let output = BufReader::new(child.stdout.take().expect("its output"));
    Process { child, input, output }
}

/// What jq answers to these words, with this input and these variables.
pub fn run(words: &[String], input: &str, env: &BTreeMap<String, String>) -> Answer {
    let line = PROCESS.with_borrow_mut(|process| {
        writeln!(process.input, "{}", json!({"words": words, "input": input, "env": env})).expect("to ask");
        let mut line = String::new();
        process.output.read_line(&mut line).expect("an answer");
        line
    });
    let answer: Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
    let err = text("err");
    assert!(!err.contains("FAKE REFUSES"), "{err}");
    Answer {
        status: i32::try_from(answer["status"].as_i64().expect("a status")).expect("small"),
        out: text("out"),
        err,
    }
}
