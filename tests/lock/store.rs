//! S3, as far as a lock needs it: one in memory, which is fast, and moto's, which is somebody else's.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::python;

/// The condition of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `If-None-Match: *`.
    Absent,
    /// `If-Match`, with an `ETag` in its quotes.
    Match(String),
}

/// Objects by key.
pub trait Store {
    /// The object's `ETag` and bytes.
    fn get(&mut self, key: &str) -> Option<(String, String)>;
    /// Writes it; otherwise the code of S3's refusal.
    fn put(&mut self, key: &str, body: &str, condition: &Condition) -> Result<String, &'static str>;
}

/// In memory.
#[derive(Debug, Default)]
pub struct Memory(BTreeMap<String, String>);

/// Equal bytes have an equal `ETag`, as in S3; which one does not matter.
fn etag(body: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in body.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("\"{hash:016x}\"")
}

impl Store for Memory {
    fn get(&mut self, key: &str) -> Option<(String, String)> {
        self.0.get(key).map(|body| (etag(body), body.clone()))
    }

    fn put(&mut self, key: &str, body: &str, condition: &Condition) -> Result<String, &'static str> {
        match (condition, self.0.get(key)) {
            (Condition::Absent, Some(_)) => return Err("PreconditionFailed"),
            (Condition::Match(_), None) => return Err("NoSuchKey"),
            (Condition::Match(wanted), Some(there)) if *wanted != etag(there) => {
                return Err("PreconditionFailed");
            }
            _ => {}
        }
        self.0.insert(key.to_owned(), body.to_owned());
        Ok(etag(body))
    }
}

/// moto's S3, in a process of its own.
pub struct Moto {
    child: Child,
    port: u16,
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Nobody waits for it, whether or not it has ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const START: &str = "\
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
";

impl Moto {
    /// Starts it, with the bucket of the locks, which keeps versions.
    pub fn start() -> Self {
        let mut child = Command::new(python::program("python"))
            .args(["-c", START])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its port");
        let moto = Self { child, port: line.trim().parse().expect("a port") };
        assert_eq!(moto.ask("PUT", "/shop-locks", "", "").0, 200, "moto makes the bucket");
        let versions = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        assert_eq!(moto.ask("PUT", "/shop-locks?versioning", "", versions).0, 200);
        moto
    }

    /// Status, `ETag`, body.
    fn ask(&self, method: &str, path: &str, header: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("moto listens");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: s3.amazonaws.com\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=b\r\n\
             Content-Length: {length}\r\n{header}\r\n{body}"
        )
        .expect("to ask");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("its answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let etag = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("etag").then(|| value.to_owned())
        });
        (status, etag.unwrap_or_default(), body.to_owned())
    }
}

impl Store for Moto {
    fn get(&mut self, key: &str) -> Option<(String, String)> {
        let (status, etag, body) = self.ask("GET", &format!("/shop-locks/{key}"), "", "");
        (status == 200).then_some((etag, body))
    }

    fn put(&mut self, key: &str, body: &str, condition: &Condition) -> Result<String, &'static str> {
        let header = match condition {
            Condition::Absent => "If-None-Match: *\r\n".to_owned(),
            Condition::Match(etag) => format!("If-Match: {etag}\r\n"),
        };
        let (status, etag, body) = self.ask("PUT", &format!("/shop-locks/{key}"), &header, body);
        match status {
            200 => Ok(etag),
            404 => Err("NoSuchKey"),
            412 => Err("PreconditionFailed"),
            other => panic!("moto answers {other}: {body}"),
        }
    }
}
