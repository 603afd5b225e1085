//! What guards an environment, and how a service is deployed, in one way or another.

use proptest::prelude::*;

/// What guards an environment beside an approval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guards {
    /// Nothing said, switched on, with a wait, switched off.
    lock: usize,
    window: bool,
    /// None, watched, watched for a time of its own.
    alarms: usize,
    rollback: bool,
    /// None, a request, commands, both.
    verify: usize,
    /// None, of an instance, of a cluster.
    snapshot: usize,
}

/// The guards of one environment.
pub(crate) fn guards() -> impl Strategy<Value = Guards> {
    (0..4usize, any::<bool>(), 0..3usize, any::<bool>(), 0..4usize, 0..3usize).prop_map(
        |(lock, window, alarms, rollback, verify, snapshot)| Guards {
            lock,
            window,
            alarms,
            rollback,
            verify,
            snapshot,
        },
    )
}

impl Guards {
    /// The same with a lock where releases meet, whatever was said of it.
    pub(crate) fn locked(self) -> Self {
        Guards { lock: self.lock % 3, ..self }
    }

    /// Keys and values. Where nothing is migrated there is no database whose snapshot could be made.
    pub(crate) fn said(self, migrates: bool) -> Vec<String> {
        let verify = [
            None,
            Some(
                "verify: { http: { url: \"https://{environment}.example.com/up?a=b&c=it's\", status: 204, contains: \"it's $HOME\", \
                 retries: 3, every: 5s, timeout: 4s } }",
            ),
            Some(
                "verify: { commands: [\"bin/smoke 'it''s'\", \"echo $HOME\"], timeout: 5m, variables: { A: \"it's $here\" }, \
                 secrets: { TOKEN: { parameter_store: /shop/token } } }",
            ),
            Some(
                "verify: { http: { url: \"https://{app}.example.com\" }, commands: [bin/smoke], compute: medium }",
            ),
        ];
        let all = [
            [None, Some("lock: true"), Some("lock: { wait: 7h }"), Some("lock: false")][self.lock],
            self.window.then_some("window: { cron: \"* * 9-16 ? * MON-THU *\", timezone: Asia/Tokyo }"),
            [
                None,
                Some("alarms: [\"{app}-{environment}: it's 'high'\"]"),
                Some("alarms: [slow, \"{environment} down\"], bake: 20m"),
            ][self.alarms],
            self.rollback.then_some("rollback: on_failure"),
            verify[self.verify],
            [
                None,
                Some("snapshot: { instance: \"{app}-{environment}\", keep: 3, timeout: 2h }"),
                Some("snapshot: { cluster: \"{app}-db\" }"),
            ][self.snapshot]
                .filter(|_| migrates),
        ];
        all.into_iter().flatten().map(str::to_owned).collect()
    }
}

/// How a service is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deploy {
    Ecs,
    Task,
    TaskWithTargets,
    Commands,
}

impl Deploy {
    pub(crate) const ALL: [Deploy; 4] =
        [Deploy::Ecs, Deploy::Task, Deploy::TaskWithTargets, Deploy::Commands];

    /// What stands behind `deploy:`.
    pub(crate) fn said(self) -> &'static str {
        match self {
            Deploy::Ecs => "{ ecs: { cluster: \"c-{environment}\", roles: [\"{app}-{environment}-task\"] } }",
            Deploy::Task => {
                "{ ecs_task: { family: \"{service}-{environment}\", roles: [\"{app}-{environment}-task\"] } }"
            }
            Deploy::TaskWithTargets => {
                "{ ecs_task: { family: \"{app}-{service}-{environment}\", container: app, roles: [task, execution], \
                 targets: { rules: [\"{service}-{environment}\"], schedules: [\"own/{environment}\", nightly], \
                 state_machines: [\"{app}-{service}\"], roles: [starter] } } }"
            }
            Deploy::Commands => {
                "{ commands: { run: [\"make deploy\", \"echo \\\"it's $IMAGE\\\"\"], timeout: 20m, variables: { A: \"it's $here\" }, \
                 secrets: { KEY: { parameter_store: /shop/key } }, \
                 statements: [{ actions: [\"s3:PutObject\"], resources: [\"arn:aws:s3:::{app}-{environment}/*\"] }] } }"
            }
        }
    }
}
