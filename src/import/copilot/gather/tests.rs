use std::collections::BTreeMap;

use super::super::super::copies::Content;
use super::super::super::draft::Image;
use super::super::super::text::{Given, text};
use super::*;

fn branch(name: &str, files: &[(&str, &str)]) -> Branch {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), Content::Text((*text).into())));
    Branch { name: name.to_owned(), is_remote: false, files: files.collect::<BTreeMap<_, _>>() }
}

fn pipeline(name: &str, branch: &str, stages: &str) -> String {
    format!(
        "name: {name}\nsource:\n  provider: GitHub\n  properties: {{ repository: acme/shop, branch: {branch} }}\nstages: [{stages}]\n"
    )
}

const API: &str = "name: api\ntype: Load Balanced Web Service\nimage: { build: Dockerfile, port: 3000 }\nsecrets: { KEY: /shop/key }\n";
const JOB: &str = "name: nightly\ntype: Scheduled Job\non: { schedule: '@daily' }\nimage: { build: Dockerfile }\ncommand: bin/rails \
    nightly\n";
const ENTRYPOINT: &str = "#!/bin/sh\nbin/rails db:prepare\nexec \"$@\"\n";

/// The workaround: the release branch has a manifest of its own.
fn workaround() -> [Branch; 2] {
    let common = [
        ("copilot/.workspace", "application: shop\n"),
        ("copilot/api/manifest.yml", API),
        ("copilot/nightly/manifest.yml", JOB),
        ("copilot/environments/sandbox/manifest.yml", "name: sandbox\ntype: Environment\n"),
        ("bin/docker-entrypoint", ENTRYPOINT),
    ];
    let (dev, release) = (
        pipeline("shop", "develop", "{ name: dev }"),
        pipeline("shop", "release", "{ name: staging }, { name: production, requires_approval: true }"),
    );
    let with = |text: &str, name: &str| {
        let mut files = common.to_vec();
        files.push(("copilot/pipeline.yml", text));
        branch(name, &files)
    };
    [with(&dev, "develop"), with(&release, "release")]
}

fn given() -> Given {
    Given {
        command: "branchline import copilot",
        app: "shop".to_owned(),
        account: "111122223333".to_owned(),
        region: "eu-west-1".to_owned(),
        connection: None,
    }
}

