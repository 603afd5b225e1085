//! What is told, as people see it.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::world::{World, json as read};

#[test]
fn where_nothing_stands_everything_is_created_and_nothing_is_written() {
    let world = World::of("rails-ecs");
    let ended = world.run(&["plan", "--exit-code"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
    assert_data_eq!(
        ended.stdout,
        str![[r#"
shop-base is created (444444444444, ap-northeast-1)
  + 9 resources

shop-environment-dev is created (444444444444, ap-northeast-1)
  + 18 resources

shop-environment-staging is created (444444444444, ap-northeast-1)
  + 18 resources

shop-environment-production is created (444444444444, ap-northeast-1)
  + 18 resources

shop-pipeline-develop is created (444444444444, ap-northeast-1)
  + 10 resources

shop-pipeline-release is created (444444444444, ap-northeast-1)
  + 10 resources

Stacks: 6 to create

"#]]
    );
    assert_eq!(world.stub.writes(), Vec::<String>::new());
    world.stub.assert_unflagged();
}

#[test]
fn what_stands_as_the_map_asks_is_no_difference_and_each_thing_is_asked_for_once() {
    let world = World::standing("rails-ecs");
    let (since, written) = (world.stub.calls().len(), world.stub.writes());
    let ended = world.run(&["plan", "--exit-code"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    assert_eq!(ended.stdout, "Stacks: 6 as they should be\n");
    assert_eq!(world.stub.writes(), written, "a plan writes nothing");
    let expected = json!({
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 1,
        "cloudformation:GetTemplate": 6,
        "codepipeline:GetPipeline": 2,
        "codebuild:BatchGetProjects": 1,
    });
    assert_eq!(serde_json::to_value(world.counted(since)).expect("text and numbers"), expected);
    world.stub.assert_unflagged();
}

#[test]
fn a_map_that_changed_is_told_by_stages_actions_and_settings() {
    let world = World::standing("rails-ecs");
    world.rewrite("ecs: { timeout: 30m }", "ecs: { timeout: 35m }");
    world.rewrite("  dev: {}", "  dev: {}\n  qa: {}");
    world.rewrite("develop: [dev]", "develop: [dev, qa]");
    let ended = world.run(&["plan", "--exit-code"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
    assert_data_eq!(
        ended.stdout,
        str![[r#"
shop-base is updated (444444444444, ap-northeast-1)
  ~ LockBucketPolicy (S3::BucketPolicy) changes
      PolicyDocument › Statement › HoldersOnly › Condition › ArnNotLike ›
        aws:PrincipalArn:
        + arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop-qa-lock-holder

shop-environment-qa is created (444444444444, ap-northeast-1)
  + 18 resources

shop-environment-production is updated (444444444444, ap-northeast-1)
  ~ LockProject (CodeBuild::Project) changes
      TimeoutInMinutes: 120 → 125
      Environment › EnvironmentVariables › LOCK_WAIT_SECONDS › Value:
        - "6300"
        + "6600"

shop-pipeline-develop is updated (444444444444, ap-northeast-1)
  ~ PipelineRole (IAM::Role) changes
      Policies › branchline › PolicyDocument › Statement › Environments ›
        Resource:
        + arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop-qa-deploy
  ~ ApiImages (ECR::Repository) changes
      LifecyclePolicy › LifecyclePolicyText:
        +      "description": "Images deployed to qa",
        +      "selection": {
        +        "tagStatus": "tagged",
        +        "tagPrefixList": [
        +          "deployed.qa."
        +        ],
        +        "countType": "imageCountMoreThan",
        +        "countNumber": 50
        +      },
        +      "action": {
        +        "type": "expire"
        +      }
        … and 5 more lines
  ~ Pipeline (CodePipeline::Pipeline) changes
      Stages › Migrate-qa: nothing → a stage with Lock, Guard, Migrate
      Stages › Deploy-qa: nothing → a stage with Lock, Guard, Keep, api, Record

shop-pipeline-release is updated (444444444444, ap-northeast-1)
  ~ Pipeline (CodePipeline::Pipeline) changes
      Stages › Deploy-production › Actions › api › Configuration ›
        DeploymentTimeout:
        - "30"
        + "35"

Stacks: 1 to create, 4 to update, 2 as they should be

"#]]
    );
}

#[test]
fn what_was_changed_by_hand_is_told_apart_from_what_the_map_asks() {
    let world = World::standing("rails-ecs");
    world.python(
        "pipelines, projects = ask.client('codepipeline', **where), ask.client('codebuild', **where)\n\
         release = pipelines.get_pipeline(name='shop-release')['pipeline']\n\
         release['executionMode'] = 'SUPERSEDED'\n\
         release['stages'].pop()\n\
         pipelines.update_pipeline(pipeline=release)\n\
         projects.update_project(name='shop-release-build', timeoutInMinutes=99)\n\
         pipelines.delete_pipeline(name='shop-develop')\n",
    );
    let ended = world.run(&["plan", "--exit-code"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
    assert_data_eq!(
        ended.stdout,
        str![[r#"
shop-pipeline-develop stays as it is, and does not undo what was changed by hand (444444444444, ap-northeast-1)
  ≠ shop-develop was changed by hand
      all of it:
        - {"name":"shop-develop","pipelineType":"V2","executionMode":"QUEUED","r…

shop-pipeline-release stays as it is, and does not undo what was changed by hand (444444444444, ap-northeast-1)
  ≠ shop-release was changed by hand
      stages › Deploy-production:
        - a stage with Lock, Guard, Keep, api, Record
      executionMode: "QUEUED" → "SUPERSEDED"
  ≠ shop-release-build was changed by hand
      timeoutInMinutes: 60 → 99

Stacks: 6 as they should be, 2 with changes made by hand

"#]]
    );
    let stacks = read(&world.run(&["plan", "--json"]).stdout);
    let release = stacks
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["of"] == "shop-release")
        .expect("it is there");
    assert_eq!(release["verdict"], "unchanged");
    let drifted: Vec<&Value> =
        release["drift"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(drifted, ["shop-release", "shop-release-build"]);
}

#[test]
fn a_pipeline_that_runs_and_would_be_updated_is_told_with_what_runs() {
    let world = World::standing("rails-ecs");
    world.python("ask.client('codepipeline', **where).start_pipeline_execution(name='shop-develop')\n");
    world.rewrite("timeout: 20m", "timeout: 25m");
    world.rewrite("develop: [dev]", "develop: { environments: [dev], mode: superseded }");
    let ended = world.run(&["plan"]);
    assert_eq!(ended.code, 0);
    assert!(ended.stdout.contains("! an update stops what runs in it: "), "{}", ended.stdout);
}

#[test]
fn stacks_of_others_and_stacks_that_are_stuck_are_said_to_be_so() {
    let world = World::of("rails-ecs");
    world.python(
        "topic = '{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}}'\n\
         stacks = ask.client('cloudformation', **where)\n\
         stacks.create_stack(StackName='shop-base', TemplateBody=topic)\n\
         stacks.create_stack(StackName='shop-environment-dev', TemplateBody=topic, Tags=[{'Key': 'branchline:app', 'Value': 'other'}])\n\
         stacks.create_stack(StackName='shop-old', TemplateBody=topic, Tags=[{'Key': 'branchline:app', 'Value': 'shop'}])\n\
         ask.later(60)\n\
         stacks.create_stack(StackName='shop-environment-staging', TemplateBody=topic, Tags=[{'Key': 'branchline:app', 'Value': 'shop'}])\n\
         stacks.create_change_set(StackName='shop-environment-production', ChangeSetName='c', ChangeSetType='CREATE', TemplateBody=topic)\n",
    );
    let ended = world.run(&["plan", "--exit-code"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
    assert_data_eq!(
        ended.stdout,
        str![[r#"
shop-base is there, and is of no app of branchline's (444444444444, ap-northeast-1)

shop-environment-dev is there, and is of the app `other` (444444444444, ap-northeast-1)

shop-environment-staging is busy: CREATE_IN_PROGRESS (444444444444, ap-northeast-1)
  + DeployRole (IAM::Role) is created
  + LockHolder (IAM::Role) is created
  + MigrateTaskLog (Logs::LogGroup) is created
  + MigrateLog (Logs::LogGroup) is created
  + MigrateRole (IAM::Role) is created
  + MigrateProject (CodeBuild::Project) is created
  + KeepLog (Logs::LogGroup) is created
  + KeepRole (IAM::Role) is created
  + KeepProject (CodeBuild::Project) is created
  + LockLog (Logs::LogGroup) is created
  + LockRole (IAM::Role) is created
  + LockProject (CodeBuild::Project) is created
  + GuardLog (Logs::LogGroup) is created
  + GuardRole (IAM::Role) is created
  + GuardProject (CodeBuild::Project) is created
  + RecordLog (Logs::LogGroup) is created
  + RecordRole (IAM::Role) is created
  + RecordProject (CodeBuild::Project) is created
  - T (SNS::Topic) is deleted
      lost with it: its subscriptions

shop-environment-production is created (444444444444, ap-northeast-1)
  + 18 resources

shop-pipeline-develop is created (444444444444, ap-northeast-1)
  + 10 resources

shop-pipeline-release is created (444444444444, ap-northeast-1)
  + 10 resources

shop-old  account 444444444444, region ap-northeast-1: is not in the map any more, and stays until it is deleted
Stacks: 3 to create, 3 that cannot be changed now, 1 left over

"#]]
    );
}

#[test]
fn the_key_of_another_app_in_the_same_region_is_nobodys_parameter() {
    let world = World::standing("rails-ecs");
    world.python(
        "template = '{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}, \\\n\
         \"Outputs\": {\"ArtifactKeyArn\": {\"Value\": \"arn:aws:kms:ap-northeast-1:444444444444:key/other\"}}}'\n\
         tags = [{'Key': 'branchline:app', 'Value': 'another'}]\n\
         ask.client('cloudformation', **where).create_stack(StackName='another-base', TemplateBody=template, Tags=tags)\n\
         ask.later(60)\n",
    );
    let ended = world.run(&["plan", "--exit-code"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Stacks: 6 as they should be\n"));
}

#[test]
fn a_template_that_is_not_read_is_no_stack_that_is_missing() {
    let world = World::of("rails-ecs");
    world.python(
        "deep = 'x'\n\
         for _ in range(80): deep = {'deep': deep}\n\
         import json\n\
         template = json.dumps({'Metadata': deep, 'Resources': {'T': {'Type': 'AWS::SNS::Topic'}}})\n\
         tags = [{'Key': 'branchline:app', 'Value': 'shop'}]\n\
         ask.client('cloudformation', **where).create_stack(StackName='shop-base', TemplateBody=template, Tags=tags)\n\
         ask.later(60)\n",
    );
    let ended = world.run(&["plan"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(
        ended.stdout.starts_with(
            "shop-base is updated (444444444444, ap-northeast-1)\n  ? what would change cannot be told: its template is none that \
             branchline reads\n\n"
        ),
        "{}",
        ended.stdout
    );
}

#[test]
fn each_account_is_asked_with_the_credentials_that_are_meant_for_it() {
    let world = World::of("three-accounts");
    let role = |account: &str| format!("arn:aws:iam::{account}:role/ci");
    let accounts = ["111111111111", "222222222222", "333333333333"];
    let roles = accounts.map(|account| json!({ account: { "roles": { role(account): {} } } }));
    for of_account in roles {
        world.stub.state(&json!({ "accounts": of_account }));
    }
    let given = ["dev", "staging", "production"].into_iter().zip(accounts);
    let options: Vec<String> = given.map(|(name, account)| format!("{name}={}", role(account))).collect();
    let mut arguments = vec!["plan", "--json"];
    arguments.extend(options.iter().flat_map(|one| ["--role", one]));
    let ended = world.run(&arguments);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let places: Vec<Value> =
        read(&ended.stdout).as_array().expect("a list").iter().map(|one| one["account"].clone()).collect();
    assert!(accounts.iter().all(|account| places.contains(&json!(account))), "{places:?}");
    world.stub.assert_unflagged();
}
