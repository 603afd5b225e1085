//! From a manifest's tree to the workload.

use super::{
    Build, Container, Files, Image, Kind, LogRouter, Manifest, Placement, Reading, Secret, Sidecar, Variable,
    Words, Workload,
};
use crate::config::tree::{self, Node, Value};
use crate::import::copilot::known;
use crate::import::reader::{Located, Mapping, Raises, text, wrong};
use crate::import::remark::Weight;

/// Reads a manifest.
pub fn read(text: &str) -> Reading {
    let (node, findings) = tree::read_of_others(text);
    let told = Raises::default();
    let manifest = node.as_ref().and_then(|node| manifest(node, &told));
    let mut raised = told.into_all();
    raised.sort_by_key(|raised| raised.span);
    Reading { manifest, raised, findings }
}

fn manifest(node: &Node, raises: &Raises) -> Option<Manifest> {
    let top = Mapping::of(node, "", raises)?;
    let (name, kind) = (top.text("name"), top.text("type"));
    let lost = |key: &str| {
        raises.raise(
            Weight::Lost,
            node.span,
            format!("this workload has no `{key}` that can be read"),
            "Copilot would not deploy it either, and it is left out; if it is in use, another branch has the copy that is",
        );
    };
    let Some(name) = name else {
        lost("name");
        return None;
    };
    let Some(written) = kind else {
        lost("type");
        return None;
    };
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == written.value) else {
        let names: Vec<String> = Kind::ALL.iter().map(|kind| format!("`{}`", kind.name())).collect();
        raises.raise(
            Weight::Lost,
            written.span,
            format!("`{}` is no type of workload that Copilot knows", written.value),
            format!("the workload is left out; the types are {}", names.join(", ")),
        );
        return None;
    };
    known::judge_workload(node, kind, raises);
    let base = workload_in(node, kind, "", raises);
    let mut environments = Vec::new();
    let differences = top.take("environments");
    for (environment, span, node) in top.entries("environments") {
        // For what is to be said of it: the values are read once they are laid over the base.
        workload_in(node, kind, &format!("environments.{environment}"), raises);
        environments.push(Located { value: environment.to_owned(), span });
    }
    let differences = differences.filter(|_| !environments.is_empty()).cloned();
    let mut tree = node.clone();
    if let Value::Mapping(entries) = &mut tree.value {
        entries.retain(|entry| entry.key != "environments");
    }
    Some(Manifest { name, kind, base, environments, tree, differences })
}

/// A workload that was told of already.
pub(super) fn workload(node: &Node, kind: Kind) -> Workload {
    workload_in(node, kind, "", &Raises::default())
}

fn workload_in(node: &Node, kind: Kind, way: &str, raises: &Raises) -> Workload {
    let Some(top) = Mapping::of(node, way, raises) else { return Workload::default() };
    if kind == Kind::StaticSite {
        return Workload { files: files(&top, raises), ..Workload::default() };
    }
    let image = top.take("image").and_then(|node| Mapping::of(node, &top.way("image"), raises));
    let is_job = kind == Kind::ScheduledJob;
    let on = top.take("on").filter(|_| is_job).and_then(|node| Mapping::of(node, &top.way("on"), raises));
    Workload {
        port: image.as_ref().and_then(|image| image.text("port")),
        image: image.and_then(|image| image_of(&image, raises)),
        platform: platform(&top, raises),
        container: container(&top, raises),
        sidecars: sidecars(&top, raises),
        log_router: log_router(&top, raises),
        schedule: on.and_then(|on| on.text("schedule")),
        timeout: if is_job { top.text("timeout") } else { None },
        retries: if is_job { top.text("retries") } else { None },
        exec: exec(&top, raises),
        placement: placement(&top, raises),
        files: Vec::new(),
    }
}

