//! `branchline import copilot --look-up`, against the small AWS of `tests/aws/stub`.

use std::process::{Command, Output};

use serde_json::{Value, json};

use super::made::{by_id, stack};
use super::repository::Repository;
use super::stub::Stub;

const HOME: &str = "444444444444";
const PRODUCTION: &str = "333333333333";
const REGION: &str = "ap-northeast-1";
const ELSEWHERE: &str = "eu-west-1";
const ROLE: &str = "--role=production=arn:aws:iam::333333333333:role/look";
/// The one secret that a run knows.
const SECRET: &str = "not-a-secret-of-anybody";
/// What else stands in Copilot's parameters, and is nobody's to print.
const MARK: &str = "arn:aws:iam::444444444444:role/shop-dev-EnvManagerRole";

const API: &str = "name: api\ntype: Load Balanced Web Service\nimage: { build: Dockerfile, port: 3000 }\n";
const JOB: &str =
    "name: nightly\ntype: Scheduled Job\non: { schedule: '@daily' }\nimage: { build: Dockerfile }\n";

fn pipeline(branch: &str, environment: &str) -> String {
    format!(
        "name: shop-{branch}\nversion: 1\nsource:\n  provider: GitHub\n  properties:\n    branch: {branch}\n    repository: \
         https://github.com/acme/shop\n    connection_name: acme\nstages:\n  - name: {environment}\n"
    )
}

/// `develop` goes to dev, in the pipelines' account, and `release` to production, in another account and region.
fn repository() -> Repository {
    let repository = Repository::new();
    let (develop, release) = (pipeline("develop", "dev"), pipeline("release", "production"));
    let files = [
        ("copilot/.workspace", "application: shop\n"),
        ("copilot/api/manifest.yml", API),
        ("copilot/nightly/manifest.yml", JOB),
        ("copilot/pipelines/shop-develop/manifest.yml", develop.as_str()),
        ("copilot/pipelines/shop-release/manifest.yml", release.as_str()),
    ];
    repository.commit("develop", &files);
    repository.commit("release", &[]);
    repository
}

fn workloads(place: (&str, &str), environment: &str) -> Vec<Value> {
    let (account, region) = place;
    let arn = |service: &str, rest: String| format!("arn:aws:{service}:{region}:{account}:{rest}");
    let roles = |name: &str| {
        ["TaskRole", "ExecutionRole"]
            .map(|role| (role, "IAM::Role", format!("shop-{environment}-{name}-{role}-1A2B")))
    };
    let tags = |name| [("application", "shop"), ("environment", environment), ("service", name)];
    let service = format!("service/shop-{environment}-Cluster-9Z8Y/shop-{environment}-api-Service-7X6W");
    let api = [&roles("api")[..], &[("Service", "ECS::Service", arn("ecs", service))]].concat();
    let job = [
        &roles("nightly")[..],
        &[
            (
                "TaskDefinition",
                "ECS::TaskDefinition",
                arn("ecs", format!("task-definition/shop-{environment}-nightly:3")),
            ),
            (
                "StateMachine",
                "StepFunctions::StateMachine",
                arn("states", format!("stateMachine:shop-{environment}-nightly")),
            ),
        ],
    ]
    .concat();
    vec![
        stack(place, &format!("shop-{environment}-api"), &tags("api"), &api),
        stack(place, &format!("shop-{environment}-nightly"), &tags("nightly"), &job),
    ]
}

/// An AWS in which all of it was deployed by Copilot.
fn deployed() -> Value {
    let (home, production) = ((HOME, REGION), (PRODUCTION, ELSEWHERE));
    let mut stacks = workloads(home, "dev");
    for branch in ["develop", "release"] {
        let name = format!("shop-{branch}");
        let stack_name = format!("pipeline-shop-{name}");
        let own = ("Pipeline", "CodePipeline::Pipeline", format!("{stack_name}-Pipeline-5V4U"));
        stacks.push(stack(home, &stack_name, &[("application", "shop"), ("pipeline", &name)], &[own]));
    }
    let parameter = |environment: &str, (account, region): (&str, &str)| {
        let value = json!({ "app": "shop", "name": environment, "region": region, "accountID": account, "managerRoleARN": MARK });
        json!({ "Name": format!("/copilot/applications/shop/environments/{environment}"), "Type": "String",
            "Value": value.to_string() })
    };
    let connection =
        format!("arn:aws:codeconnections:{REGION}:{HOME}:connection/0a1b2c3d-0000-4000-8000-000000000000");
    json!({ "accounts": {
        HOME: { "regions": { REGION: {
            "stacks": by_id(stacks),
            "facts": { "ssm parameters": [parameter("dev", home), parameter("production", production)] },
            "connections": { connection: { "name": "acme", "status": "AVAILABLE" } },
        } } },
        PRODUCTION: {
            "roles": { "arn:aws:iam::333333333333:role/look": {} },
            "regions": { ELSEWHERE: { "stacks": by_id(workloads(production, "production")) } },
        },
    } })
}

