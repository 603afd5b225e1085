//! The registry of codes and the sources name the same ones.

use std::collections::BTreeSet;
use std::path::Path;

use branchline::diagnostic::codes::{CODES, find};

#[test]
fn codes_are_unique_in_order_and_explained() {
    for pair in CODES.windows(2) {
        assert!(pair[0].code < pair[1].code, "{} and {}", pair[0].code, pair[1].code);
    }
    for code in CODES {
        assert_eq!(find(code.code), Some(code));
        assert!(!code.title.is_empty() && code.explanation.ends_with('.'), "{}", code.code);
    }
}

#[test]
fn every_code_that_is_used_is_registered_and_none_is_registered_for_nothing() {
    let mut used = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    let registered: BTreeSet<String> = CODES.iter().map(|code| code.code.to_owned()).collect();
    assert_eq!(used.difference(&registered).collect::<Vec<_>>(), Vec::<&String>::new(), "not registered");
    assert_eq!(registered.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "used nowhere");
}

/// The codes that stand as texts of their own in the code of a folder, but for the registry and unit tests.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("diagnostic/codes.rs")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            codes.extend(
                code.split('"')
                    .filter(|part| {
                        part.len() == 5
                            && part.starts_with("BL")
                            && part[2..].bytes().all(|byte| byte.is_ascii_digit())
                    })
                    .map(str::to_owned),
            );
        }
    }
}
