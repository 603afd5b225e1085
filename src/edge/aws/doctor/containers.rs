//! ECS services and task definitions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::asking::{Asking, Question, text};
use crate::doctor::facts::{Answer, Facts, Standing, Task};
use crate::doctor::questions::{Questions, Service as Wanted, Target};
use crate::edge::aws::Failure;
use crate::edge::aws::light::Service;
use crate::pipeline::text::Place;

/// Services that one call takes (ECS API reference, `DescribeServices`).
const BATCH: usize = 10;

pub(super) async fn look(
    asking: &mut Asking,
    questions: &Questions,
    facts: &mut Facts,
) -> Result<(), Failure> {
    let mut clusters: BTreeMap<(Place, String), BTreeSet<Wanted>> = BTreeMap::new();
    let mut tasks: BTreeSet<(Place, String)> = BTreeSet::new();
    for deploying in &questions.deploys {
        match &deploying.target {
            Target::Service(service) => {
                let cluster = (service.place.clone(), service.cluster.clone());
                clusters.entry(cluster).or_default().insert(service.clone());
            }
            Target::Family(place, family) => {
                tasks.insert((place.clone(), family.clone()));
            }
        }
    }
    services(asking, clusters, facts).await?;
    for (service, standing) in &facts.services {
        tasks.extend(standing.there().map(|standing| (service.place.clone(), standing.task.clone())));
    }
    definitions(asking, tasks, facts).await
}

async fn services(
    asking: &mut Asking,
    clusters: BTreeMap<(Place, String), BTreeSet<Wanted>>,
    facts: &mut Facts,
) -> Result<(), Failure> {
    let mut batches = Vec::new();
    for ((place, cluster), wanted) in clusters {
        let wanted: Vec<Wanted> = wanted.into_iter().collect();
        batches.extend(wanted.chunks(BATCH).map(|some| Question {
            about: some.to_vec(),
            place: place.clone(),
            input: json!({
                "cluster": cluster,
                "services": some.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            }),
        }));
    }
    for (wanted, answer) in asking.many(Service::Ecs, "DescribeServices", batches).await? {
        let found = match &answer {
            Answer::Hidden => {
                facts.services.extend(wanted.into_iter().map(|one| (one, Answer::Hidden)));
                continue;
            }
            // `ClusterNotFoundException`.
            Answer::Missing => {
                facts.without_cluster.extend(wanted.into_iter().map(|one| (one.place, one.cluster)));
                continue;
            }
            Answer::There(found) => found["services"].as_array().map(Vec::as_slice).unwrap_or_default(),
        };
        for one in wanted {
            let standing = found.iter().find(|service| service["serviceName"] == one.name.as_str());
            let answer = standing.and_then(standing_of).map_or(Answer::Missing, Answer::There);
            facts.services.insert(one, answer);
        }
    }
    Ok(())
}

fn standing_of(service: &Value) -> Option<Standing> {
    Some(Standing {
        status: text(service, "status")?,
        task: text(service, "taskDefinition").unwrap_or_default(),
        // ECS where nothing is said (ECS API reference, `Service`: `deploymentController`).
        controller: text(&service["deploymentController"], "type").unwrap_or_else(|| "ECS".to_owned()),
    })
}

async fn definitions(
    asking: &mut Asking,
    tasks: BTreeSet<(Place, String)>,
    facts: &mut Facts,
) -> Result<(), Failure> {
    let ask = |(place, name): (Place, String)| Question {
        input: json!({ "taskDefinition": name }),
        place: place.clone(),
        about: (place, name),
    };
    // A service under an external controller has no task definition of its own.
    let tasks = tasks.into_iter().filter(|(_, name)| !name.is_empty()).map(ask).collect();
    for (about, answer) in asking.many(Service::Ecs, "DescribeTaskDefinition", tasks).await? {
        let answer = match answer {
            Answer::There(found) => Answer::There(task_of(&found["taskDefinition"])),
            Answer::Missing => Answer::Missing,
            Answer::Hidden => Answer::Hidden,
        };
        facts.tasks.insert(about, answer);
    }
    Ok(())
}

fn task_of(task: &Value) -> Task {
    let items = |key: &str| task[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let revision = task["revision"].as_i64().unwrap_or_default();
    // What it was registered for; what it could run as besides says nothing of what it does.
    let is_fargate = items("requiresCompatibilities").iter().any(|kind| kind == "FARGATE");
    Task {
        name: format!("{}:{revision}", task["family"].as_str().unwrap_or_default()),
        containers: items("containerDefinitions").iter().filter_map(|one| text(one, "name")).collect(),
        architecture: text(&task["runtimePlatform"], "cpuArchitecture"),
        is_fargate,
        roles: ["taskRoleArn", "executionRoleArn"].into_iter().filter_map(|key| text(task, key)).collect(),
    }
}
