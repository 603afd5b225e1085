//! A file that many folders have, word for word.

use std::sync::OnceLock;

use serde_json::Value;

use super::same::Same;
use crate::document::digest::{self, NoPlace};

/// YAML that is sealed once and read by the other parser once, however many files it is.
#[derive(Debug)]
pub struct Shared {
    /// The whole text of each of the files, with its digest in it.
    pub text: String,
    /// What it must be read as.
    pub(super) says: Value,
    was_read: OnceLock<bool>,
}

impl Shared {
    /// Of a text whose seal is not there yet. What kind of file it is, the path says; see [`digest::seal`].
    pub fn new(path: &str, text: &str, says: Value) -> Result<Self, NoPlace> {
        Ok(Shared { text: digest::seal(path, text)?, says, was_read: OnceLock::new() })
    }

    /// Whether this is the text, to the byte, and the other parser has read it as what it says.
    pub(super) fn was_read_as(&self, text: &str) -> bool {
        text == self.text && *self.was_read.get_or_init(|| Same::alone(&self.says).reads(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Blocks, Says, read_back};
    use super::*;
    use serde_json::json;

    fn verdict(shared: &Shared, text: &str) -> Result<(), String> {
        read_back("a.yml", text, &Says::Shared(shared), &Blocks::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_very_bytes_that_were_read_pass_unread() {
        let shared = Shared::new("a.yml", "a: \"on\"\n", json!({ "a": "on" })).unwrap();
        assert_eq!(verdict(&shared, &shared.text), Ok(()));
        assert_eq!(verdict(&shared, &shared.text), Ok(()));
        let edited = shared.text.replace("\"on\"", "on");
        assert_eq!(verdict(&shared, &edited), Ok(()), "the other parser goes by YAML 1.2");
        let edited = shared.text.replace("\"on\"", "off");
        assert_eq!(verdict(&shared, &edited), Err("`a.yml` reads back differently at `a`".to_owned()));
    }

    #[test]
    fn a_text_that_says_something_else_fails_for_each_of_its_files() {
        let shared = Shared::new("a.yml", "a: 1\n", json!({ "a": "1" })).unwrap();
        for _ in 0..2 {
            let told = verdict(&shared, &shared.text);
            assert_eq!(told, Err("`a.yml` reads back differently at `a`".to_owned()));
        }
    }
}
