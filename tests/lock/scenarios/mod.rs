//! What the lock does in each state of its holder. The holder is execution `a1` of the pipeline `shop-a`; the contender
//! is `b1` of `shop-b`.

use crate::contender::{Call, Contender, SHELL, variables};
use crate::world::World;

mod holders;
mod rollbacks;
mod trouble;

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

    /// The same, in another stage.
    pub fn contender_in(&self, pipeline: &str, execution: &str, stage: &str) -> Contender {
        let mut env = variables(pipeline, execution);
        env.insert("STAGE".to_owned(), stage.to_owned());
        Contender::start(&self.shell, env)
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

/// `a1` has deployed, and is asked whether it works.
pub fn verifying(shell: &str) -> Scene {
    let mut scene = deploying(shell);
    scene.world.enters("shop-a", "a1", "Deploy-staging", "Succeeded");
    scene.world.enters("shop-a", "a1", "Verify-staging", "InProgress");
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

/// `a1` is through, and waits for an approval of the next environment.
pub fn before_the_approval(shell: &str) -> Scene {
    let mut scene = deploying(shell);
    scene.world.enters("shop-a", "a1", "Deploy-staging", "Succeeded");
    scene.world.enters("shop-a", "a1", "Verify-staging", "Succeeded");
    scene.world.enters("shop-a", "a1", "Approve-production", "InProgress");
    scene
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

/// `a1` was stopped an hour ago, while a build of it deployed; that goes on.
pub fn stopped_with_its_build(shell: &str) -> Scene {
    let mut scene = deploying(shell);
    scene.world.becomes("shop-a", "a1", "Stopped");
    scene.world.builds.insert("a1".to_owned());
    scene.world.now += 3600;
    scene.world.enters("shop-b", "b1", "Migrate-staging", "InProgress");
    scene
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
