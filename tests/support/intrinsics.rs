//! CloudFormation's intrinsic functions, as far as generated stacks use them. One that is not known is an error.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::world::Place;

/// Resolves templates one after the other; a later one may import what an earlier one exports.
#[derive(Debug)]
pub struct Resolver {
    /// Where the pipelines are, and so the keys that parameters name.
    home: Place,
    /// Where the template stands that is being resolved.
    place: Place,
    /// Artifact keys that exist, by region.
    keys: BTreeMap<String, String>,
    exports: BTreeMap<(Place, String), String>,
    /// What the next template's parameters are given; where nothing is said, what the overview tells to give.
    pub given: Option<BTreeMap<String, String>>,
}

impl Resolver {
    /// Nothing is exported yet; `keys` are the artifact keys that exist, by region.
    pub fn new(home: &Place, keys: BTreeMap<String, String>) -> Self {
        Resolver { home: home.clone(), place: home.clone(), keys, exports: BTreeMap::new(), given: None }
    }

    /// The template's resources with everything resolved, as they would be in the only place that its rule allows; its
    /// exports are known there from then on.
    pub fn resources(&mut self, template: &Value) -> Vec<Value> {
        self.place = place_of(template);
        let resources = template["Resources"].as_object().expect("resources");
        let resolved = resources.values().map(|resource| self.value(resource, template)).collect();
        let mut exports = Vec::new();
        for output in template["Outputs"].as_object().into_iter().flat_map(Map::values) {
            if let Some(name) = output["Export"]["Name"].as_str() {
                exports.push(((self.place.clone(), name.to_owned()), self.text(&output["Value"], template)));
            }
        }
        self.exports.extend(exports);
        resolved
    }

    /// What a template puts out, by the names of its outputs, once its resources are made.
    pub fn outputs(&self, template: &Value) -> BTreeMap<String, String> {
        let outputs = template["Outputs"].as_object().into_iter().flatten();
        outputs.map(|(name, output)| (name.clone(), self.text(&output["Value"], template))).collect()
    }

