//! Configuration and branch map → what AWS will be told: one pipeline a rule, one set of roles and projects an
//! environment, one base.
//!
//! A [`Plan`] holds little; each pipeline and environment is made when it is asked for, so that two thousand of them
//! are never in memory together.

pub mod artifacts;
pub mod bootstrap;
pub mod existing;
pub mod iam;
pub mod limits;
pub mod model;
pub mod names;
pub mod reuse;
pub mod roles;
pub mod sidecars;
pub mod text;

mod approve;
mod base;
mod build;
mod caller;
mod code_commit;
pub mod compare;
mod deploy;
mod environment;
mod gates;
mod images;
mod keep;
pub mod lock;
mod migrate;
mod network;
pub mod notifications;
mod project;
pub mod record;
mod share;
mod snapshot;
mod source;
mod start;
mod store;
mod test;
mod verify;

pub use store::KEY_READ_WRITE;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::branch_map::{BranchMap, Entry};
use crate::config::{Config, Deploy, Environment as Place, Test, TestPlace};
use iam::{Role, Statement, Trust};
use model::{Base, Environment, Pipeline, Provider};
use reuse::Reuse;
use store::{Artifacts, Store};
use text::{Place as At, Text};

/// What is to be made, ready to be asked for piece by piece.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The branch map.
    pub map: &'a BranchMap,
    /// `owner/name` of the source repository.
    pub repository: &'a str,
    /// Where the pipelines are.
    pub home: At,
    entering: BTreeMap<&'a str, Vec<&'a Entry>>,
    buildspecs: Buildspecs,
    reuse: Reuse<'a>,
    records: record::Folders<'a>,
}

/// The buildspecs of an app. They take what differs from the project's environment variables, so pipelines and
/// environments share them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buildspecs {
    /// Builds and pushes the images, for each set of services that a pipeline has.
    pub builds: BTreeMap<Vec<String>, Arc<str>>,
    /// Runs tests: one text for each of the configuration's, in their order.
    pub tests: Vec<Arc<str>>,
    /// Runs a migration, by the migration's name.
    pub migrations: BTreeMap<Option<String>, Arc<str>>,
    /// Marks images that are about to be deployed.
    pub keep: Arc<str>,
    /// Takes an environment's lock; empty where none has one.
    pub lock: Arc<str>,
    /// Stops what is older than what is deployed; empty where nothing is locked.
    pub guard: Arc<str>,
    /// Writes down what is deployed; empty where nothing is locked.
    pub record: Arc<str>,
    /// Says what a release brings; empty where no approval is told.
    pub compare: Arc<str>,
    /// Deploys a service, where that is done by a project of its own, by the service's name.
    pub deploys: BTreeMap<String, Arc<str>>,
    /// Makes a snapshot before a migration; empty where no environment wants one.
    pub snapshot: Arc<str>,
    /// Asks what was deployed; empty where no environment wants that.
    pub verify: Arc<str>,
}

impl<'a> Plan<'a> {
    /// A plan. The configuration's `source.repository` has been filled in from the git remote where it was absent.
    pub fn new(config: &'a Config, map: &'a BranchMap, buildspecs: Buildspecs) -> Self {
        let mut entering: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &map.entries {
            for environment in &entry.environments {
                entering.entry(environment).or_default().push(entry);
            }
        }
        let repository = config.source.repository.as_deref().unwrap_or_default();
        let home = At::new(&config.account, &config.region);
        let reuse = Reuse::of(config, map);
        let records = record::Folders::of(config);
        Plan { config, map, repository, home, entering, buildspecs, reuse, records }
    }

    /// Whether the repository is in CodeCommit, to which no connection leads.
    pub fn in_code_commit(&self) -> bool {
        !self.config.source.host().has_connection()
    }

    /// What all pipelines share in their own region.
    pub fn base(&self) -> Base {
        base::base(self, &self.home)
    }

    /// The other regions that an environment is in, in order: each has a base of its own.
    pub fn further_places(&self) -> Vec<At> {
        self.regions(self.environments())
    }

