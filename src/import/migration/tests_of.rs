//! Whether what runs is for a database of tests, which is made anew.

use std::collections::BTreeSet;

/// The variables that were set to tests in the lines so far, and hold for those after them.
#[derive(Clone, Debug, Default)]
pub struct ForTests(BTreeSet<String>);

impl ForTests {
    /// Takes in a command: `export RAILS_ENV=test`, `ENV RAILS_ENV test`. What stands before a command is its alone.
    pub fn see(&mut self, command: &str) {
        for piece in command.split(['&', ';', '|', '\n']) {
            let words: Vec<&str> = piece.split_whitespace().collect();
            let assigned: Vec<(&str, &str)> = match words.as_slice() {
                ["ENV", name, value] if !name.contains('=') => vec![(*name, *value)],
                ["export" | "ENV" | "declare" | "typeset", rest @ ..] => {
                    rest.iter().filter_map(|word| word.split_once('=')).collect()
                }
                all if all.iter().all(|word| word.contains('=')) => {
                    all.iter().filter_map(|word| word.split_once('=')).collect()
                }
                _ => Vec::new(),
            };
            for (name, value) in assigned.into_iter().filter(|(name, _)| name.ends_with("_ENV")) {
                if is_tests(value) {
                    self.0.insert(name.to_owned());
                } else {
                    self.0.remove(name);
                }
            }
        }
    }

    /// Whether what comes now is for tests.
    pub fn holds(&self) -> bool {
        !self.0.is_empty()
    }
}

/// Whether a command says so itself: `RAILS_ENV=test bin/rails db:schema:load`.
pub fn is_for_tests(command: &str) -> bool {
    let mut words = command.split(|one: char| one.is_whitespace() || ";&|()".contains(one));
    words.any(|word| {
        word.split_once('=')
            .is_some_and(|(name, value)| (name.ends_with("_ENV") || name == "--env") && is_tests(value))
    })
}

fn is_tests(value: &str) -> bool {
    matches!(value.trim_matches(['"', '\'']), "test" | "testing")
}
