//! The action that takes an environment's lock, as it is generated: what it is told, what it may call, and that nothing of a
//! stage runs before it. The protocol itself has tests of its own.

use std::collections::{BTreeMap, BTreeSet};

use branchline::pipeline::names;
use serde_json::{Value, json};

use crate::jobs;
use crate::support::authority::{Authority, Caller};
use crate::support::iam::need;
use crate::support::job::Job;
use crate::support::release;
use crate::support::stacks::Stacks;
use crate::support::world::World;

/// An execution of another pipeline.
const OTHER: &str = "0a1b2c3d-aaaa-4000-8000-000000000002";

/// A variable of a job.
fn told<'j>(job: &'j Job, name: &str) -> &'j str {
    let last = job.env.iter().rev().find(|(known, _)| known == name);
    &last.unwrap_or_else(|| panic!("nothing sets {name}")).1
}

/// The lock's place among the fakes.
fn path(job: &Job) -> String {
    let object = names::lock_object(told(job, "LOCK_ENVIRONMENT"));
    format!("{}/{object}", told(job, "LOCK_BUCKET"))
}

/// A world in which an execution that is on its way has the lock.
pub fn held(job: &Job, mut world: World) -> World {
    let pipeline = told(job, "LOCK_PIPELINES").split(' ').next().expect("a pipeline").to_owned();
    let body =
        json!({ "pipeline": pipeline, "execution": OTHER, "since": "2030-03-17T17:46:40Z", "nonce": "n" });
    world.0["locks"][path(job)] = json!({ "body": body.to_string(), "etag": "\"e\"" });
    world
}

/// A world in which an execution has the lock that has left the environment.
pub fn held_by_one_that_is_gone(job: &Job, world: World) -> World {
    let mut world = held(job, world);
    world.0["executions"][OTHER] = json!({ "status": "Succeeded" });
    world
}

/// What the lock says in the end.
fn holder(world: &Value, job: &Job) -> Value {
    let body = world["locks"][path(job)]["body"].as_str().expect("a lock");
    serde_json::from_str(body).expect("JSON")
}

fn lock(stacks: &Stacks, place: &str) -> Job {
    jobs::job(stacks, place)
}

#[test]
fn a_free_lock_is_taken_for_this_execution() {
    let stacks = jobs::two_services();
    let job = lock(stacks, "Migrate-dev/Lock");
    let outcome = job.run(release::world(stacks));
    assert!(outcome.succeeded, "{}", outcome.output);
    let holder = holder(&outcome.world, &job);
    assert_eq!(holder["pipeline"], "shop-release");
    assert_eq!(holder["execution"], told(&job, "EXECUTION_ID"));
    // A retry of the stage, and the deploy behind it, take it again.
    let again = lock(stacks, "Deploy-dev/Lock").run(World(outcome.world));
    assert!(again.succeeded, "{}", again.output);
}

#[test]
fn a_lock_of_a_release_on_its_way_is_waited_for_and_then_not_taken() {
    let stacks = jobs::two_services();
    let job = lock(stacks, "Migrate-dev/Lock");
    let mut world = held(&job, release::world(stacks));
    world.0["call_seconds"] = json!(60);
    let outcome = job.run(world);
    assert!(!outcome.succeeded);
    assert_eq!(holder(&outcome.world, &job)["execution"], OTHER, "{}", outcome.output);
    let waited = outcome.calls.last().expect("calls").at - outcome.calls[0].at;
    let limit: i64 = told(&job, "LOCK_WAIT_SECONDS").parse().expect("a number");
    assert!(waited > limit / 2, "{waited} of {limit} seconds");
    assert!(
        outcome.output.contains(OTHER) && outcome.output.contains("--retry-mode ALL_ACTIONS"),
        "{}",
        outcome.output
    );
}

#[test]
fn nothing_of_a_stage_runs_before_the_lock_is_taken() {
    let mut stages = 0;
    for (name, stacks) in jobs::all() {
        for pipeline in stacks.all("AWS::CodePipeline::Pipeline") {
            for stage in pipeline["Stages"].as_array().expect("stages") {
                let stage_name = stage["Name"].as_str().expect("a name");
                let enters =
                    ["Migrate-", "Deploy-", "Verify-"].iter().find_map(|kind| stage_name.strip_prefix(kind));
                let Some(environment) = enters else { continue };
                let actions = stage["Actions"].as_array().expect("actions");
                let first: Vec<&Value> = actions.iter().filter(|action| action["RunOrder"] == 1).collect();
                let is_locked = stacks.config.environments[environment].lock.is_some();
                let takes = matches!(first.as_slice(), [one] if one["Name"] == "Lock");
                assert_eq!(takes, is_locked, "{name}: {stage_name}");
                stages += usize::from(takes);
            }
        }
    }
    assert!(stages > 30, "{stages} stages");
}

