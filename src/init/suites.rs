//! Test commands: by what each is known, and what has to be installed before it in a checkout.

use super::migrations::{depends_on, has_gem};
use super::{Seen, paths};

/// A way to test that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// Its name.
    pub tool: &'static str,
    /// The file by which it is known.
    pub seen_in: String,
    /// The folder that it is run in, from the root.
    pub folder: String,
    /// What installs what it needs, in a checkout; an image has that already.
    pub install: Option<&'static str>,
    /// The command.
    pub command: &'static str,
    /// An image to test in, where CodeBuild's own has not got the language ("Available runtimes", CodeBuild's guide).
    pub image: Option<&'static str>,
}

/// Every way that is there, those of one language before `make test`, which may be any of them.
pub(super) fn find(seen: &Seen) -> Vec<Suite> {
    let finders = [ruby, python, php, node, go, cargo, java, make];
    let found = finders.iter().filter_map(|find| find(seen));
    found.filter(|suite| paths::is_plain(&suite.folder)).collect()
}

fn suite(tool: &'static str, seen_in: &str, install: Option<&'static str>, command: &'static str) -> Suite {
    let folder = paths::folder(seen_in).to_owned();
    Suite { tool, seen_in: seen_in.to_owned(), folder, install, command, image: None }
}

fn ruby(seen: &Seen) -> Option<Suite> {
    let gemfile = *seen.named(&["Gemfile"]).first()?;
    let text = seen.text(gemfile).unwrap_or_default();
    let below = |name| paths::join(paths::folder(gemfile), name).is_some_and(|path| seen.has_any(&path));
    let install = Some("bundle install");
    if has_gem(text, "rspec-rails") || has_gem(text, "rspec") || below("spec/spec_helper.rb") {
        Some(suite("RSpec", gemfile, install, "bundle exec rspec"))
    } else if has_gem(text, "rails") && below("test") {
        Some(suite("Rails", gemfile, install, "bundle exec rails test"))
    } else {
        None
    }
}

fn python(seen: &Seen) -> Option<Suite> {
    let requirements = seen.named(&["requirements.txt"]).first().copied();
    let install =
        requirements.filter(|path| paths::depth(path) == 0).map(|_| "pip install -r requirements.txt");
    let speaks = |path: &&&str| seen.text(path).is_some_and(|text| text.contains("pytest"));
    let told = seen.named(&["pyproject.toml", "requirements.txt", "setup.cfg"]);
    let by_name = seen.named(&["pytest.ini", "conftest.py"]);
    if let Some(file) = by_name.first().or_else(|| told.iter().find(speaks)) {
        return Some(suite("pytest", file, install, "python -m pytest"));
    }
    let manage = *seen.named(&["manage.py"]).first()?;
    Some(suite("Django", manage, install, "python manage.py test"))
}

fn php(seen: &Seen) -> Option<Suite> {
    let file = *seen.named(&["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"]).first()?;
    Some(suite("PHPUnit", file, Some("composer install --no-interaction"), "vendor/bin/phpunit"))
}

fn node(seen: &Seen) -> Option<Suite> {
    let packages = seen.named(&["package.json"]);
    let has_tests = |path: &&&str| {
        let json = serde_json::from_str::<serde_json::Value>(seen.text(path).unwrap_or_default());
        let script = json.ok().and_then(|json| json["scripts"]["test"].as_str().map(str::to_owned));
        // What `npm init` writes, which always fails.
        script.is_some_and(|script| !script.contains("no test specified"))
    };
    let package = *packages.iter().find(has_tests)?;
    let beside = |name| paths::join(paths::folder(package), name).is_some_and(|path| seen.has(&path));
    let (install, command) = if beside("pnpm-lock.yaml") {
        ("corepack enable && pnpm install --frozen-lockfile", "pnpm test")
    } else if beside("yarn.lock") {
        ("corepack enable && yarn install --frozen-lockfile", "yarn test")
    } else if beside("package-lock.json") {
        ("npm ci", "npm test")
    } else {
        ("npm install", "npm test")
    };
    // Of the frameworks of PHP and Ruby, some bring a package.json for their assets alone.
    let is_for_assets = depends_on(seen, package, "laravel-vite-plugin");
    (!is_for_assets).then(|| suite("npm", package, Some(install), command))
}

fn go(seen: &Seen) -> Option<Suite> {
    let module = *seen.named(&["go.mod"]).first()?;
    seen.files
        .iter()
        .any(|path| path.ends_with("_test.go"))
        .then(|| suite("Go", module, None, "go test ./..."))
}

fn cargo(seen: &Seen) -> Option<Suite> {
    let manifest = *seen.named(&["Cargo.toml"]).first()?;
    let image = Some("public.ecr.aws/docker/library/rust:1");
    Some(Suite { image, ..suite("Cargo", manifest, None, "cargo test") })
}

fn java(seen: &Seen) -> Option<Suite> {
    let has_tests = seen.files.iter().any(|path| path.contains("src/test/"));
    let file = seen
        .named(&["pom.xml", "build.gradle", "build.gradle.kts"])
        .first()
        .copied()
        .filter(|_| has_tests)?;
    let beside = |name| paths::join(paths::folder(file), name).is_some_and(|path| seen.has(&path));
    let command = match (paths::name(file), beside("mvnw"), beside("gradlew")) {
        ("pom.xml", true, _) => "./mvnw --batch-mode test",
        ("pom.xml", false, _) => "mvn --batch-mode test",
        (_, _, true) => "./gradlew test",
        (_, _, false) => "gradle test",
    };
    Some(suite("JUnit", file, None, command))
}

fn make(seen: &Seen) -> Option<Suite> {
    let file = *seen.named(&["Makefile"]).first().filter(|path| paths::depth(path) == 0)?;
    let is_target = |line: &str| line.starts_with("test:") && !line.starts_with("test:=");
    seen.text(file)?.lines().any(is_target).then(|| suite("make", file, None, "make test"))
}
