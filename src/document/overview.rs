//! `README.md` of the generated folder: the map as a table and a diagram, and the exact commands, in order.

mod copies;
mod existing;
mod families;
mod gates;
mod helpers;
mod meeting;
mod needs;
mod notifications;
mod placed;
mod stacks;
mod told;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use handlebars::{Context, Handlebars};
use rayon::prelude::*;
use serde::Serialize;

use super::{codepipeline, pieces};
use crate::branch_map::Entry;
use crate::config::{self, Environment as Place, Event};
use crate::pipeline::{Plan, names, record, test_belongs};
use copies::Copy;
use existing::Existing;
use families::Left;
use gates::Gates;
use helpers::{code, mermaid};
use meeting::{Reused, Shared};
use needs::{Given, Starts};
use notifications::Notifications;
use placed::{Images, Service, Task, TaskFamily, images, services, sidecars, task_families, tasks};
use stacks::{BaseStack, Group, Key, Options};
pub use told::{Needs, Told};

/// The sections, in order, each a template of its own.
const SECTIONS: [(&str, &str); 9] = [
    ("map", include_str!("../../templates/overview/map.md.hbs")),
    ("gates", include_str!("../../templates/overview/gates.md.hbs")),
    ("notifications", include_str!("../../templates/overview/notifications.md.hbs")),
    ("needs", include_str!("../../templates/overview/needs.md.hbs")),
    ("existing", include_str!("../../templates/overview/existing.md.hbs")),
    ("overrides", include_str!("../../templates/overview/overrides.md.hbs")),
    ("copies", include_str!("../../templates/overview/copies.md.hbs")),
    ("deploy", include_str!("../../templates/overview/deploy.md.hbs")),
    ("json", include_str!("../../templates/overview/json.md.hbs")),
];

/// What somebody else makes; used inside others.
const GIVEN: (&str, &str) = ("given", include_str!("../../templates/overview/given.md.hbs"));

/// Rules up to which the map is drawn: Mermaid gives up at 500 edges.
const DRAWN_RULES: usize = 40;

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of a template's")]
struct Overview<'a> {
    app: &'a str,
    account: &'a str,
    region: &'a str,
    console: String,
    provider: &'static str,
    diagram: bool,
    migrates: bool,
    /// Those that have a lock.
    locked: Vec<&'a str>,
    /// Those of them that an older commit than what is deployed does not enter.
    guarded: Vec<&'a str>,
    /// Those of them to which releases of several rules come.
    shared: Vec<Shared<'a>>,
    /// Those of them in which rules without a service in common deploy.
    apart: Vec<&'a str>,
    /// The rules that take images of others.
    reused: Vec<Reused<'a>>,
    /// Whether a service is deployed to a task family.
    task_families: bool,
    migrations_run: &'static str,
    starts: Starts,
    rules: Vec<Rule<'a>>,
    /// More than one account, or more than one region.
    scattered: bool,
    /// More than one account.
    accounts: bool,
    environments: Vec<Environment<'a>>,
    images: Vec<Images<'a>>,
    /// What the build and the tests are given.
    given: Option<Given<'a>>,
    groups: Vec<Group>,
    base_stack: String,
    bases: Vec<BaseStack>,
    keys: Vec<Key>,
    /// The repository's name, where it is in CodeCommit.
    code_commit: Option<&'a str>,
    connection: bool,
    environments_number: u8,
    pipelines_number: u8,
    key_placeholder: &'static str,
    connection_placeholder: &'static str,
    overrides: Vec<Override<'a>>,
    /// The shell steps that are not branchline's.
    copies: Vec<Copy<'a>>,
    existing: Option<Existing>,
    families: Vec<families::Family<'a>>,
    left: Option<Left>,
    gates: Option<Gates<'a>>,
    notifications: Option<Notifications<'a>>,
}

#[derive(Serialize)]
struct Override<'a> {
    document: &'a str,
    operations: Vec<Operation<'a>>,
}

#[derive(Serialize)]
struct Operation<'a> {
    word: &'static str,
    path: &'a str,
}

