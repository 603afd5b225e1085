use super::*;

const FULL: &str = r"name: shop-release
version: 1
source:
  provider: GitHub
  properties:
    branch: release
    repository: https://github.com/acme/shop
    connection_name: acme
    output_artifact_format: CODEBUILD_CLONE_REF
build:
  image: aws/codebuild/amazonlinux2-x86_64-standard:5.0
  buildspec: copilot/pipelines/shop-release/buildspec.yml
  additional_policy:
    PolicyDocument: { Version: '2012-10-17', Statement: [] }
stages:
  - name: staging
    test_commands: [make integ-test, 'echo done']
    pre_deployments:
      migrate: { buildspec: ./migrate.yml }
      warm: { buildspec: ./warm.yml, depends_on: [migrate] }
    deployments:
      api:
      worker: { depends_on: [api] }
      network: { stack_name: shop-network, template_path: infrastructure/n.yml, template_config: infrastructure/n.json }
  - name: production
    requires_approval: true
";

fn raised(text: &str) -> Vec<(Weight, String)> {
    let reading = read(text);
    assert_eq!(reading.findings, []);
    reading.raised.into_iter().map(|raised| (raised.weight, raised.what)).collect()
}

fn with_stage(stage: &str) -> String {
    format!(
        "name: p\nsource: {{ provider: GitHub, properties: {{ repository: acme/shop }} }}\nstages:\n  - name: production\n    {stage}\n"
    )
}

#[test]
fn every_key_of_a_manifest_is_read_and_nothing_is_raised() {
    let reading = read(FULL);
    assert_eq!(reading.raised, []);
    let manifest = reading.manifest.expect("it can be read");
    assert_eq!(manifest.name.value, "shop-release");
    assert_eq!(manifest.source.provider, Provider::GitHub);
    assert_eq!(manifest.source.branch.value, "release");
    assert_eq!(manifest.source.connection.expect("one is named").value, "acme");
    assert!(manifest.source.is_full_clone && manifest.build.policy.is_some());
    let [staging, production] = &manifest.stages[..] else { panic!("two stages") };
    let shown =
        |names: &[Located<String>]| names.iter().map(|one| one.value.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(shown(&staging.tests), "make integ-test echo done");
    assert_eq!(shown(&staging.before[1].depends_on), "migrate");
    assert_eq!(shown(&staging.deployments[1].depends_on), "api");
    assert_eq!(staging.deployments[2].stack.as_ref().expect("it has one").value, "shop-network");
    assert!(!staging.requires_approval && production.requires_approval && production.deployments.is_empty());
}

#[test]
fn an_approval_that_copilots_own_documentation_misspells_was_none_and_is_a_mistake() {
    for (key, was_dropped) in [
        ("require_approval: true", true),
        ("approval: { by: me }", true),
        ("require_approval: false", false),
        ("requires_approval: true\n    require_approval: true", false),
    ] {
        let text = with_stage(key);
        let reading = read(&text);
        let stage = &reading.manifest.expect("it can be read").stages[0];
        assert_eq!(stage.misspelt_approval.is_some(), was_dropped, "{key}");
        assert_eq!(reading.raised.len(), 1, "{key}: {:?}", reading.raised);
        assert_eq!(reading.raised[0].what.contains("without an approval"), was_dropped, "{key}");
    }
    assert_eq!(raised(&with_stage("requires_approval: true")), []);
    assert_eq!(raised(&with_stage("requires_approval: yes")), []);
}

#[test]
fn an_approval_that_cannot_be_read_is_one_and_is_told() {
    for written in ["!!bool true", "'true'", "Yes", "1", "'false'", "[true]"] {
        let reading = read(&with_stage(&format!("requires_approval: {written}")));
        assert!(reading.manifest.expect("it can be read").stages[0].requires_approval, "{written}");
    }
    let told = raised(&with_stage("requires_approval: Yes"));
    assert!(told.iter().any(|(weight, what)| {
        *weight == Weight::Mistake
            && what.starts_with("whether `production` asks for an approval cannot be read")
    }));
    for written in ["false", "no", "off"] {
        let reading = read(&with_stage(&format!("requires_approval: {written}")));
        assert!(!reading.manifest.expect("it can be read").stages[0].requires_approval, "{written}");
        assert_eq!(reading.raised, [], "{written}");
    }
}

#[test]
fn tests_beside_builds_after_the_deploy_are_told_since_copilot_takes_no_such_stage() {
    let both = "test_commands: [make it]\n    post_deployments: { smoke: { buildspec: smoke.yml } }";
    let told = raised(&with_stage(both));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.ends_with("Copilot takes no stage with both"), "{told:?}");
    assert_eq!(raised(&with_stage("post_deployments: { smoke: { buildspec: smoke.yml } }")), []);
}

