//! Every request has an allowing statement in its role, and every statement a request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use branchline::config::{Migrate, Run};
use branchline::pipeline::names;
use rayon::prelude::*;
use serde_json::json;

use crate::documented_needs::{self, Subject, TABLE};
use crate::support::iam::Need;
use crate::support::job::{self, Job};
use crate::support::policy::{Role, Statement};
use crate::support::release::world;
use crate::support::runner::Outcome;
use crate::support::stacks::{Project, Stacks};
use crate::support::world::{DIGEST, Place, World};
use crate::{jobs, keeping, reusing, snapshots, verifying};

/// A world in which the images of a pipeline's build are there, and the migration of this container ends well.
fn ready(stacks: &Stacks, pipeline: &str, container: &str, task: &serde_json::Value) -> World {
    let mut world = world(stacks).with_task(container, task);
    for (_, repository) in stacks.repositories(pipeline) {
        world = world.with_image(&repository, json!({"digest": DIGEST, "tags": ["x"], "manifest": "{}"}));
    }
    world
}

/// Runs of a project that make every call which it can make.
fn runs(stacks: &Stacks, project: &Project) -> Vec<(Job, Outcome)> {
    let mut runs = Vec::new();
    for (pipeline, action) in stacks.runs_of(&project.name) {
        let mut job = Job::new(stacks, action, &jobs::known(stacks, &pipeline.name));
        let mut all = |job: &Job, world: World| runs.push((job.clone(), job.run(world)));
        match action.name.as_str() {
            "Build" => {
                job.files = reusing::files();
                all(&job, world(stacks));
                // Once for each pipeline that it takes images from, which has deployed the same files.
                for source in reusing::sources(stacks, &pipeline.name) {
                    all(&job, reusing::after(stacks, &source));
                }
            }
            name if name.starts_with("Test") => all(&job, ready(stacks, &pipeline.name, "app", &json!({}))),
            name if name.starts_with("Migrate") => {
                let environment = &stacks.config.environments[action.stage.trim_start_matches("Migrate-")];
                let own = |migrate: &&Migrate| names::with_part("Migrate", migrate.name.as_deref()) == name;
                let migrate = environment.migrations.iter().find(own).expect("the action's migration");
                let container = &stacks.config.services[&migrate.service].container;
                job.files = [("migrate.sh".to_owned(), "true\n".to_owned())].into();
                all(&job, ready(stacks, &pipeline.name, container, &json!({})));
                if migrate.run != Run::EcsTask {
                    continue;
                }
                // One that outlives its timeout is stopped. Every answer takes ten minutes, so it is not long.
                let mut slow = ready(stacks, &pipeline.name, container, &json!({"stops": 999_999}));
                slow.0["call_seconds"] = json!(600);
                all(&job, slow);
            }
            "Snapshot" => all(&job, snapshots::world_of(stacks, &action.stage)),
            "Verify" => {
                job.files = verifying::files();
                all(&job, verifying::world());
            }
            "Keep" => {
                let images: Vec<(String, String)> = keeping::definitions(stacks, &pipeline.name);
                job.files = images.into_iter().collect();
                all(&job, keeping::world_of(stacks, &pipeline.name));
                if job.env.iter().any(|(name, _)| name == "SIDECAR_IMAGES") {
                    all(&job, crate::sidecars::without_images(keeping::world_of(stacks, &pipeline.name)));
                }
            }
            "Compare" => all(&job, world(stacks)),
            "Lock" => {
                all(&job, world(stacks));
                // One that another release had, which is gone: it is asked about.
                all(&job, crate::locking::held_by_one_that_is_gone(&job, world(stacks)));
                // And one that is on its way, until the wait is over: an answer takes ten minutes.
                let mut held = crate::locking::held(&job, world(stacks));
                held.0["call_seconds"] = json!(600);
                all(&job, held);
            }
            "Guard" => {
                all(&job, world(stacks));
                // Behind another release, and as a rollback.
                all(&job, crate::recording::behind(&job, crate::recording::OLDER, world(stacks)));
                all(&job, crate::recording::rolling_back(&job, world(stacks)));
            }
            "Record" => all(&job, crate::recording::ours(&job, world(stacks))),
            _ if action.stage.starts_with("Deploy-") => {
                // The programs that commands of the configurations call, as files of the commit and on the machine.
                job.files = [("site/deploy.sh".to_owned(), "true\n".to_owned())].into();
                let world = ready(stacks, &pipeline.name, "app", &json!({}));
                all(&job, world.with_programs(&["npm"], "true"));
            }
            other => panic!("what does the project of {other} need?"),
        }
    }
    assert!(!runs.is_empty(), "no pipeline runs {}", project.name);
    runs
}

