//! What the files of a configuration share: the buildspecs, each written once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::buildspec::{self, Buildspec, Definition, Image, ImageTest, Recipe};
use super::ejected::Ejected;
use super::file::RenderError;
use super::read_back::{self, Blocks, Says, Shared};
use super::steps::Steps;
use crate::config::raw::RawPlatform;
use crate::config::{Buildspecs as ConfigBuildspecs, Config, Deploy, Machine, Run, Service, Test, TestPlace};
use crate::pipeline::compare::is_told;
use crate::pipeline::sidecars::are_looked_for;
use crate::pipeline::{Buildspecs, names, reuse};

/// The buildspecs, those of build and test as files too.
pub struct Specs {
    /// The texts as the projects carry them.
    pub texts: Buildspecs,
    /// The files of the builds.
    pub builds: BuildFiles,
    /// The files of the tests, in the configuration's order.
    pub tests: Vec<Shared>,
    /// The texts as they stand in the stacks.
    pub blocks: Blocks,
}

/// The files of the builds, by the services that they build.
pub type BuildFiles = BTreeMap<Vec<String>, Shared>;

/// Writes the buildspecs of a configuration, and reads each back.
pub fn specs(config: &Config) -> Result<Specs, RenderError> {
    specs_with(config, &[])
}

/// The same with copies of shell steps in the place of branchline's own. A fault of a copy has its place in
/// [`RenderError::misfit`].
pub fn specs_with(config: &Config, ejected: &[Ejected]) -> Result<Specs, RenderError> {
    let (written, builds, tests) = made(config, ejected)?;
    let all = whose(config, &written).map(|(_, text)| &**text);
    let blocks = Blocks::of(all.filter(|text| !text.is_empty()));
    Ok(Specs { texts: written, builds, tests, blocks })
}

/// Each buildspec, with whose it is. One that nobody needs is empty.
fn whose<'a>(config: &'a Config, written: &'a Buildspecs) -> impl Iterator<Item = (Whose<'a>, &'a Arc<str>)> {
    let Buildspecs {
        builds,
        tests,
        migrations,
        keep,
        lock,
        guard,
        record,
        compare,
        deploys,
        snapshot,
        verify,
    } = written;
    let steps = [
        ("keep", keep),
        ("lock", lock),
        ("guard", guard),
        ("record", record),
        ("compare", compare),
        ("snapshot", snapshot),
        ("verify", verify),
    ];
    let steps = migrations.values().map(|text| ("migrate", text)).chain(steps);
    let builds = builds.values().map(|text| (Whose::Build, text));
    let tests = config.tests.iter().map(Whose::Test).zip(tests);
    let deploys = deploys.iter().map(|(service, text)| (Whose::Deploy(service), text));
    builds.chain(tests).chain(steps.map(|(name, text)| (Whose::Step(name), text))).chain(deploys)
}

/// How long an inline buildspec may be, in bytes. AWS documents no limit and refuses what has more than 25,600
/// characters (aws/aws-cdk, pull request 14974); which of the two it counts matters only where a text is not ASCII.
pub const LONGEST: usize = 25_600;

/// The buildspecs in stacks that CodeBuild would refuse for their length, with their bytes; of the builds the longest.
///
/// What makes one long is the configuration's: the services of `build`, the commands of tests.
pub fn too_long<'a>(config: &'a Config, specs: &'a Specs) -> Vec<(Whose<'a>, usize)> {
    let in_stack = |whose: &Whose| match whose {
        Whose::Build | Whose::Test(_) => config.buildspecs == ConfigBuildspecs::Inline,
        Whose::Deploy(_) | Whose::Step(_) => true,
    };
    let all = whose(config, &specs.texts).map(|(whose, text)| (whose, text.len()));
    let long = all.filter(|(whose, length)| in_stack(whose) && *length > LONGEST);
    let (builds, others): (Vec<_>, Vec<_>) = long.partition(|(whose, _)| matches!(whose, Whose::Build));
    builds.into_iter().max_by_key(|(_, length)| *length).into_iter().chain(others).collect()
}

