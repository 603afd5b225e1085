//! What the lock does in each state of its holder. The holder is execution `a1` of the pipeline `shop-a`; the contender
//! is `b1` of `shop-b`.

use crate::contender::{Call, Contender, SHELL, variables};
use crate::world::{Failure, World};

/// What came of a contender.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// It has the lock, after so many seconds.
    Took(i64),
    /// It failed, and did not take it.
    GaveUp,
}

/// A holder that has taken the lock and is in a state, and a contender.
pub struct Scene {
    /// The shell that all of them run.
    pub shell: String,
    /// What surrounds them.
    pub world: World,
}

impl Scene {
    /// `a1` took the lock in its migration, a while ago.
    pub fn new(shell: &str) -> Self {
        Self::in_world(shell, World::default())
    }

    /// The same, in a world that is given.
    pub fn in_world(shell: &str, mut world: World) -> Self {
        world.begin("shop-a", "a1", false);
        world.enters("shop-a", "a1", "Migrate-staging", "InProgress");
        let mut scene = Self { shell: shell.to_owned(), world };
        let mut holder = scene.contender("shop-a", "a1");
        assert!(matches!(scene.run(&mut holder), End::Took(_)), "the holder has it:\n{}", holder.log());
        scene.world.now += 600;
        scene.world.begin("shop-b", "b1", false);
        scene.world.enters("shop-b", "b1", "Migrate-staging", "InProgress");
        scene
    }

    /// A contender that has not begun.
    pub fn contender(&self, pipeline: &str, execution: &str) -> Contender {
        Contender::start(&self.shell, variables(pipeline, execution))
    }

    /// A contender that stands still before this operation.
    pub fn contender_before(&mut self, pipeline: &str, execution: &str, operation: &str) -> Contender {
        let mut contender = self.contender(pipeline, execution);
        while !contender.is_at(operation) {
            self.step(&mut contender);
        }
        contender
    }

    /// One call; time passes while it sleeps.
    pub fn step(&mut self, contender: &mut Contender) {
        if let Call::Sleep(seconds) = contender.at {
            self.world.now += seconds;
        }
        contender.step(&mut self.world);
    }

    /// Until its end.
    pub fn run(&mut self, contender: &mut Contender) -> End {
        self.run_with(contender, |_| {})
    }

    /// Until its end, with something that happens to the world before each call.
    pub fn run_with(&mut self, contender: &mut Contender, mut event: impl FnMut(&mut World)) -> End {
        let begun = self.world.now;
        loop {
            if let Call::Ended(well) = contender.at {
                return if well { End::Took(self.world.now - begun) } else { End::GaveUp };
            }
            event(&mut self.world);
            self.step(contender);
        }
    }

    fn ends(&mut self, limit: &str) -> (End, String) {
        let mut env = variables("shop-b", "b1");
        env.insert("LOCK_WAIT_SECONDS".to_owned(), limit.to_owned());
        let mut contender = Contender::start(&self.shell, env);
        let end = self.run(&mut contender);
        (end, contender.log())
    }

    fn waits(&mut self, why: &str) {
        let (end, log) = self.ends("45");
        assert_eq!(end, End::GaveUp, "{log}");
        assert!(log.contains(why), "it says {why:?}:\n{log}");
    }

    fn takes_after(&mut self, seconds: std::ops::RangeInclusive<i64>) {
        let (end, log) = self.ends("450");
        assert!(matches!(end, End::Took(after) if seconds.contains(&after)), "{end:?}, {seconds:?}:\n{log}");
    }
}

fn scene() -> Scene {
    Scene::new(SHELL)
}

/// `a1` deploys, after its migration.
pub fn deploying(shell: &str) -> Scene {
    let mut scene = Scene::new(shell);
    scene.world.enters("shop-a", "a1", "Migrate-staging", "Succeeded");
    scene.world.enters("shop-a", "a1", "Deploy-staging", "InProgress");
    scene
}

/// The deploy of `a1` failed this long ago.
pub fn failed(shell: &str, seconds: i64) -> Scene {
    let mut scene = deploying(shell);
    scene.world.enters("shop-a", "a1", "Deploy-staging", "Failed");
    scene.world.becomes("shop-a", "a1", "Failed");
    scene.world.now += seconds;
    scene.world.enters("shop-b", "b1", "Migrate-staging", "InProgress");
    scene
}

