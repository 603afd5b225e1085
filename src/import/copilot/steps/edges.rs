//! Who waits for whom in each stage, and what that is in all: one order for every environment.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::draft::Draft;
use super::super::super::reader::Located;
use super::super::super::remark::{Remark, Weight};
use super::Way;
use super::carry::Group;
use super::order::Order;
use super::seen::{Seen, When};
use crate::diagnostic::Span;

/// One comes before another in a stage.
pub(super) struct Edge {
    rule: usize,
    environment: String,
    when: When,
    before: String,
    after: String,
    span: Span,
}

/// What the stages say, without what cannot be: names that are not there, and circles.
pub(super) fn edges(ways: &[Way], remarks: &mut Vec<Remark>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for way in ways {
        for stage in way.stages() {
            let actions =
                |all: &[super::super::pipeline::Action]| -> Vec<(Located<String>, Vec<Located<String>>)> {
                    all.iter().map(|one| (one.name.clone(), one.depends_on.clone())).collect()
                };
            let deployments = stage
                .deployments
                .iter()
                .map(|one| (one.name.clone(), one.depends_on.clone()))
                .collect::<Vec<_>>();
            for (when, all) in [
                (When::Before, actions(&stage.before)),
                (When::Beside, deployments),
                (When::After, actions(&stage.after)),
            ] {
                let names: BTreeSet<&str> = all.iter().map(|(name, _)| name.value.as_str()).collect();
                let mut order = Order::default();
                for (after, waits) in &all {
                    for before in waits {
                        if !names.contains(before.value.as_str()) {
                            let what =
                                format!("`{}` waits for `{}`, which is not there", after.value, before.value);
                            let help = if when == When::Beside {
                                "Copilot takes no such manifest, so this one is not what runs; if something else was meant, write it \
                                 under the service's `depends_on`"
                            } else {
                                "Copilot waited for nothing; if something else was meant, write it under the service's `depends_on`"
                            };
                            remarks.push(way.remark(Weight::Mistake, before.span, what, help));
                        } else if order.add(&before.value, &after.value) {
                            edges.push(Edge {
                                rule: way.rule,
                                environment: stage.name.value.clone(),
                                when,
                                before: before.value.clone(),
                                after: after.value.clone(),
                                span: before.span,
                            });
                        } else {
                            let what =
                                format!("`{}` and `{}` wait for each other", after.value, before.value);
                            let help =
                                "Copilot makes no pipeline of it; here this one of the two does not wait";
                            remarks.push(way.remark(Weight::Mistake, before.span, what, help));
                        }
                    }
                }
            }
        }
    }
    edges
}

/// Writes `depends_on` into the draft: the order of all stages, as far as they do not contradict each other.
pub(super) fn wire<'s>(
    edges: &'s [Edge],
    seen: &'s [Seen<'s>],
    groups: &'s [Group],
    ways: &'s [Way<'s>],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) {
    let services = Services::new(seen, groups, ways);
    let mut order = Order::default();
    for edge in edges {
        let (Some(before), Some(after)) = services.both(edge) else { continue };
        let Some(way) = ways.iter().find(|way| way.rule == edge.rule) else { continue };
        if !order.add(before, after) {
            let what =
                format!("`{after}` waits for `{before}` here, and the other way round in another stage");
            let help = "services have one order for all environments: that of the first stage is taken";
            remarks.push(way.remark(Weight::Changed, edge.span, what, help));
        }
    }
    differences(edges, &order, &services, ways, remarks);
    for way in ways {
        for stage in way.stages() {
            let all = |when| services.all(way.rule, &stage.name.value, when);
            let mut deployed: Vec<&str> = all(When::Beside);
            let workloads = way.deployed(stage);
            deployed.extend(workloads.iter().map(String::as_str));
            for one in &deployed {
                for step in all(When::Before) {
                    order.add(step, one);
                }
                for step in all(When::After) {
                    order.add(one, step);
                }
            }
        }
    }
    for service in &mut draft.services {
        for before in order.before(&service.name) {
            if !service.depends_on.contains(&before) {
                service.depends_on.push(before);
            }
        }
    }
}

/// Stages that deployed two services without the order that others gave them.
fn differences<'s>(
    edges: &'s [Edge],
    order: &Order,
    services: &Services<'s>,
    ways: &[Way],
    remarks: &mut Vec<Remark>,
) {
    for way in ways {
        for stage in way.stages() {
            let environment = &stage.name.value;
            let mut own = Order::default();
            for edge in edges.iter().filter(|edge| edge.rule == way.rule && edge.environment == *environment)
            {
                if let (Some(before), Some(after)) = services.both(edge) {
                    own.add(before, after);
                }
            }
            let workloads = way.deployed(stage);
            let mut there: BTreeSet<&str> = workloads.iter().map(String::as_str).collect();
            for when in [When::Before, When::Beside, When::After] {
                there.extend(services.all(way.rule, environment, when));
            }
            for (before, after) in order.pairs() {
                if there.contains(before)
                    && there.contains(after)
                    && !own.comes_before(before, after)
                    && !own.comes_before(after, before)
                {
                    let what = format!(
                        "`{environment}` got `{after}` without waiting for `{before}`, which another stage asks for"
                    );
                    let help = "services have one order for all environments: it waits there too";
                    remarks.push(way.remark(Weight::Changed, stage.name.span, what, help));
                }
            }
        }
    }
}

/// Which service a name of a stage is.
struct Services<'s> {
    steps: BTreeMap<(usize, &'s str, When, &'s str), &'s str>,
    workloads: BTreeMap<usize, &'s BTreeSet<String>>,
}

impl<'s> Services<'s> {
    fn new(seen: &'s [Seen], groups: &'s [Group], ways: &'s [Way]) -> Self {
        let steps = groups.iter().flat_map(|group| {
            group.steps.iter().map(|at| {
                let one = &seen[*at];
                ((one.rule, one.environment, one.when, one.name.value.as_str()), group.service.as_str())
            })
        });
        let workloads = ways.iter().map(|way| (way.rule, &way.workloads));
        Services { steps: steps.collect(), workloads: workloads.collect() }
    }

    fn of(&self, rule: usize, environment: &'s str, when: When, name: &'s str) -> Option<&'s str> {
        let step = self.steps.get(&(rule, environment, when, name)).copied();
        let workload = || self.workloads.get(&rule)?.get(name).map(String::as_str);
        step.or_else(|| if when == When::Beside { workload() } else { None })
    }

    fn both(&self, edge: &'s Edge) -> (Option<&'s str>, Option<&'s str>) {
        let named = |name: &'s str| self.of(edge.rule, &edge.environment, edge.when, name);
        (named(&edge.before), named(&edge.after))
    }

    /// The steps of a stage.
    fn all(&self, rule: usize, environment: &str, when: When) -> Vec<&'s str> {
        let own = self
            .steps
            .iter()
            .filter(|((one, there, then, _), _)| (*one, *there, *then) == (rule, environment, when));
        own.map(|(_, service)| *service).collect()
    }
}
