//! What was decoded → a [`Config`] and what is wrong with it; defaults are applied last.

mod custom;
mod deploys;
mod elsewhere;
mod environments;
mod existing;
mod gates;
mod hosts;
mod lengths;
mod locks;
mod machines;
mod migrations;
mod networks;
mod notifications;
mod order;
mod overrides;
mod parity;
mod partitions;
mod per_branch;
mod places;
mod policies;
mod prefix;
mod projects;
mod reaches;
mod repositories;
mod reuse;
mod rules;
mod sections;
mod services;
mod shell_line;
mod sidecars;
mod slips;
mod snapshots;
mod targets;
mod tests;
mod used;
mod verify;
mod ways;

use indexmap::IndexMap;

use super::raw::{Raw, RawSecret};
use super::tree::{Node, Step};
use super::{Config, Secret, Source, decode, length};
use crate::diagnostic::{Finding, Span, has_errors};

/// The most services in environments: each service is deployed to each environment, so few lines can make many.
const DEPLOYS: usize = 50_000;

/// The file while it is being judged: what was written, where it stands, and what has been found.
struct Judge<'a> {
    raw: &'a Raw,
    tree: &'a Node,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    /// The place of a value by its path of keys.
    fn place<'p>(&self, path: &[impl Copy + Into<Step<'p>>]) -> Span {
        self.tree.at(&steps(path)).span
    }

    /// The place of a key by its path.
    fn key<'p>(&self, path: &[impl Copy + Into<Step<'p>>]) -> Span {
        self.tree.key_at(&steps(path))
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Minutes of a duration that was checked to be one; `default` when nothing was written. Out of range is a
    /// finding.
    fn minutes<'p>(
        &mut self,
        written: Option<&str>,
        path: &[impl Copy + Into<Step<'p>>],
        default: u32,
        range: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        let Some(minutes) = written.and_then(super::schema::duration_minutes) else { return default };
        if !range.contains(&minutes) {
            let (least, most) = (range.start(), range.end());
            let place = self.place(path);
            let key = path.last().map(|step| (*step).into());
            let key = if let Some(Step::Key(key)) = key { key } else { "timeout" };
            self.report(
                Finding::error("BL039", place, format!("`{key}` is out of range"))
                    .because(format!("it is {}", length(minutes)))
                    .help(format!("write a time between {} and {}", length(*least), length(*most))),
            );
        }
        minutes
    }

    /// Secrets as they are used. The schema has checked that each names exactly one place.
    fn secrets(written: Option<&IndexMap<String, RawSecret>>) -> IndexMap<String, Secret> {
        let entries = written.into_iter().flatten();
        entries.filter_map(|(name, secret)| Some((name.clone(), secret_of(secret)?))).collect()
    }

    /// A name may be a variable or a secret, not both.
    fn no_name_twice<'p>(
        &mut self,
        variables: Option<&'p IndexMap<String, String>>,
        secrets: Option<&'p IndexMap<String, RawSecret>>,
        above: &[impl Copy + Into<Step<'p>>],
    ) {
        let (Some(variables), Some(secrets)) = (variables, secrets) else { return };
        for name in secrets.keys().filter(|name| variables.contains_key(*name)) {
            let secret = self.key(&below(above, &["secrets", name]));
            let variable = self.key(&below(above, &["variables", name]));
            self.report(
                Finding::error("BL038", secret, format!("`{name}` is a variable and a secret"))
                    .because("one of the two would hide the other")
                    .help("keep the secret, and take the variable out")
                    .related(variable, "the variable"),
            );
        }
    }
}

fn steps<'p>(path: &[impl Copy + Into<Step<'p>>]) -> Vec<Step<'p>> {
    path.iter().map(|step| (*step).into()).collect()
}

/// A path with keys behind it.
fn below<'p>(above: &[impl Copy + Into<Step<'p>>], keys: &[&'p str]) -> Vec<Step<'p>> {
    let mut path = steps(above);
    path.extend(keys.iter().map(|key| Step::Key(key)));
    path
}

fn secret_of(secret: &RawSecret) -> Option<Secret> {
    if let Some(arn) = &secret.secrets_manager {
        // arn:partition:secretsmanager:region:account:secret:name, and :key behind it
        let mut parts = arn.splitn(8, ':');
        let arn = parts.by_ref().take(7).collect::<Vec<_>>().join(":");
        return Some(Secret::SecretsManager { arn, key: parts.next().map(str::to_owned) });
    }
    secret.parameter_store.clone().map(Secret::ParameterStore)
}

/// Turns a tree with the right shape into a configuration. `None` when something is wrong.
pub(super) fn validate(tree: &Node) -> (Option<Config>, Vec<Finding>) {
    let raw = match decode::decode(tree) {
        Ok(raw) => raw,
        Err(error) => {
            let finding =
                Finding::error("BL040", tree.span, "this file has the right shape and cannot be read")
                    .because(error.to_string())
                    .help("this is a fault of branchline: please report it with the file");
            return (None, vec![finding]);
        }
    };
    let mut judge = Judge { raw: &raw, tree, findings: Vec::new() };
    let deploys = raw.environments.len() * raw.services.len();
    if deploys > DEPLOYS {
        let message = format!(
            "{} environments with {} services are {deploys} deploys",
            raw.environments.len(),
            raw.services.len()
        );
        judge.report(
            Finding::error("BL008", judge.key(&["environments"]), message)
                .because(format!("at most {DEPLOYS} are taken"))
                .help("split them over several apps, each with a branchline.yml of its own"),
        );
        return (None, judge.findings);
    }
    let services = judge.services();
    let mut config = Config {
        app: raw.app.clone(),
        stem: judge.stem(),
        role_path: raw.role_path.clone().unwrap_or_else(|| "/".to_owned()),
        existing: judge.existing(),
        rules: judge.rules(),
        environments: judge.environments(&services),
        account: raw.pipelines.account.clone(),
        region: raw.pipelines.region.clone(),
        source: Source {
            repository: raw.source.repository.clone(),
            connection: raw.source.connection.clone(),
            provider: raw.source.provider,
            server: raw.source.host.clone(),
            place: judge.key(&["source"]),
        },
        build: judge.build(),
        tests: judge.tests(&services),
        notifications: judge.notifications(),
        tags: judge.tags(),
        permission_boundary: raw.permission_boundary.clone(),
        buildspecs: judge.buildspecs(),
        overrides: judge.overrides(),
        parity: judge.parity(),
        branches: Vec::new(),
        copies: Vec::new(),
        services,
    };
    judge.images_of(&config);
    judge.order();
    judge.tasks_beside_services(&config);
    judge.boundary(raw.permission_boundary.as_ref(), &raw.pipelines.account, &["permission_boundary"]);
    judge.inherited_boundary();
    judge.prefix();
    judge.partitions();
    judge.source_host();
    judge.elsewhere();
    judge.places();
    judge.unread(&config);
    judge.slips(&config);
    judge.locks(&mut config);
    judge.notified(&config);
    judge.rollbacks(&config);
    judge.reaches(&config);
    judge.one_database_for_two(&config);
    judge.one_url_for_two(&config);
    judge.reuse(&config);
    judge.distant_machines();
    judge.machine_images(config.build.platform);
    judge.mounted_secrets();
    let sound = !has_errors(&judge.findings);
    (sound.then_some(config), judge.findings)
}
