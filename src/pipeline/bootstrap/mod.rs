//! What keeps the pipelines as the map asks for: a pipeline of its own, and in each account the roles that it works with.
//!
//! Nothing of it is made by what it keeps: its names begin with `branchline-` and not with the app's, its roles have no boundary of
//! the app's, and the role that CloudFormation works with is refused whatever concerns them ([`service`]).

mod boundary;
mod keeper;
mod service;
mod work;

use std::collections::BTreeSet;

use super::iam::{Role, Statement, Trust};
use super::model::Pipeline;
use super::roles::{self, policy_arn};
use super::text::{Place, Text};
use super::{Plan, names};
use crate::branch_map::Trigger;
use crate::config::{Declared, PerBranch};

pub use keeper::MOST_TRIGGERS;

/// What a person wants of it.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// What runs it.
    pub runner: Runner,
    /// The folder of `branchline.yml` from the repository's root: `.`, or `infra/ci`.
    pub folder: String,
    /// The branch whose `branchline.yml` counts.
    pub branch: String,
    /// The pushes that start it: to that branch, and to those that have a pipeline for each; one to three.
    pub triggers: Vec<Trigger>,
}

/// What runs it.
#[derive(Clone, Debug)]
pub enum Runner {
    /// A CodePipeline pipeline.
    Pipeline(Box<Machine>),
    /// Workflows of GitHub Actions in the repository, which assume the roles by OIDC.
    GitHubActions {
        /// The environment of GitHub's that the workflow which applies works in: who may release it is said there.
        environment: String,
    },
}

/// How the pipeline works.
#[derive(Clone, Debug)]
pub struct Machine {
    /// How branchline comes to be in the build.
    pub program: Program,
    /// Whether a person is asked before anything is changed.
    pub asks: bool,
    /// The SNS topic that is told when a person is asked, and when an execution fails.
    pub topic: Option<String>,
    /// When it runs besides, as EventBridge says it: `rate(1 day)`.
    pub schedule: String,
    /// Minutes until an apply is stopped, 5 to 480.
    pub timeout: u32,
}

/// How branchline comes to be in the build.
#[derive(Clone, Debug)]
pub enum Program {
    /// It is in the image, with bash and git.
    Image(String),
    /// It is fetched, by HTTPS.
    Download {
        /// Where the program itself lies.
        url: String,
        /// The SHA-256 of its bytes, 64 hexadecimal digits.
        sha256: String,
    },
}

/// What is needed in one account.
#[derive(Clone, Debug)]
pub struct Access {
    /// The account, in the pipelines' region: IAM has none.
    pub place: Place,
    /// The policies that bound the app's roles there and are made here: the name of each and the most that it allows.
    pub boundaries: Vec<Boundary>,
    /// The roles, each with its resource's name in the stack and what it is for.
    pub roles: Vec<(&'static str, Role, String)>,
}

/// The most that the app's roles may do in an account.
#[derive(Clone, Debug)]
pub struct Boundary {
    /// The policy's name.
    pub name: String,
    /// Statements of branchline's.
    pub statements: Vec<Statement>,
    /// Statements that the file declares, as they were written.
    pub declared: Vec<Declared>,
}

/// What starts the pipeline at fixed times.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The rule's name in EventBridge.
    pub rule: String,
    /// The role with which EventBridge starts the pipeline.
    pub role: Role,
}

/// What the names of all of it begin with, and the name of its stack and its pipeline: `branchline-shop`.
pub fn name(stem: &str) -> String {
    format!("branchline-{stem}")
}

/// The policy that bounds the app's roles, where it is made here: the file says it as `permission_boundary`.
pub fn boundary_name(stem: &str) -> String {
    format!("{}-boundary", name(stem))
}

/// The role that CloudFormation works with, in every account.
pub fn service_role(stem: &str) -> String {
    format!("{}-cloudformation", name(stem))
}

/// The stack of roles and boundaries, in every account.
pub fn access_stack(stem: &str) -> String {
    format!("{}-access", name(stem))
}

/// The role that says what would change, in every account.
pub fn plan_role(stem: &str) -> String {
    format!("{}-plan", name(stem))
}

/// The role that changes it, in every account.
pub fn apply_role(stem: &str) -> String {
    format!("{}-apply", name(stem))
}

/// The accounts that the map speaks of, the pipelines' first, each in the pipelines' region.
pub fn accounts(plan: &Plan) -> Vec<Place> {
    let home = plan.home.account();
    let environments = plan.config.environments.values();
    let others: BTreeSet<&str> =
        environments.map(|place| place.account.as_str()).filter(|account| *account != home).collect();
    let others = others.into_iter().map(|account| Place::new(account, plan.home.region()));
    std::iter::once(plan.home.clone()).chain(others).collect()
}

/// The first environment in each account but the pipelines', with that account, in the order of [`accounts`].
pub fn entrances<'p>(plan: &'p Plan) -> Vec<(&'p str, Place)> {
    let first = |place: Place| {
        let mut environments = plan.config.environments.values();
        let found = environments.find(|environment| environment.account == place.account())?;
        Some((found.name.as_str(), place))
    };
    accounts(plan).into_iter().skip(1).filter_map(first).collect()
}

