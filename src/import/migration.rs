//! Migrations that hide in what a container starts with.
//!
//! There every task of every deploy runs them, side by side and before the old ones are gone: two race, one that fails starts over
//! and over, and nothing stops the release.

mod blocks;
mod tests_of;

use blocks::Blocks;
pub use tests_of::{ForTests, is_for_tests};

/// A migration that was found in a line of shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The tool it is of.
    pub tool: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is run there.
    pub written: String,
    /// What a `migrate` is to run in its place: the same, without what makes a database; or why nothing may be proposed.
    pub command: Result<String, Bar>,
}

/// Why a migration is not proposed as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bar {
    /// This word in its line destroys data.
    Destroys(String),
    /// It is no plain command: it has a condition, is one of several, or stands in a block.
    Conditional,
    /// It is told to do this beside migrating.
    More(String),
}

impl Bar {
    /// It in words: `since …`.
    pub fn why(&self) -> String {
        match self {
            Self::Destroys(word) => format!("`{word}` destroys data"),
            Self::Conditional => "it is not one plain command: what it depends on would be gone".to_owned(),
            Self::More(word) => format!("`{word}` does more than what is pending"),
        }
    }
}

/// By what a migration is known: the tool, words that stand beside each other in the line, and what a `migrate` runs for them,
/// where that is not the words as they stand.
const KNOWN: &[(&str, &[&str], Option<&str>)] = &[
    // `db:prepare` makes the database where there is none, and seeds it (Ruby on Rails Guides, "Active Record Migrations").
    ("Rails", &["db:prepare"], Some("db:migrate")),
    ("Rails", &["db:migrate"], None),
    ("Rails", &["db:schema:load"], Some("db:migrate")),
    ("Django", &["manage.py", "migrate"], None),
    ("Prisma", &["prisma", "migrate", "deploy"], None),
    ("Laravel", &["artisan", "migrate"], None),
    ("Alembic", &["alembic", "upgrade"], None),
    ("Flask-Migrate", &["flask", "db", "upgrade"], None),
    ("Flyway", &["flyway", "migrate"], None),
    ("Liquibase", &["liquibase", "update"], None),
    ("Knex", &["knex", "migrate:latest"], None),
    ("Sequelize", &["sequelize", "db:migrate"], None),
    ("TypeORM", &["typeorm", "migration:run"], None),
    ("golang-migrate", &["migrate", "-path"], None),
    ("goose", &["goose", "up"], None),
    ("Diesel", &["diesel", "migration", "run"], None),
    ("SQLx", &["sqlx", "migrate", "run"], None),
    ("Ecto", &["ecto.migrate"], None),
    ("Doctrine", &["doctrine:migrations:migrate"], None),
];

/// The migrations in a script, a Dockerfile, or a command. Comments are passed over, and what is for a database of tests.
pub fn hidden(text: &str) -> Vec<Hidden> {
    let (mut blocks, mut tests, mut found) = (Blocks::default(), ForTests::default(), Vec::new());
    for (first, line) in blocks::logical(text) {
        let is_plain = blocks.enter(&line);
        tests.see(&line);
        if tests.holds() || is_for_tests(&line) {
            continue;
        }
        if let Some(mut hidden) = in_line(&line, is_plain) {
            let own = text.lines().skip(first).position(|one| in_line(one, true).is_some());
            hidden.line = first + 1 + own.unwrap_or_default();
            found.push(hidden);
        }
    }
    found
}

/// Words that destroy, or undo, wherever they stand in one of a command: `db:drop`, `--force-reset`.
const DESTROY: [&str; 12] = [
    "drop", "reset", "purge", "truncat", "recreat", "clean", "destroy", "wipe", "rollback", "fresh", "flush",
    "delete",
];

/// Words that do so where they stand alone.
const DESTROY_ALONE: [&str; 8] = ["down", "downgrade", "force", "redo", "undo", "revert", "zero", "goto"];

