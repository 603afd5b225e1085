//! What is asked of an environment after its deploy.

use std::collections::BTreeMap;

use super::migrations::MIGRATE_MARGIN;
use super::projects::{PROJECT_TIMEOUT, Runs, Written, does_nothing};
use super::{Judge, below};
use crate::config::placeholder::Names;
use crate::config::raw::{RawEnvironment, RawHttp, RawVerify};
use crate::config::schema::duration_seconds;
use crate::config::tree::Step;
use crate::config::{Config, Environment, Http, Verify};
use crate::diagnostic::{Finding, shown};

/// Minutes until it is given up when nothing is said.
const TIMEOUT: u32 = 15;

/// How often it is asked again when nothing is said: with the two below, for four minutes and a half. A service that is
/// steady for ECS may be minutes away from answering under its name.
const RETRIES: u32 = 10;

/// Seconds between two requests when nothing is said.
const EVERY: u32 = 15;

/// Seconds that an answer may take when nothing is said.
const ANSWER: u32 = 10;

impl Judge<'_> {
    /// What is asked of an environment, where its file says so (codes `BL059`, `BL061`).
    pub(super) fn verify(&mut self, name: &str, environment: &RawEnvironment) -> Option<Verify> {
        let written = environment.verify.as_ref()?;
        let path = [Step::Key("environments"), Step::Key(name), Step::Key("verify")];
        if written.http.is_none() && written.commands.is_none() {
            let place = self.key(&path);
            self.report(
                Finding::error("BL059", place, "this `verify` asks nothing")
                    .because("it names neither `http` nor `commands`, so every deploy would pass")
                    .help("write one such as `http: { url: \"https://{environment}.example.com/health\" }`, or take it out"),
            );
        }
        self.no_name_twice(written.variables.as_ref(), written.secrets.as_ref(), &path);
        self.commands_of_verify(written, &path);
        let timeout = self.minutes(
            written.timeout.as_deref(),
            &below(&path, &["timeout"]),
            TIMEOUT,
            1..=PROJECT_TIMEOUT.end() - 60,
        );
        let http = written.http.as_ref().map(|http| self.http(name, http, timeout, &path));
        let machine = Written {
            compute: written.compute,
            image: written.image.as_ref(),
            vpc: written.vpc.as_ref().or(environment.vpc.as_ref()),
            ..Written::default()
        };
        Some(Verify {
            http,
            commands: written.commands.clone().unwrap_or_default(),
            timeout,
            variables: written.variables.clone().unwrap_or_default(),
            secrets: Self::secrets(written.secrets.as_ref()),
            machine: self.machine(machine, Runs::Checkout, timeout + MIGRATE_MARGIN, &path),
            place: self.key(&path),
        })
    }

    /// Two environments that are asked at one URL (code `BL242`, a warning).
    pub(super) fn one_url_for_two(&mut self, config: &Config) {
        let mut urls: BTreeMap<&str, &Environment> = BTreeMap::new();
        for place in config.environments.values() {
            let Some((verify, http)) =
                place.verify.as_ref().and_then(|verify| Some((verify, verify.http.as_ref()?)))
            else {
                continue;
            };
            match urls.get(http.url.as_str()) {
                None => _ = urls.insert(&http.url, place),
                Some(first) => self.report(
                    Finding::warning(
                        "BL242",
                        verify.place,
                        format!("{} and {} are verified at one URL", shown(&first.name), shown(&place.name)),
                    )
                    .because("one of the two would pass because the other one works")
                    .help("give each its own, such as `url: \"https://{environment}.example.com/health\"`")
                    .related(first.place, "the first of them"),
                ),
            }
        }
    }

    /// Commands that do something, and variables that nothing but they read.
    fn commands_of_verify(&mut self, written: &RawVerify, path: &[Step]) {
        for (index, command) in written.commands.iter().flatten().enumerate() {
            if does_nothing(command) {
                let mut path = below(path, &["commands"]);
                path.push(Step::Item(index));
                self.empty_command(&path);
            }
        }
        let names = written.variables.iter().flat_map(|all| all.keys()).map(|name| ("variables", name));
        let names =
            names.chain(written.secrets.iter().flat_map(|all| all.keys()).map(|name| ("secrets", name)));
        let mut told = None;
        for (key, name) in names {
            if written.commands.is_none() && told != Some(key) {
                told = Some(key);
                let place = self.key(&below(path, &[key]));
                self.report(
                    Finding::error("BL061", place, format!("nothing reads the `{key}` of `verify`"))
                        .because("they are given to its `commands`, and there are none")
                        .help(format!("take `{key}` out, or add `commands`")),
                );
            }
            if name.to_ascii_uppercase().starts_with("VERIFY_") {
                let place = self.key(&below(path, &[key, name]));
                self.report(
                    Finding::error(
                        "BL019",
                        place,
                        format!("{} cannot be a variable of `verify`", shown(name)),
                    )
                    .because("branchline sets names that begin so itself, for the step that asks")
                    .help("choose another name, such as `APP_…`"),
                );
            }
        }
    }

    fn http(&mut self, name: &str, written: &RawHttp, minutes: u32, path: &[Step]) -> Http {
        let names = Names { app: &self.raw.app, environment: Some(name), service: None };
        let seconds =
            |text: &Option<String>, default| text.as_deref().and_then(duration_seconds).unwrap_or(default);
        let http = Http {
            url: names.fill(&written.url),
            status: written.status.unwrap_or(200),
            contains: written.contains.clone(),
            retries: written.retries.unwrap_or(RETRIES),
            every: seconds(&written.every, EVERY),
            timeout: seconds(&written.timeout, ANSWER),
        };
        let longest = http.longest();
        if longest > u64::from(minutes) * 60 {
            let place = self.key(&below(path, &["http"]));
            self.report(
                Finding::error("BL061", place, "this check may take longer than its `timeout`")
                    .because(format!(
                        "{} requests of up to {}s, {}s apart, are {}m, and it is given up after {minutes}m",
                        u64::from(http.retries) + 1,
                        http.timeout,
                        http.every,
                        longest.div_ceil(60)
                    ))
                    .help(format!(
                        "write `timeout: {}m` under `verify`, or fewer `retries`",
                        longest.div_ceil(60) + 1
                    )),
            );
        }
        http
    }
}
