//! Doing what was reviewed and no more, with the rights that were given for it.

use std::path::Path;

use serde_json::Value;

use super::super::Exit;
use super::gate::{self, Held};
use crate::change::stack::plan::Planning;
use crate::change::stack::{reviewed, tell};
use crate::edge;
use crate::edge::terminal::Terminal;
use crate::pipeline::text::{Part, Place};

/// The plan that was reviewed, if one was.
pub(super) fn read(path: Option<&Path>, terminal: &mut Terminal) -> Result<Option<Value>, Exit> {
    let Some(path) = path else { return Ok(None) };
    let plan = edge::reviewed::read(path).map_err(|error| {
        terminal.error(&error, error.help());
        Exit::Failed
    })?;
    Ok(Some(plan))
}

/// Goes on where what would be done is what was reviewed; else tells what differs.
pub(super) fn hold(agreed: Option<&Value>, planning: &Planning, terminal: &mut Terminal) -> Result<(), Exit> {
    let Some(agreed) = agreed else { return Ok(()) };
    let differing = reviewed::differing(agreed, &tell::json(planning));
    if differing.is_empty() {
        return Ok(());
    }
    let message = format!("what would be done is not what was reviewed: {}", differing.join(", "));
    let help = "AWS or the map changed since; nothing was done. Run `branchline plan` anew, and review it";
    gate::answer(&[Held::whole("reviewed", message, help.to_owned())], terminal)
}

/// The name of a role as it was given, if it may be one (IAM API, `CreateRole`: path and name).
pub(super) fn role<'n>(name: Option<&'n str>, terminal: &mut Terminal) -> Result<Option<&'n str>, Exit> {
    let is_name = |name: &str| {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-/".contains(letter);
        !name.is_empty() && name.chars().all(allowed) && !name.starts_with('/') && !name.ends_with('/')
    };
    if let Some(name) = name.filter(|name| !is_name(name)) {
        terminal.error(
            format_args!("`{name}` is no name of a role"),
            "give its name alone, or path/name: the role of that name in each stack's account is used",
        );
        return Err(Exit::Usage);
    }
    Ok(name)
}

/// The ARN of the role of this name in a stack's account.
pub(in super::super) fn role_arn(place: &Place, name: &str) -> String {
    place.role_arn(name).resolve(|part| match part {
        Part::Account(account) => account.to_string(),
        // A role's ARN has no other parts.
        _ => place.partition().id().to_owned(),
    })
}