/// The image of a mapping with `build` or `location`.
fn image_of(image: &Mapping, raises: &Raises) -> Option<Image> {
    if let Some(location) = image.text("location") {
        return Some(Image::Location(location));
    }
    let node = image.take("build")?;
    let bare = Build {
        span: node.span,
        named_dockerfile: None,
        named_context: None,
        args: Vec::new(),
        target: None,
        cache_from: Vec::new(),
    };
    if let Some(dockerfile) = text(node) {
        return Some(Image::Build(Build { named_dockerfile: Some(dockerfile), ..bare }));
    }
    let build = Mapping::of(node, &image.way("build"), raises)?;
    let args = build.entries("args").into_iter().map(|(key, span, node)| {
        let nothing = Located { value: String::new(), span: node.span };
        (Located { value: key.to_owned(), span }, text(node).unwrap_or(nothing))
    });
    Some(Image::Build(Build {
        args: args.collect(),
        named_dockerfile: build.text("dockerfile"),
        named_context: build.text("context"),
        target: build.text("target"),
        cache_from: build.texts("cache_from"),
        ..bare
    }))
}

/// `linux/arm64`, or a mapping of the two words.
fn platform(top: &Mapping, raises: &Raises) -> Option<Located<String>> {
    let node = top.take("platform")?;
    if let Some(platform) = text(node) {
        return Some(platform);
    }
    let platform = Mapping::of(node, &top.way("platform"), raises)?;
    let (family, architecture) = (platform.text("osfamily"), platform.text("architecture"));
    let word = |part: Option<Located<String>>, usual: &str| part.map_or(usual.to_owned(), |part| part.value);
    let value = format!("{}/{}", word(family, "linux"), word(architecture, "x86_64"));
    Some(Located { value, span: node.span })
}

fn container(of: &Mapping, raises: &Raises) -> Container {
    Container {
        variables: keyed(of, "variables", raises, |node, way, raises| {
            if let Some(import) = import(node, way, raises) {
                return Some(Variable::Import(import));
            }
            plain(node, way, "a text, or `from_cfn`", raises).map(Variable::Text)
        }),
        secrets: keyed(of, "secrets", raises, |node, way, raises| {
            if let Some(import) = import(node, way, raises) {
                return Some(Secret::Import(import));
            }
            if let Some(name) = below(node, "secretsmanager", way, raises) {
                return Some(Secret::SecretsManager(name));
            }
            plain(node, way, "a text, `from_cfn` or `secretsmanager`", raises).map(Secret::Reference)
        }),
        env_file: of.text("env_file"),
        entrypoint: words(of, "entrypoint", raises),
        command: words(of, "command", raises),
    }
}

/// The entries of a mapping of a person's own keys. A key is there whatever its value is: what cannot be read is told, and read
/// as nothing.
fn keyed<T>(
    of: &Mapping,
    key: &'static str,
    raises: &Raises,
    read: impl Fn(&Node, &str, &Raises) -> Option<T>,
) -> Vec<(Located<String>, T)>
where
    T: Keyed,
{
    let entries = of.entries(key).into_iter().map(|(name, span, node)| {
        let value = read(node, &format!("{}.{name}", of.way(key)), raises);
        let nothing = || T::nothing(Located { value: String::new(), span: node.span });
        (Located { value: name.to_owned(), span }, value.unwrap_or_else(nothing))
    });
    entries.collect()
}

/// What a key is that has no value.
trait Keyed {
    fn nothing(empty: Located<String>) -> Self;
}

impl Keyed for Variable {
    fn nothing(empty: Located<String>) -> Self {
        Variable::Text(empty)
    }
}

impl Keyed for Secret {
    fn nothing(empty: Located<String>) -> Self {
        Secret::Reference(empty)
    }
}

fn import(node: &Node, way: &str, raises: &Raises) -> Option<Located<String>> {
    below(node, "from_cfn", way, raises)
}

/// The text under one key of a mapping; `None` where it is no mapping, or has no such key.
fn below(node: &Node, key: &'static str, way: &str, raises: &Raises) -> Option<Located<String>> {
    node.get(key)?;
    Mapping::of(node, way, raises)?.text(key)
}

