//! For each finding the state that raises it. The state without the one change raises none.

use serde_json::{Value, json};

use crate::bench::{Bench, HOME, PRODUCTION, REGION, text};
use crate::healthy::{healthy, routes};

/// What is changed in a state, and what that raises.
type Case = (&'static str, &'static str, i32, fn(&mut Value));

/// A kind of fact of the pipelines' account.
fn home<'s>(state: &'s mut Value, kind: &str) -> &'s mut Value {
    &mut state["accounts"][HOME]["regions"][REGION]["facts"][kind]
}

/// One of production's account.
fn production<'s>(state: &'s mut Value, kind: &str) -> &'s mut Value {
    &mut state["accounts"][PRODUCTION]["regions"][REGION]["facts"][kind]
}

fn connection(state: &mut Value) -> &mut Value {
    &mut state["accounts"][HOME]["regions"][REGION]["connections"]
}

fn status(state: &mut Value, status: &str) {
    for one in connection(state).as_object_mut().unwrap().values_mut() {
        one["status"] = status.into();
    }
}

const CASES: &[Case] = &[
    ("a connection that is gone", "BL903", 4, |state| *connection(state) = json!({})),
    ("a connection that waits", "BL904", 4, |state| status(state, "PENDING")),
    ("a connection that is broken", "BL904", 4, |state| status(state, "ERROR")),
    ("no cluster", "BL910", 4, |state| *home(state, "ecs clusters") = json!([])),
    ("no service", "BL911", 4, |state| *production(state, "ecs services") = json!([])),
    ("a service that goes", "BL911", 4, |state| home(state, "ecs services")[0]["status"] = "INACTIVE".into()),
    ("a service of CodeDeploy", "BL912", 4, |state| {
        home(state, "ecs services")[0]["deploymentController"] = json!({ "type": "CODE_DEPLOY" });
    }),
    ("no family", "BL913", 4, |state| {
        home(state, "ecs task definitions").as_array_mut().unwrap().pop();
    }),
    ("no container of the service", "BL914", 4, |state| {
        home(state, "ecs task definitions")[0]["containerDefinitions"][0]["name"] = "web".into();
    }),
    ("no container of the task", "BL914", 4, |state| {
        production(state, "ecs task definitions")[1]["containerDefinitions"][0]["name"] = "cron".into();
    }),
    ("another processor", "BL915", 4, |state| {
        home(state, "ecs task definitions")[0]["runtimePlatform"]["cpuArchitecture"] = "X86_64".into();
    }),
    ("no processor on Fargate, which is Intel's", "BL915", 4, |state| {
        home(state, "ecs task definitions")[0]["runtimePlatform"] =
            json!({ "operatingSystemFamily": "LINUX" });
    }),
    ("no processor on machines of one's own", "", 0, |state| {
        let task = &mut home(state, "ecs task definitions")[0];
        task["runtimePlatform"] = json!({ "operatingSystemFamily": "LINUX" });
        task["requiresCompatibilities"] = json!(["EC2"]);
    }),
    ("another role of the task", "BL916", 4, |state| {
        home(state, "ecs task definitions")[0]["taskRoleArn"] = "arn:aws:iam::444444444444:role/old".into();
    }),
    ("a role of the same name on another path", "BL916", 4, |state| {
        let role = "arn:aws:iam::444444444444:role/team/shop-dev-task";
        home(state, "ecs task definitions")[0]["taskRoleArn"] = role.into();
    }),
    ("no subnet", "BL920", 4, |state| *home(state, "subnets") = json!([])),
    ("a subnet of another VPC", "BL921", 4, |state| home(state, "subnets")[0]["VpcId"] = "vpc-other".into()),
    ("a public subnet", "BL922", 4, |state| {
        *home(state, "route tables") = routes(&json!({ "GatewayId": "igw-1", "State": "active" }));
    }),
    ("a gateway that is gone", "BL922", 4, |state| {
        *home(state, "route tables") = routes(&json!({ "NatGatewayId": "nat-1", "State": "blackhole" }));
    }),
    ("no way at all", "BL922", 4, |state| {
        home(state, "route tables")[0]["Routes"].as_array_mut().unwrap().pop();
    }),
    ("endpoints alone", "BL922", 0, |state| {
        home(state, "route tables")[0]["Routes"].as_array_mut().unwrap().pop();
        let endpoint = json!({ "VpcEndpointId": "vpce-1", "VpcId": "vpc-0d0d0d0d", "State": "Available",
            "ServiceName": "com.amazonaws.ap-northeast-1.s3" });
        *home(state, "vpc endpoints") = json!([endpoint]);
    }),
    ("a transit gateway", "", 0, |state| {
        *home(state, "route tables") = routes(&json!({ "TransitGatewayId": "tgw-1", "State": "active" }));
    }),
    ("no security group", "BL923", 4, |state| *home(state, "security groups") = json!([])),
    ("no secret", "BL930", 4, |state| *production(state, "secrets") = json!([])),
    ("a secret that goes", "BL931", 4, |state| {
        production(state, "secrets")[0]["DeletedDate"] = json!(1_790_000_000);
    }),
    ("no parameter", "BL932", 4, |state| home(state, "ssm parameters")[0]["Name"] = "/shop/toke".into()),
    ("no image repository", "BL933", 4, |state| *home(state, "image repositories") = json!([])),
    ("no role", "BL934", 4, |state| *production(state, "roles") = json!([])),
    ("a role on another path", "BL934", 4, |state| {
        production(state, "roles")[0]["Arn"] = "arn:aws:iam::333333333333:role/migrates".into();
    }),
    ("no topic", "BL935", 4, |state| *home(state, "topics") = json!([])),
    ("logs without an end", "BL940", 0, |state| {
        home(state, "log groups")[0] = json!({ "logGroupName": "/aws/codebuild/shop-dev-migrate" });
    }),
    ("one role of one", "BL941", 0, |state| {
        let limits = json!([{ "RolesQuota": 1 }]);
        state["accounts"][PRODUCTION]["regions"]["us-east-1"]["facts"]["account limits"] = limits;
    }),
    ("no builds at all", "BL942", 4, |state| home(state, "quotas")[0]["Value"] = json!(0.0)),
    ("parameters of Copilot", "BL944", 0, |state| {
        let left = json!({ "Name": "/copilot/applications/shop", "Type": "String", "Value": "{}" });
        home(state, "ssm parameters").as_array_mut().unwrap().push(left);
    }),
    ("one of two pipelines", "", 0, |state| {
        let quota = json!({ "ServiceCode": "codepipeline", "QuotaCode": "L-2", "Value": 2.0,
            "QuotaName": "Maximum number of total pipelines per Region" });
        home(state, "quotas").as_array_mut().unwrap().push(quota);
        let declaration =
            json!({ "name": "p", "version": 1, "pipelineType": "V2", "executionMode": "QUEUED" });
        let pipeline = json!({ "declaration": declaration, "created": 1, "updated": 1 });
        state["accounts"][HOME]["regions"][REGION]["pipelines"] = json!({ "p": pipeline });
    }),
];

