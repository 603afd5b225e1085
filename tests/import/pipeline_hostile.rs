//! `branchline import pipeline` with templates that refer to what is not in them, and with files that mean no good.

use serde_json::{Value, json};

use super::pipeline::{action, answer, ecs, imported, stage};
use super::repository::Repository;

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Env: { Type: String, Default: staging }
  Secret: { Type: String, NoEcho: true, Default: marked-value }
  Empty: { Type: String }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Mappings:
  Of: { "111122223333": { Name: x } }
Resources:
  Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: !Sub "shop-${Env}" } }
  Api: { Type: AWS::ECS::Service, Properties: { ServiceName: api } }
  Builder:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        Image: aws/codebuild/standard:7.0
        ComputeType: BUILD_GENERAL1_LARGE
        Type: ARM_CONTAINER
        EnvironmentVariables:
          - { Name: NPM_TOKEN, Value: marked-value }
          - { Name: SAFE_TOKEN, Value: /shop/token, Type: PARAMETER_STORE }
          - { Name: STAGE, Value: !Ref Env }
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - docker build -f docker/Dockerfile --target production -t $REPO .
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      PipelineType: V2
      ExecutionMode: QUEUED
      ArtifactStore: { Type: S3, Location: !Ref Bucket }
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: { Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1" }
              Configuration:
                ConnectionArn: !Ref Connection
                FullRepositoryId: !Join ["/", [acme, shop]]
                BranchName: !Ref Env
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: { Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1" }
              Configuration: { ProjectName: !Ref Builder }
        - Name: !Sub "Deploy-${Env}"
          Actions:
            - Name: Deploy
              ActionTypeId: { Category: Deploy, Owner: AWS, Provider: ECS, Version: "1" }
              Configuration:
                ClusterName: !Ref Cluster
                ServiceName: !GetAtt Api.Name
                FileName: imagedefinitions-web.json
        - !If
          - IsProd
          - { Name: Extra, Actions: [] }
          - !Ref AWS::NoValue
        - Name: Prod
          Actions:
            - Name: Deploy
              ActionTypeId: { Category: Deploy, Owner: AWS, Provider: ECS, Version: "1" }
              Configuration: { ClusterName: !ImportValue cluster, ServiceName: !Ref Secret, FileName: imagedefinitions-web.json }
"#;

#[test]
fn what_a_template_refers_to_is_filled_in_where_the_file_itself_says_it() {
    let repository = Repository::new();
    let said = imported(
        &repository,
        &[("t.yml", TEMPLATE)],
        &["--account", "111122223333", "--region", "eu-west-1", "--json", "--write"],
    );
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["rules"][0]["branch"], json!("staging"));
    assert_eq!(report["rules"][0]["environments"], json!(["staging", "prod"]));
    let file = report["branchline_yml"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "repository: acme/shop",
        "container: web",
        "dockerfile: docker/Dockerfile target: production",
        "compute: large image: aws/codebuild/standard:7.0",
        "cluster: shop-staging service: api",
        "cluster: CHECK-prod service: CHECK",
    ] {
        assert!(file.contains(part), "{part}: {file}");
    }
    let told = report["remarks"].to_string();
    for part in [
        "the template's parameter `Env` is taken at its default",
        "`Fn::ImportValue` is not known from the template alone",
        "`Ref: Secret` is not known from the template alone",
        "is there only by a condition (`Fn::If`)",
        "the variable `NPM_TOKEN` of `Build` in `Pipeline` is a secret in plain text",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("`SAFE_TOKEN` of") && !told.contains("Role.Arn"), "{told}");
    assert!(!said.out.contains("marked-value") && !said.err.contains("marked-value"), "{}", said.out);
    let deploy = report["rules"][0]["place"]["line"].as_u64().unwrap();
    assert!(
        TEMPLATE.lines().nth(usize::try_from(deploy).unwrap() - 1).unwrap().contains("Pipeline")
            || deploy > 0
    );
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
}

#[test]
fn no_value_of_a_variable_is_ever_told() {
    let repository = Repository::new();
    let variables = r##"[{"name":"DB_PASSWORD","value":"marked-value","type":"PLAINTEXT"},{"name":"COMMIT","value":"#{Source.CommitId}"}]"##;
    let one = answer(
        "shop",
        "main",
        &[
            stage(
                "Build",
                &[action(
                    "Build",
                    "Build",
                    "CodeBuild",
                    1,
                    json!({ "ProjectName": "b", "EnvironmentVariables": variables }),
                )],
            ),
            stage(
                "Prod",
                &[
                    ecs("api", 1, "prod", "api"),
                    action(
                        "Stack",
                        "Deploy",
                        "CloudFormation",
                        2,
                        json!({ "StackName": "prod-db", "ActionMode": "CREATE_UPDATE", "ParameterOverrides": "{\"P\":\"marked-value\"}" }),
                    ),
                    action(
                        "Hook",
                        "Invoke",
                        "Lambda",
                        3,
                        json!({ "FunctionName": "f", "UserParameters": "marked-value" }),
                    ),
                ],
            ),
        ],
    );
    for more in [&["--json"][..], &["--markdown"], &[]] {
        let said = imported(&repository, &[("a.json", &one.to_string())], more);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let out = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!out.contains("marked-value") && out.contains("DB"), "{out}");
        assert!(!out.contains("COMMIT") && out.contains("Lambda"), "{out}");
    }
}

