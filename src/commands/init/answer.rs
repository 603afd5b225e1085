//! The questions of `init`, one after the other.

use std::collections::BTreeMap;

use super::Exit;
use super::flags::Flags;
use super::questions::{Question, Questions, format, one_line};
use crate::branch_map::remote::Remote;
use crate::config::raw::RawProvider;
use crate::config::schema::misfit;
use crate::edge::terminal::Terminal;
use crate::init::answers::{self, NONE, Tests};
use crate::init::{Answers, Flow, Found, Seen};

const PROVIDERS: [RawProvider; 6] = [
    RawProvider::GitHub,
    RawProvider::GitLab,
    RawProvider::Bitbucket,
    RawProvider::GitHubEnterpriseServer,
    RawProvider::GitLabSelfManaged,
    RawProvider::CodeCommit,
];

/// Where the code comes from.
struct Source {
    repository: String,
    provider: Option<RawProvider>,
    host: Option<String>,
    connection: Option<String>,
}

/// Every answer, or the end of the command.
pub(super) fn answers(
    flags: &Flags,
    seen: &Seen,
    found: &Found,
    asks: bool,
    terminal: &mut Terminal,
) -> Result<Answers, Exit> {
    let mut ask = Questions::new(asks, terminal);
    let app = ask.answer(
        flags.app.as_deref(),
        &Question {
            flag: "--app",
            words: "Name of the app, after which everything in AWS is named",
            default: answers::app(seen),
            example: "shop",
            judge: &format("app-name"),
        },
    )?;
    let flow = flow(flags, found, &mut ask)?;
    let account = ask.answer(
        flags.account.as_deref(),
        &Question {
            flag: "--account",
            words: "AWS account of the pipelines (twelve digits)",
            default: None,
            example: "111122223333",
            judge: &format("account-id"),
        },
    )?;
    let region = ask.answer(
        flags.region.as_deref(),
        &Question {
            flag: "--region",
            words: "Region of the pipelines, such as eu-west-1",
            // A pipeline reads CodeCommit in its own region alone.
            default: seen.origin.as_ref().and_then(|origin| origin.as_ref().ok()?.region.clone()),
            example: "eu-west-1",
            judge: &format("region"),
        },
    )?;
    let accounts = accounts(flags, flow, &mut ask)?;
    let Source { repository, provider, host, connection } = source(flags, seen, &mut ask)?;
    // Otherwise two environments of one account would be deployed to one service.
    let differs = flow.environments().iter().filter(|name| !accounts.contains_key(**name)).count() > 1;
    let cluster_judge = |answer: &str| {
        let alike = differs && !answer.contains("{environment}");
        let why = "has to contain `{environment}`, since each environment has a cluster of its own";
        misfit("ecs-name", answer).or_else(|| alike.then(|| why.to_owned()))
    };
    let cluster = ask.answer(
        flags.cluster.as_deref(),
        &Question {
            flag: "--cluster",
            words: "ECS cluster ({environment} stands for the environment's name)",
            default: Some(answers::cluster(&app)),
            example: "shop-{environment}",
            judge: &cluster_judge,
        },
    )?;
    let roles = roles(flags, &app, &mut ask)?;
    let tests = tests(flags, found, &mut ask)?;
    let migrate = ask.answer(
        flags.migrate.as_deref(),
        &Question {
            flag: "--migrate",
            words: "Command that migrates the database, run in the new image (`none` for none)",
            default: Some(found.migrate().unwrap_or_else(|| NONE.to_owned())),
            example: "bin/migrate",
            judge: &one_line,
        },
    )?;
    ask.finish()?;
    let migrate = Some(migrate).filter(|command| command != NONE);
    Ok(Answers {
        app,
        flow,
        account,
        region,
        repository,
        provider,
        host,
        connection,
        accounts,
        cluster,
        roles,
        tests,
        migrate,
    })
}

fn flow(flags: &Flags, found: &Found, ask: &mut Questions) -> Result<Flow, Exit> {
    let is_flow = |answer: &str| {
        Flow::of(answer).is_none().then(|| "has to be `git-flow`, `trunk` or `github-flow`".to_owned())
    };
    let answer = ask.answer(
        flags.flow.as_deref(),
        &Question {
            flag: "--flow",
            words: "How the team branches: git-flow, trunk or github-flow",
            default: Some(found.flow.word().to_owned()),
            example: "git-flow",
            judge: &is_flow,
        },
    )?;
    Ok(Flow::of(&answer).unwrap_or(found.flow))
}

/// The accounts of environments that have one of their own.
fn accounts(flags: &Flags, flow: Flow, ask: &mut Questions) -> Result<BTreeMap<String, String>, Exit> {
    let names = flow.environments();
    let judge_one = |answer: &str| match answer.split_once('=') {
        None => Some("has to be an environment and its account, such as `staging=222222222222`".to_owned()),
        Some((name, _)) if !names.contains(&name) => {
            Some(format!("names another environment than {}", names.join(", ")))
        }
        Some((_, account)) => misfit("account-id", account).map(|why| format!("is no account: it {why}")),
    };
    let judge = |answer: &str| answer.split_whitespace().find_map(judge_one);
    for given in &flags.environment_account {
        ask.judge("--environment-account", given, &judge_one);
    }
    let given = flags.environment_account.join(" ");
    let words = format!(
        "Environments in accounts of their own ({}=…, with spaces between; empty for none)",
        names.last().copied().unwrap_or_default()
    );
    let answer = ask.answer(
        // Judged one by one already.
        (!given.is_empty()).then_some(given.as_str()),
        &Question {
            flag: "--environment-account",
            words: &words,
            default: Some(String::new()),
            example: "staging=222222222222",
            judge: if given.is_empty() { &judge } else { &|_| None },
        },
    )?;
    let pairs = answer.split_whitespace().filter_map(|pair| pair.split_once('='));
    Ok(pairs.map(|(name, account)| (name.to_owned(), account.to_owned())).collect())
}

