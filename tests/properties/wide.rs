//! Configurations with everything that a file may say, in one way or another.

use std::collections::BTreeSet;
use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

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
    /// Of each environment: where it is, whether it is approved, what it does differently.
    places: Vec<(usize, bool, usize)>,
}

/// What a service says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    paths: bool,
    recipe: bool,
    /// None, in the checkout, in the image, in a stage of it.
    test: usize,
    /// None, as a task, in the image, in the checkout.
    migrates: usize,
}

/// What the file says beside rules and services.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each stands for a key that is there or not")]
pub(crate) struct Rest {
    /// None; in the checkout; in the image of the first service.
    test: usize,
    /// None, or one for each: as a task, in the image, in the checkout.
    migrations: Vec<usize>,
    tags: bool,
    boundary: bool,
    vpc: bool,
    cache: bool,
    repository: bool,
    overrides: bool,
}

/// A whole file.
#[derive(Clone, Debug)]
pub(crate) struct Wide {
    pub(crate) rules: Vec<Rule>,
    services: Vec<Service>,
    rest: Rest,
}

const SERVICES: [&str; 3] = ["api", "mail-worker", "web"];
const VPC: &str =
    "{ id: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a1b2c3d], security_groups: [sg-0a1b2c3d] }";
const PLACES: [&str; 4] =
    ["", "account: \"222222222222\"", "region: us-east-1", "account: \"333333333333\", region: eu-central-1"];

pub(crate) fn files() -> impl Strategy<Value = Wide> {
    let place = (0..PLACES.len(), any::<bool>(), 0..3usize);
    let starts = select(vec![Starts::Key, Starts::Key, Starts::Branch, Starts::Tags, Starts::PullRequests]);
    let rule = ("[a-z]{3,8}", starts, 1..4usize, 0..8usize, any::<bool>(), any::<bool>(), vec(place, 3))
        .prop_map(|(slug, starts, environments, services, paths, superseded, places)| {
            let environments = if starts == Starts::PullRequests { 0 } else { environments };
            Rule { slug, starts, environments, services, paths, superseded, places }
        });
    let service = (any::<bool>(), any::<bool>(), 0..4usize, 0..4usize)
        .prop_map(|(paths, recipe, test, migrates)| Service { paths, recipe, test, migrates });
    let rest =
        (0..3usize, vec(1..4usize, 0..3), vec(any::<bool>(), 6)).prop_map(|(test, migrations, said)| Rest {
            test,
            migrations,
            tags: said[0],
            boundary: said[1],
            vpc: said[2],
            cache: said[3],
            repository: said[4],
            overrides: said[5],
        });
    (vec(rule, 2..6), vec(service, 1..4), rest).prop_map(|(mut rules, services, mut rest)| {
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
            ..rules[0].clone()
        };
        // The pipeline of pull requests ends at its tests, so there have to be some for any services.
        if rules.iter().any(|rule| rule.starts == Starts::PullRequests) {
            rest.test = 1;
        }
        Wide { rules, services, rest }
    })
}

impl Wide {
    /// The same without its last rule.
    pub(crate) fn without_the_last(&self) -> Self {
        let mut less = self.clone();
        less.rules.pop();
        less
    }

