//! What AWS would answer: CodePipeline's executions and stages, the tasks in a cluster, and the lock's object.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::store::{Condition, Memory, Store};

/// When every world begins.
pub const EPOCH: i64 = 1_790_000_000;

/// What a program answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its exit status.
    pub status: i32,
    /// Its output.
    pub out: String,
    /// Its messages.
    pub err: String,
}

impl Answer {
    /// It went well, and printed this.
    pub fn ok(out: &str) -> Self {
        Self { status: 0, out: out.to_owned(), err: String::new() }
    }

    fn json(value: &Value) -> Self {
        Self::ok(&format!("{value}\n"))
    }

    /// The AWS CLI's refusal, with AWS's code.
    pub fn error(code: &str, operation: &str) -> Self {
        let name: String = operation.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        let err = format!("\nAn error occurred ({code}) when calling the {name} operation: it was refused\n");
        Self { status: 254, out: String::new(), err }
    }
}

/// An execution of a pipeline.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Its id.
    pub id: String,
    /// Its status, in CodePipeline's words.
    pub status: &'static str,
    /// Whether it is a rollback.
    pub rollback: bool,
    /// When it began.
    pub started: i64,
    /// When CodePipeline noted something about it last.
    pub updated: i64,
}

/// A stage, and who is or was in it.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    /// Its name.
    pub name: &'static str,
    /// The last execution in it, with its status there.
    pub latest: Option<(String, &'static str)>,
    /// Those that wait before it, in turn.
    pub inbound: Vec<String>,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Its stages, in order.
    pub stages: Vec<Stage>,
    /// Its executions, the oldest first.
    pub executions: Vec<Execution>,
}

/// The stages of every pipeline here.
pub const STAGES: [&str; 7] = [
    "Source",
    "Build",
    "Migrate-staging",
    "Deploy-staging",
    "Verify-staging",
    "Approve-production",
    "Deploy-production",
];

impl Default for Pipeline {
    fn default() -> Self {
        let stages = STAGES.map(|name| Stage { name, ..Stage::default() });
        Self { stages: stages.into(), executions: Vec::new() }
    }
}

impl Pipeline {
    /// The execution of this id.
    pub fn execution(&mut self, id: &str) -> &mut Execution {
        self.executions.iter_mut().find(|execution| execution.id == id).expect("an execution")
    }

    /// The stage of this name.
    pub fn stage(&mut self, name: &str) -> &mut Stage {
        self.stages.iter_mut().find(|stage| stage.name == name).expect("a stage")
    }
}

/// How a call is met that does not reach AWS, or whose answer does not come back.
pub type Fault = Box<dyn FnMut(&str) -> Option<Failure>>;

/// What goes wrong with a call.
#[derive(Debug, Clone)]
pub enum Failure {
    /// AWS refuses with this code, and nothing is done.
    Refused(&'static str),
    /// It is done, and the answer is lost.
    Lost,
}

/// Everything outside of the contenders.
pub struct World {
    /// The true time.
    pub now: i64,
    /// The pipelines by name.
    pub pipelines: BTreeMap<String, Pipeline>,
    /// The executions whose migration task is pending or running.
    pub tasks: BTreeSet<String>,
    /// The executions of which a build deploys: only where the environment is deployed to by builds.
    pub builds: BTreeSet<String>,
    /// The bucket.
    pub store: Box<dyn Store>,
    /// What goes wrong, by operation.
    pub fault: Fault,
    /// The words of each call.
    pub calls: Vec<Vec<String>>,
}

impl Default for World {
    fn default() -> Self {
        let pipelines = ["shop-a", "shop-b"].map(|name| (name.to_owned(), Pipeline::default()));
        Self {
            now: EPOCH,
            pipelines: pipelines.into(),
            tasks: BTreeSet::new(),
            builds: BTreeSet::new(),
            store: Box::new(Memory::default()),
            fault: Box::new(|_| None),
            calls: Vec::new(),
        }
    }
}

fn option<'a>(words: &'a [String], name: &str) -> &'a str {
    let at = words.iter().position(|word| word == name).unwrap_or_else(|| panic!("{name} in {words:?}"));
    &words[at + 1]
}

fn time(seconds: i64) -> Value {
    // As the CLI writes it where TZ is UTC: with parts of a second.
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Howard Hinnant's days to civil.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    json!(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.125000+00:00"))
}

impl World {
    /// A pipeline.
    pub fn pipeline(&mut self, name: &str) -> &mut Pipeline {
        self.pipelines.get_mut(name).expect("a pipeline")
    }

    /// Begins an execution, which is nowhere yet.
    pub fn begin(&mut self, pipeline: &str, id: &str, rollback: bool) {
        let now = self.now;
        let execution =
            Execution { id: id.to_owned(), status: "InProgress", rollback, started: now, updated: now };
        self.pipeline(pipeline).executions.push(execution);
    }

    /// An execution has another status from now on.
    pub fn becomes(&mut self, pipeline: &str, id: &str, status: &'static str) {
        let now = self.now;
        let execution = self.pipeline(pipeline).execution(id);
        execution.status = status;
        execution.updated = now;
    }

    /// An execution is in a stage, with this status there.
    pub fn enters(&mut self, pipeline: &str, id: &str, stage: &str, status: &'static str) {
        let now = self.now;
        self.pipeline(pipeline).execution(id).updated = now;
        self.pipeline(pipeline).stage(stage).latest = Some((id.to_owned(), status));
    }

