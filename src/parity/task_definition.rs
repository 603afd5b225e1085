//! Task definitions as `aws ecs register-task-definition` takes and `describe-task-definition` gives them: the keys that each
//! container is told.
//!
//! Shape: botocore's service model of ECS, `ContainerDefinition` (`environment`, `secrets`, `environmentFiles`, `portMappings`,
//! `essential`, `image`).

use std::collections::{BTreeMap, BTreeSet};

use super::{Found, Key, Kind, Page, Place, Role, Set, Sets, Source, Subject};
use crate::config::tree::{self, Node, Value};
use crate::diagnostic::{Span, codes};

/// A file, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path as it is shown.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The environment.
    pub environment: String,
    /// The service, where it is named.
    pub service: Option<String>,
}

/// A file that was read.
struct Definition<'f> {
    file: &'f File,
    page: Page<'f>,
    family: String,
    containers: Vec<Node>,
}

/// The sets of all files.
///
/// A file without a named service is that of its family without the environment's name: `shop-api` of `shop-production-api`. Where
/// every environment has one such file at most, they are of one service, whatever their families are called.
pub fn sets(files: &[File]) -> Sets {
    let mut all = Sets::default();
    let mut read = Vec::new();
    for file in files {
        match definition(file) {
            Ok(definition) => read.push(definition),
            Err(found) => all.found.push(*found),
        }
    }
    let unnamed: Vec<&Definition> =
        read.iter().filter(|definition| definition.file.service.is_none()).collect();
    let environments: BTreeSet<&str> =
        unnamed.iter().map(|definition| definition.file.environment.as_str()).collect();
    let families: BTreeSet<String> = unnamed.iter().map(|definition| definition.stem()).collect();
    let is_one = environments.len() == unnamed.len();
    for definition in &read {
        let service = match &definition.file.service {
            Some(service) => service.clone(),
            None if is_one && families.len() > 1 => "task definition".to_owned(),
            None => definition.stem(),
        };
        all.sets.extend(definition.sets(&service));
    }
    all
}

fn definition(file: &File) -> Result<Definition<'_>, Box<Found>> {
    let page = Page::new(&file.path, &file.text);
    let first = |line, column| Place { file: page.file.clone(), line, column };
    let is_json = file.text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    // The parser of YAML reads JSON with its places; what JSON is, and is not, a parser of JSON knows. Its messages repeat
    // nothing of the text here: only its place is taken.
    if is_json
        && let Err(error) =
            serde_json::from_str::<serde::de::IgnoredAny>(file.text.trim_start_matches('\u{feff}'))
    {
        let place = first(error.line().max(1), error.column().max(1));
        return Err(Box::new(Found::unreadable(
            place,
            "this is no JSON from here on",
            "write the file anew with `aws ecs describe-task-definition`",
        )));
    }
    let plain = if is_json { as_yaml(&file.text) } else { file.text.clone() };
    let (node, findings) = tree::read_of_others(&plain);
    if let Some(finding) = findings.first() {
        let place = finding.place.map_or_else(|| first(1, 1), |span| page.place(span));
        // Its message may repeat a part of the text; its title does not.
        let title = codes::find(finding.code).map_or("it is no YAML", |code| code.title);
        let why = format!("this file cannot be read: {title}");
        return Err(Box::new(Found::unreadable(place, why, "mend the file")));
    }
    let shape = || {
        Box::new(Found::unreadable(
            first(1, 1),
            "this is no task definition: it has no `containerDefinitions`",
            "name a file that `aws ecs describe-task-definition` has written, or that `register-task-definition` takes",
        ))
    };
    let node = node.ok_or_else(shape)?;
    let top = node.get("taskDefinition").unwrap_or(&node);
    let Some(Value::List(containers)) = top.get("containerDefinitions").map(|node| &node.value) else {
        return Err(shape());
    };
    if let Some(span) = containers.iter().find_map(malformed) {
        return Err(Box::new(Found::unreadable(
            page.place(span),
            "this is no task definition as ECS takes it",
            "`environment` and `secrets` of a container are lists of mappings with a `name`, and `environmentFiles` is a list",
        )));
    }
    let family = top.get("family").and_then(text).unwrap_or_default().to_owned();
    Ok(Definition { file, family, containers: containers.clone(), page })
}

