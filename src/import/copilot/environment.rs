//! An environment's manifest: `copilot/environments/<name>/manifest.yml`.
//!
//! By Copilot's documentation ("Environment manifest") and its sources (`internal/pkg/manifest/env.go`), version 1.33.

use super::super::reader::{Located, Mapping, Raised, Raises, wrong};
use super::known;
use crate::config::tree::{self, Node, Value};
use crate::diagnostic::Finding;

/// A manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The environment's name.
    pub name: Located<String>,
    /// The network, where it is one that Copilot did not make.
    pub vpc: Option<Vpc>,
    /// Whether `ContainerInsights` is on, where it is said.
    pub container_insights: Option<Located<bool>>,
}

/// A network that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Its id.
    pub id: Located<String>,
    /// The ids of its public subnets.
    pub public: Vec<Located<String>>,
    /// The ids of its private subnets.
    pub private: Vec<Located<String>>,
}

/// What was read of a file: the manifest, where it can be made out, and all that is to be said of it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The manifest.
    pub manifest: Option<Manifest>,
    /// What is to be said, in the order of the file.
    pub raised: Vec<Raised>,
    /// What is wrong with the text as YAML.
    pub findings: Vec<Finding>,
}

/// Reads a manifest. `folder` is the name of its folder, which names the environment where the manifest does not.
pub fn read(text: &str, folder: &str) -> Reading {
    let (node, findings) = tree::read_of_others(text);
    let told = Raises::default();
    let manifest = node.as_ref().and_then(|node| manifest(node, folder, &told));
    let mut raised = told.into_all();
    raised.sort_by_key(|raised| raised.span);
    Reading { manifest, raised, findings }
}

fn manifest(node: &Node, folder: &str, raises: &Raises) -> Option<Manifest> {
    let top = Mapping::of(node, "", raises)?;
    known::judge(node, &known::ENVIRONMENT, "", raises);
    let name = top.text("name").unwrap_or_else(|| Located { value: folder.to_owned(), span: node.span });
    let below = |node: &'_ Node, way| Mapping::of(node, way, raises).map(|_| ());
    let network = top.take("network").filter(|node| below(node, "network").is_some());
    let vpc = network.and_then(|network| network.get("vpc"));
    let observability = top.take("observability");
    Some(Manifest {
        name,
        vpc: vpc.and_then(|node| vpc_of(node, raises)),
        container_insights: observability
            .and_then(|node| Mapping::of(node, "observability", raises))
            .and_then(|mapping| mapping.truth("container_insights")),
    })
}

fn vpc_of(node: &Node, raises: &Raises) -> Option<Vpc> {
    let vpc = Mapping::of(node, "network.vpc", raises)?;
    let id = vpc.text("id")?;
    let subnets = vpc.take("subnets").and_then(|node| Mapping::of(node, "network.vpc.subnets", raises));
    let ids = |key| subnets.as_ref().map(|subnets| ids(subnets, key, raises)).unwrap_or_default();
    Some(Vpc { id, public: ids("public"), private: ids("private") })
}

fn ids(subnets: &Mapping, key: &'static str, raises: &Raises) -> Vec<Located<String>> {
    let Some(node) = subnets.take(key) else { return Vec::new() };
    let Value::List(items) = &node.value else {
        wrong(raises, node, &subnets.way(key), "a list of subnets");
        return Vec::new();
    };
    let read = items.iter().enumerate().filter_map(|(at, item)| {
        let subnet = Mapping::of(item, &format!("{}[{at}]", subnets.way(key)), raises)?;
        subnet.text("id")
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_network_is_read_with_its_subnets() {
        let reading = read(
            "name: production\ntype: Environment\nnetwork:\n  vpc:\n    id: vpc-1\n    subnets:\n      public: [{id: subnet-1}]\n      \
             private: [{id: subnet-2}, {id: subnet-3}]\nobservability: { container_insights: true }\n",
            "prod",
        );
        assert_eq!(reading.raised, []);
        let manifest = reading.manifest.expect("it can be read");
        let vpc = manifest.vpc.expect("it has one");
        assert_eq!((manifest.name.value.as_str(), vpc.id.value.as_str()), ("production", "vpc-1"));
        assert_eq!((vpc.public.len(), vpc.private[1].value.as_str()), (1, "subnet-3"));
        assert!(manifest.container_insights.expect("it is said").value);
    }

    #[test]
    fn a_manifest_without_a_name_has_its_folders_and_what_copilot_drops_is_told() {
        let reading = read("type: Environment\nnetwork: { vpc: { cidr: 10.0.0.0/16, subnet: [] } }\n", "dev");
        let manifest = reading.manifest.expect("it can be read");
        assert_eq!((manifest.name.value.as_str(), manifest.vpc), ("dev", None));
        assert_eq!(reading.raised.len(), 1);
        assert!(reading.raised[0].what.starts_with("`network.vpc.subnet` is no key of Copilot's"));
        assert!(reading.raised[0].help.ends_with("`subnets` was meant, perhaps"));
    }
}
