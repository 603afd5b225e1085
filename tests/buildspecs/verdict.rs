//! What a scenario says of a buildspec.

use crate::support::runner::Outcome;

/// `Ok` where the promise was kept; else what was seen in its place.
pub type Verdict = Result<(), String>;

/// A claim about an outcome: the claim and the shell's output become the error where it does not hold.
pub fn holds(outcome: &Outcome, claim: &str, is_true: bool) -> Verdict {
    if is_true {
        return Ok(());
    }
    let calls: Vec<String> =
        outcome.calls.iter().map(|call| format!("{} → {}", call.line(), call.status)).collect();
    Err(format!(
        "not so: {claim}\nsucceeded: {}\nartifacts: {:?}\ncalls:\n{}\noutput:\n{}",
        outcome.succeeded,
        outcome.artifacts,
        calls.join("\n"),
        outcome.output
    ))
}

/// The output says all of this.
pub fn says(outcome: &Outcome, texts: &[&str]) -> Verdict {
    texts
        .iter()
        .try_for_each(|text| holds(outcome, &format!("it says {text:?}"), outcome.output.contains(text)))
}

/// Tests that the scenarios hold for a buildspec.
macro_rules! promises {
    ($spec:expr => $($name:ident),+ $(,)?) => {
        mod tests {
            $(#[test] fn $name() { super::$name(&$spec).unwrap_or_else(|seen| panic!("{seen}")); })+
        }
    };
}
pub(crate) use promises;
