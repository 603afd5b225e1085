//! Names that an import has left to be looked up.

use serde_json::{Value, json};

use crate::bench::{Bench, HOME, REGION, ROLE, text};
use crate::copilot::{by_id, stack};
use crate::healthy::healthy;
use crate::shown::golden;

/// The file with the marks of an import: a cluster of each environment, and a role.
fn marked(bench: &Bench) {
    let path = bench.folder.path().join("branchline.yml");
    let file = std::fs::read_to_string(&path).unwrap();
    let marked = file
        .replace("cluster: \"shop-{environment}\"", "cluster: \"shop-{environment}-Cluster-CHECK\"")
        .replacen("\"shop-{environment}-task\"", "\"shop-{environment}-api-TaskRole-CHECK\"", 1);
    assert_eq!(marked.matches("-CHECK").count(), 2);
    std::fs::write(path, marked).unwrap();
}

/// What Copilot made of dev; of production it made nothing.
fn deployed() -> Value {
    let mut state = healthy();
    let of_dev = [("application", "shop"), ("environment", "dev")];
    let cluster = ("Cluster", "ECS::Cluster", "shop-dev-Cluster-9Z8Y".to_owned());
    let role = ("TaskRole", "IAM::Role", "shop-dev-api-TaskRole-1A2B".to_owned());
    let service = [&of_dev[..], &[("service", "api")]].concat();
    state["accounts"][HOME]["regions"][REGION]["stacks"] = json!(by_id(vec![
        stack((HOME, REGION), "shop-dev", &of_dev, &[cluster]),
        stack((HOME, REGION), "shop-dev-api", &service, &[role]),
    ]));
    state
}

/// The findings of the one code.
fn found(bench: &Bench) -> (Vec<Value>, i32) {
    let (found, code) = bench.findings(&[]);
    // The stacks themselves are told, too.
    (found.into_iter().filter(|one| one["code"] != "BL945").collect(), code)
}

#[test]
fn a_name_that_was_not_looked_up_is_told_with_the_name_that_copilots_stack_has() {
    let bench = Bench::new();
    marked(&bench);
    bench.state(&deployed());
    let (found, code) = found(&bench);
    assert_eq!(code, 4);
    assert_eq!(found.len(), 4, "each environment, each name, and nothing else of them: {found:?}");
    assert!(found.iter().all(|one| one["code"] == "BL946" && one["line"].as_u64() >= Some(28)), "{found:?}");
    let help = |part: &str| found.iter().any(|one| one["help"].as_str().unwrap().contains(part));
    assert!(
        help("write `cluster: shop-dev-Cluster-9Z8Y` under `environments.dev.services.api.deploy.ecs`"),
        "{found:?}"
    );
    assert!(
        help("write `shop-dev-api-TaskRole-1A2B` among `roles`, beside the others, under `environments.dev"),
        "{found:?}"
    );
    assert!(help("is it deployed there?"), "production has none: {found:?}");
    assert_eq!(bench.stub.writes().iter().filter(|call| !call.starts_with("sts:")).count(), 0);
    bench.stub.assert_unflagged();
    golden("made_up.txt", &bench.shown(&[ROLE]));
}

#[test]
fn written_as_it_is_told_nothing_is_left_to_say_of_it() {
    let bench = Bench::new();
    marked(&bench);
    bench.state(&deployed());
    let path = bench.folder.path().join("branchline.yml");
    let file = std::fs::read_to_string(&path).unwrap();
    let names = "    services: { api: { deploy: { ecs: { cluster: shop-dev-Cluster-9Z8Y, roles: [shop-dev-api-TaskRole-1A2B] } } } }\n";
    std::fs::write(&path, file.replace("  dev:\n", &format!("  dev:\n{names}"))).unwrap();
    let (found, _) = found(&bench);
    let of_names: Vec<&Value> = found.iter().filter(|one| one["code"] == "BL946").collect();
    assert!(of_names.iter().all(|one| one["message"].as_str().unwrap().contains("production")), "{found:?}");
    // The cluster is a name now, and AWS is asked for it: it has none.
    assert!(found.iter().any(|one| one["code"] == "BL910"), "{found:?}");
}

#[test]
fn a_look_that_is_not_allowed_is_told_and_one_that_gets_no_answer_ends_with_five() {
    let bench = Bench::new();
    marked(&bench);
    bench.state(&deployed());
    let call = |what: &str| json!([{ "what": what, "service": "cloudformation", "operation": "ListStackResources" }]);
    bench.stub.faults(&call("denied"));
    let (found, code) = found(&bench);
    assert_eq!(code, 4);
    assert!(found.iter().any(|one| one["code"] == "BL902"), "{found:?}");
    assert!(
        found.iter().any(|one| one["help"].as_str().unwrap().starts_with("ask for the right")),
        "{found:?}"
    );
    for what in ["expired", "throttle", "500", "cut"] {
        bench.stub.faults(&call(what));
        let output = bench.run(&[ROLE]);
        assert_eq!(output.status.code(), Some(5), "{what}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("ListStackResources"), "{what}: {}", text(&output.stderr));
    }
}