#[test]
fn each_finding_is_raised_by_its_one_cause_and_by_nothing_else() {
    let bench = Bench::new();
    assert_eq!(bench.codes(&[]), ([].into(), 0));
    for (what, code, ends, change) in CASES.iter().copied() {
        let mut state = healthy();
        change(&mut state);
        bench.state(&state);
        let codes = (!code.is_empty()).then(|| code.to_owned());
        assert_eq!(bench.codes(&[]), (codes.into_iter().collect(), ends), "{what}");
        bench.stub.assert_unflagged();
    }
}

#[test]
fn a_full_region_is_told_by_the_quota_and_else_by_the_number_that_aws_documents() {
    let bench = Bench::new();
    let declaration =
        |name: String| json!({ "name": name, "version": 1, "pipelineType": "V2", "executionMode": "QUEUED" });
    let many = (0..900).map(|number| {
        let name = format!("p{number}");
        (name.clone(), json!({ "declaration": declaration(name), "created": 1, "updated": 1 }))
    });
    let mut state = healthy();
    state["accounts"][HOME]["regions"][REGION]["pipelines"] = Value::Object(many.collect());
    bench.state(&state);
    let (found, code) = bench.findings(&[]);
    assert_eq!((found[0]["code"].as_str(), code), (Some("BL941"), 0));
    assert!(
        found[0]["message"].as_str().unwrap().starts_with("900 of 1000 pipelines are used in "),
        "{found:?}"
    );
    let quota = json!({ "ServiceCode": "codepipeline", "QuotaCode": "L-2", "Value": 2000.0,
        "QuotaName": "Maximum number of total pipelines per Region" });
    home(&mut state, "quotas").as_array_mut().unwrap().push(quota);
    bench.state(&state);
    assert_eq!(bench.codes(&[]), ([].into(), 0));
}

#[test]
fn stacks_of_copilot_are_told_by_their_application_and_never_touched() {
    let bench = Bench::new();
    bench.python(
        "c.create_stack(StackName='shop-dev-api', TemplateBody='{\"Resources\":{\"A\":{\"Type\":\"AWS::SNS::Topic\"}}}', \
         Tags=[dict(Key='copilot-application', Value='sh\u{202e}op')])",
    );
    let before = bench.stub.writes().len();
    let (found, code) = bench.findings(&[]);
    assert_eq!((found.len(), found[0]["code"].as_str(), code), (1, Some("BL945"), 0), "{found:?}");
    assert!(
        found[0]["message"].as_str().unwrap().contains("Copilot left 1 stack, in account 444444444444"),
        "{found:?}"
    );
    assert!(!found[0].to_string().contains('\u{202e}'), "{found:?}");
    assert_eq!(bench.stub.writes().len(), before);
    let limits = json!([{ "StackLimit": 1 }]);
    bench.stub.state(&json!({ "accounts": { HOME: { "regions": { REGION: { "facts": { "account limits": limits } } } } } }));
    let (found, code) = bench.findings(&[]);
    assert_eq!((found.len(), found[0]["code"].as_str(), code), (2, Some("BL941"), 0), "{found:?}");
    assert!(found[0]["message"].as_str().unwrap().starts_with("1 of 1 stacks are used in "), "{found:?}");
}

