//! Projects that call AWS alone: they run branchline's own shell, read what CodePipeline hands to every action, and need nothing
//! of the commit, no network, no Docker and no machine of a person's choice.

use std::sync::Arc;

use indexmap::IndexMap;

use super::iam::Statement;
use super::model::{Project, ProjectKind, Variable};
use super::roles::Known;
use super::store::{Artifacts, Store};
use super::text::Place as At;
use super::{Plan, project};
use crate::config::Machine;
use crate::config::raw::RawCompute;

/// What differs from one of them to another.
pub(super) struct Caller {
    pub(super) kind: ProjectKind,
    /// Its name in AWS.
    pub(super) name: String,
    /// Its role, made or existing.
    pub(super) role: Known,
    /// What its role may do beside what every project's may.
    pub(super) own: Vec<Statement>,
    /// Minutes until it is given up.
    pub(super) timeout: u32,
    pub(super) variables: IndexMap<String, Variable>,
    /// As YAML.
    pub(super) buildspec: Arc<str>,
}

/// The machine of such a project, for this many minutes.
pub(super) fn machine(timeout: u32) -> Machine {
    Machine { compute: RawCompute::Small, image: None, timeout, privileged: false, vpc: None, cache: None }
}

impl Caller {
    /// The project in this account and region. Two of its builds may run side by side.
    pub(super) fn project(self, plan: &Plan, at: &At, store: &Store) -> Project {
        let machine = machine(self.timeout);
        let role = (self.name.as_str(), self.role);
        Project {
            kind: self.kind,
            part: None,
            role: project::role(at, store, role, Artifacts::Read, self.own, &machine),
            compute: machine.compute,
            platform: plan.config.build.platform,
            image: machine.image,
            privileged: machine.privileged,
            vpc: machine.vpc,
            cache: machine.cache,
            alone: false,
            timeout: machine.timeout,
            variables: self.variables,
            buildspec: self.buildspec,
            name: self.name,
        }
    }
}
