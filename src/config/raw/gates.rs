//! What guards an environment, beside an approval.

use schemars::JsonSchema;
use serde::Deserialize;

/// The times at which an environment may be entered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWindow {
    /// The minutes in which it is open, as CodePipeline has them: seconds (always `*`), minutes, hours, day of the month,
    /// month, day of the week, and a year if one is meant. `* * 9-16 ? * MON-THU *` is Monday to Thursday from 9:00 to 16:59.
    pub cron: String,
    /// The time zone of these times, such as `Asia/Tokyo`. `UTC` if nothing is said.
    pub timezone: Option<String>,
}

/// A CloudWatch alarm's name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "alarm-name", "x-placeholders" = ["app", "environment"]))]
pub struct RawAlarmName(pub String);

/// When a deploy is rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawRollback {
    /// When it fails, or sets off an alarm.
    OnFailure,
}
