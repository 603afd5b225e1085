//! The lock of an environment: one execution of all pipelines that deploy there goes through it at a time.
//!
//! The lock is an object in a bucket of the pipelines' account. Each stage of the environment, but its approval, begins with an action that
//! takes it, or takes it again: a retry of a stage, or a rollback of the deploy alone, does not pass it by. What that
//! action runs is branchline's own shell and nothing of the repository's, and its project alone may assume the role that
//! writes the lock; so no migration and no build can take what it is not given.
//!
//! Each environment has a role of its own for it: what comes to `dev` cannot let go of production's lock.

use indexmap::{IndexMap, IndexSet};

use super::caller::Caller;
use super::iam::{Role, Statement, Trust};
use super::model::{Action, LockHolder, Project, ProjectKind, Stage, Variable};
use super::names::StageKind;
use super::roles::{self, Known};
use super::start::{Start, project_name};
use super::store::Store;
use super::text::{Place as At, Text};
use super::{Plan, build, deploy, migrate, names, record};
use crate::branch_map::{Entry, stem_of_branches};
use crate::config::{Deploy, Environment as Place, Lock, Run};

/// Minutes that the action may take beside the waiting: a few calls.
const TIMEOUT: u32 = 15;

/// What the holder's role asks of the app's pipelines: whether who holds the lock is still on its way through the
/// environment.
const LOOK: &[&str] = &[
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListPipelineExecutions",
];

/// How it asks for builds that go on although their execution was stopped.
const BUILDS: &[&str] = &["codebuild:BatchGetBuilds", "codebuild:ListBuildsForProject"];

/// The stage with the lock's action before all others, and the guard's behind it, where the environment has a lock; else as
/// it was.
pub(super) fn first(plan: &Plan, entry: &Entry, place: &Place, role: &Text, mut stage: Stage) -> Stage {
    if place.lock.is_some() {
        let guard = record::guard(plan, entry, place, role, &stage.name);
        let mut before = vec![action(plan, entry, place, role, &stage.name)];
        before.extend(guard);
        for (order, action) in (1..).zip(&mut before) {
            action.run_order = order;
        }
        let behind = before.iter().map(|action| action.run_order).max().unwrap_or_default();
        for action in &mut stage.actions {
            action.run_order += behind;
        }
        stage.actions.splice(0..0, before);
    }
    stage
}

fn action(plan: &Plan, entry: &Entry, place: &Place, role: &Text, stage: &str) -> Action {
    let variables = [
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", entry.pipeline.as_str()),
        ("STAGE", stage),
    ];
    let project = project_name(plan, place, ProjectKind::Lock);
    let start = Start { title: "Lock", project: &project, input: build::ARTIFACT, variables: &variables };
    start.action(plan, place, role)
}

/// The project, in the environment's account and region, where the tasks of its migrations are listed.
pub(super) fn project(
    plan: &Plan,
    place: &Place,
    entering: &[&Entry],
    at: &At,
    store: &Store,
) -> Option<Project> {
    let lock = place.lock.as_ref()?;
    let name = project_name(plan, place, ProjectKind::Lock);
    let clusters = clusters(place, entering);
    let mut own = vec![become_holder(plan, place)];
    if !clusters.is_empty() {
        let arns = |kind: &str, rest: &str| -> Vec<Text> {
            clusters.iter().map(|cluster| at.arn("ecs", format!("{kind}/{cluster}{rest}"))).collect()
        };
        own.push(Statement::allow("ListTasks", &["ecs:ListTasks"], arns("container-instance", "/*")).when(
            "ArnEquals",
            "ecs:cluster",
            arns("cluster", ""),
        ));
    }
    let projects = projects(plan, place, entering);
    if !projects.is_empty() {
        let arns = projects.iter().map(|name| at.arn("codebuild", format!("project/{name}"))).collect();
        own.push(Statement::allow("Builds", BUILDS, arns));
    }
    // Who waits must not keep the holder from taking its lock again, so its builds may run side by side.
    let caller = Caller {
        kind: ProjectKind::Lock,
        name,
        role: known_project_role(plan, place),
        own,
        timeout: lock.wait + TIMEOUT,
        variables: variables(plan, place, entering, lock, (&clusters, &projects)),
        buildspec: plan.buildspecs.lock.clone(),
    };
    Some(caller.project(plan, at, store))
}