#[test]
fn a_lock_is_told_the_pipelines_the_stages_and_the_clusters_of_its_environment() {
    // Accounts of their own; two pipelines that share an environment; deploys by commands and by tasks.
    let all = [Stacks::of(crate::accounts::TEXT), jobs::example("hotfix"), Stacks::of(crate::gates::TEXT)];
    let mut shared = 0;
    for stacks in &all {
        shared += tells_what_it_has_to(stacks);
    }
    assert!(shared > 0);
}

/// What the locks of these stacks are told. How many are shared by pipelines.
fn tells_what_it_has_to(stacks: &Stacks) -> usize {
    let mut shared = 0;
    for (name, project) in stacks.projects.iter().filter(|(name, _)| name.ends_with("-lock")) {
        let told = |key: &str| -> Vec<String> {
            let variable =
                project.variables.iter().find(|variable| variable.name == key).expect("a variable");
            variable.value.split_whitespace().map(str::to_owned).collect()
        };
        let mut pipelines: Vec<String> =
            stacks.runs_of(name).map(|(pipeline, _)| pipeline.name.clone()).collect();
        pipelines.sort();
        pipelines.dedup();
        let mut listed = told("LOCK_PIPELINES");
        listed.sort();
        assert_eq!(listed, pipelines, "{name}");
        let mut stages: Vec<String> = stacks.runs_of(name).map(|(_, action)| action.stage.clone()).collect();
        stages.sort();
        stages.dedup();
        let mut listed = told("LOCK_STAGES");
        listed.sort();
        assert_eq!(listed, stages, "{name}");
        let environment = &stacks.config.environments[&told("LOCK_ENVIRONMENT")[0]];
        let tasks = environment.migrations.iter().filter(|it| it.run == branchline::config::Run::EcsTask);
        let clusters = tasks.filter_map(|it| Some(environment.deploys[&it.service].ecs()?.cluster.clone()));
        let clusters: std::collections::BTreeSet<String> = clusters.collect();
        assert_eq!(told("LOCK_CLUSTERS"), clusters.into_iter().collect::<Vec<_>>(), "{name}");
        let own = |project: &&String| {
            let kinds = ["migrate", "deploy"].map(|kind| format!("-{}-{kind}", environment.name));
            kinds.iter().any(|kind| project.contains(kind.as_str())) && project.as_str() != name
        };
        let builds: std::collections::BTreeSet<String> =
            stacks.projects.keys().filter(own).cloned().collect();
        let mut listed = told("LOCK_PROJECTS");
        listed.sort();
        assert_eq!(listed, builds.into_iter().collect::<Vec<_>>(), "{name}");
        shared += usize::from(pipelines.len() > 1);
        assert_eq!(told("LOCK_REGION"), std::slice::from_ref(&stacks.place.region));
        assert_eq!(project.place.account, environment.account, "{name}");
        assert_eq!(project.limit, None, "who waits must not keep the holder out");
    }
    shared
}

/// The stacks of an app whose commands may write into the bucket of locks, as far as their own policy goes.
fn with_greedy_commands() -> Stacks {
    let text = include_str!("../judges/configurations/deploys/branchline.yml");
    let written = "          - actions: [s3:DeleteObject, s3:PutObject]\n            resources: [";
    assert!(text.contains(written));
    let greedy = format!("{written}\"arn:aws:s3:::shop-locks-123456789012-eu-west-1/*\", ");
    Stacks::of(
        &text
            .replace("  dev:\n    services:", "  dev:\n    lock: true\n    services:")
            .replace(written, &greedy),
    )
}

#[test]
fn nobody_but_its_holder_writes_a_lock_whatever_commands_are_given() {
    let stacks = with_greedy_commands();
    let authority = Authority::of([&stacks]);
    let bucket = "arn:aws:s3:::shop-locks-123456789012-eu-west-1";
    let commands = Caller::from(authority.role("shop-dev-deploy-site"));
    let holder = Caller::from(authority.role("shop-dev-lock-holder"));
    for object in
        [names::lock_object("dev"), names::record(&names::records("dev", &[])), "anything".to_owned()]
    {
        let resource = format!("{bucket}/{object}");
        // As the lock's own shell writes.
        let context = BTreeMap::from([("s3:if-match".to_owned(), "etag".to_owned())]);
        let put = need("s3:PutObject", &resource, context.clone());
        assert!(commands.statements.iter().any(|it| !it.allows(&put).is_empty()), "its own policy lets it");
        assert!(authority.decides(&commands, &put).is_err_and(|why| why.ends_with("it is denied")));
        let delete = need("s3:DeleteObject", &resource, BTreeMap::new());
        assert!(authority.decides(&commands, &delete).is_err_and(|why| why.ends_with("it is denied")));
        // A person of the account frees a lock by hand, and writes none.
        let person = Caller {
            arn: "arn:aws:iam::123456789012:role/operations".to_owned(),
            statements: commands.statements.clone(),
            ..commands.clone()
        };
        assert_eq!(authority.decides(&person, &delete), Ok(()));
        assert!(authority.decides(&person, &put).is_err());
        if object != "anything" {
            assert_eq!(authority.decides(&holder, &put), Ok(()), "{object}");
        }
    }
}