fn plain(node: &Node, way: &str, wanted: &str, raises: &Raises) -> Option<Located<String>> {
    if node.value == Value::Null {
        return None;
    }
    text(node).or_else(|| {
        wrong(raises, node, way, wanted);
        None
    })
}

/// A text or a list of texts.
fn words(of: &Mapping, key: &'static str, raises: &Raises) -> Option<Words> {
    let node = of.take(key)?;
    match &node.value {
        Value::List(_) => Some(Words::List(of.texts(key))),
        _ => plain(node, &of.way(key), "a text or a list of texts", raises).map(Words::Line),
    }
}

fn sidecars(top: &Mapping, raises: &Raises) -> Vec<(Located<String>, Sidecar)> {
    let read = top.entries("sidecars").into_iter().filter_map(|(name, span, node)| {
        let sidecar = Mapping::of(node, &format!("{}.{name}", top.way("sidecars")), raises)?;
        let image = sidecar.take("image").and_then(|node| match text(node) {
            Some(location) => Some(Image::Location(location)),
            None => image_of(&Mapping::of(node, &sidecar.way("image"), raises)?, raises),
        });
        let read = Sidecar { image, port: sidecar.text("port"), container: container(&sidecar, raises) };
        Some((Located { value: name.to_owned(), span }, read))
    });
    read.collect()
}

fn log_router(top: &Mapping, raises: &Raises) -> Option<LogRouter> {
    let logging = Mapping::of(top.take("logging")?, &top.way("logging"), raises)?;
    Some(LogRouter { image: logging.text("image"), container: container(&logging, raises) })
}

fn exec(top: &Mapping, raises: &Raises) -> Option<Located<bool>> {
    let node = top.take("exec")?;
    match node.value {
        Value::Mapping(_) => Mapping::of(node, &top.way("exec"), raises)?.truth("enable"),
        _ => top.truth("exec"),
    }
}

fn placement(top: &Mapping, raises: &Raises) -> Option<Placement> {
    let network = Mapping::of(top.take("network")?, &top.way("network"), raises)?;
    let vpc = Mapping::of(network.take("vpc")?, &network.way("vpc"), raises)?;
    let node = vpc.take("placement")?;
    if let Some(name) = text(node) {
        return Some(Placement::Named(name));
    }
    let placement = Mapping::of(node, &vpc.way("placement"), raises)?;
    let subnets = placement.take("subnets")?;
    if let Value::List(_) = subnets.value {
        return Some(Placement::Subnets(placement.texts("subnets")));
    }
    let subnets = Mapping::of(subnets, &placement.way("subnets"), raises)?;
    let tags = subnets.entries("from_tags").into_iter().map(|(key, span, node)| {
        let values = match &node.value {
            Value::List(items) => items.iter().filter_map(text).collect(),
            _ => text(node).into_iter().collect(),
        };
        (Located { value: key.to_owned(), span }, values)
    });
    Some(Placement::Tagged(tags.collect()))
}

fn files(top: &Mapping, raises: &Raises) -> Vec<Files> {
    let Some(node) = top.take("files") else { return Vec::new() };
    let Value::List(items) = &node.value else {
        wrong(raises, node, &top.way("files"), "a list of files");
        return Vec::new();
    };
    let read = items.iter().enumerate().filter_map(|(at, item)| {
        let files = Mapping::of(item, &format!("{}[{at}]", top.way("files")), raises)?;
        let patterns = |key| match words(&files, key, raises) {
            Some(Words::Line(line)) => vec![line],
            Some(Words::List(list)) => list,
            None => Vec::new(),
        };
        Some(Files {
            source: files.text("source")?,
            destination: files.text("destination"),
            is_recursive: files.truth("recursive").is_some_and(|recursive| recursive.value),
            exclude: patterns("exclude"),
            reinclude: patterns("reinclude"),
        })
    });
    read.collect()
}