    /// What they share in another region.
    pub fn further_base(&self, at: &At) -> Base {
        base::base(self, at)
    }

    /// Where an environment is.
    pub fn place_of(&self, environment: &Place) -> At {
        // Most share the home's texts.
        if environment.account == self.home.account() && environment.region == self.home.region() {
            return self.home.clone();
        }
        At::new(&environment.account, &environment.region)
    }

    /// The regions of these environments but the pipelines' own, in order; in the pipelines' account.
    fn regions<'p>(&self, environments: impl Iterator<Item = &'p Place>) -> Vec<At> {
        let other = environments.map(|environment| environment.region.as_str());
        let other: BTreeSet<&str> = other.filter(|region| *region != self.home.region()).collect();
        other.into_iter().map(|region| At::new(self.home.account(), region)).collect()
    }

    /// What an action in an environment says of its region: nothing where it is the pipeline's.
    fn region_of_action(&self, environment: &Place) -> Option<String> {
        (environment.region != self.home.region()).then(|| environment.region.clone())
    }

    /// The environments that a rule deploys to, in the order of the file.
    pub fn environments(&self) -> impl Iterator<Item = &'a Place> {
        let entering = &self.entering;
        self.config.environments.values().filter(|place| entering.contains_key(place.name.as_str()))
    }

    /// The environments that rules with a pipeline for each branch lead to, and that no branch's pipeline enters now, in the
    /// order of the file.
    pub fn waiting_environments(&self) -> impl Iterator<Item = &'a Place> {
        let families = || self.config.rules.iter().filter(|rule| rule.per_branch.is_some());
        let waits = move |place: &&Place| {
            !self.entering.contains_key(place.name.as_str())
                && families().any(|rule| rule.environments.contains(&place.name))
        };
        self.config.environments.values().filter(waits)
    }

    /// What is done in one environment.
    pub fn environment(&self, place: &Place) -> Environment {
        environment::environment(self, place, self.entering(place))
    }

    /// The rules whose pipelines deploy to an environment, in the order of the file.
    pub fn entering(&self, place: &Place) -> &[&'a Entry] {
        self.entering.get(place.name.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The deploys of an environment that some pipeline carries out: of the services of those that enter it, in the order of the
    /// file. What no rule deploys there is no concern of its roles.
    fn deploys<'p>(
        &self,
        place: &'p Place,
    ) -> impl Iterator<Item = (&'p String, &'p Deploy)> + use<'_, 'a, 'p> {
        let entering = self.entering(place);
        place.deploys.iter().filter(move |(service, _)| entering.iter().any(|entry| entry.has(service)))
    }

    /// The image repositories that exist, by name, each with what its own policy has to grant to roles of other accounts.
    pub fn existing_images(&self) -> Vec<(String, Vec<iam::Grant>)> {
        images::existing(self)
    }

    /// The image repositories of the pipelines that deploy to an environment, by name.
    pub fn images_of(&self, place: &Place) -> Vec<String> {
        let services = self.config.services.values().filter(|service| service.builds());
        let of_service = |service| images::names_of(self.entering(place), service);
        services.flat_map(of_service).collect()
    }

    /// One pipeline.
    pub fn pipeline(&self, entry: &Entry) -> Pipeline {
        let mut stages = vec![source::stage(self, entry), build::stage(entry)];
        let mut projects = vec![build::project(self, entry)];
        stages.extend(test::stage(self, entry));
        projects.extend(test::projects(self, entry));
        for place in self.places(entry) {
            let role = roles::of_deploys(self, place).arn;
            let first = stages.len();
            if let Some(approval) = &place.approval {
                stages.push(approve::stage(self, entry, place, approval));
            }
            stages.extend(migrate::stage(self, entry, place, &role));
            stages.push(deploy::stage(self, entry, place, &role));
            stages.extend(verify::stage(self, entry, place, &role));
            gates::guard(self, place, &role, &mut stages[first..]);
        }
        Pipeline {
            name: entry.pipeline.clone(),
            rule: entry.rule.clone(),
            pattern: entry.pattern.clone(),
            role: self.pipeline_role(entry, &projects),
            home: self.home.clone(),
            regions: self.regions(self.places(entry)),
            trigger: entry.trigger.clone(),
            further_triggers: Vec::new(),
            starter: self.in_code_commit().then(|| code_commit::starter(self, entry)),
            mode: entry.mode,
            variables: record::inputs(self.places(entry)),
            stages,
            projects,
            repositories: images::repositories(self, entry)
                .into_iter()
                .chain(build::caches(self, entry))
                .collect(),
        }
    }

    fn places(&self, entry: &'a Entry) -> impl Iterator<Item = &'a Place> {
        let config = self.config;
        entry.environments.iter().filter_map(|name| config.environments.get(name))
    }

    fn pipeline_role(&self, entry: &Entry, projects: &[model::Project]) -> Role {
        // It copies what an action in another region reads into the bucket there.
        let regions = self.regions(self.places(entry));
        let store = |at: &At| Store::new(self, at, [entry.pipeline.as_str()]);
        let (own, further) = (store(&self.home), regions.iter().map(store).collect::<Vec<_>>());
        let in_all = |one: fn(&Store) -> Statement| {
            further.iter().map(one).fold(one(&own), Statement::and_its_resources)
        };
        let mut statements = vec![
            Statement::allow(
                "Bucket",
                &["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
                std::iter::once(&own).chain(&further).map(Store::bucket).collect(),
            ),
            in_all(|store| store.objects(Artifacts::ReadAndWrite)),
            in_all(|store| store.key(Artifacts::ReadAndWrite)),
            source::using(self),
            Statement::allow(
                "Projects",
                project::RUN_BUILDS,
                projects
                    .iter()
                    .map(|project| self.home.arn("codebuild", format!("project/{}", project.name)))
                    .chain(compare::started(self, self.places(entry)))
                    .collect(),
            ),
        ];
        let deploy_roles: Vec<Text> =
            self.places(entry).map(|place| roles::of_deploys(self, place).arn).collect();
        if !deploy_roles.is_empty() {
            statements.push(Statement::allow("Environments", &["sts:AssumeRole"], deploy_roles));
        }
        let mut topics: Vec<Text> = Vec::new();
        for topic in self.places(entry).filter_map(|place| place.approval.as_ref()?.notify.as_deref()) {
            let topic = Text::from(topic);
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        if !topics.is_empty() {
            statements.push(Statement::allow("Approval", &["sns:Publish"], topics));
        }
        Role::new(roles::of_pipeline(self, entry), Trust::CodePipeline, statements)
    }
}

/// Whether a pipeline runs the tests: those of a service, and those in its image, run where that service is built.
pub fn test_belongs(test: &Test, entry: &Entry) -> bool {
    let is_built = test.service.as_ref().is_none_or(|service| entry.has(service));
    is_built
        && match &test.place {
            TestPlace::Checkout => true,
            TestPlace::Image { service, .. } => entry.has(service),
        }
}

/// The environment variables that an action hands to its build, as CodeBuild wants them: JSON text of at most 1,000
/// characters.
fn action_variables(variables: &[(&str, &str)]) -> Text {
    let list: Vec<serde_json::Value> = variables
        .iter()
        .map(|(name, value)| serde_json::json!({ "name": name, "value": value, "type": "PLAINTEXT" }))
        .collect();
    Text::literal(serde_json::Value::from(list).to_string())
}

/// An action that starts a CodeBuild project.
fn build_action(name: &str, provider: Provider, project: &str) -> model::Action {
    model::Action {
        name: name.to_owned(),
        provider,
        namespace: None,
        configuration: vec![("ProjectName", Text::from(project))],
        inputs: Vec::new(),
        outputs: Vec::new(),
        run_order: 1,
        role: None,
        region: None,
    }
}