#[test]
fn the_workaround_becomes_one_map_that_passes_the_check() {
    let found = gather(&workaround(), Some("develop"), None);
    assert_eq!(found.app.as_deref(), Some("shop"));
    let text = text(&found.draft, &given()).expect("it can be written");
    let reading = crate::config::read(&text);
    let errors: Vec<_> = reading
        .findings
        .iter()
        .filter(|finding| finding.severity == crate::diagnostic::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let config = reading.config.expect("it is sound");
    assert!(
        config.environments["production"].approval.is_some() && config.environments["dev"].approval.is_none()
    );
    assert_eq!(found.draft.services[1].image, Image::Of("api".to_owned()));
}

#[test]
fn a_migration_in_an_entrypoint_is_a_mistake_and_a_migrate_is_proposed() {
    let found = gather(&workaround(), Some("develop"), None);
    let migrate = found.draft.migrate.expect("one is proposed");
    assert_eq!((migrate.service.as_str(), migrate.command.as_str()), ("api", "bin/rails db:migrate"));
    let remark =
        found.remarks.iter().find(|remark| remark.what.starts_with("a migration hides")).expect("it is told");
    let place = remark.place.as_ref().expect("it has a place");
    assert_eq!(
        (place.file.as_str(), place.line, remark.weight),
        ("bin/docker-entrypoint", 2, Weight::Mistake)
    );
    assert_eq!(place.branches, ["develop", "release"]);
}

#[test]
fn a_drop_that_stands_in_an_entrypoint_is_told_and_never_becomes_the_migrate() {
    let mut branches = workaround();
    let script = "#!/bin/sh\nif [ \"$APP_ENV\" = dev ]; then\n  migrate -path /db drop -f\nfi\n";
    for (more, proposed) in [("", None), ("migrate -path /db up\n", Some("migrate -path /db up"))] {
        for branch in &mut branches {
            let text = Content::Text(format!("{script}{more}").as_str().into());
            branch.files.insert("bin/docker-entrypoint".to_owned(), text);
        }
        let found = gather(&branches, Some("develop"), None);
        assert_eq!(found.draft.migrate.as_ref().map(|one| one.command.as_str()), proposed);
        let told = |remark: &&Remark| remark.help.contains("`drop` destroys data");
        let remark = found.remarks.iter().find(told).expect("it is told");
        let line = remark.place.as_ref().map(|place| place.line);
        assert_eq!((remark.weight, line), (Weight::Mistake, Some(3)));
    }
}

#[test]
fn what_no_pipeline_goes_to_and_what_has_no_manifest_is_told() {
    let mut branches = workaround();
    let named = pipeline("shop", "release", "{ name: staging, deployments: { api: , gone: } }");
    branches[1].files.insert("copilot/pipeline.yml".to_owned(), Content::Text(named.into()));
    let found = gather(&branches, None, None);
    let told = |part: &str| found.remarks.iter().any(|remark| remark.what.contains(part));
    assert!(told("no pipeline deploys to the environment `sandbox`"));
    assert!(told("`shop` deploys `gone`, and no branch has a manifest of it"));
    let rule = found.draft.rules.iter().find(|rule| rule.start.branch == "release").expect("it is there");
    assert_eq!(rule.services.as_deref(), Some(&["api".to_owned()][..]));
}

#[test]
fn the_workload_of_a_branch_that_is_deployed_counts_and_others_are_told() {
    let mut branches = workaround().to_vec();
    let other = API.replace("build: Dockerfile", "build: other/Dockerfile");
    branches.insert(0, branch("feature", &[("copilot/api/manifest.yml", &other)]));
    let found = gather(&branches, None, None);
    let Image::Built(build) = &found.draft.services[0].image else { panic!("it is built") };
    assert_eq!(build.dockerfile, None);
    assert!(found.remarks.iter().any(|remark| remark.what == "the workload `api` is written in 2 ways"));
}

#[test]
fn only_what_is_needed_is_read() {
    for path in [
        "copilot/.workspace",
        "copilot/api/manifest.yml",
        "services/shop/copilot/api/manifest.yml",
        "copilot/api/addons/db.yml",
        ".gitattributes",
        "docker/Dockerfile.prod",
        "bin/docker-entrypoint",
    ] {
        assert!(is_read(path), "{path}");
    }
    for path in
        ["copilot/api/addons/seed.sql", "manifest.yml", "src/main.rs", ".env", "config/credentials.yml"]
    {
        assert!(!is_read(path), "{path}");
    }
    assert!(is_entered("copilot/api") && !is_entered("web/node_modules"));
}

/// The workaround with another manifest on the release branch.
fn released(stages: &str) -> Gathered {
    let mut branches = workaround();
    let text = pipeline("web", "release", stages);
    branches[1].files.insert("copilot/pipeline.yml".to_owned(), Content::Text(text.into()));
    gather(&branches, None, None)
}

#[test]
fn a_pipeline_of_what_has_no_manifest_or_of_templates_alone_deploys_nothing_else_now() {
    for deployments in ["frontend: {}", "network: { template_path: n.yml }"] {
        let found = released(&format!("{{ name: production, deployments: {{ {deployments} }} }}"));
        let rules: Vec<&str> = found.draft.rules.iter().map(|rule| rule.start.branch.as_str()).collect();
        assert_eq!(rules, ["develop"], "{deployments}");
        assert!(found.draft.environments.iter().all(|one| one.name != "production"), "{deployments}");
        let lost = found.remarks.iter().filter(|one| one.weight == Weight::Lost);
        assert!(lost.into_iter().any(|one| one.what.contains("`production`")), "{:?}", found.remarks);
    }
}

#[test]
fn an_environment_that_got_no_workload_that_is_known_leaves_its_rule() {
    for deployments in ["frontend: {}", "network: { template_path: n.yml }"] {
        for staging in ["{ name: staging }", "{ name: staging, deployments: { api: {} } }"] {
            let found =
                released(&format!("{staging}, {{ name: production, deployments: {{ {deployments} }} }}"));
            let rule =
                found.draft.rules.iter().find(|rule| rule.start.branch == "release").expect("one is left");
            assert_eq!(rule.environments, ["staging"], "{deployments}");
            let services = if staging.contains("api") { "api" } else { "api nightly" };
            let all = || vec!["api".to_owned(), "nightly".to_owned()];
            assert_eq!(rule.services.clone().unwrap_or_else(all).join(" "), services, "{deployments}");
        }
    }
}

#[test]
fn what_has_a_manifest_and_is_left_out_is_not_said_to_have_none() {
    let pipeline = pipeline("shop", "main", "{ name: prod, deployments: { api: , redis: , gone: } }");
    let files = [
        ("copilot/api/manifest.yml", API),
        (
            "copilot/redis/manifest.yml",
            "name: redis\ntype: Backend Service\nimage: { location: 'redis:7' }\n",
        ),
        ("copilot/pipeline.yml", pipeline.as_str()),
    ];
    let found = gather(&[branch("main", &files)], None, Some("shop"));
    let told = |part: &str| found.remarks.iter().filter(|one| one.what.starts_with(part)).count();
    assert_eq!(told("`shop` deploys `redis`, and it is left out of the map"), 1, "{:?}", found.remarks);
    assert_eq!(told("`shop` deploys `gone`, and no branch has a manifest of it"), 1);
}

#[test]
fn a_deployment_that_waits_for_none_is_of_a_manifest_that_copilot_refuses() {
    let pipeline = pipeline("shop", "main", "{ name: prod, deployments: { api: { depends_on: [nope] } } }");
    let files = [("copilot/api/manifest.yml", API), ("copilot/pipeline.yml", pipeline.as_str())];
    let found = gather(&[branch("main", &files)], None, Some("shop"));
    let told = found.remarks.iter().find(|one| one.what == "`api` waits for `nope`, which is not there");
    assert!(
        told.is_some_and(|one| one.help.starts_with("Copilot takes no such manifest")),
        "{:?}",
        found.remarks
    );
}

#[test]
fn no_environment_gets_a_service_that_it_did_not_get() {
    for (stages, services, lost) in [
        (
            "{ name: staging, deployments: { api: , nightly: } }, { name: production, deployments: { api: } }",
            Some("api"),
            vec!["`staging` gets `nightly` no more"],
        ),
        (
            "{ name: staging, deployments: { api: } }, { name: production }",
            Some("api"),
            vec!["`production` gets `nightly` no more"],
        ),
        (
            "{ name: staging, deployments: { nightly: } }, { name: production, deployments: { api: } }",
            None,
            vec!["`web` deploys `nightly` to `staging`", "`web` deploys `api` to `production`"],
        ),
        (
            "{ name: staging, deployments: { api: } }, { name: production, deployments: { api: } }",
            Some("api"),
            vec![],
        ),
    ] {
        let found = released(stages);
        let rule = found.draft.rules.iter().find(|rule| rule.start.branch == "release");
        let proposed = rule.map(|rule| rule.services.clone().unwrap_or_default().join(" "));
        assert_eq!(proposed.as_deref(), services, "{stages}");
        assert!(rule.is_none_or(|rule| rule.environments == ["staging", "production"]), "{stages}");
        let told: Vec<&str> = found
            .remarks
            .iter()
            .filter(|one| {
                one.weight == Weight::Lost
                    && one.place.as_ref().is_some_and(|place| place.file.ends_with("pipeline.yml"))
            })
            .map(|one| one.what.as_str())
            .collect();
        assert_eq!(told.len(), lost.len(), "{told:?}");
        assert!(told.iter().zip(&lost).all(|(told, lost)| told.starts_with(lost)), "{told:?}");
    }
}

#[test]
fn an_environment_whose_image_is_pinned_gets_no_new_build() {
    let mut branches = workaround();
    let pinned = format!("{API}environments: {{ production: {{ image: {{ location: acme/api:1 }} }} }}\n");
    branches[1].files.insert("copilot/api/manifest.yml".to_owned(), Content::Text(pinned.into()));
    let found = gather(&branches, None, None);
    let rule = found.draft.rules.iter().find(|rule| rule.start.branch == "release").expect("it is there");
    assert_eq!(rule.services.as_deref(), Some(&["nightly".to_owned()][..]));
    let told =
        |part: &str| found.remarks.iter().any(|one| one.weight == Weight::Lost && one.what.contains(part));
    assert!(told(
        "`production` gets `api` no more: it runs an image there that is not built here (`acme/api:1`)"
    ));
}

#[test]
fn what_is_built_is_what_the_branch_with_the_approval_has() {
    let mut branches = workaround();
    let target = |name: &str| API.replace("build: Dockerfile", &format!("build: {{ target: {name} }}"));
    for (at, name) in [(0, "development"), (1, "production")] {
        branches[at].files.insert("copilot/api/manifest.yml".to_owned(), Content::Text(target(name).into()));
    }
    let found = gather(&branches, None, None);
    let Image::Built(build) = &found.draft.services[0].image else { panic!("it is built") };
    assert_eq!(build.target.as_deref(), Some("production"));
}

#[test]
fn a_migration_is_of_the_service_whose_container_starts_with_it_and_of_no_file_that_nothing_starts() {
    let pipeline = pipeline("shop", "main", "{ name: prod }");
    let web = API.replace("name: api", "name: web").replace("build: Dockerfile", "build: web/Dockerfile");
    let files = |more: &[(&'static str, &'static str)]| {
        let mut files = vec![
            ("copilot/api/manifest.yml", API),
            ("copilot/web/manifest.yml", web.as_str()),
            ("copilot/pipeline.yml", pipeline.as_str()),
            ("Dockerfile", "FROM scratch\n"),
        ];
        files.extend(more);
        gather(&[branch("main", &files)], None, Some("shop"))
    };
    let migrate = "#!/bin/sh\nbin/rails db:migrate\nexec \"$@\"\n";
    // Nothing is built from it, and nothing names the script.
    for nobodys in
        [("tools/Dockerfile", "FROM ruby\nCMD bin/rails db:migrate\n"), ("dev/entrypoint.sh", migrate)]
    {
        let found = files(&[("web/Dockerfile", "FROM ruby\n"), nobodys]);
        assert!(found.draft.migrate.is_none(), "{nobodys:?}");
        assert!(found.remarks.iter().all(|one| !one.what.contains("a migration hides")), "{nobodys:?}");
    }
    // By the Dockerfile itself, and by a script that it names.
    for more in [
        &[("web/Dockerfile", "FROM ruby\nCMD bin/rails db:migrate\n")][..],
        &[
            ("web/Dockerfile", "FROM ruby\nENTRYPOINT [\"/app/entrypoint.sh\"]\n"),
            ("web/bin/entrypoint.sh", migrate),
        ],
    ] {
        let found = files(more).draft.migrate.expect("one is proposed");
        assert_eq!((found.service.as_str(), found.command.as_str()), ("web", "bin/rails db:migrate"));
    }
}
