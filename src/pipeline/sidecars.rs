//! Images of sidecars: what the build and the deploys are told of them. They are referred to, and nothing is granted for
//! them: the role with which a task starts pulls them.

use indexmap::IndexMap;
use serde_json::json;

use super::model::Variable;
use super::text::{Place as At, Text};
use super::{Plan, names};
use crate::branch_map::Entry;
use crate::config::{Environment as Place, SidecarImage, Sidecars};

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
