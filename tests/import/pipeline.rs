//! `branchline import pipeline --file`: what is generated is read back, and what others make is read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::repository::{Repository, Said};

/// Imports these files, which are written into the repository; with `more` arguments.
pub(crate) fn imported(repository: &Repository, files: &[(&str, &str)], more: &[&str]) -> Said {
    let mut arguments = vec!["import".to_owned(), "pipeline".to_owned()];
    for (name, text) in files {
        let path = repository.path().join(name);
        std::fs::write(&path, text).unwrap();
        arguments.extend(["--file".to_owned(), path.to_str().unwrap().to_owned()]);
    }
    arguments.extend(more.iter().map(|&one| one.to_owned()));
    repository.branchline(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// An answer of `get-pipeline`, from stages of actions.
pub(crate) fn answer(name: &str, branch: &str, stages: &[Value]) -> Value {
    let source = json!({ "name": "Source", "actions": [action("Source", "Source", "CodeStarSourceConnection", 1, json!({
        "ConnectionArn": "arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000",
        "FullRepositoryId": "acme/shop", "BranchName": branch,
    }))] });
    let stages: Vec<Value> = std::iter::once(source).chain(stages.iter().cloned()).collect();
    json!({
        "pipeline": { "name": name, "roleArn": "arn:aws:iam::111122223333:role/old", "version": 3, "pipelineType": "V2",
            "executionMode": "QUEUED", "artifactStore": { "type": "S3", "location": "artifacts" }, "stages": stages },
        "metadata": { "pipelineArn": format!("arn:aws:codepipeline:eu-west-1:111122223333:{name}"), "created": 1.5 },
    })
}

/// A stage of actions.
pub(crate) fn stage(name: &str, actions: &[Value]) -> Value {
    json!({ "name": name, "actions": actions })
}

/// An action of AWS's.
#[allow(clippy::needless_pass_by_value, reason = "`json!` is written where it is handed over")]
pub(crate) fn action(name: &str, category: &str, provider: &str, order: u32, configuration: Value) -> Value {
    json!({ "name": name, "actionTypeId": { "category": category, "owner": "AWS", "provider": provider, "version": "1" },
        "runOrder": order, "configuration": configuration, "inputArtifacts": [], "outputArtifacts": [] })
}

/// A deploy to an ECS service.
pub(crate) fn ecs(name: &str, order: u32, cluster: &str, service: &str) -> Value {
    action(name, "Deploy", "ECS", order, json!({ "ClusterName": cluster, "ServiceName": service }))
}

fn approval(name: &str, order: u32) -> Value {
    action(name, "Approval", "Manual", order, json!({}))
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// For each pipeline below a folder: what starts it, its environments, and those that ask.
fn ways(folder: &Path) -> BTreeSet<String> {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_branchline"));
    command.args(["map", "--json", "-C"]).arg(folder);
    let map: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let way = |one: &Value| {
        let name = one["name"].as_str().unwrap();
        let path = folder.join("pipelines").join(name).join("pipeline.json");
        let declared: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let stages = declared["pipeline"]["stages"].as_array().unwrap().iter();
        let asks: Vec<&str> =
            stages.filter_map(|stage| stage["name"].as_str()?.strip_prefix("Approve-")).collect();
        let starts = &declared["pipeline"]["triggers"];
        format!("{} {} asks {asks:?} {starts}", one["branch"], one["environments"])
    };
    map.as_array().unwrap().iter().map(way).collect()
}

#[test]
fn what_branchline_generates_is_read_back_to_the_same_map() {
    for (name, file, more) in [
        ("rails-ecs", "pipeline.json", &["--region", "ap-northeast-1"][..]),
        ("rails-ecs", "pipeline.yml", &["--region", "ap-northeast-1", "--account", "444444444444"]),
        ("trunk", "pipeline.json", &["--region", "ap-southeast-2"]),
        ("hotfix", "pipeline.json", &["--region", "eu-north-1"]),
        ("cross-region", "pipeline.yml", &["--region", "eu-west-1", "--account", "666666666666"]),
        ("monorepo", "pipeline.json", &["--region", "us-east-2"]),
    ] {
        let folder = example(name);
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("pipelines"))
            .unwrap()
            .map(|one| one.unwrap().path().join(file))
            .collect();
        files.retain(|path| path.exists());
        files.sort();
        let repository = Repository::new();
        let mut arguments = vec!["import", "pipeline", "--write"];
        let paths: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
        for path in &paths {
            arguments.extend(["--file", path]);
        }
        arguments.extend(more);
        let said = repository.branchline(&arguments);
        assert_eq!(said.code, Some(0), "{name}/{file}: {}{}", said.out, said.err);
        let generated = repository.branchline(&["generate"]);
        assert_eq!(generated.code, Some(0), "{name}/{file}: {}", generated.err);
        assert_eq!(ways(repository.path()), ways(&folder), "{name}/{file}");
    }
}

/// As `aws-cdk-lib/pipelines` synthesises it: it changes itself, publishes assets, and carries out change sets.
const CDK: &str = r#"{"Resources": {
  "PipelineArtifactsBucket": {"Type": "AWS::S3::Bucket"},
  "PipelineBuildSynth": {"Type": "AWS::CodeBuild::Project", "Properties": {
    "Environment": {"ComputeType": "BUILD_GENERAL1_SMALL", "Image": "aws/codebuild/standard:7.0", "Type": "LINUX_CONTAINER"},
    "Source": {"BuildSpec": "{\n  \"version\": \"0.2\"\n}", "Type": "CODEPIPELINE"}}},
  "Pipeline9850B417": {"Type": "AWS::CodePipeline::Pipeline", "Properties": {
    "RoleArn": {"Fn::GetAtt": ["PipelineRoleB27FAA37", "Arn"]},
    "ArtifactStore": {"Location": {"Ref": "PipelineArtifactsBucket"}, "Type": "S3"},
    "RestartExecutionOnUpdate": true, "Name": "DeliveryPipeline",
    "Stages": [
      {"Name": "Source", "Actions": [{"Name": "acme_shop", "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "CodeStarSourceConnection", "Version": "1"},
        "Configuration": {"ConnectionArn": "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000", "FullRepositoryId": "acme/shop", "BranchName": "main"},
        "OutputArtifacts": [{"Name": "acme_shop_Source"}], "RunOrder": 1}]},
      {"Name": "Build", "Actions": [{"Name": "Synth", "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
        "Configuration": {"ProjectName": {"Ref": "PipelineBuildSynth"}, "EnvironmentVariables": "[{\"name\":\"_PROJECT_CONFIG_HASH\",\"type\":\"PLAINTEXT\",\"value\":\"9e\"}]"}, "RunOrder": 1}]},
      {"Name": "UpdatePipeline", "Actions": [{"Name": "SelfMutate", "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
        "Configuration": {"ProjectName": {"Ref": "Mutate"}}, "RunOrder": 1}]},
      {"Name": "Assets", "Actions": [{"Name": "FileAsset1", "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
        "Configuration": {"ProjectName": {"Ref": "Assets"}}, "RunOrder": 1}]},
      {"Name": "Dev", "Actions": [
        {"Name": "Api.Prepare", "ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "CloudFormation", "Version": "1"}, "RunOrder": 1,
         "Configuration": {"StackName": "Dev-Api", "ActionMode": "CHANGE_SET_REPLACE", "ChangeSetName": "PipelineChange", "TemplatePath": "Synth_Output::assembly-Dev/DevApi.template.json"}},
        {"Name": "Api.Deploy", "ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "CloudFormation", "Version": "1"}, "RunOrder": 2,
         "Configuration": {"StackName": "Dev-Api", "ActionMode": "CHANGE_SET_EXECUTE", "ChangeSetName": "PipelineChange"}}]},
      {"Name": "Prod", "Actions": [
        {"Name": "PromoteToProd", "ActionTypeId": {"Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1"}, "RunOrder": 1},
        {"Name": "Api.Prepare", "ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "CloudFormation", "Version": "1"}, "RunOrder": 2,
         "Configuration": {"StackName": "Prod-Api", "ActionMode": "CHANGE_SET_REPLACE", "ChangeSetName": "PipelineChange", "TemplatePath": "Synth_Output::assembly-Prod/ProdApi.template.json"}},
        {"Name": "Api.Deploy", "ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "CloudFormation", "Version": "1"}, "RunOrder": 3,
         "Configuration": {"StackName": "Prod-Api", "ActionMode": "CHANGE_SET_EXECUTE", "ChangeSetName": "PipelineChange"}}]}
    ]}}}}"#;

