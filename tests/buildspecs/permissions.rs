//! Every request has an allowing statement in its role, and every statement a request.

use std::collections::BTreeSet;

use serde_json::json;

use crate::documented_needs::{self, Subject, TABLE};
use crate::support::iam::Need;
use crate::support::job::Job;
use crate::support::policy::{Role, Statement};
use crate::support::release::world;
use crate::support::runner::Outcome;
use crate::support::stacks::{Project, Stacks};
use crate::support::world::{DIGEST, World};
use crate::{jobs, keeping};

/// A world in which the build's images are there, and the migration of this container ends well.
fn ready(stacks: &Stacks, container: &str, task: &serde_json::Value) -> World {
    let mut world = world(stacks).with_task(container, task);
    for service in stacks.config.services.values() {
        world =
            world.with_image(&service.repository, json!({"digest": DIGEST, "tags": ["x"], "manifest": "{}"}));
    }
    world
}

/// Runs of a project that make every call which it can make.
fn runs(stacks: &Stacks, project: &Project) -> Vec<(Job, Outcome)> {
    let mut runs = Vec::new();
    for (_, action) in stacks.runs_of(&project.name) {
        let mut job = Job::new(stacks, action, &jobs::known(stacks));
        let mut all = |job: &Job, world: World| runs.push((job.clone(), job.run(world)));
        match action.name.as_str() {
            "Build" => all(&job, world(stacks)),
            "Test" => all(&job, ready(stacks, "app", &json!({}))),
            "Migrate" => {
                let service = &stacks.config.environments[action.stage.trim_start_matches("Migrate-")];
                let migrate = service.migrate.as_ref().expect("a migration");
                let container = &stacks.config.services[&migrate.service].container;
                all(&job, ready(stacks, container, &json!({})));
                // One that outlives its timeout is stopped. Every answer takes ten minutes, so it is not long.
                let mut slow = ready(stacks, container, &json!({"stops": 999_999}));
                slow.0["call_seconds"] = json!(600);
                all(&job, slow);
            }
            "Keep" => {
                let images: Vec<(String, String)> = keeping::definitions(stacks);
                job.files = images.into_iter().collect();
                all(&job, keeping::world_of(stacks));
            }
            other => panic!("what does the project of {other} need?"),
        }
    }
    assert!(!runs.is_empty(), "no pipeline runs {}", project.name);
    runs
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
    for project in stacks.projects.values() {
        let mut needs = documented(Subject::Project(project));
        for (job, outcome) in runs(stacks, project) {
            needs.extend(job.needs(&outcome, &stacks.place));
        }
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
    assert_eq!(all.len(), stacks.roles.len(), "a role is for nothing: {:?}", stacks.roles.keys());
    all
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

/// What is wrong with the roles of the stacks: requests that are denied, and statements that nothing needs.
fn faults(stacks: &Stacks, rows: &mut BTreeSet<usize>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (role, needs) in needs(stacks, rows) {
        wrong.extend(role.denied(&needs));
        for statement in &role.statements {
            let unused = unused(statement, &needs);
            wrong.extend(unused.into_iter().map(|what| format!("{} needs no {what}", role.name)));
        }
    }
    wrong
}

#[test]
fn every_role_allows_what_is_needed_and_nothing_else() {
    let (mut rows, mut wrong) = (BTreeSet::new(), Vec::new());
    for (name, stacks) in jobs::all() {
        wrong.extend(faults(&stacks, &mut rows).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    let idle = TABLE.iter().enumerate().filter(|(index, _)| !rows.contains(index));
    wrong.extend(idle.map(|(_, row)| format!("no generated role has {row:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The stacks with one role's statement changed.
fn changed(role: &str, sid: &str, change: impl Fn(&mut Statement)) -> Stacks {
    let mut stacks = Stacks::of(&jobs::text_with_test(jobs::TEST_IN_IMAGE));
    let statements = &mut stacks.roles.get_mut(role).unwrap_or_else(|| panic!("no role {role}")).statements;
    change(
        statements.iter_mut().find(|statement| statement.sid == sid).unwrap_or_else(|| panic!("no {sid}")),
    );
    stacks
}

#[test]
fn a_request_that_a_role_denies_is_seen() {
    let other = |values: &str| [values.to_owned()].to_vec();
    let condition = |statement: &mut Statement| {
        let keys = statement.condition.values_mut().next().expect("a condition");
        *keys.values_mut().next().expect("a key") = other("arn:aws:ecs:eu-west-1:123456789012:cluster/other");
    };
    let resource = |statement: &mut Statement| {
        statement.resource = other("arn:aws:ecr:eu-west-1:123456789012:repository/x")
    };
    let run = changed("shop-dev-migrate", "Run", condition);
    let pass = changed("shop-dev-deploy", "PassRoles", condition);
    let objects = changed("shop-release-test", "Artifacts", condition);
    let images = changed("shop-dev-keep", "Images", resource);
    let action =
        changed("shop-release-build", "Parameters", |statement| statement.action = other("ssm:GetParameter"));
    for (stacks, role, denied) in [
        (pass, "shop-dev-deploy", "iam:PassRole"),
        (objects, "shop-release-test", "s3:GetObject"),
        (run, "shop-dev-migrate", "ecs:RunTask"),
        (images, "shop-dev-keep", "ecr:PutImage"),
        (action, "shop-release-build", "ssm:GetParameters"),
    ] {
        let seen = std::panic::catch_unwind(|| faults(&stacks, &mut BTreeSet::new()).join("\n"));
        // A build that is denied panics at once; what else a role lacks is listed.
        let seen = seen.unwrap_or_else(|panic| *panic.downcast::<String>().expect("a message"));
        assert!(seen.contains(&format!("{role} may not {denied} on ")), "{seen}");
    }
}

#[test]
fn a_statement_that_nothing_needs_is_seen() {
    let more = |list: fn(&mut Statement) -> &mut Vec<String>, what: &'static str| {
        move |statement: &mut Statement| list(statement).push(what.to_owned())
    };
    let action = changed("shop-dev-keep", "Images", more(|it| &mut it.action, "ecr:BatchDeleteImage"));
    let repository = "arn:aws:ecr:eu-west-1:123456789012:repository/other";
    let resource = changed("shop-release-build", "Images", more(|it| &mut it.resource, repository));
    for (stacks, expected) in [
        (action, "shop-dev-keep needs no Images: ecr:BatchDeleteImage".to_owned()),
        (resource, format!("shop-release-build needs no Images: {repository}")),
    ] {
        assert_eq!(faults(&stacks, &mut BTreeSet::new()), [expected]);
    }
}

#[test]
fn every_role_is_assumed_by_whom_it_is_for_alone() {
    for (name, stacks) in jobs::all() {
        let account = &stacks.place.account;
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
                let arn = stacks.place.arn("codebuild", &format!("project/{name}"));
                assumes(
                    &project.role,
                    "codebuild.amazonaws.com",
                    &[("aws:SourceAccount", account.clone()), ("aws:SourceArn", arn)],
                )
            };
            assert!(source(&project.name) && !source("other"), "{name}: {}", project.role);
        }
        for pipeline in stacks.pipelines.values() {
            assert!(assumes(&pipeline.role, "codepipeline.amazonaws.com", &[]), "{name}: {}", pipeline.role);
            for role in pipeline.actions.iter().filter_map(|action| action.role.as_ref()) {
                let by = |caller: &str| {
                    let arn = format!("arn:aws:iam::{account}:role/{caller}");
                    assumes(role, &format!("arn:aws:iam::{account}:root"), &[("aws:PrincipalArn", arn)])
                };
                assert!(by(&pipeline.role) && !by("other"), "{name}: {role}");
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
