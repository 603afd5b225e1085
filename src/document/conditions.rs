//! The conditions of a stage, in the names of CloudFormation and in those of CodePipeline's API.

use crate::pipeline::model::Outcome;

/// The shape of conditions, which is the same in both but for how names are written.
macro_rules! shape {
    ($name:ident, $case:literal) => {
        pub(super) mod $name {
            use indexmap::IndexMap;
            use serde::Serialize;

            use super::Outcome;
            use crate::pipeline::model::{Condition, Gates, Rule};
            use crate::pipeline::text::Text;

            /// What a stage says beside its name and its actions. `V` is a text in the document.
            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            pub(in crate::document) struct Declared<V> {
                #[serde(skip_serializing_if = "Option::is_none")]
                before_entry: Option<Conditions<V>>,
                #[serde(skip_serializing_if = "Option::is_none")]
                on_success: Option<Conditions<V>>,
                #[serde(skip_serializing_if = "Option::is_none")]
                on_failure: Option<OnFailure>,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct Conditions<V> {
                conditions: [One<V>; 1],
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct OnFailure {
                result: &'static str,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct One<V> {
                result: &'static str,
                rules: Vec<DeclaredRule<V>>,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct DeclaredRule<V> {
                name: String,
                rule_type_id: RuleType,
                #[serde(skip_serializing_if = "Option::is_none")]
                region: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                role_arn: Option<V>,
                configuration: IndexMap<&'static str, V>,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct RuleType {
                category: &'static str,
                owner: &'static str,
                provider: &'static str,
                version: &'static str,
            }

            /// The conditions as they are declared; `fill` makes a text of the document of one of the model.
            pub(in crate::document) fn declared<V>(gates: &Gates, fill: impl Fn(&Text) -> V) -> Declared<V> {
                let rule = |rule: &Rule| DeclaredRule {
                    name: rule.name.clone(),
                    rule_type_id: RuleType {
                        category: "Rule",
                        owner: "AWS",
                        provider: rule.provider.id(),
                        version: "1",
                    },
                    region: rule.region.clone(),
                    role_arn: rule.role.as_ref().map(&fill),
                    configuration: rule.configuration.iter().map(|(key, text)| (*key, fill(text))).collect(),
                };
                let conditions = |condition: &Condition| Conditions {
                    conditions: [One {
                        result: condition.outcome.id(),
                        rules: condition.rules.iter().map(rule).collect(),
                    }],
                };
                Declared {
                    before_entry: gates.before_entry.as_ref().map(conditions),
                    on_success: gates.on_success.as_ref().map(conditions),
                    on_failure: gates.rolls_back.then(|| OnFailure { result: Outcome::RollBack.id() }),
                }
            }
        }
    };
}

shape!(cloudformation, "PascalCase");
shape!(api, "camelCase");
