//! Who is told what happens.

use schemars::JsonSchema;
use serde::Deserialize;

/// Who is told of what.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawNotification {
    /// Who is told: exactly one of `email`, `slack`, `teams` and `topic`.
    pub to: RawRecipient,
    /// Of what. Of all three if nothing is said.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub events: Option<Vec<RawTold>>,
    /// The rules, by their keys under `branches`, whose pipelines are meant. All of them if nothing is said.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub rules: Option<Vec<String>>,
}

/// Who is told: exactly one of them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct RawRecipient {
    /// Addresses, by a topic that the base stack makes. AWS asks each address once whether it wants them.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub email: Option<Vec<RawAddress>>,
    /// A channel of Slack, in a workspace that was authorized in Amazon Q Developer's console.
    pub slack: Option<RawSlack>,
    /// A channel of Microsoft Teams, in a team that was configured in Amazon Q Developer's console.
    pub teams: Option<RawTeams>,
    /// An SNS topic that exists, in the pipelines' account and region, by its ARN. It has to let EventBridge publish.
    #[schemars(extend("format" = "sns-topic-arn"))]
    pub topic: Option<String>,
}

/// An address of electronic mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "email-address"))]
pub struct RawAddress(pub String);

/// A channel of Slack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSlack {
    /// The workspace's id, such as `T0123ABCD`.
    #[schemars(extend("format" = "slack-workspace"))]
    pub workspace: String,
    /// The channel's id, such as `C0123ABCD`: the end of the link to the channel.
    #[schemars(extend("format" = "slack-channel"))]
    pub channel: String,
}

/// A channel of Microsoft Teams.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTeams {
    /// The tenant's id.
    #[schemars(extend("format" = "teams-id"))]
    pub tenant: String,
    /// The team's id.
    #[schemars(extend("format" = "teams-id"))]
    pub team: String,
    /// The channel's id as the link to the channel has it, with `%3A` and `%40`.
    #[schemars(extend("format" = "teams-channel"))]
    pub channel: String,
}

/// Something that people are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawTold {
    /// An action, or a stage that an alarm or a window guards, has failed.
    Failed,
    /// An approval waits for a person.
    Approval,
    /// Something was deployed to an environment that has a lock.
    Deployed,
}
