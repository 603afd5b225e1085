//! What is asked after a deploy: over HTTP, of a server of this test, and by commands.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::jobs;
use crate::support::job::Job;
use crate::support::release::{COMMIT, EXECUTION};
use crate::support::runner::Outcome;
use crate::support::world::World;
use crate::verdict::{Verdict, holds, promises, says};

/// What the body of the right answer contains.
const OK: &str = "all is fine: it's \"ok\" $HOME";

/// The files of the commit: scripts that say with what they were called.
pub fn files() -> BTreeMap<String, String> {
    let script = "printf 'smoke with <%s>\\n' \"$1\"\n";
    [("bin/smoke", script), ("bin/orders", "echo orders\n")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into()
}

/// A world whose curl has the right answer for everybody.
pub fn world() -> World {
    answering(World::default())
}

/// The same of a world.
pub fn answering(world: World) -> World {
    let answer = "while [ $# -gt 0 ]; do case $1 in --output) shift; echo \"it's \\\"ok\\\" \\$HOME\" > \"$1\" ;; \
                  --url) url=$2 ;; esac; shift; done\ncase $url in *production*) printf '204 ' ;; *) printf '200 ' ;; esac";
    world.with_programs(&["curl"], answer)
}

/// A world with the real curl.
fn real() -> World {
    World::default().with_programs(&["curl"], "exec /usr/bin/curl \"$@\"")
}

/// A server that gives these answers, one a connection and the last one for ever; its address.
fn server(answers: &[String]) -> String {
    let door = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = door.local_addr().expect("its address").to_string();
    serve(door, answers.to_vec());
    address
}

fn serve(door: TcpListener, answers: Vec<String>) {
    thread::spawn(move || {
        for (given, connection) in door.incoming().enumerate() {
            let answer = answers[given.min(answers.len() - 1)].clone();
            thread::spawn(move || answered(connection.expect("a connection"), &answer));
        }
    });
}

fn answered(mut connection: TcpStream, answer: &str) {
    let mut request = [0; 4096];
    let _ = connection.read(&mut request);
    if answer.is_empty() {
        // It hangs, longer than anybody asks.
        thread::sleep(Duration::from_secs(30));
    }
    let _ = connection.write_all(answer.as_bytes());
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

/// The same job asking this address, with the status 200 and one second for an answer; it runs no commands.
fn asking(job: &Job, address: &str) -> Job {
    let mut job = job.clone();
    job.env.retain(|(name, _)| name != "VERIFY_COMMANDS");
    let url = format!("http://{address}/health?a=1&b=$(touch$IFS'evil')");
    for (name, value) in [
        ("VERIFY_URL", url.as_str()),
        ("VERIFY_STATUS", "200"),
        ("VERIFY_ANSWER_SECONDS", "1"),
        ("VERIFY_EVERY", "5"),
        ("VERIFY_ATTEMPTS", "4"),
    ] {
        job.env.push((name.to_owned(), value.to_owned()));
    }
    job
}

/// It failed, and the last paragraph says why, what is true now, and what to do.
fn fails(outcome: &Outcome, reason: &str) -> Verdict {
    holds(outcome, "it fails", !outcome.succeeded)?;
    holds(outcome, "nothing was touched", !outcome.files.contains(&"evil".to_owned()))?;
    let last = outcome.output.split("\n\n").last().unwrap_or_default();
    let pipeline = "--region eu-west-1 --pipeline-name shop-release";
    for text in [
        &format!("FAILED: the verification of production at commit {COMMIT}: {reason}"),
        "State: the deploy to production is done, and the new version runs. Nothing was rolled back.",
        &format!(
            "aws codepipeline retry-stage-execution {pipeline} --stage-name Verify-production \
             --pipeline-execution-id {EXECUTION} --retry-mode ALL_ACTIONS"
        ),
        &format!("aws codepipeline rollback-stage {pipeline} --stage-name Deploy-production --target"),
        "That undoes no migration",
    ] {
        holds(outcome, &format!("the last paragraph says {text:?}"), last.contains(text))?;
    }
    Ok(())
}

pub fn a_service_that_answers_passes_at_once(job: &Job) -> Verdict {
    let address = server(&[answer("200 OK", OK)]);
    let outcome = asking(job, &address).run(real());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "nothing is waited for", outcome.lines("sleep").is_empty())?;
    says(
        &outcome,
        &["answered with status 200 at request 1 of 4", &format!("at commit {COMMIT}: done after ")],
    )
}

pub fn a_service_that_comes_up_late_is_waited_for(job: &Job) -> Verdict {
    let late = answer("503 Service Unavailable", "");
    let address = server(&[late.clone(), answer("200 OK", "starting"), late, answer("200 OK", OK)]);
    let outcome = asking(job, &address).run(real());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "it waits in between", outcome.lines("sleep") == ["sleep 5"; 3])?;
    says(
        &outcome,
        &[
            "request 1 of 4 to http://",
            ": status 503\n",
            "status 200, and its body does not contain",
            "answered with status 200 at request 4 of 4",
        ],
    )
}

