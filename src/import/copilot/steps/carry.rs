//! From steps to services with `deploy.commands`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::super::draft::step::Step;
use super::super::super::draft::{Deploy, Draft, Image, Service};
use super::super::super::remark::{Remark, Weight};
use super::Way;
use super::seen::{Does, Seen, When};
use crate::document::steps::quote;

/// One step, wherever it was, and the service that it is now.
pub(super) struct Group {
    /// The service's name.
    pub(super) service: String,
    /// Which of the steps it is, by their place among all.
    pub(super) steps: BTreeSet<usize>,
    /// The rules that have it.
    pub(super) rules: BTreeSet<usize>,
}

/// Adds a service for each step to the draft. Steps that are one in several stages are one service, if that runs nowhere where none of
/// them ran.
pub(super) fn carry(
    app: &str,
    seen: &[Seen],
    ways: &[Way],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) -> Vec<Group> {
    let mut taken: BTreeSet<String> = draft.services.iter().map(|service| service.name.clone()).collect();
    let mut groups = Vec::new();
    for steps in grouped(seen, ways, draft) {
        let Some(first) = steps.first().map(|at| &seen[*at]) else { continue };
        let rules: BTreeSet<usize> = steps.iter().map(|at| seen[*at].rule).collect();
        let Some(way) = ways.iter().find(|way| way.rule == first.rule) else { continue };
        let Some(image) = image(draft, ways, &rules) else {
            let what = format!(
                "`{}` {} `{}` is not carried over",
                first.name.value,
                ran(first.when),
                first.environment
            );
            let help =
                "a step becomes a service, which needs a pipeline that builds an image; this one builds none";
            remarks.push(way.remark(Weight::Lost, first.name.span, what, help));
            continue;
        };
        let service = name(first, way, &mut taken);
        let environments: BTreeSet<&str> = steps.iter().map(|at| seen[*at].environment).collect();
        let mut idle: Vec<&str> = Vec::new();
        for way in ways.iter().filter(|way| rules.contains(&way.rule)) {
            idle.extend(
                way.environments.iter().map(String::as_str).filter(|one| !environments.contains(one)),
            );
        }
        idle.sort_unstable();
        idle.dedup();
        tell(first, way, (&service, &image), &environments, &idle, remarks);
        let stacks: Vec<&Seen> = steps.iter().map(|at| &seen[*at]).collect();
        let mut step = step(app, &service, first, &stacks);
        if !idle.is_empty() {
            step.run = step.run.iter().map(|command| guarded(command, &environments)).collect();
            let named: Vec<&str> = environments.iter().copied().collect();
            step.notes.push(format!("it ran for {} alone, and does nothing elsewhere.", named.join(", ")));
        }
        draft.services.push(Service {
            name: service.clone(),
            was: match first.when {
                When::Before => "step before the deploy",
                When::Beside => "stack of its own",
                When::After => "step after the deploy",
            }
            .to_owned(),
            image: Image::Of(image),
            deploy: Deploy::Step(step),
            depends_on: Vec::new(),
            place: way.place(first.name.span),
        });
        groups.push(Group { service, steps: steps.into_iter().collect(), rules });
    }
    groups
}

/// The steps that are one service: the same in every stage. A rule whose environments would get one that they did not have has its own.
fn grouped(seen: &[Seen], ways: &[Way], draft: &Draft) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    for (at, one) in seen.iter().enumerate() {
        match all.iter_mut().find(|group| seen[group[0]].is_the_same(one)) {
            Some(group) => group.push(at),
            None => all.push(vec![at]),
        }
    }
    let mut split = Vec::new();
    for group in all {
        let environments: BTreeSet<&str> = group.iter().map(|at| seen[*at].environment).collect();
        let rules: BTreeSet<usize> = group.iter().map(|at| seen[*at].rule).collect();
        let goes_too_far = ways.iter().filter(|way| rules.contains(&way.rule)).any(|way| {
            way.environments.iter().any(|environment| {
                environments.contains(environment.as_str())
                    && !group
                        .iter()
                        .any(|at| seen[*at].rule == way.rule && seen[*at].environment == environment)
            })
        });
        if rules.len() == 1 || (!goes_too_far && image(draft, ways, &rules).is_some()) {
            split.push(group);
            continue;
        }
        let mut of_rule: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in group {
            of_rule.entry(seen[at].rule).or_default().push(at);
        }
        split.extend(of_rule.into_values());
    }
    split
}

