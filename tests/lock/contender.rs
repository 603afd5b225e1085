//! A build that wants the lock: the generated shell in a bash of its own, which stands still at each of its calls, and can
//! be killed there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};

use crate::jq;
use crate::mould::{self, Slot};
use crate::world::{Answer, World};

/// The shell, as it stands in the buildspecs.
pub const SHELL: &str = include_str!("../../templates/steps/lock.sh.hbs");

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
    slot: Slot,
    /// None when it is about to be killed.
    input: Option<File>,
    output: BufReader<File>,
    env: BTreeMap<String, String>,
    /// Where it stands.
    pub at: Call,
    /// Seconds by which its machine's clock is wrong.
    pub clock: i64,
}

impl Drop for Contender {
    fn drop(&mut self) {
        // Without an answer it kills itself. Its folder is another's only when it has ended.
        drop(self.input.take());
        drop(self.output.read_to_end(&mut Vec::new()));
    }
}

/// The variables of a contender, whatever its environment is.
pub fn variables(pipeline: &str, execution: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("LOCK_BUCKET", "shop-locks"),
        ("LOCK_ENVIRONMENT", "staging"),
        ("LOCK_ROLE", "arn:aws:iam::111111111111:role/shop-lock"),
        ("LOCK_REGION", "eu-west-1"),
        ("LOCK_STAGES", "Migrate-staging Deploy-staging Verify-staging"),
        ("LOCK_PIPELINES", "shop-a shop-b"),
        ("LOCK_CLUSTERS", "shop-staging"),
        ("LOCK_PROJECTS", "shop-deploy"),
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
        let (slot, input, output) = mould::start(shell, &env);
        let output = BufReader::new(output);
        let mut contender = Self { slot, input: Some(input), output, env, at: Call::Date, clock: 0 };
        contender.go_on();
        contender
    }

    /// Lets it run to its next call. jq is answered here: nobody else sees it.
    fn go_on(&mut self) {
        loop {
            let mut bytes = Vec::new();
            self.output.read_until(0, &mut bytes).expect("a call");
            assert_eq!(bytes.pop(), Some(0), "it has ended without a word:\n{}", self.log());
            let text = String::from_utf8(bytes).expect("text");
            let mut words = text.split('\x1f').map(str::to_owned);
            let mut next = || words.next().expect("a word");
            self.at = match next().as_str() {
                "ended" => Call::Ended(next() == "0"),
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
        for (name, text) in [("out", &answer.out), ("err", &answer.err)] {
            if !text.is_empty() {
                fs::write(self.slot.folder.join(name), text).expect("a file");
            }
        }
        let is_there = |text: &str| if text.is_empty() { "" } else { "yes" };
        // In one write: the contender reads as soon as there is something.
        let line = format!("{}\x1f{}\x1f{}\n", answer.status, is_there(&answer.out), is_there(&answer.err));
        let input = self.input.as_mut().expect("it lives");
        input.write_all(line.as_bytes()).expect("it waits for the answer");
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
        fs::read_to_string(self.slot.folder.join("log")).unwrap_or_default()
    }

    /// The variables that the step after the lock would see; none before its end.
    pub fn after(&self) -> String {
        fs::read_to_string(self.slot.folder.join("after")).unwrap_or_default()
    }
}