/// What the runs of a project asked for: of its role, and of the role that writes the lock.
fn recorded(stacks: &Stacks, project: &Project) -> (Vec<Need>, Vec<Need>) {
    let runs = runs(stacks, project);
    let of = |needs: fn(&Job, &Outcome, &Place) -> Vec<Need>| {
        runs.iter().flat_map(|(job, outcome)| needs(job, outcome, &project.place)).collect()
    };
    (of(Job::needs), of(Job::holders_needs))
}

/// Every role of the stacks, with the needs that were recorded and documented.
fn needs(stacks: &Stacks, rows: &mut BTreeSet<usize>) -> Vec<(Role, Vec<Need>)> {
    let mut all = Vec::new();
    let mut documented = |subject: Subject| {
        let mut needs = Vec::new();
        for (row, of_row) in documented_needs::needs(subject, stacks) {
            if !of_row.is_empty() {
                rows.insert(row);
                needs.extend(of_row);
            }
        }
        needs
    };
    // Hundreds of programs are started for it: side by side.
    let recorded: Vec<_> =
        stacks.projects.par_iter().map(|(_, project)| (project, recorded(stacks, project))).collect();
    for (project, (recorded, of_holder)) in recorded {
        if let Some(holder) = job::holder(stacks, project) {
            let mut needs = documented(Subject::Holder(project));
            needs.extend(of_holder);
            all.push((holder, needs));
        }
        let mut needs = documented(Subject::Project(project));
        needs.extend(recorded);
        all.push((stacks.roles[&project.role].clone(), needs));
    }
    for pipeline in stacks.pipelines.values() {
        all.push((stacks.roles[&pipeline.role].clone(), documented(Subject::Pipeline(pipeline))));
    }
    let environments: BTreeSet<&String> = stacks
        .pipelines
        .values()
        .flat_map(|pipeline| pipeline.actions.iter().filter_map(|action| action.role.as_ref()))
        .collect();
    for role in environments {
        all.push((stacks.roles[role].clone(), documented(Subject::Environment(role))));
    }
    // One that exists may be for several of them.
    let mut of_roles: BTreeMap<String, (Role, Vec<Need>)> = BTreeMap::new();
    for (role, needs) in all {
        of_roles.entry(role.name.clone()).or_insert_with(|| (role, Vec::new())).1.extend(needs);
    }
    // A channel of a chat has a role, which is for nothing and is denied everything.
    for role in stacks.roles.values().filter(|role| !of_roles.contains_key(&role.name)) {
        let is_denied = |statement: &Statement| {
            (statement.effect.as_str(), &statement.action[..]) == ("Deny", &["*".to_owned()])
        };
        assert!(
            role.name.ends_with("-chat")
                && !role.statements.is_empty()
                && role.statements.iter().all(is_denied),
            "{} is for nothing: {:?}",
            role.name,
            role.statements
        );
    }
    of_roles.into_values().collect()
}

/// A configuration's stacks, with the needs of each role.
pub struct Needed {
    /// The configuration's name, for messages.
    pub name: String,
    /// The stacks.
    pub stacks: Stacks,
    /// The roles, each with what it needs.
    pub needs: Vec<(Role, Vec<Need>)>,
    /// The rows of the table that spoke of one of them.
    rows: BTreeSet<usize>,
}

/// All that is generated here, with its needs. Every step is run for them, so it is done once.
pub fn every() -> &'static [Needed] {
    static EVERY: OnceLock<Vec<Needed>> = OnceLock::new();
    EVERY.get_or_init(|| {
        let of = |(name, stacks)| {
            let mut rows = BTreeSet::new();
            let needs = needs(&stacks, &mut rows);
            Needed { name, stacks, needs, rows }
        };
        jobs::all().into_par_iter().map(of).collect()
    })
}

