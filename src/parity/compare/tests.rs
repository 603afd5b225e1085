use super::*;
use crate::config::ParityException;
use crate::diagnostic::Span;
use crate::parity::{Key, Page, Source};

fn place(column: usize) -> Place {
    Place { file: "file".into(), line: 1, column }
}

/// A set of variables, and of secrets where a key begins with `S_`.
fn set(service: &str, environment: &str, keys: &str) -> Set {
    let keys = keys.split_whitespace().enumerate().map(|(at, key)| {
        let kind = if key.starts_with("S_") { Kind::Secret } else { Kind::Variable };
        (key.trim_start_matches("S_").to_owned(), Key { kind, place: place(at + 1) })
    });
    Set {
        subject: Subject::main(service),
        environment: environment.to_owned(),
        source: Source::Copilot,
        keys: keys.collect(),
        variables: place(100),
        secrets: place(200),
        open: None,
        image: None,
        role: Role::Other,
    }
}

fn running(role: Role, image: &str, set: Set) -> Set {
    Set { role, image: Some(image.to_owned()), ..set }
}

fn told(sets: Vec<Set>, exceptions: &[ParityException]) -> Vec<String> {
    let page = Page::new("branchline.yml", "");
    let mut exceptions = Exceptions::new(exceptions, &page);
    let from = Sets { sets, found: Vec::new() };
    let report = compare(from, &["dev".to_owned(), "production".to_owned()], &mut exceptions);
    let found = report.found.iter().map(|found| {
        let column = found.place.as_ref().map_or(0, |place| place.column);
        let key = found.key.as_deref().unwrap_or("-");
        format!("{} {key} {} {column}", found.code, found.environment.as_deref().unwrap_or("-"))
    });
    found.collect()
}

fn exception(key: &str, environments: &[&str], services: &[&str]) -> ParityException {
    ParityException {
        key: key.to_owned(),
        environments: environments.iter().map(|name| (*name).to_owned()).collect(),
        services: services.iter().map(|name| (*name).to_owned()).collect(),
        reason: "so it is".to_owned(),
        place: Span::default(),
    }
}

#[test]
fn a_key_that_one_environment_lacks_is_told_where_it_would_be_written() {
    let sets =
        vec![set("api", "production", "A S_B"), set("api", "dev", "A"), set("api", "staging", "S_B C")];
    assert_eq!(
        told(sets, &[]),
        ["BL701 A staging 100", "BL701 B dev 200", "BL701 C dev 100", "BL701 C production 100"]
    );
    assert_eq!(told(vec![set("api", "dev", "A"), set("api", "production", "A")], &[]), Vec::<String>::new());
}

#[test]
fn a_secret_that_is_a_variable_elsewhere_is_told_at_the_variable() {
    let sets = vec![set("api", "dev", "X A"), set("api", "production", "X S_A")];
    assert_eq!(told(sets.clone(), &[]), ["BL703 A dev 2"]);
    assert_eq!(told(sets, &[exception("A", &["dev"], &[])]), Vec::<String>::new());
    let mut dotenv = set("api", "dev", "A");
    dotenv.keys.get_mut("A").expect("it is there").kind = Kind::Either;
    assert_eq!(told(vec![dotenv, set("api", "production", "S_A")], &[]), Vec::<String>::new());
}

#[test]
fn a_job_is_compared_with_the_services_whose_image_it_runs_in_the_same_environment() {
    let sets = |image: &str| {
        vec![
            running(Role::Service, "build x", set("api", "dev", "A S_B")),
            running(Role::Service, "build x", set("api", "production", "A S_B C")),
            running(Role::Job, image, set("nightly", "dev", "A D")),
            running(Role::Job, image, set("nightly", "production", "A D")),
        ]
    };
    assert_eq!(
        told(sets("build x"), &[exception("C", &["dev"], &["api"])]),
        ["BL702 B dev 200", "BL702 B production 200", "BL702 C production 100"]
    );
    assert_eq!(told(sets("build y"), &[exception("C", &["dev"], &["api"])]), Vec::<String>::new());
}

#[test]
fn what_is_not_known_is_not_told_as_missing() {
    let open = Set { open: Some(("a file in S3".to_owned(), place(9))), ..set("api", "dev", "A") };
    let sets = vec![open, set("api", "production", "B")];
    assert_eq!(told(sets, &[]), ["BL707 - dev 9", "BL701 A production 100"]);
}

#[test]
fn a_service_in_one_environment_alone_is_no_parity() {
    assert_eq!(
        told(vec![set("api", "dev", "A"), set("web", "production", "A")], &[]),
        ["BL706 - dev 100", "BL706 - production 100"]
    );
}

#[test]
fn an_exception_holds_for_its_key_environments_and_services_alone() {
    let sets = || vec![set("api", "dev", ""), set("api", "production", "A")];
    for (exception, expected) in [
        (exception("A", &[], &[]), vec![]),
        (exception("A", &["dev"], &["api"]), vec![]),
        (exception("A", &["dev", "production"], &[]), vec!["BL705 A - 1"]),
        (exception("A", &["production"], &[]), vec!["BL701 A dev 100", "BL705 A - 1"]),
        (exception("B", &["dev"], &[]), vec!["BL701 A dev 100", "BL705 B - 1"]),
        // Of another service, which may be looked at another time.
        (exception("A", &["dev"], &["web"]), vec!["BL701 A dev 100"]),
    ] {
        assert_eq!(told(sets(), std::slice::from_ref(&exception)), expected, "{exception:?}");
    }
}

#[test]
fn an_environment_that_two_sources_tell_of_is_two_columns() {
    let sets = vec![set("api", "dev", "A"), Set { source: Source::Dotenv, ..set("api", "dev", "A B") }];
    let report = compare(Sets { sets, found: Vec::new() }, &[], &mut Exceptions::default());
    assert_eq!(report.groups[0].columns, ["dev (Copilot)", "dev (dotenv)"]);
    assert_eq!(report.groups[0].rows[1].marks, [Mark::Lacks, Mark::Has]);
}

#[test]
fn a_secret_with_a_variable_beside_it_is_told_at_the_variable() {
    let manifest = "name: api\ntype: Backend Service\nsecrets: { A: /x, B: /y }\nenvironments:\n  dev: {}\n  production:\n    variables: { A: x }\n";
    let files =
        crate::parity::copilot::Files::from([("copilot/api/manifest.yml".to_owned(), Ok(manifest.into()))]);
    let sets = crate::parity::copilot::read(&files, str::to_owned).sets(&files).sets;
    assert_eq!(told(sets, &[]), ["BL703 A production 18"]);
    let twice = manifest.replace("dev: {}", "dev: { variables: { A: y } }");
    let files =
        crate::parity::copilot::Files::from([("copilot/api/manifest.yml".to_owned(), Ok(twice.into()))]);
    let sets = crate::parity::copilot::read(&files, str::to_owned).sets(&files).sets;
    assert_eq!(told(sets, &[]).len(), 2);
    let definition = |environment: &str, plain: &str| crate::parity::task_definition::File {
        path: environment.to_owned(),
        text: format!(
            "{{\"containerDefinitions\": [{{\"name\": \"api\", \"environment\": [{plain}], \"secrets\": [{{\"name\": \"A\"}}]}}]}}"
        ),
        environment: environment.to_owned(),
        service: Some("api".to_owned()),
    };
    let files = [definition("dev", ""), definition("production", "{\"name\": \"A\"}")];
    let found = told(crate::parity::task_definition::sets(&files).sets, &[]);
    assert!(matches!(&found[..], [one] if one.starts_with("BL703 A production")), "{found:?}");
}
