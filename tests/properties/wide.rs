//! Configurations with everything that a file may say, in one way or another.

use std::collections::BTreeSet;
use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::guards::{Deploy, Guards, guards};
use crate::sections::{Rest, Service, VPC, agree, rest, service};

/// What starts a rule's pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Starts {
    /// A push to the branch that is the rule's key.
    Key,
    /// A push to a branch that it names.
    Branch,
    /// Tags.
    Tags,
    /// Pull requests.
    PullRequests,
    /// A push to a branch that has a pipeline of its own.
    EachBranch,
}

/// An environment of a rule: where it is, whether it is approved, what it does differently, what guards it.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: usize,
    approval: bool,
    differs: usize,
    guards: Guards,
}

/// A rule with environments of its own.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    slug: String,
    starts: Starts,
    /// How many; none for pull requests.
    environments: usize,
    /// Bit by bit, which services: all where no bit is set.
    services: usize,
    paths: bool,
    superseded: bool,
    /// Whether it takes the images of the first rule.
    reuses: bool,
    places: Vec<Place>,
}

/// A whole file.
#[derive(Clone, Debug)]
pub(crate) struct Wide {
    pub(crate) rules: Vec<Rule>,
    services: Vec<Service>,
    rest: Rest,
}

const SERVICES: [&str; 3] = ["api", "mail-worker", "web"];
const PLACES: [&str; 4] =
    ["", "account: \"222222222222\"", "region: us-east-1", "account: \"333333333333\", region: eu-central-1"];

pub(crate) fn files() -> impl Strategy<Value = Wide> {
    let place = (0..PLACES.len(), any::<bool>(), 0..3usize, guards())
        .prop_map(|(at, approval, differs, guards)| Place { at, approval, differs, guards });
    let starts = select(vec![
        Starts::Key,
        Starts::Key,
        Starts::Branch,
        Starts::Tags,
        Starts::PullRequests,
        Starts::EachBranch,
    ]);
    let rule = ("[a-z]{3,8}", starts, 1..4usize, 0..8usize, vec(any::<bool>(), 3), vec(place, 3)).prop_map(
        |(slug, starts, environments, services, said, places)| {
            let environments = if starts == Starts::PullRequests { 0 } else { environments };
            let [paths, superseded, reuses] = [said[0], said[1], said[2]];
            Rule { slug, starts, environments, services, paths, superseded, reuses, places }
        },
    );
    (vec(rule, 2..6), vec(service(), 1..4), rest()).prop_map(|(mut rules, mut services, mut rest)| {
        agree(&mut services, &rest);
        let mut seen = BTreeSet::new();
        // Words that need quotes in YAML are tested elsewhere.
        rules.retain(|rule| {
            !["off", "yes", "true", "null"].contains(&rule.slug.as_str()) && seen.insert(rule.slug.clone())
        });
        // One rule of the simplest kind, of every service, for what the others leave out.
        rules[0] = Rule {
            starts: Starts::Key,
            environments: rules[0].environments.max(1),
            services: 0,
            reuses: false,
            ..rules[0].clone()
        };
        // Who takes another's image has no use without it.
        let borrows = |service: &Service| service.borrows;
        for rule in &mut rules {
            if services.iter().enumerate().any(|(at, service)| borrows(service) && rule.has(at)) {
                rule.services |= usize::from(rule.services != 0);
            }
            // Nobody may take images of code that nobody has accepted, nor give them.
            rule.reuses &= rule.starts != Starts::PullRequests;
        }
        // What one takes, the other has to give away, and says so in its project.
        if let Some(last) = rules.last_mut() {
            last.reuses = false;
        }
        // The pipeline of pull requests ends at its tests, so there have to be some for any services.
        if rules.iter().any(|rule| rule.starts == Starts::PullRequests) {
            rest.test = 1;
        }
        Wide { rules, services, rest }
    })
}

impl Wide {
    /// The branches that there are: some for each rule that has a pipeline for each.
    pub(crate) fn branches(&self) -> Vec<String> {
        let rules = self.rules.iter().filter(|rule| rule.starts == Starts::EachBranch);
        rules
            .flat_map(|rule| ["a", "$(touch-x)", "it's-{{x}}"].map(|name| format!("{}/{name}", rule.slug)))
            .collect()
    }

    /// The same without its last rule.
    pub(crate) fn without_the_last(&self) -> Self {
        let mut less = self.clone();
        less.rules.pop();
        less
    }

    /// The pipeline of a rule, as its folder is called; not that of a rule with one for each branch.
    pub(crate) fn folder(rule: &Rule) -> String {
        format!("shop-{}/", rule.key())
    }

    /// Whether a file is of a rule's pipeline, or of one of them.
    pub(crate) fn is_of(rule: &Rule, path: &str) -> bool {
        let own = Wide::folder(rule);
        match rule.starts {
            // Ten digits of a hash stand before the words of the branch.
            Starts::EachBranch => {
                path.get("shop-0123456789-".len()..).is_some_and(|words| words.starts_with(&rule.slug))
            }
            _ => path.starts_with(&own),
        }
    }

