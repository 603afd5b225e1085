//! The stacks of a configuration, made in the order and with the commands of the page that says so: each command with the
//! credentials that the page names. What one stack names in another was made by that other, in the account and the region
//! in which it is looked for.

mod faults;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::jobs;
use crate::support::intrinsics::{Resolver, key, place_of};
use crate::support::stacks::Stacks;
use crate::support::world::Place;

/// What has been made so far.
#[derive(Default)]
struct Made {
    /// ARNs, of those kinds of which another stack may name one.
    arns: BTreeSet<String>,
    /// The outputs by region and stack. Stacks of one name in two accounts would be a fault of the page.
    outputs: BTreeMap<(String, String), BTreeMap<String, String>>,
    /// The shell's variables.
    variables: BTreeMap<String, String>,
    /// The resources as they came to be, each with its template's path and where it stands.
    resources: Vec<(String, Place, Value)>,
}

/// One command of the page, in one line, with the account whose credentials are at hand.
struct Line {
    account: String,
    words: Vec<String>,
}

/// The commands of the page.
fn lines(page: &str) -> Vec<Line> {
    let (mut account, mut lines) = (String::new(), Vec::new());
    let mut in_shell = false;
    for text in page.replace("\\\n", " ").lines().map(str::trim) {
        if text.starts_with("```") {
            in_shell = text == "```sh";
        } else if in_shell {
            let words = text.split_whitespace().map(|word| word.replace('"', "")).collect();
            lines.push(Line { account: account.clone(), words });
        } else if let Some((_, rest)) = text.split_once("credentials of account ") {
            account = rest.chars().take(12).collect();
        }
    }
    lines
}

fn option<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| word == name)?;
    words.get(at + 1).map(String::as_str)
}

/// The ARN of a resource, where it is of a kind that has to be there before it is named.
fn arn_of(resource: &Value, at: &Place, logical_id: &str) -> Option<String> {
    let properties = &resource["Properties"];
    let text = |name: &str| properties[name].as_str().unwrap_or_else(|| panic!("{logical_id} has no {name}"));
    Some(match resource["Type"].as_str().expect("a type") {
        "AWS::IAM::Role" => {
            let path = properties["Path"].as_str().unwrap_or("/");
            format!("arn:{}:iam::{}:role{path}{}", at.partition(), at.account, text("RoleName"))
        }
        "AWS::S3::Bucket" => format!("arn:{}:s3:::{}", at.partition(), text("BucketName")),
        "AWS::KMS::Key" => key(at, logical_id),
        "AWS::CodeBuild::Project" => at.arn("codebuild", &format!("project/{}", text("Name"))),
        "AWS::CodePipeline::Pipeline" => at.arn("codepipeline", text("Name")),
        "AWS::ECR::Repository" => at.arn("ecr", &format!("repository/{}", text("RepositoryName"))),
        "AWS::Logs::LogGroup" => at.arn("logs", &format!("log-group:{}", text("LogGroupName"))),
        _ => return None,
    })
}

impl Made {
    /// Does what the page says. Panics where CloudFormation or the shell would stop.
    fn by(stacks: &Stacks) -> (Self, Vec<String>) {
        let mut made = Made::default();
        let mut resolver = Resolver::new(&stacks.place, BTreeMap::new());
        let mut deployed = Vec::new();
        for Line { account, words } in lines(&stacks.files["pipelines/README.md"]) {
            let plain: Vec<&str> = words.iter().map(String::as_str).collect();
            match plain.as_slice() {
                ["aws", "cloudformation", "deploy", ..] => {
                    deployed.push(made.deploy(stacks, &mut resolver, &account, &words));
                }
                [assignment, "cloudformation", "describe-stacks", ..] => {
                    let variable = assignment.split('=').next().expect("a name");
                    made.look_up(variable, &words);
                }
                _ => {}
            }
        }
        (made, deployed)
    }

