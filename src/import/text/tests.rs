use std::collections::BTreeMap;

use super::super::draft::step::Migrating;
use super::super::draft::{Migrate, Source, Start};
use super::*;

fn place(line: usize) -> Place {
    Place { file: "copilot/pipeline.yml".to_owned(), branches: vec!["main".to_owned()], line, column: 1 }
}

fn ecs_of(environment: &str, end: &str) -> Ecs {
    Ecs {
        cluster: format!("shop-{environment}-Cluster-{end}"),
        service: format!("shop-{environment}-api-Service-{end}"),
        container: "api".to_owned(),
        roles: vec![
            format!("shop-{environment}-api-TaskRole-{end}"),
            format!("shop-{environment}-api-ExecutionRole-{end}"),
        ],
    }
}

pub(super) fn draft() -> Draft {
    let rule = |key: &str, branch: &str, environments: &[&str], services: Option<&[&str]>| Rule {
        key: key.to_owned(),
        start: Start::of(branch),
        environments: environments.iter().map(|name| (*name).to_owned()).collect(),
        services: services.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        pipeline: key.to_owned(),
        place: place(1),
    };
    let environment = |name: &str, approval, verify: &[&str]| Environment {
        name: name.to_owned(),
        approval,
        verify: verify.iter().map(|line| (*line).to_owned()).collect(),
        place: place(2),
    };
    let service = |name: &str, was: &str, image, deploy| Service {
        name: name.to_owned(),
        was: was.to_owned(),
        image,
        deploy,
        depends_on: Vec::new(),
        place: place(3),
    };
    let build = Build {
        dockerfile: Some("docker/Dockerfile".to_owned()),
        target: Some("production".to_owned()),
        args: BTreeMap::from([("RUBY".to_owned(), "3.4".to_owned())]),
        ..Build::default()
    };
    let known = BTreeMap::from([("production".to_owned(), ecs_of("production", "AbC123"))]);
    let family = Task {
        family: "shop-{environment}-nightly".to_owned(),
        container: "nightly".to_owned(),
        roles: vec!["shop-{environment}-nightly-TaskRole-CHECK".to_owned()],
        state_machines: vec!["shop-{environment}-nightly".to_owned()],
    };
    let source = Source {
        region: None,
        provider: RawProvider::GitHub,
        repository: "acme/shop".to_owned(),
        connection: Some("acme".to_owned()),
    };
    Draft {
        source: Some(source),
        rules: vec![
            rule("develop", "develop", &["dev"], None),
            rule("shop-release", "release: x", &["staging", "production"], Some(&["api"])),
        ],
        environments: vec![
            environment("dev", false, &[]),
            environment("staging", false, &["make integ-test", "echo \"it: works\""]),
            environment("production", true, &[]),
        ],
        services: vec![
            service(
                "api",
                "Load Balanced Web Service",
                Image::Built(build),
                Deploy::Ecs(Names { pattern: ecs_of("{environment}", UNKNOWN), known }),
            ),
            service(
                "nightly",
                "Scheduled Job",
                Image::Of("api".to_owned()),
                Deploy::Task(Names { pattern: family, known: BTreeMap::new() }),
            ),
        ],
        migrating: Migrating::default(),
        migrate: Some(Migrate {
            service: "api".to_owned(),
            command: "bin/rails db:migrate".to_owned(),
            place: place(7),
        }),
        ..Draft::default()
    }
}

fn given() -> Given {
    Given {
        command: "branchline import copilot",
        app: "shop".to_owned(),
        account: "011122223333".to_owned(),
        region: "eu-west-1".to_owned(),
        connection: None,
    }
}

#[test]
fn the_text_says_what_the_draft_says_to_any_reader_of_yaml() {
    let text = text(&draft(), &given()).expect("it can be written");
    let read: serde_json::Value = serde_yaml::from_str(&text).expect("it is YAML");
    assert_eq!(read["branches"]["develop"][0], "dev");
    assert_eq!(read["branches"]["shop-release"]["branch"], "release: x");
    assert_eq!(read["branches"]["shop-release"]["services"][0], "api");
    assert_eq!(read["pipelines"]["account"], "011122223333");
    assert_eq!(read["environments"]["staging"]["verify"]["commands"][1], "echo \"it: works\"");
    assert!(read["environments"]["production"]["approval"].is_object());
    let ecs = &read["environments"]["production"]["services"]["api"]["deploy"]["ecs"];
    assert_eq!(ecs["cluster"], "shop-production-Cluster-AbC123");
    assert_eq!(read["services"]["api"]["build"]["args"]["RUBY"], "3.4");
    assert_eq!(
        read["services"]["nightly"]["deploy"]["ecs_task"]["targets"]["state_machines"][0],
        "shop-{environment}-nightly"
    );
    assert_eq!(read["migrate"]["command"], "bin/rails db:migrate");
    assert!(
        text.lines().filter(|line| line.trim_start().starts_with('#')).all(|line| line.len() <= 100),
        "{text}"
    );
}

#[test]
fn what_was_assumed_is_marked() {
    let text = text(&draft(), &given()).expect("it can be written");
    assert_eq!(text.matches(MARK).count(), 5, "{text}");
    let plain = Draft { source: None, ..draft() };
    assert!(
        super::text(&plain, &given())
            .expect("it can be written")
            .contains("no pipeline told which repository this is")
    );
}

#[test]
fn the_proposed_file_passes_the_check_of_a_configuration() {
    let mut draft = draft();
    draft.rules[1].start.branch = "release".to_owned();
    let text = text(&draft, &given()).expect("it can be written");
    let reading = crate::config::read(&text);
    assert_eq!(reading.findings, [], "{text}");
}

#[test]
fn nothing_in_the_file_turns_the_direction_of_writing() {
    let mut draft = draft();
    draft.environments[0].verify = vec!["make \u{202e}cipoT".to_owned()];
    draft.rules[0].pipeline = "shop\u{202e}\u{1b}[31m".to_owned();
    let given = Given {
        command: "branchline import copilot",
        app: "shop".to_owned(),
        account: "111122223333".to_owned(),
        region: "eu-west-1".to_owned(),
        connection: None,
    };
    let text = text(&draft, &given).expect("it can be written");
    assert!(text.contains("- \"make \\u202EcipoT\"\n"), "{text}");
    assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
}