pub fn a_port_that_opens_late_is_waited_for(job: &Job) -> Verdict {
    let door = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = door.local_addr().expect("its address");
    drop(door);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(1500));
        serve(TcpListener::bind(address).expect("the port is free still"), vec![answer("200 OK", OK)]);
    });
    let mut job = asking(job, &address.to_string());
    job.env.push(("VERIFY_ATTEMPTS".to_owned(), "30".to_owned()));
    let outcome = job.run(real().with_programs(&["sleep"], "exec /bin/sleep 0.4"));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    says(&outcome, &["request 1 of 30 to http://", ": no answer, curl: (7)"])
}

pub fn a_service_that_never_answers_fails(job: &Job) -> Verdict {
    let door = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = door.local_addr().expect("its address").to_string();
    drop(door);
    let outcome = asking(job, &address).run(real());
    holds(&outcome, "it is asked as often as it is said", outcome.lines("sleep").len() == 3)?;
    let url = format!("http://{address}/health?a=1&b=$(touch$IFS'evil')");
    let asked = "did not answer with status 200 and \"it's \"ok\" $HOME\" in 4 requests; at last: no answer, curl: (7)";
    fails(&outcome, &format!("{url} {asked}"))
}

pub fn a_service_that_hangs_fails(job: &Job) -> Verdict {
    let outcome = asking(job, &server(&[String::new()])).run(real());
    holds(
        &outcome,
        "it says so",
        outcome.output.contains("in 4 requests; at last: no answer, curl: (28) Operation timed out after 1"),
    )?;
    fails(&outcome, "http://")
}

pub fn another_status_fails(job: &Job) -> Verdict {
    for (status, seen) in [
        (answer("500 Internal Server Error", OK), "at last: status 500."),
        (answer("204 No Content", ""), "at last: status 204."),
        (
            "HTTP/1.1 302 Found\r\nLocation: https://login.example.com/\r\nContent-Length: 0\r\n\r\n"
                .to_owned(),
            "at last: status 302, a redirect to https://login.example.com/.",
        ),
        (
            answer("200 OK", "maintenance"),
            "at last: status 200, and its body does not contain \"it's \"ok\" $HOME\".",
        ),
    ] {
        let outcome = asking(job, &server(&[status])).run(real());
        fails(&outcome, "http://")?;
        says(&outcome, &[seen])?;
    }
    Ok(())
}

pub fn an_answer_that_is_no_http_fails(job: &Job) -> Verdict {
    let outcome = asking(job, &server(&["no such thing\r\n".to_owned()])).run(real());
    fails(&outcome, "http://")?;
    says(&outcome, &["at last: no answer, curl: ("])
}

pub fn commands_run_in_the_checkout_until_one_fails(job: &Job) -> Verdict {
    let whole = |script: &str| {
        let mut job = job.clone();
        job.files = files();
        job.env.push((
            "VERIFY_COMMANDS".to_owned(),
            serde_json::json!(["bash bin/smoke \"$API_KEY\"", script, "bash bin/orders"]).to_string(),
        ));
        job.run(world())
    };
    let outcome = whole("echo \"store $STORE\"");
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    says(&outcome, &["smoke with <s3cr3t>\n", "store it's $HOME\n", "orders\n"])?;
    // Of several lines, the first that fails counts; and no later command runs.
    for (script, code) in [
        ("false\necho later", 1),
        ("exit 124", 124),
        ("exit 3 # x", 3),
        ("nothing-of-this-name", 127),
        ("false | true", 1),
    ] {
        let outcome = whole(script);
        fails(&outcome, &format!("exit code {code} of: {script}"))?;
        holds(
            &outcome,
            "nothing runs behind it",
            !outcome.output.contains("\nlater\n") && !outcome.output.contains("\norders\n"),
        )?;
    }
    Ok(())
}