    fn deploy(
        &mut self,
        stacks: &Stacks,
        resolver: &mut Resolver,
        account: &str,
        words: &[String],
    ) -> String {
        let path = option(words, "--template-file").expect("a template").to_owned();
        let text = &stacks.files[&format!("pipelines/{path}")];
        let template: Value = serde_yaml::from_str(text).expect("YAML");
        let at = Place {
            account: account.to_owned(),
            region: option(words, "--region").expect("a region").to_owned(),
        };
        assert_eq!(at, place_of(&template), "{path} refuses to be deployed there");
        let given = self.given(words);
        let wanted: BTreeSet<&String> =
            template["Parameters"].as_object().into_iter().flat_map(|all| all.keys()).collect();
        assert_eq!(given.keys().collect::<BTreeSet<_>>(), wanted, "the parameters of {path}");
        resolver.given = Some(given);
        // An import of what no stack here has exported yet is a panic.
        let resources = resolver.resources(&template);
        let names = template["Resources"].as_object().expect("resources").keys();
        for (name, resource) in names.zip(resources) {
            if let Some(arn) = arn_of(&resource, &at, name) {
                assert!(self.arns.insert(arn.clone()), "{path} makes {arn}, which is there already");
            }
            self.resources.push((path.clone(), at.clone(), resource));
        }
        let stack = option(words, "--stack-name").expect("a name").to_owned();
        let before = self.outputs.insert((at.region, stack.clone()), resolver.outputs(&template));
        assert!(before.is_none(), "two templates become the stack {stack}");
        path
    }

    /// The parameters of a command, with the shell's variables filled in.
    fn given(&self, words: &[String]) -> BTreeMap<String, String> {
        let Some(at) = words.iter().position(|word| word == "--parameter-overrides") else {
            return BTreeMap::new();
        };
        let pairs = words[at + 1..].iter().take_while(|word| !word.starts_with("--"));
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once("=$").expect("a name and a variable");
                (
                    name.to_owned(),
                    self.variables.get(value).unwrap_or_else(|| panic!("${value} is not set")).clone(),
                )
            })
            .collect()
    }

    fn look_up(&mut self, variable: &str, words: &[String]) {
        let stack = (
            option(words, "--region").expect("a region").to_owned(),
            option(words, "--stack-name").expect("a name").to_owned(),
        );
        let query = option(words, "--query").expect("a query");
        let output = query.split('\'').nth(1).expect("an output's name");
        let outputs = self.outputs.get(&stack).unwrap_or_else(|| panic!("{stack:?} is not deployed yet"));
        let value = outputs.get(output).unwrap_or_else(|| panic!("{stack:?} has no output {output}"));
        self.variables.insert(variable.to_owned(), value.clone());
    }
}

/// What is wrong with an ARN that a stack names: nothing, where it was made, or is no stack's to make.
fn is_there(arn: &str, made: &Made, theirs: &BTreeSet<String>) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, _, _, resource] = parts.as_slice() else { panic!("{arn} is no ARN") };
    let whole = |arn: &str| made.arns.contains(arn) || theirs.contains(arn);
    match *service {
        "s3" => whole(arn.split('/').next().expect("a bucket")),
        // The groups that a key is for, by how their names begin.
        "logs" if resource.ends_with("-*") || resource.ends_with("/*") => true,
        // A stream, or all of them, of a group.
        "logs" => whole(arn.split(":log-stream:").next().expect("a group").trim_end_matches(":*")),
        // Those that are called like the app's, of which there is one.
        "iam" if resource.ends_with('*') => {
            made.arns.iter().any(|made| made.starts_with(arn.trim_end_matches('*')))
        }
        "iam" => *resource == "root" || resource.starts_with("policy/") || whole(arn),
        "kms" | "ecr" | "codebuild" => whole(arn),
        // Those that are called like the app's, of which there is one.
        "codepipeline" => made.arns.iter().any(|made| made.starts_with(arn.trim_end_matches('*'))),
        // What has to be there already, or comes and goes as the pipelines run.
        "ecs"
        | "ec2"
        | "sns"
        | "ssm"
        | "secretsmanager"
        | "codeconnections"
        | "codestar-connections"
        | "cloudwatch"
        | "events"
        | "rds"
        | "scheduler"
        | "states" => true,
        other => panic!("whose is {arn}, of {other}?"),
    }
}

