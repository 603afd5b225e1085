//! What a pipeline's stack and its `pipeline.json` say alike: variables, artifact stores, stages and actions, in the names of
//! CloudFormation and in those of CodePipeline's API.

/// The shape of these parts, which is the same in both but for how names are written, and for what of an action is left out
/// where it is empty: the two functions by which that is known of its settings and of its artifacts.
macro_rules! shape {
    ($name:ident, $case:literal, $no_settings:literal, $no_artifacts:literal) => {
        pub(super) mod $name {
            use indexmap::IndexMap;
            use serde::Serialize;

            use crate::document::conditions::$name as conditions;
            use crate::pipeline::model::{Action, Input, Stage};
            use crate::pipeline::text::Text;

            /// A variable of the pipeline.
            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            pub(in crate::document) struct DeclaredVariable {
                name: &'static str,
                default_value: &'static str,
                description: &'static str,
            }

            /// Where artifacts lie in a region. `V` is a text in the document.
            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            pub(in crate::document) struct DeclaredStore<V> {
                r#type: &'static str,
                location: V,
                encryption_key: EncryptionKey<V>,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct EncryptionKey<V> {
                id: V,
                r#type: &'static str,
            }

            /// A stage with its actions and conditions.
            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            pub(in crate::document) struct DeclaredStage<V> {
                name: String,
                actions: Vec<DeclaredAction<V>>,
                #[serde(flatten)]
                conditions: conditions::Declared<V>,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct DeclaredAction<V> {
                name: String,
                action_type_id: ActionType,
                run_order: u32,
                #[serde(skip_serializing_if = "Option::is_none")]
                namespace: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                region: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                role_arn: Option<V>,
                #[serde(skip_serializing_if = "Option::is_none")]
                timeout_in_minutes: Option<u32>,
                #[serde(skip_serializing_if = $no_settings)]
                configuration: IndexMap<&'static str, V>,
                #[serde(skip_serializing_if = $no_artifacts)]
                input_artifacts: Vec<Artifact>,
                #[serde(skip_serializing_if = $no_artifacts)]
                output_artifacts: Vec<Artifact>,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct ActionType {
                category: &'static str,
                owner: &'static str,
                provider: &'static str,
                version: &'static str,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct Artifact {
                name: &'static str,
            }

            /// A variable as it is declared.
            pub(in crate::document) fn variable(input: &Input) -> DeclaredVariable {
                let Input { name, default, description } = *input;
                DeclaredVariable { name, default_value: default, description }
            }

            /// A store as it is declared, by its bucket's name and its key's ARN.
            pub(in crate::document) fn store<V>(bucket: V, key: V) -> DeclaredStore<V> {
                DeclaredStore {
                    r#type: "S3",
                    location: bucket,
                    encryption_key: EncryptionKey { id: key, r#type: "KMS" },
                }
            }

            /// A stage as it is declared; `fill` makes a text of the document of one of the model, and `setting` of one that is
            /// an action's setting of this name.
            pub(in crate::document) fn stage<V>(
                stage: &Stage,
                fill: impl Fn(&Text) -> V,
                setting: impl Fn(&'static str, &Text) -> V,
            ) -> DeclaredStage<V> {
                let artifacts = |names: &[&'static str]| names.iter().map(|name| Artifact { name }).collect();
                let action = |action: &Action| {
                    let (category, provider) = action.provider.ids();
                    let settings = action.configuration.iter();
                    DeclaredAction {
                        name: action.name.clone(),
                        action_type_id: ActionType { category, owner: "AWS", provider, version: "1" },
                        run_order: action.run_order,
                        namespace: action.namespace.clone(),
                        region: action.region.clone(),
                        role_arn: action.role.as_ref().map(&fill),
                        timeout_in_minutes: action.provider.timeout(),
                        configuration: settings.map(|(key, text)| (*key, setting(key, text))).collect(),
                        input_artifacts: artifacts(&action.inputs),
                        output_artifacts: artifacts(&action.outputs),
                    }
                };
                DeclaredStage {
                    name: stage.name.clone(),
                    actions: stage.actions.iter().map(action).collect(),
                    conditions: conditions::declared(&stage.gates, &fill),
                }
            }
        }
    };
}

shape!(cloudformation, "PascalCase", "IndexMap::is_empty", "Vec::is_empty");
shape!(api, "camelCase", "super::never", "super::never");

/// `pipeline.json` has an action's settings and both of its lists, empty or not.
fn never<T>(_: &T) -> bool {
    false
}
