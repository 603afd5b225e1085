//! What is deployed to an environment is written down beside its lock, and an older commit does not silently replace a newer
//! one.
//!
//! `Record` is the last action of the Deploy stage, `Guard` the one behind each `Lock`: both under the lock, so that what the
//! guard has read is still true when the deploy begins. They are one project. Its shell reads and writes as the lock's
//! holder, the only role that reaches an environment's objects in the bucket of the locks.
//!
//! The guard is not a second command of the lock's build: with the lock's shell, one buildspec would come near the length
//! that CodeBuild refuses.

use indexmap::IndexMap;

use super::iam::Statement;
use super::model::{Action, Input, Project, ProjectKind, Provider, Stage, Variable};
use super::roles::{self, Known};
use super::store::{Artifacts, Store};
use super::text::{Place as At, Text};
use super::{Plan, action_variables, build, build_action, lock, names, project};
use crate::branch_map::Entry;
use crate::config::raw::RawCompute;
use crate::config::{Environment as Place, Event, Machine};

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

fn is_guarded(place: &Place) -> bool {
    place.lock.is_some() && !place.allows_downgrade
}

/// The action behind the lock of a stage; none where nothing is compared and nothing is to be noted.
pub(super) fn guard(
    plan: &Plan,
    entry: &Entry,
    place: &Place,
    role: &Text,
    (stage, is_deploy): (&str, bool),
) -> Option<Action> {
    place.lock.as_ref()?;
    let has_migrated = is_deploy && lock::migrates(place, &[entry]);
    if !is_guarded(place) && !has_migrated {
        return None;
    }
    let downgrade = if place.allows_downgrade { "allow" } else { "#{variables.DOWNGRADE}" };
    let own = [
        ("DOWNGRADE", downgrade),
        ("MIGRATED", if has_migrated { "yes" } else { "no" }),
        ("STAGE", stage),
        ("TASK", "guard"),
    ];
    Some(action("Guard", plan, entry, place, role, &own))
}

/// The action behind all others of a stage; none where there is no lock.
pub(super) fn last(plan: &Plan, entry: &Entry, place: &Place, role: &Text, stage: &mut Stage) {
    if place.lock.is_none() {
        return;
    }
    // A tag is on no branch. A name that is known needs no variable.
    let branch = match (entry.trigger.event, entry.trigger.includes.as_slice()) {
        (Event::Tag, _) => None,
        (_, [pattern]) if pattern.exact().is_some() => pattern.exact(),
        _ => Some("#{Source.BranchName}"),
    };
    let mut own = vec![("STAGE", stage.name.as_str()), ("TASK", "record")];
    own.extend(branch.map(|branch| ("BRANCH", branch)));
    let mut action = action("Record", plan, entry, place, role, &own);
    action.run_order = 1 + stage.actions.iter().map(|action| action.run_order).max().unwrap_or_default();
    stage.actions.push(action);
}

fn action(
    name: &str,
    plan: &Plan,
    entry: &Entry,
    place: &Place,
    role: &Text,
    own: &[(&str, &str)],
) -> Action {
    let mut action = build_action(name, Provider::Build, &project_name(plan, place));
    // CodeBuild wants an input; the record names the images in this one.
    action.inputs = vec![build::ARTIFACT];
    action.role = Some(role.clone());
    action.region = plan.region_of_action(place);
    let mut variables = vec![
        ("AUTHOR_DATE", "#{Source.AuthorDate}"),
        ("COMMIT_ID", "#{Source.CommitId}"),
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", entry.pipeline.as_str()),
    ];
    variables.extend(own);
    action.configuration.push(("EnvironmentVariables", action_variables(&variables)));
    action
}

fn project_name(plan: &Plan, place: &Place) -> String {
    names::environment_project(&plan.config.stem, &place.name, ProjectKind::Record.name())
}

/// The role of the project.
pub(super) fn known_role(plan: &Plan, place: &Place) -> Known {
    let name = names::project_role(&project_name(plan, place));
    roles::known(plan.config, &plan.place_of(place), name, place.roles.record.as_ref())
}

/// The project, in the environment's account and region; none where there is no lock.
pub(super) fn project(
    plan: &Plan,
    place: &Place,
    entering: &[&Entry],
    at: &At,
    store: &Store,
) -> Option<Project> {
    place.lock.as_ref()?;
    let name = project_name(plan, place);
    let holder = lock::known_holder(plan, place).arn;
    let own = vec![Statement::allow("Holder", &["sts:AssumeRole"], vec![holder.clone()])];
    let machine = Machine {
        compute: RawCompute::Small,
        image: None,
        timeout: TIMEOUT,
        privileged: false,
        vpc: None,
        cache: None,
    };
    let open = |text: &str| Variable::Plain(Text::from(text));
    let services = place.deploys.keys().filter(|service| entering.iter().any(|entry| entry.has(service)));
    let services: Vec<&str> = services.map(String::as_str).collect();
    let variables = IndexMap::from([
        ("LOCK_BUCKET".to_owned(), Variable::Plain(names::lock_bucket(&plan.config.stem, &plan.home))),
        ("LOCK_ENVIRONMENT".to_owned(), open(&place.name)),
        ("LOCK_ROLE".to_owned(), Variable::Plain(holder)),
        ("LOCK_REGION".to_owned(), Variable::Plain(plan.home.region_text())),
        ("APP".to_owned(), open(&plan.config.app)),
        ("SERVICES".to_owned(), open(&services.join(" "))),
    ]);
    Some(Project {
        kind: ProjectKind::Record,
        part: None,
        role: project::role(at, store, (&name, known_role(plan, place)), Artifacts::Read, own, &machine),
        compute: machine.compute,
        platform: plan.config.build.platform,
        image: None,
        privileged: false,
        // It calls AWS alone, and needs nothing that stands in a network.
        vpc: machine.vpc,
        cache: machine.cache,
        alone: false,
        timeout: machine.timeout,
        variables,
        buildspec: plan.buildspecs.record.clone(),
        name,
    })
}

/// What the lock's holder does with the record, and with whom it tells of it; `bucket` is that of the locks.
pub(super) fn statements(plan: &Plan, place: &Place, bucket: &Text) -> Vec<Statement> {
    let object = |key: String| bucket.clone().text(format!("/{key}"));
    let mut objects = vec![object(names::deployed_object(&place.name))];
    if lock::migrates(place, plan.entering(place)) {
        objects.push(object(names::migrated_object(&place.name)));
    }
    let home = &plan.home;
    vec![
        Statement::allow("Record", &["s3:GetObject", "s3:PutObject"], objects).when(
            "StringEquals",
            "aws:ResourceAccount",
            vec![home.account_text()],
        ),
        Statement::allow("Tell", &["events:PutEvents"], vec![home.arn("events", "event-bus/default")]).when(
            "StringEquals",
            "events:source",
            vec![Text::from("branchline")],
        ),
    ]
}
