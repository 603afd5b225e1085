//! What was written is read again by another parser before it counts as rendered.
//!
//! `yaml.rs` writes the YAML; `serde_yaml`, which shares no code with it, reads it. A file whose bytes equal
//! those on the disk need not be read back: it was, when those bytes were written. For the same reason one text that is
//! in many places is read once: a buildspec's file is the same for every pipeline ([`Shared`]), and so are most lines of
//! the stacks ([`Blocks`]). Every byte is either seen by the other parser or equal to one that was.

mod blocks;
mod same;
mod shared;

use std::sync::Arc;

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::digest;
pub use blocks::Blocks;
use same::Same;
pub use shared::Shared;

/// What a file says, whichever way it is written.
#[derive(Clone)]
pub enum Says<'a> {
    /// YAML that must be read as this value, which is made when it is asked for: most files have not changed.
    Yaml(Meaning<'a>),
    /// JSON that must be read as this value, its digest aside.
    Json(Meaning<'a>),
    /// YAML that many files have word for word, and what it must be read as.
    Shared(&'a Shared),
    /// Text for people, which no machine reads.
    Prose,
}

/// Makes the value that a text was written from.
pub type Meaning<'a> = Arc<dyn Fn() -> serde_json::Result<Value> + Send + Sync + 'a>;

impl<'a> Says<'a> {
    /// YAML that must be read as what `meaning` makes.
    pub fn yaml(meaning: impl Fn() -> serde_json::Result<Value> + Send + Sync + 'a) -> Self {
        Says::Yaml(Arc::new(meaning))
    }

    /// JSON that must be read as what `meaning` makes.
    pub fn json(meaning: impl Fn() -> serde_json::Result<Value> + Send + Sync + 'a) -> Self {
        Says::Json(Arc::new(meaning))
    }
}

/// A rendered file does not say what it should. The writer or the reader is wrong, never the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ReadBackError {
    /// The other parser refuses the text.
    #[error("`{path}` cannot be read back: {reason}")]
    Unreadable {
        /// The file's path below the output folder.
        path: String,
        /// What the parser said.
        reason: String,
    },
    /// The other parser reads something else.
    #[error("`{path}` reads back differently at `{place}`")]
    Different {
        /// The file's path below the output folder.
        path: String,
        /// The keys and positions that lead to the first difference: `Resources.Key.Properties.Tags[0]`.
        place: String,
    },
}

/// Reads the text and compares it with what it should say. Of the blocks, those that other texts have too are read once
/// for all of them.
pub fn read_back(path: &str, text: &str, says: &Says, blocks: &Blocks) -> Result<(), ReadBackError> {
    let unreadable = |reason: String| ReadBackError::Unreadable { path: path.to_owned(), reason };
    let meant = match says {
        Says::Yaml(meaning) | Says::Json(meaning) => {
            meaning().map_err(|error| unreadable(error.to_string()))?
        }
        Says::Shared(shared) if shared.was_read_as(text) => return Ok(()),
        Says::Shared(shared) => shared.says.clone(),
        Says::Prose => return Ok(()),
    };
    // Compared as it is read; only what is not plainly the same is read as a value, to tell where it differs.
    let read = if matches!(says, Says::Json(_)) {
        let plain = digest::without_digits(path, text);
        let mut reader = serde_json::Deserializer::from_str(&plain);
        if Same::alone(&meant).deserialize(&mut reader).and_then(|()| reader.end()).is_ok() {
            return Ok(());
        }
        serde_json::from_str::<Value>(&plain).map_err(|error| error.to_string())
    } else {
        let short = blocks.shorten(text);
        if short.is_some_and(|short| Same::knowing(&meant, blocks).reads(&short)) {
            return Ok(());
        }
        if Same::alone(&meant).reads(text) {
            return Ok(());
        }
        serde_yaml::from_str::<Value>(text).map_err(|error| error.to_string())
    };
    match difference(&meant, &read.map_err(unreadable)?) {
        None => Ok(()),
        Some(place) => Err(ReadBackError::Different { path: path.to_owned(), place }),
    }
}

/// Where two values first differ; an empty text is the top.
fn difference(meant: &Value, read: &Value) -> Option<String> {
    let step = |key: &str, below: String| match below.as_str() {
        "" => key.to_owned(),
        _ if below.starts_with('[') => format!("{key}{below}"),
        _ => format!("{key}.{below}"),
    };
    match (meant, read) {
        (Value::Object(meant), Value::Object(read)) => {
            let first = meant.iter().find_map(|(key, value)| match read.get(key) {
                Some(other) => difference(value, other).map(|below| step(key, below)),
                None => Some(key.clone()),
            });
            first.or_else(|| read.keys().find(|key| !meant.contains_key(*key)).cloned())
        }
        (Value::Array(meant), Value::Array(read)) => {
            let first = meant.iter().zip(read).enumerate().find_map(|(index, (value, other))| {
                difference(value, other).map(|below| step(&format!("[{index}]"), below))
            });
            first
                .or_else(|| (meant.len() != read.len()).then(|| format!("[{}]", meant.len().min(read.len()))))
        }
        _ => (meant != read).then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::digest::tests::with_tag;
    use crate::document::yaml::to_yaml;
    use proptest::prelude::*;
    use serde_json::json;

    fn verdict(text: &str, meant: Value) -> Result<(), String> {
        let says = Says::yaml(move || Ok(meant.clone()));
        read_back("a.yml", text, &says, &Blocks::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_that_says_the_same_passes() {
        assert_eq!(verdict("a: [1, {b: \"on\"}]\n", json!({ "a": [1, { "b": "on" }] })), Ok(()));
    }

    #[test]
    fn the_first_difference_is_named_by_its_path() {
        let meant = || json!({ "a": [1, { "b": "yes", "c": 1 }] });
        for (text, place) in [
            ("a: [1, {b: true, c: 1}]", "a[1].b"),
            ("a: [1, {b: \"yes\"}]", "a[1].c"),
            ("a: [1, {b: \"yes\", c: 1, d: 1}]", "a[1].d"),
            ("a: [1]", "a[1]"),
            ("a: {}", "a"),
        ] {
            let expected = format!("`a.yml` reads back differently at `{place}`");
            assert_eq!(verdict(text, meant()), Err(expected), "{text}");
        }
    }

    #[test]
    fn text_that_the_other_parser_refuses_does_not_pass() {
        let error = verdict("a: [1\n", json!({})).unwrap_err();
        assert!(error.starts_with("`a.yml` cannot be read back: "), "{error}");
    }

    #[test]
    fn json_is_compared_without_its_digest() {
        let mut value = json!({ "pipeline": {} });
        with_tag(&mut value);
        let text = digest::seal("p.json", &value.to_string()).unwrap();
        let says = Says::json(move || Ok(value.clone()));
        let blocks = Blocks::default();
        assert!(read_back("p.json", &text, &says, &blocks).is_ok());
        assert!(read_back("p.json", &text.replace("{}", "[]"), &says, &blocks).is_err());
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            "[ -~\n]{0,40}",
            any::<String>(),
            "[0-9_:.eExXoO+-]{1,12}",
            proptest::sample::select(vec![
                "on", "no", "~", "=", "<<", "0o7", "1e3", "- ", "# a", "|\n", "a\n\n", " \n a"
            ])
            .prop_map(str::to_owned),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec((text.clone(), inner), 0..5)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_as_yaml_reads_back_equal(value in any_value()) {
            let text = to_yaml(&value).unwrap();
            prop_assert!(verdict(&text, value).is_ok(), "{text}");
        }
    }
}
