//! What has to be there before a release, beside the services themselves: networks, secrets, the boundary of roles.

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use crate::branch_map::Trigger;
use crate::config::{Deploy, Environment, Event, Machine, Migrate, Run, Secret};
use crate::pipeline::Plan;

/// What the stacks of one account and region are given from outside.
#[derive(Serialize)]
pub(super) struct Given<'a> {
    /// The managed policy that bounds the roles.
    boundary: Option<&'a str>,
    /// The ids of the VPCs in which machines run.
    networks: IndexSet<&'a str>,
    secrets: IndexSet<Name<'a>>,
}

/// Where a secret is kept.
#[derive(Serialize, PartialEq, Eq, Hash)]
struct Name<'a> {
    kind: &'static str,
    name: &'a str,
}

impl<'a> Given<'a> {
    /// What the build and the tests are given; `None` where that is nothing.
    pub(super) fn of_pipelines(plan: &Plan<'a>) -> Option<Self> {
        let config = plan.config;
        let mut given = Given::new(config.permission_boundary.as_deref());
        given.machine(&config.build.machine, &config.build.secrets);
        for test in &config.tests {
            given.machine(&test.machine, &test.secrets);
        }
        let is_something =
            given.boundary.is_some() || !given.networks.is_empty() || !given.secrets.is_empty();
        is_something.then_some(given)
    }

    /// What the migrations and the commands of an environment are given.
    pub(super) fn of_environment(plan: &Plan, place: &'a Environment) -> Self {
        let mut given = Given::new(place.permission_boundary.as_deref());
        for migrate in migrations(plan, place) {
            given.machine(&migrate.machine, &migrate.secrets);
        }
        let entering = plan.entering(place);
        for (service, deploy) in &place.deploys {
            if let Deploy::Commands(commands) = deploy
                && entering.iter().any(|entry| entry.has(service))
            {
                given.machine(&commands.machine, &commands.secrets);
            }
        }
        given
    }

    fn new(boundary: Option<&'a str>) -> Self {
        Given { boundary, networks: IndexSet::new(), secrets: IndexSet::new() }
    }

    fn machine(&mut self, machine: &'a Machine, secrets: &'a IndexMap<String, Secret>) {
        self.networks.extend(machine.vpc.iter().map(|vpc| vpc.id.as_str()));
        self.secrets.extend(secrets.values().map(|secret| match secret {
            Secret::ParameterStore(name) => Name { kind: "parameter", name },
            Secret::SecretsManager { arn, .. } => Name { kind: "secret", name: arn },
        }));
    }
}

/// The migrations of an environment that one of its pipelines runs.
pub(super) fn migrations<'a>(plan: &Plan, place: &'a Environment) -> impl Iterator<Item = &'a Migrate> {
    let entering = plan.entering(place);
    place.migrations.iter().filter(|migrate| entering.iter().any(|entry| entry.has(&migrate.service)))
}

/// In what all migrations run, for a sentence.
pub(super) fn where_migrations_run(plan: &Plan) -> &'static str {
    let in_checkout = |migrate: &&Migrate| migrate.run == Run::Checkout;
    let all: Vec<&Migrate> = plan.environments().flat_map(|place| migrations(plan, place)).collect();
    match all.iter().filter(|migrate| in_checkout(migrate)).count() {
        0 => "in the new image",
        some if some == all.len() => "in the files of the commit",
        _ => "in the new image or in the files of the commit",
    }
}

/// What starts the pipelines of a map: which sentences have to be said of it.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of a template's")]
pub(super) struct Starts {
    pushes: bool,
    paths: bool,
    tags: bool,
    pull_requests: bool,
}

impl Starts {
    pub(super) fn of(plan: &Plan) -> Self {
        let any = |event: Event| plan.map.entries.iter().any(|entry| entry.trigger.event == event);
        let has_paths = |trigger: &Trigger| !(trigger.paths.is_empty() && trigger.paths_excluded.is_empty());
        Starts {
            pushes: any(Event::Push),
            paths: plan.map.entries.iter().any(|entry| has_paths(&entry.trigger)),
            tags: any(Event::Tag),
            pull_requests: any(Event::PullRequest),
        }
    }
}
