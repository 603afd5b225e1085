//! Roles that exist, each with all that is asked of it: by every pipeline that shares it, and by every project.

use indexmap::{IndexMap, IndexSet};

use super::Plan;
use super::compare;
use super::iam::{Condition, Role, Statement, Trust};
use super::lock;
use super::model::{Project, ProjectKind};
use super::text::{Place as At, Text};
use crate::config::Environment as Place;

/// A role that exists and what it is for.
#[derive(Clone, Debug)]
pub struct Existing {
    /// What it is for, as a file's name: `pipelines`, `production-deploy`.
    pub purpose: String,
    /// The same in words.
    pub words: String,
    /// The role, with the statements and the trust of everything that it is used for.
    pub role: Role,
    /// Where it works.
    pub at: At,
}

/// Whether a configuration names any role that exists.
pub fn is_any(plan: &Plan) -> bool {
    let shared = &plan.config.existing.roles;
    let of_environment = |place: &Place| place.roles.all().next().is_some();
    [&shared.pipeline, &shared.build, &shared.test, &shared.compare].into_iter().any(Option::is_some)
        || plan.environments().any(of_environment)
}

/// The roles that exist: those of all pipelines first, then those of environments in the order of the file. Takes time in
/// proportion to the rules where pipelines share one.
pub fn roles(plan: &Plan) -> Vec<Existing> {
    let mut all = Vec::new();
    let shared = &plan.config.existing.roles;
    if [&shared.pipeline, &shared.build, &shared.test].into_iter().any(Option::is_some) {
        let (mut own, mut builds, mut tests) = (Sum::default(), Sum::default(), Sum::default());
        for entry in &plan.map.entries {
            let pipeline = plan.pipeline(entry);
            own.add(&pipeline.role);
            for project in &pipeline.projects {
                let sum = if project.kind == ProjectKind::Build { &mut builds } else { &mut tests };
                sum.add(&project.role);
            }
        }
        let of_all = [
            ("pipelines", "the role of all pipelines", own),
            ("builds", "the role of the projects that build", builds),
            ("tests", "the role of the projects that test", tests),
        ];
        all.extend(of_all.into_iter().filter_map(|(purpose, words, sum)| {
            sum.existing(purpose.to_owned(), words.to_owned(), &plan.home)
        }));
    }
    if let Some(project) = compare::project(plan) {
        let mut sum = Sum::default();
        sum.add(&project.role);
        let words = "the role of the project that compares releases".to_owned();
        all.extend(sum.existing("compare".to_owned(), words, &plan.home));
    }
    for place in plan.environments() {
        let environment = plan.environment(place);
        let of_kind = |kind: ProjectKind| {
            let its = |project: &&Project| project.kind == kind;
            environment.projects.iter().filter(its).map(|project| &project.role).collect::<Vec<_>>()
        };
        let of_place = [
            ("deploy", "the role of the pipelines' actions", vec![&environment.deploy_role]),
            ("migrate", "the role of the migrations' projects", of_kind(ProjectKind::Migrate)),
            ("keep", "the role of the project that keeps images", of_kind(ProjectKind::Keep)),
            ("lock", "the role of the project that takes the lock", of_kind(ProjectKind::Lock)),
            ("guard", "the role of the project that keeps older commits out", of_kind(ProjectKind::Guard)),
            (
                "record",
                "the role of the project that writes down what is deployed",
                of_kind(ProjectKind::Record),
            ),
            ("snapshot", "the role of the project that makes snapshots", of_kind(ProjectKind::Snapshot)),
            ("verify", "the role of the project that verifies deploys", of_kind(ProjectKind::Verify)),
        ];
        for (kind, words, roles) in of_place {
            let mut sum = Sum::default();
            for role in roles {
                sum.add(role);
            }
            let (purpose, words) = (format!("{}-{kind}", place.name), format!("{words} in {}", place.name));
            all.extend(sum.existing(purpose, words, &environment.place));
        }
        if let Some(role) = lock::holder(plan, place) {
            let mut sum = Sum::default();
            sum.add(&role);
            let words = format!("the role that writes the lock and the record of {}", place.name);
            all.extend(sum.existing(format!("{}-lock-holder", place.name), words, &plan.home));
        }
    }
    all
}

/// What tells statements apart that are not about the same: id, actions and conditions.
type Kind = (&'static str, &'static [&'static str], Vec<Condition>);

/// The roles of one name, as one.
#[derive(Default)]
struct Sum {
    role: Option<Role>,
    statements: IndexMap<Kind, IndexSet<Text>>,
    projects: IndexSet<String>,
}

impl Sum {
    fn add(&mut self, role: &Role) {
        if !role.exists {
            return;
        }
        for Statement { sid, actions, resources, conditions, .. } in &role.statements {
            let of_kind = self.statements.entry((sid, actions, conditions.clone())).or_default();
            of_kind.extend(resources.iter().cloned());
        }
        if let Trust::CodeBuild { projects, .. } = &role.trust {
            self.projects.extend(projects.iter().cloned());
        }
        self.role.get_or_insert_with(|| role.clone());
    }

    fn existing(self, purpose: String, words: String, at: &At) -> Option<Existing> {
        let mut role = self.role?;
        if let Trust::CodeBuild { projects, .. } = &mut role.trust {
            *projects = self.projects.into_iter().collect();
        }
        role.statements = self
            .statements
            .into_iter()
            .map(|((sid, actions, conditions), resources)| Statement {
                sid,
                actions,
                resources: resources.into_iter().collect(),
                conditions,
                denies: false,
            })
            .collect();
        Some(Existing { purpose, words, role, at: at.clone() })
    }
}
