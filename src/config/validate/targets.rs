//! The ECS services and task families that are deployed to: each belongs to one service in one environment.
//!
//! Two environments with one target are one environment: what is pushed to `develop` would go live, round
//! production's approval and while its migration runs.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::Judge;
use crate::config::{self, Environment};
use crate::diagnostic::{Finding, Span};

/// The environments that a finding names; the others are counted.
const NAMED: usize = 3;

/// A service in an environment.
type Deploy<'a> = (&'a str, &'a str);

/// What is deployed to: its kind in words, its type and the key that tells it apart, and itself in words.
type Target = (&'static str, (&'static str, &'static str), String);

/// What a deploy deploys to; nothing where only the commands know.
fn target(deploy: &config::Deploy) -> Option<Target> {
    match deploy {
        config::Deploy::Ecs(ecs) => Some((
            "ECS service",
            ("ecs", "cluster"),
            format!("`{}` in the cluster `{}`", ecs.service, ecs.cluster),
        )),
        config::Deploy::EcsTask(task) => {
            Some(("task family", ("ecs_task", "family"), format!("the family `{}`", task.family)))
        }
        config::Deploy::Commands(_) => None,
    }
}

impl Judge<'_> {
    /// Targets that more than one deploy has, in one account and region (codes `BL041`, `BL042`). Takes time in proportion to the deploys.
    pub(super) fn targets(&mut self, environments: &IndexMap<String, Environment>) {
        let mut targets: IndexMap<_, Vec<Deploy>> = IndexMap::new();
        for (environment, place) in environments {
            for (service, deploy) in &place.deploys {
                let Some(target) = target(deploy) else { continue };
                let at = (place.account.as_str(), place.region.as_str());
                targets.entry((at, target)).or_default().push((environment, service));
            }
        }
        // Services that meet in one environment mostly meet in all; that is told once.
        let mut told = BTreeSet::new();
        for ((_, target), deploys) in targets.iter().filter(|(_, deploys)| deploys.len() > 1) {
            if deploys.iter().any(|(environment, _)| *environment != deploys[0].0) {
                self.shared_by_environments(target, deploys);
            }
            for pair in deploys.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                if told.insert((pair[0].1, pair[1].1)) {
                    self.shared_by_services(target, pair[0].1, pair[1].1);
                }
            }
        }
    }

    /// State machines that the deploys to more than one environment change (code `BL264`): each environment has a lock of its
    /// own, so no release waits for the other. Those of one environment are deployed one behind the other.
    pub(super) fn state_machines(&mut self, environments: &IndexMap<String, Environment>) {
        let mut taken: IndexMap<_, Deploy> = IndexMap::new();
        let mut told = BTreeSet::new();
        for (environment, place) in environments {
            for (service, deploy) in &place.deploys {
                let config::Deploy::EcsTask(task) = deploy else { continue };
                for machine in &task.targets.state_machines {
                    let at = (&*place.account, &*place.region, machine.as_str());
                    let first = *taken.entry(at).or_insert((environment, service));
                    if first.0 == environment || !told.insert(at) {
                        continue;
                    }
                    let targets = ("ecs_task", "targets");
                    let own = self.deploy_place(environment, service, targets);
                    let other = self.key(&["environments", first.0]);
                    self.report(
                        Finding::warning(
                            "BL264",
                            own,
                            format!("the state machine `{machine}` is changed by the deploys to two environments"),
                        )
                        .because(format!(
                            "no release to `{environment}` waits for one to `{}`, and of two changes at one time Step \
                             Functions keeps one",
                            first.0
                        ))
                        .help("write `{environment}` into its name, and make a state machine for each environment")
                        .related(other, "changes it too"),
                    );
                }
            }
        }
    }

    fn shared_by_environments(&mut self, (kind, at, target): &Target, deploys: &[Deploy]) {
        let mut environments: Vec<&str> = deploys.iter().map(|(environment, _)| *environment).collect();
        environments.dedup();
        let named: Vec<String> =
            environments.iter().take(NAMED).map(|environment| format!("`{environment}`")).collect();
        let all = match (named.as_slice(), environments.len().saturating_sub(NAMED)) {
            ([above @ .., last], 0) => format!("{} and {last}", above.join(", ")),
            (named, more) => format!("{} and {more} more", named.join(", ")),
        };
        // Where one of them has a cluster of its own, that is the value that was chosen wrong.
        let (environment, own) = deploys
            .iter()
            .find_map(|deploy| Some((deploy.0, self.own_name(*deploy, *at)?)))
            .unwrap_or_else(|| (deploys[0].0, self.place(&["services", deploys[0].1, "deploy", at.0, at.1])));
        let keys = if at.0 == "ecs" { "`cluster` or `service`" } else { "`family`" };
        let mut finding =
            Finding::error("BL041", own, format!("the environments {all} deploy to one {kind}"))
                .because(format!("each of them deploys to {target}"))
                .help(format!(
                    "write `{{environment}}` into {keys}, or give one of them its own under \
                     `environments.{environment}.services`"
                ));
        for environment in environments.into_iter().take(NAMED) {
            finding = finding.related(self.key(&["environments", environment]), "deploys there");
        }
        self.report(finding);
    }

    fn shared_by_services(&mut self, (kind, at, target): &Target, first: &str, second: &str) {
        let place = self.key(&["services", second]);
        let other = self.key(&["services", first]);
        self.report(
            Finding::error(
                "BL042",
                place,
                format!("the services `{first}` and `{second}` deploy to one {kind}"),
            )
            .because(format!("both deploy to {target}, and one would undo the other"))
            .help(format!(
                "give each {} {kind} of its own; two containers of one task that are both built here are not \
                 supported yet",
                if at.0 == "ecs" { "an" } else { "a" }
            ))
            .related(other, "deploys there too"),
        );
    }

    /// The place of the name that an environment gives a service's target for itself.
    fn own_name(&self, (environment, service): Deploy, (kind, key): (&str, &str)) -> Option<Span> {
        let steps = ["environments", environment, "services", service, "deploy", kind, key];
        let node = steps.iter().try_fold(self.tree, |node, step| node.get(step))?;
        Some(node.span)
    }
}
