//! Deploys that are projects of their own: new revisions of task families, and commands.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::jobs;
use crate::support::job::Job;
use crate::support::release;
use crate::support::runner::Outcome;
use crate::support::world::World;
use crate::verdict::{Verdict, holds, promises, says};

const OLD: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-nightly-dev:7";
const NEW: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-nightly-dev:8";
const MACHINE: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:shop-billing-dev";
const RETRY: &str = "aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-release \
                     --stage-name Deploy-dev --pipeline-execution-id c53dbd42-1111-4222-8333-0242ac120002 \
                     --retry-mode ALL_ACTIONS";
const REFUSED: &str = "An error occurred (AccessDeniedException) when calling it: no";

/// Everything that starts tasks of the family, as the messages call it, in the order in which it is moved on.
const TARGETS: [&str; 5] = [
    "the rule shop-nightly-dev",
    "the rule shop.hourly",
    "the schedule shop/weekly",
    "the schedule default/shop-daily-dev",
    "the state machine shop-billing-dev",
];

/// Deploys the nightly job to dev.
fn nightly() -> Job {
    jobs::job(jobs::deploys(), "Deploy-dev/nightly")
}

fn world() -> World {
    release::world(jobs::deploys())
}

/// The task definitions that each target names in the end, in the order of [`TARGETS`].
fn named(world: &Value) -> Vec<String> {
    let rule = |name: &str| world["rules"][name][0]["EcsParameters"]["TaskDefinitionArn"].clone();
    let schedule =
        |name: &str| world["schedules"][name]["Target"]["EcsParameters"]["TaskDefinitionArn"].clone();
    let definition = world["state_machines"][MACHINE]["definition"].as_str().expect("a definition");
    let definition: Value = serde_json::from_str(definition).expect("JSON");
    [
        rule("shop-nightly-dev"),
        rule("shop.hourly"),
        schedule("shop/weekly"),
        schedule("default/shop-daily-dev"),
        definition["States"]["A"]["Parameters"]["TaskDefinition"].clone(),
    ]
    .map(|name| name.as_str().expect("an ARN").to_owned())
    .into()
}

fn fails(outcome: &Outcome, texts: &[&str]) -> Verdict {
    holds(outcome, "it fails", !outcome.succeeded)?;
    let last = outcome.output.split("\n\n").last().unwrap_or_default();
    let deploy = ["FAILED: the deploy of nightly to dev at commit 9fceb02d", RETRY];
    for text in deploy.iter().chain(texts) {
        holds(outcome, &format!("the last paragraph says {text:?}"), last.contains(text))?;
    }
    Ok(())
}

pub fn a_new_revision_differs_from_the_newest_in_one_image_alone(job: &Job) -> Verdict {
    let before = world();
    let outcome = job.run(before.clone());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let mut expected = before.0["task_definitions"][OLD].clone();
    for key in ["registeredAt", "registeredBy", "compatibilities", "requiresAttributes"] {
        expected.as_object_mut().expect("a definition").remove(key);
    }
    expected["containerDefinitions"][1]["image"] = json!(jobs::image());
    expected["tags"] = json!([{"key": "team", "value": "billing"}]);
    expected["taskDefinitionArn"] = json!(NEW);
    expected["revision"] = json!(8);
    let made = &outcome.world["task_definitions"][NEW];
    holds(&outcome, &format!("it registers {expected:#}, not {made:#}"), *made == expected)
}

pub fn everything_that_names_an_older_revision_is_moved_on_and_else_stays_as_it_was(job: &Job) -> Verdict {
    let before = world();
    let outcome = job.run(before.clone());
    let whole = |world: &Value, from: &str, to: &str| {
        let kinds = ["rules", "schedules"].map(|kind| world[kind].clone());
        json!(kinds).to_string().replace(from, to)
    };
    // A schedule that began long ago is given no start, and knows nothing of when it was made.
    let mut expected = before.0;
    for schedule in expected["schedules"].as_object_mut().expect("schedules").values_mut() {
        for key in ["StartDate", "Arn", "CreationDate", "LastModificationDate"] {
            schedule.as_object_mut().expect("a schedule").remove(key);
        }
    }
    // Of a state machine what starts the family here, and nothing else that is called alike.
    let read = |world: &Value| -> Value {
        serde_json::from_str(world["state_machines"][MACHINE]["definition"].as_str().expect("a text"))
            .expect("JSON")
    };
    let mut definition = read(&expected);
    for (state, arguments) in [
        ("/States/A", "Parameters"),
        ("/States/B", "Arguments"),
        ("/States/E/Branches/0/States/F", "Parameters"),
        ("/States/G/ItemProcessor/States/H", "Parameters"),
    ] {
        definition.pointer_mut(state).expect("a state")[arguments]["TaskDefinition"] = json!(NEW);
    }
    let made = read(&outcome.world);
    holds(&outcome, &format!("it is {definition:#}, not {made:#}"), made == definition)?;
    let sorted = |text: String| -> Value { serde_json::from_str(&text).expect("JSON") };
    let (expected, made) = (sorted(whole(&expected, OLD, NEW)), sorted(whole(&outcome.world, "", "")));
    holds(&outcome, &format!("it is {expected:#}, not {made:#}"), made == expected)?;
    says(
        &outcome,
        &["the state machine shop-billing-dev starts arn:aws:ecs:", "Deploy of nightly to dev at commit"],
    )
}

