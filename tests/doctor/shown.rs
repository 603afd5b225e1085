//! What a person sees, in a terminal of 80 columns.

use serde_json::json;

use crate::bench::{Bench, HOME, REGION, ROLE, here};
use crate::healthy::{healthy, routes};

/// Compares with the file of that name, or writes it where `BLESS` is set.
pub fn golden(file: &str, text: &str) {
    let path = here(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    snapbox::assert_data_eq!(text.to_owned(), snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn where_nothing_is_wrong_it_says_what_was_looked_at() {
    golden("nothing.txt", &Bench::new().shown(&[ROLE]));
}

#[test]
fn what_is_wrong_stands_at_its_place_in_the_file_the_worst_first() {
    let bench = Bench::new();
    let mut state = healthy();
    let here = &mut state["accounts"][HOME]["regions"][REGION];
    for connection in here["connections"].as_object_mut().unwrap().values_mut() {
        connection["status"] = "PENDING".into();
    }
    let facts = &mut here["facts"];
    facts["ecs task definitions"][0]["runtimePlatform"]["cpuArchitecture"] = "X86_64".into();
    facts["ecs task definitions"][1]["containerDefinitions"] =
        json!([{ "name": "j\u{1b}[31mob", "image": "i" }]);
    facts["ecs clusters"] = json!([{ "clusterName": "shop-dev", "status": "ACTIVE" }]);
    facts["route tables"] = routes(&json!({ "GatewayId": "igw-0a1b", "State": "active" }));
    facts["ssm parameters"] =
        json!([{ "Name": "/copilot/applications/shop", "Type": "String", "Value": "{}" }]);
    facts["log groups"] = json!([{ "logGroupName": "/aws/codebuild/shop-dev-migrate" }]);
    bench.state(&state);
    bench.stub.faults(&json!([{ "what": "denied", "service": "secretsmanager" }]));
    let shown = bench.shown(&[ROLE]);
    assert!(!shown.contains('\u{1b}'), "{shown}");
    golden("wrong.txt", &shown);
}