/// A service whose image all these rules build: `image_of` wants one, and nothing of it is used.
fn image(draft: &Draft, ways: &[Way], rules: &BTreeSet<usize>) -> Option<String> {
    let built = draft.services.iter().filter(|service| matches!(service.image, Image::Built(_)));
    let mut ways = ways.iter().filter(|way| rules.contains(&way.rule));
    let first = ways.next()?;
    let others: Vec<&Way> = ways.collect();
    built
        .map(|service| &service.name)
        .find(|name| {
            first.workloads.contains(*name) && others.iter().all(|way| way.workloads.contains(*name))
        })
        .cloned()
}

/// The longest name of a service.
const LONGEST: usize = 30;

/// A name that no service has yet: the step's own as the map takes it, with what tells it from others behind it.
fn name(step: &Seen, way: &Way, taken: &mut BTreeSet<String>) -> String {
    let own = slug(&step.name.value);
    let own = if own.starts_with(|one: char| one.is_ascii_lowercase()) {
        own
    } else {
        slug(&format!("step-{own}"))
    };
    let when = match step.when {
        When::Before => "before",
        When::Beside => "stack",
        When::After => "after",
    };
    let ends =
        [String::new(), when.to_owned(), slug(step.environment), slug(&way.picked.manifest.name.value)];
    let numbers = (2..).map(|number: u32| number.to_string());
    let found = ends.into_iter().chain(numbers).find_map(|end| {
        let room = LONGEST.saturating_sub(end.len() + 1);
        let begin = own.get(..own.len().min(room)).unwrap_or_default();
        let name = slug(&format!("{begin}-{end}"));
        (name.len() <= LONGEST && !taken.contains(&name)).then_some(name)
    });
    let found = found.unwrap_or(own);
    taken.insert(found.clone());
    found
}