#[test]
fn keys_that_copilot_drops_are_mistakes_with_what_was_meant() {
    let reading = read(&with_stage("test_command: [make]"));
    assert_eq!(reading.raised.len(), 1);
    assert!(reading.raised[0].what.starts_with("`stages[0].test_command` is no key of Copilot's"));
    assert!(reading.raised[0].help.ends_with("`test_commands` was meant, perhaps"));
    let unlike = read(&with_stage("colour: red"));
    assert!(!unlike.raised[0].help.contains("meant"));
}

#[test]
fn a_token_makes_it_a_pipeline_by_token_whatever_the_provider_is_called() {
    for provider in ["GitHub", "GitHubV1"] {
        let text = format!(
            "name: p\nsource:\n  provider: {provider}\n  properties: {{ repository: a/b, access_token_secret: github-token }}\n"
        );
        let source = read(&text).manifest.expect("it can be read").source;
        assert_eq!(source.provider, Provider::GitHubToken("github-token".to_owned()));
        assert_eq!(source.branch.value, BRANCH);
    }
}

#[test]
fn what_is_of_the_wrong_kind_is_told_with_its_way_and_the_rest_is_read() {
    let told = raised(
        "name: p\nsource: { provider: GitHub, properties: { repository: a/b } }\nbuild: [x]\nstages:\n  - production\n  - name: \
         staging\n    requires_approval: maybe\n    test_commands: make\n",
    );
    let told: Vec<_> = told.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(
        told,
        [
            "`build` is a list, and has to be a mapping",
            "`stages[0]` is a text, and has to be a mapping",
            "`stages[1].requires_approval` is a text, and has to be `true` or `false`",
            "whether `staging` asks for an approval cannot be read, so it gets one",
            "`stages[1].test_commands` is a text, and has to be a list of texts",
        ]
    );
}

#[test]
fn a_manifest_without_a_source_is_left_out_with_the_reason() {
    let reading = read("name: p\nstages: []\n");
    assert!(reading.manifest.is_none());
    assert_eq!(reading.raised[0].what, "this pipeline has no `source` that can be read");
    let strange = raised("name: p\nsource: { provider: GitLab, properties: { repository: a/b } }\n");
    assert!(strange.iter().any(|(_, what)| what.starts_with("`GitLab` is no provider")), "{strange:?}");
}

#[test]
fn hostile_text_ends_in_findings() {
    for text in [
        "a: &a [*a]",
        "{{{{",
        "stages: !!python/object:os.system x",
        &"[".repeat(200),
        &format!("x: {}", "y".repeat(tree::MAX_BYTES)),
    ] {
        let reading = read(text);
        assert!(!reading.findings.is_empty() || reading.manifest.is_none(), "{text:.40}");
    }
}

#[test]
fn an_approval_behind_a_merge_key_is_an_approval() {
    let inline = with_stage("<<: { requires_approval: true, test_commands: [make] }");
    let anchored = "name: p\nsource: { provider: GitHub, properties: { repository: acme/shop } }\nstages:\n  - &s\n    name: staging\n    \
                    requires_approval: true\n    test_commands: [make]\n  - <<: *s\n    name: production\n";
    for text in [inline.as_str(), anchored] {
        assert_eq!(raised(text), [], "{text}");
        let manifest = read(text).manifest.expect("it can be read");
        let production = manifest.stages.last().expect("there is one");
        assert_eq!((production.name.value.as_str(), production.requires_approval), ("production", true));
        assert_eq!(production.tests[0].value, "make");
    }
}
