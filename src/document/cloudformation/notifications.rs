//! Who is told what: in the base stack for each notification a topic, unless it exists, and the rules of EventBridge that
//! publish to it; for each channel of a chat what delivers there.
//!
//! A topic's policy lets EventBridge publish without a condition, since EventBridge publishes to topics without saying for
//! which rule or account (Amazon EventBridge user guide, "Using resource-based policies": no `Condition` blocks in policies of
//! topics). So the key, too: it is none but the topics', and no artifact is behind it.

use indexmap::IndexMap;
use serde::Serialize;

use super::policy::{PolicyDocument, Principal, Statement};
use super::properties::{Alias, InlinePolicy, Properties, Role};
use super::template::{Resource, Template};
use super::value::{Scope, Value};
use crate::config::{Config, Recipient};
use crate::document::harmless::Harmless;
use crate::document::messages::{InputTransformer, transformer};
use crate::pipeline::model::Base;
use crate::pipeline::names;
use crate::pipeline::notifications::{EventRule, Notice, What};
use crate::pipeline::text::{Part, Text};

/// The key of the topics.
const KEY: &str = "NotificationKey";

/// The role of the chats' channels.
const ROLE: &str = "ChatRole";

/// A topic.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    topic_name: String,
    display_name: String,
    kms_master_key_id: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subscription: Vec<Subscription>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Subscription {
    protocol: &'static str,
    endpoint: String,
}

/// Who may publish to a topic.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicy {
    topics: [Value; 1],
    policy_document: PolicyDocument,
}

/// A rule of EventBridge's on the account's own event bus.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    name: String,
    description: String,
    state: &'static str,
    event_pattern: Pattern,
    targets: [Target; 1],
}

/// What an event has to say (Amazon EventBridge user guide, "Event patterns"). The keys are the event's own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Pattern {
    source: [String; 1],
    detail_type: [&'static str; 1],
    account: [Value; 1],
    detail: Detail,
}

