//! What the pipelines' patches mean, written into the map: rules are of one pipeline each, the build is of all.

use std::collections::BTreeMap;

use super::super::super::draft::{Checks, Draft, Filter, Machine, Patch, Rule, Start};
use super::super::super::remark::{Place, Remark, Weight};
use super::super::pick::Picked;
use super::Overridden;

/// Writes it. `overridden` has an entry for each pipeline, in their order.
pub(in super::super) fn settle(
    pipelines: &[Picked],
    overridden: &[Overridden],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) {
    let mut builds = Vec::new();
    for (picked, Overridden { meaning, place }) in pipelines.iter().zip(overridden) {
        let manifest = &picked.manifest;
        let at = draft.rules.iter().position(|rule| {
            rule.pipeline == manifest.name.value && rule.start.branch == manifest.source.branch.value
        });
        // What deploys nowhere has no rule, and its build is no build of the map.
        let Some(at) = at else { continue };
        builds.push((manifest.name.value.as_str(), &meaning.build, place));
        let Some(place) = place else { continue };
        if let Some(pattern) = &meaning.pattern {
            repattern(&mut draft.rules, at, pattern);
        }
        if !meaning.start.tags.includes.is_empty() {
            // A rule of tags has a name for its key.
            draft.rules[at].key.clone_from(&manifest.name.value);
        }
        let rule = draft.rules[at].clone();
        if meaning.start != Start::default() {
            let branch = rule.start.branch.clone();
            draft.rules[at].start = Start { branch, ..meaning.start.clone() };
        }
        if let Some((branches, paths)) = &meaning.pull_requests {
            draft.settings.checks.push(checks(&rule, branches, paths, place));
        }
        for (path, value) in &meaning.patches {
            draft.settings.patches.push(Patch {
                rule: rule.key.clone(),
                path: path.clone(),
                value: value.clone(),
                place: place.clone(),
            });
        }
        for (environment, machine) in &meaning.verify {
            let has_tests =
                draft.environments.iter().any(|one| one.name == *environment && !one.verify.is_empty());
            if has_tests && *machine != Machine::default() {
                let there =
                    draft.settings.verify.entry(environment.clone()).or_insert_with(|| machine.clone());
                if there != machine {
                    remarks.push(Remark {
                        weight: Weight::Changed,
                        what: format!(
                            "the tests of `{environment}` ran on different machines in different pipelines"
                        ),
                        help: "`verify` belongs to the environment: the first pipeline's machine is taken"
                            .to_owned(),
                        place: Some(place.clone()),
                    });
                }
            }
        }
    }
    let build = one(&builds, remarks);
    if build.image.is_some() {
        draft.settings.build_was = None;
    }
    let image = build.image.or(draft.settings.build.image.take());
    draft.settings.build = Machine { image, ..build };
}

/// Takes the rules for pull requests out where nothing tests: they end at the tests, and would be refused.
pub(in super::super) fn untested(draft: &mut Draft, remarks: &mut Vec<Remark>) {
    if draft.settings.test.is_some() {
        return;
    }
    for checks in std::mem::take(&mut draft.settings.checks) {
        remarks.push(Remark {
            weight: Weight::Lost,
            what: format!(
                "the rule `{}` for pull requests is not written: no tests were found for it to run",
                checks.key
            ),
            help: format!(
                "write `test.commands`, and under `branches` a rule with `pull_requests: [{}]`",
                checks.branches.join(", ")
            ),
            place: Some(checks.place),
        });
    }
}

/// Gives a rule another pattern. A key that is the branch goes with it, unless another rule has it already.
fn repattern(rules: &mut [Rule], at: usize, pattern: &str) {
    let is_taken = rules.iter().any(|rule| rule.key == *pattern);
    let rule = &mut rules[at];
    if rule.key == rule.start.branch {
        rule.key = if is_taken { rule.pipeline.clone() } else { pattern.to_owned() };
    }
    pattern.clone_into(&mut rule.start.branch);
}

fn checks(rule: &Rule, branches: &[String], paths: &Filter, place: &Place) -> Checks {
    Checks {
        key: format!("{}-checks", rule.pipeline),
        branches: if branches.is_empty() { vec!["**".to_owned()] } else { branches.to_vec() },
        services: rule.services.clone(),
        paths: paths.clone(),
        place: place.clone(),
    }
}

/// A pipeline's name, its machine, and where its patches stand.
type Build<'b> = (&'b str, &'b Machine, &'b Option<Place>);

/// The one machine of all builds. What two pipelines say otherwise is nobody's, and told.
fn one(builds: &[Build], remarks: &mut Vec<Remark>) -> Machine {
    let mut settling = Settling { builds, remarks };
    Machine {
        compute: settling.agreed("compute", |machine| machine.compute),
        image: settling.agreed("image", |machine| machine.image.clone()),
        minutes: settling.agreed("timeout", |machine| machine.minutes),
        vpc: settling.agreed("vpc", |machine| machine.vpc.clone()),
        variables: settling.agreed_keys("variables", |machine| &machine.variables),
        secrets: settling.agreed_keys("secrets", |machine| &machine.secrets),
        cache_paths: Vec::new(),
        keeps_layers: settling
            .agreed("cache", |machine| machine.keeps_layers.then_some(true))
            .is_some_and(|keeps| keeps && builds.iter().all(|(_, machine, _)| machine.vpc.is_none())),
    }
}

struct Settling<'s, 'b> {
    builds: &'s [Build<'b>],
    remarks: &'s mut Vec<Remark>,
}

impl Settling<'_, '_> {
    fn agreed<T: PartialEq>(&mut self, key: &str, of: impl Fn(&Machine) -> Option<T>) -> Option<T> {
        let said: Vec<(&str, T, &Option<Place>)> = self
            .builds
            .iter()
            .filter_map(|(name, machine, place)| Some((*name, of(machine)?, *place)))
            .collect();
        let names: Vec<String> = said.iter().map(|(name, ..)| format!("`{name}`")).collect();
        let place = said.first().and_then(|(.., place)| (*place).clone());
        let total = self.builds.len();
        let mut values = said.into_iter().map(|(_, value, _)| value);
        let first = values.next()?;
        if values.any(|value| value != first) {
            self.remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("patches of {} set `build.{key}`, each to something else", names.join(", ")),
                help: "one `build` is for all pipelines: write there what all of them can do with".to_owned(),
                place,
            });
            return None;
        }
        if names.len() < total {
            self.remarks.push(Remark {
                weight: Weight::Changed,
                what: format!("`build.{key}` was a patch of {} alone", names.join(", ")),
                help: "one `build` is for all pipelines, so all have it now".to_owned(),
                place,
            });
        }
        Some(first)
    }

    fn agreed_keys<T: Clone + PartialEq>(
        &mut self,
        key: &str,
        of: impl Fn(&Machine) -> &BTreeMap<String, T>,
    ) -> BTreeMap<String, T> {
        let names: std::collections::BTreeSet<&String> =
            self.builds.iter().flat_map(|(_, machine, _)| of(machine).keys()).collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let agreed = names.into_iter().filter_map(|name| {
            let value = self.agreed(&format!("{key}.{name}"), |machine| of(machine).get(&name).cloned())?;
            Some((name, value))
        });
        agreed.collect()
    }
}
