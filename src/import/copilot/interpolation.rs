//! `${VARIABLE}` in a manifest's values.
//!
//! Copilot fills in two of its own and, besides, variables of the shell that runs it; `\${X}` stays `${X}` (`interpolate.go`). What a
//! shell had cannot be known here.

use regex_lite::Regex;
use std::sync::OnceLock;

/// The variable that stands for the application.
pub const APPLICATION: &str = "COPILOT_APPLICATION_NAME";
/// The variable that stands for the environment.
pub const ENVIRONMENT: &str = "COPILOT_ENVIRONMENT_NAME";

/// A text with the names of application and environment filled in; as an error the first variable that only a shell knows.
pub fn filled(text: &str, application: Option<&str>, environment: &str) -> Result<String, String> {
    static VARIABLE: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = VARIABLE.get_or_init(|| Regex::new(r"(\\?)\$\{([_a-zA-Z][_a-zA-Z0-9]*)\}").ok());
    let Some(pattern) = pattern else { return Ok(text.to_owned()) };
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for found in pattern.captures_iter(text) {
        let (Some(whole), Some(name)) = (found.get(0), found.get(2)) else { continue };
        out.push_str(&text[end..whole.start()]);
        end = whole.end();
        let is_escaped = found.get(1).is_some_and(|escape| !escape.as_str().is_empty());
        match (name.as_str(), application) {
            (name, _) if is_escaped => {
                out.push_str("${");
                out.push_str(name);
                out.push('}');
            }
            (ENVIRONMENT, _) => out.push_str(environment),
            (APPLICATION, Some(application)) => out.push_str(application),
            (name, _) => return Err(name.to_owned()),
        }
    }
    out.push_str(&text[end..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn copilots_own_variables_are_filled_in_and_a_shells_are_named() {
        let text = "/${COPILOT_APPLICATION_NAME}/${COPILOT_ENVIRONMENT_NAME}/\\${KEPT}/$x";
        assert_eq!(filled(text, Some("shop"), "dev"), Ok("/shop/dev/${KEPT}/$x".to_owned()));
        assert_eq!(filled("a-${TAG}", Some("shop"), "dev"), Err("TAG".to_owned()));
        assert_eq!(
            filled("${COPILOT_APPLICATION_NAME}", None, "dev"),
            Err("COPILOT_APPLICATION_NAME".to_owned())
        );
    }
}
