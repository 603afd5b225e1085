//! What is wrong in a family, or stands so that it will be.

use std::collections::BTreeSet;

use super::super::alike::{self, are_alike};
use super::super::remark::{Remark, Weight};
use super::commands::Action;
use super::family::Speaks;
use super::member::Member;
use super::secret::is_secret_key;

/// All mistakes of a family.
pub fn mistakes(members: &[Member]) -> Vec<Remark> {
    let mut found = Vec::new();
    for member in members {
        elsewhere(member, &mut found);
        secrets(member, &mut found);
        shell(member, &mut found);
    }
    same_place(members, &mut found);
    some_only(members, &mut found);
    found
}

/// A file whose name says one environment and that deploys to another.
fn elsewhere(member: &Member, found: &mut Vec<Remark>) {
    let own = member.speaks.iter().find_map(|speaks| match speaks {
        Speaks::Environment(word) | Speaks::Branch(word) => {
            alike::group(&word.to_ascii_lowercase()).map(|_| word)
        }
        Speaks::Pattern(_) => None,
    });
    let Some(own) = own else { return };
    for (target, line) in member.targets() {
        let spoken: Vec<&str> = alike::spoken(target).collect();
        if !spoken.is_empty() && !spoken.iter().any(|word| are_alike(word, own)) {
            found.push(member.remark(
                Weight::Mistake,
                line,
                format!("`{}` is for `{own}`, and deploys to `{target}`", member.copy.path),
                "see which of the two is meant: the map says what the file does",
            ));
        }
    }
}

/// Values that are no buildspec's to hold. They are told by their keys alone.
fn secrets(member: &Member, found: &mut Vec<Remark>) {
    for setting in &member.spec.settings {
        for line in &setting.lines {
            for by in &line.safe.hidden {
                let is_token =
                    setting.path.iter().any(|part| part == "variables") && setting.path.last() != Some(by);
                let beside = if is_token { format!(" ({})", setting.way()) } else { String::new() };
                found.push(member.remark(
                    Weight::Mistake,
                    line.line,
                    format!("a secret stands here in plain text: {by}{beside}"),
                    "everybody who reads the repository has it, and its history keeps it: replace it where it is used, keep the new one in \
                     Parameter Store, and name it under `build.secrets` or `test.secrets`",
                ));
            }
        }
    }
}

/// What a line of shell does that nobody wants.
fn shell(member: &Member, found: &mut Vec<Remark>) {
    let mut say =
        |line, what: String, help: &str| found.push(member.remark(Weight::Mistake, line, what, help));
    let mut is_latest_told = false;
    for done in &member.done {
        let what = match &done.action {
            Action::Migrate(..) => "a migration",
            Action::Ecs { .. } | Action::Copilot { .. } | Action::Deploy(_) => "a deploy",
            Action::Test(_) => "a test",
            Action::Latest if !is_latest_told => {
                is_latest_told = true;
                say(
                    done.line,
                    "the image is tagged `latest`".to_owned(),
                    "whichever branch was built last has it, and a task that starts anew may run another branch's code. branchline \
                     deploys by digest",
                );
                continue;
            }
            _ => continue,
        };
        if done.is_swallowed {
            say(
                done.line,
                format!("{what} may fail and the build goes on: `{}`", done.text),
                "nothing stops the release; branchline's steps stop at the first failure",
            );
        }
        let is_continued = |phase: &str| {
            let says = member.spec.value(&["phases", phase, "on-failure"]);
            says.is_some_and(|line| line.text().eq_ignore_ascii_case("continue"))
        };
        if is_continued(done.phase) && !done.is_swallowed {
            say(
                done.line,
                format!(
                    "{what} may fail and the build goes on: `on-failure: CONTINUE` stands in `{}`",
                    done.phase
                ),
                "nothing stops the release; branchline's steps stop at the first failure",
            );
        }
    }
    unconditional(member, &mut say);
    for (arg, line) in build_secrets(member) {
        say(
            line,
            format!("a secret is handed to the image as a build argument: {arg}"),
            "it stays in the image's history: mount it instead (`build.secrets`, `RUN --mount=type=secret`)",
        );
    }
}