pub fn a_state_machine_that_somebody_else_writes_at_the_same_time_is_changed_again(job: &Job) -> Verdict {
    let mut lost = world();
    lost.0["lost_updates"] = json!(2);
    let outcome = job.run(lost.clone());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(
        &outcome,
        "all of it names the new revision",
        named(&outcome.world).iter().all(|name| name == NEW),
    )?;
    says(&outcome, &["The state machine shop-billing-dev does not start", "Once more."])?;
    lost.0["lost_updates"] = json!(3);
    let outcome = job.run(lost);
    fails(
        &outcome,
        &[
            "the state machine shop-billing-dev was changed three times and does not start",
            "these were not moved on, as far as is known: the state machine shop-billing-dev",
        ],
    )?;
    let claim = format!("the state machine shop-billing-dev starts {NEW}");
    holds(&outcome, "nothing else is claimed", !outcome.output.contains(&claim))
}

pub fn a_state_machine_that_is_shown_as_it_was_for_a_while_is_changed_once(job: &Job) -> Verdict {
    let mut late = world();
    late.0["stale_seconds"] = json!(20);
    let outcome = job.run(late);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let changes = outcome.lines("aws stepfunctions update-state-machine");
    holds(&outcome, "it is changed once", changes.len() == 1)?;
    let looks = outcome.lines("aws stepfunctions describe-state-machine");
    holds(&outcome, "and looked at until it is seen", looks.len() > 5)
}

pub fn a_state_machine_of_another_account_or_in_other_words_alone_stops_it(job: &Job) -> Verdict {
    for states in ["A", "D", "I", "J"] {
        let mut wrong = world();
        let text = wrong.0["state_machines"][MACHINE]["definition"].as_str().expect("a text").to_owned();
        let mut definition: Value = serde_json::from_str(&text).expect("JSON");
        definition["States"].as_object_mut().expect("states").retain(|name, _| name == states);
        wrong.0["state_machines"][MACHINE]["definition"] = json!(definition.to_string());
        let outcome = job.run(wrong);
        if states == "A" {
            holds(&outcome, "one that starts it here is moved on", outcome.succeeded)?;
            continue;
        }
        fails(
            &outcome,
            &["the state machine shop-billing-dev starts no task of the family", "nothing was changed"],
        )?;
    }
    Ok(())
}

/// The world with a state beside the others whose numbers are written so.
fn with_numbers(numbers: &str) -> World {
    let mut world = world();
    let text = world.0["state_machines"][MACHINE]["definition"].as_str().expect("a text");
    let state = format!("\"States\": {{\"N\": {{\"Type\": \"Pass\", \"Result\": [{numbers}]}}, ");
    let start = text.find("\"States\"").expect("the states");
    let open = start + text[start..].find('{').expect("the first state") + 1;
    let text = format!("{}{state}{}", &text[..start], &text[open..]);
    world.0["state_machines"][MACHINE]["definition"] = json!(text);
    world
}

/// The jq of the tests holds numbers as 1.6 does.
pub fn a_number_that_jq_would_round_stops_it_before_anything_is_changed(job: &Job) -> Verdict {
    for number in ["12345678901234567890", "-9007199254740993", "0.1234567890123456789", "1e400"] {
        let outcome = job.run(with_numbers(&format!("7, \"\\\"1\", {number}, 8")));
        let why =
            format!("the number {number} in the definition of the state machine shop-billing-dev would be");
        fails(&outcome, &[&why, "or take an image with jq 1.7", "State: nothing was changed"])?;
        let writes = ["aws ecs register-task-definition", "aws stepfunctions update-state-machine"];
        let is_written = writes.iter().any(|call| !outcome.lines(call).is_empty());
        holds(&outcome, "nothing is written", !is_written)?;
    }
    Ok(())
}