/// JSON as YAML's parser takes it, each byte at its place: a tab between values becomes a space, and half a pair of surrogates,
/// which YAML cannot say, a letter. What is changed stands in values, which are not looked at, and between them.
fn as_yaml(text: &str) -> String {
    let mut out = text.replace('\t', " ");
    let mut from = 0;
    while let Some(at) = out[from..].find("\\u").map(|at| from + at) {
        // Behind a backslash that is one itself, this is none.
        let before = out[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        let is_surrogate = out.get(at + 2..at + 6).is_some_and(|digits| {
            digits.starts_with(['d', 'D']) && digits[1..].starts_with(|digit: char| digit >= '8')
        });
        if before % 2 == 0 && is_surrogate {
            out.replace_range(at + 2..at + 6, "0041");
        }
        from = at + 2;
    }
    out
}

/// Where a container is not of the shape that ECS takes, as far as keys are told there. What was passed over would be missing
/// without a word.
fn malformed(container: &Node) -> Option<Span> {
    let Value::Mapping(_) = container.value else { return Some(container.span) };
    let told = ["environment", "secrets", "environmentFiles"].into_iter().filter_map(|key| {
        let node = container.get(key).filter(|node| node.value != Value::Null)?;
        Some((key, node))
    });
    told.into_iter().find_map(|(key, node)| {
        let Value::List(items) = &node.value else { return Some(node.span) };
        // A name with `=` in it has a value behind it.
        let is_named = |item: &Node| {
            item.get("name").and_then(text).is_some_and(|name| !name.is_empty() && !name.contains('='))
        };
        let wrong = items.iter().find(|item| key != "environmentFiles" && !is_named(item));
        wrong.map(|item| item.span)
    })
}

fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    match node.get(key).map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

impl Definition<'_> {
    /// The family without the environment's name.
    fn stem(&self) -> String {
        let environment = self.file.environment.as_str();
        let words: Vec<&str> = self.family.split(['-', '_']).collect();
        let name: Vec<&str> = environment.split(['-', '_']).collect();
        let Some(at) = words.windows(name.len()).position(|window| window == name) else {
            return if self.family.is_empty() { "task definition".to_owned() } else { self.family.clone() };
        };
        let rest: Vec<&str> = words[..at].iter().chain(&words[at + name.len()..]).copied().collect();
        if rest.is_empty() { "task definition".to_owned() } else { rest.join("-") }
    }

    fn sets(&self, service: &str) -> Vec<Set> {
        let named = |node: &Node| node.get("name").and_then(text).map(str::to_owned);
        let essential =
            |node: &&Node| node.get("essential").is_none_or(|node| node.value != Value::Bool(false));
        let essentials: Vec<&Node> = self.containers.iter().filter(essential).collect();
        // The one that is called like the service, or else the only one that has to run.
        let main = self
            .containers
            .iter()
            .find(|node| named(node).as_deref() == Some(service))
            .or_else(|| if let [only] = essentials[..] { Some(only) } else { None });
        let sets = self.containers.iter().map(|node| {
            let is_main = main.is_some_and(|main| std::ptr::eq(main, node));
            let container = if is_main { None } else { Some(named(node).unwrap_or_default()) };
            let subject = Subject { service: service.to_owned(), container };
            self.set(node, subject, is_main)
        });
        sets.collect()
    }

    fn set(&self, node: &Node, subject: Subject, is_main: bool) -> Set {
        let place = |key: &str| self.page.place(node.get(key).unwrap_or(node).span);
        let mut keys = BTreeMap::new();
        for (list, kind) in [("environment", Kind::Variable), ("secrets", Kind::Secret)] {
            for item in items(node, list) {
                let Some(name) = item.get("name").and_then(text) else { continue };
                let place = self.page.place(item.get("name").unwrap_or(item).span);
                super::put(&mut keys, name.to_owned(), Key { kind, place });
            }
        }
        let files = items(node, "environmentFiles").len();
        let open = (files > 0).then(|| {
            ("its `environmentFiles` are in S3, and not read".to_owned(), place("environmentFiles"))
        });
        let serves = !items(node, "portMappings").is_empty();
        Set {
            subject,
            environment: self.file.environment.clone(),
            source: Source::TaskDefinition,
            keys,
            variables: place("environment"),
            secrets: place("secrets"),
            open,
            image: node.get("image").and_then(text).map(|image| format!("image {}", without_tag(image))),
            role: match (is_main, serves) {
                (true, true) => Role::Service,
                (true, false) => Role::Job,
                (false, _) => Role::Other,
            },
        }
    }
}

