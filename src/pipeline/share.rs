//! What roles of other accounts may do with what stands in the pipelines' account: the artifact buckets, their keys, the
//! image repositories.
//!
//! Across accounts the policy of the role and that of the resource both have to allow. So the resource's side is made of
//! the role's: each statement of an environment's roles that names one of these resources is granted here, to that role
//! and no other. The roles of its tasks, which are not ours, may pull the image of their own service.

use indexmap::{IndexMap, IndexSet};

use super::Plan;
use super::artifacts::{self, bucket_arn};
use super::iam::Grant;
use super::model::Environment;
use super::text::{Place, Text};
use crate::branch_map::Entry;

/// What a task's execution role does with its image (Amazon ECS, "Amazon ECS task execution IAM role": the ECR actions
/// of `AmazonECSTaskExecutionRolePolicy` that know a repository).
const TASK_PULL: &[&str] =
    &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// The environments in other accounts than the pipelines', with what is done in them.
pub(super) struct Foreign<'p> {
    plan: &'p Plan<'p>,
    environments: Vec<(&'p crate::config::Environment, Environment)>,
}

/// Grants by their actions and resources, each with whom it is for.
#[derive(Default)]
struct Sheet(IndexMap<(Vec<&'static str>, Vec<Text>), Users>);

#[derive(Default)]
struct Users {
    accounts: IndexSet<Text>,
    roles: IndexSet<Text>,
}

impl Sheet {
    fn add(&mut self, at: &Place, role: Text, actions: Vec<&'static str>, resources: Vec<Text>) {
        let users = self.0.entry((actions, resources)).or_default();
        users.accounts.insert(at.root_arn());
        users.roles.insert(role);
    }

    fn grants(self) -> Vec<Grant> {
        let grant = |((actions, resources), users): (_, Users)| Grant {
            accounts: users.accounts.into_iter().collect(),
            roles: users.roles.into_iter().collect(),
            actions,
            resources,
        };
        self.0.into_iter().map(grant).collect()
    }
}

impl<'p> Foreign<'p> {
    /// The environments of a plan that stand in other accounts.
    pub(super) fn of(plan: &'p Plan) -> Self {
        let is_foreign = |place: &&crate::config::Environment| place.account != plan.home.account();
        let environments = plan.environments().filter(is_foreign);
        Foreign { plan, environments: environments.map(|place| (place, plan.environment(place))).collect() }
    }

    /// Those that one pipeline enters.
    pub(super) fn entered_by(plan: &'p Plan, entry: &Entry) -> Self {
        let is_foreign = |place: &&crate::config::Environment| place.account != plan.home.account();
        let places = entry.environments.iter().filter_map(|name| plan.config.environments.get(name));
        Foreign {
            plan,
            environments: places.filter(is_foreign).map(|place| (place, plan.environment(place))).collect(),
        }
    }

    /// The grants of the artifact bucket of a region: each environment reads what its own pipelines made.
    pub(super) fn of_bucket(&self, region: &Place) -> Vec<Grant> {
        let bucket = bucket_arn(self.plan.config, region);
        self.mirrored(region, |resource| resource.is_within(&bucket), true)
    }

    /// The grants of its key.
    pub(super) fn of_key(&self, region: &Place) -> Vec<Grant> {
        let key = artifacts::key(self.plan.config, region);
        self.mirrored(region, |resource| *resource == key, false)
    }

    /// The grants of the repository in which one pipeline has the images of a service, where these are the environments that
    /// it enters.
    pub(super) fn of_repository(&self, service: &str, repository: &Text) -> Vec<Grant> {
        let mut sheet = Sheet::default();
        for (place, environment) in &self.environments {
            let runs_it =
                |name: &&String| self.plan.config.services.get(*name).is_some_and(|it| it.image() == service);
            let deploys = self.plan.deploys(place).filter(|(name, _)| runs_it(name));
            for role in deploys.flat_map(|(_, deploy)| deploy.task_roles()) {
                let at = &environment.place;
                sheet.add(at, at.role_arn(role), TASK_PULL.to_vec(), Vec::new());
            }
        }
        for (_, environment) in &self.environments {
            mirror(&mut sheet, environment, |resource| resource == repository, false);
        }
        sheet.grants()
    }

    fn mirrored(&self, region: &Place, is_it: impl Fn(&Text) -> bool, names_resources: bool) -> Vec<Grant> {
        let mut sheet = Sheet::default();
        // What stands in a region serves the actions of that region.
        for (_, environment) in
            self.environments.iter().filter(|(_, environment)| environment.place.shares_region_with(region))
        {
            mirror(&mut sheet, environment, &is_it, names_resources);
        }
        sheet.grants()
    }
}

/// Adds what the roles of an environment may do with such resources.
fn mirror(
    sheet: &mut Sheet,
    environment: &Environment,
    is_it: impl Fn(&Text) -> bool,
    names_resources: bool,
) {
    let of_projects = environment.projects.iter().map(|project| &project.role);
    for role in std::iter::once(&environment.deploy_role).chain(of_projects) {
        for statement in &role.statements {
            let resources: Vec<Text> =
                statement.resources.iter().filter(|resource| is_it(resource)).cloned().collect();
            if !resources.is_empty() {
                let resources = if names_resources { resources } else { Vec::new() };
                sheet.add(&environment.place, role.arn.clone(), statement.actions.to_vec(), resources);
            }
        }
    }
}