#[derive(Serialize)]
struct Rule<'a> {
    pattern: &'a str,
    before: &'static str,
    notes: Vec<Note<'a>>,
    what: &'static str,
    pipeline: &'a str,
    path: String,
    steps: Vec<Step<'a>>,
    stack: String,
    options: String,
    keys: Vec<Key>,
}

/// What is not plain about what starts a pipeline: words, and the patterns or names they speak of.
#[derive(Serialize)]
struct Note<'a> {
    what: &'static str,
    values: Vec<&'a str>,
}

#[derive(Serialize)]
struct Step<'a> {
    environment: &'a str,
    approval: bool,
    what: String,
    from: String,
}

#[derive(Serialize)]
struct Environment<'a> {
    name: &'a str,
    services: Vec<Service<'a>>,
    families: Vec<TaskFamily<'a>>,
    migrate: bool,
    tasks: Vec<Task<'a>>,
    /// Images of sidecars in the pipelines' own registry.
    sidecars: BTreeSet<&'a str>,
    /// The database whose snapshot is made: what it is, and its identifier.
    database: Option<(&'static str, &'a str)>,
    given: Given<'a>,
    alarms: &'a [String],
    topic: Option<&'a str>,
    account: &'a str,
    region: &'a str,
}

/// The templates of the overview, read once.
pub struct Overviews(Handlebars<'static>);

impl Overviews {
    /// The templates, read at the first call. That takes longer than filling them in, and needs no configuration, so who
    /// knows that they will be needed calls it early, beside other work.
    pub fn get() -> Result<&'static Self, &'static handlebars::TemplateError> {
        static READ: LazyLock<Result<Overviews, handlebars::TemplateError>> = LazyLock::new(Overviews::read);
        READ.as_ref()
    }

    fn read() -> Result<Self, handlebars::TemplateError> {
        let mut templates = Handlebars::new();
        templates.set_strict_mode(true);
        templates.register_escape_fn(handlebars::no_escape);
        templates.register_helper("code", Box::new(code));
        templates.register_helper("mermaid", Box::new(mermaid));
        for (name, text) in SECTIONS.into_iter().chain([GIVEN]) {
            templates.register_template(name, pieces::read(name, text)?);
        }
        Ok(Overviews(templates))
    }

    /// The overview of a plan. `told` is what CloudFormation wants to be told of its templates.
    pub fn render(&self, plan: &Plan, told: &Told) -> Result<String, handlebars::RenderError> {
        let data = Context::wraps(data(plan, told))?;
        // With hundreds of pipelines each takes a millisecond, and nothing else is left to be made meanwhile.
        SECTIONS.par_iter().map(|(name, _)| self.0.render_with_context(name, &data)).collect()
    }
}

fn data<'a>(plan: &Plan<'a>, told: &Told) -> Overview<'a> {
    let config = plan.config;
    let app = config.app.as_str();
    let connection = config.source.connection.is_none() && !plan.in_code_commit();
    let keys: Vec<Key> = plan.further_places().iter().map(|at| Key::of(plan, at.region())).collect();
    let options = Options { plan, told };
    let places =
        |entry: &'a Entry| entry.environments.iter().filter_map(|name| config.environments.get(name));
    let rules: Vec<Rule> = plan
        .map
        .entries
        .iter()
        .map(|entry| Rule {
            pattern: &entry.pattern,
            before: match entry.trigger.event {
                Event::Push => "",
                Event::Tag => "tags ",
                Event::PullRequest => "pull requests to ",
            },
            notes: notes(entry, config.services.len()),
            what: if config.tests.iter().any(|test| test_belongs(test, entry)) {
                "build, test"
            } else {
                "build"
            },
            pipeline: &entry.pipeline,
            path: entry.promotion(config),
            steps: steps(entry, places(entry)),
            stack: names::pipeline_stack(&config.stem, &entry.slug),
            options: options.of(&format!("{}/pipeline.yml", entry.pipeline), &plan.home),
            keys: keys
                .iter()
                .filter(|key| places(entry).any(|place| place.region == key.region))
                .cloned()
                .collect(),
        })
        .collect();
    let environments: Vec<Environment> = plan
        .environments()
        .map(|place| Environment {
            name: &place.name,
            services: services(plan, place),
            families: task_families(plan, place),
            migrate: needs::migrations(plan, place).next().is_some(),
            tasks: tasks(plan, place),
            sidecars: sidecars(plan, place),
            database: needs::database(plan, place),
            given: Given::of_environment(plan, place),
            alarms: place.alarms.as_ref().map_or(&[], |alarms| &alarms.names),
            topic: place.approval.as_ref().and_then(|approval| approval.notify.as_deref()),
            account: &place.account,
            region: &place.region,
        })
        .collect();
    let groups = stacks::groups(plan, &options);
    let accounts = groups.iter().any(|group| group.account != config.account);
    Overview {
        app,
        scattered: accounts || !keys.is_empty(),
        accounts,
        groups,
        bases: stacks::bases(plan, &options),
        keys,
        account: &config.account,
        region: &config.region,
        console: plan.home.partition().console(&config.region),
        provider: config.source.host().title(),
        diagram: rules.len() <= DRAWN_RULES,
        migrations_run: needs::where_migrations_run(plan),
        starts: Starts::of(plan),
        given: Given::of_pipelines(plan),
        locked: locked(plan, |_| true),
        guarded: locked(plan, record::is_guarded),
        shared: meeting::shared(plan),
        apart: meeting::apart(plan),
        reused: meeting::reused(plan),
        migrates: environments.iter().any(|environment| environment.migrate),
        task_families: environments.iter().any(|environment| !environment.families.is_empty()),
        rules,
        images: plan.environments().map(|place| images(plan, place)).collect(),
        environments,
        base_stack: names::base_stack(&config.stem),
        code_commit: plan.in_code_commit().then_some(plan.repository),
        connection,
        environments_number: if connection { 3 } else { 2 },
        pipelines_number: if connection { 4 } else { 3 },
        key_placeholder: codepipeline::KEY_PLACEHOLDER,
        connection_placeholder: codepipeline::CONNECTION_PLACEHOLDER,
        overrides: config.overrides.iter().map(patched).collect(),
        copies: Copy::all(plan),
        existing: existing::existing(plan),
        families: families::families(plan),
        left: families::left(plan),
        gates: Gates::of(plan),
        notifications: Notifications::of(plan),
    }
}