const ON_ITS_WAY: &str = "execution a1, since 2026-09-21T14:13:20Z: it is on its way through staging.";

#[test]
fn a_holder_that_migrates_is_waited_for() {
    scene().waits(ON_ITS_WAY);
}

#[test]
fn a_holder_that_is_queued_before_its_deploy_is_waited_for() {
    let mut scene = scene();
    scene.world.enters("shop-a", "a1", "Migrate-staging", "Succeeded");
    scene.world.pipeline("shop-a").stage("Deploy-staging").inbound = vec!["a1".to_owned()];
    scene.waits(ON_ITS_WAY);
}

#[test]
fn a_holder_between_two_stages_is_seen_nowhere_and_waited_for() {
    let mut scene = scene();
    // The next execution of its pipeline migrates already: what is seen of the holder is gone.
    scene.world.begin("shop-a", "a2", false);
    scene.world.enters("shop-a", "a2", "Migrate-staging", "InProgress");
    scene.waits(ON_ITS_WAY);
}

#[test]
fn a_holder_that_deploys_is_waited_for() {
    deploying(SHELL).waits(ON_ITS_WAY);
}

/// `a1` is through, and waits for an approval of the next environment.
pub fn before_the_approval(shell: &str) -> Scene {
    let mut scene = deploying(shell);
    scene.world.enters("shop-a", "a1", "Deploy-staging", "Succeeded");
    scene.world.enters("shop-a", "a1", "Approve-production", "InProgress");
    scene
}

#[test]
fn a_holder_that_waits_for_the_approval_of_another_environment_has_left() {
    before_the_approval(SHELL).takes_after(0..=0);
    // Also where the next execution deploys behind it, and it is seen in the later stage alone.
    let mut scene = before_the_approval(SHELL);
    scene.world.begin("shop-a", "a2", false);
    scene.world.enters("shop-a", "a2", "Deploy-staging", "Failed");
    scene.world.becomes("shop-a", "a2", "Failed");
    scene.takes_after(0..=0);
}

#[test]
fn a_rollback_that_runs_is_waited_for() {
    let mut scene = failed(SHELL, 600);
    scene.world.begin("shop-a", "r1", true);
    scene.world.enters("shop-a", "r1", "Deploy-staging", "InProgress");
    scene.waits("a rollback is under way: execution r1 of shop-a.");
}

#[test]
fn a_rollback_that_is_seen_in_no_stage_yet_is_waited_for() {
    let mut scene = failed(SHELL, 600);
    scene.world.begin("shop-a", "r1", true);
    scene.waits("a rollback is under way: execution r1 of shop-a.");
}

#[test]
fn a_rollback_of_another_environment_is_not_waited_for() {
    let mut scene = failed(SHELL, 600);
    scene.world.begin("shop-a", "r1", true);
    scene.world.enters("shop-a", "r1", "Deploy-production", "InProgress");
    scene.takes_after(0..=0);
}

#[test]
fn after_a_failure_five_minutes_are_left_for_the_rollback() {
    failed(SHELL, 20).takes_after(300..=330);
    failed(SHELL, 290).takes_after(300..=330);
    failed(SHELL, 301).takes_after(0..=0);
    // Where nothing rolls back, there is nothing to wait for.
    let mut scene = failed(SHELL, 20);
    let mut env = variables("shop-b", "b1");
    env.insert("LOCK_ROLLS_BACK".to_owned(), "no".to_owned());
    let mut contender = Contender::start(SHELL, env);
    assert_eq!(scene.run(&mut contender), End::Took(0), "{}", contender.log());
}

#[test]
fn the_rollback_itself_takes_the_lock_of_what_it_rolls_back_at_once() {
    let mut scene = failed(SHELL, 20);
    scene.world.begin("shop-a", "r1", true);
    scene.world.enters("shop-a", "r1", "Deploy-staging", "InProgress");
    let mut rollback = scene.contender("shop-a", "r1");
    assert_eq!(scene.run(&mut rollback), End::Took(0), "{}", rollback.log());
}

