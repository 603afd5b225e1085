//! Who is told what happens, as it was judged.

use super::raw::{RawSlack, RawTeams, RawTold};
use crate::diagnostic::Span;

/// Who is told of what.
#[derive(Debug, Clone)]
pub struct Notification {
    /// Its name, of which the names of its topic and its event rules are made.
    pub name: String,
    /// Who is told.
    pub to: Recipient,
    /// Of what, in the order of [`RawTold`]; at least one.
    pub events: Vec<RawTold>,
    /// The keys of the rules whose pipelines are meant, in the order of the file; at least one.
    pub rules: Vec<String>,
    /// Where its key stands in the file.
    pub place: Span,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Addresses of electronic mail, at least one.
    Email(Vec<String>),
    /// A channel of Slack.
    Slack(RawSlack),
    /// A channel of Microsoft Teams.
    Teams(RawTeams),
    /// An SNS topic that exists, by its ARN.
    Topic(String),
}

impl Recipient {
    /// Whether it is a channel of a chat, which shows messages of one form only.
    pub fn is_chat(&self) -> bool {
        matches!(self, Recipient::Slack(_) | Recipient::Teams(_))
    }

    /// In words, for people: `the Slack channel C0123ABCD`.
    pub fn describe(&self) -> String {
        match self {
            Recipient::Email(addresses) => addresses.join(", "),
            Recipient::Slack(slack) => {
                format!("the Slack channel {} of the workspace {}", slack.channel, slack.workspace)
            }
            Recipient::Teams(teams) => {
                format!("the Teams channel {} of the team {}", teams.channel, teams.team)
            }
            Recipient::Topic(arn) => format!("the topic {arn}"),
        }
    }
}