#[test]
fn a_pipeline_as_cdk_makes_it_becomes_environments_whose_deploys_fail_until_they_are_written() {
    let repository = Repository::new();
    let said = imported(
        &repository,
        &[("cdk.json", CDK)],
        &["--account", "111122223333", "--region", "eu-west-1", "--json", "--write"],
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = report(&said);
    assert_eq!(report["rules"][0]["environments"], json!(["dev", "prod"]));
    assert_eq!(report["environments"][0]["approval"], json!(false));
    assert_eq!(report["environments"][1]["approval"], json!(true));
    let file = report["branchline_yml"].as_str().unwrap();
    for part in [
        "mode: superseded",
        "it was a CloudFormation stack' >&2; exit 1",
        "image: aws/codebuild/standard:7.0",
        "StackName Prod-Api",
    ] {
        assert!(words(file).contains(part), "{part}: {file}");
    }
    let told = report["remarks"].to_string();
    assert!(
        told.contains("SelfMutate") && told.contains("branchline bootstrap") && told.contains("FileAsset1"),
        "{told}"
    );
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn two_pipelines_that_deploy_to_the_same_service_lead_to_one_environment_and_both_ask() {
    let repository = Repository::new();
    let main = answer("shop-main", "main", &[stage("DeployToProd", &[ecs("api", 1, "shop-prod", "api")])]);
    let hotfix = answer(
        "shop-hotfix",
        "hotfix",
        &[
            stage(
                "Gate",
                &[action(
                    "Ask",
                    "Approval",
                    "Manual",
                    1,
                    json!({ "NotificationArn": "arn:aws:sns:eu-west-1:111122223333:ops" }),
                )],
            ),
            stage("Live", &[ecs("api", 1, "shop-prod", "api")]),
        ],
    );
    let said = imported(
        &repository,
        &[("a.json", &main.to_string()), ("b.json", &format!("{hotfix:#}"))],
        &["--json", "--write"],
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = report(&said);
    assert_eq!(report["rules"][0]["environments"], json!(["prod"]));
    assert_eq!(report["rules"][1]["environments"], json!(["prod"]));
    assert_eq!(report["environments"].as_array().unwrap().len(), 1);
    let told = report["remarks"].to_string();
    assert!(told.contains("`shop-main` goes to `prod` without being asked"), "{told}");
    assert!(told.contains("is the environment `prod`: it deploys to the same"), "{told}");
    let file = report["branchline_yml"].as_str().unwrap();
    assert!(
        file.contains("notify: arn:aws:sns:eu-west-1:111122223333:ops")
            && file.contains("account: \"111122223333\""),
        "{file}"
    );
    let generated = repository.branchline(&["generate"]);
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    let hotfix = repository.read("pipelines/shop-hotfix/pipeline.json");
    assert!(hotfix.contains("Approve-prod") && hotfix.contains("\"BranchName\": \"hotfix\""), "{hotfix}");
}

#[test]
fn one_name_for_two_places_is_two_environments() {
    let repository = Repository::new();
    let one = answer("one", "main", &[stage("Prod", &[ecs("api", 1, "eu", "api")])]);
    let two = answer("two", "next", &[stage("Prod", &[ecs("api", 1, "us", "api")])]);
    let said =
        imported(&repository, &[("a.json", &one.to_string()), ("b.json", &two.to_string())], &["--json"]);
    let report = report(&said);
    assert_eq!(report["rules"][0]["environments"], json!(["prod"]));
    assert_eq!(report["rules"][1]["environments"], json!(["prod-two"]));
    let file = words(report["branchline_yml"].as_str().unwrap());
    assert!(file.contains("cluster: eu") && file.contains("cluster: us"), "{file}");
}

#[test]
fn an_approval_beside_its_deploy_is_told_as_the_mistake_that_it_was() {
    let repository = Repository::new();
    let one = answer(
        "shop",
        "main",
        &[
            stage("Staging", &[ecs("api", 1, "staging", "api"), approval("Look", 2)]),
            stage("Prod", &[approval("Ask", 1), ecs("api", 1, "prod", "api")]),
            stage("Done", &[approval("Late", 1)]),
        ],
    );
    let report = report(&imported(&repository, &[("a.json", &one.to_string())], &["--json"]));
    let mistakes: Vec<&str> = report["remarks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["weight"] == "mistake")
        .map(|one| one["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        mistakes,
        ["the approval `Ask` runs beside a deploy of the stage `Prod`, which does not wait for it"]
    );
    assert_eq!(report["environments"][0]["approval"], json!(false));
    assert_eq!(report["environments"][1]["approval"], json!(true));
    let told = report["remarks"].to_string();
    assert!(told.contains("nothing is deployed behind the approval `Late`"), "{told}");
    assert!(told.contains("asks 2 times before `prod`"), "{told}");
}

#[test]
fn windows_alarms_and_rollbacks_become_the_environments_own() {
    let repository = Repository::new();
    let rule = |provider: &str, configuration: Value, result: &str| {
        json!({ "conditions": [{ "result": result, "rules": [{ "name": "R", "ruleTypeId": { "category": "Rule", "owner": "AWS", "provider": provider, "version": "1" },
            "configuration": configuration, "inputArtifacts": [] }] }] })
    };
    let mut deploy = stage("Prod", &[ecs("api", 1, "prod", "api")]);
    deploy["beforeEntry"] = rule(
        "DeploymentWindow",
        json!({ "Cron": "* * 9-16 ? * MON-THU *", "TimeZone": "Asia/Tokyo" }),
        "FAIL",
    );
    deploy["onSuccess"] =
        rule("CloudWatchAlarm", json!({ "AlarmName": "errors", "WaitTime": "15" }), "ROLLBACK");
    deploy["onFailure"] = json!({ "result": "ROLLBACK" });
    let mut test =
        stage("Test", &[action("Check", "Test", "CodeBuild", 1, json!({ "ProjectName": "check" }))]);
    test["onSuccess"] = rule("LambdaInvoke", json!({ "FunctionName": "f" }), "FAIL");
    let one = answer("shop", "main", &[test, deploy]);
    let report = report(&imported(&repository, &[("a.json", &one.to_string())], &["--json", "--write"]));
    let file = words(report["branchline_yml"].as_str().unwrap());
    for part in [
        "cron: \"* * 9-16 ? * MON-THU *\" timezone: Asia/Tokyo",
        "alarms: - errors bake: \"15m\" rollback: on_failure",
    ] {
        assert!(file.contains(part), "{part}: {file}");
    }
    let told = report["remarks"].to_string();
    assert!(told.contains("asks `LambdaInvoke`") && told.contains("test.commands"), "{told}");
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn triggers_become_rules_for_branches_and_tags_and_pull_requests_are_told() {
    let repository = Repository::new();
    let mut one = answer("shop-all", "main", &[stage("Prod", &[ecs("api", 1, "prod", "api")])]);
    one["pipeline"]["triggers"] = json!([{ "providerType": "CodeStarSourceConnection", "gitConfiguration": { "sourceActionName": "Source",
        "push": [{ "branches": { "includes": ["main", "release/*"] }, "filePaths": { "includes": ["api/**"] } }, { "tags": { "includes": ["v*"], "excludes": ["v0*"] } }],
        "pullRequest": [{ "events": ["OPEN"], "branches": { "includes": ["main"] } }] } }]);
    one["pipeline"]["executionMode"] = json!("PARALLEL");
    let said = imported(&repository, &[("a.json", &one.to_string())], &["--json", "--write"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = report(&said);
    let told = report["remarks"].to_string();
    for part in ["pull requests to main start `shop-all`, and it deploys what they bring", "`PARALLEL`"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
    let started = ways(repository.path()).into_iter().collect::<Vec<_>>().join("\n");
    for part in ["\"{main,release/*}\"", "\"v0*\"", "\"api/**\""] {
        assert!(started.contains(part), "{part}: {started}");
    }
}

#[test]
fn sources_that_are_no_repository_of_a_connection_are_told() {
    let repository = Repository::new();
    let with = |provider: &str, configuration: Value| {
        let mut one = answer("shop", "main", &[stage("Prod", &[ecs("api", 1, "prod", "api")])]);
        one["pipeline"]["stages"][0]["actions"][0] = action("Source", "Source", provider, 1, configuration);
        imported(&repository, &[("a.json", &one.to_string())], &["--json", "--app", "shop"])
    };
    let github = report(&with(
        "GitHub",
        json!({ "Owner": "acme", "Repo": "shop", "Branch": "main", "OAuthToken": "ghp_marked" }),
    ));
    assert!(github["branchline_yml"].as_str().unwrap().contains("repository: acme/shop"));
    let told = github.to_string();
    assert!(told.contains("has its token in plain text") && !told.contains("ghp_marked"), "{told}");
    let commit = report(&with("CodeCommit", json!({ "RepositoryName": "shop", "BranchName": "main" })));
    assert!(
        commit["branchline_yml"].as_str().unwrap().contains("  repository: shop\n  provider: codecommit\n"),
        "{commit:#}"
    );
    let bucket = with("S3", json!({ "S3Bucket": "b", "S3ObjectKey": "k" }));
    assert_eq!(bucket.code, Some(1), "{}", bucket.err);
    assert!(bucket.out.contains("a bucket (`S3`)"), "{}", bucket.out);
}

#[test]
fn a_pipeline_of_another_repository_has_no_rule_and_its_deploys_are_nobodys() {
    let repository = Repository::new();
    let one = answer("one", "main", &[stage("Prod", &[ecs("api", 1, "prod", "api")])]);
    let mut two = answer("two", "main", &[stage("Other", &[ecs("web", 1, "other", "web")])]);
    two["pipeline"]["stages"][0]["actions"][0]["configuration"]["FullRepositoryId"] = json!("acme/other");
    let files = [("a.json", &*one.to_string()), ("b.json", &*two.to_string())];
    let report = report(&imported(&repository, &files, &["--json"]));
    assert_eq!(report["rules"].as_array().unwrap().len(), 1);
    let file = report["branchline_yml"].as_str().unwrap();
    assert!(
        file.contains("repository: acme/shop") && !file.contains("acme/other") && !file.contains("other:"),
        "{file}"
    );
    assert!(report["remarks"].to_string().contains("`two` is of another repository, `acme/other`"));
}

#[test]
fn a_service_that_one_environment_lacks_does_not_take_the_names_of_another() {
    let repository = Repository::new();
    let one = answer(
        "shop",
        "main",
        &[
            stage("Dev", &[ecs("api", 1, "dev", "api")]),
            stage("Prod", &[ecs("api", 1, "prod", "api"), ecs("web", 2, "prod", "web")]),
        ],
    );
    let report = report(&imported(&repository, &[("a.json", &*one.to_string())], &["--json", "--write"]));
    let file = words(report["branchline_yml"].as_str().unwrap());
    assert!(file.contains("cluster: CHECK-dev service: CHECK"), "{file}");
    assert!(file.contains("depends_on: - api"), "{file}");
    assert!(report["remarks"].to_string().contains("`shop` did not deploy `web` to dev"));
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn a_branch_that_a_pipeline_leaves_out_is_never_deployed_by_its_rule() {
    let repository = Repository::new();
    let mut one = answer("shop-all", "main", &[stage("Prod", &[ecs("api", 1, "prod", "api")])]);
    one["pipeline"]["triggers"] = json!([{ "providerType": "CodeStarSourceConnection", "gitConfiguration": { "sourceActionName": "Source",
        "push": [{ "branches": { "excludes": ["release/**"] } }] } }]);
    let two = answer("shop-dev", "main", &[stage("Dev", &[ecs("api", 1, "dev", "api")])]);
    let files = [("a.json", &*one.to_string()), ("b.json", &*two.to_string())];
    let report = report(&imported(&repository, &files, &["--json", "--write"]));
    assert_eq!(report["rules"].as_array().unwrap().len(), 1, "{report:#}");
    assert_eq!(report["rules"][0]["environments"], json!(["dev"]));
    assert!(!report["branchline_yml"].as_str().unwrap().contains("prod"), "{report:#}");
    let told = report["remarks"].to_string();
    assert!(told.contains("`shop-all` leaves out the branches `release/**`, and no rule can"), "{told}");
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn a_deploy_to_another_region_in_one_stage_is_told_and_not_dropped_in_silence() {
    let repository = Repository::new();
    let mut there = ecs("there", 1, "shop", "api");
    there["region"] = json!("us-east-1");
    let one = answer("shop", "main", &[stage("Prod", &[ecs("here", 1, "shop", "api"), there])]);
    let report = report(&imported(&repository, &[("a.json", &*one.to_string())], &["--json"]));
    let told = report["remarks"].to_string();
    assert!(
        told.contains("`there` in the stage `Prod` of `shop` deploys to another account or region"),
        "{told}"
    );
    assert!(!report["branchline_yml"].as_str().unwrap().contains("us-east-1"), "{report:#}");
}

#[test]
fn a_step_behind_an_approval_is_never_advised_to_run_before_it() {
    let repository = Repository::new();
    let run = action("Go", "Compute", "Commands", 1, json!({}));
    let one = answer(
        "shop",
        "main",
        &[
            stage("Dev", &[ecs("api", 1, "dev", "api")]),
            stage("Ask", &[approval("Ok", 1)]),
            stage("Customers", &[run]),
        ],
    );
    let report = report(&imported(&repository, &[("a.json", &*one.to_string())], &["--json"]));
    let told =
        report["remarks"].as_array().unwrap().iter().find(|one| one.to_string().contains("`Go` in")).unwrap();
    let told = told.to_string();
    assert!(told.contains("`deploy.commands`") && !told.contains("`verify.commands`"), "{told}");
}

#[test]
fn ways_that_are_closed_are_said_to_be_unknown() {
    let repository = Repository::new();
    let one = answer("shop", "main", &[stage("Prod", &[ecs("api", 1, "prod", "api")])]);
    let told = imported(&repository, &[("a.json", &*one.to_string())], &["--json"]).out;
    assert!(told.contains("get-pipeline-state") && told.contains("apply --closed"), "{told}");
}

#[test]
fn a_codecommit_source_says_what_is_not_known_of_it_and_is_not_taken_from_elsewhere() {
    let repository = Repository::new();
    let with = |region: &str| {
        let mut one = answer("shop", "main", &[stage("Prod", &[ecs("api", 1, "prod", "api")])]);
        let settings = json!({ "RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": "false",
            "OutputArtifactFormat": "CODEBUILD_CLONE_REF" });
        let mut source = action("Source", "Source", "CodeCommit", 1, settings);
        source["region"] = json!(region);
        one["pipeline"]["stages"][0]["actions"][0] = source;
        words(&imported(&repository, &[("a.json", &one.to_string())], &["--json", "--app", "shop"]).out)
    };
    let here = with("eu-west-1");
    assert!(here.contains("CHECK: whether a push starts"), "{here}");
    assert!(
        here.contains("whether a push starts `shop` is not known: its source")
            && here.contains("CODEBUILD_CLONE_REF"),
        "{here}"
    );
    assert!(!here.contains("github.com"), "{here}");
    let there = with("us-east-1");
    assert!(there.contains("in CodeCommit in another account or region"), "{there}");
    assert!(!there.contains("provider: codecommit"), "{there}");
}
