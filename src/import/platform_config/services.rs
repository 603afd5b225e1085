//! Services and what they are called in AWS.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draft::{Build, Deploy, Ecs, Image, Names, Service, Spot};
use super::super::names::{LONGEST, free, name};
use super::super::reader::Located;
use super::super::remark::Weight;
use super::super::text::UNKNOWN;
use super::draw::Drawing;
use super::read::{Codebase, Config, Mode};

/// What a service is called in an environment: in Copilot's stacks, whose ends CloudFormation made up
/// (`buildspec-deploy-copilot.yml`), or in the tool's own Terraform (`terraform/ecs-service`).
fn names(application: &str, environment: &str, service: &str, mode: Mode) -> Ecs {
    let stack = format!("{application}-{environment}-{service}");
    if mode.is_copilots() {
        Ecs {
            cluster: format!("{application}-{environment}"),
            service: format!("{stack}-Service-{UNKNOWN}"),
            container: service.to_owned(),
            roles: ["TaskRole", "ExecutionRole"].map(|role| format!("{stack}-{role}-{UNKNOWN}")).to_vec(),
        }
    } else {
        Ecs {
            cluster: format!("{application}-{environment}-cluster"),
            service: stack.clone(),
            container: service.to_owned(),
            roles: ["ecs-task", "task-exec"].map(|role| format!("{stack}-{role}")).to_vec(),
        }
    }
}

/// What a service is called everywhere, and where it is called otherwise.
fn named(
    application: &str,
    service: &Located<String>,
    config: &Config,
    reached: &BTreeMap<String, String>,
) -> Names<Ecs> {
    let pattern = names(application, "{environment}", &service.value, config.mode);
    let known = reached.iter().filter_map(|(ours, theirs)| {
        let mode = config
            .environments
            .iter()
            .find(|one| one.name.value == *theirs)
            .map_or(config.mode, |one| one.mode);
        let own = names(application, theirs, &service.value, mode);
        // By the pattern it would be called so.
        (own != names(application, ours, &service.value, config.mode)).then(|| (ours.clone(), own))
    });
    let known = known.collect();
    Names { pattern, known }
}

impl Drawing<'_> {
    /// The services of a codebase. One image is built for all of them, and a group waits for the one before it.
    /// `reached` are the environments by branchline's names, with the tool's own.
    pub(super) fn services(
        &mut self,
        config: &Config,
        codebase: &Codebase,
        reached: &BTreeMap<String, String>,
    ) {
        let application = config.application.as_ref().map_or("", |name| name.value.as_str());
        let mut before: Vec<String> = Vec::new();
        let mut owner: Option<String> = None;
        let mut seen = BTreeSet::new();
        for group in &codebase.groups {
            let mut own = Vec::new();
            for written in group {
                if !seen.insert(written.value.as_str()) {
                    self.say(
                        Weight::Mistake,
                        written.span,
                        format!("`{}` stands in two places of `services`", written.value),
                        "it is deployed once, where it stands first",
                    );
                    continue;
                }
                let is_taken = |name: &str| self.draft.services.iter().any(|service| service.name == name);
                let made = free(name(&written.value, LONGEST, "service"), LONGEST, is_taken);
                let image = match &owner {
                    Some(owner) => Image::Of(owner.clone()),
                    None => Image::Built(Build::default()),
                };
                self.service_notes(&made, written, config, reached, owner.is_none());
                owner.get_or_insert_with(|| made.clone());
                let service = Service {
                    deploy: Deploy::Ecs(named(application, written, config, reached)),
                    was: format!("service of the codebase {}", codebase.name.value),
                    image,
                    depends_on: before.clone(),
                    place: self.file.place(written.span),
                    name: made.clone(),
                };
                self.draft.services.push(service);
                own.push(made);
            }
            if !own.is_empty() {
                before = own;
            }
        }
    }

    fn service_notes(
        &mut self,
        made: &str,
        written: &Located<String>,
        config: &Config,
        reached: &BTreeMap<String, String>,
        is_built: bool,
    ) {
        let spot = || Spot::Service(made.to_owned());
        if is_built {
            self.draft.notes.note(
                spot(),
                "the image builder of the platform made one image for all services of the codebase, by buildpacks where `.copilot/config.yml` names \
                 a builder. branchline builds the Dockerfile at the root, or that of `build`.",
            );
        }
        let modes =
            config.environments.iter().filter(|one| reached.values().any(|name| *name == one.name.value));
        if config.mode.is_copilots() || modes.into_iter().any(|one| one.mode.is_copilots()) {
            self.draft.notes.note(
                spot(),
                "CloudFormation made up the ends of the names in Copilot's stacks, in each environment another one: `aws cloudformation \
                 describe-stack-resources` has them. What differs stands under `environments.<name>.services`.",
            );
        }
        self.draft.notes.note(
            spot(),
            format!(
                "the platform config does not say what kind of service {} is: a Scheduled Job is deployed by `ecs_task`, not by `ecs`.",
                written.value
            ),
        );
    }
}