    fn value(&self, value: &Value, template: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.value(item, template)).collect(),
            Value::Object(map) => match map.iter().next() {
                Some((function, argument))
                    if map.len() == 1 && (function == "Ref" || function.starts_with("Fn::")) =>
                {
                    self.call(function, argument, template)
                }
                _ => map.iter().map(|(key, item)| (key.clone(), self.value(item, template))).collect(),
            },
            plain => plain.clone(),
        }
    }

    fn text(&self, value: &Value, template: &Value) -> String {
        let resolved = self.value(value, template);
        resolved.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
    }

    fn call(&self, function: &str, argument: &Value, template: &Value) -> Value {
        let name = || argument.as_str().expect("a name");
        match function {
            "Ref" => self.reference(name(), template).into(),
            "Fn::GetAtt" => {
                let part = |index: usize| argument[index].as_str().expect("a name");
                self.attribute(part(0), part(1), template).into()
            }
            "Fn::ImportValue" => self
                .exports
                .get(&(self.place.clone(), name().to_owned()))
                .unwrap_or_else(|| panic!("nothing exports {argument}"))
                .clone()
                .into(),
            "Fn::Sub" => {
                let (text, names) = (argument.get(0).unwrap_or(argument), argument[1].as_object().cloned());
                self.sub(text.as_str().expect("a text"), &names.unwrap_or_default(), template).into()
            }
            "Fn::Join" => {
                let parts = argument[1].as_array().expect("a list");
                let parts: Vec<String> = parts.iter().map(|part| self.text(part, template)).collect();
                parts.join(argument[0].as_str().expect("a text")).into()
            }
            "Fn::Split" => {
                let whole = self.text(&argument[1], template);
                whole.split(argument[0].as_str().expect("a text")).collect()
            }
            "Fn::Select" => {
                let index = usize::try_from(argument[0].as_u64().expect("a number")).expect("a small number");
                self.value(&argument[1], template)[index].clone()
            }
            other => panic!("what does {other} do?"),
        }
    }

    fn sub(&self, text: &str, names: &Map<String, Value>, template: &Value) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}').expect("a closed name");
            out.push_str(before);
            let meant = match (name.strip_prefix('!'), names.get(name), name.split_once('.')) {
                (Some(literal), ..) => format!("${{{literal}}}"),
                (_, Some(value), _) => self.text(value, template),
                (_, _, Some((resource, attribute))) => self.attribute(resource, attribute, template),
                _ => self.reference(name, template),
            };
            out.push_str(&meant);
            rest = behind;
        }
        out + rest
    }

    fn reference(&self, name: &str, template: &Value) -> String {
        let Place { account, region } = &self.place;
        match name {
            "AWS::AccountId" => return account.clone(),
            "AWS::Region" => return region.clone(),
            "AWS::Partition" => return self.place.partition().to_owned(),
            "AWS::URLSuffix" => return self.place.url_suffix().to_owned(),
            _ => {}
        }
        if template["Parameters"][name].is_object() {
            return self.parameter(name);
        }
        let resource = &template["Resources"][name];
        let property = match resource["Type"].as_str().unwrap_or_else(|| panic!("nothing is called {name}")) {
            "AWS::CodeBuild::Project" | "AWS::CodePipeline::Pipeline" => "Name",
            "AWS::Logs::LogGroup" => "LogGroupName",
            "AWS::S3::Bucket" => "BucketName",
            "AWS::IAM::Role" => "RoleName",
            "AWS::KMS::Key" => return key(&self.place, name),
            "AWS::SNS::Topic" => {
                let topic = self.text(&resource["Properties"]["TopicName"], template);
                return self.place.arn("sns", &topic);
            }
            "AWS::CodeConnections::Connection" => return self.connection(),
            other => panic!("what is Ref of a {other}?"),
        };
        self.text(&resource["Properties"][property], template)
    }

    fn attribute(&self, name: &str, attribute: &str, template: &Value) -> String {
        let (account, partition) = (&self.place.account, self.place.partition());
        let kind = template["Resources"][name]["Type"].as_str();
        match (kind.unwrap_or_else(|| panic!("nothing is called {name}")), attribute) {
            ("AWS::KMS::Key", "Arn") => key(&self.place, name),
            ("AWS::S3::Bucket", "Arn") => format!("arn:{partition}:s3:::{}", self.reference(name, template)),
            ("AWS::IAM::Role", "Arn") => {
                let path = template["Resources"][name]["Properties"]["Path"].as_str().unwrap_or("/");
                format!("arn:{partition}:iam::{account}:role{path}{}", self.reference(name, template))
            }
            (_, "ConnectionArn") => self.connection(),
            other => panic!("what is {other:?}?"),
        }
    }

    /// What the overview says to give a parameter: the artifact key of the stack's own region, or of the region that
    /// ends the parameter's name. Both are in the pipelines' account.
    fn parameter(&self, name: &str) -> String {
        if let Some(given) = &self.given {
            return given.get(name).unwrap_or_else(|| panic!("{name} is not given")).clone();
        }
        let of = name.strip_prefix("ArtifactKeyArn").unwrap_or_else(|| panic!("what is given for {name}?"));
        let region = match of {
            "" => self.place.region.clone(),
            "UsEast1" => "us-east-1".to_owned(),
            "CnNorthwest1" => "cn-northwest-1".to_owned(),
            "UsGovWest1" => "us-gov-west-1".to_owned(),
            other => panic!("which region is {other}?"),
        };
        let existing = self.keys.get(&region).cloned();
        existing.unwrap_or_else(|| key(&Place { region, ..self.home.clone() }, "ArtifactKey"))
    }

    fn connection(&self) -> String {
        self.place.arn("codeconnections", &format!("connection/{CONNECTION_ID}"))
    }
}

/// The id of every connection that is made.
pub const CONNECTION_ID: &str = "0a1b2c3d-0000-4000-8000-00000000000c";

/// Where a template says that it belongs: the rule that refuses any other account and region.
pub fn place_of(template: &Value) -> Place {
    let assertions = &template["Rules"]["RightPlace"]["Assertions"];
    let must_be = |index: usize, parameter: &str| -> String {
        let equals = &assertions[index]["Assert"]["Fn::Equals"];
        assert_eq!(equals[0]["Ref"], parameter, "{assertions:#}");
        equals[1].as_str().expect("a text").to_owned()
    };
    Place { account: must_be(0, "AWS::AccountId"), region: must_be(1, "AWS::Region") }
}

/// The ARN of a key in a template that stands there.
pub fn key(place: &Place, name: &str) -> String {
    let id = match name {
        "ArtifactKey" => "0a1b2c3d-0000-4000-8000-00000000000e",
        "LogKey" => "0a1b2c3d-0000-4000-8000-00000000000f",
        "NotificationKey" => "0a1b2c3d-0000-4000-8000-00000000000d",
        other => panic!("what is the key {other} for?"),
    };
    place.arn("kms", &format!("key/{id}"))
}