fn variables(
    plan: &Plan,
    place: &Place,
    entering: &[&Entry],
    lock: &Lock,
    (clusters, projects): (&IndexSet<&str>, &[String]),
) -> IndexMap<String, Variable> {
    let open = |text: String| Variable::Plain(Text::from(text));
    let list = |words: Vec<&str>| words.join(" ");
    let pipelines: Vec<&str> = entering.iter().map(|entry| entry.pipeline.as_str()).collect();
    let own = [
        ("LOCK_STAGES".to_owned(), open(stages(place, entering).join(" "))),
        ("LOCK_PIPELINES".to_owned(), open(list(pipelines))),
        ("LOCK_CLUSTERS".to_owned(), open(list(clusters.iter().copied().collect()))),
        ("LOCK_PROJECTS".to_owned(), open(projects.join(" "))),
        ("LOCK_WAIT_SECONDS".to_owned(), open((lock.wait * 60).to_string())),
    ];
    holder_variables(plan, place).into_iter().chain(own).collect()
}

/// What every project is told that works as the lock's holder: the lock's, and those of the record.
pub(super) fn holder_variables(plan: &Plan, place: &Place) -> [(String, Variable); 4] {
    [
        ("LOCK_BUCKET", bucket(plan)),
        ("LOCK_ENVIRONMENT", Text::from(place.name.as_str())),
        ("LOCK_ROLE", known_holder(plan, place).arn),
        ("LOCK_REGION", plan.home.region_text()),
    ]
    .map(|(name, text)| (name.to_owned(), Variable::Plain(text)))
}

/// What such a project's role may do for that.
pub(super) fn become_holder(plan: &Plan, place: &Place) -> Statement {
    Statement::allow("Holder", &["sts:AssumeRole"], vec![known_holder(plan, place).arn])
}

/// The name of the bucket in which the locks and records lie.
pub(super) fn bucket(plan: &Plan) -> Text {
    names::lock_bucket(&plan.config.stem, &plan.home)
}

/// The stages of an environment that some pipeline has, in order: the lock is held from the first until the last has
/// succeeded. Who verifies has to find what it deployed, so another one's deploy waits until it has.
fn stages(place: &Place, entering: &[&Entry]) -> Vec<String> {
    let name = &place.name;
    let migrate = migrates(place, entering).then(|| StageKind::Migrate.stage(name));
    let verify = place.verify.as_ref().map(|_| StageKind::Verify.stage(name));
    [migrate, Some(StageKind::Deploy.stage(name)), verify].into_iter().flatten().collect()
}

/// Whether some pipeline migrates here.
pub(super) fn migrates(place: &Place, entering: &[&Entry]) -> bool {
    entering.iter().any(|entry| entry.migrates(place))
}

/// The clusters of the migrations that run as tasks: one that was stopped may still run.
fn clusters<'p>(place: &'p Place, entering: &[&Entry]) -> IndexSet<&'p str> {
    let tasks = place.migrations.iter().filter(|migrate| {
        migrate.run == Run::EcsTask && entering.iter().any(|entry| entry.has(&migrate.service))
    });
    tasks
        .filter_map(|migrate| place.deploys.get(&migrate.service))
        .filter_map(Deploy::ecs)
        .map(|ecs| ecs.cluster.as_str())
        .collect()
}

/// The projects whose builds change the environment: an execution that was stopped may leave one running, for hours.
fn projects(plan: &Plan, place: &Place, entering: &[&Entry]) -> Vec<String> {
    let runs = |service: &str| entering.iter().any(|entry| entry.has(service));
    let migrations = place.migrations.iter().filter(|migrate| runs(&migrate.service));
    let migrations = migrations.map(|migrate| migrate::name(&plan.config.stem, place, migrate));
    let deploys = place.deploys.iter().filter(|(service, deploy)| runs(service) && deploy.ecs().is_none());
    let deploys = deploys.map(|(service, _)| deploy::project_name(plan, place, service));
    migrations.chain(deploys).collect()
}

fn known_project_role(plan: &Plan, place: &Place) -> Known {
    let project = project_name(plan, place, ProjectKind::Lock);
    roles::of_project(plan.config, &plan.place_of(place), &project, place.roles.lock.as_ref())
}

/// The role that alone writes an environment's lock and its record.
pub(super) fn known_holder(plan: &Plan, place: &Place) -> Known {
    let name = names::lock_holder(&plan.config.stem, &place.name);
    roles::known(plan.config, &plan.home, name, place.roles.lock_holder.as_ref())
}

/// Whether some environment has a lock, one that waits for its next branch among them: the bucket is kept when it leaves the stack, and a
/// bucket of its name could not be made a second time.
pub(super) fn is_any(plan: &Plan) -> bool {
    plan.environments().chain(plan.waiting_environments()).any(|place| place.lock.is_some())
}

/// Roles that the policy of the locks' bucket names one by one: so many fit into its 20 KB, with a path and the longest names.
const NAMED: usize = 90;

