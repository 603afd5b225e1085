//! What the YAML writer writes is read equal by PyYAML, which follows YAML 1.1 as CloudFormation's reader does.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use branchline::document::yaml::to_yaml;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Words and letters that YAML, or one of its versions, gives a meaning.
const AWKWARD: &str = "[ \\t\\n:#\\-?\\[\\]{},&*!|>'\"%@`~=<$./_a-fxyzNYO0-9\\\\é日\u{7f}\u{85}\u{a0}\u{2028}\u{feff}\u{fffe}\u{1f600}\r\u{1}]{0,16}";
const WORDS: &str = "on|off|yes|no|y|N|true|~|null|0x1F|0o17|017|1_000|12:30|190:20:30|2026-11-23|1e3|\\.5|\\.inf|=|<<|-|\\+1|0b1";

fn documents() -> impl Strategy<Value = Value> {
    let text = prop_oneof![AWKWARD, WORDS, "[a-z ]{0,8}\n[ \t]{0,2}[a-z]{0,4}\n{0,3}"];
    let leaf = prop_oneof![
        4 => text.clone().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

#[test]
fn a_reader_of_yaml_1_1_reads_what_was_meant() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    assert!(python.exists(), "{} is not there: run `make test`, which installs it", python.display());
    let mut runner = TestRunner::default();
    let strategy = documents();
    let cases: Vec<Value> = (0..3000)
        .map(|_| {
            let value = strategy.new_tree(&mut runner).unwrap().current();
            json!({ "yaml": to_yaml(&value).unwrap(), "meant": value })
        })
        .collect();
    let script = "import json, sys, yaml\n\
        cases = json.load(sys.stdin)\n\
        wrong = 0\n\
        for case in cases:\n\
        \x20   try:\n\
        \x20       read = yaml.safe_load(case['yaml'])\n\
        \x20   except yaml.YAMLError as error:\n\
        \x20       read = error\n\
        \x20   if read != case['meant'] or type(read) is not type(case['meant']):\n\
        \x20       wrong += 1\n\
        \x20       print(repr(case['yaml']), 'is read as', repr(read), 'and means', repr(case['meant']))\n\
        print(len(cases), 'read,', wrong, 'wrong')\n\
        sys.exit(wrong > 0)\n";
    let mut child = Command::new(python)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(Value::from(cases).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("3000 read, 0 wrong"), "{said}");
}