/// A deploy in `post_build`, which CodeBuild comes to although `build` has failed (CodeBuild's guide, "Build phase transitions").
fn unconditional(member: &Member, say: &mut impl FnMut(usize, String, &str)) {
    let aborts = member
        .spec
        .value(&["phases", "build", "on-failure"])
        .is_some_and(|line| line.text().eq_ignore_ascii_case("abort"));
    let asks = member
        .spec
        .commands()
        .any(|(phase, line)| phase == "post_build" && line.text().contains("CODEBUILD_BUILD_SUCCEEDING"));
    let builds = member.done.iter().any(|done| done.phase == "build");
    let deploy = member.done.iter().find(|done| {
        let is_one = matches!(
            done.action,
            Action::Ecs { .. } | Action::Copilot { .. } | Action::Deploy(_) | Action::Migrate(..)
        );
        done.phase == "post_build" && is_one
    });
    if let (false, false, true, Some(done)) = (aborts, asks, builds, deploy) {
        say(
            done.line,
            format!("`post_build` runs although `build` has failed: `{}`", done.text),
            "CodeBuild comes to it all the same, unless `phases.build.on-failure` is ABORT; branchline's deploy is a stage of its own behind the build",
        );
    }
}

fn build_secrets(member: &Member) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (_, line) in member.spec.commands() {
        for simple in super::shell::simples(line.text()) {
            for arg in super::shell::options(&simple.words, &["--build-arg"]) {
                let name = arg.split('=').next().unwrap_or(&arg);
                if is_secret_key(name) {
                    found.push((name.to_owned(), line.line));
                }
            }
        }
    }
    found
}

/// Members that deploy to one and the same place.
fn same_place(members: &[Member], found: &mut Vec<Remark>) {
    let of = |member: &Member| -> BTreeSet<(String, String)> {
        let all = member.done.iter().filter_map(|done| match &done.action {
            Action::Ecs { cluster, service } if !cluster.contains('$') && !service.contains('$') => {
                Some((cluster.clone(), service.clone()))
            }
            Action::Copilot { workload: Some(workload), environment: Some(environment) }
                if !environment.contains('$') =>
            {
                Some((environment.clone(), workload.clone()))
            }
            _ => None,
        });
        all.collect()
    };
    let word = |member: &Member| alike::group(&member.name.to_ascii_lowercase()).is_some();
    for (at, member) in members.iter().enumerate() {
        // Two branches may lead to one environment; two environments are two places.
        let others = members[..at]
            .iter()
            .filter(|other| word(member) && word(other) && !are_alike(&member.name, &other.name));
        for other in others {
            if let Some((cluster, service)) = of(member).intersection(&of(other)).next() {
                let line = member
                    .targets()
                    .iter()
                    .find(|(target, _)| target == cluster)
                    .map_or(1, |(_, line)| *line);
                found.push(member.remark(
                    Weight::Mistake,
                    line,
                    format!("`{}` and `{}` deploy the same: `{service}` in `{cluster}`", other.name, member.name),
                    "where these are places of two accounts it may be meant; else one of the two overwrites the other",
                ));
            }
        }
    }
}

/// Something that is done: how it is known, what is said where some do not do it, and what to do.
type Kind = (fn(&Action) -> bool, &'static str, &'static str);

/// What some members do and others do not.
fn some_only(members: &[Member], found: &mut Vec<Remark>) {
    let builds = |member: &Member| {
        member.deploys() || member.done.iter().any(|done| matches!(done.action, Action::Build(_)))
    };
    let all: Vec<&Member> = members.iter().filter(|member| builds(member)).collect();
    let kinds: [Kind; 2] = [
        (
            |action| matches!(action, Action::Migrate(..)),
            "a migration runs",
            "an environment that is never migrated falls behind the code: a `migrate` of the map runs before every deploy, and \
             `migrate: none` says where not",
        ),
        (
            |action| matches!(action, Action::Test(_)),
            "tests run",
            "what is not tested goes on all the same: `test` of the map runs in every pipeline",
        ),
    ];
    for (is_one, what, help) in kinds {
        let with: Vec<&&Member> =
            all.iter().filter(|member| member.done.iter().any(|done| is_one(&done.action))).collect();
        if with.is_empty() || with.len() == all.len() {
            continue;
        }
        let names: Vec<String> = with.iter().map(|member| format!("`{}`", member.name)).collect();
        let lacking = all.iter().filter(|member| !member.done.iter().any(|done| is_one(&done.action)));
        for member in lacking {
            found.push(member.remark(
                Weight::Mistake,
                1,
                format!("{what} in {}, and not in `{}`", names.join(", "), member.name),
                help,
            ));
        }
    }
}
