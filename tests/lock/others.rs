//! The lock against the work of others: moto's S3, and the real AWS CLI's parser.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::contender::{Contender, SHELL, variables};
use crate::python;
use crate::scenarios::{End, Scene, a_retry_in_between, failed};
use crate::store::{Condition, Moto, Store};
use crate::world::World;

#[test]
fn motos_s3_lets_one_of_a_retry_and_of_who_judged_before_it_through() {
    let mut scene = failed(SHELL, 600);
    let (_, body) = scene.world.store.get("locks/staging").expect("the lock");
    let mut moto = Moto::start();
    moto.put("locks/staging", &body, &Condition::Absent).expect("the first write");
    scene.world.store = Box::new(moto);
    assert_eq!(a_retry_in_between(scene), (End::Took(0), End::GaveUp));
}

#[test]
fn of_twenty_that_find_motos_bucket_empty_one_takes_the_lock() {
    let mut world = World { store: Box::new(Moto::start()), ..World::default() };
    let ids: Vec<String> = (0..20).map(|number| format!("e{number}")).collect();
    let mut all: Vec<Contender> = Vec::new();
    for id in &ids {
        world.begin("shop-a", id, false);
        let mut env = variables("shop-a", id);
        env.insert("LOCK_WAIT_SECONDS".to_owned(), "15".to_owned());
        let mut contender = Contender::start(SHELL, env);
        // All have seen that it is absent before the first of them writes.
        while !contender.is_at("put-object") {
            contender.step(&mut world);
        }
        all.push(contender);
    }
    let mut scene = Scene { shell: SHELL.to_owned(), world };
    let ends: Vec<End> = all.iter_mut().map(|contender| scene.run(contender)).collect();
    let took = ends.iter().filter(|end| matches!(end, End::Took(_))).count();
    assert_eq!(took, 1, "{ends:?}");
}

#[test]
fn the_aws_cli_takes_every_call() {
    let mut scene = failed(SHELL, 600);
    scene.world.builds.insert("b0".to_owned());
    let mut contender = scene.contender("shop-b", "b1");
    assert_eq!(scene.run(&mut contender), End::Took(0));
    let mut calls = scene.world.calls;
    calls.sort();
    calls.dedup();
    let operations: std::collections::BTreeSet<&str> = calls.iter().map(|words| words[1].as_str()).collect();
    assert_eq!(operations.len(), 9, "{operations:?}");
    // The body of the write: a file of a folder that is gone with its contender.
    let body = tempfile::NamedTempFile::new().expect("a file");
    for words in &mut calls {
        if let Some(at) = words.iter().position(|word| word == "--body") {
            words[at + 1] = body.path().display().to_string();
        }
        // The real CLI would write the answer of a server that does not exist.
        if words[1] == "get-object" {
            let at = words.iter().position(|word| word.ends_with("/lock.json")).expect("a file");
            words[at] = "/dev/null".to_owned();
        }
    }
    let mut child = Command::new(python::program("python"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/validate_calls.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python");
    let text = serde_json::to_string(&calls).expect("JSON");
    child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("to write");
    let output = child.wait_with_output().expect("its output");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "what the CLI refuses");
}
