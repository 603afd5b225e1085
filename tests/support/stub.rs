//! The small AWS of `tests/aws/stub`, started for a test and ended with it.
//!
//! Each test starts its own: its state, its clock and its faults are nobody else's. What the door takes and gives is
//! said in `tests/aws/stub/door.py`, what goes wrong in `faults.py` and `scripts.py` beside it. A test program takes this
//! in by its path, with `python.rs` as a module beside it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::python;

/// A running stub. It ends when this is dropped, or when the test's process is gone.
pub struct Stub {
    process: Child,
    url: String,
}

impl Stub {
    /// Starts one, with nothing in it.
    pub fn start() -> Self {
        let mut process = Command::new(python::program("python"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/stub"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the stub starts");
        let mut url = String::new();
        let output = process.stdout.take().expect("its stdout is a pipe");
        BufReader::new(output).read_line(&mut url).expect("it prints its address");
        let url = url.trim_end().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "the stub says {url:?}");
        Self { process, url }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What a program needs in its environment to take this for AWS, as the administrator of an account. Nothing of
    /// the machine's own configuration is left: the variables with `None` are to be removed.
    pub fn environment(&self, account: &str, region: &str) -> Vec<(&'static str, Option<String>)> {
        let nowhere = "/nonexistent/branchline-tests";
        let set = |text: &str| Some(text.to_owned());
        vec![
            ("AWS_ENDPOINT_URL", set(&self.url)),
            ("AWS_ACCESS_KEY_ID", Some(format!("AKIA{account}TEST"))),
            ("AWS_SECRET_ACCESS_KEY", set("not-a-secret-of-anybody")),
            ("AWS_REGION", set(region)),
            ("AWS_EC2_METADATA_DISABLED", set("true")),
            ("AWS_CONFIG_FILE", set(nowhere)),
            ("AWS_SHARED_CREDENTIALS_FILE", set(nowhere)),
            ("AWS_SESSION_TOKEN", None),
            ("AWS_PROFILE", None),
            ("AWS_DEFAULT_REGION", None),
            ("AWS_ROLE_ARN", None),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", None),
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", None),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", None),
            ("HTTP_PROXY", None),
            ("http_proxy", None),
        ]
    }

    /// Gives a command that environment.
    pub fn prepare<'a>(&self, command: &'a mut Command, account: &str, region: &str) -> &'a mut Command {
        for (name, value) in self.environment(account, region) {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Merges into the state.
    pub fn state(&self, state: &Value) {
        self.post("state", state);
    }

    /// Replaces the faults.
    pub fn faults(&self, rules: &Value) {
        self.post("faults", rules);
    }

    /// Changes the clock: `set`, `advance`, `auto` in seconds, `speed` in times. Gives what it says then.
    pub fn clock(&self, wish: &Value) -> Value {
        self.post("clock", wish)
    }

    /// Forgets everything.
    pub fn reset(&self) {
        self.post("reset", &json!({}));
    }

    /// The journal: every request since the start, or the last reset.
    pub fn calls(&self) -> Vec<Value> {
        let calls = self.get("calls");
        calls.as_array().expect("a list").clone()
    }

    /// `service:Operation` of each request that changes something, in order.
    pub fn writes(&self) -> Vec<String> {
        let writes = self.calls().into_iter().filter(|call| call["is_write"] == true);
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        writes.map(|call| format!("{}:{}", text(&call["service"]), text(&call["operation"]))).collect()
    }

    /// The whole state.
    pub fn dump(&self) -> Value {
        self.get("dump")
    }

    /// What stands at the end, without times, versions and histories: equal for two ways to one end.
    pub fn end_state(&self) -> Value {
        self.get("dump?view=end")
    }

    /// Fails where a request was none that AWS has, or the stub itself was at fault.
    pub fn assert_unflagged(&self) {
        let flags = self.get("flags");
        assert_eq!(flags, json!([]), "what the stub was asked, or answered, is not AWS's");
    }

    /// Waits until `kill_after` holds an answer back.
    pub fn wait_until_held(&self) {
        let begun = Instant::now();
        while self.get("held") == json!(0) {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "no answer is held; calls: {:#?}",
                self.calls()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Lets the answers go that a `hold` has kept.
    pub fn release(&self) {
        self.post("release", &json!({}));
    }

    /// Puts JSON through the door.
    pub fn post(&self, name: &str, body: &Value) -> Value {
        self.through_the_door("POST", name, &body.to_string())
    }

    /// Reads JSON through the door.
    pub fn get(&self, name: &str) -> Value {
        self.through_the_door("GET", name, "")
    }

    fn through_the_door(&self, method: &str, name: &str, body: &str) -> Value {
        let host = self.url.trim_start_matches("http://");
        let mut socket = TcpStream::connect(host).expect("the stub listens");
        write!(
            socket,
            "{method} /_stub/{name} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("the stub reads");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("the stub answers in UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200 "), "the door refused {method} {name}: {body}");
        serde_json::from_str(body).expect("the door speaks JSON")
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // The end of its stdin ends it, too: this is for tests that start many.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