/// Every ARN in a value, whatever the text around it.
fn arns(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            for (at, _) in text.match_indices("arn:aws") {
                let end = text[at..]
                    .find(['"', '\'', ' ', ',', '}', '\\', '\n'])
                    .map_or(text.len(), |end| at + end);
                found.insert(text[at..end].to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| arns(item, found)),
        Value::Object(map) => map.values().for_each(|item| arns(item, found)),
        _ => {}
    }
}

/// What is the configuration's owner's: the roles of the tasks, the repositories of build machines' images, and all that is
/// named as existing.
fn theirs(stacks: &Stacks) -> BTreeSet<String> {
    let mut theirs = existing(stacks);
    let partition = stacks.place.partition();
    theirs.extend(
        crate::support::existing::sidecars(&stacks.config, &stacks.place)
            .into_iter()
            .map(|attached| attached.arn),
    );
    for environment in stacks.config.environments.values() {
        for deploy in environment.deploys.values() {
            let starters: &[String] = match deploy {
                branchline::config::Deploy::EcsTask(task) => &task.targets.roles,
                _ => &[],
            };
            if let branchline::config::Deploy::Commands(commands) = deploy {
                let declared = commands.statements.iter().flat_map(|statement| &statement.resources);
                theirs.extend(declared.map(|arn| arn.split('/').next().unwrap_or(arn).to_owned()));
            }
            theirs.extend(
                deploy
                    .task_roles()
                    .iter()
                    .chain(starters)
                    .map(|role| format!("arn:{partition}:iam::{}:role/{role}", environment.account)),
            );
        }
    }
    for project in stacks.projects.values() {
        if let Some((registry, image)) = project.image.split_once(".amazonaws.com/") {
            let (account, region) = registry.split_once(".dkr.ecr.").expect("a registry");
            let at = Place { account: account.to_owned(), region: region.to_owned() };
            let name = image.split(['@', ':']).next().expect("a name");
            theirs.insert(at.arn("ecr", &format!("repository/{name}")));
        }
    }
    theirs
}

fn existing(stacks: &Stacks) -> BTreeSet<String> {
    let config = &stacks.config;
    let pipelines = &config.existing.roles;
    let mut roles = vec![&pipelines.pipeline, &pipelines.build, &pipelines.test];
    for environment in config.environments.values() {
        roles.extend([&environment.roles.deploy, &environment.roles.migrate, &environment.roles.keep]);
    }
    let mut existing: BTreeSet<String> = roles.into_iter().flatten().map(|arn| arn.text.clone()).collect();
    for artifacts in config.existing.artifacts.values() {
        existing.extend(artifacts.key.iter().map(|arn| arn.text.clone()));
        let bucket = |name: &str| format!("arn:{}:s3:::{name}", stacks.place.partition());
        existing.extend(artifacts.bucket.iter().map(|name| bucket(&name.text)));
    }
    let repositories = config.services.values().filter(|service| service.repository_exists);
    existing.extend(
        repositories.map(|service| stacks.place.arn("ecr", &format!("repository/{}", service.repository))),
    );
    existing
}

