//! The pure modules stay pure, and everything flows one way. See ARCHITECTURE.md.
// The sources are read from the disk.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod names;

use std::fs;
use std::path::{Path, PathBuf};

use names::names_in;

/// The parts that may touch the world, or that bring the others together.
const WORLDLY: [&str; 4] = ["edge", "commands", "cli", "main"];

/// The pure parts in the order in which everything flows. None may name one that comes later.
const FLOW: [&str; 10] = [
    "config",
    "branch_map",
    "pipeline",
    "document",
    "change",
    "operate",
    "doctor",
    "import",
    "parity",
    "init",
];

/// What a pure part may not name, nor anything below it.
const WORLD: [&[&str]; 22] = [
    &["crate", "edge"],
    &["crate", "commands"],
    &["crate", "cli"],
    &["std", "fs"],
    &["std", "env"],
    &["std", "net"],
    &["std", "os"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["git2"],
    &["dialoguer"],
    &["ignore"],
    &["tempfile"],
    &["anstream"],
    &["terminal_size"],
    &["clap"],
    &["tokio"],
];

/// What a pure part may not call.
const MACROS: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// What is wrong with a source file, given its path below `src`: one line for each forbidden name.
fn faults(path: &str, source: &str) -> Vec<String> {
    let module: Vec<&str> = path
        .trim_end_matches(".rs")
        .trim_end_matches("/mod")
        .split('/')
        .filter(|part| *part != "lib")
        .collect();
    let part = module.first().copied().unwrap_or_default();
    if WORLDLY.contains(&part) {
        return Vec::new();
    }
    let later = FLOW.iter().position(|name| *name == part).map_or(&[][..], |at| &FLOW[at + 1..]);
    let names = names_in(source, &module).unwrap_or_else(|error| panic!("{path} is no Rust: {error}"));
    names
        .into_iter()
        .filter(|name| {
            let parts: Vec<&str> = name.split("::").collect();
            let worldly = WORLD.iter().any(|world| parts.starts_with(world));
            let amazon = parts[0].starts_with("aws_");
            let printing = parts
                .last()
                .and_then(|last| last.strip_suffix('!'))
                .is_some_and(|name| MACROS.contains(&name));
            let upstream = parts[0] == "crate" && parts.get(1).is_some_and(|part| later.contains(part));
            worldly || amazon || printing || upstream
        })
        .map(|name| format!("src/{path} names {name}"))
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn pure_parts_name_neither_the_world_nor_what_comes_after_them() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&home, &mut files);
    let mut judged = Vec::new();
    let mut all = Vec::new();
    for file in &files {
        let path = file.strip_prefix(&home).unwrap().to_str().unwrap().replace('\\', "/");
        // Tests may do what they like.
        if path.ends_with("/tests.rs") || path.contains("/tests/") {
            continue;
        }
        all.extend(faults(&path, &fs::read_to_string(file).unwrap()));
        judged.push(path.split(['/', '.']).next().unwrap_or_default().to_owned());
    }
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
    for part in FLOW {
        assert!(
            judged.iter().any(|name| name == part),
            "no source of `{part}` was found below {}",
            home.display()
        );
    }
}

#[test]
fn a_pure_part_that_names_the_world_is_found() {
    for (source, name) in [
        ("use crate::edge::files;", "crate::edge::files"),
        ("use crate::{config, edge::{files, terminal}};", "crate::edge::files"),
        ("use {std::fmt, std::fs as disk};", "std::fs"),
        ("use std::{io, fs::*};", "std::fs::*"),
        ("fn a() { let _ = std::fs::read(\"a\"); }", "std::fs::read"),
        ("fn a() { let _ = ::std::env::var(\"a\"); }", "std::env::var"),
        ("fn a() { let _ = super::super::edge::open(); }", "crate::edge::open"),
        ("fn a() { vec![std::time::SystemTime::now()]; }", "std::time::SystemTime::now"),
        ("use std::time::{Duration, Instant};", "std::time::Instant"),
        ("fn a() { println!(\"a\"); }", "println!"),
        ("fn a() { std::eprintln!(\"a\"); }", "std::eprintln!"),
        ("fn a(b: git2::Repository) {}", "git2::Repository"),
        ("use aws_sdk_s3::Client;", "aws_sdk_s3::Client"),
        ("fn a() { std::io::stdout(); }", "std::io::stdout"),
    ] {
        let expected = format!("src/document/yaml.rs names {name}");
        assert!(
            faults("document/yaml.rs", source).contains(&expected),
            "{source} gives {:?}",
            faults("document/yaml.rs", source)
        );
        assert!(faults("edge/files.rs", source).is_empty());
    }
}

#[test]
fn a_part_that_names_what_comes_after_it_is_found() {
    for (at, part) in FLOW.iter().enumerate() {
        for (other_at, other) in FLOW.iter().enumerate() {
            let source = format!("use crate::{{diagnostic, {other}::Thing}};");
            let expected = if other_at > at {
                vec![format!("src/{part}/a.rs names crate::{other}::Thing")]
            } else {
                vec![]
            };
            assert_eq!(faults(&format!("{part}/a.rs"), &source), expected);
        }
    }
    assert_eq!(
        faults("config/mod.rs", "use super::document::File;"),
        ["src/config/mod.rs names crate::document::File"]
    );
    assert_eq!(
        faults("config/a/b.rs", "use super::super::super::change;"),
        ["src/config/a/b.rs names crate::change"]
    );
}

#[test]
fn what_only_looks_like_a_forbidden_name_passes() {
    for source in [
        "// use std::fs;\n/* crate::edge */",
        "/// See [`crate::edge`].\nfn a() {}",
        "const A: &str = \"std::fs::read and println!\";",
        "use std::time::Duration; use std::io::Write;",
        "use super::edge_of_a_polygon; mod edge { }",
        "fn a(fs: u8, env: u8) { let _ = fs + env; }",
        "#[cfg(test)] mod tests { use std::fs; fn a() { println!(); } }",
        "#[cfg(test)]\n#[allow(missing_docs)]\npub mod tests { use crate::change; }",
    ] {
        assert_eq!(faults("document/yaml.rs", source), Vec::<String>::new(), "{source}");
    }
}
