//! Where tests and migrations may be written: at the top level, and under a service.

use crate::config::raw::{
    Raw, RawEnvironment, RawMigrate, RawMigrateOverride, RawMigrateOverrides, RawMigrations, RawTest,
};
use crate::config::tree::Step;

/// Tests or a migration as they are written.
#[derive(Debug, Clone)]
pub(super) struct Section<'a, T> {
    /// What is written.
    pub raw: &'a T,
    /// Where.
    pub path: Vec<Step<'a>>,
    /// The service under which it stands.
    pub owner: Option<&'a str>,
    /// Whether it is an item of a list.
    pub is_item: bool,
}

/// All tests, those of the top level first.
pub(super) fn tests(raw: &Raw) -> Vec<Section<'_, RawTest>> {
    let section = |raw, path, owner| Section { raw, path, owner, is_item: false };
    let top = raw.test.iter().map(|test| section(test, vec![Step::Key("test")], None));
    let of_services = raw.services.iter().filter_map(|(name, service)| {
        let path = vec![Step::Key("services"), Step::Key(name), Step::Key("test")];
        Some(section(service.test.as_ref()?, path, Some(name.as_str())))
    });
    top.chain(of_services).collect()
}

/// All migrations, in the order in which they run: those of the top level first.
pub(super) fn migrations(raw: &Raw) -> Vec<Section<'_, RawMigrate>> {
    let mut all = Vec::new();
    if let Some(written) = &raw.migrate {
        all.extend(of_section(written, vec![Step::Key("migrate")], None));
    }
    for (name, service) in &raw.services {
        if let Some(written) = &service.migrate {
            let path = vec![Step::Key("services"), Step::Key(name), Step::Key("migrate")];
            all.extend(of_section(written, path, Some(name.as_str())));
        }
    }
    all
}

fn of_section<'a>(
    written: &'a RawMigrations,
    path: Vec<Step<'a>>,
    owner: Option<&'a str>,
) -> impl Iterator<Item = Section<'a, RawMigrate>> {
    let is_item = matches!(written, RawMigrations::Several(_));
    written.iter().enumerate().map(move |(index, raw)| Section {
        raw,
        path: item(&path, index, is_item),
        owner,
        is_item,
    })
}

/// What an environment's migrations do differently, each with its place.
pub(super) fn overrides<'a>(
    name: &'a str,
    written: &'a RawEnvironment,
) -> Vec<Section<'a, RawMigrateOverride>> {
    let Some(all) = &written.migrate else { return Vec::new() };
    let is_item = matches!(all, RawMigrateOverrides::Several(_));
    let path = [Step::Key("environments"), Step::Key(name), Step::Key("migrate")];
    let section = |(index, raw)| Section { raw, path: item(&path, index, is_item), owner: None, is_item };
    all.iter().enumerate().map(section).collect()
}

fn item<'a>(path: &[Step<'a>], index: usize, is_item: bool) -> Vec<Step<'a>> {
    let mut path = path.to_vec();
    if is_item {
        path.push(Step::Item(index));
    }
    path
}