    /// The names of a rule's environments.
    pub(crate) fn environments(rule: &Rule) -> impl Iterator<Item = String> {
        (0..rule.environments).map(|step| format!("e-{}-{step}", rule.slug))
    }

    /// `branchline.yml`.
    pub(crate) fn text(&self) -> String {
        let mut out = String::from("version: 1\napp: shop\nbranches:\n");
        let names = &SERVICES[..self.services.len()];
        for rule in &self.rules {
            rule.write(&mut out, names, &self.rules[0]);
        }
        out.push_str("environments:\n");
        for rule in &self.rules {
            for (name, place) in Wide::environments(rule).zip(&rule.places) {
                writeln!(out, "  {name}: {{ {} }}", self.environment(rule, *place)).unwrap();
            }
        }
        out.push_str("pipelines: { account: \"444444444444\", region: eu-west-1 }\nsource: { repository: acme/shop }\nservices:\n");
        for (at, (name, service)) in names.iter().zip(&self.services).enumerate() {
            service.write(&mut out, name, at.checked_sub(1).map(|before| names[before]));
        }
        self.rest.write(&mut out, &self.rules[0]);
        out
    }

    /// The migrations of a rule's environment: whether each runs on a machine.
    fn migrations(&self, rule: &Rule) -> Vec<bool> {
        let top = self.rest.migrations.iter().filter(|_| rule.has(0)).copied();
        let own = self
            .services
            .iter()
            .enumerate()
            .filter(|(at, _)| rule.has(*at))
            .map(|(_, service)| service.migrates);
        top.chain(own).filter(|way| *way > 0).map(|way| way > 1).collect()
    }

    fn environment(&self, rule: &Rule, place: Place) -> String {
        let Place { at, approval, differs, guards } = place;
        let mut said: Vec<String> = Vec::new();
        if !PLACES[at].is_empty() {
            said.push(PLACES[at].to_owned());
        }
        if approval {
            said.push(if differs > 1 { "approval: { timeout: 2d }" } else { "approval: {}" }.to_owned());
        }
        let migrations = self.migrations(rule);
        // The branches of one rule meet, which without a lock is an error.
        let guards = if rule.starts == Starts::EachBranch { guards.locked() } else { guards };
        said.extend(guards.said(!migrations.is_empty()));
        // Given to migrations, so only where there is one.
        if differs > 0 && !migrations.is_empty() {
            said.push("variables: { RAILS_ENV: \"it's $here\" }".to_owned());
            said.push("secrets: { DATABASE_URL: { parameter_store: /shop/db } }".to_owned());
            if migrations.contains(&true) {
                said.push(format!("vpc: {VPC}"));
            }
            if !self.rest.migrations.is_empty() && rule.has(0) && differs > 1 {
                said.push("migrate: [{ name: m0, timeout: 45m, variables: { SHARD: \"1\" } }]".to_owned());
            }
        }
        if differs > 1 {
            if self.services[0].deploy == Deploy::Ecs {
                said.push("services: { api: { deploy: { ecs: { timeout: 10m } } } }".to_owned());
            }
            said.push("permission_boundary: narrow".to_owned());
        }
        said.join(", ")
    }
}

impl Rule {
    fn has(&self, service: usize) -> bool {
        self.services == 0 || self.services & (1 << service) != 0
    }

    fn key(&self) -> String {
        match self.starts {
            Starts::Key => self.slug.clone(),
            _ => format!("long-{}", self.slug),
        }
    }

    fn write(&self, out: &mut String, names: &[&str], first: &Rule) {
        let slug = &self.slug;
        let environments: Vec<String> = Wide::environments(self).collect();
        let mut said = match self.starts {
            Starts::Key => vec![],
            Starts::Branch => vec![format!("branch: \"{slug}/[0-9]*\"")],
            Starts::Tags => {
                vec![format!("tags: {{ includes: [\"{slug}-v*\"], excludes: [\"{slug}-v*-rc?\"] }}")]
            }
            Starts::PullRequests => vec![format!("branch: \"{slug}/**\", pull_requests: true")],
            Starts::EachBranch => vec![format!("branch: \"{slug}/*\", per_branch: true, limit: 3")],
        };
        if !environments.is_empty() {
            said.push(format!("environments: [{}]", environments.join(", ")));
        }
        let services: Vec<&str> =
            names.iter().enumerate().filter(|(at, _)| self.has(*at)).map(|(_, name)| *name).collect();
        if self.services != 0 && !services.is_empty() {
            said.push(format!("services: [{}]", services.join(", ")));
        }
        if self.paths && self.starts != Starts::Tags {
            said.push("paths: { includes: [\"src/**\"], excludes: [\"**/*.md\"] }".to_owned());
        }
        if self.reuses {
            said.push(format!("reuse: [{}]", first.key()));
        }
        if self.superseded {
            said.push("mode: superseded".to_owned());
        }
        writeln!(out, "  {}: {{ {} }}", self.key(), said.join(", ")).unwrap();
    }
}
