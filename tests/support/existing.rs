//! What exists beside the stacks, as whoever keeps it was told: roles by their files, policies of resources by the page.

use std::collections::{BTreeMap, BTreeSet};

use branchline::config::Config;
use serde_json::Value;

use super::intrinsics::{CONNECTION_ID, key};
use super::policy::{Role, Statement};
use super::stacks::{Attached, role_name};
use super::world::Place;

/// The statements of a policy.
fn statements(document: &Value) -> Vec<Statement> {
    serde_json::from_value(document["Statement"].clone())
        .unwrap_or_else(|error| panic!("{error}: {document:#}"))
}

/// The text with what the base stacks put out in the place of what stands for it.
fn filled(text: &str, home: &Place) -> String {
    let mut text = text.replace("BRANCHLINE_CONNECTION_ID", CONNECTION_ID);
    for region in ["us-east-1", "cn-northwest-1", "us-gov-west-1"] {
        let marked = format!("BRANCHLINE_{}_ARTIFACT_KEY_ARN", region.to_uppercase().replace('-', "_"));
        let there = Place { account: home.account.clone(), region: region.to_owned() };
        text = text.replace(&marked, &key(&there, "ArtifactKey"));
    }
    text.replace("BRANCHLINE_ARTIFACT_KEY_ARN", &key(home, "ArtifactKey"))
}

/// The roles that `roles/` tells of, by name.
pub fn roles(files: &[(String, String)], config: &Config, home: &Place) -> BTreeMap<String, Role> {
    let mut roles: BTreeMap<String, Role> = BTreeMap::new();
    for (path, text) in files {
        let Some(purpose) = path.strip_prefix("roles/").and_then(|rest| rest.strip_suffix(".json")) else {
            continue;
        };
        let document: Value = serde_json::from_str(&filled(text, home)).expect("JSON");
        let arn = document["role"].as_str().expect("an ARN");
        let environment = purpose.rsplit_once('-').and_then(|(name, _)| config.environments.get(name));
        let region = environment.map_or(&home.region, |environment| &environment.region).clone();
        let account = arn.split(':').nth(4).expect("an account").to_owned();
        let (_, whole) = arn.split_once(":role").expect("a role's ARN");
        let role = Role {
            name: role_name(arn),
            path: whole[..=whole.rfind('/').expect("a slash")].to_owned(),
            place: Place { account, region },
            statements: statements(&document["policy"]),
            trust: statements(&document["trust"]),
        };
        assert_eq!(role.arn(), arn);
        assert!(roles.insert(role.name.clone(), role).is_none(), "{arn} twice");
    }
    roles
}

/// The repositories of sidecars' images in the pipelines' registry, which let in the accounts of those who deploy with them, as the page
/// asks.
pub fn sidecars(config: &Config, home: &Place) -> Vec<Attached> {
    let mut let_in: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for environment in config.environments.values() {
        let images = environment
            .deploys
            .values()
            .flat_map(branchline::config::Deploy::sidecars)
            .map(|(_, image)| image);
        for image in images.filter(|image| image.is_ours) {
            let name = image.image.split(['@', ':']).next().expect("a name");
            let account = format!("arn:{}:iam::{}:root", home.partition(), environment.account);
            let_in.entry(home.arn("ecr", &format!("repository/{name}"))).or_default().insert(account);
        }
    }
    let policies = let_in.into_iter().map(|(arn, accounts)| {
        let policy = serde_json::json!({ "Statement": [{
            "Sid": "Sidecars",
            "Effect": "Allow",
            "Principal": { "AWS": accounts },
            "Action": ["ecr:BatchGetImage"],
        }] });
        Attached { arn, owner: home.account.clone(), statements: statements(&policy) }
    });
    policies.collect()
}

/// The policies that the page asks for: of buckets, keys and repositories.
pub fn attached(page: &str, home: &Place) -> Vec<Attached> {
    let mut attached = Vec::new();
    for section in page.split("\n### The ").skip(1) {
        let (title, rest) = section.split_once('\n').expect("a title");
        let mut words = title.split('`');
        let (kind, name) = (words.next().expect("a kind"), words.next().expect("a name"));
        let Some((_, json)) = rest.split("\n### ").next().expect("a text").split_once("```json\n") else {
            continue;
        };
        let policy: Value = serde_json::from_str(json.split_once("```").expect("an end").0).expect("JSON");
        let arn = match kind.trim() {
            "bucket" => format!("arn:{}:s3:::{name}", home.partition()),
            "key" => name.to_owned(),
            "image repository" => home.arn("ecr", &format!("repository/{name}")),
            other => panic!("what is {other}?"),
        };
        attached.push(Attached { arn, owner: home.account.clone(), statements: statements(&policy) });
    }
    attached
}
