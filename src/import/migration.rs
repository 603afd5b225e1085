//! Migrations that hide in what a container starts with.
//!
//! There every task of every deploy runs them, side by side and before the old ones are gone: two race, one that fails starts over
//! and over, and nothing stops the release.

/// A migration that was found in a line of shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The tool it is of.
    pub tool: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is run there.
    pub written: String,
    /// What a `migrate` is to run in its place: the same, without what makes a database, and without what follows it.
    pub command: String,
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

/// The migrations in a script, a Dockerfile, or a command. Comments are passed over.
pub fn hidden(text: &str) -> Vec<Hidden> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(at, line)| in_line(line).map(|hidden| Hidden { line: at + 1, ..hidden })).collect()
}

fn in_line(line: &str) -> Option<Hidden> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    // `["bin/rails", "db:migrate"]` is the same as `bin/rails db:migrate`.
    let plain: String = line
        .chars()
        .map(|one| if matches!(one, '[' | ']' | '"' | '\'' | ',' | '`') { ' ' } else { one })
        .collect();
    for part in plain.split(['&', ';', '|']) {
        let words: Vec<&str> = part.split_whitespace().collect();
        for (tool, known, instead) in KNOWN {
            let Some(at) = position(&words, known) else { continue };
            let run = command(&words, at + known.len());
            let begin = run.iter().position(|word| is_runner(word)).unwrap_or(0).min(at);
            let mut command: Vec<&str> = run[begin..].to_vec();
            if let (Some(instead), Some(word)) = (instead, command.iter_mut().find(|word| **word == known[0]))
            {
                *word = instead;
            }
            return Some(Hidden { tool, line: 1, written: line.to_owned(), command: command.join(" ") });
        }
    }
    None
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
    use super::hidden;

    #[test]
    fn migrations_are_found_where_containers_start_and_become_a_command() {
        for (text, tool, command) in [
            ("#!/bin/sh\nbundle exec rails db:prepare\nexec \"$@\"", "Rails", "bundle exec rails db:migrate"),
            ("./bin/rails db:prepare && exec bin/rails s", "Rails", "./bin/rails db:migrate"),
            ("if [ \"$1\" = server ]; then bin/rails db:migrate; fi", "Rails", "bin/rails db:migrate"),
            (
                "CMD [\"sh\", \"-c\", \"npx prisma migrate deploy && node .\"]",
                "Prisma",
                "npx prisma migrate deploy",
            ),
            ("ENTRYPOINT python manage.py migrate --noinput", "Django", "python manage.py migrate --noinput"),
            ("exec alembic upgrade head", "Alembic", "alembic upgrade head"),
            ("node_modules/.bin/knex migrate:latest", "Knex", "node_modules/.bin/knex migrate:latest"),
            ("php artisan migrate --force", "Laravel", "php artisan migrate --force"),
        ] {
            let found = hidden(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].tool, found[0].command.as_str()), (tool, command), "{text}");
        }
        assert_eq!(hidden("set -e\n\nbin/rails db:migrate\n")[0].line, 3);
    }

    #[test]
    fn what_only_speaks_of_migrations_is_none() {
        for text in [
            "# bin/rails db:migrate",
            "COPY db/migrate db/migrate",
            "echo migrate",
            "bin/rails server",
            "prisma generate",
            "",
        ] {
            assert_eq!(hidden(text), [], "{text}");
        }
    }
}