pub fn commands_that_outlive_the_timeout_are_stopped(job: &Job) -> Verdict {
    let mut job = job.clone();
    for (name, value) in [
        ("TIMEOUT_SECONDS", "1"),
        (
            "VERIFY_COMMANDS",
            "[\"for i in 1 2 3 4 5 6 7 8; do /bin/sleep 1; done; echo late\", \"echo later\"]",
        ),
    ] {
        job.env.push((name.to_owned(), value.to_owned()));
    }
    let outcome = job.run(world());
    holds(
        &outcome,
        "it is not let go on",
        !outcome.output.contains("\nlate\n") && !outcome.output.contains("\nlater\n"),
    )?;
    fails(&outcome, "it did not end within 1 seconds, its timeout, and was stopped in: for i in")
}

pub fn a_machine_without_a_tool_names_it(job: &Job) -> Verdict {
    for tool in ["curl", "jq", "mktemp", "timeout", "tr"] {
        let outcome = crate::migrating_on_machine::without(job, tool).run(world());
        fails(&outcome, &format!("the machine's `image` has no {tool},"))?;
    }
    Ok(())
}

pub fn what_is_no_number_asks_nothing(job: &Job) -> Verdict {
    for name in ["TIMEOUT_SECONDS", "VERIFY_ATTEMPTS", "VERIFY_EVERY", "VERIFY_ANSWER_SECONDS"] {
        let outcome = job.run_with(world(), &[(name, "x[$(touch evil)]")]);
        holds(&outcome, "it fails", !outcome.succeeded)?;
        holds(&outcome, "nothing was touched", !outcome.files.contains(&"evil".to_owned()))?;
        says(&outcome, &["is no number"])?;
    }
    for evil in ["[]", "no", "{}"] {
        let outcome = job.run_with(world(), &[("VERIFY_COMMANDS", evil)]);
        holds(&outcome, "it fails", !outcome.succeeded)?;
    }
    let outcome = job.run_with(world(), &[("VERIFY_COMMANDS", ""), ("VERIFY_URL", "")]);
    fails(&outcome, "nothing says what is to be asked.")
}

promises!(crate::jobs::verify() =>
    a_service_that_answers_passes_at_once,
    a_service_that_comes_up_late_is_waited_for,
    a_port_that_opens_late_is_waited_for,
    a_service_that_never_answers_fails,
    a_service_that_hangs_fails,
    another_status_fails,
    an_answer_that_is_no_http_fails,
    commands_run_in_the_checkout_until_one_fails,
    commands_that_outlive_the_timeout_are_stopped,
    a_machine_without_a_tool_names_it,
    what_is_no_number_asks_nothing,
);

#[test]
fn what_was_deployed_is_verified_before_the_next_environment() {
    let stacks = jobs::verified();
    let mut stages: Vec<&str> =
        stacks.pipelines["shop-release"].actions.iter().map(|action| action.stage.as_str()).collect();
    stages.dedup();
    assert_eq!(
        stages,
        [
            "Source",
            "Build",
            "Migrate-dev",
            "Deploy-dev",
            "Verify-dev",
            "Migrate-staging",
            "Deploy-staging",
            "Verify-staging",
            "Approve-production",
            "Migrate-production",
            "Deploy-production",
            "Verify-production",
        ]
    );
    let action = |stage: &str| {
        let mut actions = stacks.pipelines["shop-release"].actions.iter();
        actions.find(|action| action.stage == stage && action.name == "Verify").expect("the stage")
    };
    // What is asked has to be what this execution deployed.
    let all = stacks.pipelines["shop-release"].actions.iter();
    let guarded: Vec<&str> =
        all.filter(|action| action.stage == "Verify-staging").map(|action| action.name.as_str()).collect();
    assert_eq!(guarded, ["Lock", "Guard", "Verify"]);
    // Commands are in the files of the commit; a request needs nothing of them.
    assert_eq!(action("Verify-dev").inputs, ["Images"]);
    assert_eq!(action("Verify-staging").inputs, ["Source"]);
    let production = &stacks.projects["shop-production-verify"];
    assert_eq!(production.place.account, "222222222222");
    assert_eq!(production.place.region, "us-east-1");
    assert_eq!(production.network.as_ref().expect("a network")["VpcId"], "vpc-0a1b2c3d4e5f60718");
}
