//! Images of sidecars: what the build and the deploys are told of them. They are referred to, and nothing is granted for
//! them: the role with which a task starts pulls them. Those in private repositories of ECR are looked for before a deploy.

use indexmap::{IndexMap, IndexSet};
use serde_json::json;

use super::model::Variable;
use super::text::{Place as At, Text};
use super::{Plan, names, project};
use crate::branch_map::Entry;
use crate::config::{Config, Deploy, Environment as Place, SidecarImage, Sidecars};

/// Images by container, as JSON text: `{"log_router":"<registry>/fluent-bit:dev"}`. `home` has the registry of those
/// that are ours.
pub(super) fn images(home: &At, sidecars: &Sidecars) -> Text {
    let members = sidecars.iter().map(|(container, image)| (container.as_str(), uri(home, image)));
    object(members)
}

/// The image of a sidecar, as a JSON string.
fn uri(home: &At, sidecar: &SidecarImage) -> Text {
    let image = json!(sidecar.image).to_string();
    if !sidecar.is_ours {
        return Text::literal(image);
    }
    Text::literal("\"").then(home.registry()).text("/").text(image.trim_start_matches('"'))
}

/// A JSON object of members whose values are JSON text.
fn object<'a>(members: impl Iterator<Item = (&'a str, Text)>) -> Text {
    let mut text = Text::literal("{");
    for (index, (name, value)) in members.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        text = text.text(format!("{comma}{}:", json!(name))).then(value);
    }
    text.text("}")
}

/// What the build of a pipeline is told of the sidecars that its deploys to ECS services set: a variable for each
/// environment that has some, with JSON text: `{"environment":"dev","services":{"api":{"log_router":"…"}}}`.
pub(super) fn build_variables(plan: &Plan, entry: &Entry, variables: &mut IndexMap<String, Variable>) {
    let places = entry.environments.iter().filter_map(|name| plan.config.environments.get(name));
    for place in places {
        if let Some(text) = of_services(plan, place, |service| entry.has(service)) {
            variables.insert(names::sidecars_variable(&place.name), Variable::Plain(text));
        }
    }
}

/// The same for one environment; `None` where none of the services that `has` names has a sidecar there.
pub(super) fn of_services(plan: &Plan, place: &Place, has: impl Fn(&str) -> bool) -> Option<Text> {
    let own = place.deploys.iter().filter(|(service, _)| has(service));
    let mut members = own
        .filter_map(|(service, deploy)| Some((service.as_str(), &deploy.ecs()?.sidecars)))
        .filter(|(_, sidecars)| !sidecars.is_empty())
        .map(|(service, sidecars)| (service, images(&plan.home, sidecars)))
        .peekable();
    members.peek()?;
    let head = Text::literal(format!("{{\"environment\":{},\"services\":", json!(place.name)));
    Some(head.then(object(members)).text("}"))
}

/// The private repository in ECR that has the image of a sidecar; `None` for an image from elsewhere, which nothing of
/// ours looks for: there a registry has its own way to sign in, and public ones count who asks.
fn repository(home: &At, sidecar: &SidecarImage) -> Option<Text> {
    if !sidecar.is_ours {
        return project::private_image(&sidecar.image);
    }
    sidecar.image.split(['@', ':']).next().map(|name| project::repository_arn(home, name))
}

/// The repositories that have images of an environment's sidecars, each once.
pub(super) fn repositories(plan: &Plan, place: &Place) -> Vec<Text> {
    let all = plan.deploys(place).flat_map(|(_, deploy)| deploy.sidecars());
    let found: IndexSet<Text> = all.filter_map(|(_, sidecar)| repository(&plan.home, sidecar)).collect();
    found.into_iter().collect()
}

/// Their images by service, as JSON text: `{"api":{"log_router":"<registry>/fluent-bit:dev"}}`; `None` where there are none.
pub(super) fn looked_for(plan: &Plan, place: &Place) -> Option<Text> {
    let in_ecr = |deploy: &Deploy| -> Sidecars {
        let own = deploy.sidecars().filter(|(_, sidecar)| repository(&plan.home, sidecar).is_some());
        own.map(|(container, sidecar)| (container.clone(), sidecar.clone())).collect()
    };
    let services = plan.deploys(place).map(|(service, deploy)| (service.as_str(), in_ecr(deploy)));
    let mut members = services
        .filter(|(_, sidecars)| !sidecars.is_empty())
        .map(|(service, sidecars)| (service, images(&plan.home, &sidecars)))
        .peekable();
    members.peek()?;
    Some(object(members))
}

/// Whether some environment has such a sidecar: then the step before its deploys looks for them.
pub fn are_looked_for(config: &Config) -> bool {
    let home = At::new(&config.account, &config.region);
    let deploys = config.environments.values().flat_map(|place| place.deploys.values());
    deploys.flat_map(Deploy::sidecars).any(|(_, sidecar)| repository(&home, sidecar).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_ours_has_the_registry_before_it_and_another_is_as_it_was_written() {
        let image = |text: &str, is_ours| SidecarImage { image: text.to_owned(), is_ours };
        let sidecars = Sidecars::from([
            ("log_router".to_owned(), image("fluent-bit:dev", true)),
            ("agent".to_owned(), image("public.ecr.aws/x/y:1", false)),
        ]);
        let text = images(&At::new("A", "R"), &sidecars).resolve(|_| "P".to_owned());
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["log_router"], "P.dkr.ecr.P.P/fluent-bit:dev");
        assert_eq!(json["agent"], "public.ecr.aws/x/y:1");
    }
}
