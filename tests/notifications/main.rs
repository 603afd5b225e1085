//! Who is told what: the generated rules of EventBridge, asked about events as CodePipeline raises them.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod bridge;
mod events;
mod reasons;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use branchline::document::{specs, tree};
use branchline::pipeline::Plan;
use branchline::{branch_map, config};
use serde_json::{Value, json};

const JUDGED: &str = include_str!("../judges/configurations/notifications/branchline.yml");

/// Every file that is generated, by its path.
fn files(text: &str) -> BTreeMap<String, String> {
    let reading = config::read(text);
    let config = reading.config.unwrap_or_else(|| panic!("{:#?}", reading.findings));
    let (map, _) = branch_map::resolve(&config);
    let specs = specs::specs(&config).unwrap();
    let plan = Plan::new(&config, &map, specs.texts.clone());
    tree::files(&plan, &specs).map(Result::unwrap).map(|file| (file.path, file.text)).collect()
}

/// The resources of the base stack, with the account filled in.
fn base(files: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    fn filled(value: &mut Value) {
        if *value == json!({ "Ref": "AWS::AccountId" }) {
            *value = json!(events::ACCOUNT);
        }
        match value {
            Value::Object(map) => map.values_mut().for_each(filled),
            Value::Array(list) => list.iter_mut().for_each(filled),
            _ => {}
        }
    }
    let mut template: Value = serde_yaml::from_str(&files["base.yml"]).unwrap();
    filled(&mut template["Resources"]);
    serde_json::from_value(template["Resources"].take()).unwrap()
}

fn rules(resources: &BTreeMap<String, Value>) -> Vec<&Value> {
    let rules = resources.values().filter(|resource| resource["Type"] == "AWS::Events::Rule");
    rules.map(|rule| &rule["Properties"]).collect()
}

/// The topics that are told of these events, each with its texts.
fn told(resources: &BTreeMap<String, Value>, events: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (rule, event) in
        rules(resources).into_iter().flat_map(|rule| events.iter().map(move |event| (rule, event)))
    {
        if bridge::fits(&rule["EventPattern"], event) {
            let target = &rule["Targets"][0];
            let topic = target["Arn"]["Ref"].as_str().or(target["Arn"].as_str()).unwrap();
            let name = topic.trim_start_matches("Notify").trim_end_matches("Topic").to_lowercase();
            let name = name.rsplit(':').next().unwrap().to_owned();
            told.entry(name).or_default().push(bridge::told(&target["InputTransformer"], event));
        }
    }
    told
}

fn judged(events: &[Value]) -> BTreeMap<String, Vec<String>> {
    told(&base(&files(JUDGED)), events)
}

/// What a chat shows of a text that it is sent: title and description.
fn shown(text: &str) -> String {
    let message: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!((&message["version"], &message["source"]), (&json!("1.0"), &json!("custom")));
    let content = &message["content"];
    format!("{}\n{}", content["title"].as_str().unwrap(), content["description"].as_str().unwrap())
}

const EXECUTION: &str = "https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/PIPELINE/executions/01234567-0123-0123-0123-012345678901/timeline?region=eu-west-1";

#[test]
fn a_failed_build_is_told_once_with_its_log_and_its_reason() {
    let told = judged(&[
        events::action("shop-develop", "Build", "Build", "Build", "FAILED", Some(events::failed_build())),
        events::stage("shop-develop", "Build", "FAILED"),
        events::pipeline("shop-develop", "FAILED"),
    ]);
    assert_eq!(told.keys().collect::<Vec<_>>(), ["pager", "people", "team"]);
    let execution = EXECUTION.replace("PIPELINE", "shop-develop");
    let log = "https://console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/shop-develop-build:1/view/new";
    let mail = format!(
        "\"shop-develop: Build failed in Build\"\n\"Error code: JobFailed\"\n\"Log: {log}\"\n\"Execution: {execution}\"\n\
         \"Reason, as the action gave it: Build terminated with state: FAILED\""
    );
    assert_eq!(told["people"], std::slice::from_ref(&mail));
    assert_eq!(told["pager"], [mail]);
    let [text] = &told["team"][..] else { panic!("{:?}", told["team"]) };
    assert_eq!(
        shown(text),
        format!(
            "shop-develop: Build failed in Build\nError code: JobFailed\nLog: {log}\nExecution: {execution}"
        )
    );
}