/// Lowercase letters and digits, with single hyphens between them.
fn slug(text: &str) -> String {
    let small = text.to_ascii_lowercase();
    let words: Vec<&str> =
        small.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The commands with what they are given.
fn step(app: &str, service: &str, first: &Seen, all: &[&Seen]) -> Step {
    let rights = "its role may do nothing in AWS: write the `statements` that its commands need.".to_owned();
    let fails = |why: &str| vec![format!("echo {} >&2; exit 1", quote(why))];
    match &first.does {
        Does::Commands(buildspec, _) => {
            // As Copilot's pipelines have them (`deploy/pipeline.go`).
            let mut run = vec!["export COPILOT_ENVIRONMENT_NAME=\"$ENVIRONMENT\"".to_owned()];
            for variable in ["AWS_ACCOUNT_ID", "PARTITION"] {
                let is_used = buildspec.commands.iter().any(|command| command.value.contains(variable));
                if is_used && !buildspec.variables.contains_key(variable) {
                    run.push(format!(": \"${{{variable}:?Copilot set it for the account of the pipelines: export it in a command before this one}}\""));
                }
            }
            run.extend(buildspec.commands.iter().map(|command| command.value.trim_end().to_owned()));
            let mut variables = buildspec.variables.clone();
            variables.entry("COPILOT_APPLICATION_NAME".to_owned()).or_insert_with(|| app.to_owned());
            let privileged = buildspec.commands.iter().any(|command| command.value.contains("docker"));
            Step { notes: vec![rights], run, variables, secrets: buildspec.secrets.clone(), privileged }
        }
        Does::Unsaid(file) => Step {
            notes: vec![format!(
                "what it did ({file}) is not carried over; the report says why. Until it is written, it fails."
            )],
            run: fails(&format!("write what {service} does: it was in {file}")),
            ..Step::default()
        },
        Does::Stack(_) => {
            let deployed = all.iter().filter_map(|one| match &one.does {
                Does::Stack(deployment) => {
                    let stack = deployment.stack.as_ref().map_or_else(
                        || format!("{app}-{}-{}", one.environment, deployment.name.value),
                        |stack| stack.value.clone(),
                    );
                    let template =
                        deployment.template.as_ref().map_or("", |template| template.value.as_str());
                    let parameters =
                        deployment.parameters.as_ref().map(|file| format!(" with {}", file.value));
                    Some(format!(
                        "{}: the stack {stack} of {template}{}",
                        one.environment,
                        parameters.unwrap_or_default()
                    ))
                }
                _ => None,
            });
            let deployed: BTreeSet<String> = deployed.collect();
            let deployed: Vec<String> = deployed.into_iter().collect();
            Step {
                notes: vec![
                    format!("it deployed {}. Until it is written, it fails.", deployed.join("; ")),
                    "`aws cloudformation deploy` does that, with `statements` for the stack and `iam:PassRole` for the role that \
                     CloudFormation works with."
                        .to_owned(),
                ],
                run: fails(&format!("write how the stack of {service} is deployed")),
                ..Step::default()
            }
        }
    }
}

/// A command for some environments alone. It stands in lines of its own, so that whatever it ends with ends there.
fn guarded(command: &str, environments: &BTreeSet<&str>) -> String {
    let is_plain = |name: &str| name.bytes().all(|one| one.is_ascii_alphanumeric() || one == b'-');
    let names: Vec<String> = environments
        .iter()
        .map(|name| if is_plain(name) { (*name).to_owned() } else { quote(name) })
        .collect();
    format!("case \"$ENVIRONMENT\" in\n{})\n{command}\n;;\nesac", names.join("|"))
}

fn ran(when: When) -> &'static str {
    match when {
        When::Before => "before the deploy to",
        When::Beside => "beside the workloads of",
        When::After => "after the deploy to",
    }
}

fn tell(
    first: &Seen,
    way: &Way,
    (service, image): (&str, &str),
    environments: &BTreeSet<&str>,
    idle: &[&str],
    remarks: &mut Vec<Remark>,
) {
    let environments: Vec<String> = environments.iter().map(|name| format!("`{name}`")).collect();
    let mut what = format!(
        "`{}`, {} {}, is the service `{service}`",
        first.name.value,
        ran(first.when),
        environments.join(", ")
    );
    let (weight, mut help) = match &first.does {
        Does::Commands(_, copy) => {
            let _ = write!(what, ", with the commands of {}", copy.path.trim_start_matches("../"));
            (
                Weight::Changed,
                format!(
                    "they run in the account of the environment, in bash (`-eo pipefail`), by a role that may do nothing until its `statements` \
                     say so; Copilot's ran in the pipelines' account, and could assume the environment's manager role. The service has the \
                     image of `{image}` because each needs one"
                ),
            )
        }
        Does::Unsaid(file) => {
            what.push_str(", whose command fails until it is written");
            (
                Weight::Lost,
                format!(
                    "write under `deploy.commands` what it did ({file}), with the `statements` it needs, or take it out"
                ),
            )
        }
        Does::Stack(_) => {
            what.push_str(", whose command fails until it is written");
            let help = "it deployed a CloudFormation template of its own: call `aws cloudformation deploy` there, with the `statements` it \
                        needs, or take it out and deploy it by a pipeline of its own";
            (Weight::Lost, help.to_owned())
        }
    };
    if !idle.is_empty() {
        let idle: Vec<String> = idle.iter().map(|name| format!("`{name}`")).collect();
        let _ = write!(
            help,
            ". A service goes to all environments of a rule: it starts in {} too, and does nothing there",
            idle.join(", ")
        );
    }
    remarks.push(way.remark(weight, first.name.span, what, &help));
}

#[cfg(test)]
mod tests;
