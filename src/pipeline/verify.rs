//! The Verify stage: what was deployed is asked whether it works, before the pipeline goes on.
//!
//! It is a stage of its own behind the deploy, so a failure here rolls nothing back: the deploy is done. It begins with the
//! environment's lock like the deploy: what is asked has to be what this execution deployed.

use indexmap::IndexMap;
use serde_json::json;

use super::model::{Gates, Project, ProjectKind, Provider, Stage, Variable};
use super::names::StageKind;
use super::start::{Start, project_name};
use super::store::{Artifacts, Store};
use super::text::{Place as At, Text};
use super::{Plan, build, lock, project, roles, source};
use crate::branch_map::Entry;
use crate::config::{Environment as Place, Http, Verify};

/// The stage; none where nothing is asked.
pub(super) fn stage(plan: &Plan, entry: &Entry, place: &Place, role: &Text) -> Option<Stage> {
    let verify = place.verify.as_ref()?;
    let name = StageKind::Verify.stage(&place.name);
    let variables = [
        ("COMMIT_ID", "#{Source.CommitId}"),
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", entry.pipeline.as_str()),
        ("STAGE", name.as_str()),
    ];
    // Commands are in the files of the commit; a request needs nothing.
    let input = if verify.commands.is_empty() { build::ARTIFACT } else { source::ARTIFACT };
    let project = project_name(plan, place, ProjectKind::Verify);
    let start = Start { title: "Verify", project: &project, input, variables: &variables };
    let mut action = start.action(plan, place, role);
    action.provider = Provider::Test;
    let stage = Stage { name, actions: vec![action], gates: Gates::default() };
    Some(lock::first(plan, entry, place, role, stage))
}

/// The project; none where nothing is asked.
pub(super) fn project(plan: &Plan, place: &Place, at: &At, store: &Store) -> Option<Project> {
    let verify = place.verify.as_ref()?;
    let name = project_name(plan, place, ProjectKind::Verify);
    let known = roles::of_project(plan.config, at, &name, place.roles.verify.as_ref());
    let own = project::secret_statements(at, &verify.secrets);
    let machine = &verify.machine;
    Some(Project {
        kind: ProjectKind::Verify,
        part: None,
        role: project::role(at, store, (&name, known), Artifacts::Read, own, machine),
        compute: machine.compute,
        platform: plan.config.build.platform,
        image: machine.image.clone(),
        privileged: machine.privileged,
        vpc: machine.vpc.clone(),
        cache: machine.cache.clone(),
        alone: false,
        timeout: machine.timeout,
        variables: variables(plan, place, verify),
        buildspec: plan.buildspecs.verify.clone(),
        name,
    })
}

/// What the step goes by. Nothing of it is in its text.
fn variables(plan: &Plan, place: &Place, verify: &Verify) -> IndexMap<String, Variable> {
    let mut variables = IndexMap::new();
    let mut open = |name: &str, text: Text| _ = variables.insert(name.to_owned(), Variable::Plain(text));
    open("ENVIRONMENT", Text::from(place.name.as_str()));
    open("PIPELINE_REGION", plan.home.region_text());
    open("TIMEOUT_SECONDS", Text::from((verify.timeout * 60).to_string()));
    if let Some(Http { url, status, contains, retries, every, timeout }) = &verify.http {
        open("VERIFY_URL", Text::from(url.as_str()));
        open("VERIFY_STATUS", Text::from(status.to_string()));
        open("VERIFY_ATTEMPTS", Text::from((retries + 1).to_string()));
        open("VERIFY_EVERY", Text::from(every.to_string()));
        open("VERIFY_ANSWER_SECONDS", Text::from(timeout.to_string()));
        if let Some(contains) = contains {
            open("VERIFY_CONTAINS", Text::from(contains.as_str()));
        }
    }
    if !verify.commands.is_empty() {
        open("VERIFY_COMMANDS", Text::from(commands(verify)));
    }
    project::variables(&mut variables, &verify.variables, &verify.secrets);
    variables
}

/// The commands as JSON text for the step.
pub(super) fn commands(verify: &Verify) -> String {
    json!(verify.commands).to_string()
}
