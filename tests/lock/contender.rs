//! A build that wants the lock: the generated shell in a bash of its own, which stands still at each of its calls.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::jq;
use crate::world::{Answer, World};

/// The shell, as it stands in the buildspecs.
pub const SHELL: &str = include_str!("../../templates/steps/lock.sh.hbs");
const PRELUDE: &str = include_str!("prelude.sh");

/// What a contender waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A call of the AWS CLI: the key that it was made with, and its words.
    Aws(String, Vec<String>),
    /// The end of so many seconds.
    Sleep(i64),
    /// The seconds since the epoch.
    Date,
    /// Nothing: the shell has ended, and whether it has the lock.
    Ended(bool),
}

/// A contender, standing at its next call.
pub struct Contender {
    folder: TempDir,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    env: BTreeMap<String, String>,
    /// Where it stands.
    pub at: Call,
    /// Seconds by which its machine's clock is wrong.
    pub clock: i64,
}

impl Drop for Contender {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The variables of a contender, whatever its environment is.
pub fn variables(pipeline: &str, execution: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("LOCK_BUCKET", "shop-locks"),
        ("LOCK_ENVIRONMENT", "staging"),
        ("LOCK_ROLE", "arn:aws:iam::111111111111:role/shop-lock"),
        ("LOCK_REGION", "eu-west-1"),
        ("LOCK_STAGES", "Migrate-staging Deploy-staging"),
        ("LOCK_PIPELINES", "shop-a shop-b"),
        ("LOCK_CLUSTERS", "shop-staging"),
        ("LOCK_ROLLS_BACK", "yes"),
        // Long enough for what is waited for below; the default has a test of its own.
        ("LOCK_WAIT_SECONDS", "450"),
        ("PIPELINE", pipeline),
        ("EXECUTION_ID", execution),
        ("AWS_REGION", "eu-central-1"),
        ("STAGE", "Migrate-staging"),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Contender {
    /// Starts a shell, and lets it go on to its first call.
    pub fn start(shell: &str, env: BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // CodeBuild's agent exports what is assigned. What the step after the lock would see is printed at the end.
        let script = format!("{PRELUDE}\nset -a\n{shell}\nset > \"$STAND_IN/after\"\n");
        fs::write(folder.path().join("step.sh"), script).expect("a file");
        let mut child = Command::new("/bin/bash")
            .arg(folder.path().join("step.sh"))
            .env_clear()
            .envs(&env)
            .env("PATH", "/usr/bin:/bin")
            .env("TMPDIR", folder.path())
            .env("STAND_IN", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut contender = Self { folder, child, input, output, env, at: Call::Date, clock: 0 };
        contender.go_on();
        contender
    }

    /// Lets it run to its next call. jq is answered here: nobody else sees it.
    fn go_on(&mut self) {
        loop {
            let mut bytes = Vec::new();
            self.output.read_until(0, &mut bytes).expect("a call");
            if bytes.pop() != Some(0) {
                let status = self.child.wait().expect("its status");
                self.at = Call::Ended(status.success());
                return;
            }
            let text = String::from_utf8(bytes).expect("text");
            let mut words = text.split('\x1f').map(str::to_owned);
            let mut next = || words.next().expect("a word");
            self.at = match next().as_str() {
                "aws" => Call::Aws(next(), words.collect()),
                "sleep" => Call::Sleep(next().parse().expect("seconds")),
                "date" => {
                    assert_eq!(next(), "+%s", "the tests' other clock knows nothing else");
                    Call::Date
                }
                "jq" => {
                    let input = next();
                    let answer = jq::run(&words.collect::<Vec<_>>(), &input, &self.env);
                    self.reply(&answer);
                    continue;
                }
                other => panic!("{other} is no program of ours"),
            };
            return;
        }
    }

    fn reply(&mut self, answer: &Answer) {
        fs::write(self.folder.path().join("out"), &answer.out).expect("a file");
        fs::write(self.folder.path().join("err"), &answer.err).expect("a file");
        writeln!(self.input, "{}", answer.status).expect("it waits for the answer");
    }

    /// Answers the call at which it stands, and lets it go on to the next.
    pub fn answer(&mut self, answer: &Answer) {
        self.reply(answer);
        self.go_on();
    }

    /// Answers its call as the world does.
    pub fn step(&mut self, world: &mut World) {
        let answer = match &self.at {
            Call::Aws(key, words) => world.aws(key, words),
            Call::Sleep(_) => Answer::ok(""),
            Call::Date => Answer::ok(&format!("{}\n", world.now + self.clock)),
            Call::Ended(_) => panic!("it has ended:\n{}", self.log()),
        };
        self.answer(&answer);
    }

    /// Whether it stands at this operation, such as `put-object`.
    pub fn is_at(&self, operation: &str) -> bool {
        matches!(&self.at, Call::Aws(_, words) if words[1] == operation)
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The variables that the step after the lock would see; none before its end.
    pub fn after(&self) -> String {
        fs::read_to_string(self.folder.path().join("after")).unwrap_or_default()
    }
}