/// What a pipeline names by name alone, and where that has to be: the ARN.
fn named(stacks: &Stacks, resource: &Value, at: &Place) -> Vec<String> {
    let properties = &resource["Properties"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    match resource["Type"].as_str() {
        Some("AWS::CodePipeline::Pipeline") => {
            let pipeline = &stacks.pipelines[&text(&properties["Name"])];
            let mut all: Vec<String> = pipeline
                .actions
                .iter()
                .filter_map(|action| {
                    let project = action.configuration.get("ProjectName")?;
                    // The role's account decides whose project it is; the action says the region.
                    let account = action.role_arn.as_ref().and_then(|arn| arn.split(':').nth(4));
                    let place = Place {
                        account: account.unwrap_or(&at.account).to_owned(),
                        region: action.region.as_ref().unwrap_or(&at.region).clone(),
                    };
                    Some(place.arn("codebuild", &format!("project/{project}")))
                })
                .collect();
            let several = properties["ArtifactStores"].as_array().into_iter().flatten();
            let stores = several.map(|store| &store["ArtifactStore"]).chain([&properties["ArtifactStore"]]);
            all.extend(
                stores
                    .filter_map(|store| store["Location"].as_str())
                    .map(|bucket| format!("arn:{}:s3:::{bucket}", at.partition())),
            );
            all
        }
        Some("AWS::CodeBuild::Project") => {
            let group = text(&properties["LogsConfig"]["CloudWatchLogs"]["GroupName"]);
            vec![at.arn("logs", &format!("log-group:{group}"))]
        }
        _ => Vec::new(),
    }
}

/// What stacks name and no stack has made.
fn missing(stacks: &Stacks, made: &Made) -> Vec<String> {
    let theirs = theirs(stacks);
    let mut missing = Vec::new();
    for (path, at, resource) in &made.resources {
        let mut found: BTreeSet<String> = named(stacks, resource, at).into_iter().collect();
        arns(&resource["Properties"], &mut found);
        let absent = found.into_iter().filter(|arn| !is_there(arn, made, &theirs));
        missing.extend(absent.map(|arn| format!("{path}: nobody makes {arn}")));
    }
    for (path, text) in stacks.files.iter().filter(|(path, _)| path.ends_with("/pipeline.json")) {
        let mut found = BTreeSet::new();
        arns(&serde_json::from_str(text).expect("JSON"), &mut found);
        let absent = found.into_iter().filter(|arn| !is_there(arn, made, &theirs));
        missing.extend(absent.map(|arn| format!("{path}: nobody makes {arn}")));
    }
    missing
}

#[test]
fn what_a_stack_names_in_another_was_made_by_it_and_every_template_is_deployed_once() {
    for (name, stacks) in jobs::all() {
        let (made, mut deployed) = Made::by(&stacks);
        let missing = missing(&stacks, &made);
        assert!(missing.is_empty(), "{name}:\n{}", missing.join("\n"));
        deployed.sort();
        let is_template = |text: &String| text.contains("AWSTemplateFormatVersion");
        let templates: Vec<String> = stacks
            .files
            .iter()
            .filter(|(_, text)| is_template(text))
            .map(|(path, _)| path.trim_start_matches("pipelines/").to_owned())
            .collect();
        assert_eq!(deployed, templates, "{name}");
    }
}

#[test]
fn a_key_is_used_in_its_own_region_alone() {
    for (name, stacks) in jobs::all() {
        let (made, _) = Made::by(&stacks);
        for (path, at, resource) in &made.resources {
            let properties = &resource["Properties"];
            let mut keys = BTreeSet::new();
            for used in ["KmsKeyId", "EncryptionKey", "BucketEncryption"] {
                arns(&properties[used], &mut keys);
            }
            for key in keys {
                assert_eq!(key.split(':').nth(3), Some(at.region.as_str()), "{name}, {path}: {key}");
            }
            for store in properties["ArtifactStores"].as_array().into_iter().flatten() {
                let key = store["ArtifactStore"]["EncryptionKey"]["Id"].as_str().expect("a key");
                assert_eq!(key.split(':').nth(3), store["Region"].as_str(), "{name}, {path}: {key}");
            }
        }
    }
}
