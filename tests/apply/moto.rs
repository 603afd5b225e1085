//! `--engine api` against moto, which is somebody else's: its STS and its CodePipeline. It has no connections, no `UpdateProject`, and
//! makes no project whose source is a pipeline, so CodeBuild, CodeConnections and S3 are the small AWS's here.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::bench::{Said, said};
use super::python;
use super::stub::Stub;

const ACCOUNT: &str = "999999999999";
const REGION: &str = "eu-central-1";
const KEY: &str = "arn:aws:kms:eu-central-1:999999999999:key/00000000-0000-4000-8000-000000000001";
const CONNECTION: &str =
    "arn:aws:codeconnections:eu-central-1:999999999999:connection/0a1b2c3d-0000-4000-8000-000000000005";

struct Moto {
    child: Child,
    url: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn script() -> Command {
    let mut command = Command::new(python::program("python"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apply/moto_stand.py"));
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

impl Moto {
    fn with(roles: &[&str]) -> Self {
        let mut command = script();
        command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let given = json!({"account": ACCOUNT, "region": REGION, "roles": roles});
        writeln!(child.stdin.as_mut().unwrap(), "{given}").unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "moto says {url:?}");
        Moto { child, url: url.trim().to_owned() }
    }
}

fn run(folder: &Path, stub: &Stub, pipelines: &str, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
    command.args(arguments).args(["--engine", "api", "-C"]).arg(folder).stdin(Stdio::null());
    stub.prepare(&mut command, ACCOUNT, REGION);
    command.env("AWS_ENDPOINT_URL_CODEPIPELINE", pipelines).env("AWS_ENDPOINT_URL_STS", pipelines);
    said(command.output().unwrap())
}

#[test]
fn moto_has_the_pipelines_of_an_example_as_generate_writes_them_and_a_second_apply_leaves_them_alone() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hotfix");
    let text = std::fs::read_to_string(example.join("branchline.yml")).unwrap();
    let completed = format!("{text}\nartifacts: {{ key: {{ existing: \"{KEY}\" }} }}\n");
    std::fs::write(folder.path().join("branchline.yml"), completed).unwrap();
    let stub = Stub::start();
    let connection = json!({"name": "clinic", "provider": "GitHub", "status": "AVAILABLE"});
    stub.state(
        &json!({"accounts": {ACCOUNT: {"regions": {REGION: {"connections": {CONNECTION: connection}}}}}}),
    );
    // What has to be there is what the plan says.
    let empty = Moto::with(&[]);
    let plan = run(folder.path(), &stub, &empty.url, &["plan", "--json"]);
    let plan: Value = serde_json::from_str(&plan.out).unwrap_or_else(|_| panic!("{}", plan.err));
    let names = |kind: &'static str| {
        let needs = plan["needs"].as_array().unwrap().iter();
        needs.filter(move |need| need["type"] == kind).map(|need| need["name"].as_str().unwrap())
    };
    for bucket in names("AWS::S3::Bucket") {
        stub.state(&json!({"buckets": {bucket: {"account": ACCOUNT, "region": REGION, "objects": {}}}}));
    }
    let moto = Moto::with(&names("AWS::IAM::Role").collect::<Vec<_>>());
    for says in ["AWS has started clinic-develop", "Nothing is to be done."] {
        let said = run(folder.path(), &stub, &moto.url, &["apply", "--yes"]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert!(said.out.contains(says), "{}", said.out);
    }
    let mut differ = script();
    let differ =
        differ.args(["differ", &moto.url, REGION, KEY]).arg(example.join("pipelines")).output().unwrap();
    let told = String::from_utf8_lossy(&differ.stdout);
    assert_eq!(told, "3 pipelines\n", "{}", String::from_utf8_lossy(&differ.stderr));
    stub.assert_unflagged();
}
