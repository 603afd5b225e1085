//! A bash that has read the lock's shell once, and forks a contender of itself as often as it is asked: to start a bash and
//! have it read three hundred lines takes longer than most of what a contender does.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::rc::Rc;

use tempfile::TempDir;

const PRELUDE: &str = include_str!("prelude.sh");

/// The folder of one contender, with its pipes; free for another one after it.
pub struct Slot {
    mould: Rc<RefCell<Mould>>,
    number: usize,
    /// Where its files are.
    pub folder: PathBuf,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.mould.borrow_mut().free.push(self.number);
    }
}

struct Mould {
    cast: TempDir,
    child: Child,
    input: ChildStdin,
    free: Vec<usize>,
    made: usize,
}

impl Drop for Mould {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

thread_local!(static MOULDS: RefCell<BTreeMap<String, Rc<RefCell<Mould>>>> = RefCell::default());

/// Slots that are made together: `mkfifo` is a program, and takes as long for twenty as for one.
const TOGETHER: usize = 20;

impl Mould {
    fn new(shell: &str) -> Self {
        let cast = tempfile::tempdir().expect("a temporary folder");
        let script = format!("{PRELUDE}\nstep() {{\n{shell}\n}}\nmould\n");
        fs::write(cast.path().join("mould.sh"), script).expect("a file");
        let mut child = Command::new("/bin/bash")
            .arg(cast.path().join("mould.sh"))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("CAST", cast.path())
            .stdin(Stdio::piped())
            // It tells of each contender that was killed.
            .stderr(Stdio::null())
            .spawn()
            .expect("bash");
        let input = child.stdin.take().expect("its input");
        Self { cast, child, input, free: Vec::new(), made: 0 }
    }

    fn slot(&mut self) -> usize {
        if self.free.is_empty() {
            let numbers = self.made..self.made + TOGETHER;
            self.made = numbers.end;
            let mut pipes = Vec::new();
            for number in numbers.clone() {
                let folder = self.cast.path().join(number.to_string());
                fs::create_dir_all(folder.join("work")).expect("a folder");
                pipes.extend(["answers", "calls"].map(|name| folder.join(name)));
            }
            let status = Command::new("mkfifo").args(pipes).status().expect("mkfifo");
            assert!(status.success(), "it makes the pipes");
            self.free.extend(numbers.rev());
        }
        self.free.pop().expect("a slot")
    }
}

/// Starts a contender with these variables: its folder, the end that its answers go into, and the one that its calls come
/// out of.
pub fn start(shell: &str, env: &BTreeMap<String, String>) -> (Slot, File, File) {
    let mould = MOULDS.with_borrow_mut(|moulds| {
        let mould =
            moulds.entry(shell.to_owned()).or_insert_with(|| Rc::new(RefCell::new(Mould::new(shell))));
        Rc::clone(mould)
    });
    let number = mould.borrow_mut().slot();
    let folder = mould.borrow().cast.path().join(number.to_string());
    let mut variables = String::new();
    for (name, value) in env {
        assert!(!value.contains('\''), "{value} stands between quotes");
        writeln!(variables, "export {name}='{value}'").expect("a text takes it");
    }
    for old in ["log", "after"] {
        // There is none in a new slot.
        drop(fs::remove_file(folder.join(old)));
    }
    fs::write(folder.join("variables"), variables).expect("a file");
    writeln!(mould.borrow_mut().input, "{number}").expect("it waits for work");
    // In the order in which the contender opens them: each waits for the other side.
    let input = OpenOptions::new().write(true).open(folder.join("answers")).expect("its pipe");
    let output = File::open(folder.join("calls")).expect("its pipe");
    (Slot { mould, number, folder }, input, output)
}
