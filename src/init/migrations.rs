//! The tools that migrate databases: by what each is known, and what is run in the new image.

use super::{Seen, paths};

/// A migration that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The tool's name.
    pub tool: &'static str,
    /// The file or folder by which it is known.
    pub seen_in: String,
    /// The folder that the command is run in, from the root.
    pub folder: String,
    /// The command.
    pub command: String,
    /// Where its migrations lie, from the root, where that is known and there.
    pub files: Option<String>,
    /// What a person has to know, where there is something.
    pub note: Option<&'static str>,
}

/// Where a tool's migrations lie, from the folder that its command is run in, as its own guide has it.
const FILES: &[(&str, &str)] = &[
    ("Rails", "db/migrate"),
    ("Laravel", "database/migrations"),
    ("Prisma", "prisma/migrations"),
    ("Alembic", "alembic/versions"),
    ("Alembic", "migrations/versions"),
    ("Knex", "migrations"),
    ("Sequelize", "migrations"),
];

const FLYWAY: &str = "needs Flyway's command line in the image, and FLYWAY_URL; an app that migrates when it starts (Spring \
    Boot's spring.flyway.enabled) has to stop that, or several tasks race";
const GO_MIGRATE: &str = "needs the command `migrate` in the image, and DATABASE_URL in the task";

/// Every tool that is there. Frameworks come before the libraries that they may be used with.
pub(super) fn find(seen: &Seen) -> Vec<Migration> {
    let finders = [rails, django, laravel, prisma, alembic, flyway, knex, typeorm, sequelize, golang_migrate];
    let found = finders.iter().filter_map(|find| find(seen));
    let found = found.filter(|migration| paths::is_plain(&migration.folder));
    found.map(|migration| Migration { files: files(seen, &migration), ..migration }).collect()
}

/// The folder with the migrations; none where it is not surely that.
fn files(seen: &Seen, migration: &Migration) -> Option<String> {
    // Known by one of its scripts.
    if paths::name(&migration.seen_in).rsplit_once('.').is_some_and(|(_, ending)| ending == "sql") {
        return Some(paths::folder(&migration.seen_in).to_owned());
    }
    let usual = FILES.iter().filter(|(tool, _)| *tool == migration.tool);
    let mut there = usual.filter_map(|(_, folder)| paths::join(&migration.folder, folder));
    there.find(|folder| paths::is_word(folder) && seen.has_any(folder))
}

fn migration(tool: &'static str, seen_in: &str, command: &str) -> Migration {
    Migration {
        tool,
        seen_in: seen_in.to_owned(),
        folder: paths::folder(seen_in).to_owned(),
        command: command.to_owned(),
        files: None,
        note: None,
    }
}

/// The guide's own command ("Active Record Migrations", Ruby on Rails Guides).
fn rails(seen: &Seen) -> Option<Migration> {
    let gemfiles = seen.named(&["Gemfile"]);
    let is_rails = |path: &&&str| {
        let folder = paths::folder(path);
        let has = |name| paths::join(folder, name).is_some_and(|path| seen.has_any(&path));
        let gem = |name: &str| has_gem(seen.text(path).unwrap_or_default(), name);
        gem("rails") || (has("bin/rails") && has("db/migrate"))
    };
    let gemfile = gemfiles.iter().find(is_rails)?;
    Some(migration("Rails", gemfile, "bundle exec rails db:migrate"))
}

/// Whether a Gemfile has `gem "name"`.
pub(super) fn has_gem(gemfile: &str, name: &str) -> bool {
    gemfile.lines().filter_map(|line| line.trim().strip_prefix("gem ")).any(|rest| {
        let rest = rest.trim_start();
        rest.get(1..).and_then(|rest| rest.strip_prefix(name)).is_some_and(|end| end.starts_with(['"', '\'']))
    })
}

fn django(seen: &Seen) -> Option<Migration> {
    let manage = *seen.named(&["manage.py"]).first()?;
    Some(migration("Django", manage, "python manage.py migrate --noinput"))
}

fn laravel(seen: &Seen) -> Option<Migration> {
    let artisan = *seen.named(&["artisan"]).first()?;
    // Without `--force` it asks whether it may, in production.
    Some(migration("Laravel", artisan, "php artisan migrate --force"))
}