#[test]
fn a_failure_without_a_log_is_told_all_the_same() {
    let event = events::action("shop-develop", "Deploy-dev", "api", "Deploy", "FAILED", None);
    let told = judged(&[event]);
    assert!(
        told["people"][0]
            .starts_with("\"shop-develop: api failed in Deploy-dev\"\n\"Error code: \"\n\"Log: \"\n")
    );
    assert!(
        shown(&told["team"][0]).starts_with("shop-develop: api failed in Deploy-dev\nError code: \nLog: \n")
    );
}

#[test]
fn a_stage_that_an_alarm_makes_fail_is_told_once() {
    let told = judged(&[
        events::stage("shop-release", "Deploy-staging", "FAILED"),
        events::pipeline("shop-release", "FAILED"),
    ]);
    assert_eq!(told.keys().collect::<Vec<_>>(), ["pager", "people", "releases", "team"]);
    assert!(told.values().all(|texts| texts.len() == 1), "{told:#?}");
    let text = shown(&told["releases"][0]);
    assert!(
        text.starts_with("shop-release: Deploy-staging failed\nIf one of its actions failed, "),
        "{text}"
    );
}

#[test]
fn an_action_that_fails_in_a_guarded_stage_is_told_with_its_reason_and_its_stage_beside_it() {
    let reason = Some(events::failed_build());
    let told = judged(&[
        events::action("shop-release", "Deploy-staging", "api", "Build", "FAILED", reason),
        events::stage("shop-release", "Deploy-staging", "FAILED"),
        events::pipeline("shop-release", "FAILED"),
    ]);
    assert_eq!(told.keys().collect::<Vec<_>>(), ["pager", "people", "releases", "team"]);
    for (whom, texts) in &told {
        assert_eq!(texts.len(), 2, "{whom}: {texts:#?}");
        let of_the_action: Vec<_> = texts.iter().filter(|text| text.contains("api failed in")).collect();
        let [text] = &of_the_action[..] else { panic!("{whom}: {texts:#?}") };
        assert!(text.contains("Error code: JobFailed"), "{text}");
        assert!(text.contains("/builds/shop-develop-build:1/"), "{text}");
    }
    let reason = "Reason, as the action gave it: Build terminated with state: FAILED";
    assert!(told["people"].iter().any(|text| text.contains(reason)), "{:#?}", told["people"]);
}

#[test]
fn an_approval_that_waits_is_told_with_the_page_on_which_it_is_given() {
    let told = judged(&[events::action(
        "shop-release",
        "Approve-production",
        "Approve",
        "Approval",
        "STARTED",
        None,
    )]);
    assert_eq!(told.keys().collect::<Vec<_>>(), ["people", "releases", "team"]);
    let page = "https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-release/view?region=eu-west-1";
    let execution = EXECUTION.replace("PIPELINE", "shop-release");
    assert_eq!(
        shown(&told["releases"][0]),
        format!(
            "shop-release: Approve-production waits for a person\nApprove or reject: {page}\nExecution: {execution}"
        )
    );
}

#[test]
fn what_was_deployed_is_told_without_the_branch_in_a_chat() {
    let told = judged(&[events::deployed("shop", "shop-release", "staging")]);
    assert_eq!(told.keys().collect::<Vec<_>>(), ["deploys", "people", "team"]);
    let execution = EXECUTION.replace("PIPELINE", "shop-release");
    let text = format!(
        "shop-release: deployed to staging\nCommit: 0a1b2c3d\nRollback: no\n\
         Changes: https://github.com/acme/shop/compare/9f8e7d6c...0a1b2c3d\nExecution: {execution}\n\
         2 commits by Ada, no migration"
    );
    assert_eq!(shown(&told["deploys"][0]), text);
    assert!(told["people"][0].ends_with("\"2 commits by Ada, no migration\"\n\"Branch: release/\"1\"\""));
}

