//! Images that a pipeline takes from others in place of a build of its own: which others, and what that needs.
//!
//! Trust goes one way. The pipeline that takes may read the repositories of those that its rule names; nobody may write into
//! a repository that is not his. What is taken is copied into the pipeline's own repository, so everything behind the
//! build works as if it had been built here.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::iam::Statement;
use super::model::Variable;
use super::text::Text;
use super::{Plan, images, names, project};
use crate::branch_map::{BranchMap, Entry};
use crate::config::{Config, Rule, Service};

/// What finding an image and copying it reads (Amazon ECR, "Required IAM permissions for pulling an image", and
/// `DescribeImages`, which finds it).
const READ: &[&str] = &["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"];

/// What the name of a variable with the pipelines begins with, from which a service's image is taken; behind it stands the
/// variable of the image: `REUSED_FROM_IMAGE_API`.
const FROM: &str = "REUSED_FROM_";

/// The variable with the pipelines that may take this one's images.
const BY: &str = "REUSED_BY";

/// Which pipelines take images of which, by their names in AWS.
#[derive(Debug, Default)]
pub(super) struct Reuse<'a> {
    /// Those that one takes from, in the order in which its rule names them.
    sources: BTreeMap<&'a str, Vec<&'a Entry>>,
    /// Those that take from one.
    readers: BTreeMap<&'a str, Vec<&'a Entry>>,
}

impl<'a> Reuse<'a> {
    /// What the rules say. Most files say nothing.
    pub(super) fn of(config: &'a Config, map: &'a BranchMap) -> Self {
        let mut reuse = Reuse::default();
        let named: BTreeMap<&str, &[String]> = config
            .rules
            .iter()
            .filter(|rule| !rule.reuse.is_empty())
            .map(|rule| (rule.key.as_str(), rule.reuse.as_slice()))
            .collect();
        if named.is_empty() {
            return reuse;
        }
        let mut of_rules: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &map.entries {
            of_rules.entry(&entry.rule).or_default().push(entry);
        }
        for reader in &map.entries {
            let keys = named.get(reader.rule.as_str()).copied().unwrap_or_default();
            for source in keys.iter().filter_map(|key| of_rules.get(key.as_str())).flatten() {
                let in_common = |service: &Service| takes(reader, source, service);
                if config.services.values().any(in_common) {
                    reuse.sources.entry(&reader.pipeline).or_default().push(source);
                    reuse.readers.entry(&source.pipeline).or_default().push(reader);
                }
            }
        }
        reuse
    }

    /// The pipelines that a pipeline takes a service's images from.
    fn sources(&self, reader: &Entry, service: &Service) -> Vec<&'a Entry> {
        let all = self.sources.get(reader.pipeline.as_str()).into_iter().flatten();
        all.filter(|source| takes(reader, source, service)).copied().collect()
    }

    /// The pipelines that take images of a pipeline.
    fn readers(&self, source: &Entry) -> &[&'a Entry] {
        self.readers.get(source.pipeline.as_str()).map_or(&[], Vec::as_slice)
    }
}

/// Whether one pipeline takes a service's images from another, where its rule names the other's. What stands in a repository
/// that exists may be anybody's.
fn takes(reader: &Entry, source: &Entry, service: &Service) -> bool {
    let both = reader.has(&service.name) && source.has(&service.name);
    both && service.builds() && !service.repository_exists && reader.pipeline != source.pipeline
}

/// The sets of services whose builds have a part in re-use in some pipeline: their buildspecs have the steps for it.
pub fn sets(config: &Config) -> BTreeSet<&[String]> {
    let named: BTreeSet<&String> = config.rules.iter().flat_map(|rule| &rule.reuse).collect();
    let is_part = |rule: &&Rule| !rule.reuse.is_empty() || named.contains(&rule.key);
    config.rules.iter().filter(is_part).map(|rule| rule.services.as_slice()).collect()
}

/// Tells a build from which pipelines it takes images, and which take its own.
pub(super) fn variables(plan: &Plan, entry: &Entry, variables: &mut IndexMap<String, Variable>) {
    let slugs = |entries: &[&Entry]| {
        let slugs: Vec<&str> = entries.iter().map(|entry| entry.slug.as_str()).collect();
        (!slugs.is_empty()).then(|| Variable::Plain(Text::from(slugs.join(" ").as_str())))
    };
    for service in plan.config.services.values() {
        let from = slugs(&plan.reuse.sources(entry, service));
        variables.extend(from.map(|from| (format!("{FROM}{}", names::image_variable(&service.name)), from)));
    }
    let by = slugs(plan.reuse.readers(entry));
    variables.extend(by.map(|by| (BY.to_owned(), by)));
}

/// What a build needs for it.
pub(super) fn statement(plan: &Plan, entry: &Entry) -> Option<Statement> {
    let services = plan.config.services.values();
    let repositories: Vec<Text> = services
        .flat_map(|service| {
            let from = plan.reuse.sources(entry, service);
            from.into_iter().map(|other| images::name(other, service)).collect::<Vec<_>>()
        })
        .map(|name| project::repository_arn(&plan.home, &name))
        .collect();
    (!repositories.is_empty()).then(|| Statement::allow("Reuse", READ, repositories))
}
