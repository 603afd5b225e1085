//! What two builds of one workload do differently, in words.

use std::collections::{BTreeMap, BTreeSet};

use super::super::buildspecs::secret::Safe;
use super::super::draft::Build;

/// Each setting that differs, with both values.
pub(super) fn words(own: &Build, taken: &Build) -> String {
    let shown =
        |value: Option<&str>| value.map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"));
    let platform = |build: &Build| if build.is_arm { "linux/arm64" } else { "linux/amd64" };
    let mut all = vec![
        ("dockerfile".to_owned(), own.dockerfile.as_deref(), taken.dockerfile.as_deref()),
        ("context".to_owned(), own.context.as_deref(), taken.context.as_deref()),
        ("target".to_owned(), own.target.as_deref(), taken.target.as_deref()),
        ("platform".to_owned(), Some(platform(own)), Some(platform(taken))),
    ];
    let names: BTreeSet<&String> = own.args.keys().chain(taken.args.keys()).collect();
    // A secret in plain text is no value to tell.
    let safe = |build: &Build| -> BTreeMap<String, String> {
        let told = |(name, value): (&String, &String)| (name.clone(), Safe::of(Some(name), value).text);
        build.args.iter().map(told).collect()
    };
    let (own_args, taken_args) = (safe(own), safe(taken));
    for name in names {
        let is_other = own.args.get(name) != taken.args.get(name);
        let (one, other) = (own_args.get(name), taken_args.get(name));
        if is_other && one == other {
            all.push((format!("args.{name}"), Some("another"), None));
        } else {
            all.push((format!("args.{name}"), one.map(String::as_str), other.map(String::as_str)));
        }
    }
    let differing = all.into_iter().filter(|(_, own, taken)| own != taken);
    let told =
        differing.map(|(key, own, taken)| format!("`{key}` is {} and not {}", shown(own), shown(taken)));
    told.collect::<Vec<_>>().join(", ")
}
