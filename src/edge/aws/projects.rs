//! Projects, as CodeBuild tells of them.

use std::collections::BTreeMap;

use aws_sdk_codebuild::Client;
use serde_json::Value;

use super::answer::Answer;
use super::failure::Failure;

/// Projects that one call takes (CodeBuild API reference, `BatchGetProjects`).
const BATCH: usize = 100;

/// The projects of these names that exist, each with everything that AWS says of it.
pub async fn all(client: &Client, names: &[String]) -> Result<BTreeMap<String, Value>, Failure> {
    const CALL: &str = "codebuild:BatchGetProjects";
    let mut found = BTreeMap::new();
    for some in names.chunks(BATCH) {
        let answer = Answer::default();
        let call = client.batch_get_projects().set_names(Some(some.to_vec()));
        let asked = call.customize().interceptor(answer.clone()).send().await;
        asked.map_err(|error| Failure::of(CALL, error))?;
        let mut said = answer.json().map_err(|error| Failure::strange(CALL, error.to_string()))?;
        let Value::Array(projects) = said["projects"].take() else { continue };
        let declared = projects.into_iter().filter_map(|one| Some((one["name"].as_str()?.to_owned(), one)));
        found.extend(declared);
    }
    Ok(found)
}

/// The tags of a project, as an answer has them.
pub fn tags(project: &Value) -> BTreeMap<String, String> {
    let pair = |tag: &Value| Some((tag["key"].as_str()?.to_owned(), tag["value"].as_str()?.to_owned()));
    project["tags"].as_array().into_iter().flatten().filter_map(pair).collect()
}
