//! jq, answered by libjq in a process that stays: the program itself takes thirty milliseconds to start. What was answered
//! once is not asked again: jq knows nothing but its words, its input and the variables that its program names.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
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
    answered: BTreeMap<String, Answer>,
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
    Process { child, input, output, answered: BTreeMap::new() }
}

/// Where the program stands in these words; behind it are files.
fn program_at(words: &[String]) -> usize {
    let mut at = 0;
    while words[at].starts_with('-') {
        at += if words[at] == "--arg" { 3 } else { 1 };
    }
    at
}

/// What jq answers to these words, with this input and these variables.
pub fn run(words: &[String], input: &str, env: &BTreeMap<String, String>) -> Answer {
    let at = program_at(words);
    let (words, files) = words.split_at(at + 1);
    let read = |file: &String| fs::read_to_string(file).expect("a file of the contender's");
    let files: Vec<String> = files.iter().map(read).collect();
    let input = if files.is_empty() { input.to_owned() } else { files.join("\n") };
    let env: BTreeMap<&String, &String> =
        env.iter().filter(|(name, _)| words[at].contains(name.as_str())).collect();
    let asked = json!({"words": words, "input": input, "env": env}).to_string();
    PROCESS.with_borrow_mut(|process| {
        if let Some(answer) = process.answered.get(&asked) {
            return answer.clone();
        }
        let answer = process.ask(&asked);
        process.answered.insert(asked, answer.clone());
        answer
    })
}

impl Process {
    fn ask(&mut self, asked: &str) -> Answer {
        writeln!(self.input, "{asked}").expect("to ask");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("an answer");
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
}
