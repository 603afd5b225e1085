use std::collections::BTreeMap;

use super::super::gather::{Gathered, gather};
use super::*;
use crate::import::copies::Content;
use crate::import::draft::Secret;

const API: &str = "name: api\ntype: Backend Service\nimage: { build: Dockerfile }\n";

fn manifest(name: &str, branch: &str) -> String {
    format!(
        "name: {name}\nsource: {{ provider: GitHub, properties: {{ branch: {branch}, repository: acme/shop }} }}\nstages: [{{ name: dev }}]\n"
    )
}

fn branch(name: &str, files: &[(&str, &str)]) -> Branch {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), Content::Text((*text).into())));
    Branch { name: name.to_owned(), is_remote: false, files: files.collect::<BTreeMap<_, _>>() }
}

fn with(buildspec: &str) -> Gathered {
    let pipeline = manifest("shop", "main");
    let files = [
        ("copilot/pipelines/shop/manifest.yml", pipeline.as_str()),
        ("copilot/api/manifest.yml", API),
        ("copilot/pipelines/shop/buildspec.yml", buildspec),
    ];
    gather(&[branch("main", &files)], None, Some("shop"))
}

fn told<'g>(found: &'g Gathered, weight: Weight, part: &str) -> &'g Remark {
    let is_it = |one: &&Remark| one.weight == weight && format!("{} {}", one.what, one.help).contains(part);
    found.remarks.iter().find(is_it).unwrap_or_else(|| panic!("{part}: {:?}", found.remarks))
}

/// A buildspec with these commands in the phase `build`, and more at its top.
fn spec(commands: &str, more: &str) -> String {
    format!(
        "version: 0.2\n{more}phases:\n  install: {{ commands: [cd $CODEBUILD_SRC_DIR] }}\n  build:\n    commands:\n{commands}  post_build:\n    \
         commands:\n      - ls -l\n      - export CI=\"true\"\nartifacts: {{ files: ['infrastructure/*'] }}\n"
    )
}

#[test]
fn a_buildspec_that_nobody_changed_leaves_nothing_to_do() {
    let found = with(&spec("      - echo \"Run your tests\"\n", ""));
    told(&found, Weight::Kept, "every command of the build of `shop` is Copilot's own");
    assert_eq!(found.draft.settings, crate::import::draft::Settings::default());
}

#[test]
fn tests_and_what_goes_before_them_become_tests_with_their_machine() {
    let found = with(&spec(
        "      - npm ci\n      - |\n        for one in a b; do\n          npm test \"$one\"\n        done\n      - ./upload.sh\n",
        "env: { variables: { NODE_ENV: test }, parameter-store: { TOKEN: /shop/t } }\ncache: { paths: ['node_modules/**/*', 'a|b'] }\n",
    ));
    let settings = &found.draft.settings;
    let test = settings.test.as_ref().expect("there is one");
    assert_eq!(test.commands, ["npm ci", "for one in a b; do\n  npm test \"$one\"\ndone\n"]);
    assert_eq!(test.machine.secrets["TOKEN"], Secret::Parameter("/shop/t".to_owned()));
    assert_eq!((test.machine.variables["NODE_ENV"].as_str(), test.machine.cache_paths.len()), ("test", 1));
    assert_eq!(settings.build.variables["NODE_ENV"], "test");
    assert!(settings.build.secrets.is_empty());
    assert_eq!(
        told(&found, Weight::Changed, "became `test.commands`").place.as_ref().map(|place| place.line),
        Some(8)
    );
    told(&found, Weight::Lost, "./upload.sh");
    told(&found, Weight::Lost, "`a|b`");
}

#[test]
fn without_tests_commands_are_lost_and_secrets_are_the_builds() {
    let found = with(&spec(
        "      - npm run build\n      - docker login -u a\n      - copilot svc deploy -n api\n",
        "env: { parameter-store: { TOKEN: /shop/t } }\n",
    ));
    for part in ["as a stage of its own", "public.ecr.aws", "no build calls Copilot any more"] {
        told(&found, Weight::Lost, part);
    }
    assert!(found.draft.settings.test.is_none());
    assert_eq!(found.draft.settings.build.secrets["TOKEN"], Secret::Parameter("/shop/t".to_owned()));
    told(&found, Weight::Changed, "`build.secrets`");
}

#[test]
fn a_migration_in_the_build_is_a_mistake_and_becomes_a_migrate() {
    let found = with(&spec("      - npx prisma migrate deploy\n", ""));
    told(&found, Weight::Mistake, "before any approval");
    let migrate = found.draft.migrate.as_ref().expect("one is proposed");
    assert_eq!((migrate.command.as_str(), migrate.place.line), ("npx prisma migrate deploy", 6));
    // The database of tests is none that is deployed to.
    let found = with(&spec(
        "      - bin/rails db:schema:load\n      - rspec\n",
        "env: { variables: { RAILS_ENV: test } }\n",
    ));
    assert!(found.draft.migrate.is_none());
    assert_eq!(found.draft.settings.test.as_ref().map(|test| test.commands.len()), Some(2));
}