    /// Answers a call of the AWS CLI.
    pub fn aws(&mut self, key: &str, words: &[String]) -> Answer {
        self.calls.push(words.to_vec());
        let operation = words[1].clone();
        let failure = (self.fault)(&operation);
        if let Some(Failure::Refused(code)) = failure {
            return Answer::error(code, &operation);
        }
        // The lock's calls are made as the lock's role, in its region; the step's own are not.
        let own = matches!(
            operation.as_str(),
            "assume-role" | "list-tasks" | "list-builds-for-project" | "batch-get-builds"
        );
        assert_eq!(key, if own { "none" } else { "LOCKKEY" }, "{words:?}");
        let region = if own && operation != "assume-role" { "eu-central-1" } else { "eu-west-1" };
        assert_eq!(option(words, "--region"), region, "{words:?}");
        let answer = match operation.as_str() {
            "assume-role" => Answer::json(&json!({"Credentials":
                {"AccessKeyId": "LOCKKEY", "SecretAccessKey": "l0cks3cret", "SessionToken": "l0ckt0ken"}})),
            "list-tasks" => {
                let starter =
                    option(words, "--started-by").strip_prefix("branchline-").expect("its beginning");
                let tasks: Vec<&str> = self.tasks.get(starter).map(|_| "arn:task").into_iter().collect();
                Answer::json(&json!({"taskArns": tasks}))
            }
            "list-builds-for-project" => {
                assert_eq!(option(words, "--project-name"), "shop-deploy");
                assert_eq!(option(words, "--sort-order"), "DESCENDING");
                let ids: Vec<String> = self.builds.iter().map(|id| format!("shop-deploy:{id}")).collect();
                Answer::json(&json!({ "ids": ids }))
            }
            "batch-get-builds" => {
                let ids = words.iter().filter_map(|word| word.strip_prefix("shop-deploy:"));
                let builds = ids.map(|id| {
                    let status = if self.builds.contains(id) { "IN_PROGRESS" } else { "SUCCEEDED" };
                    json!({"id": format!("shop-deploy:{id}"), "buildStatus": status, "environment":
                        {"environmentVariables": [{"name": "EXECUTION_ID", "value": id, "type": "PLAINTEXT"}]}})
                });
                Answer::json(&json!({"builds": builds.collect::<Vec<_>>(), "buildsNotFound": []}))
            }
            "get-object" | "put-object" => self.object(&operation, words),
            _ => self.codepipeline(&operation, words),
        };
        if matches!(failure, Some(Failure::Lost)) {
            let err = "\nRead timeout on endpoint URL: \"https://aws\"\n".to_owned();
            return Answer { status: 255, out: String::new(), err };
        }
        answer
    }

    fn object(&mut self, operation: &str, words: &[String]) -> Answer {
        assert_eq!(option(words, "--bucket"), "shop-locks");
        let key = option(words, "--key");
        if operation == "get-object" {
            let Some((etag, body)) = self.store.get(key) else {
                return Answer::error("NoSuchKey", operation);
            };
            let file = words.iter().find(|word| word.ends_with("/lock.json")).expect("a file to write");
            fs::write(file, body).expect("the contender's folder");
            return Answer::json(&json!({"ETag": etag}));
        }
        let body = fs::read_to_string(option(words, "--body")).expect("a body");
        let condition = if words.iter().any(|word| word == "--if-none-match") {
            assert_eq!(option(words, "--if-none-match"), "*");
            Condition::Absent
        } else {
            Condition::Match(option(words, "--if-match").to_owned())
        };
        match self.store.put(key, &body, &condition) {
            Ok(etag) => Answer::json(&json!({"ETag": etag})),
            Err(code) => Answer::error(code, operation),
        }
    }

    fn codepipeline(&self, operation: &str, words: &[String]) -> Answer {
        let name = if operation == "get-pipeline-state" { "--name" } else { "--pipeline-name" };
        let Some(pipeline) = self.pipelines.get(option(words, name)) else {
            return Answer::error("PipelineNotFoundException", operation);
        };
        let kind = |rollback: bool| if rollback { "ROLLBACK" } else { "STANDARD" };
        let kind_of = |id: &str| {
            kind(pipeline.executions.iter().any(|execution| execution.id == id && execution.rollback))
        };
        match operation {
            "get-pipeline-execution" => {
                let id = option(words, "--pipeline-execution-id");
                let Some(found) = pipeline.executions.iter().find(|execution| execution.id == id) else {
                    return Answer::error("PipelineExecutionNotFoundException", operation);
                };
                Answer::json(&json!({"pipelineExecution": {"pipelineExecutionId": id, "status": found.status,
                    "executionType": kind(found.rollback)}}))
            }
            "get-pipeline-state" => {
                let stages = pipeline.stages.iter().map(|stage| {
                    let mut state = json!({"stageName": stage.name});
                    if let Some((id, status)) = &stage.latest {
                        state["latestExecution"] =
                            json!({"pipelineExecutionId": id, "status": status, "type": kind_of(id)});
                    }
                    let waiting = stage.inbound.iter().map(
                        |id| json!({"pipelineExecutionId": id, "status": "InProgress", "type": kind_of(id)}),
                    );
                    let waiting: Vec<Value> = waiting.collect();
                    if let Some(first) = waiting.first() {
                        state["inboundExecution"] = first.clone();
                    }
                    state["inboundExecutions"] = json!(waiting);
                    state
                });
                Answer::json(&json!({"stageStates": stages.collect::<Vec<_>>()}))
            }
            "list-pipeline-executions" => {
                let summaries = pipeline.executions.iter().rev().take(100).map(|execution| {
                    json!({"pipelineExecutionId": execution.id, "status": execution.status,
                        "executionType": kind(execution.rollback), "startTime": time(execution.started),
                        "lastUpdateTime": time(execution.updated)})
                });
                Answer::json(&json!({"pipelineExecutionSummaries": summaries.collect::<Vec<_>>()}))
            }
            other => panic!("{other} is not asked for"),
        }
    }
}
