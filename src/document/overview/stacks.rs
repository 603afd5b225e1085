//! The stacks as the overview tells of them: by account and region, each with what its command needs.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::Serialize;

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
    pub(super) bucket: String,
    /// Whether roles stand in it, which CloudFormation wants to be told.
    pub(super) roles: bool,
    /// Whether some of them write the locks of environments elsewhere.
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
    pub(super) bucket: String,
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

/// Through which bucket a template goes that is too large for a request.
pub(super) struct Buckets<'a> {
    pub(super) plan: &'a Plan<'a>,
    /// The paths of such templates.
    pub(super) large: &'a BTreeSet<String>,
}

impl Buckets<'_> {
    /// The option of the command that deploys a template; empty for one that fits into a request. A stack takes its template
    /// from a bucket of its region that whoever deploys it may read: ours, in the pipelines' account alone.
    pub(super) fn option(&self, path: &str, at: &Place) -> String {
        if !self.large.contains(path) {
            return String::new();
        }
        if !at.shares_account_with(&self.plan.home) {
            return OWN_BUCKET.to_owned();
        }
        format!(
            " --s3-bucket {}",
            codepipeline::filled(&self.plan.home, &artifacts::bucket(self.plan.config, at))
        )
    }
}

/// The base stacks, the pipelines' own region first.
pub(super) fn bases(plan: &Plan, buckets: &Buckets) -> Vec<BaseStack> {
    let base = |region: Option<&str>| {
        let file = names::base_template(region);
        // The bucket is what this very stack makes.
        let bucket = if buckets.large.contains(&file) { OWN_BUCKET } else { "" }.to_owned();
        // Those that write locks, where they are made, and that of the chats.
        let makes =
            |place: &Environment| lock::is_held_from_afar(plan, place) && place.roles.lock_holder.is_none();
        let chats = || plan.config.notifications.values().any(|one| one.to.is_chat());
        let lock_holders = region.is_none() && plan.environments().any(makes);
        let roles = lock_holders || region.is_none() && chats();
        BaseStack {
            region: region.unwrap_or(plan.home.region()).to_owned(),
            file,
            bucket,
            roles,
            lock_holders,
        }
    };
    let further = plan.further_places();
    std::iter::once(base(None)).chain(further.iter().map(|at| base(Some(at.region())))).collect()
}

/// The environments' stacks by account, the pipelines' own first: its credentials are at hand.
pub(super) fn groups(plan: &Plan, buckets: &Buckets) -> Vec<Group> {
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
            bucket: buckets.option(&format!("environments/{}.yml", place.name), &plan.place_of(place)),
            key: Key::of(plan, &place.region).variable,
        });
    }
    groups.sort_by_cached_key(|account, _| *account != plan.home.account());
    groups.into_values().collect()
}
