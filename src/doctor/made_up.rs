//! Names that still hold the mark of an import: CloudFormation made up their ends, and nobody has looked them up.
//!
//! Such a name says itself what it stands for: `shop-dev-api-Service-CHECK` is the resource `Service` of the stack `shop-dev-api`, which
//! AWS Copilot made. The stack is taken by Copilot's tags of the app, the environment and the service, and by that name where several have them (AWS Copilot's
//! source: `deploy/deploy.go`, `deploy/cloudformation/stack/name.go`).

use std::collections::{BTreeMap, BTreeSet};

use super::Examined;
use super::facts::Answer;
use super::questions::{Deploying, Questions, Target};
use super::services::spot;
use crate::diagnostic::Finding;
use crate::pipeline::text::Place;

/// What stands in a name for the part that AWS has made up.
pub const MARK: &str = "CHECK";

/// A name that nobody has looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MadeUp {
    /// Where it is looked for.
    pub place: Place,
    /// As it stands in the file, filled in.
    pub name: String,
    /// The environment that is deployed.
    environment: String,
    /// The service that is deployed; `None` for what all services of the environment share.
    service: Option<String>,
}

impl MadeUp {
    /// The stack and the resource that the name says.
    fn parts(&self) -> Option<(&str, &str)> {
        self.name.strip_suffix(MARK)?.strip_suffix('-')?.rsplit_once('-')
    }

    /// The resource's name in the stack's template.
    pub fn resource(&self) -> Option<&str> {
        self.parts().map(|(_, resource)| resource)
    }

    /// The stack, of all that stand in the place, each with its tags.
    pub fn stack<'s>(&self, all: &BTreeMap<&'s str, &'s BTreeMap<String, String>>) -> Option<&'s str> {
        let (wanted, _) = self.parts()?;
        let tag = |tags: &'s BTreeMap<String, String>, key: &str| {
            tags.get(&format!("copilot-{key}")).map(String::as_str)
        };
        let end = match &self.service {
            Some(service) => format!("-{}-{service}", self.environment),
            None => format!("-{}", self.environment),
        };
        // A stack that a person named says nothing of the app; the tags have to say all the rest.
        let app = wanted.strip_suffix(end.as_str());
        let is_it = |tags: &'s BTreeMap<String, String>| {
            tag(tags, "application").is_some_and(|own| app.is_none_or(|app| own == app))
                && tag(tags, "environment") == Some(self.environment.as_str())
                && tag(tags, "service") == self.service.as_deref()
                && tag(tags, "task").is_none()
        };
        if let Some((name, _)) = all.iter().find(|(name, tags)| **name == wanted && is_it(tags)) {
            return Some(name);
        }
        app?;
        let tagged: Vec<&str> = all.iter().filter(|(_, tags)| is_it(tags)).map(|(name, _)| *name).collect();
        // A nested stack carries its parent's tags, and begins with its name.
        let is_nested = |name: &str| {
            tagged.iter().any(|other| name.strip_prefix(other).is_some_and(|rest| rest.starts_with('-')))
        };
        let mut own = tagged.iter().copied().filter(|name| !is_nested(name));
        own.next().filter(|_| own.next().is_none())
    }
}

/// The name of a resource by its physical id, which for some types is an ARN that ends with it. `None` where it could be no name.
pub fn real(physical: &str) -> Option<&str> {
    let name = physical.rsplit(['/', ':']).next().unwrap_or(physical);
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || "-_+=,.@".contains(letter);
    (!name.is_empty() && name.chars().all(is_inside)).then_some(name)
}

/// Whether a name holds the mark.
pub(super) fn is_marked(name: &str) -> bool {
    name.ends_with(MARK) && name.len() > MARK.len()
}

/// The names of a plan that hold it.
pub fn marked(questions: &Questions) -> BTreeSet<MadeUp> {
    questions
        .deploys
        .iter()
        .flat_map(|deploying| names(deploying).into_iter().map(|(_, name)| name))
        .collect()
}

/// Those of one deploy, each with the keys below which it stands.
fn names(deploying: &Deploying) -> Vec<([&'static str; 2], MadeUp)> {
    let (place, section, own) = match &deploying.target {
        Target::Service(service) => {
            let own = vec![("cluster", &service.cluster, false), ("service", &service.name, true)];
            (&service.place, "ecs", own)
        }
        Target::Family(place, family) => (place, "ecs_task", vec![("family", family, true)]),
    };
    let roles = deploying.roles.iter().map(|role| ("roles", role, true));
    let all = own.into_iter().chain(roles).filter(|(_, name, _)| is_marked(name));
    let made_up = all.map(|(key, name, is_own)| {
        let made_up = MadeUp {
            place: place.clone(),
            name: name.clone(),
            environment: deploying.environment.clone(),
            service: is_own.then(|| deploying.service.clone()),
        };
        ([section, key], made_up)
    });
    made_up.collect()
}

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let all = examined.questions.deploys.iter();
    all.flat_map(|deploying| {
        names(deploying).into_iter().map(|(keys, made_up)| judge(examined, deploying, keys, &made_up))
    })
    .collect()
}