#[test]
fn nobody_is_told_of_other_pipelines_other_accounts_or_what_goes_well() {
    let failed = |pipeline| {
        events::action(pipeline, "Build", "Build", "Build", "FAILED", Some(events::failed_build()))
    };
    let mut foreign = failed("shop-release");
    foreign["account"] = json!("555555555555");
    let events = [
        failed("shop-web-release"),
        failed("shop"),
        failed("shop-release-2"),
        foreign,
        events::action("shop-release", "Build", "Build", "Build", "STARTED", None),
        events::action("shop-release", "Build", "Build", "Build", "SUCCEEDED", Some(events::failed_build())),
        events::action("shop-release", "Approve-production", "Approve", "Approval", "SUCCEEDED", None),
        events::stage("shop-release", "Deploy-staging", "SUCCEEDED"),
        events::stage("shop-develop", "Build", "FAILED"),
        events::deployed("shop-web", "shop-release", "staging"),
        events::deployed("shop", "shop-web-release", "staging"),
    ];
    for event in events {
        assert_eq!(judged(std::slice::from_ref(&event)), BTreeMap::new(), "{event:#}");
    }
}

#[test]
fn each_failure_of_an_action_is_told_exactly_once_with_its_reason_and_a_guarded_stage_once_more() {
    let files = files(JUDGED);
    let resources = base(&files);
    let (mut judged, mut guarded) = (0, 0);
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with("pipeline.json")) {
        let declared: Value = serde_json::from_str(text).unwrap();
        let declared = declared.get("pipeline").unwrap_or(&declared);
        let pipeline = declared["name"].as_str().unwrap();
        for stage in declared["stages"].as_array().unwrap() {
            let stage_name = stage["name"].as_str().unwrap();
            let is_guarded = stage.get("beforeEntry").is_some() || stage.get("onSuccess").is_some();
            for action in stage["actions"].as_array().unwrap() {
                let name = action["name"].as_str().unwrap();
                let category = action["actionTypeId"]["category"].as_str().unwrap();
                let events = [
                    events::action(
                        pipeline,
                        stage_name,
                        name,
                        category,
                        "FAILED",
                        Some(events::failed_build()),
                    ),
                    events::stage(pipeline, stage_name, "FAILED"),
                    events::pipeline(pipeline, "FAILED"),
                ];
                let told = told(&resources, &events);
                let whom = if pipeline == "shop-release" || pipeline == "shop-hotfix" {
                    vec!["pager", "people", "releases", "team"]
                } else {
                    vec!["pager", "people", "team"]
                };
                assert_eq!(told.keys().collect::<Vec<_>>(), whom, "{path} {stage_name} {name}");
                for texts in told.values() {
                    let title = format!("{pipeline}: {name} failed in {stage_name}");
                    let of_the_action: Vec<_> = texts.iter().filter(|text| text.contains(&title)).collect();
                    assert_eq!(of_the_action.len(), 1, "{path} {stage_name} {name}: {told:#?}");
                    assert!(of_the_action[0].contains("JobFailed"), "{path} {stage_name} {name}: {told:#?}");
                    let texts_expected = if is_guarded { 2 } else { 1 };
                    assert_eq!(texts.len(), texts_expected, "{path} {stage_name} {name}: {told:#?}");
                }
                judged += 1;
                guarded += usize::from(is_guarded);
            }
        }
    }
    assert!(judged > 20 && guarded > 3, "only {judged} actions, {guarded} of them in guarded stages");
}