pub fn a_number_that_comes_in_meanwhile_is_not_rounded_either(job: &Job) -> Verdict {
    let mut changed = world();
    let later = with_numbers("12345678901234567890").0["state_machines"][MACHINE]["definition"].clone();
    changed.0["definition_at_next_look"] = later;
    let outcome = job.run(changed);
    fails(
        &outcome,
        &["the number 12345678901234567890 in the definition", "The definition was not written"],
    )?;
    holds(&outcome, "it is not written", outcome.lines("aws stepfunctions update-state-machine").is_empty())
}

pub fn numbers_that_are_kept_or_spelt_otherwise_stop_nothing(job: &Job) -> Verdict {
    let texts = "\"12345678901234567890\", \"a \\\" 12345678901234567890\", \"\\\\\"";
    let outcome = job.run(with_numbers(&format!(
        "0, -0, 0.0, 1.50, 15e-1, 1E+5, -2.5e-05, 100000, 9007199254740992, 0.1, 1e20, {texts}"
    )));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "all is moved", named(&outcome.world).iter().all(|name| name == NEW))
}

pub fn what_names_the_family_alone_needs_nothing(job: &Job) -> Verdict {
    let mut free = world();
    let family = OLD.trim_end_matches(":7");
    free.0["rules"]["shop.hourly"][0]["EcsParameters"]["TaskDefinitionArn"] = json!(family);
    let outcome = job.run(free);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    holds(&outcome, "it is left alone", named(&outcome.world)[1] == family)?;
    says(&outcome, &["the rule shop.hourly names shop-nightly-dev without a revision, and starts the newest"])
}

pub fn a_schedule_that_begins_later_still_begins_then(job: &Job) -> Verdict {
    let mut later = world();
    later.0["schedules"]["shop/weekly"]["StartDate"] = json!("2098-01-01T00:00:00+00:00");
    let outcome = job.run(later);
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let start = &outcome.world["schedules"]["shop/weekly"]["StartDate"];
    holds(&outcome, "its start is kept", *start == "2098-01-01T00:00:00+00:00")
}

pub fn the_first_deploy_says_that_the_family_is_not_there_yet(job: &Job) -> Verdict {
    let mut empty = world();
    empty.0["task_definitions"].as_object_mut().expect("definitions").remove(OLD);
    let outcome = job.run(empty);
    fails(
        &outcome,
        &[
            "there is no task family shop-nightly-dev in eu-west-1. Register its first revision yourself",
            "State: nothing was changed",
        ],
    )
}

pub fn a_target_that_starts_something_else_stops_it_before_anything_is_changed(job: &Job) -> Verdict {
    let other = "arn:aws:ecs:eu-west-1:123456789012:task-definition/not-shop-nightly-dev:7";
    let mut wrong = world();
    wrong.0["schedules"]["shop/weekly"]["Target"]["EcsParameters"]["TaskDefinitionArn"] = json!(other);
    let outcome = job.run(wrong);
    fails(
        &outcome,
        &[
            "the schedule shop/weekly starts no task of the family shop-nightly-dev",
            "State: nothing was changed",
        ],
    )?;
    holds(&outcome, "nothing is registered", outcome.lines("aws ecs register-task-definition").is_empty())
}

pub fn a_container_that_is_not_there_stops_it(job: &Job) -> Verdict {
    let mut other = world();
    other.0["task_definitions"][OLD]["containerDefinitions"][1]["name"] = json!("app");
    fails(&job.run(other), &["has no container \"job\"; it has: agent, app.", "State: nothing was changed"])
}

pub fn a_target_that_eventbridge_does_not_take_is_a_failure(job: &Job) -> Verdict {
    let mut refusing = world();
    refusing.0["refused_targets"] = json!("Concurrent modification");
    let outcome = job.run(refusing);
    fails(&outcome, &["EventBridge did not take all targets of the rule shop-nightly-dev: task: Concurrent"])
}

