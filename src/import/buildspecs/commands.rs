//! What the shell of a buildspec does, as far as its lines say: images, deploys, migrations, tests.

use std::collections::BTreeMap;

use super::super::draft::Build;
use super::super::migration;
use super::reading::{Buildspec, Line};
use super::secret::{HIDDEN, is_secret_key};
use super::shell::{Simple, filled, inside, joined, option, options, positional, simples};

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What.
    pub action: Action,
    /// The phase.
    pub phase: &'static str,
    /// The line in the file.
    pub line: usize,
    /// The line's text.
    pub text: String,
    /// Whether its failure is passed over: `|| true`.
    pub is_swallowed: bool,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// An image is built.
    Build(Built),
    /// `aws ecs update-service`, with the cluster and the service as far as they are said.
    Ecs {
        /// The cluster.
        cluster: String,
        /// The service.
        service: String,
    },
    /// `copilot … deploy`.
    Copilot {
        /// The workload.
        workload: Option<String>,
        /// The environment.
        environment: Option<String>,
    },
    /// Another deploy, by its tool.
    Deploy(&'static str),
    /// `imagedefinitions.json`: the container for CodePipeline's deploy.
    Container(String),
    /// A migration: the tool, and the command inside of the image.
    Migrate(&'static str, String),
    /// Tests; inside of an image the command there.
    Test(Option<String>),
    /// What is installed before the tests.
    Install,
    /// A tag `latest` is written or pushed.
    Latest,
}

/// An image that is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The name that its tag says: the repository without registry and tag.
    pub repository: Option<String>,
    /// How.
    pub build: Build,
    /// What could not be made out, in words.
    pub unclear: Vec<String>,
}

/// All that a buildspec does, in its order, and the variables as they are known at the end.
pub fn done(spec: &Buildspec) -> (Vec<Done>, BTreeMap<String, String>) {
    let mut variables = BTreeMap::new();
    for (name, line) in spec.below(&["env", "variables"]) {
        if line.safe.is_whole() {
            variables.insert(name.to_owned(), filled(line.text(), &variables));
        }
    }
    let (mut all, mut folder) = (Vec::new(), String::new());
    for (phase, line) in spec.commands() {
        for simple in simples(line.text()) {
            for (name, value) in &simple.assigned {
                // What a command gives is not known.
                if !value.contains(['`', '(']) && !value.contains(HIDDEN) {
                    variables.insert(name.clone(), filled(value, &variables));
                }
            }
            if simple.words.first().is_some_and(|word| word == "cd") {
                folder = simple.words.get(1).and_then(|to| joined_path(&folder, to)).unwrap_or_default();
            }
            let words: Vec<String> = simple.words.iter().map(|word| filled(word, &variables)).collect();
            let done = |action| Done {
                action,
                phase,
                line: line.line,
                text: line.text().to_owned(),
                is_swallowed: simple.is_swallowed,
            };
            all.extend(actions(&words, &simple, &folder, line).into_iter().map(done));
        }
    }
    (all, variables)
}

fn actions(words: &[String], simple: &Simple, folder: &str, line: &Line) -> Vec<Action> {
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    let latest = words.iter().any(|word| word.ends_with(":latest") && word.len() > ":latest".len());
    match all.as_slice() {
        ["docker" | "podman", "build", rest @ ..] | ["docker", "buildx" | "image", "build", rest @ ..] => {
            found.push(Action::Build(built(words, rest, folder)));
            found.extend(latest.then_some(Action::Latest));
        }
        ["docker" | "podman", "tag" | "push", ..] => found.extend(latest.then_some(Action::Latest)),
        ["aws", "ecs", "update-service", ..] => found.push(Action::Ecs {
            cluster: option(words, &["--cluster"]).unwrap_or_else(|| "default".to_owned()),
            service: option(words, &["--service"]).unwrap_or_default(),
        }),
        ["copilot", .., "deploy"] | ["copilot", "deploy", ..] | ["copilot", _, "deploy", ..] => {
            found.push(Action::Copilot {
                workload: option(words, &["--name", "-n"]),
                environment: option(words, &["--env", "-e"]),
            });
        }
        _ => found.extend(deploy_tool(&all).map(Action::Deploy)),
    }
    if let Some(container) = container(words) {
        found.push(Action::Container(container));
    }
    let inner = inside(words);
    // As it is written: what a variable holds here is not what it holds in the image.
    let as_written = inside(&simple.words).unwrap_or_else(|| simple.words.clone());
    let is_said =
        matches!(all.first(), Some(&("echo" | "printf" | "docker" | "aws" | "copilot"))) && inner.is_none();
    let hidden = (!is_said).then(|| migration::hidden(&joined(&as_written)).into_iter().next()).flatten();
    if let Some((tool, Ok(command))) = hidden.map(|hidden| (hidden.tool, hidden.command)) {
        found.push(Action::Migrate(tool, command));
    } else if !is_said && is_test(inner.as_deref().unwrap_or(words)) {
        found.push(Action::Test(inner.map(|inner| joined(&inner))));
    } else if is_install(&all) && !line.text().contains(HIDDEN) {
        found.push(Action::Install);
    }
    found
}

