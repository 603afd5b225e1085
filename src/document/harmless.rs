//! Which reasons of failures a chat can be told: those that, put as they are between the quotes of a JSON string, leave it JSON, and
//! in which a chat sees nothing but text.
//!
//! EventBridge fills in what an event says as it is (`document::messages`), so the pattern of the rule has to choose. A wildcard
//! finds a letter anywhere (Amazon EventBridge user guide, "Comparison operators": `anything-but` with a list of `wildcard`s; `\*` is an
//! asterisk, `\\` a backslash, and no other escape is taken).
//!
//! There is room for few letters. EventBridge refuses a rule that is "too complex" and says no number. Its matcher is open source
//! (aws/event-ruler) and weighs a pattern: three letters that are looked for in three wildcards of their own weigh 9, four 12, and others report
//! that EventBridge took the first and refused the second. Six letters in one `anything-but` weigh 9, too. The opposite
//! rule, *one of these six is in it*, would be six wildcards and weigh 19. So there is no rule for "all other reasons":
//! that an action failed is told by a rule that asks for no reason, and this one only adds to it.
//!
//! Of the control characters, of which JSON takes none, one alone is among the six: the end of a line, which stands in every command of several
//! lines that a build quotes. A reason with another one makes no JSON, the chat shows nothing of it, and the failure has been told all the
//! same.

use serde::Serialize;

/// What no reason may hold that a chat is told: what ends a JSON string or is an escape in it; what begins a mention in Slack
/// and in Teams (`<!channel>`, `<at>`, `@here`), or a link that shows another text than where it leads (`<url|text>`, `[text](url)`).
const LETTERS: [char; 6] = ['"', '\\', '\n', '<', '@', '['];

/// Reasons that say nothing beside what was told already: none, and what CodeBuild says of each build that fails (AWS CodePipeline user
/// guide, "Monitoring CodePipeline events").
const SAYING_NOTHING: [&str; 2] = ["", "Build terminated with state: FAILED"];

/// What a value of an event is not to be like, as a pattern has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Harmless {
    anything_but: Unlike,
}

#[derive(Debug, Serialize)]
struct Unlike {
    wildcard: Vec<String>,
}

impl Harmless {
    /// A reason that a chat can be told.
    pub(super) fn reason() -> Self {
        let held = LETTERS.into_iter().map(|letter| match letter {
            '\\' | '*' => format!("*\\{letter}*"),
            _ => format!("*{letter}*"),
        });
        let wildcard = held.chain(SAYING_NOTHING.map(str::to_owned)).collect();
        Harmless { anything_but: Unlike { wildcard } }
    }
}
