//! The locks of environments: who has one, and for how long it is waited for.

use super::Judge;
use super::ways::Ways;
use crate::config::raw::{RawDowngrade, RawLock};
use crate::config::{Config, Deploy, Environment, Lock, length};
use crate::diagnostic::{Finding, Span, shown};

/// Minutes that are waited at the least where nothing is said.
const WAIT: u32 = 60;

/// Minutes for what stands between and around the steps of a release: machines that are got, images that are kept.
const MARGIN: u32 = 15;

/// Minutes that may be waited. CodeBuild stops a build after eight hours (AWS CodeBuild quotas).
const WAITS: std::ops::RangeInclusive<u32> = 5..=420;

impl Judge<'_> {
    /// Gives each environment its lock. One that is switched off where releases can meet is a warning (code `BL220`), and so
    /// is a wait that ends before a release that goes well has to (code `BL221`).
    pub(super) fn locks(&mut self, config: &mut Config) {
        let ways = Ways::of(config);
        let locks: Vec<Option<Lock>> =
            config.environments.values().map(|place| self.lock(config, &ways, place)).collect();
        let previews = self.previews(config, &ways);
        for (place, lock) in config.environments.values_mut().zip(locks) {
            place.lock = lock;
        }
        for name in previews {
            if let Some(place) = config.environments.get_mut(&name) {
                place.allows_downgrade = true;
            }
        }
        let ways = Ways::of(config);
        for place in config.environments.values().filter(|place| place.lock.is_none()) {
            self.nothing_is_compared(place);
            self.rolls_back_what_is_not_known(&ways, place);
        }
    }

    /// The environments that say nothing of older commits and to which pipelines of branches alone deploy: branches of features
    /// come in any order, and a preview of any of them is wanted.
    fn previews(&self, config: &Config, ways: &Ways) -> Vec<String> {
        let says_nothing = |place: &&Environment| {
            self.raw.environments.get(&place.name).is_some_and(|raw| raw.downgrade.is_none())
        };
        let is_of_branches = |place: &&Environment| {
            let rules = ways.to(place);
            !rules.is_empty() && rules.iter().all(|rule| rule.per_branch.is_some())
        };
        let previews = config.environments.values().filter(says_nothing).filter(is_of_branches);
        previews.map(|place| place.name.clone()).collect()
    }

    /// A rollback where several pipelines deploy and nothing says what was there (code `BL125`): CodePipeline goes back to the
    /// last success of the pipeline that failed ("Configure a stage for automatic rollback").
    fn rolls_back_what_is_not_known(&mut self, ways: &Ways, place: &Environment) {
        let Some(several) = several(ways, place).filter(|_| place.rolls_back) else { return };
        let path = ["environments", place.name.as_str(), "rollback"];
        self.report(
            Finding::error(
                "BL125",
                self.place(&path),
                format!("a rollback of {} could put back what was not there", shown(&place.name)),
            )
            .because(format!(
                "{several}, and CodePipeline goes back to the last success of the pipeline that failed, over whatever another \
                 one has deployed since"
            ))
            .help("take `lock: false` out, so that what is deployed is written down and such a rollback stops; or take `rollback` out"),
        );
    }

    /// A `downgrade: refuse` that refuses nothing, since nothing is written down of what is deployed (code `BL256`).
    fn nothing_is_compared(&mut self, place: &Environment) {
        let written = self.raw.environments.get(&place.name).and_then(|raw| raw.downgrade);
        if written == Some(RawDowngrade::Refuse) {
            let path = ["environments", place.name.as_str(), "downgrade"];
            self.report(
                Finding::error(
                    "BL256",
                    self.place(&path),
                    format!("nothing would keep older commits out of {}", shown(&place.name)),
                )
                .because(
                    "what is deployed is written down where there is a lock, and this environment has none",
                )
                .help("write `lock: true` beside it, or leave `downgrade` out"),
            );
        }
    }

    fn lock(&mut self, config: &Config, ways: &Ways, place: &Environment) -> Option<Lock> {
        let path = ["environments", place.name.as_str(), "lock"];
        let written = self.raw.environments.get(&place.name).and_then(|raw| raw.lock.as_ref());
        let reason = meeting(ways, place);
        let longest = longest_way(config, ways, place);
        let by_itself = Lock { wait: longest.max(WAIT).min(*WAITS.end()) };
        match written {
            None => {
                reason?;
                self.bakes_long(place, longest, &path[..2]);
                Some(by_itself)
            }
            Some(RawLock::Switch(true)) => {
                self.bakes_long(place, longest, &path);
                Some(by_itself)
            }
            Some(RawLock::Switch(false)) => {
                if let Some(reason) = reason.filter(|_| !is_migrated_by_two(ways, place)) {
                    self.report(
                        Finding::warning(
                            "BL220",
                            self.place(&path),
                            format!("two releases can be in {} at once", shown(&place.name)),
                        )
                        .because(reason)
                        .help("take `lock: false` out, so that the second one waits for the first"),
                    );
                }
                None
            }
            Some(RawLock::Settings(settings)) => {
                let Some(text) = settings.wait.as_deref() else {
                    self.bakes_long(place, longest, &path);
                    return Some(by_itself);
                };
                let path = ["environments", place.name.as_str(), "lock", "wait"];
                let wait = self.minutes(Some(text), &path, by_itself.wait, WAITS);
                let is_possible = WAITS.contains(&wait);
                if is_possible && longest > *WAITS.end() {
                    self.outlasts(place, longest, self.place(&path));
                } else if is_possible && wait < longest {
                    let finding = too_early(place, longest, self.place(&path));
                    self.report(
                        finding.help(format!("write `wait: {}` or more, or leave it out", length(longest))),
                    );
                }
                Some(Lock { wait })
            }
        }
    }
}

