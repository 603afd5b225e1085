//! What happens in a stack while CloudFormation works on it.

/// One event of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// AWS's number for it.
    pub id: String,
    /// The resource's name in the stack; the stack's own for what is said of all of it.
    pub logical: String,
    /// The resource's type.
    pub kind: String,
    /// What it is now: `CREATE_IN_PROGRESS`.
    pub status: String,
    /// Why, where AWS says so.
    pub reason: Option<String>,
}

/// The beginnings of what CloudFormation says of resources that it gave up because of another one's failure.
const GIVEN_UP: [&str; 3] =
    ["Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled"];

impl Event {
    /// Whether it is a failure of its own, and not one that follows from another's.
    fn is_cause(&self) -> bool {
        let is_cancelled =
            self.reason.as_deref().is_some_and(|reason| GIVEN_UP.iter().any(|text| reason.starts_with(text)));
        self.status.ends_with("_FAILED") && self.kind != "AWS::CloudFormation::Stack" && !is_cancelled
    }
}

/// What went wrong first, of the events of one work in the order in which they came. Where no resource failed it is what is said
/// of the stack as a whole: an output, say.
pub fn cause(events: &[Event]) -> Option<&Event> {
    let of_stack = |event: &&Event| {
        event.reason.is_some() && (event.status.contains("ROLLBACK") || event.status.ends_with("_FAILED"))
    };
    events.iter().find(|event| event.is_cause()).or_else(|| events.iter().find(of_stack))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(logical: &str, kind: &str, status: &str, reason: &str) -> Event {
        Event {
            id: format!("{logical}-{status}"),
            logical: logical.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        }
    }

    #[test]
    fn what_failed_first_is_told_and_not_what_was_given_up_for_it() {
        const STACK: &str = "AWS::CloudFormation::Stack";
        let began = event("s", STACK, "CREATE_IN_PROGRESS", "User Initiated");
        let given_up = event("A", "AWS::S3::Bucket", "CREATE_FAILED", "Resource creation cancelled");
        let failed = event("B", "AWS::S3::Bucket", "CREATE_FAILED", "b already exists");
        let back =
            event("s", STACK, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [B].");
        let all = [began.clone(), given_up, failed.clone(), back.clone()];
        assert_eq!(cause(&all), Some(&failed));
        assert_eq!(cause(&[began.clone(), back.clone()]), Some(&back));
        assert_eq!(cause(&[began]), None);
    }
}
