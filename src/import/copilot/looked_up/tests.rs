use std::collections::BTreeMap;

use super::super::super::draft::{Ecs, Environment, Image, Names, Rule, Service, Source, Start, Task};
use super::super::super::remark::{self, Weight};
use super::stacks::{Lack, of_environment, of_pipeline, of_workload};
use super::*;
use crate::config::raw::RawProvider;

const HOME: &str = "444444444444";
const REGION: &str = "ap-northeast-1";

fn home() -> Place {
    Place::new(HOME, REGION)
}

fn stack(name: &str, tags: &[(&str, &str)]) -> Stack {
    let tags = tags.iter().map(|(key, value)| (format!("copilot-{key}"), (*value).to_owned()));
    Stack { name: name.to_owned(), tags: tags.collect(), ..Stack::default() }
}

fn api(name: &str) -> Stack {
    stack(name, &[("application", "shop"), ("environment", "dev"), ("service", "api")])
}

fn found(stacks: &[Stack]) -> Result<String, String> {
    let found = find(stacks, &of_workload("shop", "dev", "api"));
    found.map(|stack| stack.name.clone()).map_err(|lack| format!("{lack:?}"))
}

#[test]
fn a_stack_is_known_by_its_name_and_its_tags_together() {
    assert_eq!(found(&[api("shop-dev-api"), api("other")]), Ok("shop-dev-api".to_owned()));
    // By hand another name, by the tags the only one; nested stacks carry the tags of their parent.
    assert_eq!(found(&[api("mine"), api("mine-AddonsStack-1X2Y")]), Ok("mine".to_owned()));
    let stranger =
        stack("shop-dev-api", &[("application", "store"), ("environment", "dev"), ("service", "api")]);
    assert_eq!(found(&[stranger]), Err("Other".to_owned()));
    assert_eq!(found(&[stack("shop-dev-api", &[])]), Err("Other".to_owned()));
    assert_eq!(found(&[api("one"), api("two")]), Err("Several([\"one\", \"two\"])".to_owned()));
    assert_eq!(found(&[]), Err("None".to_owned()));
}

#[test]
fn of_several_stacks_that_say_they_are_a_pipeline_only_the_one_of_copilots_name_is_taken() {
    let tagged = |name: &str| stack(name, &[("application", "shop"), ("pipeline", "release")]);
    let all = [tagged("alarms"), tagged("pipeline-shop-release")];
    let name = |all| of_pipeline(all, "shop", "release").map(|stack| stack.name.clone());
    assert_eq!(name(&all), Ok("pipeline-shop-release".to_owned()));
    let others = [tagged("alarms"), tagged("dashboards")];
    assert_eq!(name(&others), Err(Lack::Several(vec!["alarms", "dashboards"])));
}

#[test]
fn a_stack_that_is_going_is_taken_for_nothing_and_told() {
    let going = |stack: Stack| Stack { going: Some("DELETE_IN_PROGRESS".to_owned()), ..stack };
    let told = "Going(\"shop-dev-api\", \"DELETE_IN_PROGRESS\")".to_owned();
    assert_eq!(found(&[going(api("shop-dev-api"))]), Err(told));
    assert_eq!(found(&[going(api("shop-dev-api")), api("mine")]), Ok("mine".to_owned()));
    let tagged = |name: &str| stack(name, &[("application", "shop"), ("pipeline", "release")]);
    let own = going(tagged("pipeline-shop-release"));
    assert_eq!(
        of_pipeline(std::slice::from_ref(&own), "shop", "release"),
        Err(Lack::Going("pipeline-shop-release", "DELETE_IN_PROGRESS"))
    );
    let older = stack("release", &[("application", "shop")]);
    assert_eq!(of_pipeline(&[own.clone(), older.clone()], "shop", "release"), Ok(&older));
    let answers = Answers { stacks: [(home(), vec![own])].into(), ..Answers::default() };
    assert_eq!(stacks::pipelines(&answers, &home(), "shop"), Vec::<(&str, &str)>::new());
}

#[test]
fn an_environments_stack_is_none_of_a_workload_or_a_task() {
    let of_dev = |name: &str, more: &[(&str, &str)]| {
        stack(name, &[&[("application", "shop"), ("environment", "dev")][..], more].concat())
    };
    let others = [of_dev("shop-dev-api", &[("service", "api")]), of_dev("task-db", &[("task", "db")])];
    assert_eq!(find(&others, &of_environment("shop", "dev")), Err(Lack::None));
    let own = [others.to_vec(), vec![of_dev("shop-dev", &[])]].concat();
    assert_eq!(find(&own, &of_environment("shop", "dev")).map(|stack| stack.name.as_str()), Ok("shop-dev"));
}

