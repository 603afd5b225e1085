//! Whether a parser reads a value, told while it reads: what was written is never built a second time.
//!
//! It may say no of what is the same, as of keys in another order, and never yes of what differs.

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::blocks::Blocks;

/// Fails at the first thing that is not as it is in this value.
#[derive(Clone, Copy)]
pub(super) struct Same<'a> {
    meant: &'a Value,
    /// The blocks for which stand-ins are read.
    blocks: Option<&'a Blocks>,
}

impl<'a> Same<'a> {
    /// What is read is all there is.
    pub(super) fn alone(meant: &'a Value) -> Self {
        Same { meant, blocks: None }
    }

    /// What is read may have stand-ins for these blocks.
    pub(super) fn knowing(meant: &'a Value, blocks: &'a Blocks) -> Self {
        Same { meant, blocks: Some(blocks) }
    }

    /// Whether the other parser reads this YAML as the value.
    pub(super) fn reads(self, text: &str) -> bool {
        self.deserialize(serde_yaml::Deserializer::from_str(text)).is_ok()
    }

    fn of(self, meant: &'a Value) -> Self {
        Same { meant, ..self }
    }

    fn when<E: Error>(same: bool) -> Result<(), E> {
        if same { Ok(()) } else { Err(E::custom("something else")) }
    }
}

impl<'de> DeserializeSeed<'de> for Same<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Same<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("the value that was written")
    }

    fn visit_bool<E: Error>(self, read: bool) -> Result<(), E> {
        Self::when(*self.meant == Value::Bool(read))
    }

    fn visit_i64<E: Error>(self, read: i64) -> Result<(), E> {
        Self::when(*self.meant == read)
    }

    fn visit_u64<E: Error>(self, read: u64) -> Result<(), E> {
        Self::when(*self.meant == read)
    }

    fn visit_f64<E: Error>(self, read: f64) -> Result<(), E> {
        // serde_json takes the whole number 1 for equal to 1.0; readers of YAML do not.
        Self::when(self.meant.is_f64() && *self.meant == read)
    }

    fn visit_str<E: Error>(self, read: &str) -> Result<(), E> {
        let Some(meant) = self.meant.as_str() else { return Self::when(false) };
        Self::when(match self.blocks {
            Some(blocks) if Blocks::is_stand_in(read) => blocks.stands_for(read, meant),
            _ => read == meant,
        })
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Self::when(self.meant.is_null())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut read: A) -> Result<(), A::Error> {
        let Value::Array(meant) = self.meant else { return Self::when(false) };
        for value in meant {
            Self::when(read.next_element_seed(self.of(value))?.is_some())?;
        }
        Self::when(read.next_element::<IgnoredAny>()?.is_none())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut read: A) -> Result<(), A::Error> {
        let Value::Object(meant) = self.meant else { return Self::when(false) };
        // Key by key, in order: so that one that is there twice cannot stand for another.
        for (key, value) in meant {
            Self::when(read.next_key_seed(Key(key))?.is_some())?;
            read.next_value_seed(self.of(value))?;
        }
        Self::when(read.next_key::<IgnoredAny>()?.is_none())
    }
}

/// Fails when a key is not this text.
struct Key<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("the key that was written")
    }

    fn visit_str<E: Error>(self, read: &str) -> Result<(), E> {
        Same::when(self.0 == read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn is_same(text: &str, meant: &Value) -> bool {
        Same::alone(meant).reads(text)
    }

    #[test]
    fn what_says_the_same_is_the_same() {
        let meant = json!({ "a": [1, -1, 0.5, true, null, "on"], "b": { "1": {} }, "c": [] });
        assert!(is_same("a: [1, -1, 0.5, true, ~, \"on\"]\nb: {1: {}}\nc: []\n", &meant));
    }

    #[test]
    fn whatever_differs_is_not_the_same() {
        let meant = json!({ "a": [1, { "b": "yes", "c": null }], "d": {} });
        assert!(is_same("a: [1, {b: \"yes\", c: ~}]\nd: {}", &meant));
        for text in [
            "a: [1.0, {b: \"yes\", c: ~}]\nd: {}",
            "a: [2, {b: \"yes\", c: ~}]\nd: {}",
            "a: [1, {b: yes, c: 0}]\nd: {}",
            "a: [1, {b: true, c: ~}]\nd: {}",
            "a: [1, {b: \"yes\", c: \"\"}]\nd: {}",
            "a: [1, {b: \"yes\"}]\nd: {}",
            "a: [1, {b: \"yes\", c: ~, e: ~}]\nd: {}",
            "a: [1, {b: \"yes\", b: \"yes\"}]\nd: {}",
            "a: [1, {b: \"yes\", c: ~}, 1]\nd: {}",
            "a: [1]\nd: {}",
            "a: [1, {b: \"yes\", c: ~}]\nd: []",
            "a: [1, {b: \"yes\", c: ~}]\nd: {}\n---\na: 1\n",
            "[]",
            "",
        ] {
            assert!(!is_same(text, &meant), "{text}");
        }
    }
}
