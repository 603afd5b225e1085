//! In every configuration: a pipeline's own things are touched by its own roles and by the environments that it enters, and
//! an environment's by those alone who come there.

use std::collections::{BTreeMap, BTreeSet};

use crate::accounts::{calls_of, leaks};
use crate::permissions::{self, Needed};
use crate::reusing;
use crate::support::authority::{Authority, Caller};
use crate::support::iam::{Need, need};
use crate::support::job;
use crate::support::stacks::{Action, Pipeline, Stacks};

/// The roles of one pipeline or of one environment, by name.
type Roles = BTreeSet<String>;

/// The pipelines' own roles, and those of each environment, by the environment's deploy role.
struct Parties {
    pipelines: BTreeMap<String, Roles>,
    environments: BTreeMap<String, Roles>,
    /// The environments that a pipeline enters.
    entered: BTreeMap<String, BTreeSet<String>>,
}

fn parties(stacks: &Stacks) -> Parties {
    let mut parties =
        Parties { pipelines: BTreeMap::new(), environments: BTreeMap::new(), entered: BTreeMap::new() };
    let project = |action: &Action| {
        action.configuration.get("ProjectName").map(|name| stacks.projects[name].role.clone())
    };
    let holder = |action: &Action| {
        let project = &stacks.projects[action.configuration.get("ProjectName")?];
        job::holder(stacks, project).map(|role| role.name)
    };
    for Pipeline { name, role, actions } in stacks.pipelines.values() {
        let own = parties.pipelines.entry(name.clone()).or_insert_with(|| [role.clone()].into());
        let entered = parties.entered.entry(name.clone()).or_default();
        for action in actions {
            let Some(deploy) = &action.role else {
                // The project that compares is that of all pipelines: it reads, and writes nothing.
                own.extend(project(action).filter(|_| action.name != "Compare"));
                continue;
            };
            entered.insert(deploy.clone());
            let of_environment = parties.environments.entry(deploy.clone()).or_default();
            of_environment.insert(deploy.clone());
            of_environment.extend(project(action));
            of_environment.extend(holder(action));
        }
    }
    parties
}

/// The configurations in which nothing that exists is shared by a person's choice.
fn all() -> impl Iterator<Item = &'static Needed> {
    permissions::every().iter().filter(|needed| {
        let config = &needed.stacks.config;
        let roles = &config.existing.roles;
        let shares = config.services.values().any(|service| service.repository_exists)
            || [&roles.pipeline, &roles.build, &roles.test].into_iter().any(Option::is_some);
        !shares
    })
}

/// What no statement can keep apart: assuming the role of an environment, and telling a topic, that two pipelines enter.
const TOGETHER: &[&str] = &["sts:AssumeRole", "sns:Publish"];

/// What taking an image from another pipeline's repository reads.
const READ: &[&str] = &["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"];

/// What a configuration's rules let a build read of others, and no more: the repositories of the pipelines that they name.
fn given(stacks: &Stacks) -> BTreeMap<String, BTreeSet<String>> {
    let arn = |name: String| stacks.place.arn("ecr", &format!("repository/{name}"));
    let of = |pipeline: &String| {
        let sources = reusing::sources(stacks, pipeline);
        let repositories = sources.iter().flat_map(|source| stacks.repositories(source));
        (format!("{pipeline}-build"), repositories.map(|(_, name)| arn(name)).collect())
    };
    stacks.pipelines.keys().map(of).collect()
}