/// The ARNs of the roles that write locks and records, in the order of the file: those that stand in a stack, those of
/// environments that wait for their next branch too, and those that exist. Where many are made, one pattern stands for them; what
/// each may write its own policy says in any case.
pub(super) fn writers(plan: &Plan) -> Vec<Text> {
    let places =
        || plan.environments().chain(plan.waiting_environments()).filter(|place| place.lock.is_some());
    let exists = |place: &&Place| place.roles.lock_holder.is_some();
    let holder = |place: &Place| known_holder(plan, place).arn;
    let made = places().filter(|place| !exists(place)).count();
    if made <= NAMED {
        return places().map(holder).collect::<IndexSet<Text>>().into_iter().collect();
    }
    let any = names::lock_holder(&plan.config.stem, "*");
    let pattern = plan.home.role_arn(&format!("{}{any}", plan.config.role_path));
    let given: IndexSet<Text> = places().filter(exists).map(holder).collect();
    std::iter::once(pattern).chain(given).collect()
}

/// Letters of the roles that [`commanded`] names one by one: as many as have room in the bucket's policy beside those who write.
const COMMANDED: usize = 1_000;

/// The ARNs of the roles in the pipelines' account that do what a file declares (`statements` of commands), so that the bucket
/// can refuse them to change what it is. Where many do, one pattern stands for all roles that are called like the app's.
pub(super) fn commanded(plan: &Plan) -> Vec<Text> {
    let role = |name: &str| format!("{}{name}", plan.config.role_path);
    let places = plan.environments().chain(plan.waiting_environments());
    let at_home = places.filter(|place| plan.place_of(place).shares_account_with(&plan.home));
    let names: IndexSet<String> = at_home
        .flat_map(|place| place.deploys.iter().map(move |(service, deploy)| (place, service, deploy)))
        .filter(
            |(.., deploy)| matches!(deploy, Deploy::Commands(commands) if !commands.statements.is_empty()),
        )
        .map(|(place, service, _)| role(&names::project_role(&deploy::project_name(plan, place, service))))
        .collect();
    if names.iter().map(|name| name.len() + 40).sum::<usize>() > COMMANDED {
        return vec![plan.home.role_arn(&role(&format!("{}-*", plan.config.stem)))];
    }
    names.iter().map(|name| plan.home.role_arn(name)).collect()
}

/// Whether an environment has a lock whose holder stands in the base stack and not in its own: in the pipelines' own account
/// and region it is with the environment, and elsewhere it would need another account's role, or another region's key.
pub fn is_held_from_afar(plan: &Plan, place: &Place) -> bool {
    place.lock.is_some() && plan.place_of(place) != plan.home
}

/// The roles that write the locks of environments elsewhere, in the order of the file.
pub(super) fn holders(plan: &Plan) -> Vec<LockHolder> {
    let of_place =
        |place: &Place| Some(LockHolder { environment: place.name.clone(), role: holder(plan, place)? });
    plan.environments().filter(|place| is_held_from_afar(plan, place)).filter_map(of_place).collect()
}

/// The role that alone writes an environment's lock; none where it has none.
pub(super) fn holder(plan: &Plan, place: &Place) -> Option<Role> {
    place.lock.as_ref()?;
    let home = &plan.home;
    let bucket = Text::bucket_arn(bucket(plan));
    let object = bucket.clone().text(format!("/{}", names::lock_object(&place.name)));
    // All that are called like the app's. Nobody unlocks, so the last holder may be a pipeline that is long gone: of that one
    // only a role that may ask hears that it is not found, and any other hears nothing but a refusal.
    let stem = &plan.config.stem;
    let mut pipelines = vec![home.arn("codepipeline", format!("{stem}-*"))];
    let short = stem_of_branches(stem);
    if short != stem && plan.config.rules.iter().any(|rule| rule.per_branch.is_some()) {
        // The pipelines of branches are called after a shorter one, and ten digits.
        pipelines.push(home.arn("codepipeline", format!("{short}-??????????*")));
    }
    let own = |statement: Statement| {
        statement.when("StringEquals", "aws:ResourceAccount", vec![home.account_text()])
    };
    let mut statements = vec![
        own(Statement::allow("Lock", &["s3:GetObject", "s3:PutObject"], vec![object])),
        // Without it S3 says of a lock that is not there what it says of one that may not be read (Amazon S3, "GetObject").
        own(Statement::allow("Locks", &["s3:ListBucket"], vec![bucket.clone()])),
        Statement::allow(
            "Key",
            &["kms:Decrypt", "kms:GenerateDataKey"],
            vec![super::artifacts::key(plan.config, home)],
        ),
        Statement::allow("Look", LOOK, pipelines),
    ];
    statements.extend(record::statements(plan, place, &bucket));
    // One that exists may be for several.
    let lock = known_project_role(plan, place).arn;
    let roles: IndexSet<Text> = std::iter::once(lock).chain(record::roles(plan, place)).collect();
    let trust = Trust::Roles { at: plan.place_of(place), roles: roles.into_iter().collect() };
    Some(Role::new(known_holder(plan, place), trust, statements))
}
