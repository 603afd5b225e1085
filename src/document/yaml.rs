//! A value as YAML that a person can review.

use serde::Serialize;

/// The value as block-style YAML, ending in a newline.
///
/// Text of several lines (a shell step, an inline buildspec) becomes a literal block. A long line stays one line:
/// folded, it would be hard to compare and to copy. A string that any YAML reader could take for something else
/// (`on`, `2012-10-17`, `12:30`, `1_000`, `012345678901`) is quoted by the rules of YAML 1.1,
/// because AWS's readers follow them.
pub fn to_yaml(value: &impl Serialize) -> Result<String, serde_saphyr::SerializeError> {
    let options = serde_saphyr::ser_options! {
        indent_step: 2,
        compact_list_indent: true,
        folded_wrap_chars: usize::MAX,
    };
    serde_saphyr::to_string_with_options(value, options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn yaml(value: &serde_json::Value) -> String {
        to_yaml(value).unwrap()
    }

    #[test]
    fn shell_steps_are_literal_blocks() {
        let text =
            yaml(&json!({ "commands": ["set -e\nif true; then\n  echo \"${A}: b\"\nfi\n", "exit 0"] }));
        assert_eq!(text, "commands:\n- |\n  set -e\n  if true; then\n    echo \"${A}: b\"\n  fi\n- exit 0\n");
    }

    #[test]
    fn an_inline_buildspec_is_a_literal_block() {
        let inner =
            "version: 0.2\nphases:\n  build:\n    commands:\n    - |\n      echo one\n\n      echo two\n";
        let text = yaml(&json!({ "Source": { "BuildSpec": inner } }));
        assert!(text.starts_with("Source:\n  BuildSpec: |\n    version: 0.2\n"), "{text}");
    }

    #[test]
    fn a_long_line_stays_one_line() {
        let line = "word ".repeat(200).trim_end().to_owned();
        let text = yaml(&json!({ "Description": line }));
        assert_eq!(text.lines().count(), 1, "{text}");
    }

    #[test]
    fn what_a_yaml_1_1_reader_would_not_read_as_a_string_is_quoted() {
        for risky in [
            "2012-10-17",
            "2010-09-09",
            "on",
            "Off",
            "yes",
            "NO",
            "y",
            "n",
            "12:30",
            "1_000",
            "012345678901",
            "0o17",
            "0x1F",
            "1e3",
            ".5",
            "~",
            "null",
            "true",
            "=",
            "<<",
            "",
            " a",
            "a ",
            "a: b",
            "a #b",
            "- a",
            "*a",
            "&a",
            "!a",
            "@a",
            "%a",
            "`a`",
            "{a}",
            "[a]",
            "|",
            ">",
            "?",
            "2026-01-01T00:00:00Z",
        ] {
            let text = yaml(&json!({ "a": risky }));
            assert!(
                text.starts_with("a: \"") || text.starts_with("a: '"),
                "{risky:?} is written as {text:?}"
            );
        }
    }

    #[test]
    fn keys_keep_their_order_and_their_text() {
        let text = yaml(&json!({ "z": 1, "Fn::Sub": "${A}", "aws:PrincipalArn": ["x"], "on": {}, "a": [] }));
        assert_eq!(text, "z: 1\n\"Fn::Sub\": ${A}\n\"aws:PrincipalArn\":\n- x\n\"on\": {}\na: []\n");
    }
}