/// An image's repository: what stands before a digest and a tag.
pub(super) fn without_tag(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    match image.rsplit_once(':') {
        // A colon before a slash belongs to the registry's port.
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(environment: &str, service: Option<&str>, text: &str) -> File {
        File {
            path: format!("{environment}.json"),
            text: text.to_owned(),
            environment: environment.to_owned(),
            service: service.map(str::to_owned),
        }
    }

    fn told(sets: &Sets) -> Vec<String> {
        let sets = sets.sets.iter().map(|set| {
            let container =
                set.subject.container.as_deref().map(|name| format!("/{name}")).unwrap_or_default();
            let keys: Vec<&str> = set.keys.keys().map(String::as_str).collect();
            format!("{}{container} {}: {}", set.subject.service, set.environment, keys.join(" "))
        });
        sets.collect()
    }

    #[test]
    fn both_shapes_are_read_with_tabs_and_escapes_and_places() {
        let registered = "{\n\t\"family\": \"shop-dev-api\",\n\t\"containerDefinitions\": [{\"name\": \"app\", \"image\": \"a/b:1\",\n\t\"environment\": \
                          [{\"name\": \"A\", \"value\": \"\\ud83d\\ude00\\/\\\\ud83d\"}],\n\t\"secrets\": [{\"name\": \"B\", \"valueFrom\": \"x\"}]}]}";
        let described = format!("{{\"taskDefinition\": {}}}", registered.replace("-dev-", "-staging-"));
        let sets = sets(&[file("dev", None, registered), file("staging", None, &described)]);
        assert_eq!(told(&sets), ["shop-api dev: A B", "shop-api staging: A B"]);
        let secret = &sets.sets[0].keys["B"];
        assert_eq!((secret.kind, secret.place.line, secret.place.column), (Kind::Secret, 5, 23));
        assert_eq!(sets.sets[0].variables.line, 4);
    }

    #[test]
    fn files_without_a_service_are_told_apart_by_their_family() {
        let of = |family: &str| {
            format!("{{\"family\": \"{family}\", \"containerDefinitions\": [{{\"name\": \"app\"}}]}}")
        };
        let one = sets(&[file("dev", None, &of("a")), file("production", None, &of("shop-prod"))]);
        assert_eq!(told(&one), ["task definition dev: ", "task definition production: "]);
        let two = sets(&[
            file("dev", None, &of("dev-api")),
            file("dev", None, &of("dev-web")),
            file("production", None, &of("production-api")),
            file("production", Some("web"), &of("production-web")),
        ]);
        assert_eq!(told(&two), ["api dev: ", "web dev: ", "api production: ", "web production: "]);
    }

    #[test]
    fn what_listens_serves_and_a_container_beside_it_does_neither() {
        let text = "{\"containerDefinitions\": [{\"name\": \"api\", \"portMappings\": [{\"containerPort\": 1}], \"image\": \"r:5000/a@sha256:0\"}, {\"name\": \
                    \"log\", \"environmentFiles\": [{\"value\": \"arn\", \"type\": \"s3\"}]}]}";
        let sets = sets(&[file("dev", Some("api"), text)]).sets;
        assert_eq!((sets[0].role, sets[0].image.as_deref()), (Role::Service, Some("image r:5000/a")));
        assert_eq!((sets[1].role, sets[1].subject.container.as_deref()), (Role::Other, Some("log")));
        assert!(sets[1].open.as_ref().is_some_and(|(why, _)| why.contains("S3")));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_without_its_text() {
        for (text, what) in [
            ("{\"containerDefinitions\": [{\"name\": MARKER}]}", "this is no JSON from here on"),
            ("{\"containerDefinitions\": {\"MARKER\": 1}}", "this is no task definition"),
            (
                "{\"containerDefinitions\": [{\"name\": \"a\", \"environment\": [\"MARKER=x\"]}]}",
                "this is no task definition as ECS takes it",
            ),
            (
                "{\"containerDefinitions\": [{\"name\": \"a\", \"environment\": [{\"name\": \"A=MARKER\"}]}]}",
                "this is no task definition as ECS takes it",
            ),
            (
                "{\"containerDefinitions\": [{\"name\": \"a\", \"secrets\": {\"X\": \"MARKER\"}}]}",
                "this is no task definition as ECS takes it",
            ),
            (
                "{\"containerDefinitions\": [{\"secrets\": [{\"Name\": \"MARKER\"}]}]}",
                "this is no task definition as",
            ),
            (
                "{\"containerDefinitions\": [{\"environmentFiles\": \"MARKER\"}]}",
                "this is no task definition as",
            ),
            ("{\"containerDefinitions\": [\"MARKER\"]}", "this is no task definition as"),
            ("[\"MARKER\"]", "this is no task definition"),
            ("{\"a\": \"MARKER\", \"a\": \"MARKER\"}", "this file cannot be read: "),
            ("a: \"MARKER", "this file cannot be read: "),
            ("", "this file cannot be read: "),
        ] {
            let found = sets(&[file("dev", None, text)]).found;
            assert!(found[0].message.starts_with(what), "{text}: {found:?}");
            assert!(!format!("{found:?}").contains("MARKER"), "{found:?}");
        }
    }
}
