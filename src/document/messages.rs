//! What people are told: the texts into which EventBridge fills what an event says.
//!
//! What EventBridge does with a text is told in its user guide ("Amazon EventBridge input transformation"): a variable whose path is
//! not in the event leaves nothing, and what an event says is **not** escaped. So whatever is inside of JSON
//! has to be harmless there: names that branchline made, ids and URLs of AWS's, and what our own shell has made harmless.
//! A quote in the reason that an action gives would end the JSON, and a chat would be told nothing at all; and a chat takes
//! `<!channel>` for a call to everybody. So what a chat is told of a failure has the link to the log and no reason. The reason comes
//! beside it, in the same thread, by a rule that picks those alone that a chat can be told (`document::harmless`).
//!
//! Mail is several lines, each a JSON string, as AWS's own guides have it (that of `GuardDuty`, on findings by mail). As a whole
//! that is no JSON, so nothing in it can break it, and each line arrives in quotes.

use indexmap::IndexMap;
use serde::Serialize;

use crate::pipeline::notifications::What;
use crate::pipeline::text::Place;

/// A rule's text and what it is filled with, as `AWS::Events::Rule` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InputTransformer {
    /// Variables, and the paths of an event that they stand for.
    pub input_paths_map: IndexMap<&'static str, &'static str>,
    /// The text, with `<variable>` in it.
    pub input_template: String,
}

/// What is said of one kind of event.
struct Message {
    title: &'static str,
    /// Each names only variables that are harmless inside JSON and in a chat.
    lines: Vec<String>,
    /// What anybody may have written: for mail alone.
    outside: &'static [&'static str],
    /// What the messages of a chat have in common that belong together, if others belong to this one.
    thread: Option<&'static str>,
}

/// What a Slack or Teams channel is told, in the form that Amazon Q Developer shows (its administrator guide, "Custom notifications").
#[derive(Serialize)]
struct Custom<'m> {
    version: &'static str,
    source: &'static str,
    content: Content<'m>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    thread_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'m> {
    text_type: &'static str,
    title: &'m str,
    description: String,
}

/// Variables that may stand in a text, and the paths of an event (AWS CodePipeline user guide, "Monitoring CodePipeline
/// events"; those without `execution-` and `pipeline` are of branchline's own event).
const PATHS: [(&str, &str); 14] = [
    ("pipeline", "$.detail.pipeline"),
    ("execution", "$.detail.execution-id"),
    ("stage", "$.detail.stage"),
    ("action", "$.detail.action"),
    ("code", "$.detail.execution-result.error-code"),
    ("log", "$.detail.execution-result.external-execution-url"),
    ("reason", "$.detail.execution-result.external-execution-summary"),
    ("environment", "$.detail.environment"),
    ("run", "$.detail.execution"),
    ("commit", "$.detail.commit"),
    ("branch", "$.detail.branch"),
    ("rollback", "$.detail.rollback"),
    ("summary", "$.detail.summary"),
    ("link", "$.detail.link"),
];

/// The failure of one action: what is told of it stands in one thread.
const FAILURE: &str = "<execution>-<stage>-<action>";

/// The text of one kind of event; for a chat, or for a topic that people read by mail. `home` is where the pipelines are.
pub fn transformer(what: What, for_chat: bool, home: &Place) -> InputTransformer {
    let message = message(what, home);
    let input_template = if for_chat { chat(&message) } else { mail(&message) };
    let is_used = |name: &str| input_template.contains(&format!("<{name}>"));
    let input_paths_map = PATHS.into_iter().filter(|(name, _)| is_used(name)).collect();
    InputTransformer { input_paths_map, input_template }
}

fn message(what: What, home: &Place) -> Message {
    let pipelines = format!(
        "https://{}/codesuite/codepipeline/pipelines/<pipeline>",
        home.partition().console(home.region())
    );
    let region = home.region();
    let execution = |id: &str| format!("Execution: {pipelines}/executions/<{id}>/timeline?region={region}");
    match what {
        What::ActionFailed => Message {
            title: "<pipeline>: <action> failed in <stage>",
            lines: vec!["Error code: <code>".to_owned(), "Log: <log>".to_owned(), execution("execution")],
            outside: &["Reason, as the action gave it: <reason>"],
            thread: Some(FAILURE),
        },
        What::Reason => Message {
            title: "<pipeline>: why <action> failed in <stage>",
            // Harmless: the rule sees to that.
            lines: vec!["Reason, as the action gave it: <reason>".to_owned(), "Log: <log>".to_owned()],
            outside: &[],
            thread: Some(FAILURE),
        },
        What::StageFailed => Message {
            title: "<pipeline>: <stage> failed",
            lines: vec![
                "If one of its actions failed, that is told apart; else an alarm went off after the deploy, or its window was \
                 waited for in vain."
                    .to_owned(),
                execution("execution"),
            ],
            outside: &[],
            thread: None,
        },
        What::Approval => Message {
            title: "<pipeline>: <stage> waits for a person",
            lines: vec![
                format!("Approve or reject: {pipelines}/view?region={region}"),
                execution("execution"),
            ],
            outside: &[],
            thread: None,
        },
        What::Deployed => Message {
            title: "<pipeline>: deployed to <environment>",
            lines: vec![
                "Commit: <commit>".to_owned(),
                "Rollback: <rollback>".to_owned(),
                "Changes: <link>".to_owned(),
                execution("run"),
                // Harmless: who sends the event sees to that.
                "<summary>".to_owned(),
            ],
            outside: &["Branch: <branch>"],
            thread: None,
        },
    }
}

fn chat(message: &Message) -> String {
    let content =
        Content { text_type: "client-markdown", title: message.title, description: message.lines.join("\n") };
    let metadata = message.thread.map(|thread_id| Metadata { thread_id });
    json(&Custom { version: "1.0", source: "custom", content, metadata })
}

fn mail(message: &Message) -> String {
    let lines = std::iter::once(message.title)
        .chain(message.lines.iter().map(String::as_str))
        .chain(message.outside.iter().copied());
    lines.map(|line| json(&line)).collect::<Vec<_>>().join("\n")
}

/// Text and structs of it are always JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