#[test]
fn a_pipeline_is_found_by_its_tag_and_an_older_one_by_its_name() {
    let new = stack("pipeline-shop-release", &[("application", "shop"), ("pipeline", "release")]);
    let old = stack("shop-old", &[("application", "shop")]);
    let stranger = stack("theirs", &[("application", "store"), ("pipeline", "theirs")]);
    let environment = stack("dev", &[("application", "shop"), ("environment", "dev")]);
    let all = [new, old, stranger, environment];
    let name = |pipeline| of_pipeline(&all, "shop", pipeline).ok().map(|stack| stack.name.as_str());
    assert_eq!(name("release"), Some("pipeline-shop-release"));
    assert_eq!(name("shop-old"), Some("shop-old"));
    assert_eq!((name("theirs"), name("dev")), (None, None));
}

#[test]
fn where_an_environment_is_is_read_and_what_could_be_no_place_is_not() {
    let value =
        r#"{"app":"shop","name":"dev","region":"eu-west-1","accountID":"111122223333","customConfig":{}}"#;
    assert_eq!(whereabouts(value, "shop", "dev"), Some(Place::new("111122223333", "eu-west-1")));
    assert_eq!(whereabouts(value, "store", "dev"), None, "of another app");
    assert_eq!(whereabouts(value, "shop", "prod"), None, "of another environment");
    for value in [
        "",
        "{}",
        "[]",
        r#"{"app":"shop","name":"dev","region":"eu-west-1","accountID":"1111"}"#,
        r#"{"app":"shop","name":"dev","region":"evil.example.com/","accountID":"111122223333"}"#,
        r#"{"app":"shop","name":"dev","region":"","accountID":"111122223333"}"#,
    ] {
        assert_eq!(whereabouts(value, "shop", "dev"), None, "{value}");
    }
    assert!(is_name("shop-2") && !is_name("$(id)") && !is_name("") && !is_name("-a") && !is_name("a\n"));
}

fn resource(logical: &str, kind: &str, physical: &str) -> Resource {
    let text = str::to_owned;
    Resource { logical: text(logical), kind: format!("AWS::{kind}"), physical: text(physical) }
}

fn of_a_service(service: &str) -> Vec<Resource> {
    vec![
        resource("Service", "ECS::Service", service),
        resource("TaskRole", "IAM::Role", "shop-dev-api-TaskRole-1A"),
        resource("ExecutionRole", "IAM::Role", "shop-dev-api-ExecutionRole-1A"),
    ]
}

#[test]
fn the_cluster_is_that_of_the_services_own_arn() {
    let arn = "arn:aws:ecs:ap-northeast-1:444444444444:service/shop-dev-Cluster-9Z/shop-dev-api-Service-9Z";
    let known = names::ecs(&of_a_service(arn), Some("other"), "api").expect("all is there");
    assert_eq!(
        known,
        Ecs {
            cluster: "shop-dev-Cluster-9Z".to_owned(),
            service: "shop-dev-api-Service-9Z".to_owned(),
            container: "api".to_owned(),
            roles: vec!["shop-dev-api-TaskRole-1A".to_owned(), "shop-dev-api-ExecutionRole-1A".to_owned()],
        }
    );
    let old = of_a_service("arn:aws:ecs:ap-northeast-1:444444444444:service/api");
    assert_eq!(names::ecs(&old, Some("own"), "api").expect("all is there").cluster, "own");
    assert_eq!(names::ecs(&old, None, "api"), Err(names::Lacking("cluster")));
}

#[test]
fn a_name_that_aws_does_not_have_is_not_taken() {
    for service in
        ["", "api", "arn:aws:ecs:r:1:service/c/$(id)", "arn:aws:ecs:r:1:service/c/a\nb", "arn:service/a/b/c"]
    {
        assert!(names::ecs(&of_a_service(service), Some("own"), "api").is_err(), "{service:?}");
    }
    let mut without_role = of_a_service("arn:aws:ecs:r:1:service/c/a");
    without_role.pop();
    assert!(names::ecs(&without_role, None, "api").is_err());
}

fn place(line: usize) -> remark::Place {
    remark::Place { file: "m.yml".to_owned(), branches: vec!["main".to_owned()], line, column: 1 }
}