/// The environments that have a lock, and of which this is so.
fn locked<'a>(plan: &Plan<'a>, is_so: impl Fn(&Place) -> bool) -> Vec<&'a str> {
    let locked = plan.environments().filter(|place| place.lock.is_some() && is_so(place));
    locked.map(|place| place.name.as_str()).collect()
}

/// What an override changes. Its tests change nothing.
fn patched(one: &config::Override) -> Override<'_> {
    let operations = one
        .operations
        .iter()
        .map(|operation| Operation { word: operation.kind.word(), path: &operation.path });
    Override { document: &one.document, operations: operations.filter(|it| it.word != "test").collect() }
}

fn notes(entry: &Entry, services: usize) -> Vec<Note<'_>> {
    entry.notes(services).into_iter().map(|(what, values)| Note { what, values }).collect()
}

/// What a pipeline does in an environment: `snapshot, migrate, deploy, verify`.
fn steps_in(entry: &Entry, place: &Place) -> String {
    let migrates = entry.migrates(place);
    let steps = [
        (place.snapshot.is_some() && migrates, "snapshot"),
        (migrates, "migrate"),
        (true, "deploy"),
        (place.verify.is_some(), "verify"),
    ];
    let steps = steps.into_iter().filter(|(is_there, _)| *is_there).map(|(_, step)| step);
    steps.collect::<Vec<_>>().join(", ")
}

fn steps<'a>(entry: &Entry, places: impl Iterator<Item = &'a Place>) -> Vec<Step<'a>> {
    places
        .enumerate()
        .map(|(index, place)| Step {
            environment: &place.name,
            approval: place.approval.is_some(),
            what: steps_in(entry, place),
            from: index.checked_sub(1).map_or_else(|| "b".to_owned(), |before| format!("e{before}")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_comes_to_the_same_in_pieces() {
        for (name, text) in SECTIONS.into_iter().chain([GIVEN]) {
            assert!(pieces::is_read_alike(text), "{name}");
        }
    }
}