pub fn each_call_that_fails_stops_it_and_what_is_said_is_true(job: &Job) -> Verdict {
    let whole = job.run(world());
    let calls: Vec<String> =
        whole.calls.iter().filter(|call| call.tool == "aws").map(crate::support::fakes::Call::line).collect();
    holds(&whole, "every kind of call is made", calls.len() == 14)?;
    for line in calls {
        // The first words tell the calls of one kind from those of another; what is sent tells them among each other.
        let outcome = job.run(world().failing(line.trim_start_matches("aws "), 254, REFUSED));
        fails(&outcome, &["State: "])?;
        says(&outcome, &[REFUSED])?;
        let last = outcome.output.split("\n\n").last().unwrap_or_default().to_owned();
        let is_registered = outcome.world["task_definitions"][NEW].is_object();
        let unchanged = last.contains("State: nothing was changed");
        holds(
            &outcome,
            &format!("{line}: whether something was changed is said"),
            unchanged != is_registered,
        )?;
        let said =
            |start: &str| last.lines().find(|line| line.contains(start)).unwrap_or_default().to_owned();
        let (moved, left) = (said("these start the new image"), said("these were not moved on"));
        for (target, name) in TARGETS.iter().zip(named(&outcome.world)) {
            let (is_moved, is_left) = (moved.contains(target), left.contains(target));
            holds(&outcome, &format!("{line}: {target} is moved or not"), is_moved == (name == NEW))?;
            holds(&outcome, &format!("{line}: {target} is left"), is_left == (is_registered && name == OLD))?;
        }
        // Once more, and all is well: nothing is registered twice.
        let again = job.run(World(without_faults(outcome.world.clone())));
        holds(&again, &format!("{line}: the second try succeeds"), again.succeeded)?;
        holds(&again, "all of it names one revision", named(&again.world).iter().all(|name| name == NEW))?;
    }
    Ok(())
}

fn without_faults(mut world: Value) -> Value {
    world["faults"] = json!([]);
    world
}

/// Runs the commands of `site`, of which the script does this.
fn site(script: &str) -> Outcome {
    let mut job = jobs::job(jobs::deploys(), "Deploy-dev/site");
    job.files = BTreeMap::from([("Dockerfile".to_owned(), "FROM scratch\n".to_owned())]);
    job.run(world().with_programs(&["deploy"], script))
}

#[test]
fn commands_are_given_the_image_and_what_the_environment_says() {
    let mut job = jobs::job(jobs::deploys(), "Deploy-dev/site");
    job.buildspec = job.buildspec.replace("sh site/deploy.sh", "deploy");
    let outcome = job.run(world().with_programs(&["deploy"], "echo \"deploys $1 to $2\""));
    assert!(outcome.succeeded, "{}", outcome.output);
    let image = "deploys 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/site/release@sha256:";
    assert!(outcome.output.contains(image), "{}", outcome.output);
    assert!(outcome.output.contains(" to dev\nto it's dev with s3cr3t\n"), "{}", outcome.output);
    assert!(outcome.output.ends_with(": done.\n"), "{}", outcome.output);
}

#[test]
fn commands_run_in_the_environments_network_and_keep_what_they_say() {
    let stacks = jobs::sidecars();
    let projects = stacks.all("AWS::CodeBuild::Project");
    let project = |name: &str| {
        let found = projects.iter().find(|project| project["Name"] == name);
        (*found.unwrap_or_else(|| panic!("there is no {name}"))).clone()
    };
    let (dev, production) = (project("shop-dev-deploy-site"), project("shop-production-deploy-site"));
    assert_eq!(dev["VpcConfig"]["VpcId"], "vpc-0a1b2c3d");
    assert!(production["VpcConfig"].is_null(), "{production}");
    for (project, name) in [(&dev, "shop-dev-deploy-site"), (&production, "shop-production-deploy-site")] {
        assert_eq!(project["Cache"]["Type"], "S3");
        let buildspec = &stacks.projects[name].buildspec;
        assert!(buildspec.contains("site/node_modules/**/*"), "{buildspec}");
    }
}

#[test]
fn a_command_that_fails_ends_the_deploy_and_says_what_stays() {
    // There is no script of that name.
    let outcome = site("true");
    assert!(!outcome.succeeded);
    assert!(!outcome.output.contains("to it's dev"), "no command follows it: {}", outcome.output);
    for text in ["one of its commands failed", "what the commands before it have done stays done", RETRY] {
        assert!(outcome.output.contains(text), "{text}: {}", outcome.output);
    }
}

#[test]
fn a_line_or_a_part_of_a_pipe_that_fails_ends_the_deploy() {
    for script in ["false | true", "false\necho later", "false; echo later", "true\nfalse | cat\necho later"]
    {
        let run = format!("[{}, echo behind it]", json!(script));
        let text = format!(
            "version: 1\napp: shop\nbranches: {{ main: [dev] }}\nenvironments: {{ dev: {{}} }}\n\
             pipelines: {{ account: \"123456789012\", region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
             services: {{ site: {{ deploy: {{ commands: {{ run: {run} }} }} }} }}\n"
        );
        let stacks = crate::support::stacks::Stacks::of(&text);
        let outcome = jobs::job(&stacks, "Deploy-dev/site").run(release::world(&stacks));
        assert!(!outcome.succeeded, "{script}: {}", outcome.output);
        for text in ["later\n", "behind it\n"] {
            assert!(!outcome.output.contains(text), "{script}: {}", outcome.output);
        }
        assert!(outcome.output.contains("one of its commands failed"), "{script}: {}", outcome.output);
    }
}