/// The first word of a line that destroys.
pub fn destroys(line: &str) -> Option<String> {
    let words = line.split(|one: char| one.is_whitespace() || ";&|()[]\"'`,".contains(one));
    let is_one = |word: &&str| {
        // Laravel asks for it where nobody can answer, and it destroys nothing.
        let is_laravels = *word == "--force" && line.contains("artisan");
        let parts = word.split(|one: char| !one.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
        let known = |part: String| {
            DESTROY.iter().any(|known| part.contains(known)) || DESTROY_ALONE.contains(&part.as_str())
        };
        !is_laravels && parts.into_iter().any(known)
    };
    words.into_iter().find(is_one).map(str::to_owned)
}

fn in_line(line: &str, is_plain: bool) -> Option<Hidden> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let said = line.find(" #").map_or(line, |at| line[..at].trim_end());
    // `["bin/rails", "db:migrate"]` is the same as `bin/rails db:migrate`.
    let plain: String = said
        .chars()
        .map(|one| if matches!(one, '(' | ')' | '[' | ']' | '"' | '\'' | ',' | '`') { ' ' } else { one })
        .collect();
    for part in plain.split(['&', ';', '|']) {
        let words: Vec<&str> = part.split_whitespace().collect();
        if matches!(words.first(), Some(&("echo" | "printf"))) {
            continue;
        }
        for (tool, known, instead) in KNOWN {
            let Some(at) = position(&words, known) else { continue };
            let run = command(&words, at + known.len());
            // Only `up` migrates: what destroys is told, anything else is none.
            if *tool == "golang-migrate" && !run.contains(&"up") && destroys(part).is_none() {
                continue;
            }
            let begin = run.iter().position(|word| is_runner(word)).unwrap_or(0).min(at);
            let bar = match (destroys(said), more(tool, &run[begin..])) {
                (Some(word), _) => Some(Bar::Destroys(word)),
                _ if !is_plain => Some(Bar::Conditional),
                (_, more) => more.map(Bar::More),
            };
            let mut command: Vec<&str> =
                run[begin..].iter().copied().filter(|word| *word != "db:create").collect();
            if let (Some(instead), Some(word)) = (instead, command.iter_mut().find(|word| **word == known[0]))
            {
                *word = instead;
            }
            let command = bar.map_or_else(|| Ok(command.join(" ")), Err);
            return Some(Hidden { tool, line: 1, written: line.to_owned(), command });
        }
    }
    None
}

/// What a command does beside bringing a database up to date: another task, or a version that may lie behind.
fn more(tool: &str, words: &[&str]) -> Option<String> {
    let is_more = |word: &&&str| {
        let is_known = matches!(**word, "db:prepare" | "db:migrate" | "db:schema:load" | "db:create");
        let is_task = word.starts_with("db:") || word.starts_with("ecto.");
        let is_other = match tool {
            "Rails" => is_task && !is_known,
            "Ecto" => is_task && **word != "ecto.migrate",
            _ => false,
        };
        is_other || word.starts_with("VERSION=")
    };
    let is_schema = |word: &&&str| tool == "Rails" && **word == "db:schema:load";
    let tasks = words.iter().filter(|word| word.starts_with("db:") && **word != "db:create").count();
    let found = words.iter().find(is_more).or_else(|| words.iter().find(is_schema).filter(|_| tasks > 1));
    found.map(|word| (*word).to_owned())
}

/// Where these words stand beside each other. A word may have a path before it: `node_modules/.bin/knex`.
fn position(words: &[&str], known: &[&str]) -> Option<usize> {
    let is_it = |word: &str, known: &str| word == known || word.rsplit('/').next() == Some(known);
    words.windows(known.len()).position(|some| some.iter().zip(known).all(|(word, known)| is_it(word, known)))
}