fn source(flags: &Flags, seen: &Seen, ask: &mut Questions) -> Result<Source, Exit> {
    let remote: Option<&Remote> = seen.origin.as_ref().and_then(|origin| origin.as_ref().ok());
    let in_code_commit = flags.provider.as_deref() == Some(RawProvider::CodeCommit.word());
    let is_repository = |answer: &str| {
        let is_alone = !in_code_commit && !answer.contains('/');
        let why = "has to be owner and name, with `/` between them; the name alone goes with `--provider codecommit`";
        misfit("repository-name", answer).or_else(|| is_alone.then(|| why.to_owned()))
    };
    let question = Question {
        flag: "--repository",
        words: "Repository on its host, owner/name",
        default: None,
        example: "acme/shop",
        judge: &is_repository,
    };
    let repository = match (&flags.repository, remote) {
        // The remote says it: nobody is asked.
        (None, Some(remote)) => remote.repository.clone(),
        (given, _) => ask.answer(given.as_deref(), &question)?,
    };
    let known = remote.map_or(Some(RawProvider::GitHub), |remote| remote.provider);
    let is_provider = |answer: &str| {
        let words = PROVIDERS.map(|provider| format!("`{}`", provider.word())).join(", ");
        provider(answer).is_none().then(|| format!("has to be one of {words}"))
    };
    let question = Question {
        flag: "--provider",
        words: "Its host: github, gitlab, bitbucket, github_enterprise_server, gitlab_self_managed or codecommit",
        default: known.map(|provider| provider.word().to_owned()),
        example: "gitlab_self_managed",
        judge: &is_provider,
    };
    let answer = match (&flags.provider, remote, known) {
        (None, Some(_), Some(known)) => known.word().to_owned(),
        (given, ..) => ask.answer(given.as_deref(), &question)?,
    };
    let provider = provider(&answer);
    let is_own = provider.is_some_and(RawProvider::is_self_managed);
    let host = if is_own || flags.host.is_some() {
        let host = remote.filter(|remote| remote.provider.is_none()).map(|remote| remote.host.clone());
        let question = Question {
            flag: "--host",
            words: "Name of the host, such as git.example.com",
            default: host,
            example: "git.example.com",
            judge: &format("host-name"),
        };
        Some(ask.answer(flags.host.as_deref(), &question)?)
    } else {
        None
    };
    let may_be_empty = |answer: &str| {
        if answer.is_empty() && !is_own { None } else { misfit("connection-arn", answer) }
    };
    if provider == Some(RawProvider::CodeCommit) {
        // None leads there. One that is given all the same is written, and refused like any other fault of the file.
        return Ok(Source { repository, provider, host, connection: flags.connection.clone() });
    }
    let connection = ask.answer(
        flags.connection.as_deref(),
        &Question {
            flag: "--connection",
            words: if is_own {
                "ARN of the connection to it"
            } else {
                "ARN of a connection that exists (empty: the base stack makes one)"
            },
            default: (!is_own).then(String::new),
            example: "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000",
            judge: &may_be_empty,
        },
    )?;
    Ok(Source {
        repository,
        // GitHub is what the file means without it.
        provider: provider.filter(|provider| *provider != RawProvider::GitHub),
        host,
        connection: Some(connection).filter(|arn| !arn.is_empty()),
    })
}

fn provider(word: &str) -> Option<RawProvider> {
    PROVIDERS.into_iter().find(|provider| provider.word() == word)
}

fn roles(flags: &Flags, app: &str, ask: &mut Questions) -> Result<Vec<String>, Exit> {
    if !flags.role.is_empty() {
        for role in &flags.role {
            ask.judge("--role", role, &format("role-name"));
        }
        return Ok(flags.role.clone());
    }
    let judge = |answer: &str| {
        let wrong = answer.split_whitespace().find_map(|role| misfit("role-name", role));
        wrong.or_else(|| answer.trim().is_empty().then(|| "has to name at least one role".to_owned()))
    };
    let answer = ask.answer(
        None,
        &Question {
            flag: "--role",
            words: "Roles of the task definition, by name, with spaces between",
            default: Some(answers::roles(app).join(" ")),
            example: "shop-{environment}-task",
            judge: &judge,
        },
    )?;
    Ok(answer.split_whitespace().map(str::to_owned).collect())
}

fn tests(flags: &Flags, found: &Found, ask: &mut Questions) -> Result<Tests, Exit> {
    if !flags.test.is_empty() {
        for command in &flags.test {
            ask.judge("--test", command, &one_line);
        }
        let commands = flags.test.iter().filter(|command| *command != NONE);
        return Ok(Tests::Commands(commands.cloned().collect()));
    }
    let proposed = found.suites.first().map_or(NONE, |suite| suite.command);
    let answer = ask.answer(
        None,
        &Question {
            flag: "--test",
            words: "Command that runs the tests (`none` for none)",
            default: Some(proposed.to_owned()),
            example: "make test",
            judge: &one_line,
        },
    )?;
    Ok(match answer.as_str() {
        NONE => Tests::Commands(Vec::new()),
        answer if answer == proposed => Tests::Found,
        _ => Tests::Commands(vec![answer]),
    })
}