#[test]
fn names_that_mean_no_good_become_harmless_text() {
    let repository = Repository::new();
    let bad = "x'; $(touch owned) `touch owned` \"\n\u{202e}{{resolve:secretsmanager:s}} # ${AWS::AccountId}";
    let mut one = answer(
        bad,
        "$(whoami)",
        &[
            stage(
                bad,
                &[action(
                    bad,
                    "Deploy",
                    "CloudFormation",
                    1,
                    json!({ "StackName": bad, "ActionMode": bad, "TemplatePath": bad }),
                )],
            ),
            stage(
                "Prod",
                &[
                    ecs(bad, 1, bad, bad),
                    action(bad, "Deploy", bad, 2, json!({ "X": bad })),
                    action(bad, "Approval", "Manual", 1, json!({ "NotificationArn": bad })),
                ],
            ),
        ],
    );
    one["pipeline"]["surprise"] = json!(bad);
    let said = imported(&repository, &[("a.json", &one.to_string())], &["--write"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(!said.out.contains('\u{202e}'), "{}", said.out);
    assert!(said.out.contains("`surprise` of the pipeline"), "{}", said.out);
    let file = repository.read("branchline.yml");
    let read = file.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n");
    assert!(!read.contains("owned`") && !read.contains("{{resolve"), "{read}");
    assert_eq!(repository.branchline(&["generate"]).code, Some(0));
    assert!(!repository.path().join("owned").exists());
}

#[test]
fn files_that_are_no_pipelines_end_in_a_clear_error_and_nothing_is_written() {
    let deep = format!("{{\"pipeline\":{}1{}}}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let large = format!("{{\"pipeline\":\"{}\"}}", "x".repeat(300 * 1024));
    let bomb = format!(
        "a: &a [{}]\nb: &b [{}]\npipeline: [{}]\n",
        "x, ".repeat(900),
        "*a, ".repeat(900),
        "*b, ".repeat(900)
    );
    let wrong = r#"{"pipeline":{"name":["x"],"stages":{"a":1},"triggers":7,"variables":"v"}}"#;
    let stages = r#"{"pipeline":{"name":"x","stages":[1,null,"a",{"name":"s","actions":[{"name":"a"},{"actionTypeId":[]},7]}]}}"#;
    let itself = r#"{"Resources":{"P":{"Type":"AWS::CodePipeline::Pipeline","Properties":{"Name":{"Ref":"P"},"Stages":{"Ref":"P"}}},"B":{"Type":"AWS::CodeBuild::Project","Properties":{"Name":{"Fn::Sub":"${B}"}}}}}"#;
    for text in [
        deep.as_str(),
        &bomb,
        wrong,
        stages,
        itself,
        "{",
        "",
        "[]",
        "{}",
        "pipeline: !!python/object:os.system [id]\n",
        "\u{1}",
        "- *nowhere",
    ] {
        let repository = Repository::new();
        let said = imported(
            &repository,
            &[("p.json", text)],
            &["--write", "--account", "111122223333", "--region", "eu-west-1"],
        );
        assert_eq!(said.code, Some(1), "{text:.60}: {}{}", said.out, said.err);
        assert!(said.out.contains("p.json"), "{text:.60}: {}", said.out);
        assert!(said.err.contains("no pipeline that deploys was found"), "{text:.60}: {}", said.err);
        assert!(!repository.path().join("branchline.yml").exists());
    }
    let repository = Repository::new();
    let said = imported(&repository, &[("p.json", &large)], &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("more than 256 KiB"), "{}", said.err);
    let said = repository.branchline(&["import", "pipeline", "--file", "/nowhere/p.json"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("this file is not there"), "{}", said.err);
    assert_eq!(repository.branchline(&["import", "pipeline"]).code, Some(64));
}

#[test]
fn an_approval_or_a_stage_that_is_there_only_by_a_condition_is_not_lost() {
    let source = TEMPLATE.split("        - Name: Build").next().unwrap();
    let stages = r#"        - !If
          - IsProd
          - { Name: Gate, Actions: [{ Name: Ok, ActionTypeId: { Category: Approval, Owner: AWS, Provider: Manual, Version: "1" } }] }
          - !Ref AWS::NoValue
        - Name: Prod
          Actions:
            - Name: Deploy
              ActionTypeId: { Category: Deploy, Owner: AWS, Provider: ECS, Version: "1" }
              Configuration: { ClusterName: shop-prod, ServiceName: api }
        - !If
          - IsProd
          - Name: Live
            Actions:
              - !If [IsProd, !Ref AWS::NoValue, { Name: Ok, ActionTypeId: { Category: Approval, Owner: AWS, Provider: Manual, Version: "1" } }]
              - Name: Deploy
                RunOrder: 2
                ActionTypeId: { Category: Deploy, Owner: AWS, Provider: ECS, Version: "1" }
                Configuration: { ClusterName: shop-live, ServiceName: api }
          - !Ref AWS::NoValue
      DisableInboundStageTransitions: [{ StageName: Prod, Reason: no }]
    Condition: IsProd
"#;
    let repository = Repository::new();
    let more = ["--account", "111122223333", "--region", "eu-west-1", "--json"];
    let said = imported(&repository, &[("t.yml", &format!("{source}{stages}"))], &more);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let file = report["branchline_yml"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(file.matches("approval: {}").count(), 2, "{file}");
    assert!(
        file.replace("# ", "").contains("CHECK: the stage `Live` of `Pipeline` is there only by a condition"),
        "{file}"
    );
    let told = report["remarks"].to_string();
    for part in [
        "is there only by a condition (`Fn::If`)",
        "`Pipeline` is there only by a condition of the template",
        "nothing may enter the stage `Prod` of `Pipeline`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn no_secret_of_a_buildspec_or_of_a_setting_is_ever_told_or_taken() {
    let template =
        TEMPLATE.replace("--target production", "--target production --build-arg NPM_TOKEN=hunter2").replace(
            "FileName: imagedefinitions-web.json }",
            "FileName: imagedefinitions-web.json, Password: hunter2 }",
        );
    let repository = Repository::new();
    for more in [&["--json"][..], &["--markdown"], &[]] {
        let more = [&["--account", "111122223333", "--region", "eu-west-1"], more].concat();
        let said = imported(&repository, &[("t.yml", &template)], &more);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        let out = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!out.contains("hunter2"), "{out}");
        assert!(out.contains("the build argument") && out.contains("Password"), "{out}");
    }
}
