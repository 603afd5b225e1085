//! The Snapshot action: a copy of the database to go back to, before the environment's first migration.

use indexmap::IndexMap;
use serde_json::json;

use super::caller::Caller;
use super::iam::Statement;
use super::model::{Action, Project, ProjectKind, Variable};
use super::names::StageKind;
use super::start::{Start, project_name};
use super::store::Store;
use super::text::{Place as At, Text};
use super::{Plan, build, names, roles};
use crate::branch_map::Entry;
use crate::config::{Database, Environment as Place, Snapshot};

/// Minutes the project has beyond the waiting itself: to start, to remove old snapshots, to say what was wrong.
const MARGIN: u32 = 15;

/// What stands for the parts of an execution's and a build's id in a snapshot's name: a fixed length, so that of two
/// environments of which one's name begins with the other's, none reaches the other's snapshots.
const SHORT_IDS: &str = "????????-????????";

/// The action; none where no snapshot is made. It is the first of the Migrate stage.
pub(super) fn action(plan: &Plan, entry: &Entry, place: &Place, role: &Text) -> Option<Action> {
    place.snapshot.as_ref()?;
    let stage = StageKind::Migrate.stage(&place.name);
    let variables = [
        ("COMMIT_ID", "#{Source.CommitId}"),
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", entry.pipeline.as_str()),
        ("STAGE", stage.as_str()),
    ];
    let project = project_name(plan, place, ProjectKind::Snapshot);
    let start = Start { title: "Snapshot", project: &project, input: build::ARTIFACT, variables: &variables };
    Some(start.action(plan, place, role))
}

/// The project; none where no snapshot is made.
pub(super) fn project(plan: &Plan, place: &Place, at: &At, store: &Store) -> Option<Project> {
    let snapshot = place.snapshot.as_ref()?;
    let name = project_name(plan, place, ProjectKind::Snapshot);
    let known = roles::of_project(plan.config, at, &name, place.roles.snapshot.as_ref());
    let caller = Caller {
        kind: ProjectKind::Snapshot,
        name,
        role: known,
        own: statements(plan, place, snapshot, at),
        timeout: snapshot.timeout + MARGIN,
        variables: variables(plan, place, snapshot),
        buildspec: plan.buildspecs.snapshot.clone(),
    };
    Some(caller.project(plan, at, store))
}

fn variables(plan: &Plan, place: &Place, snapshot: &Snapshot) -> IndexMap<String, Variable> {
    let open = |text: &str| Variable::Plain(Text::from(text));
    IndexMap::from([
        ("ENVIRONMENT".to_owned(), open(&place.name)),
        ("PIPELINE_REGION".to_owned(), Variable::Plain(plan.home.region_text())),
        ("DATABASE_KIND".to_owned(), open(snapshot.database.kind())),
        ("DATABASE".to_owned(), open(snapshot.database.name())),
        ("SNAPSHOTS".to_owned(), open(&names::snapshots(&plan.config.stem, &place.name))),
        ("SNAPSHOT_TAGS".to_owned(), open(&tags(plan, place))),
        ("KEEP".to_owned(), open(&snapshot.keep.to_string())),
        ("TIMEOUT_SECONDS".to_owned(), open(&(snapshot.timeout * 60).to_string())),
    ])
}

/// What is written on a snapshot, as JSON text in the form of RDS: branchline's own tags, then the person's.
pub(super) fn tags(plan: &Plan, place: &Place) -> String {
    let own = own_tags(plan, place).into_iter().map(|(tag, _, value)| (tag, value));
    let persons = plan.config.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let tag = |(key, value)| json!({ "Key": key, "Value": value });
    own.chain(persons).map(tag).collect::<serde_json::Value>().to_string()
}

/// The tags by which an environment's own snapshots are known, each with the key of a condition on it and its value. A third
/// one names the execution.
fn own_tags<'p>(plan: &'p Plan, place: &'p Place) -> [(&'static str, &'static str, &'p str); 2] {
    [
        ("branchline:app", "aws:ResourceTag/branchline:app", &plan.config.app),
        ("branchline:environment", "aws:ResourceTag/branchline:environment", &place.name),
    ]
}

/// Making, seeing and removing this environment's snapshots of its own database.
///
/// Resources and conditions are those of the service authorization reference of Amazon RDS. A snapshot is created on the
/// database and on the snapshot; listing those of a database asks for the database and for all snapshots.
fn statements(plan: &Plan, place: &Place, snapshot: &Snapshot, at: &At) -> Vec<Statement> {
    let (name, of_database, of_snapshot) = match &snapshot.database {
        Database::Instance(name) => (name, "db", "snapshot"),
        Database::Cluster(name) => (name, "cluster", "cluster-snapshot"),
    };
    let database = at.arn("rds", format!("{of_database}:{name}"));
    let named = |rest: &str| at.arn("rds", format!("{of_snapshot}:{rest}"));
    let own = || named(&(names::snapshots(&plan.config.stem, &place.name) + SHORT_IDS));
    let [create, list, delete]: [&'static [&'static str]; 3] = match &snapshot.database {
        Database::Instance(_) => {
            [&["rds:CreateDBSnapshot"], &["rds:DescribeDBSnapshots"], &["rds:DeleteDBSnapshot"]]
        }
        Database::Cluster(_) => [
            &["rds:CreateDBClusterSnapshot"],
            &["rds:DescribeDBClusterSnapshots"],
            &["rds:DeleteDBClusterSnapshot"],
        ],
    };
    let mut remove = Statement::allow("RemoveOld", delete, vec![own()]);
    for (_, key, value) in own_tags(plan, place) {
        remove = remove.when("StringEquals", key, vec![Text::from(value)]);
    }
    vec![
        Statement::allow("Snapshot", create, vec![database.clone(), own()]),
        Statement::allow("TagSnapshot", &["rds:AddTagsToResource"], vec![own()]),
        Statement::allow("ListSnapshots", list, vec![database, named("*")]),
        remove,
    ]
}
