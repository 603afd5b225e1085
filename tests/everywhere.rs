//! What everything that is made carries: tags, and every role its permission boundary. Which types take tags is read
//! from AWS's own schemas, as cfn-lint brings them.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use branchline::document::{specs, tree};
use branchline::pipeline::Plan;
use branchline::{branch_map, config};
use serde_json::{Value, json};

/// Every template and declaration of a configuration, read, by its path.
fn documents(text: &str) -> BTreeMap<String, Value> {
    let reading = config::read(text);
    let config = reading.config.unwrap_or_else(|| panic!("{:#?}", reading.findings));
    let (map, _) = branch_map::resolve(&config);
    let specs = specs::specs(&config).unwrap();
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let files = tree::files(&plan, &specs).map(Result::unwrap);
    let documents = files.filter(|file| file.path != "README.md" && !file.path.contains("buildspec-"));
    documents.map(|file| (file.path, serde_yaml::from_str(&file.text).unwrap())).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The configuration that uses all of it.
fn custom() -> BTreeMap<String, Value> {
    documents(&read("tests/judges/configurations/custom/branchline.yml"))
}

/// The schemas of resource types, by the types' names.
struct Schemas {
    folder: PathBuf,
    names: BTreeMap<String, Value>,
}

impl Schemas {
    fn open() -> Self {
        let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/lib");
        let python = fs::read_dir(&lib).unwrap_or_else(|error| panic!("run `make validators`: {error}"));
        let python = python.map(|entry| entry.unwrap().path()).next().unwrap();
        let folder = python.join("site-packages/cfnlint/data/schemas");
        let names = fs::read_to_string(folder.join("providers/us-east-1.json")).unwrap();
        Schemas { folder, names: serde_json::from_str(&names).unwrap() }
    }

    /// Whether a type has a property `Tags` that is a list of keys and values.
    fn takes_tags(&self, name: &str) -> bool {
        let file = self.names[name].as_str().unwrap_or_else(|| panic!("{name} is no type of AWS's"));
        let text = fs::read_to_string(self.folder.join(format!("resources/{file}.json"))).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let tags = &schema["properties"]["Tags"];
        assert!(tags.is_null() || tags["type"] == "array", "the tags of {name} are no list: {tags:#}");
        !tags.is_null()
    }
}

fn resources(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["Resources"].as_object().into_iter().flatten()
}

#[test]
fn every_resource_whose_type_takes_tags_carries_them_all() {
    let schemas = Schemas::open();
    let mut types = BTreeSet::new();
    for (path, document) in custom() {
        let own = match path.split_once('/') {
            None => json!([]),
            Some(("environments", file)) => {
                json!([{ "Key": "branchline:environment", "Value": file.trim_end_matches(".yml") }])
            }
            Some((pipeline, _)) => json!([{ "Key": "branchline:pipeline", "Value": pipeline }]),
        };
        let mut expected = vec![json!({ "Key": "branchline:app", "Value": "parts" })];
        expected.extend(own.as_array().unwrap().iter().cloned());
        expected.extend([
            json!({ "Key": "team", "Value": "checkout" }),
            json!({ "Key": "cost:center", "Value": "42" }),
            json!({ "Key": "持ち主", "Value": "決済 チーム" }),
        ]);
        for (id, resource) in resources(&document) {
            let kind = resource["Type"].as_str().unwrap();
            let tags = &resource["Properties"]["Tags"];
            if schemas.takes_tags(kind) {
                assert_eq!(*tags, Value::from(expected.clone()), "{path}: {id}");
                types.insert(kind.to_owned());
            } else {
                assert!(tags.is_null(), "{path}: {id}, a {kind}, takes no tags");
            }
        }
    }
    assert!(types.len() >= 7, "only {types:?} were seen");
}

#[test]
fn without_tags_of_a_persons_own_branchlines_are_there_all_the_same() {
    let documents = documents(&read("examples/single-account/branchline.yml"));
    let own = |path: &str, id: &str| documents[path]["Resources"][id]["Properties"]["Tags"].clone();
    let app = json!({ "Key": "branchline:app", "Value": "hello" });
    assert_eq!(own("base.yml", "ArtifactKey"), json!([app]));
    let place = json!({ "Key": "branchline:environment", "Value": "live" });
    assert_eq!(own("environments/live.yml", "DeployRole"), json!([app, place]));
    let pipeline = json!({ "Key": "branchline:pipeline", "Value": "hello-main" });
    assert_eq!(own("hello-main/pipeline.yml", "Pipeline"), json!([app, pipeline]));
}

#[test]
fn the_json_of_a_pipeline_has_the_tags_of_its_stack() {
    let documents = custom();
    let stack = &documents["parts-develop/pipeline.yml"]["Resources"]["Pipeline"]["Properties"]["Tags"];
    let stack =
        stack.as_array().unwrap().iter().map(|tag| json!({ "key": tag["Key"], "value": tag["Value"] }));
    let declared = documents["parts-develop/pipeline.json"]["tags"].as_array().unwrap();
    let (digest, rest) = declared.split_last().unwrap();
    assert_eq!(digest["key"], "branchline:digest");
    assert_eq!(rest, stack.collect::<Vec<_>>());
}

#[test]
fn every_role_is_bounded_by_the_policy_of_its_place() {
    let mut roles = 0;
    for (path, document) in custom() {
        let name =
            if path == "environments/production.yml" { "teams/production-boundary" } else { "team-boundary" };
        let arn = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{name}");
        for (id, resource) in resources(&document).filter(|(_, it)| it["Type"] == "AWS::IAM::Role") {
            roles += 1;
            let boundary = &resource["Properties"]["PermissionsBoundary"];
            assert_eq!(*boundary, json!({ "Fn::Sub": arn }), "{path}: {id}");
        }
    }
    assert_eq!(
        roles,
        2 * 7 + 2 * 3 + 1,
        "deploy, migrate, keep, lock, guard, record, lock holder; pipeline, build, test; compare"
    );
    let unbounded = documents(&read("examples/single-account/branchline.yml"));
    assert!(!unbounded.values().any(|document| document.to_string().contains("PermissionsBoundary")));
}
