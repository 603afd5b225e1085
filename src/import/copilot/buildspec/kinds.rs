//! What a command of a build is for, by the programs that it names.

use super::super::super::migration::{Hidden, hidden, is_for_tests};

/// What it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It tests.
    Test,
    /// It migrates a database.
    Migration(Hidden),
    /// It logs in to a registry.
    Login,
    /// It calls Copilot.
    Copilot,
    /// Anything else.
    Other,
}

/// Words by which a test is known, one after the other in a command: a test runner, a linter, or a target that is called so.
const TESTS: &[&[&str]] = &[
    &["test"],
    &["tests"],
    &["spec"],
    &["lint"],
    &["check"],
    &["rspec"],
    &["rubocop"],
    &["brakeman"],
    &["pytest"],
    &["tox"],
    &["nox"],
    &["flake8"],
    &["mypy"],
    &["ruff"],
    &["jest"],
    &["vitest"],
    &["mocha"],
    &["cypress"],
    &["playwright"],
    &["eslint"],
    &["phpunit"],
    &["phpstan"],
    &["golangci-lint"],
    &["bin/ci"],
    &["mvn", "verify"],
];

/// What the command is for. `is_of_tests` says that its environment is one of tests, whose databases are made anew.
pub(super) fn kind(command: &str, is_of_tests: bool) -> Kind {
    let words: Vec<&str> = command.split(|one: char| one.is_whitespace() || ";&|()".contains(one)).collect();
    let has = |word: &str| words.iter().any(|one| one.rsplit('/').next() == Some(word));
    if has("copilot") || has("copilot-linux") {
        return Kind::Copilot;
    }
    if words.windows(2).any(|two| two == ["docker", "login"]) {
        return Kind::Login;
    }
    if !is_of_tests && !is_for_tests(command) {
        // What may not be proposed counts before what may: the command is one, of all its lines.
        let found = hidden(command);
        let barred = found.iter().find(|one| one.command.is_err()).or(found.first());
        if let Some(found) = barred {
            return Kind::Migration(found.clone());
        }
    }
    let begins = |some: &[&str]| {
        words
            .iter()
            .position(|word| is_word(word, some[0]))
            .is_some_and(|at| some[1..].iter().all(|next| words[at + 1..].contains(next)))
    };
    // `echo "Run the tests"` runs none.
    let is_said = matches!(words.first(), Some(&("echo" | "printf")));
    if !is_said && TESTS.iter().any(|some| begins(some)) { Kind::Test } else { Kind::Other }
}

/// Whether a word names it: alone, behind a path, or as one part of `npm run test:unit`, `make test-unit`.
fn is_word(word: &str, known: &str) -> bool {
    let last = word.rsplit('/').next().unwrap_or(word);
    word == known || last == known || last.split([':', '-', '.', '_']).next() == Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_known_by_what_they_run() {
        for command in [
            "make test",
            "npm run test:unit",
            "bundle exec rspec",
            "go test ./...",
            "./gradlew check",
            "vendor/bin/phpunit",
        ] {
            assert_eq!(kind(command, false), Kind::Test, "{command}");
        }
        for command in ["npm ci", "echo \"Run your tests\"", "npm run build", "cd test-data"] {
            assert_ne!(kind(command, false), Kind::Migration(hidden("x db:migrate").remove(0)));
            assert!(command.starts_with("cd") || kind(command, false) == Kind::Other, "{command}");
        }
        assert_eq!(kind("echo $P | docker login -u a --password-stdin", false), Kind::Login);
        assert_eq!(kind("./copilot-linux svc deploy -n api", false), Kind::Copilot);
        assert!(matches!(kind("bin/rails db:migrate", false), Kind::Migration(_)));
        assert_eq!(kind("bin/rails db:migrate", true), Kind::Other);
        assert_eq!(kind("RAILS_ENV=test bin/rails db:schema:load", false), Kind::Other);
    }
}