/// The words up to the end of the command: what is handed to another program behind it is none of it.
fn command<'w>(words: &'w [&'w str], least: usize) -> &'w [&'w str] {
    let end =
        words[least..].iter().position(|word| matches!(*word, "then" | "fi" | "do" | "done" | "}" | ")"));
    &words[..end.map_or(words.len(), |at| least + at)]
}

/// What a command begins with, where `if`, `RUN`, `exec` or a path stand before it.
fn is_runner(word: &str) -> bool {
    !matches!(
        word,
        "if" | "then"
            | "!"
            | "exec"
            | "RUN"
            | "CMD"
            | "ENTRYPOINT"
            | "sh"
            | "bash"
            | "/bin/sh"
            | "/bin/bash"
            | "-c"
            | "-ec"
            | "-lc"
            | "set"
            | "-e"
            | "{"
            | "("
    )
}

#[cfg(test)]
mod tests {
    use super::{Bar, hidden};

    #[test]
    fn migrations_are_found_where_containers_start_and_become_a_command() {
        for (text, tool, command) in [
            ("#!/bin/sh\nbundle exec rails db:prepare\nexec \"$@\"", "Rails", "bundle exec rails db:migrate"),
            ("exec bin/rails db:create db:migrate # before the server", "Rails", "bin/rails db:migrate"),
            ("if [ \"$1\" = server ]; then bin/rails db:migrate; fi", "Rails", "bin/rails db:migrate"),
            ("CMD [\"sh\", \"-c\", \"npx prisma migrate deploy\"]", "Prisma", "npx prisma migrate deploy"),
            ("ENTRYPOINT python manage.py migrate --noinput", "Django", "python manage.py migrate --noinput"),
            ("exec alembic upgrade head", "Alembic", "alembic upgrade head"),
            ("node_modules/.bin/knex migrate:latest", "Knex", "node_modules/.bin/knex migrate:latest"),
            ("php artisan migrate --force", "Laravel", "php artisan migrate --force"),
        ] {
            let found = hidden(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].tool, found[0].command.as_deref()), (tool, Ok(command)), "{text}");
        }
        assert_eq!(hidden("set -e\n\nbin/rails db:migrate\n")[0].line, 3);
    }

    #[test]
    fn a_guard_that_asks_which_command_is_started_may_stay() {
        for begin in [
            "if [ \"$1\" = server ]; then",
            "if [ \"${@: -2:1}\" == ./bin/rails ] && [ \"${@: -1:1}\" == server ]; then",
            "if [[ ${1} == bundle ]]\nthen",
        ] {
            let found = hidden(&format!("{begin}\n  bin/rails db:migrate\nfi\n"));
            assert_eq!(found[0].command.as_deref(), Ok("bin/rails db:migrate"), "{begin}");
        }
    }

    #[test]
    fn what_has_a_condition_or_is_one_of_several_is_told_and_not_proposed() {
        for text in [
            "if [ \"$APP_ENV\" = dev ]; then bin/rails db:migrate; fi",
            "if [ \"$APP_ENV\" = dev ]; then\n  bin/rails db:migrate\nfi",
            "if [ \"$1\" = server ] && [ \"$X\" = dev ]; then\n  bin/rails db:migrate\nfi",
            "if [ \"$1\" = server ]; then\n  :\nelif [ \"$X\" = dev ]; then\n  bin/rails db:migrate\nfi",
            "[ \"$APP_ENV\" = dev ] && bin/rails db:migrate",
            "[ \"$APP_ENV\" = dev ] && \\\n  bin/rails db:migrate",
            "test -n \"$X\" ||\n  bin/rails db:migrate",
            "case \"$APP_ENV\" in\n  dev) bin/rails db:migrate ;;\nesac",
            "case \"$APP_ENV\" in\n  dev)\n    bin/rails db:migrate\nesac",
            "(bin/rails db:migrate)",
            "up() {\n  bin/rails db:migrate\n}",
            "for one in a b; do\n  bin/rails db:migrate\ndone",
            "cat <<EOF\nbin/rails db:migrate\nEOF",
            "if [ \"$APP_ENV\" != dev ]; then\n  exec \"$@\"\nfi\nbin/rails db:migrate",
            "[ \"$APP_ENV\" = dev ] || exec \"$@\"\nbin/rails db:migrate",
            "bin/rails db:migrate || true",
        ] {
            let found = hidden(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].command, Err(Bar::Conditional), "{text}");
        }
    }

    #[test]
    fn what_destroys_or_undoes_is_told_and_never_proposed() {
        for text in [
            "migrate -path /db -database \"$DATABASE_URL\" drop -f",
            "migrate -path /db -database \"$DATABASE_URL\" down",
            "migrate -path /db -database \"$DATABASE_URL\" force 1",
            "bin/rails db:drop db:create db:migrate",
            "CMD bin/rails db:drop db:create db:migrate && bin/rails s",
            "flyway migrate clean",
            "flyway migrate -cleanOnValidationError=true",
            "python manage.py migrate shop zero",
            "mix do ecto.drop, ecto.migrate",
            "php artisan migrate --fresh --force",
        ] {
            let found = hidden(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(matches!(found[0].command, Err(Bar::Destroys(_))), "{text}: {found:?}");
        }
        for text in [
            "bin/rails db:schema:load db:migrate",
            "bin/rails db:migrate db:seed",
            "rake db:migrate VERSION=1",
        ] {
            assert!(matches!(hidden(text)[0].command, Err(Bar::More(_))), "{text}");
        }
        let text = "if [ \"$APP_ENV\" = dev ]; then\n  migrate -path /db drop -f\nfi\nmigrate -path /db up\n";
        let commands: Vec<_> = hidden(text).into_iter().map(|one| (one.line, one.command)).collect();
        assert_eq!(commands[0], (2, Err(Bar::Destroys("drop".to_owned()))));
        assert_eq!(commands[1], (4, Ok("migrate -path /db up".to_owned())));
    }

    #[test]
    fn the_database_of_tests_is_none_that_is_deployed_to() {
        for text in [
            "export RAILS_ENV=test DATABASE_URL=x\nbin/rails db:migrate",
            "ENV RAILS_ENV test\nRUN bin/rails db:migrate",
            "RAILS_ENV='test' bin/rails db:migrate",
        ] {
            assert_eq!(hidden(text), [], "{text}");
        }
        assert_eq!(hidden("RAILS_ENV=test make x\nbin/rails db:migrate").len(), 1);
    }

    #[test]
    fn what_only_speaks_of_migrations_is_none() {
        for text in [
            "# bin/rails db:migrate",
            "COPY db/migrate db/migrate",
            "echo migrate",
            "echo \"now bin/rails db:migrate\"",
            "migrate -path db version",
            "bin/rails server",
            "prisma generate",
            "",
        ] {
            assert_eq!(hidden(text), [], "{text}");
        }
    }
}
