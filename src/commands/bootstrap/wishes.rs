//! From the command line to what is made, or why it cannot be.

use std::path::Path;

use super::Arguments;
use crate::branch_map::Trigger;
use crate::branch_map::pattern::Pattern;
use crate::commands::Exit;
use crate::config::Event;
use crate::document::cloudformation::keeper;
use crate::document::cloudformation::policy::MOST_CHARACTERS;
use crate::edge::git::{self, GitError};
use crate::edge::repository::path_in;
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;
use crate::pipeline::bootstrap::{self, MOST_TRIGGERS, Machine, Program, Runner, Wishes};

/// The most patterns of one filter (CodePipeline API, `GitBranchPatternList`).
const MOST_PATTERNS: usize = crate::branch_map::MOST_PATTERNS;

/// What is asked for. What makes no sense is wrong usage.
pub(super) fn wishes(
    arguments: &Arguments,
    plan: &Plan,
    root: &Path,
    terminal: &mut Terminal,
) -> Result<Wishes, Exit> {
    let mut refuse = |(what, help): (String, &str)| {
        terminal.error(what, help);
        Exit::Usage
    };
    let branch = arguments.config_branch.as_str();
    let pattern = Pattern::parse(branch).ok().filter(|pattern| pattern.exact() == Some(branch));
    let pattern = pattern
        .ok_or_else(|| {
            (format!("`{branch}` is no name of a branch"), "--config-branch names one branch, as main")
        })
        .map_err(&mut refuse)?;
    let runner = runner(arguments, plan).map_err(&mut refuse)?;
    let folder = folder(root).map_err(&mut refuse)?;
    let triggers = triggers(plan, pattern, &folder).map_err(&mut refuse)?;
    let folder = if folder.is_empty() { ".".to_owned() } else { folder };
    Ok(Wishes { runner, folder, branch: branch.to_owned(), triggers })
}

fn runner(arguments: &Arguments, plan: &Plan) -> Result<Runner, (String, &'static str)> {
    if let Some(environment) = &arguments.github_actions {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if environment.is_empty() || !environment.chars().all(is_name) {
            return Err((
                format!("`{environment}` is no name of an environment that the role can trust"),
                "letters, digits and `-_.` alone: a token names it in its `sub`",
            ));
        }
        return Ok(Runner::GitHubActions { environment: environment.clone() });
    }
    let is_plain =
        |text: &str| text.chars().all(|letter| letter.is_ascii_graphic() && !"'\"\\$`".contains(letter));
    let program = match (&arguments.image, &arguments.program_url, &arguments.program_sha256) {
        (Some(image), ..) if is_plain(image) && !image.is_empty() => Program::Image(image.clone()),
        (_, Some(url), Some(sha256)) => {
            if !url.starts_with("https://") || !is_plain(url) {
                return Err((
                    format!("`{url}` is no address that the program is fetched from"),
                    "it begins with https://",
                ));
            }
            let sha256 = sha256.to_ascii_lowercase();
            if sha256.len() != 64 || !sha256.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err((
                    format!("`{sha256}` is no SHA-256"),
                    "it has 64 hexadecimal digits, as `sha256sum branchline` prints them",
                ));
            }
            Program::Download { url: url.clone(), sha256 }
        }
        _ => {
            return Err((
                "no image is called so".to_owned(),
                "give the image that has branchline, bash and git, such as registry/tools/branchline@sha256:…",
            ));
        }
    };
    if let Some(topic) = &arguments.topic {
        // arn:partition:sns:region:account:name
        let fields: Vec<&str> = topic.split(':').collect();
        let is_topic =
            matches!(fields.as_slice(), ["arn", _, "sns", region, _, _] if *region == plan.home.region());
        if !is_topic || !is_plain(topic) {
            return Err((
                format!("`{topic}` is no topic of {}", plan.home.region()),
                "give the ARN of an SNS topic in the pipelines' region",
            ));
        }
    }
    let schedule = &arguments.schedule;
    let is_schedule =
        ["rate(", "cron("].iter().any(|kind| schedule.starts_with(kind)) && schedule.ends_with(')');
    if !is_schedule || schedule.len() > 256 || !schedule.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err((
            format!("`{schedule}` is no schedule of EventBridge's"),
            "write `rate(1 day)`, or `cron(0 6 * * ? *)` in UTC",
        ));
    }
    Ok(Runner::Pipeline(Box::new(Machine {
        program,
        asks: !arguments.no_approval,
        topic: arguments.topic.clone(),
        schedule: schedule.clone(),
        timeout: arguments.timeout,
    })))
}

/// The folder of the configuration from its repository's root; empty where it is the root.
fn folder(root: &Path) -> Result<String, (String, &'static str)> {
    let repository = match git::facts(root) {
        Ok(facts) => facts.root,
        Err(GitError::NoRepository { .. }) => root.to_owned(),
        Err(error) => {
            return Err((
                error.to_string(),
                "the folder of branchline.yml in the repository has to be known",
            ));
        }
    };
    let path = path_in(&repository, root).unwrap_or_default();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
    if path.chars().all(is_plain) && !path.starts_with('-') {
        return Ok(path);
    }
    Err((
        format!("`{path}` cannot be the folder of branchline.yml in its repository"),
        "a pipeline is started by its path: use letters, digits and `._-/` alone",
    ))
}

