//! What is deployed to an environment is written down beside its lock, and an older commit does not silently replace a newer
//! one.
//!
//! `Record` is the last action of the Deploy stage, `Guard` the one behind each `Lock`: both under the lock, so that what the
//! guard has read is still true when the deploy begins. Each is a project of branchline's own shell, and reads and writes as
//! the lock's holder, the only role that reaches an environment's objects in the bucket of the locks.
//!
//! The guard is no second command of the lock's build: with the lock's shell and the one that reads commits, a buildspec
//! would be longer than CodeBuild takes.

mod folders;

use indexmap::IndexSet;

use super::caller::Caller;
use super::iam::Statement;
use super::model::{Action, Input, Project, ProjectKind, Stage, Variable};
use super::names::StageKind;
use super::roles::{self, Known};
use super::start::{Start, project_name};
use super::store::Store;
use super::text::{Part, Place as At, Text};
use super::{Buildspecs, Plan, build, lock, names, source};
use crate::branch_map::Entry;
use crate::config::{Environment as Place, Event};

pub(super) use folders::Folders;

/// Minutes that an action may take. Each call ends within a minute, and is tried five times; a build that is stopped by its
/// time-out would fail a stage whose deploy went well.
const TIMEOUT: u32 = 45;

/// The pipeline's variable by which a start says that an older commit is meant.
const DOWNGRADE: Input = Input {
    name: "DOWNGRADE",
    default: "refuse",
    description: "allow: this start may replace what is deployed by an older commit. refuse: it is stopped before anything happens.",
};

/// The variables of a pipeline that goes through these environments: the one above where something asks for it.
pub(super) fn inputs<'p>(mut places: impl Iterator<Item = &'p Place>) -> Vec<Input> {
    if places.any(is_guarded) { vec![DOWNGRADE] } else { Vec::new() }
}

/// Whether an older commit than what is deployed is stopped there.
pub fn is_guarded(place: &Place) -> bool {
    place.lock.is_some() && !place.allows_downgrade
}

/// Where the record and the lock of an environment lie, for a pipeline that enters it: the bucket, the record's key, the lock's
/// key. `None` where nothing is locked.
pub fn objects(plan: &Plan, entry: &Entry, place: &Place) -> Option<(String, String, String)> {
    place.lock.as_ref()?;
    // Of the bucket's name account and region alone are parts, and those of the pipelines' place are known.
    let bucket = lock::bucket(plan).resolve(|part| match part {
        Part::Account(text) | Part::Region(text) => text.to_string(),
        _ => String::new(),
    });
    let record = names::record(&plan.records.folder(entry, place));
    Some((bucket, record, names::lock_object(&place.name)))
}

/// Where the commit that has migrated last is noted, beside the record of [`objects`]: bucket and key. `None` where nothing is
/// locked, or the pipeline migrates nothing there.
pub fn migrated(plan: &Plan, entry: &Entry, place: &Place) -> Option<(String, String)> {
    let (bucket, ..) = objects(plan, entry, place).filter(|_| entry.migrates(place))?;
    Some((bucket, names::migrated_object(&plan.records.folder(entry, place))))
}

/// The action behind the lock of a stage; none where nothing is compared and nothing is to be noted. Behind the deploy it sees
/// that what is deployed is this execution's.
pub(super) fn guard(plan: &Plan, entry: &Entry, place: &Place, role: &Text, stage: &str) -> Option<Action> {
    place.lock.as_ref()?;
    let kind = StageKind::of(stage)?;
    if kind == StageKind::Verify {
        let own = [("OWN_DEPLOY", "yes"), ("STAGE", stage)];
        return Some(action(ProjectKind::Guard, plan, entry, place, role, &own));
    }
    let is_deploy = kind == StageKind::Deploy;
    let has_migrated = is_deploy && entry.migrates(place);
    let may_be_rolled_back = is_deploy && place.rolls_back;
    if !is_guarded(place) && !has_migrated && !may_be_rolled_back {
        return None;
    }
    let downgrade = if place.allows_downgrade { "allow" } else { "#{variables.DOWNGRADE}" };
    let migrated = if has_migrated { "yes" } else { "no" };
    let own = [("DOWNGRADE", downgrade), ("MIGRATED", migrated), ("STAGE", stage)];
    Some(action(ProjectKind::Guard, plan, entry, place, role, &own))
}

/// The action behind all others of a stage; none where there is no lock.
pub(super) fn last(plan: &Plan, entry: &Entry, place: &Place, role: &Text, stage: &mut Stage) {
    if place.lock.is_none() {
        return;
    }
    // A tag is on no branch. A name that is known needs no variable.
    let branch = match (entry.trigger.event, entry.trigger.includes.as_slice()) {
        (Event::Tag, _) => None,
        (Event::Push | Event::PullRequest, [pattern]) if pattern.exact().is_some() => pattern.exact(),
        (Event::Push | Event::PullRequest, _) => Some("#{Source.BranchName}"),
    };
    let own: Vec<_> = branch.map(|branch| ("BRANCH", branch)).into_iter().collect();
    let mut action = action(ProjectKind::Record, plan, entry, place, role, &own);
    action.run_order = 1 + stage.actions.iter().map(|action| action.run_order).max().unwrap_or_default();
    stage.actions.push(action);
}