fn prisma(seen: &Seen) -> Option<Migration> {
    let schema = *seen.named(&["schema.prisma"]).first()?;
    let above = paths::folder(schema);
    let found = migration("Prisma", schema, "npx prisma migrate deploy");
    // It is looked for in `prisma/` from where the command runs.
    let folder = if paths::name(above) == "prisma" { paths::folder(above) } else { above };
    Some(Migration { folder: folder.to_owned(), ..found })
}

fn alembic(seen: &Seen) -> Option<Migration> {
    let ini = *seen.named(&["alembic.ini"]).first()?;
    Some(migration("Alembic", ini, "alembic upgrade head"))
}

fn flyway(seen: &Seen) -> Option<Migration> {
    let is_script = |path: &str| {
        let name = paths::name(path);
        let version =
            name.strip_prefix('V').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        version && name.contains("__") && name.rsplit_once('.').is_some_and(|(_, end)| end == "sql")
    };
    let marker = seen.named(&["flyway.conf", "flyway.toml"]).first().copied();
    let script = seen.nearest(is_script).first().copied();
    let note = Some(FLYWAY);
    let command = match (marker, script) {
        (Some(_), _) => "flyway migrate".to_owned(),
        (None, Some(script)) => {
            let folder = paths::folder(script);
            if !paths::is_word(folder) {
                return None;
            }
            format!("flyway -locations=filesystem:{folder} migrate")
        }
        (None, None) => return None,
    };
    let seen_in = marker.or(script)?;
    let folder = marker.map_or(".", paths::folder).to_owned();
    Some(Migration { folder, note, ..migration("Flyway", seen_in, &command) })
}

fn knex(seen: &Seen) -> Option<Migration> {
    let names = ["knexfile.js", "knexfile.ts", "knexfile.cjs", "knexfile.mjs"];
    let file = *seen.named(&names).first()?;
    Some(migration("Knex", file, "npx knex migrate:latest"))
}

/// Compiled sources are what an image has, so the data source is looked for there ("Migrations" in its guide).
fn typeorm(seen: &Seen) -> Option<Migration> {
    let packages = seen.named(&["package.json"]);
    let package = *packages.iter().find(|path| depends_on(seen, path, "typeorm"))?;
    let folder = paths::folder(package);
    let source = seen.nearest(|path| {
        matches!(paths::name(path), "data-source.ts" | "data-source.js")
            && paths::below(folder, path).is_some()
    });
    let source = *source.first()?;
    let way = paths::below(folder, source)?.trim_end_matches(".ts").trim_end_matches(".js");
    if !paths::is_word(way) {
        return None;
    }
    let built = way.strip_prefix("src/").map_or_else(|| way.to_owned(), |rest| format!("dist/{rest}"));
    let found = migration("TypeORM", source, &format!("npx typeorm migration:run -d {built}.js"));
    let note = Some("the data source is expected where the build puts it");
    Some(Migration { folder: folder.to_owned(), note, ..found })
}

fn sequelize(seen: &Seen) -> Option<Migration> {
    let packages = seen.named(&["package.json"]);
    let package = packages.iter().find(|path| depends_on(seen, path, "sequelize-cli"))?;
    Some(migration("Sequelize", package, "npx sequelize-cli db:migrate"))
}

fn golang_migrate(seen: &Seen) -> Option<Migration> {
    let script = *seen.nearest(|path| path.ends_with(".up.sql")).first()?;
    let folder = paths::folder(script);
    if !paths::is_word(folder) {
        return None;
    }
    let command = format!("migrate -path {folder} -database \"$DATABASE_URL\" up");
    let found = migration("golang-migrate", script, &command);
    Some(Migration { folder: ".".to_owned(), note: Some(GO_MIGRATE), ..found })
}

/// Whether a `package.json` depends on a package.
pub(super) fn depends_on(seen: &Seen, path: &str, package: &str) -> bool {
    let text = seen.text(path).unwrap_or_default();
    let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else { return false };
    ["dependencies", "devDependencies"].iter().any(|key| json[*key].get(package).is_some())
}
