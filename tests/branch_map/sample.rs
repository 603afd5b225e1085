//! Configurations, put together without a file.

use branchline::config::raw::{RawCompute, RawMode, RawPlatform, RawProvider};
use branchline::config::{
    Approval, BuildProject, Buildspecs, Command, Config, Deploy, Ecs, Environment, EnvironmentRoles, Event,
    Existing, Filter, Machine, Migrate, Rule, Run, Service, Source, Test, TestPlace, Written,
};
use branchline::diagnostic::Span;
use indexmap::IndexMap;

/// A configuration of the app `shop` with these rules, whose keys stand one after the other in a file that holds
/// nothing else. The environments they name exist and do nothing but deploy.
pub(crate) fn config<P: AsRef<str>>(rules: &[(P, &[&str])]) -> Config {
    let mut config = empty();
    let mut at = 0;
    for (pattern, environments) in rules {
        let pattern = pattern.as_ref();
        let place = Span { start: at, end: at + pattern.len() };
        at = place.end + 1;
        let environments: Vec<String> = environments.iter().map(|name| (*name).to_owned()).collect();
        for name in &environments {
            config.environments.entry(name.clone()).or_insert_with(|| environment(name));
        }
        config.rules.push(rule(pattern, environments, place));
    }
    config
}

fn rule(pattern: &str, environments: Vec<String>, place: Span) -> Rule {
    Rule {
        key: pattern.to_owned(),
        event: Event::Push,
        names: Filter { includes: vec![Written { text: pattern.to_owned(), place }], excludes: vec![] },
        paths: None,
        environments,
        services: vec!["api".into()],
        mode: RawMode::Queued,
        reuse: Vec::new(),
        name: None,
        per_branch: None,
        place,
    }
}

/// The story of the book: a migration everywhere, an approval before production.
pub(crate) fn git_flow() -> Config {
    let mut config = config(&[("develop", &["dev"]), ("release/*", &["staging", "production"])]);
    for environment in config.environments.values_mut() {
        environment.migrations = vec![migrate()];
    }
    config.environments["production"].approval = Some(Approval {
        notify: Some("arn:aws:sns:eu-west-1:444444444444:releases".into()),
        timeout: Approval::TIMEOUT,
    });
    config.tests = vec![Test {
        service: None,
        commands: vec!["bundle exec rspec".into()],
        place: TestPlace::Checkout,
        machine: machine(),
        variables: IndexMap::new(),
        secrets: IndexMap::new(),
        section: Span::default(),
    }];
    config
}

pub(crate) fn migrate() -> Migrate {
    Migrate {
        name: None,
        service: "api".into(),
        run: Run::EcsTask,
        files: Vec::new(),
        command: Command::Shell("bundle exec rails db:migrate".into()),
        timeout: 30,
        variables: IndexMap::new(),
        secrets: IndexMap::new(),
        machine: machine(),
        place: Span::default(),
    }
}

fn machine() -> Machine {
    Machine {
        compute: RawCompute::Small,
        image: None,
        timeout: 60,
        privileged: false,
        vpc: None,
        cache: None,
    }
}

fn environment(name: &str) -> Environment {
    let ecs = Ecs {
        sidecars: branchline::config::Sidecars::new(),
        cluster: format!("shop-{name}"),
        service: "api".into(),
        roles: vec![format!("shop-{name}-task")],
        timeout: 20,
    };
    Environment {
        name: name.into(),
        account: "111122223333".into(),
        region: "eu-west-1".into(),
        approval: None,
        lock: None,
        allows_downgrade: false,
        window: None,
        alarms: None,
        rolls_back: false,
        migrations: vec![],
        snapshot: None,
        verify: None,
        deploys: IndexMap::from([("api".into(), Deploy::Ecs(ecs))]),
        permission_boundary: None,
        roles: EnvironmentRoles::default(),
        place: Span::default(),
    }
}

fn empty() -> Config {
    let api = Service {
        name: "api".into(),
        repository: "shop/api".into(),
        repository_exists: false,
        dockerfile: "Dockerfile".into(),
        context: ".".into(),
        target: None,
        args: IndexMap::new(),
        secrets: vec![],
        cache: false,
        container: "api".into(),
        image_of: None,
        depends_on: vec![],
        paths: vec![],
        place: Span::default(),
    };
    Config {
        app: "shop".into(),
        stem: "shop".into(),
        role_path: "/".into(),
        existing: Existing::default(),
        rules: vec![],
        environments: IndexMap::new(),
        account: "444444444444".into(),
        region: "eu-west-1".into(),
        source: Source {
            repository: Some("acme/shop".into()),
            connection: None,
            provider: Some(RawProvider::GitHub),
            server: None,
            place: Span::default(),
        },
        services: IndexMap::from([("api".into(), api)]),
        build: BuildProject {
            machine: machine(),
            platform: RawPlatform::Amd64,
            variables: IndexMap::new(),
            secrets: IndexMap::new(),
            place: Span::default(),
        },
        tests: vec![],
        parity: Vec::new(),
        tags: IndexMap::new(),
        permission_boundary: None,
        buildspecs: Buildspecs::Inline,
        overrides: vec![],
        notifications: IndexMap::new(),
        branches: vec![],
        copies: Vec::new(),
    }
}