fn action(
    kind: ProjectKind,
    plan: &Plan,
    entry: &Entry,
    place: &Place,
    role: &Text,
    own: &[(&str, &str)],
) -> Action {
    let project = project_name(plan, place, kind);
    let records = plan.records.folder(entry, place);
    let mut variables = vec![
        ("AUTHOR_DATE", "#{Source.AuthorDate}"),
        ("COMMIT_ID", "#{Source.CommitId}"),
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", entry.pipeline.as_str()),
        ("RECORD", &records),
    ];
    if !plan.in_code_commit() {
        // An environment's stack may stand where nothing is known of the connection.
        variables.insert(2, ("CONNECTION", "#{Source.ConnectionArn}"));
    }
    variables.extend(own);
    // The record names the images in this artifact.
    let start =
        Start { title: kind.stem(), project: &project, input: build::ARTIFACT, variables: &variables };
    start.action(plan, place, role)
}

/// The kinds of projects of an environment.
fn kinds(plan: &Plan, place: &Place) -> &'static [ProjectKind] {
    match place.lock {
        None => &[],
        Some(_) if starts_a_guard(plan, place) => &[ProjectKind::Guard, ProjectKind::Record],
        Some(_) => &[ProjectKind::Record],
    }
}

/// Whether some pipeline starts a guard: not where nothing is compared, verified, rolled back or migrated.
fn starts_a_guard(plan: &Plan, place: &Place) -> bool {
    is_guarded(place)
        || place.verify.is_some()
        || place.rolls_back
        || lock::migrates(place, plan.entering(place))
}

fn known_role(plan: &Plan, place: &Place, kind: ProjectKind) -> Known {
    let roles = &place.roles;
    let existing = if kind == ProjectKind::Guard { &roles.guard } else { &roles.record };
    let project = project_name(plan, place, kind);
    roles::of_project(plan.config, &plan.place_of(place), &project, existing.as_ref())
}

/// The ARNs of the roles of the projects.
pub(super) fn roles(plan: &Plan, place: &Place) -> impl Iterator<Item = Text> {
    kinds(plan, place).iter().map(|kind| known_role(plan, place, *kind).arn)
}

/// The projects, in the environment's account and region; none where there is no lock.
pub(super) fn projects(plan: &Plan, place: &Place, at: &At, store: &Store) -> Vec<Project> {
    let services: Vec<&str> = plan.deploys(place).map(|(service, _)| service.as_str()).collect();
    let of = |kind: &ProjectKind| {
        let mut project = project(plan, place, at, store, *kind);
        if *kind == ProjectKind::Record {
            project.variables.insert("APP".to_owned(), open(&plan.config.app));
            project.variables.insert("SERVICES".to_owned(), open(&services.join(" ")));
        }
        project
    };
    kinds(plan, place).iter().map(of).collect()
}

fn open(text: &str) -> Variable {
    Variable::Plain(Text::from(text))
}

/// What both have in common.
fn project(plan: &Plan, place: &Place, at: &At, store: &Store, kind: ProjectKind) -> Project {
    let role = known_role(plan, place, kind);
    let Buildspecs { guard, record, .. } = &plan.buildspecs;
    let name = project_name(plan, place, kind);
    let own = vec![lock::become_holder(plan, place)];
    let all_have_files = place.migrations.iter().all(|migrate| !migrate.files.is_empty());
    let of_commits = [
        ("REPOSITORY".to_owned(), open(plan.repository)),
        ("URL_SUFFIX".to_owned(), Variable::Plain(Text::part(Part::UrlSuffix))),
        ("MIGRATION_FILES".to_owned(), open(&migration_files(&[place]))),
        ("MIGRATIONS_HAVE_FILES".to_owned(), open(if all_have_files { "yes" } else { "no" })),
        ("COMMIT_LINK".to_owned(), open(&source::commit_link(plan, "{new}"))),
        ("COMPARE_LINK".to_owned(), open(&source::compare_link(plan))),
    ];
    // Where CodeCommit is, is known everywhere.
    let endpoint = plan.in_code_commit().then(|| Variable::Plain(source::git_endpoint(plan)));
    let endpoint = endpoint.map(|url| ("HISTORY_URL".to_owned(), url));
    let variables =
        lock::holder_variables(plan, place).into_iter().chain(of_commits).chain(endpoint).collect();
    let buildspec = if kind == ProjectKind::Guard { guard } else { record }.clone();
    Caller { kind, name, role, own, timeout: TIMEOUT, variables, buildspec }.project(plan, at, store)
}

/// The paths below which a change is a migration of one of these environments, each once and on a line of its own, as the
/// steps that compare commits read them.
pub(super) fn migration_files(places: &[&Place]) -> String {
    let migrations = places.iter().flat_map(|place| &place.migrations);
    let files: IndexSet<&str> = migrations.flat_map(|migrate| &migrate.files).map(String::as_str).collect();
    files.into_iter().collect::<Vec<_>>().join("\n")
}

/// What the lock's holder does with the record, and with whom it tells of it; `bucket` is that of the locks.
pub(super) fn statements(plan: &Plan, place: &Place, bucket: &Text) -> Vec<Statement> {
    let mut written: Vec<fn(&str) -> String> = vec![names::record];
    if lock::migrates(place, plan.entering(place)) {
        written.push(names::migrated_object);
    }
    let written = plan.records.objects(place, &written);
    let objects = written.iter().map(|key| bucket.clone().text(format!("/{key}"))).collect();
    let home = &plan.home;
    let mut statements = vec![
        Statement::allow("Record", &["s3:GetObject", "s3:PutObject"], objects).when(
            "StringEquals",
            "aws:ResourceAccount",
            vec![home.account_text()],
        ),
        Statement::allow("Tell", &["events:PutEvents"], vec![home.arn("events", "event-bus/default")]).when(
            "StringEquals",
            "events:source",
            vec![Text::from(names::event_source(&plan.config.app))],
        ),
    ];
    statements.extend(source::reading(plan));
    statements
}