/// `develop` goes to dev, and `release` to production with the API alone.
fn draft() -> Draft {
    let rule = |branch: &str, environment: &str, services: Option<Vec<String>>| Rule {
        key: branch.to_owned(),
        start: Start::of(branch),
        environments: vec![environment.to_owned()],
        services,
        pipeline: format!("shop-{branch}"),
        place: place(1),
    };
    let environment = |name: &str| Environment {
        name: name.to_owned(),
        approval: false,
        verify: Vec::new(),
        place: place(2),
    };
    let service = |name: &str, deploy| Service {
        name: name.to_owned(),
        was: "a workload".to_owned(),
        image: Image::None,
        deploy,
        depends_on: Vec::new(),
        place: place(3),
    };
    let ecs = Ecs {
        cluster: "shop-{environment}-Cluster-CHECK".to_owned(),
        service: "shop-{environment}-api-Service-CHECK".to_owned(),
        container: "api".to_owned(),
        roles: vec!["shop-{environment}-api-TaskRole-CHECK".to_owned()],
    };
    let task = Task {
        family: "shop-{environment}-nightly".to_owned(),
        container: "nightly".to_owned(),
        roles: vec!["shop-{environment}-nightly-TaskRole-CHECK".to_owned()],
        state_machines: vec!["shop-{environment}-nightly".to_owned()],
    };
    Draft {
        source: Some(Source {
            provider: RawProvider::GitHub,
            repository: "acme/shop".to_owned(),
            connection: Some("acme".to_owned()),
            region: None,
        }),
        rules: vec![
            rule("develop", "dev", None),
            rule("release", "production", Some(vec!["api".to_owned()])),
        ],
        environments: vec![environment("dev"), environment("production")],
        services: vec![
            service("api", Deploy::Ecs(Names { pattern: ecs, known: BTreeMap::new() })),
            service("nightly", Deploy::Task(Names { pattern: task, known: BTreeMap::new() })),
        ],
        ..Draft::default()
    }
}

fn app() -> App {
    App { name: "shop".to_owned(), home: home() }
}

/// AWS has all of it, production in another account.
fn answers() -> Answers {
    let elsewhere = Place::new("333333333333", REGION);
    let stack_of = |environment: &str, service: &str| {
        let tags = [("application", "shop"), ("environment", environment), ("service", service)];
        stack(&format!("shop-{environment}-{service}"), &tags)
    };
    let pipeline = |branch: &str| {
        let name = format!("shop-{branch}");
        stack(&format!("pipeline-shop-{name}"), &[("application", "shop"), ("pipeline", &name)])
    };
    let service = |environment: &str| {
        of_a_service(&format!(
            "arn:aws:ecs:{REGION}:1:service/shop-{environment}-Cluster-7/shop-{environment}-api-Service-7"
        ))
    };
    let job = vec![
        resource(
            "TaskDefinition",
            "ECS::TaskDefinition",
            "arn:aws:ecs:r:1:task-definition/shop-dev-nightly:4",
        ),
        resource(
            "StateMachine",
            "StepFunctions::StateMachine",
            "arn:aws:states:r:1:stateMachine:shop-dev-nightly",
        ),
        resource("TaskRole", "IAM::Role", "shop-dev-nightly-TaskRole-2B"),
        resource("ExecutionRole", "IAM::Role", "shop-dev-nightly-ExecutionRole-2B"),
    ];
    let piped = |name: &str| vec![resource("Pipeline", "CodePipeline::Pipeline", name)];
    let at = |place: &Place, stack: &str| (place.clone(), stack.to_owned());
    Answers {
        environments: [("dev", home()), ("production", elsewhere.clone())]
            .map(|(name, place)| (name.to_owned(), place))
            .into(),
        stacks: [
            (
                home(),
                vec![
                    stack_of("dev", "api"),
                    stack_of("dev", "nightly"),
                    pipeline("develop"),
                    pipeline("release"),
                ],
            ),
            (elsewhere.clone(), vec![stack_of("production", "api")]),
        ]
        .into(),
        resources: [
            (at(&home(), "shop-dev-api"), service("dev")),
            (at(&home(), "shop-dev-nightly"), job),
            (at(&elsewhere, "shop-production-api"), service("production")),
            (at(&home(), "pipeline-shop-shop-develop"), piped("pipeline-shop-shop-develop-Pipeline-1")),
            (at(&home(), "pipeline-shop-shop-release"), piped("pipeline-shop-shop-release-Pipeline-1")),
        ]
        .into(),
        connections: Some(vec![Connection {
            name: "acme".to_owned(),
            arn: format!("arn:aws:codestar-connections:{REGION}:{HOME}:connection/0a1b"),
            status: "AVAILABLE".to_owned(),
        }]),
    }
}

