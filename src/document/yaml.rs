//! A value as YAML that a person can review.
//!
//! The writer is our own, four hundred lines with its tests: of the libraries, the fork of `serde_yaml` leaves `2012-10-17` and
//! `on` without quotes, which CloudFormation's reader takes for something else, and serde-saphyr writes a block that
//! begins with a tab so that libyaml refuses it, and took more than half of the time of `generate`. Whatever it writes is
//! read back by another parser before it counts, see [`super::read_back`].

mod emitter;
mod laid;
mod scalar;

use serde::Serialize;

pub use emitter::YamlError;
pub use laid::Laid;

/// The value as block-style YAML, ending in a newline.
///
/// Text of several lines (a shell step, an inline buildspec) becomes a literal block. A long line stays one line:
/// folded, it would be hard to compare and to copy. A string that any YAML reader could take for something else
/// (`on`, `2012-10-17`, `12:30`, `1_000`, `012345678901`) is quoted by the rules of YAML 1.1, because
/// CloudFormation's and CodeBuild's readers follow them.
pub fn to_yaml(value: &impl Serialize) -> Result<String, YamlError> {
    let mut out = String::with_capacity(8 * 1024);
    write_yaml(&mut out, value, &Laid::default())?;
    Ok(out)
}

/// Writes the same, to the byte, behind a text that ends in a newline or is empty: in less time where the value has texts
/// that were laid out.
pub fn write_yaml(out: &mut String, value: &impl Serialize, laid: &Laid) -> Result<(), YamlError> {
    value.serialize(emitter::Emitter::new(out, laid))
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
        assert_eq!(text, "z: 1\nFn::Sub: ${A}\naws:PrincipalArn:\n- x\n\"on\": {}\na: []\n");
    }

    #[test]
    fn lists_and_mappings_nest_in_every_way() {
        let value = json!([[1, [2, []]], { "a": [[{ "b": {} }, "x\ny"]] }, [{ "c": null, "d": "p\nq\n" }], 0.2, true]);
        let text = yaml(&value);
        assert_eq!(
            text,
            "- - 1\n  - - 2\n    - []\n- a:\n  - - b: {}\n    - |-\n      x\n      y\n- - c: null\n    d: |\n      p\n      q\n- 0.2\n- true\n"
        );
        assert_eq!(serde_yaml::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn what_turns_the_direction_of_writing_or_is_unseen_is_an_escape() {
        for turning in ["make \u{202e}cipoT", "a \"b\" \u{2066}c", "one\ntwo \u{200b}three\n", "\u{ad}"] {
            let text = yaml(&json!({ turning: [turning] }));
            assert!(text.is_ascii(), "{text:?}");
            let read = serde_yaml::from_str::<serde_json::Value>(&text).unwrap();
            assert_eq!(read, json!({ turning: [turning] }));
        }
    }

    #[test]
    fn what_has_no_form_is_an_error_and_not_a_guess() {
        assert!(to_yaml(&std::collections::BTreeMap::from([(1, "a")])).is_err());
        assert!(to_yaml(&f64::NAN).is_err());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 2000, ..Default::default() })]

        /// Letters that YAML gives a meaning, and a few that it does not print.
        #[test]
        fn any_text_is_read_as_itself(
            text in "[ \\t\n:#\\-?\\[\\]{},&*!|>'\"%@`~=<$./_a-z0-9NY\\\\é日\u{7f}\u{85}\u{a0}\u{2028}\u{feff}\u{1f600}\r\u{1}]{0,24}",
            key in "[ :#a-z0-9$.*&\n]{0,8}",
        ) {
            let value = json!({ &key: [&text], "s": { "t": &text } });
            let text = yaml(&value);
            let read = serde_yaml::from_str::<serde_json::Value>(&text);
            proptest::prop_assert_eq!(read.map_err(|error| format!("{error}: {text}")), Ok(value));
        }
    }
}