#[test]
fn two_rollbacks_do_not_wait_for_each_other() {
    let mut scene = failed(SHELL, 20);
    for (pipeline, id) in [("shop-a", "ra"), ("shop-b", "rb")] {
        scene.world.begin(pipeline, id, true);
        scene.world.enters(pipeline, id, "Deploy-staging", "InProgress");
    }
    let mut other = scene.contender_before("shop-b", "rb", "list-pipeline-executions");
    let mut its_own = scene.contender("shop-a", "ra");
    assert_eq!(scene.run(&mut its_own), End::Took(0), "{}", its_own.log());
    scene.world.enters("shop-a", "ra", "Deploy-staging", "Succeeded");
    scene.world.becomes("shop-a", "ra", "Succeeded");
    assert!(matches!(scene.run(&mut other), End::Took(_)), "{}", other.log());
}

#[test]
fn a_holder_that_was_superseded_while_it_was_queued_is_gone() {
    let mut scene = scene();
    scene.world.enters("shop-a", "a1", "Migrate-staging", "Succeeded");
    scene.world.becomes("shop-a", "a1", "Superseded");
    scene.takes_after(0..=0);
}

#[test]
fn a_stopped_holder_is_waited_for_as_long_as_its_task_runs() {
    let mut scene = stopped_with_its_task(SHELL);
    scene.waits("its migration still runs in the cluster shop-staging: arn:task.");
    let mut scene = stopped_with_its_task(SHELL);
    let ends = scene.world.now + 100;
    let mut contender = scene.contender("shop-b", "b1");
    let end = scene.run_with(&mut contender, |world| {
        if world.now >= ends {
            world.tasks.clear();
        }
    });
    // A task that is told to stop may go on for two minutes, and ECS does not list it.
    assert!(matches!(end, End::Took(250..=330)), "{end:?}\n{}", contender.log());
}

/// `a1` was stopped an hour ago; its task goes on.
pub fn stopped_with_its_task(shell: &str) -> Scene {
    let mut scene = Scene::new(shell);
    scene.world.becomes("shop-a", "a1", "Stopped");
    scene.world.tasks.insert("a1".to_owned());
    scene.world.now += 3600;
    scene.world.enters("shop-b", "b1", "Migrate-staging", "InProgress");
    scene
}

#[test]
fn a_build_that_was_abandoned_has_five_minutes_to_start_its_task() {
    let mut scene = scene();
    scene.world.becomes("shop-a", "a1", "Stopped");
    scene.takes_after(300..=330);
}

#[test]
fn a_holder_whose_pipeline_or_execution_is_deleted_is_gone() {
    let mut scene = scene();
    scene.world.pipelines.remove("shop-a");
    scene.takes_after(0..=0);
    let mut scene = self::scene();
    scene.world.pipeline("shop-a").executions.clear();
    scene.takes_after(0..=0);
}

#[test]
fn a_holder_that_is_stopping_or_in_a_state_that_nobody_knows_is_waited_for() {
    for status in ["Stopping", "Resting"] {
        let mut scene = scene();
        scene.world.becomes("shop-a", "a1", status);
        scene.waits(&format!("it is {status}."));
    }
}

/// `a1` failed and is tried again while `b1` stands between its judgement and its write. Who of them has the lock.
pub fn a_retry_in_between(mut scene: Scene) -> (End, End) {
    let mut other = scene.contender_before("shop-b", "b1", "put-object");
    scene.world.becomes("shop-a", "a1", "InProgress");
    scene.world.enters("shop-a", "a1", "Deploy-staging", "InProgress");
    let mut retry = scene.contender("shop-a", "a1");
    let retried = scene.run(&mut retry);
    (retried, scene.run(&mut other))
}

#[test]
fn of_a_retry_and_who_judged_before_it_exactly_one_holds() {
    assert_eq!(a_retry_in_between(failed(SHELL, 600)), (End::Took(0), End::GaveUp));
    // The other way round: the write comes first, and the retry waits.
    let mut scene = failed(SHELL, 600);
    let mut other = scene.contender_before("shop-b", "b1", "put-object");
    scene.world.becomes("shop-a", "a1", "InProgress");
    let mut retry = scene.contender_before("shop-a", "a1", "put-object");
    assert_eq!(scene.run(&mut other), End::Took(0));
    assert_eq!(scene.run(&mut retry), End::GaveUp);
}