#[test]
fn a_service_is_deployed_after_those_that_it_depends_on_and_all_else_side_by_side() {
    let stacks = jobs::deploys();
    let orders: BTreeMap<&str, u32> = stacks.pipelines["shop-release"]
        .actions
        .iter()
        .filter(|action| action.stage == "Deploy-dev")
        .map(|action| (action.name.as_str(), action.run_order))
        .collect();
    let first = orders["api"];
    assert!(orders["Keep"] < first);
    assert_eq!((orders["worker"], orders["plain-job"]), (first, first));
    assert_eq!((orders["nightly"], orders["site"]), (first + 1, first + 2));
}

#[test]
fn services_that_change_one_state_machine_are_deployed_one_behind_the_other() {
    let job = |name: &str, machine: &str, more: &str| {
        format!(
            "  {name}: {{ image_of: api, {more} deploy: {{ ecs_task: {{ family: \"shop-{name}-{{environment}}\", \
             roles: [\"shop-{name}-{{environment}}\"], targets: {{ state_machines: [{machine}] }} }} }} }}\n"
        )
    };
    let text = format!(
        "version: 1\napp: shop\nbranches: {{ main: [dev] }}\nenvironments: {{ dev: {{}} }}\n\
         pipelines: {{ account: \"123456789012\", region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\nservices:\n\
         {}{}{}{}{}  api: {{ deploy: {{ ecs: {{ cluster: shop, roles: [task] }} }} }}\n",
        job("bills", "\"x-{environment}\", y", ""),
        // It stands before what it waits for, which changes the same machine.
        job("first", "x-dev", "depends_on: [mails],"),
        job("mails", "x-dev", ""),
        job("other", "z", ""),
        job("yearly", "y", ""),
    );
    let stacks = crate::support::stacks::Stacks::of(&text);
    let orders: BTreeMap<&str, u32> = stacks.pipelines["shop-main"]
        .actions
        .iter()
        .filter(|action| action.stage == "Deploy-dev")
        .map(|action| (action.name.as_str(), action.run_order))
        .collect();
    let first = orders["api"];
    assert_eq!((orders["bills"], orders["other"]), (first, first));
    assert_eq!((orders["mails"], orders["yearly"], orders["first"]), (first + 1, first + 1, first + 2));
}

#[test]
fn one_image_is_built_for_all_services_that_have_it() {
    let stacks = jobs::deploys();
    let built: Vec<&str> =
        stacks.repositories("shop-release").into_iter().map(|(service, _)| service.name.as_str()).collect();
    assert_eq!(built, ["api", "site"]);
    let spec = &stacks.projects["shop-release-build"].buildspec;
    for line in [
        "'app' \"$IMAGE_API\" 'imagedefinitions-worker.json'",
        "'app' \"$IMAGE_API\" 'imagedefinitions-api.json'",
    ] {
        assert!(spec.contains(line), "{spec}");
    }
    assert_eq!(spec.matches("docker build").count(), 2, "{spec}");
}

promises!(super::nightly() =>
    a_new_revision_differs_from_the_newest_in_one_image_alone,
    everything_that_names_an_older_revision_is_moved_on_and_else_stays_as_it_was,
    a_state_machine_that_somebody_else_writes_at_the_same_time_is_changed_again,
    a_state_machine_that_is_shown_as_it_was_for_a_while_is_changed_once,
    a_state_machine_of_another_account_or_in_other_words_alone_stops_it,
    a_number_that_jq_would_round_stops_it_before_anything_is_changed,
    a_number_that_comes_in_meanwhile_is_not_rounded_either,
    numbers_that_are_kept_or_spelt_otherwise_stop_nothing,
    what_names_the_family_alone_needs_nothing,
    a_schedule_that_begins_later_still_begins_then,
    the_first_deploy_says_that_the_family_is_not_there_yet,
    a_target_that_starts_something_else_stops_it_before_anything_is_changed,
    a_container_that_is_not_there_stops_it,
    a_target_that_eventbridge_does_not_take_is_a_failure,
    each_call_that_fails_stops_it_and_what_is_said_is_true,
);
