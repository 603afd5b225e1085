//! What is to be done after an import, a step at a time.

use serde::Serialize;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Errand {
    /// What is done, in one line.
    pub what: String,
    /// Whose credentials the commands are for; empty where they ask nothing of AWS.
    pub account: String,
    /// The commands, in order, for a POSIX shell: what comes from a file stands in them as one quoted word. Those of one step are for
    /// one shell, since later ones use variables of earlier ones.
    pub commands: Vec<String>,
    /// Why, what is to be seen then, and what else may be the case.
    pub why: String,
}