#[test]
fn no_command_changes_what_keeps_the_locks_whatever_it_is_given() {
    let text = include_str!("../judges/configurations/deploys/branchline.yml");
    let written = "actions: [s3:DeleteObject, s3:PutObject]\n            resources: [";
    assert!(text.contains(written));
    let greedy = "reason: all\n            actions: [\"s3:*\"]\n            resources: [\"*\", ";
    let locked = text.replace("  dev:\n    services:", "  dev:\n    lock: true\n    services:");
    let stacks = Stacks::of(&locked.replace(written, greedy));
    let authority = Authority::of([&stacks]);
    let bucket = "arn:aws:s3:::shop-locks-123456789012-eu-west-1";
    let commands = Caller::from(authority.role("shop-dev-deploy-site"));
    for action in [
        "s3:DeleteBucketPolicy",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
        "s3:DeleteBucket",
    ] {
        let change = need(action, bucket, BTreeMap::new());
        assert!(
            authority.decides(&commands, &change).is_err_and(|why| why.ends_with("it is denied")),
            "{action}"
        );
        // Their own policies are the same. Whoever deploys the stacks changes it, also where their role is called like the app.
        let person =
            Caller { arn: "arn:aws:iam::123456789012:role/shop-deployer".to_owned(), ..commands.clone() };
        assert_eq!(authority.decides(&person, &change), Ok(()), "{action}");
    }
    let object = format!("{bucket}/{}", names::lock_object("dev"));
    let replicate = need("s3:ReplicateObject", &object, BTreeMap::new());
    assert!(authority.decides(&commands, &replicate).is_err_and(|why| why.ends_with("it is denied")));
}

#[test]
fn a_holder_that_exists_may_write_its_lock() {
    let text = include_str!("../judges/configurations/existing/branchline.yml");
    let stacks = Stacks::of(text);
    let writers: Vec<&str> = stacks
        .attached
        .iter()
        .flat_map(|attached| &attached.statements)
        .filter(|statement| statement.sid == "HoldersOnly")
        .flat_map(|statement| &statement.condition["ArnNotLike"]["aws:PrincipalArn"])
        .map(String::as_str)
        .collect();
    let told: BTreeSet<&str> = stacks
        .projects
        .values()
        .flat_map(|project| &project.variables)
        .filter(|variable| variable.name == "LOCK_ROLE")
        .map(|variable| variable.value.as_str())
        .collect();
    assert!(!told.is_empty());
    assert_eq!(writers.into_iter().collect::<BTreeSet<_>>(), told);
}

#[test]
fn the_pipelines_of_branches_wait_for_each_other_in_the_environment_that_they_share() {
    let stacks = jobs::example("per-branch");
    let environment = &stacks.config.environments["preview"];
    assert!(environment.lock.is_some() && environment.migrations.is_empty());
    // One of them alone has one to share it with: branches come and go.
    assert!(stacks.config.rules.iter().any(|rule| rule.per_branch.is_some()));
    assert!(stacks.config.environments["live"].lock.is_none(), "one pipeline whose deploy is one stage");
    let told = &stacks.projects["board-preview-lock"].variables;
    let pipelines = &told.iter().find(|variable| variable.name == "LOCK_PIPELINES").expect("told").value;
    assert!(pipelines.split(' ').count() > 1, "{pipelines}");
}

#[test]
fn what_a_stopped_release_left_running_is_waited_for() {
    let stacks = &jobs::example("jobs");
    let project = stacks.projects.keys().find(|name| name.ends_with("-lock")).expect("a lock");
    let (_, action) = stacks.runs_of(project).next().expect("an action");
    let job = lock(stacks, &format!("{}/Lock", action.stage));
    let projects: Vec<String> = told(&job, "LOCK_PROJECTS").split(' ').map(str::to_owned).collect();
    assert!(projects.iter().any(|project| project.contains("-deploy-")), "{projects:?}");
    for project in projects {
        let mut world = held(&job, release::world(stacks));
        world.0["executions"][OTHER] = json!({ "status": "Succeeded" });
        let mut free = world.clone();
        world.0["running_builds"][&project] = json!(["somebody-elses", OTHER]);
        world.0["call_seconds"] = json!(60);
        let outcome = job.run(world);
        assert!(!outcome.succeeded, "{project}: {}", outcome.output);
        let seen = format!("its build still runs: {project}:{OTHER}");
        assert!(outcome.output.contains(&seen), "{project}: {}", outcome.output);
        // One of another execution holds nothing up.
        free.0["running_builds"][&project] = json!(["somebody-elses"]);
        let outcome = job.run(free);
        assert!(outcome.succeeded, "{project}: {}", outcome.output);
    }
}
