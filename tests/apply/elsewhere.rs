//! An app in four accounts: environments of others, and the buckets that their long templates need.

use serde_json::{Value, json};

use super::bench::{Bench, said};

const HOME: &str = "444444444444";
const REGION: &str = "eu-central-1";
const ACCOUNTS: [(&str, &str); 3] =
    [("dev", "111111111111"), ("staging", "222222222222"), ("production", "333333333333")];

fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/ci")
}

/// An AWS in which the four accounts have what is there before the first apply.
fn accounts(bench: &Bench) {
    bench.stub.reset();
    bench.stub.clock(&json!({"auto": 30}));
    for (_, account) in ACCOUNTS {
        bench.stub.state(&json!({
            "accounts": { account: { "roles": { role(account): {} } } },
            "buckets": { format!("templates-{account}"): { "account": account, "region": REGION, "objects": {} } },
        }));
    }
    let connection =
        "arn:aws:codeconnections:eu-central-1:444444444444:connection/0a1b2c3d-0000-4000-8000-000000000001";
    let connections =
        json!({ connection: { "name": "ledger", "provider": "GitHub", "status": "AVAILABLE" } });
    bench
        .stub
        .state(&json!({ "accounts": { HOME: { "regions": { REGION: { "connections": connections } } } } }));
}

fn run(bench: &Bench, arguments: &[&str]) -> super::bench::Said {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_branchline"));
    command.args(arguments).arg("-C").arg(bench.path()).stdin(std::process::Stdio::null());
    for (name, account) in ACCOUNTS {
        command.arg("--role").arg(format!("{name}={}", role(account)));
    }
    said(bench.stub.prepare(&mut command, HOME, REGION).output().unwrap())
}

#[test]
fn environments_of_other_accounts_are_made_there_through_buckets_of_theirs() {
    let bench = Bench::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/three-accounts/branchline.yml");
    bench.write(&std::fs::read_to_string(file).unwrap());
    accounts(&bench);
    let refused = run(&bench, &["apply", "--yes", "--json"]);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    let told: Value = serde_json::from_str(&refused.out).unwrap();
    let long: Vec<&Value> = told["refused"].as_array().unwrap().iter().map(|one| &one["why"]).collect();
    assert_eq!(long, ["too_long"; 3], "{told:#}");
    assert!(refused.err.contains("--template-bucket production=NAME"), "{}", refused.err);
    assert_eq!(bench.stub.writes(), Vec::<String>::new());
    let buckets = ACCOUNTS.map(|(name, account)| format!("{name}=templates-{account}"));
    let mut arguments = vec!["apply", "--yes"];
    arguments.extend(buckets.iter().flat_map(|one| ["--template-bucket", one]));
    let made = run(&bench, &arguments);
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    let end = bench.stub.end_state();
    for (name, account) in ACCOUNTS {
        let stacks = &end["places"][format!("{account} {REGION}")]["stacks"];
        assert_eq!(stacks[format!("ledger-environment-{name}")]["status"], "COMPLETE", "{name}");
        let objects = end["buckets"][format!("templates-{account}")]["objects"].as_array().unwrap();
        assert_eq!(objects.len(), 1, "{name}");
    }
    let written = bench.stub.writes().len();
    let again = run(&bench, &arguments);
    assert_eq!((again.code, bench.stub.writes().len()), (Some(0), written), "{}", again.err);
    let plan = run(&bench, &["plan", "--exit-code"]);
    assert_eq!(plan.code, Some(0), "{}", plan.out);
    bench.stub.assert_unflagged();
}