/// The pushes that start the pipeline: of the map to its branch, and of anything to branches that have a pipeline each.
fn triggers(plan: &Plan, branch: Pattern, folder: &str) -> Result<Vec<Trigger>, (String, &'static str)> {
    let below = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let push = |includes: Vec<Pattern>, excludes: Vec<Pattern>, paths: Vec<String>| Trigger {
        event: Event::Push,
        includes,
        excludes,
        paths,
        paths_excluded: Vec::new(),
    };
    let mut triggers =
        vec![push(vec![branch], Vec::new(), vec![below("branchline.yml"), below(".branchline/**")])];
    let families = &plan.map.families;
    if families.len() < MOST_TRIGGERS {
        let each = families.iter().map(|family| &family.trigger);
        triggers.extend(each.map(|one| push(one.includes.clone(), one.excludes.clone(), Vec::new())));
        return Ok(triggers);
    }
    // More often than needed does no harm: an execution that finds nothing to do ends.
    let patterns: Vec<Pattern> =
        families.iter().flat_map(|family| family.trigger.includes.iter().cloned()).collect();
    triggers.extend(patterns.chunks(MOST_PATTERNS).map(|some| push(some.to_vec(), Vec::new(), Vec::new())));
    if triggers.len() > MOST_TRIGGERS {
        return Err((
            format!(
                "{} rules have a pipeline for each branch: one pipeline cannot listen to so many",
                families.len()
            ),
            "CodePipeline takes 16 patterns beside the config branch's; bring some of these rules together, as {feature,fix}/*",
        ));
    }
    Ok(triggers)
}

/// Whether the map lets itself be kept, or what has to be said in it first.
pub(super) fn is_possible(plan: &Plan, terminal: &mut Terminal) -> Result<(), Exit> {
    let stem = &plan.config.stem;
    if plan.in_code_commit() {
        terminal.error(
            "what keeps the pipelines listens to its repository by a connection, and none leads to CodeCommit",
            "run `branchline apply` where you run other commands of release, after each change of branchline.yml",
        );
        return Err(Exit::Configuration);
    }
    // What keeps the app `shop` is called `branchline-shop-…`, as the pipelines of an app `branchline-shop` would be.
    if stem == "branchline" || stem.starts_with("branchline-") {
        terminal.error(
            format_args!(
                "the names of this app begin with `{stem}`, as those of what keeps another app may do"
            ),
            "what keeps it could change what keeps the other: give the app another name, or a `prefix`",
        );
        return Err(Exit::Configuration);
    }
    if let Some(pipeline) = bootstrap::neighbours(plan).next() {
        terminal.error(
            format_args!("`{pipeline}` and the pipeline that would keep it begin with the same 20 characters"),
            "CodePipeline puts the artifacts of both into one folder: give the rule another `name`, or the app another `prefix`",
        );
        return Err(Exit::Configuration);
    }
    for place in bootstrap::accounts(plan) {
        for (whose, policy) in bootstrap::bounded(plan, &place) {
            let whose = whose.map_or_else(
                || "the roles of pipelines".to_owned(),
                |name| format!("the roles of the environment `{name}`"),
            );
            if policy.is_none() {
                terminal.error(
                    format_args!("{whose} have no permission boundary"),
                    &format!(
                        "write `permission_boundary: {}` at the top of the file, by name: `bootstrap` makes that policy in each account. Whoever \
                         pushes the map decides what these roles may do, so something else has to bound them",
                        bootstrap::boundary_name(stem)
                    ),
                );
                return Err(Exit::Configuration);
            }
        }
    }
    for family in plan.map.families.iter().filter(|family| family.members.is_empty()) {
        terminal.message(format_args!(
            "note: no branch matches `{}` now, so the boundary was made without what its pipelines need. Where that is more than \
             others need, run this again when there is one, or give one with --branches.\n",
            family.pattern()
        ));
    }
    Ok(())
}

/// Whether IAM takes the policies that are made.
pub(super) fn fits(plan: &Plan, wishes: &Wishes, terminal: &mut Terminal) -> Result<(), Exit> {
    for access in bootstrap::access(plan, wishes) {
        if let Some(characters) = keeper::too_long(plan, &access) {
            terminal.error(
                format_args!(
                    "the boundary of account {} would have {characters} characters, and IAM takes {MOST_CHARACTERS}",
                    access.place.account()
                ),
                "what is named one by one takes the room: roles that are passed on, secrets, parameters, statements of commands. Write a \
                 policy of your own, and name it as `permission_boundary`: then none is made",
            );
            return Err(Exit::Configuration);
        }
    }
    Ok(())
}