/// Whether this is a name that a shell and a Dockerfile take for a variable's.
pub(super) fn is_variable(name: &str) -> bool {
    name.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_')
        && name.len() <= 255
        && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
}

/// The options of `docker build` that have a value behind them (Docker's reference, "docker buildx build").
const BUILD_VALUES: [&str; 21] = [
    "-f",
    "--file",
    "-t",
    "--tag",
    "--target",
    "--build-arg",
    "--platform",
    "--cache-from",
    "--cache-to",
    "--network",
    "--progress",
    "--label",
    "--secret",
    "--ssh",
    "-o",
    "--output",
    "--iidfile",
    "-m",
    "--memory",
    "--builder",
    "--build-context",
];

fn built(words: &[String], rest: &[&str], folder: &str) -> Built {
    let mut unclear = Vec::new();
    let mut clear = |what: &str, value: String| -> Option<String> {
        let is_text =
            !value.contains(['$', '`']) && !value.contains(HIDDEN) && !value.chars().any(char::is_control);
        let is_path = value.chars().all(|one| one.is_ascii_alphanumeric() || "-_./@+".contains(one));
        let is_clear =
            is_text && !value.contains("{{resolve:") && (is_path || what.starts_with("the argument"));
        if !is_clear {
            unclear.push(format!("{what} `{value}`"));
        }
        is_clear.then_some(value)
    };
    let context = positional(rest, &BUILD_VALUES).and_then(|at| clear("the context", rest[at].to_owned()));
    let file = option(words, &["-f", "--file"]).and_then(|file| clear("the Dockerfile", file));
    let target = option(words, &["--target"]).and_then(|target| clear("the stage", target));
    let platform = option(words, &["--platform"]).unwrap_or_default();
    let mut args = BTreeMap::new();
    for arg in options(words, &["--build-arg"]) {
        match arg.split_once('=') {
            Some((name, _)) if is_secret_key(name) => {
                let _ = clear("the argument", format!("${name}"));
            }
            Some((name, value)) if is_variable(name) => {
                if let Some(value) = clear(&format!("the argument `{name}`:"), value.to_owned()) {
                    args.insert(name.to_owned(), value);
                }
            }
            Some(_) | None => {
                let _ = clear("the argument", format!("${arg}"));
            }
        }
    }
    let mut path = |what: &str, path: String| {
        let joined = joined_path(folder, &path);
        if joined.is_none() {
            unclear.push(format!("{what} `{path}`, which is not in the repository,"));
        }
        joined
    };
    let context =
        context.and_then(|context| path("the context", context)).filter(|context| !context.is_empty());
    let dockerfile = file.and_then(|file| path("the Dockerfile", file));
    let usual =
        context.as_ref().map_or_else(|| "Dockerfile".to_owned(), |context| format!("{context}/Dockerfile"));
    let tags = options(words, &["-t", "--tag"]);
    Built {
        repository: tags.iter().find_map(|tag| repository(tag)),
        build: Build {
            dockerfile: dockerfile.filter(|file| *file != usual),
            context,
            target,
            is_arm: platform.contains("arm64"),
            args,
        },
        unclear,
    }
}

/// The repository of an image's name, without registry, tag and digest; `None` where a variable is its name.
fn repository(image: &str) -> Option<String> {
    let image = image.split('@').next().unwrap_or(image);
    let (rest, last) = image.rsplit_once('/').unwrap_or(("", image));
    // `$REGISTRY/shop/api:$TAG`: the registry and the tag may be variables, the name not.
    let last = last.split(':').next().filter(|last| !last.is_empty() && !last.contains(['$', '`']))?;
    let folders = rest.split('/').filter(|part| !(part.is_empty() || part.contains(['.', ':', '$', '`'])));
    let parts: Vec<&str> = folders.chain([last]).collect();
    Some(parts.join("/"))
}