    /// The pipeline of a rule, as its folder is called.
    pub(crate) fn folder(rule: &Rule) -> String {
        format!("shop-{}/", rule.key())
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
            rule.write(&mut out, names);
        }
        out.push_str("environments:\n");
        for rule in &self.rules {
            for (name, place) in Wide::environments(rule).zip(&rule.places) {
                writeln!(out, "  {name}: {{ {} }}", self.environment(rule, *place)).unwrap();
            }
        }
        out.push_str("pipelines: { account: \"444444444444\", region: eu-west-1 }\nsource: { repository: acme/shop }\nservices:\n");
        for (name, service) in names.iter().zip(&self.services) {
            service.write(&mut out, name);
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

    fn environment(&self, rule: &Rule, (place, approval, differs): (usize, bool, usize)) -> String {
        let mut said: Vec<String> = Vec::new();
        if !PLACES[place].is_empty() {
            said.push(PLACES[place].to_owned());
        }
        if approval {
            said.push(if differs > 1 { "approval: { timeout: 2d }" } else { "approval: {}" }.to_owned());
        }
        let migrations = self.migrations(rule);
        if differs > 0 {
            said.push("window: { cron: \"* * 9-16 ? * MON-THU *\", timezone: Asia/Tokyo }".to_owned());
            said.push("alarms: [\"{app}-{environment}: it's 'high'\"], bake: 20m".to_owned());
        }
        // Beside a migration it is noted.
        if differs > 1 && migrations.is_empty() {
            said.push("rollback: on_failure".to_owned());
        }
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
            said.push("services: { api: { deploy: { ecs: { timeout: 10m } } } }".to_owned());
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

    fn write(&self, out: &mut String, names: &[&str]) {
        let slug = &self.slug;
        let environments: Vec<String> = Wide::environments(self).collect();
        let mut said = match self.starts {
            Starts::Key => vec![],
            Starts::Branch => vec![format!("branch: \"{slug}/[0-9]*\"")],
            Starts::Tags => {
                vec![format!("tags: {{ includes: [\"{slug}-v*\"], excludes: [\"{slug}-v*-rc?\"] }}")]
            }
            Starts::PullRequests => vec![format!("branch: \"{slug}/**\", pull_requests: true")],
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
        if self.superseded {
            said.push("mode: superseded".to_owned());
        }
        writeln!(out, "  {}: {{ {} }}", self.key(), said.join(", ")).unwrap();
    }
}

/// How a migration runs, as keys.
fn way(way: usize) -> &'static str {
    match way {
        1 => "command: bin/migrate, timeout: 20m",
        2 => "run: codebuild, command: [bin/migrate, \"it's $HOME\"], timeout: 10m",
        _ => {
            "run: codebuild, in: checkout, command: make migrate, cache: { paths: [vendor/**/*] }, privileged: true"
        }
    }
}

impl Service {
    fn write(&self, out: &mut String, name: &str) {
        writeln!(out, "  {name}:").unwrap();
        if self.paths {
            writeln!(out, "    paths: [\"{name}/**\"]").unwrap();
        }
        if self.recipe {
            writeln!(out, "    build: {{ context: {name}, target: live, args: {{ NOTE: \"it's $HOME\" }}, cache: true }}").unwrap();
        }
        match self.test {
            0 => {}
            1 => out.push_str("    test: { commands: [\"make test\\nmake lint\"], secrets: { TOKEN: { parameter_store: /t } } }\n"),
            2 => out.push_str("    test: { in: image, commands: [\"bin/test '$A'\"], variables: { A: \"on\" } }\n"),
            _ => out.push_str("    test: { in: image, target: test, commands: [bin/test], compute: medium }\n"),
        }
        if self.migrates > 0 {
            writeln!(out, "    migrate: {{ {} }}", way(self.migrates)).unwrap();
        }
        out.push_str(
            "    deploy: { ecs: { cluster: \"c-{environment}\", roles: [\"{app}-{environment}-task\"] } }\n",
        );
    }
}

impl Rest {
    fn write(&self, out: &mut String, first: &Rule) {
        if self.vpc || self.cache {
            out.push_str("build: { variables: { LEVEL: \"1\" }");
            if self.vpc {
                write!(out, ", vpc: {VPC}").unwrap();
            }
            if self.cache {
                out.push_str(", cache: { paths: [vendor/**/*] }");
            }
            out.push_str(" }\n");
        }
        match self.test {
            0 => {}
            1 => out.push_str(
                "test: { commands: [\"make all\"], timeout: 15m, image: \"aws/codebuild/standard:7.0\" }\n",
            ),
            _ => out.push_str(
                "test: { in: image, service: api, commands: [bin/all], cache: { local: [docker_layers] } }\n",
            ),
        }
        if !self.migrations.is_empty() {
            out.push_str("migrate:\n");
            for (number, migration) in self.migrations.iter().enumerate() {
                writeln!(out, "  - {{ name: m{number}, service: api, {} }}", way(*migration)).unwrap();
            }
        }
        if self.tags {
            out.push_str("tags: { team: checkout, \"cost:center\": \"4711\" }\n");
        }
        if self.boundary {
            out.push_str("permission_boundary: wide\n");
        }
        if self.repository {
            out.push_str("buildspecs: repository\n");
        }
        if self.overrides {
            let environment = Wide::environments(first).next().unwrap();
            let pipeline = Wide::folder(first);
            for document in [
                "base.yml".to_owned(),
                format!("environments/{environment}.yml"),
                format!("{pipeline}pipeline.yml"),
            ] {
                if !out.contains("overrides:") {
                    out.push_str("overrides:\n");
                }
                writeln!(
                    out,
                    "  - {{ document: {document}, patch: [{{ op: add, path: /Metadata, value: {{ Note: [\"on\", \"a\\nb\\n\", 1] }} }}] }}"
                )
                .unwrap();
            }
        }
    }
}