#[test]
fn a_connection_that_our_own_base_stack_made_is_looked_at_like_one_that_is_named() {
    let bench = Bench::new();
    let path = bench.folder.path().join("branchline.yml");
    let file = std::fs::read_to_string(&path).unwrap();
    let unnamed = file.lines().filter(|line| !line.trim_start().starts_with("connection:"));
    std::fs::write(&path, unnamed.collect::<Vec<_>>().join("\n")).unwrap();
    // None is made yet: nothing is wrong with that.
    assert_eq!(bench.codes(&[]), ([].into(), 0));
    let arn =
        format!("arn:aws:codeconnections:{REGION}:{HOME}:connection/0a1b2c3d-0000-4000-8000-000000000000");
    let output = json!({ "C": { "Value": arn, "Export": { "Name": "shop-connection" } } });
    let template = json!({ "Resources": { "A": { "Type": "AWS::SNS::Topic" } }, "Outputs": output });
    bench.python(&format!("c.create_stack(StackName='shop-base', TemplateBody='{template}')"));
    assert_eq!(bench.codes(&[]), ([].into(), 0));
    let waits = json!({ arn: { "name": "github", "status": "PENDING" } });
    bench.stub.state(&json!({ "accounts": { HOME: { "regions": { REGION: { "connections": waits } } } } }));
    let (found, code) = bench.findings(&[]);
    assert_eq!((found.len(), found[0]["code"].as_str(), code), (1, Some("BL904"), 4), "{found:?}");
    assert_eq!(found[0]["line"], 21, "the place is that of `source`: {found:?}");
}

#[test]
fn a_branch_of_the_map_that_the_repository_lacks_is_told_at_its_rule() {
    let bench = Bench::new();
    let list = bench.folder.path().join("list");
    std::fs::write(&list, "main\n").unwrap();
    let (found, code) = bench.findings(&["--branches", list.to_str().unwrap()]);
    assert_eq!((found.len(), found[0]["code"].as_str(), code), (1, Some("BL905"), 0));
    assert_eq!((found[0]["line"].as_u64(), found[0]["column"].as_u64()), (Some(5), Some(3)));
    std::fs::remove_dir_all(bench.folder.path().join(".git")).unwrap();
    let (found, code) = bench.findings(&[]);
    assert_eq!((found.len(), found[0]["code"].as_str(), code), (1, Some("BL902"), 0));
}

#[test]
fn an_account_that_cannot_be_asked_is_told_and_the_others_are_looked_at() {
    let bench = Bench::new();
    let mut state = healthy();
    *home(&mut state, "topics") = json!([]);
    *production(&mut state, "secrets") = json!([]);
    bench.state(&state);
    // Without a role these are the credentials of the pipelines' account.
    let output = bench.run(&["--json"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let codes: Vec<&str> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["BL901", "BL935"]);
    assert_eq!(found[0]["line"], 12);
    assert!(
        found[0]["message"].as_str().unwrap().contains("account 333333333333 of `production`"),
        "{found:?}"
    );
}

#[test]
fn a_wrong_file_is_told_as_check_tells_it_and_nothing_is_asked() {
    let bench = Bench::new();
    std::fs::write(bench.folder.path().join("branchline.yml"), "version: 2\n").unwrap();
    let (found, code) = bench.findings(&[]);
    assert_eq!(code, 3);
    assert!(!found.is_empty() && bench.stub.calls().is_empty(), "{found:?}");
}

#[test]
fn tests_that_run_side_by_side_need_as_many_builds_at_a_time() {
    let bench = Bench::new();
    let path = bench.folder.path().join("branchline.yml");
    let file = std::fs::read_to_string(&path).unwrap();
    let with_a_second = file.replace("    build: {", "    test: { commands: [make lint] }\n    build: {");
    assert_ne!(file, with_a_second);
    let mut state = healthy();
    home(&mut state, "quotas")[0]["Value"] = json!(1.0);
    bench.state(&state);
    assert_eq!(bench.codes(&[]), ([].into(), 0));
    std::fs::write(&path, with_a_second).unwrap();
    let (found, code) = bench.findings(&[]);
    assert_eq!((found.len(), found[0]["code"].as_str(), code), (1, Some("BL942"), 0), "{found:?}");
    assert!(found[0]["message"].as_str().unwrap().contains("2 builds at a time"), "{found:?}");
}
