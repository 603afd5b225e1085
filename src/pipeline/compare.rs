//! The Compare action: before a person is asked, what the release would bring to the environment, held against the record of
//! what is deployed there.
//!
//! One project does so for all environments, in the pipelines' own account and region: there are the record and the
//! connection to the repository. What it runs is branchline's own shell and nothing of the repository's. It tells, and
//! never fails a release because the host or S3 did not answer.

use indexmap::{IndexMap, IndexSet};

use super::caller::Caller;
use super::iam::Statement;
use super::model::{Action, Project, ProjectKind, Provider, Variable};
use super::store::Store;
use super::text::Text;
use super::{Plan, action_variables, build, build_action, lock, names, record, roles, source};
use crate::branch_map::Entry;
use crate::config::{Config, Environment as Place, PerBranch};

/// Minutes the action may take. Each call of the step has a limit of its own, and they are less together.
const TIMEOUT: u32 = 15;

/// Whether the approval of an environment is told what it lets through: where there is a record of what is deployed, which
/// the lock's holder writes.
pub fn is_told(place: &Place) -> bool {
    place.approval.is_some() && place.lock.is_some()
}

/// Under which name the action's variables are known: an environment's name has letters, digits and hyphens, as a namespace
/// may have.
fn namespace(place: &Place) -> String {
    format!("Compare-{}", place.name)
}

/// What the approval says behind its question, at most 600 characters once it is filled in.
pub(super) fn summary(place: &Place) -> String {
    format!("#{{{}.SUMMARY}}", namespace(place))
}

/// Where the approval leads.
pub(super) fn link(place: &Place) -> String {
    format!("#{{{}.LINK}}", namespace(place))
}

/// The action; none where the approval has nothing to go by.
pub(super) fn action(plan: &Plan, entry: &Entry, place: &Place) -> Option<Action> {
    if !is_told(place) {
        return None;
    }
    let mut action = build_action("Compare", Provider::Build, &project_name(plan.config));
    action.namespace = Some(namespace(place));
    // CodeBuild wants an input.
    action.inputs = vec![build::ARTIFACT];
    action.configuration.push((
        "EnvironmentVariables",
        action_variables(&[
            ("AUTHOR_DATE", "#{Source.AuthorDate}"),
            ("COMMIT_ID", "#{Source.CommitId}"),
            ("ENVIRONMENT", &place.name),
            ("MIGRATES", if entry.migrates(place) { "yes" } else { "no" }),
            ("RECORD", &plan.records.folder(entry, place)),
        ]),
    ));
    Some(action)
}

fn project_name(config: &Config) -> String {
    format!("{}-{}", config.stem, ProjectKind::Compare.name())
}

/// The project's ARN, where a pipeline that enters these environments starts it.
pub(super) fn started<'p>(plan: &Plan, mut places: impl Iterator<Item = &'p Place>) -> Option<Text> {
    let arn = || plan.home.arn("codebuild", format!("project/{}", project_name(plan.config)));
    places.any(is_told).then(arn)
}

/// Environments whose records, and pipelines whose artifacts, the role names one by one. IAM takes 10,240 characters of its
/// policies ("IAM and AWS STS quotas"); beyond, it reads all records of the app and the artifacts of all its pipelines.
const NAMED: usize = 20;

/// The project; none where no approval is told anything.
pub(super) fn project(plan: &Plan) -> Option<Project> {
    let config = plan.config;
    let told: Vec<&Place> = plan.environments().filter(|place| is_told(place)).collect();
    if told.is_empty() {
        return None;
    }
    let mut pipelines: IndexSet<&str> =
        told.iter().flat_map(|place| plan.entering(place)).map(|entry| entry.pipeline.as_str()).collect();
    let all_pipelines: String = config.stem.chars().take(PerBranch::STEM).chain(['*']).collect();
    if pipelines.len() > NAMED {
        pipelines = IndexSet::from([all_pipelines.as_str()]);
    }
    let name = project_name(config);
    let home = &plan.home;
    let bucket = Text::bucket_arn(lock::bucket(plan));
    let own = |statement: Statement| {
        statement.when("StringEquals", "aws:ResourceAccount", vec![home.account_text()])
    };
    let records = told.iter().flat_map(|place| plan.records.objects(place, &[names::record]));
    let records: Vec<Text> = records.map(|key| bucket.clone().text(format!("/{key}"))).collect();
    let all_records = || vec![bucket.clone().text("/records/*")];
    let records = if told.len() > NAMED { all_records() } else { records };
    let mut statements = vec![
        own(Statement::allow("Records", &["s3:GetObject"], records)),
        // Without it S3 says of a record that is not there what it says of one that may not be read.
        own(Statement::allow("RecordsBucket", &["s3:ListBucket"], vec![bucket])),
    ];
    statements.extend(source::reading(plan));
    let store = Store::new(plan, home, pipelines);
    let existing = config.existing.roles.compare.as_ref();
    let known = roles::of_project(config, home, &name, existing);
    let caller = Caller {
        kind: ProjectKind::Compare,
        name,
        role: known,
        own: statements,
        timeout: TIMEOUT,
        variables: variables(plan, &told),
        buildspec: plan.buildspecs.compare.clone(),
    };
    // Two environments, or two pipelines, may ask at once.
    Some(caller.project(plan, home, &store))
}

fn variables(plan: &Plan, told: &[&Place]) -> IndexMap<String, Variable> {
    let open = |text: Text| Variable::Plain(text);
    IndexMap::from([
        ("COMMIT_LINK".to_owned(), open(source::commit_link(plan, "{new}").into())),
        ("COMPARE_LINK".to_owned(), open(source::compare_link(plan).into())),
        ("HISTORY_URL".to_owned(), open(source::git_endpoint(plan))),
        // Whoever reads a path that this pipeline does not migrate reads what is true of the commits all the same.
        ("MIGRATION_FILES".to_owned(), open(record::migration_files(told).into())),
        ("RECORD_BUCKET".to_owned(), open(lock::bucket(plan))),
        ("RECORD_REGION".to_owned(), open(plan.home.region_text())),
    ])
}
