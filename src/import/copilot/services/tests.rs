use super::super::workload::read;
use super::*;

fn picked(text: &str) -> Picked {
    let reading = read(text);
    assert_eq!(reading.findings, []);
    let copy = Copy {
        path: "copilot/api/manifest.yml".to_owned(),
        text: text.into(),
        branches: vec!["main".to_owned()],
    };
    Picked { manifest: reading.manifest.expect("it can be read"), copy }
}

fn drawn(texts: &[&str]) -> (Vec<Service>, Vec<String>) {
    let picked: Vec<Picked> = texts.iter().map(|text| self::picked(text)).collect();
    let environments = ["staging".to_owned(), "production".to_owned()];
    let (services, remarks) = services("shop", &picked, &environments, &[]);
    assert!(remarks.iter().all(|remark| remark.place.is_some()));
    (services, remarks.into_iter().map(|remark| remark.what).collect())
}

const API: &str = "name: api\ntype: Load Balanced Web Service\nimage:\n  build: { dockerfile: docker/rails/Dockerfile, context: ., target: \
    production, args: { RUBY: '3.4' } }\n  port: 3000\nplatform: linux/arm64\n";

#[test]
fn a_service_keeps_its_cluster_container_and_build() {
    let (services, told) = drawn(&[API]);
    assert_eq!(told, Vec::<String>::new());
    let Image::Built(build) = &services[0].image else { panic!("it is built") };
    assert_eq!(build.dockerfile.as_deref(), Some("docker/rails/Dockerfile"));
    assert_eq!(
        (build.context.as_deref(), build.target.as_deref(), build.is_arm),
        (None, Some("production"), true)
    );
    let Deploy::Ecs(names) = &services[0].deploy else { panic!("it is a service of ECS") };
    assert_eq!(names.pattern.cluster, "shop-{environment}-Cluster-CHECK");
    assert_eq!(names.pattern.service, "shop-{environment}-api-Service-CHECK");
    assert_eq!(names.pattern.container, "api");
    assert_eq!(names.pattern.roles[0], "shop-{environment}-api-TaskRole-CHECK");
}

#[test]
fn a_job_that_is_built_from_the_same_takes_that_image_and_moves_its_state_machine_on() {
    let job = API.replace(
        "name: api\ntype: Load Balanced Web Service",
        "name: nightly\ntype: Scheduled Job\non: { schedule: '@daily' }",
    );
    let job = job.replace("  port: 3000\n", "");
    let (services, told) = drawn(&[API, &job]);
    assert_eq!(services[1].image, Image::Of("api".to_owned()));
    assert_eq!(told, ["`nightly` is built from the same as `api`"]);
    let Deploy::Task(names) = &services[1].deploy else { panic!("it is a task") };
    assert_eq!(names.pattern.family, "shop-{environment}-nightly");
    assert_eq!(names.pattern.state_machines, ["shop-{environment}-nightly"]);
}

#[test]
fn what_cannot_be_deployed_as_it_was_is_told_and_fails_until_it_is_written() {
    let site = "name: www\ntype: Static Site\nfiles: [{ source: dist }]\n";
    let (services, told) = drawn(&[API, site]);
    // Each service has an image: without one that is said, it would be built from `./Dockerfile`.
    assert_eq!(services[1].image, Image::Of("api".to_owned()));
    assert!(matches!(&services[1].deploy, Deploy::Commands(run) if run[0].ends_with("exit 1")));
    assert!(told[0].starts_with("`www` is a Static Site"));
    let (services, told) = drawn(&[site]);
    assert_eq!(services, []);
    assert!(told[1].starts_with("`www` is left out: no service that goes with it"), "{told:?}");
}

#[test]
fn what_runs_an_image_of_somebody_else_or_on_windows_stays_out_of_the_map() {
    let located = "name: web\ntype: Backend Service\nimage: { location: nginx }\n";
    let (services, told) = drawn(&[API, located]);
    assert_eq!(services.len(), 1);
    assert!(told[0].contains("not built here (`nginx`)"), "{told:?}");
    let windows = API.replace("linux/arm64", "{ osfamily: windows_server_2022_core, architecture: x86_64 }");
    let (services, told) = drawn(&[&windows]);
    assert_eq!(services, []);
    assert_eq!(told, ["`api` runs on Windows (`windows_server_2022_core/x86_64`)"]);
}

#[test]
fn variables_in_build_arguments_are_filled_in_or_told() {
    let built = |argument: &str| {
        let (services, told) = drawn(&[&API.replace("'3.4'", argument)]);
        let Image::Built(build) = &services[0].image else { panic!("it is built") };
        (build.args["RUBY"].clone(), told)
    };
    assert_eq!(built("'${COPILOT_APPLICATION_NAME}-1'"), ("shop-1".to_owned(), Vec::new()));
    let (value, told) = built("'${COPILOT_ENVIRONMENT_NAME}'");
    assert_eq!(value, "production");
    assert_eq!(
        told,
        [
            "`api` has another image in staging: `args.RUBY` is `staging` and not `production` (the map has that of production)"
        ]
    );
    let (value, told) = built("'${TAG}'");
    assert_eq!(value, "${TAG}");
    assert_eq!(told, ["the build argument `RUBY` of `api` took `TAG` from the shell that ran Copilot"]);
}

#[test]
fn another_image_in_one_environment_is_lost_and_told() {
    let text = format!("{API}environments:\n  staging: {{ image: {{ build: {{ target: debug }} }} }}\n");
    let (_, told) = drawn(&[&text]);
    assert!(
        told.iter().any(|what| what
            .starts_with("`api` has another image in staging: `target` is `debug` and not `production`")),
        "{told:?}"
    );
}