/// What the file says of boundaries in an account: the policy of each part of the map that makes roles there, `None` where it says
/// nothing; and which part that is, an environment's name or none for the pipelines.
pub fn bounded<'p>(plan: &'p Plan, at: &Place) -> Vec<(Option<&'p str>, Option<&'p str>)> {
    let config = plan.config;
    let home = (at.account() == plan.home.account()).then_some((None, config.permission_boundary.as_deref()));
    let environments = config.environments.values().filter(|place| place.account == at.account());
    let environments =
        environments.map(|place| (Some(place.name.as_str()), place.permission_boundary.as_deref()));
    home.into_iter().chain(environments).collect()
}

/// What is needed in each account, the pipelines' first.
pub fn access(plan: &Plan, wishes: &Wishes) -> Vec<Access> {
    accounts(plan).into_iter().map(|place| in_account(plan, wishes, place)).collect()
}

fn in_account(plan: &Plan, wishes: &Wishes, place: Place) -> Access {
    let config = plan.config;
    let stem = &config.stem;
    let bounds: BTreeSet<&str> = bounded(plan, &place).into_iter().filter_map(|(_, policy)| policy).collect();
    let own = policy_arn(&boundary_name(stem), &place);
    let arns: Vec<Text> = bounds.iter().map(|policy| policy_arn(policy, &place)).collect();
    let boundaries = arns.contains(&own).then(|| boundary::most(plan, &place, boundary_name(stem)));
    let role = |name: String, trust: Trust, statements: Vec<Statement>| {
        Role::new(roles::known(config, &place, name, None), trust, statements)
    };
    let mut made = vec![(
        "CloudFormationRole",
        role(service_role(stem), Trust::CloudFormation, service::statements(plan, &place, &arns)),
        format!("CloudFormation: makes what the map of {} asks for", config.app),
    )];
    let is_home = place.account() == plan.home.account();
    let trusts = match &wishes.runner {
        // The roles at home are those of the projects.
        Runner::Pipeline(_) if is_home => None,
        Runner::GitHubActions { environment } if is_home => {
            let repository = plan.repository;
            let subjects =
                |all: &[String]| Trust::GitHubActions { at: place.clone(), subjects: all.to_vec() };
            let looking = [
                format!("repo:{repository}:pull_request"),
                format!("repo:{repository}:ref:refs/heads/{}", wishes.branch),
            ];
            let changing = format!("repo:{repository}:environment:{environment}");
            Some((subjects(&looking), subjects(&[changing])))
        }
        Runner::Pipeline(_) | Runner::GitHubActions { .. } => {
            let whose = |name: String| Trust::Roles {
                at: plan.home.clone(),
                roles: vec![roles::known(config, &plan.home, name, None).arn],
            };
            Some((whose(plan_role(stem)), whose(apply_role(stem))))
        }
    };
    if let Some((looks, changes)) = trusts {
        made.push((
            "PlanRole",
            role(plan_role(stem), looks, work::looking(plan, &place)),
            format!("reads what AWS has of {}", config.app),
        ));
        made.push((
            "ApplyRole",
            role(apply_role(stem), changes, work::changing(plan, &place)),
            format!("brings AWS to what the map of {} asks for", config.app),
        ));
    }
    Access { boundaries: boundaries.into_iter().collect(), roles: made, place }
}

/// The pipeline, and what starts it at fixed times; none where another runner does its work. `specs` are the buildspecs of its two
/// projects, as YAML: of the one that plans and of the one that applies.
pub fn pipeline(plan: &Plan, wishes: &Wishes, specs: [&str; 2]) -> Option<(Pipeline, Schedule)> {
    match &wishes.runner {
        Runner::Pipeline(machine) => Some(keeper::pipeline(plan, wishes, machine, specs)),
        Runner::GitHubActions { .. } => None,
    }
}

/// The pipelines of the map whose artifacts would lie in the folder of the keeper's own, which its role alone may use.
pub fn neighbours<'p>(plan: &'p Plan) -> impl Iterator<Item = &'p str> {
    let own = name(&plan.config.stem);
    let pipelines = plan.map.entries.iter().map(|entry| entry.pipeline.as_str());
    pipelines.filter(move |pipeline| names::artifact_folder(pipeline) == names::artifact_folder(&own))
}

/// What the names of everything that the map makes are like: the app's with a hyphen behind it; for a pipeline of one branch what
/// is left of a long one, and ten digits.
fn names_like(plan: &Plan) -> Vec<String> {
    let stem = &plan.config.stem;
    let cut: String = stem.chars().take(PerBranch::STEM).collect();
    let mut like = vec![format!("{stem}-*")];
    if cut != *stem && plan.config.rules.iter().any(|rule| rule.per_branch.is_some()) {
        like.push(format!("{cut}-??????????-*"));
    }
    like
}

/// The connection that the file names, or any of the account: which one the base stack makes is known later.
fn connections(plan: &Plan) -> Vec<Text> {
    if plan.config.source.connection.is_some() {
        return super::source::connection_arns(&plan.home, plan.config);
    }
    ["codeconnections", "codestar-connections"]
        .map(|service| everywhere(&plan.home, service, "connection/*"))
        .into()
}

/// ARNs in an account, in every region: the account is the border, and what is called like the app's is the app's.
fn everywhere(place: &Place, service: &str, resource: &str) -> Text {
    use super::text::Part;
    Text::literal("arn:")
        .and(Part::Partition)
        .text(format!(":{service}:*:"))
        .then(place.account_text())
        .text(format!(":{resource}"))
}