#[test]
fn the_patterns_of_many_pipelines_fit_and_name_each_once() {
    let mut branches = String::new();
    for number in 0..150 {
        let environment = if number % 2 == 0 { "staging" } else { "production" };
        writeln!(branches, "  a-branch-with-a-long-name-{number}: [{environment}]").unwrap();
    }
    let start = JUDGED.find("branches:\n").unwrap() + "branches:\n".len();
    let (environments, end) = (JUDGED.find("environments:\n").unwrap(), JUDGED.len());
    let notifications = "notifications:\n  people: { to: { email: [team@example.com] } }\n  \
                         team: { to: { slack: { workspace: T0123ABCD, channel: C0123ABCD } } }\n";
    let text = format!("{}{branches}{notifications}{}", &JUDGED[..start], &JUDGED[environments..end]);
    let resources = base(&files(&text));
    let mut named: BTreeMap<(String, String), usize> = BTreeMap::new();
    for rule in rules(&resources) {
        let pattern = &rule["EventPattern"];
        let characters = pattern.to_string().len();
        assert!(characters <= 2_048, "{characters}: {pattern}");
        let name = rule["Name"].as_str().unwrap();
        assert!(name.len() <= 64, "{name}");
        let what = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '-').to_owned();
        for pipeline in pattern["detail"]["pipeline"].as_array().unwrap() {
            *named.entry((what.clone(), pipeline.as_str().unwrap().to_owned())).or_default() += 1;
        }
    }
    assert!(named.values().all(|times| *times == 1), "{named:#?}");
    let of = |what: &str| named.keys().filter(|(of, _)| of == what).count();
    assert_eq!(of("shop-notify-people-failed"), 150);
    assert_eq!((of("shop-notify-people-reason"), of("shop-notify-team-reason")), (0, 150));
    assert_eq!(of("shop-notify-people-stages"), 150);
    assert_eq!(of("shop-notify-people-deployed"), 150);
    assert_eq!(of("shop-notify-people-approval"), 75);
}

#[test]
fn a_channel_has_one_configuration_with_the_topics_of_all_its_notifications_and_may_do_nothing() {
    let resources = base(&files(JUDGED));
    let of_type = |name: &str| resources.values().filter(|one| one["Type"] == name).collect::<Vec<_>>();
    let slack = of_type("AWS::Chatbot::SlackChannelConfiguration");
    assert_eq!(slack.len(), 1);
    let channel = &slack[0]["Properties"];
    assert_eq!(
        channel["SnsTopicArns"],
        json!([{ "Ref": "NotifyReleasesTopic" }, { "Ref": "NotifyDeploysTopic" }])
    );
    for one in slack.iter().chain(&of_type("AWS::Chatbot::MicrosoftTeamsChannelConfiguration")) {
        let guardrail = json!([{ "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll" }]);
        assert_eq!(one["Properties"]["GuardrailPolicies"], guardrail);
        assert_eq!(one["Properties"]["IamRoleArn"], json!({ "Fn::GetAtt": ["ChatRole", "Arn"] }));
    }
    let role = &resources["ChatRole"]["Properties"];
    assert_eq!(role["Path"], "/ci/");
    assert!(role["PermissionsBoundary"].to_string().contains("policy/developer-boundary"), "{role:#}");
    let policies = &resources["ChatRole"]["Properties"]["Policies"];
    assert_eq!(policies.as_array().unwrap().len(), 1);
    let statements = policies[0]["PolicyDocument"]["Statement"].as_array().unwrap();
    assert!(statements.iter().all(|statement| statement["Effect"] == "Deny"), "{statements:#?}");
}

#[test]
fn a_topic_that_exists_is_told_and_neither_made_nor_changed() {
    let files = files(JUDGED);
    let resources = base(&files);
    assert!(!resources.contains_key("NotifyPagerTopic") && !resources.contains_key("NotifyPagerTopicPolicy"));
    let readme = &files["README.md"];
    let statement = &readme[readme.find("## Who is told").unwrap()..];
    assert!(statement.contains("\"arn:aws:sns:eu-west-1:444444444444:pager\""), "{statement}");
}