/// Whose a buildspec is.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// A build's.
    Build,
    /// That of tests.
    Test(&'a Test),
    /// That of the deploy of a service, by the service's name.
    Deploy(&'a str),
    /// That of a step which no configuration makes longer, by its name: only a copy of it, or of one inside of it, can be.
    Step(&'static str),
}

/// The texts, and those of build and tests as files.
fn made(config: &Config, ejected: &[Ejected]) -> Result<(Buildspecs, BuildFiles, Vec<Shared>), RenderError> {
    let steps = Steps::with(ejected).map_err(|error| RenderError::of("buildspecs", &error))?;
    let named = |name: &str, machine: Option<&Machine>, made: Result<Buildspec, _>| {
        let path = format!("buildspec-{name}.yml");
        let mut spec = made.map_err(|error| RenderError::of(&path, &error))?;
        if let Some(machine) = machine {
            spec = spec.keeping(machine);
        }
        let (text, says) = written(&path, &spec)?;
        Ok::<_, RenderError>((Arc::<str>::from(text), says, path))
    };
    let shared = |(text, says, path): (Arc<str>, Value, String)| {
        let file = Shared::new(&path, &text, says).map_err(|error| RenderError::of(&path, &error))?;
        Ok::<_, RenderError>((text, file))
    };
    let machine = Some(&config.build.machine);
    // Most maps have one set of services: all of them.
    let sets: BTreeSet<&[String]> = config.rules.iter().map(|rule| rule.services.as_slice()).collect();
    let reusing = reuse::sets(config);
    let (mut builds, mut build_files) = (BTreeMap::new(), BTreeMap::new());
    for set in sets {
        let services = set.iter().filter_map(|name| config.services.get(name));
        let built = services.filter(|service| service.builds());
        let reuses = reusing.contains(set);
        let images: Vec<Image> = built.map(|service| image(config, set, service, reuses)).collect();
        let (text, file) = shared(named("build", machine, buildspec::build_images(&steps, &images))?)?;
        builds.insert(set.to_vec(), text);
        build_files.insert(set.to_vec(), file);
    }
    let (mut tests, mut test_files) = (Vec::new(), Vec::new());
    for test in &config.tests {
        let name = names::with_part("test", test.service.as_deref());
        let (text, file) = shared(named(&name, Some(&test.machine), test_spec(&steps, config, test))?)?;
        tests.push(text);
        test_files.push(file);
    }
    let mut migrations: BTreeMap<Option<String>, Arc<str>> = BTreeMap::new();
    // What an environment does differently reaches the step in variables, so each migration has one text.
    for migrate in config.environments.values().flat_map(|place| &place.migrations) {
        if !migrations.contains_key(&migrate.name) {
            let name = names::with_part("migrate", migrate.name.as_deref());
            let spec = match migrate.run {
                Run::EcsTask => buildspec::migrate(&steps),
                Run::Image => buildspec::migrate_in_image(&steps),
                Run::Checkout => buildspec::migrate_in_checkout(&steps),
            };
            migrations.insert(migrate.name.clone(), named(&name, Some(&migrate.machine), spec)?.0);
        }
    }
    let (keep, ..) = named("keep", None, buildspec::keep(&steps, are_looked_for(config)))?;
    // Most files want few of these.
    let (mut compare, mut snapshot, mut verify) = (Arc::default(), Arc::default(), Arc::default());
    let (mut lock, mut guard, mut record) = (Arc::default(), Arc::default(), Arc::default());
    if config.environments.values().any(|place| place.lock.is_some()) {
        lock = named("lock", None, buildspec::lock(&steps))?.0;
        guard = named("guard", None, buildspec::guard(&steps))?.0;
        record = named("record", None, buildspec::record(&steps))?.0;
    }
    if config.environments.values().any(is_told) {
        compare = named("compare", None, buildspec::compare(&steps))?.0;
    }
    if config.environments.values().any(|place| place.snapshot.is_some()) {
        snapshot = named("snapshot", None, buildspec::snapshot(&steps))?.0;
    }
    if config.environments.values().any(|place| place.verify.is_some()) {
        verify = named("verify", None, buildspec::verify(&steps))?.0;
    }
    let mut deploys: BTreeMap<String, Arc<str>> = BTreeMap::new();
    // What runs is the same in every environment.
    for (service, deploy) in config.environments.values().flat_map(|place| &place.deploys) {
        let spec = match deploy {
            Deploy::EcsTask(_) if !deploys.contains_key(service) => buildspec::deploy_ecs_task(&steps),
            Deploy::Commands(commands) if !deploys.contains_key(service) => {
                buildspec::deploy_commands(&steps, &commands.run)
            }
            Deploy::Ecs(_) | Deploy::EcsTask(_) | Deploy::Commands(_) => continue,
        };
        let machine = match deploy {
            Deploy::Commands(commands) => Some(&commands.machine),
            Deploy::Ecs(_) | Deploy::EcsTask(_) => None,
        };
        let name = names::with_part("deploy", Some(service));
        deploys.insert(service.clone(), named(&name, machine, spec)?.0);
    }
    Ok((
        Buildspecs {
            builds,
            tests,
            migrations,
            keep,
            lock,
            guard,
            record,
            compare,
            deploys,
            snapshot,
            verify,
        },
        build_files,
        test_files,
    ))
}

fn written(path: &str, spec: &Buildspec) -> Result<(String, Value), RenderError> {
    let text = buildspec::to_yaml(spec).map_err(|error| RenderError::of(path, &error))?;
    let says = serde_json::to_value(spec).map_err(|error| RenderError::of(path, &error))?;
    read_back::read_back(path, &text, &Says::yaml(|| Ok(says.clone())), &Blocks::default())
        .map_err(|error| RenderError::of(path, &error))?;
    Ok((text, says))
}

fn test_spec(steps: &Steps, config: &Config, test: &Test) -> Result<Buildspec, super::steps::StepsError> {
    let TestPlace::Image { service, target } = &test.place else {
        return Ok(buildspec::test_in_checkout(&test.commands));
    };
    let recipe = target.as_ref().and_then(|target| {
        let mut recipe = recipe(config, config.services.get(service)?);
        recipe.target = Some(target.clone());
        // The tests' stage is built from the files alone: the cache is the build's.
        recipe.cache_repository = None;
        // A variable or a secret of the tests' own stands in the environment where the build's would.
        let own = |name: &String| test.variables.contains_key(name) || test.secrets.contains_key(name);
        for name in recipe.variables.extract_if(.., |name| own(name)) {
            let value = config.build.variables.get(&name).cloned().unwrap_or_default();
            recipe.args.insert(name, value);
        }
        Some(recipe)
    });
    let variables: Vec<String> = test.variables.keys().chain(test.secrets.keys()).cloned().collect();
    let test = ImageTest { commands: &test.commands, variables: &variables, recipe: recipe.as_ref() };
    buildspec::test_in_image(steps, &test)
}

fn image(config: &Config, set: &[String], service: &Service, reuses: bool) -> Image {
    let deployed = set.iter().filter_map(|name| config.services.get(name));
    let has_sidecars = |service: &str| {
        let deploys = config.environments.values().filter_map(|place| place.deploys.get(service)?.ecs());
        deploys.into_iter().any(|ecs| !ecs.sidecars.is_empty())
    };
    let definition = |it: &Service| Definition {
        service: it.name.clone(),
        container: it.container.clone(),
        sidecars: has_sidecars(&it.name),
    };
    Image {
        name: service.name.clone(),
        image_variable: names::image_variable(&service.name),
        repository: service.repository.clone(),
        shared: service.repository_exists,
        definitions: deployed.filter(|it| it.image() == service.name).map(definition).collect(),
        recipe: recipe(config, service),
        reusable: reuses && !service.repository_exists,
    }
}

fn recipe(config: &Config, service: &Service) -> Recipe {
    Recipe {
        dockerfile: service.dockerfile.clone(),
        context: service.context.clone(),
        target: service.target.clone(),
        platform: match config.build.platform {
            RawPlatform::Amd64 => "linux/amd64".to_owned(),
            RawPlatform::Arm64 => "linux/arm64".to_owned(),
        },
        // An argument of the service's own is nearer than a variable for all of them.
        variables: config
            .build
            .variables
            .keys()
            .filter(|name| !service.args.contains_key(*name))
            .cloned()
            .collect(),
        args: service.args.clone(),
        secrets: service.secrets.clone(),
        cache_repository: service.cache.then(|| names::cache_in_folder(&service.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::branch_map;
    use crate::document::tree;
    use crate::pipeline::Plan;

    #[test]
    fn no_stack_has_a_buildspec_that_is_read_again_for_it() {
        let text = include_str!("../../tests/judges/configurations/accounts/branchline.yml");
        let config = crate::config::read(text).config.unwrap();
        let (map, _) = branch_map::resolve(&config);
        let specs = specs(&config).unwrap();
        let plan = Plan::new(&config, &map, specs.texts.clone());
        let mut stacks = 0;
        for file in tree::files(&plan, &specs).map(|file| file.unwrap_or_else(|error| panic!("{error}"))) {
            let carries = file.text.matches("version: 0.2").count();
            if carries > 0 && !file.path.contains("/buildspec-") {
                let short = specs.blocks.shorten(&file.text).unwrap_or_default();
                assert!(!short.is_empty() && !short.contains("version: 0.2"), "{}", file.path);
                stacks += 1;
            }
        }
        assert!(stacks > 5, "{stacks} stacks with buildspecs");
    }
}
