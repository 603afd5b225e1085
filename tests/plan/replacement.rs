//! What is made anew, by the schemas of AWS's resource types.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use branchline::change::stack::FIXED;

use crate::python;

/// Reads the properties that are fixed when a thing is made, from the schemas that cfn-lint brings.
const SCHEMAS: &str = r#"
import json, os, sys, cfnlint
folder = os.path.join(os.path.dirname(cfnlint.__file__), "data/schemas")
files = json.load(open(os.path.join(folder, "providers/us-east-1.json")))
fixed = {}
for kind in sys.argv[1:]:
    schema = json.load(open(os.path.join(folder, "resources", files[kind] + ".json")))
    named = schema.get("createOnlyProperties", []) + schema.get("conditionalCreateOnlyProperties", [])
    fixed[kind] = sorted({name.split("/")[2] for name in named})
print(json.dumps(fixed))
"#;

/// The types of all resources in the examples and in the judges' configurations.
fn generated() -> BTreeSet<String> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut kinds = BTreeSet::new();
    let mut folders = vec![examples];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "yml") {
                let text = std::fs::read_to_string(&entry).expect("text");
                let kinds_here = text.lines().filter_map(|line| line.trim().strip_prefix("Type: AWS::"));
                kinds.extend(kinds_here.map(|kind| format!("AWS::{kind}")));
            }
        }
    }
    kinds.retain(|kind| !kind.ends_with("Id"));
    kinds
}

#[test]
fn what_is_fixed_is_what_the_schemas_say() {
    let ours: BTreeMap<&str, BTreeSet<&str>> =
        FIXED.iter().map(|(kind, fixed)| (*kind, fixed.iter().copied().collect())).collect();
    let mut kinds = generated();
    assert!(kinds.len() > 10, "{kinds:?}");
    kinds.extend(ours.keys().map(|kind| (*kind).to_owned()));
    let ran = Command::new(python::program("python"))
        .args(["-c", SCHEMAS])
        .args(&kinds)
        .output()
        .expect("Python runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let schemas: BTreeMap<String, BTreeSet<String>> = serde_json::from_slice(&ran.stdout).expect("JSON");
    for (kind, fixed) in &schemas {
        let own = ours.get(kind.as_str()).cloned().unwrap_or_default();
        assert_eq!(own, fixed.iter().map(String::as_str).collect(), "{kind}");
    }
}