struct Bench {
    repository: Repository,
    stub: Stub,
}

impl Bench {
    fn new() -> Self {
        let bench = Bench { repository: repository(), stub: Stub::start() };
        bench.stub.state(&deployed());
        bench
    }

    fn run(&self, tries: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.args(["import", "copilot", "--account", HOME, "--region", REGION]).args(arguments);
        command.arg("-C").arg(self.repository.path()).env("NO_COLOR", "1").env("AWS_MAX_ATTEMPTS", tries);
        let output = self.stub.prepare(&mut command, HOME, REGION).output().unwrap();
        for told in [&output.stdout, &output.stderr] {
            let told = text(told);
            assert!(!told.contains(SECRET) && !told.contains(MARK), "a secret is told: {told}");
        }
        output
    }

    /// What it says, where it goes well.
    fn told(&self, arguments: &[&str]) -> String {
        let output = self.run("2", arguments);
        assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_names_of_every_environment_stand_in_a_file_that_generates() {
    let bench = Bench::new();
    bench.told(&["--look-up", ROLE, "--write"]);
    let file = bench.repository.read("branchline.yml");
    let map: Value = serde_yaml::from_str(&file).unwrap();
    assert!(!file.contains("-CHECK"), "{file}");
    let production = &map["environments"]["production"];
    assert_eq!(
        (production["account"].as_str(), production["region"].as_str()),
        (Some(PRODUCTION), Some(ELSEWHERE))
    );
    let ecs = &production["services"]["api"]["deploy"]["ecs"];
    assert_eq!(ecs["cluster"], "shop-production-Cluster-9Z8Y");
    assert_eq!(ecs["service"], "shop-production-api-Service-7X6W");
    assert_eq!(
        ecs["roles"],
        json!(["shop-production-api-TaskRole-1A2B", "shop-production-api-ExecutionRole-1A2B"])
    );
    let dev = &map["environments"]["dev"];
    assert!(dev["account"].is_null() && dev["region"].is_null(), "it is where the pipelines are: {file}");
    let task = &dev["services"]["nightly"]["deploy"]["ecs_task"];
    assert_eq!(task["family"], "shop-dev-nightly");
    assert_eq!(task["targets"]["state_machines"], json!(["shop-dev-nightly"]));
    assert!(map["source"]["connection"].as_str().unwrap().ends_with("0a1b2c3d-0000-4000-8000-000000000000"));
    for command in ["check", "generate"] {
        let said = bench.repository.branchline(&[command]);
        assert_eq!(said.code, Some(0), "{command}: {}", said.err);
    }
    let deploys = bench.repository.read("pipelines/shop-release/pipeline.json");
    assert!(deploys.contains("shop-production-Cluster-9Z8Y"), "{deploys}");
    assert_eq!(bench.stub.writes(), Vec::<String>::new());
    bench.stub.assert_unflagged();
}

#[test]
fn the_report_tells_what_was_found_and_for_scripts_with_the_pipelines_that_run() {
    let bench = Bench::new();
    let answer: Value = serde_json::from_str(&bench.told(&["--look-up", ROLE, "--json"])).unwrap();
    let looked_up = &answer["looked_up"];
    assert_eq!(
        looked_up["environments"]["production"],
        json!({ "account": PRODUCTION, "region": ELSEWHERE })
    );
    let running = json!({
        "name": "shop-develop", "stack": "pipeline-shop-shop-develop", "pipeline": "pipeline-shop-shop-develop-Pipeline-5V4U",
    });
    assert_eq!(looked_up["pipelines"][0], running);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/looked_up.txt");
    let told = bench.told(&["--look-up", ROLE]);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &told).unwrap();
    }
    snapbox::assert_data_eq!(told, snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn without_the_option_nothing_is_asked() {
    let bench = Bench::new();
    let answer: Value = serde_json::from_str(&bench.told(&["--json"])).unwrap();
    assert!(answer["looked_up"].is_null() && bench.stub.calls().is_empty());
    assert!(answer["branchline_yml"].as_str().unwrap().contains("shop-{environment}-Cluster-CHECK"));
    let said = bench.run("1", &["--profile", "ci"]);
    assert_eq!(said.status.code(), Some(64));
    assert!(text(&said.stderr).contains("add `--look-up`"), "{}", text(&said.stderr));
}

#[test]
fn what_is_not_found_is_told_with_the_command_that_looks_and_stays_marked() {
    let bench = Bench::new();
    let mut state = deployed();
    state["accounts"][PRODUCTION]["regions"][ELSEWHERE]["stacks"] = json!({});
    state["accounts"][HOME]["regions"][REGION]["facts"]["ssm parameters"].as_array_mut().unwrap().remove(0);
    bench.stub.reset();
    bench.stub.state(&state);
    let answer: Value = serde_json::from_str(&bench.told(&["--look-up", ROLE, "--json"])).unwrap();
    let lost: Vec<&Value> =
        answer["remarks"].as_array().unwrap().iter().filter(|remark| remark["weight"] == "lost").collect();
    let told = |part: &str| lost.iter().find(|one| one["what"].as_str().unwrap().contains(part));
    let dev = told("where the environment `dev` of `shop` is").unwrap_or_else(|| panic!("{lost:?}"));
    assert!(
        dev["help"]
            .as_str()
            .unwrap()
            .contains("`aws ssm get-parameters-by-path --path /copilot/applications/shop/")
    );
    let api = told("no stack of Copilot's for `api` in `production`").unwrap_or_else(|| panic!("{lost:?}"));
    assert!(api["help"].as_str().unwrap().contains("--stack-name shop-production-api --region eu-west-1`"));
    assert_eq!(api["place"]["file"], "copilot/api/manifest.yml");
    let proposed = answer["branchline_yml"].as_str().unwrap();
    assert!(proposed.contains("shop-{environment}-api-Service-CHECK"), "{proposed}");
    assert!(proposed.contains("account: \"333333333333\""), "where it is, is known: {proposed}");
}

#[test]
fn a_stack_that_is_being_deleted_and_a_parameter_of_another_app_say_nothing() {
    let bench = Bench::new();
    let mut state = deployed();
    let home = &mut state["accounts"][HOME]["regions"][REGION];
    for stack in home["stacks"].as_object_mut().unwrap().values_mut() {
        if ["shop-dev-api", "pipeline-shop-shop-develop"].contains(&stack["name"].as_str().unwrap()) {
            stack["status"] = json!("DELETE_IN_PROGRESS");
        }
        if stack["name"] == "pipeline-shop-shop-release" {
            stack["status"] = json!("DELETE_FAILED");
            stack["resources"]["Pipeline"]["status"] = json!("DELETE_COMPLETE");
        }
    }
    let parameters = home["facts"]["ssm parameters"].as_array_mut().unwrap();
    let production =
        parameters[1]["Value"].as_str().unwrap().replace("\"app\":\"shop\"", "\"app\":\"store\"");
    parameters[1]["Value"] = json!(production);
    bench.stub.reset();
    bench.stub.state(&state);
    let answer: Value = serde_json::from_str(&bench.told(&["--look-up", "--json"])).unwrap();
    let remarks = answer["remarks"].as_array().unwrap();
    let is_told = |part: &str| remarks.iter().any(|one| one["what"].as_str().unwrap().contains(part));
    assert!(
        is_told("the stack `shop-dev-api` of `api` in `dev` is going: DELETE_IN_PROGRESS"),
        "{remarks:#?}"
    );
    assert!(is_told("of the pipeline `shop-develop` is going: DELETE_IN_PROGRESS"), "{remarks:#?}");
    assert!(is_told("do not say where the environment `production` of `shop` is"), "{remarks:#?}");
    let proposed = answer["branchline_yml"].as_str().unwrap();
    assert!(
        proposed.contains("shop-dev-nightly") && !proposed.contains("shop-dev-api-Service-7X6W"),
        "{proposed}"
    );
    assert!(proposed.contains("# CHECK: taken to be where the pipelines are"), "{proposed}");
    let running = answer["looked_up"]["pipelines"].as_array().unwrap();
    assert!(running.is_empty(), "{running:?}");
    assert!(is_told("of the pipeline `shop-release` holds no pipeline"), "{remarks:#?}");
}

#[test]
fn the_region_is_that_of_the_repositorys_address_where_none_is_said() {
    let bench = Bench::new();
    let of_code_commit = |branch, environment| {
        pipeline(branch, environment)
            .replace("GitHub", "CodeCommit")
            .replace("https://github.com/acme/shop", &format!("codecommit::{REGION}://shop"))
            .replace("    connection_name: acme\n", "")
    };
    let (develop, release) = (of_code_commit("develop", "dev"), of_code_commit("release", "production"));
    let files = [
        ("copilot/pipelines/shop-develop/manifest.yml", develop.as_str()),
        ("copilot/pipelines/shop-release/manifest.yml", release.as_str()),
    ];
    for branch in ["develop", "release"] {
        bench.repository.commit(branch, &files);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
    command
        .args(["import", "copilot", "--account", HOME, "--look-up", ROLE, "-C"])
        .arg(bench.repository.path());
    let output = bench.stub.prepare(&mut command, HOME, REGION).env_remove("AWS_REGION").output().unwrap();
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}{}", text(&output.stderr));
    assert!(told.contains("shop-dev-Cluster-9Z8Y"), "{told}");
}

#[test]
fn names_that_nobody_could_have_given_go_into_no_file_and_no_command() {
    let bench = Bench::new();
    let mut state = deployed();
    let stacks = &mut state["accounts"][HOME]["regions"][REGION]["stacks"];
    for stack in stacks.as_object_mut().unwrap().values_mut() {
        for resource in stack["resources"].as_object_mut().unwrap().values_mut() {
            resource["physical"] = json!("arn:aws:ecs:r:1:service/a/$(id)\u{202e}\"\nb: c");
        }
    }
    bench.stub.reset();
    bench.stub.state(&state);
    let told = bench.told(&["--look-up", ROLE]);
    assert!(!told.contains("$(id)") && !told.contains('\u{202e}'), "{told}");
    assert!(told.contains("does not say the ECS service of `api` in `dev`"), "{told}");
    // The account's name is the person's own; Copilot's is a file's.
    bench.repository.commit("develop", &[("copilot/.workspace", "application: \"$(id)\"\n")]);
    bench.repository.commit("release", &[("copilot/.workspace", "application: \"$(id)\"\n")]);
    let refused = bench.run("1", &["--look-up", ROLE]);
    assert_eq!(refused.status.code(), Some(64), "{}", text(&refused.stderr));
    assert!(
        text(&refused.stderr).contains("is no name that Copilot gives an app"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn copilots_own_name_is_asked_for_where_the_new_one_is_another() {
    let bench = Bench::new();
    let answer: Value =
        serde_json::from_str(&bench.told(&["--look-up", ROLE, "--app", "store", "--json"])).unwrap();
    let proposed: Value = serde_yaml::from_str(answer["branchline_yml"].as_str().unwrap()).unwrap();
    assert_eq!(proposed["app"], "store");
    assert_eq!(
        proposed["environments"]["dev"]["services"]["api"]["deploy"]["ecs"]["cluster"],
        "shop-dev-Cluster-9Z8Y"
    );
}

#[test]
fn credentials_that_fit_no_environment_are_wrong_usage_before_anything_is_asked() {
    let bench = Bench::new();
    for (arguments, words) in [
        (&["--look-up", "--profile", "nowhere=ci"][..], "there is no environment `nowhere`"),
        (
            &["--look-up", "--role", "nowhere=arn:aws:iam::333333333333:role/look"],
            "there is no environment `nowhere`",
        ),
    ] {
        let said = bench.run("1", arguments);
        assert_eq!(said.status.code(), Some(64), "{arguments:?}");
        assert!(text(&said.stderr).contains(words), "{}", text(&said.stderr));
        assert_eq!(bench.stub.calls().len(), 0);
    }
    // Whose account it is is known only now: the credentials at hand are of another one.
    let said = bench.run("1", &["--look-up"]);
    assert_eq!(said.status.code(), Some(5));
    assert!(text(&said.stderr).contains("account 333333333333 is wanted"), "{}", text(&said.stderr));
    assert!(said.stdout.is_empty());
}

#[test]
fn each_call_that_fails_ends_with_five_and_writes_nothing() {
    const CALLS: [(&str, &str); 5] = [
        ("sts", "GetCallerIdentity"),
        ("ssm", "GetParameter"),
        ("cloudformation", "DescribeStacks"),
        ("cloudformation", "ListStackResources"),
        ("codeconnections", "ListConnections"),
    ];
    let bench = Bench::new();
    for (service, operation) in CALLS {
        for what in ["denied", "expired", "throttle", "500", "cut"] {
            bench.stub.faults(&json!([{ "what": what, "service": service, "operation": operation }]));
            let output = bench.run("1", &["--look-up", ROLE, "--write"]);
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(5), "{what} {operation}: {said}");
            assert!(said.contains(operation), "{what} {operation}: {said}");
            assert!(output.stdout.is_empty() && !bench.repository.path().join("branchline.yml").exists());
        }
    }
    bench.stub.faults(&json!([{ "what": "503", "nth": 3 }]));
    bench.told(&["--look-up", ROLE]);
}