#[test]
fn a_build_that_empties_its_database_or_asks_before_it_migrates_becomes_no_migrate() {
    for line in [
        "bin/rails db:drop db:create db:migrate",
        "if [ \"$X\" = dev ]; then bin/rails db:migrate; fi",
        "bin/rails db:migrate || true",
    ] {
        let found = with(&spec(&format!("      - {line}\n"), ""));
        told(&found, Weight::Mistake, "No `migrate` is proposed from it");
        assert!(found.draft.migrate.is_none(), "{line}");
    }
}

#[test]
fn the_database_of_tests_is_known_by_what_an_earlier_command_exports() {
    let lines = "      - export RAILS_ENV=test DATABASE_URL=x\n      - bin/rails db:drop db:create db:migrate\n      - rspec\n";
    let found = with(&spec(lines, ""));
    assert!(found.draft.migrate.is_none());
    assert_eq!(found.draft.settings.test.as_ref().map(|test| test.commands.len()), Some(3));
    // What stands before a command is that command's alone.
    let found = with(&spec("      - RAILS_ENV=test rspec\n      - bin/rails db:migrate\n", ""));
    assert!(found.draft.migrate.is_some());
}

#[test]
fn pipelines_that_test_otherwise_are_told_and_the_first_counts() {
    let (one, two) = (manifest("api", "develop"), manifest("web", "main"));
    let (mine, other) = (spec("      - make test\n", ""), spec("      - make check\n", ""));
    let all = |second: &str| {
        let files = [
            ("copilot/pipelines/api/manifest.yml", one.as_str()),
            ("copilot/pipelines/web/manifest.yml", two.as_str()),
            ("copilot/api/manifest.yml", API),
            ("copilot/pipelines/api/buildspec.yml", mine.as_str()),
            ("copilot/pipelines/web/buildspec.yml", second),
        ];
        gather(&[branch("main", &files)], None, Some("shop"))
    };
    let found = all(&other);
    assert_eq!(
        found.draft.settings.test.as_ref().map(|test| test.commands.clone()),
        Some(vec!["make test".to_owned()])
    );
    told(&found, Weight::Changed, "what it lacks of these is `make check`");
    told(&all(&spec("      - ls -l\n", "")), Weight::Changed, "all run it now");
    let found = all(&mine);
    assert!(
        !found.remarks.iter().any(|one| one.what.contains("pipeline") && one.weight == Weight::Changed),
        "{:?}",
        found.remarks
    );
}

#[test]
fn the_branchs_own_copy_counts_and_what_another_one_has_is_named() {
    let pipeline = manifest("shop", "release");
    let files = |buildspec: &'static str| {
        [
            ("copilot/pipeline.yml", pipeline.clone()),
            ("copilot/api/manifest.yml", API.to_owned()),
            ("copilot/buildspec.yml", spec(buildspec, "")),
        ]
    };
    let of = |name: &str, buildspec: &'static str| {
        let files = files(buildspec);
        branch(name, &files.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>())
    };
    let found = gather(
        &[of("develop", "      - make quick\n"), of("release", "      - make test\n")],
        None,
        Some("shop"),
    );
    assert_eq!(
        found.draft.settings.test.as_ref().map(|test| test.commands.clone()),
        Some(vec!["make test".to_owned()])
    );
    let remark = told(&found, Weight::Changed, "is another one on develop");
    assert!(remark.help.contains("`- make quick` in place of `- make test`"), "{}", remark.help);
}

#[test]
fn a_buildspec_that_is_named_and_not_there_is_told() {
    let pipeline =
        manifest("shop", "main").replace("stages:", "build: { buildspec: ./ci/build.yml }\nstages:");
    let files =
        [("copilot/pipelines/shop/manifest.yml", pipeline.as_str()), ("copilot/api/manifest.yml", API)];
    let found = gather(&[branch("main", &files)], None, Some("shop"));
    told(&found, Weight::Lost, "`ci/build.yml`");
}

/// Two pipelines, of develop and of production, each with a buildspec of its own or without one.
fn two(develop: Option<&str>, production: Option<&str>) -> Gathered {
    let (one, two) = (manifest("develop", "develop"), manifest("production", "main"));
    let mut files = vec![
        ("copilot/pipelines/develop/manifest.yml", one.as_str()),
        ("copilot/pipelines/production/manifest.yml", two.as_str()),
        ("copilot/api/manifest.yml", API),
    ];
    files.extend(develop.map(|text| ("copilot/pipelines/develop/buildspec.yml", text)));
    files.extend(production.map(|text| ("copilot/pipelines/production/buildspec.yml", text)));
    gather(&[branch("main", &files)], None, Some("shop"))
}