fn judge(examined: &Examined, deploying: &Deploying, keys: [&str; 2], made_up: &MadeUp) -> Finding {
    let Deploying { environment, service, .. } = deploying;
    let [section, key] = keys;
    let MadeUp { place, name, .. } = made_up;
    let finding = Finding::error(
        "BL946",
        spot(examined, deploying, &keys, name),
        format!(
            "`{name}` is the name of nothing: what CloudFormation made up for `{environment}` was not looked up"
        ),
    );
    let under = format!("`environments.{environment}.services.{service}.deploy.{section}`");
    match examined.facts.made_up.get(made_up) {
        Some(Answer::There(real)) => {
            let written = if key == "roles" { format!("`{real}` among `roles`, beside the others,") } else { format!("`{key}: {real}`") };
            finding
                .because(format!("Copilot's stack in {place} has it as `{real}`"))
                .help(format!("write {written} under {under}"))
        }
        Some(Answer::Hidden) => finding
            .because(format!("the stacks of {place} could not be looked at"))
            .help(format!("ask for the right that is named below, or write the name under {under}")),
        Some(Answer::Missing) | None => finding
            .because(format!("no stack in {place} has Copilot's tags and this resource"))
            .help(format!("is it deployed there? `aws cloudformation describe-stacks --region {}` lists what is; write its name under {under}", place.region())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(name: &str) -> MadeUp {
        let place = Place::new("444444444444", "eu-west-1");
        MadeUp { place, name: name.to_owned(), environment: "dev".to_owned(), service: None }
    }

    fn tags(app: &str, environment: &str, service: Option<&str>) -> BTreeMap<String, String> {
        let all = [("application", Some(app)), ("environment", Some(environment)), ("service", service)];
        let all =
            all.into_iter().filter_map(|(key, value)| Some((format!("copilot-{key}"), value?.to_owned())));
        all.collect()
    }

    #[test]
    fn a_name_says_its_stack_and_its_resource() {
        let made_up = cluster("shop-dev-Cluster-CHECK");
        assert_eq!(made_up.parts(), Some(("shop-dev", "Cluster")));
        assert_eq!(cluster("CHECK").parts(), None);
        assert!(is_marked("a-CHECK") && !is_marked("CHECK") && !is_marked("shop-dev"));
    }

    #[test]
    fn a_stack_of_another_name_is_taken_where_no_other_has_its_tags() {
        let (own, api, of_others) =
            (tags("shop", "dev", None), tags("shop", "dev", Some("api")), tags("store", "dev", None));
        let nothing = BTreeMap::new();
        let made_up = cluster("shop-dev-Cluster-CHECK");
        let taken = |all: &[(&'static str, &BTreeMap<String, String>)]| {
            made_up.stack(&all.iter().copied().collect()).map(str::to_owned)
        };
        assert_eq!(
            taken(&[("mine", &own), ("mine-AddonsStack-1", &own), ("a", &api)]).as_deref(),
            Some("mine")
        );
        assert_eq!(taken(&[("mine", &own), ("shop-dev", &own)]).as_deref(), Some("shop-dev"));
        assert_eq!(taken(&[("one", &own), ("two", &own)]), None);
        assert_eq!(taken(&[("shop-dev", &nothing), ("theirs", &of_others)]), None);
    }

    #[test]
    fn a_stack_of_the_right_name_with_tags_of_another_app_environment_or_service_is_not_taken() {
        let made_up = cluster("shop-dev-Cluster-CHECK");
        for foreign in
            [tags("store", "dev", None), tags("shop", "prod", None), tags("shop", "dev", Some("api"))]
        {
            assert_eq!(made_up.stack(&BTreeMap::from([("shop-dev", &foreign)])), None, "{foreign:?}");
        }
    }

    #[test]
    fn a_physical_id_is_taken_for_what_it_names_alone() {
        assert_eq!(real("arn:aws:ecs:r:1:service/cluster/api-Service-1"), Some("api-Service-1"));
        assert_eq!(real("shop-dev-Cluster-1"), Some("shop-dev-Cluster-1"));
        assert_eq!((real(""), real("$(id)"), real("a\nb")), (None, None, None));
    }
}