impl Judge<'_> {
    /// A release that is watched for longer than anybody can wait, where the file says nothing of the wait: time-outs are
    /// seldom reached, and alarms are watched each time. The finding stands at the value, or at the key of an environment that
    /// says nothing of its lock.
    fn bakes_long(&mut self, place: &Environment, longest: u32, path: &[&str]) {
        if place.alarms.as_ref().is_some_and(|alarms| alarms.bake > *WAITS.end()) {
            let at = if path.len() == 2 { self.key(path) } else { self.place(path) };
            self.outlasts(place, longest, at);
        }
    }

    /// A release that may take longer than anybody can wait (code `BL221`).
    fn outlasts(&mut self, place: &Environment, longest: u32, at: Span) {
        let finding = too_early(place, longest, at).help(format!(
            "shorten what takes longest: nothing waits for more than {}, and who comes after that is started again by hand",
            length(*WAITS.end())
        ));
        self.report(finding);
    }
}

/// That a release in an environment may take longer than the next one waits for it.
fn too_early(place: &Environment, longest: u32, at: Span) -> Finding {
    let (name, longest) = (shown(&place.name), length(longest));
    let verified = if place.verify.is_some() { " and of its `verify`" } else { "" };
    let watched = if place.alarms.is_some() { ", and by the `bake` of its alarms" } else { "" };
    Finding::warning(
        "BL221",
        at,
        format!("a release that waits can fail though the one before it in {name} goes well"),
    )
    .because(format!(
        "that one may take {longest}, by the time-outs of its migrations and deploys{verified}{watched}"
    ))
}

/// Whether two rules, or the pipelines of branches, run one migration here: without a lock that is an error of the branch map
/// (`BL107`, `BL124`), which says all that the warning would.
fn is_migrated_by_two(ways: &Ways, place: &Environment) -> bool {
    place.migrations.iter().any(|migrate| {
        let running = ways.to(place).iter().filter(|rule| rule.services.contains(&migrate.service));
        running.map(|rule| if rule.per_branch.is_some() { 2 } else { 1 }).sum::<usize>() > 1
    })
}

/// How several pipelines come to deploy to an environment; `None` where it is one at the most.
fn several(ways: &Ways, place: &Environment) -> Option<String> {
    let rules = ways.to(place).len();
    if rules > 1 {
        return Some(format!("{rules} rules deploy there"));
    }
    // How many branches there are is not known here, and changes.
    let family = ways.to(place).iter().find(|rule| rule.per_branch.is_some())?;
    Some(format!("each branch of {} has a pipeline that deploys there", shown(&family.key)))
}

/// How two releases can meet in an environment; `None` where they cannot: the stages of one pipeline let one execution in at
/// a time, and a deploy alone is one stage. The next environment gets what the verification of this one let through, so that
/// has to have asked what its own release deployed.
fn meeting(ways: &Ways, place: &Environment) -> Option<String> {
    if let Some(several) = several(ways, place) {
        return Some(format!("{several}, and their pipelines do not wait for each other"));
    }
    if place.migrations.iter().any(|migrate| ways.run(place, migrate)) {
        let met = "its migration and its deploy are two stages, and one release may migrate while the one before it is deployed";
        return Some(met.to_owned());
    }
    (place.verify.is_some() && !ways.to(place).is_empty()).then(|| {
        "its deploy and its verification are two stages, and one release may be deployed while the one before it is verified"
            .to_owned()
    })
}

/// Minutes that one release may take in an environment: the snapshot before its migrations, these one after the other, then
/// its deploys, side by side where none waits for another, what is watched after them, since a deploy whose alarms are
/// watched is not over, and what is asked of it. A window is waited for before the lock is taken.
fn longest_way(config: &Config, ways: &Ways, place: &Environment) -> u32 {
    let migrations = place.migrations.iter().filter(|migrate| ways.run(place, migrate));
    let migrations: u32 = migrations.map(|migrate| migrate.machine.timeout).fold(0, u32::saturating_add);
    // Where nothing is migrated, there is none.
    let snapshot = place.snapshot.as_ref().filter(|_| migrations > 0);
    let snapshot = snapshot.map_or(0, |snapshot| snapshot.timeout.saturating_add(MARGIN));
    let deploys = place.deploys.values().map(Deploy::timeout);
    let in_turn = config.services.values().any(|service| !service.depends_on.is_empty());
    let deploys =
        if in_turn { deploys.fold(0, u32::saturating_add) } else { deploys.max().unwrap_or_default() };
    let watched = place.alarms.as_ref().map_or(0, |alarms| alarms.bake);
    let verify = place.verify.as_ref().map_or(0, |verify| verify.timeout.saturating_add(MARGIN));
    [snapshot, migrations, deploys, watched, verify, MARGIN].into_iter().fold(0, u32::saturating_add)
}
