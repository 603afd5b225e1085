//! The Migrate stage: the database migrations of an environment, one after the other, each a project and an action of its
//! own. A way to run one is a file here and a line in [`project`].

mod ecs_task;
mod on_machine;

use indexmap::IndexMap;

use super::model::{Action, Gates, Project, ProjectKind, Stage};
use super::names::StageKind;
use super::roles::{self, Known};
use super::start::Start;
use super::store::Store;
use super::text::{Place as At, Text};
use super::{Plan, build, images, lock, names, snapshot, source};
use crate::branch_map::Entry;
use crate::config::{Command, Environment as Place, Migrate, Run};

pub(super) use ecs_task::{overrides, pass_roles};
pub(super) use on_machine::command;

/// The stage; none where nothing is migrated.
pub(super) fn stage(plan: &Plan, entry: &Entry, place: &Place, role: &Text) -> Option<Stage> {
    let own = entry.migrations(place);
    let mut actions: Vec<Action> = own.map(|migrate| action(plan, entry, place, migrate, role)).collect();
    if actions.is_empty() {
        return None;
    }
    actions.splice(0..0, snapshot::action(plan, entry, place, role));
    // One after the other.
    for (order, action) in (1..).zip(&mut actions) {
        action.run_order = order;
    }
    let stage = Stage { name: StageKind::Migrate.stage(&place.name), actions, gates: Gates::default() };
    Some(lock::first(plan, entry, place, role, stage))
}

fn action(plan: &Plan, entry: &Entry, place: &Place, migrate: &Migrate, role: &Text) -> Action {
    let title = names::with_part("Migrate", migrate.name.as_deref());
    let image = images::variable(plan, &migrate.service);
    let stage = StageKind::Migrate.stage(&place.name);
    let mut variables = vec![
        ("COMMIT_ID", "#{Source.CommitId}"),
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", entry.pipeline.as_str()),
        ("STAGE", stage.as_str()),
    ];
    let input = match migrate.run {
        Run::Checkout => source::ARTIFACT,
        // The image comes in the variable.
        Run::EcsTask | Run::Image => {
            variables.insert(0, ("IMAGE", image.as_str()));
            build::ARTIFACT
        }
    };
    let project = name(&plan.config.stem, place, migrate);
    Start { title: &title, project: &project, input, variables: &variables }.action(plan, place, role)
}

/// The name of a migration's project in AWS.
pub(super) fn name(stem: &str, place: &Place, migrate: &Migrate) -> String {
    names::environment_project(
        stem,
        &place.name,
        &names::with_part(ProjectKind::Migrate.name(), migrate.name.as_deref()),
    )
}

/// `running` are the pipelines that run it here.
pub(super) fn project(
    plan: &Plan,
    place: &Place,
    migrate: &Migrate,
    running: &[&Entry],
    at: &At,
    store: &Store,
) -> Option<Project> {
    let name = name(&plan.config.stem, place, migrate);
    let own_place = Where { at, store, running, project: &name };
    let (variables, role) = match migrate.run {
        Run::EcsTask => ecs_task::variables_and_role(plan, place, migrate, &own_place)?,
        Run::Image | Run::Checkout => on_machine::variables_and_role(plan, place, migrate, &own_place)?,
    };
    let machine = &migrate.machine;
    Some(Project {
        kind: ProjectKind::Migrate,
        part: migrate.name.clone(),
        role,
        compute: machine.compute,
        platform: plan.config.build.platform,
        image: machine.image.clone(),
        privileged: migrate.run == Run::Image || machine.privileged,
        vpc: machine.vpc.clone(),
        cache: machine.cache.clone(),
        // A task asks ECS, too, whether another one runs: between that and its start another could begin.
        alone: true,
        timeout: machine.timeout,
        variables,
        buildspec: plan.buildspecs.migrations.get(&migrate.name).cloned().unwrap_or_default(),
        name,
    })
}

/// The role of a migration's project.
fn role_of(plan: &Plan, place: &Place, own: &Where) -> Known {
    roles::of_project(plan.config, own.at, own.project, place.roles.migrate.as_ref())
}

/// Where a migration's project stands, what it may read there, and the pipelines that run it.
struct Where<'a> {
    at: &'a At,
    store: &'a Store,
    running: &'a [&'a Entry],
    /// The project's name.
    project: &'a str,
}

/// The log groups of those that run as tasks, by their resources' names in the stack.
pub(super) fn task_logs(stem: &str, place: &Place, entering: &[&Entry]) -> IndexMap<String, String> {
    let runs = |migrate: &Migrate| entering.iter().any(|entry| entry.has(&migrate.service));
    let tasks = place.migrations.iter().filter(|migrate| migrate.run == Run::EcsTask && runs(migrate));
    tasks
        .map(|migrate| {
            let name = migrate.name.as_deref();
            (names::migrate_log_resource(name), names::migrate_log_group(stem, &place.name, name))
        })
        .collect()
}

/// The program, and its arguments. The program is never left out: the image's own entrypoint would run.
fn words(command: &Command) -> (Vec<&str>, Vec<&str>) {
    match command {
        Command::Shell(text) => (vec!["sh", "-ec"], vec![text.as_str()]),
        Command::Words(words) => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            (words[..1].to_vec(), words[1..].to_vec())
        }
    }
}
