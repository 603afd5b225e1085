//! The stacks as the overview tells of them: by account and region, each with what its command needs.

use indexmap::IndexMap;
use serde::Serialize;

use super::told::Told;
use crate::config::Environment;
use crate::document::codepipeline;
use crate::pipeline::text::Place;
use crate::pipeline::{Plan, artifacts, lock, names};

/// The option for a template that is too large for a request, where there is no bucket of ours to go through.
const OWN_BUCKET: &str = " --s3-bucket A_BUCKET_OF_YOURS";

/// The base stack of a region.
#[derive(Serialize)]
pub(super) struct BaseStack {
    pub(super) region: String,
    pub(super) file: String,
    /// The options of its command, each with a blank before it.
    pub(super) options: String,
    /// Whether roles stand in it that write the locks of environments elsewhere.
    pub(super) lock_holders: bool,
}

/// The artifact key of a region, in a variable of the page's shell.
#[derive(Clone, Serialize)]
pub(super) struct Key {
    pub(super) region: String,
    pub(super) variable: String,
    pub(super) placeholder: String,
    pub(super) parameter: String,
}

/// The environments of one account.
#[derive(Serialize)]
pub(super) struct Group {
    pub(super) account: String,
    pub(super) stacks: Vec<EnvironmentStack>,
}

#[derive(Serialize)]
pub(super) struct EnvironmentStack {
    pub(super) name: String,
    pub(super) region: String,
    pub(super) stack: String,
    /// The options of its command, each with a blank before it.
    pub(super) options: String,
    pub(super) key: String,
}

impl Key {
    /// The key of a region, by a variable of the shell that the page's commands share.
    pub(super) fn of(plan: &Plan, region: &str) -> Self {
        let variable = if region == plan.home.region() {
            "key".to_owned()
        } else {
            format!("key_{}", region.replace('-', "_"))
        };
        Key {
            variable,
            placeholder: codepipeline::key_placeholder(&plan.home, region),
            parameter: names::artifact_key_parameter(region),
            region: region.to_owned(),
        }
    }
}

/// What the commands say beside the names of stack and file.
pub(super) struct Options<'a> {
    pub(super) plan: &'a Plan<'a>,
    /// What CloudFormation wants to be told of each template.
    pub(super) told: &'a Told,
}

impl Options<'_> {
    /// The options of the command that deploys a template, each with a blank before it. A stack takes a template that is too
    /// large for a request from a bucket of its region that whoever deploys it may read: ours, in the pipelines' account alone.
    pub(super) fn of(&self, path: &str, at: &Place) -> String {
        let bucket = || {
            if !at.shares_account_with(&self.plan.home) {
                return OWN_BUCKET.to_owned();
            }
            let ours = artifacts::bucket(self.plan.config, at);
            format!(" --s3-bucket {}", codepipeline::filled(&self.plan.home, &ours))
        };
        self.with_bucket(path, bucket)
    }

    /// Those of a base stack: the bucket is what this very stack makes.
    fn of_base(&self, path: &str) -> String {
        self.with_bucket(path, || OWN_BUCKET.to_owned())
    }

    fn with_bucket(&self, path: &str, bucket: impl FnOnce() -> String) -> String {
        let needs = self.told.get(path).copied().unwrap_or_default();
        let bucket = if needs.bucket { bucket() } else { String::new() };
        format!("{}{bucket}", needs.capability_option())
    }
}

/// The base stacks, the pipelines' own region first.
pub(super) fn bases(plan: &Plan, options: &Options) -> Vec<BaseStack> {
    let base = |region: Option<&str>| {
        let file = names::base_template(region);
        // Those that write locks, where they are made.
        let makes =
            |place: &Environment| lock::is_held_from_afar(plan, place) && place.roles.lock_holder.is_none();
        let lock_holders = region.is_none() && plan.environments().any(makes);
        BaseStack {
            region: region.unwrap_or(plan.home.region()).to_owned(),
            options: options.of_base(&file),
            file,
            lock_holders,
        }
    };
    let further = plan.further_places();
    std::iter::once(base(None)).chain(further.iter().map(|at| base(Some(at.region())))).collect()
}

/// The environments' stacks by account, the pipelines' own first: its credentials are at hand.
pub(super) fn groups(plan: &Plan, options: &Options) -> Vec<Group> {
    let mut groups: IndexMap<&str, Group> = IndexMap::new();
    for place in plan.environments() {
        let account = place.account.as_str();
        let group = groups
            .entry(account)
            .or_insert_with(|| Group { account: account.to_owned(), stacks: Vec::new() });
        group.stacks.push(EnvironmentStack {
            name: place.name.clone(),
            region: place.region.clone(),
            stack: names::environment_stack(&plan.config.stem, &place.name),
            options: options.of(&format!("environments/{}.yml", place.name), &plan.place_of(place)),
            key: Key::of(plan, &place.region).variable,
        });
    }
    groups.sort_by_cached_key(|account, _| *account != plan.home.account());
    groups.into_values().collect()
}