/// The draft filled in, and what was told with its weight, without what is kept.
fn filled(answers: &Answers) -> (Draft, Vec<(Weight, String)>) {
    let mut draft = draft();
    let remarks = fill(&mut draft, &app(), answers);
    let told = remarks.into_iter().filter(|one| one.weight != Weight::Kept);
    (draft, told.map(|one| (one.weight, one.what)).collect())
}

fn ecs_names(draft: &Draft) -> &Names<Ecs> {
    let Deploy::Ecs(names) = &draft.services[0].deploy else { panic!("it is a service of ECS") };
    names
}

#[test]
fn what_was_answered_is_all_that_is_asked_and_all_that_is_filled_in() {
    let answers = answers();
    let wanted: Vec<(Place, String)> = wanted(&draft(), &app(), &answers).into_iter().collect();
    assert_eq!(wanted, answers.resources.keys().cloned().collect::<Vec<_>>());
    let (draft, told) = filled(&answers);
    assert_eq!(told, []);
    let names = ecs_names(&draft);
    assert_eq!(names.known["production"].cluster, "shop-production-Cluster-7");
    assert_eq!(names.pattern.cluster, "shop-{environment}-Cluster", "no environment uses it any more");
    let Deploy::Task(names) = &draft.services[1].deploy else { panic!("it is a job") };
    assert_eq!(names.known["dev"].roles[0], "shop-dev-nightly-TaskRole-2B");
    assert!(!names.known.contains_key("production"), "no rule takes it there");
    let looked_up = draft.looked_up.expect("it was looked up");
    assert_eq!(looked_up.environments["production"].account(), "333333333333");
    assert!(looked_up.connection.expect("it is there").ends_with("connection/0a1b"));
    assert_eq!(looked_up.pipelines[1].pipeline, "pipeline-shop-shop-release-Pipeline-1");
}

#[test]
fn what_is_not_there_keeps_its_mark_and_is_told() {
    let mut answers = answers();
    answers.environments.remove("production");
    let (draft, told) = filled(&answers);
    assert_eq!(ecs_names(&draft).pattern.cluster, "shop-{environment}-Cluster-CHECK");
    assert_eq!((told.len(), told[0].0), (1, Weight::Lost), "{told:?}");
    assert!(told[0].1.contains("where the environment `production` of `shop` is"), "{told:?}");

    let mut answers = self::answers();
    answers.stacks.insert(home(), Vec::new());
    answers.connections = Some(Vec::new());
    let (draft, told) = filled(&answers);
    assert_eq!(ecs_names(&draft).known.len(), 1);
    let told: Vec<String> = told.into_iter().map(|(_, what)| what).collect();
    for part in [
        "no stack of Copilot's for `api` in `dev` stands",
        "no stack of Copilot's for `nightly` in `dev` stands",
        "no connection in account 444444444444",
        "no pipeline of Copilot's for `shop-develop` stands",
    ] {
        assert!(told.iter().any(|what| what.contains(part)), "{part}: {told:?}");
    }
}

#[test]
fn what_runs_beside_the_manifests_is_told() {
    let mut answers = answers();
    let forgotten = stack("pipeline-shop-forgotten", &[("application", "shop"), ("pipeline", "forgotten")]);
    answers.stacks.entry(home()).or_default().push(forgotten);
    let at = (home(), "pipeline-shop-shop-release".to_owned());
    answers.resources.entry(at).or_default().push(resource(
        "SourceConnection",
        "CodeStarConnections::Connection",
        "arn:aws:codestar-connections:r:1:connection/x",
    ));
    let twin = answers.connections.clone().unwrap_or_default();
    answers.connections.get_or_insert_default().extend(twin);
    let (draft, told) = filled(&answers);
    let told: Vec<&str> = told.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("2 connections in "), "{told:?}");
    assert_eq!(told[1], "the connection of the pipeline `shop-release` belongs to its stack");
    assert!(told[2].starts_with("Copilot's pipeline `forgotten` stands in "), "{told:?}");
    assert_eq!(draft.looked_up.expect("it was looked up").connection, None);
}
