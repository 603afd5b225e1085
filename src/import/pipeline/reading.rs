//! Files and answers of AWS, to pipelines and projects.

use std::collections::BTreeMap;

use super::declaration::Reader;
use super::model::{Declared, Home, Project};
use super::names::{home_of_arn, region_of};
use super::project;
use super::template::Template;
use crate::config::tree::{self, Node, Value};
use crate::diagnostic::Span;
use crate::diagnostic::place::Lines;
use crate::import::reader::Raises;
use crate::import::remark::{Place, Remark, Weight};

/// A text with pipelines in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What it is called: a file's path, or `shop-release in AWS`.
    pub shown: String,
    /// Its text.
    pub text: String,
    /// Whether it is a file, so that lines of it mean something.
    pub is_file: bool,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    /// Pipelines, in the order of the texts.
    pub(super) pipelines: Vec<Declared>,
    /// Projects that a text has beside its pipelines, by name.
    pub(super) projects: BTreeMap<String, Project>,
    /// What is to be said.
    pub(super) remarks: Vec<Remark>,
}

/// Reads all texts. `home` is what a person has said of account and region.
pub(super) fn read(texts: &[Given], home: &Home) -> Read {
    let mut read = Read::default();
    for given in texts {
        one(given, home, &mut read);
    }
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    let remarks = &mut read.remarks;
    read.pipelines.retain(|one| match seen.get(&one.name) {
        None => {
            seen.insert(one.name.clone(), one.place.clone());
            true
        }
        Some(first) => {
            remarks.push(Remark {
                weight: Weight::Mistake,
                what: format!("the pipeline `{}` is given twice", one.name),
                help: format!("that of {} is taken", first.spot()),
                place: Some(one.place.clone()),
            });
            false
        }
    });
    read
}

fn one(given: &Given, home: &Home, read: &mut Read) {
    let lines = Lines::new(&given.text);
    let place = |span: Span| {
        let at = lines.place(span.start);
        let (line, column) = if given.is_file { (at.line, at.column) } else { (0, 0) };
        Place { file: given.shown.clone(), branches: Vec::new(), line, column }
    };
    let (root, findings) = tree::read_template(&given.text);
    read.remarks.extend(findings.into_iter().map(|finding| Remark {
        weight: Weight::Lost,
        what: finding.message,
        help: finding.help,
        place: Some(place(finding.place.unwrap_or_default())),
    }));
    let Some(root) = root else { return };
    let raises = Raises::default();
    let reader = Reader { raises: &raises, place: &place };
    let before = read.pipelines.len();
    if root.get("Resources").is_some() {
        let template = Template::new(&root, &raises, home.clone());
        let found = template.pipelines();
        read.pipelines.extend(found.iter().filter_map(|(id, node)| reader.pipeline(node, Some(id))));
        let projects = template.projects().into_iter();
        read.projects.extend(projects.map(|(name, node)| (name, project::read(&node))));
    } else {
        let answers = match &root.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![&root],
        };
        read.pipelines.extend(answers.into_iter().filter_map(|answer| declared(answer, &reader)));
    }
    let found = raises.into_all();
    if read.pipelines.len() == before && found.is_empty() {
        read.remarks.push(Remark {
            weight: Weight::Mistake,
            what: "there is no pipeline in it".to_owned(),
            help: "give the answer of `aws codepipeline get-pipeline`, or a template with an `AWS::CodePipeline::Pipeline`".to_owned(),
            place: Some(place(root.span)),
        });
    }
    read.remarks.extend(found.into_iter().map(|one| Remark {
        weight: one.weight,
        what: one.what,
        help: one.help,
        place: Some(place(one.span)),
    }));
}

/// The pipeline of an answer: the declaration with its metadata beside it, or the declaration alone.
fn declared(answer: &Node, reader: &Reader) -> Option<Declared> {
    let node = match answer.get("pipeline") {
        Some(node) => node,
        None => Some(answer).filter(|node| node.get("stages").is_some())?,
    };
    let mut found = reader.pipeline(node, None)?;
    let arn = answer.get("metadata").and_then(|metadata| metadata.get("pipelineArn"));
    if let Some(home) = arn.and_then(crate::import::reader::text).map(|arn| home_of_arn(&arn.value)) {
        found.home = Home { account: home.account.or(found.home.account), region: home.region };
    }
    found.home.region = found.home.region.filter(|region| region_of(region).is_some());
    Some(found)
}

/// The projects of an answer of `BatchGetProjects`, given as one text for each project.
pub(super) fn projects<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> BTreeMap<String, Project> {
    let read = |(name, text): (&str, &str)| {
        tree::read_template(text).0.map(|node| (name.to_owned(), project::read(&node)))
    };
    texts.into_iter().filter_map(read).collect()
}