/// What the callers may do of what these roles do.
fn found(
    authority: &Authority,
    given: &BTreeMap<String, BTreeSet<String>>,
    calls: &BTreeMap<String, (Caller, Vec<Need>)>,
    owners: &Roles,
    callers: impl Iterator<Item = String>,
) -> (usize, Vec<String>) {
    let is_given = |role: &String, need: &Need| {
        READ.contains(&need.action.as_str()) && given.get(role).is_some_and(|it| it.contains(&need.resource))
    };
    // What is read of another pipeline is that pipeline's.
    let of = |role| calls[role].1.iter().filter(move |need| !is_given(role, need));
    let own: Vec<&Need> = owners.iter().flat_map(of).collect();
    let (mut asked, mut leaking) = (0, Vec::new());
    for caller in callers {
        let name = caller;
        let (caller, makes): &(Caller, Vec<Need>) = &calls[&name];
        let apart = |need: &&&Need| {
            let is_of_all = need.resource.ends_with("-compare") && need.action.starts_with("codebuild:");
            let together = (TOGETHER.contains(&need.action.as_str()) || is_of_all) && makes.contains(need);
            !together && !is_given(&name, need)
        };
        let theirs: Vec<&Need> = own.iter().filter(apart).copied().collect();
        asked += theirs.len();
        leaking.extend(leaks(authority, caller, makes, &theirs));
    }
    (asked, leaking)
}

#[test]
fn no_pipeline_and_no_environment_reaches_what_another_pipeline_builds() {
    let mut asked = 0;
    for needed in all() {
        let Parties { pipelines, environments, entered } = parties(&needed.stacks);
        let (authority, calls) = (Authority::of([&needed.stacks]), calls_of(needed));
        for (name, owners) in &pipelines {
            let others = pipelines.iter().filter(|(other, _)| *other != name);
            let elsewhere = environments.iter().filter(|(role, _)| !entered[name].contains(*role));
            let callers = others.chain(elsewhere).flat_map(|(_, roles)| roles.clone());
            let (count, leaking) = found(&authority, &given(&needed.stacks), &calls, owners, callers);
            assert!(leaking.is_empty(), "{}: {name}:\n{}", needed.name, leaking.join("\n"));
            asked += count;
        }
    }
    assert!(asked > 1000, "only {asked} questions");
}

#[test]
fn nobody_who_does_not_come_to_an_environment_does_what_is_done_there() {
    let mut asked = 0;
    for needed in all() {
        let Parties { pipelines, environments, entered } = parties(&needed.stacks);
        let (authority, calls) = (Authority::of([&needed.stacks]), calls_of(needed));
        for (deploy, owners) in &environments {
            let comes = |name: &String| entered[name].contains(deploy);
            let reached: BTreeSet<&String> =
                pipelines.keys().filter(|name| comes(name)).flat_map(|name| &entered[name]).collect();
            let strangers = pipelines.iter().filter(|(name, _)| !comes(name));
            let elsewhere = environments.iter().filter(|(other, _)| !reached.contains(other));
            let callers = strangers.chain(elsewhere).flat_map(|(_, roles)| roles.clone());
            let (count, leaking) = found(&authority, &given(&needed.stacks), &calls, owners, callers);
            assert!(leaking.is_empty(), "{}: {deploy}:\n{}", needed.name, leaking.join("\n"));
            asked += count;
        }
    }
    assert!(asked > 1000, "only {asked} questions");
}

#[test]
fn a_build_reads_the_images_of_the_pipelines_that_its_rule_names_and_of_no_other() {
    let needed =
        permissions::every().iter().find(|needed| !given(&needed.stacks).values().all(BTreeSet::is_empty));
    let stacks = &needed.expect("one configuration re-uses images").stacks;
    let role = &stacks.roles["shop-main-build"];
    for (pipeline, is_named) in
        [("shop-release", true), ("shop-hotfix", true), ("shop-develop", false), ("shop-versions", false)]
    {
        for (_, name) in stacks.repositories(pipeline) {
            let arn = stacks.place.arn("ecr", &format!("repository/{name}"));
            for action in READ {
                let denied = role.denied(&[need(action, &arn, BTreeMap::new())]);
                assert_eq!(denied.is_empty(), is_named, "{action} on {arn}");
            }
            // Nothing is written there, by whomever it is read.
            for action in ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:BatchDeleteImage"] {
                assert!(!role.denied(&[need(action, &arn, BTreeMap::new())]).is_empty(), "{action} on {arn}");
            }
        }
    }
}