#[test]
fn nobody_takes_over_while_aws_does_not_answer() {
    let operations = [
        "assume-role",
        "get-pipeline-execution",
        "get-pipeline-state",
        "list-pipeline-executions",
        "list-tasks",
        "get-object",
        "put-object",
    ];
    for operation in operations {
        for failure in
            [Failure::Refused("InternalError"), Failure::Refused("AccessDeniedException"), Failure::Lost]
        {
            if operation == "put-object" && matches!(failure, Failure::Lost) {
                continue; // It is done, and found out: see the next test.
            }
            let mut scene = failed(SHELL, 600);
            let says = match failure {
                Failure::Refused(code) => code,
                Failure::Lost => "Read timeout",
            };
            scene.world.fault = Box::new(move |asked| (asked == operation).then(|| failure.clone()));
            let (end, log) = scene.ends("15");
            assert_eq!(end, End::GaveUp, "{operation}:\n{log}");
            let last = log.split("\n\n").last().expect("a last paragraph");
            assert!(last.contains("could not ") && last.contains(says), "{operation}:\n{log}");
            let (_, body) = scene.world.store.get("locks/staging").expect("the lock");
            assert!(body.contains("a1"), "{operation} took it: {body}");
        }
    }
}

#[test]
fn a_write_whose_answer_is_lost_is_found_out() {
    let mut scene = failed(SHELL, 600);
    scene.world.fault = Box::new(|asked| (asked == "put-object").then_some(Failure::Lost));
    scene.takes_after(0..=30);
}

#[test]
fn an_execution_that_was_stopped_does_not_take_the_lock_any_more() {
    let mut scene = failed(SHELL, 600);
    let mut abandoned = scene.contender_before("shop-b", "b1", "put-object");
    scene.world.becomes("shop-b", "b1", "Stopped");
    assert_eq!(scene.run(&mut abandoned), End::GaveUp);
    let log = abandoned.log();
    assert!(log.contains("this execution is Stopped, no longer InProgress"), "{log}");
}

#[test]
fn what_the_lock_needs_does_not_reach_the_rest_of_the_step() {
    let mut scene = failed(SHELL, 600);
    let mut contender = scene.contender("shop-b", "b1");
    assert_eq!(scene.run(&mut contender), End::Took(0));
    let (after, log) = (contender.after(), contender.log());
    assert!(after.contains("LOCK_BUCKET=shop-locks"), "the variables were written:\n{after}");
    for secret in ["LOCKKEY", "l0cks3cret", "l0ckt0ken"] {
        assert!(!after.contains(secret) && !log.contains(secret), "{secret}:\n{after}\n{log}");
    }
}

#[test]
fn at_the_limit_it_says_who_holds_and_what_to_do() {
    let mut scene = deploying(SHELL);
    let begun = scene.world.now;
    // The limit that holds where none is given.
    let (end, log) = scene.ends("");
    assert_eq!((end, scene.world.now - begun), (End::GaveUp, 3000), "{log}");
    for text in [
        "FAILED: the lock of staging was not free within 3000 seconds, and nothing was changed here.",
        "Holder: pipeline shop-a, execution a1, since 2026-09-21T14:13:20Z: it is on its way through staging.",
        "See: aws codepipeline get-pipeline-execution --region eu-west-1 --pipeline-name shop-a --pipeline-execution-id a1",
        "  aws codepipeline retry-stage-execution --region eu-west-1 --pipeline-name shop-b --stage-name Migrate-staging \
         --pipeline-execution-id b1 --retry-mode ALL_ACTIONS",
    ] {
        assert!(log.contains(text), "{text}\n{log}");
    }
}

#[test]
fn a_clock_that_jumps_makes_nobody_take_the_lock() {
    let mut scene = failed(SHELL, 20);
    let mut contender = scene.contender_before("shop-b", "b1", "get-object");
    contender.clock = 100_000;
    assert_eq!(scene.run(&mut contender), End::GaveUp, "{}", contender.log());
    // One that goes back makes nobody wait for ever.
    let mut scene = deploying(SHELL);
    let mut contender = scene.contender_before("shop-b", "b1", "get-object");
    contender.clock = -100_000;
    let begun = scene.world.now;
    assert_eq!(scene.run(&mut contender), End::GaveUp);
    assert_eq!(scene.world.now - begun, 450);
}

#[test]
fn an_object_that_is_no_lock_is_left_alone() {
    let mut scene = scene();
    let (etag, _) = scene.world.store.get("locks/staging").expect("the lock");
    scene.world.store.put("locks/staging", "{}", &crate::store::Condition::Match(etag)).expect("to write");
    scene.waits("could not understand s3://shop-locks/locks/staging: jq: error");
}