#[derive(Debug, Serialize)]
struct Detail {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    app: Vec<String>,
    pipeline: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stage: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<ActionType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    state: Vec<&'static str>,
    #[serde(rename = "execution-result", skip_serializing_if = "Option::is_none")]
    result: Option<ActionResult>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ActionResult {
    external_execution_summary: [Harmless; 1],
}

#[derive(Debug, Serialize)]
struct ActionType {
    category: [&'static str; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    id: &'static str,
    arn: Value,
    input_transformer: InputTransformer,
}

/// What delivers to a channel of Slack.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SlackChannel {
    slack_workspace_id: String,
    slack_channel_id: String,
    #[serde(flatten)]
    channel: Channel,
}

/// What delivers to a channel of Microsoft Teams.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TeamsChannel {
    teams_tenant_id: String,
    team_id: String,
    teams_channel_id: String,
    #[serde(flatten)]
    channel: Channel,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Channel {
    configuration_name: String,
    iam_role_arn: Value,
    guardrail_policies: [Value; 1],
    logging_level: &'static str,
    sns_topic_arns: Vec<Value>,
}

/// Adds what the notifications need.
pub(super) fn add(template: &mut Template, config: &Config, base: &Base, scope: Scope) {
    let notices = &base.notifications;
    if notices.iter().any(|notice| topic_made(notice).is_some()) {
        template.resource(KEY, super::key::of_notifications(config, scope));
        let alias = Alias {
            alias_name: format!("alias/{}-notifications", config.stem),
            target_key_id: Value::reference(KEY),
        };
        template.resource("NotificationKeyAlias", Resource::new(Properties::Alias(alias)));
    }
    for notice in notices {
        if let Some(resource) = topic_made(notice) {
            template.resource(resource.clone(), topic(config, notice));
            template.resource(format!("{resource}Policy"), topic_policy(&resource));
        }
        for rule in &notice.rules {
            template.resource(rule_resource(notice, rule), event_rule(config, notice, rule, scope));
        }
    }
    channels(template, config, notices, scope);
}

/// The topic's resource, unless it exists.
fn topic_made(notice: &Notice) -> Option<String> {
    let is_made = !matches!(notice.to, Recipient::Topic(_));
    is_made.then(|| format!("Notify{}Topic", names::camel(&notice.name)))
}

fn rule_resource(notice: &Notice, rule: &EventRule) -> String {
    let number = if rule.number == 1 { String::new() } else { rule.number.to_string() };
    format!("Notify{}{}{number}", names::camel(&notice.name), rule.what.stem())
}

fn topic(config: &Config, notice: &Notice) -> Resource {
    let addresses: &[String] = match &notice.to {
        Recipient::Email(addresses) => addresses,
        _ => &[],
    };
    let subscribed = |address: &String| Subscription { protocol: "email", endpoint: address.clone() };
    Resource::new(Properties::Topic(Topic {
        topic_name: names::topic(&config.stem, &notice.name),
        display_name: format!("{} pipelines", config.app),
        kms_master_key_id: Value::attribute(KEY, "Arn"),
        subscription: addresses.iter().map(subscribed).collect(),
    }))
}

fn topic_policy(topic: &str) -> Resource {
    let topic = || Value::reference(topic.to_owned());
    Resource::new(Properties::TopicPolicy(TopicPolicy {
        topics: [topic()],
        policy_document: PolicyDocument::new(vec![
            published_by_rules(topic()),
            Statement {
                sid: "TlsOnly".into(),
                effect: "Deny",
                principal: Some(Principal::Everyone("*")),
                action: vec!["sns:Publish"],
                resource: vec![topic()],
                condition: IndexMap::from([(
                    "Bool",
                    IndexMap::from([("aws:SecureTransport", vec![Value::from("false")])]),
                )]),
            },
        ]),
    }))
}

/// EventBridge may publish to a topic.
fn published_by_rules(topic: Value) -> Statement {
    Statement {
        sid: "Events".into(),
        effect: "Allow",
        principal: Some(Principal::Service { service: Value::from("events.amazonaws.com") }),
        action: vec!["sns:Publish"],
        resource: vec![topic],
        condition: IndexMap::new(),
    }
}

/// What the policy of a topic that exists has to say, for people.
pub fn of_existing_topic(arn: &str) -> impl Serialize + use<> {
    published_by_rules(Value::from(arn))
}

fn event_rule(config: &Config, notice: &Notice, rule: &EventRule, scope: Scope) -> Resource {
    let arn = match (&notice.to, topic_made(notice)) {
        (Recipient::Topic(arn), _) => Value::from(arn.as_str()),
        (_, made) => Value::reference(made.unwrap_or_default()),
    };
    let what = match rule.what {
        What::ActionFailed => "an action failed",
        What::Reason => "an action failed, and why",
        What::StageFailed => "a guarded stage failed",
        What::Approval => "an approval waits",
        What::Deployed => "something was deployed",
    };
    Resource::new(Properties::EventRule(Box::new(Rule {
        name: names::event_rule(&config.stem, &notice.name, rule.what.id(), rule.number),
        description: format!("Tells {} of {} that {what}", notice.name, config.app),
        state: "ENABLED",
        event_pattern: pattern(config, rule, scope),
        targets: [Target {
            id: "topic",
            arn,
            input_transformer: transformer(rule.what, notice.to.is_chat(), scope.at),
        }],
    })))
}

fn pattern(config: &Config, rule: &EventRule, scope: Scope) -> Pattern {
    const ACTION: &str = "CodePipeline Action Execution State Change";
    const PIPELINES: &str = "aws.codepipeline";
    let (source, detail_type, state) = match rule.what {
        What::ActionFailed | What::Reason => (PIPELINES.to_owned(), ACTION, vec!["FAILED"]),
        What::StageFailed => {
            (PIPELINES.to_owned(), "CodePipeline Stage Execution State Change", vec!["FAILED"])
        }
        What::Approval => (PIPELINES.to_owned(), ACTION, vec!["STARTED"]),
        What::Deployed => (names::event_source(&config.app), "Deployed", Vec::new()),
    };
    let is_ours = rule.what == What::Deployed;
    Pattern {
        source: [source],
        detail_type: [detail_type],
        account: [scope.value(&scope.at.account_text())],
        detail: Detail {
            app: if is_ours { vec![config.app.clone()] } else { Vec::new() },
            pipeline: rule.pipelines.clone(),
            stage: rule.stages.clone(),
            r#type: (rule.what == What::Approval).then_some(ActionType { category: ["Approval"] }),
            state,
            result: (rule.what == What::Reason)
                .then(|| ActionResult { external_execution_summary: [Harmless::reason()] }),
        },
    }
}

/// One configuration for each channel, with the topics of all its notifications: AWS takes no second for a channel.
fn channels(template: &mut Template, config: &Config, notices: &[Notice], scope: Scope) {
    let mut channels: IndexMap<String, (&Recipient, Vec<Value>)> = IndexMap::new();
    for notice in notices {
        let id = match &notice.to {
            Recipient::Slack(slack) => format!("Slack{}{}", slack.workspace, slack.channel),
            Recipient::Teams(teams) => format!("Teams{}", names::digits(&teams.channel)),
            Recipient::Email(_) | Recipient::Topic(_) => continue,
        };
        let topics = &mut channels.entry(id).or_insert_with(|| (&notice.to, Vec::new())).1;
        topics.extend(topic_made(notice).map(Value::reference));
    }
    if channels.is_empty() {
        return;
    }
    template.resource(ROLE, role(config));
    for (id, (to, sns_topic_arns)) in channels {
        let deny_all = Text::literal("arn:").and(Part::Partition).text(":iam::aws:policy/AWSDenyAll");
        let channel = |name: String| Channel {
            configuration_name: format!("{}-{name}", config.stem),
            iam_role_arn: Value::attribute(ROLE, "Arn"),
            guardrail_policies: [scope.value(&deny_all)],
            logging_level: "ERROR",
            sns_topic_arns,
        };
        let properties = match to {
            Recipient::Slack(slack) => Properties::SlackChannel(SlackChannel {
                slack_workspace_id: slack.workspace.clone(),
                slack_channel_id: slack.channel.clone(),
                channel: channel(format!("slack-{}", slack.channel)),
            }),
            Recipient::Teams(teams) => Properties::TeamsChannel(TeamsChannel {
                teams_tenant_id: teams.tenant.clone(),
                team_id: teams.team.clone(),
                teams_channel_id: teams.channel.clone(),
                channel: channel(format!("teams-{}", names::digits(&teams.channel))),
            }),
            Recipient::Email(_) | Recipient::Topic(_) => continue,
        };
        template.resource(id, Resource::new(properties));
    }
}

/// A channel wants a role, under which people in it could command AWS. This one may do nothing at all, and the channel's
/// guardrail says so again: without one that is given, AWS takes `AdministratorAccess`.
fn role(config: &Config) -> Resource {
    let statement = |sid: &'static str, effect, action| Statement {
        sid: sid.into(),
        effect,
        principal: None,
        action: vec![action],
        resource: Vec::new(),
        condition: IndexMap::new(),
    };
    let chat = Principal::Service { service: Value::from("chatbot.amazonaws.com") };
    let trust = Statement { principal: Some(chat), ..statement("Trust", "Allow", "sts:AssumeRole") };
    let nothing = Statement { resource: vec![Value::from("*")], ..statement("Nothing", "Deny", "*") };
    Resource::new(Properties::Role(Role {
        role_name: names::chat_role(&config.stem),
        path: (config.role_path != "/").then(|| config.role_path.clone()),
        description: format!("Channels that are told of {}: may do nothing", config.app),
        permissions_boundary: None,
        assume_role_policy_document: PolicyDocument::new(vec![trust]),
        policies: [InlinePolicy {
            policy_name: "branchline",
            policy_document: PolicyDocument::new(vec![nothing]),
        }],
    }))
}
