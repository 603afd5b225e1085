//! A template, read for comparing.

use indexmap::IndexMap;
use serde_json::{Map, Value};

/// A template: YAML or JSON, long or short forms of functions, all in one shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    resources: IndexMap<String, Resource>,
    parameters: Vec<String>,
    whole: Value,
}

/// One resource of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource(Value);

/// A text that is no template.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

/// CloudFormation's own limit of a template (AWS CloudFormation user guide, "Understand CloudFormation quotas"), in bytes.
const LONGEST: usize = 1 << 20;

/// How deep values are nested at most: a template of ours is 12 deep. What is deeper was not written for CloudFormation.
const DEEPEST: usize = 64;

impl Template {
    /// Reads a template's text.
    pub fn read(text: &str) -> Result<Self, TemplateError> {
        if text.len() > LONGEST {
            return Err(TemplateError(format!(
                "it has {} bytes, and CloudFormation takes {LONGEST}",
                text.len()
            )));
        }
        let is_deep = nesting(text) > DEEPEST;
        if is_deep {
            return Err(TemplateError(format!("it is nested more than {DEEPEST} deep")));
        }
        let read: serde_yaml::Value =
            serde_yaml::from_str(text).map_err(|error| TemplateError(error.to_string()))?;
        let whole = long_form(read).ok_or_else(|| TemplateError("a key in it is no text".to_owned()))?;
        let section = |name: &str| whole.get(name).and_then(Value::as_object);
        let resources =
            section("Resources").ok_or_else(|| TemplateError("it has no `Resources`".to_owned()))?;
        Ok(Template {
            resources: resources
                .iter()
                .map(|(name, value)| (name.clone(), Resource(value.clone())))
                .collect(),
            parameters: section("Parameters").map(|all| all.keys().cloned().collect()).unwrap_or_default(),
            whole,
        })
    }

    /// A template without resources: what stands where there is no stack.
    pub fn empty() -> Self {
        Template { resources: IndexMap::new(), parameters: Vec::new(), whole: Value::Null }
    }

    /// Its resources by name, in their order.
    pub fn resources(&self) -> &IndexMap<String, Resource> {
        &self.resources
    }

    /// One of them.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.get(name)
    }

    /// The names of its parameters.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// Whether two templates ask for the same in every section.
    pub fn says_the_same_as(&self, other: &Template) -> bool {
        self.whole == other.whole
    }

    /// All that it says.
    pub fn whole(&self) -> &Value {
        &self.whole
    }
}

impl Resource {
    /// Its type.
    pub fn kind(&self) -> &str {
        self.0.get("Type").and_then(Value::as_str).unwrap_or_default()
    }

    /// All that is said of it.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Whether it stays where it is when it leaves its stack.
    pub fn is_kept(&self) -> bool {
        let policy = self.0.get("DeletionPolicy").and_then(Value::as_str);
        matches!(policy, Some("Retain" | "RetainExceptOnCreate"))
    }
}

/// How deep brackets and indents nest at most: a bound, found before a parser sees the text.
fn nesting(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    let mut indents = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        while indents.last().is_some_and(|last| *last >= indent) {
            indents.pop();
        }
        indents.push(indent);
        most = most.max(indents.len());
    }
    most
}

/// A value with functions in their long form, as JSON has them.
fn long_form(value: serde_yaml::Value) -> Option<Value> {
    use serde_yaml::Value as Yaml;
    Some(match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(truth) => Value::Bool(truth),
        Yaml::Number(number) => number
            .as_i64()
            .map(Value::from)
            .or_else(|| number.as_u64().map(Value::from))
            .or_else(|| number.as_f64().map(Value::from))?,
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(long_form).collect::<Option<_>>()?),
        Yaml::Mapping(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Some((key_of(&key)?, long_form(value)?)));
            Value::Object(entries.collect::<Option<Map<_, _>>>()?)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let function = match tag.trim_start_matches('!') {
                plain @ ("Ref" | "Condition") => plain.to_owned(),
                function => format!("Fn::{function}"),
            };
            let mut argument = long_form(tagged.value)?;
            // `!GetAtt A.B` is a list in its long form.
            if function == "Fn::GetAtt"
                && let Some((resource, attribute)) = argument.as_str().and_then(|text| text.split_once('.'))
            {
                argument = Value::from(vec![resource, attribute]);
            }
            Value::Object(Map::from_iter([(function, argument)]))
        }
    })
}

/// Keys that YAML takes for numbers or truths stand for their text.
fn key_of(key: &serde_yaml::Value) -> Option<String> {
    match key {
        serde_yaml::Value::String(text) => Some(text.clone()),
        serde_yaml::Value::Number(number) => Some(number.to_string()),
        serde_yaml::Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_forms_are_one() {
        let short = "Resources:\n  A:\n    Type: T\n    Properties: { B: !GetAtt C.D.E, F: !Sub 'x${G}', H: !Ref I }\n";
        let long = r#"{"Resources":{"A":{"Type":"T","Properties":{
            "B":{"Fn::GetAtt":["C","D.E"]},"F":{"Fn::Sub":"x${G}"},"H":{"Ref":"I"}}}}}"#;
        let (short, long) = (Template::read(short).expect("short"), Template::read(long).expect("long"));
        assert!(short.says_the_same_as(&long), "{short:?}\n{long:?}");
    }

    #[test]
    fn what_is_no_template_is_refused_at_once() {
        for text in ["", "a: b", "Resources: [", "- x", &"[".repeat(100_000), &"a".repeat(LONGEST + 1)] {
            assert!(Template::read(text).is_err(), "{text:.40}");
        }
    }
}