/// A path from the root of the repository; `None` where it leads out of it, or cannot be told.
fn joined_path(folder: &str, path: &str) -> Option<String> {
    let path =
        match path.strip_prefix("$CODEBUILD_SRC_DIR").or_else(|| path.strip_prefix("${CODEBUILD_SRC_DIR}")) {
            Some("") => return Some(String::new()),
            Some(rest) => rest.strip_prefix('/')?.to_owned(),
            None if path.starts_with('/') || path.contains(['$', '`', ':']) => return None,
            None => format!("{folder}/{path}"),
        };
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The container in what is written into `imagedefinitions.json` (CodePipeline's guide, "Image definitions file reference").
fn container(words: &[String]) -> Option<String> {
    if !matches!(words.first()?.as_str(), "printf" | "echo")
        || !words.iter().any(|word| word.contains("imageUri"))
    {
        return None;
    }
    let text = words.iter().find(|word| word.contains("\"name\""))?;
    let behind =
        text.split("\"name\"").nth(1)?.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let name = behind.split('"').next()?;
    (!name.is_empty() && !name.contains(['%', '$'])).then(|| name.to_owned())
}

/// Deploys that are known by their first words.
fn deploy_tool(words: &[&str]) -> Option<&'static str> {
    const TOOLS: [(&[&str], &str); 17] = [
        (&["aws", "s3", "sync"], "aws s3 sync"),
        (&["aws", "cloudformation", "deploy"], "aws cloudformation deploy"),
        (&["aws", "lambda", "update-function-code"], "aws lambda update-function-code"),
        (&["aws", "deploy", "create-deployment"], "aws deploy create-deployment"),
        (&["aws", "apprunner", "start-deployment"], "aws apprunner start-deployment"),
        (&["serverless", "deploy"], "serverless deploy"),
        (&["sls", "deploy"], "serverless deploy"),
        (&["npx", "serverless", "deploy"], "serverless deploy"),
        (&["sam", "deploy"], "sam deploy"),
        (&["cdk", "deploy"], "cdk deploy"),
        (&["npx", "cdk", "deploy"], "cdk deploy"),
        (&["terraform", "apply"], "terraform apply"),
        (&["kubectl", "apply"], "kubectl apply"),
        (&["kubectl", "set"], "kubectl set"),
        (&["helm", "upgrade"], "helm upgrade"),
        (&["eb", "deploy"], "eb deploy"),
        (&["ecs-deploy"], "ecs-deploy"),
    ];
    TOOLS.iter().find(|(begin, _)| words.starts_with(begin)).map(|(_, name)| *name)
}

/// By what tests are known: words beside each other, a path before the first one aside.
const TESTS: [&[&str]; 28] = [
    &["npm", "test"],
    &["npm", "run", "test"],
    &["yarn", "test"],
    &["yarn", "run", "test"],
    &["pnpm", "test"],
    &["jest"],
    &["vitest"],
    &["rspec"],
    &["rails", "test"],
    &["rake", "test"],
    &["rake", "spec"],
    &["rubocop"],
    &["pytest"],
    &["manage.py", "test"],
    &["tox"],
    &["go", "test"],
    &["cargo", "test"],
    &["mvn", "test"],
    &["mvn", "verify"],
    &["gradlew", "test"],
    &["gradle", "test"],
    &["dotnet", "test"],
    &["phpunit"],
    &["artisan", "test"],
    &["make", "test"],
    &["mix", "test"],
    &["cypress", "run"],
    &["playwright", "test"],
];

fn is_test(words: &[String]) -> bool {
    let is_it = |word: &str, known: &str| {
        let word = word.rsplit('/').next().unwrap_or(word);
        word == known || (known == "test" && word.starts_with("test:"))
    };
    // `pip install pytest` installs, `echo` tells.
    let is_other = words.iter().any(|word| ["install", "add"].contains(&word.as_str()));
    !is_other
        && TESTS.iter().any(|known| {
            words
                .windows(known.len())
                .any(|some| some.iter().zip(*known).all(|(word, known)| is_it(word, known)))
        })
}

fn is_install(words: &[&str]) -> bool {
    matches!(
        words,
        ["cd", to] if !to.contains('$')
    ) || matches!(
        words,
        ["npm", "ci" | "install" | "i", ..]
            | ["yarn"]
            | ["yarn" | "pnpm" | "poetry" | "composer" | "pip" | "pip3" | "gem", "install", ..]
            | ["bundle", "install" | "config", ..]
            | ["python" | "python3", "-m", "pip", "install", ..]
            | ["go", "mod", "download"]
    )
}

#[cfg(test)]
mod tests;
