use super::*;
use crate::config::tree::MAX_BYTES;
use crate::import::remark::Weight;

const API: &str = "name: api
type: Load Balanced Web Service
http: { path: /, healthcheck: { path: /up }, alias: [{ name: shop.example.com }] }
image:
  build: { dockerfile: docker/rails/Dockerfile, context: ., target: production, args: { RUBY: '3.4' } }
  port: 3000
cpu: 512
count: { range: { min: 1, max: 4 }, cpu_percentage: 70 }
exec: true
network: { vpc: { placement: private } }
variables:
  RAILS_ENV: production
  QUEUE: { from_cfn: shop-queue }
secrets:
  DATABASE_URL: /shop/${COPILOT_ENVIRONMENT_NAME}/url
  SENTRY_DSN: { secretsmanager: 'shop/sentry:dsn::' }
command: bin/serve
sidecars:
  nginx: { port: 80/tcp, image: public.ecr.aws/nginx:1, variables: { UPSTREAM: api } }
logging: { image: fluent-bit:1, variables: { LEVEL: info } }
environments:
  production:
    image: { location: 444444444444.dkr.ecr.eu-west-1.amazonaws.com/api:1 }
    exec: false
    variables: { RAILS_ENV: live, EXTRA: yes }
    sidecars: { nginx: { image: { build: nginx/Dockerfile } } }
    command: [bin/serve, --quiet]
  dev: ~
";

fn manifest(text: &str) -> Manifest {
    let reading = read(text);
    assert_eq!((reading.raised, reading.findings), (vec![], vec![]));
    reading.manifest.expect("it can be read")
}