/// The actions and resources of a statement that nothing needs.
fn unused(statement: &Statement, needs: &[Need]) -> Vec<String> {
    let mut left: BTreeSet<&str> =
        statement.action.iter().chain(&statement.resource).map(String::as_str).collect();
    for need in needs {
        let by = statement.allows(need);
        if !by.is_empty() {
            left.remove(need.action.as_str());
        }
        for resource in by {
            left.remove(resource);
        }
    }
    left.into_iter().map(|what| format!("{}: {what}", statement.sid)).collect()
}

/// What is wrong with a role: requests that are denied, and statements that nothing needs.
fn faults(role: &Role, needs: &[Need]) -> Vec<String> {
    // What a person declares is for that person's commands to need.
    let ours = role.statements.iter().filter(|statement| !statement.sid.starts_with("Declared"));
    let unused = ours.flat_map(|statement| unused(statement, needs));
    let unused = unused.map(|what| format!("{} needs no {what}", role.name));
    role.denied(needs).into_iter().chain(unused).collect()
}

#[test]
fn every_role_allows_what_is_needed_and_nothing_else() {
    let (mut rows, mut wrong) = (BTreeSet::<usize>::new(), Vec::new());
    for Needed { name, needs, rows: of_these, .. } in every() {
        for (role, needs) in needs {
            wrong.extend(faults(role, needs).into_iter().map(|fault| format!("{name}: {fault}")));
        }
        rows.extend(of_these);
    }
    let idle = TABLE.iter().enumerate().filter(|(index, _)| !rows.contains(index));
    wrong.extend(idle.map(|(_, row)| format!("no generated role has {row:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a role of two services when one of its statements is changed.
fn changed(role: &str, sid: &str, change: impl Fn(&mut Statement)) -> Vec<String> {
    let of_two =
        every().iter().find(|it| it.name == "two services, tests in the image").expect("it is one of all");
    let (mut role, needs) =
        of_two.needs.iter().find(|(it, _)| it.name == role).expect("a role of this name").clone();
    change(
        role.statements.iter_mut().find(|statement| statement.sid == sid).expect("a statement of this id"),
    );
    faults(&role, &needs)
}

#[test]
fn a_request_that_a_role_denies_is_seen() {
    let other = |statement: &mut Statement| {
        let keys = statement.condition.values_mut().next().expect("a condition");
        *keys.values_mut().next().expect("a key") = vec!["other".to_owned()];
    };
    // Where the task that runs has another tag, it is somebody else's.
    let other_task = |statement: &mut Statement| {
        let tags = statement.condition.get_mut("StringEquals").expect("a tag is asked for");
        tags.insert("aws:ResourceTag/branchline:migration".to_owned(), vec!["other".to_owned()]);
    };
    let no_resource = |statement: &mut Statement| statement.resource = vec!["arn:aws:ecr:other".to_owned()];
    let no_action = |statement: &mut Statement| _ = statement.action.pop();
    for (role, denied, faults) in [
        ("shop-dev-deploy", "iam:PassRole", changed("shop-dev-deploy", "PassRoles", other)),
        ("shop-dev-deploy", "ecs:ListTasks", changed("shop-dev-deploy", "ListTasks", other)),
        ("shop-release-test", "s3:GetObject", changed("shop-release-test", "Artifacts", other)),
        ("shop-dev-migrate", "ecs:RunTask", changed("shop-dev-migrate", "Run", other)),
        ("shop-dev-migrate", "ecs:StopTask", changed("shop-dev-migrate", "Stop", no_action)),
        ("shop-dev-migrate", "ecs:StopTask", changed("shop-dev-migrate", "Stop", other_task)),
        ("shop-dev-migrate", "ecs:TagResource", changed("shop-dev-migrate", "Mark", no_action)),
        ("shop-dev-keep", "ecr:PutImage", changed("shop-dev-keep", "Images", no_resource)),
        ("shop-release-build", "ssm:GetParameters", changed("shop-release-build", "Parameters", no_action)),
        ("shop-release-build", "ecr:UploadLayerPart", changed("shop-release-build", "Cache", no_action)),
    ] {
        let expected = format!("{role} may not {denied} on ");
        assert!(faults.iter().any(|fault| fault.starts_with(&expected)), "{expected}: {faults:?}");
    }
}

#[test]
fn a_statement_that_nothing_needs_is_seen() {
    let action = |statement: &mut Statement| statement.action.push("ecr:BatchDeleteImage".to_owned());
    assert_eq!(
        changed("shop-dev-keep", "Images", action),
        ["shop-dev-keep needs no Images: ecr:BatchDeleteImage"]
    );
    let resource = |statement: &mut Statement| statement.resource.push("arn:aws:ecr:other".to_owned());
    assert_eq!(
        changed("shop-release-build", "Images", resource),
        ["shop-release-build needs no Images: arn:aws:ecr:other"]
    );
}

#[test]
fn every_role_is_assumed_by_whom_it_is_for_alone() {
    for (name, stacks) in jobs::all() {
        let home = &stacks.place.account;
        let assumes = |role: &str, principal: &str, context: &[(&str, String)]| {
            let context = context.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
            stacks.roles[role].trust.iter().any(|it| {
                it.action == ["sts:AssumeRole"]
                    && it.principal.to_string().contains(principal)
                    && it.holds(&context)
            })
        };
        for project in stacks.projects.values() {
            let source = |name: &str| {
                let arn = project.place.arn("codebuild", &format!("project/{name}"));
                assumes(
                    &project.role,
                    "codebuild.amazonaws.com",
                    &[("aws:SourceAccount", project.place.account.clone()), ("aws:SourceArn", arn)],
                )
            };
            assert!(source(&project.name) && !source("other"), "{name}: {}", project.role);
            if let Some(holder) = job::holder(&stacks, project) {
                let account = &project.place.account;
                let root = format!("arn:{}:iam::{account}:root", stacks.place.partition());
                let by = |arn: String| assumes(&holder.name, &root, &[("aws:PrincipalArn", arn)]);
                let trusted: Vec<&Role> = stacks.roles.values().filter(|role| by(role.arn())).collect();
                // The lock's project and the record's.
                let theirs =
                    |of: &&Project| job::holder(&stacks, of).is_some_and(|other| other.name == holder.name);
                let expected: BTreeSet<&String> =
                    stacks.projects.values().filter(theirs).map(|project| &project.role).collect();
                let trusted: BTreeSet<&String> = trusted.iter().map(|role| &role.name).collect();
                assert_eq!(trusted, expected, "{name}: {}", holder.name);
            }
        }
        for pipeline in stacks.pipelines.values() {
            assert!(assumes(&pipeline.role, "codepipeline.amazonaws.com", &[]), "{name}: {}", pipeline.role);
            for role in pipeline.actions.iter().filter_map(|action| action.role.as_ref()) {
                let partition = stacks.place.partition();
                let by = |arn: String| {
                    assumes(role, &format!("arn:{partition}:iam::{home}:root"), &[("aws:PrincipalArn", arn)])
                };
                let other = format!("arn:{partition}:iam::{home}:role/other");
                assert!(by(stacks.roles[&pipeline.role].arn()) && !by(other), "{name}: {role}");
            }
        }
    }
}

#[test]
fn the_keys_policy_lets_the_account_give_what_its_roles_use() {
    for (name, stacks) in jobs::all() {
        let key = &stacks.all("AWS::KMS::Key")[0]["KeyPolicy"]["Statement"];
        let statements: Vec<Statement> = serde_json::from_value(key.clone()).expect("a policy");
        let account = statements.iter().find(|statement| statement.sid == "Account").expect("the account's");
        let used =
            stacks.roles.values().flat_map(|role| &role.statements).flat_map(|statement| &statement.action);
        let used: BTreeSet<&String> = used.filter(|action| action.starts_with("kms:")).collect();
        assert!(used.len() >= 6, "{used:?}");
        let missing: Vec<_> = used.iter().filter(|action| !account.action.contains(action)).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}