#[test]
fn values_that_differ_between_pipelines_are_nobodys_and_told() {
    let of = |url: &str, token: &str| {
        spec(
            "      - npm test\n",
            &format!(
                "env: {{ variables: {{ API_URL: {url}, SAME: a }}, parameter-store: {{ NPM_TOKEN: {token}, BOTH: /x }} }}\n"
            ),
        )
    };
    let found = two(Some(&of("dev.example.com", "/dev/npm")), Some(&of("example.com", "/prod/npm")));
    let settings = &found.draft.settings;
    let keys = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&settings.build.variables), ["SAME"]);
    let test = settings.test.as_ref().expect("there is one");
    assert_eq!(keys(&test.machine.variables), ["SAME"]);
    assert_eq!(test.machine.secrets.keys().collect::<Vec<_>>(), ["BOTH"]);
    let what = &told(&found, Weight::Lost, "`API_URL` of the buildspecs").what;
    assert!(
        what.contains("`dev.example.com` for `develop` (copilot/pipelines/develop/buildspec.yml:2)"),
        "{what}"
    );
    assert!(what.contains("`example.com` for `production`"), "{what}");
    told(&found, Weight::Lost, "the secret `/prod/npm` for `production`");
}

#[test]
fn what_one_pipeline_deploys_with_is_no_test_of_all() {
    let production = spec(
        "      - npm ci\n      - npx vercel deploy --prod --token $VERCEL\n      - curl -X POST https://deploy.example.com/production\n      - npm test\n",
        "env: { variables: { URL: a }, parameter-store: { VERCEL: /prod/vercel } }\n",
    );
    for develop in [None, Some(spec("      - ls -l\n", ""))] {
        let found = two(develop.as_deref(), Some(&production));
        let settings = &found.draft.settings;
        let test = settings.test.as_ref().expect("there is one");
        assert_eq!(test.commands, ["npm ci", "npm test"]);
        assert!(test.machine.secrets.is_empty() && settings.build.variables.is_empty());
        told(
            &found,
            Weight::Changed,
            "`npm ci`, `npm test` in the build of `production` became `test.commands`",
        );
        told(&found, Weight::Lost, "ran `npx vercel deploy");
        told(&found, Weight::Lost, "ran `curl -X POST");
        told(&found, Weight::Lost, "`VERCEL` of the buildspecs is not the same");
        told(&found, Weight::Lost, "the others have none");
        told(
            &found,
            Weight::Changed,
            "not every pipeline ran the tests that are in the build of `production`",
        );
    }
}

#[test]
fn a_secret_in_plain_text_is_neither_told_nor_taken() {
    let found = with(&spec(
        "      - docker login -u x -p hunter2\n      - export API_TOKEN=hunter2\n      - 'curl -H \"Authorization: Bearer hunter2hunter2\" https://a'\n      - \
         DATABASE_URL=postgres://a:hunter2@b/c npx prisma migrate deploy\n      - npm test --token hunter2\n      - npm test\n",
        "env: { variables: { STRIPE_SECRET_KEY: hunter2, PLAIN: a } }\n",
    ));
    let all = format!("{:?} {:?} {:?}", found.draft.settings, found.draft.migrate, found.remarks);
    assert!(!all.contains("hunter2"), "{all}");
    assert_eq!(found.draft.settings.build.variables.keys().collect::<Vec<_>>(), ["PLAIN"]);
    assert_eq!(found.draft.settings.test.as_ref().map(|test| test.commands.len()), Some(1));
    for part in
        ["`env.variables.STRIPE_SECRET_KEY`", "(API_TOKEN)", "(the password of docker login)", "(--token)"]
    {
        told(&found, Weight::Mistake, part);
    }
}

#[test]
fn a_test_after_a_deploy_with_a_secret_in_it_is_not_taken() {
    let pipeline = manifest("shop", "main").replace(
        "{ name: dev }",
        "{ name: dev, test_commands: ['export DB_PASSWORD=hunter2; make e2e', make quick] }",
    );
    let files =
        [("copilot/pipelines/shop/manifest.yml", pipeline.as_str()), ("copilot/api/manifest.yml", API)];
    let found = gather(&[branch("main", &files)], None, Some("shop"));
    assert_eq!(found.draft.environments[0].verify, ["make quick"]);
    assert!(!format!("{:?}", found.remarks).contains("hunter2"));
    told(&found, Weight::Mistake, "(DB_PASSWORD)");
}

#[test]
fn a_patched_variable_that_is_a_secret_is_not_taken() {
    let patch = "- op: add\n  path: /Resources/BuildProject/Properties/Environment/EnvironmentVariables/-\n  value: { Name: DB_PASSWORD, Value: hunter2 }\n";
    let pipeline = manifest("shop", "main");
    let files = [
        ("copilot/pipelines/shop/manifest.yml", pipeline.as_str()),
        ("copilot/pipelines/shop/overrides/cfn.patches.yml", patch),
        ("copilot/api/manifest.yml", API),
    ];
    let found = gather(&[branch("main", &files)], None, Some("shop"));
    assert!(found.draft.settings.build.variables.is_empty());
    assert!(!format!("{:?}", found.remarks).contains("hunter2"));
    told(&found, Weight::Mistake, "`DB_PASSWORD`");
}