fn keys<T>(entries: &[(Located<String>, T)]) -> String {
    entries.iter().map(|(key, _)| key.value.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_setting_of_a_workload_is_read_and_nothing_is_raised() {
    let api = manifest(API);
    assert_eq!((api.name.value.as_str(), api.kind), ("api", Kind::LoadBalancedWebService));
    let Some(Image::Build(build)) = &api.base.image else { panic!("{:?}", api.base.image) };
    assert_eq!((build.dockerfile().as_str(), build.context().as_str()), ("docker/rails/Dockerfile", "."));
    assert_eq!(build.target.as_ref().map(|target| target.value.as_str()), Some("production"));
    assert_eq!(build.args[0].1.value, "3.4");
    assert_eq!(api.base.port.as_ref().map(|port| port.value.as_str()), Some("3000"));
    assert_eq!(keys(&api.base.container.variables), "RAILS_ENV QUEUE");
    assert!(
        matches!(&api.base.container.variables[1].1, Variable::Import(name) if name.value == "shop-queue")
    );
    assert!(
        matches!(&api.base.container.secrets[0].1, Secret::Reference(name) if name.value.ends_with("/url"))
    );
    assert!(
        matches!(&api.base.container.secrets[1].1, Secret::SecretsManager(name) if name.value == "shop/sentry:dsn::")
    );
    assert!(matches!(&api.base.placement, Some(Placement::Named(name)) if name.value == "private"));
    assert!(api.base.exec.as_ref().is_some_and(|exec| exec.value));
    assert!(
        matches!(&api.base.sidecars[0].1.image, Some(Image::Location(location)) if location.value.contains("nginx"))
    );
    assert_eq!(keys(&api.base.log_router.as_ref().expect("it has one").container.variables), "LEVEL");
}

#[test]
fn a_workload_in_an_environment_is_the_base_with_what_it_does_differently() {
    let api = manifest(API);
    let live = api.in_environment("production");
    assert!(matches!(&live.image, Some(Image::Location(location)) if location.value.ends_with("/api:1")));
    assert_eq!(live.port.as_ref().map(|port| port.value.as_str()), Some("3000"));
    assert_eq!(keys(&live.container.variables), "RAILS_ENV QUEUE EXTRA");
    assert!(matches!(&live.container.variables[0].1, Variable::Text(text) if text.value == "live"));
    assert!(!live.exec.expect("it is said").value);
    assert!(matches!(&live.container.command, Some(Words::List(words)) if words.len() == 2));
    let nginx = &live.sidecars[0].1;
    assert!(matches!(&nginx.image, Some(Image::Build(build)) if build.context() == "nginx"));
    assert_eq!(
        (nginx.port.as_ref().expect("kept").value.as_str(), keys(&nginx.container.variables)),
        ("80/tcp", "UPSTREAM".to_owned())
    );
    for other in ["dev", "staging"] {
        assert_eq!(api.in_environment(other), api.base);
    }
}

#[test]
fn a_setting_of_an_environment_has_its_place_where_it_would_be_written() {
    let api = manifest(API);
    let at = |environment, way: &[&str]| {
        let span = api.place_in(environment, way);
        let line = API[..span.start].matches('\n').count() + 1;
        format!("{line} {}", &API[span.start..span.end])
    };
    assert_eq!(at("production", &["variables"]), "25 variables");
    assert_eq!(at("production", &["secrets"]), "22 production");
    assert_eq!(at("production", &["sidecars", "nginx", "variables"]), "26 nginx");
    assert_eq!(at("dev", &["variables"]), "28 dev");
    assert_eq!(at("staging", &["variables"]), "22 ");
    let without = manifest("name: a\ntype: Backend Service\nimage: { build: Dockerfile }\n");
    assert_eq!(without.place_in("dev", &["variables"]), without.name.span);
}

#[test]
fn jobs_static_sites_and_services_of_app_runner_are_read() {
    let job = manifest(
        "name: nightly\ntype: Scheduled Job\non: { schedule: '@daily' }\ntimeout: 1h\nretries: 3\nimage: { build: Dockerfile }\n\
         environments: { dev: { on: { schedule: none } } }\n",
    );
    let schedule = |workload: &Workload| workload.schedule.as_ref().map(|text| text.value.clone());
    assert_eq!(schedule(&job.base).as_deref(), Some("@daily"));
    assert_eq!(schedule(&job.in_environment("dev")).as_deref(), Some("none"));
    assert_eq!(job.base.retries.as_ref().expect("it has them").value, "3");
    let site = manifest(
        "name: www\ntype: Static Site\nfiles:\n  - { source: dist, recursive: true, exclude: '*.map', reinclude: [a, b] }\n",
    );
    assert!(site.base.files[0].is_recursive && site.base.files[0].exclude.len() == 1);
    assert_eq!((site.base.files[0].reinclude.len(), &site.base.image), (2, &None));
    let runner = manifest(
        "name: front\ntype: Request-Driven Web Service\nimage: { location: acme/front:1, port: 80 }\nhttp: { private: true }\n\
         platform: { osfamily: linux, architecture: arm64 }\nnetwork: { vpc: { placement: { subnets: { from_tags: { tier: [a, b] } } } } }\n",
    );
    assert_eq!(runner.base.platform.as_ref().expect("it has one").value, "linux/arm64");
    assert!(matches!(&runner.base.placement, Some(Placement::Tagged(tags)) if tags[0].1.len() == 2));
}

#[test]
fn merge_keys_are_carried_out_as_copilots_decoder_does() {
    let both = manifest(
        "name: a\ntype: Backend Service\nimage: { build: Dockerfile }\nvariables: &usual { A: 1, B: 2 }\nenvironments:\n  dev:\n    \
         variables: { <<: *usual, B: 3, C: 4 }\n",
    );
    assert_eq!(keys(&both.in_environment("dev").container.variables), "A B C");
}

#[test]
fn keys_that_copilot_drops_are_mistakes_wherever_they_stand() {
    let told = |text: &str| {
        let raised = read(&format!("name: a\nimage: {{ build: Dockerfile }}\n{text}")).raised;
        raised.into_iter().map(|raised| (raised.weight, raised.what)).collect::<Vec<_>>()
    };
    for (text, way) in [
        ("type: Backend Service\nvariable: { A: 1 }\n", "variable"),
        ("type: Backend Service\nenvironments: { dev: { secret: { A: b } } }\n", "environments.dev.secret"),
        ("type: Backend Service\nenvironments: { dev: { name: b } }\n", "environments.dev.name"),
        ("type: Scheduled Job\nhttp: { path: / }\n", "http"),
        ("type: Worker Service\nsubscribe: { queue: { retentions: 1 } }\n", "subscribe.queue.retentions"),
        ("type: Backend Service\nsidecars: { n: { env: { A: 1 } } }\n", "sidecars.n.env"),
        ("type: Backend Service\nsecrets: { A: { from_ssm: b, from_cfn: a } }\n", "secrets.A.from_ssm"),
        ("type: Backend Service\npublish: { topics: [{ name: a }, { nam: b }] }\n", "publish.topics[1].nam"),
    ] {
        let expected = format!("`{way}` is no key of Copilot's, which dropped it without a word");
        assert_eq!(told(text), [(Weight::Mistake, expected)], "{text}");
    }
    let typed = told("type: Backend Service\nvariables: [A]\nenvironments: { dev: { variables: B } }\n");
    assert_eq!(typed.len(), 2);
    assert!(typed[1].1.starts_with("`environments.dev.variables` is a text"), "{typed:?}");
}

#[test]
fn a_workload_without_a_type_that_copilot_knows_is_left_out_with_the_reason() {
    let strange = read("name: a\ntype: Frontend Service\n");
    assert!(
        strange.manifest.is_none() && strange.raised[0].what.starts_with("`Frontend Service` is no type")
    );
    assert_eq!(
        read("type: Backend Service\n").raised[0].what,
        "this workload has no `name` that can be read"
    );
}

#[test]
fn paths_come_to_what_copilot_makes_of_them() {
    for (build, dockerfile, context) in [
        ("./docker/api/Dockerfile", "docker/api/Dockerfile", "docker/api"),
        ("Dockerfile", "Dockerfile", "."),
        ("{ context: ./api/ }", "api/Dockerfile", "api"),
        ("{ dockerfile: a//b/../Dockerfile, context: . }", "a/Dockerfile", "."),
        ("{ target: x }", "Dockerfile", "."),
    ] {
        let read = manifest(&format!("name: a\ntype: Backend Service\nimage: {{ build: {build} }}\n"));
        let Some(Image::Build(built)) = read.base.image else { panic!("{build}") };
        assert_eq!((built.dockerfile().as_str(), built.context().as_str()), (dockerfile, context), "{build}");
    }
}

#[test]
fn hostile_text_ends_in_findings() {
    let wide = format!("x: {}", "y".repeat(MAX_BYTES));
    for text in ["a: &a [*a]", "{{{{", "type: !!python/object:os.system x", &"[".repeat(200), &wide] {
        let reading = read(text);
        assert!(!reading.findings.is_empty() || reading.manifest.is_none(), "{text:.40}");
    }
}
